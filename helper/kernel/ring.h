// The event ring, from the reader's end (kernel/bpf/ringbuf.c).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <memory>

#include "api/result.h"

struct ring_buffer;

namespace sallyport::kernel {

class Ring {
  public:
    // Returns 0; the record is only there meanwhile.
    using Reader = int (*)(void* context, void* record, size_t bytes);

    // Of the map's file descriptor, which is borrowed.
    static api::Result<Ring> open(int map, Reader reader, void* context);
    Ring() = default;

    // Readable when records wait that somebody should look at soon.
    int eventFd() const;
    // Hands out the records in their order. True: all that had their place before the call. A
    // record that is still being written has one, and stays, with all that follow it.
    bool consume() const;

  private:
    struct Deleter {
        void operator()(ring_buffer* ring) const;
    };
    struct Unmap {
        void operator()(const void* page) const;
    };
    using Page = std::unique_ptr<const void, Unmap>;
    static api::Result<Page> map(int fd, qint64 offset);

    std::unique_ptr<ring_buffer, Deleter> ring_;
    Page consumer_, producer_;  // each begins with its position, in bytes from the ring's start
};

}  // namespace sallyport::kernel
