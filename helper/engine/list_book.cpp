// The lists: kept on the disk, looked up in memory, their prefixes in the kernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/list_book.h"

#include <fcntl.h>

#include <QDateTime>
#include <QFile>
#include <QSaveFile>
#include <chrono>

#include "engine/pattern_index.h"

namespace sallyport::engine {
namespace {

using api::ErrorCode;
using api::failure;
using lists::ListNumber;

constexpr std::chrono::milliseconds kProgressEvery{100};
constexpr lists::ListBits kAll{~quint64{0}};

QString toWord(lists::Format format) {
    switch (format) {
        case lists::Format::Hosts:
            return QStringLiteral("hosts");
        case lists::Format::Adblock:
            return QStringLiteral("adblock");
        case lists::Format::Addresses:
            return QStringLiteral("addresses");
        case lists::Format::Names:
            break;
    }
    return QStringLiteral("names");
}

bool isSealed(int descriptor) {
    const int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & F_SEAL_WRITE) && (seals & F_SEAL_SHRINK);
}

void setCounts(api::List& list, const lists::List& content, const lists::Report& report) {
    list.names = content.names();
    list.prefixes = content.prefixes().size();
    list.badLines = static_cast<quint64>(report.badLines);
    list.problem.clear();
}

QList<api::BadLine> badLinesOf(const lists::Report& report) {
    QList<api::BadLine> lines;
    for (const lists::BadLine& bad : report.firstBad)
        lines.append({bad.number, bad.reason});
    return lines;
}

bool hasPrefixes(const lists::List* list) {
    return list && !list->prefixes().empty();
}

}  // namespace

ListBook::ListBook(kernel::Kernel& kernel, const QString& folder, QObject* parent)
    : QObject(parent),
      kernel_(kernel),
      store_(folder),
      stores_(!folder.isEmpty()),
      current_(set_.current()) {
    pool_.setMaxThreadCount(1);  // in the order in which it is asked for
    pool_.setObjectName(QStringLiteral("lists"));
}

ListBook::~ListBook() {
    for (std::stop_source& stop : reading_)
        stop.request_stop();
    pool_.clear();
    pool_.waitForDone();
}

void ListBook::start() {
    for (const store::StoredList& stored :
         stores_ ? store_.all(unreadable_) : QList<store::StoredList>()) {
        api::List list = stored.list;
        numbers_.insert(list.name, stored.number + 1);
        const auto file = store_.content(list.name);
        auto parsed = file ? lists::parseFile(file->handle())
                           : failure(ErrorCode::NotFound, QStringLiteral("its content is gone"));
        if (parsed) {
            const lists::Report report = parsed->report;
            if (const auto built = lists::List::build(std::move(*parsed))) {
                setCounts(list, **built, report);
                badLines_.insert(list.name, badLinesOf(report));
                (void)set_.replace(stored.number, *built);
            }
        } else {
            list.problem = parsed.error().text;
        }
        lists_.insert(list.name, list);
    }
    if (const auto told = tellKernel(); !told)
        kernelProblem_ = told.error().text;
    current_ = set_.current();
}

policy::PatternNumber ListBook::freeNumber() const {
    for (policy::PatternNumber number = 1; number <= lists::kMostLists; ++number) {
        const bool taken =
            std::any_of(numbers_.begin(), numbers_.end(),
                        [number](policy::PatternNumber other) { return other == number; });
        if (!taken && !leaving_.contains(number))
            return number;
    }
    return 0;
}

void ListBook::set(const api::List& list, kernel::Fd content, Done<api::ListReport> done) {
    if (const auto fine = validate(list); !fine)
        return done(fine.error());
    if (!isSealed(content.get()))
        return done(failure(ErrorCode::Invalid,
                            QStringLiteral("the content must be a memfd that is sealed against "
                                           "writing and shrinking")));
    if (reading_.contains(list.name))
        return done(
            failure(ErrorCode::Conflict, QStringLiteral("list %1 is being read").arg(list.name)));
    policy::PatternNumber number = numberOf(list.name);
    if (!number)
        number = freeNumber();
    if (!number)
        return done(failure(
            ErrorCode::Conflict,
            QStringLiteral("there are %1 lists, and no room for more").arg(lists::kMostLists)));
    numbers_.insert(list.name, number);
    const std::stop_source stop;
    reading_.insert(list.name, stop);
    const store::StoredList stored{list, number - 1};
    const lists::Control control = controlOf(list.name, stop.get_token());
    auto shared = std::make_shared<kernel::Fd>(std::move(content));
    pool_.start([this, stored, control, shared, done = std::move(done)] {
        auto taking = std::make_shared<api::Result<Content>>(take(stored, shared->get(), control));
        QMetaObject::invokeMethod(
            this, [this, stored, taking, done] { taken(stored, *taking, done); },
            Qt::QueuedConnection);
    });
}

lists::Control ListBook::controlOf(const QString& name, std::stop_token stop) {
    using Clock = std::chrono::steady_clock;
    lists::Control control;
    control.stop = std::move(stop);
    control.progress = [this, name, last = Clock::time_point()](qint64 done, qint64 all) mutable {
        const Clock::time_point now = Clock::now();
        if (now - last < kProgressEvery)
            return;
        last = now;
        QMetaObject::invokeMethod(
            this, [this, name, done, all] { emit progress(name, done, all); },
            Qt::QueuedConnection);
    };
    return control;
}

