// Connections that a search and a state let through: see connections_filter.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections_filter.h"

namespace sallyport::models {

ConnectionsFilter::ConnectionsFilter(ConnectionsModel& model, QObject* parent)
    : TreeFilter(model, parent), model_(model) {
    setSortRole(ConnectionsModel::RawRole);
    connect(&model, &ConnectionsModel::ticked, this, [this] { arrange(isFiltering()); });
}

void ConnectionsFilter::setQuery(const SearchQuery& query) {
    if (query_ == query)
        return;
    query_ = query;
    siftAnew(model_.connectionCount());
}

void ConnectionsFilter::setState(std::optional<api::ConnectionState> state) {
    if (state_ == state)
        return;
    state_ = state;
    siftAnew(model_.connectionCount());
}

void ConnectionsFilter::setSpan(const std::optional<Span>& span) {
    if (span_ == span)
        return;
    span_ = span;
    model_.showPast(span_.has_value());
    siftAnew(model_.connectionCount());
}

bool ConnectionsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    return !isFiltering() || model_.accepts(model_.index(row, 0, parent), query_, state_, span_);
}

bool ConnectionsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    return model_.compare(left, right) < 0;
}

}  // namespace sallyport::models
