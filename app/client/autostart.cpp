// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/autostart.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <algorithm>

#include "client/whole_file.h"

namespace sallyport::client {
namespace {

using namespace Qt::StringLiterals;

const QString kEntry = u"autostart/org.sallyport.Sallyport.desktop"_s;

QString ownEntry() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u'/' + kEntry;
}

// For everybody; empty: there is none.
QString installedEntry() {
    QStringList found = QStandardPaths::locateAll(QStandardPaths::GenericConfigLocation, kEntry);
    found.removeAll(ownEntry());
    return found.value(0);
}

// GNOME and those after it have a switch of their own.
bool isEnabled(const QString& file) {
    const QSettings entry(file, QSettings::IniFormat);
    return !entry.value(u"Desktop Entry/Hidden"_s, false).toBool() &&
           entry.value(u"Desktop Entry/X-GNOME-Autostart-enabled"_s, true).toBool();
}

QByteArray textOf(const QString& file) {
    QFile entry(file);
    return entry.open(QIODevice::ReadOnly) ? entry.readAll() : QByteArray();
}

// The key of a line of the group that counts.
bool isKey(const QByteArray& line, const char* key) {
    const qsizetype equals = line.indexOf('=');
    return equals > 0 && line.left(equals).trimmed() == key;
}

bool isGroup(const QByteArray& line) {
    return line.trimmed() == "[Desktop Entry]";
}

bool hasGroup(const QByteArray& text) {
    const QList<QByteArray> lines = text.split('\n');
    return std::any_of(lines.begin(), lines.end(), isGroup);
}

bool startsSomething(const QByteArray& text) {
    const QList<QByteArray> lines = text.split('\n');
    return std::any_of(lines.begin(), lines.end(),
                       [](const QByteArray& line) { return isKey(line, "Exec"); });
}

// The entry with nothing changed but whether it counts.
QByteArray switched(const QByteArray& text, bool on) {
    QList<QByteArray> lines;
    bool inGroup = false;
    for (const QByteArray& line : text.split('\n')) {
        if (line.startsWith('[')) {
            inGroup = isGroup(line);
            lines += line;
            if (inGroup && !on)
                lines += "Hidden=true";
        } else if (!inGroup ||
                   !(isKey(line, "Hidden") || isKey(line, "X-GNOME-Autostart-enabled"))) {
            lines += line;
        }
    }
    return lines.join('\n');
}

api::Result<void> write(const QByteArray& text) {
    QDir().mkpath(QFileInfo(ownEntry()).path());
    return writeWhole(ownEntry(), text, {});
}

}  // namespace

bool Autostart::isInstalled() {
    return !installedEntry().isEmpty();
}

bool Autostart::isOn() {
    const QString installed = installedEntry();
    return !installed.isEmpty() && isEnabled(QFile::exists(ownEntry()) ? ownEntry() : installed);
}

api::Result<void> Autostart::setOn(bool on) {
    if (on == isOn())
        return {};
    const QByteArray own = textOf(ownEntry());
    if (!on)
        return write(switched(
            hasGroup(own) ? own : "[Desktop Entry]\nType=Application\nName=Sallyport\n", false));
    if (startsSomething(own)) {
        if (const auto done = write(switched(own, true)); !done)
            return done;
    } else if (QFile file(ownEntry()); file.exists() && !file.remove()) {
        return api::failure(api::ErrorCode::Failed, file.errorString());
    }
    return isOn() ? api::Result<void>{} : write(switched(textOf(installedEntry()), true));
}

}  // namespace sallyport::client
