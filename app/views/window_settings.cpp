// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/window_settings.h"

#include <QSettings>

namespace sallyport::views {
namespace {

const QString kTraffic = QStringLiteral("connections/traffic");

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

}  // namespace sallyport::views
