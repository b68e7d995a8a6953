"""A screen nobody sees, and a hand on it: finds controls by the names a screen reader would say and
clicks where they are drawn.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 30.0  # seconds until something must have happened; a busy machine is slow


class NotThere(Exception):
    """Something that had to appear did not."""


def wait_for(what, look, patience=PATIENCE):
    """The first true value of look(), asked ten times a second."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise NotThere(what)
        time.sleep(0.1)


class Screen:
    """X server, session bus, window manager and panel. They run as the user, in `folder`, and end
    with the caller's cgroup."""

    def __init__(self, folder, as_user, environment):
        self.folder = folder
        self.as_user = as_user
        self.env = dict(environment)
        self._start_x()
        self._start_bus()
        self.start("openbox")
        self.start("trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request",
                   "--heighttype", "pixel", "--height", "32", "--SetDockType", "true",
                   "--expand", "true")

    def start(self, *command, **more):
        log = open(os.path.join(self.folder, os.path.basename(command[0]) + ".log"), "wb")
        return subprocess.Popen(self.as_user + list(command), stdin=subprocess.DEVNULL,
                                stderr=log, env=self.env, cwd="/",
                                **{"stdout": log, **more})

    def _start_x(self):
        server = self.start("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten",
                            "tcp", "-noreset", stdout=subprocess.PIPE)
        number = server.stdout.readline().decode().strip()
        if not number:
            raise NotThere("Xvfb")
        self.env["DISPLAY"] = ":" + number

    def _start_bus(self):
        # A session bus is its user's alone. Who looks at the screen is root, also where that is
        # somebody else; the bus for accessibility lets root in by itself.
        config = os.path.join(self.folder, "session.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write('<busconfig><include>/usr/share/dbus-1/session.conf</include>'
                       '<policy context="mandatory"><allow user="root"/></policy></busconfig>')
        bus = self.start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile",
                         "--print-address=1", f"--address=unix:path={self.folder}/run/bus",
                         stdout=subprocess.PIPE)
        address = bus.stdout.readline().decode().strip()
        if not address:
            raise NotThere("session bus")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        self.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        os.environ.update(DISPLAY=self.env["DISPLAY"], DBUS_SESSION_BUS_ADDRESS=address)
        Atspi.init()
        Atspi.set_timeout(2000, 5000)

    # --- looking ---

    def _walk(self, node, depth=0):
        yield node
        if depth > 40:
            return
        for index in range(min(node.get_child_count(), 500)):
            child = node.get_child_at_index(index)
            if child is not None:
                yield from self._walk(child, depth + 1)

    def _find(self, name, roles, window, enabled):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        while GLib.MainContext.default().iteration(False):
            pass
        wanted = [Atspi.StateType.SHOWING] + ([Atspi.StateType.ENABLED] if enabled else [])
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is None:
                continue
            for top in range(application.get_child_count()):
                frame = application.get_child_at_index(top)
                if frame is None or (window and window not in (frame.get_name() or "")):
                    continue
                for node in self._walk(frame):
                    states = node.get_state_set()
                    if (matches(node.get_name() or "", name) and node.get_role() in roles and
                            all(states.contains(state) for state in wanted)):
                        return node
        return None

    def look(self, name, roles, window="", enabled=True):
        """The control of that name (or any of that role, for None), or None."""
        try:
            return self._find(name, roles, window, enabled)
        except GLib.Error:
            return None  # it went while it was looked at

    def find(self, name, roles, window="", enabled=True, patience=PATIENCE):
        return wait_for(f"{name!r} in {window or 'any window'}",
                        lambda: self.look(name, roles, window, enabled), patience)

    # --- doing ---

    def _xdotool(self, *arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.env, check=True,
                              capture_output=True, text=True).stdout

    def click_at(self, x, y, button=1):
        self._xdotool("mousemove", x, y)
        self._xdotool("click", button)

    def click(self, node, button=1):
        box = node.get_extents(Atspi.CoordType.SCREEN)
        self.click_at(box.x + box.width // 2, box.y + box.height // 2, button)

    def key(self, keys):
        self._xdotool("key", "--clearmodifiers", keys)

    def activate(self, title):
        """Gives the window the focus, as clicking its frame would."""
        number = wait_for(f"window {title!r}", lambda: self.window(title))
        self._xdotool("windowactivate", "--sync", number)

    def _search(self, *how):
        """X numbers of windows. Once more where one went while they were looked through."""
        while True:
            run = subprocess.run(["xdotool", "search", *how], env=self.env, capture_output=True,
                                 text=True)
            if "BadWindow" not in run.stderr:
                return run.stdout.split()

    def window(self, title):
        """The X number of the visible window of that title, or None."""
        found = self._search("--onlyvisible", "--name", title)
        return found[0] if found else None

    def tray_icon(self):
        """Where the icon is: the middle of the panel, which holds nothing else."""
        number = wait_for("the panel", lambda: self._search("--class", "trayer"))[-1]
        lines = self._xdotool("getwindowgeometry", "--shell", number).splitlines()
        box = {key: int(value) for key, value in (line.split("=") for line in lines)}
        return box["X"] + box["WIDTH"] // 2, box["Y"] + box["HEIGHT"] // 2

    def picture(self, path):
        """Written by the user, to whom it belongs then."""
        subprocess.run(self.as_user + ["import", "-window", "root", path], env=self.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def matches(text, name):
    return name is None or text == name


BUTTON = (Atspi.Role.PUSH_BUTTON,)
COMBO = (Atspi.Role.COMBO_BOX,)
ITEM = (Atspi.Role.LIST_ITEM, Atspi.Role.MENU_ITEM, Atspi.Role.TABLE_CELL, Atspi.Role.CHECK_MENU_ITEM,
        Atspi.Role.RADIO_MENU_ITEM)
