// The command line: what it understands, what it refuses and with which code, what it prints.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>
#include <sys/stat.h>

#include <QDate>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
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
#include <QVariantMap>
#include <csignal>
#include <optional>

#include "cli/render.h"
#include "cli/request.h"
#include "cli/runner.h"
#include "cli/samples.h"
#include "cli/text.h"
#include "client/history_lines.h"
#include "fakes/fake_firewall.h"

using namespace sallyport;
using namespace sallyport::cli;
using namespace Qt::StringLiterals;

namespace {

Invocation parsed(const QString& line) {
    return parse(QStringList{u"sallyportctl"_s} + line.split(u' ', Qt::SkipEmptyParts));
}

// What a run on a fake helper printed and ended with.
struct Ran {
    ExitCode code = ExitCode::Failed;
    QString out;
    QString err;
};

Ran ran(fakes::FakeFirewall& firewall, const QStringList& arguments) {
    Ran result;
    QTextStream out(&result.out);
    QTextStream err(&result.err);
    Runner runner(firewall, out, err);
    bool ended = false;
    QObject::connect(&runner, &Runner::finished, &runner, [&](ExitCode code) {
        result.code = code;
        ended = true;
    });
    runner.start(parse(QStringList{u"sallyportctl"_s} + arguments), 50);
    if (!QTest::qWaitFor([&] { return ended; }))
        result.err = u"never ended"_s;
    return result;
}

Ran ran(fakes::FakeFirewall& firewall, const QString& line) {
    return ran(firewall, line.split(u' ', Qt::SkipEmptyParts));
}

api::Connection connection(api::ConnectionId id) {
    api::Connection made;
    made.id = id;
    made.program = 7;
    made.protocol = 6;
    made.remote = *api::Address::parse(u"192.0.2.1"_s);
    made.remotePort = 443;
    made.startedMs = 1000;
    return made;
}

constexpr int kForEverMs = 24 * 3600 * 1000;
const api::AppIdentity kCurl{api::AppIdentity::Kind::Path, u"/opt/none/curl"_s, {}};

}  // namespace

class CliTest : public QObject {
    Q_OBJECT
  private slots:
    void ends_with_the_documented_code_data();
    void ends_with_the_documented_code();
    void what_is_wrong_is_said_data();
    void what_is_wrong_is_said();
    void json_may_stand_anywhere();
    void every_command_explains_itself();
    void rule_has_every_option();
    void a_rule_audits();
    void a_rule_logs_until_it_is_told_not_to();
    void metrics_go_to_a_file_that_others_can_read();
    void metrics_are_json_when_asked_for();
    void a_rule_has_names_and_this_side();
    void a_rule_has_requests();
    void a_listed_rule_says_what_it_is_for();
    void a_rule_has_a_quota();
    void an_attempt_has_names_and_this_side();
    void edit_changes_only_what_was_said();
    void lists_are_fetched_asked_and_removed();
    void a_rule_may_be_for_a_list();
    void time_becomes_an_expiry();
    void links_to_programs_are_followed();
    void answer_has_every_option();
    void attempt_has_every_option();
    void terminal_is_safe_from_strangers();
    void json_is_safe_on_a_terminal();
    void errors_of_the_helper_become_exit_codes();
    void absent_helper_is_said_so();
    void helper_known_to_be_absent_is_not_waited_for();
    void without_a_bus_that_is_said();
    void an_amount_out_of_range_is_told_the_range();
    void status_is_waited_for();
    void a_mode_has_an_end_when_one_is_said();
    void who_goes_past_the_firewall_has_a_line_each();
    void rules_are_added_edited_and_taken_back();
    void explain_says_where_names_come_from();
    void unknown_rule_is_not_found();
    void several_rules_are_one_change();
    void watch_tells_news_once();
    void watch_prints_an_object_a_line();
    void watch_that_is_refused_ends();
    void history_options_become_a_filter();
    void history_is_printed_whole();
    void history_as_csv_is_safe_to_open();
    void totals_are_printed();
    void rules_travel_through_a_file();
    void what_cannot_be_written_is_said();
    void a_file_that_cannot_be_written_whole_stays_as_it_was();
    void half_a_file_is_the_helpers_to_refuse();
    void file_that_is_not_utf8_is_refused();
    void question_is_answered();
    void settings_change_one_by_one();
};

