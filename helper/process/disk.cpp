// Documentation/ABI/stable/sysfs-block and testing/sysfs-block-loop in the kernel's source.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/disk.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace sallyport::process {
namespace {

constexpr int kMostLayers = 8;

QString folderOf(quint32 device) {
    return QStringLiteral("/sys/dev/block/%1:%2").arg(device >> 20).arg(device & 0xfffff);
}

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// What the device says, or the disk of which it is a part.
QByteArray readOfDisk(const QString& folder, const QString& name) {
    const QByteArray own = read(folder + u'/' + name);
    return own.isEmpty() ? read(folder + QStringLiteral("/../") + name) : own;
}

void collect(const QString& folder, int layers, QStringList& files) {
    const QByteArray backing = readOfDisk(folder, QStringLiteral("loop/backing_file"));
    if (!backing.isEmpty())  // one line
        files.append(QFile::decodeName(backing.chopped(backing.endsWith('\n') ? 1 : 0)));
    const QDir slaves(folder + QStringLiteral("/slaves"));
    const QStringList below = slaves.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& device : below)
        if (layers > 0)
            collect(slaves.filePath(device), layers - 1, files);
}

bool isPortable(const QString& folder, int layers) {
    if (readOfDisk(folder, QStringLiteral("removable")).trimmed() == "1" ||
        QFileInfo(folder).canonicalFilePath().contains(QLatin1String("/usb")))
        return true;
    const QDir slaves(folder + QStringLiteral("/slaves"));
    const QStringList below = slaves.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& device : below)
        if (layers > 0 && isPortable(slaves.filePath(device), layers - 1))
            return true;
    return false;
}

}  // namespace

quint32 diskSequence(quint32 device) {
    return quint32(readOfDisk(folderOf(device), QStringLiteral("diskseq")).trimmed().toULongLong());
}

bool isPortable(quint32 device) {
    return isPortable(folderOf(device), kMostLayers);
}

QStringList backingFiles(quint32 device) {
    QStringList files;
    collect(folderOf(device), kMostLayers, files);
    return files;
}

}  // namespace sallyport::process
