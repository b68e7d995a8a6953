// Both ends of a connection for the kernel tests: a server that tells who reached it, and a client
// that does one socket call a line. Plain POSIX: what it does is what the kernel sees.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

// socket() by way of io_uring (io_uring(7)), with one request.
int uringSocket(int family, int type) {
    io_uring_params parameters{};
    const int ring = int(syscall(SYS_io_uring_setup, 1, &parameters));
    if (ring < 0)
        return -1;
    const auto map = [&](size_t bytes, off_t offset) {
        return static_cast<char*>(
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, offset));
    };
    const io_sqring_offsets& sq = parameters.sq_off;
    const io_cqring_offsets& cq = parameters.cq_off;
    char* requests = map(sq.array + parameters.sq_entries * 4, IORING_OFF_SQ_RING);
    char* replies = map(cq.cqes + parameters.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
    char* entries = map(parameters.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES);
    auto* request = reinterpret_cast<io_uring_sqe*>(entries);
    request->opcode = IORING_OP_SOCKET;
    request->fd = family;
    request->off = __u64(type);
    *reinterpret_cast<unsigned*>(requests + sq.array) = 0;
    __atomic_store_n(reinterpret_cast<unsigned*>(requests + sq.tail), 1, __ATOMIC_RELEASE);
    int made = -1;
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) == 1) {
        made = reinterpret_cast<const io_uring_cqe*>(replies + cq.cqes)->res;
        if (made < 0) {
            errno = -made;
            made = -1;
        }
    }
    const int why = errno;
    close(ring);
    errno = why;
    return made;
}

std::mutex outputLock;

void say(const std::string& line) {
    const std::lock_guard guard(outputLock);
    std::cout << line << std::endl;
}

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* address() { return reinterpret_cast<sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

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

std::string nameOf(const sockaddr_in6& address) {
    char text[INET6_ADDRSTRLEN] = {};
    if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr))
        inet_ntop(AF_INET, address.sin6_addr.s6_addr + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof(text));
    return text;
}

std::string outcome(ssize_t result) {
    return result >= 0 ? "ok " + std::to_string(result) : "error " + std::to_string(errno);
}

// Bytes whose order and content a receiver can check: byte i of datagram n is n + i.
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

// ---- server ----------------------------------------------------------------------------------

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

void swallow(int fd) {
    char buffer[65536];
    while (read(fd, buffer, sizeof(buffer)) > 0) {
    }
}

void echo(int fd) {
    char buffer[65536];
    for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;)
        if (write(fd, buffer, size_t(got)) != got)
            return;
}

void pour(int fd) {
    const std::string bytes(65536, 'x');
    while (write(fd, bytes.data(), bytes.size()) > 0) {
    }
}

void serveStream(int port, const std::function<void(int)>& serve) {
    const int fd = listener(SOCK_STREAM, port);
    std::thread([=] {
        for (;;) {
            sockaddr_in6 from{};
            socklen_t size = sizeof(from);
            const int peer = accept4(fd, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC);
            if (peer < 0)
                continue;
            say("tcp " + nameOf(from) + " " + std::to_string(port));
            std::thread([=] {
                serve(peer);
                close(peer);
            }).detach();
        }
    }).detach();
}

void serveDatagrams(int port) {
    const int fd = listener(SOCK_DGRAM, port);
    std::thread([=] {
        char buffer[65536];
        for (;;) {
            sockaddr_in6 from{};
            socklen_t size = sizeof(from);
            auto* address = reinterpret_cast<sockaddr*>(&from);
            const ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, address, &size);
            if (got < 0)
                continue;
            say("udp " + nameOf(from) + " " + std::to_string(port) + " " + std::to_string(got) +
                (isPattern(buffer, size_t(got))
                     ? " number " + std::to_string(int(static_cast<unsigned char>(buffer[0])))
                     : " damaged"));
            sendto(fd, buffer, size_t(got), 0, address, size);
        }
    }).detach();
}

constexpr size_t kDatagram = 1200;

constexpr double kPouredASecond = 12.5e6;  // bytes

// RFC 3168: the sender understands marks; and what it met was congestion.
constexpr int kMarkable = 2, kMarked = 3;

// To whoever sends a datagram goes a stream of them, for six seconds. By the clock: a thread that
// sleeps on a busy machine wakes up late, and then sends what it has missed.
void pourDatagrams(int port) {
    const int fd = listener(SOCK_DGRAM, port);
    const int markable = kMarkable;
    setsockopt(fd, IPPROTO_IP, IP_TOS, &markable, sizeof(markable));
    std::thread([=] {
        for (;;) {
            char byte;
            sockaddr_in6 to{};
            socklen_t size = sizeof(to);
            if (recvfrom(fd, &byte, 1, 0, reinterpret_cast<sockaddr*>(&to), &size) < 0)
                continue;
            std::thread([=] {
                const std::string bytes(kDatagram, 'x');
                const auto start = std::chrono::steady_clock::now();
                double poured = 0;
                for (std::chrono::duration<double> at{0}; at.count() < 6;
                     at = std::chrono::steady_clock::now() - start) {
                    for (; poured < at.count() * kPouredASecond; poured += double(kDatagram))
                        sendto(fd, bytes.data(), bytes.size(), 0,
                               reinterpret_cast<const sockaddr*>(&to), size);
                    std::this_thread::sleep_for(std::chrono::microseconds(200));
                }
            }).detach();
        }
    }).detach();
}

