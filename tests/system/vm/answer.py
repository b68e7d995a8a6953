"""One connection of the web server that a virtual machine finds: QEMU hands it over as stdin and
stdout.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os

head = b""
while b"\r\n\r\n" not in head:
    more = os.read(0, 4096)
    if not more:
        raise SystemExit
    head += more
body = b"ads.example\n" if head.startswith(b"GET /list ") else b"reached\n"
os.write(1, b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
