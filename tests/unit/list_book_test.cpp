// Lists in the helper: kept, put in force whole or not at all, and what rules make of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QFile>
#include <QIODevice>
#include <QSignalSpy>
#include <QTest>
#include <csignal>

#include "dns_wire.h"
#include "engine_parts.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr quint64 kSerial = 100;
constexpr qint32 kPid = 4000;
const api::Address kServer = api::Address::v4(0xcb007107u);  // 203.0.113.7
const QByteArray kAds = "||ads.example^\n@@||good.ads.example^\nwhat is this\n";
const QByteArray kBad = "203.0.113.0/24\n198.51.100.0/24\n";

kernel::Fd memory(const QByteArray& content, int seals = F_SEAL_WRITE | F_SEAL_SHRINK) {
    kernel::Fd fd(memfd_create("list", MFD_ALLOW_SEALING));
    if (write(fd.get(), content.constData(), size_t(content.size())) != content.size() ||
        fcntl(fd.get(), F_ADD_SEALS, seals) != 0)
        qFatal("no memory for a list");
    return fd;
}

api::List named(const QString& name) {
    api::List list;
    list.name = name;
    return list;
}

struct Bench : tests::EngineParts {
    Bench() { open(); }
    void open() {
        EngineParts::open(
            {in("rules.d"), [](quint32) { return std::optional<bool>(true); }, in("lists")});
        kernel.events.append([](kernel::Sink& sink) {
            kernel::ExecReport exec;
            exec.serial = kSerial;
            exec.pid = kPid;
            exec.file = {kSerial, 1, 1};
            exec.path = u"/opt/test/browser"_s;
            sink.onExec(exec);
        });
        start();
    }
    api::Result<api::ListReport> set(const QString& name, kernel::Fd content) {
        std::optional<api::Result<api::ListReport>> result;
        engine->setList(named(name), std::move(content),
                        [&](const auto& report) { result = report; });
        (void)QTest::qWaitFor([&] { return result.has_value(); });
        return result.value_or(api::failure(api::ErrorCode::Failed, u"no answer"_s));
    }
    api::Result<void> remove(const QString& name, bool despiteRules) {
        std::optional<api::Result<void>> result;
        engine->removeList(name, despiteRules, [&](const auto& done) { result = done; });
        (void)QTest::qWaitFor([&] { return result.has_value(); });
        return result.value_or(api::failure(api::ErrorCode::Failed, u"no answer"_s));
    }
    api::RuleId block(const QString& remote) {
        api::Rule rule;
        rule.remote = *api::Remote::parse(remote);
        return *engine->addRule(rule);
    }
    // The program was told that this is the server's name.
    void told(const QString& name) {
        kernel::DnsReport dns;
        dns.cookie = 90;
        dns.owner = {kSerial, 1, kPid, 1000, 0, 0};
        dns.server = api::Address::v4(0xcb007135u);
        dns.port = SP_DNS_PORT;
        dns.message = dns::query(7, name);
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
        dns.answer = true;
        dns.message = dns::answer(7, name, {kServer});
        ++kernel.told;
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
        engine->drain();
    }
    api::Explanation explain(const QString& name = {}) const {
        api::Attempt attempt;
        attempt.app = {api::AppIdentity::Kind::Path, u"/opt/test/browser"_s, {}};
        attempt.protocol = 6;
        attempt.remote = kServer;
        attempt.remotePort = 443;
        if (!name.isEmpty())
            attempt.names = {name};
        return engine->explain(attempt);
    }
    QString why(api::RuleId id, const QString& name = {}) const {
        for (const api::ExplanationStep& step : explain(name).steps) {
            if (step.rule.id == id)
                return step.why;
        }
        return {};
    }
    // What the kernel says of it when it cannot say.
    api::ConnectionState judged() {
        kernel::FlowReport report;
        report.key = {1, kServer, 443, 6};
        report.owner = {kSerial, 1, kPid, 1000, 0, 0};
        report.decision = {SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0};
        kernel.events.append([=](kernel::Sink& sink) {
            sink.onHeld(report, {report.key, 1, 0, 0, "SYN"});
        });
        engine->drain();
        return engine->connections().value(0).state;
    }
    QList<policy::PatternNumber> toldTheKernel() const {
        return kernel.named.value({kServer, kSerial});
    }
};

}  // namespace

