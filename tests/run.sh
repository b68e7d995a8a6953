#!/bin/bash
# Installs what is missing, builds, runs every test, and closes with ctest's own summary.
#
#   tests/run.sh [--tier LABEL]... [--no-sanitize] [--twice] [--long]
#
#   --tier LABEL    only that tier (unit, dbus, gui, kernel, system, leak, fuzz, lint); may be repeated
#   --no-sanitize   leave out the second build, under AddressSanitizer and UBSan
#   --twice         run everything two times, as on a machine with leftovers
#   --long          generate more cases in the tests that generate them, and fuzz ten minutes each, not one
#
# The release build runs every tier. What runs in user space alone (unit, dbus, gui) runs a second
# time from the debug preset under the sanitizers, which compiles only what those tiers link.
# Ends with 0 when all passed; a test that cannot run on this machine is listed by name as skipped.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly SANITIZED_TIERS='unit dbus gui'
readonly TIERS='unit dbus gui kernel system leak fuzz lint'

tiers=()
sanitize=true
rounds=1
long=

usage() { sed -n '2,/^# SPDX/{/^# SPDX/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }
while [ $# -gt 0 ]; do
    case $1 in
        --tier)
            case " $TIERS " in
                *" ${2:-} "*) tiers+=("$2") ;;
                *)
                    printf 'run.sh: --tier wants one of: %s\n' "$TIERS" >&2
                    exit 2
                    ;;
            esac
            shift
            ;;
        --no-sanitize) sanitize=false ;;
        --twice) rounds=2 ;;
        --long) long=1 ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            printf 'run.sh: what is %s?\n' "$1" >&2
            usage >&2
            exit 2
            ;;
    esac
    shift
done
if [ ${#tiers[@]} -eq 0 ]; then
    # shellcheck disable=SC2206 # words
    tiers=($TIERS)
fi

jobs=$(nproc)
status=0
say() { printf '\n== %s\n' "$*"; }
# "a b" as the regular expression ctest wants for labels, whole words only.
any_of() { printf '^(%s)$' "$(tr ' ' '|' <<<"$*")"; }

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    say "building $preset"
    cmake --preset "$preset" >"build/$preset.configure.log" 2>&1 || {
        cat "build/$preset.configure.log" >&2
        exit 1
    }
    cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"}
}

# run PRESET TIER... : ctest's output as it comes, with what was skipped inside the programs that
# passed listed before ctest's summary. ctest lists the programs that were skipped whole.
run() {
    local preset=$1 log=build/$1.ctest.log result=0
    shift
    say "testing $preset: $*"
    env ${long:+SALLYPORT_LONG=1} ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
        -j "$jobs" -L "$(any_of "$@")" </dev/null 2>&1 | tee "$log" |
        sed -u '/^[0-9]*% tests passed/,$d' || result=1
    sed -n 's/^SKIP *: /skipped: /p' "build/$preset/Testing/Temporary/LastTest.log" | sort -u
    printf '\n'
    sed -n '/^[0-9]*% tests passed/,$p' "$log" | tee "build/$preset.summary"
    return "$result"
}

# The tiers of the list in $1 that were asked for.
asked_for() {
    local tier
    for tier in $1; do
        [[ " ${tiers[*]} " == *" $tier "* ]] && printf '%s ' "$tier"
    done
    return 0
}

mkdir -p build
packaging/deps.sh test
# What another clone of this tree has compiled already need not be compiled again.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

read -ra sanitized <<<"$(asked_for "$SANITIZED_TIERS")"
[ ${#sanitized[@]} -gt 0 ] || sanitize=false

# Lint and system look at everything that is built; the others say what they need.
targets=("${tiers[@]/#/tests-}")
[[ " ${tiers[*]} " != *" lint "* && " ${tiers[*]} " != *" system "* ]] || targets=(all)
# What no program is made of is not in it.
[[ " ${tiers[*]} " != *" fuzz "* ]] || targets+=(tests-fuzz)

build release "${targets[@]}"
! $sanitize || build debug "${sanitized[@]/#/tests-}"
for ((round = 1; round <= rounds; round++)); do
    # The release run is last: the closing lines speak of every tier.
    ! $sanitize || run debug "${sanitized[@]}" || status=1
    failed_debug=$status
    run release "${tiers[@]}" || status=1
    # ... unless what failed is above them.
    if [ "$failed_debug" -ne 0 ]; then
        say "failed under the sanitizers"
        cat build/debug.summary
    fi
    [ "$status" -eq 0 ] || break
done
exit "$status"
