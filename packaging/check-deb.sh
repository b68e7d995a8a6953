#!/bin/bash
# Checks a Debian package of Sallyport: lintian, then installed with apt into an empty tree of the
# suite, used, installed again, removed and purged there. Prints a table; ends with 0 when all is fine.
#
#   packaging/check-deb.sh [--suite SUITE] [PACKAGE.deb]
#
#   --suite SUITE   this machine's unless said otherwise
#   PACKAGE.deb     that one, instead of build/deb/SUITE's (packaging/build-deb.sh --tree SUITE) or, for this
#                   machine's own suite, build/deb's (build-deb.sh)
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
suite=
deb=

# shellcheck source=packaging/common.sh
. "$here/common.sh"

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
suite=${suite:-$(own_suite)}
[ -n "$deb" ] || deb=$(package_for "$suite")
[ -f "$deb" ] || die "there is no package for $suite; packaging/build-deb.sh makes one"
for tool in lintian mmdebstrap; do
    command -v "$tool" >/dev/null || "$here/deps.sh" package
done

kind=deb
# shellcheck source=packaging/tree.sh
. "$here/tree.sh"

install='apt-get -q -y install --no-install-recommends /sallyport.deb'
upgrade='apt-get -q -y install --reinstall --no-install-recommends /sallyport.deb'
remove='apt-get -q -y remove sallyport'

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
    usr/libexec/sallyport/sallyport-broker
    usr/sbin/sallyportd
    lib/systemd/system/sallyport-broker.socket
    lib/systemd/system/sallyport-broker@.service
    lib/systemd/system/sallyport-lists.service
    lib/systemd/system/sallyport-lists.timer
    lib/systemd/system/sallyportd.service
    usr/lib/sysusers.d/sallyport.conf
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
    usr/share/polkit-1/rules.d/50-sallyport-lists.rules
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
    [ -f "$debug" ] && dpkg-deb --contents "$debug" | grep '/usr/lib/debug/.*\.debug$'
}

install_it() {
    there "apt-get -q -o Acquire::Check-Valid-Until=false update && $install"
}
configured() { there 'test "$(dpkg-query -W -f "\${db:Status-Status}" sallyport)" = installed && ! dpkg --verify sallyport | grep .'; }
enabled() { there 'systemctl is-enabled sallyportd.service && test -L /etc/systemd/system/dbus-org.sallyport.Firewall1.service'; }
interrupted() {
    there 'dpkg --unpack /sallyport.deb && rm -f /usr/bin/sallyportctl && dpkg --unpack /sallyport.deb &&
        dpkg --configure sallyport && test -x /usr/bin/sallyportctl'
}
reinstalled() { there "$upgrade"; }
removed() {
    there 'mkdir -p /var/lib/sallyport && touch /var/lib/sallyport/rules.db && '"$remove"' &&
        test ! -e /usr/sbin/sallyportd && test -e /var/lib/sallyport/rules.db'
}
purged() { there 'apt-get -q -y purge sallyport'; }

purged_there() { inside 'systemctl start sallyportd; apt-get -q -y purge sallyport && becomes free && test ! -e /var/lib/sallyport'; }

say "checking $(basename "$deb")"
check "lintian: no error, no warning" no_warning
check "every file is in its place" all_in_place
check "everything belongs to root" owned_by_root
check "debug symbols are a package of their own" debug_symbols_are_apart
make_tree dbus systemd-sysv
cp "$deb" "$tree/sallyport.deb"
check "apt installs it into an empty tree" install_it
check "it is configured, its files are unchanged" configured
check "the programs start, no library is missing" programs_run
check "the unit is enabled, for boot and for the bus" enabled
check "an interrupted installation is repeated" interrupted
check "it is installed again over itself" reinstalled
check "removed: programs gone, rules kept" removed
check "purged" purged
check "nothing of it is left" nothing_left

if on_a_running_system; then
    check "purged: the network is free, rules are gone" purged_there
    check "nothing of it is left" nothing_left
fi

table "$(basename "$deb")"
exit "$failed"