class ListBookTest : public QObject {
    Q_OBJECT
  private slots:
    void aListOfNamesFitsTheNamesOfAddresses();
    void aListOfPrefixesIsTheKernels();
    void whatIsInTooManyListsIsJudgedHere();
    void explanationsNameTheLine();
    void explanationsNameTheListsOfNameAndAddress();
    void aBadContentLeavesTheOldOne();
    void aKernelThatRefusesLeavesTheOldOne();
    void aDiskThatRefusesLeavesTheOldOne();
    void aDiskThatTakesHalfAListHasNone();
    void onlySealedMemoryIsRead();
    void listsSurviveARestart();
    void onlyWhatIsOnTheWebIsDaily();
    void aListWhoseContentIsGoneIsNamed();
    void aListThatRulesAskForIsNotRemovedByMistake();
    void aRuleWaitsForItsList();
    void reportsCarryTheBadLines();
    void readingCanBeCancelled();
    void thereIsRoomForSixtyFour();
};

void ListBookTest::aListOfNamesFitsTheNamesOfAddresses() {
    Bench bench;
    QVERIFY(bench.set(u"ads"_s, memory(kAds)));
    bench.told(u"www.ads.example"_s);
    QVERIFY(bench.kernel.named.isEmpty());  // no rule asks for it
    const api::RuleId rule = bench.block(u"list:ads"_s);
    QCOMPARE(bench.toldTheKernel().size(), 1);
    QVERIFY(bench.kernel.policy.slices.contains({SP_APP_ANY, bench.toldTheKernel().first()}));
    QCOMPARE(bench.judged(), api::ConnectionState::Blocked);
    QCOMPARE(bench.engine->connections().first().rule, rule);
    bench.told(u"good.ads.example"_s);
    QVERIFY(bench.engine->setRulesEnabled({rule}, false));
    QVERIFY(bench.kernel.named.isEmpty());
}

void ListBookTest::aListOfPrefixesIsTheKernels() {
    Bench bench;
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    const api::RuleId rule = bench.block(u"list:bad"_s);
    QCOMPARE(bench.kernel.policy.head.listed, 1u);
    QCOMPARE(bench.kernel.listed.size(), 2u);
    for (const kernel::ListedPrefix& prefix : bench.kernel.listed) {
        QCOMPARE(prefix.bits, quint8(96 + 24));
        QCOMPARE(prefix.lists.count, quint8(1));
        QVERIFY(bench.kernel.policy.slices.contains({SP_APP_ANY, prefix.lists.lists[0]}));
    }
    QCOMPARE(bench.judged(), api::ConnectionState::Blocked);
    QCOMPARE(bench.engine->connections().first().rule, rule);
    const quint32 generation = bench.kernel.generation;
    QVERIFY(bench.set(u"bad"_s, memory("203.0.113.0/24\n@@||203.0.113.7^\n")));
    QVERIFY(bench.kernel.generation > generation);  // what runs is judged again
    QCOMPARE(bench.kernel.listed.size(), 2u);
    QCOMPARE(bench.explain().rule, 0u);
}

void ListBookTest::whatIsInTooManyListsIsJudgedHere() {
    Bench bench;
    for (int i = 0; i < 9; ++i)
        QVERIFY(bench.set(u"bad%1"_s.arg(i), memory(kBad)));
    QVERIFY(bench.kernel.listed[0].lists.count > SP_MAX_LISTS_OF);
    bench.block(u"list:bad8"_s);
    QCOMPARE(bench.judged(), api::ConnectionState::Blocked);
}

void ListBookTest::explanationsNameTheLine() {
    Bench bench;
    QVERIFY(bench.set(u"ads"_s, memory(kAds)));
    const api::RuleId rule = bench.block(u"list:ads"_s);
    QCOMPARE(bench.explain(u"www.ads.example"_s).rule, rule);
    QVERIFY(bench.why(rule, u"www.ads.example"_s)
                .contains(u"www.ads.example is in line 1 of list ads: ||ads.example^"_s));
    QVERIFY(bench.why(rule, u"good.ads.example"_s)
                .contains(u"excepted by line 2 of list ads: ||good.ads.example^"_s));
    QVERIFY(bench.why(rule).contains(u"before the program says one"_s));
    const api::RuleId missing = bench.block(u"list:none"_s);
    QCOMPARE(bench.why(missing), u"there is no list none"_s);
}

