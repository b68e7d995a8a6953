#!/bin/bash
# Sallyport installed on whole systems: a Debian with a desktop in a machine of its own, the package,
# a boot, a question that is answered with the mouse. Prints a table, and leaves the pictures and what
# the machine said in build/vm/SUITE.
#
#   tests/system/vm.sh [--suite SUITE]... [--all] [--step STEP]... [PACKAGE.deb]
#   tests/system/vm.sh --quick BUILD-FOLDER
#
#   --quick         a smaller desktop of this machine's suite, the steps without which nothing works,
#                   and a package of what is compiled in BUILD-FOLDER: what .ci/run has the time for
#   --suite SUITE   bookworm unless said otherwise
#   --all           every suite
#   --step STEP     only that of system/vm/run.py, and what must be before
#   --from OLD.deb  what is installed until the upgrade: an older version, instead of the same
#   PACKAGE.deb     that one for every suite, instead of build/deb/SUITE's (packaging/build-deb.sh
#                   --tree SUITE) or, for this machine's own suite, build/deb's (build-deb.sh)
#
# The machines are emulated (-accel tcg) and reach nothing but a web server that is started for them.
# Their disks come from mmdebstrap and the archive this machine's apt is configured for; they are
# kept in build/vm and made anew when the package depends on something else. Needs root. Ends with 1
# when a row of the table fails. Where a processor of the machine stands still, which its kernel says and QEMU is to
# blame for, all is done once more.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$repo/tests/system/vm
readonly ALL=(bookworm trixie)
suites=()
steps=()
deb=
old=
compiled=

# shellcheck source=packaging/common.sh
. "$repo/packaging/common.sh"
skip() {
    printf 'SKIPPED-ALL: %s\n' "$*"
    exit 0
}

while [ $# -gt 0 ]; do
    case $1 in
        --suite)
            suites+=("${2:?}")
            shift
            ;;
        --step)
            steps+=("${2:?}")
            shift
            ;;
        --from)
            old=$(realpath "${2:?}")
            shift
            ;;
        --all) suites=("${ALL[@]}") ;;
        --quick)
            compiled=$(realpath -m "${2:?}")
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*)
            usage >&2
            exit 2
            ;;
        *) deb=$(realpath "$1") ;;
    esac
    shift
