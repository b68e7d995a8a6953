#!/bin/bash
# Builds polkit-qt for Qt 6 on a distribution that packages it only for Qt 5 (Debian 12).
#
#   packaging/polkit-qt.sh [PREFIX]      PREFIX defaults to build/deps below the repository
#
# The source is the unchanged upstream tarball that the Debian archive carries for a later release.
# It is fetched from the archive this machine's apt is configured for and its SHA-256 is checked
# before it is unpacked; it is kept in PREFIX/cache, or the folder that SALLYPORT_CACHE names, and nothing
# of it enters the repository. Where the distribution's own package is installed, or an earlier run has
# finished, it returns at once. Two runs at a time are safe: the second waits for the first.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

readonly VERSION=0.200.0
readonly SHA256=5d3b611c062d2b76a93750bb10c907bfd21d1ff08d0a15dc2cf63e278e1677fb
readonly POOLS='pool/main/p/polkit-qt-1 pool/universe/p/polkit-qt-1' # Debian's, Ubuntu's
readonly TARBALL=polkit-qt-1_$VERSION.orig.tar.xz

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=$(realpath -m "${1:-$repo/build/deps}")
cache=${SALLYPORT_CACHE:-$prefix/cache}
stamp=$prefix/.polkit-qt-$VERSION-static

say() { printf 'polkit-qt.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

is_right() { [ -f "$1" ] && printf '%s  %s\n' "$SHA256" "$1" | sha256sum --check --status; }

# The archives apt knows, each once, Debian's own before any other.
# shellcheck disable=SC2016 # apt expands the format
archives() {
    {
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian'
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages'
    } | awk 'NF && !seen[$0]++'
}

# Leaves the checked tarball at $1. apt-helper is apt's own downloader: it uses the proxies, mirrors
# and certificates apt is configured with.
fetch() {
    local target=$1 uri pool part
    is_right "$target" && return 0
    mkdir -p "$(dirname "$target")"
    part=$(mktemp "$target.XXXXXX")
    while read -r uri; do
        for pool in $POOLS; do
            if /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "${uri%/}/$pool/$TARBALL" "$part" \
                "SHA256:$SHA256" >&2 && is_right "$part"; then
                chmod 644 "$part"
                mv -f "$part" "$target"
                return 0
            fi
        done
    done < <(archives)
    rm -f "$part" "$part.FAILED"
    die "cannot get $TARBALL from any archive apt is configured for (is an 'apt-get update' due?)"
}

# Static, so that the programs run and are packaged without a library of their own to find. Upstream
# names its libraries SHARED and leaves what they link to the libraries themselves; a static build
# has to say both otherwise.
make_static() {
    local source=$1
    sed -i 's/ SHARED)$/)/' "$source"/{core,agent,gui}/CMakeLists.txt
    sed -i '/^# Load the exported targets/i \
include(CMakeFindDependencyMacro)\
find_dependency(Qt6 COMPONENTS Core DBus Gui Widgets)\
find_dependency(PkgConfig)\
pkg_check_modules(GLIB2 REQUIRED QUIET IMPORTED_TARGET glib-2.0)\
pkg_check_modules(GOBJECT REQUIRED QUIET IMPORTED_TARGET gobject-2.0)\
pkg_check_modules(POLKIT_GOBJECT REQUIRED QUIET IMPORTED_TARGET polkit-gobject-1)\
pkg_check_modules(POLKIT_AGENT REQUIRED QUIET IMPORTED_TARGET polkit-agent-1)' \
        "$source"/*Config.cmake.in
}

build() {
    local work=$1
    tar -C "$work" -xf "$cache/$TARBALL" --strip-components=1
    make_static "$work"
    # The folder has another name each time, and what is built shall not tell.
    CXXFLAGS="${CXXFLAGS:-} -ffile-prefix-map=$work=polkit-qt" cmake -S "$work" -B "$work/build" -G Ninja \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
        -DQT_MAJOR_VERSION=6 -DBUILD_SHARED_LIBS=OFF -DBUILD_TEST=OFF -DBUILD_EXAMPLES=OFF \
        >"$work/log" 2>&1 &&
        cmake --build "$work/build" >>"$work/log" 2>&1 &&
        cmake --install "$work/build" >>"$work/log" 2>&1
}

if [ -f "$stamp" ]; then
    exit 0
fi
if [ $# -eq 0 ] && dpkg-query -W -f '${Status}' libpolkit-qt6-1-dev 2>/dev/null | grep -q ' installed$'; then
    say "the distribution's libpolkit-qt6-1-dev is installed; nothing to build"
    exit 0
fi

mkdir -p "$prefix"
exec 9>"$prefix/.lock"
flock 9
[ ! -f "$stamp" ] || exit 0

fetch "$cache/$TARBALL"
work=$(mktemp -d "$prefix/.polkit-qt.XXXXXX")
trap 'rm -rf "$work"' EXIT
say "building polkit-qt $VERSION for Qt 6 into $prefix"
if ! build "$work"; then
    tail -n 40 "$work/log" >&2
    die "polkit-qt $VERSION did not build"
fi
touch "$stamp"
say "done"
