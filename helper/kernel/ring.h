// The event ring, from the reader's end.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QtGlobal>
#include <functional>
#include <memory>
#include <vector>

#include "api/result.h"

namespace sallyport::kernel {

struct Unmap {
    size_t bytes = 0;
    void operator()(void* pages) const;
};

// As kernel/bpf/ringbuf.c has it. libbpf's reader maps the records twice, one behind the other, so
// that each lies in one piece; that counts twice in what the helper takes of memory. Here the one
// that goes over the end is put together.
class Ring {
  public:
    // The bytes are there only meanwhile; they begin at a multiple of 8.
    using Reader = std::function<void(QByteArrayView record)>;

    // Of a map of this many bytes. Its file descriptor is needed no longer.
    static api::Result<Ring> open(int map, quint32 bytes);
    Ring() = default;

    // Hands out the records in their order, but none that came by its place during the call: who
    // writes faster than they are read must not keep the reader. True: all of them. One that is
    // still being written has its place, and stays, with all that follow it.
    bool consume(const Reader& reader);

  private:
    using Pages = std::unique_ptr<void, Unmap>;
    static api::Result<Pages> map(int fd, size_t offset, size_t bytes, int protection);

    QByteArrayView at(unsigned long position, quint32 bytes);

    quint32 bytes_ = 0;
    Pages consumer_;               // begins with the position of the record that is read next
    Pages producer_;               // and this with that of the next one's place; the records follow
    std::vector<quint64> pieced_;  // the record that goes over the end
};

}  // namespace sallyport::kernel
