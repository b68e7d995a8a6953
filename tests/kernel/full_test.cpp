// Maps of the kernel side filled to the brim, or short of a process, with the engine: nothing
// unanswered passes, rules go on deciding, the helper lives and says what is wrong. The ring is
// flood_test's.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <bpf/bpf.h>
#include <netinet/in.h>
#include <sched.h>

#include <cstring>
#include <vector>

#include "bench_fixture.h"
#include "kernel/handle.h"

using namespace sallyport;
using namespace sallyport::lab;
using api::Action;

namespace {

constexpr quint16 kDoor = 7120, kBlocked = kHttps;
constexpr quint32 kNobodys = 0x4000'0000;  // no process, port or socket has so great a number

}  // namespace

class FullTest : public BenchFixture {
    Q_OBJECT
  private slots:
    void answers();
    void processes();
    void anExecWentByUnseen();
    void applications();
    void peers();
    void streams();
    void names();
    void listeners_data();
    void listeners();
    void limits();
    void slices();

  private:
    void furnish() override;
    void begin() override;
    // With entries of nobody, until there is no room; how many.
    quint32 fill(const char* name);
    qsizetype left(const char* name) const;
    bool isIdentified(const Peer& peer) const;
    // A program that nobody knows is held, one that is blocked blocked, one that is allowed
    // allowed: by datagrams from new sockets.
    void decides(Peer& client);
    void asks(Peer& client);
    bool says(const char* text) const {
        return bench_->engine->status().problem.contains(QLatin1String(text));
    }

    quint32 nobody_ = kNobodys;  // the last that fill() has used
};

void FullTest::furnish() {
    QCOMPARE(QProcess::execute(QStringLiteral("ip"),
                               QStringLiteral("route add 10.78.0.0/16 via 10.77.0.2").split(u' ')),
             0);
    QCOMPARE(lab_->server().ask(QStringLiteral("run ip route add local 10.78.0.0/16 dev lo")),
             QStringLiteral("ran 0"));
    QCOMPARE(lab_->server().ask(QStringLiteral("names")), QStringLiteral("serving"));
}

// To kOther everybody may go, to kBlocked nobody; about kEcho there is no rule.
void FullTest::begin() {
    SUCCEEDS(bench_->engine->addRule(rule(0, Action::Allow, QStringLiteral("any"), kOther, 0)));
    SUCCEEDS(bench_->engine->addRule(rule(0, Action::Block, QStringLiteral("any"), kBlocked, 0)));
}

quint32 FullTest::fill(const char* name) {
    const kernel::Fd fd = map(name);
    bpf_map_info info{};
    quint32 size = sizeof(info);
    cpu_set_t all;
    if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0 ||
        sched_getaffinity(0, sizeof(all), &all) != 0)
        return 0;
    std::vector<char> key(info.key_size), value(info.value_size);
    quint32 count = 0;
    // Of a map whose entries go to make room each processor keeps its own last ones for a while,
    // and what was used stays until most others were used, too (kernel/bpf/bpf_lru_list.c).
    const bool makesRoom = info.type == BPF_MAP_TYPE_LRU_HASH;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &all))
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof(one), &one);
        for (quint32 i = 0; i < 2 * info.max_entries; ++i) {
            std::memcpy(key.data(), &++nobody_, sizeof(nobody_));
            if (bpf_map_update_elem(fd.get(), key.data(), value.data(), BPF_NOEXIST) != 0)
                break;
            if (makesRoom)
                (void)bpf_map_update_elem(fd.get(), key.data(), value.data(), BPF_EXIST);
            ++count;
        }
    }
    sched_setaffinity(0, sizeof(all), &all);
    return count;
}

bool FullTest::isIdentified(const Peer& peer) const {
    const auto pid = quint32(peer.pid());
    sp_task task{};
    return bpf_map_lookup_elem(map("tasks").get(), &pid, &task) == 0;
}

// How many of its entries are somebody's.
qsizetype FullTest::left(const char* name) const {
    const kernel::Fd fd = map(name);
    bpf_map_info info{};
    quint32 size = sizeof(info);
    if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
        return -1;
    std::vector<char> key(info.key_size);
    qsizetype count = 0;
    for (const void* last = nullptr; bpf_map_get_next_key(fd.get(), last, key.data()) == 0;
         last = key.data()) {
        quint32 first = 0;
        std::memcpy(&first, key.data(), sizeof(first));
        count += first < kNobodys;
    }
    return count;
}

