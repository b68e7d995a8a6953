// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/quota_watch.h"

#include <QFileInfo>

#include "models/words.h"
#include "widgets/plain_text.h"

namespace sallyport::desktop {

QuotaWatch::QuotaWatch(client::Firewall& firewall, QObject* parent)
    : QObject(parent), firewall_(firewall) {
    connect(&firewall_, &client::Firewall::rulesChanged, this, &QuotaWatch::look);
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        if (connected)
            look();
    });
    if (firewall_.connected())
        look();
}

void QuotaWatch::look() {
    firewall_.rules(this, [this](const api::Result<QList<api::Rule>>& rules) {
        if (!rules)
            return;
        QSet<api::RuleId> now;
        for (const api::Rule& rule : *rules) {
            if (!rule.enabled || !rule.quota.isUsedUp())
                continue;
            now.insert(rule.id);
            if (!looked_ || usedUp_.contains(rule.id))
                continue;
            const QString& file = rule.app.script.isEmpty() ? rule.app.path : rule.app.script;
            emit usedUp(tr("%1 (rule %2): %3", "program, number, quota used up")
                            .arg(file.isEmpty() ? tr("any program")
                                                : widgets::displayText(QFileInfo(file).fileName()))
                            .arg(rule.id)
                            .arg(models::Words::used(rule.quota)));
        }
        looked_ = true;
        usedUp_ = now;
    });
}

}  // namespace sallyport::desktop
