// The event ring: see ring.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/ring.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "kernel/handle.h"

namespace sallyport::kernel {

namespace {

size_t pageBytes() {
    return size_t(sysconf(_SC_PAGESIZE));
}

quint32 aligned(quint32 bytes) {
    return (bytes + 7) & ~7u;
}

}  // namespace

void Unmap::operator()(void* pages) const {
    munmap(pages, bytes);
}

api::Result<Ring::Pages> Ring::map(int fd, size_t offset, size_t bytes, int protection) {
    void* pages = mmap(nullptr, bytes, protection, MAP_SHARED, fd, off_t(offset));
    if (pages == MAP_FAILED)
        return systemError(QStringLiteral("mapping the ring"));
    return Pages(pages, Unmap{bytes});
}

api::Result<Ring> Ring::open(int map, quint32 bytes) {
    auto consumer = Ring::map(map, 0, pageBytes(), PROT_READ | PROT_WRITE);
    if (!consumer)
        return consumer.error();
    auto producer = Ring::map(map, pageBytes(), pageBytes() + bytes, PROT_READ);
    if (!producer)
        return producer.error();
    Ring ring;
    ring.bytes_ = bytes;
    ring.consumer_ = std::move(*consumer);
    ring.producer_ = std::move(*producer);
    return ring;
}

QByteArrayView Ring::at(unsigned long position, quint32 bytes) {
    const auto* records = static_cast<const char*>(producer_.get()) + pageBytes();
    const auto offset = quint32(position & (bytes_ - 1));
    const quint32 first = std::min(bytes, bytes_ - offset);
    if (first == bytes)
        return {records + offset, qsizetype(bytes)};
    pieced_.resize(aligned(bytes) / sizeof(quint64));
    auto* whole = reinterpret_cast<char*>(pieced_.data());
    std::memcpy(whole, records + offset, first);
    std::memcpy(whole + first, records, bytes - first);
    return {whole, qsizetype(bytes)};
}

// Positions only grow, and wrap as their type does. A record is a header of 8 bytes, of which the
// first four are its length and two flags, and its bytes.
bool Ring::consume(const Reader& reader) {
    auto* next = static_cast<unsigned long*>(consumer_.get());
    const auto* end = static_cast<const unsigned long*>(producer_.get());
    unsigned long position = *next;
    const unsigned long before = __atomic_load_n(end, __ATOMIC_ACQUIRE);
    while (position != before) {
        const auto* length = reinterpret_cast<const quint32*>(at(position, 4).data());
        const quint32 word = __atomic_load_n(length, __ATOMIC_ACQUIRE);
        if (word & BPF_RINGBUF_BUSY_BIT)
            break;
        const quint32 bytes = word & ~BPF_RINGBUF_DISCARD_BIT;
        if (!(word & BPF_RINGBUF_DISCARD_BIT))
            reader(at(position + BPF_RINGBUF_HDR_SZ, bytes));
        position += aligned(bytes + BPF_RINGBUF_HDR_SZ);
        __atomic_store_n(next, position, __ATOMIC_RELEASE);
    }
    return position == before;
}

}  // namespace sallyport::kernel
