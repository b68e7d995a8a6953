# What check-deb.sh and check-rpm.sh have in common: an empty tree of a Debian suite, its systemd
# started in namespaces and a control group of its own, what the service has to do there, and the table.
# To be sourced after common.sh, with `repo`, `kind` (deb, rpm) and `suite` set.
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154

kept=$repo/build/$kind/check/$suite.tar # an empty tree, with what a desktop has anyway
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

# make_tree PACKAGE...: with these in it.
make_tree() {
    local wanted part=${kept%.tar}.part.tar # mmdebstrap goes by how a name ends
    wanted=$(printf '%s,' "$@")
    if [ ! -f "$kept" ] || [ "$wanted" != "$(cat "$kept.packages" 2>/dev/null)" ]; then
        say "making an empty tree of $suite"
        mkdir -p "$(dirname "$kept")"
        mmdebstrap --mode=root --variant=minbase --include="${wanted%,}" --skip=cleanup/apt/lists \
            "$suite" "$part" "$(archive)" >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "cannot make a tree of $suite"
        }
        mv "$part" "$kept"
        printf '%s' "$wanted" >"$kept.packages"
    fi
    mkdir "$tree"
    tar -C "$tree" -xf "$kept"
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

# --- what both packages have to do ---

# Each is a shell line for the tree: what installs the package and switches it on, what installs it (or a
# newer one) over itself, and what removes it.
install=
upgrade=
remove=

programs_run() {
    there 'sallyportd --version && sallyport --version && sallyportctl --version &&
        ! ldd /usr/sbin/sallyportd /usr/bin/sallyport /usr/bin/sallyportctl | grep "not found"'
}
# nothing_left PATTERN...: but what is called so.
nothing_left() {
    there "! find / -xdev -iname '*sallyport*' $(printf ' -not -path %q' '/proc/*' '/sallyport*' '/var/cache/*' '/var/log/*' "$@") | grep ."
}

# shellcheck disable=SC2016 # expanded there
enforces_at_once() {
    inside "$install"' && systemctl is-active sallyportd &&
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
        '"$upgrade"' && rm /run/on && wait
        sort /run/attempts | uniq -c
        test "$(pid)" != "$old" && systemctl is-active sallyportd && test "$(sort -u /run/attempts)" = blocked'
}
# Rules from a backup, and lists of a helper that root started by hand.
# shellcheck disable=SC2016
put_back_by_root() {
    inside 'cd /var/lib/sallyport && echo list.example >/root/list && sallyportctl lists add mine /root/list || exit 1
        systemctl stop sallyportd && becomes free && cp rules.db /root/backup && rm rules.db* && cp /root/backup rules.db &&
            chown -R root:root lists && systemctl start sallyportd && becomes blocked &&
            sallyportctl rules add --block --to 192.0.2.9 && sallyportctl rules undo &&
            sallyportctl lists refresh && sallyportctl lists remove mine && rm /root/list /root/backup &&
            test -z "$(find . ! -user sallyport)"'
}
# systemd forgets the socket of a unit that was not there for a moment, or whose file says another place: after an
# upgrade the helper is restarted with it.
# shellcheck disable=SC2016
socket_lost() {
    inside 'unit=$(systemctl show -P FragmentPath sallyport-broker.socket) && mv "$unit" /root/unit && systemctl daemon-reload &&
            mv /root/unit "$unit" && systemctl daemon-reload || exit 1
        old=$(pid); touch /run/on; (while [ -e /run/on ]; do attempt; done >/run/attempts) &
        systemctl restart sallyportd && rm /run/on && wait
        for round in {1..100}; do ! systemctl is-active sallyportd || break; sleep 0.2; done
        journalctl --no-pager -n 5 -u sallyportd -u sallyport-broker.socket
        test "$(pid)" != "$old" && systemctl is-active sallyportd sallyport-broker.socket && test "$(sort -u /run/attempts)" = blocked'
}
stopped() { inside 'systemctl stop sallyportd && becomes free && test ! -e /sys/fs/bpf/sallyport'; }
activated() {
    inside 'busctl call org.sallyport.Firewall1 /org/sallyport/Firewall1 org.sallyport.Firewall1 GetStatus >/dev/null &&
        systemctl is-active sallyportd && becomes blocked'
}
# shellcheck disable=SC2016
refused_by_the_kernel() {
    inside 'mkdir -p /run/systemd/system/sallyportd.service.d
        printf "[Service]\nExecStart=\nExecStart=/usr/sbin/sallyportd --broker /run/sallyport-broker --cgroup /tmp\n" >/run/systemd/system/sallyportd.service.d/no.conf
        systemctl daemon-reload; systemctl restart sallyportd
        sleep 5
        test "$(systemctl show -P NRestarts sallyportd)" = 0 && systemctl is-failed sallyportd &&
            test "$(systemctl show -P ExecMainStatus sallyportd)" = 3 && becomes blocked
        code=$?
        rm -r /run/systemd/system/sallyportd.service.d
        systemctl daemon-reload; systemctl restart sallyportd; exit $code'
}
frees_the_network() {
    inside "becomes blocked && $remove"' && becomes free && test ! -e /sys/fs/bpf/sallyport &&
        ! systemctl is-active sallyportd && test -e /var/lib/sallyport/rules.db'
}
rules_are_kept() { inside "$install && becomes blocked"; }
# shellcheck disable=SC2016
off_after_a_failure() {
    inside 'systemctl kill --signal=KILL sallyportd; systemctl stop sallyportd; test "$(attempt)" = blocked &&
        sallyportd --off && becomes free'
}
# Also while systemd waits to start it again, and while it runs.
# shellcheck disable=SC2016
off_by_one_command() {
    inside 'systemctl start sallyportd && becomes blocked && systemctl kill --signal=KILL sallyportd &&
        for round in {1..20}; do test "$(systemctl is-active sallyportd)" != activating || break; sleep 0.1; done
        test "$(systemctl is-active sallyportd)" = activating && sallyportd --off && becomes free &&
        sleep 4 && test "$(attempt)" = free && systemctl start sallyportd && becomes blocked &&
        sallyportd --off && becomes free && test "$(systemctl is-active sallyportd)" = inactive'
}

# The rows for all that; false where they cannot be had.
on_a_running_system() {
    if [ -z "$cgroups" ]; then
        rows+=("on a running system|skipped: no cgroup v2 mount")
        return 1
    fi
    check "the tree's systemd starts" boot
    check "installed: the service enforces at once" enforces_at_once
    rows+=("exposure by systemd-analyze security|$(inside "systemd-analyze security --no-pager sallyportd" | sed -n 's/.*Overall.*: //p' || true)")
    check "a rule blocks a program" a_rule_blocks
    check "other users are refused" strangers_are_refused
    check "kill -9: blocked all the while, started again" killed
    check "upgrade: blocked all the while, new helper" no_gap
    check "restart: the broker's socket is made anew" socket_lost
    check "a refusal by the kernel is not tried again" refused_by_the_kernel
    check "what root put back is the helper's own again" put_back_by_root
    check "systemctl stop frees the network" stopped
    check "the bus starts it" activated
    check "removed: the network is free, rules are kept" frees_the_network
    check "installed again: the old rules hold" rules_are_kept
    check "sallyportd --off after a helper that was killed" off_after_a_failure
    check "sallyportd --off before systemd starts it again" off_by_one_command
}

# table TITLE: what became of the checks.
table() {
    local row
    printf '\n%-52s %s\n' "$1, $suite" outcome
    for row in "${rows[@]}"; do
        printf '%-52s %s\n' "${row%%|*}" "${row#*|}"
    done
}
