"""What packaging/common.sh makes of a commit's version: apt and rpm take it for older than the release it leads
to, and for newer than the one behind it, also with the name of a distribution behind that.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import shutil
import subprocess
import tempfile

import tracked

DISTRIBUTIONS = ("", "~debian12", "~debian13", "~ubuntu24.04")  # as build-deb.sh says it

complaints = []


def git(folder, *words):
    subprocess.run(["git", "-C", folder, "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org",
                    *words], check=True, capture_output=True)


def snapshot(folder):
    return subprocess.run(["bash", "-euc", 'repo=$1; . "$2"; snapshot', "-", folder,
                           tracked.ROOT / "packaging" / "common.sh"],
                          check=True, capture_output=True, text=True).stdout.strip()


def is_older(before, after):
    for distribution in DISTRIBUTIONS:
        one, other = f"0.1.0{before}{distribution}", f"0.1.0{after}{distribution}"
        if shutil.which("dpkg") and subprocess.run(["dpkg", "--compare-versions", one, "lt", other]).returncode != 0:
            complaints.append(f"to apt {one} is not older than {other}")
    if shutil.which("rpm"):
        said = subprocess.run(["rpm", "--eval", f'%{{lua: print(rpm.vercmp("1{before}.fc43", "1{after}.fc43"))}}'],
                              capture_output=True, text=True).stdout.strip()
        if said != "-1":
            complaints.append(f"to rpm 1{before} is not older than 1{after}")


with tempfile.TemporaryDirectory() as folder:
    git(folder, "init", "-q")
    changelog = pathlib.Path(folder, "packaging", "debian", "changelog")
    changelog.parent.mkdir(parents=True)
    changelog.write_text("sallyport (0.1.0) unstable; urgency=medium\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "On the way")
    on_the_way = snapshot(folder)
    git(folder, "commit", "-q", "--allow-empty", "-m", "The release")
    git(folder, "tag", "v0.1.0")
    release = snapshot(folder)
    git(folder, "commit", "-q", "--allow-empty", "-m", "After it")
    after = snapshot(folder)
if release:
    complaints.append(f"a release has {release} behind its version")
is_older(on_the_way, release)
is_older(release, after)
tracked.end(complaints, "what is on the way, released and after it")
