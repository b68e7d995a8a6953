#!/bin/bash
# Does Sallyport work on the kernels Debian has? Boots those of its releases and the newest that it
# offers to any, each in a machine of its own without disk or network, and tries there whether the
# programs load; or runs whole tiers of tests there.
#
#   tests/system/kernels.sh [--tier LABEL]... [--only TEST]... BUILD-FOLDER [SERIES...]
#
#   --tier LABEL    runs the tests of that tier (kernel, leak, system: but for those that boot machines
#                   themselves); may be repeated
#   --only TEST     of those, only this one; may be repeated
#   SERIES          e.g. 6.1; 6.1 (Debian 12), 6.12 (Debian 13) and the newest unless said
#
# Prints a table of kernels, then how many instructions the verifier went through for each program,
# and its last words about a refused one. With --tier then a table of tests and kernels, and by name
# what was skipped and what failed; the machines have this one's files for that, but can only read
# them, and nothing may be built meanwhile. They run side by side, a quarter of an hour or more. What
# was said is in build/kernels, and so are the kernels. Ends with 1 when a kernel refuses, did not
# boot or did not finish, or a test failed; what cannot be had is skipped by name.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

readonly PATIENCE=300 # seconds until a machine that only loads the programs is ended
readonly SLOWER=12    # as many times as long may a test take here
readonly OLDEST=6.1
readonly RELEASES=(6.1 6.12)
readonly SUITES=(bookworm bookworm-backports trixie trixie-backports sid)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
# shellcheck source=packaging/common.sh
. "$repo/packaging/common.sh"
tiers=()
only=()
wrong() {
    say "$*"
    usage >&2
    exit 2
}
while [[ ${1:-} == -* ]]; do
    case $1 in
        --tier | --only)
            [ -n "${2:-}" ] || wrong "$1 wants a name"
            case $1 in
                --tier) tiers+=("$2") ;;
                --only) only+=("$2") ;;
            esac
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) wrong "what is $1?" ;;
    esac
    shift
