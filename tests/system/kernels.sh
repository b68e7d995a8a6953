#!/bin/bash
# Do the programs load on the kernels Debian has? Boots the newest of each series that apt offers, in
# a machine of its own without disk or network, and lets kernel_loads try them there.
#
#   tests/system/kernels.sh BUILD-FOLDER [SERIES...]
#
#   SERIES    e.g. 6.1; every series from 6.1 on that apt offers unless said
#
# Prints a table of kernels, then how many instructions the verifier went through for each program,
# and its last words about a refused one. Kernels are kept in build/kernels. Ends with 1 when a kernel
# refuses, did not boot or did not finish; what cannot be had is skipped by name.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

readonly PATIENCE=300 # seconds until a machine that neither finished nor failed is ended
readonly OLDEST=6.1

build=$(realpath "${1:?the build folder}")
shift
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
kept=$repo/build/kernels
program=$build/tests/bin/kernel_loads

skip() {
    printf 'SKIPPED-ALL: %s\n' "$*"
    exit 0
}

[ "$(uname -m)" = x86_64 ] || skip "the kernels that are tried are amd64's"
for tool in qemu-system-x86_64 busybox apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || skip "needs $tool (packaging/deps.sh test)"
done
[ -x "$program" ] || {
    printf 'kernels.sh: %s is not built\n' "$program" >&2
    exit 2
}

work=$(mktemp -d "${TMPDIR:-/tmp}/sallyport-kernels.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Lines "SERIES PACKAGE", the newest package of each series from OLDEST on.
offered() {
    apt-cache pkgnames linux-image- 2>/dev/null |
        grep -E '^linux-image-[0-9].*-amd64$' | grep -vE -- '-(cloud|rt)-amd64$' | sort -V |
        sed -nE 's/^linux-image-([0-9]+\.[0-9]+)[.].*$/\1 &/p' |
        awk '{ newest[$1] = $0 } END { for (series in newest) print newest[series] }' | sort -V |
        while read -r series package; do
            printf '%s\n' "$OLDEST" "$series" | sort -VC || continue
            printf '%s %s\n' "$series" "$package"
        done
}

# Puts the package's kernel into `kept` unless it is there; prints its path.
kernel_of() {
    local package=$1 vmlinuz=$kept/$1 fetched=$work/fetch-$1
    if [ ! -e "$vmlinuz" ]; then
        mkdir -p "$kept" "$fetched/tree"
        (cd "$fetched" && apt-get -qq -o APT::Sandbox::User=root download "$package") >&2 || return 1
        dpkg-deb --fsys-tarfile "$fetched"/*.deb |
            tar -x -C "$fetched/tree" --wildcards './boot/vmlinuz-*' || return 1
        mv "$fetched"/tree/boot/vmlinuz-* "$vmlinuz.$$"
        mv "$vmlinuz.$$" "$vmlinuz"
        rm -rf "$fetched"
    fi
    printf '%s\n' "$vmlinuz"
}

# What the programs are linked with; nothing for a static one.
libraries_of() {
    local one
    for one; do
        ldd "$one" 2>/dev/null || true
    done | { grep -oE '/[^ ]+' || true; } | sort -u
}

# A file system in memory with the program, what it is linked with, and an init that runs it.
make_initrd() {
    local root=$work/root file
    mkdir -p "$root"/{bin,dev,proc,run,sys,tmp}
    cp "$(command -v busybox)" "$root/bin/busybox"
    cp "$program" "$root/bin/"
    for file in $(libraries_of "$root"/bin/*); do
        mkdir -p "$root$(dirname "$file")"
        cp -L "$file" "$root$file"
    done
    cat >"$root/init" <<'INIT'
#!/bin/busybox sh
busybox mount -t devtmpfs none /dev
busybox mount -t proc none /proc
busybox mount -t sysfs none /sys
busybox mount -t bpf none /sys/fs/bpf
busybox mount -t cgroup2 none /sys/fs/cgroup
busybox mkdir /sys/fs/cgroup/tried
echo "kernel $(busybox uname -r)"
kernel_loads /sys/fs/cgroup/tried
echo "ended $?"
busybox reboot -f
INIT
    chmod 755 "$root/init"
    (cd "$root" && find . | busybox cpio -o -H newc) >"$work/initrd" 2>/dev/null
}

# Boots the kernel; what its console said is in the second argument.
boot() {
    # Emulated: where this runs there is seldom a processor to share.
    timeout "$PATIENCE" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 2048 -smp 2 \
        -nodefaults -nic none -display none -serial stdio -no-reboot -kernel "$1" \
        -initrd "$work/initrd" -append 'console=ttyS0 quiet panic=-1' </dev/null 2>&1 |
        tr -d '\r' >"$2"
}

# What kernel_loads said, with the verdict in one word first: loads, refused, or silent.
verdict_of() {
    if grep -q '^loads ' "$1" && grep -qx 'ended 0' "$1"; then
        printf 'loads\n'
    elif grep -qE '^(refused|fails) ' "$1"; then
        printf 'refused\n'
    else
        printf 'silent\n'
    fi
}

skipped=()
mapfile -t kernels < <(offered)
[ ${#kernels[@]} -gt 0 ] || skip "apt offers no Debian kernel from $OLDEST on"
[[ ${kernels[0]} == "$OLDEST "* ]] || skipped=("$OLDEST: apt offers none")

make_initrd
status=0
tried=0
details=$work/details
printf '%-34s %-8s %9s %12s %9s\n' kernel verdict 'in ms' instructions 'booted s'
for line in "${kernels[@]}"; do
    read -r series package <<<"$line"
    [ $# -eq 0 ] || [[ " $* " == *" $series "* ]] || continue
    if ! vmlinuz=$(kernel_of "$package"); then
        skipped+=("${package#linux-image-}: could not be fetched")
        continue
    fi
    tried=$((tried + 1))
    console=$work/console-$series
    begun=$SECONDS
    boot "$vmlinuz" "$console" || true
    verdict=$(verdict_of "$console")
    printf '%-34s %-8s %9s %12s %9s\n' "${package#linux-image-}" "$verdict" \
        "$(awk '$1 == "loads" || $1 == "fails" { print $2 }' "$console")" \
        "$(awk '$1 == "accepted" { all += $3 } END { print all + 0 }' "$console")" \
        $((SECONDS - begun))
    {
        printf '\n== %s\n' "${package#linux-image-}"
        case $verdict in
            silent) tail -n 40 "$console" ;;
            *) grep -E '^(accepted|refused|fails|  )' "$console" || true ;;
        esac
    } >>"$details"
    [ "$verdict" = loads ] || status=1
done
[ "$tried" -gt 0 ] || skip 'no kernel could be fetched'
cat "$details"
[ ${#skipped[@]} -eq 0 ] || printf 'SKIP   : kernels %s\n' "${skipped[@]}"
exit "$status"
