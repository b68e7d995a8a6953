"""clang-tidy finds nothing in the helper and the app, by .clang-tidy.

    tidy.py BUILD_DIRECTORY [PART OF]   a configured build directory with compile_commands.json;
                                        of its files every OF-th, from the PART-th on

A file found clean is remembered in build/tidy-cache under a hash of everything the verdict depends on:
what the compiler sees, our own sources as written (NOLINT is a comment), the checks and the tool. A
second run costs the preprocessing.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import tracked

CACHE = tracked.ROOT / "build" / "tidy-cache"
FINDING = re.compile(r": (warning|error): ", re.MULTILINE)
# clang 14 does not understand all of newer libstdc++ (views above all); the compiler that builds us does.
UNREAD_LIBRARY = re.compile(r"^/usr/.*\[clang-diagnostic-error")
LINE_MARKER = re.compile(rb'^# \d+ "([^"]+)"', re.MULTILINE)


def compile_commands(build):
    database = json.loads((build / "compile_commands.json").read_text())
    wanted = set(tracked.files(".cpp", under="helper/") + tracked.files(".cpp", under="app/"))
    for entry in database:
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(tracked.ROOT) and str(path.relative_to(tracked.ROOT)) in wanted:
            wanted.remove(str(path.relative_to(tracked.ROOT)))
            yield path, entry["directory"], shlex.split(entry["command"])
    if wanted:
        tracked.end([f"{path}: no target compiles it" for path in sorted(wanted)], "")


def preprocessed(directory, command):
    """What the compiler sees, or nothing where it does not compile."""
    while os.path.basename(command[0]) in ("ccache", "sccache"):
        command = command[1:]
    keep = []
    words = iter(command)
    for word in words:
        if word in ("-o", "-MF", "-MT", "-MQ"):
            next(words)
        elif word not in ("-c", "-MD", "-MMD"):
            keep.append(word)
    return subprocess.run(keep + ["-E"], cwd=directory, capture_output=True).stdout


def fingerprint(tool, directory, command):
    seen = preprocessed(directory, command)
    digest = hashlib.sha256(tool.encode() + seen)
    digest.update((tracked.ROOT / ".clang-tidy").read_bytes())
    digest.update("\0".join(command).encode())
    for name in sorted(set(LINE_MARKER.findall(seen))):
        path = pathlib.Path(directory, os.fsdecode(name)).resolve()
        if path.is_relative_to(tracked.ROOT) and path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest() if seen else ""


def judge(tool, build, path, directory, command):
    """The complaints about one file."""
    name = fingerprint(tool, directory, command)
    known = CACHE / name
    if name and known.exists():
        return []
    run = subprocess.run([tool, "--quiet", "-p", str(build), str(path)],
                         cwd=directory, capture_output=True, text=True)
    found = [line for line in run.stdout.splitlines()
             if FINDING.search(line) and not UNREAD_LIBRARY.search(line)]
    if run.returncode and not FINDING.search(run.stdout):
        found = [f"{path}: {tool} ended with {run.returncode}", *run.stderr.splitlines()[-5:]]
    if not found and name:
        known.touch()
    return found


def main():
    tool = tracked.clang_tool("clang-tidy")
    build = pathlib.Path(sys.argv[1]).resolve()
    CACHE.mkdir(parents=True, exist_ok=True)
    part, parts = map(int, sys.argv[2:4] or (1, 1))
    work = sorted(compile_commands(build))[part - 1::parts]
    found = [line for job in work for line in judge(tool, build, *job)]
    complaints = sorted({line.replace(f"{tracked.ROOT}/", "") for line in found})
    tracked.end(complaints, f"{len(work)} files")


main()