// A name on the wire: "a.test" has two labels.
std::string wireName(const std::string& name) {
    std::string wire;
    std::istringstream labels(name);
    for (std::string label; std::getline(labels, label, '.');)
        wire += char(label.size()) + label;
    return wire + '\0';
}

// A resource record (RFC 1035 4.1.3) that counts for ten minutes.
std::string dnsRecord(const std::string& owner, char type, const std::string& data) {
    return owner + '\0' + type + std::string("\0\1\0\0\x02\x58\0", 7) + char(data.size()) + data;
}

// Answers each question about "n<number>..." with an address of its own: 10.78.0.0/16 or fd78::/64.
// Every third name is an alias of an alias, as with those who have their pages delivered.
// "tracker..." has the number 4241; "here..." is the machine of who asks.
constexpr unsigned kTracker = 4241;
std::string dnsAnswer(const std::string& question) {
    const bool tracker = question.compare(13, 7, "tracker") == 0;
    const bool here = question.compare(13, 4, "here") == 0;
    if (question.size() < 12 + 6 || (question[13] != 'n' && !tracker && !here))
        return {};
    const auto number = tracker ? kTracker : unsigned(atoi(question.c_str() + 14));
    size_t end = 12;
    while (end < question.size() && question[end])
        end += size_t(question[end]) + 1;
    if (end + 5 > question.size())
        return {};
    const bool v6 = question[end + 2] == 28;
    std::string address =
        v6 ? std::string("\xfd\x78", 2) + std::string(10, '\0') : std::string("\x0a\x4e", 2);
    for (int shift = v6 ? 24 : 8; shift >= 0; shift -= 8)
        address += char(number >> shift);
    if (here)
        address = v6 ? std::string(15, '\0') + '\1' : std::string("\x7f\0\0\1", 4);
    std::string owner("\xc0\x0c", 2), records;
    char count = 1;
    if (number % 3 == 0) {
        for (const char* alias : {"front.many.test", "back.many.test"}) {
            records += dnsRecord(owner, 5, wireName(alias));
            owner = wireName(alias);
            ++count;
        }
    }
    records += dnsRecord(owner, v6 ? 28 : 1, address);
    return question.substr(0, 2) + std::string("\x81\x80\0\1\0", 5) + count +
           std::string("\0\0\0\0", 4) + question.substr(12, end + 5 - 12) + records;
}

// With its length in front, as TCP has it.
std::string withLength(const std::string& message) {
    return std::string{char(message.size() >> 8), char(message.size())} + message;
}

// The next message of a stream; empty: it is over.
std::string readMessage(int fd) {
    unsigned char length[2];
    if (recv(fd, length, 2, MSG_WAITALL) != 2)
        return {};
    std::string message(size_t(length[0] << 8 | length[1]), '\0');
    const auto size = ssize_t(message.size());
    return recv(fd, message.data(), message.size(), MSG_WAITALL) == size ? message : std::string();
}

// Answers in pieces that are cut elsewhere each time, each a segment of its own. Before it answers
// the question about n999999 it answers one that nobody asked.
void answerStream(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (std::string question; !(question = readMessage(fd)).empty();) {
        std::string answer = withLength(dnsAnswer(question));
        if (question.compare(13, 8, "n999999\4") == 0) {
            question[0] ^= 1;
            answer = withLength(dnsAnswer(question)) + answer;
        }
        const size_t cut = size_t(static_cast<unsigned char>(question[1])) % answer.size();
        if (cut != 0 && send(fd, answer.data(), cut, MSG_NOSIGNAL) != ssize_t(cut))
            return;
        if (send(fd, answer.data() + cut, answer.size() - cut, MSG_NOSIGNAL) < 0)
            return;
    }
}

// Datagrams go back from the address they came to.
void answerDatagrams(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on));  // a whole prefix is here
    for (;;) {
        char buffer[512], control[256];
        sockaddr_in6 from{};
        iovec part{buffer, sizeof(buffer)};
        msghdr message{&from, sizeof(from), &part, 1, control, sizeof(control), 0};
        const ssize_t got = recvmsg(fd, &message, 0);
        if (got < 0)
            continue;
        cmsghdr* info = CMSG_FIRSTHDR(&message);
        if (info && info->cmsg_type == IPV6_PKTINFO)
            reinterpret_cast<in6_pktinfo*>(CMSG_DATA(info))->ipi6_ifindex = 0;
        part.iov_len = size_t(got);
        message.msg_flags = 0;
        sendmsg(fd, &message, 0);
    }
}

