#!/bin/bash
# Checks the rpm of Sallyport: rpmlint, what is in it and what its scriptlets do, then installed with rpm
# into an empty tree, used, upgraded and removed there. Prints the scriptlets and a table; ends with 0
# when all is fine.
#
#   packaging/check-rpm.sh [FOLDER]
#
#   FOLDER   where packaging/build-rpm.sh left the packages (build/rpm)
#
# No Fedora is at hand: the tree is of Debian, of the release that this machine has and the package was
# built on. mmdebstrap makes it from the archive apt is configured for, with the libraries that the
# programs want; they are no rpms, so rpm is told to ask for none (--nodeps). It is kept in
# build/rpm/check. Units are enabled by nobody but the administrator there, as on Fedora. Needs root.
#
# The tree's own systemd is started in it, in namespaces and a control group of its own: the service
# runs there as it would on a machine, filters only what is in that group, and has no network.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$repo/packaging
packages=$repo/build/rpm

# shellcheck source=packaging/common.sh
. "$here/common.sh"

while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        -*)
            usage >&2
            exit 2
            ;;
        *) packages=$(realpath "$1") ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || die "needs root"
# package WHICH [FOLDER]: "" is the programs', "-debuginfo" and so on the others.
package() {
    local folder=${2:-$packages}
    [ ! -d "$folder" ] ||
        find "$folder" -maxdepth 1 -name "sallyport$1-[0-9]*.rpm" -not -name '*.src.rpm' | head -n 1
}
rpm=$(package "")
[ -f "$rpm" ] || die "there is no package; packaging/build-rpm.sh makes one"
for tool in rpmlint mmdebstrap; do
    command -v "$tool" >/dev/null || "$here/deps.sh" package
done
suite=$(own_suite)

kind=rpm
# shellcheck source=packaging/tree.sh
. "$here/tree.sh"

# Debian's rpm has its database in the home folder of who calls it, and says that alien should be used.
readonly RPM='rpm --dbpath /var/lib/rpm'
install="$RPM -U --nodeps /sallyport.rpm && systemd-sysusers && systemctl enable --now sallyportd sallyport-lists.timer"
upgrade="$RPM -U --nodeps /sallyport-again.rpm"
remove="$RPM -e sallyport"

# --- the package ---

no_warning() {
    local said
    said=$(rpmlint --config "$here/rpm/rpmlint.toml" "$packages"/sallyport-*.rpm "$here/rpm/sallyport.spec" 2>&1)
    printf '%s\n' "$said"
    grep -q ' 0 errors, 0 warnings' <<<"$said"
}

# What CMake installed, and what the spec adds: the licence, the documentation, the administrator's folder.
every_file() {
    local manifest
    manifest=$(find "$repo/build/rpm/BUILD" -name install_manifest.txt | head -n 1)
    [ -f "$manifest" ] || {
        echo "no install_manifest.txt below build/rpm/BUILD"
        return 1
    }
    diff <({
        sed -E 's#^(/usr/share/man/.*)$#\1.gz#' "$manifest" && echo # it does not end its last line
        printf '%s\n' /usr/share/{licenses/sallyport/COPYING,doc/sallyport/{CHANGELOG,README}.md}
    } | sed '/^$/d' | sort) <(rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | grep -v '^d' | cut -d ' ' -f 2 |
        grep -v '^/usr/lib/.build-id/' | sort)
}

# Nothing is anybody's but root's, writable for others, or runs with other rights than its caller's.
owners_and_modes() {
    rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]' "$rpm" | awk '
        { wanted = "-rw-r--r--" }
        /^d/ { wanted = "drwxr-xr-x" }
        $4 ~ "^/usr/(s?bin|libexec/sallyport)/" { wanted = "-rwxr-xr-x" }
        /^l/ && $4 ~ "^/usr/lib/.build-id/" { wanted = $1 }
        $1 != wanted || $2 != "root" || $3 != "root" { print; wrong = 1 }
        END { exit wrong }'
}

# Configuration is what an administrator may have changed; nothing else of /etc is a file.
configuration() { diff <(rpm -qpc "$rpm") <(rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | sed -n 's#^-[^ ]* /etc/#/etc/#p'); }

debug_symbols_are_apart() {
    local program symbols
    symbols=$(rpm -qpl "$(package -debuginfo)") || return 1
    rpm2cpio "$rpm" | (mkdir "$work/files" && cd "$work/files" && cpio -idm --quiet)
    for program in usr/bin/sallyport usr/bin/sallyportctl usr/sbin/sallyportd; do
        grep "^/usr/lib/debug/$program-.*\.debug$" <<<"$symbols" || return 1
        readelf -SW "$work/files/$program" | grep -q '\.gnu_debuglink' || return 1
        ! readelf -SW "$work/files/$program" | grep '\.debug_info' || return 1
    done
}

# What the package says it needs, and when: who shows that the unit's scriptlets may fail is systemd.
requirements() {
    local needs name
    needs=$(rpm -qp --requires "$rpm")
    for name in dbus polkit systemd 'libbpf\.so\..*' 'libQt6Core\.so\..*'; do
        grep -xE "$name" <<<"$needs" || {
            echo "does not require $name"
            return 1
        }
    done
}

