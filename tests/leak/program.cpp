// The program that tries to get past: a case for each row, named in rows.cpp. Each run is a process
// of its own.
//   leak_program CASE [WORD...]        with LEAK_PATIENCE (ms), LEAK_ALLOWED (the file of a program
//                                      that has a rule), LEAK_RECEIVER (a process there)
//   leak_program receive               the other side
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace leak {

namespace {

const std::map<std::string, const char*> kPlaces = {
    {"4", "10.66.0.2"},
    {"6", "fd66::2"},
    {"mapped", "::ffff:10.66.0.2"},
    {"other", "10.66.1.2"},
    {"tunnel", "10.67.0.2"},
    {"broadcast", "10.66.255.255"},
    {"multicast4", "239.66.0.1"},
    {"multicast6", "ff05::66"},
    {"here4", "127.0.0.1"},
    {"here6", "::1"},
    {"sender", "10.66.0.1"},
    {"sender-other", "10.66.0.3"},
};

}  // namespace

Endpoint endpoint(const std::string& where, int port) {
    const char* text = kPlaces.at(where);
    Endpoint end;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&end.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&end.storage);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(uint16_t(port));
        end.size = sizeof(*v4);
    } else {
        inet_pton(AF_INET6, text, &v6->sin6_addr);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(uint16_t(port));
        if (where == "multicast6")
            v6->sin6_scope_id = if_nametoindex(kCable);
        end.size = sizeof(*v6);
    }
    return end;
}

void cannot(const std::string& reason) {
    std::cout << reason << std::endl;
    _exit(kCannot);
}

void broken(const std::string& what) {
    std::cerr << what << ": " << std::strerror(errno) << std::endl;
    _exit(1);
}

void must(bool done, const std::string& what) {
    if (!done)
        broken(what);
}

int open(int family, int type, int protocol) {
    const int fd = socket(family, type, protocol);
    if (fd < 0 && (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT || errno == EAFNOSUPPORT))
        cannot("the kernel has no such sockets (family " + std::to_string(family) + ", protocol " +
               std::to_string(protocol) + ")");
    if (fd < 0 && errno == EPERM && (family == AF_PACKET || family == AF_XDP))
        _exit(0);  // refused
    must(fd >= 0, "socket");
    const long ms = std::atol(variable("LEAK_PATIENCE").c_str());
    const timeval patience{ms / 1000, ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    // What was held goes with the process, and does not arrive in the next row.
    const linger none{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    return fd;
}

void ready() {
    std::cout << "ready" << std::endl;
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
    }
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    must(value, name);
    return value;
}

std::string self() {
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
    must(length > 0, "/proc/self/exe");
    return {path, size_t(length)};
}

int tcp(const std::string& where, int fd) {
    const Endpoint to = endpoint(where);
    if (fd < 0)
        fd = open(to.family(), SOCK_STREAM);
    if (connect(fd, to.address(), to.size) != 0)
        return 0;
    char byte = 0;
    send(fd, "leak", 4, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    while (recv(fd, &byte, 1, 0) > 0) {
    }
    return 0;
}

void become(const std::string& program, const Words& arguments) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& word : arguments)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    broken("exec " + program);
}

}  // namespace leak

int main(int argc, char** argv) {
    if (argc < 2)
        return 2;
    const std::string name = argv[1];
    const leak::Words words(argv + 2, argv + argc);
    if (name == "receive")
        return leak::receive(words);
    for (const auto* cases : {&leak::pathCases(), &leak::packetCases(), &leak::detourCases(),
                              &leak::uringCases(), &leak::identityCases()})
        if (const auto found = cases->find(name); found != cases->end())
            return found->second(words);
    std::fprintf(stderr, "what is %s?\n", name.c_str());
    return 2;
}
