// What the command line prints, for a person and for a program.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QTextStream>
#include <QVariantMap>

#include "api/words.h"
#include "cli/render.h"
#include "cli/samples.h"
#include "cli/text.h"
#include "cli_bench.h"
#include "client/history_lines.h"

using namespace sallyport;
using namespace sallyport::cli;
using namespace Qt::StringLiterals;

class CliOutputTest : public QObject {
    Q_OBJECT
  private slots:
    void a_listed_rule_says_what_it_is_for();
    void terminal_is_safe_from_strangers();
    void what_an_error_quotes_is_escaped_once();
    void json_is_safe_on_a_terminal();
    void what_programs_read_is_safe_on_a_terminal();
    void metrics_are_json_when_asked_for();
    void who_goes_past_the_firewall_has_a_line_each();
    void explain_says_where_names_come_from();
    void watch_tells_news_once();
    void watch_prints_an_object_a_line();
    void watch_that_is_refused_ends();
    void history_is_printed_whole();
    void history_as_csv_is_safe_to_open();
    void totals_are_printed();
};

void CliOutputTest::a_listed_rule_says_what_it_is_for() {
    fakes::FakeFirewall firewall;
    QCOMPARE(ran(firewall,
                 u"rules add --refuse --to .example.net --http-method POST,PUT "
                 "--http-path /upload --log"_s)
                 .code,
             ExitCode::Ok);
    const QString list = ran(firewall, u"rules list"_s).out;
    QVERIFY2(list.contains(u"tcp POST, PUT /upload"_s), qPrintable(list));
    QVERIFY2(list.contains(u"refuse, log"_s), qPrintable(list));
}

void CliOutputTest::terminal_is_safe_from_strangers() {
    QCOMPARE(escaped(u"plain \u00e4 text"_s), u"plain \u00e4 text"_s);
    QCOMPARE(escaped(u"a\x1b[2Jb"_s), u"a\\x1b[2Jb"_s);
    QCOMPARE(escaped(u"line\nbreak\r\t"_s), u"line\\nbreak\\r\\t"_s);
    QCOMPARE(escaped(u"c1\u009b31m del\u007f"_s), u"c1\\x9b31m del\\x7f"_s);
    QCOMPARE(escaped(u"exe\u202etxt\u2066\u200f\u2028"_s), u"exe\\u202etxt\\u2066\\u200f\\u2028"_s);
    QCOMPARE(escaped(QString(QChar(0xd800)) + u"x"_s), u"\\ud800x"_s);
    QCOMPARE(escaped(u"\U0001f600"_s), u"\U0001f600"_s);
    // What looks like an escape already cannot be mistaken for one.
    QCOMPARE(escaped(u"\\x1b"_s), u"\\\\x1b"_s);

    fakes::FakeFirewall firewall;
    api::Rule rule;
    rule.id = 1;
    rule.app = {api::AppIdentity::Kind::Path, u"/tmp/\x1b]0;owned\a"_s, {}};
    firewall.setRules({rule});
    const Ran list = ran(firewall, u"rules list"_s);
    QCOMPARE(list.code, ExitCode::Ok);
    QVERIFY(list.out.contains(u"/tmp/\\x1b]0;owned\\x07"_s));
    QVERIFY(!list.out.contains(u'\x1b'));
}

void CliOutputTest::what_an_error_quotes_is_escaped_once() {
    fakes::FakeFirewall firewall;
    api::Rule rule;
    rule.id = 3;
    rule.app = kCurl;
    firewall.setRules({rule});
    const QString odd = u"/opt/none/a\nb\x1b\u202e\\"_s;
    // Said before there is a helper, and with its answer.
    for (const QStringList& command : {QStringList{u"rules"_s, u"add"_s, u"--allow"_s},
                                       QStringList{u"rules"_s, u"edit"_s, u"3"_s}}) {
        const Ran refused = ran(firewall, command + QStringList{u"--program"_s, odd});
        QCOMPARE(refused.code, ExitCode::Invalid);
        QVERIFY2(refused.err.contains(u"\"/opt/none/a\\x000ab\\x001b\\u202e\\\"; rename"_s),
                 qPrintable(refused.err));
        QCOMPARE(refused.err.count(u'\n'), 1);
    }
    QVERIFY2(
        ran(firewall, {u"import"_s, odd}).err.contains(u" /opt/none/a\\nb\\x1b\\u202e\\\\: "_s),
        qPrintable(ran(firewall, {u"import"_s, odd}).err));
    QCOMPARE(badLinesText({{7, api::quoted(u"a\x1b\u202e"_s) + u" is no name"_s}}),
             u"  line 7: \"a\\x001b\\u202e\" is no name\n"_s);
}

