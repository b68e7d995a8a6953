"""What must not be written: a verdict without its name, a note to do something later, a source file
that does not say what licence it is under, a file nobody can read through.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re

import tracked

LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
PROGRAM = re.compile(r'^SEC\("(cgroup/|cgroup_skb/)[^"]*"\)', re.MULTILINE)
BARE = re.compile(r"\breturn\b[^;]*(?<![\w.])[0-9]+\s*(?::[^;]*)?;")
CODE = (".c", ".cpp", ".h", ".py", ".sh", "CMakeLists.txt", ".cmake", ".xml", ".ts", ".qrc")
LICENSED = (".c", ".cpp", ".h", ".py", ".sh")
LONGEST = 500  # lines in a C or C++ file


def line_of(body, at):
    return body.count("\n", 0, at) + 1


def without_comments(body):
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), body,
                  flags=re.DOTALL)


def function_end(body, start):
    """Behind the brace that closes the first one opened after start."""
    depth = 0
    for at in range(body.index("{", start), len(body)):
        depth += {"{": 1, "}": -1}.get(body[at], 0)
        if depth == 0:
            return at + 1
    return len(body)


def bare_verdicts(path):
    body = without_comments(tracked.text(path))
    for program in PROGRAM.finditer(body):
        end = function_end(body, program.end())
        for verdict in BARE.finditer(body, program.end(), end):
            yield f"{path}:{line_of(body, verdict.start())}: a verdict without a name"


complaints = []
for path in tracked.files(*CODE):
    body = tracked.text(path)
    for match in LATER.finditer(body):
        complaints.append(f"{path}:{line_of(body, match.start())}: {match.group()}: do it or drop it")
    if path.endswith(LICENSED):
        head = "\n".join(body.splitlines()[:40])
        wanted = "GPL-2.0-or-later" if path.startswith("bpf/") else "GPL-3.0-or-later"
        if f"SPDX-License-Identifier: {wanted}" not in head:
            complaints.append(f"{path}:1: no 'SPDX-License-Identifier: {wanted}' at its head")
    is_test = path.startswith("tests/")  # a list of cases may be long
    if path.endswith((".c", ".cpp", ".h")) and not is_test and body.count("\n") >= LONGEST:
        complaints.append(f"{path}: {body.count(chr(10))} lines; a file has one subject")
for path in tracked.files(".bpf.c", under="bpf/"):
    complaints.extend(bare_verdicts(path))
tracked.end(complaints, "verdicts named, nothing put off, licences said, files short")
