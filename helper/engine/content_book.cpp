// One thread that reads executables.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/content_book.h"

#include "process/content.h"

namespace sallyport::engine {

ContentBook::ContentBook(QObject* parent) : QObject(parent) {
    pool_.setMaxThreadCount(1);
}

ContentBook::~ContentBook() {
    stop_ = true;
    pool_.clear();
    pool_.waitForDone();
}

void ContentBook::read(const QString& path, const kernel::FileKey& file) {
    if (reading_.contains(file))
        return;
    reading_.insert(file);
    pool_.start([this, path, file] {
        const QString sha256 = process::contentOf(path, file, stop_);
        QMetaObject::invokeMethod(
            this, [this, path, file, sha256] { keep(file, path, sha256); }, Qt::QueuedConnection);
    });
}

void ContentBook::keep(const kernel::FileKey& file, const QString& path, const QString& sha256) {
    reading_.remove(file);
    if (sha256 != QString::fromUtf16(process::kUnknownContent)) {
        if (known_.size() >= kMostKnown)
            known_.clear();
        known_.insert(file, sha256);
    }
    emit told(file, path, sha256);
}

}  // namespace sallyport::engine