void CliOutputTest::json_is_safe_on_a_terminal() {
    const QString nasty = u"\x1b[2J\u009b\u202e\U000e0041\n\"\u00e4"_s;
    const QString text = json(QVariantMap{{u"name"_s, nasty}}, Layout::Compact);
    QCOMPARE(text.count(u'\n'), 1);
    for (const QChar c : text.chopped(1))
        QVERIFY(c.unicode() >= 0x20 && c.unicode() != 0x9b && c.unicode() != 0x202e);
    const QJsonDocument back = QJsonDocument::fromJson(text.toUtf8());
    QCOMPARE(back.object().value(u"name"_s).toString(), nasty);
}

// Says what programs of strangers are called.
class Odd : public fakes::FakeFirewall {
  public:
    static constexpr QStringView kPath = u"/tmp/\x1b[2J\u009b\u202e\U000e0041\r";
    void exportRules(QObject*, client::Done<QString> done) override {
        done(u"{\"path\":\"%1\",\n\"more\":1}"_s.arg(kPath.chopped(1)));
    }
    void metrics(QObject*, client::Done<QString> done) override {
        done(u"# HELP a\na{program=\"%1\"} 1\nb 2\n"_s.arg(kPath));
    }
};

void CliOutputTest::what_programs_read_is_safe_on_a_terminal() {
    Odd firewall;
    const QString rules = ran(firewall, u"export"_s).out;
    const QString metrics = ran(firewall, u"metrics"_s).out;
    for (const QString& text : {rules, metrics}) {
        for (const QChar c : text)
            QVERIFY2(c == u'\n' || (c >= u' ' && c <= u'~'), qPrintable(text));
    }
    QCOMPARE(rules.count(u'\n'), 2);
    QCOMPARE(QJsonDocument::fromJson(rules.toUtf8()).object().value(u"path"_s).toString(),
             Odd::kPath.chopped(1).toString());
    const auto samples = samplesOf(metrics);
    QVERIFY(samples);
    QCOMPARE(samples->size(), 2);
    QCOMPARE(samples->first().toMap().value(u"labels"_s).toMap().value(u"program"_s).toString(),
             u"/tmp/\\x1b[2J\\x9b\\u202e\\U000e0041\\r"_s);
}

void CliOutputTest::metrics_are_json_when_asked_for() {
    fakes::FakeFirewall firewall;
    const Ran shown = ran(firewall, u"metrics --json"_s);
    QCOMPARE(shown.code, ExitCode::Ok);
    const QJsonArray samples = QJsonDocument::fromJson(shown.out.toUtf8()).array();
    QCOMPARE(samples.size(), 1);
    QCOMPARE(samples.first().toObject(), (QJsonObject{{u"name"_s, u"sallyport_rules"_s},
                                                      {u"labels"_s, QJsonObject()},
                                                      {u"value"_s, 3}}));
    const auto odd = samplesOf(
        u"# TYPE a counter\na_total{program=\"/opt/a \\\"b\\\", \\\\n {c=\\n}\",le=\"+Inf\"} 1e3\n"_s);
    QVERIFY(odd);
    const QVariantMap labels{{u"program"_s, u"/opt/a \"b\", \\n {c=\n}"_s}, {u"le"_s, u"+Inf"_s}};
    QCOMPARE(odd->first().toMap(),
             (QVariantMap{{u"name"_s, u"a_total"_s}, {u"labels"_s, labels}, {u"value"_s, 1000.0}}));
    QVERIFY(!samplesOf(u"a_total one\n"_s));
    QVERIFY(!samplesOf(u"{\"a\": 1}\n"_s));
}

