// Finding rows of the history. A term of the filter becomes the set of numbers (programs, remotes,
// ports, states) that fit it, and each number is a stream of row ids in its index, newest first.
// The streams of a term are merged; the terms are intersected by leaping: the one that stands at
// the newest row is moved to where the oldest one stands, until all agree. What fits so many
// remotes that a list of them would be long is met soon by reading the rows one after the other, so
// there the rows are read and judged. SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_search.h"

#include <QElapsedTimer>
#include <algorithm>
#include <optional>
#include <vector>

#include "store/history_streams.h"

namespace sallyport::store {

using api::Connection;
using api::ConnectionState;
using api::HistoryPage;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNewest = kNewestRow;
constexpr int kStates = 5;
constexpr qsizetype kMostHosts = 1000;  // each is a look into an index, 4 us
constexpr int kMostPorts = 64;
constexpr qsizetype kTextsKept = 16;

template <class E>
E enumOf(qint64 value, E last, E other) {
    return value >= 0 && value <= static_cast<qint64>(last) ? static_cast<E>(value) : other;
}

constexpr const char* kRow =
    "SELECT id, ended, lasted, program, serial, pid, uid, direction, protocol, remote, port, "
    "other_port, local, state, reason, rule, sent, received, held FROM history "
    "WHERE id<=? AND id>=? ORDER BY id DESC";
// Places in it.
enum Column {
    Id,
    Ended,
    Lasted,
    Program,
    Serial,
    Pid,
    Uid,
    Way,
    Protocol,
    Remote,
    Port,
    OtherPort,
    Local,
    State,
    Reason,
    Rule,
    Sent,
    Received,
    Held
};

// A term with its texts looked up.
struct Term {
    const api::HistoryTerm* said = nullptr;
    QSet<qint64> programs;
    HistoryTexts::Found hosts;
    QList<QByteArray> parts;     // of a host's texts, lower case
    QHash<qint64, bool> judged;  // hosts that are not listed in `hosts`
};

bool contains(std::string_view text, const QByteArray& part) {
    return text.find({part.constData(), size_t(part.size())}) != std::string_view::npos;
}

bool hostFits(const Statement& row, const QList<QByteArray>& parts) {
    return std::any_of(parts.cbegin(), parts.cend(), [&](const QByteArray& part) {
        return contains(row.utf8(1), part) || contains(row.utf8(2), part);
    });
}

class Search {
  public:
    Search(Database& database, HistoryTexts& texts, const api::HistoryFilter& filter, int budgetMs)
        : database_(database), texts_(texts), filter_(filter), budgetMs_(budgetMs) {
        time_.start();
    }
    Result<HistoryPage> run();

  private:
    Result<void> readPrograms();
    Result<void> prepare();
    Result<void> lookUpHosts(Term& term);
    Result<void> limitTime();
    void addStreams(const Term& term);
    Result<qint64> leap(qint64 from);
    Result<void> collect();
    Result<bool> fits(const Statement& row);
    Result<bool> termFits(Term& term, const Statement& row);
    Result<bool> hostOf(Term& term, qint64 host);
    Result<void> take(const Statement& row);

