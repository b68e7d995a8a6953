// Amounts are typed as people write them: "500M", "5 GB".
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/quota_fields.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>

#include "api/rate.h"
#include "models/words.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;

QuotaFields::QuotaFields(QWidget* parent)
    : QWidget(parent),
      size_(new QLineEdit(this)),
      period_(new QComboBox(this)),
      then_(new QComboBox(this)) {
    size_->setObjectName(QStringLiteral("ruleQuota"));
    size_->setAccessibleName(tr("At most so much, both ways together"));
    size_->setPlaceholderText(tr("no quota"));
    size_->setToolTip(
        tr("Bytes, what comes and what goes together: 500M or 5 GB. A day and a month are those "
           "of the calendar."));
    period_->setObjectName(QStringLiteral("ruleQuotaPeriod"));
    period_->setAccessibleName(tr("In a day or in a month"));
    for (const auto period : {api::Period::Day, api::Period::Month})
        period_->addItem(Words::period(period), int(period));
    then_->setObjectName(QStringLiteral("ruleQuotaThen"));
    then_->setAccessibleName(tr("What comes when the quota is used up"));
    for (const auto then : {api::WhenUsedUp::Block, api::WhenUsedUp::Ask, api::WhenUsedUp::Notify})
        then_->addItem(tr("then %1", "block, ask again").arg(Words::whenUsedUp(then)), int(then));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->addWidget(size_, 0, 0);
    grid->addWidget(period_, 0, 1);
    grid->addWidget(then_, 1, 0, 1, 2);
    connect(size_, &QLineEdit::textChanged, this, [this] {
        for (QComboBox* box : {period_, then_})
            box->setEnabled(!size_->text().trimmed().isEmpty());
        emit changed();
    });
    for (QComboBox* box : {period_, then_})
        connect(box, &QComboBox::currentIndexChanged, this, &QuotaFields::changed);
}

void QuotaFields::show(const api::Quota& quota) {
    size_->setText(quota.isNone() ? QString() : api::sizeToText(quota.bytes));
    period_->setCurrentIndex(period_->findData(int(quota.period)));
    then_->setCurrentIndex(then_->findData(int(quota.then)));
    for (QComboBox* box : {period_, then_})
        box->setEnabled(!quota.isNone());
}

bool QuotaFields::read(api::Quota& quota, QString& complaint) const {
    const auto bytes = api::sizeFromText(size_->text());
    const bool fits =
        bytes && (*bytes == 0 || (*bytes >= api::kLeastQuota && *bytes <= api::kMostQuota));
    if (!fits) {
        complaint = tr("“%1” is no amount of data for a quota. Amounts look like 500M or 5 GB, and "
                       "go from %2 to %3.")
                        .arg(widgets::displayText(size_->text()), api::sizeToText(api::kLeastQuota),
                             api::sizeToText(api::kMostQuota));
        return false;
    }
    if (*bytes == 0)
        quota = {};
    else
        quota = {*bytes, api::Period(period_->currentData().toInt()),
                 api::WhenUsedUp(then_->currentData().toInt()), quota.used};
    return true;
}

}  // namespace sallyport::views
