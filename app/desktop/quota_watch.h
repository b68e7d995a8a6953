// Tells when a rule's quota is used up.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSet>

#include "client/firewall.h"

namespace sallyport::desktop {

class QuotaWatch : public QObject {
    Q_OBJECT
  public:
    // `firewall` must outlive it.
    explicit QuotaWatch(client::Firewall& firewall, QObject* parent = nullptr);

  signals:
    // Once for each quota that is used up while it watches; `text` is safe to show.
    void usedUp(const QString& text);

  private:
    void look();

    client::Firewall& firewall_;
    bool looked_ = false;
    QSet<api::RuleId> usedUp_;
};

}  // namespace sallyport::desktop
