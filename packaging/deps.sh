#!/bin/bash
# Installs what building and testing Sallyport needs on Debian 12, Debian 13 and Ubuntu 24.04.
#
#   packaging/deps.sh [build|test|package]
#
#   build    what compiling and running the programs needs
#   test     that, and what tests/run.sh needs (the default)
#   package  as build, and what making the packages and trying them on whole systems needs
#
# When everything is there apt is not called at all; the package lists are fetched only when
# something is missing. Ends with packaging/polkit-qt.sh where the distribution has no polkit-qt for
# Qt 6. Other distributions: the names below say what to look for.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

# One a line. "a|b" is the first of them the distribution knows; a trailing "?" means that a
# distribution without it does not need it.
readonly BUILD_PACKAGES='
    bpftool|linux-tools-generic
    ca-certificates
    ccache
    clang
    cmake
    dbus
    g++
    git
    libbpf-dev
    libgl-dev
    libmaxminddb-dev
    libpolkit-agent-1-dev
    libpolkit-gobject-1-dev
    libpolkit-qt6-1-dev?
    libpsl-dev
    libsqlite3-dev
    libssl-dev
    libsystemd-dev
    netbase
    ninja-build
    pkexec
    pkg-config
    polkitd
    qt6-base-dev
    qt6-base-dev-tools
    qt6-l10n-tools
    qt6-qpa-plugins?
    qt6-svg-dev|libqt6svg6-dev
    qt6-svg-plugins?
    qt6-tools-dev
    qt6-tools-dev-tools
    xz-utils
'
readonly TEST_PACKAGES='
    appstream
    at-spi2-core
    bubblewrap
    busybox-static|busybox
    clang-format
    clang-tidy
    curl
    debhelper
    desktop-file-utils
    e2fsprogs
    fish
    fonts-dejavu-core
    gir1.2-atspi-2.0
    imagemagick
    iproute2
    iputils-ping
    kmod
    libclang-rt-dev?
    lintian
    man-db
    mmdebstrap
    nodejs
    openbox
    openssh-client
    perl
    procps
    python3
    python3-gi
    qemu-system-x86
    rpm
    ruby
    sqlite3
    strace
    trayer
    util-linux
    xauth
    xdotool
    xvfb
    zsh
'
readonly PACKAGE_PACKAGES='
    appstream
    debhelper
    debugedit
    desktop-file-utils
    dpkg-dev
    e2fsprogs
    elfutils
    lintian
    mmdebstrap
    openssh-client
    qemu-system-x86
    rpm
    rpmlint
    systemd-dev|systemd
'

say() { printf 'deps.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

is_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -x installed >/dev/null; }
is_offered() { apt-cache policy "$1" 2>/dev/null | grep '^  Candidate: [^(]' >/dev/null; }

# Prints those lines of the list on standard input that no installed package satisfies.
missing() {
    local line name
    while read -r line; do
        [ -n "$line" ] || continue
        for name in ${line//[|?]/ }; do
            is_installed "$name" && continue 2
        done
        printf '%s\n' "$line"
    done
}

# Prints what to give apt for the lines on standard input; fails when the distribution lacks one.
offered() {
    local line name
    while read -r line; do
        for name in ${line//[|?]/ }; do
            if is_offered "$name"; then
                printf '%s\n' "$name"
                continue 2
            fi
        done
        case $line in
            *\?) ;;
            *) die "this distribution has no package for: ${line//|/ or }" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "packages are missing and there is no sudo: run packaging/deps.sh as root"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" \
        </dev/null >&2
}

install_missing() {
    local lines=$1 names
    # An optional one that is missing alone is no reason to fetch the lists.
    if grep -qv '?$' <<<"$lines"; then
        # shellcheck disable=SC2086 # one line
        say "missing:" ${lines//\?/}
        apt update || say "some package lists could not be fetched; going on with the rest"
    fi
    names=$(offered <<<"$lines") || exit 1
    [ -n "$names" ] || return 0
    # shellcheck disable=SC2086 # one word a package
    apt install -y --no-install-recommends $names
}

# systemd-resolved for resolved_system_test, of the machine's systemd. Not installed: it would answer this
# machine's questions from then on. Without it the test is skipped by name.
work=
unpack_resolved() {
    local folder package=systemd-resolved program=usr/lib/systemd/systemd-resolved
    folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/deps/resolved
    ! [ -e "/$program" ] && ! [ -e "/${program#usr/}" ] && ! [ -d "$folder" ] || return 0
    trap '[ -z "$work" ] || rm -rf "$work"' EXIT
    work=$(mktemp -d)
    if (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download \
        "$package=$(dpkg-query -W -f '${Version}' libsystemd-shared)") >&2 &&
        dpkg-deb -x "$work"/*.deb "$work/tree"; then
        mkdir -p "${folder%/*}" && mv -T "$work/tree" "$folder"
    else
        say "no $package of this systemd: its test will be skipped"
    fi
    rm -rf "$work"
}

case ${1:-test} in
    build) wanted=$BUILD_PACKAGES ;;
    test) wanted=$BUILD_PACKAGES$TEST_PACKAGES ;;
    package) wanted=$BUILD_PACKAGES$PACKAGE_PACKAGES ;;
    *) die "usage: packaging/deps.sh [build|test|package]" ;;
esac
command -v dpkg-query >/dev/null ||
    die "knows Debian and Ubuntu only; install what its lists name, then build with CMake"

lines=$(missing <<<"$wanted")
[ -z "$lines" ] || install_missing "$lines"
[ "${1:-test}" != test ] || unpack_resolved
"$(dirname "${BASH_SOURCE[0]}")/polkit-qt.sh"
