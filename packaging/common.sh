# What the scripts here that make and check packages have in common. To be sourced.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
    say "$*"
    exit 1
}
# What the calling script says of itself at its top.
usage() { sed -n '2,/^# SPDX/{/^# SPDX/!s/^# \{0,1\}//p}' "$0"; }

# The archive this machine's own packages come from.
# shellcheck disable=SC2016 # apt expands the format
archive() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1
}
