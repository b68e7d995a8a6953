// A subscription to what systemd-resolved answers: io.systemd.Resolve.Monitor over varlink.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>
#include <memory>

#include "broker/opener.h"
#include "names/dns_message.h"

namespace sallyport::resolved {

// Where there is no systemd-resolved (or one that says nothing: before 251) it waits for one to
// come without looking for it again and again. Whoever asks is not said.
class Monitor : public QObject {
    Q_OBJECT
  public:
    static constexpr qsizetype kMostReply = 2 << 20;  // bytes; who says more at once is left
    // After it left us, each time twice as long; then it waits until something happens there.
    static constexpr int kLeastPauseMs = 100, kMostPauseMs = 60'000;
    // The socket of the system's one.
    static QString systemSocket();

    // `broker`: path of the socket of who connects to the system's one; empty: this process does,
    // to `socket`.
    explicit Monitor(QString socket, const QString& broker = {}, QObject* parent = nullptr);
    ~Monitor() override;

    // Subscribes, now or as soon as that can be.
    void start();
    // Takes what has come by now; it does so by itself, too, but later.
    void read();

    // Of every question that is answered from now on is heard.
    bool subscribed() const;

  signals:
    // It told somebody, or is about to.
    void answered(const sallyport::names::DnsAnswer& answer);

  private:
    struct Connection;

    void look();
    bool watch();
    void connectNow();
    void leave(const QString& why);
    void tryAgainLater();
    bool take(QByteArrayView reply);

    const QString path_;
    broker::Opener opener_;
    QFileSystemWatcher watcher_;
    QTimer pause_;
    int pauseMs_ = kLeastPauseMs;
    std::unique_ptr<Connection> connection_;
    QString complaint_;  // the last one, which is not said again
};

}  // namespace sallyport::resolved
