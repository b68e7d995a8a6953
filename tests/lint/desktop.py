"""The desktop entry is one that desktops accept.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import shutil
import subprocess

import tracked

if not shutil.which("desktop-file-validate"):
    tracked.skip("desktop-file-validate is not installed")
entries = tracked.files(".desktop", under="resources/")
run = subprocess.run(["desktop-file-validate", *entries],
                     cwd=tracked.ROOT, capture_output=True, text=True)
tracked.end([line for line in (run.stdout + run.stderr).splitlines() if line],
            " ".join(entries))
