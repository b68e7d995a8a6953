// The networks on the own links: what the kernel's messages say, and that changes are followed.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <linux/if.h>

#include <QSignalSpy>
#include <QTest>
#include <limits>

#include "kernel/on_link_networks.h"
#include "own_link.h"
#include "route_wire.h"

using namespace sallyport;
using namespace sallyport::tests;
using namespace Qt::StringLiterals;
using kernel::OnLinkNetworks;
using kernel::RouteMessages;

namespace {

constexpr quint32 kDump = 7;

QStringList texts(const QList<api::Cidr>& networks) {
    QStringList all;
    for (const api::Cidr& network : networks)
        all.append(network.toString());
    return all;
}

struct Bench {
    FakeRoutes kernel;
    OnLinkNetworks networks{kernel.opener()};
    QSignalSpy changed{&networks, &OnLinkNetworks::changed};

    void become(const QStringList& wanted) { QTRY_COMPARE(texts(networks.networks()), wanted); }
    // As long as it takes to hear of a change and not to follow it.
    static void wait() { QTest::qWait(3 * OnLinkNetworks::kLeastPauseMs); }
};

}  // namespace
Q_DECLARE_METATYPE(sallyport::tests::Route)

class OnLinkNetworksTest : public QObject {
    Q_OBJECT
  private slots:
    void aRouteIsOnTheLinkOrNot_data();
    void aRouteIsOnTheLinkOrNot();
    void aRouteThatExpiresSaysWhen();
    void aListThatChangedMeanwhileSaysSo();
    void anErrorIsOne();
    void answersToOthersAreNotTaken();
    void whatChangesNoNetworkIsNoChange_data();
    void whatChangesNoNetworkIsNoChange();
    void bytesThatAreCutOffAreNotReadOn();
    void anyBytesAreTaken();

    void routesThatComeAndGoAreFollowed();
    void whatIsNoNetworkIsNotFollowed();
    void aListThatChangedMeanwhileIsReadAgain();
    void changesThatDoNotEndAreReadMoreSeldom();
    void whoIsThereAlreadyStaysWhenThereAreTooMany();
    void aSocketThatEndsLeavesNothingAndAnotherIsOpened();
    void whatIsNotThereIsOpenedLater();
    void theKernelIsFollowed();
};