void CliTest::ends_with_the_documented_code_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    const auto row = [](const char* line, ExitCode code) {
        QTest::newRow(line) << QString::fromLatin1(line) << static_cast<int>(code);
    };
    row("--help", ExitCode::Ok);
    row("--version", ExitCode::Ok);
    row("rules add --help", ExitCode::Ok);
    row("", ExitCode::Usage);
    row("frobnicate", ExitCode::Usage);
    row("rules", ExitCode::Usage);
    row("rules frobnicate", ExitCode::Usage);
    row("status extra", ExitCode::Usage);
    row("status --frobnicate", ExitCode::Usage);
    row("rules add", ExitCode::Usage);
    row("rules edit", ExitCode::Usage);
    row("rules edit 3", ExitCode::Usage);
    row("rules remove", ExitCode::Usage);
    row("answer 3", ExitCode::Usage);
    row("block-all perhaps", ExitCode::Invalid);
    row("explain", ExitCode::Usage);
    row("explain 3 --program /opt/a --to 192.0.2.1 --port 1", ExitCode::Usage);
    row("rules add --allow --block", ExitCode::Invalid);
    row("rules add --allow --refuse", ExitCode::Invalid);
    row("rules add --refuse --silent", ExitCode::Invalid);
    row("rules add --audit --block", ExitCode::Invalid);
    row("answer 12 audit", ExitCode::Invalid);
    row("rules add --allow --port 70000", ExitCode::Invalid);
    row("rules add --allow --port 20-10", ExitCode::Invalid);
    row("rules add --allow --to 10.0.0.0/64", ExitCode::Invalid);
    row("rules add --allow --to non:sense", ExitCode::Invalid);
    row("rules add --allow --to a.*.org", ExitCode::Invalid);
    row("rules add --allow --to localhost", ExitCode::Invalid);
    row("rules add --allow --local example.org", ExitCode::Invalid);
    row("rules add --allow --interface a/b", ExitCode::Invalid);
    row("rules add --allow --limit-down fast", ExitCode::Invalid);
    row("rules add --block --limit-up 1M", ExitCode::Invalid);
    row("rules add --block --http-method a/b", ExitCode::Invalid);
    row("rules add --block --http-path a", ExitCode::Invalid);
    row("rules add --block --direction in --http-method GET", ExitCode::Invalid);
    row("rules add --allow --quota 5GB", ExitCode::Invalid);
    row("rules add --block --quota 5GB/month", ExitCode::Invalid);
    row("rules add --allow --quota 5GB/month --quota-then pray", ExitCode::Invalid);
    row("rules reset-quota", ExitCode::Usage);
    row("explain --program /opt/none/curl --to example.org --port 443", ExitCode::Invalid);
    row("explain --program /opt/none/curl --to ::1 --port 443 --local 10.0.0.0/8",
        ExitCode::Invalid);
    row("rules add --allow --protocol icmp --port 5", ExitCode::Invalid);
    row("rules add --allow --program no-such-command-anywhere", ExitCode::Invalid);
    row("rules add --allow --script /opt/x.py", ExitCode::Invalid);
    row("rules add --allow --program any --script /opt/x.py", ExitCode::Invalid);
    row("rules add --allow --user no-such-user-anywhere", ExitCode::Invalid);
    row("rules add --allow --direction sideways", ExitCode::Invalid);
    row("rules add --allow --for 0m", ExitCode::Invalid);
    row("rules add --allow --for 30s", ExitCode::Invalid);
    row("rules add --allow --for 366d", ExitCode::Invalid);
    row("rules add --allow --for 99999999999999999999m", ExitCode::Invalid);
    row("rules add --allow --for once", ExitCode::Invalid);
    row("rules add --allow --pinned --not-pinned", ExitCode::Invalid);
    row("rules edit zero --allow", ExitCode::Invalid);
    row("rules remove 0", ExitCode::Invalid);
    row("rules remove 16777216", ExitCode::Invalid);
    row("rules remove -- -1", ExitCode::Invalid);
    row("answer 3 maybe", ExitCode::Invalid);
    row("answer 3 allow --refuse", ExitCode::Invalid);
    row("answer 3 allow --scope galaxy", ExitCode::Invalid);
    row("mode sleepy", ExitCode::Invalid);
    row("mode --for 7d", ExitCode::Usage);
    row("mode ask --for 7d", ExitCode::Invalid);
    row("mode learn --for forever", ExitCode::Invalid);
    row("mode learn --for 366d", ExitCode::Invalid);
    row("mode learn --for 0d", ExitCode::Invalid);
    row("mode learn --until soon", ExitCode::Invalid);
    row("mode learn --for 7d --until 2026-12-03", ExitCode::Invalid);
    row("pause 0", ExitCode::Invalid);
    row("pause 1441", ExitCode::Invalid);
    row("pause soon", ExitCode::Invalid);
    row("history --limit 0", ExitCode::Invalid);
    row("history --since tomorrow", ExitCode::Invalid);
    row("history --port 70000", ExitCode::Invalid);
    row("history --all --limit 5", ExitCode::Usage);
    row("history --csv --json", ExitCode::Usage);
    row("settings --history-megabytes 9999999", ExitCode::Invalid);
    row("history --state lost", ExitCode::Invalid);
    row("settings --answer-seconds soon", ExitCode::Invalid);
    row("settings --nobody-to-ask shrug", ExitCode::Invalid);
    row("explain 18446744073709551616", ExitCode::Invalid);
    row("explain --program /opt/a --to 10.0.0.0/8 --port 1", ExitCode::Invalid);
    row("explain --program /opt/a --to 192.0.2.1", ExitCode::Invalid);
    row("explain --program /opt/a --to 192.0.2.1 --port 1-2", ExitCode::Invalid);
    row("explain --to 192.0.2.1 --port 1", ExitCode::Invalid);
}

