// Every method of the service: refused, malformed and right, with a real polkitd deciding.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QTest>

#include "api/rule_file.h"
#include "methods.h"
#include "rig.h"
#include "support/skip.h"

using namespace sallyport;
using test::Caller;
using test::everything;
using test::ids;
using test::inAWeek;
using test::kAnswer;
using test::kContent;
using test::kList;
using test::kRule;
using test::kSettings;
using test::Rig;
using test::Seen;
using test::with;

class ServiceTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();

    void whoIsNotAllowedIsRefused_data();
    void whoIsNotAllowedIsRefused();
    void whoMayOnlyLookChangesNothing_data();
    void whoMayOnlyLookChangesNothing();
    void aPasswordThatNobodyAsksForIsSaid();
    void wrongArgumentsChangeNothing_data();
    void wrongArgumentsChangeNothing();

    void statusAndModes();
    void manyRulesTakeSeveralMessages();
    void aStatusIsForWhoMayAsk();
    void whoGoesPastTheFirewallIsInTheStatus();
    void settings();
    void rulesAreKept();
    void metricsAreHandedOut();
    void undo();
    void exportAndImport();
    void explanations();
    void aListIsTakenAskedAndRemoved();
    void whoMayRefreshListsMayDoNothingElseToThem();
    void watchersGetChangesAndOthersDoNot();
    void processesAndHistory();
    void aSecondHelperIsRefused();
    void withoutPolkitNothingIsAllowed();

  private:
    static void everyMethod();

    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Caller> nobody_;
};

void ServiceTest::initTestCase() {
    if (const char* reason = test::missing())
        SKIP_ALL(reason);
    rig_ = std::make_unique<Rig>();
    QVERIFY2(rig_->problem().isEmpty(), qPrintable(rig_->problem()));
    nobody_ = std::make_unique<Caller>(test::kNobody);
    QVERIFY(!nobody_->name().isEmpty());
    rig_->hold(1, 7);  // question 1, for somebody else's program
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetList"),
                              {QStringLiteral("a{sv}"), QStringLiteral("h")}, {kList, kContent}),
             QString());
}

void ServiceTest::cleanupTestCase() {
    nobody_.reset();
    rig_.reset();
}

// Each with arguments that would be right.
void ServiceTest::everyMethod() {
    QTest::addColumn<QJsonArray>("types");
    QTest::addColumn<QJsonArray>("args");
    QTest::addColumn<bool>("looks");
    for (const test::Method& method : test::everyMethod())
        QTest::newRow(method.name) << method.types << method.args << method.looks;
}

void ServiceTest::whoIsNotAllowedIsRefused_data() {
    everyMethod();
}

void ServiceTest::whoIsNotAllowedIsRefused() {
    QFETCH(QJsonArray, types);
    QFETCH(QJsonArray, args);
    Caller bin(test::kBin);
    const Seen before = everything(rig_->engine());
    QCOMPARE(bin.errorOf(QString::fromLatin1(QTest::currentDataTag()), types, args),
             QStringLiteral("Denied"));
    QCOMPARE(everything(rig_->engine()), before);
}

void ServiceTest::whoMayOnlyLookChangesNothing_data() {
    everyMethod();
}

void ServiceTest::whoMayOnlyLookChangesNothing() {
    QFETCH(QJsonArray, types);
    QFETCH(QJsonArray, args);
    QFETCH(bool, looks);
    const QString method = QString::fromLatin1(QTest::currentDataTag());
    if (method.contains(QLatin1String("Agent")))
        return;  // daemon may answer for itself
    Caller daemon(test::kDaemon);
    const Seen before = everything(rig_->engine());
    QCOMPARE(daemon.errorOf(method, types, args), looks ? QString() : QStringLiteral("Denied"));
    QCOMPARE(everything(rig_->engine()), before);
}

void ServiceTest::aPasswordThatNobodyAsksForIsSaid() {
    Caller bin(test::kBin);
    const auto error = [&] {
        return bin.errorOf(QStringLiteral("SetMode"), {QStringLiteral("s")},
                           {QStringLiteral("learn")});
    };
    rig_->changeRules(QStringLiteral("bin"), api::polkit::kSettings, QStringLiteral("AUTH_ADMIN"));
    QTRY_COMPARE(error(), QStringLiteral("NoAgent"));
    rig_->restoreRules();
    QTRY_COMPARE(error(), QStringLiteral("Denied"));
    QCOMPARE(rig_->engine().status().mode, api::Mode::Ask);
}

