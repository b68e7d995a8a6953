// A question in a person's words, and the answer it is offered first.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

#include "api/question.h"

namespace sallyport::views {

// Every text is safe to show as plain text.
class QuestionWords {
    Q_DECLARE_TR_FUNCTIONS(QuestionWords)
  public:
    struct Risk {
        bool serious = true;  // a warning; otherwise a remark
        QString text;
    };
    struct Term {
        api::Lifetime lifetime = api::Lifetime::Connection;
        quint32 minutes = 0;  // for Lifetime::Timed
        QString text;
    };

    static QString program(const api::Process& process);
    static QString shortProgram(const api::Process& process);  // where there is little room
    static QString startedBy(const api::Process& process);     // empty when it is not known
    // An answer for the program only when started so.
    static bool offersStartedBy(const api::Question& question);
    // Some answer becomes a rule; else one counts for what waits now, and none for what was missed.
    static bool canBeRemembered(const api::Question& question);
    static QString path(const api::Process& process);
    static QString heading(const api::Question& question);
    static QString remote(const api::Question& question);
    // What it connects for, where that is known: "to send POST /upload"; else empty.
    static QString purpose(const api::Question& question);
    static QString requests(const api::Question& question);  // all of them, a line each
    static QString names(const api::Question& question);  // every name of the remote, a line each
    // `country`: of the remote, where it is known.
    static QString endpoint(const api::Question& question, const QString& country = {});
    static bool isEncryptedDns(const api::Question& question);
    // That its file is no longer what a rule allows; empty: there is no such rule.
    static QString changed(const api::Question& question);
    static QList<Risk> risks(const api::Question& question);
    static QString remaining(const api::Question& question, qint64 nowMs);
    static QString request(const api::HttpAsked& request);  // "POST /upload"
    // "curl wants to connect to 192.0.2.1, https (443), TCP": the whole in one line.
    static QString sentence(const api::Question& question, const QString& country = {});

    static QList<api::Scope> scopes(const api::Question& question);
    static QString scope(api::Scope scope, const api::Question& question);
    static QList<Term> terms(const api::Question& question);
    // The scope and lifetime of `answer`: "this address and port, for ever".
    static QString extent(const api::Question& question, const api::Answer& answer);

    // Block; the domain of the remote's name, else the name, else this address and port; one
    // connection only for programs that fetch for others, that
    // lie where anybody could put them, or that no lasting rule can name; for ever else.
    static api::Answer suggestion(const api::Question& question);
};

}  // namespace sallyport::views
