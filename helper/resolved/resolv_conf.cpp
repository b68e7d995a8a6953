// resolv.conf(5): see resolv_conf.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "resolved/resolv_conf.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>
#include <utility>

Q_LOGGING_CATEGORY(lcResolvConf, "sallyport.resolvers")

namespace sallyport::resolved {
namespace {

// UID_MIN of login.defs(5) on Debian, Fedora and Arch. systemd-resolved's files are its own.
constexpr uid_t kFirstPerson = 1000;

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

struct Content {
    QByteArray text{};
    bool believed = true;
};

Content contentOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return {};
    struct stat status {};
    if (::fstat(file.handle(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    const bool isSystems = status.st_uid < kFirstPerson || status.st_uid == ::geteuid();
    if (!isSystems || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return {{}, false};
    return {file.read(ResolvConf::kMostBytes)};
}

// The deepest directory on the way to it that is there.
QString directoryOf(const QString& path) {
    QString directory = QFileInfo(path).path();
    while (!QFileInfo(directory).isDir() && !QDir(directory).isRoot())
        directory = QFileInfo(directory).path();
    return directory;
}

}  // namespace

QList<api::Address> resolversIn(QByteArrayView resolvConf) {
    constexpr QByteArrayView kKeyword("nameserver");
    QList<api::Address> all;
    const QByteArray text = resolvConf.toByteArray();
    for (const QByteArray& line : text.split('\n')) {
        if (!line.startsWith(kKeyword) || line.size() == kKeyword.size() ||
            !isBlank(line.at(kKeyword.size())))
            continue;
        QByteArray word = line.sliced(kKeyword.size()).simplified();
        for (const char end : {' ', '#', ';', '%'}) {
            if (const qsizetype at = word.indexOf(end); at >= 0)
                word.truncate(at);
        }
        const auto address = api::Address::parse(QString::fromLatin1(word));
        if (address && !address->isLoopback() && !address->isUnspecified() &&
            !all.contains(*address))
            all.append(*address);
    }
    return all;
}

QStringList ResolvConf::systemFiles() {
    return {QStringLiteral("/etc/resolv.conf"),
            QStringLiteral("/run/NetworkManager/no-stub-resolv.conf"),
            QStringLiteral("/run/systemd/resolve/resolv.conf")};
}

ResolvConf::ResolvConf(QStringList files, QObject* parent)
    : QObject(parent), files_(std::move(files)) {
    settle_.setSingleShot(true);
    settle_.setInterval(kSettleMs);
    connect(&settle_, &QTimer::timeout, this, &ResolvConf::readAgain);
    const auto soon = [this] {
        if (!settle_.isActive())
            settle_.start();
    };
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, soon);
    connect(&watcher_, &QFileSystemWatcher::fileChanged, this, soon);
}

void ResolvConf::start() {
    while (watch()) {
    }
    read();
}

// What was changed while it was read is read again.
void ResolvConf::readAgain() {
    const QList<api::Address> before = resolvers_;
    while (watch()) {
    }
    read();
    if (resolvers_ != before)
        emit changed();
}

void ResolvConf::read() {
    QStringList refused;
    resolvers_.clear();
    for (const QString& file : files_) {
        const Content content = contentOf(file);
        if (!content.believed)
            refused.append(file);
        for (const api::Address& resolver : resolversIn(content.text)) {
            if (!resolvers_.contains(resolver) && resolvers_.size() < kMostResolvers)
                resolvers_.append(resolver);
        }
    }
    if (std::exchange(refused_, refused) != refused && !refused.isEmpty())
        qCWarning(lcResolvConf).noquote()
            << "not followed, for others than the system can change it:" << refused.join(u' ');
}

// Files are replaced, or written in place, or are links to where that happens. False: as before.
// Else something may have come meanwhile below what is watched now.
bool ResolvConf::watch() {
    QStringList wanted;
    for (const QString& file : files_) {
        wanted.append(directoryOf(file));
        const QString target = QFileInfo(file).canonicalFilePath();
        if (!target.isEmpty())
            wanted << target << directoryOf(target);
    }
    wanted.removeDuplicates();
    QStringList gone;
    for (const QString& watched : watcher_.directories() + watcher_.files()) {
        if (wanted.removeAll(watched) == 0)
            gone.append(watched);
    }
    if (!gone.isEmpty())
        watcher_.removePaths(gone);
    return !wanted.isEmpty() && watcher_.addPaths(wanted).size() < wanted.size();
}

}  // namespace sallyport::resolved
