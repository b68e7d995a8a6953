#!/bin/bash
# Makes a tree of mmdebstrap's a machine for the tests: who logs in, the network, a root shell on its
# second serial line, and a unit that uses the network as early as one may.
#
#   tests/system/vm/furnish.sh TREE
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
tree=${1:?the tree}

# file PATH: its content comes from the standard input.
file() {
    mkdir -p "$tree$(dirname "$1")"
    cat >"$tree$1"
}

echo tried | file /etc/hostname
file /etc/hosts <<'END'
127.0.0.1 localhost tried
10.0.2.100 www.sallyport.test
END
file /etc/fstab <<'END'
/dev/vda / ext4 rw,noatime 0 1
share /mnt 9p trans=virtio,ro,noauto 0 0
END

chroot "$tree" useradd --create-home --shell /bin/bash --groups sudo dora
chroot "$tree" useradd --create-home --shell /bin/bash otto # may do nothing
echo dora:dora | chroot "$tree" chpasswd
file /etc/lightdm/lightdm.conf.d/sallyport-test.conf <<'END'
[Seat:*]
autologin-user=dora
autologin-session=xfce
END
# The panel asks on its first start which of two it shall be; a screen saver would hide everything.
file /etc/xdg/autostart/screen.desktop <<'END'
[Desktop Entry]
Type=Application
Name=Screen
Exec=xset s off -dpms
END
mkdir -p "$tree/etc/xdg/xfce4/panel" "$tree/etc/xdg/xfce4/xfconf/xfce-perchannel-xml"
cp "$tree/etc/xdg/xfce4/panel/default.xml" \
    "$tree/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml" 2>/dev/null || true

if [ ! -x "$tree/usr/sbin/NetworkManager" ]; then
    file /etc/systemd/network/wire.network <<'END'
[Match]
Name=eth0
[Network]
DHCP=ipv4
END
    chroot "$tree" systemctl enable systemd-networkd
fi
# Looks for a log-in page of the network where distributions have it do so.
[ ! -x "$tree/usr/sbin/NetworkManager" ] || file /etc/NetworkManager/conf.d/connectivity.conf <<'END'
[connectivity]
uri=http://10.0.2.99/
END
rm -f "$tree/etc/resolv.conf"
echo nameserver 10.0.2.3 | file /etc/resolv.conf
file /etc/systemd/timesyncd.conf.d/test.conf <<'END'
[Time]
NTP=10.0.2.100
END

# Each line: a number, seconds of patience and a script in base64. Answers with the number, the exit
# code and what the script said; who asks the same again is told the same.
file /usr/local/sbin/shell-for-tests <<'END'
#!/bin/bash
stty raw -echo
mkdir -p /run/answers
while IFS=' ' read -r number patience script; do
    [[ $number =~ ^[0-9]+$ && $patience =~ ^[0-9]+$ ]] || continue
    if [ ! -e "/run/answers/$number" ]; then
        said=$(timeout "$patience" bash -c "$(base64 -d <<<"$script")" 2>&1 </dev/null)
        printf '%s %d %s\n' "$number" "$?" "$(base64 -w 0 <<<"$said")" >"/run/answers/$number"
    fi
    cat "/run/answers/$number"
done
END
chmod 755 "$tree/usr/local/sbin/shell-for-tests"
file /etc/systemd/system/shell-for-tests.service <<'END'
[Unit]
Description=A root shell on the second serial line
After=basic.target
[Service]
ExecStart=/usr/local/sbin/shell-for-tests
StandardInput=tty
StandardOutput=tty
TTYPath=/dev/ttyS1
TTYReset=no
Restart=always
[Install]
WantedBy=multi-user.target
END

# What "rescue" is to a person at the machine: little is left running.
file /etc/systemd/system/alone.target <<'END'
[Unit]
Description=Next to nothing
Requires=sysinit.target
Wants=shell-for-tests.service
AllowIsolate=yes
END

# As early as may be: when nothing else is asked for than that firewalls stand.
file /usr/local/sbin/early <<'END'
#!/bin/bash
for ((i = 0; i < 100; i++)); do
    ip link show eth0 >/dev/null 2>&1 && break
    sleep 0.1
done
ip link set eth0 up
ip address add 10.0.2.15/24 dev eth0
{
    exec 3<>/dev/tcp/10.0.2.100/80
} 2>/run/early.error && echo reached >/run/early || echo stopped >/run/early
# NetworkManager leaves alone what somebody else has set up.
[ ! -x /usr/sbin/NetworkManager ] || { ip address flush dev eth0 && ip link set eth0 down; }
END
chmod 755 "$tree/usr/local/sbin/early"
file /etc/systemd/system/early.service <<'END'
[Unit]
Description=Somebody who is on the network as early as can be
DefaultDependencies=no
Wants=network-pre.target
After=network-pre.target
Before=network.target NetworkManager.service
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/early
TimeoutStartSec=90
[Install]
WantedBy=sysinit.target
END
chroot "$tree" systemctl enable shell-for-tests early
