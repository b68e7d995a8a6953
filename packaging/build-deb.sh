#!/bin/bash
# Builds the Debian package from what is committed.
#
#   packaging/build-deb.sh [--tree SUITE | --built FOLDER] [--check] [--twice] [--out FOLDER]
#
#   --tree SUITE   build in a clean tree of that suite (bookworm, trixie), which mmdebstrap makes from
#                  the archive this machine's apt is configured for; as root. Otherwise on this
#                  machine as it is
#   --built FOLDER only pack what is compiled in that build folder (its prefix must be /usr): a package
#                  to try, without the distribution's compiler flags
#   --check        run the tests that need no privilege, too
#   --twice        build it anew in other surroundings and without the compiler cache, and fail where
#                  what comes out is not the same to the byte
#   --out FOLDER   where the package is left (build/deb, or build/deb/SUITE)
#
# Where the distribution has no polkit-qt for Qt 6 (Debian 12), packaging/polkit-qt.sh builds it, and
# it is linked into the helper. Prints the name of the package. Of a commit that is no release, the version
# says when it was made and which it is: what is newer is newer to apt, too. And it says for which release of the
# distribution it is: that of the next one is newer, where the machine is brought to that.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=
compiled=
out=
checks=nocheck
twice=false

# shellcheck source=packaging/common.sh
. "$repo/packaging/common.sh"

while [ $# -gt 0 ]; do
    case $1 in
        --tree | --built | --out)
            [ -n "${2:-}" ] || die "$1 wants a name"
            case $1 in
                --tree) suite=$2 ;;
                --built) compiled=$(realpath -m "$2") ;;
                --out) out=$(realpath -m "$2") ;;
            esac
            shift
            ;;
        --check) checks= ;;
        --twice) twice=true ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
[ -z "$suite" ] || [ -z "$compiled" ] || die "--tree and --built are two ways"
kind=${suite:-${compiled:+built}}
out=${out:-$repo/build/deb${kind:+/$kind}}

# Where it is built is the same each time, in a tree, too: the compiler cache knows what it has seen.
stage=$repo/build/deb${kind:+/$kind}/source
built=$repo/build/deb/source
source=$built/sallyport
cache=$repo/build/deps/cache # of polkit-qt's source
# What objects say of where they were compiled stands in debug symbols: none of another folder's, and no paths that
# the cache has made relative.
unset CCACHE_BASEDIR CCACHE_NOHASHDIR
CCACHE_DIR=$(ccache --get-config cache_dir 2>/dev/null || echo "$HOME/.cache/ccache")
export CCACHE_DIR

stage() {
    [ -z "$("${git[@]}" status --porcelain --untracked-files=no)" ] ||
        say "what is not committed is not in the package"
    rm -rf "$stage"
    mkdir -p "$stage/sallyport" "$out" "$cache"
    "${git[@]}" archive HEAD | tar -C "$stage/sallyport" -x
    cp -a "$stage/sallyport/packaging/debian" "$stage/sallyport/debian"
    sed -i "1s/)/$(snapshot))/" "$stage/sallyport/debian/changelog"
    # The commit's time stands for all that is made of it.
    SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
}

# What stands behind the version, from os-release(5) of where it is built: ~debian12.
# shellcheck disable=SC2016 # expanded there
readonly NAME_RELEASE='
    (. /etc/os-release
        [ -z "${VERSION_ID:-}" ] || sed -i "1s/)/~$ID$VERSION_ID)/" debian/changelog)
'

# What is done in the staged tree, on this machine or in the clean one: polkit-qt with the flags
# packages are compiled with, then the package.
# shellcheck disable=SC2016 # expanded there
readonly BUILD='
    set -eu
    cd "$1"
    '"$NAME_RELEASE"'
    (eval "$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --export=sh)"
        SALLYPORT_CACHE=$2 packaging/polkit-qt.sh)
    export DEB_BUILD_OPTIONS="$3 parallel=$(nproc)"
    exec dpkg-buildpackage --build=binary --unsigned-changes --unsigned-source
'

in_place() {
    "$repo/packaging/deps.sh" package
    bash -c "$BUILD" - "$source" "$cache" "$checks" >"$stage/log" 2>&1
}

packed() {
    [ -f "$compiled/CMakeCache.txt" ] || die "nothing is compiled in $compiled"
    cd "$stage/sallyport"
    bash -c "$NAME_RELEASE"
    # What compiling takes may be missing: it is done.
    SALLYPORT_BUILT=$compiled DEB_BUILD_OPTIONS="nocheck noddebs" \
        dpkg-buildpackage --no-check-builddeps --build=binary --unsigned-changes --unsigned-source >"$stage/log" 2>&1
}

# Runs in the tree $1 what stands in $2, with the folders it needs bound into it. They are bound in a
# mount namespace that ends with the hook: whatever happens, nothing is there when the tree is removed.
# shellcheck disable=SC2016 # expanded by the hook
readonly HOOK='
    set -eu
    bind() { mkdir -p "$1" && mount --bind "$2" "$1"; }
    bind "$1$BUILT" "$STAGE"
    bind "$1$CACHE" "$CACHE"
    bind "$1$CCACHE_DIR" "$CCACHE_DIR"
    exec chroot "$1" sh -c "$2" - "$SOURCE" "$CACHE" "$CHECKS"
'

# shellcheck disable=SC2016 # expanded by the hooks
in_tree() {
    local base bound='unshare --mount --propagation private sh -c "$HOOK" - "$1"'
    [ "$(id -u)" -eq 0 ] || die "--tree needs root"
    command -v mmdebstrap >/dev/null || "$repo/packaging/deps.sh" package
    base=$(archive)
    [ -n "$base" ] || die "apt is configured for no Debian archive"
    mkdir -p "$CCACHE_DIR"
    env DEBIAN_FRONTEND=noninteractive HOOK="$HOOK" WORK="$BUILD" STAGE="$stage" BUILT="$built" SOURCE="$source" \
        CACHE="$cache" CHECKS="$checks" mmdebstrap --mode=root --variant=buildd --include=ccache,ca-certificates \
        --skip=cleanup/apt/lists \
        --customize-hook="$bound 'apt-get -y -q --no-install-recommends build-dep \"\$1\"'" \
        --customize-hook="$bound \"\$WORK\"" \
        "$suite" /dev/null "$base" >"$stage/log" 2>&1
}

way=in_place
[ -z "$suite" ] || way=in_tree
[ -z "$compiled" ] || way=packed
build() {
    stage
    say "building${suite:+ in a tree of $suite}; what it says is in $stage/log"
    "$way" || {
        tail -n 40 "$stage/log" >&2
        die "the package did not build"
    }
}

# Built anew by somebody who has another clock, another language, other rights for new files and no compiler cache.
again() {
    local first=$stage.first package
    rm -rf "$first"
    mv "$stage" "$first"
    (
        umask 027
        export TZ=Pacific/Kiritimati LC_ALL=C LANGUAGE=C CCACHE_DISABLE=1 HOME=$first
        build
    )
    for package in "$first"/sallyport*.deb; do
        cmp "$package" "$stage/${package##*/}" >&2 || die "built twice, it is not the same: $first, $stage"
        say "built twice, it is the same: ${package##*/}"
    done
    rm -rf "$first"
}

build
! $twice || again
find "$out" -maxdepth 1 -name 'sallyport*_*' -type f -delete
find "$stage" -maxdepth 1 -name 'sallyport*_*' -type f -exec mv -t "$out" {} +
find "$out" -maxdepth 1 -name 'sallyport_*.deb'
