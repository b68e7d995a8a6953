// The networks on the links of this machine, as its routes have them, and that links change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>
#include <functional>
#include <memory>

#include "api/address.h"
#include "broker/fd.h"
#include "kernel/route_messages.h"

namespace sallyport::kernel {

// Follows the routing table of the network namespace of its socket. As long as there is none that
// says all, there are no networks; another is asked for then, ever later.
class OnLinkNetworks : public QObject {
    Q_OBJECT
  public:
    // Opens broker::What::Routes; no descriptor: errno says why.
    using Open = std::function<broker::Fd()>;

    static constexpr qsizetype kMost = 16;  // the rest are left; who is there already stays
    // After a change, until the routes are read again, and until links are told of. Where changes
    // do not end it is twice as long each time: any neighbour can bring them about.
    static constexpr int kLeastPauseMs = 200, kMostPauseMs = 2'000;
    static constexpr int kLeastRetryMs = 1'000, kMostRetryMs = 60'000;

    // `open` empty: there are none, and no link changes.
    explicit OnLinkNetworks(Open open, QObject* parent = nullptr);
    ~OnLinkNetworks() override;

    void start();  // what the kernel answers at once, as it does, is there then; says nothing
    // Sorted, each once; as readRoutes() has them.
    const QList<api::Cidr>& networks() const { return networks_; }

  signals:
    void changed();  // networks()
    // An interface may have come, gone, or another name or index: also while nobody says so.
    void linksChanged();

  private:
    void connectNow();
    void ask();
    void askSoon();
    void tellLinksSoon();
    void read();
    void take(const RouteMessages& said);
    void leave(const QString& why);
    void become(QList<api::Cidr> networks);

    const Open open_;
    broker::Fd fd_;
    std::unique_ptr<QSocketNotifier> notifier_;
    QTimer soon_;
    QTimer retry_;
    QTimer expiry_;
    QTimer links_;
    QElapsedTimer asked_;
    QElapsedTimer linksTold_;
    int pauseMs_ = kLeastPauseMs;
    int linksPauseMs_ = kLeastPauseMs;
    int retryMs_ = kLeastRetryMs;
    quint32 sequence_ = 0;
    quint32 dump_ = 0;          // the one that is being read; 0: none
    bool interrupted_ = false;  // it was
    Life until_;                // as in RouteMessages
    QList<api::Cidr> found_;    // in it
    QList<api::Cidr> networks_;
    QString complaint_;  // the last one, which is not said again
};

}  // namespace sallyport::kernel
