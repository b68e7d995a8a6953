"""Sends three datagrams to host and port of argv and prints the echoes in the order they come.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.settimeout(100)
    sock.connect((sys.argv[1], int(sys.argv[2])))
    for word in (b"one", b"two", b"three"):
        sock.send(word)
    try:
        print("echoes:", *(sock.recv(64).decode() for _ in range(3)))
    except OSError as error:
        sys.exit(f"{type(error).__name__}: {error}")
