// What polkit has already granted for the answers that agents are about to give.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusServiceWatcher>
#include <QHash>
#include <QObject>
#include <QQueue>
#include <QTimer>
#include <utility>

#include "api/question.h"
#include "service/authority.h"

namespace sallyport::service {

// polkit is asked while the person reads the question, so that a click need not wait for it. Each
// question is still authorised by polkit, for this caller and this action; only the moment differs.
//
// The contract, and why it is not weaker than asking at the answer:
// - Only a plain yes is kept. A refusal, a password that would be needed, no polkit, too many at
//   once: granted() says no, and the answer takes the ordinary way with a check of its own.
// - polkit's Authority sends "Changed" after it has read its rules or actions anew, when sessions
//   change (who is active, who is local) and when a temporary authorisation is given, is revoked or
//   runs out (polkitd: reload_scripts(), polkit_backend_interactive_authority, "changed"). That
//   drops everything, a yes on its way included; so does any other signal of that interface, and
//   polkit losing its name on the bus or getting another owner.
// - These signals come over the connection that calls come over. The bus keeps one order for all
//   its clients and Qt delivers one connection's messages in theirs: what was called after the
//   change is heard after it.
// - polkit does not tell of what else a rule may look at: the time, a user's groups, what
//   polkit.spawn() says. So no yes is older than a question is ever held.
class PreparedGrants : public QObject {
    Q_OBJECT
  public:
    static constexpr qsizetype kMax = 1024;       // callers times questions
    static constexpr int kAtOnce = 4;             // for polkit to answer
    static constexpr qint64 kLongestMs = 60'000;  // of the clock that runs in a suspended machine
    static constexpr int kAskAgainAfterMs = 200;  // a change seldom comes alone

    // A yes is good for `longestMs`.
    PreparedGrants(Authority& authority, QDBusConnection bus, QObject* parent = nullptr,
                   qint64 longestMs = kLongestMs);

    // Asks polkit, without a password. Nothing happens when it is asked already, or about too much.
    // `caller` is a unique name on the bus.
    void prepare(api::QuestionId question, const QString& caller, const QString& action);
    // Whether polkit's yes to exactly this stands.
    bool granted(api::QuestionId question, const QString& caller, const QString& action) const;
    // The question ended for this caller.
    void forget(api::QuestionId question, const QString& caller);
    void forgetCaller(const QString& caller);

  private slots:
    void polkitChanged(const QDBusMessage& signal);

  private:
    using Key = std::pair<QString, api::QuestionId>;
    struct Grant {
        QString action;
        quint64 asked = 0;   // which time of asking its yes must come from; 0: none
        qint64 untilMs = 0;  // 0: not granted
    };

    void dropAll();
    void askAgain();
    void askNext();
    void answered(const Key& key, quint64 asked, bool yes);

    Authority& authority_;
    const qint64 longestMs_;
    QDBusServiceWatcher owner_;
    QTimer again_;
    QHash<Key, Grant> grants_;
    QQueue<Key> toAsk_;
    int asking_ = 0;
    quint64 times_ = 0;
    bool listening_ = false;
};

}  // namespace sallyport::service
