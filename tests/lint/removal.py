"""What the packages do when they are removed: the pins of a running system go, those of the host of a chroot
stay, and a purge empties what it cannot remove.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import re
import shutil
import subprocess
import tempfile

import tracked

if not shutil.which("bwrap"):
    tracked.skip("bubblewrap is not installed")
PINS, STATE = "/sys/fs/bpf/sallyport", "/var/lib/sallyport"
POSTRM = tracked.text("packaging/debian/sallyport.postrm")
# Without what rpm's macros bring.
POSTUN = re.search(r"^%postun\n((?:[^%\n].*\n|%\{?systemd.*\n)*)", tracked.text("packaging/rpm/sallyport.spec"), re.MULTILINE).group(1)
POSTUN = re.sub(r"^%.*\n", "", POSTUN, flags=re.MULTILINE)


def sandbox(folder, *command):
    """A system of its own, with pins and a state folder that is a mount point."""
    return subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/run", "--dir", "/run/systemd/system",
         "--tmpfs", "/sys", "--dir", PINS, "--tmpfs", "/var/lib", "--tmpfs", STATE, "--dir", f"{STATE}/lists/.kept",
         "--bind", folder, "/run/tools", "--setenv", "PATH", "/run/tools:/usr/bin:/bin", "--unshare-net", "--", *command],
        capture_output=True, text=True)


complaints = []
with tempfile.TemporaryDirectory() as folder:
    if sandbox(folder, "true").returncode != 0:
        tracked.skip("no namespaces may be made here")
    detect = pathlib.Path(folder) / "systemd-detect-virt"
    for where, answer, pinned in (("on a running system", "exit 1", False), ("in a chroot", '[ "$*" = "--quiet --chroot" ]', True)):
        detect.write_text(f"#!/bin/sh\n{answer}\n", encoding="ascii")
        detect.chmod(0o755)
        for what, script, word in (("packaging/debian/sallyport.postrm", POSTRM, "remove"),
                                   ("packaging/debian/sallyport.postrm", POSTRM, "purge"),
                                   ("packaging/rpm/sallyport.spec", POSTUN, "0")):
            run = sandbox(folder, "sh", "-c", f'(sh -ec "$0" - {word}) || echo "ends with $?"; ls -d {PINS}; ls -A {STATE}', script)
            said = run.stdout.split()
            if (PINS in said) != pinned:
                complaints.append(f"{what} {word}: {where} the pins {'go' if pinned else 'stay'}")
            if "ends" in said:
                complaints.append(f"{what} {word}: {where} it fails: {run.stderr.strip()}")
            if ("lists" in said) != (word != "purge"):
                complaints.append(f"{what} {word}: rules and lists {'stay' if word == 'purge' else 'go'}")
tracked.end(complaints, "what is left of the packages")
