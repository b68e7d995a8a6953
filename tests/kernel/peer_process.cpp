// What the client itself is, and the programs it starts.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "peer.h"

namespace peer {

namespace {

class Process {
  public:
    std::string user(Words& words) {  // is that user's from here on, by its real id
        uid_t uid = 0;
        words >> uid;
        return outcome(setreuid(uid, uid_t(-1)));
    }

    // From here on without CAP_NET_RAW in force.
    std::string weaken(Words&) {
        __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
        __user_cap_data_struct data[2]{};
        if (syscall(SYS_capget, &head, data) != 0)
            return outcome(-1);
        data[0].effective &= ~(1u << CAP_NET_RAW);
        return outcome(int(syscall(SYS_capset, &head, data)));
    }

    // enter FOLDER: works there from now on.
    std::string enter(Words& words) {
        std::string folder;
        words >> folder;
        return outcome(chdir(folder.c_str()));
    }

    // A child stays behind, with all that is open here, until this process ends.
    std::string split(Words&) {
        const pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                pause();
        }
        return outcome(child);
    }

    // mount TYPE SOURCE OPTIONS: tried by a child, until it has failed or this process ends. What
    // fails within a second is said.
    std::string mountAt(Words& words) {
        std::string type, source, options;
        words >> type >> source >> options;
        const pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (unshare(CLONE_NEWNS) != 0 ||
                mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                mount(source.c_str(), "/mnt", type.c_str(), 0, options.c_str()) != 0)
                _exit(errno);
            _exit(0);
        }
        for (int i = 0; i < 100; ++i) {
            int status = 0;
            if (waitpid(child, &status, WNOHANG) == child)
                return "error " + std::to_string(WEXITSTATUS(status));
            usleep(10'000);
        }
        return outcome(child);
    }

    // Becomes another program, which goes on reading the same commands; its sockets stay open.
    std::string become(Words& words) {
        std::string program;
        words >> program;
        execl(program.c_str(), program.c_str(), "client", nullptr);
        return outcome(-1);
    }

    // Into a network namespace of its own, with nothing but loopback.
    std::string leave(Words&) {
        if (unshare(CLONE_NEWNET) != 0)
            return outcome(-1);
        return system("ip link set lo up") == 0 ? "ok" : "no loopback";
    }

    // The same as somebody without rights could: into a user namespace of its own, too.
    std::string away(Words&) {
        return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? "ok" : outcome(-1);
    }

    // A child that runs PROGRAM for one connection and ends at once: spawn PROGRAM ADDRESS PORT
    std::string spawn(Words& words) {
        std::string program, address, port;
        words >> program >> address >> port;
        const pid_t child = fork();
        if (child == 0) {
            execl(program.c_str(), program.c_str(), "once", address.c_str(), port.c_str(), nullptr);
            _exit(127);
        }
        waitpid(child, nullptr, 0);
        return "ok " + std::to_string(child);
    }

    // crowd FOLDER ADDRESS PORT: runs every program of the folder, one after the other. Says how
    // many there were, and how many did not end well.
    std::string crowd(Words& words) {
        std::string folder, address, port;
        words >> folder >> address >> port;
        int failed = 0, count = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            const std::string program = file.path();
            char* const arguments[] = {const_cast<char*>(program.c_str()), address.data(),
                                       port.data(), nullptr};
            pid_t child = -1;
            if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
                return "error 0";
            int status = -1;
            waitpid(child, &status, 0);
            ++count;
            failed += status != 0;
        }
        return "ok " + std::to_string(count) + " " + std::to_string(failed);
    }
};

}  // namespace

void addProcess(Commands& commands) {
    add<Process>(commands, std::make_shared<Process>(),
                 {{"user", &Process::user},
                  {"away", &Process::away},
                  {"weaken", &Process::weaken},
                  {"enter", &Process::enter},
                  {"become", &Process::become},
                  {"split", &Process::split},
                  {"mount", &Process::mountAt},
                  {"leave", &Process::leave},
                  {"spawn", &Process::spawn},
                  {"crowd", &Process::crowd}});
}

}  // namespace peer
