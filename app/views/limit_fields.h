// The two fields for how fast a rule lets a program be.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/rule.h"

class QLineEdit;

namespace sallyport::views {

class LimitFields : public QWidget {
    Q_OBJECT
  public:
    explicit LimitFields(QWidget* parent = nullptr);

    void show(const api::RateLimit& limit);
    // False: what is typed is no speed, and `complaint` says so.
    bool read(api::RateLimit& limit, QString& complaint) const;

  signals:
    void changed();

  private:
    QLineEdit* add(const char* objectName, const QString& label, const QString& name);

    QLineEdit* down_;
    QLineEdit* up_;
};

}  // namespace sallyport::views
