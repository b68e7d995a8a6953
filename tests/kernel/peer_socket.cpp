// What both ends of a connection for the kernel tests share: see peer.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "peer.h"

namespace peer {

void say(const std::string& line) {
    static std::mutex outputLock;
    const std::lock_guard guard(outputLock);
    std::cout << line << std::endl;
}

Endpoint endpoint(const std::string& text, int port) {
    Endpoint end;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&end.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&end.storage);
    if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(uint16_t(port));
        end.size = sizeof(*v4);
    } else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(uint16_t(port));
        end.size = sizeof(*v6);
    }
    return end;
}

std::string outcome(ssize_t result) {
    return result >= 0 ? "ok " + std::to_string(result) : "error " + std::to_string(errno);
}

std::string pattern(size_t size, int number) {
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i)
        bytes[i] = char(size_t(number) + i);
    return bytes;
}

bool isPattern(const char* bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
        if (bytes[i] != char(size_t(bytes[0]) + i))
            return false;
    return true;
}

int listener(int type, int port) {
    const int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);
    const int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    Endpoint any = endpoint("::", port);
    if (bind(fd, any.address(), any.size) != 0 || (type == SOCK_STREAM && listen(fd, 512) != 0)) {
        say("cannot listen on " + std::to_string(port));
        exit(1);
    }
    return fd;
}

void limit(int fd, int milliseconds) {
    const timeval time{milliseconds / 1000, (milliseconds % 1000) * 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

std::string wireName(const std::string& name) {
    std::string wire;
    std::istringstream labels(name);
    for (std::string label; std::getline(labels, label, '.');)
        wire += char(label.size()) + label;
    return wire + '\0';
}

std::string withLength(const std::string& message) {
    return std::string{char(message.size() >> 8), char(message.size())} + message;
}

std::string readMessage(int fd) {
    unsigned char length[2];
    if (recv(fd, length, 2, MSG_WAITALL) != 2)
        return {};
    std::string message(size_t(length[0] << 8 | length[1]), '\0');
    const auto size = ssize_t(message.size());
    return recv(fd, message.data(), message.size(), MSG_WAITALL) == size ? message : std::string();
}

}  // namespace peer
