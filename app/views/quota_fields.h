// The fields for how much a rule lets through in a day or a month, and what comes then.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/rule.h"

class QComboBox;
class QLineEdit;

namespace sallyport::views {

class QuotaFields : public QWidget {
    Q_OBJECT
  public:
    explicit QuotaFields(QWidget* parent = nullptr);

    void show(const api::Quota& quota);
    // False: what is typed is no amount of data, and `complaint` says so.
    bool read(api::Quota& quota, QString& complaint) const;

  signals:
    void changed();

  private:
    QLineEdit* size_;
    QComboBox* period_;
    QComboBox* then_;
};

}  // namespace sallyport::views
