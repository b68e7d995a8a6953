// The window's models under what a busy machine does to them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModel>
#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QLocale>
#include <QMap>
#include <QModelIndex>
#include <QRandomGenerator>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "api/protocol.h"
#include "fakes/fake_firewall.h"
#include "models/connections_filter.h"
#include "models/history_model.h"
#include "models/questions_model.h"
#include "models/row_rule.h"
#include "models/rule_book.h"
#include "models/rules_model.h"
#include "models/search_query.h"
#include "models/totals_model.h"
#include "models/words.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using models::ConnectionsFilter;
using models::ConnectionsModel;
using models::SearchQuery;
using models::SearchSubject;
using State = api::ConnectionState;

namespace {

api::Program program(api::ProgramId id) {
    return {id, {api::AppIdentity::Kind::Path, u"/usr/bin/p%1"_s.arg(id), {}}};
}

api::Connection connection(api::ConnectionId id, api::ProgramId program, quint32 remote,
                           quint16 port, State state = State::Allowed) {
    api::Connection made;
    made.id = id;
    made.program = program;
    made.serial = 10 + program;
    made.direction = api::Direction::Outbound;
    made.protocol = 6;
    made.remote = api::Address::v4(0x0a000000 + remote);
    made.remotePort = port;
    made.state = state;
    made.startedMs = qint64(id);
    return made;
}

// Hands out its history as the helper does, and like it gives up now and then.
class PagedFirewall : public fakes::FakeFirewall {
  public:
    explicit PagedFirewall(int entries) {
        api::ConnectionList list;
        for (int at = entries; at > 0; --at) {
            list += connection(api::ConnectionId(at), 1, quint32(at), at % 100 ? 443 : 80);
            list.last().endedMs = at;
        }
        setHistory({program(1)}, list);
    }
    void history(const api::HistoryFilter& filter, QObject* context,
                 client::Done<api::HistoryPage> done) override {
        ++asked;
        filters += filter;
        if (!impatient)
            return FakeFirewall::history(filter, context, done);
        api::HistoryFilter narrow = filter;  // looks at a hundred rows only
        const api::ConnectionId from = filter.before ? filter.before : 601;
        narrow.sinceMs = qint64(from) - 100;
        FakeFirewall::history(narrow, context, [=](const api::Result<api::HistoryPage>& page) {
            api::HistoryPage cut = *page;
            cut.next = from > 100 ? from - 100 : 0;
            cut.reachedMs = qint64(cut.next);
            done(cut);
        });
    }
    int asked = 0;
    bool impatient = false;
    QList<api::HistoryFilter> filters;
};

const models::FilesNamed kNoFiles = [](const QString&) { return QStringList(); };

}  // namespace

class TestModels : public QObject {
    Q_OBJECT

    fakes::FakeFirewall firewall_;
    qint64 now_ = 1'000'000;

    std::unique_ptr<ConnectionsModel> make() {
        auto model = std::make_unique<ConnectionsModel>(firewall_, models::plainFace,
                                                        [this] { return now_; });
        model->look();
        return model;
    }
    // Applied at once: the clock says that enough time went by.
    void tell(const api::ProgramList& programs, const api::ConnectionList& connections,
              bool reset = false) {
        now_ += ConnectionsModel::kTickMs;
        emit firewall_.connectionsChanged(programs, connections, reset);
    }