void ServiceTest::wrongArgumentsChangeNothing_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QJsonArray>("types");
    QTest::addColumn<QJsonArray>("args");
    QTest::addColumn<QString>("error");
    const QString map = QStringLiteral("a{sv}"), text = QStringLiteral("s"),
                  number = QStringLiteral("u"), big = QStringLiteral("t"),
                  flag = QStringLiteral("b");
    const QString invalid = QStringLiteral("Invalid"), missing = QStringLiteral("NotFound");
    const auto row = [](const char* name, const char* method, const QJsonArray& types,
                        const QJsonArray& args, const QString& error) {
        QTest::newRow(name) << QString::fromLatin1(method) << types << args << error;
    };
    const auto rule = [](const char* key, const QJsonValue& value) {
        return QJsonArray{with(kRule, QLatin1String(key), value)};
    };
    row("mode", "SetMode", {text}, {QStringLiteral("off")}, invalid);
    const QJsonArray untilTypes{text, QStringLiteral("x")};
    const QString learn = QStringLiteral("learn");
    row("mode until", "SetModeUntil", untilTypes, {QStringLiteral("off"), inAWeek()}, invalid);
    row("ask until", "SetModeUntil", untilTypes, {QStringLiteral("ask"), inAWeek()}, invalid);
    row("mode until never", "SetModeUntil", untilTypes, {learn, 0}, invalid);
    row("mode until before the epoch", "SetModeUntil", untilTypes, {learn, -inAWeek()}, invalid);
    row("mode until yesterday", "SetModeUntil", untilTypes,
        {learn, QDateTime::currentMSecsSinceEpoch() - 1}, invalid);
    row("mode until in two years", "SetModeUntil", untilTypes, {learn, inAWeek() * 2}, invalid);
    row("mode until, unsigned", "SetModeUntil", {text, big}, {learn, inAWeek()},
        QStringLiteral("org.freedesktop.DBus.Error.UnknownMethod"));
    row("pause of two days", "Pause", {number}, {172800}, invalid);
    row("answer time", "SetSettings", {map},
        {with(kSettings, QStringLiteral("answerSeconds"), 600)}, invalid);
    row("port 70000", "AddRule", {map}, rule("remotePorts", QStringLiteral("70000")), invalid);
    row("/64 on IPv4", "AddRule", {map}, rule("remote", QStringLiteral("192.0.2.0/64")), invalid);
    row("two lines", "AddRule", {map}, rule("note", QStringLiteral("a\nb")), invalid);
    row("unknown key", "AddRule", {map}, rule("colour", QStringLiteral("red")), invalid);
    row("wrong type", "AddRule", {map}, rule("enabled", QStringLiteral("maybe")), invalid);
    row("no such process", "AddRule", {map},
        {with(with(kRule, QStringLiteral("lifetime"), QStringLiteral("process")),
              QStringLiteral("process"), 424242)},
        invalid);
    row("edit of nothing", "EditRule", {map}, rule("id", 999), missing);
    row("no rules", "RemoveRules", {QStringLiteral("au")}, ids({}), invalid);
    row("one of two", "RemoveRules", {QStringLiteral("au")}, ids({1, 999}), missing);
    row("enable nothing", "SetRulesEnabled", {QStringLiteral("au"), flag},
        {QJsonArray{1, 999}, true}, missing);
    row("no quota", "ResetQuota", {number}, {1}, missing);
    row("half a file", "ImportRules", {text, flag},
        {QStringLiteral("{\"format\":\"sallyport-rules\",\"version\":1,\"ru"), true}, invalid);
    row("a list of numbers", "ImportRules", {text, flag}, {QStringLiteral("[1,2]"), true}, invalid);
    row("explain nothing", "ExplainConnection", {big}, {999}, missing);
    row("attempt", "ExplainAttempt", {map}, {QJsonObject{{QStringLiteral("remotePort"), 70000}}},
        invalid);
    row("unregister nobody", "UnregisterAgent", {}, {}, missing);
    row("answer to nothing", "Answer", {big, map}, {999, kAnswer}, missing);
    row("answer with nonsense", "Answer", {big, map},
        {1, QJsonObject{{QStringLiteral("action"), QStringLiteral("perhaps")}}}, invalid);
    row("dismiss nothing", "DismissMissed", {big}, {999}, missing);
    row("process of nothing", "GetProcess", {big}, {999}, missing);
    row("history limit", "ListHistory", {map}, {QJsonObject{{QStringLiteral("limit"), 0}}},
        invalid);
    const QString content = QStringLiteral("h");
    row("list of a bad name", "SetList", {map, content},
        {with(kList, QStringLiteral("name"), QStringLiteral("Ads!")), kContent}, invalid);
    row("list of prose", "SetList", {map, content},
        {kList, QStringLiteral("Not a list.\nAt all.\n")}, invalid);
    row("list that can still change", "SetList", {map, content},
        {kList, QStringLiteral("unsealed")}, invalid);
    row("refresh of nothing", "RefreshList", {text, content}, {QStringLiteral("none"), kContent},
        missing);
    row("cancel of nothing", "CancelList", {text}, {QStringLiteral("ads")}, missing);
    row("remove no list", "RemoveList", {text, flag}, {QStringLiteral("none"), false}, missing);
    row("no such method", "Format", {}, {},
        QStringLiteral("org.freedesktop.DBus.Error.UnknownMethod"));
    row("wrong signature", "Pause", {text}, {QStringLiteral("60")},
        QStringLiteral("org.freedesktop.DBus.Error.UnknownMethod"));
}

