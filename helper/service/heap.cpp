// What a burst left of the heap, and the start of files: see heap.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/heap.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QAbstractEventDispatcher>
#include <cstdint>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sallyport::service {
namespace {

// Nobody can have written to a segment that was never writable: its pages are the file's.
int giveUpSegments(dl_phdr_info* object, std::size_t, void* pageBytes) {
    const std::uintptr_t page = *static_cast<const std::uintptr_t*>(pageBytes);
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W))
            continue;
        const std::uintptr_t from = object->dlpi_addr + segment.p_vaddr;
        const std::uintptr_t first = (from + page - 1) / page * page;
        const std::uintptr_t end = (from + segment.p_filesz) / page * page;
        if (first < end)  // a failure costs memory, no more
            (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void giveUpStart() {
    auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    dl_iterate_phdr(giveUpSegments, &page);
}

void shareHeap() {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
#endif
}

Heap::Heap(int afterMs, int everyMs, QObject* parent) : QObject(parent), everyMs_(everyMs) {
    soon_.setSingleShot(true);
    soon_.setInterval(afterMs);
    connect(&soon_, &QTimer::timeout, this, &Heap::trim);
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this,
            &Heap::somethingHappened);
}

void Heap::somethingHappened() {
    if (!soon_.isActive() && (!trimmed_.isValid() || trimmed_.hasExpired(everyMs_)))
        soon_.start();
}

void Heap::trim() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    trimmed_.start();
}

}  // namespace sallyport::service