void CliOutputTest::who_goes_past_the_firewall_has_a_line_each() {
    fakes::FakeFirewall firewall;
    api::Status status;
    status.startedMs = 5;
    firewall.setStatus(status);
    QVERIFY(!ran(firewall, u"status"_s).out.contains(u"Past the firewall"_s));
    QVERIFY(ran(firewall, u"status"_s).out.contains(u"not stopped, this kernel cannot"_s));
    status.framesJudged = true;
    firewall.setStatus(status);
    QVERIFY(ran(firewall, u"status"_s).out.contains(u"stopped, unless a rule allows them"_s));
    status.packetHolders = {{{api::AppIdentity::Kind::Path, u"/usr/sbin/dh\nclient"_s, {}}, 812, 0},
                            {kCurl, 9, 1000, api::PacketFamily::Xdp, 3, true}};
    status.packetHoldersLeftOut = 2;
    firewall.setStatus(status);
    const Ran text = ran(firewall, u"status"_s);
    QCOMPARE(text.code, ExitCode::Ok);
    QStringList lines = text.out.split(u'\n').filter(u"Past the firewall:"_s);
    for (QString& line : lines)
        line = line.section(u':', 1).trimmed();
    QCOMPARE(lines,
             (QStringList{u"/usr/sbin/dh\\nclient (pid 812, user 0): AF_PACKET"_s,
                          u"/opt/none/curl (pid 9, user 1000): AF_XDP, 3 processes, in another "
                          "network namespace"_s,
                          u"2 more"_s}));
    const QJsonObject map =
        QJsonDocument::fromJson(ran(firewall, u"status --json"_s).out.toUtf8()).object();
    const QJsonArray holders = map.value(u"packetHolders"_s).toArray();
    QCOMPARE(holders.size(), 2);
    QCOMPARE(holders.last().toObject().value(u"family"_s).toString(), u"AF_XDP"_s);
    QCOMPARE(holders.last().toObject().value(u"pid"_s).toInt(), 9);
}

