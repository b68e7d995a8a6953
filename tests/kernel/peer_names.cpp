// The server that names are asked for.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/tcp.h>
#include <sys/uio.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "peer.h"

namespace peer {

namespace {

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

struct Thinking {
    std::atomic<bool> begun = false, over = false;
} thinking;

void await(const std::atomic<bool>& flag) {
    while (!flag)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

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

void awaitThinking() {
    await(thinking.begun);
}

void endThinking() {
    thinking.over = true;
}

}  // namespace peer