void ServiceTest::wrongArgumentsChangeNothing() {
    QFETCH(QString, method);
    QFETCH(QJsonArray, types);
    QFETCH(QJsonArray, args);
    QFETCH(QString, error);
    const Seen before = everything(rig_->engine());
    QCOMPARE(nobody_->errorOf(method, types, args), error);
    QCOMPARE(everything(rig_->engine()), before);
}

void ServiceTest::whoMayRefreshListsMayDoNothingElseToThem() {
    const QString map = QStringLiteral("a{sv}"), text = QStringLiteral("s"),
                  flag = QStringLiteral("b"), content = QStringLiteral("h");
    const QString name = QStringLiteral("ads");
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetList"), {map, content}, {kList, kContent}),
             QString());
    Caller daemon(test::kDaemon);
    const auto refreshes = [&] {
        return daemon.errorOf(QStringLiteral("RefreshList"), {text, content}, {name, kContent});
    };
    QCOMPARE(refreshes(), QStringLiteral("Denied"));
    rig_->changeRules(QStringLiteral("daemon"), api::polkit::kRefreshLists, QStringLiteral("YES"));
    QTRY_COMPARE(refreshes(), QString());
    QCOMPARE(daemon.errorOf(QStringLiteral("SetList"), {map, content}, {kList, kContent}),
             QStringLiteral("Denied"));
    QCOMPARE(daemon.errorOf(QStringLiteral("RemoveList"), {text, flag}, {name, true}),
             QStringLiteral("Denied"));
    rig_->restoreRules();
    QCOMPARE(nobody_->errorOf(QStringLiteral("RemoveList"), {text, flag}, {name, true}), QString());
}

