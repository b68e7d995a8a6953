// What a burst left of the heap: see heap.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/heap.h"

#include <QAbstractEventDispatcher>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sallyport::service {

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