void ListBookTest::explanationsNameTheListsOfNameAndAddress() {
    Bench bench;
    QVERIFY(bench.set(u"ads"_s, memory(kAds)));
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    QVERIFY(bench.set(u"other"_s, memory("other.example\n")));
    const api::RuleId rule = bench.block(u"list:ads"_s);
    const api::Explanation listed = bench.explain(u"www.ads.example"_s);
    QCOMPARE(listed.rule, rule);
    QCOMPARE(listed.lists, QStringList{u"bad"_s});
    QCOMPARE(listed.names.value(0).lists, QStringList{u"ads"_s});
    for (const api::ExplanationStep& step : listed.steps)
        QCOMPARE(step.name, step.decides ? u"www.ads.example"_s : QString());
    QCOMPARE(bench.explain(u"good.ads.example"_s).names.value(0).lists, QStringList());
    QVERIFY(bench.set(u"home"_s, memory("127.0.0.0/8\n")));
    api::Attempt home;  // this machine is in no list
    home.app = {api::AppIdentity::Kind::Path, u"/opt/test/browser"_s, {}};
    home.remote = api::Address::v4(0x7f000001);
    QCOMPARE(bench.engine->explain(home).lists, QStringList());
    bench.block(u"list:bad"_s);  // by the address, whatever its name
    for (const api::ExplanationStep& step : bench.explain(u"good.ads.example"_s).steps)
        QVERIFY(step.name.isEmpty());
}

void ListBookTest::aBadContentLeavesTheOldOne() {
    Bench bench;
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    for (const QByteArray& content :
         {QByteArray(), QByteArray("This is prose.\nIt is no list.\n"),
          QByteArray("<!DOCTYPE html>\n<html></html>\n"), QByteArray("\x1f\x8b\x08")}) {
        const auto report = bench.set(u"bad"_s, memory(content));
        QVERIFY(!report);
        QCOMPARE(report.error().code, api::ErrorCode::Invalid);
        QVERIFY(!bench.set(u"new"_s, memory(content)));
    }
    QCOMPARE(bench.engine->lists().lists().size(), 1);
    QCOMPARE(bench.kernel.listed.size(), 2u);
    bench.open();
    QCOMPARE(bench.engine->lists().lists().size(), 1);
    QCOMPARE(bench.engine->lists().lists().first().prefixes, 2u);
}

void ListBookTest::aKernelThatRefusesLeavesTheOldOne() {
    Bench bench;
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    bench.kernel.refuseListed = true;
    QVERIFY(!bench.set(u"bad"_s, memory("192.0.2.0/24\n")));
    QVERIFY(bench.engine->lists().find(u"192.0.2.1"_s).isEmpty());
    QCOMPARE(bench.engine->lists().find(kServer.toString()).size(), 1);
    bench.kernel.refuseListed = false;
    bench.open();
    QCOMPARE(bench.engine->lists().lists().first().prefixes, 2u);
}

void ListBookTest::aDiskThatRefusesLeavesTheOldOne() {
    Bench bench;
    QFile file(bench.folder.filePath(u"lists"_s));  // where the folder would be
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(!bench.set(u"bad"_s, memory(kBad)));
    QVERIFY(bench.kernel.listed.empty());
    QVERIFY(bench.engine->lists().lists().isEmpty());
    QVERIFY(file.remove());
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
}

void ListBookTest::aDiskThatTakesHalfAListHasNone() {
    Bench bench;
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit few{
        8, before.rlim_max};  // enough for what is in the list, not for what is said of it
    const auto old = signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &few), 0);
    const auto set = bench.set(u"ads"_s, memory("a.b\n"));
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, old);
    QVERIFY(!set);
    QVERIFY(bench.engine->lists().lists().isEmpty());
}

void ListBookTest::onlySealedMemoryIsRead() {
    Bench bench;
    for (const int seals : {0, F_SEAL_WRITE, F_SEAL_SHRINK})
        QVERIFY(!bench.set(u"bad"_s, memory(kBad, seals)));
    QVERIFY(!bench.set(u"bad"_s, kernel::Fd(open("/dev/zero", O_RDONLY))));
    QVERIFY(!bench.set(u"bad"_s, kernel::Fd()));
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
}

void ListBookTest::listsSurviveARestart() {
    Bench bench;
    QVERIFY(bench.set(u"ads"_s, memory(kAds)));
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    QVERIFY(bench.remove(u"ads"_s, false));
    const auto before = bench.kernel.listed;
    bench.kernel.listed.clear();
    bench.open();
    QVERIFY(bench.kernel.listed == before);  // with the same number
    const QList<api::List> lists = bench.engine->lists().lists();
    QCOMPARE(lists.size(), 1);
    QCOMPARE(lists.first().prefixes, 2u);
    QVERIFY(lists.first().updatedMs > 0);
    QCOMPARE(bench.engine->status().problem, QString());
}

