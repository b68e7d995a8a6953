"""The desktop entry is one that desktops accept.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import re
import shutil
import subprocess

import tracked

if not shutil.which("desktop-file-validate"):
    tracked.skip("desktop-file-validate is not installed")
entries = tracked.files(".desktop", under="resources/")
run = subprocess.run(["desktop-file-validate", *entries],
                     cwd=tracked.ROOT, capture_output=True, text=True)
complaints = [line for line in (run.stdout + run.stderr).splitlines() if line]
# Whose program is gone starts nothing: a configuration file stays when a package is removed.
for entry in entries:
    text = tracked.text(entry)
    if "\nX-GNOME-Autostart-enabled=" in text and not re.search(r"^Exec=(\S+).*\nTryExec=\1$", text, re.MULTILINE):
        complaints.append(f"{entry}: no TryExec of the program")
tracked.end(complaints,
            " ".join(entries))
