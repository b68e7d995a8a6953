// That interfaces come and go, or have another name or index, is heard and told on: by who follows
// the networks on the own links.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <net/if.h>

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include "kernel/on_link_networks.h"
#include "own_link.h"
#include "route_wire.h"

using namespace sallyport;
using namespace sallyport::tests;
using namespace Qt::StringLiterals;
using kernel::OnLinkNetworks;

namespace {

constexpr quint32 kDump = 7;

// As the kernel tells of an interface that is up.
QByteArray notice(quint16 type) {
    ifinfomsg body{};
    body.ifi_flags = IFF_UP;
    return message(type, 0, 0, raw(body));
}

struct Bench {
    FakeRoutes kernel;
    OnLinkNetworks networks{kernel.opener()};
    QSignalSpy changed{&networks, &OnLinkNetworks::changed};
    QSignalSpy linksChanged{&networks, &OnLinkNetworks::linksChanged};

    void start() {
        networks.start();
        QTRY_COMPARE(kernel.lists, 1);
    }
    // As long as it takes to hear of a change and not to tell of it.
    static void wait() { QTest::qWait(3 * OnLinkNetworks::kLeastPauseMs); }
};

}  // namespace

class LinksTest : public QObject {
    Q_OBJECT
  private slots:
    void noticesOfInterfacesAreRead();
    void aLinkThatComesOrGoesIsToldSoon();
    void linksThatDoNotRestAreToldMoreSeldom();
    void linksMayHaveChangedWhileNobodySaidSo();
    void theKernelIsFollowed();
};

void LinksTest::noticesOfInterfacesAreRead() {
    for (const quint16 type : {quint16(RTM_NEWLINK), quint16(RTM_DELLINK)}) {
        QVERIFY(kernel::readRoutes(notice(type), kDump).links);
        QVERIFY(kernel::readRoutes(message(type, 0, 0, {}), kDump).links);
    }
    const Route route("2001:db8:1::/64");
    QVERIFY(!kernel::readRoutes(message(RTM_NEWROUTE, 0, 1, route.body()), kDump).links);
    QVERIFY(!kernel::readRoutes(listed(route, kDump) + listEnd(kDump), kDump).links);
}

// No network changes with it, and the routes are not read again.
void LinksTest::aLinkThatComesOrGoesIsToldSoon() {
    Bench bench;
    bench.start();
    Bench::wait();
    QVERIFY(bench.linksChanged.isEmpty());
    QElapsedTimer since;
    since.start();
    for (int i = 0; i < 5; ++i)
        bench.kernel.say(notice(RTM_NEWLINK));
    QVERIFY(bench.linksChanged.wait(10 * OnLinkNetworks::kLeastPauseMs));
    QVERIFY(since.elapsed() >= OnLinkNetworks::kLeastPauseMs / 2);
    QCOMPARE(bench.kernel.lists, 1);
    bench.kernel.say(notice(RTM_DELLINK));
    QVERIFY(bench.linksChanged.wait(10 * OnLinkNetworks::kLeastPauseMs));
    Bench::wait();
    QCOMPARE(bench.linksChanged.size(), 2);
    QVERIFY(bench.changed.isEmpty());
}

void LinksTest::linksThatDoNotRestAreToldMoreSeldom() {
    Bench bench;
    bench.start();
    QElapsedTimer since;
    since.start();
    while (!since.hasExpired(15 * OnLinkNetworks::kLeastPauseMs)) {
        bench.kernel.say(notice(RTM_NEWLINK));
        QTest::qWait(10);
    }
    const qsizetype told = bench.linksChanged.size();
    QVERIFY2(told >= 1 && told <= 5, qPrintable(QString::number(told)));
}

void LinksTest::linksMayHaveChangedWhileNobodySaidSo() {
    Bench bench;
    bench.start();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the socket for routes is closed"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"a socket for routes: "_s));
    bench.kernel.away = true;
    bench.kernel.end();
    QTRY_COMPARE(bench.linksChanged.size(), 1);  // it was tried again, in vain
    bench.kernel.away = false;
    QTRY_COMPARE(bench.kernel.lists, 2);
    QTRY_COMPARE(bench.linksChanged.size(), 2);
}

// Of links without routes nothing else is said.
void LinksTest::theKernelIsFollowed() {
    if (const char* missing = makeOwnLink())
        QSKIP(missing);
    OnLinkNetworks networks(openNarrowRoutes);
    networks.start();
    // Of the name, when it was told last that links have changed.
    quint32 index = if_nametoindex("d0");
    connect(&networks, &OnLinkNetworks::linksChanged, this, [&] { index = if_nametoindex("d0"); });
    const auto then = [&](const QString& command) {
        QVERIFY2(run(command), qPrintable(command));
        const quint32 wanted = if_nametoindex("d0");
        QVERIFY(wanted != index);
        QTRY_COMPARE_WITH_TIMEOUT(index, wanted, 10'000);
    };
    then(u"ip link del d0"_s);
    then(u"ip link add d0 type veth peer name d1"_s);
    then(u"ip link set d0 name d2"_s);
    then(u"ip link set d2 name d0"_s);
    for (const QString& command : {u"ip link set d1 up"_s, u"ip link set d0 up"_s})
        QVERIFY2(run(command), qPrintable(command));
    QSignalSpy told(&networks, &OnLinkNetworks::linksChanged);
    while (told.wait(2 * OnLinkNetworks::kMostPauseMs)) {
    }
    // What says it comes after more than the socket holds, and is lost (ENOBUFS).
    for (int i = 0; i < 32; ++i)
        QVERIFY(run(u"ip route add 198.51.100.%1/32 dev d0"_s.arg(i)));
    then(u"ip link del d0"_s);
}

QTEST_GUILESS_MAIN(LinksTest)
#include "links_test.moc"
