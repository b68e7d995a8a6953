// How near to a rule's speed limit its flows come together, how equally they share it, and how
// evenly each goes on, between network namespaces. As root. Takes: how many ms each row is looked
// at, a part of the names of the rows that are wanted, and the congestion control of what sends.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "lab.h"
#include "steps.h"

namespace sallyport::bench {

namespace {

using namespace lab;

constexpr int kWarmUpMs = 1000;
constexpr int kLookMs = 20;
constexpr double kPromised = 0.1;  // the share of the limit that may be too much or too little

struct Case {
    const char* kind;
    bool isUp;
    int flows;
    quint64 rate;  // bytes a second
    bool older;    // the connections began before there was a limit
};

struct Outcome {
    double share = 0;     // of the limit
    double fairness = 0;  // Jain's index: 1 if all have the same, 1/n if one has all
    int silenceMs = 0;    // the longest time in which a flow got nothing
};

// One flow's bytes, and when they last grew.
struct Progress {
    quint64 first = 0, last = 0;
    qint64 lastMs = 0;
};

bool connectAll(Lab& lab, const Case& what, std::vector<std::unique_ptr<Peer>>& clients) {
    const quint16 port = what.isUp ? kSwallow : kPour;
    for (int i = 0; i < what.flows; ++i) {
        clients.push_back(lab.client());
        Peer* client = clients.back().get();
        if (!client ||
            !isOk(client->ask(
                QStringLiteral("open %1 %2").arg(QLatin1String(what.kind), kServerV4))) ||
            !isOk(client->ask(QStringLiteral("connect %1 %2").arg(kServerV4).arg(port))))
            return false;
    }
    return true;
}

// Counts what the kernel side let through of each flow.
QHash<quint64, quint64> countsOf(Lab& lab, bool isUp) {
    QHash<quint64, quint64> counts;
    const auto flows = lab.kernel().flows();
    if (!flows)
        return counts;
    for (const kernel::FlowReport& flow : *flows)
        if (flow.key.remotePort == (isUp ? kSwallow : kPour))
            counts.insert(flow.key.cookie, isUp ? flow.sent : flow.received);
    return counts;
}

Outcome watch(Lab& lab, const Case& what, int spanMs) {
    QTest::qWait(kWarmUpMs);
    QHash<quint64, Progress> all;
    const auto before = countsOf(lab, what.isUp);
    for (auto count = before.cbegin(); count != before.cend(); ++count)
        all.insert(count.key(), {*count, *count, 0});
    const quint64 wireBefore = lab.wire().sent;
    QElapsedTimer clock;
    clock.start();
    Outcome outcome;
    while (clock.elapsed() < spanMs) {
        QTest::qWait(kLookMs);
        const qint64 now = clock.elapsed();
        const auto counts = countsOf(lab, what.isUp);
        for (auto flow = all.begin(); flow != all.end(); ++flow) {
            const quint64 count = counts.value(flow.key(), flow->last);
            outcome.silenceMs = std::max(outcome.silenceMs, int(now - flow->lastMs));
            if (count != flow->last)
                flow->lastMs = now;
            flow->last = count;
        }
    }
    const double seconds = double(clock.elapsed()) / 1000;
    const double onWire = double(lab.wire().sent - wireBefore);
    double sum = 0, squares = 0;
    for (const Progress& flow : std::as_const(all)) {
        const auto bytes = double(flow.last - flow.first);
        sum += bytes;
        squares += bytes * bytes;
    }
    // What leaves is counted on the cable; of what comes much ends at the limit.
    outcome.share = (what.isUp ? onWire : sum) / seconds / double(what.rate);
    outcome.fairness = squares > 0 ? sum * sum / (what.flows * squares) : 0;
    return outcome;
}

bool run(Lab& lab, const Case& what, int spanMs, Outcome& outcome) {
    if (!lab.attach())
        return false;
    api::Rule limited = rule(3, api::Action::Allow);
    std::vector<std::unique_ptr<Peer>> clients;
    if (what.older &&
        (!lab.enforce({limited}, api::Mode::LockDown) || !connectAll(lab, what, clients)))
        return false;
    (what.isUp ? limited.limit.up : limited.limit.down) = what.rate;
    if (!lab.enforce({limited}, api::Mode::LockDown))
        return false;
    if (!what.older && !connectAll(lab, what, clients))
        return false;
    for (const auto& client : clients) {
        if (what.isUp) {
            client->tell(QStringLiteral("push %1").arg(spanMs + kWarmUpMs + 500));
        } else {
            client->ask(QStringLiteral("send 1"));  // the first datagram asks for the others
            client->tell(QStringLiteral("pull %1").arg(spanMs));
        }
    }
    outcome = watch(lab, what, spanMs);
    return std::all_of(clients.cbegin(), clients.cend(),
                       [](const auto& client) { return isOk(client->reply()); });
}

QString nameOf(const Case& what) {
    return QStringLiteral("%1 %2 %3, %4 kB/s%5")
        .arg(QLatin1String(what.kind), QLatin1String(what.isUp ? "up" : "down"))
        .arg(what.flows)
        .arg(what.rate / 1000)
        .arg(QLatin1String(what.older ? ", older" : ""));
}

std::vector<Case> cases(const QString& only) {
    std::vector<Case> all;
    for (const quint64 rate : {100'000u, 1'000'000u, 10'000'000u})
        for (const char* kind : {"tcp", "udp"})
            for (const bool isUp : {true, false})
                for (const int flows : {1, 8})
                    all.push_back({kind, isUp, flows, rate, false});
    for (const bool isUp : {true, false})
        for (const int flows : {1, 8})
            all.push_back({"tcp", isUp, flows, 1'000'000, true});
    std::erase_if(all, [&](const Case& what) { return !nameOf(what).contains(only); });
    return all;
}

// At a slow rate one packet that is yet to be cut is the part of many seconds. Datagrams are small,
// and poured for six seconds.
int spanOf(const Case& what, int ms) {
    constexpr quint64 kSlow = 1'000'000;
    return what.rate < kSlow && QLatin1String(what.kind) == QLatin1String("tcp") ? 4 * ms : ms;
}

// Of the TCP that is made from now on in this network namespace.
bool useCongestionControl(const QByteArray& name) {
    QFile file(QStringLiteral("/proc/sys/net/ipv4/tcp_congestion_control"));
    return name.isEmpty() || (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) &&
                              file.write(name) == name.size());
}

int run(int ms, const QString& only, const QByteArray& congestionControl) {
    if (const char* reason = missing()) {
        std::fprintf(stderr, "%s\n", reason);
        return 1;
    }
    Lab lab;
    if (const auto built = lab.build(); !built) {
        std::fprintf(stderr, "%s\n", qPrintable(built.error().text));
        return 1;
    }
    if (!useCongestionControl(congestionControl)) {
        std::fprintf(stderr, "there is no congestion control %s here\n",
                     congestionControl.constData());
        return 1;
    }
    std::printf("%-30s %12s %9s %9s\n", "", "of the limit", "fairness", "pause");
    for (const Case& what : cases(only)) {
        Outcome outcome;
        if (!run(lab, what, spanOf(what, ms), outcome)) {
            std::printf("%-30s could not be measured\n", qPrintable(nameOf(what)));
            continue;
        }
        std::printf("%-30s %10.1f %% %9.3f %6d ms%s\n", qPrintable(nameOf(what)),
                    outcome.share * 100, outcome.fairness, outcome.silenceMs,
                    std::abs(outcome.share - 1) > kPromised ? "  not within 10 %" : "");
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace

}  // namespace sallyport::bench

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    constexpr int kSpanMs = 4000;
    return sallyport::bench::run(argc > 1 ? std::atoi(argv[1]) : kSpanMs,
                                 QString::fromLocal8Bit(argc > 2 ? argv[2] : ""),
                                 argc > 3 ? argv[3] : "");
}