void OnLinkNetworksTest::aRouteIsOnTheLinkOrNot_data() {
    QTest::addColumn<Route>("route");
    QTest::addColumn<QString>("network");  // empty: it is not
    const auto row = [](const char* name, const Route& route, const char* network = "") {
        QTest::newRow(name) << route << QString::fromLatin1(network);
    };
    const Route four("203.0.113.0/24"), six("2001:db8:1::/64");
    const auto having = [&](quint16 type, const QByteArray& value) {
        return six.with([&](Route& route) { route.more += attribute(type, value); });
    };
    const auto changed = [&](auto change) { return six.with(change); };
    row("IPv4 of an own address", four, "203.0.113.0/24");
    row("IPv6 of an own address", six, "2001:db8:1::/64");
    row("IPv6 of a router advertisement", six.by(RTPROT_RA), "2001:db8:1::/64");
    row("set by hand", six.by(RTPROT_BOOT));
    row("static", six.by(RTPROT_STATIC));
    row("redirected", four.by(RTPROT_REDIRECT));
    row("a gateway", having(RTA_GATEWAY, QByteArray(16, '\1')));
    row("a gateway of the other family",
        four.with([](Route& r) { r.more += attribute(RTA_VIA, QByteArray(18, '\1')); }));
    row("several ways", having(RTA_MULTIPATH, QByteArray(8, '\0')));
    row("a next hop of its own", having(RTA_NH_ID, raw(quint32{1})));
    row("wrapped up", having(RTA_ENCAP | NLA_F_NESTED, QByteArray(4, '\0')));
    row("a metric and a preference", having(RTA_PRIORITY, raw(quint32{256})), "2001:db8:1::/64");
    row("default of IPv4", Route("0.0.0.0/0"));
    row("default of IPv6", Route("::/0").by(RTPROT_RA));
    row("one host of IPv4", Route("203.0.113.7/32"));
    row("one host of IPv6", Route("2001:db8:1::7/128"));
    row("two hosts", Route("203.0.113.6/31"), "203.0.113.6/31");
    row("as wide as can be, IPv4", Route("198.51.0.0/16"), "198.51.0.0/16");
    row("too wide, IPv4", Route("198.50.0.0/15"));
    row("as wide as can be, IPv6", Route("2001:db8:1::/48"), "2001:db8:1::/48");
    row("too wide, IPv6", Route("2001:db8::/47"));
    row("no such length, IPv4", Route("203.0.113.0/33"));
    row("no such length, IPv6", Route("2001:db8:1::/129"));
    row("bits behind the prefix", Route("203.0.113.1/24"));
    row("private IPv4", Route("192.168.7.0/24"));
    row("private IPv6", Route("fd00:1::/64"));
    row("link-local", Route("fe80::/64"));
    row("all of IPv4, mapped", Route("::/64").by(RTPROT_RA));
    row("some of IPv4, mapped", Route("::/120").by(RTPROT_RA).with([](Route& r) {
        r.to = QByteArray(10, '\0') + QByteArray(2, '\xff') + "\x08\x08\x08"_ba + '\0';
    }));
    row("not for the internet", Route("5f00:1::/64"));
    row("not for the internet, IPv4", Route("0.0.0.0/24"));
    row("loopback", changed([](Route& r) { r.interface = 1; }));
    row("no interface", changed([](Route& r) { r.interface = 0; }));
    row("the table of own addresses", changed([](Route& r) { r.head.rtm_table = RT_TABLE_LOCAL; }));
    row("the table of a VPN", having(RTA_TABLE, raw(quint32{51820})));
    row("the main table, said twice", having(RTA_TABLE, raw(quint32{RT_TABLE_MAIN})),
        "2001:db8:1::/64");
    row("unreachable", changed([](Route& r) { r.head.rtm_type = RTN_UNREACHABLE; }));
    row("multicast", changed([](Route& r) { r.head.rtm_type = RTN_MULTICAST; }));
    row("for some senders", changed([](Route& r) { r.head.rtm_src_len = 64; }));
    row("for some services", four.with([](Route& r) { r.head.rtm_tos = 8; }));
    row("of a packet", changed([](Route& r) { r.head.rtm_flags = RTM_F_CLONED; }));
    row("of a link that is down", four.with([](Route& r) { r.head.rtm_flags = RTNH_F_DEAD; }));
    row("another family", changed([](Route& r) { r.head.rtm_family = AF_MPLS; }));
    row("an address of the other family", changed([](Route& r) { r.to = r.to.first(4); }));
    row("no address", changed([](Route& r) { r.to.clear(); }));
    row("an attribute that is longer than all", changed([](Route& r) {
            r.more = raw(rtattr{200, RTA_PRIORITY});
        }));
    row("an attribute shorter than its head", changed([](Route& r) {
            r.more = raw(rtattr{3, RTA_PRIORITY});
        }));
    row("it has expired", having(RTA_CACHEINFO, raw([] {
                                     rta_cacheinfo info{};
                                     info.rta_expires = -1;
                                     return info;
                                 }())));
}

void OnLinkNetworksTest::aRouteIsOnTheLinkOrNot() {
    QFETCH(Route, route);
    QFETCH(QString, network);
    const QStringList wanted = network.isEmpty() ? QStringList() : QStringList{network};
    const RouteMessages said = kernel::readRoutes(listed(route, kDump) + listEnd(kDump), kDump);
    QCOMPARE(texts(said.networks), wanted);
    QVERIFY(said.ended && !said.interrupted && !said.changed && said.error == 0 && !said.until);
    // Whatever the bytes before it are.
    const QByteArray shifted = "x" + listed(route, kDump);
    QCOMPARE(texts(kernel::readRoutes(QByteArrayView(shifted).sliced(1), kDump).networks), wanted);
}

