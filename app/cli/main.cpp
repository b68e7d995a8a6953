// sallyportctl: the firewall from the command line, with the same powers as the window.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QLocale>
#include <QLoggingCategory>
#include <QTranslator>
#include <cstdio>

#include "api/dbus.h"
#include "cli/request.h"
#include "cli/runner.h"
#include "client/dbus_firewall.h"

int main(int argc, char** argv) {
    using namespace sallyport;
    using namespace Qt::StringLiterals;
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"sallyportctl"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(SALLYPORT_VERSION));
    QTranslator translator;
    if (translator.load(QLocale(), u"sallyport"_s, u"_"_s, u":/i18n"_s))
        QCoreApplication::installTranslator(&translator);
    api::registerTypes();
    // The command itself says what went wrong.
    QLoggingCategory::setFilterRules(u"sallyport.client.warning=false"_s);

    const cli::Invocation invocation = cli::parse(QCoreApplication::arguments());
    QTextStream out(stdout);
    QTextStream err(stderr);
    // Needs no bus.
    if (const auto* text = std::get_if<cli::Say>(&invocation.request))
        return static_cast<int>(cli::say(*text, out, err));
    client::DbusFirewall firewall(client::DbusFirewall::busAddressFromEnvironment());
    cli::Runner runner(firewall, out, err);
    QObject::connect(
        &runner, &cli::Runner::finished, &application,
        [](cli::ExitCode code) { QCoreApplication::exit(static_cast<int>(code)); },
        Qt::QueuedConnection);
    runner.start(invocation);
    return QCoreApplication::exec();
}
