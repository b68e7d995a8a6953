// A name is looked up as it is, and then without its first label, its first two, ...
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pattern_index.h"

#include <algorithm>

namespace sallyport::engine {

using Kind = api::HostPattern::Kind;

QList<policy::PatternNumber> numbersOf(lists::ListBits lists) {
    QList<policy::PatternNumber> numbers;
    for (lists::ListNumber list = 0; list < lists::kMostLists; ++list) {
        if (lists.has(list))
            numbers.append(list + 1);
    }
    return numbers;
}

void PatternIndex::add(const api::HostPattern& pattern, policy::PatternNumber number) {
    QList<Entry>& entries = byName_[pattern.name];
    if (const Entry entry{pattern.kind, number}; !entries.contains(entry))
        entries.append(entry);
}

void PatternIndex::add(const PatternIndex& other) {
    for (auto it = other.byName_.constBegin(); it != other.byName_.constEnd(); ++it) {
        for (const Entry& entry : it.value())
            add({entry.kind, it.key()}, entry.number);
    }
    if (other.lists_)
        use({used_.bits | other.used_.bits}, other.lists_);
}

void PatternIndex::use(lists::ListBits used, std::shared_ptr<const lists::Snapshot> lists) {
    used_ = used;
    lists_ = std::move(lists);
}

QList<policy::PatternNumber> PatternIndex::matching(const QStringList& names) const {
    QList<policy::PatternNumber> numbers;
    if (isEmpty())
        return numbers;
    for (const QString& name : names) {
        if (!used_.isEmpty())
            numbers += numbersOf({lists_->listsOf(name).bits & used_.bits});
        for (qsizetype from = 0; from >= 0 && from < name.size();) {
            const bool whole = from == 0;
            const auto entries = byName_.constFind(whole ? name : name.sliced(from));
            if (entries != byName_.constEnd()) {
                for (const Entry& entry : *entries) {
                    if (whole ? entry.kind != Kind::Below : entry.kind != Kind::Exact)
                        numbers.append(entry.number);
                }
            }
            const qsizetype dot = name.indexOf(u'.', from);
            from = dot < 0 ? -1 : dot + 1;
        }
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

}  // namespace sallyport::engine
