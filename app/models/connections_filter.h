// Connections that a search and a state let through, sorted.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "models/connections_model.h"
#include "models/tree_filter.h"

namespace sallyport::models {

// A group shows while one of its connections does.
class ConnectionsFilter : public TreeFilter {
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
    ConnectionsModel& model_;
    SearchQuery query_;
    std::optional<api::ConnectionState> state_;
    std::optional<Span> span_;
};

}  // namespace sallyport::models
