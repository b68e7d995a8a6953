"""Writes the seeds in corpus/: small inputs that lead the fuzzers into what they are to look at.

    python3 tests/fuzz/seeds.py

SPDX-License-Identifier: GPL-3.0-or-later
"""
import pathlib
import struct

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def write(fuzzer, name, data):
    folder = CORPUS / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def piece(length_bytes, data):
    return len(data).to_bytes(length_bytes, "big") + data


# ---- DNS ------------------------------------------------------------------------------------------

def wire(name):
    return b"".join(piece(1, label.encode()) for label in name.split(".")) + b"\0"


ASKED = b"\xc0\x0c"  # a pointer to the question's name


def record(owner, kind, data, ttl=300):
    return owner + struct.pack(">HHI", kind, 1, ttl) + piece(2, data)


def response(name, kind, *answers, flags=0x8180, additional=()):
    head = struct.pack(">6H", 7, flags, 1, len(answers), 0, len(additional))
    return head + wire(name) + struct.pack(">HH", kind, 1) + b"".join(answers) + b"".join(additional)


FOUR = bytes([192, 0, 2, 1])
SIX = bytes.fromhex("20010db8000000000000000000000001")
OPT = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0)
write("dns_message_fuzz", "a", response("www.example", 1, record(ASKED, 1, FOUR), additional=[OPT]))
write("dns_message_fuzz", "aaaa", response("www.example", 28, record(ASKED, 28, SIX)))
write("dns_message_fuzz", "chain", response(
    "www.example", 1, record(ASKED, 5, wire("a.example")),
    record(wire("a.example"), 5, b"\1b" + ASKED), record(b"\1b" + ASKED, 1, FOUR, 0x80000000)))
HINTS = b"\0\1" + piece(2, piece(1, b"h2")) + b"\0\4" + piece(2, FOUR) + b"\0\6" + piece(2, SIX)
write("dns_message_fuzz", "https", response("www.example", 65, record(ASKED, 65, b"\0\1\0" + HINTS)))
write("dns_message_fuzz", "alias", response(
    "www.example", 65, record(ASKED, 65, b"\0\0" + wire("b.example")),
    additional=[record(wire("b.example"), 1, FOUR)]))
write("dns_message_fuzz", "none", response("www.example", 1, flags=0x8183))
write("dns_message_fuzz", "truncated", response("www.example", 1, record(ASKED, 1, FOUR), flags=0x8380))

# ---- DNS over TCP: which kind, then what comes -----------------------------------------------------

WHOLE = piece(2, response("www.example", 1, record(ASKED, 1, FOUR)))


def segment(call, sequence, expected, data):
    return struct.pack(">BHH", call, sequence, expected) + piece(2, data)


write("dns_stream_fuzz", "whole", b"\0" + segment(8, 0, 0, WHOLE + WHOLE) + segment(8, 0, 0, WHOLE))
write("dns_stream_fuzz", "torn", b"\0" + segment(8, 0, 0, WHOLE[:9]) + segment(8, 20, 9, WHOLE[20:]) +
      segment(8, 9, 9, WHOLE[9:20]))
write("dns_stream_fuzz", "gap", b"\0" + segment(8, 0, 0, WHOLE[:9]) + segment(0x48, 99, 99, WHOLE))
write("dns_stream_fuzz", "far", b"\0" + segment(0x39, 9, 1, WHOLE) + segment(0x39, 0xf000, 0xf000, WHOLE))
write("dns_stream_fuzz", "honest", b"\1\3" + piece(2, b"m" * 40) + piece(2, b"\0" * 300) + piece(2, b"x" * 9) +
      struct.pack(">6H", 100, 50, 0, 60, 300, 80))
# ---- TLS ------------------------------------------------------------------------------------------


def extension(kind, data):
    return struct.pack(">H", kind) + piece(2, data)


def client_hello(*extensions):
    body = (b"\3\3" + b"r" * 32 + piece(1, b"s" * 4) + piece(2, b"\x13\1\x13\2") + piece(1, b"\0") +
            piece(2, b"".join(extensions)))
    return b"\1" + piece(3, body)


