// Both ends of a connection for the kernel tests: a server that tells who reached it, and a client
// that does one socket call a line. Plain POSIX: what it does is what the kernel sees.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include <cstdlib>
#include <iostream>

#include "peer.h"

using namespace peer;

namespace {

int client() {
    Socket own;
    Commands commands;
    addCalls(commands, own);
    addMeasures(commands, own);
    addCrowds(commands);
    addNames(commands, own);
    addProcess(commands);
    say("ready " + std::to_string(getpid()));
    for (std::string line; std::getline(std::cin, line);) {
        Words words(line);
        std::string verb;
        words >> verb;
        const auto command = commands.find(verb);
        say(command == commands.end() ? "unknown " + verb : command->second(words));
    }
    // Ends its connection with a reset: the last packets of an orderly end would come during the
    // next test, and be judged by its policy.
    const linger atOnce{1, 0};
    setsockopt(own.fd, SOL_SOCKET, SO_LINGER, &atOnce, sizeof(atOnce));
    return 0;
}

// One datagram, and gone.
int once(const char* address, const char* port) {
    Endpoint to = endpoint(address, atoi(port));
    const int fd = socket(to.family(), SOCK_DGRAM, 0);
    sendto(fd, "x", 1, 0, to.address(), to.size);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const rlimit many{32768, 32768};
    setrlimit(RLIMIT_NOFILE, &many);
    const std::string role = argc > 1 ? argv[1] : "";
    if (role == "server")
        return server();
    if (role == "client")
        return client();
    if (role == "once" && argc == 4)
        return once(argv[2], argv[3]);
    return 2;
}
