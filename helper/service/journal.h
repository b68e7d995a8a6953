// Decisions of rules that log, as entries with fields of their own in the system's journal.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QTimer>
#include <functional>

#include "engine/clock.h"
#include "engine/decision_log.h"

namespace sallyport::service {

// `journalctl MESSAGE_ID=...` finds all entries of a kind.
inline constexpr char kDecidedId[] = "87890a60dc8a4ca6a90f7c57a95fafca";
inline constexpr char kLeftOutId[] = "d635c6683ff94f059e96756796a5e2e5";

// A flood cannot fill the journal: of each minute so many entries are written, and at its end one
// for each rule that had more, with how many.
class Journal final : public engine::DecisionLog {
  public:
    static constexpr int kMostOfARule = 60;
    static constexpr int kMostOfAll = 600;
    static constexpr int kMostRules = 100;  // that are told apart in what was left out
    // Fields as "NAME=value"; a value may be any bytes.
    using Send = std::function<void(const QList<QByteArray>& fields)>;

    // `clock` outlives it.
    explicit Journal(const engine::Clock& clock, Send send = toSystem);
    void decided(const api::Connection& connection, const api::Process& process) override;
    // Says what was left out of the minute; its own timer does so.
    void endMinute();

    static void toSystem(const QList<QByteArray>& fields);

  private:
    bool mayWrite(api::RuleId rule);

    const engine::Clock& clock_;
    const Send send_;
    QTimer timer_;  // runs only when something was left out
    qint64 minuteMs_ = 0;
    int written_ = 0;
    QHash<api::RuleId, int> writtenOf_;
    QHash<api::RuleId, quint64> leftOut_;
};

}  // namespace sallyport::service
