// A caller on the bus for tests: becomes the user it is told, makes the calls it reads from
// standard input, and writes replies, questions and signals to standard output, each as one line of
// JSON.
//   dbus_caller UID
//   {"method":"Pause","signature":["u"],"args":[60]}  ->  {"reply":[]} or
//   {"error":"...","text":"..."}
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <grp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <cstdio>
#include <iostream>
#include <string>

#include "api/dbus.h"
#include "api/fields.h"

using namespace sallyport;

namespace {

void write(const QJsonObject& line) {
    std::puts(QJsonDocument(line).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

// Sealed, unless it is "unsealed".
QDBusUnixFileDescriptor memoryWith(const QByteArray& content) {
    const int memory = memfd_create("content", MFD_ALLOW_SEALING);
    if (::write(memory, content.constData(), static_cast<size_t>(content.size())) != content.size())
        return {};
    if (content != "unsealed")
        fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK);
    QDBusUnixFileDescriptor descriptor(memory);
    close(memory);
    return descriptor;
}

QVariant typed(const QString& type, const QJsonValue& value) {
    if (type == QLatin1String("u"))
        return static_cast<uint>(value.toInteger());
    if (type == QLatin1String("t"))
        return static_cast<qulonglong>(value.toInteger());
    if (type == QLatin1String("x"))
        return static_cast<qlonglong>(value.toInteger());
    if (type == QLatin1String("o"))
        return QVariant::fromValue(QDBusObjectPath(value.toString()));
    if (type == QLatin1String("au")) {
        QList<uint> list;
        for (const auto& item : value.toArray())
            list.append(static_cast<uint>(item.toInteger()));
        return QVariant::fromValue(list);
    }
    if (type == QLatin1String("as")) {
        QStringList list;
        for (const auto& item : value.toArray())
            list.append(item.toString());
        return list;
    }
    if (type == QLatin1String("y"))
        return QVariant::fromValue(static_cast<uchar>(value.toInt()));
    if (type == QLatin1String("d"))
        return value.toDouble();
    if (type == QLatin1String("h"))
        return QVariant::fromValue(memoryWith(value.toString().toUtf8()));
    return value.toVariant();  // s, b, a{sv}
}

QJsonValue readable(const QVariant& value) {
    if (value.canConvert<QDBusArgument>()) {
        const auto argument = value.value<QDBusArgument>();
        if (argument.currentSignature() == QLatin1String("aa{sv}")) {
            QJsonArray list;
            for (const QVariantMap& map : qdbus_cast<VariantMapList>(argument))
                list.append(QJsonValue::fromVariant(api::plain(QVariant(map))));
            return list;
        }
        if (argument.currentSignature().startsWith(QLatin1String("a("))) {
            QJsonArray list;
            for (const api::Connection& connection : qdbus_cast<api::ConnectionList>(argument))
                list.append(QJsonObject::fromVariantMap(toMap(connection)));
            return list;
        }
    }
    return QJsonValue::fromVariant(api::plain(value));
}

QJsonArray readable(const QVariantList& values) {
    QJsonArray list;
    for (const QVariant& value : values)
        list.append(readable(value));
    return list;
}

}  // namespace

// The agent it may register, and the ear for signals.
class Agent : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.sallyport.Agent1")
  public:
    explicit Agent(QString path) : path_(std::move(path)) {}

  public slots:
    void Ask(const QVariantMap& question) {
        write({{QStringLiteral("ask"), readable(QVariant(question))},
               {QStringLiteral("path"), path_}});
    }
    void Cancel(qulonglong question, const QString& reason) {
        write({{QStringLiteral("cancel"), static_cast<qint64>(question)},
               {QStringLiteral("reason"), reason}});
    }

  private:
    QString path_;
};

class Ear : public QObject {
    Q_OBJECT
  public slots:
    void heard(const QDBusMessage& signal) {
        write({{QStringLiteral("signal"), signal.member()},
               {QStringLiteral("args"), readable(signal.arguments())}});
    }
};

namespace {

void makeCall(QDBusConnection& bus, const QByteArray& line) {
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QDBusMessage call =
        QDBusMessage::createMethodCall(api::dbus::kService, api::dbus::kPath, api::dbus::kInterface,
                                       object.value(QStringLiteral("method")).toString());
    const QJsonArray types = object.value(QStringLiteral("signature")).toArray();
    const QJsonArray args = object.value(QStringLiteral("args")).toArray();
    for (int i = 0; i < args.size(); ++i)
        call << typed(types.at(i).toString(), args.at(i));
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), qApp);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, watcher, [watcher] {
        const QDBusMessage reply = watcher->reply();
        if (reply.type() == QDBusMessage::ErrorMessage)
            write({{QStringLiteral("error"), reply.errorName()},
                   {QStringLiteral("text"), reply.errorMessage()}});
        else
            write({{QStringLiteral("reply"), readable(reply.arguments())}});
        watcher->deleteLater();
    });
}

bool become(uint uid) {
    return uid == 0 || (setgroups(0, nullptr) == 0 && setgid(uid) == 0 && setuid(uid) == 0);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 || !become(static_cast<uint>(std::stoul(argv[1]))))
        return 2;
    QCoreApplication app(argc, argv);
    api::registerTypes();
    QDBusConnection bus = QDBusConnection::systemBus();
    if (!bus.isConnected())
        return 3;
    Agent first(QStringLiteral("/agent")), second(QStringLiteral("/other"));
    Ear ear;
    bus.registerObject(QStringLiteral("/agent"), &first, QDBusConnection::ExportAllSlots);
    bus.registerObject(QStringLiteral("/other"), &second, QDBusConnection::ExportAllSlots);
    for (const char* signal :
         {"ConnectionsChanged", "RulesChanged", "QuestionsChanged", "StatusChanged"})
        bus.connect(api::dbus::kService, api::dbus::kPath, api::dbus::kInterface,
                    QLatin1String(signal), &ear, SLOT(heard(QDBusMessage)));
    write({{QStringLiteral("name"), bus.baseService()}});

    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &app, [&bus] {
        std::string line;
        if (std::getline(std::cin, line))
            makeCall(bus, QByteArray::fromStdString(line));
        else
            QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}
#include "caller.moc"