void CliTest::ends_with_the_documented_code() {
    QFETCH(QString, line);
    QFETCH(int, code);
    const Invocation invocation = parsed(line);
    const auto* say = std::get_if<Say>(&invocation.request);
    QVERIFY2(say, "it was taken for a request");
    QCOMPARE(static_cast<int>(say->code), code);
    QVERIFY(!say->text.isEmpty());
}

void CliTest::what_is_wrong_is_said_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* line, const char* said) {
        QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(said);
    };
    row("frobnicate", "there is no command \"frobnicate\"\nSee: sallyportctl --help");
    row("frobnicate --json", "there is no command \"frobnicate\"\nSee: sallyportctl --help");
    row("--frobnicate status", "Unknown option 'frobnicate'.\nSee: sallyportctl --help");
    row("rules",
        "rules: say which of these: list, add, edit, remove, enable, disable, reset-quota, "
        "undo\nSee: sallyportctl --help");
    row("status now", "Usage: sallyportctl status\nSee: sallyportctl status --help");
    row("rules edit",
        "Usage: sallyportctl rules edit [OPTIONS] RULE\nSee: sallyportctl rules edit --help");
    row("rules add",
        "rules add: say --allow, --block, --refuse, --silent or --audit\n"
        "See: sallyportctl rules add --help");
    row("rules add --allow --quota-then ask", "--quota-then: say which --quota");
    row("rules add --allow --limit-up 0",
        "--limit-up: \"0\" is neither none nor between 1 kB/s and 100 GB/s");
    row("lists add mine ftp://host/list",
        "\"ftp://host/list\": a list is a file, or fetched by http or https");
    row("explain --program /opt/a --to example.org --port 1",
        "--to: say which address, one and whole; --name is for its name");
    row("rules frobnicate", "there is no command \"rules frobnicate\"\nSee: sallyportctl --help");
    row("answer 3 maybe", "a question is answered with allow or block");
    row("block-all perhaps", "block-all: say on or off");
}

void CliTest::what_is_wrong_is_said() {
    QFETCH(QString, line);
    QFETCH(QString, said);
    const Invocation invocation = parsed(line);
    const auto* say = std::get_if<Say>(&invocation.request);
    QVERIFY2(say, "it was taken for a request");
    QCOMPARE(say->text, said);
}

void CliTest::json_may_stand_anywhere() {
    QVERIFY(parsed(u"--json status"_s).json);
    QVERIFY(parsed(u"status --json"_s).json);
    QVERIFY(!parsed(u"status"_s).json);
    QVERIFY(std::holds_alternative<ShowStatus>(parsed(u"--json status"_s).request));
}

void CliTest::every_command_explains_itself() {
    const QString overview = std::get<Say>(parsed(u"--help"_s).request).text;
    for (const char* words :
         {"status",       "watch",        "rules list",    "rules add",  "rules edit",
          "rules remove", "rules enable", "rules disable", "rules undo", "explain",
          "questions",    "answer",       "mode",          "pause",      "block-all",
          "settings",     "export",       "import",        "history",    "totals"}) {
        const QString command = QString::fromLatin1(words);
        QVERIFY2(overview.contains(u"  "_s + command), words);
        const Invocation help = parsed(command + u" --help"_s);
        const auto* say = std::get_if<Say>(&help.request);
        QVERIFY2(say && say->code == ExitCode::Ok, words);
        QVERIFY2(say->text.contains(command), words);
        QVERIFY2(say->text != overview, words);
    }
}

void CliTest::rule_has_every_option() {
    const Invocation invocation = parse({u"sallyportctl"_s, u"rules"_s,
                                         u"add"_s,          u"--refuse"_s,
                                         u"--program"_s,    u"/opt/none/python"_s,
                                         u"--script"_s,     u"/opt/none/a.py"_s,
                                         u"--started-by"_s, u"/opt/none/sh"_s,
                                         u"--user"_s,       u"0"_s,
                                         u"--direction"_s,  u"out"_s,
                                         u"--protocol"_s,   u"udp"_s,
                                         u"--to"_s,         u"2001:db8::/32"_s,
                                         u"--port"_s,       u"8000-8080"_s,
                                         u"--local-port"_s, u"53"_s,
                                         u"--for"_s,        u"until-restart"_s,
                                         u"--note"_s,       u"two words"_s,
                                         u"--pinned"_s});
    const auto* add = std::get_if<AddRule>(&invocation.request);
    QVERIFY(add);
    const auto rule = add->options.applyTo({}, 0);
    QVERIFY(rule);
    api::Rule expected;
    expected.action = api::Action::Block;
    expected.blockStyle = api::BlockStyle::Refuse;
    expected.app = {api::AppIdentity::Kind::Script, u"/opt/none/python"_s, u"/opt/none/a.py"_s};
    expected.startedBy = {api::AppIdentity::Kind::Path, u"/opt/none/sh"_s, {}};
    expected.user = 0;
    expected.direction = api::Direction::Outbound;
    expected.protocol = 17;
    expected.remote = *api::Remote::parse(u"2001:db8::/32"_s);
    expected.remotePorts = {8000, 8080};
    expected.localPorts = {53, 53};
    expected.lifetime = api::Lifetime::UntilRestart;
    expected.note = u"two words"_s;
    expected.pinned = true;
    QCOMPARE(*rule, expected);
}

