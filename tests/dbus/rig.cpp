// What the tests of the bus stand on.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig.h"

#include <unistd.h>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QIODevice>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <QTimer>
#include <csignal>

namespace sallyport::test {
namespace {

constexpr int kPatienceMs = 20'000;

// The frame of a system bus as distributions ship it; ours and polkit's own policy come on top.
const char* const kBusConfig =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig><type>system</type><listen>unix:path=%1/bus</listen><auth>EXTERNAL</auth>\n"
    "<policy context=\"default\"><allow user=\"*\"/><deny own=\"*\"/>\n"
    "<deny send_type=\"method_call\"/><allow send_type=\"signal\"/>\n"
    "<allow send_requested_reply=\"true\" send_type=\"method_return\"/>\n"
    "<allow send_requested_reply=\"true\" send_type=\"error\"/>\n"
    "<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>\n"
    "<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>\n"
    "<allow send_destination=\"org.freedesktop.DBus\"/></policy>\n"
    "<include>%2/org.sallyport.Firewall1.conf</include>\n"
    "<includedir>/usr/share/dbus-1/system.d</includedir>\n"
    "<include "
    "ignore_missing=\"yes\">/etc/dbus-1/system.d/org.freedesktop.PolicyKit1.conf</include>\n"
    "</busconfig>\n";

const char* const kRules =
    "polkit.addRule(function(action, subject) {\n"
    "    if (action.id.indexOf('org.sallyport.') !== 0) return;\n"
    "    var name = action.id.substring('org.sallyport.'.length);\n"
    "    if (subject.user === 'nobody' && name !== 'answer-system') return polkit.Result.YES;\n"
    "    if (subject.user === 'daemon' && (name === 'monitor' || name === 'answer'))\n"
    "        return polkit.Result.YES;\n"
    "    return polkit.Result.NO;\n"
    "});\n";

QString polkitd() {
    return QStandardPaths::findExecutable(
        QStringLiteral("polkitd"),
        {QStringLiteral("/usr/lib/polkit-1"), QStringLiteral("/usr/libexec"),
         QStringLiteral("/usr/libexec/polkit-1")});
}

bool writeFile(const QString& path, const QString& text) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0;
}

}  // namespace

const char* missing() {
    if (geteuid() != 0)
        return "needs root: polkitd and callers of several users";
    if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty())
        return "dbus-daemon is not installed";
    if (polkitd().isEmpty())
        return "polkitd is not installed";
    QProcess probe;
    probe.start(QStringLiteral("unshare"), {QStringLiteral("--mount"), QStringLiteral("true")});
    if (!probe.waitForFinished() || probe.exitCode() != 0)
        return "no mount namespace can be made";
    return nullptr;
}

Caller::Caller(uint uid) {
    process_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process_.start(QStringLiteral(CALLER), {QString::number(uid)});
    name_ = wait(QStringLiteral("name")).value(QStringLiteral("name")).toString();
}

Caller::~Caller() {
    leave();
}

void Caller::leave() {
    if (process_.state() == QProcess::NotRunning)
        return;
    process_.closeWriteChannel();
    if (!process_.waitForFinished(kPatienceMs))
        process_.kill();
}

void Caller::read() {
    while (process_.canReadLine())
        lines_.append(QJsonDocument::fromJson(process_.readLine()).object());
}

std::optional<QJsonObject> Caller::take(const QString& key) {
    read();
    for (qsizetype i = 0; i < lines_.size(); ++i) {
        if (lines_.at(i).contains(key))
            return lines_.takeAt(i);
    }
    return std::nullopt;
}

// Wakes when a line comes: QTest::qWaitFor() sleeps ten milliseconds between two looks.
QJsonObject Caller::wait(const QStringList& keys) {
    QEventLoop loop;
    QObject::connect(&process_, &QProcess::readyReadStandardOutput, &loop, &QEventLoop::quit);
    QTimer patience;
    patience.setSingleShot(true);
    QObject::connect(&patience, &QTimer::timeout, &loop, &QEventLoop::quit);
    patience.start(kPatienceMs);
    for (;;) {
        for (const QString& key : keys) {
            if (auto line = take(key))
                return *std::move(line);
        }
        if (!patience.isActive())
            return {};
        loop.exec();
    }
}

int Caller::count(const QString& key) {
    read();
    return static_cast<int>(
        std::count_if(lines_.cbegin(), lines_.cend(),
                      [&key](const QJsonObject& line) { return line.contains(key); }));
}

QJsonObject Caller::call(const QString& method, const QJsonArray& types, const QJsonArray& args) {
    const QJsonObject line{{QStringLiteral("method"), method},
                           {QStringLiteral("signature"), types},
                           {QStringLiteral("args"), args}};
    process_.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
    const QJsonObject reply = wait({QStringLiteral("reply"), QStringLiteral("error")});
    return reply.isEmpty() ? QJsonObject{{QStringLiteral("error"), QStringLiteral("no reply")}}
                           : reply;
}

QString Caller::errorOf(const QString& method, const QJsonArray& types, const QJsonArray& args) {
    QString error = call(method, types, args).value(QStringLiteral("error")).toString();
    return error.startsWith(api::dbus::kErrorPrefix) ? error.mid(api::dbus::kErrorPrefix.size())
                                                     : error;
}

Rig::Rig() {
    writeFiles();
    if (!startBus())
        problem_ = QStringLiteral("the private bus does not start");
    else if (!startPolkit())
        problem_ = QStringLiteral("polkitd does not start");
    else if (!startService() && problem_.isEmpty())
        problem_ = QStringLiteral("the service does not start");
}

