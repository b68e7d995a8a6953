"""The stack of the kernel side's programs: Linux 6.1 gives a chain of calls 512 bytes, in which each function
takes a multiple of 32 (kernel/bpf/verifier.c, check_max_stack_depth()); where a newer kernel takes more exactly,
only the older one says so. And their size as Linux 7 has it: it goes through a function that gets a pointer to
its caller's stack once for each chain of calls that ends there (kernel/bpf/liveness.c, analyze_subprog()), which
can take seconds. Both are read from the linked object, which is the first argument; the second is the most that a
chain may take in bytes, the third how many instructions all chains of a program may have together.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import struct
import sys

import tracked

LIMIT = 512
STEP = 32

# Linux Documentation/bpf/standardization: an instruction is opcode, registers (destination in the low four
# bits), offset, immediate.
INSTRUCTION = struct.Struct("<BBhi")
CLASS, ALU64, STORES = 0x07, 0x07, (0x02, 0x03)
LOAD, MOVE, ADD, WIDE, CALL = 0x61, 0xbf, 0x07, 0x18, 0x85
FRAME = 10  # the register that points to the end of the function's stack
FUNCTION = 2  # STT_FUNC
EXECUTABLE = 4  # SHF_EXECINSTR
RELOCATIONS = 9  # SHT_REL
SYMBOLS = 2  # SHT_SYMTAB


class Object:
    """What an ELF file says of its functions: names by (section, offset), and to what its calls refer."""

    def __init__(self, path):
        self.body = pathlib.Path(path).read_bytes()
        if self.body[:6] != b"\x7fELF\x02\x01":
            sys.exit(f"{path}: not a 64-bit little-endian ELF file")
        at, = struct.unpack_from("<Q", self.body, 40)
        size, count = struct.unpack_from("<HH", self.body, 58)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.body, at + i * size) for i in range(count)]
        self.symbols = []
        self.functions = {}  # (section, offset) -> (name, bytes)
        for section in self.sections:
            if section[1] == SYMBOLS:
                self.read_symbols(section)
        self.refers = {}  # (section, offset) -> symbol
        for section in self.sections:
            if section[1] == RELOCATIONS:
                for offset, info in struct.iter_unpack("<QQ", self.content(section)):
                    self.refers[section[7], offset] = self.symbols[info >> 32]

    def content(self, section):
        return self.body[section[4]:section[4] + section[5]]

    def read_symbols(self, section):
        names = self.content(self.sections[section[6]])
        for name, info, _, index, value, size in struct.iter_unpack("<IBBHQQ", self.content(section)):
            self.symbols.append((index, value))
            if info & 15 == FUNCTION:
                self.functions[index, value] = (names[name:names.index(b"\0", name)].decode(), size)

    def is_code(self, section):
        return section < len(self.sections) and self.sections[section][2] & EXECUTABLE

    def target(self, section, offset, immediate, is_call):
        """The function that a call, or a loop's step, leads to; None: that is no function."""
        scale, more = (8, 1) if is_call else (1, 0)
        if (section, offset) in self.refers:
            index, value = self.refers[section, offset]
            return (index, value + (immediate + more) * scale) if self.is_code(index) else None
        return (section, offset + 8 + immediate * 8)


def look_at(elf, section, start, size):
    """How far a function reaches into its stack, in bytes, and what it calls."""
    code = elf.content(elf.sections[section])
    deepest, calls = 0, []
    frame = {FRAME: 0}  # registers that point into it, and where
    offset = start
    while offset < start + size:
        opcode, registers, distance, immediate = INSTRUCTION.unpack_from(code, offset)
        to, source = registers & 15, registers >> 4
        kind = opcode & CLASS
        base = to if kind in STORES else source if kind == LOAD & CLASS else None
        if base in frame:
            deepest = max(deepest, -(frame[base] + distance))
        if opcode == MOVE and source in frame:
            frame[to] = frame[source]
        elif opcode == ADD and to in frame and to != FRAME:
            frame[to] += immediate
            deepest = max(deepest, -frame[to])
        elif kind not in STORES and to != FRAME and kind not in (0x05, 0x06):
            frame.pop(to, None)
        if opcode == CALL and source == 1 or opcode == WIDE and (section, offset) in elf.refers:
            target = elf.target(section, offset, immediate, opcode == CALL)
            if target:
                calls.append(target)
        offset += 16 if opcode == WIDE else 8
    return deepest, calls


def longest(function, looked, known, above=()):
    """The deepest chain that begins with a function: its bytes, and the functions."""
    if function in above:
        sys.exit(f"{looked[function][0]} calls itself")
    if function not in known:
        name, own, calls = looked[function][:3]
        below = max((longest(c, looked, known, above + (function,)) for c in calls), default=(0, ()))
        known[function] = (max(STEP, -(-own // STEP) * STEP) + below[0], ((name, own),) + below[1])
    return known[function]


def walked(function, looked, known):
    """How many instructions all chains that begin with a function have together."""
    if function not in known:
        size, calls = looked[function][3], looked[function][2]
        known[function] = size // 8 + sum(walked(c, looked, known) for c in calls)
    return known[function]


elf = Object(sys.argv[1])
most, most_walked = int(sys.argv[2]), int(sys.argv[3])
looked = {at: (name, *look_at(elf, *at, size), size) for at, (name, size) in elf.functions.items()}
known = {}
chains = sorted((longest(f, looked, known) for f in looked), reverse=True)
if not any(len(chain) > 3 for _, chain in chains):
    sys.exit(f"{sys.argv[1]}: no function calls another; what is read here is not what it seems")
complaints = [f"{size} bytes of stack, more than {most} (Linux 6.1 ends at {LIMIT}): "
              + ", ".join(f"{name} {own}" for name, own in chain)
              for size, chain in chains if size > most]
walks = {}
wide = sorted(((walked(f, looked, walks), looked[f][0]) for f in looked), reverse=True)
complaints += [f"{count} instructions in all chains of {name}, more than {most_walked}: Linux 7 starts late"
               for count, name in wide if count > most_walked]
tracked.end(complaints, f"no chain of calls takes more stack than {chains[0][0]} bytes of {most}, and no function's"
                        f" have more than {wide[0][0]} instructions of {most_walked}")
