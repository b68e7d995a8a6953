// Connections that a search and a state let through: see connections_filter.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections_filter.h"

#include <algorithm>

namespace sallyport::models {

ConnectionsFilter::ConnectionsFilter(ConnectionsModel& model, QObject* parent)
    : QSortFilterProxyModel(parent), model_(model) {
    setSourceModel(&model);
    setSortRole(ConnectionsModel::RawRole);
    setDynamicSortFilter(false);
    connect(this, &QAbstractItemModel::rowsInserted, this, [this] { added_ = true; });
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first) { changed_.insert(first.parent()); });
    connect(&model, &ConnectionsModel::ticked, this, [this] { arrange(isFiltering()); });
}

void ConnectionsFilter::setQuery(const SearchQuery& query) {
    if (query_ == query)
        return;
    query_ = query;
    siftAnew();
}

void ConnectionsFilter::setState(std::optional<api::ConnectionState> state) {
    if (state_ == state)
        return;
    state_ = state;
    siftAnew();
}

void ConnectionsFilter::setSpan(const std::optional<Span>& span) {
    if (span_ == span)
        return;
    span_ = span;
    model_.showPast(span_.has_value());
    siftAnew();
}

// Thousands of rows leaving one by one would take seconds: those go by a reset.
void ConnectionsFilter::siftAnew() {
    constexpr qsizetype kFew = 500;
    if (model_.connectionCount() <= kFew)
        return arrange(true);
    setSourceModel(nullptr);
    setSourceModel(&model_);
}

void ConnectionsFilter::arrange(bool sift) {
    if (sift)
        invalidateRowsFilter();
    const bool inOrder =
        !added_ && std::all_of(changed_.cbegin(), changed_.cend(),
                               [this](const auto& parent) { return isInOrder(parent); });
    if (!inOrder)
        sort(sortColumn(), sortOrder());
    added_ = false;
    changed_.clear();
}

bool ConnectionsFilter::isInOrder(const QModelIndex& sourceParent) const {
    const QModelIndex parent = mapFromSource(sourceParent);
    if (sortColumn() < 0 || (sourceParent.isValid() && !parent.isValid()))
        return true;
    QModelIndex before;
    for (int row = 0, rows = rowCount(parent); row < rows; ++row) {
        const QModelIndex here = mapToSource(index(row, sortColumn(), parent));
        if (before.isValid() &&
            (sortOrder() == Qt::AscendingOrder ? lessThan(here, before) : lessThan(before, here)))
            return false;
        before = here;
    }
    return true;
}

bool ConnectionsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    return !isFiltering() || model_.accepts(model_.index(row, 0, parent), query_, state_, span_);
}

bool ConnectionsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    return model_.compare(left, right) < 0;
}

}  // namespace sallyport::models