void FullTest::decides(Peer& client) {
    lab_->forgetArrivals();
    const auto send = [&](quint16 port) {
        const QString opened = said(client, QStringLiteral("open udp %1").arg(kServerV4));
        return isOk(opened) ? said(client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(port))
                            : opened;
    };
    const auto count = [&](quint16 port, api::ConnectionState state) {
        const QList<api::Connection> all = bench_->engine->connections();
        return std::count_if(all.begin(), all.end(), [&](const api::Connection& connection) {
            return connection.remotePort == port && connection.state == state;
        });
    };
    const auto held = count(kEcho, api::ConnectionState::Held);
    (void)send(kEcho);
    QTRY_COMPARE(count(kEcho, api::ConnectionState::Held), held + 1);
    const auto blocked = count(kBlocked, api::ConnectionState::Blocked);
    (void)send(kBlocked);  // whose program is not known waits for the helper
    QTRY_COMPARE(count(kBlocked, api::ConnectionState::Blocked), blocked + 1);
    (void)send(kOther);
    QTRY_VERIFY_WITH_TIMEOUT(!lab_->arrivals().isEmpty(), kPatience);
    lab_->settle();
    const QStringList came = lab_->arrivals();
    QCOMPARE(came.size(), 1);
    QVERIFY2(came.constFirst().startsWith(QStringLiteral("udp %1 %2 ").arg(kClientV4).arg(kOther)),
             qPrintable(came.constFirst()));
}