void ServiceTest::aListIsTakenAskedAndRemoved() {
    const QString map = QStringLiteral("a{sv}"), text = QStringLiteral("s"),
                  flag = QStringLiteral("b"), content = QStringLiteral("h");
    const QJsonObject report =
        nobody_->call(QStringLiteral("SetList"), {map, content}, {kList, kContent})
            .value(QStringLiteral("reply"))
            .toArray()
            .at(0)
            .toObject();
    const QJsonObject list = report.value(QStringLiteral("list")).toObject();
    QCOMPARE(list.value(QStringLiteral("names")).toInt(), 1);
    QCOMPARE(list.value(QStringLiteral("prefixes")).toInt(), 1);
    QCOMPARE(list.value(QStringLiteral("badLines")).toInt(), 1);
    QVERIFY(report.value(QStringLiteral("firstBad"))
                .toArray()
                .at(0)
                .toString()
                .startsWith(QLatin1String("2 ")));
    QCOMPARE(rig_->kernel.listed.size(), 1u);
    QCOMPARE(nobody_->call(QStringLiteral("GetBadLines"), {text}, {QStringLiteral("ads")})
                 .value(QStringLiteral("reply"))
                 .toArray()
                 .at(0)
                 .toArray(),
             report.value(QStringLiteral("firstBad")).toArray());
    QCOMPARE(nobody_->errorOf(QStringLiteral("GetBadLines"), {text}, {QStringLiteral("gone")}),
             QStringLiteral("NotFound"));

    const auto found = [&](const QString& sought) {
        return nobody_->call(QStringLiteral("FindInLists"), {text}, {sought})
            .value(QStringLiteral("reply"))
            .toArray()
            .at(0)
            .toArray();
    };
    QCOMPARE(found(QStringLiteral("www.ads.example")).at(0).toObject().value(QLatin1String("line")),
             1);
    QCOMPARE(found(QStringLiteral("192.0.2.7")).at(0).toObject().value(QLatin1String("entry")),
             QStringLiteral("192.0.2.0/24"));
    QVERIFY(found(QStringLiteral("example")).isEmpty());
    // Nobody keeps the helper busy with a name that is none.
    QCOMPARE(nobody_->errorOf(QStringLiteral("FindInLists"), {text},
                              {QStringLiteral("a.").repeated(1000)}),
             QStringLiteral("Invalid"));
    // Whether one may, before anything is fetched.
    QCOMPARE(
        nobody_->errorOf(QStringLiteral("RefreshList"), {text, content}, {QString(), QString()}),
        QStringLiteral("NotFound"));

    QCOMPARE(nobody_->errorOf(QStringLiteral("RefreshList"), {text, content},
                              {QStringLiteral("ads"), QStringLiteral("||other.example^\n")}),
             QString());
    QVERIFY(found(QStringLiteral("www.ads.example")).isEmpty());
    QVERIFY(rig_->kernel.listed.empty());
    QCOMPARE(rig_->engine().lists().lists().first().title, QStringLiteral("Advertisements"));

    QCOMPARE(nobody_->errorOf(QStringLiteral("AddRule"), {map},
                              {with(kRule, QStringLiteral("remote"), QStringLiteral("list:ads"))}),
             QString());
    const QJsonArray keeping{QStringLiteral("ads"), false}, forcing{QStringLiteral("ads"), true};
    QCOMPARE(nobody_->errorOf(QStringLiteral("RemoveList"), {text, flag}, keeping),
             QStringLiteral("Conflict"));
    QCOMPARE(nobody_->errorOf(QStringLiteral("RemoveList"), {text, flag}, forcing), QString());
    QVERIFY(rig_->engine().lists().lists().isEmpty());
    QCOMPARE(nobody_->errorOf(QStringLiteral("UndoRules")), QString());
}

void ServiceTest::statusAndModes() {
    const auto status = [this] {
        return nobody_->call(QStringLiteral("GetStatus"))
            .value(QStringLiteral("reply"))
            .toArray()
            .first()
            .toObject();
    };
    QCOMPARE(status().value(QStringLiteral("enforcing")).toBool(), true);
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetMode"), {QStringLiteral("s")},
                              {QStringLiteral("lock-down")}),
             QString());
    QCOMPARE(status().value(QStringLiteral("mode")).toString(), QStringLiteral("lock-down"));
    const qint64 until = inAWeek();
    QCOMPARE(
        nobody_->errorOf(QStringLiteral("SetModeUntil"), {QStringLiteral("s"), QStringLiteral("x")},
                         {QStringLiteral("learn"), until}),
        QString());
    QCOMPARE(status().value(QStringLiteral("mode")).toString(), QStringLiteral("learn"));
    QCOMPARE(status().value(QStringLiteral("modeUntilMs")).toInteger(), until);
    QCOMPARE(
        nobody_->errorOf(QStringLiteral("SetMode"), {QStringLiteral("s")}, {QStringLiteral("ask")}),
        QString());
    QCOMPARE(status().value(QStringLiteral("modeUntilMs")).toInteger(), 0);
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetBlockAll"), {QStringLiteral("b")}, {true}),
             QString());
    QVERIFY(rig_->engine().status().blockAll);
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetBlockAll"), {QStringLiteral("b")}, {false}),
             QString());
    QCOMPARE(nobody_->errorOf(QStringLiteral("Pause"), {QStringLiteral("u")}, {60}), QString());
    QVERIFY(rig_->engine().status().pausedUntilMs > 0);
    QCOMPARE(nobody_->errorOf(QStringLiteral("Pause"), {QStringLiteral("u")}, {0}), QString());
    QCOMPARE(rig_->engine().status().pausedUntilMs, 0);
    QVERIFY(!nobody_->wait(QStringLiteral("signal")).isEmpty());
}

