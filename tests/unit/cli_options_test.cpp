// What the command line understands, and what it refuses with which code.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDate>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QPair>
#include <QTemporaryDir>
#include <QTest>
#include <QTime>

#include "cli_bench.h"

using namespace sallyport;
using namespace sallyport::cli;
using namespace Qt::StringLiterals;

class CliOptionsTest : public QObject {
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
    void a_rule_that_blocks_is_for_no_content();
    void a_rule_logs_until_it_is_told_not_to();
    void a_rule_has_names_and_this_side();
    void a_rule_has_requests();
    void a_rule_has_a_quota();
    void an_attempt_has_names_and_this_side();
    void edit_changes_only_what_was_said();
    void a_rule_may_be_for_a_list();
    void time_becomes_an_expiry();
    void links_to_programs_are_followed();
    void answer_has_every_option();
    void attempt_has_every_option();
    void an_amount_out_of_range_is_told_the_range();
    void history_options_become_a_filter();
};

void CliOptionsTest::ends_with_the_documented_code_data() {
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
    row("answer 3 allow --for ever", ExitCode::Invalid);
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
    row("settings --password-for-lasting perhaps", ExitCode::Invalid);
    row("explain 18446744073709551616", ExitCode::Invalid);
    row("explain --program /opt/a --to 10.0.0.0/8 --port 1", ExitCode::Invalid);
    row("explain --program /opt/a --to 192.0.2.1", ExitCode::Invalid);
    row("explain --program /opt/a --to 192.0.2.1 --port 1-2", ExitCode::Invalid);
    row("explain --to 192.0.2.1 --port 1", ExitCode::Invalid);
    row("rules add --allow --protocol frames --to 192.0.2.1", ExitCode::Invalid);
    row("rules add --allow --protocol 255", ExitCode::Invalid);
}

void CliOptionsTest::ends_with_the_documented_code() {
    QFETCH(QString, line);
    QFETCH(int, code);
    const Invocation invocation = parsed(line);
    const auto* say = std::get_if<Say>(&invocation.request);
    QVERIFY2(say, "it was taken for a request");
    QCOMPARE(static_cast<int>(say->code), code);
    QVERIFY(!say->text.isEmpty());
}

void CliOptionsTest::what_is_wrong_is_said_data() {
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
    row("answer 3 maybe", "answer: \"maybe\" is none of allow, block");
    row("answer 3 audit", "answer: \"audit\" is none of allow, block");
    row("answer 3 allow --scope galaxy",
        "--scope: \"galaxy\" is none of address-and-port, address, port, everything, host, domain");
    row("answer 3 allow --for ever",
        "--for: \"ever\" is none of once, until-exit, until-restart, forever, and no time like 5m, "
        "1h or 30d");
    row("rules add --allow --for once",
        "--for: \"once\" is none of until-restart, forever, and no time like 5m, 1h or 30d");
    row("rules add --allow --direction sideways",
        "--direction: \"sideways\" is none of in, out, any");
    row("rules add --allow --protocol smtp",
        "--protocol: \"smtp\" is none of any, tcp, udp, icmp, icmpv6, udplite, sctp, frames or a "
        "number from 0 to 254");
    row("rules add --allow --quota 5GB/week", "--quota: \"week\" is none of day, month");
    row("rules add --allow --quota 5GB/month --quota-then pray",
        "--quota-then: \"pray\" is none of block, ask, notify");
    row("explain --program /opt/a --to ::1 --port 1 --direction any",
        "--direction: \"any\" is none of in, out");
    row("mode sleepy", "mode: \"sleepy\" is none of ask, learn, lock-down, audit");
    row("block-all perhaps", "block-all: \"perhaps\" is none of on, off");
    row("settings --nobody-to-ask shrug",
        "--nobody-to-ask: \"shrug\" is none of wait, block, allow");
    row("settings --password-for-lasting perhaps",
        "--password-for-lasting: \"perhaps\" is none of on, off");
    row("settings --answer-seconds 61",
        "--answer-seconds: \"61\" is not the number of seconds: from 5 to 60");
    row("history --state listening",
        "--state: \"listening\" is none of allowed, blocked, held, undecided, audited");
}

