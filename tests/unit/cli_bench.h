// What the tests of the command line share: a run on a fake helper.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QTest>
#include <QTextStream>

#include "cli/request.h"
#include "cli/runner.h"
#include "fakes/fake_firewall.h"

namespace sallyport::cli {

using namespace Qt::StringLiterals;

inline Invocation parsed(const QString& line) {
    return parse(QStringList{u"sallyportctl"_s} + line.split(u' ', Qt::SkipEmptyParts));
}

// What a run on a fake helper printed and ended with.
struct Ran {
    ExitCode code = ExitCode::Failed;
    QString out;
    QString err;
};

inline Ran ran(fakes::FakeFirewall& firewall, const QStringList& arguments) {
    Ran result;
    QTextStream out(&result.out);
    QTextStream err(&result.err);
    Runner runner(firewall, out, err);
    bool ended = false;
    QObject::connect(&runner, &Runner::finished, &runner, [&](ExitCode code) {
        result.code = code;
        ended = true;
    });
    runner.start(parse(QStringList{u"sallyportctl"_s} + arguments), 50);
    if (!QTest::qWaitFor([&] { return ended; }))
        result.err = u"never ended"_s;
    return result;
}

inline Ran ran(fakes::FakeFirewall& firewall, const QString& line) {
    return ran(firewall, line.split(u' ', Qt::SkipEmptyParts));
}

inline api::Connection connection(api::ConnectionId id) {
    api::Connection made;
    made.id = id;
    made.program = 7;
    made.protocol = 6;
    made.remote = *api::Address::parse(u"192.0.2.1"_s);
    made.remotePort = 443;
    made.startedMs = 1000;
    return made;
}

inline constexpr int kForEverMs = 24 * 3600 * 1000;
inline const api::AppIdentity kCurl{api::AppIdentity::Kind::Path, u"/opt/none/curl"_s, {}};

}  // namespace sallyport::cli
