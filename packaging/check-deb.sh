#!/bin/bash
# Checks a Debian package of Sallyport: lintian, then installed with apt into an empty tree of the
# suite, used, installed again, removed and purged there. Prints a table; ends with 0 when all is fine.
#
#   packaging/check-deb.sh [--suite SUITE] [PACKAGE.deb]
#
#   --suite SUITE   bookworm unless said otherwise
#   PACKAGE.deb     the newest in build/deb
#
# The tree is made by mmdebstrap from the archive this machine's apt is configured for, and kept in
# build/deb/check. Needs root.
#
# The tree's own systemd is started in it, in namespaces and a control group of its own: the service
# runs there as it would on a machine, filters only what is in that group, and has no network.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$repo/packaging
suite=bookworm
deb=

say() { printf 'check-deb.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}
usage() { sed -n '2,/^# SPDX/{/^# SPDX/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
    case $1 in
        --suite)
            suite=${2:?}
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
[ "$(id -u)" -eq 0 ] || die "needs root"
[ -n "$deb" ] || deb=$(find "$repo/build/deb" -maxdepth 1 -name 'sallyport_*.deb' | head -n 1)
[ -f "$deb" ] || die "there is no package; packaging/build-deb.sh makes one"
for tool in lintian mmdebstrap; do
    command -v "$tool" >/dev/null || "$here/deps.sh" package
done

kept=$repo/build/deb/check/$suite.tar # an empty tree, with what a desktop has anyway
work=$(mktemp -d "${TMPDIR:-/var/tmp}/sallyport-check.XXXXXX")
tree=$work/tree
log=$work/log
failed=0
rows=()
trap 'rm -rf --one-file-system "$work"' EXIT

# check WHAT COMMAND...: a row of the table, with the last line of what a failure said.
check() {
    local what=$1 said outcome=fine
    shift
    if ! said=$("$@" 2>&1); then
        outcome="FAILED: $(tail -n 1 <<<"$said")"
        printf '%s\n' "--- $what" "$said" >&2
        failed=1
    fi
    rows+=("$what|$outcome")
}

# --- the tree ---

# shellcheck disable=SC2016 # apt expands the format
archive() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1; }

make_tree() {
    if [ ! -f "$kept" ]; then
        say "making an empty tree of $suite"
        mkdir -p "$(dirname "$kept")"
        mmdebstrap --mode=root --variant=minbase --include=dbus,systemd-sysv --skip=cleanup/apt/lists \
            "$suite" "$kept.part" "$(archive)" >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "cannot make a tree of $suite"
        }
        mv "$kept.part" "$kept"
    fi
    mkdir "$tree"
    tar -C "$tree" -xf "$kept"
    cp "$deb" "$tree/sallyport.deb"
    cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
}

# Runs a shell line in the tree, in namespaces that end with it. No service is started there.
# shellcheck disable=SC2016 # expanded by the inner shell
there() {
    unshare --mount --pid --fork --kill-child --propagation private sh -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
            exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
                DEBIAN_FRONTEND=noninteractive QT_QPA_PLATFORM=offscreen sh -c "$2"' - "$tree" "$1" </dev/null
}

# --- what is looked at ---

no_warning() {
    local said
    said=$(lintian --allow-root --no-tag-display-limit --fail-on error,warning --display-level ">=warning" "$deb") ||
        {
            printf '%s\n' "$said"
            return 1
        }
}

