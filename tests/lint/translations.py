"""Every text in app/ is in every translation, finished, with the placeholders of the original.

argv[1]: Qt's lupdate. SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import tracked


def forms(message):
    """The translated texts: one, or one a numerus form."""
    translation = message.find("translation")
    plural = translation.findall("numerusform")
    return ["".join(form.itertext()) for form in plural or [translation]]


def placeholders(text):
    return sorted(set(re.findall(r"%L?(?:n|\d+)", text)))


def complaints_of(message, context, name):
    source = message.findtext("source")
    where = f"{name}: {context}: {source!r}"
    kind = message.find("translation").get("type")
    if kind in ("vanished", "obsolete"):
        yield f"{where}: no longer in the source"
    elif kind == "unfinished" or not all(form.strip() for form in forms(message)):
        yield f"{where}: not translated"
    elif message.get("numerus") != "yes":
        for form in forms(message):
            if placeholders(form) != placeholders(source):
                yield f"{where}: other placeholders in {form!r}"


def comments(root):
    """What translators are told: by "//:", which lupdate finds where a call begins, and only there."""
    return {(context.findtext("name"), message.findtext("source"), message.findtext("extracomment"))
            for context in root.iter("context") for message in context.iter("message")
            if message.findtext("extracomment")}


def check(path, lupdate, folder):
    name = os.path.basename(path)
    copy = os.path.join(folder, name)
    shutil.copy(path, copy)
    subprocess.run([lupdate, "-silent", "-locations", "none", os.path.join(tracked.ROOT, "app"),
                    "-ts", copy], check=True, stdout=subprocess.DEVNULL)
    updated = ET.parse(copy).getroot()
    for context in updated.iter("context"):
        for message in context.iter("message"):
            yield from complaints_of(message, context.findtext("name"), name)
    for context, source, comment in comments(ET.parse(os.path.join(tracked.ROOT, path)).getroot()):
        if (context, source, comment) not in comments(updated):
            yield f"{name}: {context}: {source!r}: lupdate does not find the comment {comment!r}"


files = tracked.files(".ts")
with tempfile.TemporaryDirectory() as folder:
    found = [line for path in files
             for line in check(os.path.join(tracked.ROOT, path), sys.argv[1], folder)]
tracked.end(found if files else ["no translation at all"],
            f"{len(files)} files (put right with: ninja update_translations, then translate)")