void OnLinkNetworksTest::aRouteThatExpiresSaysWhen() {
    const auto lasting = [](const char* prefix, qint32 seconds) {
        rta_cacheinfo info{};
        info.rta_expires = seconds * qint32(sysconf(_SC_CLK_TCK));
        return Route(prefix).with(
            [&](Route& route) { route.more += attribute(RTA_CACHEINFO, raw(info)); });
    };
    const RouteMessages said = kernel::readRoutes(
        listed(lasting("2001:db8:1::/64", 0), kDump) +
            listed(lasting("2001:db8:2::/64", 90), kDump) +
            listed(lasting("2001:db8:3::/64", 30), kDump) + listed(lasting("::/0", 10), kDump),
        kDump);
    QCOMPARE(said.networks.size(), 3);
    QVERIFY(said.until == std::chrono::seconds(30));
}

void OnLinkNetworksTest::aListThatChangedMeanwhileSaysSo() {
    const Route route("2001:db8:1::/64");
    QVERIFY(kernel::readRoutes(listed(route, kDump, NLM_F_DUMP_INTR), kDump).interrupted);
    QVERIFY(kernel::readRoutes(listEnd(kDump, NLM_F_DUMP_INTR), kDump).interrupted);
}

void OnLinkNetworksTest::anErrorIsOne() {
    const auto error = [](int number) {
        nlmsgerr body{};
        body.error = number;
        return kernel::readRoutes(message(NLMSG_ERROR, 0, kDump, raw(body)), kDump).error;
    };
    QCOMPARE(error(-EBUSY), EBUSY);
    QCOMPARE(error(0), 0);
    QVERIFY(error(std::numeric_limits<int>::min()) > 0);
    QCOMPARE(kernel::readRoutes(listEnd(kDump, 0, -ENOMEM), kDump).error, ENOMEM);
}

void OnLinkNetworksTest::answersToOthersAreNotTaken() {
    const QByteArray all = listed(Route("2001:db8:1::/64"), kDump) + listEnd(kDump);
    for (const quint32 dump : {0u, kDump + 1}) {
        const RouteMessages said = kernel::readRoutes(all, dump);
        QVERIFY(said.networks.isEmpty() && !said.ended && !said.changed);
    }
    // A notice is none, whoever asked for the change.
    const RouteMessages notice =
        kernel::readRoutes(message(RTM_NEWROUTE, 0, kDump, Route("2001:db8:1::/64").body()), kDump);
    QVERIFY(notice.networks.isEmpty() && notice.changed);
}

void OnLinkNetworksTest::whatChangesNoNetworkIsNoChange_data() {
    QTest::addColumn<QByteArray>("notice");
    QTest::addColumn<bool>("changes");
    const auto row = [](const char* name, const QByteArray& notice, bool changes) {
        QTest::newRow(name) << notice << changes;
    };
    const auto route = [](quint16 type, const Route& of, quint16 flags = 0) {
        return message(type, flags, 1, of.body());
    };
    const auto link = [](quint16 type, quint32 flags) {
        ifinfomsg body{};
        body.ifi_flags = flags;
        return message(type, 0, 0, raw(body));
    };
    const Route six("2001:db8:1::/64");
    row("a route comes", route(RTM_NEWROUTE, six), true);
    row("a route goes", route(RTM_DELROUTE, six.by(RTPROT_RA)), true);
    row("one set by hand comes", route(RTM_NEWROUTE, six.by(RTPROT_BOOT)), false);
    row("one set by hand goes", route(RTM_DELROUTE, six.by(RTPROT_STATIC)), false);
    row("one set by hand takes its place",
        route(RTM_NEWROUTE, six.by(RTPROT_STATIC), NLM_F_REPLACE), true);
    row("an own address",
        route(RTM_NEWROUTE, six.with([](Route& r) { r.head.rtm_type = RTN_LOCAL; })), false);
    row("a link goes", link(RTM_DELLINK, IFF_UP), true);
    row("a link goes down", link(RTM_NEWLINK, 0), true);
    row("a link says how it is", link(RTM_NEWLINK, IFF_UP), false);
    row("a link says nothing", message(RTM_NEWLINK, 0, 0, {}), false);
    row("a route says nothing", message(RTM_NEWROUTE, 0, 0, {}), false);
    row("something else", message(RTM_NEWADDR, 0, 0, six.body()), false);
}