done
own=$(own_suite)
[ -z "$compiled" ] || suites=("$own")
[ ${#suites[@]} -gt 0 ] || suites=(bookworm)
[ "$(uname -m)" = x86_64 ] || skip "the machines are amd64's"
[ "$(id -u)" -eq 0 ] || skip "needs root"
for tool in qemu-system-x86_64 mmdebstrap mke2fs python3 ssh-keygen; do
    command -v "$tool" >/dev/null || skip "needs $tool (packaging/deps.sh package)"
done

# What a desktop machine has, and what the tests look at it with. A person logs in by itself; `dora`
# has the password `dora`. Who asks for it is who the package recommends first of those there are.
readonly SMALL=linux-image-amd64,initramfs-tools,systemd-sysv,systemd-timesyncd,dbus,dbus-user-session,polkitd,procps,\
iproute2,xserver-xorg-core,xserver-xorg-input-libinput,lightdm,lightdm-gtk-greeter,xfce4-session,xfwm4,\
x11-utils,xdotool,curl,openssh-server,fonts-dejavu-core
readonly DESKTOP=$SMALL,sudo,network-manager,avahi-daemon,xfce4-panel,xfdesktop4,xfce4-notifyd,ca-certificates,libnotify-bin,\
adwaita-icon-theme
# What a machine that lives for minutes needs none of: files that survive a loss of power, manuals.
readonly HASTE=(--dpkgopt=force-unsafe-io '--dpkgopt=path-exclude=/usr/share/man/*'
    '--dpkgopt=path-exclude=/usr/share/doc/*' '--dpkgopt=path-exclude=/usr/share/locale/*')

# $1: suite, $2: the package's Depends, $3: where the disk, kernel and initrd go.
make_disk() {
    local base tree=$3/tree
    base=$(archive)
    [ -n "$base" ] || skip "apt is configured for no Debian archive"
    rm -rf "$3"
    mkdir -p "$3"
    local way=(--variant=important --include="$DESKTOP") needs="$2, policykit-1-gnome | mate-polkit"
    [ -z "$compiled" ] || way=(--variant=minbase --include="$SMALL" "${HASTE[@]}") needs=$2
    mmdebstrap --mode=root "${way[@]}" \
        --customize-hook="chroot \"\$1\" env DEBIAN_FRONTEND=noninteractive \
            apt-get -y -q --no-install-recommends satisfy '$needs'" \
        --customize-hook="'$here/furnish.sh' \"\$1\"" \
        "$1" "$tree" "$base" >"$3/log" 2>&1 || {
        tail -n 20 "$3/log" >&2
        die "the disk was not made"
    }
    cp "$tree"/boot/vmlinuz-* "$3/vmlinuz"
    cp "$tree"/boot/initrd.img-* "$3/initrd"
    mke2fs -q -t ext4 -d "$tree" "$3/disk" 4G
    rm -rf "$tree"
    printf '%s\n' "$2" >"$3/depends"
}

work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
status=0
if [ -n "$compiled" ]; then
    [[ " ${ALL[*]} " == *" $own "* ]] || skip "the machine would be of this one's suite, and that is none of ${ALL[*]}"
    deb=$("$repo/packaging/build-deb.sh" --built "$compiled" --out "$repo/build/vm/quick/package")
    command -v lintian >/dev/null || skip "needs lintian (packaging/deps.sh test)"
    lintian --allow-root --no-tag-display-limit --fail-on error,warning --display-level ">=warning" "$deb" >&2 ||
        status=1
    [ ${#steps[@]} -gt 0 ] || steps=(boots answers containers killed)
fi
for suite in "${suites[@]}"; do
    package=${deb:-$(package_for "$suite")}
    [ -f "$package" ] || die "there is no package for $suite; packaging/build-deb.sh makes one"
    folder=$repo/build/vm/${compiled:+quick/}$suite
    disk=$folder/machine
    depends=$(dpkg-deb --field "$package" Depends)
    if [ "$(cat "$disk/depends" 2>/dev/null)" != "$depends" ] ||
        [ "$here/furnish.sh" -nt "$disk/depends" ] || [ "${BASH_SOURCE[0]}" -nt "$disk/depends" ]; then
        say "making a disk with $suite"
        make_disk "$suite" "$depends" "$disk"
    fi
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/sallyport-vm.XXXXXX")
    mkdir "$work/share"
    cp "${old:-$package}" "$work/share/"
    cp "$package" "$work/share/next.deb"
    mkdir "$work/share/source"
    cp -a "$repo/packaging" "$repo/resources" "$work/share/source/"
    ssh-keygen -q -t ed25519 -N '' -C test -f "$work/key"
    cp "$work/key.pub" "$work/share/"
    # A network namespace: what QEMU does there reaches nothing.
    # shellcheck disable=SC2016 # expanded there
    run() {
        unshare --net sh -c 'ip link set lo up && exec "$@"' - \
            python3 -B "$here/run.py" "$work" "$disk" "$folder" "${steps[@]}"
    }
    result=0
    run || result=$?
    if [ "$result" = 75 ]; then
        printf 'vm.sh: an emulated processor stood still, which QEMU is to blame for: all of it once more\n' >&2
        cp "$work/console" "$folder/console.stalled"
        rm -f "$work/console" "$work/shell" "$work/qmp"
        result=0
        run || result=$?
    fi
    [ "$result" = 0 ] || status=1
    cp "$work/console" "$work/qemu" "$work/packets.pcap" "$folder/" 2>/dev/null || true
    rm -rf "$work"
done
exit "$status"
