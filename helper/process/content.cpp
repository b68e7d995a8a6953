// Who can change a file, by its mode bits; its SHA-256, by libcrypto.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/content.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <QByteArray>
#include <QFile>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "kernel/handle.h"
#include "process/disk.h"
#include "process/host.h"

namespace sallyport::process {
namespace {

using std::chrono::milliseconds;

constexpr qint64 kNsPerSecond = 1'000'000'000;
constexpr qint64 kNsPerMs = 1'000'000;
constexpr qsizetype kPiece = 1 << 18;
constexpr qint64 kMostBytes = qint64{4} << 30;
constexpr int kTriesForWriters = 5;
constexpr milliseconds kBetweenTries{100};

const QString& unknown() {
    static const QString word = QString::fromUtf16(kUnknownContent);
    return word;
}

bool othersMayWrite(const FileState& state, bool sticky) {
    if (state.owner != 0)
        return true;
    return !sticky && ((state.mode & S_IWOTH) || ((state.mode & S_IWGRP) && state.group != 0));
}

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

Digest newDigest() {
    Digest digest(EVP_MD_CTX_new());
    if (digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1)
        digest.reset();
    return digest;
}

qint64 nowNs() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return qint64{now.tv_sec} * kNsPerSecond + now.tv_nsec;
}

// Two writes within one tick of the file system's clock leave one ctime: until that is over the
// stamp does not speak for the content. A tick is 10 ms at most where there are fractions of
// seconds, and two seconds on FAT.
void waitForNextTick(const kernel::FileKey& file) {
    const auto changed = static_cast<qint64>(file.ctimeNs);
    const qint64 tick = changed % kNsPerSecond == 0 ? 2 * kNsPerSecond : 25 * kNsPerMs;
    const qint64 left = changed + tick - nowNs();
    if (left > 0 && left <= tick)
        std::this_thread::sleep_for(std::chrono::nanoseconds(left));
}

// Do its blocks lie in a file that others can write?
bool liesInChangeable(quint32 device) {
    const QStringList files = backingFiles(device);
    return std::any_of(files.cbegin(), files.cend(), isChangeable);
}

// The blocks can be written without a trace in the stamp; or are those of another medium, of which
// a stamp says nothing where the file system has a device of its own (see sp_file_key).
bool changesBelow(const FileState& state) {
    const quint32 disk = blockDeviceOf(state);
    if (disk == 0)
        return false;
    return liesInChangeable(disk) ||
           (disk != state.key.device && (isPortable(disk) || !backingFiles(disk).isEmpty()));
}

// Not where files change without a new ctime (shared memory writes to tmpfs), or as somebody likes
// who is not the kernel.
bool keepsStamps(int file, const FileState& state) {
    struct statfs system {};
    if (fstatfs(file, &system) != 0)
        return false;
    constexpr auto kRamfs = 0x858458f6;
    constexpr auto kFuse = 0x65735546;
    if (system.f_type == TMPFS_MAGIC || system.f_type == kRamfs || system.f_type == kFuse)
        return false;
    return !changesBelow(state);
}

// A lease to read is given to nobody while the file is open, or mapped, for writing. It is given
// back at once: who opens the file later and writes leaves another ctime. Where there are no leases
// nothing is known of writers.
bool hasWriters(int file) {
    if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
        (void)fcntl(file, F_SETLEASE, F_UNLCK);
        return false;
    }
    return errno == EAGAIN;
}

bool waitForWriters(int file, const std::atomic_bool& stop) {
    for (int i = 0; i < kTriesForWriters && !stop; ++i) {
        if (!hasWriters(file))
            return true;
        std::this_thread::sleep_for(kBetweenTries);
    }
    return false;
}

QString digestOf(int file, const std::atomic_bool& stop) {
    const Digest digest = newDigest();
    std::vector<char> piece(kPiece);
    qint64 read = 0;
    while (digest && !stop) {
        const ssize_t bytes = ::read(file, piece.data(), piece.size());
        if (bytes < 0 && errno == EINTR)
            continue;
        if (bytes < 0 || (read += bytes) > kMostBytes)
            break;
        if (bytes > 0 &&
            EVP_DigestUpdate(digest.get(), piece.data(), static_cast<size_t>(bytes)) == 1)
            continue;
        std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
        unsigned int size = 0;
        if (bytes > 0 || EVP_DigestFinal_ex(digest.get(), sum.data(), &size) != 1)
            break;
        return QString::fromLatin1(
            QByteArray(reinterpret_cast<const char*>(sum.data()), qsizetype(size)).toHex());
    }
    return unknown();
}

// A link's mode says nothing: it is as its folder is, and belongs to somebody. What it leads to is
// looked at where that is beside it, as in /var/lib/flatpak.
bool isFolderChangeable(const QString& path) {
    const auto folder = hostFile(path);
    if (!folder || !S_ISLNK(folder->mode))
        return !folder || othersMayWrite(*folder, folder->mode & S_ISVTX);
    const QString target = hostLink(path);
    if (folder->owner != 0 || target.isEmpty() || target.contains(u'/') || target.startsWith(u'.'))
        return true;
    const auto beside = hostFile(path.left(path.lastIndexOf(u'/') + 1) + target);
    return !beside || !S_ISDIR(beside->mode) || othersMayWrite(*beside, beside->mode & S_ISVTX);
}

}  // namespace

bool isChangeable(const QString& path) {
    for (qsizetype end = 0; end >= 0; end = path.indexOf(u'/', end + 1)) {
        if (isFolderChangeable(end == 0 ? QStringLiteral("/") : path.left(end)))
            return true;
    }
    const auto file = hostFile(path);
    return !file || othersMayWrite(*file, false) || liesInChangeable(file->key.device);
}

QString contentOf(const QString& path, const kernel::FileKey& file, const std::atomic_bool& stop) {
    waitForNextTick(file);
    const kernel::Fd opened = openHostFile(path);
    const auto isStill = [&] {
        const auto now = hostFile(path);
        return now && S_ISREG(now->mode) && isSameFile(*now, file) && isOpened(opened.get(), *now);
    };
    const auto state = hostFile(path);
    if (!opened || !state || !isStill() || !keepsStamps(opened.get(), *state) ||
        !waitForWriters(opened.get(), stop))
        return unknown();
    const QString content = digestOf(opened.get(), stop);
    return isStill() ? content : unknown();
}

bool canHaveContent(const QString& path) {
    const kernel::Fd opened = openHostFile(path);
    const auto state = hostFile(path);
    return !opened || !state || keepsStamps(opened.get(), *state);
}

}  // namespace sallyport::process
