#!/bin/bash
# Builds the rpm from what is committed.
#
#   packaging/build-rpm.sh [--tree SUITE] [--check] [--twice] [--out FOLDER]
#   packaging/build-rpm.sh --again [--out FOLDER]
#
#   --tree SUITE   build a fresh clone in a clean tree of that suite of Debian (bookworm), which mmdebstrap
#                  makes from the archive this machine's apt is configured for; as root. Otherwise on
#                  this machine as it is
#   --check        run the tests that need no privilege, too
#   --twice        build it anew in other surroundings and without the compiler cache, and fail where
#                  what comes out is not the same to the byte
#   --again        package what was built last once more, as a newer release, and compile nothing: what
#                  packaging/check-rpm.sh tries an upgrade with. Its names go below FOLDER/again
#   --out FOLDER   where the packages are left (build/rpm)
#
# Prints the name of the package; its debug symbols are another one beside it.
#
# On Fedora rpmbuild does it with Fedora's own macros, and says which of the spec's BuildRequires are
# missing. On Debian and Ubuntu packaging/deps.sh installs what is needed; rpm knows nothing of those
# packages (--nodeps), and gets the macros it lacks from packaging/rpm/macros.debian. The flags are those of
# Debian's packages: they keep the folder of the build out of the debug symbols, so there is no package of
# the source for debuggers (-debugsource), which Fedora makes. Where there is no polkit-qt for Qt 6 (Debian
# 12), packaging/polkit-qt.sh builds it, and it is linked into the helper. Such a package asks for this
# machine's libraries: it is for trying the spec, not for a Fedora machine.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$repo/build/rpm
out=$top
suite=
checks=false
twice=false
again=false

# shellcheck source=packaging/common.sh
. "$repo/packaging/common.sh"

while [ $# -gt 0 ]; do
    case $1 in
        --tree | --out)
            [ -n "${2:-}" ] || die "$1 wants a name"
            case $1 in
                --tree) suite=$2 ;;
                --out) out=$(realpath -m "$2") ;;
            esac
            shift
            ;;
        --check) checks=true ;;
        --twice) twice=true ;;
        --again) again=true ;;
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

macros=$repo/packaging/rpm/macros.debian
spec=$top/SPECS/sallyport.spec
log=$top/log
# The commit's time stands for all that is made of it.
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
rpmbuild=(rpmbuild --define "_topdir $top" --buildroot "$top/BUILDROOT/sallyport" --noclean
    --define "snapshot $(snapshot)"
    --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1")
foreign=false # the macros are not rpm's own

# What Debian lacks, and what its packages are compiled with.
prepare() {
    if ! command -v rpmbuild >/dev/null || command -v dpkg-query >/dev/null; then
        "$repo/packaging/deps.sh" package
    fi
    # On a distribution of rpms it is rpmbuild that says what is missing.
    if ! command -v dpkg-query >/dev/null || [ -n "$(rpm --eval '%{?_unitdir}')" ]; then
        return 0
    fi
    foreign=true
    rpmbuild+=(--nodeps --load "$macros")
}

# What Debian's packages are compiled with.
flags() {
    local source
    source=$top/BUILD/$(rpmspec --load "$macros" -q --srpm --qf '%{name}-%{version}' "$spec")
    eval "$(DEB_BUILD_PATH=$source DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --export=sh)"
    CFLAGS+=" $CPPFLAGS"
    CXXFLAGS+=" $CPPFLAGS"
    CCACHE_DIR=$(ccache --get-config cache_dir)
    CMAKE_PREFIX_PATH=$top/deps
    unset CCACHE_BASEDIR CCACHE_NOHASHDIR # see build-deb.sh
    export CFLAGS CXXFLAGS CCACHE_DIR CMAKE_PREFIX_PATH
    SALLYPORT_CACHE=$repo/build/deps/cache "$repo/packaging/polkit-qt.sh" "$top/deps"
}

stage() {
    local name
    [ -z "$("${git[@]}" status --porcelain --untracked-files=no)" ] ||
        say "what is not committed is not in the package"
    rm -rf "$top"/{BUILD,BUILDROOT,RPMS,SRPMS,SOURCES,SPECS}
    mkdir -p "$top"/{SOURCES,SPECS} "$out"
    "${git[@]}" show HEAD:packaging/rpm/sallyport.spec >"$spec"
    name=sallyport-$(sed -n 's/^Version: *//p' "$spec")
    "${git[@]}" archive --prefix="$name/" --output="$top/SOURCES/$name.tar.gz" HEAD
}

build() {
    local how=(-ba)
    if $again; then
        # From BUILD and BUILDROOT as the last run left them.
        how=(-bb --short-circuit --define 'dist .again')
    fi
    $checks || how+=(--without tests --nocheck)
    if $foreign; then
        flags
    fi
    "${rpmbuild[@]}" "${how[@]}" "$spec"
}

made() {
    say "building; what it says is in $log"
    build >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "the package did not build"
    }
}