done
[ $# -gt 0 ] || wrong "which build folder?"
build=$(realpath "$1")
shift
kept=$repo/build/kernels
program=$build/tests/bin/kernel_loads

skip() {
    printf 'SKIPPED-ALL: %s\n' "$*"
    exit 0
}

[ "$(uname -m)" = x86_64 ] || skip "the kernels that are tried are amd64's"
for tool in qemu-system-x86_64 busybox apt-get dpkg-deb depmod modprobe mke2fs; do
    command -v "$tool" >/dev/null || skip "needs $tool (packaging/deps.sh test)"
done
[ ${#tiers[@]} -eq 0 ] || [ "$(id -u)" -eq 0 ] || skip "needs root for --tier"
[ -x "$program" ] || {
    printf 'kernels.sh: %s is not built\n' "$program" >&2
    exit 2
}

work=$(mktemp -d "${TMPDIR:-/tmp}/sallyport-kernels.XXXXXX")
trap 'rm -rf "$work"' EXIT

# From here on apt also offers what Debian has for any of SUITES, out of the archive that this machine's
# is configured for; where that is none of Debian's, or has not all, only what it offers anyhow.
offer_all() {
    local base suite known folder=$kept/apt
    base=$(archive)
    [ -n "$base" ] || return 0
    mkdir -p "$folder"/{state/lists/partial,cache/archives/partial}
    # shellcheck disable=SC2016 # apt expands the format
    known=$(apt-get indextargets --format '$(CODENAME)' 'Created-By: Packages' 'Origin: Debian')
    cat /etc/apt/sources.list >"$folder/sources.list" 2>/dev/null || true
    for suite in "${SUITES[@]}"; do
        grep -qx "$suite" <<<"$known" ||
            printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
                "$base" "$suite" >>"$folder/sources.list"
    done
    cat >"$folder/conf" <<CONF
Dir::State "$folder/state";
Dir::State::status "/dev/null";
Dir::Cache "$folder/cache";
Dir::Etc::SourceList "$folder/sources.list";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
    export APT_CONFIG=$folder/conf
    apt-get -qq --error-on=any update >&2 && return
    unset APT_CONFIG
    skipped+=("of ${SUITES[*]}: the archive has not all of them")
}

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

# Puts the package's kernel, and its modules, into `kept` unless they are there; prints the folder.
# Newer packages only depend on those that have them.
kernel_of() {
    local package=$1 folder=$kept/$1 fetched=$work/fetch-$1 one parts
    if [ ! -e "$folder/vmlinuz" ]; then
        mkdir -p "$kept" "$fetched/tree" "$fetched/made/lib"
        mapfile -t parts < <(apt-cache show "$package" | grep -oE 'linux-(base|binary|modules)-[0-9][^ ,]*' | sort -u)
        (cd "$fetched" &&
            apt-get -qq -o APT::Sandbox::User=root download "$package" "${parts[@]}") >&2 || return 1
        for one in "$fetched"/*.deb; do
            dpkg-deb -x "$one" "$fetched/tree" || return 1
        done
        mv "$(find "$fetched/tree" -name modules -path '*/lib/modules')" "$fetched/made/lib/" || return 1
        mv "$(find "$fetched" -name 'vmlinuz*' | head -n 1)" "$fetched/made/vmlinuz" || return 1
        depmod -b "$fetched/made" "$(ls "$fetched/made/lib/modules")" || return 1
        rm -rf "$folder"
        mv "$fetched/made" "$folder"
        rm -rf "$fetched"
    fi
    printf '%s\n' "$folder"
}

# What the programs are linked with; nothing for a static one.
libraries_of() {
    local one
    for one; do
        ldd "$one" 2>/dev/null || true
    done | { grep -oE '/[^ ]+' || true; } | sort -u
}

# A file system in memory in $1: busybox, the programs that follow with what they are linked with,
# and an init that is read from standard input.
make_root() {
    local root=$1 file
    shift
    mkdir -p "$root"/{bin,dev,proc,run,sys,tmp,host}
    cp "$(command -v busybox)" "$@" "$root/bin/"
    for file in $(libraries_of "$root"/bin/*); do
        mkdir -p "$root$(dirname "$file")"
        cp -L "$file" "$root$file"
    done
    cat >"$root/init"
    chmod 755 "$root/init"
}

pack() { (cd "$1" && find . | busybox cpio -o -H newc) 2>/dev/null; }

make_loader() {
    make_root "$work/loader" "$program" <<'INIT'
#!/bin/busybox sh
busybox mount -t devtmpfs none /dev
busybox mount -t proc none /proc
busybox mount -t sysfs none /sys
busybox mount -t bpf none /sys/fs/bpf
busybox mount -t cgroup2 none /sys/fs/cgroup
busybox mount -t securityfs none /sys/kernel/security
busybox mkdir /sys/fs/cgroup/tried
echo "kernel $(busybox uname -r)"
kernel_loads /sys/fs/cgroup/tried
echo "ended $?"
busybox reboot -f
INIT
    pack "$work/loader" >"$work/loader.cpio"
}

# Lines "TEST SECONDS COMMAND" of the tiers.
make_plan() {
    local labels
    labels=$(IFS='|' && echo "${tiers[*]}")
    ctest --test-dir "$build" --show-only=json-v1 -L "^($labels)\$" |
        python3 -c '
import json, shlex, sys
slower, only = int(sys.argv[1]), sys.argv[2:]
for test in json.load(sys.stdin)["tests"]:
    if only and test["name"] not in only or test["name"] in ("kernels", "vm"):
        continue
    if "command" not in test:
        sys.exit("kernels.sh: %s is not built" % test["name"])
    has = {p["name"]: p["value"] for p in test["properties"]}
    command = ["env", *has.get("ENVIRONMENT", []), *test["command"]]
    print(test["name"], int(has["TIMEOUT"]) * slower, shlex.join(command))
' "$SLOWER" "${only[@]}"
}

# The same for a machine that has this one's files, with the kernel of the folder $1.
make_runner() {
    local folder=$1 root=$work/runner module name
    rm -rf "$root"
    make_root "$root" <<'INIT'
#!/bin/busybox sh
busybox mount -t devtmpfs none /dev
busybox mount -t proc none /proc
for module in $(busybox cat /modules/order); do
    busybox insmod "/modules/$module"
done
busybox umount /proc
busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro files /host || busybox reboot -f
busybox mount --move /dev /host/dev
busybox mount -t proc none /host/proc
busybox mount -t sysfs none /host/sys
busybox mount -t bpf none /host/sys/fs/bpf
busybox mount -t cgroup2 none /host/sys/fs/cgroup
for folder in run var/tmp; do
    busybox mount -t tmpfs -o mode=1777 none "/host/$folder"
done
# A disk: on tmpfs a file can change without a trace, which some tests are about.
busybox mount -t ext4 /host/dev/vda /host/tmp
busybox chmod 1777 /host/tmp
busybox mkdir /host/run/sallyport-inside
busybox cp /plan /slower /written /inside.sh /host/run/sallyport-inside/
read -r modules </modules/kept
busybox ln -s "$modules" /host/run/sallyport-inside/modules
echo "kernel $(busybox uname -r)"
exec busybox switch_root /host /run/sallyport-inside/inside.sh /run/sallyport-inside
INIT
    mkdir "$root/modules"
    cp "$here/kernel/inside.sh" "$work/plan" "$root/"
    printf '%s\n' "$SLOWER" >"$root/slower"
    printf '%s\n' "$folder" >"$root/modules/kept"
    mkdir -p "$repo/build/try"
    printf '%s\n' "$repo/build/try" >"$root/written"
    for name in virtio_pci 9pnet_virtio 9p virtio_blk ext4; do
        modprobe -d "$folder" -S "$(ls "$folder/lib/modules")" --show-depends "$name"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
        name=$(basename "$module" .xz)
        case $module in
            *.xz) xz -dc "$module" ;;
            *) cat "$module" ;;
        esac >"$root/modules/$name"
        printf '%s\n' "$name" >>"$root/modules/order"
    done
    pack "$root" >"$work/runner.cpio"
}

# Boots the kernel $1 with the file system in memory $2; what its console said is in the file $4,
# $3 seconds at most. What follows is for QEMU. Emulated: where this runs there is seldom a processor
# to share. Both processors in one thread: in two, one may run into what the other just changed in the
# kernel's code (a jump label's int3 that nobody waits for any more).
boot() {
    local kernel=$1 memory=$2 patience=$3 console=$4
    shift 4
    timeout "$patience" qemu-system-x86_64 -accel tcg,thread=single -cpu max -m 3072 -smp 2 \
        -nodefaults -nic none -display none -serial stdio -no-reboot -kernel "$kernel" \
        -initrd "$memory" -append 'console=ttyS0 quiet panic=-1' "$@" </dev/null 2>&1 |
        tr -d '\r' >"$console"
}

# The same with the root of this machine to read, and the repository, but nothing that is mounted
# elsewhere.
boot_with_files() {
    mkdir -p "$work/files"
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private bash -c '
        files=$1 repo=$2
        shift 2
        mount --bind / "$files"
        mountpoint -q "$repo" && mount --bind "$repo" "$files$repo"
        '"$(declare -f boot)"'
        boot "$@" -virtfs "local,path=$files,mount_tag=files,security_model=none,readonly=on,multidevs=remap"
    ' bash "$work/files" "$repo" "$@"
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
offer_all
mapfile -t kernels < <(offered)
[ $# -gt 0 ] || [ ${#kernels[@]} -eq 0 ] || set -- "${RELEASES[@]}" "${kernels[-1]%% *}"
[ ${#kernels[@]} -gt 0 ] || skip "apt offers no Debian kernel from $OLDEST on"
for series; do
    printf '%s\n' "${kernels[@]}" | grep -q "^$series " || skipped+=("$series: apt offers none")
done

make_loader
status=0
tried=()
details=$work/details
printf '%-34s %-8s %9s %12s %9s\n' kernel verdict 'in ms' instructions 'booted s'
for line in "${kernels[@]}"; do
    read -r series package <<<"$line"
    [ $# -eq 0 ] || [[ " $* " == *" $series "* ]] || continue
    if ! folder=$(kernel_of "$package"); then
        skipped+=("${package#linux-image-}: could not be fetched")
        continue
    fi
    tried+=("$series $folder")
    console=$work/console-$series
    begun=$SECONDS
    boot "$folder/vmlinuz" "$work/loader.cpio" "$PATIENCE" "$console" || true
    verdict=$(verdict_of "$console")
    printf '%-34s %-8s %9s %12s %9s\n' "${package#linux-image-}" "$verdict" \
        "$(awk '$1 == "loads" || $1 == "fails" { print $2 }' "$console")" \
        "$(awk '$1 == "accepted" { all += $3 } END { print all + 0 }' "$console")" \
        $((SECONDS - begun))
    {
        printf '\n== %s\n' "${package#linux-image-}"
        case $verdict in
            silent) tail -n 40 "$console" ;;
            *) grep -E '^(accepted|refused|fails|frames|  )' "$console" || true ;;
        esac
    } >>"$details"
    [ "$verdict" = loads ] || status=1
done
[ ${#tried[@]} -gt 0 ] || skip 'no kernel could be fetched'
cat "$details"

if [ ${#tiers[@]} -gt 0 ]; then
    make_plan >"$work/plan"
    [ -s "$work/plan" ] || {
        printf 'kernels.sh: no such test\n' >&2
        exit 2
    }
    patience=$(awk '{ all += $2 } END { print all + 300 }' "$work/plan")
    consoles=()
    for line in "${tried[@]}"; do
        read -r series folder <<<"$line"
        make_runner "$folder"
        console=$kept/tests-$series
        consoles+=("$console")
        mv "$work/runner.cpio" "$work/runner-$series.cpio"
        truncate -s 1G "$work/disk-$series"
        mke2fs -q -t ext4 "$work/disk-$series"
        boot_with_files "$folder/vmlinuz" "$work/runner-$series.cpio" "$patience" "$console" \
            -drive "file=$work/disk-$series,format=raw,if=virtio" &
    done
    wait
    "$here/kernel/table.py" "$work/plan" "${consoles[@]}" || status=1
fi
[ ${#skipped[@]} -eq 0 ] || printf 'SKIP   : kernels %s\n' "${skipped[@]}"
exit "$status"
