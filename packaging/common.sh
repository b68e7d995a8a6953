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

git=(git -c safe.directory="$repo" -C "$repo")

# What the version of a package from a commit that is no release has behind it, so that what is newer is newer to
# apt and rpm, too: when that was and which. On the way to the release of that version it is older than that, whatever
# build-deb.sh says behind it.
snapshot() {
    local version sign='~~'
    ! "${git[@]}" describe --tags --exact-match --match 'v*' HEAD >/dev/null 2>&1 || return 0
    version=$("${git[@]}" show HEAD:packaging/debian/changelog | sed -n '1s/.*(\(.*\)).*/\1/p')
    ! "${git[@]}" describe --tags --match "v$version" HEAD >/dev/null 2>&1 || sign=+
    TZ=UTC "${git[@]}" log -1 --format="${sign}git%cd.%h" --date=format-local:%Y%m%d%H%M%S --abbrev=8
}

# The release of this machine.
own_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release; }

# The newest Debian package for the suite $1: what build-deb.sh --tree made for it, or for this machine's own
# suite what it made without. Nothing when there is none.
package_for() {
    local folder folders=("$repo/build/deb/$1")
    [ "$(own_suite)" != "$1" ] || folders+=("$repo/build/deb")
    for folder in "${folders[@]}"; do
        find "$folder" -maxdepth 1 -name 'sallyport_*.deb' -printf '%T@ %p\n' 2>/dev/null || true
    done | sort -rn | sed -n '1s/[^ ]* //p'
}

# The archive this machine's own packages come from.
# shellcheck disable=SC2016 # apt expands the format
archive() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1
}
