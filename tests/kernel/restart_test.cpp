// Who a program is, said at its exec, is the same for the next helper, whatever it looks like by
// then. SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "bench_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;
using Kind = api::AppIdentity::Kind;

class RestartTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void aScriptIsTheSameWhereverItGoes();
    void aProgramIsTheSameWhenItsFileIsReplaced();

  private:
    void begin() override;
    void restart();
    void allow(const api::AppIdentity& app);
    QString called(Peer& client, quint16 port);
    std::unique_ptr<Peer> script(const QString& interpreter, const QString& folder);
};

void RestartTest::begin() {
    SUCCEEDS(bench_->engine->setMode(api::Mode::LockDown));
}

// Another helper, which knows nothing of what this one has seen.
void RestartTest::restart() {
    bench_->end();
    bench_->processes = {};
    SUCCEEDS(bench_->start(lab_->cgroup()));
}

void RestartTest::allow(const api::AppIdentity& app) {
    api::Rule only = rule(0, Action::Allow);
    only.app = app;
    SUCCEEDS(bench_->engine->addRule(only));
}

QString RestartTest::called(Peer& client, quint16 port) {
    const QString opened = said(client, QStringLiteral("open tcp ") + kServerV4);
    return isOk(opened) ? said(client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(port))
                        : opened;
}

// One called "client" in this folder, as its first argument says.
std::unique_ptr<Peer> RestartTest::script(const QString& interpreter, const QString& folder) {
    const QString before = QDir::currentPath();
    QFile file(folder + QStringLiteral("/client"));
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || !QDir::setCurrent(folder))
        return nullptr;
    auto client = lab_->client(interpreter);
    (void)QDir::setCurrent(before);
    return client;
}

void RestartTest::aScriptIsTheSameWhereverItGoes() {
    const QString interpreter = lab_->copyOfPeer(QStringLiteral("python3.99"));
    const QTemporaryDir folder;
    const QString good = QFileInfo(folder.path()).canonicalFilePath() + QStringLiteral("/good");
    const QString other = QFileInfo(folder.path()).canonicalFilePath() + QStringLiteral("/other");
    allow({Kind::Script, interpreter, good + QStringLiteral("/client")});
    const auto allowed = script(interpreter, good);
    const auto attack = script(interpreter, other);
    QVERIFY(allowed && attack);
    QCOMPARE(called(*allowed, kEcho), QStringLiteral("ok 0"));
    QCOMPARE(called(*attack, kEcho), error(EPERM));
    QCOMPARE(said(*allowed, QStringLiteral("enter /")), QStringLiteral("ok 0"));
    QCOMPARE(said(*attack, QStringLiteral("enter ") + good), QStringLiteral("ok 0"));
    restart();
    QCOMPARE(called(*attack, kEcho), error(EPERM));
    QCOMPARE(called(*allowed, kEcho), QStringLiteral("ok 0"));
}

void RestartTest::aProgramIsTheSameWhenItsFileIsReplaced() {
    const QString tool = lab_->copyOfPeer(QStringLiteral("tool"));
    allow({Kind::Path, tool, {}});
    CLIENT(client, tool);
    QCOMPARE(called(*client, kEcho), QStringLiteral("ok 0"));
    // As a package manager does.
    QVERIFY(QFile::copy(QStringLiteral(PEER_PROGRAM), tool + QStringLiteral(".new")));
    QCOMPARE(rename(QFile::encodeName(tool + QStringLiteral(".new")).constData(),
                    QFile::encodeName(tool).constData()),
             0);
    QCOMPARE(called(*client, kEcho), QStringLiteral("ok 0"));
    restart();
    QCOMPARE(called(*client, kEcho), QStringLiteral("ok 0"));
    CLIENT(fresh, tool);
    QCOMPARE(called(*fresh, kEcho), QStringLiteral("ok 0"));
}

QTEST_GUILESS_MAIN(RestartTest)
#include "restart_test.moc"
