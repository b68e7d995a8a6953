// Who decided a connection, in a word.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/words.h"

namespace sallyport::models {

QString Words::decided(api::Reason reason, api::RuleId rule, api::ConnectionState state) {
    if (state == api::ConnectionState::Listening)
        return {};  // nobody called yet
    switch (reason) {
        case api::Reason::Rule:
            return tr("Rule %1").arg(rule);
        case api::Reason::Answer:
            return rule != 0 ? tr("Rule %1").arg(rule) : tr("your answer, this once");
        case api::Reason::Mode:
            if (state == api::ConnectionState::Audited)
                return tr("no rule, audit", "would be blocked, passes");
            return state == api::ConnectionState::Blocked ? tr("no rule, lock down")
                                                          : tr("no rule");
        case api::Reason::TimedOut:
            return tr("nobody answered");
        case api::Reason::Paused:
            return tr("paused");
        case api::Reason::BlockAll:
            return tr("everything is blocked");
        case api::Reason::Waiting:
            break;
    }
    return tr("waiting for an answer");
}

QStringList Words::decisions() {
    using Reason = api::Reason;
    constexpr api::RuleId kLarge = 88888;
    QStringList all;
    for (const auto reason : {Reason::Rule, Reason::Answer, Reason::Mode, Reason::TimedOut,
                              Reason::Paused, Reason::BlockAll, Reason::Waiting}) {
        for (const auto state : {api::ConnectionState::Allowed, api::ConnectionState::Blocked,
                                 api::ConnectionState::Audited})
            all += decided(reason, reason == Reason::Rule ? kLarge : 0, state);
    }
    return all;
}

}  // namespace sallyport::models
