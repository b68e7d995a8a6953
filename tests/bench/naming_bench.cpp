// How long a name takes to count: a call to an address that a DNS answer has just told, and first
// data that waits until the name in it is read. Each between network namespaces, with the engine
// that reads, beside the same without a rule by name.
//   naming_bench [CALLS]     2,000 unless said
// Prints microseconds, the median and what 99 of 100 stay within: from the call to its connection,
// and from sending to the echo. Wants root.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <cstdio>

#include "kernel/bench.h"
#include "packets/greetings.h"

namespace sallyport::bench {

namespace {

using lab::kEcho;
using lab::kServerV4;
using lab::Lab;

void must(const api::Result<void>& done, const char* what) {
    if (!done)
        qFatal("%s: %s", what, qPrintable(done.error().text));
}

void must(bool done, const char* what) {
    if (!done)
        qFatal("%s", what);
}

// The names server's hosts are behind the lab's server.
void build(Lab& lab) {
    must(lab.build(), "the laboratory");
    must(QProcess::execute(
             QStringLiteral("ip"),
             {QStringLiteral("route"), QStringLiteral("add"), QStringLiteral("10.78.0.0/16"),
              QStringLiteral("via"), QStringLiteral("10.77.0.2")}) == 0,
         "a route");
    must(lab.server().ask(QStringLiteral("run ip route add local 10.78.0.0/16 dev lo")) ==
             QLatin1String("ran 0"),
         "the server's route");
    must(lab.server().ask(QStringLiteral("names")) == QLatin1String("serving"), "names");
}

// What a client says of one command, without rules by name and with one; words from `at` on.
class Comparison {
  public:
    explicit Comparison(Lab& lab) : lab_(lab) {}

    void run(const char* what, const QString& command, int at, bool apart = false) {
        const QStringList without = ask(command, false, apart), with = ask(command, true, apart);
        std::printf("%-44s %6s %6s us, with a rule by name %6s %6s us\n", what,
                    qPrintable(without.value(at)), qPrintable(without.value(at + 1)),
                    qPrintable(with.value(at)), qPrintable(with.value(at + 1)));
    }

  private:
    QStringList ask(const QString& command, bool byName, bool apart) {
        lab::Bench bench;
        must(bench.start(lab_.cgroup()), "the engine");
        must(bench.engine->setMode(api::Mode::Learn), "learning");
        if (byName)
            must(bench.engine
                     ->addRule(lab::rule(0, api::Action::Block, QStringLiteral(".elsewhere.test")))
                     .has_value(),
                 "a rule");
        const auto client = lab_.client();
        must(client != nullptr, "a client");
        if (apart)
            must(lab_.separate(*client), "another network namespace");
        const QString said = lab::said(*client, command);
        must(said.startsWith(QLatin1String("ok")), qPrintable(said));
        return said.split(u' ');
    }

    Lab& lab_;
};

void run(int calls) {
    Lab lab;
    build(lab);
    Comparison comparison(lab);
    std::printf("median and 99 of 100 of %d\n", calls);
    for (const char* transport : {"udp", "tcp"}) {
        const QByteArray what = QByteArray("DNS answer over ") + transport + ", then a call";
        comparison.run(what.constData(),
                       QStringLiteral("visit %1 4 1 %2 1 %3")
                           .arg(kServerV4)
                           .arg(calls)
                           .arg(QLatin1String(transport)),
                       4);
    }
    struct Greeting {
        const char* what;
        QByteArray bytes;
    };
    const Greeting greetings[] = {
        {"first data: TLS, 100 bytes", packets::tls("www.good.test")},
        {"first data: TLS, 1,700 bytes", packets::tls("www.good.test", 1600)},
        {"first data: TLS, two segments", packets::tls("www.good.test", 0, 7500)},
        {"first data: HTTP, 8,000 bytes", packets::http("www.good.test", 0, 8000)},
    };
    for (const Greeting& greeting : greetings)
        comparison.run(greeting.what,
                       QStringLiteral("talk %1 %2 %3 ").arg(kServerV4).arg(kEcho).arg(calls) +
                           QString::fromLatin1(greeting.bytes.toHex()),
                       1);
    comparison.run("the same TLS, from another network namespace",
                   QStringLiteral("talk 10.79.0.1 %1 %2 ").arg(kEcho).arg(calls) +
                       QString::fromLatin1(greetings[0].bytes.toHex()),
                   1, true);
}

}  // namespace

}  // namespace sallyport::bench

int main(int count, char** words) {
    const QCoreApplication app(count, words);
    if (const char* reason = sallyport::lab::missing()) {
        std::printf("naming_bench: %s\n", reason);
        return 0;
    }
    const int calls = count > 1 ? QByteArray(words[1]).toInt() : 0;
    sallyport::bench::run(calls > 0 ? calls : 2'000);
    return 0;
}
