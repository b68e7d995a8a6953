// A socket in the runtime folder.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/single_instance.h"

#include <QCryptographicHash>
#include <QLocalSocket>
#include <QLoggingCategory>
#include <QStandardPaths>

namespace sallyport::desktop {
namespace {

Q_LOGGING_CATEGORY(log, "sallyport.desktop")

constexpr int kWaitMs = 1000;
constexpr qsizetype kLongestWord = 64;
constexpr qsizetype kKeyLength = 12;

}  // namespace

SingleInstance::SingleInstance(const QString& key, QObject* parent) : QObject(parent) {
    const QByteArray digest =
        QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex();
    path_ = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) +
            QStringLiteral("/sallyport-%1.socket").arg(QLatin1String(digest.left(kKeyLength)));
    server_.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&server_, &QLocalServer::newConnection, this, &SingleInstance::accept);
}

bool SingleInstance::claim(const QString& word) {
    if (deliver(word))
        return false;
    if (server_.listen(path_))
        return true;
    // Either another one was faster just now, or one that crashed left its socket behind.
    if (deliver(word))
        return false;
    QLocalServer::removeServer(path_);
    if (!server_.listen(path_))
        qCWarning(log) << "another start will not find this one:" << server_.errorString();
    return true;
}

bool SingleInstance::deliver(const QString& word) const {
    QLocalSocket socket;
    socket.connectToServer(path_);
    if (!socket.waitForConnected(kWaitMs))
        return false;
    socket.write(word.toUtf8().left(kLongestWord) + '\n');
    return socket.waitForBytesWritten(kWaitMs);
}

void SingleInstance::accept() {
    while (QLocalSocket* const socket = server_.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto read = [this, socket] {
            if (socket->canReadLine())
                emit called(QString::fromUtf8(socket->readLine(kLongestWord + 1)).trimmed());
            if (socket->bytesAvailable() > kLongestWord)
                socket->abort();
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

}  // namespace sallyport::desktop