  private slots:
    void randomDeltasKeepTheTreeSound() {
        auto model = make();
        QAbstractItemModelTester tester(model.get(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        ConnectionsFilter filter(*model);
        QAbstractItemModelTester filterTester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.sort(ConnectionsModel::Total, Qt::DescendingOrder);
        QRandomGenerator random(42);
        QHash<api::ConnectionId, api::Connection> open;
        api::ConnectionId next = 1;
        api::ProgramList programs;
        for (api::ProgramId id = 1; id <= 12; ++id)
            programs += program(id);
        tell(programs, {});
        for (int round = 0; round < 100; ++round) {
            api::ConnectionList delta;
            for (int at = 0; at < 20; ++at) {
                const quint32 kind = random.bounded(10);
                if (kind < 4 || open.isEmpty()) {
                    api::Connection made =
                        connection(next++, 1 + random.bounded(12), random.bounded(30),
                                   quint16(1 + random.bounded(100)), State(random.bounded(4)));
                    open.insert(made.id, made);
                    delta += made;
                } else {
                    auto it = std::next(open.begin(), random.bounded(int(open.size())));
                    it->sent += random.bounded(5000);
                    it->state = State(random.bounded(4));
                    if (kind > 5)
                        it->endedMs = now_;
                    delta += *it;
                    if (it->endedMs != 0)
                        open.erase(it);
                }
            }
            if (round % 7 == 0)
                filter.setState(round % 2 == 0 ? std::optional(State(random.bounded(4)))
                                               : std::nullopt);
            if (round % 11 == 0)
                filter.setQuery(SearchQuery(round % 2 == 0 ? u"p1"_s : QString()));
            if (round % 13 == 0)
                filter.setSpan(round % 2 == 0 ? std::optional(models::Span{now_ - 20'000, now_})
                                              : std::nullopt);
            if (round % 30 == 29)
                tell(programs, open.values(), true);
            else
                tell({}, delta);
            now_ += random.bounded(4000);
        }
        filter.setSpan(std::nullopt);
        // What has ended fades and goes; what is open stays.
        for (int at = 0; at < 100 && model->connectionCount() > open.size(); ++at) {
            now_ += ConnectionsModel::kFadeMs;
            tell({}, {});
        }
        QCOMPARE(model->connectionCount(), open.size());
        filter.setState(std::nullopt);
        filter.setQuery({});
        qsizetype leaves = 0;
        for (int p = 0; p < filter.rowCount(); ++p) {
            const QModelIndex parent = filter.index(p, 0);
            for (int r = 0; r < filter.rowCount(parent); ++r)
                leaves += filter.rowCount(filter.index(r, 0, parent));
        }
        QCOMPARE(leaves, open.size());
    }

    void trafficIsWhatMovedSinceSomebodyLooks() {
        auto model = make();
        api::Connection old = connection(1, 1, 1, 443);
        old.received = 5000;
        tell({program(1)}, {old}, true);
        QVERIFY(model->traffic().seconds().empty());
        old.received += 3000;
        api::Connection fresh = connection(2, 1, 1, 443);
        fresh.sent = 100;
        tell({}, {old, fresh});
        QCOMPARE(model->traffic().seconds().size(), 1u);
        const models::TrafficSeries::Second second = model->traffic().seconds().back();
        QCOMPARE(second.second, now_ / 1000);
        QCOMPARE(second.received, 3000.0);
        QCOMPARE(second.sent, 100.0);
        old.received = 10;  // counted anew
        tell({}, {old});
        QCOMPARE(model->traffic().seconds().back().received, 3000.0);
        now_ += models::TrafficSeries::kSeconds * 1000;
        tell({}, {});
        QVERIFY(model->traffic().seconds().empty());
    }

    void aSpanShowsWhatWasAliveInIt() {
        auto model = make();
        QAbstractItemModelTester tester(model.get(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        ConnectionsFilter filter(*model);
        api::Connection gone = connection(1, 1, 1, 443);
        gone.startedMs = now_;
        tell({program(1), program(2)}, {gone}, true);
        const qint64 during = now_;
        now_ += 60'000;
        gone.endedMs = now_;
        tell({}, {gone});
        api::Connection late = connection(2, 2, 2, 443);
        late.startedMs = now_;
        tell({}, {late});
        now_ += ConnectionsModel::kFadeMs;
        tell({}, {});
        QCOMPARE(model->connectionCount(), 1);
        QCOMPARE(filter.rowCount(), 1);
        filter.setSpan(models::Span{during, during + 1000});
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.index(0, 0).data().toString(), u"p1"_s);
        filter.setSpan(models::Span{during, now_});
        QCOMPARE(filter.rowCount(), 2);
        tell({}, {});  // it stays for as long as it is looked at
        QCOMPARE(filter.rowCount(), 2);
        filter.setSpan(std::nullopt);
        QCOMPARE(model->connectionCount(), 1);
        QCOMPARE(filter.index(0, 0).data().toString(), u"p2"_s);
        filter.setSpan(models::Span{during, now_});
        QCOMPARE(filter.rowCount(), 2);
        now_ += models::TrafficSeries::kSeconds * 1000;
        tell({}, {});
        QCOMPARE(model->connectionCount(), 1);
    }

    void whoListensIsARowAndNoConnection() {
        auto model = make();
        api::Connection door = connection(1, 1, 0, 0);
        door.direction = api::Direction::Inbound;
        door.remote = {};
        door.localPort = 22;
        door.state = api::ConnectionState::Listening;
        tell({program(1)}, {door}, true);
        QCOMPARE(model->connectionCount(), 0);
        QModelIndex row = model->index(0, 0);
        QCOMPARE(row.siblingAtColumn(ConnectionsModel::State).data().toString(), u"Listening"_s);
        row = model->index(0, 0, row);
        QCOMPARE(row.data().toString(), u"anybody"_s);
        row = model->index(0, 0, row);
        QCOMPARE(row.data().toString(), u"ssh (22), TCP"_s);
        QCOMPARE(row.siblingAtColumn(ConnectionsModel::RuleColumn).data().toString(), QString());
        const auto rule = models::ruleForRow(*model, row, api::Action::Block);
        QVERIFY(rule);
        QCOMPARE(rule->remote.kind, api::Remote::Kind::Any);
        QCOMPARE(rule->direction, api::Direction::Inbound);
        QCOMPARE(rule->localPorts, api::PortRange::single(22));
        QCOMPARE(rule->protocol, quint8{6});
        const auto all = models::ruleForRow(*model, row.parent(), api::Action::Block);
        QVERIFY(all && all->localPorts.isAny() && all->direction == api::Direction::Inbound);
        // Beside a connection it is not counted.
        tell({}, {connection(2, 1, 7, 443)});
        QCOMPARE(model->index(0, ConnectionsModel::State).data().toString(), u"Allowed"_s);
        QCOMPARE(model->connectionCount(), 1);
        door.endedMs = now_;
        tell({}, {door});
        now_ += ConnectionsModel::kFadeMs;
        tell({}, {});
        QCOMPARE(model->rowCount(model->index(0, 0)), 1);
    }

    void ratesComeFromBytesAndSettle() {
        auto model = make();
        api::Connection one = connection(1, 1, 1, 443);
        tell({program(1)}, {one});
        one.received += 5000;
        now_ += 750;
        tell({}, {one});  // 1000 ms later in all
        const QModelIndex row = model->indexOf(1);
        QCOMPARE(row.siblingAtColumn(ConnectionsModel::Down).data(ConnectionsModel::RawRole),
                 5000.0);
        QCOMPARE(row.parent()
                     .parent()
                     .siblingAtColumn(ConnectionsModel::Down)
                     .data(ConnectionsModel::RawRole),
                 5000.0);
        now_ += 3000;
        tell({}, {});
        QCOMPARE(row.siblingAtColumn(ConnectionsModel::Down).data(ConnectionsModel::RawRole), 0.0);
    }

    void howFastARowWasLatelyIsDrawn() {
        auto model = make();
        api::Connection one = connection(1, 1, 1, 443);
        tell({program(1)}, {one});
        const auto trail = [&](const QModelIndex& row, int column) {
            return row.siblingAtColumn(column)
                .data(ConnectionsModel::TrailRole)
                .value<QList<float>>();
        };
        const QModelIndex row = model->indexOf(1);
        QVERIFY(trail(row, ConnectionsModel::Down).isEmpty());
        for (const quint64 bytes : {2000, 4000}) {
            one.received += bytes;
            now_ += 1000;
            tell({}, {one});
        }
        QSignalSpy changed(model.get(), &QAbstractItemModel::dataChanged);
        for (const QModelIndex& at : {row, row.parent(), row.parent().parent()}) {
            const QList<float> down = trail(at, ConnectionsModel::Down);
            QCOMPARE(down.size(), models::Trail::kSeconds);
            QCOMPARE(down.last(), 1.0F);
            QVERIFY(down.at(down.size() - 2) < 1.0F && down.at(down.size() - 2) > 0.2F);
            QCOMPARE(down.first(), 0.0F);
            QVERIFY(trail(at, ConnectionsModel::Up).isEmpty());
            QVERIFY(trail(at, ConnectionsModel::Total).isEmpty());
        }
        // It moves on although nothing else does, and then is gone.
        now_ += 1000;
        tell({}, {});
        QVERIFY(changed.count() > 0);
        QCOMPARE(trail(row, ConnectionsModel::Down).at(models::Trail::kSeconds - 2), 1.0F);
        for (int second = 0; second < 40; ++second) {
            now_ += 1000;
            tell({}, {});
        }
        QVERIFY(trail(row, ConnectionsModel::Down).isEmpty());
        changed.clear();
        now_ += 1000;
        tell({}, {});
        QCOMPARE(changed.count(), 0);
    }

    void endedConnectionsFadeAndGo() {
        auto model = make();
        api::Connection one = connection(1, 1, 1, 443);
        tell({program(1)}, {one});
        one.endedMs = 5;
        tell({}, {one});
        now_ += 6000;
        tell({}, {});
        const double fade = model->indexOf(1).data(ConnectionsModel::FadeRole).toDouble();
        QVERIFY(fade > 0.4 && fade < 0.9);
        now_ += 5000;
        tell({}, {});
        QCOMPARE(model->rowCount(), 0);
        QCOMPARE(model->programCount(), 0);
    }

    void manyChangesAreOneRange() {
        auto model = make();
        api::ConnectionList many;
        for (api::ConnectionId id = 1; id <= 1000; ++id)
            many += connection(id, 1, 1, quint16(id));
        tell({program(1)}, many);
        for (api::Connection& one : many)
            one.sent += 10;
        QSignalSpy changed(model.get(), &QAbstractItemModel::dataChanged);
        tell({}, many);
        QCOMPARE(changed.size(), 3);  // connections, remote, program
    }

    void burstsWaitForTheTick() {
        auto model = make();
        tell({program(1)}, {connection(1, 1, 1, 1)});
        emit firewall_.connectionsChanged({}, {connection(2, 1, 1, 2)}, false);
        QCOMPARE(model->connectionCount(), 1);
        QTRY_COMPARE(model->connectionCount(), 2);
    }

    void nobodyLookingIsNotWatched() {
        auto model = make();
        QVERIFY(firewall_.watched());
        model->look();
        model->lookAway();
        QVERIFY(firewall_.watched());
        model->lookAway();
        QVERIFY(!firewall_.watched());
    }

    void aGroupAppearsWhenItsConnectionComesToFit() {
        auto model = make();
        ConnectionsFilter filter(*model);
        filter.setState(State::Blocked);
        api::Connection one = connection(1, 1, 1, 443);
        tell({program(1)}, {one});
        QCOMPARE(filter.rowCount(), 0);
        one.state = State::Blocked;
        tell({}, {one});
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
        one.state = State::Allowed;
        tell({}, {one});
        QCOMPARE(filter.rowCount(), 0);
    }

    void eachColumnSorts() {
        auto model = make();
        api::Connection small = connection(1, 1, 9, 443);
        api::Connection large = connection(2, 2, 1, 80, State::Blocked);
        large.sent = 99;
        large.rule = 5;
        large.reason = api::Reason::Rule;
        tell({program(1), program(2)}, {small, large});
        ConnectionsFilter filter(*model);
        for (const int column :
             {ConnectionsModel::Name, ConnectionsModel::State, ConnectionsModel::Total,
              ConnectionsModel::RuleColumn, ConnectionsModel::Since}) {
            filter.sort(column, Qt::AscendingOrder);
            QCOMPARE(filter.index(0, 0).data().toString(), u"p1"_s);
            filter.sort(column, Qt::DescendingOrder);
            QCOMPARE(filter.index(0, 0).data().toString(), u"p2"_s);
        }
    }

    void fiftyThousandRowsAreTakenAndUpdated() {
        auto model = make();
        ConnectionsFilter filter(*model);
        filter.sort(ConnectionsModel::Down, Qt::DescendingOrder);
        api::ConnectionList many;
        for (api::ConnectionId id = 1; id <= 50'000; ++id)
            many += connection(id, 1 + api::ProgramId(id % 40), quint32(id % 5000), quint16(id));
        api::ProgramList programs;
        for (api::ProgramId id = 1; id <= 40; ++id)
            programs += program(id);
        QElapsedTimer clock;
        clock.start();
        tell(programs, many);
        QCOMPARE(filter.rowCount(), 40);
        qInfo("50,000 connections taken in %lld ms", clock.restart());
        for (api::Connection& one : many)
            one.received += 100 + one.id;
        tell({}, many);
        qInfo("all of them changed in %lld ms", clock.restart());
        filter.setQuery(SearchQuery(u"to:10.0.0.77"_s));
        qInfo("searched in %lld ms", clock.restart());
        QVERIFY(filter.rowCount() > 0 && filter.rowCount() < 40);
    }

    void rowsStandForTheirRule() {
        auto model = make();
        api::Connection ping = connection(1, 1, 1, 0);
        ping.protocol = 1;
        tell({program(1)}, {ping});
        const QModelIndex row = model->indexOf(1);
        const auto made = models::ruleForRow(*model, row, api::Action::Block);
        QVERIFY(made);
        QCOMPARE(made->protocol, quint8(1));
        QVERIFY(made->remotePorts.isAny());
        QVERIFY(!models::ruleForProgram({}, 0, api::Action::Allow));
        const auto memory = models::ruleForProgram({api::AppIdentity::Kind::Memory, {}, {}}, 77,
                                                   api::Action::Allow);
        QVERIFY(memory);
        QCOMPARE(memory->lifetime, api::Lifetime::Process);
        QCOMPARE(memory->process, quint64(77));
    }

    void aRemoteIsANameWithItsAddresses() {
        auto model = make();
        api::Connection one = connection(1, 1, 1, 443);
        api::Connection two = connection(2, 1, 2, 443);
        one.name = two.name = u"www.example.org"_s;
        const api::Connection bare = connection(3, 1, 1, 443);
        tell({program(1)}, {one});
        const QModelIndex top = model->index(0, 0);
        const QModelIndex named = model->index(0, 0, top);
        QCOMPARE(named.data().toString(), u"www.example.org"_s);
        tell({}, {bare, two});
        QCOMPARE(model->rowCount(top), 2);
        QCOMPARE(model->indexOf(2).parent(), named);
        QCOMPARE(named.data().toString(), u"www.example.org"_s);
        QVERIFY(model->indexOf(1).data().toString().contains(u"10.0.0.1"_s));
        QCOMPARE(model->indexOf(3).parent().data().toString(), u"10.0.0.1"_s);
        ConnectionsFilter filter(*model);
        filter.sort(ConnectionsModel::Name, Qt::AscendingOrder);
        QCOMPARE(filter.index(0, 0, filter.index(0, 0)).data(), named.data());
        filter.setQuery(SearchQuery(u"to:example"_s));
        QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
        one.endedMs = two.endedMs = 5;
        tell({}, {one, two});
        now_ += ConnectionsModel::kFadeMs;
        tell({}, {});
        QCOMPARE(model->rowCount(top), 1);
        api::Connection again = connection(4, 1, 3, 443);
        again.name = one.name;
        tell({}, {again});
        QCOMPARE(model->indexOf(4).parent().data().toString(), u"www.example.org"_s);
    }

    void aNamedRemoteStandsForItsName_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("remote");
        QTest::newRow("a name") << u"www.example.org"_s << u"www.example.org"_s;
        QTest::newRow("no name") << QString() << u"10.0.0.1"_s;
        QTest::newRow("no host's name") << u"*.example.org"_s << u"10.0.0.1"_s;
        QTest::newRow("odd bytes") << u"a b.example"_s << u"10.0.0.1"_s;
    }
    void aNamedRemoteStandsForItsName() {
        QFETCH(QString, name);
        QFETCH(QString, remote);
        auto model = make();
        api::Connection one = connection(1, 1, 1, 443);
        one.name = name;
        tell({program(1)}, {one});
        const QModelIndex row = model->indexOf(1);
        const auto rule = models::ruleForRow(*model, row.parent(), api::Action::Allow);
        QVERIFY(rule);
        QCOMPARE(rule->remote.toString(), remote);
        QVERIFY(rule->remotePorts.isAny());
        const auto exact = models::ruleForRow(*model, row, api::Action::Allow);
        QCOMPARE(exact->remote.toString(), u"10.0.0.1"_s);
    }

    void aProgramNobodyNamedGivesNoRuleForEverything() {
        auto model = make();
        tell({}, {connection(1, 5, 1, 443)});  // its program was never told
        const auto made = models::ruleForRow(*model, model->index(0, 0), api::Action::Allow);
        QVERIFY(!made || made->app.kind != api::AppIdentity::Kind::Any);
    }

    void searchTerms_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("found");
        QTest::newRow("empty") << u""_s << true;
        QTest::newRow("free word") << u"FireFox"_s << true;
        QTest::newRow("two words") << u"firefox 192.0"_s << true;
        QTest::newRow("all must fit") << u"firefox curl"_s << false;
        QTest::newRow("program") << u"program:fire"_s << true;
        QTest::newRow("program is no address") << u"program:192"_s << false;
        QTest::newRow("to") << u"to:192.0.2"_s << true;
        QTest::newRow("port") << u"port:443"_s << true;
        QTest::newRow("port is whole") << u"port:44"_s << false;
        QTest::newRow("port range") << u"port:400-500"_s << true;
        QTest::newRow("service") << u"port:https"_s << true;
        QTest::newRow("being typed") << u"port:"_s << true;
        QTest::newRow("state") << u"state:block"_s << true;
        QTest::newRow("other state") << u"state:allow"_s << false;
        QTest::newRow("quoted") << u"\"web browser\""_s << true;
        QTest::newRow("ipv6 is a word") << u"2001:db8::1"_s << false;
        QTest::newRow("any is a word") << u"any"_s << false;
    }
    void searchTerms() {
        QFETCH(QString, query);
        SearchSubject subject;
        subject.program = u"firefox /usr/lib/firefox"_s;
        subject.remote = u"192.0.2.1"_s;
        subject.ports = {443};
        subject.portNames = u"https"_s;
        subject.state = u"blocked"_s;
        subject.other = u"web browser"_s;
        QTEST(SearchQuery(query).matches(subject), "found");
    }

    void rulesAreGroupedAndFlat() {
        QList<api::Rule> rules;
        for (api::RuleId id = 1; id <= 10'000; ++id) {
            api::Rule rule;
            rule.id = id;
            rule.app = program(id % 100).identity;
            rule.remotePorts = api::PortRange::single(quint16(id));
            rules += rule;
        }
        firewall_.setRules(rules);
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(book, models::plainFace);
        QTRY_COMPARE(model.rowCount(), 100);
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        models::RulesFilter filter(model);
        QAbstractItemModelTester filterTester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.setQuery(SearchQuery(u"port:777"_s));
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
        QCOMPARE(model.indexOf(777).data(models::RulesModel::IdRole).toUInt(), 777u);
        model.setGrouped(false);
        QCOMPARE(model.rowCount(), 10'000);
        QCOMPARE(filter.rowCount(), 1);
        firewall_.setRules({});
        QTRY_COMPARE(model.rowCount(), 0);
    }

    void rulesThatChangeKeepTreeAndFilterSound() {
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(book, models::plainFace);
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        models::RulesFilter filter(model);
        QAbstractItemModelTester filterTester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.sort(models::RulesModel::Name, Qt::DescendingOrder);
        const auto sorted = [](QList<api::Rule> list) {
            std::sort(list.begin(), list.end(),
                      [](const api::Rule& a, const api::Rule& b) { return a.id < b.id; });
            return list;
        };
        QRandomGenerator random(42);
        QMap<api::RuleId, api::Rule> rules;
        for (int round = 0; round < 60; ++round) {
            for (int at = 0; at < 5; ++at) {
                const api::RuleId id = 1 + random.bounded(40);
                if (random.bounded(3) == 0) {
                    rules.remove(id);
                    continue;
                }
                api::Rule& rule = rules[id];
                rule.id = id;
                rule.app = random.bounded(5) == 0 ? api::AppIdentity()
                                                  : program(random.bounded(8)).identity;
                rule.enabled = random.bounded(2) == 0;
                rule.remotePorts = api::PortRange::single(quint16(1 + random.bounded(9)));
            }
            if (round % 10 == 0)
                model.setGrouped(!model.isGrouped());
            if (round % 7 == 0)
                filter.setQuery(SearchQuery(round % 2 ? u"port:7"_s : QString()));
            firewall_.setRules(rules.values());
            QTRY_COMPARE(sorted(book.rules()), rules.values());
        }
        filter.setQuery(SearchQuery(QString()));
        model.setGrouped(false);
        QCOMPARE(filter.rowCount(), rules.size());
        firewall_.setRules({});
        QTRY_COMPARE(filter.rowCount(), 0);
    }

    void questionsComeAndGoInAnyOrder() {
        fakes::FakeFirewall firewall;
        models::QuestionsModel model(firewall);
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QRandomGenerator random(42);
        QSet<api::QuestionId> waiting;
        const QSignalSpy came(&model, &QAbstractItemModel::rowsInserted);
        const QSignalSpy went(&model, &QAbstractItemModel::rowsRemoved);
        for (int round = 0; round < 500; ++round) {
            const api::QuestionId id = 1 + random.bounded(30);
            if (random.bounded(3) == 0) {
                emit firewall.questionCancelled(id, u"gone"_s);  // also one that nobody knows
                waiting.remove(id);
            } else {
                api::Question question;
                question.id = id;
                question.process.identity = program(api::ProgramId(id % 5)).identity;
                question.waiting = 1 + random.bounded(9);  // also one that is there
                emit firewall.questionAsked(question);
                waiting.insert(id);
            }
            QCOMPARE(model.count(), int(waiting.size()));
            QCOMPARE(model.count(), int(came.count() - went.count()));
            QStringList programs;  // those of one stand side by side
            for (int row = 0; row < model.count(); ++row) {
                const QString path = model.at(row).process.identity.path;
                if (programs.isEmpty() || programs.last() != path)
                    programs += path;
            }
            QCOMPARE(programs.removeDuplicates(), 0);
        }
        QVERIFY(!waiting.isEmpty());
        emit firewall.connectedChanged(false);
        QVERIFY(model.isEmpty());
    }

    void aRuleForOneContentSaysSo() {
        api::Rule rule;
        rule.id = 1;
        rule.action = api::Action::Allow;
        rule.app = {api::AppIdentity::Kind::Path, u"/home/dora/bin/tool"_s, {}};
        firewall_.setRules({rule});
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(book, models::plainFace);
        QTRY_COMPARE(model.rowCount(), 1);
        const auto shown = [&](int role) {
            return model.indexOf(1)
                .siblingAtColumn(models::RulesModel::Where)
                .data(role)
                .toString();
        };
        QVERIFY(!shown(Qt::DisplayRole).contains(u"this version"_s));
        rule.sha256 = QString(64, u'a');
        firewall_.setRules({rule});
        QTRY_VERIFY(shown(Qt::DisplayRole).contains(u"this version of its file only"_s));
        QVERIFY(shown(Qt::ToolTipRole).contains(rule.sha256));
    }

    void framesGoToNoAddress() {
        api::Rule rule;
        rule.id = 1;
        rule.action = api::Action::Allow;
        rule.protocol = api::kFrames;
        firewall_.setRules({rule});
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(book, models::plainFace);
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.indexOf(1).siblingAtColumn(models::RulesModel::Where).data().toString(),
                 u"whole frames"_s);
    }

    void aRuleWithoutItsListIsMarked() {
        api::Rule rule;
        rule.id = 1;
        rule.remote = api::Remote::parse(u"list:ads"_s).value();
        firewall_.setRules({rule});
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(book, models::plainFace);
        QTRY_COMPARE(model.rowCount(), 1);
        const auto shown = [&](int role) {
            return model.indexOf(1).siblingAtColumn(models::RulesModel::Where).data(role);
        };
        const auto marked = [&] {
            return shown(Qt::DisplayRole).toString().contains(u"no such list"_s) &&
                   shown(Qt::ToolTipRole).toString().contains(u"no list ads"_s) &&
                   shown(Qt::DecorationRole).isValid();
        };
        QVERIFY(!marked());  // nobody knows yet
        QVERIFY(!shown(Qt::DecorationRole).isValid());
        const QSignalSpy drawn(&model, &models::RulesModel::dataChanged);
        model.setLists({});
        QCOMPARE(drawn.count(), 1);
        QVERIFY(marked());
        model.setLists({{u"ads"_s, {}}});
        QVERIFY(!marked());
        QVERIFY(!shown(Qt::DecorationRole).isValid());
        firewall_.setRules({});
        QTRY_COMPARE(model.rowCount(), 0);
    }

    void rulesThatAreNotWellAreMarkedAndFound() {
        constexpr qint64 day = qint64{24} * 3600 * 1000;
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const auto rule = [&](api::RuleId id, const QString& path) {
            api::Rule made;
            made.id = id;
            made.app = {api::AppIdentity::Kind::Path, path, {}};
            made.createdMs = now;
            return made;
        };
        api::Rule pinned = rule(1, u"/usr/bin/mail"_s);
        pinned.pinned = true;
        pinned.action = api::Action::Allow;
        api::Rule same = rule(2, u"/usr/bin/mail"_s);
        same.action = api::Action::Allow;
        same.protocol = 6;
        same.remotePorts = api::PortRange::single(25);
        api::Rule other = same;
        other.id = 3;
        other.action = api::Action::Block;
        api::Rule off = other;
        off.id = 4;
        off.enabled = false;
        api::Rule unused = rule(5, u"/usr/bin/ssh"_s);
        unused.createdMs = now - 31 * day;
        api::Rule fresh = rule(6, u"/usr/bin/scp"_s);
        fresh.createdMs = now - 29 * day;
        api::Rule old = unused;
        old.id = 7;
        old.app.path = u"/usr/bin/sftp"_s;
        old.hits = 1;
        api::Rule gone = rule(8, u"/opt/gone"_s);
        api::Rule script = rule(9, u"/usr/bin/python3"_s);
        script.app.kind = api::AppIdentity::Kind::Script;
        script.app.script = u"/opt/gone"_s;
        api::Rule foreign = gone;
        foreign.id = 10;
        foreign.app.kind = api::AppIdentity::Kind::Foreign;
        api::Rule starter = gone;
        starter.id = 11;
        starter.origin = api::Origin::Starter;
        starter.createdMs = unused.createdMs;
        starter.remotePorts = api::PortRange::single(123);
        api::Rule twice = gone;  // the worst is said first
        twice.id = 13;
        twice.createdMs = unused.createdMs;
        twice.remotePorts = api::PortRange::single(80);
        api::Rule administrators = starter;
        administrators.id = 12;
        administrators.origin = api::Origin::Administrator;
        administrators.remotePorts = api::PortRange::single(53);
        firewall_.setRules({pinned, same, other, off, unused, fresh, old, gone, script, foreign,
                            starter, administrators, twice});
        models::RuleBook book(firewall_, models::plainFace);
        models::RulesModel model(
            book, models::plainFace, nullptr,
            models::RuleHealth([](const QString& path) { return path == u"/opt/gone"_s; }));
        QTRY_VERIFY(model.indexOf(1).isValid());
        const auto where = [&](api::RuleId id) {
            return model.indexOf(id).siblingAtColumn(models::RulesModel::Where);
        };
        const QHash<api::RuleId, QString> expected{
            {2, u"redundant"_s},    {3, u"contradicts rule 1"_s},
            {5, u"never used"_s},   {8, u"program gone"_s},
            {9, u"program gone"_s}, {13, u"program gone, never used"_s}};
        for (api::RuleId id = 1; id <= 13; ++id) {
            const QVariant icon = where(id).data(Qt::DecorationRole);
            const QString text = where(id).data().toString();
            QVERIFY2(icon.isValid() == expected.contains(id), qPrintable(QString::number(id)));
            if (!icon.isValid())
                continue;
            QVERIFY2(text.startsWith(expected[id] + u','), qPrintable(text));
            QVERIFY(where(id).data(Qt::ToolTipRole).toString().contains(u"this rule"_s) ||
                    where(id).data(Qt::ToolTipRole).toString().contains(u"this one"_s));
        }
        const auto found = [&](const QString& query) {
            QList<api::RuleId> ids;
            for (api::RuleId id = 1; id <= 13; ++id) {
                if (model.accepts(model.indexOf(id), SearchQuery(query)))
                    ids += id;
            }
            return ids;
        };
        QCOMPARE(found(u"state:gone"_s), (QList<api::RuleId>{8, 9, 13}));
        QCOMPARE(found(u"state:unused"_s), (QList<api::RuleId>{5, 13}));
        QCOMPARE(found(u"state:redundant"_s), (QList<api::RuleId>{2}));
        QCOMPARE(found(u"state:contradicts"_s), (QList<api::RuleId>{3}));
    }

    void aRuleIsCalledSuperfluousOnlyWhereThatIsCertain() {
        api::Rule wide;
        wide.id = 1;
        wide.pinned = true;
        wide.action = api::Action::Allow;
        api::Rule narrow;
        narrow.id = 2;
        narrow.action = api::Action::Allow;
        narrow.app = {api::AppIdentity::Kind::Path, u"/usr/bin/mail"_s, {}};
        narrow.protocol = 6;
        const auto superfluous = [&] {
            models::RuleHealth health([](const QString&) { return false; });
            health.examine({wide, narrow});
            return !health.marks(narrow, 0).isEmpty();
        };
        QVERIFY(superfluous());
        const auto holds = [&](const auto& change) {
            const api::Rule w = wide, n = narrow;
            change();
            const bool still = superfluous();
            wide = w;
            narrow = n;
            return still;
        };
        QVERIFY(holds([&] { narrow.remotePorts = api::PortRange::single(25); }));
        QVERIFY(holds([&] { wide.remote = narrow.remote = api::Remote::listed(u"a"_s); }));
        QVERIFY(holds([&] { wide.pinned = false, wide.app = narrow.app, wide.protocol = 6; }));
        QVERIFY(!holds([&] { wide.enabled = false; }));
        QVERIFY(!holds([&] { narrow.enabled = false; }));
        QVERIFY(!holds([&] { wide.pinned = false; }));  // then the helper does not put it first
        QVERIFY(!holds([&] { wide.action = api::Action::Audit; }));
        QVERIFY(!holds([&] { wide.direction = api::Direction::Inbound; }));
        QVERIFY(!holds([&] { wide.remotePorts = api::PortRange::single(25); }));
        QVERIFY(!holds([&] { wide.remote.kind = api::Remote::Kind::LocalNetwork; }));
        QVERIFY(!holds([&] { wide.user = 1000; }));
        QVERIFY(!holds([&] { wide.interface = u"wg0"_s; }));
        QVERIFY(!holds([&] { wide.quota.bytes = 1'000'000; }));
        QVERIFY(!holds([&] { wide.sha256 = QString(64, u'0'); }));
        QVERIFY(!holds([&] { wide.lifetime = api::Lifetime::UntilRestart; }));
        QVERIFY(!holds([&] { narrow.protocol = api::kFrames; }));
        // A name that is hearsay counts for the block alone.
        QVERIFY(!holds([&] {
            wide.remote = narrow.remote = api::Remote::listed(u"a"_s);
            narrow.action = api::Action::Block;
        }));
    }

    // Counters tick all the time, and the window waits for this.
    void tenThousandRulesAreExaminedAtOnce() {
        QList<api::Rule> rules;
        for (api::RuleId id = 1; id <= 10'000; ++id) {
            api::Rule rule;
            rule.id = id;
            rule.pinned = id <= 500;
            rule.app = {api::AppIdentity::Kind::Path, u"/usr/bin/p%1"_s.arg(id), {}};
            if (rule.pinned)
                rule.app = {};
            rule.remotePorts = api::PortRange::single(quint16(id));
            rules += rule;
        }
        models::RuleHealth health;
        QElapsedTimer watch;
        watch.start();
        health.examine(rules);
        qInfo("%lld ms", watch.elapsed());
        QVERIFY2(watch.elapsed() < 1000, qPrintable(QString::number(watch.elapsed())));
    }

    void whoMayNotLookKnowsOfNoProgramThatItIsGone() {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"program"_s);
        QVERIFY(models::RuleHealth::isGone(path));
        QVERIFY(models::RuleHealth::isGone(path + u"/below"_s));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(!models::RuleHealth::isGone(path));
        QVERIFY(models::RuleHealth::isGone(path + u"/below"_s));  // no folder
        QVERIFY(!models::RuleHealth::isGone({}));
        QVERIFY(!models::RuleHealth::isGone(u"relative"_s));
        QVERIFY(!models::RuleHealth::isGone(folder.filePath(QString(300, u'x'))));  // not ENOENT
    }

    void historyComesPageByPage() {
        PagedFirewall firewall(600);
        models::HistoryModel model(firewall, models::plainFace, kNoFiles);
        model.reload();
        QTRY_COMPARE(model.rowCount(), models::HistoryModel::kPage);
        QCOMPARE(firewall.asked, 1);  // nothing more until somebody scrolls
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY(!model.isLoading());
        while (model.canFetchMore({})) {
            model.fetchMore({});
            QTRY_VERIFY(!model.isLoading());
        }
        QCOMPARE(model.rowCount(), 600);
        QCOMPARE(firewall.asked, 3);
        model.setQuery(SearchQuery(u"port:443 10.0.0.7"_s));
        QTRY_COMPARE(model.rowCount(), 11);  // 7 and 70 to 79
        model.setQuery(SearchQuery(u"port:nosuchservice"_s));
        const int asked = firewall.asked;
        QTRY_VERIFY(!model.isLoading());
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(firewall.asked, asked);  // that is known without a search
    }

    void aSearchThatWasCutShortGoesOnByItself() {
        PagedFirewall firewall(600);
        firewall.impatient = true;
        models::HistoryModel model(firewall, models::plainFace, kNoFiles);
        QList<qint64> reached;
        connect(&model, &models::HistoryModel::loadingChanged, this,
                [&] { reached += model.reachedMs(); });
        model.setQuery(SearchQuery(u"port:80"_s));
        QTRY_COMPARE(model.rowCount(), 6);
        QTRY_VERIFY(!model.isLoading());
        QVERIFY(!model.canFetchMore({}));
        QVERIFY(reached.contains(301));  // somebody can be told
        QCOMPARE(reached.last(), 0);
    }

    void whatIsTypedBecomesAFilter() {
        const auto terms = [](const QString& text) {
            return models::historyTerms(SearchQuery(text), [](const QString& part) {
                return part == u"fire"_s ? QStringList{u"/usr/lib/mozilla/ff"_s} : QStringList();
            });
        };
        using Term = api::HistoryTerm;
        QVERIFY(terms(QString()).value() == QList<Term>());
        QVERIFY(terms(u"program:Fire to:\"a b\""_s).value() ==
                (QList<Term>{{{u"fire"_s, u"/usr/lib/mozilla/ff"_s}, {}, {}, {}},
                             {{}, {u"a b"_s}, {}, {}}}));
        QVERIFY(terms(u"port:8000-8080"_s).value() == (QList<Term>{{{}, {}, {{8000, 8080}}, {}}}));
        QVERIFY(terms(u"state:blocked"_s).value() == (QList<Term>{{{}, {}, {}, {State::Blocked}}}));
        QVERIFY(terms(u"state:audited"_s).value() == (QList<Term>{{{}, {}, {}, {State::Audited}}}));
        QVERIFY(!terms(u"state:lost"_s));
        QVERIFY(!terms(u"port:99999"_s));
        const Term word = terms(u"blocked"_s).value().first();
        QCOMPARE(word.programs, QStringList{u"blocked"_s});
        QCOMPARE(word.remotes, QStringList{u"blocked"_s});
        QCOMPARE(word.states, QList<State>{State::Blocked});
        const Term https = terms(u"port:https"_s).value_or(QList<Term>{Term()}).first();
        if (!models::Words::service(443, 6).isEmpty())  // this machine has a list of services
            QVERIFY(https.ports.contains(api::PortRange::single(443)));
    }

    void totalsAreShown() {
        fakes::FakeFirewall firewall;
        firewall.setTotals({{{api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}},
                             {1, 0, 512, 512},
                             {2, 0, 2048, 0},
                             {1234, 7, 4096, 0}}});
        models::TotalsModel model(firewall, models::plainFace);
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QSignalSpy anew(&model, &QAbstractItemModel::modelReset);
        model.reload();
        QTRY_COMPARE(model.rowCount(), 1);
        const auto text = [&](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(text(models::TotalsModel::Program), u"curl"_s);
        QCOMPARE(text(models::TotalsModel::Today), models::Words::bytes(1024));
        QCOMPARE(text(models::TotalsModel::Month), models::Words::bytes(4096));
        QCOMPARE(text(models::TotalsModel::Connections), QLocale().toString(1234));
        QCOMPARE(text(models::TotalsModel::Blocked), u"7"_s);
        firewall.setTotals({});
        model.reload();
        QTRY_COMPARE(model.rowCount(), 0);
        QCOMPARE(anew.count(), 2);
    }
};

QTEST_GUILESS_MAIN(TestModels)
#include "tst_models.moc"
