// The DNS resolvers that this machine is told to ask: "nameserver" in resolv.conf(5).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileSystemWatcher>
#include <QList>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "api/address.h"

namespace sallyport::resolved {

// In the order of the text, each once, without this machine's own (127.0.0.53). A zone
// ("fe80::1%eth0") is left out; what is no address is skipped, as the C library does.
QList<api::Address> resolversIn(QByteArrayView resolvConf);

// Follows the files. One that a person can write, but for whose process this is, is as if it were
// not there, and so is one that cannot be read.
class ResolvConf : public QObject {
    Q_OBJECT
  public:
    static constexpr qsizetype kMostResolvers = 16;  // the rest are left; the C library asks 3
    static constexpr qint64 kMostBytes = qint64{64} << 10;  // of a file; the rest is left
    static constexpr int kSettleMs = 50;  // who writes a file often writes it in several steps

    // What programs read, and where NetworkManager and systemd-resolved, when a resolver of this
    // machine's own stands in that one, have those for it.
    static QStringList systemFiles();

    explicit ResolvConf(QStringList files, QObject* parent = nullptr);

    void start();  // reads them, says nothing
    const QList<api::Address>& resolvers() const { return resolvers_; }

  signals:
    void changed();

  private:
    void read();
    bool watch();
    void readAgain();

    const QStringList files_;
    QList<api::Address> resolvers_;
    QStringList refused_;  // and said to be
    QFileSystemWatcher watcher_;
    QTimer settle_;
};

}  // namespace sallyport::resolved