void CliOutputTest::explain_says_where_names_come_from() {
    fakes::FakeFirewall firewall;
    api::Explanation why;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    why.names = {
        {u"a.example"_s, api::NameSource::OwnAnswer, true, now - 125'000, now, {u"ads"_s}},
        {u"b.example"_s, api::NameSource::ServerName, true, 0, 0, {}},
        {u"c\u202e.example"_s, api::NameSource::OtherAnswer, false, now - 7'300'000, 0, {}},
        {u"d.example"_s, api::NameSource::Resolver, false, 0, 0, {}},
        {u"e.example"_s, api::NameSource::SystemdResolved, false, 0, 0, {}},
        {u"f.example"_s, api::NameSource::None, true, 0, 0, {}}};
    why.lists = QStringList{u"spam"_s, u"bad"_s};
    firewall.setExplanation(why);
    const Ran result = ran(firewall, u"explain 3"_s);
    QCOMPARE(result.code, ExitCode::Ok);
    for (const QString& text :
         {u"a.example"_s, u"answered to this program 2 min ago; in list ads"_s,
          u"said in the connection itself (TLS)\n"_s, u"c\\u202e.example"_s,
          u"answered to another program 2 h ago: may be another host at the same address; rules "
          "do not go by it"_s,
          u"from the system's resolver some time ago, not known which program asked"_s,
          u"from systemd-resolved some time ago"_s, u"given with the question\n"_s,
          u"The address is in list: spam, bad\n"_s})
        QVERIFY2(result.out.contains(text), qPrintable(text + u"\nnot in\n"_s + result.out));
    const QJsonObject json =
        QJsonDocument::fromJson(ran(firewall, u"explain 3 --json"_s).out.toUtf8()).object();
    const QJsonObject first = json.value(u"names"_s).toArray().first().toObject();
    QCOMPARE(first.value(u"source"_s).toString(), u"dns"_s);
    QCOMPARE(first.value(u"lists"_s).toArray().size(), 1);
    QCOMPARE(json.value(u"lists"_s).toArray().size(), 2);
}

void CliOutputTest::watch_tells_news_once() {
    fakes::FakeFirewall firewall;
    QString out;
    QString err;
    QTextStream outStream(&out);
    QTextStream errStream(&err);
    Runner runner(firewall, outStream, errStream);
    runner.start(parsed(u"watch"_s));
    const api::Program program{7, kCurl};
    api::Connection one = connection(1);
    firewall.publish({program}, {one});
    QTRY_COMPARE(out.count(u'\n'), 1);
    QVERIFY(out.contains(u"held"_s));
    QVERIFY(out.contains(u"/opt/none/curl"_s));
    QVERIFY(out.contains(u"192.0.2.1:443"_s));
    one.sent = 100;
    firewall.publish({}, {one});
    one.state = api::ConnectionState::Allowed;
    one.name = u"www.example.org"_s;
    one.heldMs = 2300;
    firewall.publish({}, {one});
    QTRY_COMPARE(out.count(u'\n'), 2);
    QVERIFY(out.contains(u"www.example.org:443 (192.0.2.1)"_s));
    QVERIFY(out.contains(u"waited 2.3 s"_s));
    QVERIFY(out.contains(u"allowed"_s));
    one.endedMs = 2000;
    firewall.publish({}, {one});
    QTRY_COMPARE(out.count(u'\n'), 3);
    firewall.setConnected(false);
    QTRY_VERIFY(!err.isEmpty());
}

void CliOutputTest::watch_prints_an_object_a_line() {
    fakes::FakeFirewall firewall;
    firewall.publish({{7, kCurl}}, {connection(1), connection(2)});
    const Ran result = ran(firewall, u"watch --once --json"_s);
    QCOMPARE(result.code, ExitCode::Ok);
    const QStringList lines = result.out.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    const QJsonObject first = QJsonDocument::fromJson(lines.first().toUtf8()).object();
    QCOMPARE(first.value(u"remote"_s).toString(), u"192.0.2.1"_s);
    QCOMPARE(first.value(u"app"_s).toObject().value(u"path"_s).toString(), kCurl.path);
}

void CliOutputTest::watch_that_is_refused_ends() {
    for (const QString& line : {u"watch"_s, u"watch --once"_s}) {
        fakes::FakeFirewall firewall;
        firewall.setWithheld(api::failure(api::ErrorCode::Denied, u"needs a password"_s));
        const Ran result = ran(firewall, line);
        QCOMPARE(result.code, ExitCode::Denied);
        QVERIFY2(result.err.contains(u"use sudo"_s), qPrintable(result.err));
    }
}

void CliOutputTest::history_is_printed_whole() {
    fakes::FakeFirewall firewall;
    api::ConnectionList past;
    for (api::ConnectionId id = 2500; id > 0; --id) {
        past += connection(id);
        past.last().endedMs = qint64(id);
    }
    firewall.setHistory({{7, kCurl}}, past);
    const auto count = [&](const QString& line) {
        const Ran result = ran(firewall, line);
        return QJsonDocument::fromJson(result.out.toUtf8()).array().size();
    };
    QCOMPARE(count(u"history --all --json"_s), 2500);
    QCOMPARE(count(u"history --limit 1500 --json"_s), 1500);
    QCOMPARE(count(u"history --json --to 198.51.100"_s), 0);
    QCOMPARE(ran(firewall, u"history"_s).out.count(u'\n'), 51);  // and the titles
    QVERIFY(ran(firewall, u"history"_s).out.contains(kCurl.path));
    QCOMPARE(ran(firewall, u"history --all --csv"_s).out.count(u"\r\n"_s), 2501);
    firewall.failNext(api::ErrorCode::Denied);
    QCOMPARE(ran(firewall, u"history"_s).code, ExitCode::Denied);
}

void CliOutputTest::history_as_csv_is_safe_to_open() {
    api::Connection one = connection(1);
    one.startedMs = 1700000000000;
    one.endedMs = 1700000001500;
    one.name = u"@evil.example"_s;
    one.rule = 12;
    const api::AppIdentity app{api::AppIdentity::Kind::Script, u"=cmd|' /C calc'!A0"_s,
                               u"/tmp/a \"b\", c\x1b\n"_s};
    const QString line = QString::fromUtf8(client::csvLine(one, app));
    QVERIFY(line.startsWith(u"2023-11-14T22:13:20.000Z,2023-11-14T22:13:21.500Z,"_s));
    QVERIFY2(line.contains(u",'=cmd|' /C calc'!A0,"_s), qPrintable(line));
    QVERIFY2(line.contains(u",\"/tmp/a \"\"b\"\", c\uFFFD\uFFFD\",script,"_s), qPrintable(line));
    QVERIFY(line.contains(u",'@evil.example,192.0.2.1,443,"_s));
    QVERIFY(line.endsWith(u"\r\n"_s));
    QCOMPARE(line.count(u'\n'), 1);
    // As many fields as titles, where none is quoted.
    QCOMPARE(client::csvLine(one, kCurl).count(','), client::csvHeader().count(','));
    QCOMPARE(QJsonDocument::fromJson(client::jsonLine(one, app))
                 .object()
                 .value(u"app"_s)
                 .toObject()
                 .value(u"path"_s)
                 .toString(),
             app.path);
}

void CliOutputTest::totals_are_printed() {
    fakes::FakeFirewall firewall;
    firewall.setTotals({{kCurl, {1, 0, 10, 20}, {2, 0, 30, 40}, {3, 1, 50, 60}}});
    const Ran text = ran(firewall, u"totals"_s);
    QCOMPARE(text.code, ExitCode::Ok);
    QVERIFY(text.out.contains(kCurl.path));
    QCOMPARE(text.out.count(u'\n'), 2);
    const QJsonArray json =
        QJsonDocument::fromJson(ran(firewall, u"totals --json"_s).out.toUtf8()).array();
    QCOMPARE(json.at(0).toObject().value(u"month"_s).toObject().value(u"received"_s).toInt(), 60);
}

QTEST_GUILESS_MAIN(CliOutputTest)
#include "cli_output_test.moc"
