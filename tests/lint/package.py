"""What is installed beside the programs is accepted by those it is for: man pages by man, the unit by
systemd, the metainfo by AppStream, completion by the shells, the spec by rpm. Man page and completion
know every command and option there is, with the exit codes, and completion the words that an option takes;
what other programs show of it (polkit's dialog, the menu, a software centre) is in every language that the
window speaks; the spec knows every file that is installed, and everything that CMake looks for.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import tracked

CTL, HELPER, WINDOW = sys.argv[1:4]
HELPER_UNIT = pathlib.Path(sys.argv[4])
CMAKE, BUILD = sys.argv[5:7]
LISTS_UNIT = HELPER_UNIT.parent / "sallyport-lists.service"
RESOURCES = tracked.ROOT / "resources"
BROKER_UNIT = HELPER_UNIT.parent / "sallyport-broker@.service"
BROKER_SOCKET = RESOURCES / "systemd" / "sallyport-broker.socket"
LISTS_TIMER = RESOURCES / "systemd" / "sallyport-lists.timer"
MAN = RESOURCES / "man"
COMPLETION = RESOURCES / "completion"
RPM = tracked.ROOT / "packaging" / "rpm"
SPEC = (RPM / "sallyport.spec").read_text(encoding="utf-8")
# Where rpm's names lead, below the prefix.
FOLDERS = {"_bindir": "bin", "_sbindir": "sbin", "_libexecdir": "libexec", "_sysconfdir": "etc", "_datadir": "share", "_mandir": "share/man",
           "_defaultdocdir": "share/doc", "_unitdir": "lib/systemd/system", "_sysusersdir": "lib/sysusers.d",
           "name": "sallyport"}
SURROUNDINGS = {**os.environ, "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", "MANROFFSEQ": ""}

complaints = []
unchecked = []


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, env=SURROUNDINGS,
                          cwd=tracked.ROOT)


def has(tool):
    if not shutil.which(tool):
        unchecked.append(tool)
        return False
    return True


def complain(what, run, fine=lambda line: False):
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line and not fine(line)]
    if run.returncode != 0 and not lines:
        lines = [f"ends with {run.returncode}"]
    complaints.extend(f"{what}: {line}" for line in lines)


def commands():
    """The words of every command, from --help."""
    overview = said(CTL, "--help").stdout.split("\nOptions")[0]
    for line in re.findall(r"^  (\S.*)$", overview, re.MULTILINE):
        yield tuple(re.match(r"[a-z-]+(?: [a-z-]+)?(?=\s)", line).group().split())


def options(*command):
    return re.findall(r"^  (?:-\w, )?--([a-z-]+)", said(*command, "--help").stdout, re.MULTILINE)


def installed():
    """The files CMake installs, below its prefix."""
    prefix = re.search(r"^CMAKE_INSTALL_PREFIX:\w+=(.*)$", (pathlib.Path(BUILD) / "CMakeCache.txt").read_text(),
                       re.MULTILINE).group(1)
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([CMAKE, "--install", BUILD], capture_output=True, text=True,
                             env={**SURROUNDINGS, "DESTDIR": folder})
        complain("cmake --install", run, fine=lambda line: run.returncode == 0)
        for file in pathlib.Path(folder).rglob("*"):
            if not file.is_dir():
                yield str(file)[len(folder):].removeprefix(prefix).lstrip("/")


def listed():
    """The lines of the spec's %files as patterns below the prefix; what is taken from the source, if it is there."""
    for line in SPEC.split("\n%files\n")[1].split("\n%changelog\n")[0].splitlines():
        directive, line = re.match(r"(%\w+(?:\([^)]*\))? )?(.*)", line).groups()
        if not line or line.startswith("#") or directive == "%dir ":
            continue
        if directive in ("%license ", "%doc "):
            complaints.extend(f"packaging/rpm/sallyport.spec: there is no {file}" for file in line.split()
                              if not (tracked.ROOT / file).is_file())
            continue
        for name in re.findall(r"%{(\w+)}", line):
            if name not in FOLDERS:
                complaints.append(f"packaging/rpm/sallyport.spec: this check does not know where %{{{name}}} is")
        line = re.sub(r"%{(\w+)}", lambda match: FOLDERS.get(match.group(1), ""), line)
        yield line + "*" if line.endswith("/") else line