void OnLinkNetworksTest::whatChangesNoNetworkIsNoChange() {
    QFETCH(QByteArray, notice);
    QFETCH(bool, changes);
    QCOMPARE(kernel::readRoutes(notice, kDump).changed, changes);
}

void OnLinkNetworksTest::bytesThatAreCutOffAreNotReadOn() {
    const QByteArray first = listed(Route("203.0.113.0/24"), kDump);
    const QByteArray all = first + listed(Route("2001:db8:1::/64"), kDump);
    for (qsizetype size = 1; size < all.size(); ++size) {
        const QByteArray part = all.first(size);
        const RouteMessages said = kernel::readRoutes(part, kDump);
        QCOMPARE(said.networks.size(), size < first.size() ? 0 : 1);
        QCOMPARE(said.error, size == first.size() ? 0 : EBADMSG);
    }
    // Whole, and shorter than what is in it.
    const QByteArray body = Route("2001:db8:1::/64").body();
    for (qsizetype size = 0; size < body.size(); ++size) {
        const RouteMessages said =
            kernel::readRoutes(message(RTM_NEWROUTE, NLM_F_MULTI, kDump, body.first(size)), kDump);
        QVERIFY(said.networks.isEmpty());
        QCOMPARE(said.error, 0);
    }
    QCOMPARE(kernel::readRoutes(raw(nlmsghdr{8, NLMSG_DONE, 0, kDump, 0}), kDump).error, EBADMSG);
}

void OnLinkNetworksTest::anyBytesAreTaken() {
    const QByteArray whole = listed(Route("203.0.113.0/24"), kDump) +
                             listed(Route("2001:db8:1::/64"), kDump) + listEnd(kDump);
    for (qsizetype at = 0; at < whole.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            QByteArray bytes = whole;
            bytes[at] = char(value);
            for (const api::Cidr& network : kernel::readRoutes(bytes, kDump).networks) {
                const auto valid = api::Cidr::parse(network.toString());
                QVERIFY2(valid && !network.contains(api::Address::v4(0)),
                         qPrintable(network.toString()));
            }
        }
    }
}

void OnLinkNetworksTest::routesThatComeAndGoAreFollowed() {
    Bench bench;
    bench.kernel.routes = {Route("2001:db8:1::/64"), Route("2001:db8:1::/64").by(RTPROT_RA)};
    bench.networks.start();
    bench.become({u"2001:db8:1::/64"_s});
    bench.kernel.come(Route("203.0.113.0/24"));
    bench.become({u"203.0.113.0/24"_s, u"2001:db8:1::/64"_s});
    bench.kernel.goAway(0);
    Bench::wait();  // there was another
    bench.kernel.goAway(0);
    bench.become({u"203.0.113.0/24"_s});
    QCOMPARE(bench.changed.size(), 3);
}

void OnLinkNetworksTest::whatIsNoNetworkIsNotFollowed() {
    Bench bench;
    bench.networks.start();
    QTRY_COMPARE(bench.kernel.lists, 1);
    bench.kernel.come(Route("2001:db8:1::/64").by(RTPROT_BOOT));
    Bench::wait();
    QCOMPARE(bench.kernel.lists, 1);
    QVERIFY(bench.changed.isEmpty());
}

void OnLinkNetworksTest::aListThatChangedMeanwhileIsReadAgain() {
    Bench bench;
    bench.kernel.routes = {Route("2001:db8:1::/64")};
    bench.kernel.flags = NLM_F_DUMP_INTR;
    bench.networks.start();
    QTRY_COMPARE(bench.kernel.lists, 1);
    QVERIFY(bench.networks.networks().isEmpty());
    bench.become({u"2001:db8:1::/64"_s});
    QCOMPARE(bench.kernel.lists, 2);
}

void OnLinkNetworksTest::changesThatDoNotEndAreReadMoreSeldom() {
    Bench bench;
    bench.networks.start();
    QTRY_COMPARE(bench.kernel.lists, 1);
    QElapsedTimer since;
    since.start();
    const QByteArray notice = message(RTM_NEWROUTE, 0, 1, Route("2001:db8:1::/64").body());
    while (!since.hasExpired(15 * OnLinkNetworks::kLeastPauseMs)) {
        bench.kernel.say(notice);
        QTest::qWait(10);
    }
    QVERIFY2(bench.kernel.lists <= 5, qPrintable(QString::number(bench.kernel.lists)));
}