Rig::~Rig() {
    service_.reset();
    engine_.reset();
    endPolkit();
    bus_.terminate();
    bus_.waitForFinished(kPatienceMs);
}

void Rig::writeFiles() {
    const QDir folder(folder_.path());
    QFile::setPermissions(folder.path(), QFile::Permissions(0x7755));
    for (const char* name : {"actions", "rules", "empty"})
        folder.mkdir(QLatin1String(name));
    QFile::copy(QStringLiteral(RESOURCES "/org.sallyport.policy"),
                folder.filePath(QStringLiteral("actions/org.sallyport.policy")));
    restoreRules();
    writeFile(folder.filePath(QStringLiteral("bus.conf")),
              QString::fromLatin1(kBusConfig).arg(folder.path(), QStringLiteral(RESOURCES)));
}

void Rig::writeRules(const QString& first) {
    writeFile(QDir(folder_.path()).filePath(QStringLiteral("rules/10-test.rules")),
              first + QLatin1String(kRules));
}

void Rig::restoreRules() {
    writeRules({});
}

void Rig::changeRules(const QString& user, const QString& action, const QString& result) {
    writeRules(QStringLiteral("polkit.addRule(function(action, subject) {\n"
                              "    if (subject.user === '%1' && action.id === '%2')\n"
                              "        return polkit.Result.%3;\n"
                              "});\n")
                   .arg(user, action, result));
}

bool Rig::startBus() {
    bus_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    bus_.start(QStringLiteral("dbus-daemon"),
               {QStringLiteral("--nofork"), QStringLiteral("--nopidfile"),
                QStringLiteral("--print-address"),  // once it listens
                QStringLiteral("--config-file=") + folder_.filePath(QStringLiteral("bus.conf"))});
    qputenv("DBUS_SYSTEM_BUS_ADDRESS",
            "unix:path=" + folder_.filePath(QStringLiteral("bus")).toUtf8());
    return QTest::qWaitFor([this] { return bus_.canReadLine(); }, kPatienceMs) &&
           QDBusConnection::systemBus().isConnected();
}

// Its folders are fixed paths: in a mount namespace of its own the test's stand in their place.
bool Rig::startPolkit() {
    const QString script = QStringLiteral(
        "mount --bind \"$1/actions\" /usr/share/polkit-1/actions && "
        "mount --bind \"$1/rules\" /usr/share/polkit-1/rules.d && "
        "{ [ ! -d /etc/polkit-1/rules.d ] || mount --bind \"$1/empty\" /etc/polkit-1/rules.d; } && "
        "exec \"$2\" --no-debug");
    polkit_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    polkit_.start(QStringLiteral("unshare"),
                  {QStringLiteral("--mount"), QStringLiteral("--propagation"),
                   QStringLiteral("private"), QStringLiteral("sh"), QStringLiteral("-c"), script,
                   QStringLiteral("sh"), folder_.path(), polkitd()});
    return QTest::qWaitFor(
        [this] { return ownsName(QStringLiteral("org.freedesktop.PolicyKit1")); }, kPatienceMs);
}

bool Rig::ownsName(const QString& name) {
    return QDBusConnection::systemBus().interface()->isServiceRegistered(name);
}

void Rig::endPolkit() {
    if (polkit_.state() == QProcess::NotRunning)
        return;
    continuePolkit();
    polkit_.terminate();
    polkit_.waitForFinished(kPatienceMs);
}

void Rig::stopPolkit() {
    kill(static_cast<pid_t>(polkit_.processId()), SIGSTOP);
}

void Rig::continuePolkit() {
    kill(static_cast<pid_t>(polkit_.processId()), SIGCONT);
}

bool Rig::startService() {
    auto rules = store::RuleStore::open(folder_.filePath(QStringLiteral("rules.db")),
                                        QStringLiteral("boot"));
    auto history = store::History::open(folder_.filePath(QStringLiteral("history.db")));
    if (!rules || !history)
        return false;
    rules_ = std::make_unique<store::RuleStore>(*std::move(rules));
    history_ = *std::move(history);
    engine::Options options{folder_.filePath(QStringLiteral("rules.d")),
                            [](quint32) { return std::optional<bool>(); },
                            folder_.filePath(QStringLiteral("lists"))};
    engine_ = std::make_unique<engine::Engine>(kernel, processes_, *rules_, *history_, clock_,
                                               std::move(options));
    service_ = std::make_unique<service::FirewallService>(*engine_, QDBusConnection::systemBus());
    if (const auto started = engine_->start(); !started) {
        problem_ = started.error().text;
        return false;
    }
    if (const auto published = service_->publish(); !published) {
        problem_ = published.error().text;
        return false;
    }
    return true;
}

QDBusConnection Rig::connectAgain(const QString& name) const {
    return QDBusConnection::connectToBus(
        QStringLiteral("unix:path=") + folder_.filePath(QStringLiteral("bus")), name);
}

void Rig::hold(quint64 cookie, uint uid, quint16 port) {
    const quint64 serial = 1000 + uid;
    kernel.events.append([=](kernel::Sink& sink) {
        kernel::ExecReport exec;
        exec.serial = serial;
        exec.pid = static_cast<qint32>(5000 + uid);
        exec.uid = uid;
        exec.file = {serial, 1, 1};
        exec.path = QStringLiteral("/opt/test/program");
        sink.onExec(exec);
        kernel::FlowReport report;
        report.key = {cookie, api::Address::v4(0xcb007101u), port, 6};
        report.owner = {serial, 1, exec.pid, uid, 0, 0};
        report.decision = {SP_VERDICT_HOLD, SP_REASON_NONE, 0};
        sink.onHeld(report, {report.key, 1, 0, 0, "SYN"});
    });
    engine_->drain();
}

}  // namespace sallyport::test
