// Threads that read executables.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/content_book.h"

#include "process/content.h"

namespace sallyport::engine {

ContentBook::ContentBook(QObject* parent) : QObject(parent) {
    pool_.setMaxThreadCount(kThreads);
}

ContentBook::~ContentBook() {
    stop_ = true;
    pool_.clear();
    pool_.waitForDone();
}

void ContentBook::read(const QString& path, const kernel::FileKey& file, quint32 user) {
    if (reading_.contains(file) || wanted_.value(file).contains(user))
        return;
    wanted_[file].insert(user);
    waiting_[user].enqueue({path, file});
    if (!turns_.contains(user))
        turns_.append(user);
    startNext();
}

// What was read for another user meanwhile is passed over.
std::optional<ContentBook::Job> ContentBook::next(quint32 user) {
    QQueue<Job>& jobs = waiting_[user];
    while (!jobs.isEmpty()) {
        Job job = jobs.dequeue();
        if (!reading_.contains(job.file) && wanted_.value(job.file).contains(user))
            return job;
    }
    return std::nullopt;
}

void ContentBook::startNext() {
    for (qsizetype at = 0; at < turns_.size() && reading_.size() < kThreads;) {
        const quint32 user = turns_.at(at);
        if (served_.contains(user)) {
            ++at;
            continue;
        }
        turns_.removeAt(at);
        const auto job = next(user);
        if (waiting_.value(user).isEmpty())
            waiting_.remove(user);
        else
            turns_.append(user);
        if (job)
            start(*job, user);
    }
}

void ContentBook::start(const Job& job, quint32 user) {
    served_.insert(user);
    reading_.insert(job.file);
    wanted_.remove(job.file);
    pool_.start([this, job, user] {
        const QString sha256 = process::contentOf(job.path, job.file, stop_);
        QMetaObject::invokeMethod(
            this,
            [this, job, user, sha256] {
                served_.remove(user);
                keep(job.file, job.path, sha256);
                startNext();
            },
            Qt::QueuedConnection);
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
