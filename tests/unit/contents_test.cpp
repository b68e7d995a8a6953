// Programs that somebody but root can change: what is in the file when it is run.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <QCryptographicHash>
#include <QSignalSpy>
#include <QtTest>

#include "api/rule_file.h"
#include "engine_parts.h"
#include "process/content.h"
#include "process/host.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 kUid = 1000;
const QString kAgent = u":1.7"_s;
constexpr long kTmpfs = 0x01021994;

api::Rule allow(const QString& path) {
    api::Rule rule;
    rule.action = api::Action::Allow;
    rule.app = {api::AppIdentity::Kind::Path, path, {}};
    return rule;
}

api::Rule block(const QString& path) {
    api::Rule rule = allow(path);
    rule.action = api::Action::Block;
    rule.remotePorts = api::PortRange::single(25);
    rule.protocol = 6;
    return rule;
}

// A program in a folder of a person's, and an engine.
struct Bench : tests::EngineParts {
    QString path;
    quint64 serial = 100;
    quint64 cookie = 0;

    Bench() {
        QVERIFY(QDir(folder.path()).mkdir(u"bin"_s));
        path = in("bin/tool");
        write("one");
        own(in("bin"), kUid);
        open({in("rules.d"), {}});
        start();
        engine->addAgent({kAgent, kUid, true});
    }
    static void own(const QString& file, quint32 uid) {
        QCOMPARE(::chown(QFile::encodeName(file).constData(), uid, uid), 0);
    }
    void write(const QByteArray& text) const {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
        file.close();
        QCOMPARE(::chmod(QFile::encodeName(path).constData(), 0755), 0);
    }
    static QString sumOf(const QByteArray& text) {
        return QString::fromLatin1(
            QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
    }
    QString boundTo() const {
        for (const api::Rule& rule : engine->rules())
            if (rule.app.path == path && rule.action == api::Action::Allow)
                return rule.sha256;
        return {};
    }
    void add(const api::Rule& rule) const { QVERIFY(engine->addRule(rule)); }
    void addBound() {
        add(allow(path));
        QTRY_COMPARE(boundTo(), sumOf("one"));
    }

    // The kernel side, which knows a file by its stamp.
    void exec() {
        kernel::ExecReport report;
        report.serial = ++serial;
        report.pid = qint32(serial);
        report.uid = kUid;
        report.file = process::hostFile(path)->key;
        report.path = path;
        report.arguments = QStringList{path};
        report.app = kernel.apps.value(report.file);
        kernel.events.append([report](kernel::Sink& sink) { sink.onExec(report); });
        engine->drain();
    }
    quint32 app() const { return kernel.tasks.value(qint32(serial)).app; }
    kernel::FlowKey connectTo(quint16 port = 443) {
        kernel::FlowReport report;
        report.key = {++cookie, api::Address::v4(0xcb007101u), port, 6};
        report.owner = {serial, 1, qint32(serial), kUid, app(), 0};
        report.decision = {app() ? SP_VERDICT_HOLD : SP_VERDICT_UNRESOLVED, SP_REASON_NONE, 0};
        report.localPort = 50000;
        const kernel::HeldPacket packet{report.key, 1, 0, 0, "syn"};
        kernel.events.append([=](kernel::Sink& sink) { sink.onHeld(report, packet); });
        engine->drain();
        return report.key;
    }
    void allowFirst(api::Lifetime lifetime) const {
        api::Answer answer;
        answer.action = api::Action::Allow;
        answer.lifetime = lifetime;
        QVERIFY(engine->answer(engine->questions().constFirst().id, answer));
    }
    // What the kernel would decide of the process's connections.
    policy::Decision decide(quint16 port = 443) const {
        sp_attempt attempt{};
        attempt.remote = policy::toKernel(api::Address::v4(0xcb007101u));
        attempt.rport = port;
        attempt.protocol = 6;
        attempt.direction = SP_DIRECTION_OUT;
        attempt.has_ports = 1;
        attempt.uid = kUid;
        attempt.app = app();
        return policy::decide(kernel.policy, attempt, kernel.boot);
    }
};

}  // namespace

class ContentsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void aRuleIsForWhatIsInTheFile();
    void aChangedProgramIsAskedAbout();
    void aFileReplacedByRenamingIsAskedAbout();
    void aTouchedProgramPasses();
    void allowedForEverItIsAskedAboutOnce();
    void allowedForNowItStaysChanged();
    void aProgramThatChangedVeryOftenIsStillAskedAbout();
    void aBlockHoldsWhateverIsInTheFile();
    void whatOnlyRootCanChangeKeepsItsRule();
    void aProgramWithoutARuleIsAskedAboutAsEver();
    void aProgramWhoseFileIsGoneIsNotAllowedForWhatComesNext_data();
    void aProgramWhoseFileIsGoneIsNotAllowedForWhatComesNext();
    void anExplanationSaysWhy();
    void aClientCannotSayWhatIsInTheFile();
    void anEditKeepsWhatItIsFor();
    void anExportCarriesIt();
    void aRestartForgetsNothing();
    void somebodyWhoWritesIsNotedAsUnknown();
    void nobodysLargeFilesKeepAnotherWaiting();
    void whoCanChangeAFile();
};

void ContentsTest::initTestCase() {
    if (geteuid() != 0)
        QSKIP("makes files of other people: needs root");
    // No content is told on tmpfs, which /tmp often is and /var/tmp never (hier(7)).
    struct statfs system {};
    if (statfs(QFile::encodeName(QDir::tempPath()).constData(), &system) == 0 &&
        system.f_type == kTmpfs)
        qputenv("TMPDIR", "/var/tmp");
}

void ContentsTest::aRuleIsForWhatIsInTheFile() {
    Bench bench;
    bench.addBound();
    bench.exec();
    QTRY_VERIFY(bench.app());
    QCOMPARE(bench.decide().verdict, SP_VERDICT_ALLOW);
    QCOMPARE(bench.engine->questions().size(), 0);
}

void ContentsTest::aChangedProgramIsAskedAbout() {
    Bench bench;
    bench.addBound();
    bench.write("two");
    bench.exec();
    QTRY_VERIFY(bench.app());
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    QCOMPARE(bench.engine->questions().constFirst().changedSinceMs, bench.clock.now);
    QVERIFY(bench.kernel.injected.isEmpty());
}

void ContentsTest::aFileReplacedByRenamingIsAskedAbout() {
    Bench bench;
    bench.addBound();
    bench.exec();
    QTRY_VERIFY(bench.app());
    const QString original = bench.path;
    bench.path = bench.in("bin/other");
    bench.write("two");
    QCOMPARE(::rename(QFile::encodeName(bench.path).constData(),
                      QFile::encodeName(original).constData()),
             0);
    bench.path = original;
    QCOMPARE(bench.decide().verdict, SP_VERDICT_ALLOW);  // what runs is what was executed
    bench.exec();
    QTRY_VERIFY(bench.app());
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
}

void ContentsTest::aTouchedProgramPasses() {
    Bench bench;
    bench.addBound();
    bench.write("one");
    bench.exec();
    const kernel::FlowKey flow = bench.connectTo();
    QTRY_COMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.kernel.injected.constFirst().key, flow);
    QCOMPARE(bench.decide().verdict, SP_VERDICT_ALLOW);
    QCOMPARE(bench.engine->questions().size(), 0);
}

void ContentsTest::allowedForEverItIsAskedAboutOnce() {
    Bench bench;
    bench.addBound();
    api::Rule other = allow(bench.path);
    other.remotePorts = api::PortRange::single(443);
    other.protocol = 6;
    bench.add(other);
    bench.write("two");
    bench.exec();
    (void)bench.connectTo();
    (void)bench.connectTo(80);
    QTRY_COMPARE(bench.engine->questions().size(), 2);
    bench.allowFirst(api::Lifetime::Forever);
    QCOMPARE(bench.engine->questions().size(), 0);
    QCOMPARE(bench.boundTo(), Bench::sumOf("two"));
    QCOMPARE(bench.decide(9999).verdict, SP_VERDICT_ALLOW);
    bench.write("one");  // and what it was before is a change, too
    bench.exec();
    QTRY_VERIFY(bench.app());
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
}

void ContentsTest::allowedForNowItStaysChanged() {
    Bench bench;
    bench.addBound();
    bench.write("two");
    bench.exec();
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    bench.allowFirst(api::Lifetime::Connection);
    QCOMPARE(bench.boundTo(), Bench::sumOf("one"));
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
}

void ContentsTest::aProgramThatChangedVeryOftenIsStillAskedAbout() {
    Bench bench;
    bench.addBound();
    for (int i = 0; i < engine::Numbering::kMostContents; ++i) {
        bench.write("build " + QByteArray::number(i));
        bench.exec();
        QTRY_VERIFY(bench.app());
    }
    bench.write("the last one");
    bench.exec();
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    bench.allowFirst(api::Lifetime::Forever);
    QCOMPARE(bench.decide(9999).verdict, SP_VERDICT_ALLOW);
    bench.write("one more");
    bench.exec();
    QTRY_VERIFY(bench.app());
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
}

