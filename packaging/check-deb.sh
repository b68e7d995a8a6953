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
cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
group=$cgroups/sallyport-check-$$ # of the machine that is started in the tree
machine=                          # its first process

clean() {
    local round
    if [ -n "$machine" ]; then
        kill -KILL "$machine" 2>/dev/null || true
        wait 2>/dev/null || true
    fi
    if [ -d "$group" ]; then
        for round in {1..50}; do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
            sleep 0.1
        done
    fi
    rm -rf --one-file-system "$work"
}
trap clean EXIT

# check WHAT COMMAND...: a row of the table, with the last line of what a failure said.
check() {
    local what=$1 outcome=fine
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        outcome="FAILED: $(tail -n 1 "$log")"
        printf '%s\n' "--- $what" >&2
        cat "$log" >&2
        failed=1
    fi
    rows+=("$what|$outcome")
}

# --- the tree ---

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

# Starts the tree's systemd, and notes its first process in `machine`; the hardening of the unit is the real one.
# shellcheck disable=SC2016 # expanded by the inner shell
boot() {
    mkdir "$group"
    sh -c 'echo $$ >"$2/cgroup.procs" && exec unshare --mount --pid --fork --kill-child --cgroup --uts --ipc --net \
        --propagation private sh -c "$3" - "$1"' - "$tree" "$group" '
        set -e
        mount --bind "$1" "$1"
        mount -t proc proc "$1/proc"
        mount -t sysfs sysfs "$1/sys"
        mount -t tmpfs tmpfs "$1/run"
        mount -t tmpfs tmpfs "$1/dev"
        for node in null zero full random urandom tty; do
            touch "$1/dev/$node"
            mount --bind "/dev/$node" "$1/dev/$node"
        done
        ln -s /proc/self/fd "$1/dev/fd"
        mkdir "$1/dev/shm" "$1/dev/pts"
        mount -t devpts devpts "$1/dev/pts" -o newinstance,ptmxmode=666
        ln -s pts/ptmx "$1/dev/ptmx"
        mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
        mount -t bpf bpf "$1/sys/fs/bpf" -o mode=700
        ip link set lo up
        cd "$1"
        pivot_root . mnt
        umount -l /mnt
        exec env -i container=check PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system' \
        </dev/null >"$work/boot" 2>&1 &
    local starter=$! round
    for round in {1..600}; do
        machine=$(pgrep -P "$starter" | head -n 1 || true)
        [ -z "$machine" ] || ! inside 'systemctl is-system-running | grep -Eq "running|degraded"' || return 0
        sleep 0.2
    done
    tail "$work/boot"
    return 1
}

# Runs a shell line on the machine that boot() started, as one of its programs.
# shellcheck disable=SC2016 # expanded by the inner shell
inside() {
    sh -c 'echo $$ >"$1/init.scope/cgroup.procs" && exec nsenter -t "$2" -a -r -w \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive bash -c "$3"' \
        - "$group" "$machine" "$TOOLS
$1" </dev/null
}

# A program there tries port 9 of the loopback, where nobody listens: "blocked" by a rule, or "free".
# shellcheck disable=SC2016 # expanded there
readonly TOOLS='
    attempt() {
        case $( { : >/dev/tcp/127.0.0.1/9; } 2>&1 || true) in
            *"not permitted"*) echo blocked ;;
            *refused*) echo free ;;
            *) echo unclear ;;
        esac
    }
    becomes() {
        local round
        for round in {1..300}; do
            [ "$(attempt)" != "$1" ] || return 0
            sleep 0.2
        done
        echo "it is $(attempt), not $1"
        journalctl --no-pager -n 20 -u sallyportd
        return 1
    }
    pid() { systemctl show -P MainPID sallyportd; }
    links=/sys/fs/bpf/sallyport/current/links
'

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