def looked_for():
    """What CMake looks for to build the programs, as rpm calls it."""
    for path in tracked.files("CMakeLists.txt"):
        if path.startswith("tests/"):
            continue
        body = re.sub(r"#.*", "", tracked.text(path))
        for module in re.findall(r"pkg_check_modules\(\w+ REQUIRED IMPORTED_TARGET ([\w-]+)", body):
            yield f"pkgconfig({module})"
        for package, components in re.findall(r"find_package\(([\w-]+)[^)]*?(?:COMPONENTS ([\w ]+))?\)", body):
            if package != "PkgConfig":
                yield from (f"cmake({package}{part})" for part in (components.split() or [""]))


# --- every command and option is written down ---

pages = {page: (MAN / page).read_text(encoding="utf-8") for page in os.listdir(MAN)}
known = list(commands())
if len(known) < 20:
    complaints.append(f"sallyportctl --help: {len(known)} commands are not all there are")
for command in known:
    page = pages["sallyportctl.1"]
    if not re.search(rf"^\.It Cm {' '.join(command)}\b(?!-)", page, re.MULTILINE):
        complaints.append(f"resources/man/sallyportctl.1: no command {' '.join(command)}")
    for option in options(CTL, *command):
        if not re.search(rf"^\.It Fl (\w , )?-{option}\b(?!-)", page, re.MULTILINE):
            complaints.append(f"resources/man/sallyportctl.1: no option --{option}")
for page, given in (("sallyportd.8", options(HELPER)), ("sallyport.1", options(WINDOW)),
                    ("sallyportctl.1", {option for command in known for option in options(CTL, *command)})):
    if len(given) < 4:
        complaints.append(f"{page}: {len(given)} options are not all there are")
    written = set(re.findall(r"^\.It Fl (?:\w , )?-([a-z-]+)", pages[page], re.MULTILINE))
    complaints.extend(f"resources/man/{page}: no option --{option}" for option in sorted(set(given) - written))
    complaints.extend(f"resources/man/{page}: there is no option --{option}" for option in sorted(written - set(given)))
    # Those of commands are said where the command is.
    synopsis = pages[page].split(".Sh SYNOPSIS")[1].split(".Sh ")[0]
    complaints.extend(f"resources/man/{page}: --{option} is not in the synopsis"
                      for option in sorted(given if page != "sallyportctl.1" else ())
                      if option not in ("help", "help-all", "version") and not re.search(rf"^\.(Op )?Fl -{option}\b(?!-)", synopsis, re.MULTILINE))
codes = re.findall(r"^  ([0-9])  ", said(CTL, "--help").stdout, re.MULTILINE)
table = tracked.text("README.md").split("| exit code | means |")[1].split("\n\n")[0]
for where, found in (("resources/man/sallyportctl.1", re.findall(r"^\.It ([0-9])$", pages["sallyportctl.1"], re.MULTILINE)),
                     ("README.md", re.findall(r"^\| ([0-9]) \|", table, re.MULTILINE))):
    if not codes or found != codes:
        complaints.append(f"{where}: exit codes {' '.join(found)}, and not {' '.join(codes)}")

# --- it is shown in the languages of the window ---

languages = [re.sub(r".*sallyport_(.*)\.ts", r"\1", path) for path in tracked.files(".ts")]
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def untranslated(file, tags):
    """Each element of `tags` is followed by one of its kind for every language."""
    for parent in xml.etree.ElementTree.parse(RESOURCES / file).iter():
        for at, child in enumerate(parent):
            if child.tag in tags and LANGUAGE not in child.attrib:
                there = [next.get(LANGUAGE) for next in parent[at + 1:at + 1 + len(languages)] if next.tag == child.tag]
                complaints.extend(f"resources/{file}: not in {language}: {' '.join(child.text.split())}"
                                  for language in languages if language not in there)


