// An engine over a fake kernel with one program that runs, and what happens to it, in a word each.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlite3.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>
#include <memory>

#include "dns_wire.h"
#include "engine/engine.h"
#include "engine_parts.h"
#include "fake_kernel/fake_kernel.h"
#include "fake_resolved/fake_resolved.h"

namespace sallyport::tests {

using api::Question;

inline constexpr quint64 kSerial = 100;
inline constexpr qint32 kPid = 4000;
inline constexpr quint32 kUid = 1000;
inline const QString kAgent = QStringLiteral(":1.7");

inline api::Address remote(quint8 last = 1) {
    return api::Address::v4(0xcb007100u + last);  // 203.0.113.0/24
}

inline kernel::FlowKey key(quint64 cookie, quint8 host = 1, quint16 port = 443,
                           quint8 protocol = 6) {
    return {cookie, remote(host), port, protocol};
}

inline kernel::FlowReport report(const kernel::FlowKey& flow, sp_verdict verdict = SP_VERDICT_HOLD,
                                 sp_reason reason = SP_REASON_NONE, quint32 rule = 0) {
    kernel::FlowReport report;
    report.key = flow;
    report.owner = {kSerial, 1, kPid, kUid, 0, 0};
    report.decision = {verdict, reason, rule};
    report.localPort = 50000;
    return report;
}

inline kernel::HeldPacket packet(const kernel::FlowKey& flow, const QByteArray& bytes) {
    return {flow, 1, 0, 0, bytes};
}

inline kernel::ExecReport exec(quint64 serial, qint32 pid, const QString& path) {
    kernel::ExecReport report;
    report.serial = serial;
    report.parentSerial = serial - 1;
    report.pid = pid;
    report.uid = kUid;
    report.file = {serial, 1, 1};
    report.path = path;
    report.arguments = {path};
    return report;
}

inline api::Answer answer(api::Action action, api::Lifetime lifetime,
                          api::Scope scope = api::Scope::AddressAndPort) {
    api::Answer answer;
    answer.action = action;
    answer.lifetime = lifetime;
    answer.scope = scope;
    return answer;
}

class FakeLog final : public engine::DecisionLog {
  public:
    QStringList entries;  // "rule state program"
    void decided(const api::Connection& connection, const api::Process& process) override {
        entries.append(QStringLiteral("%1 %2 %3")
                           .arg(connection.rule)
                           .arg(api::toWord(connection.state), process.path));
    }
};

// An engine over a fake kernel, real stores in a folder of its own, and one program that runs.
struct Bench {
    QTemporaryDir folder;
    tests::SetClock clock;
    FakeLog log;
    fakes::FakeKernel kernel;
    process::ProcessTable processes;
    std::unique_ptr<store::RuleStore> rules;
    std::unique_ptr<store::History> history;
    std::unique_ptr<engine::Engine> engine;
    QList<std::pair<QString, Question>> asked;
    QStringList withdrawn;   // "id reason"
    QString resolvedSocket;  // of systemd-resolved's monitor; empty: there is none
    QStringList resolvConf;
    kernel::OnLinkNetworks::Open routes;
    QHash<QString, quint32> interfaces;  // of the machine; each has an index

    Bench() { open(); }
    // With a systemd-resolved, to which it has subscribed.
    void start(fakes::FakeResolved& resolved) {
        open();
        start();
        QTRY_COMPARE(resolved.requests.size(), 1);
    }
    ~Bench() { engine.reset(); }

    void open() {
        engine.reset();
        rules = std::make_unique<store::RuleStore>(*store::RuleStore::open(
            folder.filePath(QStringLiteral("rules.db")), QStringLiteral("boot")));
        history.reset();
        history = std::move(*store::History::open(folder.filePath(QStringLiteral("history.db"))));
        engine::Options options{folder.filePath(QStringLiteral("rules.d")),
                                [](quint32) { return std::optional<bool>(true); }};
        options.log = &log;
        options.resolved = resolvedSocket;
        options.resolvConf = resolvConf;
        options.routes = routes;
        options.interfaceIndex = [this](const QString& name) { return interfaces.value(name); };
        options.names = folder.filePath(QStringLiteral("names"));
        options.resolvers = {folder.filePath(QStringLiteral("resolver"))};
        engine = std::make_unique<engine::Engine>(kernel, processes, *rules, *history, clock,
                                                  std::move(options));
        QObject::connect(engine.get(), &engine::Engine::ask,
                         [this](const QString& agent, const Question& question) {
                             asked.append({agent, question});
                         });
        QObject::connect(engine.get(), &engine::Engine::withdraw,
                         [this](const QString&, api::QuestionId id, const QString& reason) {
                             withdrawn.append(QStringLiteral("%1 %2").arg(id).arg(reason));
                         });
        kernel.events.append([](kernel::Sink& sink) {
            sink.onExec(exec(kSerial - 1, kPid - 1, QStringLiteral("/opt/test/shell")));
            sink.onExec(exec(kSerial, kPid, QStringLiteral("/opt/test/browser")));
        });
    }