void ListBookTest::onlyWhatIsOnTheWebIsDaily() {
    Bench bench;
    api::List list = named(u"bad"_s);
    const auto daily = [&](const QString& source) {
        list.source = source;
        list.daily = true;
        return validate(list).has_value();
    };
    QVERIFY(!daily(u"/home/ann/bad.txt"_s) && !daily(u"httpd.txt"_s) && !daily({}));
    QVERIFY(daily(u"HTTPS://lists.example/bad.txt"_s) && daily(u"http://lists.example/bad"_s));
    // One that an earlier version kept is in force, and refreshed by hand.
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    for (const auto& [source, isDaily] : {std::pair("/home/ann/bad.txt", false),
                                          std::pair("https://lists.example/bad.txt", true)}) {
        QFile kept(bench.folder.filePath(u"lists/bad.json"_s));
        QVERIFY(kept.open(QIODevice::WriteOnly | QIODevice::Truncate));
        kept.write(R"({"name": "bad", "title": "", "source": ")" + QByteArray(source) +
                   R"(", "daily": true, "number": 1})");
        kept.close();
        bench.open();
        const QList<api::List> lists = bench.engine->lists().lists();
        QCOMPARE(lists.size(), 1);
        QCOMPARE(lists.first().source, QString::fromLatin1(source));
        QCOMPARE(lists.first().daily, isDaily);
        QCOMPARE(bench.engine->status().problem, QString());
        QVERIFY(validate(lists.first()));
    }
}

void ListBookTest::aListWhoseContentIsGoneIsNamed() {
    Bench bench;
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    QVERIFY(QFile::remove(bench.folder.filePath(u"lists/bad.txt"_s)));
    bench.open();
    QVERIFY(bench.engine->status().problem.contains(u"list bad: its content is gone"_s));
    QVERIFY(!bench.engine->lists().lists().first().problem.isEmpty());
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    QCOMPARE(bench.engine->status().problem, QString());
}

void ListBookTest::aListThatRulesAskForIsNotRemovedByMistake() {
    Bench bench;
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    const api::RuleId rule = bench.block(u"list:bad"_s);
    const auto refused = bench.remove(u"bad"_s, false);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, api::ErrorCode::Conflict);
    QVERIFY(refused.error().text.contains(QString::number(rule)));
    QCOMPARE(bench.explain().rule, rule);
    QVERIFY(bench.remove(u"bad"_s, true));
    QCOMPARE(bench.remove(u"bad"_s, false).error().code, api::ErrorCode::NotFound);
    QCOMPARE(bench.explain().rule, 0u);
    QVERIFY(bench.kernel.listed.empty());
    QCOMPARE(bench.kernel.policy.head.listed, 0u);
}

void ListBookTest::aRuleWaitsForItsList() {
    Bench bench;
    const api::RuleId rule = bench.block(u"list:bad"_s);
    QCOMPARE(bench.explain().rule, 0u);
    QVERIFY(bench.set(u"bad"_s, memory(kBad)));
    QCOMPARE(bench.explain().rule, rule);
    QCOMPARE(bench.kernel.policy.head.listed, 1u);
}

void ListBookTest::reportsCarryTheBadLines() {
    Bench bench;
    const auto report = bench.set(u"ads"_s, memory(kAds));
    QVERIFY(report);
    QCOMPARE(report->format, u"adblock"_s);
    QCOMPARE(report->list.names, 2u);
    QCOMPARE(report->list.badLines, 1u);
    QCOMPARE(report->firstBad.size(), 1);
    QCOMPARE(report->firstBad.first().number, 3u);
}

void ListBookTest::readingCanBeCancelled() {
    Bench bench;
    QByteArray large;
    for (int i = 0; i < 300'000; ++i)
        large += "name" + QByteArray::number(i) + ".ads.example\n";
    std::optional<api::Result<api::ListReport>> result;
    QSignalSpy progress(&bench.engine->lists(), &engine::ListBook::progress);
    bench.engine->setList(named(u"ads"_s), memory(large),
                          [&](const auto& report) { result = report; });
    QVERIFY(bench.engine->lists().cancel(u"ads"_s));
    QTRY_VERIFY(result);
    QVERIFY(!*result);
    QVERIFY(!bench.engine->lists().cancel(u"ads"_s));
    QVERIFY(bench.engine->lists().lists().isEmpty());
    QVERIFY(bench.set(u"ads"_s, memory(large)));
    QVERIFY(!progress.isEmpty());
}

void ListBookTest::thereIsRoomForSixtyFour() {
    Bench bench;
    for (int i = 0; i < api::kMostLists; ++i)
        QVERIFY(bench.set(u"list%1"_s.arg(i), memory(kAds)));
    const auto more = bench.set(u"more"_s, memory(kAds));
    QVERIFY(!more);
    QCOMPARE(more.error().code, api::ErrorCode::Conflict);
    QVERIFY(bench.remove(u"list7"_s, false));
    QVERIFY(bench.set(u"more"_s, memory(kAds)));
}

QTEST_GUILESS_MAIN(ListBookTest)
#include "list_book_test.moc"
