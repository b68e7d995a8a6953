// What each program did today, in the last 7 and the last 30 days.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/totals_model.h"

#include <QLocale>

#include "models/words.h"

namespace sallyport::models {

namespace {

// Of a column and its title.
QVariant alignment(int column) {
    return column != TotalsModel::Program ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
                                          : QVariant();
}

}  // namespace

TotalsModel::TotalsModel(client::Firewall& firewall, Faces faces, QObject* parent)
    : QAbstractTableModel(parent), firewall_(firewall), faces_(std::move(faces)) {}

void TotalsModel::reload() {
    firewall_.totals(this, [this](const api::Result<QList<api::Totals>>& totals) {
        if (!totals) {
            emit failed(Words::error(totals.error()));
            return;
        }
        beginResetModel();
        totals_ = *totals;
        looks_.clear();
        for (const api::Totals& one : std::as_const(totals_))
            looks_ += faces_(one.app);
        endResetModel();
    });
}

int TotalsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(totals_.size());
}

int TotalsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString TotalsModel::text(const api::Totals& totals, int column) const {
    const auto bytes = [](const api::Sums& sums) {
        return Words::bytes(sums.received + sums.sent);
    };
    switch (column) {
        case Today:
            return bytes(totals.today);
        case Week:
            return bytes(totals.week);
        case Month:
            return bytes(totals.month);
        case Connections:
            return QLocale().toString(totals.month.connections);
        case Blocked:
            return QLocale().toString(totals.month.blocked);
        default:
            return {};
    }
}

QVariant TotalsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Face& look = looks_[index.row()];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return column == Program ? look.name : text(totals_[index.row()], column);
        case Qt::DecorationRole:
            return column == Program ? QVariant(look.icon) : QVariant();
        case Qt::ToolTipRole:
            return column == Program ? Words::tip(look.where) : QVariant();
        case Qt::TextAlignmentRole:
            return alignment(column);
        default:
            return {};
    }
}

QVariant TotalsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignment(section);
    if (role == Qt::ToolTipRole && (section == Connections || section == Blocked))
        return tr("In the last 30 days");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Program:
            return tr("Program");
        case Today:
            return tr("Today");
        case Week:
            return tr("7 days");
        case Month:
            return tr("30 days");
        case Connections:
            //: In the last 30 days.
            return tr("Connections");
        case Blocked:
            //: Connections in the last 30 days.
            return tr("Of them blocked");
        default:
            return {};
    }
}

}  // namespace sallyport::models
