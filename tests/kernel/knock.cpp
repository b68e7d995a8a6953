// A program as small as one gets, of which there can be ten thousand: one datagram, one attempt to
// connect, and gone.
//     knock ADDRESS PORT    (IPv4)
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    if (argc != 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons(static_cast<uint16_t>(strtoul(argv[2], nullptr, 10)));
    const auto* address = reinterpret_cast<const sockaddr*>(&to);
    const int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int stream = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)!sendto(datagram, "x", 1, 0, address, sizeof to);
    (void)!connect(stream, address, sizeof to);
    return datagram < 0 || stream < 0;
}
