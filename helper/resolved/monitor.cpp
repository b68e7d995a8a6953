// systemd-resolved's monitor: see monitor.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "resolved/monitor.h"

#include <sys/socket.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QSocketNotifier>
#include <array>
#include <cerrno>

#include "broker/unix_socket.h"
#include "names/resolved_reply.h"

Q_LOGGING_CATEGORY(lcResolved, "sallyport.resolved")

namespace sallyport::resolved {

namespace {

// A zero byte ends each message (varlink.org).
constexpr char kSubscribe[] =
    R"({"method":"io.systemd.Resolve.Monitor.SubscribeQueryResults","more":true})";
constexpr qsizetype kMostAtOnce = 1 << 20;  // bytes: other things are to be done, too

}  // namespace

struct Monitor::Connection {
    broker::Fd fd;
    QByteArray received{};
    bool ready = false;
    QElapsedTimer since{};
    QSocketNotifier* notifier = nullptr;  // told us of the end, maybe: it goes later

    explicit Connection(broker::Fd of) : fd(std::move(of)) { since.start(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        if (notifier) {
            notifier->setEnabled(false);
            notifier->deleteLater();
        }
    }
};

QString Monitor::systemSocket() {
    return QStringLiteral("/run/systemd/resolve/io.systemd.Resolve.Monitor");
}

Monitor::Monitor(QString socket, const QString& broker, QObject* parent)
    : QObject(parent), path_(std::move(socket)), opener_(QFile::encodeName(broker).toStdString()) {
    pause_.setSingleShot(true);
    connect(&pause_, &QTimer::timeout, this, &Monitor::connectNow);
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, &Monitor::look);
}

Monitor::~Monitor() = default;

void Monitor::start() {
    look();
}

bool Monitor::subscribed() const {
    return connection_ && connection_->ready;
}

// Something came or went where the socket is, or is to be.
void Monitor::look() {
    while (watch()) {
    }
    if (connection_)
        return;
    pauseMs_ = kLeastPauseMs;
    connectNow();
}

// Watches the deepest directory on the way to the socket that is there. False: as before.
bool Monitor::watch() {
    QString directory = QFileInfo(path_).path();
    while (!QFileInfo(directory).isDir() && !QDir(directory).isRoot())
        directory = QFileInfo(directory).path();
    const QStringList watched = watcher_.directories();
    if (watched.contains(directory))
        return false;
    if (!watched.isEmpty())
        watcher_.removePaths(watched);
    return watcher_.addPath(directory);
}

void Monitor::connectNow() {
    pause_.stop();  // who tries now need not try again: that would end what this one begins
    broker::Fd opened = opener_.hasBroker()
                            ? opener_.open(broker::What::Resolved)
                            : broker::connectTo(QFile::encodeName(path_).toStdString(),
                                                SOCK_STREAM | SOCK_NONBLOCK);
    if (!opened) {
        const int error = errno;
        if (error == EACCES || error == EPERM)
            return leave(
                QStringLiteral("not permitted (CAP_DAC_OVERRIDE is needed where its "
                               "socket is its own)"));
        if (error == ENAMETOOLONG)
            return leave(QStringLiteral("the path of its socket is too long"));
        // None is there. It makes its socket before it listens: that is not seen again.
        return error == ENOENT ? void() : tryAgainLater();
    }
    connection_ = std::make_unique<Connection>(std::move(opened));
    const int fd = connection_->fd.get();
    if (::send(fd, kSubscribe, sizeof(kSubscribe), MSG_NOSIGNAL) != ssize_t(sizeof(kSubscribe))) {
        connection_.reset();
        return tryAgainLater();
    }
    connection_->notifier = new QSocketNotifier(fd, QSocketNotifier::Read, this);
    connect(connection_->notifier, &QSocketNotifier::activated, this, &Monitor::read);
}

void Monitor::read() {
    std::array<char, 65536> buffer;
    for (qsizetype all = 0; connection_ && all < kMostAtOnce;) {
        const ssize_t got =
            ::recv(connection_->fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got <= 0) {
            if (connection_->since.hasExpired(kMostPauseMs))
                pauseMs_ = kLeastPauseMs;
            connection_.reset();
            return tryAgainLater();
        }
        all += got;
        QByteArray& received = connection_->received;
        received.append(buffer.data(), got);
        qsizetype from = 0;
        for (qsizetype end; (end = received.indexOf('\0', from)) >= 0; from = end + 1) {
            if (!take(QByteArrayView(received).sliced(from, end - from)))
                return;
        }
        received.remove(0, from);
        if (received.size() > kMostReply)
            return leave(QStringLiteral("it says more at once than anybody can"));
    }
}

// False: the connection is over.
bool Monitor::take(QByteArrayView reply) {
    const auto said = names::readResolvedReply(reply);
    if (!said || !said->error.isEmpty()) {
        leave(said ? said->error : said.error().text);
        return false;
    }
    if (said->ready && !std::exchange(connection_->ready, true)) {
        complaint_.clear();
        qCInfo(lcResolved) << "names that systemd-resolved gives are known";
    }
    for (const names::DnsAnswer& answer : said->answers)
        emit answered(answer);
    return true;
}

// Trying again would lead to the same, as long as nothing changes there.
void Monitor::leave(const QString& why) {
    connection_.reset();
    if (std::exchange(complaint_, why) != why)
        qCWarning(lcResolved).noquote() << "systemd-resolved's monitor:" << why;
}

void Monitor::tryAgainLater() {
    if (pauseMs_ > kMostPauseMs)
        return;
    pause_.start(pauseMs_);
    pauseMs_ *= 2;
}

}  // namespace sallyport::resolved
