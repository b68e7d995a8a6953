// What the command line has the helper do, and what becomes of its answers.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDate>
#include <QDateTime>
#include <QFile>
#include <QIODevice>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPair>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>
#include <QTime>
#include <QTimer>
#include <optional>

#include "cli_bench.h"

using namespace sallyport;
using namespace sallyport::cli;
using namespace Qt::StringLiterals;

class CliHelperTest : public QObject {
    Q_OBJECT
  private slots:
    void lists_are_fetched_asked_and_removed();
    void errors_of_the_helper_become_exit_codes();
    void absent_helper_is_said_so();
    void helper_known_to_be_absent_is_not_waited_for();
    void without_a_bus_that_is_said();
    void status_is_waited_for();
    void a_mode_has_an_end_when_one_is_said();
    void rules_are_added_edited_and_taken_back();
    void unknown_rule_is_not_found();
    void several_rules_are_one_change();
    void question_is_answered();
    void settings_change_one_by_one();
};

void CliHelperTest::lists_are_fetched_asked_and_removed() {
    fakes::FakeFirewall firewall;
    QTemporaryDir folder;
    const QString path = folder.filePath(u"ads.txt"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("ads.example\n") == 12);
    file.close();
    api::ListReport found;
    found.list.names = 1;
    found.list.badLines = 1;
    found.firstBad = {{7, u"what is this"_s}};
    firewall.setReport(found);

    // Who does it every day can read no file of a person's.
    Ran result = ran(firewall, {u"lists"_s, u"add"_s, u"ads"_s, path, u"--daily"_s});
    QCOMPARE(result.code, ExitCode::Invalid);
    QVERIFY2(result.err.contains(u"web address"_s), qPrintable(result.err));
    QVERIFY(firewall.calls().filter(u"setList"_s).isEmpty());
    result = ran(firewall, {u"lists"_s, u"add"_s, u"ads"_s, path});
    QCOMPARE(result.err, QString());
    QCOMPARE(result.code, ExitCode::Ok);
    QVERIFY(result.out.contains(u"names: 1"_s));
    QVERIFY(result.out.contains(u"line 7: what is this"_s));
    QVERIFY(firewall.calls().contains(u"setList ads 12"_s));
    result = ran(firewall, u"lists list"_s);
    QVERIFY(result.out.contains(path));

    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("ads.example\nb.example\n") == 22);
    file.close();
    QCOMPARE(ran(firewall, u"lists refresh"_s).code, ExitCode::Ok);
    QVERIFY(firewall.calls().contains(u"setList ads 22"_s));
    QCOMPARE(ran(firewall, u"lists refresh other"_s).code, ExitCode::NotFound);
    QVERIFY(QFile::remove(path));
    QCOMPARE(ran(firewall, u"lists refresh"_s).code, ExitCode::Failed);

    // Whoever does it every day takes what is due and can be had.
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("ads.example\n") == 12);
    file.close();
    const qint64 now = QDateTime::currentMSecsSinceEpoch(), hour = 3'600'000;
    const auto kept = [&](const char* name, const QString& source, bool daily, qint64 updatedMs) {
        api::List list{QString::fromLatin1(name)};
        list.source = source;
        list.daily = daily;
        list.updatedMs = updatedMs;
        return list;
    };
    firewall.setLists({kept("gone", path + u"x"_s, true, now - 24 * hour),
                       kept("due", path, true, now - 24 * hour),
                       kept("fresh", path, true, now - 22 * hour),
                       kept("seldom", path, false, now - 240 * hour)});
    result = ran(firewall, u"lists refresh --daily"_s);
    QCOMPARE(result.code, ExitCode::Failed);
    QVERIFY2(result.err.contains(u"gone: "_s), qPrintable(result.err));
    QVERIFY(firewall.calls().contains(u"refreshList due"_s));
    QVERIFY(!firewall.calls().contains(u"refreshList fresh"_s));
    QVERIFY(!firewall.calls().contains(u"refreshList seldom"_s));
    QCOMPARE(ran(firewall, u"lists refresh fresh seldom --daily"_s).code, ExitCode::Ok);
    QVERIFY(!firewall.calls().contains(u"refreshList fresh"_s));
    for (const auto& [line, count] : {std::pair(u"lists refresh fresh seldom --json"_s, 2),
                                      std::pair(u"lists refresh --daily fresh --json"_s, 0)}) {
        result = ran(firewall, line);
        const QJsonDocument json = QJsonDocument::fromJson(result.out.toUtf8());
        QVERIFY2(json.isArray(), qPrintable(result.out));
        QCOMPARE(json.array().size(), count);
    }

    firewall.setReport({{u"ads"_s}, {}, {{7, u"\"x\" is one word"_s}, {9, u"wrong"_s}}});
    result = ran(firewall, u"lists bad-lines ads"_s);
    QVERIFY2(result.out.contains(u"line 7: \"x\" is one word"_s), qPrintable(result.out));
    QVERIFY2(result.out.contains(u"line 9: wrong"_s), qPrintable(result.out));
    QVERIFY(firewall.calls().contains(u"badLines ads"_s));
    result = ran(firewall, u"--json lists bad-lines ads"_s);
    QCOMPARE(QJsonDocument::fromJson(result.out.toUtf8()).array().at(1).toObject()["line"_L1], 9);
    QCOMPARE(ran(firewall, u"lists bad-lines"_s).code, ExitCode::Usage);

    QVERIFY(ran(firewall, u"lists find a.example"_s).out.contains(u"In no list"_s));
    firewall.setFindings({{u"ads"_s, 12, u"||a.example^"_s, false}});
    result = ran(firewall, u"--json lists find a.example"_s);
    QCOMPARE(QJsonDocument::fromJson(result.out.toUtf8()).array().at(0).toObject()["line"_L1], 12);
    QVERIFY(firewall.calls().contains(u"findInLists a.example"_s));

    QCOMPARE(ran(firewall, u"lists remove ads --despite-rules"_s).code, ExitCode::Ok);
    QVERIFY(firewall.calls().contains(u"removeList ads 1"_s));
    QCOMPARE(ran(firewall, u"lists add Ads! /x"_s).code, ExitCode::Invalid);
    QCOMPARE(ran(firewall, u"lists add ads"_s).code, ExitCode::Usage);
}

