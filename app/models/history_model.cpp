// Ended connections page by page: see history_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/history_model.h"

#include <QDateTime>

#include "models/words.h"

namespace sallyport::models {

namespace {

// Of a column and its title.
QVariant alignment(int column) {
    return column == HistoryModel::Down || column == HistoryModel::Up
               ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
               : QVariant();
}

}  // namespace

HistoryModel::HistoryModel(client::Firewall& firewall, Faces faces, FilesNamed filesNamed,
                           QObject* parent)
    : QAbstractTableModel(parent),
      firewall_(firewall),
      faces_(std::move(faces)),
      filesNamed_(std::move(filesNamed)) {}

void HistoryModel::reload() {
    beginResetModel();
    entries_.clear();
    next_ = 0;
    reachedMs_ = 0;
    atEnd_ = false;
    loading_ = false;
    ++round_;
    endResetModel();
    fetchMore({});
}

void HistoryModel::setQuery(const SearchQuery& query) {
    if (query_ == query)
        return;
    query_ = query;
    reload();
}

void HistoryModel::setSince(qint64 sinceMs) {
    if (sinceMs_ == sinceMs)
        return;
    sinceMs_ = sinceMs;
    reload();
}

bool HistoryModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !atEnd_ && !loading_;
}

std::optional<api::HistoryFilter> HistoryModel::filter() const {
    const auto terms = historyTerms(query_, filesNamed_);
    if (!terms)
        return std::nullopt;
    api::HistoryFilter filter;
    filter.terms = *terms;
    filter.sinceMs = sinceMs_;
    return filter;
}

void HistoryModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    loading_ = true;
    missing_ = kPage;
    ask();
    emit loadingChanged(loading_);
}

void HistoryModel::ask() {
    std::optional<api::HistoryFilter> wanted = filter();
    if (!wanted) {
        atEnd_ = true;
        return endLoading();
    }
    wanted->before = next_;
    wanted->limit = missing_;
    firewall_.history(*wanted, this, [this, round = round_](const auto& page) {
        if (round != round_)
            return;
        if (page)
            return take(*page);
        atEnd_ = true;
        emit failed(Words::error(page.error()));
        endLoading();
    });
}

void HistoryModel::endLoading() {
    loading_ = false;
    reachedMs_ = 0;
    emit loadingChanged(false);
}

// A search that was cut short goes on by itself until the page is full.
void HistoryModel::take(const api::HistoryPage& page) {
    QHash<api::ProgramId, api::AppIdentity> programs;
    for (const api::Program& program : page.programs)
        programs.insert(program.id, program.identity);
    if (!page.connections.isEmpty()) {
        const int first = int(entries_.size());
        beginInsertRows({}, first, first + int(page.connections.size()) - 1);
        for (const api::Connection& connection : page.connections) {
            const api::AppIdentity app = programs.value(connection.program);
            entries_ += {connection, app, faces_(app)};
        }
        endInsertRows();
    }
    next_ = page.next;
    atEnd_ = next_ == 0;
    missing_ -= int(page.connections.size());
    if (atEnd_ || missing_ <= 0)
        return endLoading();
    reachedMs_ = page.reachedMs;
    ask();
    emit loadingChanged(true);
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(entries_.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString HistoryModel::text(const Entry& entry, int column) const {
    const api::Connection& connection = entry.connection;
    switch (column) {
        case When:
            return Words::moment(connection.startedMs, QDateTime::currentMSecsSinceEpoch());
        case Program:
            return entry.face.name;
        case RemoteColumn:
            return connection.name.isEmpty()
                       ? Words::address(connection.remote)
                       : Words::nameAndPlace(connection.name, Words::address(connection.remote));
        case Endpoint:
            return Words::endpoint(connection);
        case Country:
            return countries_ ? countries_->of(connection.remote) : QString();
        case State:
            return Words::state(connection.state);
        case Decided:
            return Words::decided(connection.reason, connection.rule, connection.state);
        case Down:
            return Words::bytes(connection.received);
        case Up:
            return Words::bytes(connection.sent);
        default:
            return {};
    }
}

QString HistoryModel::tip(const Entry& entry, int column) const {
    if (column == Program)
        return entry.face.where;
    const QString country =
        countries_ && column == RemoteColumn ? countries_->of(entry.connection.remote) : QString();
    return country.isEmpty() ? text(entry, column)
                             : tr("%1 (%2)", "remote, country").arg(text(entry, column), country);
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const Entry& found = entry(index);
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return text(found, column);
        case Qt::DecorationRole:
            return column == Program ? QVariant(found.face.icon) : QVariant();
        case Qt::ToolTipRole:
            return Words::tip(tip(found, column));
        case Qt::TextAlignmentRole:
            return alignment(column);
        case RawRole:
            return found.connection.id;
        case StateRole:
            return int(found.connection.state);
        case RuleRole:
            return found.connection.rule;
        default:
            return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
        case When:
            return tr("When");
        case Program:
            return tr("Program");
        case RemoteColumn:
            return tr("Remote");
        case Endpoint:
            return tr("Port");
        case Country:
            return tr("Country");
        case State:
            return tr("State");
        case Decided:
            return tr("Decided by");
        case Down:
            return tr("Received");
        case Up:
            return tr("Sent");
        case Actions:
            return tr("Allow or block");
        default:
            return {};
    }
}

}  // namespace sallyport::models
