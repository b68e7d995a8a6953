// A message bus of the test's own, gone with it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace sallyport::tests {

class PrivateBus {
  public:
    // Also before it is there.
    QString address() const { return QStringLiteral("unix:path=%1/bus").arg(folder_.path()); }
    // Before it is started: who calls `service` while nobody has the name has `command` run.
    void offer(const QString& service, const QString& command) {
        QDir().mkpath(folder_.filePath(QStringLiteral("services")));
        QFile file(folder_.filePath(QStringLiteral("services/%1.service").arg(service)));
        if (file.open(QIODevice::WriteOnly))
            file.write(QStringLiteral("[D-BUS Service]\nName=%1\nExec=%2\n")
                           .arg(service, command)
                           .toUtf8());
    }
    // Empty when there is no dbus-daemon to start.
    QString start() {
        const QString config = folder_.filePath(QStringLiteral("bus.conf"));
        QFile file(config);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(
            QStringLiteral(
                "<busconfig><type>session</type><listen>unix:path=%1/bus</listen>"
                "<servicedir>%1/services</servicedir>"
                "<policy context=\"default\"><allow user=\"*\"/><allow send_destination=\"*\"/>"
                "<allow own=\"*\"/><allow eavesdrop=\"false\"/></policy>"
                "</busconfig>")
                .arg(folder_.path())
                .toUtf8());
        file.close();
        daemon_.start(
            QStringLiteral("dbus-daemon"),
            {QStringLiteral("--nofork"), QStringLiteral("--nosyslog"),
             QStringLiteral("--print-address"), QStringLiteral("--config-file=") + config});
        if (!daemon_.waitForReadyRead())
            return {};
        return QString::fromUtf8(daemon_.readLine()).trimmed();
    }
    void stop() {
        if (daemon_.state() == QProcess::NotRunning)
            return;
        daemon_.terminate();
        daemon_.waitForFinished();
    }
    ~PrivateBus() { stop(); }

  private:
    QTemporaryDir folder_;
    QProcess daemon_;
};

}  // namespace sallyport::tests
