#!/bin/bash
# Tries the known ways past the firewall, as real programs against the real helper and kernel, and
# prints the table.
#
#   tests/leak/run.sh [BUILD-FOLDER [ROW...]]
#
#   BUILD-FOLDER    where it is built (build/release); built by: cmake --build build/release -t tests-leak
#   ROW             only these, as "row:N7: udp-control tos"; leak_test -datatags lists them
#
# Wants root. A bus, polkit and a helper of its own, on a control group of its own; the packets stay
# between two network namespaces of its own. Ends with 0 when nothing got past but what README
# states, and everything that was shown was shown as what it is.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(realpath "${1:-$repo/build/release}")
shift || true

skip() {
    printf 'SKIPPED-ALL: %s\n' "$*"
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip "needs root: BPF programs are loaded and network namespaces made"
[ -e /sys/kernel/btf/vmlinux ] || skip "the kernel has no type information (/sys/kernel/btf/vmlinux)"
grep -q ' cgroup2 ' /proc/self/mounts || skip "no cgroup v2 file system is mounted"
for program in ip nsenter unshare dbus-daemon dbus-send; do
    command -v "$program" >/dev/null || skip "$program is not installed"
done
for program in tests/bin/leak_test bin/sallyportd; do
    [ -x "$build/$program" ] || {
        printf 'run.sh: %s is not built: cmake --build %s -t tests-leak\n' "$build/$program" "$build" >&2
        exit 2
    }
done
unshare --net --mount true 2>/dev/null || skip "no namespaces may be made here"

SALLYPORT_TRY_PROGRAM="exec $(printf '%q ' "$build/tests/bin/leak_test" -silent "$@")"
export SALLYPORT_TRY_PROGRAM
exec unshare --net env SALLYPORT_TRY_BUILD="$build" \
    SALLYPORT_TRY_UID=0 SALLYPORT_TRY_GID=0 SALLYPORT_TRY_WHOLE=false SALLYPORT_TRY_HEADLESS=1 \
    "$repo/packaging/try/stage.sh"