void CliTest::a_rule_audits() {
    const Invocation invocation = parsed(u"rules add --audit --port 80 --protocol tcp"_s);
    const auto* add = std::get_if<AddRule>(&invocation.request);
    QVERIFY(add);
    QCOMPARE(add->options.applyTo({}, 0)->action, api::Action::Audit);
    fakes::FakeFirewall firewall;
    QCOMPARE(ran(firewall, u"mode audit"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.status().mode, api::Mode::Audit);
}

void CliTest::a_rule_logs_until_it_is_told_not_to() {
    const auto add = parsed(u"rules add --allow --log"_s);
    const auto rule = std::get<AddRule>(add.request).options.applyTo({}, 0);
    QVERIFY(rule->log);
    const auto edit = parsed(u"rules edit 3 --no-log"_s);
    QVERIFY(!std::get<EditRule>(edit.request).options.applyTo(*rule, 0)->log);
    const auto other = parsed(u"rules edit 3 --note word"_s);
    QVERIFY(std::get<EditRule>(other.request).options.applyTo(*rule, 0)->log);
}

void CliTest::metrics_go_to_a_file_that_others_can_read() {
    fakes::FakeFirewall firewall;
    const Ran shown = ran(firewall, u"metrics"_s);
    QCOMPARE(shown.code, ExitCode::Ok);
    QVERIFY(shown.out.endsWith(u"sallyport_rules 3\n"_s));
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"sallyport.prom"_s);
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(ran(firewall, u"metrics --textfile "_s + path).code, ExitCode::Ok);
    QCOMPARE(old.readAll(), QByteArray("old"));  // who reads it meanwhile reads it whole
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), shown.out);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    struct stat now {};
    QCOMPARE(stat(QFile::encodeName(path).constData(), &now), 0);
    QCOMPARE(now.st_mode & 0777u, 0644u);
    QCOMPARE(ran(firewall, u"metrics --textfile /nowhere/at/all"_s).code, ExitCode::Failed);
    firewall.failNext(api::ErrorCode::Denied);
    QCOMPARE(ran(firewall, u"metrics --textfile "_s + path).code, ExitCode::Denied);
    QCOMPARE(QFileInfo(path).size(), shown.out.size());
}