readonly PLACES='
    etc/sallyport/rules.d/
    etc/xdg/autostart/org.sallyport.Sallyport.desktop
    usr/bin/sallyport
    usr/bin/sallyportctl
    usr/sbin/sallyportd
    lib/systemd/system/sallyportd.service
    usr/share/applications/org.sallyport.Sallyport.desktop
    usr/share/bash-completion/completions/sallyportctl
    usr/share/dbus-1/system-services/org.sallyport.Firewall1.service
    usr/share/dbus-1/system.d/org.sallyport.Firewall1.conf
    usr/share/doc/sallyport/changelog.gz
    usr/share/doc/sallyport/copyright
    usr/share/doc/sallyport/examples/vpn-only.json
    usr/share/fish/vendor_completions.d/sallyportctl.fish
    usr/share/icons/hicolor/scalable/apps/org.sallyport.Sallyport.svg
    usr/share/icons/hicolor/symbolic/apps/org.sallyport.Sallyport-symbolic.svg
    usr/share/icons/hicolor/symbolic/status/sallyport-waiting-symbolic.svg
    usr/share/man/man1/sallyport.1.gz
    usr/share/man/man1/sallyportctl.1.gz
    usr/share/man/man8/sallyportd.8.gz
    usr/share/metainfo/org.sallyport.Sallyport.metainfo.xml
    usr/share/polkit-1/actions/org.sallyport.policy
    usr/share/zsh/vendor-completions/_sallyportctl
'
all_in_place() {
    local content place missing=0
    content=$(dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's#^\./##; s#^usr/lib/systemd/#lib/systemd/#')
    for place in $PLACES; do
        grep -qxF "$place" <<<"$content" || {
            echo "not in the package: $place"
            missing=1
        }
    done
    return "$missing"
}
owned_by_root() { ! dpkg-deb --contents "$deb" | awk '$2 != "root/root"' | grep .; }
debug_symbols_are_apart() {
    local debug=${deb/sallyport_/sallyport-dbgsym_}
    [ -f "$debug" ] && dpkg-deb --contents "$debug" | grep -q '/usr/lib/debug/.*\.debug$'
}

install_it() {
    there 'apt-get -q -o Acquire::Check-Valid-Until=false update && apt-get -q -y install --no-install-recommends /sallyport.deb'
}
programs_run() {
    there 'sallyportd --version && sallyport --version && sallyportctl --version &&
        ! ldd /usr/sbin/sallyportd /usr/bin/sallyport /usr/bin/sallyportctl | grep "not found"'
}
configured() { there 'test "$(dpkg-query -W -f "\${db:Status-Status}" sallyport)" = installed && ! dpkg --verify sallyport | grep .'; }
enabled() { there 'systemctl is-enabled sallyportd.service && test -L /etc/systemd/system/dbus-org.sallyport.Firewall1.service'; }
interrupted() {
    there 'dpkg --unpack /sallyport.deb && rm -f /usr/bin/sallyportctl && dpkg --unpack /sallyport.deb &&
        dpkg --configure sallyport && test -x /usr/bin/sallyportctl'
}
reinstalled() { there 'apt-get -q -y install --reinstall --no-install-recommends /sallyport.deb'; }
removed() {
    there 'mkdir -p /var/lib/sallyport && touch /var/lib/sallyport/rules.db && apt-get -q -y remove sallyport &&
        test ! -e /usr/sbin/sallyportd && test -e /var/lib/sallyport/rules.db'
}
purged() { there 'apt-get -q -y purge sallyport'; }
nothing_left() {
    there '! find / -xdev -iname "*sallyport*" -not -path "/proc/*" -not -path "/sallyport.deb" \
        -not -path "/var/cache/*" -not -path "/var/log/*" | grep .'
}

say "checking $(basename "$deb")"
check "lintian: no error, no warning" no_warning
check "every file is in its place" all_in_place
check "everything belongs to root" owned_by_root
check "debug symbols are a package of their own" debug_symbols_are_apart
make_tree
check "apt installs it into an empty tree" install_it
check "it is configured, its files are unchanged" configured
check "the programs start, no library is missing" programs_run
check "the unit is enabled, for boot and for the bus" enabled
check "an interrupted installation is repeated" interrupted
check "it is installed again over itself" reinstalled
check "removed: programs gone, rules kept" removed
check "purged" purged
check "nothing of it is left" nothing_left

printf '\n%-52s %s\n' "$(basename "$deb"), $suite" outcome
for row in "${rows[@]}"; do
    printf '%-52s %s\n' "${row%%|*}" "${row#*|}"
done
exit "$failed"
