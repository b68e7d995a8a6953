// A NETLINK_ROUTE socket (rtnetlink(7), netlink(7)): see on_link_networks.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/on_link_networks.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <QLoggingCategory>
#include <QSignalBlocker>
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "kernel/handle.h"

Q_LOGGING_CATEGORY(lcOnLink, "sallyport.onlink")

namespace sallyport::kernel {

namespace {

constexpr qint64 kCalmMs = 10'000;
constexpr std::chrono::hours kMostLife{24};  // then it is looked at again; a QTimer ends at 24 days
constexpr qsizetype kMostAtOnce = 1 << 20;   // bytes: other things are to be done, too

// `since`: what it is for was done last.
void startSoon(QTimer& timer, int& pauseMs, const QElapsedTimer& since) {
    if (timer.isActive())
        return;
    if (since.isValid() && since.hasExpired(kCalmMs))
        pauseMs = OnLinkNetworks::kLeastPauseMs;
    timer.start(pauseMs);
    pauseMs = std::min(2 * pauseMs, OnLinkNetworks::kMostPauseMs);
}

}  // namespace

OnLinkNetworks::OnLinkNetworks(Open open, QObject* parent)
    : QObject(parent), open_(std::move(open)) {
    for (QTimer* timer : {&soon_, &retry_, &expiry_, &links_})
        timer->setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &OnLinkNetworks::ask);
    // The kernel itself finds out up to half a minute later (net/ipv6/ip6_fib.c, fib6_run_gc()).
    connect(&expiry_, &QTimer::timeout, this, &OnLinkNetworks::askSoon);
    connect(&retry_, &QTimer::timeout, this, [this] {
        connectNow();
        tellLinksSoon();  // what was said meanwhile, and is said to nobody
    });
    connect(&links_, &QTimer::timeout, this, [this] {
        linksTold_.start();
        emit linksChanged();
    });
}

OnLinkNetworks::~OnLinkNetworks() = default;

void OnLinkNetworks::start() {
    const QSignalBlocker quiet(this);
    if (open_)
        connectNow();
}

void OnLinkNetworks::connectNow() {
    fd_ = open_();
    if (!fd_)
        return leave(systemError(QStringLiteral("a socket for routes")).text);
    notifier_ = std::make_unique<QSocketNotifier>(fd_.get(), QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &OnLinkNetworks::read);
    ask();
    read();
}

// One dump at a time (EBUSY): what changed during one is in the next.
void OnLinkNetworks::ask() {
    if (dump_ != 0)
        return asked_.hasExpired(kCalmMs) ? leave(QStringLiteral("the list of routes has no end"))
                                          : askSoon();
    asked_.start();
    dump_ = ++sequence_ ? sequence_ : ++sequence_;
    interrupted_ = false;
    until_.reset();
    found_.clear();
    const QByteArray request = routesRequest(dump_);
    if (::send(fd_.get(), request.constData(), size_t(request.size()), MSG_NOSIGNAL) !=
        request.size())
        leave(systemError(QStringLiteral("asking for routes")).text);
}

void OnLinkNetworks::askSoon() {
    startSoon(soon_, pauseMs_, asked_);
}

void OnLinkNetworks::tellLinksSoon() {
    startSoon(links_, linksPauseMs_, linksTold_);
}

void OnLinkNetworks::read() {
    std::array<char, 65536> buffer;  // the kernel's are of 32 KiB at the most
    for (qsizetype all = 0; fd_ && all < kMostAtOnce;) {
        sockaddr_nl from{};
        socklen_t size = sizeof(from);
        const ssize_t got =
            ::recvfrom(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC,
                       reinterpret_cast<sockaddr*>(&from), &size);
        all += std::max<qsizetype>(got, 4096);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got > ssize_t(buffer.size()) || (got < 0 && errno == ENOBUFS)) {
            askSoon();  // some were lost
            tellLinksSoon();
            continue;
        }
        if (got <= 0)
            return leave(got == 0 ? QStringLiteral("the socket for routes is closed")
                                  : systemError(QStringLiteral("reading routes")).text);
        if (from.nl_pid == 0)  // the kernel
            take(readRoutes(QByteArrayView(buffer.data(), got), dump_));
    }
}

void OnLinkNetworks::take(const RouteMessages& said) {
    // Of very many there is no end; those that count already do not give way to others.
    for (const api::Cidr& network : said.networks) {
        if (found_.contains(network))
            continue;
        const auto fresh = std::count_if(found_.cbegin(), found_.cend(), [&](const api::Cidr& one) {
            return !networks_.contains(one);
        });
        if (fresh < kMost || networks_.contains(network))
            found_.append(network);
    }
    if (said.links)
        tellLinksSoon();
    interrupted_ = interrupted_ || said.interrupted;
    until_ = earlier(until_, said.until);
    if (said.error != 0)
        return leave(systemError(QStringLiteral("reading routes"), said.error).text);
    if (said.changed)
        askSoon();
    if (!said.ended)
        return;
    dump_ = 0;
    if (interrupted_)
        return askSoon();
    complaint_.clear();
    retryMs_ = kLeastRetryMs;
    expiry_.stop();
    if (until_)
        expiry_.start(std::min<std::chrono::milliseconds>(*until_, kMostLife));
    become(std::exchange(found_, {}));
}

void OnLinkNetworks::leave(const QString& why) {
    if (notifier_) {  // it may have called
        notifier_->setEnabled(false);
        notifier_.release()->deleteLater();
    }
    fd_ = broker::Fd();
    dump_ = 0;
    soon_.stop();
    expiry_.stop();
    retry_.start(retryMs_);
    retryMs_ = std::min(2 * retryMs_, kMostRetryMs);
    if (std::exchange(complaint_, why) != why)
        qCWarning(lcOnLink).noquote()
            << "the local network is private addresses alone, until routes can be read again:"
            << why;
    become({});
}

void OnLinkNetworks::become(QList<api::Cidr> networks) {
    std::stable_partition(networks.begin(), networks.end(),
                          [&](const api::Cidr& one) { return networks_.contains(one); });
    networks.resize(std::min(networks.size(), kMost));
    std::sort(networks.begin(), networks.end());
    if (std::exchange(networks_, networks) != networks)
        emit changed();
}

}  // namespace sallyport::kernel