// n999995 is answered over UDP when the test says so.
struct Thinking {
    std::atomic<bool> begun = false, over = false;
} thinking;

void await(const std::atomic<bool>& flag) {
    while (!flag)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void serveNames() {
    const int streams = listener(SOCK_STREAM, 53);
    std::thread([=] {
        for (;;) {
            const int peer = accept4(streams, nullptr, nullptr, SOCK_CLOEXEC);
            std::thread([=] {
                answerStream(peer);
                close(peer);
            }).detach();
        }
    }).detach();
    const int fd = listener(SOCK_DGRAM, 53);
    std::thread([=] {
        char buffer[512];
        for (;;) {
            sockaddr_in6 from{};
            socklen_t size = sizeof(from);
            auto* address = reinterpret_cast<sockaddr*>(&from);
            const ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0, address, &size);
            if (got < 0)
                continue;
            const std::string answer = dnsAnswer({buffer, size_t(got)});
            if (std::string_view(buffer, size_t(got)).find("n999995") != std::string_view::npos) {
                thinking.over = false;
                thinking.begun = true;
                await(thinking.over);
                thinking.begun = false;
            }
            sendto(fd, answer.data(), answer.size(), 0, address, size);
        }
    }).detach();
    // Nobody is told of those who come here.
    const int datagrams = listener(SOCK_DGRAM, 7004);
    const int room = 1 << 22;
    setsockopt(datagrams, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    std::thread([=] { answerDatagrams(datagrams); }).detach();
    const int door = listener(SOCK_STREAM, 7004);
    std::thread([=] {
        for (;;)
            close(accept4(door, nullptr, nullptr, SOCK_CLOEXEC));
    }).detach();
}

// From this address of its own, if one is said; gives up after three seconds.
void callOut(const std::string& address, int port, const std::string& from) {
    std::thread([=] {
        Endpoint to = endpoint(address, port), own = endpoint(from, 0);
        const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval time{3, 0};
        if (own.size != 0) {
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
            bind(fd, own.address(), own.size);
        }
        say("called " + outcome(connect(fd, to.address(), to.size)));
        close(fd);
    }).detach();
}

// Begins so many connections and forgets them at once: of each there is one SYN. From the local
// port on that is given, or, with 0, from those that the kernel chooses. Says how many began.
void knock(const std::string& address, int port, int count, int from) {
    Endpoint to = endpoint(address, port);
    int begun = 0;
    for (int i = 0; i < count; ++i) {
        const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
        const sock_fprog filter{1, &nothing};
        setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
        Endpoint here = endpoint(to.family() == AF_INET ? "0.0.0.0" : "::", from ? from + i : 0);
        if (bind(fd, here.address(), here.size) == 0 &&
            (connect(fd, to.address(), to.size) == 0 || errno == EINPROGRESS))
            ++begun;
        close(fd);
    }
    say("knocked " + std::to_string(begun));
}

// In a network namespace of its own. Reads commands; everything that happens is a line.
int server() {
    if (unshare(CLONE_NEWNET) != 0)
        return 1;
    signal(SIGPIPE, SIG_IGN);  // who is killed in the middle does not take the server along
    say("ready");
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string verb, address;
        int port = 0;
        words >> verb;
        if (verb == "run") {  // configures its namespace
            say("ran " + std::to_string(system(line.substr(4).c_str())));
        } else if (verb == "serve") {
            serveStream(7000, echo);
            serveStream(7001, echo);
            serveStream(7002, swallow);
            serveStream(7003, pour);
            serveDatagrams(7000);
            serveDatagrams(7001);
            serveDatagrams(443);
            listener(SOCK_DGRAM, 7002);  // full before long: what comes then ends there
            pourDatagrams(7003);
            say("serving");
        } else if (verb == "echo") {
            words >> port;
            serveStream(port, echo);
            say("serving");
        } else if (verb == "names") {
            serveNames();
            say("serving");
        } else if (verb == "think") {  // until it is asked for n999995
            await(thinking.begun);
            say("thinking");
        } else if (verb == "answer") {
            thinking.over = true;
            say("answered");
        } else if (verb == "call") {
            std::string from;
            words >> address >> port >> from;
            callOut(address, port, from);
        } else if (verb == "knock") {
            int count = 0, from = 0;
            words >> address >> port >> count >> from;
            knock(address, port, count, from);
        } else if (verb == "throw") {
            int size = 0;
            words >> address >> port >> size;
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
            const std::string bytes = pattern(size_t(size), 0);
            say("thrown " +
                outcome(sendto(fd, bytes.data(), bytes.size(), 0, to.address(), to.size)));
            close(fd);
        }
    }
    return 0;
}

// ---- client ----------------------------------------------------------------------------------

class Client {
  public:
    int run() {
        say("ready " + std::to_string(getpid()));
        for (std::string line; std::getline(std::cin, line);) {
            std::istringstream words(line);
            std::string verb;
            words >> verb;
            const auto command = commands_.find(verb);
            say(command == commands_.end() ? "unknown " + verb : command->second(words));
        }
        reset();
        return 0;
    }

