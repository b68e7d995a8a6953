// Every method of org.sallyport.Firewall1. contract_test compares the table with the XML.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "methods.h"

#include <QDateTime>

namespace sallyport::test {

const QJsonObject kRule{
    {QStringLiteral("action"), QStringLiteral("block")},
    {QStringLiteral("protocol"), QStringLiteral("tcp")},
    {QStringLiteral("remotePorts"), QStringLiteral("8443")},
};
const QJsonObject kSettings{
    {QStringLiteral("answerSeconds"), 30},
    {QStringLiteral("nobodyToAsk"), QStringLiteral("wait")},
    {QStringLiteral("historyDays"), 7},
};
const QJsonObject kAnswer{
    {QStringLiteral("action"), QStringLiteral("block")},
    {QStringLiteral("lifetime"), QStringLiteral("connection")},
};

const QJsonObject kList{{QStringLiteral("name"), QStringLiteral("ads")},
                        {QStringLiteral("title"), QStringLiteral("Advertisements")}};
const QString kContent = QStringLiteral("||ads.example^\nwhat is this\n192.0.2.0/24\n");

QJsonObject with(QJsonObject object, const QString& key, const QJsonValue& value) {
    object.insert(key, value);
    return object;
}

QJsonArray ids(const QJsonArray& numbers) {
    QJsonArray args;
    args.append(QJsonValue(numbers));
    return args;
}

qint64 inAWeek() {
    return QDateTime::currentMSecsSinceEpoch() + qint64{7} * 24 * 3600 * 1000;
}

const QList<Method>& everyMethod() {
    static const QList<Method> methods = [] {
        QList<Method> all;
        const auto row = [&all](const char* name, const QJsonArray& types = {},
                                const QJsonArray& args = {}, bool looks = false) {
            all.append({name, types, args, looks});
        };
        const QString map = QStringLiteral("a{sv}"), text = QStringLiteral("s"),
                      number = QStringLiteral("u"), big = QStringLiteral("t"),
                      flag = QStringLiteral("b"), path = QStringLiteral("o");
        row("GetStatus", {}, {}, true);
        row("SetMode", {text}, {QStringLiteral("learn")});
        row("SetModeUntil", {text, QStringLiteral("x")}, {QStringLiteral("learn"), inAWeek()});
        row("Pause", {number}, {60});
        row("SetBlockAll", {flag}, {true});
        row("GetSettings", {}, {}, true);
        row("SetSettings", {map}, {kSettings});
        row("ListRules", {number}, {0}, true);
        row("AddRule", {map}, {kRule});
        row("EditRule", {map}, {with(kRule, QStringLiteral("id"), 1)});
        row("RemoveRules", {QStringLiteral("au")}, ids({1}));
        row("SetRulesEnabled", {QStringLiteral("au"), flag}, {QJsonArray{1}, false});
        row("ResetQuota", {number}, {1});
        row("UndoRules");
        row("ImportRules", {text, flag}, {QStringLiteral("{}"), false});
        row("ExplainConnection", {big}, {1}, true);
        row("ExplainAttempt", {map}, {QJsonObject{{QStringLiteral("remotePort"), 443}}}, true);
        row("RegisterAgent", {path}, {QStringLiteral("/agent")});
        row("UnregisterAgent");
        row("Answer", {big, map}, {1, kAnswer});
        row("ListQuestions", {}, {}, true);
        row("DismissMissed", {big}, {1});
        row("Watch", {}, {}, true);
        row("Unwatch", {}, {}, true);
        row("GetProcess", {big}, {1}, true);
        row("ListHistory", {map}, {QJsonObject{{QStringLiteral("limit"), 10}}}, true);
        row("GetTotals", {}, {}, true);
        const QString content = QStringLiteral("h");
        row("GetLists", {}, {}, true);
        row("SetList", {map, content}, {kList, kContent});
        row("RefreshList", {text, content}, {QStringLiteral("ads"), kContent});
        row("CancelList", {text}, {QStringLiteral("ads")});
        row("RemoveList", {text, flag}, {QStringLiteral("ads"), false});
        row("GetBadLines", {text}, {QStringLiteral("ads")}, true);
        row("FindInLists", {text}, {QStringLiteral("ads.example")}, true);
        row("GetMetrics", {}, {}, true);
        return all;
    }();
    return methods;
}

Seen everything(engine::Engine& engine) {
    const api::Status status = engine.status();
    return {engine.rules(),  engine.settings(),    status.mode,        status.modeUntilMs,
            status.blockAll, status.pausedUntilMs, engine.questions(), engine.lists().lists()};
}

}  // namespace sallyport::test