void CliHelperTest::errors_of_the_helper_become_exit_codes() {
    const QList<QPair<api::ErrorCode, ExitCode>> codes{
        {api::ErrorCode::Invalid, ExitCode::Invalid},
        {api::ErrorCode::NotFound, ExitCode::NotFound},
        {api::ErrorCode::Denied, ExitCode::Denied},
        {api::ErrorCode::NoAgent, ExitCode::Denied},
        {api::ErrorCode::NoAuthority, ExitCode::Unreachable},
        {api::ErrorCode::Unavailable, ExitCode::Unreachable},
        {api::ErrorCode::Conflict, ExitCode::Failed},
        {api::ErrorCode::Unsupported, ExitCode::Failed},
        {api::ErrorCode::Failed, ExitCode::Failed},
    };
    for (const auto& [error, code] : codes) {
        fakes::FakeFirewall firewall;
        firewall.failNext(error, u"because\x1b"_s);
        const Ran result = ran(firewall, u"mode learn"_s);
        QCOMPARE(result.code, code);
        QVERIFY(result.out.isEmpty());
        QVERIFY(result.err.startsWith(u"sallyportctl: "_s));
        QVERIFY(result.err.endsWith(u"because\\x1b\n"_s));
    }
}

void CliHelperTest::absent_helper_is_said_so() {
    fakes::FakeFirewall firewall;
    firewall.setConnected(false);
    const Ran result = ran(firewall, u"status"_s);
    QCOMPARE(result.code, ExitCode::Unreachable);
    QVERIFY(!result.err.isEmpty());
    // Help needs none.
    QCOMPARE(ran(firewall, u"--help"_s).code, ExitCode::Ok);
}

void CliHelperTest::helper_known_to_be_absent_is_not_waited_for() {
    fakes::FakeFirewall firewall;
    firewall.setConnected(false);
    QString out;
    QString err;
    QTextStream outStream(&out);
    QTextStream errStream(&err);
    Runner runner(firewall, outStream, errStream);
    const QSignalSpy finished(&runner, &Runner::finished);
    runner.start(parsed(u"status"_s), kForEverMs);
    QCOMPARE(finished.count(), 0);
    emit firewall.absent();
    QCOMPARE(finished.count(), 1);
    QCOMPARE(finished.first().first().value<ExitCode>(), ExitCode::Unreachable);
    QCOMPARE(err.count(u'\n'), 1);
    QVERIFY(err.contains(u"sallyportd"_s));
}

void CliHelperTest::without_a_bus_that_is_said() {
    fakes::FakeFirewall firewall;
    firewall.setConnected(false);
    QString out;
    QString err;
    QTextStream outStream(&out);
    QTextStream errStream(&err);
    Runner runner(firewall, outStream, errStream);
    const QSignalSpy finished(&runner, &Runner::finished);
    runner.start(parsed(u"status"_s), kForEverMs);
    emit firewall.absent(u"no such socket\x1b"_s);
    QCOMPARE(finished.count(), 1);
    QCOMPARE(finished.first().first().value<ExitCode>(), ExitCode::Unreachable);
    QVERIFY2(err.contains(u"D-Bus"_s) && err.contains(u"no such socket\\x1b"_s), qPrintable(err));
    QVERIFY2(!err.contains(u"sallyportd"_s), qPrintable(err));
}