if not languages:
    complaints.append("translations: there is no language")
untranslated("org.sallyport.policy", ("description", "message"))
untranslated("org.sallyport.Sallyport.metainfo.xml", ("summary", "p", "li"))
for file in RESOURCES.glob("*.desktop"):
    text = file.read_text(encoding="utf-8")
    complaints.extend(f"resources/{file.name}: {key} is not in {language}"
                      for key in re.findall(r"^(GenericName|Comment|Keywords)=", text, re.MULTILINE)
                      for language in languages if f"\n{key}[{language}]=" not in text)

# --- those it is for accept it ---

if has("man"):
    for page in sorted(pages):
        complain(f"resources/man/{page}",
                 said("sh", "-c", 'man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null', "-", str(MAN / page)))
# What each shell offers behind these words, of which the last is unfinished; zsh leaves the choice to functions of its own.
OFFERS = {
    "bash": ("sallyportctl.bash", ["bash", "-c", """
        compopt() { echo FILE; }
        source "$0"; COMP_WORDS=(sallyportctl "$@"); COMP_CWORD=$#; _sallyportctl; printf '%s\n' "${COMPREPLY[@]}" """]),
    "zsh": ("_sallyportctl", ["zsh", "-f", "-c", """
        _describe() { print -rl -- ${${(P)2}%%:*} }
        compadd() { print -rl -- ${(P)2} }
        _files() { print FILE }
        words=(sallyportctl "$@"); CURRENT=${#words}; source "$0" """]),
    "fish": ("sallyportctl.fish", ["fish", "--no-config", "-c", """
        source $argv[1]; complete --do-complete (string join -- ' ' sallyportctl $argv[2..])"""]),
}
FILES = {"bash": "FILE", "zsh": "FILE", "fish": "COPYING"}  # of the source, where this is run


def offered(shell, *line):
    name, command = OFFERS[shell]
    run = subprocess.run([*command, str(COMPLETION / name), *line], capture_output=True, text=True, cwd=tracked.ROOT,
                         env={**SURROUNDINGS, "PATH": f"{pathlib.Path(CTL).parent}:{SURROUNDINGS['PATH']}", "HOME": BUILD})
    complain(f"resources/completion/{name}", run, fine=lambda each: each in run.stdout.splitlines())
    return {each.split("\t")[0] for each in run.stdout.splitlines() if each.startswith(line[-1]) or each == "FILE"}


# What must stand before the options of these.
BEFORE = {("answer",): ["3", "allow"], ("rules", "edit"): ["3"]}


