#!/bin/bash
# Runs a fuzzer for a time: fuzz.sh PROGRAM SEEDS SECONDS
#
# What it finds worth keeping is kept beside the program, and so the next run begins where this one
# ended; what makes it fail is left there too, as crash-..., leak-..., oom-... or timeout-... To see
# it again: PROGRAM FILE.
#
#   SALLYPORT_FUZZ_SECONDS   goes before SECONDS
#   SALLYPORT_FUZZ_SEED      what its chance begins with; another each time unless said
#   SALLYPORT_LONG           ten minutes, where that says nothing; empty counts as not there
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

program=$1
seeds=$2
seconds=$3
[ -z "${SALLYPORT_LONG:-}" ] || seconds=600
seconds=${SALLYPORT_FUZZ_SECONDS:-$seconds}
mkdir -p "$(dirname "$program")/found"
cd "$(dirname "$program")"
exec "$program" -seed="${SALLYPORT_FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
    -max_len=70000 -print_final_stats=1 -verbosity=1 found "$seeds"