void ContentsTest::aBlockHoldsWhateverIsInTheFile() {
    Bench bench;
    bench.addBound();
    bench.add(block(bench.path));
    for (const char* text : {"one", "two", "three"}) {
        bench.write(text);
        bench.exec();
        QTRY_VERIFY(bench.app());
        QCOMPARE(bench.decide(25).verdict, SP_VERDICT_BLOCK_ERROR);
    }
}

void ContentsTest::whatOnlyRootCanChangeKeepsItsRule() {
    Bench bench;
    Bench::own(bench.in("bin"), 0);
    bench.add(allow(bench.path));
    bench.write("two");
    bench.exec();
    QVERIFY(bench.app());  // at once, nothing is read
    QCOMPARE(bench.decide().verdict, SP_VERDICT_ALLOW);
    QCOMPARE(bench.boundTo(), QString());
}

void ContentsTest::aProgramWithoutARuleIsAskedAboutAsEver() {
    Bench bench;
    bench.exec();
    QCOMPARE(bench.app(), 0u);
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    QCOMPARE(bench.engine->questions().constFirst().changedSinceMs, 0);
    bench.allowFirst(api::Lifetime::Forever);
    QCOMPARE(bench.boundTo(), Bench::sumOf("one"));
    QCOMPARE(bench.kernel.injected.size(), 1);
    QCOMPARE(bench.decide().verdict, SP_VERDICT_ALLOW);
}

void ContentsTest::aProgramWhoseFileIsGoneIsNotAllowedForWhatComesNext_data() {
    QTest::addColumn<bool>("replaced");
    QTest::newRow("deleted") << false;
    QTest::newRow("replaced") << true;
}

// A rule for its path would be for whatever somebody puts there.
void ContentsTest::aProgramWhoseFileIsGoneIsNotAllowedForWhatComesNext() {
    QFETCH(bool, replaced);
    Bench bench;
    bench.exec();
    QVERIFY(QFile::remove(bench.path));
    if (replaced)
        bench.write("two");
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    const api::Question question = bench.engine->questions().constFirst();
    QVERIFY(question.process.deleted);
    api::Answer answer;
    answer.action = api::Action::Allow;
    for (const auto lifetime : {api::Lifetime::Forever, api::Lifetime::UntilRestart}) {
        answer.lifetime = lifetime;
        const auto refused = bench.engine->answer(question.id, answer);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, api::ErrorCode::Invalid);
        QVERIFY2(refused.error().text.contains(u"deleted or replaced"_s),
                 qPrintable(refused.error().text));
    }
    QVERIFY(bench.kernel.injected.isEmpty());
    QCOMPARE(bench.engine->questions().size(), 1);
    answer.lifetime = api::Lifetime::Process;
    QVERIFY(bench.engine->answer(question.id, answer));
    QVERIFY(!bench.kernel.injected.isEmpty());
}

void ContentsTest::anExplanationSaysWhy() {
    Bench bench;
    bench.addBound();
    bench.write("two");
    bench.exec();
    (void)bench.connectTo();
    QTRY_COMPARE(bench.engine->questions().size(), 1);
    const auto why = bench.engine->explain(bench.engine->connections().constFirst().id);
    QVERIFY(why);
    bool said = false;
    for (const api::ExplanationStep& step : why->steps)
        said |= !step.matches && step.why.contains(u"file has changed"_s);
    QVERIFY(said);
}

void ContentsTest::aClientCannotSayWhatIsInTheFile() {
    Bench bench;
    api::Rule rule = allow(bench.path);
    rule.sha256 = Bench::sumOf("evil");
    bench.add(rule);
    QTRY_COMPARE(bench.boundTo(), Bench::sumOf("one"));
}

void ContentsTest::anEditKeepsWhatItIsFor() {
    Bench bench;
    bench.addBound();
    bench.write("two");
    for (api::Rule rule : bench.engine->rules()) {
        if (rule.app.path != bench.path)
            continue;
        rule.note = u"mine"_s;
        rule.sha256 = Bench::sumOf("two");
        QVERIFY(bench.engine->editRule(rule));
    }
    QCOMPARE(bench.boundTo(), Bench::sumOf("one"));
}

