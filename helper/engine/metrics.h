// What the helper counts since it started, for monitoring. Counting costs a look into a hash; text
// is made only for who asks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QSet>
#include <array>
#include <functional>
#include <map>

#include "api/connection.h"
#include "api/status.h"
#include "engine/exposition.h"
#include "kernel/kernel.h"

namespace sallyport::engine {

// How many series there are is bounded, whatever runs: of programs the first kMostPrograms, of
// (program, rule) and of (program, rule, verdict) the first kMostSeries each; what comes after is
// under "other".
class Metrics {
  public:
    static constexpr qsizetype kMostPrograms = 200;
    static constexpr size_t kMostSeries = 2000;

    // The application with that number; null: none that was told of.
    using Programs = std::function<const api::AppIdentity*(api::ProgramId)>;

    enum class Answer : quint8 { Allow, Block, TimedOut, Nobody };

    // `connection` came to be in its state; not for Held.
    void decided(const api::Connection& connection);
    // `rule` is what decided; 0: none.
    void carried(api::ProgramId program, api::RuleId rule, quint64 sent, quint64 received);
    void waited(api::ProgramId program, api::RuleId rule, qint64 heldMs);
    void asked() { ++questions_; }
    void answered(Answer how) { ++answers_[static_cast<size_t>(how)]; }
    // `source` is one of the engine's own words.
    void problem(const QString& source) { ++problems_[source]; }

    // `status` and `counters` as they are now.
    QByteArray text(const api::Status& status, const kernel::Counters& counters,
                    const Programs& programs, qint64 nowMs) const;

  private:
    static constexpr api::ProgramId kOther = 0;  // number of no program
    struct Decider {
        api::ProgramId program = kOther;
        api::RuleId rule = 0;
        bool otherRule = false;
        auto operator<=>(const Decider&) const = default;
    };
    struct Decided {
        Decider by;
        api::ConnectionState state = api::ConnectionState::Allowed;
        auto operator<=>(const Decided&) const = default;
    };
    struct Sums {
        quint64 sent = 0, received = 0;
        QList<quint64> waits;  // by bucket; empty: none waited
        double waitedSeconds = 0;
    };

    api::ProgramId known(api::ProgramId program);
    Sums& sumsOf(api::ProgramId program, api::RuleId rule);
    void addConnections(Exposition& out, const Programs& programs) const;
    void addSums(Exposition& out, const Programs& programs) const;
    void addQuestions(Exposition& out, const api::Status& status) const;

    static Exposition::Labels labelsOf(const Decider& decider, const Programs& programs);

    QSet<api::ProgramId> known_;
    std::map<Decided, quint64> decided_;
    std::map<Decider, Sums> sums_;
    quint64 questions_ = 0;
    std::array<quint64, 4> answers_{};
    QMap<QString, quint64> problems_;
};

}  // namespace sallyport::engine
