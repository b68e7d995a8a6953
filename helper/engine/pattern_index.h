// Which of many patterns of host names a name matches.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QStringList>

#include "api/host_pattern.h"
#include "policy/table.h"

namespace sallyport::engine {

// A look-up costs as much as the name has labels, however many patterns there are.
class PatternIndex {
  public:
    // Twice the same pattern counts once.
    void add(const api::HostPattern& pattern, policy::PatternNumber number);
    void add(const PatternIndex& other);
    bool isEmpty() const { return byName_.isEmpty(); }

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
};

}  // namespace sallyport::engine