void CliHelperTest::status_is_waited_for() {
    fakes::FakeFirewall firewall;
    QTimer::singleShot(20, &firewall, [&] {
        api::Status status;
        status.startedMs = 5;
        status.mode = api::Mode::LockDown;
        firewall.setStatus(status);
    });
    const Ran result = ran(firewall, u"mode"_s);
    QCOMPARE(result.code, ExitCode::Ok);
    QCOMPARE(result.out, u"lock-down\n"_s);
    const Ran whole = ran(firewall, u"status --json"_s);
    const QJsonObject map = QJsonDocument::fromJson(whole.out.toUtf8()).object();
    QCOMPARE(map.value(u"mode"_s).toString(), u"lock-down"_s);
    firewall.failNext(api::ErrorCode::Denied);
    QCOMPARE(ran(firewall, u"status"_s).code, ExitCode::Denied);
}

void CliHelperTest::a_mode_has_an_end_when_one_is_said() {
    fakes::FakeFirewall firewall;
    api::Status known;
    known.startedMs = 5;
    firewall.setStatus(known);
    constexpr qint64 kWeekMs = qint64{7} * 24 * 3600 * 1000;
    const qint64 before = QDateTime::currentMSecsSinceEpoch() + kWeekMs;
    QCOMPARE(ran(firewall, u"mode learn --for 7d"_s).code, ExitCode::Ok);
    const qint64 until = firewall.status().modeUntilMs;
    QVERIFY(until >= before && until <= QDateTime::currentMSecsSinceEpoch() + kWeekMs);

    const QDateTime moment(QDate(2026, 12, 3), QTime(18, 0));
    QCOMPARE(ran(firewall, u"mode lock-down --until 2026-12-03T18:00"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.status().modeUntilMs, moment.toMSecsSinceEpoch());
    QCOMPARE(ran(firewall, u"mode"_s).out, u"lock-down until 2026-12-03 18:00:00, then ask\n"_s);
    QVERIFY(ran(firewall, u"status"_s).out.contains(u"lock-down until 2026-12-03 18:00:00"_s));
    const QJsonObject map =
        QJsonDocument::fromJson(ran(firewall, u"mode --json"_s).out.toUtf8()).object();
    QCOMPARE(map.value(u"mode"_s).toString(), u"lock-down"_s);
    QCOMPARE(map.value(u"modeUntilMs"_s).toInteger(), moment.toMSecsSinceEpoch());

    QCOMPARE(ran(firewall, u"mode learn"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.status().modeUntilMs, 0);
    QCOMPARE(ran(firewall, u"mode"_s).out, u"learn\n"_s);
}

void CliHelperTest::rules_are_added_edited_and_taken_back() {
    fakes::FakeFirewall firewall;
    const Ran added =
        ran(firewall, u"rules add --allow --program /opt/none/curl --port 443 --protocol tcp"_s);
    QCOMPARE(added.code, ExitCode::Ok);
    QCOMPARE(firewall.ruleList().size(), 1);
    const api::RuleId id = firewall.ruleList().first().id;
    QCOMPARE(added.out.trimmed(), QString::number(id));
    QCOMPARE(firewall.ruleList().first().app, kCurl);

    const QString number = QString::number(id);
    QCOMPARE(ran(firewall, u"rules edit %1 --block"_s.arg(number)).code, ExitCode::Ok);
    QCOMPARE(firewall.ruleList().first().action, api::Action::Block);
    QCOMPARE(firewall.ruleList().first().app, kCurl);
    QCOMPARE(ran(firewall, u"rules undo"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.ruleList().first().action, api::Action::Allow);
    QCOMPARE(ran(firewall, u"rules disable %1"_s.arg(number)).code, ExitCode::Ok);
    QVERIFY(!firewall.ruleList().first().enabled);
    QCOMPARE(ran(firewall, u"rules remove %1"_s.arg(number)).code, ExitCode::Ok);
    QVERIFY(firewall.ruleList().isEmpty());
}

void CliHelperTest::unknown_rule_is_not_found() {
    fakes::FakeFirewall firewall;
    QCOMPARE(ran(firewall, u"rules edit 5 --block"_s).code, ExitCode::NotFound);
    QCOMPARE(ran(firewall, u"rules remove 5"_s).code, ExitCode::NotFound);
}

void CliHelperTest::several_rules_are_one_change() {
    fakes::FakeFirewall firewall;
    api::Rule rule;
    rule.id = 3;
    api::Rule other = rule;
    other.id = 5;
    firewall.setRules({rule, other});
    const auto enabled = [&firewall](int at) { return firewall.ruleList().at(at).enabled; };
    for (const QString& line : {u"rules disable 4 3"_s, u"rules disable 3 4"_s}) {
        QCOMPARE(ran(firewall, line).code, ExitCode::NotFound);
        QVERIFY(enabled(0));
    }
    QCOMPARE(ran(firewall, u"rules disable 3 5 3"_s).code, ExitCode::Ok);
    QVERIFY(!enabled(0) && !enabled(1));
    QCOMPARE(ran(firewall, u"rules undo"_s).code, ExitCode::Ok);
    QVERIFY(enabled(0) && enabled(1));
    QCOMPARE(ran(firewall, u"rules remove 3 5 3"_s).code, ExitCode::Ok);
    QVERIFY(firewall.ruleList().isEmpty());
}

void CliHelperTest::question_is_answered() {
    fakes::FakeFirewall firewall;
    api::Question question;
    question.id = 4;
    question.protocol = 6;
    question.remote = *api::Address::parse(u"192.0.2.9"_s);
    question.remotePort = 80;
    question.process.identity = kCurl;
    question.process.commandLine = {u"curl"_s, u"a\nb"_s};
    question.process.container = u"docker 0123456789ab\n"_s;
    question.requests = {{api::HttpAsked::State::Read, u"POST"_s, u"/a\u202eb"_s},
                         {api::HttpAsked::State::Read, u"PUT"_s, std::nullopt}};
    firewall.ask(question);
    const Ran list = ran(firewall, u"questions"_s);
    QVERIFY2(list.out.contains(u"POST /a\\u202eb, PUT ?"_s), qPrintable(list.out));
    const Ran told = ran(firewall, u"questions --json"_s);
    QVERIFY2(told.out.contains(u"\"method\": \"POST\""_s), qPrintable(told.out));
    QVERIFY2(told.out.contains(u"\"path\": \"/a\\u202eb\""_s), qPrintable(told.out));
    QVERIFY(list.out.contains(u"192.0.2.9:80"_s));
    QVERIFY(list.out.contains(u"curl a\\nb"_s));
    QVERIFY(list.out.contains(
        u"Question 4: the program runs in the container docker 0123456789ab\\n.\n"_s));
    QCOMPARE(ran(firewall, u"answer 4 allow --for forever"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.answers().size(), 1);
    QCOMPARE(firewall.answers().first().answer.action, api::Action::Allow);
    QCOMPARE(ran(firewall, u"answer 4 allow"_s).code, ExitCode::NotFound);
    question.id = 5;
    question.process.identity.path = u"/opt/a\nb"_s;
    firewall.ask(question);
    const Ran refused = ran(firewall, u"answer 5 allow --for forever"_s);
    QCOMPARE(refused.code, ExitCode::Invalid);
    QVERIFY2(refused.err.contains(u"rename the file; an answer for once needs no rule"_s),
             qPrintable(refused.err));
    QCOMPARE(ran(firewall, u"answer 5 allow"_s).code, ExitCode::Ok);
}

void CliHelperTest::settings_change_one_by_one() {
    fakes::FakeFirewall firewall;
    const quint32 days = firewall.currentSettings().historyDays;
    QCOMPARE(ran(firewall, u"settings --answer-seconds 9 --nobody-to-ask block"_s).code,
             ExitCode::Ok);
    QCOMPARE(firewall.currentSettings().answerSeconds, 9u);
    QCOMPARE(firewall.currentSettings().nobodyToAsk, api::Fallback::Block);
    QCOMPARE(firewall.currentSettings().historyDays, days);
    QVERIFY(!firewall.currentSettings().passwordForLasting);
    QCOMPARE(ran(firewall, u"settings --password-for-lasting on"_s).code, ExitCode::Ok);
    QVERIFY(firewall.currentSettings().passwordForLasting);
    QCOMPARE(firewall.currentSettings().answerSeconds, 9u);
    QCOMPARE(ran(firewall, u"settings --password-for-lasting off"_s).code, ExitCode::Ok);
    QVERIFY(!firewall.currentSettings().passwordForLasting);
    QVERIFY(ran(firewall, u"settings"_s).out.contains(u"block"_s));
}

QTEST_GUILESS_MAIN(CliHelperTest)
#include "cli_helper_test.moc"
