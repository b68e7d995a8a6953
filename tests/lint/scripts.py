"""The scripts that explain themselves do so when they are asked, and refuse what they do not know, before
they do anything else.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import subprocess

import tracked

complaints = []
asked = []
for path in tracked.files(".sh", under=("packaging/", "tests/")):
    text = tracked.text(path)
    if "--help" not in text or not text.startswith("#!"):
        continue
    asked.append(path)
    # Of its own, so that nothing is left of one that goes on.
    about = [line[1:].strip() for line in text.splitlines()[1:] if line.startswith("#")][0]
    for option, code in (("--help", 0), ("-h", 0), ("--no-such-option", 2)):
        run = subprocess.run(["timeout", "20", tracked.ROOT / path, option], cwd="/", stdin=subprocess.DEVNULL,
                             capture_output=True, text=True)
        if run.returncode != code:
            complaints.append(f"{path} {option}: ends with {run.returncode} and not {code}: {run.stderr.strip()[-200:]}")
        elif about not in (run.stderr if code else run.stdout):
            complaints.append(f"{path} {option}: does not say what it is for")
if len(asked) < 6:
    complaints.append(f"{len(asked)} scripts are not all there are")
tracked.end(complaints, " ".join(asked))
