// What the service manager is for sallyport-broker: a socket, and the program for each connection.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker/fd.h"

namespace sallyport::tests {

class BrokerDoor {
  public:
    BrokerDoor(std::string program, const std::string& path) : program_(std::move(program)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
        listener_ = broker::Fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
            listen(listener_.get(), 8) == 0)
            thread_ = std::thread([this] { letIn(); });
    }
    BrokerDoor(const BrokerDoor&) = delete;
    BrokerDoor& operator=(const BrokerDoor&) = delete;
    // Waits for the brokers, which end when nobody is connected any more.
    ~BrokerDoor() {
        shutdown(listener_.get(), SHUT_RDWR);
        if (thread_.joinable())
            thread_.join();
        for (const pid_t pid : brokers())
            waitpid(pid, nullptr, 0);
    }

    bool isOpen() const { return thread_.joinable(); }
    std::vector<pid_t> brokers() {
        const std::scoped_lock lock(mutex_);
        return brokers_;
    }

  private:
    void letIn() {
        for (;;) {
            const broker::Fd in(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!in && errno == EINTR)
                continue;
            if (!in)
                return;
            posix_spawn_file_actions_t actions;
            posix_spawn_file_actions_init(&actions);
            posix_spawn_file_actions_adddup2(&actions, in.get(), 0);
            char* arguments[] = {program_.data(), nullptr};
            pid_t pid = 0;
            if (posix_spawn(&pid, program_.c_str(), &actions, nullptr, arguments, environ) == 0) {
                const std::scoped_lock lock(mutex_);
                brokers_.push_back(pid);
            }
            posix_spawn_file_actions_destroy(&actions);
        }
    }

    std::string program_;
    broker::Fd listener_;
    std::mutex mutex_;
    std::vector<pid_t> brokers_;
    std::thread thread_;
};

}  // namespace sallyport::tests