api::Result<ListBook::Content> ListBook::take(const store::StoredList& stored, int descriptor,
                                              const lists::Control& control) {
    auto parsed = lists::parseFile(descriptor, {}, control);
    if (!parsed)
        return parsed.error();
    const lists::Report report = parsed->report;
    auto built = lists::List::build(std::move(*parsed), control.stop);
    if (!built)
        return built.error();
    std::unique_ptr<QSaveFile> file;
    if (stores_) {
        auto written = store_.writeContent(stored.list.name, descriptor);
        if (!written)
            return written.error();
        file = std::move(*written);
    }
    if (control.stop.stop_requested())
        return lists::stopped();
    const auto keep = [&] {
        return !file || (file->commit() && store_.writeDescription(stored).has_value());
    };
    if (const auto exchanged = exchange(stored.number, std::move(*built), keep); !exchanged)
        return exchanged.error();
    return Content{set_.current(), report};
}

// Both the kernel and `keep` must take it, else all is as before.
api::Result<void> ListBook::exchange(ListNumber number, std::shared_ptr<const lists::List> list,
                                     const std::function<bool()>& keep) {
    const bool prefixes = hasPrefixes(list.get()) || hasPrefixes(set_.current()->list(number));
    auto old = set_.replace(number, std::move(list));
    api::Result<void> done = prefixes ? tellKernel() : api::Result<void>();
    if (done && !keep())
        done = failure(ErrorCode::Failed, QStringLiteral("the list's content cannot be written"));
    if (done)
        return {};
    (void)set_.replace(number, std::move(old));
    if (prefixes) {
        if (const auto back = tellKernel(); !back)
            done = failure(ErrorCode::Failed, done.error().text +
                                                  QStringLiteral("; and the way back is barred: ") +
                                                  back.error().text);
    }
    return done;
}

api::Result<void> ListBook::tellKernel() const {
    std::vector<lists::MarkedPrefix> all = set_.current()->prefixes(kAll);
    std::vector<kernel::ListedPrefix> listed;
    listed.reserve(all.size());
    for (const lists::MarkedPrefix& marked : all) {
        listed.push_back({marked.prefix.address, static_cast<quint8>(marked.prefix.mappedBits()),
                          policy::listsToKernel(numbersOf(marked.lists))});
    }
    all = {};  // before the kernel's side needs room
    return kernel_.setListed(listed);
}

void ListBook::taken(const store::StoredList& stored, const api::Result<Content>& content,
                     const Done<api::ListReport>& done) {
    const QString& name = stored.list.name;
    reading_.remove(name);
    if (!content) {
        if (!lists_.contains(name))
            numbers_.remove(name);
        return done(content.error());
    }
    api::List list = stored.list;
    list.updatedMs = QDateTime::currentMSecsSinceEpoch();
    setCounts(list, *content->lists->list(stored.number), content->report);
    lists_.insert(name, list);
    badLines_.insert(name, badLinesOf(content->report));
    current_ = content->lists;
    emit changed();
    done(api::ListReport{list, toWord(content->report.format), badLines_.value(name)});
}

api::Result<void> ListBook::cancel(const QString& name) {
    const auto reading = reading_.find(name);
    if (reading == reading_.end())
        return failure(ErrorCode::NotFound, QStringLiteral("list %1 is not being read").arg(name));
    reading->request_stop();
    return {};
}

// No table has its number when the kernel's prefixes lose it.
void ListBook::remove(const QString& name, Done<void> done) {
    if (!lists_.contains(name))
        return done(failure(ErrorCode::NotFound, QStringLiteral("there is no list ") + name));
    if (reading_.contains(name))
        return done(
            failure(ErrorCode::Conflict, QStringLiteral("list %1 is being read").arg(name)));
    const policy::PatternNumber number = numbers_.take(name);
    leaving_.insert(number);
    lists_.remove(name);
    badLines_.remove(name);
    emit changed();
    pool_.start([this, name, number, done = std::move(done)] {
        const auto gone = exchange(number - 1, nullptr, [&] {
            if (stores_)
                store_.remove(name);
            return true;
        });
        QMetaObject::invokeMethod(
            this,
            [this, number, gone, lists = set_.current(), done] {
                current_ = lists;
                if (gone)
                    leaving_.remove(number);
                else
                    kernelProblem_ = gone.error().text;
                emit changed();
                done(gone);
            },
            Qt::QueuedConnection);
    });
}

api::Result<QList<api::BadLine>> ListBook::badLines(const QString& name) const {
    if (!lists_.contains(name))
        return failure(ErrorCode::NotFound, QStringLiteral("there is no list ") + name);
    return badLines_.value(name);
}

QList<api::ListFinding> ListBook::find(const QString& nameOrAddress) const {
    const auto address = api::Address::parse(nameOrAddress);
    const std::vector<lists::Finding> found =
        address ? current_->findings(*address) : current_->findings(nameOrAddress);
    QList<api::ListFinding> findings;
    for (const lists::Finding& one : found) {
        const QString list = numbers_.key(one.list + 1);
        if (!list.isEmpty())
            findings.append({list, one.line, one.entry, one.exception});
    }
    return findings;
}

QString ListBook::problem() const {
    QStringList problems = unreadable_;
    for (const api::List& list : lists_) {
        if (!list.problem.isEmpty())
            problems += QStringLiteral("list %1: %2").arg(list.name, list.problem);
    }
    if (!kernelProblem_.isEmpty())
        problems += kernelProblem_;
    return problems.join(QStringLiteral("; "));
}

}  // namespace sallyport::engine