void FullTest::asks(Peer& client) {
    QVERIFY(isOk(said(client, QStringLiteral("open udp %1").arg(kServerV4))));
    (void)said(client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(bench_->asked());
}

void FullTest::answers() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open tcp %1").arg(kServerV4))));
    QCOMPARE(fill("answers"), SP_MAX_ANSWERS);
    client->tell(QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    QTRY_VERIFY(bench_->asked());
    QVERIFY(!says("an answer could not be put in force"));
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QTRY_VERIFY(client->hasSpoken());
    QCOMPARE(client->reply(), error(ECONNABORTED));
    QVERIFY(lab_->arrivals().isEmpty());
    QVERIFY(says("an answer could not be put in force"));
    decides(*client);
    bench_->clock.aheadMs += 600'000;
    bench_->engine->expire();
    QVERIFY(!says("an answer could not be put in force"));
}

// What begins then has no identity.
void FullTest::processes() {
    CLIENT(before);
    QVERIFY(fill("tasks") > SP_MAX_TASKS - 4096);
    std::unique_ptr<Peer> client;
    // Some process of this machine may end meanwhile, and make room.
    for (int tries = 0; tries < 100 && (!client || isIdentified(*client)); ++tries) {
        (void)fill("tasks");
        client = lab_->client();
        QVERIFY(client);
    }
    QVERIFY(!isIdentified(*client));
    bench_->engine->drain();
    QVERIFY(says("too many processes"));
    decides(*client);
    asks(*client);
    QCOMPARE(bench_->engine->questions().constFirst().process.identity.kind,
             api::AppIdentity::Kind::Unknown);
    decides(*before);
}

// The process is nobody then, and not the program before.
void FullTest::anExecWentByUnseen() {
    const QString path = lab_->copyOfPeer(QStringLiteral("before"));
    CLIENT(client, path);
    api::Rule own = rule(0, Action::Allow, QStringLiteral("any"), kEcho, 0);
    own.app = {api::AppIdentity::Kind::Path, path, {}};
    SUCCEEDS(bench_->engine->addRule(own));
    const auto send = [&] {
        QVERIFY(isOk(said(*client, QStringLiteral("open udp %1").arg(kServerV4))));
        QVERIFY(isOk(said(*client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(kEcho))));
    };
    send();
    QTRY_COMPARE(lab_->arrivals().size(), 1);

    const auto pid = quint32(client->pid());
    sp_task task{};
    QCOMPARE(bpf_map_lookup_elem(map("tasks").get(), &pid, &task), 0);
    --task.execs;
    QCOMPARE(bpf_map_update_elem(map("tasks").get(), &pid, &task, BPF_EXIST), 0);
    lab_->forgetArrivals();
    asks(*client);
    QCOMPARE(bench_->engine->questions().size(), 1);
    QCOMPARE(bench_->engine->questions().constFirst().process.identity.kind,
             api::AppIdentity::Kind::Unknown);
    QVERIFY(lab_->arrivals().isEmpty());
}

// Of those that were not run for longest nothing is known any more: the helper names them anew.
void FullTest::applications() {
    const QString path = lab_->copyOfPeer(QStringLiteral("latecomer"));
    {
        CLIENT(before, path);
        decides(*before);
    }
    QTRY_VERIFY(left("apps") > 0);
    QVERIFY(fill("apps") > SP_MAX_APPS);
    QCOMPARE(left("apps"), 0);
    CLIENT(client, path);
    decides(*client);
    QTRY_VERIFY(left("apps") > 0);
    QVERIFY(!says("a program's file is not known"));
    asks(*client);
    QCOMPARE(bench_->engine->questions().constFirst().process.identity.path, path);
    api::Rule own = rule(0, Action::Allow, QStringLiteral("any"), kEcho, 0);
    own.app = {api::AppIdentity::Kind::Path, path, {}};
    SUCCEEDS(bench_->engine->addRule(own));
    QTRY_VERIFY(!bench_->asked());
    lab_->forgetArrivals();
    QVERIFY(isOk(said(*client, QStringLiteral("open udp %1").arg(kServerV4))));
    QVERIFY(isOk(said(*client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(kEcho))));
    QTRY_COMPARE(lab_->arrivals().size(), 1);
    CLIENT(other);
    asks(*other);
}

// Whoever is in the table least makes room.
void FullTest::peers() {
    CLIENT(client);
    QVERIFY(isOk(said(*client, QStringLiteral("open udp %1").arg(kServerV4))));
    const auto send = [&](quint16 port) {
        return said(*client, QStringLiteral("sendto %1 %2").arg(kServerV4).arg(port));
    };
    (void)send(kOther);  // in the socket's storage
    (void)send(kEcho);   // further peers
    QCOMPARE(send(kBlocked), error(EPERM));
    QTRY_COMPARE_WITH_TIMEOUT(lab_->arrivals().size(), 1, kPatience);
    QVERIFY(left("peers") > 0);
    QVERIFY(fill("peers") >= SP_MAX_PEERS);
    QCOMPARE(left("peers"), 0);
    lab_->forgetArrivals();
    (void)send(kEcho);
    QCOMPARE(send(kBlocked), error(EPERM));
    QTest::qWait(100);
    QVERIFY(lab_->arrivals().isEmpty());
    decides(*client);
}

// Every slot is another socket's, and there is no room beside them.
void FullTest::streams() {
    CLIENT(client);
    const kernel::Fd taken = map("stream_slots");
    QVERIFY(taken);
    for (quint32 slot = 0; slot < SP_STREAM_SLOTS; ++slot) {
        sp_socket other{};
        other.cookie = (quint64{1} << 40) + slot;
        other.spilled = 1;
        QCOMPARE(bpf_map_update_elem(taken.get(), &slot, &other, BPF_ANY), 0);
    }
    QVERIFY(fill("streams") > SP_MAX_STREAMS - 4096);
    for (const quint16 port : {kEcho, kBlocked, kOther}) {
        QVERIFY(isOk(said(*client, QStringLiteral("open tcp %1").arg(kServerV4))));
        QCOMPARE(said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(port)),
                 error(EPERM));
    }
    QVERIFY(lab_->arrivals().isEmpty());
    bench_->engine->drain();
    QVERIFY(says("too many sockets"));
    decides(*client);
}

// What the kernel does not know of an address the helper says.
void FullTest::names() {
    constexpr int kVisits = 40;
    SUCCEEDS(bench_->engine->addRule(rule(0, Action::Allow, QStringLiteral("any"), SP_DNS_PORT)));
    SUCCEEDS(bench_->engine->addRule(rule(0, Action::Block, QStringLiteral("*.evil.test"))));
    SUCCEEDS(bench_->engine->setMode(api::Mode::Learn));
    CLIENT(client);
    QVERIFY(fill("named") > SP_MAX_NAMED - 64);
    const QString reply =
        said(*client, QStringLiteral("visit %1 4 1 %2 1 udp send").arg(kServerV6).arg(kVisits));
    const QStringList words = reply.split(u' ');
    QVERIFY2(words.size() > 3 && isOk(reply), qPrintable(reply));
    QVERIFY2(words.at(1) == QLatin1String("0"), qPrintable(reply));  // all that are allowed
    QVERIFY2(words.at(2) == QLatin1String("0"), qPrintable(reply));  // nobody else
    QVERIFY2(words.at(3) == QLatin1String("0"), qPrintable(reply));  // each with a name
    QVERIFY(says("names"));
    SUCCEEDS(bench_->engine->setMode(api::Mode::Ask));
    decides(*client);
}

