// Lookups over several lists, and the swap of one.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/list_set.h"

#include <QUrl>
#include <algorithm>
#include <utility>

namespace sallyport::lists {

using namespace Qt::StringLiterals;
using api::Address;
using api::Result;

namespace {

constexpr int kHostBits = 128;

// A name as it is looked up; empty for what cannot be in a list. Escapes ("\032") stay as they are:
// the name itself is in no list, a name above it may be.
using SoughtName = QVarLengthArray<char, 256>;

SoughtName soughtName(const QString& name) {
    SoughtName text;
    for (const QChar c : name) {
        if (c.unicode() >= 0x80) {
            const QByteArray ascii = QUrl::toAce(name);
            text.clear();
            text.append(ascii.constData(), ascii.size());
            break;
        }
        text.append(c >= u'A' && c <= u'Z' ? static_cast<char>(c.unicode() + ('a' - 'A'))
                                           : static_cast<char>(c.unicode()));
    }
    if (!text.isEmpty() && text.back() == '.')
        text.removeLast();
    return text;
}

std::string_view viewOf(const SoughtName& name) {
    return {name.data(), static_cast<std::size_t>(name.size())};
}

// Whether an entry for `step` speaks of the whole name that is looked for.
bool applies(const NameEntry& entry, const NameProbe::Step& step, const NameProbe& probe) {
    return entry.reach == Reach::WithSubdomains || step.name.size() == probe.steps[0].name.size();
}

QString textOf(const NameEntry& entry) {
    const QLatin1String name(entry.name.data(), static_cast<qsizetype>(entry.name.size()));
    return entry.reach == Reach::WithSubdomains ? u"||%1^"_s.arg(name) : QString(name);
}

}  // namespace

Result<std::shared_ptr<const List>> List::build(Parsed parsed, const std::stop_token& stop) {
    auto list = std::make_shared<List>();
    Result<NameIndex> names = NameIndex::build(std::move(parsed.names), stop);
    if (!names)
        return names.error();
    list->names_ = std::move(*names);
    if (stop.stop_requested())
        return stopped();
    list->prefixes_ = PrefixIndex(std::move(parsed.prefixes));
    return std::shared_ptr<const List>(std::move(list));
}

bool List::contains(const NameProbe& probe) const {
    bool listed = false;
    bool excepted = false;
    for (const NameProbe::Step& step : probe.steps) {
        names_.visit(step, [&](const NameEntry& entry) {
            if (applies(entry, step, probe))
                (entry.exception ? excepted : listed) = true;
        });
    }
    return listed && !excepted;
}

bool List::contains(const Address& address, int bits) const {
    bool listed = false;
    bool excepted = false;
    prefixes_.visit(address, bits, [&](const PrefixEntry& entry) {
        (entry.exception ? excepted : listed) = true;
    });
    return listed && !excepted;
}

void List::find(const NameProbe& probe, ListNumber number, std::vector<Finding>& found) const {
    for (const NameProbe::Step& step : probe.steps) {
        names_.visit(step, [&](const NameEntry& entry) {
            if (applies(entry, step, probe))
                found.push_back({number, entry.line, textOf(entry), entry.exception});
        });
    }
}

void List::find(const Address& address, ListNumber number, std::vector<Finding>& found) const {
    prefixes_.visit(address, kHostBits, [&](const PrefixEntry& entry) {
        found.push_back({number, entry.line, entry.cidr().toString(), entry.exception});
    });
}

ListBits Snapshot::listsOf(const QString& name) const {
    ListBits lists;
    if (present_.isEmpty())
        return lists;
    const SoughtName text = soughtName(name);
    const NameProbe probe(viewOf(text));
    each(present_, [&](ListNumber number, const List& list) {
        if (list.contains(probe))
            lists.add(number);
    });
    return lists;
}

ListBits Snapshot::listsOf(const Address& address) const {
    ListBits lists;
    each(present_, [&](ListNumber number, const List& list) {
        if (list.contains(address))
            lists.add(number);
    });
    return lists;
}

std::vector<Finding> Snapshot::findings(const QString& name) const {
    std::vector<Finding> found;
    const SoughtName text = soughtName(name);
    const NameProbe probe(viewOf(text));
    each(present_, [&](ListNumber number, const List& list) { list.find(probe, number, found); });
    return found;
}

std::vector<Finding> Snapshot::findings(const Address& address) const {
    std::vector<Finding> found;
    each(present_, [&](ListNumber number, const List& list) { list.find(address, number, found); });
    return found;
}

std::vector<MarkedPrefix> Snapshot::prefixes(ListBits which) const {
    std::vector<std::pair<Address, int>> all;
    each(which, [&](ListNumber, const List& list) {
        for (const PrefixEntry& entry : list.prefixes())
            all.emplace_back(entry.address, entry.bits);
    });
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<MarkedPrefix> marked;
    marked.reserve(all.size());
    for (const auto& [address, bits] : all) {
        MarkedPrefix& prefix = marked.emplace_back();
        prefix.prefix = {address, address.isV4() ? bits - 96 : bits};
        each(which, [&, &from = address, length = bits](ListNumber number, const List& list) {
            if (list.contains(from, length))
                prefix.lists.add(number);
        });
    }
    return marked;
}

const List* Snapshot::list(ListNumber number) const {
    return number < kMostLists ? lists_[number].get() : nullptr;
}

Result<Report> ListSet::load(ListNumber number, int descriptor, const Options& options,
                             const Control& control) {
    if (number >= kMostLists)
        return api::failure(api::ErrorCode::Invalid, u"there can be 64 lists, not more"_s);
    Result<Parsed> parsed = parseFile(descriptor, options, control);
    if (!parsed)
        return parsed.error();
    Report report = std::move(parsed->report);
    Result<std::shared_ptr<const List>> list = List::build(std::move(*parsed), control.stop);
    if (!list)
        return list.error();
    (void)replace(number, std::move(*list));
    return report;
}

std::shared_ptr<const List> ListSet::replace(ListNumber number, std::shared_ptr<const List> list) {
    std::shared_ptr<const Snapshot> old;  // given back after the lock, which readers wait for
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Snapshot>(*current_);
    next->present_.bits &= ~(quint64{1} << number);
    if (list)
        next->present_.add(number);
    std::swap(next->lists_[number], list);
    old = std::exchange(current_, std::move(next));
    return list;
}

std::shared_ptr<const Snapshot> ListSet::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

}  // namespace sallyport::lists