def closed(*command):
    """Options of a command with the words that one takes, as it says where another word is given; whether it takes
    nothing else."""
    nobody = {**SURROUNDINGS, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/dev/null"}  # nothing is changed by a try
    for option in re.findall(r"^  --([a-z-]+) <", said(CTL, *command, "--help").stdout, re.MULTILINE):
        told = subprocess.run([CTL, *command, *BEFORE.get(command, []), f"--{option}", "no such word"],
                              capture_output=True, text=True, env=nobody).stderr
        if words := re.search(rf'--{option}: "no such word" is none of ([a-z0-9-]+(?:, (?!and )[a-z0-9-]+)*)(.*)', told):
            yield option, set(words.group(1).split(", ")), not words.group(2)


VALUES = {"mode ": "ask learn lock-down audit", "mode --for ": "1h 12h 7d 30d", "mode --for 7d ": "ask learn lock-down audit",
          "mode --for 7d le": "learn", "answer 3 ": "allow block", "pause ": "5 15 60 off", "block-all ": "on off"}
PATHS = ("export ", "import ", "lists add mine ", "rules add --program ", "rules add --script ", "explain --started-by ",
         "metrics --textfile ")
choices = [(command, *choice) for command in known for choice in closed(*command)]
if len(choices) < 12:
    complaints.append(f"sallyportctl: {len(choices)} options with a choice of words are not all there are")
for shell, (name, _) in OFFERS.items():
    if not has(shell):
        continue
    complain(f"resources/completion/{name}", said(shell, "-n", str(COMPLETION / name)))
    wanted = {}
    for first, *rest in known:
        wanted.setdefault(("",), set()).add(first)
        if rest:
            wanted.setdefault((first, ""), set()).add(*rest)
    wanted.update({(*command, "--"): {f"--{option}" for option in options(CTL, *command)} for command in known})
    wanted.update({tuple(line.split(" ")): set(words.split()) for line, words in VALUES.items()})
    for command, option, words, alone in choices:
        there = offered(shell, *command, *BEFORE.get(command, []), f"--{option}", "")
        if not there >= words or alone and there != words:
            complaints.append(f"resources/completion/{name}: behind '{' '.join(command)} --{option}' it offers "
                              f"{' '.join(sorted(there))}, and not {' '.join(sorted(words))}")
    for line, words in wanted.items():
        if (there := offered(shell, *line)) != words:
            complaints.append(f"resources/completion/{name}: behind {' '.join(line)!r} it offers {' '.join(sorted(there))}, "
                              f"and not {' '.join(sorted(words))}")
    complaints.extend(f"resources/completion/{name}: behind {line!r} it offers no files"
                      for line in PATHS if FILES[shell] not in offered(shell, *line.split(" ")))
if has("appstreamcli"):
    # Without a web site that a software centre could lead to. Versions before 1 do not ask.
    asks = re.search(r"version: *[1-9]", said("appstreamcli", "--version").stdout)
    run = said("appstreamcli", "validate", "--no-net", "--no-color",
               *(["--override=url-homepage-missing=info"] if asks else []),
               str(RESOURCES / "org.sallyport.Sallyport.metainfo.xml"))
    if run.returncode != 0:
        complain("resources/org.sallyport.Sallyport.metainfo.xml", run)
    with tempfile.TemporaryDirectory() as folder:
        metainfo = pathlib.Path(folder) / "org.sallyport.Sallyport.metainfo.xml"
        subprocess.run(["cmake", "-DSITE=https://sallyport.example", f"-DTO={metainfo}", "-P",
                        str(RESOURCES / "metainfo.cmake")], check=True)
        untranslated(metainfo, ("caption",))
        run = said("appstreamcli", "validate", "--no-net", "--no-color", str(metainfo))
        if run.returncode != 0:
            complain("resources/metainfo.cmake", run)
        pictures = {pathlib.Path(image.text).name for image in xml.etree.ElementTree.parse(metainfo).iter("image")}
        complaints.extend(f"resources/metainfo.cmake: there is no {name}" for name in sorted(pictures)
                          if not (RESOURCES / "screenshots" / name).exists())
if "\nRestrictAddressFamilies=AF_UNIX\n" not in HELPER_UNIT.read_text(encoding="utf-8"):
    complaints.append(f"{HELPER_UNIT.name}: the helper could open a socket that leads to the network")
if has("systemd-analyze"):
    with tempfile.TemporaryDirectory() as folder:
        # The programs are not where they will be installed, and neither are their pages.
        units = []
        for source, program in ((HELPER_UNIT, HELPER), (BROKER_UNIT, HELPER), (BROKER_SOCKET, None),
                                (LISTS_UNIT, CTL), (LISTS_TIMER, None)):
            text = source.read_text(encoding="utf-8")
            text = re.sub(r"^ExecStart=\S+", f"ExecStart={program}", text, flags=re.MULTILINE)
            units.append(pathlib.Path(folder) / source.name)
            units[-1].write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
        for unit in units:
            complain(f"resources/systemd/{unit.name}",
                     said("systemd-analyze", "verify", "--recursive-errors=no", str(unit)),
                     fine=lambda line, name=unit.name: name not in line)

# --- it starts before the network, also where the network is there before sysinit.target (cloud-init) ---

EARLY = {"sysinit.target": "DefaultDependencies=no\nConflicts=shutdown.target\n",
         "dbus.socket": "\n[Socket]\nListenStream=/run/dbus/system_bus_socket\n",
         "network.service": "DefaultDependencies=no\nAfter=network-pre.target\n\n[Service]\nExecStart=/bin/true\n",
         "first-boot.service": "DefaultDependencies=no\nAfter=network.service\nBefore=sysinit.target\n"
                               "Wants=network.service\n\n[Service]\nExecStart=/bin/true\n",
         "machine.target": "Requires=sysinit.target\nWants=sallyportd.service first-boot.service\n"}
if has("systemd-analyze"):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "usr/lib/systemd/system"
        place.mkdir(parents=True)
        for name in ("basic", "sockets", "shutdown", "local-fs", "network-pre", "paths", "timers", "slices"):
            (place / f"{name}.target").write_text(f"[Unit]\nDescription={name}\nDefaultDependencies=no\n", encoding="utf-8")
        for name, text in EARLY.items():
            (place / name).write_text(f"[Unit]\nDescription={name}\n{text}", encoding="utf-8")
        for unit in (HELPER_UNIT, BROKER_UNIT, BROKER_SOCKET):
            shutil.copy(unit, place)
        run = said("systemd-analyze", f"--root={folder}", "verify", "--man=no", "machine.target")
        complaints.extend(f"resources/systemd: {line}" for line in run.stderr.splitlines() if "cycle" in line)
        # In tenths. The broker is root, and has what the helper need not have for it.
        for unit, limit in (("sallyportd.service", 20), ("sallyport-broker@0.service", 30)):
            run = said("systemd-analyze", f"--root={folder}", "security", "--no-pager", "--offline=true",
                       f"--threshold={limit}", unit)
            if run.returncode != 0 or "exposure level" not in run.stdout:
                complaints.append(f"{unit} is exposed by more than {limit / 10}: {(run.stdout + run.stderr)[-100:]}")

# --- the spec is of this source ---

files = set(installed())
patterns = set(listed())
for file in sorted(files):
    if not any(fnmatch.fnmatchcase(file, pattern) for pattern in patterns):
        complaints.append(f"packaging/rpm/sallyport.spec: %files has no {file}")
for pattern in sorted(patterns):
    if not fnmatch.filter(files, pattern):
        complaints.append(f"packaging/rpm/sallyport.spec: nothing is installed as {pattern}")
for wanted in sorted(set(looked_for())):
    if not re.search(rf"^BuildRequires: +{re.escape(wanted)}(?: |$)", SPEC, re.MULTILINE):
        complaints.append(f"packaging/rpm/sallyport.spec: no BuildRequires: {wanted}")
version = re.search(r"^project\(sallyport VERSION ([0-9.]+)", tracked.text("CMakeLists.txt"), re.MULTILINE).group(1)
if not re.search(rf"^Version: +{re.escape(version)}$", SPEC, re.MULTILINE):
    complaints.append(f"packaging/rpm/sallyport.spec: not of version {version}")
if not re.search(rf"%changelog\n\* .* - {re.escape(version)}-1\n", SPEC):
    complaints.append(f"packaging/rpm/sallyport.spec: the change log does not begin with version {version}")
if has("rpmspec"):
    # Fedora's macros, or ours where rpm has none.
    own = [] if said("rpm", "--eval", "%{?_unitdir}").stdout.strip() else ["--load", str(RPM / "macros.debian")]
    complain("packaging/rpm/sallyport.spec",
             said("rpmspec", *own, "--query", "--queryformat", "%{name}\n", str(RPM / "sallyport.spec")),
             fine=lambda line: line in ("sallyport", "sallyport-debuginfo", "sallyport-debugsource"))

for tool in unchecked:
    print(f"SKIP   : lint_package: {tool} is not installed; what it reads was not checked by it")
tracked.end(complaints, f"{len(known)} commands, man pages, completion, metainfo, unit, {len(files)} files of the spec")
