"""Includes run one way: each folder sees those its row names and no others.

The targets make most wrong includes fail to compile; this check names the arrow, sees headers that
nobody compiles, and keeps a link added in passing from opening a folder.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re

import tracked

# Folder -> the first parts of what its files may include, itself always among them.
MAY_SEE = {"bpf": {"bpf"}}
HELPER = ["api", "policy", "lists", "names", "broker", "resolved", "kernel", "process", "store", "engine", "service"]
APP = ["client", "models", "widgets", "views", "desktop"]
for place, folder in enumerate(HELPER):
    MAY_SEE[f"helper/{folder}"] = set(HELPER[:place + 1]) | {"bpf"}
for place, folder in enumerate(APP):
    MAY_SEE[f"app/{folder}"] = set(APP[:place + 1]) | {"api"}
MAY_SEE["helper/api"] = {"api"}
MAY_SEE["helper/lists"] = {"lists", "api"}
MAY_SEE["helper/names"] = {"names", "api"}  # what strangers wrote is read by pure functions
MAY_SEE["helper/broker"] = {"broker"}  # what runs as root knows as little as it can
MAY_SEE["helper/resolved"] = {"resolved", "broker", "names", "api"}
MAY_SEE["helper/store"] = {"store", "api"}  # a database knows no kernel
MAY_SEE["helper/engine"] -= {"bpf"}  # the kernel's tables are behind kernel and policy
MAY_SEE["helper/service"] = {"service", "engine", "api"}
MAY_SEE["app/cli"] = {"cli", "client", "api"}
OURS = set(HELPER) | set(APP) | {"bpf", "cli", "fakes", "support"}
TESTS = OURS | {"unit", "dbus", "gui", "kernel", "system", "bench", "leak"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def row_of(path):
    parts = path.split("/")
    if parts[0] == "tests":
        return TESTS
    folder = parts[0] if parts[0] == "bpf" else "/".join(parts[:2])
    # The program's own main file sits in its folder; a folder nobody entered may see nothing.
    return MAY_SEE.get(folder, set())


def judge(path, number, mark, name):
    where = f"{path}:{number}: "
    if ".." in name.split("/"):
        return where + f'"{name}" climbs out of its folder'
    first = name.split("/")[0]
    if "/" not in name or first not in OURS or (mark, first) == ("<", "bpf"):
        return None  # the same folder, generated, a library's (libbpf: <bpf/...>) or the system's
    if mark == "<":
        return where + f"<{name}> is ours: quote it"
    if first not in row_of(path):
        return where + f'"{name}" is not for this folder, which may see: ' + (
            ", ".join(sorted(row_of(path))) or "nothing (enter it in tests/lint/includes.py)")
    return None


sources = tracked.files(".c", ".cpp", ".h")
complaints = []
for path in sources:
    for number, line in enumerate(tracked.text(path).splitlines(), 1):
        match = INCLUDE.match(line)
        complaint = judge(path, number, *match.groups()) if match else None
        if complaint:
            complaints.append(complaint)
tracked.end(complaints, f"the includes of {len(sources)} files")
