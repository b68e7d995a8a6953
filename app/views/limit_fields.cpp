// Speeds are typed as people write them: "500k", "2.5 MB/s", "8 Mbit/s".
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/limit_fields.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include "api/rate.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

LimitFields::LimitFields(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    down_ = add("ruleLimitDown", tr("down"), tr("At most so fast to this machine"));
    up_ = add("ruleLimitUp", tr("up"), tr("At most so fast from this machine"));
}

QLineEdit* LimitFields::add(const char* objectName, const QString& label, const QString& name) {
    auto* line = new QLineEdit(this);
    line->setObjectName(QLatin1String(objectName));
    line->setAccessibleName(name);
    line->setPlaceholderText(tr("no limit"));
    line->setToolTip(tr("Bytes or bits a second: 500k, 2.5 MB/s or 8 Mbit/s."));
    connect(line, &QLineEdit::textChanged, this, &LimitFields::changed);
    auto* what = new QLabel(label, this);
    what->setBuddy(line);
    layout()->addWidget(line);
    layout()->addWidget(what);
    return line;
}

void LimitFields::show(const api::RateLimit& limit) {
    down_->setText(limit.down == 0 ? QString() : api::rateToText(limit.down));
    up_->setText(limit.up == 0 ? QString() : api::rateToText(limit.up));
}

bool LimitFields::read(api::RateLimit& limit, QString& complaint) const {
    const auto parse = [&](const QLineEdit* line, quint64& into) {
        const auto rate = api::rateFromText(line->text());
        if (rate)
            into = *rate;
        else
            complaint = tr("“%1” is no speed. Speeds look like 500k, 2.5 MB/s or 8 Mbit/s, and go "
                           "from %2 to %3.")
                            .arg(widgets::displayText(line->text()),
                                 api::rateToText(api::kLeastRate), api::rateToText(api::kMostRate));
        return bool(rate);
    };
    return parse(down_, limit.down) && parse(up_, limit.up);
}

}  // namespace sallyport::views