# scriptlet WHICH COUNT SYSTEMCTL...: runs it as rpm does when COUNT of the package will be there, on a
# system that runs, and prints what it asks of systemctl, then what is left of the pins.
scriptlet() {
    # shellcheck disable=SC2016 # expanded there
    rpm -qp --qf "%{$1}" "$rpm" | unshare --mount --propagation private sh -c '
        set -e
        mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/bin
        mount -t tmpfs tmpfs /sys/fs/bpf && mkdir -p /sys/fs/bpf/sallyport/current
        printf "#!/bin/sh\necho \"\$@\"\n" >/run/bin/systemctl && chmod +x /run/bin/systemctl
        PATH=/run/bin:$PATH sh -e -s "$1"
        ls /sys/fs/bpf' - "$2"
}
readonly UNITS='sallyportd.service sallyport-lists.timer'
says() {
    local wanted=$1
    shift
    [ "$(scriptlet "$@")" = "$wanted" ] || {
        echo "$* does:"
        scriptlet "$@"
        return 1
    }
}
first_installation() { says "--no-reload preset $UNITS"$'\nsallyport' POSTIN 1; }
an_upgrade() {
    says sallyport POSTIN 2 && says sallyport PREUN 1 &&
        says $'daemon-reload\n'"try-restart $UNITS"$'\nsallyport' POSTUN 1
}
the_last_removal() { says "--no-reload disable --now $UNITS"$'\nsallyport' PREUN 0 && says daemon-reload POSTUN 0; }
no_other_scriptlet() {
    ! rpm -qp --scripts --triggers --filetriggers "$rpm" |
        grep -E '^(pre|post|trigger|transfiletrigger|filetrigger)[a-z]* ' | grep -vE '^(postinstall|preuninstall|postuninstall) scriptlet'
}

# --- in the tree ---

# The packages that the programs' libraries belong to, and the platform plugin they are shown with.
libraries() {
    local library
    {
        ldd "$work"/files/usr/{bin/*,sbin/*} | awk '$2 == "=>" { print $3 }'
        find /usr/lib/*/qt6/plugins/platforms -name libqoffscreen.so
    } | sort -u | while read -r library; do
        dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "/usr$library" || dpkg-query -S "$(realpath "$library")"
    done | sed 's/:.*//' | sort -u
}

# rpm of this machine puts it into the tree.
install_it() {
    unshare --mount --propagation private rpm --root "$tree" --dbpath /var/lib/rpm --nodeps -i "$rpm"
}
unchanged() { there "$RPM -V --nodeps sallyport"; }
has_its_user() { there 'systemd-sysusers && getent passwd sallyport sallyport-lists'; }
off_until_enabled() {
    there 'for unit in sallyportd.service sallyport-lists.timer; do
            test "$(systemctl is-enabled "$unit")" = disabled && systemctl enable "$unit" || exit 1
        done
        systemctl is-enabled sallyportd.service sallyport-lists.timer &&
            test -L /etc/systemd/system/dbus-org.sallyport.Firewall1.service'
}
reinstalled() { there "$RPM -U --nodeps --replacepkgs /sallyport.rpm && $RPM -V --nodeps sallyport && systemctl is-enabled sallyportd.service"; }
upgraded() {
    there "$upgrade"' && test "$('"$RPM"' -q sallyport | wc -l)" = 1 && '"$RPM"' -q sallyport | grep again &&
        '"$RPM"' -V --nodeps sallyport && systemctl is-enabled sallyportd.service'
}
removed() {
    there 'mkdir -p /var/lib/sallyport && touch /var/lib/sallyport/rules.db && echo {} >/etc/sallyport/rules.d/mine.json &&
        '"$remove"' && test ! -e /usr/sbin/sallyportd && test -e /var/lib/sallyport/rules.db && test -e /etc/sallyport/rules.d/mine.json'
}
the_rest_removed() { there 'rm -r /etc/sallyport /var/lib/sallyport'; }
removed_there() {
    inside "systemctl start sallyportd; becomes blocked; $remove"' && becomes free && test ! -e /sys/fs/bpf/sallyport &&
        rm -rf /etc/sallyport /var/lib/sallyport /var/lib/systemd/timers/stamp-sallyport-lists.timer'
}

say "checking $(basename "$rpm"); its scriptlets are:"
rpm -qp --scripts "$rpm" >&2
again=$(package "" "$packages/again")
[ "$again" -nt "$rpm" ] || again=$(package "" "$("$here/build-rpm.sh" --again --out "$packages" | xargs dirname)")
check "rpmlint: no error, no warning" no_warning
check "every file that CMake installs, and no other" every_file
check "everything is root's, nobody else writes" owners_and_modes
check "configuration is marked as such" configuration
check "debug symbols are a package of their own" debug_symbols_are_apart
check "it requires systemd, the bus, polkit, its libraries" requirements
check "scriptlets: installed, units go by the presets" first_installation
check "scriptlets: upgraded, units restart, pins stay" an_upgrade
check "scriptlets: removed, units stop, pins go" the_last_removal
check "scriptlets: there is no other" no_other_scriptlet
# shellcheck disable=SC2046 # one word a package
make_tree dbus polkitd rpm systemd-sysv $(libraries)
cp "$rpm" "$tree/sallyport.rpm"
cp "$again" "$tree/sallyport-again.rpm"
echo 'disable *' >"$tree/usr/lib/systemd/system-preset/99-default-disable.preset"
check "rpm installs it into an empty tree" install_it
check "its files are unchanged" unchanged
check "its user is made of sysusers.d" has_its_user
check "the programs start, no library is missing" programs_run
check "off until the units are enabled" off_until_enabled
check "installed again over itself" reinstalled
check "upgraded: the new one alone, still enabled" upgraded
check "removed: programs gone, rules kept" removed
check "rules removed by hand" the_rest_removed
check "nothing of it is left" nothing_left

if on_a_running_system; then
    check "removed: the network is free; rules removed by hand" removed_there
    check "nothing of it is left" nothing_left
fi

table "$(basename "$rpm")"
exit "$failed"
