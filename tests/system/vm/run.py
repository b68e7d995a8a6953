"""One machine from the installation of the package to its purge: prints a table of what held.

    run.py WORK DISK OUT [STEP...]

WORK has a folder `share` with the package; DISK has disk, vmlinuz and initrd; pictures and the
table go to OUT. STEPs are the names of what all() goes through; of those without which the others
cannot be, none need be named. Ends with 1 when a row fails.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time

from machine import RESOLVER, SERVER, SSH, Lost, Machine, Stalled

BOOT_S = 900  # emulated, on a machine that may do other things
FAR_RESOLVER = "198.51.100.53"
SYN = 2
DENIED = 4  # sallyportctl's exit code

# Connects, and says why not.
KNOCK = f"bash -c 'exec 3<>/dev/tcp/{SERVER}/80'"

# As the person who is logged in at the screen.
AS_DORA = ("runuser -u dora -- env DISPLAY=:0 XAUTHORITY=/home/dora/.Xauthority "
           "XDG_RUNTIME_DIR=/run/user/$(id -u dora) "
           "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u dora)/bus ")
# A shell line of that person's, in the session at the screen, and nobody waits for its end.
def started_at_screen(line):
    return f"{AS_DORA} systemd-run --user --quiet --collect sh -c {shlex.quote(line)}"


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


class Session:
    """Somebody who is logged in from far away: says what they type back to them."""

    def __init__(self, key):
        self.process = subprocess.Popen(
            ["ssh", "-q", "-i", key, "-p", str(SSH), "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "dora@127.0.0.1", "cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answers(self):
        try:
            self.process.stdin.write(b"there\n")
            self.process.stdin.flush()
        except OSError:
            return False
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        return bool(ready) and self.process.stdout.readline() == b"there\n"

    def end(self):
        self.process.kill()
        self.process.wait()


class Test:
    def __init__(self, machine, work, out, whole):
        self.machine = machine
        self.whole = whole
        self.key = os.path.join(work, "key")
        self.table = Table(out)
        self.out = out
        self.pictures = 0

    def picture(self, name):
        self.pictures += 1
        self.machine.picture(os.path.join(self.out, f"{self.pictures:02}-{name}.png"))

    def syns(self):
        return sum(1 for protocol, to, port, flags in self.machine.sent()
                   if protocol == 6 and to == SERVER and port == 80 and flags & SYN)

    # What the helper's unit said, for whoever looks into a failure.
    def journal(self):
        try:
            said = self.machine.run("journalctl --no-pager -o short-monotonic -u sallyportd -u dbus -u polkit")[1]
        except Lost as lost:
            said = str(lost)
        with open(os.path.join(self.out, "journal.log"), "w") as file:
            file.write(said + "\n")

    # What is inside the frame of a window of the person's whose title has these words.
    def window(self, title, patience=180):
        said = self.machine.waits_for(
            f"n=$({AS_DORA} xdotool search --onlyvisible --name {shlex.quote(title)} | tail -n 1) && "
            f"[ -n \"$n\" ] && {AS_DORA} xwininfo -id \"$n\"", patience)
        words = {"X": "Absolute upper-left X", "Y": "Absolute upper-left Y", "WIDTH": "Width",
                 "HEIGHT": "Height"}
        return {key: int(re.search(rf"{said_as}: +(-?\d+)", said)[1])
                for key, said_as in words.items()}

    def screen(self):
        words = self.machine.says(f"{AS_DORA} xdotool getdisplaygeometry").split()
        return int(words[0]), int(words[1])

    # Answers the question on the screen with the mouse: the button at the right end.
    def allow(self, place=None):
        place = place or self.window("Question from Sallyport")
        time.sleep(2)
        self.picture("question")
        width, height = self.screen()
        self.machine.click(place["X"] + place["WIDTH"] - 52, place["Y"] + place["HEIGHT"] - 22,
                           width, height)

    def mount(self):
        """What the machine is given. Not by the boot: it may be there before its device is."""
        self.machine.waits_for("mountpoint -q /mnt || mount /mnt", 60)

    # ---- the rows, in their order

    def desktop(self):
        self.machine.is_up(BOOT_S)
        self.machine.waits_for("pgrep -u dora xfwm4", BOOT_S)
        self.machine.waits_for("ip -4 address show eth0 | grep dynamic", 300)
        self.mount()
        self.picture("desktop")
        said = self.machine.says("cat /run/early; curl -sS -m 60 http://www.sallyport.test/", 120)
        self.table.row("without Sallyport everything is reached", said == "reached\nreached", said)

    # dpkg is killed while it sets the package up, and goes on where it was.
    def cut_off(self, package):
        state = "dpkg-query -W -f '${Version} ${Status}\\n' sallyport 2>/dev/null"
        self.machine.says(
            f"version=$(dpkg-deb -f {package} Version); setsid dpkg -i {package} >/dev/null 2>&1 & dpkg=$!; "
            f"until {state} | grep -qF \"$version install ok half-configured\"; do kill -0 $dpkg || exit 1; done; "
            f"kill -9 -$dpkg; wait $dpkg; {state} | grep half-configured && "
            f"DEBIAN_FRONTEND=noninteractive dpkg --configure -a && "
            f"{state} | grep -F \"$version install ok installed\" && apt-get -q check", 600)

    def installs(self):
        self.machine.says("install -D -o dora -m 600 /mnt/key.pub /home/dora/.ssh/authorized_keys")
        session = Session(self.key)
        there = session.answers()
        self.machine.says("cp /mnt/sallyport_*.deb /root/")
        if self.whole:
            self.cut_off("/root/sallyport_*.deb")
            self.machine.waits_for("systemctl is-active sallyportd && pgrep -u dora -x sallyport", 120)
            self.table.row("an installation that was cut off goes on, and is in force", True)
            self.machine.says("DEBIAN_FRONTEND=noninteractive apt-get -y -q purge sallyport && "
                              "rm -rf /home/dora/.config/sallyport", 600)  # as nobody had ever seen it
        code, said = self.machine.run(
            "DEBIAN_FRONTEND=noninteractive apt-get -y -q install /root/sallyport_*.deb", 900)
        with open(os.path.join(self.out, "install.log"), "w") as file:
            file.write(said)
        self.table.row("apt installs it, without a network", code == 0,
                       said.splitlines()[-1] if said and code else "")
        code, said = self.machine.run("systemctl is-active sallyportd", 60)
        self.table.row("then it runs", code == 0, "" if code == 0 else said)
        # Where the machine is very slow, polkit may be too slow for the first of them.
        said = self.machine.waits_for("sallyportctl status --json >/run/status && tr -d ' \\n' </run/status", 120)
        self.table.row("the whole machine is filtered", '"wholeSystem":true' in said, said[:200])
        said = self.machine.says("ps -o user:20= -p $(systemctl show -P MainPID sallyportd); "
                                 "systemd-analyze security --no-pager sallyportd | tail -n 1")
        self.table.row("the helper is not root, and exposed by 2.0 at the most", self.machine.run(
            "systemd-analyze security --no-pager --threshold=20 sallyportd")[0] == 0 and
            said.startswith("sallyport"), said)
        self.machine.waits_for("pgrep -u dora -x sallyport", 120)
        self.table.row("who is at the screen is asked from now on", True)
        self.welcome()
        self.table.row("an SSH session from before goes on", there and session.answers())
        session.end()
        session = Session(self.key)
        self.table.row("a new one is let in", session.answers())
        session.end()
        # As Ubuntu has it: who listens is systemd.
        self.machine.says("systemctl stop ssh.service && systemctl start ssh.socket")
        session = Session(self.key)
        self.table.row("and one whose server is started by ssh.socket", session.answers())
        session.end()
        self.machine.says("systemctl stop ssh.socket && systemctl start ssh.service")
        if self.table.failed:
            raise Lost("it is not installed")
        # A script is a program of its own.
        for program in ("/usr/bin/bash", "/usr/bin/bash --script /usr/local/sbin/early"):
            self.machine.says(f"sallyportctl rules add --block --program {program} --to {SERVER} --json")

    # Somebody who is on the network until all that is left is ended.
    def shuts_down(self):
        self.machine.says(
            "systemd-run --quiet -p DefaultDependencies=no bash -c 'echo >/run/clings; "
            "while :; do (exec 3<>/dev/tcp/10.0.2.100/80) 2>>/var/tmp/late; sleep 0.05; done' && "
            "for i in $(seq 60); do test -e /run/clings && exit 0; sleep 0.5; done; exit 1", 60)
        self.machine.restart(BOOT_S)

    def boots(self):
        before = self.syns()
        sent = len(self.machine.sent())
        self.shuts_down()
        self.machine.waits_for("systemctl is-active sallyportd", 300)
        self.machine.waits_for("test -e /run/early", 120)
        said = self.machine.says("cat /run/early /run/early.error")
        late = int(self.machine.says("grep -c 'connect: Operation not permitted' /var/tmp/late"))
        self.table.row("who is on the network as early as can be, or as late, is stopped by a rule, at once",
                       said.startswith("stopped") and "not permitted" in said and late > 10 and
                       self.syns() == before,
                       f"{said}, {late} times on the way down, {self.syns() - before} packets")
        self.machine.waits_for("pgrep -u dora xfwm4", BOOT_S)
        said = self.machine.says("systemctl --failed --no-legend --plain")
        self.table.row("no unit failed", said == "", said)
        self.machine.waits_for("pgrep -u dora -x sallyport", 300)
        self.table.row("the window's program began with the session", True)
        said = self.machine.waits_for("ip -4 address show eth0 | grep dynamic", 300)
        self.table.row("the network was set up by DHCP", True, said)
        # A name server far away, as a provider's: whom the machine is told to ask is nobody's question.
        self.machine.says(f"echo nameserver {FAR_RESOLVER} >>/etc/resolv.conf; "
                          "ip route add default via 10.0.2.2; sleep 2")
        self.machine.run(f"{AS_DORA} timeout 20 getent hosts some.sallyport.test")
        self.machine.waits_for("systemctl is-active systemd-timesyncd", 60)
        left = {(protocol, to, port) for protocol, to, port, _ in self.machine.sent()[sent:]}
        self.table.row("a name is looked up, near and far, and the time is asked for",
                       {(17, RESOLVER, 53), (17, FAR_RESOLVER, 53), (17, SERVER, 123)} <= left, sorted(left))
        if self.machine.run("test -e /etc/NetworkManager/conf.d/connectivity.conf")[0] == 0:
            self.machine.run("nmcli networking connectivity check")
            self.machine.waits_for("sallyportctl history --program NetworkManager --port 80 --state allowed | grep "
                                   "-F 10.0.2.99", 60)
            self.table.row("NetworkManager looks for a log-in page of the network", True)
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("boot, log-in and these have asked nothing",
                       '"waiting":0' in said and '"missed":0' in said,
                       self.machine.says("sallyportctl questions"))

    # It comes by itself once for each person, and questions wait for its end.
    def welcome(self):
        place = self.window("Welcome to Sallyport")
        time.sleep(2)
        self.picture("welcome")
        width, height = self.screen()
        self.machine.click(place["X"] + place["WIDTH"] // 2, place["Y"] + place["HEIGHT"] // 2,
                           width, height)
        self.machine.type(["esc"])
        self.machine.waits_for(f"! {AS_DORA} xdotool search --onlyvisible --name "
                               "'Welcome to Sallyport' | grep -q .", 60)
        self.table.row("the welcome comes by itself, and Escape closes it", True)

    def answers(self):
        before = self.syns()
        self.machine.says(started_at_screen(
            "curl -sS -m 300 http://www.sallyport.test/ >/tmp/said 2>&1; echo $? >/tmp/ended"))
        place = self.window("Question from Sallyport")
        self.table.row("curl waits while the question is on the screen",
                       self.machine.run("test -e /tmp/ended")[0] != 0 and self.syns() == before)
        self.table.row("its window has Sallyport's icon", self.machine.run(
            f"{AS_DORA} xprop -name 'Question from Sallyport' _NET_WM_ICON | grep 'Icon ('")[0] == 0)
        self.allow(place)
        said = self.machine.waits_for("test -e /tmp/ended && cat /tmp/ended /tmp/said", 120)
        self.picture("answered")
        self.table.row("a click with the mouse lets it go on", said == "0\nreached", said)
        self.table.row("one connection left the machine", self.syns() > before)

    # The place of the icon is where another is shown while the firewall is paused.
    def tray(self):
        def state(mode, icon):
            self.machine.says(f"sallyportctl {mode}")
            time.sleep(8)
            self.picture(icon)
            return self.machine.pixels()
        (width, on), (_, paused), (_, again) = (
            state("mode ask", "tray"), state("pause 5", "tray-paused"), state("pause off", "tray-again"))
        changed = [at // 3 for at in range(0, width * 40 * 3, 3)
                   if on[at:at + 3] == again[at:at + 3] != paused[at:at + 3]]
        x, y = (sorted(places)[len(places) // 2] if places else 0
                for places in ([at % width for at in changed], [at // width for at in changed]))
        self.table.row("its icon is in the panel, and another while it is paused", changed != [], f"{x}, {y}")
        self.machine.click(x, y, *self.screen())
        self.window("^Sallyport$")
        time.sleep(3)
        self.picture("window")
        self.machine.type(["alt-f4"])
        self.machine.waits_for(f"! {AS_DORA} xdotool search --onlyvisible --name '^Sallyport$' | grep -q .",
                               60)
        self.table.row("a click on it opens the window, which closes by keyboard and leaves the icon",
                       self.machine.run("pgrep -u dora -x sallyport")[0] == 0)

    # Where the machine's owner wants it so (LEAKS C4).
    def lasting(self):
        self.machine.says("sallyportctl settings --password-for-lasting on; rm -f /tmp/ended")
        self.machine.says(started_at_screen(
            "curl -sS -m 300 http://www.sallyport.test/ >/tmp/said 2>&1; echo $? >/tmp/ended"))
        place = self.window("Question from Sallyport")
        self.machine.click(place["X"] + place["WIDTH"] - 40, place["Y"] + 40, *self.screen())
        self.machine.type(["alt-f", "end"])
        self.allow(place)
        self.window("uthenticat")
        self.picture("password-for-lasting")
        kept = "sallyportctl rules list --json | grep -o '\"/usr/bin/curl\"'; true"
        self.table.row("an answer for ever can need a password",
                       self.machine.run("test -e /tmp/ended")[0] != 0 and self.machine.says(kept) == "")
        self.machine.type([*"dora", "ret"])
        said = self.machine.waits_for("test -e /tmp/ended && cat /tmp/ended /tmp/said", 120)
        rule = self.machine.says(kept)
        self.table.row("with the person's own it is a rule, and the connection goes on",
                       said == "0\nreached" and rule != "", f"{said} {rule}")
        self.machine.says("sallyportctl settings --password-for-lasting off")

    # Sockets in another network namespace are ended by a helper that may not go there.
    def containers(self):
        self.machine.says(
            "ip netns add box && ip link add out type veth peer name in netns box && "
            "ip address add 10.77.0.1/24 dev out && ip link set out up && "
            "ip -n box address add 10.77.0.2/24 dev in && ip -n box link set in up && "
            "sallyportctl rules add --allow --program systemd-socket-activate --direction in && "
            "rm -f /tmp/box && (systemd-socket-activate -l 10.77.0.1:7000 -a --inetd cat "
            ">/dev/null 2>&1 &)")
        self.machine.says(
            "(nsenter --net=/run/netns/box bash -c 'exec 3<>/dev/tcp/10.77.0.1/7000; "
            "while echo more >&3; do read -r -t 9 line <&3; echo $line; sleep 0.2; done; "
            "echo over' >/tmp/box 2>&1 &)")
        self.machine.waits_for("sallyportctl questions | grep -q 10.77.0.1", 60)
        self.table.row("who is in another network namespace is asked about",
                       self.machine.says("cat /tmp/box") == "")
        rule = self.machine.says("sallyportctl rules add --allow --program /usr/bin/bash "
                                 "--to 10.77.0.1")
        self.machine.waits_for("grep -q more /tmp/box", 60)
        self.machine.says(f"sallyportctl rules edit {rule} --block")
        said = self.machine.waits_for("grep -q over /tmp/box && cat /tmp/box", 60)
        self.table.row("and is ended by a rule, with an error", "caused connection abort" in said,
                       said)
        # The kernel's own reset has no program that could be asked about.
        self.machine.says(f"sallyportctl rules edit {rule} --allow")
        said = self.machine.says("timeout 20 nsenter --net=/run/netns/box bash -c "
                                 "'exec 3<>/dev/tcp/10.77.0.1/7999' 2>&1; echo $?; "
                                 "sallyportctl questions | grep 7999; true")
        self.table.row("a port where nobody listens says so, and nobody is asked",
                       "Connection refused" in said and said.endswith("\n1"), said)
        said = self.machine.run("journalctl --no-pager -u sallyportd | grep -e walking -e sockets")[1]
        self.table.row("nothing failed in that", said == "", said)

    def permissions(self):
        code, said = self.machine.run("runuser -u otto -- sallyportctl mode learn", 60)
        self.table.row("somebody else may not change anything", code == DENIED, said)
        rules = "sallyportctl rules list --json"
        before = self.machine.says(rules)
        first = self.machine.says(rules + " | grep -o '\"id\": *[0-9]*' | head -n 1").split()[-1]
        tried = [self.machine.run(f"runuser -u otto -- sallyportctl {call}", 60)[0] for call in (
            "rules add --allow --program /usr/bin/curl", f"rules disable {first}",
            f"rules edit {first} --allow", f"rules remove {first}", "rules undo", "pause 5")]
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("nor rules, nor pause it, and changed nothing",
                       set(tried) == {DENIED} and '"mode":"ask"' in said and
                       self.machine.says(rules) == before, tried)

    def passwords(self):
        self.machine.says(started_at_screen("sallyportctl mode learn; echo $? >/tmp/mode"))
        self.window("uthenticat")
        self.picture("password")
        self.machine.type([*"wrong", "ret"])
        time.sleep(10)
        self.picture("wrong-password")
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("a mode wants a password, and not a wrong one",
                       '"mode":"ask"' in said and self.machine.run("test -e /tmp/mode")[0] != 0)
        for _ in range(3):  # what is typed before the dialog asks again is lost
            self.machine.type([*"dora", "ret"])
            if self.machine.run("timeout 20 sh -c 'until test -e /tmp/mode; do sleep 1; done'", 60)[0] == 0:
                break
        said = self.machine.waits_for("cat /tmp/mode", 120)
        now = self.machine.says("sallyportctl status --json | tr -d ' \\n'")
        self.table.row("the right one is taken", said == "0" and '"mode":"learn"' in now, said)
        self.machine.says("sallyportctl mode ask")

    # What a rule blocks tries again and again meanwhile, and somebody is logged in from far away. Whether all of it
    # went as it should, and what was counted.
    def under_traffic(self, work):
        before = self.syns()
        session = Session(self.key)
        there = session.answers()
        self.machine.says("rm -f /tmp/enough; (while ! test -e /tmp/enough; do "
                          f"{KNOCK}; echo; sleep 0.05; done) "
                          ">/tmp/tries 2>/dev/null &")
        try:
            work()
        finally:
            self.machine.says("touch /tmp/enough")
        tries = int(self.machine.says("wc -l </tmp/tries"))
        packets = self.syns() - before
        goes_on = there and session.answers()
        session.end()
        return (packets == 0 and tries > 10 and goes_on,
                f"{packets} packets of {tries} tries" + ("" if goes_on else ", the SSH session ended"))

    def kills(self):
        for _ in range(3):
            self.machine.says("pid=$(systemctl show -P MainPID sallyportd); kill -9 $pid; "
                              "for i in $(seq 100); do sleep 0.5; "
                              "now=$(systemctl show -P MainPID sallyportd); "
                              "[ $now != 0 ] && [ $now != $pid ] && "
                              "systemctl is-active -q sallyportd && exit 0; done; exit 1", 120)

    # With the window's program there, which calls the helper.
    def stopped(self):
        self.machine.says("systemctl stop sallyportd")
        time.sleep(20)
        said = self.machine.run(f"systemctl is-active sallyportd; {KNOCK} && echo reached; "
                                "pgrep -u dora -x sallyport >/dev/null || echo no window")[1]
        self.table.row("stopped it stays so, and the network is free", said == "inactive\nreached", said)
        self.machine.says("systemctl start sallyportd && sallyportctl status", 300)

    # Who wants to mend a machine has it end nearly all that runs.
    def isolates(self):
        before = self.syns()
        # Whom it wants anyhow it would not end.
        self.machine.says("systemctl disable --quiet early.service && systemctl isolate alone.target", 300)
        # The bus ends, too, and the helper begins anew with another.
        said = self.machine.run(f"for i in $(seq 100); do {KNOCK} 2>&1 && echo reached; "
                                "sleep 0.1; done | sort | uniq -c")[1]
        self.machine.waits_for("systemctl is-active sallyportd", 120)
        now = self.machine.run(f"systemctl is-active lightdm; {KNOCK}")[1]
        self.table.row("a target as \"rescue\" ends the session, and not the firewall",
                       self.syns() == before and "reached" not in said and now.startswith("inactive\n") and
                       "not permitted" in now, f"{said}; {now}")
        self.machine.says("systemctl enable --quiet early.service && systemctl isolate graphical.target", 300)
        self.machine.waits_for("systemctl is-active dbus && sallyportctl status && pgrep -u dora -x sallyport",
                               BOOT_S)
        said = self.machine.says("systemctl --failed --no-legend --plain")
        self.table.row("and back again it serves the next one", said == "", said)

    def killed(self):
        held, why = self.under_traffic(self.kills)
        self.table.row("killed three times: it is there again, nothing that a rule blocks left, and an SSH session "
                       "went on", held, why)

    # To what apt sees as a newer one by its version, and may be the same but for that.
    def upgraded(self):
        self.mount()
        self.machine.says("cd /root && dpkg-deb -R /mnt/next.deb next && "
                          "sed -i 's/^Version: .*/&+cut/' next/DEBIAN/control && dpkg-deb -Znone -b next cut.deb && "
                          "sed -i 's/^\\(Version: .*\\)+cut/\\1+next/' next/DEBIAN/control && "
                          "dpkg-deb -Znone -b next next.deb", 300)
        if self.whole:
            held, why = self.under_traffic(lambda: self.cut_off("/root/cut.deb"))
            self.table.row("an upgrade that was cut off goes on, nothing that they block left meanwhile", held, why)
        held, why = self.under_traffic(lambda: self.machine.says(
            "DEBIAN_FRONTEND=noninteractive apt-get -y -q install /root/next.deb", 600))
        said = self.machine.says("dpkg-query -W sallyport; sallyportctl rules list --json")
        self.table.row("upgraded: the rules are there, nothing that they block left meanwhile, and an SSH session "
                       "went on", held and "+next" in said and SERVER in said, why)
        said = self.machine.says("sallyportctl status --json | tr -d ' \\n'; "
                                 "journalctl --no-pager -q -u sallyportd -p warning")
        with open(os.path.join(self.out, "upgrade.log"), "w") as file:
            file.write(said + "\n")
        self.table.row("it filters the whole machine, and what was recorded before is there",
                       '"wholeSystem":true' in said and self.machine.run(
                           "sallyportctl history --program early --json | grep -q blocked")[0] == 0,
                       said[:300])
        self.machine.waits_for("[ \"$(readlink /proc/$(pgrep -u dora -x sallyport)/exe)\" = "
                               "/usr/bin/sallyport ]", 120)
        self.table.row("the window's program is the new one", True)

    def removed(self):
        code, _ = self.machine.run("DEBIAN_FRONTEND=noninteractive apt-get -y -q remove sallyport",
                                   600)
        self.table.row("removed", code == 0)
        self.machine.waits_for("! pgrep -u dora -x sallyport", 60)
        self.table.row("the window ended, too", True)
        said = self.machine.run(f"{KNOCK} && echo reached; "
                                "ls /sys/fs/bpf/sallyport 2>/dev/null; "
                                "ls /run/sallyport* 2>/dev/null; "
                                "systemctl cat sallyportd sallyport-broker.socket 2>/dev/null")[1]
        self.table.row("the network is free, no pins, no unit", said == "reached", said[:200])
        self.table.row("the rules are kept", self.machine.run("ls /var/lib/sallyport/rules.db")[0] == 0)
        self.machine.says("DEBIAN_FRONTEND=noninteractive apt-get -y -q install /root/next.deb", 600)
        self.machine.waits_for("pgrep -u dora -x sallyport", 120)
        self.table.row("installed again: they hold, and who is at the screen is asked at once",
                       SERVER in self.machine.says("sallyportctl rules list --json") and
                       self.machine.run(KNOCK)[0] != 0)
        self.machine.says("DEBIAN_FRONTEND=noninteractive apt-get -y -q purge sallyport", 600)
        self.table.row("purged: they are gone", self.machine.run(
            "test -e /var/lib/sallyport")[0] != 0 and self.machine.run(
            f"{KNOCK} && ! pgrep -u dora -x sallyport")[0] == 0)

    # By the user who does nothing else, and a day later.
    def lists(self):
        self.machine.says("sallyportctl pause 5 && "
                          f"sallyportctl lists add ads http://{SERVER}/list --daily && "
                          "sallyportctl pause off")
        updated = "sallyportctl lists list --json | grep -o '\"updatedMs\": *[0-9]*'"
        before = self.machine.says(updated)
        self.machine.says("date -s '+1 day' && systemctl start sallyport-lists.service", 300)
        self.table.row("a list is refreshed a day later, by a user of its own",
                       self.machine.says(updated) != before and
                       self.machine.run("systemctl is-active sallyport-lists.timer")[0] == 0)

        self.table.row("that the clock was set is noticed at once", self.machine.run(
            "journalctl -u sallyportd | grep 'the clock was set by 86[34][0-9][0-9] s'")[0] == 0)

    def tries(self):
        self.mount()
        self.machine.says(
            "dpkg-deb -x /mnt/next.deb /tmp/unpacked && mkdir -p /tmp/built/bin && "
            "ln -s /tmp/unpacked/usr/bin/* /tmp/unpacked/usr/sbin/* /tmp/built/bin/ && "
            "echo 'dora ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dora")
        self.machine.run("systemctl stop sallyportd")  # where it is still installed
        before = self.machine.run("pgrep -l sallyport")[1]  # the session's own window
        # At a terminal, whose keys come from a pipe.
        self.machine.says("mkfifo -m 666 /tmp/keys")
        self.machine.says(started_at_screen(
            "sleep 2000 >/tmp/keys & script -qec '/mnt/source/packaging/try.sh --build /tmp/built "
            "--whole-system -- sleep 1000' /dev/null </tmp/keys >/tmp/terminal 2>&1"))
        self.machine.waits_for("grep 'this machine is filtered' /tmp/terminal", 180)
        self.machine.says(started_at_screen(
            "curl -sS -m 300 http://www.sallyport.test/ >/tmp/tried 2>&1; echo $? >/tmp/try-ended"))
        self.allow()
        said = self.machine.waits_for("cat /tmp/try-ended /tmp/tried", 120)
        self.table.row("try.sh --whole-system: who was not started by it waits for a click, too",
                       said == "0\nreached", said)
        self.machine.says("printf '\\003' >/tmp/keys")
        self.machine.waits_for("! pgrep -x sallyportd", 60)
        said = self.machine.run("curl -sS -m 20 http://www.sallyport.test/; pgrep -l sallyport; "
                                "find /sys/fs/bpf /sys/fs/cgroup /tmp -name '*sallyport*' "
                                "-not -path '/tmp/unpacked/*' "
                                "-not -path '/tmp/built/*'")[1]
        self.table.row("ended by Ctrl-C it leaves nothing",
                       said == f"reached\n{before}".strip(), said[:300])

    def all(self, named):
        first = (self.desktop, self.installs)
        for step in (*first, self.boots, self.answers, self.tray, self.lasting, self.containers,
                     self.permissions, self.passwords, self.lists, self.stopped, self.isolates, self.killed, self.upgraded,
                     self.removed, self.tries):
            if named and step.__name__ not in named and step not in first:
                continue
            begin = time.monotonic()
            try:
                step()
            except Lost as lost:
                self.table.row(step.__name__, False, str(lost))
                self.picture("lost")
                self.journal()
                if step in first:
                    break
            print(f"       {time.monotonic() - begin:.0f} s", flush=True)
        return self.table


def main():
    work, disk, out, *steps = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and the machine ends, too
    machine = Machine(work, *(os.path.join(disk, name) for name in ("disk", "vmlinuz", "initrd")),
                      os.path.join(work, "share"))
    try:
        table = Test(machine, work, out, not steps or "installs" in steps).all(steps)
    except Stalled:
        return os.EX_TEMPFAIL
    finally:
        machine.end()
    with open(os.path.join(out, "table"), "w") as file:
        file.write("\n".join(table.rows) + "\n")
    return 1 if table.failed else 0


sys.exit(main())