void ServiceTest::aStatusIsForWhoMayAsk() {
    Caller reader(test::kDaemon), other(test::kDaemon);
    QCOMPARE(reader.errorOf(QStringLiteral("GetStatus")), QString());
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetBlockAll"), {QStringLiteral("b")}, {true}),
             QString());
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetBlockAll"), {QStringLiteral("b")}, {false}),
             QString());
    QCOMPARE(nobody_->errorOf(QStringLiteral("AddRule"), {QStringLiteral("a{sv}")}, {kRule}),
             QString());  // and RulesChanged after the status
    const auto hears = [](Caller& caller) {
        QStringList heard;
        while (!heard.contains(QLatin1String("RulesChanged"))) {
            const QJsonObject line = caller.wait(QStringLiteral("signal"));
            if (line.isEmpty())
                break;
            heard += line.value(QStringLiteral("signal")).toString();
        }
        return heard;
    };
    QVERIFY(hears(reader).contains(QLatin1String("StatusChanged")));
    const QStringList others = hears(other);
    QVERIFY(others.contains(QLatin1String("RulesChanged")));
    QVERIFY(!others.contains(QLatin1String("StatusChanged")));
    QCOMPARE(nobody_->errorOf(QStringLiteral("UndoRules")), QString());
}

void ServiceTest::manyRulesTakeSeveralMessages() {
    QList<api::Rule> many;
    for (int i = 0; i < 5000; ++i) {
        api::Rule rule;
        rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/opt/%1").arg(i), {}};
        rule.note = QString(450, QLatin1Char('n'));
        many += rule;
    }
    QVERIFY(rig_->engine().importRules(api::rulesToJson(many), false).has_value());
    const qsizetype all = rig_->engine().rules().size();
    QSet<int> ids;
    int messages = 0;
    for (qsizetype read = 1; ids.size() < all && read; ++messages) {
        const QJsonArray reply =
            nobody_->call(QStringLiteral("ListRules"), {QStringLiteral("u")}, {qint64{ids.size()}})
                .value(QStringLiteral("reply"))
                .toArray();
        const QJsonArray page = reply.first().toArray();
        QCOMPARE(reply.last().toInt(), all);
        read = page.size();
        for (const QJsonValue& rule : page)
            ids.insert(rule.toObject().value(QStringLiteral("id")).toInt());
    }
    QCOMPARE(ids.size(), all);
    QVERIFY(messages > 1);
    QCOMPARE(nobody_->errorOf(QStringLiteral("UndoRules")), QString());
}

void ServiceTest::whoGoesPastTheFirewallIsInTheStatus() {
    rig_->kernel.packetSocketsOpen = {{{0, 1, 812, 0, 0, 0}, api::PacketFamily::Xdp, true}};
    QJsonArray holders;
    const auto look = [&] {
        holders = nobody_->call(QStringLiteral("GetStatus"))
                      .value(QStringLiteral("reply"))
                      .toArray()
                      .first()
                      .toObject()
                      .value(QStringLiteral("packetHolders"))
                      .toArray();
        return holders.size();
    };
    QTRY_COMPARE(look(), 1);
    QCOMPARE(holders.first().toObject().value(QStringLiteral("pid")).toInt(), 812);
    QCOMPARE(holders.first().toObject().value(QStringLiteral("family")).toString(),
             QStringLiteral("AF_XDP"));
    rig_->kernel.packetSocketsOpen.clear();
    QTRY_COMPARE(look(), 0);
}

void ServiceTest::settings() {
    QCOMPARE(
        nobody_->errorOf(QStringLiteral("SetSettings"), {QStringLiteral("a{sv}")}, {kSettings}),
        QString());
    const QJsonObject settings = nobody_->call(QStringLiteral("GetSettings"))
                                     .value(QStringLiteral("reply"))
                                     .toArray()
                                     .first()
                                     .toObject();
    QCOMPARE(settings.value(QStringLiteral("answerSeconds")).toInt(), 30);
    QCOMPARE(settings.value(QStringLiteral("historyDays")).toInt(), 7);
}

