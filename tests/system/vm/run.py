"""One machine from the installation of the package to its purge: prints a table of what held.

    run.py WORK DISK OUT

WORK has a folder `share` with the package; DISK has disk, vmlinuz and initrd; pictures and the
table go to OUT. Ends with 1 when a row fails.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import shlex
import signal
import sys
import time

from machine import SERVER, Lost, Machine

BOOT_S = 900  # emulated, on a machine that may do other things
SYN = 2

# As the person who is logged in at the screen.
AS_DORA = ("runuser -u dora -- env DISPLAY=:0 XAUTHORITY=/home/dora/.Xauthority "
           "XDG_RUNTIME_DIR=/run/user/$(id -u dora) "
           "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u dora)/bus ")


class Table:
    def __init__(self, out):
        self.out = out
        self.rows = []
        self.failed = False

    def row(self, what, holds, why=""):
        self.failed |= not holds
        line = f"{'ok' if holds else 'FAILS':6} {what}" + (f"  ({why})" if why else "")
        self.rows.append(line)
        print(line, flush=True)


class Test:
    def __init__(self, machine, out):
        self.machine = machine
        self.table = Table(out)
        self.out = out
        self.pictures = 0

    def picture(self, name):
        self.pictures += 1
        self.machine.picture(os.path.join(self.out, f"{self.pictures:02}-{name}.png"))

    def syns(self):
        return sum(1 for protocol, to, port, flags in self.machine.sent()
                   if protocol == 6 and to == SERVER and port == 80 and flags & SYN)

    # A window of the person's whose title has these words: number, x, y, width, height.
    def window(self, title, patience=180):
        said = self.machine.waits_for(
            f"n=$({AS_DORA} xdotool search --onlyvisible --name {shlex.quote(title)} | tail -n 1) && "
            f"[ -n \"$n\" ] && {AS_DORA} xdotool getwindowgeometry --shell \"$n\"", patience)
        values = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        return {key: int(values[key]) for key in ("WINDOW", "X", "Y", "WIDTH", "HEIGHT")}

    def screen(self):
        words = self.machine.says(f"{AS_DORA} xdotool getdisplaygeometry").split()
        return int(words[0]), int(words[1])

    # ---- the rows, in their order

    def desktop(self):
        self.machine.is_up(BOOT_S)
        self.machine.waits_for("pgrep -u dora xfwm4", BOOT_S)
        self.machine.waits_for("mountpoint -q /mnt", 60)
        self.picture("desktop")
        said = self.machine.says("cat /run/early; curl -sS -m 60 http://www.sallyport.test/", 120)
        self.table.row("without Sallyport everything is reached", said == "reached\nreached", said)

    def installs(self):
        code, said = self.machine.run(
            "cp /mnt/sallyport_*.deb /tmp/ && DEBIAN_FRONTEND=noninteractive "
            "apt-get -y -q --no-download install /tmp/sallyport_*.deb", 900)
        with open(os.path.join(self.out, "install.log"), "w") as file:
            file.write(said)
        self.table.row("apt installs it, without a network", code == 0,
                       said.splitlines()[-1] if said and code else "")
        code, said = self.machine.run("systemctl is-active sallyportd", 60)
        self.table.row("then it runs", code == 0, "" if code == 0 else said)
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("the whole machine is filtered", '"wholeSystem":true' in said, said[:200])

    def boots(self):
        self.machine.says("sallyportctl rules add --block --program /usr/bin/bash "
                          f"--remote {SERVER} --json")
        before = self.syns()
        self.machine.restart(BOOT_S)
        self.machine.waits_for("systemctl is-active sallyportd", 300)
        self.machine.waits_for("test -e /run/early", 120)
        said = self.machine.says("cat /run/early")
        self.table.row("who is on the network as early as can be is stopped by a rule",
                       said == "stopped" and self.syns() == before,
                       f"{said}, {self.syns() - before} packets")
        self.machine.waits_for("pgrep -u dora xfwm4", BOOT_S)
        code, _ = self.machine.run("systemctl --failed --no-legend | grep . && exit 1; exit 0")
        self.table.row("no unit failed", code == 0)
        self.machine.waits_for("pgrep -u dora -x sallyport", 300)
        self.table.row("the window's program began with the session", True)

    def answers(self):
        before = self.syns()
        self.machine.says(f"{AS_DORA} sh -c 'curl -sS -m 300 http://www.sallyport.test/ "
                          ">/tmp/said 2>&1; echo $? >/tmp/ended' >/dev/null 2>&1 &")
        place = self.window("Sallyport asks")
        self.picture("question")
        self.table.row("curl waits while the question is on the screen",
                       self.machine.run("test -e /tmp/ended")[0] != 0 and self.syns() == before)
        time.sleep(2)
        width, height = self.screen()
        self.machine.click(place["X"] + place["WIDTH"] - 52, place["Y"] + place["HEIGHT"] - 22,
                           width, height)
        said = self.machine.waits_for("test -e /tmp/ended && cat /tmp/ended /tmp/said", 120)
        self.picture("answered")
        self.table.row("a click with the mouse lets it go on", said == "0\nreached", said)
        self.table.row("one connection left the machine", self.syns() > before)

    def permissions(self):
        code, said = self.machine.run("runuser -u otto -- sallyportctl mode learn", 60)
        self.table.row("somebody else may not change anything", code != 0, said.splitlines()[0])
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("and changed nothing", '"mode":"ask"' in said, "")

    def killed(self):
        blocked = "bash -c 'exec 3<>/dev/tcp/10.0.2.100/80'"
        before = self.syns()
        self.machine.says(f"(while ! test -e /tmp/enough; do {blocked}; sleep 0.05; done) "
                          ">/dev/null 2>&1 &")
        for _ in range(3):
            self.machine.says("pid=$(systemctl show -P MainPID sallyportd); kill -9 $pid; "
                              "for i in $(seq 100); do sleep 0.5; "
                              "now=$(systemctl show -P MainPID sallyportd); "
                              "[ $now != 0 ] && [ $now != $pid ] && "
                              "systemctl is-active -q sallyportd && exit 0; done; exit 1", 120)
        self.machine.says("touch /tmp/enough")
        self.table.row("killed three times: it is there again, and nothing that a rule blocks left",
                       self.syns() == before, f"{self.syns() - before} packets")

    def again(self):
        code, _ = self.machine.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-download "
                                   "--reinstall install /tmp/sallyport_*.deb", 600)
        said = self.machine.says("sallyportctl rules list --json")
        self.table.row("installed again: the rules are there", code == 0 and SERVER in said)

    def removed(self):
        code, _ = self.machine.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q remove sallyport",
                                   600)
        self.table.row("removed", code == 0)
        said = self.machine.run("bash -c 'exec 3<>/dev/tcp/10.0.2.100/80' && echo reached; "
                                "ls /sys/fs/bpf/sallyport 2>/dev/null; "
                                "systemctl cat sallyportd 2>/dev/null")[1]
        self.table.row("the network is free, no pins, no unit", said == "reached", said[:200])
        self.table.row("the rules are kept", self.machine.run("ls /var/lib/sallyport/rules.db")[0] == 0)
        self.machine.says("DEBIAN_FRONTEND=noninteractive apt-get -y -q purge sallyport", 600)
        self.table.row("purged: they are gone",
                       self.machine.run("test -e /var/lib/sallyport")[0] != 0)

    def all(self):
        for step in (self.desktop, self.installs, self.boots, self.answers, self.permissions,
                     self.killed, self.again, self.removed):
            begin = time.monotonic()
            try:
                step()
            except Lost as lost:
                self.table.row(step.__name__, False, str(lost))
                self.picture("lost")
                if step in (self.desktop, self.installs):
                    break
            print(f"       {time.monotonic() - begin:.0f} s", flush=True)
        return self.table


def main():
    work, disk, out = sys.argv[1:4]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and the machine ends, too
    machine = Machine(work, *(os.path.join(disk, name) for name in ("disk", "vmlinuz", "initrd")),
                      os.path.join(work, "share"))
    try:
        table = Test(machine, out).all()
    finally:
        machine.end()
    with open(os.path.join(out, "table"), "w") as file:
        file.write("\n".join(table.rows) + "\n")
    return 1 if table.failed else 0


sys.exit(main())
