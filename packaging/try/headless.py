"""The trial without a display: real programs against servers in a network namespace, answered through
the real window by clicks. Started by stage.sh as root in a network namespace of its own; prints what
each program saw and how long it waited, and ends with 0 when all of it was as it should be.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

import screen as screens

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.join(os.environ["SALLYPORT_TRY_BUILD"], "bin")
WORK = os.environ["SALLYPORT_TRY_WORK"]
CGROUP = os.environ["SALLYPORT_TRY_CGROUP"]
PICTURES = os.environ["SALLYPORT_TRY_PICTURES"]
UID, GID = int(os.environ["SALLYPORT_TRY_UID"]), int(os.environ["SALLYPORT_TRY_GID"])
V4, V6 = "10.88.0.1", "fd88::1"
QUESTION, WINDOW = "Question from Sallyport", "Sallyport"
SHORTEST_WAIT = 8  # seconds for an answer while the time-out is tried


def as_user():
    return ["setpriv", "--reuid", str(UID), "--regid", str(GID), "--init-groups"]


def environment():
    """A home of its own: nothing of the user's is read or written."""
    for name in ("home", "run"):
        os.makedirs(f"{WORK}/{name}", mode=0o700, exist_ok=True)
        os.chown(f"{WORK}/{name}", UID, GID)
    return {"HOME": f"{WORK}/home", "XDG_RUNTIME_DIR": f"{WORK}/run", "LC_ALL": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "SALLYPORT_BUS_ADDRESS": os.environ["SALLYPORT_BUS_ADDRESS"]}


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def make_network():
    """Servers in another namespace, one cable to them. Both end with the servers' process."""
    servers = subprocess.Popen(["unshare", "--net", "/usr/bin/python3", "-B", f"{HERE}/servers.py"],
                               stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    servers.stdout.readline()
    there = ["nsenter", "--net", "--target", str(servers.pid)]
    run("ip", "link", "add", "to-servers", "type", "veth", "peer", "name", "to-client", "netns",
        str(servers.pid))
    run("ip", "link", "set", "lo", "up")
    for prefix, device, v4, v6 in (([], "to-servers", "10.88.0.2", "fd88::2"),
                                   (there, "to-client", V4, V6)):
        run(*prefix, "ip", "link", "set", device, "up")
        run(*prefix, "ip", "address", "add", f"{v4}/24", "dev", device)
        run(*prefix, "ip", "address", "add", f"{v6}/64", "dev", device, "nodad")


def ctl(*arguments):
    out = run(*as_user(), f"{BIN}/sallyportctl", "--json", *arguments, env=environment())
    return json.loads(out) if out else None


class Program:
    """A program started in the filtered cgroup, and what became of it."""

    def __init__(self, *command):
        def join():
            with open(f"{CGROUP}/cgroup.procs", "w", encoding="ascii") as procs:
                procs.write(str(os.getpid()))
        self.began = time.monotonic()
        self.process = subprocess.Popen(as_user() + list(command), preexec_fn=join,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=environment(),
                                        cwd="/")

    def end(self):
        """Its output, exit code and seconds it ran."""
        text, _ = self.process.communicate(timeout=110)
        return text, self.process.returncode, time.monotonic() - self.began


class Trial:
    def __init__(self):
        self.rows = []
        make_network()
        self.screen = screens.Screen(WORK, as_user(), environment())
        # Nobody is there to read the welcome, and questions come after it.
        self.app = self.screen.start(f"{BIN}/sallyport", "--no-welcome")
        screens.wait_for("the app as agent", lambda: ctl("status")["agents"] > 0)

    def picture(self, name):
        self.screen.picture(os.path.join(PICTURES, name + ".png"))

    def button(self, name, **more):
        return self.screen.find(name, screens.BUTTON, QUESTION, **more)

    def record(self, program, asked, answer, right, done):
        text, code, seconds = done
        lines = [line for line in text.strip().splitlines() if line.strip()]
        self.rows.append({"program": program, "asked": asked, "answer": answer,
                          "right": right(text, code), "exit": code,
                          "seconds": round(seconds, 2), "saw": self.summary(lines)})
        print(f"  {program}: {answer}: {self.rows[-1]['saw']} ({seconds:.2f} s)", flush=True)

    @staticmethod
    def summary(lines):
        loss = [line for line in lines if "packet loss" in line]
        return (loss or lines or ["nothing"])[-1]

    def choose_for_ever(self):
        self.screen.click(self.screen.find(None, screens.COMBO, QUESTION))
        self.screen.click(self.screen.find("for ever", screens.ITEM))

    # --- one program each ---

    def allowed(self):
        url = f"http://{V4}:8001/"
        curl = ["curl", "-sS", "--max-time", "100", url]
        program = Program(*curl)
        self.button("Allow")
        self.picture("prompt")
        self.choose_for_ever()
        self.screen.click(self.button("Allow"))
        through = lambda text, code: code == 0 and "through the door" in text  # noqa: E731
        self.record("curl", f"{V4}:8001 TCP", "Allow, for ever", through, program.end())
        self.record("curl again", f"{V4}:8001 TCP", "remembered, nobody asked", through,
                    Program(*curl).end())

    def blocked(self):
        program = Program("/usr/bin/python3", f"{HERE}/fetch.py", f"http://[{V6}]:8002/")
        self.screen.click(self.button("Block"))
        self.record("python3", f"[{V6}]:8002 TCP", "Block", lambda text, code: code == 1 and
                    re.search("PermissionError|ConnectionAbortedError", text), program.end())

    def later(self):
        program = Program("/usr/bin/python3", f"{HERE}/udp_client.py", V4, "8003")
        self.screen.click(self.button("Later"))
        screens.wait_for("the question to be put aside",
                         lambda: not self.screen.window(f"^{QUESTION}"))
        self.waiting_and_tray()
        self.screen.click_at(*self.screen.tray_icon())
        self.screen.click(self.button("Allow"))
        self.record("UDP client", f"{V4}:8003 UDP", "Later, then Allow",
                    lambda text, code: code == 0 and "echoes: one two three" in text, program.end())

    def waiting_and_tray(self):
        self.screen.click_at(*self.screen.tray_icon(), button=3)
        self.screen.find(None, screens.ITEM)
        self.picture("tray-menu")
        self.screen.key("Escape")

    def timed_out(self):
        before = ctl("settings")["answerSeconds"]
        ctl("settings", "--answer-seconds", str(SHORTEST_WAIT))
        program = Program("ping", "-4", "-n", "-c", "1", "-w", str(SHORTEST_WAIT + 2), V4)
        self.button("Allow")
        screens.wait_for("the question to be missed",
                         lambda: any(question["missed"] for question in ctl("questions")))
        self.record("ping", f"{V4} ICMP", "nobody answered",
                    lambda text, code: code != 0 and "0 received" in text, program.end())
        ctl("settings", "--answer-seconds", str(before))

    def pages(self):
        """Pictures of the pages while the remembered rule lets a download run."""
        Program("curl", "-sS", "--max-time", "60", f"http://{V4}:8001/slow", "-o", "/dev/null")
        screens.wait_for("the download", lambda: ctl("status")["connections"] > 0)
        for name, keys in (("connections", "ctrl+1"), ("waiting", "ctrl+2"), ("rules", "ctrl+3")):
            self.screen.activate(f"^{WINDOW}$")
            self.screen.key(keys)
            time.sleep(1.5)  # only for the look of it: nothing is checked on the picture
            self.picture(name)

    # --- all of them ---

    def show(self):
        titles = {"program": "program", "asked": "wants to reach", "answer": "answer",
                  "seconds": "seconds", "saw": "what it saw"}
        lines = [titles] + [{key: str(row[key]) for key in titles} for row in self.rows]
        widths = {key: max(len(line[key]) for line in lines) for key in titles}
        print()
        for line in lines:
            print("  ".join(line[key].ljust(widths[key]) for key in titles).rstrip())
        print(f"\nscreenshots: {PICTURES}")

    def result(self):
        rules = [rule for rule in ctl("rules", "list") if rule["origin"] != "starter"]
        return {"rows": self.rows, "rules": rules, "questions": ctl("questions"),
                "right": all(row["right"] for row in self.rows) and len(self.rows) == 5}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    trial = Trial()
    print("each program starts, waits, and is answered by a click:", flush=True)
    try:
        for part in (trial.allowed, trial.blocked, trial.later, trial.timed_out, trial.pages):
            part()
    except screens.NotThere as missing:
        trial.picture("failed")
        print(f"try.sh: gave up waiting for {missing}; see {PICTURES}/failed.png", file=sys.stderr)
        return 1
    trial.show()
    result = trial.result()
    for row in result["rows"]:
        row["right"] = bool(row["right"])
    result["right"] = bool(result["right"])
    if os.environ["SALLYPORT_TRY_CHECK"]:
        run(*as_user(), "tee", os.environ["SALLYPORT_TRY_CHECK"], input=json.dumps(result, indent=2))
    wrong = [row["program"] for row in result["rows"] if not row["right"]]
    if wrong:
        print("try.sh: not as it should be: " + ", ".join(wrong), file=sys.stderr)
    return 0 if result["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
