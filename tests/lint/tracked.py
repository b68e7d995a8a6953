"""Which files the checks of this folder look at, and how a check ends.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Taken over as they are: no style of ours applies.
FOREIGN = {"bpf/vmlinux.h"}


def files(*suffixes, under=""):
    """Tracked files that end so, as paths relative to the repository. A source tree without git (a
    tarball) is walked."""
    if (ROOT / ".git").exists():
        git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
        found = subprocess.run(
            git + ["ls-files", "-z"], check=True, capture_output=True, text=True).stdout.split("\0")
    else:
        found = (str(p.relative_to(ROOT)) for p in ROOT.rglob("*")
                 if p.is_file() and not p.relative_to(ROOT).parts[0].startswith("build"))
    return sorted(f for f in set(found)
                  if f and f.endswith(suffixes) and f.startswith(under) and f not in FOREIGN
                  and (ROOT / f).is_file())


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def end(complaints, what):
    """Ends the check: with every complaint and 1, or with what was looked at and 0."""
    for complaint in complaints:
        print(complaint)
    print(f"{len(complaints)} complaints" if complaints else f"fine: {what}")
    sys.exit(1 if complaints else 0)


def skip(reason):
    """Ends the check as skipped by name; ctest looks for this line."""
    print(f"SKIPPED-ALL: {reason}")
    sys.exit(0)


def clang_tool(name, version=14):
    """The tool of the version the configuration was written for: others format differently and know
    checks nobody has judged."""
    for candidate in (f"{name}-{version}", name):
        try:
            said = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
        except FileNotFoundError:
            continue
        if f"version {version}." in said:
            return candidate
    skip(f"{name} {version} is not installed; another version judges differently")
    return None
