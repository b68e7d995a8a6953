#!/bin/bash
# Runs tests in the machine that kernels.sh made; what it prints is read there:
#   begins TEST | line TEST TEXT | ended TEST passed|failed|skipped|too-long SECONDS
# The files are the host's, read only. $1: a folder with `plan`, a line "TEST SECONDS COMMAND" for
# each test, the command ready for the shell, `slower`, as many times as long as elsewhere may take
# what a test waits for, and `written`, a folder that a test writes to. It is the first process there,
# and the last.
# SPDX-License-Identifier: GPL-3.0-or-later
set -uo pipefail

folder=$1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL=C.UTF-8 TZ=UTC QT_LOGGING_TO_CONSOLE=1
# No function of a test, and nothing that it waits for, is too slow because the processor is emulated.
export QTEST_FUNCTION_TIMEOUT=3600000
SALLYPORT_SLOWER=$(<"$folder/slower")
export SALLYPORT_SLOWER
mkdir -p /run/lock /run/user /dev/pts /dev/shm
mount -t devpts none /dev/pts
mount -t tmpfs none /dev/shm
mount -t tmpfs -o mode=1777 none "$(<"$folder/written")"
mount -t securityfs none /sys/kernel/security 2>/dev/null
ln -sf /proc/self/fd /dev/fd
# The kernel's modules are not where it would look for them.
printf '#!/bin/sh\nexec /usr/sbin/modprobe -d %q "$@"\n' "$folder/modules" >/run/modprobe
chmod 755 /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
/run/modprobe loop # asked for by who looks for its devices, and they are there only then
ip link set lo up
ulimit -n 65536

while read -r name seconds command; do
    export HOME=/run/home/$name XDG_RUNTIME_DIR=/run/home/$name/run
    mkdir -p "$XDG_RUNTIME_DIR"
    chmod 700 "$XDG_RUNTIME_DIR"
    printf 'begins %s\n' "$name"
    begun=$SECONDS
    timeout -k 20 "$seconds" bash -c "$command" </dev/null >"$HOME/said" 2>&1
    code=$?
    verdict=failed
    if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
        verdict=too-long
    elif grep -q '^SKIPPED-ALL: ' "$HOME/said"; then
        verdict=skipped
    elif [ "$code" -eq 0 ]; then
        verdict=passed
    fi
    sed "s/^/line $name /" "$HOME/said"
    printf 'ended %s %s %d\n' "$name" "$verdict" $((SECONDS - begun))
done <"$folder/plan"
busybox reboot -f
