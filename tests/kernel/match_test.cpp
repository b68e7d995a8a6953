// Rules that are about more than program and peer, asked of real sockets: the user, the local port,
// a range of remote ports.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>

#include "lab_fixture.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

// What a call does that a rule is about, and another that it is not about. `unbound`: the kernel
// chooses the local port after connect() or sendto() was asked about.
enum class By { User, LocalPort, Unbound, RemotePorts };

constexpr quint32 kUser = 4711;
constexpr quint16 kFirst = 7200, kLast = 7239;  // local ports

api::Rule ruleBy(By by, Action action, bool fits) {
    api::Rule made = rule(3, action);
    switch (by) {
        case By::User:
            made.user = kUser;
            break;
        case By::LocalPort:
            made.localPorts = {kFirst, kLast};
            break;
        case By::Unbound:
            made.localPorts = fits ? api::PortRange{1024, 65535} : api::PortRange{1, 1023};
            break;
        case By::RemotePorts:
            made.remotePorts = {6900, kEcho};
            break;
    }
    return made;
}

}  // namespace

class MatchTest : public LabFixture {
    Q_OBJECT
  private slots:
    void whatARuleIsAboutIsDecidedByIt_data();
    void whatARuleIsAboutIsDecidedByIt();

  private:
    QString call(const QString& kind, By by, bool fits);

    quint16 used_ = 0;  // local ports: each is bound once, TCP keeps it for a while
};

// What a program hears that sends ten bytes to the echo server and waits for them.
QString MatchTest::call(const QString& kind, By by, bool fits) {
    const bool tcp = kind == QLatin1String("tcp");
    const auto client = lab_->client();
    if (!client)
        return {};
    if (by == By::User)
        client->ask(QStringLiteral("user %1").arg(fits ? kUser : kUser + 1));
    client->ask(QStringLiteral("open %1 %2 1500").arg(kind, kServerV4));
    if (by == By::LocalPort) {
        const int port = (fits ? kFirst : kLast + 1) + used_++;
        const QString bound = client->ask(QStringLiteral("bind %1 %2").arg(kClientV4).arg(port));
        if (!isOk(bound))
            return bound;
    }
    const quint16 to = by == By::RemotePorts && !fits ? kOther : kEcho;
    const QString at = QStringLiteral("%1 %2").arg(kServerV4).arg(to);
    const QString first = client->ask(tcp ? QStringLiteral("connect ") + at
                                          : QStringLiteral("sendto %1 10 7").arg(at));
    if (!isOk(first))
        return first;
    if (tcp)
        client->ask(QStringLiteral("send 10"));
    return client->ask(QStringLiteral("receive 10"));
}

void MatchTest::whatARuleIsAboutIsDecidedByIt_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("by");
    for (const char* kind : {"tcp", "udp"}) {
        const auto row = [kind](const char* what, By by) {
            QTest::addRow("%s, %s", what, kind) << QString::fromLatin1(kind) << int(by);
        };
        row("user", By::User);
        row("local port", By::LocalPort);
        row("local port that the kernel chooses", By::Unbound);
        row("range of remote ports", By::RemotePorts);
    }
}

void MatchTest::whatARuleIsAboutIsDecidedByIt() {
    QFETCH(QString, kind);
    QFETCH(int, by);
    const By what{by};
    // Where connect() cannot know it the packets are stopped, and TCP tries again meanwhile.
    const QString refused =
        error(what == By::Unbound && kind == QLatin1String("tcp") ? EINPROGRESS : EPERM);
    const QString talks = QStringLiteral("ok 10");
    ATTACH();
    for (const bool fits : {true, false}) {
        ENFORCE({ruleBy(what, Action::Allow, fits)}, api::Mode::LockDown);
        QCOMPARE(call(kind, what, fits), fits ? talks : refused);
        ENFORCE({ruleBy(what, Action::Block, fits)}, api::Mode::Learn);
        QCOMPARE(call(kind, what, fits), fits ? refused : talks);
    }
}

QTEST_GUILESS_MAIN(MatchTest)
#include "match_test.moc"