    void start(bool withAgent = true) {
        const auto started = engine->start();
        QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().text));
        if (withAgent)
            engine->addAgent({kAgent, kUid, false});
    }

    // In the rules' own file, beside the store.
    void execute(const char* sql) const {
        sqlite3* raw = nullptr;
        const QByteArray path = QFile::encodeName(folder.filePath(QStringLiteral("rules.db")));
        QCOMPARE(sqlite3_open(path.constData(), &raw), SQLITE_OK);
        QCOMPARE(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(raw);
    }

    void happens(std::function<void(kernel::Sink&)> event) {
        kernel.events.append(std::move(event));
        engine->drain();
    }
    void hold(const kernel::FlowKey& flow, const QByteArray& bytes = "SYN") {
        happens([=](kernel::Sink& sink) { sink.onHeld(report(flow), packet(flow, bytes)); });
    }
    // The program asks its server on socket 90, and is answered; both are only noted down.
    void isTold(const QString& name, const QList<quint8>& hosts, quint64 serial = kSerial,
                qint32 pid = kPid) {
        kernel::DnsReport dns;
        dns.cookie = 90;
        dns.owner = {serial, 1, pid, kUid, 0, 0};
        dns.server = remote(53);
        dns.port = SP_DNS_PORT;
        dns.message = dns::query(7, name);
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
        answersName(dns, name, hosts);
    }
    void answersName(kernel::DnsReport dns, const QString& name, const QList<quint8>& hosts) {
        QList<api::Address> addresses;
        for (const quint8 host : hosts)
            addresses.append(remote(host));
        dns.answer = true;
        dns.message = dns::answer(7, name, addresses);
        ++kernel.told;
        kernel.events.append([=](kernel::Sink& sink) { sink.onDns(dns); });
    }
    void holdsUntilNamed(const kernel::FlowKey& flow) {
        happens([=](kernel::Sink& sink) {
            sink.onHeld(report(flow, SP_VERDICT_UNRESOLVED), packet(flow, "SYN"));
        });
    }
    // The first data of a connection that had leave to begin.
    void sends(const kernel::FlowKey& flow, const QByteArray& data, quint32 sequence = 0,
               quint64 netns = 0) {
        QByteArray ip(20, '\0'), tcp(20, '\0');
        ip[0] = 0x45;
        ip[9] = 6;
        qToBigEndian(sequence, tcp.data() + 4);
        tcp[12] = 0x50;
        happens([=](kernel::Sink& sink) {
            kernel::FlowReport held = report(flow, SP_VERDICT_FIRST_DATA);
            held.owner.netns = netns;
            sink.onHeld(held, packet(flow, ip + tcp + data));
        });
    }
    void pass(qint64 ms) {
        clock.now += ms;
        kernel.boot += static_cast<quint64>(ms) * 1'000'000;
        engine->expire();
    }
    QList<Question> waiting() const {
        QList<Question> list;
        for (const Question& question : engine->questions()) {
            if (!question.missed)
                list.append(question);
        }
        return list;
    }
    api::Connection connection(quint64 cookieIndex) const {
        return engine->connections().value(static_cast<qsizetype>(cookieIndex));
    }
    QList<api::Rule> promptRules() const {
        QList<api::Rule> list;
        for (const api::Rule& rule : engine->rules()) {
            if (rule.origin == api::Origin::Prompt)
                list.append(rule);
        }
        return list;
    }
};

inline api::Rule browserRule(api::Action action) {
    api::Rule rule;
    rule.action = action;
    rule.app = {api::AppIdentity::Kind::Path, QStringLiteral("/usr/bin/browser"), {}};
    rule.protocol = 6;
    return rule;
}

inline api::Rule nameRule(api::Action action, const QString& pattern) {
    api::Rule rule;
    rule.action = action;
    rule.remote = api::Remote::parse(pattern).value();
    return rule;
}

}  // namespace sallyport::tests
