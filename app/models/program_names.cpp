// Finding the desktop entry that belongs to an executable.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/program_names.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <tuple>

namespace sallyport::models {
namespace {

using Kind = api::AppIdentity::Kind;

// Where only packages put files, so that a file's name says something about what it is.
bool isSystemFile(const QString& path) {
    return path.startsWith(QLatin1String("/usr/")) || path.startsWith(QLatin1String("/opt/")) ||
           path.startsWith(QLatin1String("/bin/")) || path.startsWith(QLatin1String("/sbin/"));
}

// A folder that belongs to one program, as /opt/google/chrome or /usr/lib/firefox do.
bool isOwnFolder(const QString& folder) {
    static const QStringList kShared{
        QStringLiteral("/"),          QStringLiteral("/usr"),
        QStringLiteral("/opt"),       QStringLiteral("/bin"),
        QStringLiteral("/sbin"),      QStringLiteral("/usr/bin"),
        QStringLiteral("/usr/sbin"),  QStringLiteral("/usr/lib"),
        QStringLiteral("/usr/lib64"), QStringLiteral("/usr/libexec"),
        QStringLiteral("/usr/share"), QStringLiteral("/usr/local"),
        QStringLiteral("/usr/games"), QStringLiteral("/usr/local/bin")};
    return isSystemFile(folder + QLatin1Char('/')) && !kShared.contains(folder) &&
           !folder.endsWith(QLatin1String("-linux-gnu"));
}

// How well an entry belongs to a file: 0 not at all.
int closeness(const DesktopEntry& entry, const QString& path, bool script) {
    if (script)
        return entry.script == path || entry.executable == path ? 4 : 0;
    if (entry.executable == path && entry.script.isEmpty())
        return 4;
    const QString flatpak = QStringLiteral("/var/lib/flatpak/app/") + entry.id + QLatin1Char('/');
    if (path.startsWith(flatpak))
        return 4;
    // Its name is that of the snap, "_" and the command's.
    const QString snap =
        QLatin1Char('/') + entry.id.section(QLatin1Char('_'), 0, 0) + QLatin1Char('/');
    if (entry.id.contains(QLatin1Char('_')) && !entry.ofThePerson &&
        (path.startsWith(QLatin1String("/snap") + snap) ||
         path.startsWith(QLatin1String("/var/lib/snapd/snap") + snap)))
        return 4;
    if (!isSystemFile(path) || entry.ofThePerson || !entry.script.isEmpty())
        return 0;
    const QString own = QFileInfo(entry.executable).path();
    if (isOwnFolder(own) && path.startsWith(own + QLatin1Char('/')))
        return 3;
    const QString name = QFileInfo(path).fileName();
    return isOwnFolder(QFileInfo(path).path()) && name == QFileInfo(entry.executable).fileName()
               ? 2
               : 0;
}

// A window with a prompt, for a program without an icon of its own. That of the icon theme for any
// program can look broken: Adwaita's is drawn with what Qt's SVG does not know.
QIcon drawnIcon() {
    QIcon icon;
    for (const int size : {16, 22, 32, 48, 64, 128}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(size / 16.0, size / 16.0);
        const QColor frame(0x6b, 0x7a, 0x90);
        painter.setPen(Qt::NoPen);
        painter.setBrush(frame);
        painter.drawRoundedRect(QRectF(1, 2, 14, 12), 2, 2);
        painter.setBrush(QColor(0xf4, 0xf6, 0xf9));
        painter.drawRoundedRect(QRectF(2, 5, 12, 8), 1, 1);
        painter.setPen(QPen(frame, 1.1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(QPolygonF({QPointF(4, 7.2), QPointF(6, 9), QPointF(4, 10.8)}));
        painter.drawLine(QPointF(7.5, 10.8), QPointF(10.5, 10.8));
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

// Unix milliseconds; -1: there is none.
qint64 changedMs(const QString& folder) {
    const QFileInfo info(folder);
    return info.isDir() ? info.lastModified().toMSecsSinceEpoch() : -1;
}

QIcon themedIcon(const QString& name) {
    if (QDir::isAbsolutePath(name)) {
        const QIcon icon(name);
        return icon.availableSizes().isEmpty() ? QIcon() : icon;
    }
    return name.isEmpty() ? QIcon() : QIcon::fromTheme(name);
}

}  // namespace

ProgramNames::ProgramNames(QStringList folders, int lookAgainMs)
    : folders_(std::move(folders)), lookAgainMs_(lookAgainMs) {}

ProgramNames& ProgramNames::instance() {
    static ProgramNames names;
    return names;
}

QStringList ProgramNames::filesNamed(const QString& part) {
    load();
    QStringList files;
    for (const DesktopEntry& entry : std::as_const(entries_)) {
        const QString& file = entry.script.isEmpty() ? entry.executable : entry.script;
        if (!file.isEmpty() && entry.name.contains(part, Qt::CaseInsensitive))
            files += file;
    }
    files.removeDuplicates();
    return files;
}

void ProgramNames::forget() {
    loaded_ = false;
    entries_.clear();
    found_.clear();
    icons_.clear();
}

// A new folder in one changes that one.
bool ProgramNames::isOutOfDate() {
    if (!lookedAt_.hasExpired(lookAgainMs_))
        return false;
    lookedAt_.start();
    for (auto it = changed_.cbegin(); it != changed_.cend(); ++it) {
        if (changedMs(it.key()) != it.value())
            return true;
    }
    return false;
}

// Looks at the folders first: what changes while they are read is seen the next time.
void ProgramNames::load() {
    if (loaded_ && !isOutOfDate())
        return;
    forget();
    changed_.clear();
    for (const QString& folder : std::as_const(folders_)) {
        changed_.insert(folder, changedMs(folder));
        QDirIterator inner(folder, QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (inner.hasNext()) {
            const QString path = inner.next();
            changed_.insert(path, changedMs(path));
        }
    }
    lookedAt_.start();
    entries_ = readDesktopEntries(folders_, QLocale());
    loaded_ = true;
}

QString ProgramNames::file(const api::AppIdentity& app) {
    if (app.kind == Kind::Script)
        return app.script;
    // Foreign: "path (device:inode)"
    return app.kind == Kind::Foreign ? app.path.section(QLatin1String(" ("), 0, 0) : app.path;
}

const DesktopEntry* ProgramNames::entryFor(const api::AppIdentity& app) {
    // A file that only pretends to be at its path must not get that path's name.
    if (app.kind != Kind::Path && app.kind != Kind::Script)
        return nullptr;
    load();
    const QString path = file(app);
    auto known = found_.constFind(path);
    if (known == found_.constEnd()) {
        if (found_.size() >= kMostFound)
            found_.clear();
        qsizetype best = -1;
        std::tuple<int, bool, int, bool> bestRank;
        for (qsizetype i = 0; i < entries_.size(); ++i) {
            const DesktopEntry& entry = entries_[i];
            const int close = closeness(entry, path, app.kind == Kind::Script);
            const std::tuple rank{close, !entry.ofThePerson, -entry.arguments, !entry.hidden};
            if (close > 0 && (best < 0 || rank > bestRank)) {
                best = i;
                bestRank = rank;
            }
        }
        known = found_.insert(path, best);
    }
    return *known < 0 ? nullptr : &entries_[*known];
}

QString ProgramNames::name(const api::AppIdentity& app) {
    switch (app.kind) {
        case Kind::Any:
            return tr("Any program");
        case Kind::Kernel:
            return tr("Linux kernel");
        case Kind::Unknown:
            return tr("Unknown program");
        default:
            break;
    }
    if (const DesktopEntry* entry = entryFor(app))
        return entry->name;
    const QString fileName = file(app).section(QLatin1Char('/'), -1);
    return fileName.isEmpty() ? tr("Unknown program") : fileName;
}

QIcon ProgramNames::icon(const api::AppIdentity& app) {
    const DesktopEntry* entry = entryFor(app);
    const QString key = entry ? entry->icon : QString();
    const auto known = icons_.constFind(key);
    if (known != icons_.constEnd())
        return *known;
    QIcon icon = themedIcon(key);
    if (icon.isNull() || icon.availableSizes().isEmpty())
        icon = drawnIcon();
    icons_.insert(key, icon);
    return icon;
}

}  // namespace sallyport::models
