// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/window_settings.h"

#include <QDir>
#include <QSettings>

#include "models/countries.h"

namespace sallyport::views {
namespace {

const QString kTraffic = QStringLiteral("connections/traffic");
const QString kWelcomed = QStringLiteral("welcome/seen");
const QString kNotified = QStringLiteral("questions/notified");
const QString kLanguage = QStringLiteral("window/language");
const QString kLeft = QStringLiteral("window/leftMs");
const QString kCountries = QStringLiteral("countries/file");

// In its own file, whatever the program that shows the window is called.
class WindowSettings : public QSettings {
  public:
    WindowSettings()
        : QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("sallyport"),
                    QStringLiteral("sallyport")) {}
};

}  // namespace

bool isTrafficShown() {
    return WindowSettings().value(kTraffic, true).toBool();
}

void setTrafficShown(bool shown) {
    WindowSettings().setValue(kTraffic, shown);
}

bool isWelcomed() {
    return WindowSettings().value(kWelcomed, false).toBool();
}

void setWelcomed() {
    WindowSettings().setValue(kWelcomed, true);
}

bool isNotified() {
    return WindowSettings().value(kNotified, true).toBool();
}

void setNotified(bool notified) {
    WindowSettings().setValue(kNotified, notified);
}

QString language() {
    return WindowSettings().value(kLanguage).toString();
}

QStringList languages() {
    QStringList languages{QStringLiteral("en")};
    const QStringList files = QDir(QStringLiteral(":/i18n")).entryList(QDir::Files, QDir::Name);
    for (const QString& file : files)
        languages += file.section(u'_', 1).section(u'.', 0, 0);
    return languages;
}

void setLanguage(const QString& language) {
    WindowSettings().setValue(kLanguage, language);
}

qint64 leftMs() {
    return WindowSettings().value(kLeft, 0).toLongLong();
}

void setLeftMs(qint64 unixMs) {
    WindowSettings().setValue(kLeft, unixMs);
}

QString countryFile() {
    const QString chosen = WindowSettings().value(kCountries).toString();
    return chosen.isEmpty() ? models::countryFiles().value(0) : chosen;
}

void setCountryFile(const QString& path) {
    WindowSettings().setValue(kCountries, path);
}

}  // namespace sallyport::views
