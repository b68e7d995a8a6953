#!/bin/bash
# The part of packaging/try.sh that needs root: a bus, polkit and the helper of its own, a cgroup to
# put the tried programs in, and the end of it all. Started by try.sh, which says what in SALLYPORT_TRY_*.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
resources=$here/../../resources
: "${SALLYPORT_TRY_BUILD:?is set by packaging/try.sh}"
bin=$SALLYPORT_TRY_BUILD/bin
uid=$SALLYPORT_TRY_UID
gid=$SALLYPORT_TRY_GID
readonly PATIENCE=200 # tenths of a second until something started must be there

# Of who tries it: from before sudo, where there was one.
mapfile -d '' -t surroundings <"${SALLYPORT_TRY_ENVIRONMENT:-/proc/$$/environ}"
[ -z "${SALLYPORT_TRY_ENVIRONMENT:-}" ] || rm -f "$SALLYPORT_TRY_ENVIRONMENT"

say() { printf 'try.sh: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# --- what must be gone at the end ---

cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
[ -n "$cgroups" ] || die "there is no cgroup v2 file system mounted"
before=$cgroups$(sed -n 's/^0:://p' /proc/self/cgroup)
tried=$cgroups/sallyport-try-$$         # what is filtered
own=$cgroups/sallyport-try-$$-own       # what shows it: bus, polkit, helper, window
work=
locks=/run/sallyport # the helper makes it; an installed one has it already
[ ! -e "$locks" ] || locks=

# Every process in the cgroup except this one, by its number, until none is left.
empty() {
    local signal=TERM round pid left
    for round in {1..50}; do
        left=false
        while read -r pid; do
            [ "$pid" != $$ ] || continue
            left=true
            kill -"$signal" "$pid" 2>/dev/null || true
        done <"$1/cgroup.procs"
        $left || return 0
        [ "$round" -lt 30 ] || signal=KILL
        sleep 0.1
    done
}

clean() {
    trap - EXIT
    trap '' INT TERM HUP
    # What is tried goes while it is still filtered, and once more when nobody is left to start it.
    for group in "$tried" "$own" "$tried"; do
        [ ! -d "$group" ] || empty "$group"
    done
    [ ! -d "$own" ] || echo $$ >"$before/cgroup.procs" 2>/dev/null || echo $$ >"$cgroups/cgroup.procs"
    wait 2>/dev/null || true
    for group in "$tried" "$own"; do
        [ ! -d "$group" ] || rmdir "$group" || say "cannot remove $group"
    done
    [ -z "$work" ] || rm -rf "$work"
    [ ! -d "$locks" ] || rmdir "$locks" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d "/tmp/sallyport-try-$$.XXXXXX")
chmod 755 "$work"
mkdir "$tried" "$own"
echo $$ >"$own/cgroup.procs"

# start NAME COMMAND...: in the background, what it prints in a file of that name.
start() {
    local name=$1
    shift
    "$@" </dev/null >"$work/$name.log" 2>&1 &
}

# until_there WHAT COMMAND...: waits until the command succeeds.
until_there() {
    local what=$1 round
    shift
    for ((round = 0; round < PATIENCE; round++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    say "$what did not start:"
    tail -n 20 "$work/$what.log" >&2
    exit 1
}

as_user() { setpriv --reuid "$uid" --regid "$gid" --init-groups env -i "${surroundings[@]}" "$@"; }

# --- bus ---

cat >"$work/bus.conf" <<EOF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=$work/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.PolicyKit1"/>
    <allow send_interface="org.freedesktop.PolicyKit1.AuthenticationAgent"/>
  </policy>
  <policy user="root"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <policy user="polkitd"><allow own="org.freedesktop.PolicyKit1"/></policy>
  <include>$(realpath "$resources/org.sallyport.Firewall1.conf")</include>
</busconfig>
EOF
address=unix:path=$work/bus
has_owner() {
    dbus-send --bus="$address" --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.GetNameOwner "string:$1"
}
start bus dbus-daemon --nofork --nopidfile --config-file="$work/bus.conf"
until_there bus test -S "$work/bus"

# --- polkit: the real one, with Sallyport's actions and one rule: who tries it may do all of them ---

mkdir "$work/actions" "$work/rules" "$work/no-rules" "$work/state"
cp "$resources/org.sallyport.policy" "$work/actions/"
cat >"$work/rules/10-try.rules" <<EOF
polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.sallyport.") === 0 && subject.user === "$(id -un "$uid")")
        return polkit.Result.YES;
});
EOF
chmod -R a+rX "$work/actions" "$work/rules" "$work/no-rules"
for polkitd in /usr/lib/polkit-1/polkitd /usr/libexec/polkitd /usr/libexec/polkit-1/polkitd ''; do
    [ ! -x "$polkitd" ] || break
done
[ -n "$polkitd" ] || die "polkitd is not installed"
# Its folders are fixed paths: it sees its own in their place, in a mount namespace that ends with it.
# shellcheck disable=SC2016 # expanded by the inner shell
start polkitd env DBUS_SYSTEM_BUS_ADDRESS="$address" unshare --mount --propagation private bash -c '
    mount --bind "$1/actions" /usr/share/polkit-1/actions &&
    mount --bind "$1/rules" /usr/share/polkit-1/rules.d &&
    { [ ! -d /etc/polkit-1/rules.d ] || mount --bind "$1/no-rules" /etc/polkit-1/rules.d; } &&
    exec "$2" --no-debug' - "$work" "$polkitd"
until_there polkitd has_owner org.freedesktop.PolicyKit1

# --- helper ---

where=(--cgroup "$tried")
[ "$SALLYPORT_TRY_WHOLE" = false ] || where=()
start sallyportd env DBUS_SYSTEM_BUS_ADDRESS="$address" "$bin/sallyportd" "${where[@]}" \
    --state-dir "$work/state" --config-dir "$work/config" --pins none
until_there sallyportd as_user SALLYPORT_BUS_ADDRESS="$address" "$bin/sallyportctl" status

# --- what is tried ---

export SALLYPORT_TRY_WORK=$work SALLYPORT_TRY_CGROUP=$tried SALLYPORT_BUS_ADDRESS=$address
path=/usr/local/bin:/usr/bin:/bin
for entry in "${surroundings[@]}"; do
    case $entry in PATH=*) path=${entry#PATH=} ;; esac
done
surroundings+=(SALLYPORT_BUS_ADDRESS="$address" PATH="$path:$bin")
if [ -n "${SALLYPORT_TRY_HEADLESS:-}" ]; then
    # The system's own python: it finds the distribution's bindings of the accessibility bus.
    bash -c "${SALLYPORT_TRY_PROGRAM:-exec /usr/bin/python3 -B '$here/headless.py'}" </dev/null &
    wait $!
    exit
fi

# The welcome is for who installs it: what is chosen there would end with this. What the window keeps is
# its own; it looks like the desktop's others.
install -d -m 700 -o "$uid" -g "$gid" "$work/settings"
# shellcheck disable=SC2016 # expanded by the inner shell
start sallyport as_user sh -c '
    exec env XDG_CONFIG_DIRS="${XDG_CONFIG_HOME:-$HOME/.config}:${XDG_CONFIG_DIRS:-/etc/xdg}" \
        XDG_CONFIG_HOME="$1" "$2" --no-welcome' - "$work/settings" "$bin/sallyport"
if [ "$SALLYPORT_TRY_WHOLE" = true ]; then
    say "every program of this machine is filtered until you leave"
else
    say "programs started here are filtered until you leave"
fi
if [ $# -eq 0 ]; then
    shell=$(getent passwd "$uid" | cut -d: -f7)
    set -- "${shell:-/bin/sh}"
    say "a shell for you; sallyportctl is there too. Try: curl -I https://example.org"
fi
code=0
(
    if [ "$SALLYPORT_TRY_WHOLE" = false ]; then
        echo "$BASHPID" >"$tried/cgroup.procs" || exit 1
    fi
    as_user "$@"
) || code=$?
exit "$code"