    Database& database_;
    HistoryTexts& texts_;
    const api::HistoryFilter& filter_;
    const int budgetMs_;
    QElapsedTimer time_;
    std::optional<Streams> streams_;
    std::optional<Statement> host_;
    std::optional<Statement> local_;
    QHash<qint64, api::AppIdentity> programs_;
    QSet<qint64> mentioned_;
    std::array<bool, kStates> states_{true, true, true, true, true};
    std::vector<Term> terms_;
    std::vector<Merged> merged_;
    qint64 oldest_ = 1;
    qint64 newest_ = kNewest;
    HistoryPage page_;
};

Result<void> Search::readPrograms() {
    Result<Statement> rows = database_.prepare("SELECT id, kind, path, script FROM programs");
    if (!rows)
        return rows.error();
    for (;;) {
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        programs_.insert(
            rows->number(0),
            {api::appKindFromWord(rows->text(1)).value_or(api::AppIdentity::Kind::Unknown),
             rows->text(2), rows->text(3)});
    }
}

Result<void> Search::lookUpHosts(Term& term) {
    QStringList key = term.said->remotes;
    key.sort();
    if (texts_.known.size() >= kTextsKept && !texts_.known.contains(key))
        texts_.known.clear();
    HistoryTexts::Found& found = texts_.known[key];
    Result<Statement> rows =
        database_.prepare("SELECT id, address, name FROM hosts WHERE id>? ORDER BY id DESC");
    if (!rows)
        return rows.error();
    rows->bind(found.upTo);
    qint64 newest = found.upTo;
    while (found.complete) {
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        newest = std::max(newest, rows->number(0));
        if (!hostFits(*rows, term.parts))
            continue;
        found.hosts.insert(rows->number(0));
        found.complete = found.hosts.size() <= kMostHosts;
    }
    found.upTo = newest;
    term.hosts = found;
    return {};
}

// Streams stand for the whole term, or there are none and the rows are judged.
void Search::addStreams(const Term& term) {
    const api::HistoryTerm& said = *term.said;
    Merged merged;
    if (!term.hosts.complete || said.states.contains(ConnectionState::Allowed))
        return;
    const auto withStates = [&](Index index, qint64 value) {
        for (int state = 0; state < kStates; ++state) {
            if (states_[size_t(state)])
                merged.add({index, value, state});
        }
    };
    for (const qint64 program : term.programs)
        withStates(Index::Program, program);
    for (const qint64 host : term.hosts.hosts)
        merged.add({Index::Remote, host, 0});
    for (const api::PortRange& range : said.ports) {
        if (range.width() > kMostPorts)
            return;
        for (int port = range.first; port <= range.last; ++port)
            withStates(Index::Port, port);
    }
    for (const ConnectionState state : said.states)
        merged.add({Index::State, static_cast<qint64>(state), 0});
    merged_.push_back(std::move(merged));
}

Result<void> Search::limitTime() {
    Result<Statement> span = database_.prepare(
        "SELECT ifnull((SELECT min(first) FROM spans WHERE newest>=?1), 0), "
        "ifnull((SELECT min(first) FROM spans WHERE first>(SELECT max(first) FROM spans WHERE "
        "oldest<?2)), 0), ifnull((SELECT max(first) FROM spans WHERE oldest<?2), 0)");
    if (!span)
        return span.error();
    span->bind(filter_.sinceMs, filter_.untilMs > 0 ? filter_.untilMs : kNewest);
    if (const Result<bool> row = span->step(); !row)
        return row.error();
    oldest_ = span->number(0) ? span->number(0) : kNewest;
    if (span->number(2) == 0)
        newest_ = 0;
    else if (span->number(1) > 0)
        newest_ = span->number(1) - 1;
    if (filter_.before)
        newest_ = std::min(newest_, static_cast<qint64>(filter_.before) - 1);
    return {};
}

Result<void> Search::prepare() {
    if (Result<void> read = readPrograms(); !read)
        return read;
    Result<Streams> streams = Streams::prepare(database_);
    Result<Statement> host = database_.prepare("SELECT id, address, name FROM hosts WHERE id=?");
    Result<Statement> local = database_.prepare("SELECT address FROM locals WHERE id=?");
    if (!streams)
        return streams.error();
    if (!host || !local)
        return host ? local.error() : host.error();
    streams_ = std::move(*streams);
    host_ = std::move(*host);
    local_ = std::move(*local);
    for (const api::HistoryTerm& said : filter_.terms) {
        const bool onlyStates =
            said.programs.isEmpty() && said.remotes.isEmpty() && said.ports.isEmpty();
        for (int state = 0; onlyStates && state < kStates; ++state) {
            if (!said.states.contains(static_cast<ConnectionState>(state)))
                states_[size_t(state)] = false;
        }
    }
    for (const api::HistoryTerm& said : filter_.terms) {
        Term term;
        term.said = &said;
        for (auto it = programs_.cbegin(); it != programs_.cend(); ++it) {
            const auto in = [&](const QString& part) {
                return it->path.contains(part, Qt::CaseInsensitive) ||
                       it->script.contains(part, Qt::CaseInsensitive);
            };
            if (std::any_of(said.programs.cbegin(), said.programs.cend(), in))
                term.programs.insert(it.key());
        }
        for (const QString& part : said.remotes)
            term.parts += part.toLower().toUtf8();
        if (!term.parts.isEmpty()) {
            if (Result<void> found = lookUpHosts(term); !found)
                return found;
        }
        addStreams(term);
        terms_.push_back(std::move(term));
    }
    return limitTime();
}

// The newest row from there on that every merged stream has; 0: none.
Result<qint64> Search::leap(qint64 from) {
    for (;;) {
        qint64 at = from;
        for (Merged& merged : merged_) {
            const Result<qint64> next = merged.atMost(*streams_, at);
            if (!next || *next == 0)
                return next;
            at = *next;
        }
        if (at == from || merged_.size() == 1)
            return at;
        if (time_.elapsed() > budgetMs_)
            return at;
        from = at;
    }
}

Result<bool> Search::hostOf(Term& term, qint64 host) {
    if (term.hosts.hosts.contains(host))
        return true;
    if (term.hosts.complete)
        return false;
    if (const auto known = term.judged.constFind(host); known != term.judged.constEnd())
        return *known;
    host_->bind(host);
    const Result<bool> row = host_->step();
    if (!row)
        return row;
    const bool fits = *row && hostFits(*host_, term.parts);
    term.judged.insert(host, fits);
    return fits;
}

Result<bool> Search::termFits(Term& term, const Statement& row) {
    if (term.said->states.contains(
            enumOf(row.number(State), ConnectionState::Audited, ConnectionState::Held)) ||
        term.programs.contains(row.number(Program)))
        return true;
    const auto port = static_cast<quint16>(row.number(Port));
    for (const api::PortRange& range : term.said->ports) {
        if (range.contains(port))
            return true;
    }
    return term.parts.isEmpty() ? Result<bool>(false) : hostOf(term, row.number(Remote));
}

Result<bool> Search::fits(const Statement& row) {
    const qint64 ended = row.number(Ended);
    if (ended < filter_.sinceMs || (filter_.untilMs > 0 && ended >= filter_.untilMs))
        return false;
    for (Term& term : terms_) {
        const Result<bool> one = termFits(term, row);
        if (!one || !*one)
            return one;
    }
    return true;
}

Result<void> Search::take(const Statement& row) {
    Connection out;
    out.id = static_cast<quint64>(row.number(Id));
    out.program = static_cast<api::ProgramId>(row.number(Program));
    out.endedMs = row.number(Ended);
    out.startedMs = out.endedMs - row.number(Lasted);
    out.serial = static_cast<quint64>(row.number(Serial));
    out.pid = static_cast<qint32>(row.number(Pid));
    out.uid = static_cast<quint32>(row.number(Uid));
    out.direction = enumOf(row.number(Way), api::Direction::Inbound, api::Direction::Any);
    out.protocol = static_cast<quint8>(row.number(Protocol));
    const bool inbound = out.direction == api::Direction::Inbound;
    out.remotePort = static_cast<quint16>(row.number(inbound ? OtherPort : Port));
    out.localPort = static_cast<quint16>(row.number(inbound ? Port : OtherPort));
    out.state = enumOf(row.number(State), ConnectionState::Audited, ConnectionState::Held);
    out.reason = enumOf(row.number(Reason), api::Reason::Waiting, api::Reason::Waiting);
    out.rule = static_cast<api::RuleId>(row.number(Rule));
    out.sent = static_cast<quint64>(row.number(Sent));
    out.received = static_cast<quint64>(row.number(Received));
    out.heldMs = row.number(Held);
    host_->bind(row.number(Remote));
    local_->bind(row.number(Local));
    const Result<bool> host = host_->step();
    const Result<bool> local = local_->step();
    if (!host || !local)
        return host ? local.error() : host.error();
    if (*host) {
        out.remote = api::Address::parse(host_->text(1)).value_or({});
        out.name = host_->text(2);
    }
    if (*local)
        out.local = api::Address::parse(local_->text(0)).value_or({});
    page_.connections += out;
    if (!mentioned_.contains(row.number(Program))) {
        mentioned_.insert(row.number(Program));
        page_.programs += api::Program{out.program, programs_.value(row.number(Program))};
    }
    return {};
}

Result<void> Search::collect() {
    Result<Statement> rows = database_.prepare(kRow);
    if (!rows)
        return rows.error();
    const bool leaps = !merged_.empty();
    bool open = false;
    for (qint64 from = newest_; from >= oldest_ && from > 0;) {
        if (leaps) {
            const Result<qint64> at = leap(from);
            if (!at)
                return at.error();
            if (*at < oldest_ || *at == 0)
                return {};
            from = *at;
        }
        if (leaps || !open)
            rows->bind(from, oldest_);
        open = true;
        const Result<bool> row = rows->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        const qint64 id = rows->number(Id);
        const Result<bool> good = fits(*rows);
        if (!good)
            return good.error();
        if (*good) {
            if (Result<void> taken = take(*rows); !taken)
                return taken;
        }
        const bool full = page_.connections.size() >= filter_.limit;
        if (full || time_.elapsed() > budgetMs_) {
            page_.next = static_cast<quint64>(id);
            page_.reachedMs = rows->number(Ended);
            return {};
        }
        from = id - 1;
    }
    return {};
}

Result<HistoryPage> Search::run() {
    if (Result<void> ready = prepare(); !ready)
        return ready.error();
    if (Result<void> done = collect(); !done)
        return done.error();
    if (page_.next == 1)
        page_.next = 0;
    return page_;
}

}  // namespace

Result<HistoryPage> searchHistory(Database& database, HistoryTexts& texts,
                                  const api::HistoryFilter& filter, int budgetMs) {
    return Search(database, texts, filter, budgetMs).run();
}

}  // namespace sallyport::store