void ContentsTest::anExportCarriesIt() {
    Bench bench;
    bench.addBound();
    const QByteArray json = api::exportToJson(bench.engine->rules());
    bench.write("two");
    QVERIFY(bench.engine->importRules(json, true));
    QCOMPARE(bench.boundTo(), Bench::sumOf("one"));
}

void ContentsTest::aRestartForgetsNothing() {
    Bench bench;
    bench.addBound();
    bench.write("two");
    bench.exec();
    QTRY_VERIFY(bench.app());
    const quint32 before = bench.app();
    bench.open({bench.in("rules.d"), {}});
    bench.start();
    QCOMPARE(bench.boundTo(), Bench::sumOf("one"));
    bench.exec();  // the kernel side still knows the file
    QCOMPARE(bench.kernel.apps.value(process::hostFile(bench.path)->key), before);
    QCOMPARE(bench.decide().verdict, SP_VERDICT_UNRESOLVED);
    QTRY_COMPARE(bench.app(), before);
    QCOMPARE(bench.decide().verdict, SP_VERDICT_HOLD);
}

void ContentsTest::somebodyWhoWritesIsNotedAsUnknown() {
    Bench bench;
    const std::atomic_bool stop = false;
    const int writer = ::open(QFile::encodeName(bench.path).constData(), O_WRONLY | O_CLOEXEC);
    const auto file = process::hostFile(bench.path)->key;
    QCOMPARE(process::contentOf(bench.path, file, stop),
             QString::fromUtf16(process::kUnknownContent));
    ::close(writer);
    QCOMPARE(process::contentOf(bench.path, file, stop), Bench::sumOf("one"));
}

void ContentsTest::nobodysLargeFilesKeepAnotherWaiting() {
    constexpr quint32 kOther = 1001;
    constexpr qint64 kLarge = qint64{1} << 30;
    Bench bench;
    const auto make = [&](const char* name, qint64 bytes) {
        QFile made(bench.in(name));
        return made.open(QIODevice::WriteOnly) && made.resize(bytes);
    };
    QVERIFY(make("large", kLarge) && make("larger", kLarge) && make("small", 1) && make("both", 1));
    QStringList told;
    engine::ContentBook book;
    connect(&book, &engine::ContentBook::told, this,
            [&](const kernel::FileKey&, const QString& path, const QString&) {
                told.append(path.mid(path.lastIndexOf(u'/') + 1));
            });
    const auto read = [&](const char* name, quint32 user) {
        book.read(bench.in(name), process::hostFile(bench.in(name))->key, user);
    };
    read("large", kUid);
    read("larger", kUid);
    read("both", kUid);
    read("small", kOther);
    read("both", kOther);
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 4, 60'000);
    QCOMPARE(told, (QStringList{u"small"_s, u"both"_s, u"large"_s, u"larger"_s}));
}

void ContentsTest::whoCanChangeAFile() {
    Bench bench;
    QVERIFY(process::isChangeable(bench.path));
    Bench::own(bench.in("bin"), 0);
    QVERIFY(!process::isChangeable(bench.path));
    QCOMPARE(::chmod(QFile::encodeName(bench.in("bin")).constData(), 0777), 0);
    QVERIFY(process::isChangeable(bench.path));
    QCOMPARE(::chmod(QFile::encodeName(bench.in("bin")).constData(), 01777), 0);
    QVERIFY(!process::isChangeable(bench.path));
    QCOMPARE(::chmod(QFile::encodeName(bench.path).constData(), 0775), 0);
    QVERIFY(!process::isChangeable(bench.path));  // root's group
    const QString now = bench.in("now");
    QVERIFY(QFile::link(u"bin"_s, now));
    QVERIFY(!process::isChangeable(now + u"/tool"_s));
    QCOMPARE(::lchown(QFile::encodeName(now).constData(), kUid, 0), 0);
    QVERIFY(process::isChangeable(now + u"/tool"_s));
    QVERIFY(QFile::remove(now));
    QVERIFY(QFile::link(bench.in("bin"), now));  // that way is not looked at
    QVERIFY(process::isChangeable(now + u"/tool"_s));
    QCOMPARE(::chown(QFile::encodeName(bench.path).constData(), 0, kUid), 0);
    QCOMPARE(::chmod(QFile::encodeName(bench.path).constData(), 0775), 0);
    QVERIFY(process::isChangeable(bench.path));
}

QTEST_GUILESS_MAIN(ContentsTest)
#include "contents_test.moc"