  private:
    using Words = std::istringstream;

    // Ends its connection with a reset: the last packets of an orderly end would come during the
    // next test, and be judged by its policy.
    void reset() const {
        const linger atOnce{1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &atOnce, sizeof(atOnce));
    }

    void replace(int fd) {
        if (fd_ >= 0)
            close(fd_);
        fd_ = fd;
    }

    // Milliseconds after which a call gives up; so that "silent" can be told from "slow".
    static void limit(int fd, int milliseconds) {
        const timeval time{milliseconds / 1000, (milliseconds % 1000) * 1000};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
    }

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

    std::string open(Words& words) {  // open tcp|udp|udplite ADDRESS-OF-FAMILY [MS]
        std::string kind, address;
        int milliseconds = 30000;
        words >> kind >> address >> milliseconds;
        replace(socket(endpoint(address, 0).family(), kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM,
                       kind == "udplite" ? IPPROTO_UDPLITE : 0));
        limit(fd_, milliseconds);
        return fd_ >= 0 ? "ok" : outcome(-1);
    }

    std::string bindTo(Words& words) {  // bind ADDRESS [PORT]
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint from = endpoint(address, port);
        return outcome(bind(fd_, from.address(), from.size));
    }

    std::string connectTo(Words& words) {
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint to = endpoint(address, port);
        return outcome(connect(fd_, to.address(), to.size));
    }

    std::string sendTo(Words& words) {  // sendto ADDRESS PORT SIZE NUMBER
        std::string address;
        int port = 0, size = 0, number = 0;
        words >> address >> port >> size >> number;
        Endpoint to = endpoint(address, port);
        const std::string bytes = pattern(size_t(size), number);
        return outcome(sendto(fd_, bytes.data(), bytes.size(), 0, to.address(), to.size));
    }

    std::string sendBytes(Words& words) {
        size_t size = 0;
        words >> size;
        const std::string chunk = pattern(65536, 0);
        size_t done = 0;
        while (done < size) {
            const size_t part = std::min(size - done, chunk.size());
            const ssize_t sent = ::send(fd_, chunk.data(), part, MSG_NOSIGNAL);
            if (sent < 0)
                return outcome(sent);
            done += size_t(sent);
        }
        return "ok " + std::to_string(done);
    }

    std::string receive(Words& words) {
        size_t size = 0;
        words >> size;
        std::vector<char> buffer(65536);
        size_t done = 0;
        while (done < size) {
            const ssize_t got = recv(fd_, buffer.data(), std::min(size - done, buffer.size()), 0);
            if (got < 0)
                return outcome(got);
            if (got == 0)
                break;
            done += size_t(got);
        }
        return "ok " + std::to_string(done);
    }

    // Takes a datagram, and sends it back to where it came from.
    std::string answer(Words&) {
        char buffer[65536];
        sockaddr_in6 from{};
        socklen_t size = sizeof(from);
        auto* address = reinterpret_cast<sockaddr*>(&from);
        const ssize_t got = recvfrom(fd_, buffer, sizeof(buffer), 0, address, &size);
        return outcome(got < 0 ? got : sendto(fd_, buffer, size_t(got), 0, address, size));
    }

