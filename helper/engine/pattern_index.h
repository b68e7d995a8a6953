// Which of many patterns of host names a name matches, and which lists it is in.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QStringList>

#include "api/host_pattern.h"
#include "lists/list_set.h"
#include "policy/table.h"

namespace sallyport::engine {

// As the kernel numbers them: from 1.
QList<policy::PatternNumber> numbersOf(lists::ListBits lists);

// A look-up costs as much as the name has labels, however many patterns there are.
class PatternIndex {
  public:
    // Twice the same pattern counts once.
    void add(const api::HostPattern& pattern, policy::PatternNumber number);
    // Of both lists the other's speak.
    void add(const PatternIndex& other);
    // The lists that rules ask for, and what they are.
    void use(lists::ListBits used, std::shared_ptr<const lists::Snapshot> lists);
    bool isEmpty() const { return byName_.isEmpty() && used_.isEmpty(); }

    // Each number once, in rising order. Names are lower case, without a dot at the end.
    QList<policy::PatternNumber> matching(const QStringList& names) const;

    bool operator==(const PatternIndex&) const = default;

  private:
    struct Entry {
        api::HostPattern::Kind kind;
        policy::PatternNumber number;
        bool operator==(const Entry&) const = default;
    };
    QHash<QString, QList<Entry>> byName_;
    lists::ListBits used_;
    std::shared_ptr<const lists::Snapshot> lists_;
};

}  // namespace sallyport::engine