void OnLinkNetworksTest::whoIsThereAlreadyStaysWhenThereAreTooMany() {
    Bench bench;
    bench.kernel.routes = {Route("2001:db8:ffff::/64")};
    bench.networks.start();
    bench.become({u"2001:db8:ffff::/64"_s});
    for (int i = 1; i <= 100; ++i)
        bench.kernel.routes.prepend(Route(qPrintable(u"2001:db8:%1::/64"_s.arg(i))).by(RTPROT_RA));
    bench.kernel.come(Route("2001:db8:eeee::/64"));
    QTRY_COMPARE(bench.networks.networks().size(), OnLinkNetworks::kMost);
    QVERIFY(texts(bench.networks.networks()).contains(u"2001:db8:ffff::/64"_s));
    QVERIFY(std::is_sorted(bench.networks.networks().begin(), bench.networks.networks().end()));
}

void OnLinkNetworksTest::aSocketThatEndsLeavesNothingAndAnotherIsOpened() {
    Bench bench;
    bench.kernel.routes = {Route("2001:db8:1::/64")};
    bench.networks.start();
    bench.become({u"2001:db8:1::/64"_s});
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the socket for routes is closed"_s));
    bench.kernel.end();
    bench.become({});
    bench.become({u"2001:db8:1::/64"_s});
}

void OnLinkNetworksTest::whatIsNotThereIsOpenedLater() {
    Bench bench;
    bench.kernel.routes = {Route("2001:db8:1::/64")};
    bench.kernel.away = true;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"a socket for routes: "_s));
    bench.networks.start();
    QVERIFY(bench.networks.networks().isEmpty());
    bench.kernel.away = false;
    bench.become({u"2001:db8:1::/64"_s});
}

void OnLinkNetworksTest::theKernelIsFollowed() {
    if (const char* missing = makeOwnLink())
        QSKIP(missing);
    // Without link-local addresses: their routes would tell of a link that goes down.
    for (const QString& command :
         {u"ip link set lo up"_s, u"ip link set d0 addrgenmode none"_s, u"ip link set d1 up"_s,
          u"ip link set d0 up"_s, u"ip addr add 203.0.113.1/24 dev d0"_s,
          u"ip addr add 10.9.0.1/24 dev d0"_s, u"ip route add 198.51.100.0/24 dev d0"_s})
        QVERIFY2(run(command), qPrintable(command));
    OnLinkNetworks networks(openNarrowRoutes);
    networks.start();
    QCOMPARE(texts(networks.networks()), QStringList{u"203.0.113.0/24"_s});  // at once
    const auto then = [&](const QString& command, const QStringList& wanted) {
        QVERIFY2(run(command), qPrintable(command));
        QTRY_COMPARE_WITH_TIMEOUT(texts(networks.networks()), wanted, 10'000);
    };
    const QString four = u"203.0.113.0/24"_s, six = u"2001:db8:1::/64"_s;
    then(u"ip addr add 2001:db8:1::1/64 dev d0 nodad"_s, {four, six});
    then(u"ip addr del 2001:db8:1::1/64 dev d0"_s, {four});
    then(u"ip link set d0 down"_s, {});  // no route of IPv4 says so
    then(u"ip link set d0 up"_s, {four});
    then(u"ip -6 route add 2001:db8:2::/64 dev d0 proto ra expires 3"_s,
         {four, u"2001:db8:2::/64"_s});
    QTRY_COMPARE_WITH_TIMEOUT(texts(networks.networks()), QStringList{four}, 10'000);
    // What says it comes after more than the socket holds, and is lost (ENOBUFS).
    for (int i = 0; i < 32; ++i)
        QVERIFY(run(u"ip route add 198.51.100.%1/32 dev d0"_s.arg(i)));
    then(u"ip addr add 2001:db8:3::1/64 dev d0 nodad"_s, {four, u"2001:db8:3::/64"_s});
    then(u"ip link del d0"_s, {});
}

QTEST_GUILESS_MAIN(OnLinkNetworksTest)
#include "on_link_networks_test.moc"
