// What both ends of a connection for the kernel tests share.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

namespace peer {

// A line of its own, whatever else is said at the time.
void say(const std::string& line);

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* address() { return reinterpret_cast<sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};
Endpoint endpoint(const std::string& text, int port);

// "ok RESULT" or "error ERRNO"
std::string outcome(ssize_t result);

// Bytes whose order and content a receiver can check: byte i of datagram n is n + i.
std::string pattern(size_t size, int number);
bool isPattern(const char* bytes, size_t size);

// At a port of all addresses of both families.
int listener(int type, int port);

// Milliseconds after which a call gives up; so that "silent" can be told from "slow".
void limit(int fd, int milliseconds);

constexpr size_t kDatagram = 1200;

// RFC 3168: the sender understands marks; and what it met was congestion.
constexpr int kMarkable = 2, kMarked = 3;

// A name on the wire: "a.test" has two labels.
std::string wireName(const std::string& name);
// With its length in front, as TCP has it.
std::string withLength(const std::string& message);
// The next message of a stream; empty: it is over.
std::string readMessage(int fd);

// ---- the server

int server();
// Answers questions for names, and datagrams and calls at port 7004.
void serveNames();
// n999995 is answered over UDP when the test says so: waits until it was asked for; says so.
void awaitThinking();
void endThinking();

// ---- the client: a command a line

using Words = std::istringstream;
using Commands = std::map<std::string, std::function<std::string(Words&)>>;

// The one that most commands are about.
struct Socket {
    int fd = -1;
    void replace(int other) {
        if (fd >= 0)
            close(fd);
        fd = other;
    }
};

template <class T>
void add(Commands& commands, const std::shared_ptr<T>& to,
         std::initializer_list<std::pair<const char*, std::string (T::*)(Words&)>> methods) {
    for (const auto& [name, method] : methods)
        commands[name] = [to, method = method](Words& words) { return ((*to).*method)(words); };
}

void addCalls(Commands& commands, Socket& own);
void addMeasures(Commands& commands, Socket& own);
void addCrowds(Commands& commands);
void addNames(Commands& commands, Socket& own);
void addProcess(Commands& commands);

}  // namespace peer
