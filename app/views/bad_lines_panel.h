// The lines of a list that were passed over, with what is wrong with each.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/list.h"

class QLabel;
class QTreeWidget;

namespace sallyport::views {

class BadLinesPanel : public QWidget {
    Q_OBJECT
  public:
    explicit BadLinesPanel(QWidget* parent = nullptr);

    // The first of them, in the order of the file, of the list as it is in force.
    void show(const api::List& list, const QList<api::BadLine>& first);
    const QString& list() const { return list_; }

  signals:
    void closed();

  private:
    QString list_;
    QLabel* title_;
    QTreeWidget* tree_;
};

}  // namespace sallyport::views
