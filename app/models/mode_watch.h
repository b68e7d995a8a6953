// Tells when a mode has ended by itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "client/firewall.h"

namespace sallyport::models {

class ModeWatch : public QObject {
    Q_OBJECT
  public:
    // `firewall` must outlive it.
    explicit ModeWatch(client::Firewall& firewall, QObject* parent = nullptr);

  signals:
    // Its end came while this watched, the helper there or not. Not when a person changed the mode.
    void ended(const QString& text);

  private:
    void look(const api::Status& status);

    api::Mode mode_ = api::Mode::Ask;
    qint64 untilMs_ = 0;  // 0: it has no end
};

}  // namespace sallyport::models
