// Ended connections, newest first, fetched page by page as somebody scrolls.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSet>

#include "client/firewall.h"
#include "models/countries.h"
#include "models/face.h"
#include "models/history_query.h"

namespace sallyport::models {

class HistoryModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        When,
        Program,
        RemoteColumn,
        Endpoint,
        Country,
        State,
        Decided,
        Down,
        Up,
        Actions,
        ColumnCount
    };
    enum Role { RawRole = Qt::UserRole, StateRole, RuleRole };
    static constexpr int kPage = 250;

    struct Entry {
        api::Connection connection;
        api::AppIdentity app;
        Face face;
    };

    HistoryModel(client::Firewall& firewall, Faces faces, FilesNamed filesNamed,
                 QObject* parent = nullptr);

    // Countries of remotes have a column, and are in tooltips.
    void tellCountries(const Countries& countries) { countries_ = &countries; }
    // Begins anew from the newest.
    void reload();
    void setQuery(const SearchQuery& query);
    // Only what ended then or later (Unix milliseconds); 0: all.
    void setSince(qint64 sinceMs);
    const Entry& entry(const QModelIndex& index) const { return entries_[index.row()]; }
    bool isLoading() const { return loading_; }
    bool isFiltering() const { return !query_.isEmpty() || sinceMs_ != 0; }
    // How far back a search that goes on has looked (Unix milliseconds); 0: nothing to tell.
    qint64 reachedMs() const { return reachedMs_; }
    // What the list shows, from the newest on; nothing when nothing can fit the search.
    std::optional<api::HistoryFilter> filter() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

  signals:
    // Also when a search has got farther back.
    void loadingChanged(bool loading);
    void failed(const QString& why);

  private:
    void ask();
    void take(const api::HistoryPage& page);
    void endLoading();
    QString text(const Entry& entry, int column) const;
    QString tip(const Entry& entry, int column) const;

    client::Firewall& firewall_;
    Faces faces_;
    SearchQuery query_;
    qint64 sinceMs_ = 0;
    QList<Entry> entries_;
    FilesNamed filesNamed_;
    const Countries* countries_ = nullptr;
    api::ConnectionId next_ = 0;  // where the next page begins
    int missing_ = 0;             // rows of the page that have not come yet
    qint64 reachedMs_ = 0;
    bool atEnd_ = true;  // until the first reload()
    bool loading_ = false;
    int round_ = 0;  // answers to an older search are dropped
};

}  // namespace sallyport::models
