// The lists: kept on the disk, looked up in memory, their prefixes in the kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <functional>
#include <stop_token>

#include "api/list.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "lists/list_set.h"
#include "store/list_store.h"

namespace sallyport::engine {

// A list has a number, which the kernel's tables have for it, from its first content to its
// removal. Contents are read, written down and given to the kernel in a thread of their own, one
// after the other; all calls are made, and all answers come, in the thread that made the object.
class ListBook : public QObject {
    Q_OBJECT
  public:
    template <class T>
    using Done = std::function<void(const api::Result<T>&)>;

    // Borrows the kernel. An empty folder: lists end with the helper.
    ListBook(kernel::Kernel& kernel, const QString& folder, QObject* parent = nullptr);
    // Gives up what is not in force yet.
    ~ListBook() override;

    // Puts in force what is stored, and waits for it.
    void start();

    // Makes or replaces a list; `content` is a memfd that nobody can write to or cut short any more
    // (F_SEAL_WRITE, F_SEAL_SHRINK), so that reading it neither waits nor surprises. On failure
    // what was there before stays in force, on the disk too. Invalid: no such memfd, or a bad file.
    // Conflict: the list is being read already, or there are 64. Failed: cancelled, the disk, the
    // kernel.
    void set(const api::List& list, kernel::Fd content, Done<api::ListReport> done);
    // Ends the reading of a content. NotFound: nothing is being read.
    api::Result<void> cancel(const QString& name);
    void remove(const QString& name, Done<void> done);

    // By name.
    QList<api::List> lists() const { return lists_.values(); }
    // As policy::Numbering has it.
    policy::PatternNumber numberOf(const QString& name) const { return numbers_.value(name); }
    // What is in force; never nullptr.
    const std::shared_ptr<const lists::Snapshot>& current() const { return current_; }
    // The first hundred of the content in force. NotFound: no such list.
    api::Result<QList<api::BadLine>> badLines(const QString& name) const;
    // The entries that speak of an address, or else of a name.
    QList<api::ListFinding> find(const QString& nameOrAddress) const;
    // English; empty: all is well.
    QString problem() const;

  signals:
    // Other lists are in force. Whoever has the numbers in a table makes it anew.
    void changed();
    void progress(const QString& name, qint64 bytesDone, qint64 bytesOfAll);

  private:
    struct Content {
        std::shared_ptr<const lists::Snapshot> lists;
        lists::Report report;
    };

    policy::PatternNumber freeNumber() const;
    // In the thread of its own.
    api::Result<Content> take(const store::StoredList& stored, int descriptor,
                              const lists::Control& control);
    api::Result<void> exchange(lists::ListNumber number, std::shared_ptr<const lists::List> list,
                               const std::function<bool()>& keep);
    api::Result<void> tellKernel() const;
    lists::Control controlOf(const QString& name, std::stop_token stop);

    void taken(const store::StoredList& stored, const api::Result<Content>& content,
               const Done<api::ListReport>& done);

    kernel::Kernel& kernel_;
    const store::ListStore store_;
    const bool stores_;
    lists::ListSet set_;  // one exchange ahead of current_ at most
    std::shared_ptr<const lists::Snapshot> current_;
    QMap<QString, api::List> lists_;
    QHash<QString, QList<api::BadLine>> badLines_;
    QHash<QString, policy::PatternNumber> numbers_;
    QSet<policy::PatternNumber> leaving_;  // of lists that are being taken away
    QHash<QString, std::stop_source> reading_;
    QStringList unreadable_;
    QString kernelProblem_;
    QThreadPool pool_;
};

}  // namespace sallyport::engine
