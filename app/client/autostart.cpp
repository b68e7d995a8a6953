// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/autostart.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

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
    if (on) {  // the person's own was what said no
        if (QFile own(ownEntry()); own.exists() && !own.remove())
            return api::failure(api::ErrorCode::Failed, own.errorString());
        return {};
    }
    QDir().mkpath(QFileInfo(ownEntry()).path());
    return writeWhole(ownEntry(),
                      "[Desktop Entry]\nType=Application\nName=Sallyport\nHidden=true\n", {});
}

}  // namespace sallyport::client