    // Sends these bytes, in hexadecimal: write BYTES
    std::string writeBytes(Words& words) {
        std::string hex, bytes;
        words >> hex;
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes += char(std::stoi(hex.substr(i, 2), nullptr, 16));
        return outcome(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }

    // Connects, sends these bytes, and takes as many back, COUNT times; the microseconds from
    // sending to having them: median, 99 of 100. talk ADDRESS PORT COUNT BYTES
    std::string talk(Words& words) {
        std::string address, hex, bytes;
        int port = 0, count = 0;
        words >> address >> port >> count >> hex;
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            bytes += char(std::stoi(hex.substr(i, 2), nullptr, 16));
        std::vector<long> times;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            limit(fd, 20000);
            if (connect(fd, to.address(), to.size) != 0)
                return outcome(-1);
            const auto begin = std::chrono::steady_clock::now();
            if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
                return outcome(-1);
            std::vector<char> back(bytes.size());
            if (recv(fd, back.data(), back.size(), MSG_WAITALL) != ssize_t(back.size()))
                return outcome(-1);
            times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - begin)
                                .count());
            close(fd);
        }
        std::sort(times.begin(), times.end());
        return "ok " + std::to_string(times[times.size() / 2]) + " " +
               std::to_string(times[times.size() * 99 / 100]);
    }

    // How many bytes the other side of a TCP connection has acknowledged.
    uint64_t acknowledged() const {
        tcp_info info{};
        socklen_t size = sizeof(info);
        return getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_acked
                                                                         : 0;
    }

    // Sends what the connection takes for so many ms. Of TCP it says how many bytes were
    // acknowledged meanwhile, and the longest time in which none were, in ms.
    std::string push(Words& words) {
        using Clock = std::chrono::steady_clock;
        int ms = 0;
        words >> ms;
        const std::string bytes(kDatagram, 'x');
        const auto end = Clock::now() + std::chrono::milliseconds(ms);
        const uint64_t first = acknowledged();
        uint64_t last = first;
        auto lastAt = Clock::now(), lookedAt = lastAt;
        Clock::duration silence{0};
        for (auto now = lastAt; now < end; now = Clock::now()) {
            pollfd wait{fd_, POLLOUT, 0};
            poll(&wait, 1, 10);
            if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (now - lookedAt < std::chrono::milliseconds(10))
                continue;
            lookedAt = now;
            silence = std::max(silence, now - lastAt);
            if (const uint64_t sent = acknowledged(); sent != last) {
                last = sent;
                lastAt = now;
            }
        }
        return "ok " + std::to_string(last - first) + " " +
               std::to_string(
                   std::chrono::duration_cast<std::chrono::milliseconds>(silence).count());
    }

    // Of what was received, whether it is marked as having met congestion.
    static bool isMarked(msghdr& message) {
        for (cmsghdr* head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
            if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_TOS)
                return (*CMSG_DATA(head) & kMarked) == kMarked;
        return false;
    }

    // How many bytes it receives in so many ms, counted from a second after the first, and in how
    // many datagrams that are marked.
    std::string pull(Words& words) {
        int ms = 0;
        words >> ms;
        std::vector<char> buffer(65536);
        if (recv(fd_, buffer.data(), buffer.size(), 0) <= 0)
            return outcome(-1);
        const int on = 1;
        setsockopt(fd_, IPPROTO_IP, IP_RECVTOS, &on, sizeof(on));
        const auto start = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        const auto end = start + std::chrono::milliseconds(ms);
        size_t done = 0;
        int marked = 0;
        while (std::chrono::steady_clock::now() < end) {
            pollfd wait{fd_, POLLIN, 0};
            if (poll(&wait, 1, 50) <= 0)
                continue;
            char control[64];
            iovec into{buffer.data(), buffer.size()};
            msghdr message{};
            message.msg_iov = &into;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof(control);
            const ssize_t got = recvmsg(fd_, &message, 0);
            if (got < 0)
                return outcome(got);
            if (std::chrono::steady_clock::now() < start)
                continue;
            done += size_t(got);
            marked += isMarked(message);
        }
        return "ok " + std::to_string(done) + " " + std::to_string(marked);
    }

    // pace [BYTES_A_SECOND]: sets it, and says what it is then; 4294967295: as fast as can be.
    std::string pace(Words& words) {
        uint32_t rate = 0;
        socklen_t size = sizeof(rate);
        if (words >> rate && setsockopt(fd_, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, size) != 0)
            return outcome(-1);
        if (getsockopt(fd_, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, &size) != 0)
            return outcome(-1);
        return "ok " + std::to_string(rate);
    }

    std::string listenOn(Words& words) {  // listen tcp|udp PORT
        std::string kind;
        int port = 0;
        words >> kind >> port;
        replace(listener(kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM, port));
        limit(fd_, 30000);
        return "ok";
    }

    std::string listenAt(Words& words) {  // listenat ADDRESS PORT: there only
        std::string address;
        int port = 0;
        words >> address >> port;
        Endpoint at = endpoint(address, port);
        replace(socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
        limit(fd_, 30000);
        const int on = 1;
        setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        const int bound = bind(fd_, at.address(), at.size);
        return outcome(bound == 0 ? listen(fd_, 16) : bound);
    }

    std::string listenAnywhere(Words&) {  // without bind(); says the port
        replace(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        limit(fd_, 30000);
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        if (listen(fd_, 16) != 0 ||
            getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            return outcome(-1);
        return "ok " + std::to_string(ntohs(address.sin_port));
    }

    std::string window(Words&) {  // how many segments may be under way
        tcp_info info{};
        socklen_t size = sizeof(info);
        const int got = getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size);
        return outcome(got == 0 ? ssize_t(info.tcpi_snd_cwnd) : got);
    }

    std::string retries(Words&) {  // how often a SYN is tried
        int count = 0;
        socklen_t size = sizeof(count);
        const int got = getsockopt(fd_, IPPROTO_TCP, TCP_SYNCNT, &count, &size);
        return outcome(got == 0 ? count : got);
    }

    std::string acceptOne(Words&) {
        const int peer = accept(fd_, nullptr, nullptr);
        if (peer < 0)
            return outcome(-1);
        replace(peer);
        return "ok";
    }

    // enter FOLDER: works there from now on.
    std::string enter(Words& words) {
        std::string folder;
        words >> folder;
        return outcome(chdir(folder.c_str()));
    }

    // openframes packet|xdp|old|uring: a socket past IP; the old way to ask for one, or io_uring.
    std::string openFrames(Words& words) {
        std::string kind;
        words >> kind;
        int fd = -1;
        if (kind == "uring")
            fd = uringSocket(AF_PACKET, SOCK_RAW);
        else if (kind == "old")
            fd = socket(AF_INET, SOCK_PACKET, 0);
        else
            fd = socket(kind == "xdp" ? AF_XDP : AF_PACKET, SOCK_RAW, 0);
        if (fd < 0)
            return outcome(-1);
        replace(fd);
        return "ok";
    }

    std::string close_(Words&) {
        replace(-1);
        return "ok";
    }

    // flood|brief tcp|udp ADDRESS PORT COUNT: so many new sockets, none waits. They stay open, or
    // are closed at once. Says how many calls failed.
    std::string flood(Words& words, bool stays) {
        std::string kind, address;
        int port = 0, count = 0, failed = 0;
        words >> kind >> address >> port >> count;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(
                to.family(),
                (kind == "tcp" ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            const int done = kind == "tcp" ? connect(fd, to.address(), to.size)
                                           : int(sendto(fd, "x", 1, 0, to.address(), to.size));
            if (done < 0 && errno != EINPROGRESS)
                ++failed;
            if (stays)
                flooded_.push_back(fd);
            else
                close(fd);
        }
        return "ok " + std::to_string(failed);
    }

    // wonder SERVER COUNT: asks it for so many names, and awaits no answer. Says how many calls
    // failed.
    std::string wonder(Words& words) {
        std::string server;
        int count = 0, failed = 0;
        words >> server >> count;
        Endpoint at = endpoint(server, 53);
        replace(socket(at.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
        for (int i = 0; i < count; ++i) {
            const std::string question =
                questionFor("w" + std::to_string(i) + ".test", at.family() == AF_INET ? 4 : 6, i);
            failed += sendto(fd_, question.data(), question.size(), 0, at.address(), at.size) < 0;
        }
        return "ok " + std::to_string(failed);
    }

    // abandon ADDRESS PORT COUNT: connects, takes the first of what comes and closes with the rest
    // unread, so often, in two threads. Says how many calls failed.
    std::string abandon(Words& words) {
        std::string address;
        int port = 0, count = 0;
        std::atomic<int> failed{0};
        words >> address >> port >> count;
        const auto one = [&] {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            char byte = 0;
            if (connect(fd, to.address(), to.size) != 0 || recv(fd, &byte, 1, 0) != 1)
                ++failed;
            close(fd);
        };
        std::array<std::thread, 2> threads;
        for (std::thread& thread : threads)
            thread = std::thread([&] {
                for (int i = 0; i < count; ++i)
                    one();
            });
        for (std::thread& thread : threads)
            thread.join();
        return "ok " + std::to_string(failed.load());
    }

    // shout ADDRESS PORT COUNT: connects, sends, and is gone when the answer comes, so often. Says
    // how many calls failed.
    std::string shout(Words& words) {
        std::string address;
        int port = 0, count = 0, failed = 0;
        words >> address >> port >> count;
        for (int i = 0; i < count; ++i) {
            Endpoint to = endpoint(address, port);
            const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (connect(fd, to.address(), to.size) != 0 || send(fd, "shout", 5, 0) != 5)
                ++failed;
            close(fd);
        }
        return "ok " + std::to_string(failed);
    }

    std::string closeFlood(Words&) {
        for (const int fd : flooded_)
            close(fd);
        flooded_.clear();
        return "ok";
    }

    // hammer ADDRESS PORT: without end, until hush, a datagram from a socket that stays, and a
    // datagram and a SYN from new ones. Says how many rounds there were.
    std::string hammer(Words& words) {
        std::string address;
        int port = 0;
        words >> address >> port;
        const int stays = socket(endpoint(address, port).family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
        hammering_ = true;
        hammer_ = std::thread([=, this] {
            Endpoint to = endpoint(address, port);
            for (; hammering_; ++rounds_) {
                sendto(stays, "x", 1, 0, to.address(), to.size);
                const int datagram = socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
                sendto(datagram, "x", 1, 0, to.address(), to.size);
                const int stream =
                    socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
                connect(stream, to.address(), to.size);
                close(datagram);
                close(stream);
            }
            close(stays);
        });
        return "ok";
    }

    std::string hush(Words&) {
        hammering_ = false;
        hammer_.join();
        return "ok " + std::to_string(rounds_.exchange(0));
    }

    // visit SERVER 4|6 FIRST COUNT THREADS [tcp|udp [connect|send|sendto]]: asks for
    // n<number>.good.test and n<number>.evil.test in turn, and calls each at once: by TCP, or with
    // a datagram from a socket of its own that is connected, or from one for all. Says how many of
    // the good were not reached, how many of the evil were (or did not end with an error at once),
    // how many questions stayed unanswered, the microseconds of the calls: median, 99 of 100, 999
    // of 1000, the longest, and how the last of those ended that ended wrong, 0: none did.
    std::string visit(Words& words) {
        std::string server, transport, way;
        int family = 0, first = 0, count = 0, threads = 0;
        words >> server >> family >> first >> count >> threads >> transport >> way;
        const rlimit files{65536, 65536};
        setrlimit(RLIMIT_NOFILE, &files);
        std::atomic<int> next{first}, noGood{0}, noEvil{0}, unanswered{0}, wrong{0};
        std::vector<long> times(size_t(count), 0);
        const auto work = [&] {
            Asked asked{server, transport == "tcp"};
            Datagrams datagrams(family, way == "send");
            for (int i; (i = next++) < first + count;) {
                const bool good = i % 2 == 0;
                const std::string host =
                    "n" + std::to_string(i) + (good ? ".good.test" : ".evil.test");
                Endpoint to = resolve(asked, host, family, i);
                if (to.size == 0) {
                    ++unanswered;
                    continue;
                }
                const auto begin = std::chrono::steady_clock::now();
                int why = 0;
                if (way.starts_with("send")) {
                    why = datagrams.call(to, i);
                } else {
                    const int fd = socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
                    limit(fd, 20000);
                    why = connect(fd, to.address(), to.size) == 0 ? 0 : errno;
                    close(fd);
                }
                times[size_t(i - first)] = std::chrono::duration_cast<std::chrono::microseconds>(
                                               std::chrono::steady_clock::now() - begin)
                                               .count();
                if (good ? why == 0 : why == EPERM || why == ECONNABORTED)
                    continue;
                ++(good ? noGood : noEvil);
                wrong = why == 0 ? -1 : why;
            }
            noEvil += datagrams.late();
        };
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back(work);
        for (std::thread& thread : all)
            thread.join();
        std::sort(times.begin(), times.end());
        std::string said = "ok";
        for (const long value : {long(noGood), long(noEvil), long(unanswered),
                                 times[times.size() / 2], times[times.size() * 99 / 100],
                                 times[times.size() * 999 / 1000], times.back(), long(wrong)})
            said += ' ' + std::to_string(value);
        return said;
    }

    // Sends datagrams with a number to hosts that send them back; those to hosts with an odd number
    // should not arrive.
    class Datagrams {
      public:
        Datagrams(int family, bool connected)
            : family_(family == 6 ? AF_INET6 : AF_INET), connected_(connected) {
            if (!connected_)
                fd_ = open();
        }
        Datagrams(const Datagrams&) = delete;
        ~Datagrams() { close(fd_); }

        // 0: it came back; else why not. What should not come back is not waited for: whether it
        // was sent or waits, the caller is not told.
        int call(Endpoint& to, int number) {
            const int fd = connected_ ? open() : fd_;
            const bool good = number % 2 == 0;
            int why = EPERM;
            if ((connected_ ? connect(fd, to.address(), to.size) != 0 ||
                                  send(fd, &number, sizeof(number), 0) < 0
                            : sendto(fd, &number, sizeof(number), 0, to.address(), to.size) < 0))
                why = errno;
            else if (good)
                why = await(fd, number);
            else if (connected_)
                sent_.push_back(fd);
            if (connected_ && (sent_.empty() || sent_.back() != fd))
                close(fd);
            return why;
        }
        // How many came back that should not have.
        int late() {
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            int number = 0;
            for (const int fd : sent_) {
                evil_ += recv(fd, &number, sizeof(number), MSG_DONTWAIT) > 0;
                close(fd);
            }
            sent_.clear();
            while (fd_ >= 0 && recv(fd_, &number, sizeof(number), MSG_DONTWAIT) > 0)
                evil_ += number % 2;
            return std::exchange(evil_, 0);
        }

      private:
        int open() const {
            const int fd = socket(family_, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            limit(fd, 20000);
            return fd;
        }
        int await(int fd, int number) {
            for (int got = 0; recv(fd, &got, sizeof(got), 0) > 0;) {
                if (got == number)
                    return 0;
                evil_ += got % 2;
            }
            return ETIMEDOUT;
        }

        int family_;
        bool connected_;
        int fd_ = -1;
        int evil_ = 0;
        std::vector<int> sent_;
    };

    // A names server, over UDP by a socket for each question, or over TCP by one for ten.
    struct Asked {
        std::string server;
        bool stream = false;
        int fd = -1, left = 0;

        Asked(std::string at, bool tcp) : server(std::move(at)), stream(tcp) {}
        Asked(const Asked&) = delete;
        ~Asked() { close(fd); }

        std::string ask(const std::string& question) {
            Endpoint at = endpoint(server, 53);
            if (left-- == 0) {
                close(fd);
                fd = socket(at.family(), (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
                limit(fd, 10000);
                left = stream ? 9 : 0;
                if (connect(fd, at.address(), at.size) != 0)
                    return {};
            }
            const std::string sent = stream ? withLength(question) : question;
            if (send(fd, sent.data(), sent.size(), MSG_NOSIGNAL) != ssize_t(sent.size()))
                return {};
            if (stream)
                return readMessage(fd);
            char answer[512];
            const ssize_t got = recv(fd, answer, sizeof(answer), 0);
            return {answer, size_t(got < 0 ? 0 : got)};
        }
    };

    // resolve SERVER 4|6 NAME
    std::string resolveOne(Words& words) {
        std::string server, host;
        int family = 0;
        words >> server >> family >> host;
        Asked asked{server, false};
        const Endpoint at = resolve(asked, host, family, 1);
        char text[INET6_ADDRSTRLEN] = {};
        if (at.size == 0)
            return "error 0";
        if (family == 6)
            inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&at.storage)->sin6_addr,
                      text, sizeof(text));
        else
            inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&at.storage)->sin_addr, text,
                      sizeof(text));
        return std::string("ok ") + text;
    }

    static std::string questionFor(const std::string& host, int family, int id) {
        return std::string{char(id >> 8), char(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0} + wireName(host) +
               '\0' + char(family == 6 ? 28 : 1) + std::string("\0\1", 2);
    }

    // Where the host is, port 7004; empty: nobody said within ten seconds.
    Endpoint resolve(Asked& asked, const std::string& host, int family, int id) {
        const std::string question = questionFor(host, family, id);
        const std::string answer = asked.ask(question);
        const size_t bytes = family == 6 ? 16 : 4;
        if (answer.size() < question.size() + 12 + bytes)
            return {};
        char text[INET6_ADDRSTRLEN] = {};
        inet_ntop(family == 6 ? AF_INET6 : AF_INET, answer.data() + answer.size() - bytes, text,
                  sizeof(text));
        return endpoint(text, 7004);
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

    // faults: waits up to 20 seconds until each flooded connection has ended. Says how many have,
    // and with what, 0: not all with the same.
    std::string faults(Words&) {
        int ended = 0, common = -1;
        for (const int fd : flooded_) {
            pollfd waits{fd, POLLERR | POLLHUP, 0};
            if (poll(&waits, 1, 20'000) <= 0)
                break;
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
            common = common == -1 || common == error ? error : 0;
            ++ended;
        }
        return "ok " + std::to_string(ended) + " " + std::to_string(common);
    }

    int fd_ = -1;
    std::vector<int> flooded_;
    std::thread hammer_;
    std::atomic<bool> hammering_ = false;
    std::atomic<int> rounds_ = 0;
    std::map<std::string, std::function<std::string(Words&)>> commands_{
        {"user", [this](Words& w) { return user(w); }},
        {"away", [this](Words& w) { return away(w); }},
        {"weaken", [this](Words& w) { return weaken(w); }},
        {"enter", [this](Words& w) { return enter(w); }},
        {"open", [this](Words& w) { return open(w); }},
        {"openframes", [this](Words& w) { return openFrames(w); }},
        {"bind", [this](Words& w) { return bindTo(w); }},
        {"connect", [this](Words& w) { return connectTo(w); }},
        {"sendto", [this](Words& w) { return sendTo(w); }},
        {"send", [this](Words& w) { return sendBytes(w); }},
        {"write", [this](Words& w) { return writeBytes(w); }},
        {"talk", [this](Words& w) { return talk(w); }},
        {"push", [this](Words& w) { return push(w); }},
        {"pull", [this](Words& w) { return pull(w); }},
        {"pace", [this](Words& w) { return pace(w); }},
        {"receive", [this](Words& w) { return receive(w); }},
        {"answer", [this](Words& w) { return answer(w); }},
        {"listen", [this](Words& w) { return listenOn(w); }},
        {"listenat", [this](Words& w) { return listenAt(w); }},
        {"listenanywhere", [this](Words& w) { return listenAnywhere(w); }},
        {"window", [this](Words& w) { return window(w); }},
        {"retries", [this](Words& w) { return retries(w); }},
        {"accept", [this](Words& w) { return acceptOne(w); }},
        {"close", [this](Words& w) { return close_(w); }},
        {"flood", [this](Words& w) { return flood(w, true); }},
        {"brief", [this](Words& w) { return flood(w, false); }},
        {"abandon", [this](Words& w) { return abandon(w); }},
        {"shout", [this](Words& w) { return shout(w); }},
        {"closeflood", [this](Words& w) { return closeFlood(w); }},
        {"crowd", [this](Words& w) { return crowd(w); }},
        {"faults", [this](Words& w) { return faults(w); }},
        {"hammer", [this](Words& w) { return hammer(w); }},
        {"hush", [this](Words& w) { return hush(w); }},
        {"visit", [this](Words& w) { return visit(w); }},
        {"wonder", [this](Words& w) { return wonder(w); }},
        {"resolve", [this](Words& w) { return resolveOne(w); }},
        {"become", [this](Words& w) { return become(w); }},
        {"leave", [this](Words& w) { return leave(w); }},
        {"spawn", [this](Words& w) { return spawn(w); }},
    };
};

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
        return Client().run();
    if (role == "once" && argc == 4)
        return once(argv[2], argv[3]);
    return 2;
}
