#!/usr/bin/env python3
"""Makes tables of what tests said in machines with other kernels.

    table.py PLAN CONSOLE...

PLAN is what kernels.sh gave inside.sh, a CONSOLE what one of the machines printed. The first table has
a line for each test and how many of its cases passed, the second one a line for each way past the
firewall; then come, by name, what was skipped and what failed. Ends with 1 when something failed or
did not come to its end, or when a kernel complained of itself.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import re
import sys

CASE = re.compile(r"^(PASS|FAIL!|XPASS|SKIP) +: +(\S.*)$")
# What a kernel says of itself when something in it went wrong. Not what an emulator makes of a program's
# own instruction (RIP 0033): Wine's iretq is one.
STAMP = r"^\[ *\d+\.\d+\] .*"
TROUBLE = re.compile(STAMP + r"(BUG:|WARNING:|general protection)")
INSIDE = re.compile(STAMP + r"(RIP: 0010:|rcu: INFO|blocked for more than)")
COMPLAINT_LINES = 40
WAY = re.compile(r"^\| ([NI]\d+\S*) *\| (.*?) *\| (.*?) *\|")


class Machine:
    """One console, read."""

    def __init__(self, path):
        self.kernel = "did not boot"
        self.ended = {}  # test: (verdict, seconds)
        self.cases = {}  # test: [(PASS..., text)]
        self.ways = {}  # (number, words): result
        self.said = {}  # test: its last lines
        self.trouble = []  # the head of the kernel's last complaint
        self.complaint = []  # its first one that is about itself
        with open(path, encoding="utf-8", errors="replace") as console:
            for line in console:
                self.take(line.rstrip("\n"))

    def take(self, line):
        if TROUBLE.match(line):
            self.trouble = [line]
        if INSIDE.match(line) and not self.complaint:
            self.complaint = [*self.trouble, line]
        elif self.complaint and len(self.complaint) < COMPLAINT_LINES:
            self.complaint.append(line)
        words = line.split(" ", 3)
        if words[0] == "kernel":
            self.kernel = words[1]
        elif words[0] == "ended" and len(words) == 4:
            self.ended[words[1]] = (words[2], int(words[3]))
        elif words[0] == "line" and len(words) > 2:
            test, text = words[1], line.split(" ", 2)[2]
            self.said.setdefault(test, []).append(text)
            if case := CASE.match(text):
                self.cases.setdefault(test, []).append(case.groups())
            if way := WAY.match(text):
                self.ways[way.group(1, 2)] = way.group(3)

    def cell(self, test):
        verdict, seconds = self.ended.get(test, ("not run", 0))
        count = {"PASS": 0, "FAIL!": 0, "SKIP": 0}
        for kind, _ in self.cases.get(test, []):
            count["FAIL!" if kind == "XPASS" else kind] += 1
        text = f"{count['PASS']} passed" if count["PASS"] and verdict == "passed" else verdict
        if count["SKIP"]:
            text += f", {count['SKIP']} skipped"
        if count["FAIL!"]:
            text += f", {count['FAIL!']} of {sum(count.values())}"
        return f"{text}, {seconds} s"


def table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())


def main():
    with open(sys.argv[1], encoding="utf-8") as plan:
        tests = [line.split(" ", 1)[0] for line in plan]
    machines = [Machine(path) for path in sys.argv[2:]]
    kernels = [machine.kernel for machine in machines]
    print()
    table(["test", *kernels], [[test, *(m.cell(test) for m in machines)] for test in tests])
    ways = list(dict.fromkeys(way for machine in machines for way in machine.ways))
    if ways:
        print()
        table(
            ["way past", *kernels],
            [[" ".join(way), *(m.ways.get(way, "") for m in machines)] for way in ways],
        )
    good = True
    for machine in machines:
        if machine.complaint:
            good = False
            print(f"\n== {machine.kernel}: the kernel itself complains")
            print("\n".join("  " + line for line in machine.complaint))
        for test in tests:
            verdict = machine.ended.get(test, ("not run", 0))[0]
            for kind, text in machine.cases.get(test, []):
                if kind == "SKIP":
                    print(f"SKIP   : {machine.kernel} {test} {text}")
            if verdict == "skipped":
                print(f"SKIP   : {machine.kernel} {test}, whole")
            if verdict in ("passed", "skipped"):
                continue
            good = False
            print(f"\n== {machine.kernel} {test}: {verdict}")
            lines = machine.said.get(test, [])
            failed = [i for i, line in enumerate(lines) if line.startswith(("FAIL!", "XPASS"))]
            for i in failed:
                print("\n".join("  " + line for line in lines[i : i + 4]))
            if not failed:
                print("\n".join("  " + line for line in lines[-30:]))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
