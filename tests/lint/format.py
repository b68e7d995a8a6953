"""Every C and C++ file is as .clang-format says.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import subprocess

import tracked

tool = tracked.clang_tool("clang-format")
sources = tracked.files(".c", ".cpp", ".h")
run = subprocess.run([tool, "--dry-run", "--ferror-limit=3", *sources],
                     cwd=tracked.ROOT, capture_output=True, text=True)
complaints = [line for line in run.stderr.splitlines() if "clang-format-violations" in line]
if run.returncode and not complaints:
    complaints = run.stderr.splitlines() or [f"{tool} ended with {run.returncode}"]
tracked.end(complaints, f"{len(sources)} files (put right with: {tool} -i FILES)")
