// Connections that a search and a state let through, sorted.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QSortFilterProxyModel>
#include <optional>

#include "models/connections_model.h"

namespace sallyport::models {

// A group shows while one of its connections does. Filters and sorts by itself when the model has
// ticked. Qt's own way of it (dynamicSortFilter) does so while it takes a change, and then uses an
// iterator of a hash into which its listeners, asking for children, may have inserted
// (_q_sourceDataChanged in Qt 6.4's qsortfilterproxymodel.cpp): with a tree it crashes.
class ConnectionsFilter : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit ConnectionsFilter(ConnectionsModel& model, QObject* parent = nullptr);

    // Each may reset the model.
    void setQuery(const SearchQuery& query);
    void setState(std::optional<api::ConnectionState> state);
    // Only connections that were alive in it, whether they have ended or not.
    void setSpan(const std::optional<Span>& span);
    bool isFiltering() const { return !query_.isEmpty() || state_ || span_; }
    ConnectionsModel& connections() const { return model_; }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

  private:
    void siftAnew();
    void arrange(bool sift);
    bool isInOrder(const QModelIndex& sourceParent) const;

    ConnectionsModel& model_;
    SearchQuery query_;
    std::optional<api::ConnectionState> state_;
    std::optional<Span> span_;
    bool added_ = false;         // rows, at the end
    QSet<QModelIndex> changed_;  // the model's parents of changed rows; good until it has ticked
};

}  // namespace sallyport::models