void FullTest::listeners_data() {
    QTest::addColumn<bool>("another");
    QTest::addColumn<QByteArray>("full");
    QTest::newRow("who listened last") << false << QByteArray("closed");
    QTest::newRow("who came where") << true << QByteArray("arrivals");
}

// A connection is accepted and its listener closed, and both are forgotten before its first packet:
// it is nobody's until the helper has looked whose it is. Then it is judged as any other.
void FullTest::listeners() {
    QFETCH(bool, another);
    QFETCH(QByteArray, full);
    api::Rule open = rule(0, Action::Allow);
    open.direction = api::Direction::Inbound;
    open.localPorts = api::PortRange::single(kDoor);
    const auto opened = bench_->engine->addRule(open);
    SUCCEEDS(opened);
    const QString path = lab_->copyOfPeer(QStringLiteral("doorkeeper"));
    CLIENT(keeper, path);
    CLIENT(other);
    const auto caller = lab_->outsider();
    QVERIFY(caller);
    const auto listens = [&](Peer& peer, const QString& address) {
        return isOk(said(peer, QStringLiteral("listenat %1 %2").arg(address).arg(kDoor)));
    };
    QVERIFY(listens(*keeper, kClientV4));
    const auto calls = [&](const QString& address) {
        return isOk(said(*caller, QStringLiteral("open tcp %1").arg(address))) &&
               isOk(said(*caller, QStringLiteral("connect %1 %2").arg(address).arg(kDoor)));
    };
    if (another) {  // its listener is known by the first who comes
        QVERIFY(listens(*other, QStringLiteral("127.0.0.1")));
        QVERIFY(calls(QStringLiteral("127.0.0.1")));
    }
    QVERIFY(calls(kClientV4));
    QVERIFY(isOk(said(*keeper, QStringLiteral("accept"))));
    QVERIFY(left(full.constData()) > 0);
    QVERIFY(fill(full.constData()) > 1'000);
    QCOMPARE(left(full.constData()), 0);
    SUCCEEDS(bench_->engine->removeRules({*opened}));
    keeper->tell(QStringLiteral("receive 1"));
    QVERIFY(isOk(said(*caller, QStringLiteral("write 78"))));
    QTRY_VERIFY(bench_->asked());
    const auto question = [this] {
        const QList<api::Question> all = bench_->engine->questions();
        return all.size() == 1 ? all.constFirst() : api::Question();
    };
    QTRY_COMPARE(question().process.identity.path, path);
    QCOMPARE(question().direction, api::Direction::Inbound);
    QVERIFY(!keeper->hasSpoken());
    SUCCEEDS(bench_->engine->answer(bench_->asked(), once(Action::Allow)));
    QTRY_VERIFY(keeper->hasSpoken());
    QCOMPARE(keeper->reply(), QStringLiteral("ok 1"));
    decides(*other);
}

// What cannot be put in force is refused, and what was in force stays.
void FullTest::limits() {
    CLIENT(client);
    QVERIFY(fill("limits") > 2 * SP_MAX_LIMITS - 64);
    api::Rule limited = rule(0, Action::Allow, QStringLiteral("any"), kEcho);
    limited.limit.up = 100'000;
    const qsizetype rules = bench_->engine->rules().size();
    QVERIFY(!bench_->engine->addRule(limited));
    QCOMPARE(bench_->engine->rules().size(), rules);
    QVERIFY(says("limit"));
    decides(*client);
    asks(*client);
}

void FullTest::slices() {
    CLIENT(client);
    api::Rule own = rule(0, Action::Allow, QStringLiteral("any"), kEcho);
    own.app = {api::AppIdentity::Kind::Path, lab_->copyOfPeer(QStringLiteral("latecomer")), {}};
    // What stands there of the table that is being written goes first: of two one is the other.
    int added = 0;
    for (bool fits = true; fits && added < 2; added += fits) {
        QVERIFY(fill("slices") > SP_MAX_SLICES - 4096);
        own.remotePorts = api::PortRange::single(quint16(20'000 + added));
        fits = bench_->engine->addRule(own).has_value();
    }
    QVERIFY(added < 2);
    QVERIFY(says("an application's rules"));
    decides(*client);
    asks(*client);
}

QTEST_GUILESS_MAIN(FullTest)
#include "full_test.moc"