void ServiceTest::rulesAreKept() {
    const QJsonObject added =
        nobody_->call(QStringLiteral("AddRule"), {QStringLiteral("a{sv}")}, {kRule});
    const int id = added.value(QStringLiteral("reply")).toArray().first().toInt();
    QVERIFY(id > 0);
    QCOMPARE(nobody_->errorOf(QStringLiteral("EditRule"), {QStringLiteral("a{sv}")},
                              {with(with(kRule, QStringLiteral("id"), id), QStringLiteral("note"),
                                    QStringLiteral("mine"))}),
             QString());
    QCOMPARE(nobody_->errorOf(QStringLiteral("SetRulesEnabled"),
                              {QStringLiteral("au"), QStringLiteral("b")}, {QJsonArray{id}, false}),
             QString());
    bool found = false;
    for (const QJsonValue& value :
         nobody_->call(QStringLiteral("ListRules"), {QStringLiteral("u")}, {0})
             .value(QStringLiteral("reply"))
             .toArray()
             .first()
             .toArray()) {
        const QJsonObject rule = value.toObject();
        if (rule.value(QStringLiteral("id")).toInt() != id)
            continue;
        found = true;
        QCOMPARE(rule.value(QStringLiteral("note")).toString(), QStringLiteral("mine"));
        QCOMPARE(rule.value(QStringLiteral("enabled")).toBool(), false);
        QCOMPARE(rule.value(QStringLiteral("origin")).toString(), QStringLiteral("user"));
    }
    QVERIFY(found);
    QCOMPARE(nobody_->errorOf(QStringLiteral("RemoveRules"), {QStringLiteral("au")}, ids({id})),
             QString());
}

void ServiceTest::metricsAreHandedOut() {
    const QString text = nobody_->call(QStringLiteral("GetMetrics"))
                             .value(QStringLiteral("reply"))
                             .toArray()
                             .first()
                             .toString();
    QVERIFY(text.startsWith(QLatin1String("# HELP sallyport_connections_total ")));
    QVERIFY(
        text.contains(QStringLiteral("\nsallyport_rules %1\n").arg(rig_->engine().rules().size())));
    QVERIFY(text.endsWith(QLatin1Char('\n')));
}

void ServiceTest::undo() {
    const qsizetype before = rig_->engine().rules().size();
    QCOMPARE(nobody_->errorOf(QStringLiteral("AddRule"), {QStringLiteral("a{sv}")}, {kRule}),
             QString());
    const QJsonObject change = nobody_->call(QStringLiteral("UndoRules"))
                                   .value(QStringLiteral("reply"))
                                   .toArray()
                                   .first()
                                   .toObject();
    QCOMPARE(change.value(QStringLiteral("kind")).toString(), QStringLiteral("add"));
    QCOMPARE(rig_->engine().rules().size(), before);
}

void ServiceTest::exportAndImport() {
    const QString json = QString::fromUtf8(api::exportToJson(rig_->engine().rules()));
    QVERIFY(json.contains(QLatin1String("sallyport-rules")));
    const QJsonObject report = nobody_
                                   ->call(QStringLiteral("ImportRules"),
                                          {QStringLiteral("s"), QStringLiteral("b")}, {json, false})
                                   .value(QStringLiteral("reply"))
                                   .toArray()
                                   .first()
                                   .toObject();
    QCOMPARE(report.value(QStringLiteral("added")).toInt(), 0);
    QVERIFY(report.value(QStringLiteral("unchanged")).toInt() > 0);
}

void ServiceTest::explanations() {
    const QJsonObject explained =
        nobody_
            ->call(QStringLiteral("ExplainAttempt"), {QStringLiteral("a{sv}")},
                   {QJsonObject{{QStringLiteral("remote"), QStringLiteral("203.0.113.9")},
                                {QStringLiteral("remotePort"), 443}}})
            .value(QStringLiteral("reply"))
            .toArray()
            .first()
            .toObject();
    QCOMPARE(explained.value(QStringLiteral("state")).toString(), QStringLiteral("held"));
}

