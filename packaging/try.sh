#!/bin/bash
# Tries Sallyport without installing it: only programs started from here are filtered.
#
#   packaging/try.sh                     a shell whose programs are filtered, and the window
#   packaging/try.sh -- COMMAND...       the same for one command
#   packaging/try.sh --headless          no display: a window that nobody sees is clicked by itself,
#                                        against servers of its own; prints what each program saw
#   packaging/try.sh --whole-system      every program of this machine is filtered
#
#   --build FOLDER      use the programs in this build folder, install and build nothing
#   --check FILE        with --headless: write the outcome as JSON too
#   --pictures FOLDER   with --headless: where the screenshots go (build/try)
#
# Installs what building needs, builds, starts a bus, polkit and the helper of its own on a cgroup of
# its own, and the window. Nothing else of the system is touched; the helper asks for root (sudo), the
# window and the shell do not have it. Without a display --headless is meant. Ends with the shell or
# the command, or by Ctrl-C, and leaves nothing behind. What another program starts for the command is
# not filtered without --whole-system: snap, flatpak and systemd-run take it elsewhere.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=
headless=false
whole=false
check=
pictures=$repo/build/try

say() { printf 'try.sh: %s\n' "$*" >&2; }
usage() { sed -n '2,/^# SPDX/{/^# SPDX/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }
wrong() {
    say "$*"
    usage >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --headless) headless=true ;;
        --whole-system) whole=true ;;
        --build | --check | --pictures)
            [ -n "${2:-}" ] || wrong "$1 wants a name"
            declare "${1#--}=$(realpath -m "$2")"
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        --)
            shift
            break
            ;;
        *) wrong "what is $1?" ;;
    esac
    shift
done
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ $# -eq 0 ] && ! $headless; then
    say "there is no display: showing it in one that nobody sees (--headless)"
    headless=true
fi
if $headless && { $whole || [ $# -gt 0 ]; }; then
    wrong "--headless runs programs of its own on a network of its own"
fi
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || $headless ||
    wrong "a command needs a display to be asked about on"

# Whether the command, or the script it is (Ubuntu's firefox, what flatpak exports), leaves the control
# group that is filtered: these have systemd start the program in one of its own.
leaves() {
    local program
    program=$(realpath -e -- "$(type -P -- "$1")" 2>/dev/null) || return 1
    case $program in
        /snap/* | */snap | */flatpak | */systemd-run) return 0 ;;
    esac
    head -n 1 "$program" | grep -aq '^#!' && grep -qE '/snap/bin/|flatpak run|systemd-run' "$program"
}
if [ $# -gt 0 ] && ! $whole && leaves "$1"; then
    say "WARNING: $1 is started by snap, flatpak or systemd-run, in a control group of its own:"
    say "it is NOT filtered. --whole-system filters it, too."
fi

if [ -z "$build" ]; then
    "$repo/packaging/deps.sh" "$($headless && echo test || echo build)"
    build=$repo/build/release
    mkdir -p "$build"
    say "building (the first time takes some minutes)"
    (cd "$repo" && cmake --preset release >"$build/configure.log" 2>&1) || {
        cat "$build/configure.log" >&2
        exit 1
    }
    cmake --build "$build" --target sallyportd sallyport sallyportctl
fi
for program in sallyportd sallyport sallyportctl; do
    [ -x "$build/bin/$program" ] || wrong "there is no $program in $build/bin"
done

if $headless; then
    mkdir -p "$pictures"
fi
stage=(env SALLYPORT_TRY_BUILD="$build" SALLYPORT_TRY_UID="$(id -u)" SALLYPORT_TRY_GID="$(id -g)"
    SALLYPORT_TRY_WHOLE="$whole" SALLYPORT_TRY_CHECK="$check" SALLYPORT_TRY_PICTURES="$pictures")
# A network of its own: the programs of the headless trial reach nothing but its servers.
$headless && stage+=(SALLYPORT_TRY_HEADLESS=1 unshare --net)
stage+=("$repo/packaging/try/stage.sh" "$@")
[ "$(id -u)" -ne 0 ] || exec "${stage[@]}"

command -v sudo >/dev/null || wrong "the helper needs root, and there is no sudo"
# The window and the shell get this environment back on the other side of sudo.
surroundings=
trap '[ -z "$surroundings" ] || rm -f "$surroundings"' EXIT
trap 'exit 143' TERM # when sudo has ended: only root can end it
surroundings=$(mktemp "${TMPDIR:-/tmp}/sallyport-try-env.XXXXXX")
env -0 >"$surroundings"
say "the helper needs root:"
sudo env SALLYPORT_TRY_ENVIRONMENT="$surroundings" "${stage[@]}"
