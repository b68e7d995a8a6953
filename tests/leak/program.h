// What every case of the leak program needs: where to send, and how to say that a kernel cannot.
// Plain POSIX: what it does is what the kernel sees.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <map>
#include <string>
#include <vector>

namespace leak {

constexpr int kPort = 7100;  // TCP, MPTCP, UDP at the receiver
constexpr int kCannot = 77;  // exit code: the kernel cannot do this; the reason was said
constexpr const char* kCable = "cable0";

using Words = std::vector<std::string>;
using Case = int (*)(const Words&);  // returns the exit code; what the firewall refuses is no error

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* address() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

// "4", "6", "mapped", "other" (the receiver's second address), "tunnel" (the receiver's end of it),
// "broadcast", "multicast4", "multicast6", "here4", "here6" (loopback), "sender", "sender-other"
// (this side's addresses).
Endpoint endpoint(const std::string& where, int port = kPort);

// Ends the process: with kCannot when the kernel has no such thing, else as a failure of the test.
[[noreturn]] void cannot(const std::string& reason);
[[noreturn]] void broken(const std::string& what);  // appends errno
void must(bool done, const std::string& what);

// socket(), or cannot(). Calls that wait do so for LEAK_PATIENCE ms.
int open(int family, int type, int protocol = 0);
// Says it is ready and waits until it may go on; who waits so is prepared before the rules change.
void ready();
std::string variable(const char* name);  // of the environment; must be set
std::string self();                      // this program's file

// Connects, sends, and waits until the other side closes.
int tcp(const std::string& where, int fd = -1);
// Runs a program file in this process's stead.
[[noreturn]] void become(const std::string& program, const Words& arguments);

const std::map<std::string, Case>& pathCases();
const std::map<std::string, Case>& packetCases();
const std::map<std::string, Case>& detourCases();
const std::map<std::string, Case>& uringCases();
const std::map<std::string, Case>& identityCases();
int receive(const Words& words);  // the other side, see receiver.cpp

}  // namespace leak
