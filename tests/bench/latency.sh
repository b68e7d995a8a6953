#!/bin/bash
# Runs latency_bench with a bus, polkit, helper and network of its own; wants root.
#   tests/bench/latency.sh BUILD-FOLDER [ROUNDS]
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

build=$(realpath "${1:?the build folder}")
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export SALLYPORT_TRY_PROGRAM="ip link set lo up && ip address add 10.99.0.1/32 dev lo &&
    exec $build/tests/bin/latency_bench ${2:-200}"
exec unshare --net env SALLYPORT_TRY_BUILD="$build" \
    SALLYPORT_TRY_UID=0 SALLYPORT_TRY_GID=0 SALLYPORT_TRY_WHOLE=false SALLYPORT_TRY_HEADLESS=1 \
    "$repo/packaging/try/stage.sh"
