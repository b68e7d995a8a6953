// A message bus of the test's own, gone with it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace sallyport::tests {

class PrivateBus {
  public:
    // Also before it is there.
    QString address() const { return QStringLiteral("unix:path=%1/bus").arg(folder_.path()); }
    // Empty when there is no dbus-daemon to start.
    QString start() {
        const QString config = folder_.filePath(QStringLiteral("bus.conf"));
        QFile file(config);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(
            QStringLiteral(
                "<busconfig><type>session</type><listen>unix:path=%1/bus</listen>"
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
