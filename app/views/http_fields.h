// The two fields for which requests of plain HTTP a rule is for.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/http_requests.h"

class QLabel;
class QLineEdit;

namespace sallyport::views {

class HttpFields : public QWidget {
    Q_OBJECT
  public:
    explicit HttpFields(QWidget* parent = nullptr);

    void show(const api::HttpRequests& requests);
    // Empty: they can be filled in. Else why they cannot, which is said below them; they are read
    // as empty then.
    void setUnusable(const QString& why);
    // False: what is typed is no method or no path, and `complaint` says so.
    bool read(api::HttpRequests& requests, QString& complaint) const;

  signals:
    void changed();

  private:
    QLineEdit* add(const char* objectName, const QString& name, const QString& placeholder);

    QLineEdit* methods_;
    QLineEdit* path_;
    QLabel* why_;
};

}  // namespace sallyport::views
