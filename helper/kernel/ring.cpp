// The event ring: see ring.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/ring.h"

#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/handle.h"

namespace sallyport::kernel {

namespace {

size_t pageBytes() {
    return size_t(sysconf(_SC_PAGESIZE));
}

// Both only grow, and wrap as unsigned long does.
unsigned long positionIn(const void* page) {
    return __atomic_load_n(static_cast<const unsigned long*>(page), __ATOMIC_ACQUIRE);
}

}  // namespace

void Ring::Deleter::operator()(ring_buffer* ring) const {
    ring_buffer__free(ring);
}

void Ring::Unmap::operator()(const void* page) const {
    munmap(const_cast<void*>(page), pageBytes());
}

api::Result<Ring::Page> Ring::map(int fd, qint64 offset) {
    const void* page = mmap(nullptr, pageBytes(), PROT_READ, MAP_SHARED, fd, offset);
    if (page == MAP_FAILED)
        return systemError(QStringLiteral("mapping the ring"));
    return Page(page);
}

// libbpf 1.1 does not say how far either end is; struct bpf_ringbuf's first two mapped pages do.
api::Result<Ring> Ring::open(int map, Reader reader, void* context) {
    Ring ring;
    ring.ring_.reset(ring_buffer__new(map, reader, context, nullptr));
    if (!ring.ring_)
        return systemError(QStringLiteral("opening the ring"));
    auto consumer = Ring::map(map, 0);
    if (!consumer)
        return consumer.error();
    auto producer = Ring::map(map, qint64(pageBytes()));
    if (!producer)
        return producer.error();
    ring.consumer_ = std::move(*consumer);
    ring.producer_ = std::move(*producer);
    return ring;
}

int Ring::eventFd() const {
    return ring_buffer__epoll_fd(ring_.get());
}

bool Ring::consume() const {
    const unsigned long end = positionIn(producer_.get());
    ring_buffer__consume(ring_.get());
    return long(positionIn(consumer_.get()) - end) >= 0;
}

}  // namespace sallyport::kernel
