// The table: numbers as in the list of cases, sorted by how they try it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows.h"

namespace sallyport::leak {

namespace {

constexpr const char* kOther = "10.66.1.2";
constexpr const char* kFrames = "Frames sent by `AF_PACKET` or `AF_XDP` sockets";

}  // namespace

const QList<Row>& rows() {
    static const QList<Row> all = {
        {"N1", "TCP, IPv4", "tcp 4"},
        {"N1", "TCP, IPv6", "tcp 6"},
        {"N1", "TCP, until the kernel repeats the SYN", "patient 4"},
        {"N2", "TCP to IPv4 from an IPv6 socket", "tcp mapped"},
        {"N3", "TCP Fast Open: sendto() with the SYN", "fastopen 4"},
        {"N3", "TCP Fast Open, IPv6", "fastopen 6"},
        {"N3", "TCP Fast Open by connect()", "fastopen-connect 4"},
        {"N4", "MPTCP", "mptcp 4"},
        {"N4", "MPTCP, mapped", "mptcp mapped"},
        {"N4", "MPTCP with Fast Open", "fastopen 4 mptcp"},
        {"N4b", "MPTCP, a further subflow", "subflow", Stage::Plain, "attack", Leave::FirstAddress,
         kOther},
        {"N5", "UDP, IPv4", "udp 4"},
        {"N5", "UDP, IPv6", "udp 6"},
        {"N5", "UDP, connected", "udp 4 connected"},
        {"N6", "UDP connected to one, sent to another", "udp-elsewhere", Stage::Plain, "attack",
         Leave::FirstAddress, kOther},
        {"N7", "UDP, connected, with a TOS message", "udp-control tos"},
        {"N7", "UDP, connected, with an interface message", "udp-control pktinfo"},
        {"N8", "UDP, address of no family", "udp-unspecified"},
        {"N9", "UDP to IPv4 from an IPv6 socket", "udp mapped"},
        {"N10", "UDP, mapped and connected", "udp mapped connected"},
        {"N11", "UDP-Lite", "udplite 4"},
        {"N11", "UDP-Lite, IPv6", "udplite 6"},
        {"N11", "UDP-Lite, connected", "udplite 4 connected"},
        {"N13", "raw IP, protocol 253", "raw 4 253"},
        {"N13", "raw IPv6, protocol 253", "raw 6 253"},
        {"N13", "raw IP, protocol 253, connected", "raw 4 253 connected"},
        {"N13", "raw IP, protocol TCP", "raw 4 6"},
        {"N14", "raw with own header: UDP to an allowed port", "forged datagram", Stage::Plain,
         "attack", Leave::Port53},
        {"N14", "raw with own header: a later fragment", "forged fragment", Stage::Plain, "attack",
         Leave::Port53},
        {"N14", "raw with own header, IPv6", "forged six", Stage::Plain, "attack", Leave::Port53},
        {"N15", "ping from a raw socket", "ping 4 raw"},
        {"N15", "ping from a raw socket, IPv6", "ping 6 raw"},
        {"N15", "ping from a ping socket", "ping 4 ping"},
        {"N15", "ping from a ping socket, IPv6", "ping 6 ping"},
        {"N17", "AF_PACKET, whole frame", "frame raw", Stage::Open, "attack", Leave::Nothing, "",
         kFrames},
        {"N17", "AF_PACKET, kernel's frame", "frame cooked", Stage::Open, "attack", Leave::Nothing,
         "", kFrames},
        {"N17", "AF_XDP", "xdp", Stage::Open, "attack", Leave::Nothing, "", kFrames},
        {"N19", "io_uring, connect and send", "uring plain connect"},
        {"N19", "io_uring, connect by a worker", "uring async connect"},
        {"N19", "io_uring, connect by a polling thread", "uring polled connect"},
        {"N19", "io_uring, UDP by a polling thread", "uring polled sendmsg"},
        {"N19", "io_uring, zero-copy UDP", "uring plain zerocopy"},
        {"N20", "SCTP", "sctp"},
        {"N21", "broadcast", "broadcast"},
        {"N21", "multicast", "multicast 4"},
        {"N21", "multicast, IPv6", "multicast 6"},
        {"N22", "TCP, UDP, UDP-Lite opened before the start", "before", Stage::Before, "attack",
         Leave::Nothing, "", "", 3},
        {"N24", "answer on an accepted connection", "reply", Stage::Prepared},
        {"N25", "TCP in another network namespace", "elsewhere tcp"},
        {"N25", "UDP in another network namespace", "elsewhere udp"},
        {"N27", "TCP of the kernel's own, for a mount (9P)", "by-kernel"},
        {"N28", "through a tunnel of the kernel's (VXLAN)", "udp tunnel"},
        {"N31", "6,000 sockets, nobody takes reports", "flood", Stage::Frozen, "attack",
         Leave::Nothing, "", "", 6000},
        {"N32", "helper killed: open sockets and a new program", "before later", Stage::Killed,
         "attack|unknown", Leave::Nothing, "", "", 4},
        {"N38", "sendfile()", "bulk sendfile", Stage::Prepared},
        {"N38", "splice()", "bulk splice", Stage::Prepared},
        {"N38", "MSG_ZEROCOPY", "bulk zerocopy", Stage::Prepared},
        {"N38", "UDP segmentation (GSO)", "bulk gso", Stage::Prepared},

        {"I1", "bind mount over an allowed file", "bind-mount", Stage::Plain,
         "foreign allowed of 65534"},
        {"I2", "a root of its own with an allowed path", "pivot-root", Stage::Plain,
         "foreign allowed of 65534"},
        {"I4", "exe link set to an allowed file", "exe-link", Stage::Plain, "attack of 65534"},
        {"I5", "argv[0] and comm of another", "name"},
        {"I6", "file deleted while it runs", "deleted gone", Stage::Prepared, "attack-ghost"},
        {"I6", "file replaced while it runs", "deleted replaced", Stage::Prepared, "attack-ghost"},
        {"I7", "from memory (memfd)", "memory", Stage::Plain, "memory"},
        {"I7", "by ld.so", "loader", Stage::Plain, "attack by ld-linux.*"},
        {"I7", "by ld.so, told another name", "loader told", Stage::Plain, "attack by ld-linux.*"},
        {"I7", "python -c, with an allowed script's name", "python code", Stage::Plain,
         "python[0-9.]*"},
        {"I7", "python, a script", "python script", Stage::Plain, "attack\\.py by python[0-9.]*"},
        {"I7", "bash -c, with an allowed script's name", "shell", Stage::Plain, "bash"},
        {"I8", "APPIMAGE, FLATPAK_ID in the environment", "environment"},
        {"I9", "connected socket given to an allowed program", "hand-over", Stage::Prepared},
        {"I9", "UDP socket of an allowed program", "takeover udp"},
        {"I10", "TCP socket of an allowed program", "takeover tcp"},
        {"I10", "TCP socket inherited over exec", "inherit tcp"},
        {"I10", "UDP socket inherited over exec", "inherit udp"},
        {"I13", "setuid: shown with the real user", "setuid", Stage::Plain,
         "attack-rooted of 65534"},
        {"I14", "an allowed file is overwritten", "overwrite", Stage::Plain, "changed",
         Leave::ItsFile},
        {"I15", "gone before anybody looks", "gone"},
        {"I16", "a thread", "thread"},
        {"I16", "number of an allowed process, again", "same-number"},
    };
    return all;
}

const QList<Elsewhere>& elsewhere() {
    static const QList<Elsewhere> all = {
        {"N26", "forwarded traffic: virtual machines, hotspots", "known limit"},
        {"N27", "TCP and UDP of the kernel's own threads", "unit/process_test"},
        {"N30", "RST and ACK of closed sockets", "system/vm.sh"},
        {"N33", "between boot and the helper's start", "system/vm.sh"},
        {"N34", "names asked through the system's resolver", "kernel/said_name_test"},
        {"N35", "names over HTTPS or TLS", "kernel/said_name_test"},
        {"N36", "names of this machine's addresses", "unit/name_book_test"},
        {"N37", "work done by an allowed program for another", "known limit"},
        {"I11", "LD_PRELOAD, ptrace", "known limit"},
        {"I12", "curl, ssh, python run by something else", "gui/tst_question"},
        {"C1", "a question under the cursor", "gui/tst_question"},
        {"C2", "a thousand questions", "gui/tst_question"},
        {"C3", "names with odd characters", "gui/tst_question"},
        {"C4", "another program of the same user answers", "known limit"},
        {"C5", "another user answers", "dbus/agent_test"},
        {"C6", "any process calls the helper", "dbus/service_test"},
    };
    return all;
}

}  // namespace sallyport::leak
