"""What the tried programs talk to: a web page on two ports and a UDP echo, IPv4 and IPv6.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import http.server
import socket
import socketserver
import threading
import time

HTTP_PORTS = (8001, 8002)
UDP_PORT = 8003


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            return self.trickle()
        body = b"through the door\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def trickle(self):
        """A page that goes on until its reader leaves."""
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(20000))
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Web(socketserver.ThreadingMixIn, http.server.HTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True


def echo(port):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.bind(("::", port))
        while True:
            datagram, peer = sock.recvfrom(2048)
            sock.sendto(datagram, peer)


for number in HTTP_PORTS:
    threading.Thread(target=Web(("::", number), Page).serve_forever).start()
print("ready", flush=True)
echo(UDP_PORT)
