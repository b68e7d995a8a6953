// io_uring, by its system calls (io_uring(7)): one request at a time.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "program.h"

namespace leak {

namespace {

class Ring {
  public:
    // `polled`: a thread of the kernel's takes the requests.
    explicit Ring(bool polled) {
        io_uring_params parameters{};
        parameters.flags = polled ? IORING_SETUP_SQPOLL : 0;
        parameters.sq_thread_idle = 2000;
        fd_ = int(syscall(SYS_io_uring_setup, 4, &parameters));
        if (fd_ < 0 && (errno == ENOSYS || errno == EPERM))
            cannot("io_uring is switched off");
        must(fd_ >= 0, "io_uring_setup");
        polled_ = polled;
        const io_sqring_offsets& sq = parameters.sq_off;
        const io_cqring_offsets& cq = parameters.cq_off;
        char* sqRing = map(sq.array + parameters.sq_entries * 4, IORING_OFF_SQ_RING);
        char* cqRing =
            map(cq.cqes + parameters.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
        requests_ = reinterpret_cast<io_uring_sqe*>(
            map(parameters.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
        array_ = reinterpret_cast<uint32_t*>(sqRing + sq.array);
        sqTail_ = reinterpret_cast<uint32_t*>(sqRing + sq.tail);
        cqHead_ = reinterpret_cast<uint32_t*>(cqRing + cq.head);
        cqTail_ = reinterpret_cast<uint32_t*>(cqRing + cq.tail);
        done_ = reinterpret_cast<io_uring_cqe*>(cqRing + cq.cqes);
        mask_ = parameters.sq_entries - 1;
        doneMask_ = parameters.cq_entries - 1;
    }

    // Does one request. Negative: errno. A time limit ends what takes too long.
    int run(io_uring_sqe request, int ms) {
        __kernel_timespec limit{ms / 1000, ms % 1000 * 1000000ll};
        request.flags |= IOSQE_IO_LINK;
        request.user_data = 1;
        io_uring_sqe timeout{};
        timeout.opcode = IORING_OP_LINK_TIMEOUT;
        timeout.addr = reinterpret_cast<uint64_t>(&limit);
        timeout.len = 1;
        timeout.user_data = 2;
        put(request);
        put(timeout);
        enter(2, 2);
        int result = -EIO;
        for (unsigned seen = 0; seen < 2; enter(0, 1)) {
            while (__atomic_load_n(cqTail_, __ATOMIC_ACQUIRE) != *cqHead_) {
                const io_uring_cqe& one = done_[*cqHead_ & doneMask_];
                if (one.user_data == 1 && !(one.flags & IORING_CQE_F_NOTIF))
                    result = one.res;
                if (!(one.flags & IORING_CQE_F_NOTIF))
                    ++seen;
                __atomic_store_n(cqHead_, *cqHead_ + 1, __ATOMIC_RELEASE);
            }
            if (seen >= 2)
                break;
        }
        return result;
    }

  private:
    char* map(size_t bytes, off_t offset) const {
        void* at =
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, offset);
        must(at != MAP_FAILED, "mmap");
        return static_cast<char*>(at);
    }

    void put(const io_uring_sqe& request) {
        const uint32_t tail = *sqTail_;
        requests_[tail & mask_] = request;
        array_[tail & mask_] = tail & mask_;
        __atomic_store_n(sqTail_, tail + 1, __ATOMIC_RELEASE);
    }

    void enter(unsigned submit, unsigned wait) const {
        const unsigned flags = IORING_ENTER_GETEVENTS | (polled_ ? IORING_ENTER_SQ_WAKEUP : 0u);
        syscall(SYS_io_uring_enter, fd_, submit, wait, flags, nullptr, 0);
    }

    int fd_ = -1;
    bool polled_ = false;
    io_uring_sqe* requests_ = nullptr;
    io_uring_cqe* done_ = nullptr;
    uint32_t *array_ = nullptr, *sqTail_ = nullptr, *cqHead_ = nullptr, *cqTail_ = nullptr;
    uint32_t mask_ = 0, doneMask_ = 0;
};

// uring plain|async|polled connect|sendmsg|zerocopy
int uring(const Words& words) {
    const bool stream = words.at(1) == "connect";
    const Endpoint to = endpoint("4");
    const int fd = open(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM);
    const int patience = std::stoi(variable("LEAK_PATIENCE"));
    Ring ring(words.at(0) == "polled");
    io_uring_sqe request{};
    request.fd = fd;
    request.flags = words[0] == "async" ? IOSQE_ASYNC : 0;
    if (stream) {
        request.opcode = IORING_OP_CONNECT;
        request.addr = reinterpret_cast<uint64_t>(to.address());
        request.off = to.size;
        if (ring.run(request, patience) != 0)
            return 0;
        request.off = 0;
        request.opcode = IORING_OP_SEND;
        request.addr = reinterpret_cast<uint64_t>("leak");
        request.len = 4;
        ring.run(request, patience);
        return 0;
    }
    char data[] = "leak";
    iovec part{data, 4};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(to.address());
    message.msg_namelen = to.size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (words[1] == "sendmsg") {
        request.opcode = IORING_OP_SENDMSG;
        request.addr = reinterpret_cast<uint64_t>(&message);
        request.len = 1;
    } else {
        request.opcode = IORING_OP_SEND_ZC;
        request.addr = reinterpret_cast<uint64_t>(data);
        request.len = 4;
        request.addr2 = reinterpret_cast<uint64_t>(to.address());
        request.addr_len = uint16_t(to.size);
    }
    if (ring.run(request, patience) == -EINVAL)
        cannot("this io_uring does not know the request");
    return 0;
}

}  // namespace

const std::map<std::string, Case>& uringCases() {
    static const std::map<std::string, Case> all = {{"uring", uring}};
    return all;
}

}  // namespace leak