# Built anew by somebody who has another clock, another language, other rights for new files and no compiler cache.
anew() {
    local first=$top/first package
    rm -rf "$first"
    mkdir "$first"
    find "$top"/{RPMS,SRPMS} -name 'sallyport-*.rpm' -type f -exec mv -t "$first" {} +
    (
        umask 027
        export TZ=Pacific/Kiritimati LC_ALL=C LANGUAGE=C CCACHE_DISABLE=1
        stage
        made
    )
    for package in "$first"/*.rpm; do
        cmp "$package" "$(find "$top"/{RPMS,SRPMS} -name "${package##*/}")" >&2 ||
            die "built twice, it is not the same: ${package##*/}, $first"
        say "built twice, it is the same: ${package##*/}"
    done
    rm -rf "$first"
}

# Runs this script in the tree $1, with the arguments behind it. What it needs of here is bound into the tree, in a
# mount namespace that ends with the hook: whatever happens, nothing is there when the tree is removed.
# shellcheck disable=SC2016 # expanded by the hook
readonly HOOK='
    set -eu
    tree=$1
    shift
    bind() { mkdir -p "$tree$2" && mount --bind "$1" "$tree$2"; }
    bind "$CLONE" "$REPO"
    for folder in "$TOP" "$OUT" "$REPO/build/deps/cache" "$CCACHE_DIR"; do
        bind "$folder" "$folder"
    done
    exec chroot "$tree" "$REPO/packaging/build-rpm.sh" --out "$OUT" "$@"
'

in_tree() {
    local base clone=$top/clone options=
    [ "$(id -u)" -eq 0 ] || die "--tree needs root"
    command -v mmdebstrap >/dev/null || "$repo/packaging/deps.sh" package
    base=$(archive)
    [ -n "$base" ] || die "apt is configured for no Debian archive"
    CCACHE_DIR=$(ccache --get-config cache_dir 2>/dev/null || echo "$HOME/.cache/ccache")
    rm -rf "$clone" "$top/deps"
    mkdir -p "$out" "$repo/build/deps/cache" "$CCACHE_DIR"
    "${git[@]}" clone -q --no-local "$repo" "$clone"
    ! $checks || options+=' --check'
    ! $twice || options+=' --twice'
    say "building in a tree of $suite; what it says is in $top/tree.log and $log"
    env DEBIAN_FRONTEND=noninteractive HOOK="$HOOK" CLONE="$clone" REPO="$repo" TOP="$top" OUT="$out" \
        CCACHE_DIR="$CCACHE_DIR" mmdebstrap --mode=root --variant=buildd --include=ca-certificates,git,tzdata \
        --skip=cleanup/apt/lists \
        --customize-hook='unshare --mount --propagation private sh -c "$HOOK" - "$1"'"$options" \
        "$suite" /dev/null "$base" >"$top/tree.log" 2>&1 || {
        tail -n 40 "$top/tree.log" >&2
        die "the package did not build"
    }
    grep '^build-rpm.sh: built twice' "$top/tree.log" >&2 || true
    rm -rf "$clone"
    packages
}

packages() { find "$out" -maxdepth 1 -name 'sallyport-[0-9]*.rpm' -not -name '*.src.rpm'; }

! $again || ! $twice || die "--twice and --again are two things"
! $again || [ -z "$suite" ] || die "--again is for what is there"
mkdir -p "$top"
if [ -n "$suite" ]; then
    in_tree
    exit
fi
prepare
if $again; then
    [ -f "$spec" ] || die "nothing was built yet"
    out=$out/again
    mkdir -p "$out"
else
    stage
fi
made
! $twice || anew
find "$out" -maxdepth 1 -name 'sallyport-*.rpm' -type f -delete
find "$top"/{RPMS,SRPMS} -name 'sallyport-*.rpm' -type f -exec mv -t "$out" {} +
packages
