"""A virtual machine: QEMU, its screen, its keyboard and mouse, a root shell in it, and every packet
that left it.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import base64
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

# Where the machine finds a web server; QEMU starts answer.py for each connection to it.
SERVER = "10.0.2.100"
# Who answers there when names are looked up; nobody, to this machine.
RESOLVER = "10.0.2.3"
# Where its SSH server is found from here.
SSH = 2222


# Of the shell in the machine; something else may be on the line before it.
ANSWER = re.compile(r"(\d+) (\d+) (\S*)$")


class Lost(Exception):
    """The machine did not do in time what it had to."""


class Stalled(Exception):
    """A processor of the machine got no timer interrupts any more, says its kernel: QEMU's doing."""


class Channel:
    """Lines over a socket of QEMU's."""

    def __init__(self, path, patience=30):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + patience
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise Lost(f"no {os.path.basename(path)}") from None
                time.sleep(0.2)
        self.left = b""

    def send(self, text):
        self.socket.settimeout(10)
        self.socket.sendall(text.encode() + b"\n")

    def line(self, patience):
        """The next line; None: none came in time."""
        end = time.monotonic() + patience
        while b"\n" not in self.left:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                got = self.socket.recv(65536)
            except TimeoutError:
                return None
            if not got:
                raise Lost("the machine is gone")
            self.left += got
        line, self.left = self.left.split(b"\n", 1)
        return line.decode(errors="replace").strip("\r")