void ServiceTest::watchersGetChangesAndOthersDoNot() {
    Caller watcher(test::kDaemon), other(test::kDaemon);
    rig_->hold(49, 8);
    const QJsonArray now =
        watcher.call(QStringLiteral("Watch")).value(QStringLiteral("reply")).toArray();
    QCOMPARE(now.size(), 2);
    QCOMPARE(now.at(1).toArray().last().toObject().value(QStringLiteral("state")).toString(),
             QStringLiteral("held"));
    const auto changes = [](Caller& caller) {
        for (;;) {
            const QJsonObject line = caller.wait(QStringLiteral("signal"));
            if (line.isEmpty() ||
                line.value(QStringLiteral("signal")) == QLatin1String("ConnectionsChanged"))
                return line;
        }
    };
    rig_->hold(50, 8);
    QVERIFY(!changes(watcher).isEmpty());
    while (other.count(QStringLiteral("signal")))
        QVERIFY(other.wait(QStringLiteral("signal")).value(QStringLiteral("signal")) !=
                QLatin1String("ConnectionsChanged"));
    QCOMPARE(watcher.errorOf(QStringLiteral("Unwatch")), QString());
    const int walks = rig_->kernel.walks;
    QTest::qWait(600);
    QCOMPARE(rig_->kernel.walks, walks);
    QCOMPARE(watcher.errorOf(QStringLiteral("Watch")), QString());
    QTRY_VERIFY(rig_->kernel.walks > walks + 1);
    watcher.leave();  // without a word
    int still = 0;
    QTRY_VERIFY_WITH_TIMEOUT(
        (still = rig_->kernel.walks, QTest::qWait(600), still == rig_->kernel.walks), 20'000);
}

void ServiceTest::processesAndHistory() {
    const QJsonObject process =
        nobody_->call(QStringLiteral("GetProcess"), {QStringLiteral("t")}, {1})
            .value(QStringLiteral("reply"))
            .toArray()
            .first()
            .toObject();
    QCOMPARE(process.value(QStringLiteral("path")).toString(), QStringLiteral("/opt/test/program"));
    rig_->kernel.events.append([](kernel::Sink& sink) {
        kernel::FlowReport report;
        report.key = {50, api::Address::v4(0xcb007101u), 443, 6};
        report.owner = {1008, 1, 5008, 8, 0, 0};
        report.decision = {SP_VERDICT_HOLD, SP_REASON_NONE, 0};
        sink.onEnd(report);
    });
    rig_->engine().drain();
    const QJsonArray reply = nobody_
                                 ->call(QStringLiteral("ListHistory"), {QStringLiteral("a{sv}")},
                                        {QJsonObject{{QStringLiteral("limit"), 5}}})
                                 .value(QStringLiteral("reply"))
                                 .toArray();
    QCOMPARE(reply.size(), 3);
    QCOMPARE(reply.at(0).toArray().size(), 1);
    QCOMPARE(reply.at(1).toArray().size(), 1);
    QCOMPARE(reply.at(2).toObject().value(QStringLiteral("next")).toInt(), 0);
    const QJsonArray totals =
        nobody_->call(QStringLiteral("GetTotals")).value(QStringLiteral("reply")).toArray();
    // Those of the connection that ended are there, and perhaps those of one that is open.
    const QJsonArray sums = totals.at(0).toArray();
    const auto ended = std::count_if(sums.begin(), sums.end(), [](const QJsonValue& of) {
        const QJsonObject today = of.toObject().value(QStringLiteral("today")).toObject();
        return today.value(QStringLiteral("connections")).toInt() == 1 &&
               today.value(QStringLiteral("blocked")).toInt() == 0;
    });
    QCOMPARE(ended, 1);
}

void ServiceTest::aSecondHelperIsRefused() {
    service::FirewallService second(rig_->engine(), rig_->connectAgain(QStringLiteral("second")));
    const auto published = second.publish();
    QVERIFY(!published);
    QCOMPARE(published.error().code, api::ErrorCode::Conflict);
}

void ServiceTest::withoutPolkitNothingIsAllowed() {
    rig_->endPolkit();
    const Seen before = everything(rig_->engine());
    QCOMPARE(nobody_->errorOf(QStringLiteral("GetStatus")), QStringLiteral("NoAuthority"));
    QCOMPARE(nobody_->errorOf(QStringLiteral("Pause"), {QStringLiteral("u")}, {60}),
             QStringLiteral("NoAuthority"));
    QCOMPARE(everything(rig_->engine()), before);
}

QTEST_GUILESS_MAIN(ServiceTest)
#include "service_test.moc"