def records(message, most=16384):
    return b"".join(b"\x16\3\1" + piece(2, message[at:at + most])
                    for at in range(0, len(message), most))


NAME = extension(0, piece(2, b"\0" + piece(2, b"www.example")))
ALPN = extension(16, piece(2, piece(1, b"h2") + piece(1, b"http/1.1")))
HIDDEN = extension(0xfe0d, b"noise")
HELLO = client_hello(NAME, ALPN)
write("client_hello_fuzz", "named", records(HELLO))
write("client_hello_fuzz", "torn", records(HELLO, 20))
write("client_hello_fuzz", "hidden", records(client_hello(HIDDEN, NAME)))
write("client_hello_fuzz", "nameless", records(client_hello(ALPN)))
write("client_hello_fuzz", "twice", records(client_hello(NAME, NAME)))

# ---- HTTP -----------------------------------------------------------------------------------------

HEAD = b"Host: www.example\r\n"
POST = b"POST /in HTTP/1.1\r\n" + HEAD
write("http_stream_fuzz", "two", b"\x07GET /a HTTP/1.1\r\n" + HEAD + b"\r\nHEAD /%62 HTTP/1.1\r\n" + HEAD + b"\r\n")
write("http_stream_fuzz", "length", b"\x20" + POST + b"Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n" + HEAD + b"\r\n")
write("http_stream_fuzz", "chunks", b"\xff" + POST
      + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n" + HEAD + b"\r\n")
write("http_request_fuzz", "get", b"GET /a?b HTTP/1.1\r\nHost: www.example:80\r\nA: b\r\n\r\n")
write("http_request_fuzz", "whole", b"GET http://www.example/ HTTP/1.0\r\nHost: www.example\r\n\r\n")
write("http_request_fuzz", "connect", b"CONNECT www.example:443 HTTP/1.1\r\nHost: www.example\r\n\r\n")
write("http_request_fuzz", "six", b"\r\nOPTIONS * HTTP/1.1\nHost: [2001:db8::1]:80\n\n")
write("http_request_fuzz", "continued", b"GET / HTTP/1.1\r\nHost: a\r\n b\r\nHost: c\r\n\r\n")

# ---- QUIC: kind, length, frames -------------------------------------------------------------------


def crypto(offset, data):
    return b"\6" + struct.pack(">HH", 0x4000 | offset, 0x4000 | len(data)) + data


def datagram(kind, data):
    return bytes([kind]) + piece(2, data)


HALF = len(HELLO) // 2
FRONT, BACK = crypto(0, HELLO[:HALF]), crypto(HALF, HELLO[HALF:])
ACK = bytes.fromhex("02050001020102")
write("quic_initial_fuzz", "whole", datagram(2, crypto(0, HELLO) + b"\0" * 8))
write("quic_initial_fuzz", "two", datagram(2, BACK + b"\1") + datagram(2, ACK + FRONT))
write("quic_initial_fuzz", "version", datagram(3, FRONT) + datagram(2, BACK))
write("quic_initial_fuzz", "retry", datagram(2, FRONT) + datagram(4, FRONT + BACK))
write("quic_initial_fuzz", "server", datagram(0x32, FRONT) + datagram(0x38, BACK))
write("quic_initial_fuzz", "close", datagram(2, bytes.fromhex("1c000000")))
write("quic_initial_fuzz", "cut", datagram(2, bytes.fromhex("00008000")))
write("quic_initial_fuzz", "bare", datagram(0x80, bytes.fromhex("c00000000103616263000040") + b"x" * 64))

# ---- first data: how it is taken, then packets, a stream that grows, or frames of QUIC --------------


def ip4(protocol, data):
    return b"\x45" + bytes(8) + bytes([protocol]) + bytes(10) + data


def ip6(protocol, data):
    return b"\x60" + bytes(5) + bytes([protocol]) + bytes(33) + data


def tcp(data, options=12):
    return bytes(12) + bytes([(20 + options) << 2]) + bytes(7 + options) + data


GET = b"GET /a HTTP/1.1\r\n" + HEAD + b"\r\n"
write("first_data_fuzz", "packet", b"\0" + piece(2, ip4(6, tcp(b""))) + piece(2, ip4(6, tcp(GET))))
write("first_data_fuzz", "six", b"\0" + piece(2, ip6(6, tcp(records(HELLO), 0))))
write("first_data_fuzz", "odd", b"\0" + piece(2, ip4(17, tcp(GET))) + piece(2, b"\x4f" + ip4(6, tcp(GET))[1:]))
write("first_data_fuzz", "udp", b"\1" + piece(2, ip4(17, bytes(8) + b"\xc0" + bytes(40))))
write("first_data_fuzz", "tls", b"\2\x03\x09" + records(HELLO))
write("first_data_fuzz", "torn", b"\2\x40\x02" + records(HELLO, 20))
write("first_data_fuzz", "http", b"\2\x80\x06" + GET + POST + b"Content-Length: 1\r\n\r\nx")
write("first_data_fuzz", "old", b"\2\x08\x00GET /a\r\n")
write("first_data_fuzz", "two", b"\2\x00\x03PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
write("first_data_fuzz", "other", b"\2\x3f\x01SSH-2.0-x\r\n")


def eights(data):
    data += bytes(-len(data) % 8)
    return bytes([len(data) // 8]) + data


write("first_data_fuzz", "quic", b"\3\x00\2" + eights(crypto(0, HELLO)))
write("first_data_fuzz", "parts", b"\3\x40\2" + eights(BACK) + b"\2" + eights(FRONT))
write("first_data_fuzz", "endless", b"\3\x00" + (b"\2" + eights(FRONT)) * 5)
write("first_data_fuzz", "none", b"\3\x08\x80" + eights(b"GET / HTTP/1.1\r\n\r\n"))

# ---- names ----------------------------------------------------------------------------------------

for number, typed in enumerate(["www.example", "*.Example.org.", ".example.co.uk", "bücher.example",
                                "*", "a..b", "例え。テスト", "xn--bcher-kva.example", "127.1"]):
    write("host_pattern_fuzz", str(number), f"{typed}\nwww.example.co.uk".encode())
write("name_table_fuzz", "calls", b"".join(
    bytes([call, address, process, call * 37 % 256, 9, 30])
    for call in range(12) for address in (2, 3, 18) for process in (0, 1, 2)))
write("name_table_fuzz", "flood", b"".join(bytes([0, n, 1, n, 200, 0]) for n in range(250)))

# ---- lists ----------------------------------------------------------------------------------------

write("list_fuzz", "hosts", b"# hosts\n0.0.0.0 ads.example b.example\n127.0.0.1 localhost\n:: c.example\n")
write("list_fuzz", "names", "ads.example\n*.b.example\n.c.example\nbücher.example # a remark\n".encode())
write("list_fuzz", "adblock", b"[Adblock Plus 2.0]\n! title\n||ads.example^\n@@||good.ads.example^\n||b.example^$all\n")
write("list_fuzz", "addresses", b"; drop\n192.0.2.0/24 ; SBL1\n192.0.2.7-192.0.2.70\n2001:db8::/32\n@@||192.0.2.9^\n")
write("list_fuzz", "mixed", b"ads.example\r\n192.0.2.1\n||x^\nwhat is this\n1.2.3\n*.zip\n")

# ---- records of the ring: which, its room, whether it says so -------------------------------------

EVENTS = {"exec": 1, "fork": 2, "exit": 3, "flow": 4, "held": 5, "end": 6, "dns": 7, "quota": 8,
          "said": 9}
for name, number in EVENTS.items():
    write("events_fuzz", name, bytes([number]) + struct.pack("<H", 3000) + b"\0" + bytes(64))
    write("events_fuzz", name + "-cut", bytes([number]) + struct.pack("<H", 40) + b"\xf7" + bytes(40))

# ---- what the kernel says of routes (rtnetlink(7)) -------------------------------------------------

def padded(data):
    return data + bytes(-len(data) % 4)


def netlink(kind, flags, body):
    return padded(struct.pack("=IHHII", 16 + len(body), kind, flags, 7, 0) + body)


def attribute(kind, data):
    return padded(struct.pack("=HH", 4 + len(data), kind) + data)


def route(family, bits, to, protocol=2, more=b""):
    head = struct.pack("=8BI", family, bits, 0, 0, 254, protocol, 0, 1, 0)
    return netlink(24, 2, head + attribute(1, to) + attribute(4, struct.pack("=I", 2)) + more)


NETWORK4, NETWORK6 = bytes([203, 0, 113, 0]), bytes.fromhex("20010db80001") + bytes(10)
DONE = netlink(3, 2, bytes(4))
write("routes_fuzz", "ipv4", route(2, 24, NETWORK4) + DONE)
write("routes_fuzz", "this_network", route(2, 24, bytes(4)) + DONE)
write("routes_fuzz", "ipv6", route(10, 64, NETWORK6, 9) + DONE)
write("routes_fuzz", "table", route(10, 64, NETWORK6, more=attribute(15, struct.pack("=I", 254))))
write("routes_fuzz", "expires", route(10, 64, NETWORK6, more=attribute(12, struct.pack("=8I", 0, 0, 9, 0, 0, 0, 0, 0))))
write("routes_fuzz", "gateway", route(10, 64, NETWORK6, more=attribute(5, NETWORK6)))
write("routes_fuzz", "error", netlink(2, 0, struct.pack("=i", -16) + bytes(16)))
write("routes_fuzz", "notice", netlink(25, 0, struct.pack("=8BI", 2, 24, 0, 0, 254, 2, 0, 1, 0)))
write("routes_fuzz", "link", netlink(16, 0, bytes(16)))

# ---- packets that were held -----------------------------------------------------------------------

def ipv4(protocol, payload, options=b""):
    words = 5 + len(options) // 4
    return struct.pack(">BBHHHBBH4s4s", 0x40 | words, 0, 4 * words + len(payload), 1, 0, 64, protocol,
                       0, FOUR, FOUR) + options + payload


def ipv6(following, payload):
    return struct.pack(">IHBB16s16s", 6 << 28, len(payload), following, 64, SIX, SIX) + payload


UDP = struct.pack(">HHHH", 1, 443, 11, 0) + b"abc"
TCP = struct.pack(">HHIIBBHHH", 1, 443, 1, 0, 0x50, 2, 100, 0, 0)
write("injection_fuzz", "udp4", ipv4(17, UDP))
write("injection_fuzz", "udp4-options", ipv4(17, UDP, b"\x94\4\0\0"))
write("injection_fuzz", "tcp4", ipv4(6, TCP))
write("injection_fuzz", "ping4", ipv4(1, b"\x08\0\0\0\0\1\0\1"))
write("injection_fuzz", "udp6", ipv6(17, UDP))
write("injection_fuzz", "tcp6", ipv6(6, TCP))
write("injection_fuzz", "ping6", ipv6(58, b"\x80\0\0\0\0\1\0\1"))
write("injection_fuzz", "options6", ipv6(0, b"\x11\0\1\4\0\0\0\0" + UDP))
write("injection_fuzz", "fragment6", ipv6(44, b"\x11\0\0\1\0\0\0\1" + UDP))

# ---- rules: the examples, and one of everything ---------------------------------------------------

EXAMPLES = CORPUS.parents[2] / "resources" / "examples"
for example in sorted(EXAMPLES.glob("*.json")):
    write("rule_file_fuzz", example.stem, example.read_bytes())

# ---- arguments on the bus: what it should be, then keys and values by number ----------------------

for what in range(6):
    for values in ((12, 0), (13, 3), (4, 1), (8, 2)):
        entries = b"".join(bytes([key, values[0], values[1]]) for key in range(40))
        write("arguments_fuzz", f"{what}-{values[0]}", bytes([what, 23]) + entries)
