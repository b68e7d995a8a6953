// Random rules and attempts that often meet, the same ones for the same seed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QRandomGenerator>

#include "api/question.h"
#include "policy/compile.h"
#include "policy/explain.h"
#include "policy/pattern_numbers.h"

namespace sallyport::tests {

// The moment all generated expiries lie around.
inline constexpr qint64 kNowMs = 1'700'000'000'000;
inline constexpr quint64 kNowNs = 1'000'000'000'000;

// SALLYPORT_SEED, or the same one always. Printed, so that a failure can be repeated.
quint32 seed();

class Generator {
  public:
    explicit Generator(quint32 seed);

    // Valid rules with ids 1..count in random order; some disabled, expired, pinned.
    QList<api::Rule> rules(int count);
    // Always the same resolvers, three at the most, and the same networks on the link.
    policy::Circumstances circumstances();
    // Half of the attempts are made to look like one of the rules.
    api::Attempt attempt(const QList<api::Rule>& rules);
    bool chance(int percent) { return below(100) < percent; }

  private:
    int below(int bound) { return random_.bounded(bound); }
    template <class List>
    auto oneOf(const List& list) {
        return list[below(static_cast<int>(std::size(list)))];
    }
    api::AppIdentity app();
    api::Address address();
    api::Remote remote();
    api::Cidr network();
    api::PortRange ports();
    api::Rule rule();
    void imitate(api::Attempt& attempt, const api::Rule& rule);

    QRandomGenerator random_;
    QList<api::Address> resolvers_;
    QList<api::Cidr> onLink_;
};

// As the engine numbers applications.
class Numbers {
  public:
    policy::AppNumber of(const api::AppIdentity& app);
    policy::PatternNumber of(const api::HostPattern& pattern) { return patterns_.of(pattern); }
    // As the test machine has them, from 1; 0: none.
    static quint32 interface(const QString& name);
    // The same for lists.
    static quint32 list(const QString& name);
    static bool hasNames(policy::PatternNumber list);
    policy::Numbering numbering() {
        return {[this](const api::AppIdentity& app) { return of(app); },
                [this](const api::HostPattern& pattern) { return of(pattern); }, interface, list,
                hasNames};
    }

  private:
    QHash<api::AppIdentity, policy::AppNumber> numbers_;
    policy::PatternNumbers patterns_;
};

// What the kernel knows of the attempt; Kind::Any is what is not known.
sp_attempt toKernel(const api::Attempt& attempt, Numbers& numbers);
// What the lists say of the attempt.
policy::Listing listing(const QString& list, const api::Attempt& attempt);
// Which patterns of the rules its names match, and which lists it is in.
policy::Names namesOf(const api::Attempt& attempt, const QList<api::Rule>& rules, Numbers& numbers);

}  // namespace sallyport::tests