void CliOptionsTest::what_is_wrong_is_said() {
    QFETCH(QString, line);
    QFETCH(QString, said);
    const Invocation invocation = parsed(line);
    const auto* say = std::get_if<Say>(&invocation.request);
    QVERIFY2(say, "it was taken for a request");
    QCOMPARE(say->text, said);
}

void CliOptionsTest::json_may_stand_anywhere() {
    QVERIFY(parsed(u"--json status"_s).json);
    QVERIFY(parsed(u"status --json"_s).json);
    QVERIFY(!parsed(u"status"_s).json);
    QVERIFY(std::holds_alternative<ShowStatus>(parsed(u"--json status"_s).request));
}

void CliOptionsTest::every_command_explains_itself() {
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

void CliOptionsTest::rule_has_every_option() {
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

void CliOptionsTest::a_rule_audits() {
    const Invocation invocation = parsed(u"rules add --audit --port 80 --protocol tcp"_s);
    const auto* add = std::get_if<AddRule>(&invocation.request);
    QVERIFY(add);
    QCOMPARE(add->options.applyTo({}, 0)->action, api::Action::Audit);
    fakes::FakeFirewall firewall;
    QCOMPARE(ran(firewall, u"mode audit"_s).code, ExitCode::Ok);
    QCOMPARE(firewall.status().mode, api::Mode::Audit);
}

void CliOptionsTest::a_rule_that_blocks_is_for_no_content() {
    const auto add = parsed(u"rules add --allow --program /opt/tool"_s);
    auto rule = std::get<AddRule>(add.request).options.applyTo({}, 0);
    rule->sha256 = QString(64, u'a');
    const auto edited = [&](const QString& words) {
        return std::get<EditRule>(parsed(u"rules edit 3 "_s + words).request)
            .options.applyTo(*rule, 0);
    };
    QCOMPARE(edited(u"--note word"_s)->sha256, rule->sha256);
    QVERIFY(edited(u"--block"_s));
    QCOMPARE(edited(u"--block"_s)->sha256, QString());
}

void CliOptionsTest::a_rule_logs_until_it_is_told_not_to() {
    const auto add = parsed(u"rules add --allow --log"_s);
    const auto rule = std::get<AddRule>(add.request).options.applyTo({}, 0);
    QVERIFY(rule->log);
    const auto edit = parsed(u"rules edit 3 --no-log"_s);
    QVERIFY(!std::get<EditRule>(edit.request).options.applyTo(*rule, 0)->log);
    const auto other = parsed(u"rules edit 3 --note word"_s);
    QVERIFY(std::get<EditRule>(other.request).options.applyTo(*rule, 0)->log);
}

void CliOptionsTest::a_rule_has_names_and_this_side() {
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

void CliOptionsTest::a_rule_has_requests() {
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

void CliOptionsTest::a_rule_has_a_quota() {
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

void CliOptionsTest::an_attempt_has_names_and_this_side() {
    const Invocation invocation = parsed(
        u"explain --program /opt/none/curl --to 192.0.2.1 --port 443 --name a.example "
        "--name b.example --local 10.0.0.1 --interface wg0"_s);
    const auto* explain = std::get_if<ExplainAttempt>(&invocation.request);
    QVERIFY(explain);
    QCOMPARE(explain->attempt.names, (QStringList{u"a.example"_s, u"b.example"_s}));
    QCOMPARE(explain->attempt.local, api::Address::parse(u"10.0.0.1"_s).value());
    QCOMPARE(explain->attempt.interface, u"wg0"_s);

    const Invocation frames = parsed(u"explain --program /opt/none/curl --protocol frames"_s);
    explain = std::get_if<ExplainAttempt>(&frames.request);
    QVERIFY(explain);
    QCOMPARE(explain->attempt.protocol, api::kFrames);
    QVERIFY(explain->attempt.remote.isUnspecified());
}

void CliOptionsTest::edit_changes_only_what_was_said() {
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

void CliOptionsTest::a_rule_may_be_for_a_list() {
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

void CliOptionsTest::time_becomes_an_expiry() {
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

void CliOptionsTest::links_to_programs_are_followed() {
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

void CliOptionsTest::answer_has_every_option() {
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

void CliOptionsTest::attempt_has_every_option() {
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

void CliOptionsTest::an_amount_out_of_range_is_told_the_range() {
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

void CliOptionsTest::history_options_become_a_filter() {
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

QTEST_GUILESS_MAIN(CliOptionsTest)
#include "cli_options_test.moc"