void CliTest::metrics_are_json_when_asked_for() {
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

void CliTest::a_rule_has_names_and_this_side() {
    for (const QString& remote : {u"example.org"_s, u"*.example.org"_s, u".example.org"_s}) {
        const Invocation invocation = parsed(
            u"rules add --allow --local 10.0.0.0/8 --interface wg0 --limit-up 8Mbit --to "_s +
            remote);
        const auto* add = std::get_if<AddRule>(&invocation.request);
        QVERIFY(add);
        const auto rule = add->options.applyTo({}, 0);
        QVERIFY(rule);
        QCOMPARE(rule->remote.kind, api::Remote::Kind::Host);
        QCOMPARE(rule->remote.toString(), remote);
        QCOMPARE(rule->local, api::Cidr::parse(u"10.0.0.0/8"_s).value());
        QCOMPARE(rule->interface, u"wg0"_s);
        QCOMPARE(rule->limit, (api::RateLimit{0, 1'000'000}));
        const Invocation taken =
            parsed(u"rules edit 9 --local any --interface any --limit-up none"_s);
        const auto edited = std::get<EditRule>(taken.request).options.applyTo(*rule, 0);
        QVERIFY(edited);
        QVERIFY(!edited->local);
        QVERIFY(edited->interface.isEmpty());
        QVERIFY(edited->limit.isNone());
        QCOMPARE(edited->remote, rule->remote);
    }
}

void CliTest::a_rule_has_requests() {
    const Invocation made =
        parsed(u"rules add --block --http-method post,put --http-path /in --to example.org"_s);
    const auto rule = std::get<AddRule>(made.request).options.applyTo({}, 0);
    QVERIFY(rule);
    QCOMPARE(rule->http, (api::HttpRequests{{u"POST"_s, u"PUT"_s}, u"/in"_s}));
    QCOMPARE(rule->protocol, 6);
    QCOMPARE(rule->direction, api::Direction::Outbound);
    const Invocation path = parsed(u"rules edit 9 --http-method any"_s);
    const auto edited = std::get<EditRule>(path.request).options.applyTo(*rule, 0);
    QVERIFY(edited);
    QCOMPARE(edited->http, (api::HttpRequests{{}, u"/in"_s}));
    const Invocation all = parsed(u"rules edit 9 --http-path any"_s);
    QVERIFY(std::get<EditRule>(all.request).options.applyTo(*edited, 0)->http.isAny());
}

void CliTest::a_listed_rule_says_what_it_is_for() {
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

void CliTest::a_rule_has_a_quota() {
    const auto make =
        parsed(u"rules add --allow --quota 5GB/month --quota-then ask --program /usr/bin/curl"_s);
    const auto rule = std::get<AddRule>(make.request).options.applyTo({}, 0);
    QVERIFY(rule);
    QCOMPARE(rule->quota, (api::Quota{5'000'000'000, api::Period::Month, api::WhenUsedUp::Ask}));
    const auto change = parsed(u"rules edit 9 --quota 500M/day"_s);
    const auto changed = std::get<EditRule>(change.request).options.applyTo(*rule, 0);
    QCOMPARE(changed->quota, (api::Quota{500'000'000, api::Period::Day, api::WhenUsedUp::Ask}));
    const auto take = parsed(u"rules edit 9 --quota none"_s);
    QCOMPARE(std::get<EditRule>(take.request).options.applyTo(*rule, 0)->quota, api::Quota{});
    QCOMPARE(std::get<ResetQuota>(parsed(u"rules reset-quota 9"_s).request).id, 9u);
}

void CliTest::an_attempt_has_names_and_this_side() {
    const Invocation invocation = parsed(
        u"explain --program /opt/none/curl --to 192.0.2.1 --port 443 --name a.example "
        "--name b.example --local 10.0.0.1 --interface wg0"_s);
    const auto* explain = std::get_if<ExplainAttempt>(&invocation.request);
    QVERIFY(explain);
    QCOMPARE(explain->attempt.names, (QStringList{u"a.example"_s, u"b.example"_s}));
    QCOMPARE(explain->attempt.local, api::Address::parse(u"10.0.0.1"_s).value());
    QCOMPARE(explain->attempt.interface, u"wg0"_s);
}

void CliTest::lists_are_fetched_asked_and_removed() {
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

    Ran result = ran(firewall, {u"lists"_s, u"add"_s, u"ads"_s, path, u"--daily"_s});
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

void CliTest::a_rule_may_be_for_a_list() {
    fakes::FakeFirewall firewall;
    const Ran early = ran(firewall, u"rules add --block --to list:ads"_s);
    QCOMPARE(early.code, ExitCode::Ok);
    QVERIFY2(early.err.contains(u"there is no list ads yet"_s), qPrintable(early.err));
    firewall.setLists({api::List{u"ads"_s}});
    QCOMPARE(ran(firewall, u"rules add --block --to list:ads"_s).err, QString());
    QCOMPARE(firewall.ruleList().first().remote, api::Remote::listed(u"ads"_s));
    QVERIFY(ran(firewall, u"rules list"_s).out.contains(u"list:ads"_s));
    QCOMPARE(ran(firewall, u"rules add --block --to list:Ads!"_s).code, ExitCode::Invalid);
}

void CliTest::edit_changes_only_what_was_said() {
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.app = kCurl;
    rule.user = 5;
    rule.note = u"kept"_s;
    rule.remotePorts = {1, 2};
    const Invocation invocation = parsed(u"rules edit 9 --port 443 --user any"_s);
    const auto* edit = std::get_if<EditRule>(&invocation.request);
    QVERIFY(edit);
    QCOMPARE(edit->id, api::RuleId(9));
    const auto edited = edit->options.applyTo(rule, 0);
    QVERIFY(edited);
    rule.remotePorts = {443, 443};
    rule.user.reset();
    QCOMPARE(*edited, rule);
}

void CliTest::time_becomes_an_expiry() {
    const Invocation invocation = parsed(u"rules add --allow --for 2h"_s);
    const auto* add = std::get_if<AddRule>(&invocation.request);
    QVERIFY(add);
    const auto rule = add->options.applyTo({}, 1'000'000);
    QVERIFY(rule);
    QCOMPARE(rule->lifetime, api::Lifetime::Timed);
    QCOMPARE(rule->expiresMs, 1'000'000 + qint64(2) * 60 * 60 * 1000);
    QCOMPARE(parsePause(u"5"_s).value_or(0), 300u);
    QCOMPARE(parsePause(u"90s"_s).value_or(0), 90u);
    QCOMPARE(parsePause(u"off"_s).value_or(1), 0u);
}

void CliTest::links_to_programs_are_followed() {
    QTemporaryDir folder;
    const QString base = QFileInfo(folder.path()).canonicalFilePath();
    QFile file(base + u"/python3.11"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(u"python3.11"_s, base + u"/python3"_s));
    const auto app = parseProgram(base + u"/./python3"_s);
    QVERIFY(app);
    QCOMPARE(app->path, base + u"/python3.11"_s);
    // But for the one that says which version of a Snap or Flatpak is in use.
    QVERIFY(QDir(base).mkpath(u"snap/tool/42"_s));
    QFile snap(base + u"/snap/tool/42/tool"_s);
    QVERIFY(snap.open(QIODevice::WriteOnly));
    QCOMPARE(parseProgram(snap.fileName()).value_or({}).path, snap.fileName());
    QVERIFY(QFile::link(u"42"_s, base + u"/snap/tool/current"_s));
    for (const QString& one : {snap.fileName(), base + u"/snap/tool/current/tool"_s})
        QCOMPARE(parseProgram(one).value_or({}).path, base + u"/snap/tool/current/tool"_s);
    QCOMPARE(parseProgram(u"/opt/none/../none/tool"_s).value_or({}).path, u"/opt/none/tool"_s);
    QCOMPARE(parseProgram(u"sh"_s).value_or({}).kind, api::AppIdentity::Kind::Path);
    QCOMPARE(parseProgram(u"kernel"_s).value_or({}).kind, api::AppIdentity::Kind::Kernel);
}

void CliTest::answer_has_every_option() {
    const Invocation invocation =
        parsed(u"answer 12 block --silent --scope port --for 5m --same-parent --note remark"_s);
    const auto* answer = std::get_if<AnswerQuestion>(&invocation.request);
    QVERIFY(answer);
    QCOMPARE(answer->id, api::QuestionId(12));
    const api::Answer expected{api::Action::Block,   api::BlockStyle::Silent,
                               api::Scope::Port,     api::Who::ProgramStartedBy,
                               api::Lifetime::Timed, 5,
                               u"remark"_s};
    QCOMPARE(answer->answer, expected);
    // Nothing said: this one connection.
    const Invocation brief = parsed(u"answer 12 allow"_s);
    QCOMPARE(std::get<AnswerQuestion>(brief.request).answer.lifetime, api::Lifetime::Connection);
}

void CliTest::attempt_has_every_option() {
    const Invocation invocation = parsed(
        u"explain --program /opt/none/curl --to ::1 --port 443 --protocol udp --direction in "
        "--user 7 --local-port 99 --started-by /opt/none/sh"_s);
    const auto* explain = std::get_if<ExplainAttempt>(&invocation.request);
    QVERIFY(explain);
    const api::Attempt& attempt = explain->attempt;
    QCOMPARE(attempt.app, kCurl);
    QCOMPARE(attempt.startedBy.path, u"/opt/none/sh"_s);
    QCOMPARE(attempt.uid, 7u);
    QCOMPARE(attempt.direction, api::Direction::Inbound);
    QCOMPARE(attempt.protocol, quint8(17));
    QVERIFY(attempt.remote.isLoopback());
    QCOMPARE(attempt.remotePort, quint16(443));
    QCOMPARE(attempt.localPort, quint16(99));
}

void CliTest::terminal_is_safe_from_strangers() {
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

void CliTest::json_is_safe_on_a_terminal() {
    const QString nasty = u"\x1b[2J\u009b\u202e\U000e0041\n\"\u00e4"_s;
    const QString text = json(QVariantMap{{u"name"_s, nasty}}, Layout::Compact);
    QCOMPARE(text.count(u'\n'), 1);
    for (const QChar c : text.chopped(1))
        QVERIFY(c.unicode() >= 0x20 && c.unicode() != 0x9b && c.unicode() != 0x202e);
    const QJsonDocument back = QJsonDocument::fromJson(text.toUtf8());
    QCOMPARE(back.object().value(u"name"_s).toString(), nasty);
}

void CliTest::errors_of_the_helper_become_exit_codes() {
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

void CliTest::absent_helper_is_said_so() {
    fakes::FakeFirewall firewall;
    firewall.setConnected(false);
    const Ran result = ran(firewall, u"status"_s);
    QCOMPARE(result.code, ExitCode::Unreachable);
    QVERIFY(!result.err.isEmpty());
    // Help needs none.
    QCOMPARE(ran(firewall, u"--help"_s).code, ExitCode::Ok);
}

void CliTest::helper_known_to_be_absent_is_not_waited_for() {
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

void CliTest::without_a_bus_that_is_said() {
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

void CliTest::an_amount_out_of_range_is_told_the_range() {
    for (const auto& [line, range] :
         {QPair{u"settings --history-days 3651"_s, u"1 to 3650"_s},
          QPair{u"settings --history-days 0"_s, u"1 to 3650"_s},
          QPair{u"settings --answer-seconds 0"_s, u"5 to 60"_s},
          QPair{u"settings --history-megabytes 9"_s, u"10 to 100000"_s}}) {
        const Invocation invocation = parsed(line);
        const auto* said = std::get_if<Say>(&invocation.request);
        QVERIFY2(said, qPrintable(line));
        QCOMPARE(said->code, ExitCode::Invalid);
        QVERIFY2(said->text.contains(range), qPrintable(said->text));
    }
}

void CliTest::status_is_waited_for() {
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

void CliTest::a_mode_has_an_end_when_one_is_said() {
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

void CliTest::who_goes_past_the_firewall_has_a_line_each() {
    fakes::FakeFirewall firewall;
    api::Status status;
    status.startedMs = 5;
    firewall.setStatus(status);
    QVERIFY(!ran(firewall, u"status"_s).out.contains(u"Past the firewall"_s));
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

void CliTest::rules_are_added_edited_and_taken_back() {
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

void CliTest::explain_says_where_names_come_from() {
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

void CliTest::unknown_rule_is_not_found() {
    fakes::FakeFirewall firewall;
    QCOMPARE(ran(firewall, u"rules edit 5 --block"_s).code, ExitCode::NotFound);
    QCOMPARE(ran(firewall, u"rules remove 5"_s).code, ExitCode::NotFound);
}

void CliTest::several_rules_are_one_change() {
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

void CliTest::watch_tells_news_once() {
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

void CliTest::watch_that_is_refused_ends() {
    for (const QString& line : {u"watch"_s, u"watch --once"_s}) {
        fakes::FakeFirewall firewall;
        firewall.setWithheld(api::failure(api::ErrorCode::Denied, u"needs a password"_s));
        const Ran result = ran(firewall, line);
        QCOMPARE(result.code, ExitCode::Denied);
        QVERIFY2(result.err.contains(u"use sudo"_s), qPrintable(result.err));
    }
}

void CliTest::watch_prints_an_object_a_line() {
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

void CliTest::history_options_become_a_filter() {
    const auto request = [](const QString& line) {
        const Invocation invocation = parsed(line);
        const auto* history = std::get_if<ShowHistory>(&invocation.request);
        return history ? *history : ShowHistory{{}, -1, false};
    };
    const ShowHistory all = request(
        u"history --program curl --name example --to 192.0.2 --port 8000-8080 --state blocked "
        "--state held --since 2026-01-31 --until 2026-02-01T12:00:00 --limit 5000 word 443"_s);
    QCOMPARE(all.most, 5000);
    using Term = api::HistoryTerm;
    using State = api::ConnectionState;
    const QList<Term> terms{{{u"curl"_s}, {}, {}, {}},
                            {{}, {u"192.0.2"_s}, {}, {}},
                            {{}, {u"example"_s}, {}, {}},
                            {{}, {}, {{8000, 8080}}, {}},
                            {{}, {}, {}, {State::Blocked, State::Held}},
                            {{u"word"_s}, {u"word"_s}, {}, {}},
                            {{u"443"_s}, {u"443"_s}, {api::PortRange::single(443)}, {}}};
    QVERIFY(all.filter.terms == terms);
    QCOMPARE(all.filter.sinceMs, QDateTime(QDate(2026, 1, 31), QTime(0, 0)).toMSecsSinceEpoch());
    QCOMPARE(all.filter.untilMs, QDateTime(QDate(2026, 2, 1), QTime(12, 0)).toMSecsSinceEpoch());
    QCOMPARE(request(u"history"_s).most, 50);
    QCOMPARE(request(u"history --all"_s).most, 0);
    const qint64 anHourAgo = QDateTime::currentMSecsSinceEpoch() - 3'600'000;
    QVERIFY(std::abs(request(u"history --since 1h"_s).filter.sinceMs - anHourAgo) < 60'000);
}

void CliTest::history_is_printed_whole() {
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

void CliTest::history_as_csv_is_safe_to_open() {
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

void CliTest::totals_are_printed() {
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

void CliTest::rules_travel_through_a_file() {
    fakes::FakeFirewall firewall;
    api::Rule rule;
    rule.id = 1;
    rule.app = kCurl;
    firewall.setRules({rule});
    QTemporaryDir folder;
    const QString file = folder.filePath(u"rules.json"_s);
    QCOMPARE(ran(firewall, {u"export"_s, file}).code, ExitCode::Ok);
    QVERIFY(QFileInfo(file).size() > 0);
    for (const char* line : {"--json export", "--json metrics --textfile"}) {
        const QString command = QString::fromLatin1(line);
        const Ran written = ran(firewall, command.split(u' ') << file);
        QVERIFY2(QJsonDocument::fromJson(written.out.toUtf8()).object()["ok"_L1].toBool(),
                 qPrintable(written.out));
    }
    QCOMPARE(ran(firewall, {u"export"_s, file}).code, ExitCode::Ok);
    const Ran imported = ran(firewall, {u"import"_s, file, u"--replace"_s});
    QCOMPARE(imported.code, ExitCode::Ok);
    QVERIFY(firewall.calls().last().contains(u"import"_s, Qt::CaseInsensitive));

    QCOMPARE(ran(firewall, {u"import"_s, folder.filePath(u"none.json"_s)}).code, ExitCode::Failed);
    QCOMPARE(ran(firewall, {u"export"_s, folder.filePath(u"none/rules.json"_s)}).code,
             ExitCode::Failed);
}

// A disk that is full takes nothing.
class Full : public QIODevice {
  protected:
    qint64 readData(char*, qint64) override { return -1; }
    qint64 writeData(const char*, qint64) override {
        setErrorString(u"No space left"_s);
        return -1;
    }
};

void CliTest::what_cannot_be_written_is_said() {
    fakes::FakeFirewall firewall;
    for (const char* command : {"settings", "export", "watch", "metrics", "history"}) {
        Full full;
        QVERIFY(full.open(QIODevice::WriteOnly));
        QTextStream out(&full);
        QString said;
        QTextStream err(&said);
        Runner runner(firewall, out, err);
        std::optional<ExitCode> code;
        connect(&runner, &Runner::finished, this, [&code](ExitCode ended) { code = ended; });
        runner.start(parse({u"sallyportctl"_s, QString::fromLatin1(command), u"--json"_s}), 50);
        firewall.publish({}, {connection(1)});
        QTRY_VERIFY2(code, command);
        QCOMPARE(*code, ExitCode::Failed);
        QVERIFY2(said.contains(u"No space left"_s), qPrintable(said));
    }
}

void CliTest::a_file_that_cannot_be_written_whole_stays_as_it_was() {
    fakes::FakeFirewall firewall;
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"old"_s));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.write("old") == 3 && file.flush());
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit few{8, before.rlim_max};
    const auto old = signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &few), 0);
    const Ran rules = ran(firewall, {u"export"_s, file.fileName()});
    const Ran metrics = ran(firewall, {u"metrics"_s, u"--textfile"_s, file.fileName()});
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, old);
    QCOMPARE(rules.code, ExitCode::Failed);
    QCOMPARE(metrics.code, ExitCode::Failed);
    QFile now(file.fileName());
    QVERIFY(now.open(QIODevice::ReadOnly));
    QCOMPARE(now.readAll(), QByteArray("old"));

    const QByteArray pipe = QFile::encodeName(folder.filePath(u"pipe"_s));
    QCOMPARE(mkfifo(pipe.constData(), 0600), 0);
    QCOMPARE(ran(firewall, {u"export"_s, QFile::decodeName(pipe)}).code, ExitCode::Failed);
    struct stat there {};
    QCOMPARE(stat(pipe.constData(), &there), 0);
    QVERIFY(S_ISFIFO(there.st_mode));
}

void CliTest::half_a_file_is_the_helpers_to_refuse() {
    fakes::FakeFirewall firewall;
    QTemporaryDir folder;
    QFile file(folder.filePath(u"half.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"format\":\"sallyport-rules\",\"version\":1,\"rul");
    file.close();
    firewall.failNext(api::ErrorCode::Invalid, u"cut in half"_s);
    const Ran result = ran(firewall, {u"import"_s, file.fileName()});
    QCOMPARE(result.code, ExitCode::Invalid);
    QVERIFY(result.err.contains(u"cut in half"_s));
}

// A path with other letters would be another program's.
void CliTest::file_that_is_not_utf8_is_refused() {
    fakes::FakeFirewall firewall;
    QTemporaryDir folder;
    for (const QByteArray& bytes : {QByteArray("\"/usr/bin/f\xfc\""), QByteArray("{\0}", 3)}) {
        QFile file(folder.filePath(u"rules.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(bytes);
        file.close();
        const Ran result = ran(firewall, {u"import"_s, file.fileName()});
        QCOMPARE(result.code, ExitCode::Invalid);
        QVERIFY2(result.err.contains(u"UTF-8"_s), qPrintable(result.err));
        QVERIFY(firewall.calls().filter(u"import"_s, Qt::CaseInsensitive).isEmpty());
    }
}

void CliTest::question_is_answered() {
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
}

void CliTest::settings_change_one_by_one() {
    fakes::FakeFirewall firewall;
    const quint32 days = firewall.currentSettings().historyDays;
    QCOMPARE(ran(firewall, u"settings --answer-seconds 9 --nobody-to-ask block"_s).code,
             ExitCode::Ok);
    QCOMPARE(firewall.currentSettings().answerSeconds, 9u);
    QCOMPARE(firewall.currentSettings().nobodyToAsk, api::Fallback::Block);
    QCOMPARE(firewall.currentSettings().historyDays, days);
    QVERIFY(ran(firewall, u"settings"_s).out.contains(u"block"_s));
}

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