class Machine:
    """Boots `disk` (what is written there is forgotten with the machine), with `share` as 9p "share"."""

    def __init__(self, work, disk, kernel, initrd, share):
        self.work = work
        self.packets = os.path.join(work, "packets.pcap")
        self.asked = 0  # the last request's number
        self.boot = b""  # the kernel's name of the boot that answered last
        answer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answer.py")
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2",
             "-m", "2048", "-nodefaults", "-display", "none", "-vga", "std",
             "-device", "virtio-rng-pci", "-device", "qemu-xhci", "-device", "usb-tablet",
             "-device", "usb-kbd",
             "-drive", f"file={disk},if=virtio,format=raw,cache=unsafe,snapshot=on",
             "-kernel", kernel, "-initrd", initrd,
             "-append", "root=/dev/vda rw console=ttyS0 quiet panic=-1 net.ifnames=0",
             "-fsdev", f"local,id=share,path={share},security_model=none,readonly=on",
             "-device", "virtio-9p-pci,fsdev=share,mount_tag=share",
             # Nobody is reached from there but the server, which is here.
             "-netdev", f"user,id=net,restrict=on,guestfwd=tcp:{SERVER}:80-cmd:"
                        f"{sys.executable} {answer},hostfwd=tcp:127.0.0.1:{SSH}-10.0.2.15:22",
             "-device", "virtio-net-pci,netdev=net",
             "-object", f"filter-dump,id=dump,netdev=net,file={self.packets}",
             "-serial", f"file:{work}/console",
             "-serial", f"unix:{work}/shell,server=on,wait=off",
             "-qmp", f"unix:{work}/qmp,server=on,wait=off"],
            env={**os.environ, "TMPDIR": work}, stdin=subprocess.DEVNULL, stdout=open(os.path.join(work, "qemu"), "w"),
            stderr=subprocess.STDOUT)
        try:
            self.qmp = Channel(os.path.join(work, "qmp"))
            self.qmp.line(30)
            self.order("qmp_capabilities")
            self.shell = Channel(os.path.join(work, "shell"))
        except Lost:
            self.end()
            raise

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    # ---- its devices

    def order(self, command, **arguments):
        self.qmp.send(json.dumps({"execute": command, "arguments": arguments}))
        while True:
            line = self.qmp.line(60)
            if line is None:
                raise Lost(f"{command}: no answer")
            answer = json.loads(line)
            if "error" in answer:
                raise Lost(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def picture(self, file):
        """What is on the screen, as PNG."""
        self.order("screendump", filename=file, format="png")

    def pixels(self):
        """What is on the screen: its width in pixels, and three bytes for each from the left top on."""
        file = os.path.join(self.work, "screen.ppm")
        self.order("screendump", filename=file)
        with open(file, "rb") as image:
            if image.readline() != b"P6\n":
                raise Lost("the screen is no PPM")
            width = int(image.readline().split()[0])
            image.readline()
            return width, image.read()

    def click(self, x, y, width, height):
        """With the left button at a place of a screen that is so large."""
        def event(kind, **data):
            return {"type": kind, "data": data}
        # Twice: the first move in a new session may go nowhere.
        for back in (2, 0):
            self.order("input-send-event", events=[
                event("abs", axis="x", value=(x - back) * 32767 // width),
                event("abs", axis="y", value=y * 32767 // height)])
            time.sleep(0.2)
        for down in (True, False):
            time.sleep(0.3)
            self.order("input-send-event", events=[event("btn", button="left", down=down)])

    def type(self, keys):
        """Keys by QEMU's names, one after the other; "shift-a" is two at once."""
        for key in keys:
            self.order("send-key", keys=[{"type": "qcode", "data": one} for one in key.split("-")])
            time.sleep(0.2)

    # ---- its shell

    def run(self, script, patience=120):
        """As root. Returns the exit code and what was said; 124 when it took too long."""
        self.asked += 1
        number = f"{self.asked}"
        request = f"{number} {patience} {base64.b64encode(script.encode()).decode()}"
        self.shell.send(request)
        end = time.monotonic() + patience + 60
        again = time.monotonic() + 60
        while (left := end - time.monotonic()) > 0:
            answer = ANSWER.search(self.shell.line(min(left, 60)) or "")
            if not answer:
                self.look_for_a_stall()
            if answer and answer[1] == number:
                return int(answer[2]), base64.b64decode(answer[3]).decode(errors="replace").strip()
            # systemd 257 asks the terminal for its size, and takes what comes then for the answer.
            if time.monotonic() > again:
                self.shell.send(request)
                again = end
        raise Lost(f"no answer to: {script}")

    def says(self, script, patience=120):
        """The same, of a script that has to succeed."""
        code, said = self.run(script, patience)
        if code != 0:
            raise Lost(f"{script}: {code}: {said}")
        return said

    def waits_for(self, script, patience):
        """Until it succeeds. Returns what it said then."""
        end = time.monotonic() + patience
        while True:
            code, said = self.run(script)
            if code == 0:
                return said
            if time.monotonic() > end:
                raise Lost(f"not within {patience} s: {script}: {said}")
            time.sleep(1)

    def is_up(self, patience):
        """Until its shell answers, and not the one of before a restart."""
        end = time.monotonic() + patience
        first = self.asked + 1
        script = base64.b64encode(b"cat /proc/sys/kernel/random/boot_id").decode()
        while time.monotonic() < end:
            self.asked += 1
            try:
                self.shell.send(f"{self.asked} 10 {script}")
            except TimeoutError:
                pass  # nobody has read there for long: what is on the way already is enough
            again = time.monotonic() + 5
            while (left := again - time.monotonic()) > 0:
                answer = ANSWER.search(self.shell.line(left) or "")
                if not answer or int(answer[1]) < first:
                    continue
                boot = base64.b64decode(answer[3])
                if boot != self.boot:
                    self.boot = boot
                    return
            if self.process.poll() is not None:
                raise Lost("QEMU ended")
        self.look_for_a_stall()
        raise Lost(f"not up within {patience} s")

    def look_for_a_stall(self):
        """Where nothing is answered for long."""
        with open(os.path.join(self.work, "console"), errors="replace") as console:
            if "timer wakeup didn't happen" in console.read():
                raise Stalled()

    def restart(self, patience):
        self.asked += 1
        script = base64.b64encode(b"systemctl reboot").decode()  # its end is not waited for
        self.shell.send(f"{self.asked} 30 {script}")
        self.is_up(patience)

    # ---- what left it

    def sent(self):
        """(protocol, destination, destination port, TCP flags) of each IPv4 packet so far."""
        packets = []
        with open(self.packets, "rb") as file:
            data = file.read()
        at = 24
        while at + 16 <= len(data):
            size = struct.unpack_from("<I", data, at + 8)[0]
            frame = data[at + 16:at + 16 + size]
            at += 16 + size
            if len(frame) < 34 or frame[12:14] != b"\x08\x00" or frame[26:30] != b"\x0a\x00\x02\x0f":
                continue
            protocol, header = frame[23], 14 + (frame[14] & 15) * 4
            port = struct.unpack_from(">H", frame, header + 2)[0] if len(frame) > header + 4 else 0
            flags = frame[header + 13] if protocol == 6 and len(frame) > header + 13 else 0
            packets.append((protocol, socket.inet_ntoa(frame[30:34]), port, flags))
        return packets
