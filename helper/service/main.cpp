// sallyportd: the helper. Puts the parts together, says plainly why it cannot start, and ends
// cleanly. SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/crypto.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTimer>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "service/heap.h"
#include "service/helper.h"

using namespace sallyport;

namespace {

const QString kExitCodes = QStringLiteral(
    "Exit codes:\n"
    "  0  ended by SIGTERM or SIGINT: the kernel goes on enforcing; or by SIGUSR1: it does not,\n"
    "     unless the machine shuts down\n"
    "  1  something else failed; the message says what\n"
    "  2  the command line is wrong\n"
    "  3  the kernel lacks something: no BTF, no cgroup v2, older than 6.1\n"
    "  4  no privilege\n"
    "  5  no system bus, or it was lost\n"
    "  6  another helper runs\n"
    "  7  the rules cannot be opened");

// Signals that end the helper as something the event loop can see. Blocked for every thread: must
// be called before any is started. -1 on failure.
int endSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The signal that came; 0 when none can be read.
int readSignal(int fd) {
    signalfd_siginfo info{};
    return read(fd, &info, sizeof(info)) == sizeof(info) ? int(info.ssi_signo) : 0;
}

struct CommandLine {
    engine::Places places;
    bool off = false;
    bool awaitsBus = false;
};

CommandLine readCommandLine() {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("The helper of the Sallyport firewall: holds, asks, enforces.\n\n") +
        kExitCodes);
    const QCommandLineOption cgroup(
        QStringLiteral("cgroup"),
        QStringLiteral("Filter the programs in this cgroup v2 directory "
                       "only; default: the whole system."),
        QStringLiteral("directory"));
    const QCommandLineOption state(
        QStringLiteral("state-dir"), QStringLiteral("Where rules and history are kept."),
        QStringLiteral("directory"), QStringLiteral("/var/lib/sallyport"));
    const QCommandLineOption pins(
        QStringLiteral("pins"),
        QStringLiteral("Where in bpffs the kernel side is pinned, so that it outlives the helper; "
                       "\"none\": it ends with the helper."),
        QStringLiteral("directory"), service::Helper::kUnitPins);
    const QCommandLineOption config(
        QStringLiteral("config-dir"),
        QStringLiteral("Where rules.d with the administrator's rules is."),
        QStringLiteral("directory"), QStringLiteral("/etc/sallyport"));
    const QCommandLineOption broker(
        QStringLiteral("broker"),
        QStringLiteral("Socket of sallyport-broker, which opens what only root may; "
                       "default: the helper is root and opens it itself."),
        QStringLiteral("socket"));
    const QCommandLineOption off(
        QStringLiteral("off"),
        QStringLiteral("Stop the service, take out of the kernel what a helper that ended left "
                       "there, and end: nothing is filtered any more."));
    const QCommandLineOption awaitBus(
        QStringLiteral("await-bus"),
        QStringLiteral("Where there is no system bus yet, enforce the rules and wait for it: for "
                       "a start before everything else. Without this it is an error."));
    parser.addOptions({cgroup, state, pins, config, broker, off, awaitBus});
    parser.addHelpOption();
    parser.addVersionOption();
    if (!parser.parse(QCoreApplication::arguments()) || !parser.positionalArguments().isEmpty()) {
        const QString error = parser.errorText().isEmpty()
                                  ? QStringLiteral("what is \"%1\"?")
                                        .arg(parser.positionalArguments().join(QLatin1Char(' ')))
                                  : parser.errorText();
        std::fprintf(stderr, "sallyportd: %s; see --help\n", qPrintable(error));
        std::exit(static_cast<int>(service::Exit::Usage));
    }
    parser.process(QCoreApplication::arguments());  // ends with --help, --help-all and --version
    const QString pinned = parser.value(pins);
    return {{parser.value(cgroup), parser.value(state),
             pinned == QLatin1String("none") ? QString() : pinned, parser.value(config),
             parser.value(broker)},
            parser.isSet(off),
            parser.isSet(awaitBus)};
}

int say(const service::Helper::Failure& failure) {
    std::fprintf(stderr, "sallyportd: %s\n", qPrintable(failure.text));
    sd_notifyf(0, "STATUS=%s", qPrintable(failure.text));
    return static_cast<int>(failure.code);
}

// Tells the service manager, if it wants to know, that the event loop turns.
void keepAlive(QTimer& timer) {
    std::uint64_t patienceUs = 0;
    if (sd_watchdog_enabled(0, &patienceUs) <= 0)
        return;
    QObject::connect(&timer, &QTimer::timeout, &timer, [] { sd_notify(0, "WATCHDOG=1"); });
    timer.start(
        std::chrono::ceil<std::chrono::milliseconds>(std::chrono::microseconds(patienceUs / 3)));
}

}  // namespace

int main(int argc, char** argv) {
    service::shareHeap();
    qunsetenv("QT_NO_GLIB");  // polkit answers through GLib's loop
    // libcrypto's configuration file could name modules to load: this process wants none.
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1)
        return say({service::Exit::Failed, QStringLiteral("libcrypto does not start")});
    const int signalFd = endSignals();
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("sallyportd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SALLYPORT_VERSION));
    const CommandLine options = readCommandLine();
    if (options.off) {
        const auto failed = service::Helper::release(options.places.pins);
        return failed ? say(*failed) : static_cast<int>(service::Exit::Ended);
    }

    bool letGo = false;
    QSocketNotifier signalled(signalFd, QSocketNotifier::Read);
    QObject::connect(&signalled, &QSocketNotifier::activated, &app, [&] {
        letGo = readSignal(signalFd) == SIGUSR1;
        QCoreApplication::quit();
    });

    QTimer alive;
    int code = 0;
    {
        service::Helper helper;
        if (const auto failed = helper.start(options.places, options.awaitsBus))
            return say(*failed);
        const service::Heap heap;
        sd_notify(0, "READY=1\nSTATUS=Filtering");
        service::giveUpStart();
        keepAlive(alive);
        code = QCoreApplication::exec();
        sd_notify(0, "STOPPING=1");
        letGo = letGo && !helper.machineStops();
    }
    if (letGo)
        if (const auto failed = service::Helper::release(options.places.pins))
            return say(*failed);
    return code;
}
