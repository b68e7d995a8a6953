// What a burst left of the heap goes back to the system, and what only the start needed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace sallyport::service {

// A heap of its own for each thread, which is glibc's way, is more than the helper's threads need:
// at most one of them has much to do at a time. To be called while there is only one.
void shareHeap();

// The start goes through the symbol tables of every library and through much code that does not run
// again. Those pages of files are given up: what is needed after all comes back from the page cache
// by itself, a page fault later. To be called once all is loaded.
void giveUpStart();

// glibc keeps free memory between what is in use; malloc_trim(3) gives up its whole pages. That is
// done once, some time after something happened, and not again for a while: where nothing happens
// nobody wakes up.
class Heap : public QObject {
    Q_OBJECT
  public:
    // Of the event loop of the calling thread. Times are milliseconds.
    explicit Heap(int afterMs = 5'000, int everyMs = 60'000, QObject* parent = nullptr);

  private:
    void somethingHappened();
    void trim();

    int everyMs_;
    QTimer soon_;
    QElapsedTimer trimmed_;
};

}  // namespace sallyport::service
