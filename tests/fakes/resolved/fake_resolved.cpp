// systemd-resolved's monitor: see fake_resolved.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_resolved/fake_resolved.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <cstring>

namespace sallyport::fakes {

FakeResolved::FakeResolved(QString socket) : path_(std::move(socket)) {}

FakeResolved::~FakeResolved() {
    stop();
}

bool FakeResolved::listen() {
    QDir().mkpath(QFileInfo(path_).path());
    const QByteArray path = QFile::encodeName(path_);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(),
                std::min(size_t(path.size()), sizeof(address.sun_path) - 1));
    ::unlink(path.constData());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(listener_, 8) != 0)
        return false;
    notifier_ = std::make_unique<QSocketNotifier>(listener_, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &FakeResolved::accept);
    return true;
}

void FakeResolved::stop() {
    notifier_.reset();
    for (Client& client : clients_) {
        client.notifier.reset();
        ::close(client.fd);
    }
    clients_.clear();
    if (listener_ >= 0)
        ::close(std::exchange(listener_, -1));
}

void FakeResolved::sayBytes(const QByteArray& bytes) {
    for (const Client& client : clients_)
        for (qsizetype at = 0; at < bytes.size();) {
            const ssize_t sent = ::send(client.fd, bytes.constData() + at,
                                        size_t(bytes.size() - at), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent <= 0)
                return;  // it does not read
            at += sent;
        }
}

void FakeResolved::accept() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    ++connections;
    if (hangsUp) {
        ::close(fd);
        return;
    }
    clients_.push_back({fd, std::make_unique<QSocketNotifier>(fd, QSocketNotifier::Read)});
    connect(clients_.back().notifier.get(), &QSocketNotifier::activated, this,
            [this, fd] { read(fd); });
}

void FakeResolved::read(int fd) {
    const auto client =
        std::find_if(clients_.begin(), clients_.end(), [&](const Client& c) { return c.fd == fd; });
    char buffer[4096];
    const ssize_t got = ::recv(fd, buffer, sizeof(buffer), 0);
    if (got <= 0) {
        left = true;
        client->notifier->setEnabled(false);
        client->notifier.release()->deleteLater();
        ::close(fd);
        clients_.erase(client);
        return;
    }
    client->received.append(buffer, got);
    for (qsizetype end; (end = client->received.indexOf('\0')) >= 0;) {
        requests += client->received.first(end);
        client->received.remove(0, end + 1);
        if (!greeting.isEmpty())
            ::send(fd, greeting.constData(), size_t(greeting.size()) + 1, MSG_NOSIGNAL);
    }
}

}  // namespace sallyport::fakes
