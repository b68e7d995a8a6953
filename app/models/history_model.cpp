// Ended connections page by page: see history_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/history_model.h"

#include <QDateTime>
#include <QRegularExpression>

#include "models/words.h"

namespace sallyport::models {

namespace {

// The helper tells a program by path and script; one that is not the file at its path has what
// tells it apart at the end of it (api::AppIdentity).
api::AppIdentity identityOf(const QString& path, const QString& script) {
    using Kind = api::AppIdentity::Kind;
    static const QRegularExpression foreign(QStringLiteral(" \\([0-9a-fx]+:[0-9]+\\)$"));
    api::AppIdentity app;
    app.path = path;
    app.script = script;
    if (!script.isEmpty())
        app.kind = Kind::Script;
    else if (!path.startsWith(u'/'))
        app.kind = Kind::Unknown;
    else
        app.kind = foreign.match(path).hasMatch() ? Kind::Foreign : Kind::Path;
    return app;
}

SearchSubject subjectOf(const HistoryModel::Entry& entry) {
    const api::Connection& connection = entry.connection;
    SearchSubject subject;
    subject.program = (entry.face.name + u' ' + entry.face.where).toLower();
    subject.remote = connection.remote.toString();
    subject.ports = {connection.remotePort, connection.localPort};
    subject.portNames = Words::endpoint(connection).toLower();
    subject.state =
        (Words::state(connection.state) + u' ' + api::toWord(connection.state)).toLower();
    subject.other = Words::protocol(connection.protocol).toLower();
    return subject;
}

}  // namespace

HistoryModel::HistoryModel(client::Firewall& firewall, Faces faces, QObject* parent)
    : QAbstractTableModel(parent), firewall_(firewall), faces_(std::move(faces)) {}

void HistoryModel::reload() {
    beginResetModel();
    entries_.clear();
    offset_ = 0;
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

bool HistoryModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && !atEnd_ && !loading_;
}

// What the helper cannot search for is sifted here.
QVariantMap HistoryModel::filter() const {
    QVariantMap filter{{QStringLiteral("offset"), offset_}, {QStringLiteral("limit"), kPage}};
    for (const SearchQuery::Term& term : query_.terms()) {
        const bool path = term.key == SearchQuery::Key::Program && term.text.contains(u'/');
        if (path || term.key == SearchQuery::Key::To)
            filter.insert(QStringLiteral("text"), term.text);
        else if (term.key == SearchQuery::Key::State && api::connectionStateFromWord(term.text))
            filter.insert(QStringLiteral("state"), term.text);
    }
    return filter;
}

void HistoryModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    loading_ = true;
    emit loadingChanged(true);
    const int round = round_;
    firewall_.history(filter(), this, [this, round](const api::Result<QList<QVariantMap>>& page) {
        if (round != round_)
            return;
        loading_ = false;
        if (page) {
            take(*page);
        } else {
            atEnd_ = true;
            emit failed(Words::error(page.error()));
        }
        emit loadingChanged(loading_);
    });
}

void HistoryModel::take(const QList<QVariantMap>& page) {
    offset_ += int(page.size());
    atEnd_ = page.size() < kPage;
    QList<Entry> fresh;
    for (QVariantMap map : page) {
        const QString path = map.take(QStringLiteral("path")).toString();
        const QString script = map.take(QStringLiteral("script")).toString();
        const auto connection = api::connectionFromMap(map);
        if (!connection)
            continue;  // a newer helper's: better one line less than none
        const api::AppIdentity app = identityOf(path, script);
        Entry entry{*connection, app, faces_(app)};
        if (query_.matches(subjectOf(entry)))
            fresh += entry;
    }
    if (!fresh.isEmpty()) {
        const int first = int(entries_.size());
        beginInsertRows({}, first, first + int(fresh.size()) - 1);
        entries_ += fresh;
        endInsertRows();
    } else if (!atEnd_) {
        fetchMore({});  // nobody scrolls in an empty list
    }
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
            return Words::address(connection.remote);
        case Endpoint:
            return Words::endpoint(connection);
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
            return Words::tip(column == Program ? found.face.where : text(found, column));
        case Qt::TextAlignmentRole:
            return column == Down || column == Up ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
                                                  : QVariant();
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
