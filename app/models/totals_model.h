// What each program did today, in the last 7 and the last 30 days.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "client/firewall.h"
#include "models/face.h"

namespace sallyport::models {

class TotalsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Program, Today, Week, Month, Connections, Blocked, ColumnCount };

    TotalsModel(client::Firewall& firewall, Faces faces, QObject* parent = nullptr);

    void reload();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void failed(const QString& why);

  private:
    QString text(const api::Totals& totals, int column) const;

    client::Firewall& firewall_;
    Faces faces_;
    QList<api::Totals> totals_;  // most bytes first
    QList<Face> looks_;          // of each
};

}  // namespace sallyport::models