# shellcheck disable=SC2016 # expanded there
enforces_at_once() {
    inside 'apt-get -q -y install --no-install-recommends /sallyport.deb && systemctl is-active sallyportd &&
        test -n "$(ls $links)" && sallyportctl status && test "$(stat -c %a /var/lib/sallyport)" = 700'
}
# shellcheck disable=SC2016
a_rule_blocks() {
    inside 'becomes free && sallyportctl rules add --block --pinned --program "$(readlink -f /bin/bash)" --to 127.0.0.1 --port 9 &&
        becomes blocked'
}
strangers_are_refused() {
    # shellcheck disable=SC2016
    inside 'setpriv --reuid 65534 --regid 65534 --clear-groups sallyportctl mode learn; test $? -eq 4'
}
# shellcheck disable=SC2016
killed() {
    inside 'old=$(pid) && [ "$old" -gt 1 ] && kill -KILL "$old" && test "$(attempt)" = blocked || exit 1
        for round in {1..300}; do
            test "$(attempt)" = blocked || exit 1
            new=$(pid)
            [ "$new" = 0 ] || [ "$new" = "$old" ] || ! systemctl is-active -q sallyportd || exit 0
            sleep 0.2
        done
        exit 1'
}
# shellcheck disable=SC2016
no_gap() {
    inside 'old=$(pid); touch /run/on; (while [ -e /run/on ]; do attempt; done >/run/attempts) &
        apt-get -q -y install --reinstall --no-install-recommends /sallyport.deb && rm /run/on && wait
        sort /run/attempts | uniq -c
        test "$(pid)" != "$old" && systemctl is-active sallyportd && test "$(sort -u /run/attempts)" = blocked'
}
stopped() { inside 'systemctl stop sallyportd && becomes free && test ! -e /sys/fs/bpf/sallyport'; }
activated() {
    inside 'busctl call org.sallyport.Firewall1 /org/sallyport/Firewall1 org.sallyport.Firewall1 GetStatus >/dev/null &&
        systemctl is-active sallyportd && becomes blocked'
}
# shellcheck disable=SC2016
refused_by_the_kernel() {
    inside 'mkdir -p /run/systemd/system/sallyportd.service.d
        printf "[Service]\nExecStart=\nExecStart=/usr/sbin/sallyportd --cgroup /tmp\n" >/run/systemd/system/sallyportd.service.d/no.conf
        systemctl daemon-reload; systemctl restart sallyportd
        sleep 5
        test "$(systemctl show -P NRestarts sallyportd)" = 0 && systemctl is-failed sallyportd &&
            test "$(systemctl show -P ExecMainStatus sallyportd)" = 3 && becomes blocked
        code=$?
        rm -r /run/systemd/system/sallyportd.service.d
        systemctl daemon-reload; systemctl restart sallyportd; exit $code'
}
frees_the_network() {
    inside 'becomes blocked && apt-get -q -y remove sallyport && becomes free && test ! -e /sys/fs/bpf/sallyport &&
        ! systemctl is-active sallyportd && test -e /var/lib/sallyport/rules.db'
}
rules_are_kept() { inside 'apt-get -q -y install --no-install-recommends /sallyport.deb && becomes blocked'; }
# shellcheck disable=SC2016
off_after_a_failure() {
    inside 'systemctl kill --signal=KILL sallyportd; systemctl stop sallyportd; test "$(attempt)" = blocked &&
        sallyportd --off && becomes free'
}
purged_there() { inside 'systemctl start sallyportd; apt-get -q -y purge sallyport && becomes free && test ! -e /var/lib/sallyport'; }

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

if [ -z "$cgroups" ]; then
    rows+=("on a running system|skipped: no cgroup v2 mount")
else
    check "the tree's systemd starts" boot
    check "installed: the service enforces at once" enforces_at_once
    rows+=("exposure by systemd-analyze security|$(inside "systemd-analyze security --no-pager sallyportd" | sed -n 's/.*Overall.*: //p' || true)")
    check "a rule blocks a program" a_rule_blocks
    check "other users are refused" strangers_are_refused
    check "kill -9: blocked all the while, started again" killed
    check "upgrade: blocked all the while, new helper" no_gap
    check "a refusal by the kernel is not tried again" refused_by_the_kernel
    check "systemctl stop frees the network" stopped
    check "the bus starts it" activated
    check "removed: the network is free, rules are kept" frees_the_network
    check "installed again: the old rules hold" rules_are_kept
    check "sallyportd --off after a helper that was killed" off_after_a_failure
    check "purged: the network is free, rules are gone" purged_there
    check "nothing of it is left" nothing_left
fi

printf '\n%-52s %s\n' "$(basename "$deb"), $suite" outcome
for row in "${rows[@]}"; do
    printf '%-52s %s\n' "${row%%|*}" "${row#*|}"
done
exit "$failed"
