// The rules as a list, or grouped by program: see rules_model.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rules_model.h"

#include <QDateTime>
#include <QFont>
#include <QHash>
#include <algorithm>

#include "models/words.h"

namespace sallyport::models {

namespace {

// Of a column and its title.
QVariant alignment(int column) {
    return column == RulesModel::Hits || column == RulesModel::Number
               ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
               : QVariant();
}

}  // namespace

RulesModel::RulesModel(RuleBook& book, Faces faces, QObject* parent, RuleHealth health)
    : QAbstractItemModel(parent),
      book_(book),
      faces_(std::move(faces)),
      health_(std::move(health)) {
    rules_ = book_.rules();
    health_.examine(rules_);
    regroup();
    connect(&book_, &RuleBook::changed, this, &RulesModel::take);
}

// Counters tick all the time: where the same rules stand in the same places, rows are only drawn
// anew and nobody loses his selection.
void RulesModel::take() {
    const QList<api::Rule>& rules = book_.rules();
    health_.examine(rules);
    const auto sameRow = [](const api::Rule& a, const api::Rule& b) {
        return a.id == b.id && a.app == b.app;
    };
    if (std::equal(rules_.cbegin(), rules_.cend(), rules.cbegin(), rules.cend(), sameRow)) {
        rules_ = rules;
        drawAnew();
        return;
    }
    beginResetModel();
    rules_ = rules;
    regroup();
    endResetModel();
}

void RulesModel::drawAnew() {
    if (rules_.isEmpty())
        return;
    if (!grouped_)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    for (int row = 0; grouped_ && row < int(groups_.size()); ++row) {
        const QModelIndex group = index(row, 0);
        emit dataChanged(index(0, 0, group), index(rowCount(group) - 1, ColumnCount - 1, group));
    }
    emit drawnAnew();
}

void RulesModel::setMarks(const QIcon& warning, const QIcon& hint) {
    warning_ = warning;
    hint_ = hint;
}

void RulesModel::setLists(const QHash<QString, QString>& problems) {
    if (health_.lists() == problems)
        return;
    health_.setLists(problems);
    drawAnew();
}

QList<RuleHealth::Mark> RulesModel::marks(const api::Rule& rule) const {
    return health_.marks(rule, QDateTime::currentMSecsSinceEpoch());
}

void RulesModel::regroup() {
    groups_.clear();
    namesakes_.clear();
    QHash<api::AppIdentity, size_t> known;
    for (qsizetype at = 0; at < rules_.size(); ++at) {
        const api::AppIdentity& app = rules_[at].app;
        if (!known.contains(app)) {
            known.insert(app, groups_.size());
            groups_.push_back({app, faces_(app), {}});
            namesakes_.add(groups_.back().face);
        }
        groups_[known.value(app)].rules.push_back(at);
    }
}

void RulesModel::setGrouped(bool grouped) {
    if (grouped_ == grouped)
        return;
    beginResetModel();
    grouped_ = grouped;
    endResetModel();
}

bool RulesModel::isGroup(const QModelIndex& index) const {
    return grouped_ && index.internalId() == 0;
}

qsizetype RulesModel::position(const QModelIndex& index) const {
    return grouped_ ? groups_[size_t(index.internalId()) - 1].rules[size_t(index.row())]
                    : index.row();
}

const api::Rule* RulesModel::rule(const QModelIndex& index) const {
    return index.isValid() && !isGroup(index) ? &rules_[position(index)] : nullptr;
}

QModelIndex RulesModel::indexOf(api::RuleId id) const {
    for (qsizetype at = 0; at < rules_.size(); ++at) {
        if (rules_[at].id != id)
            continue;
        if (!grouped_)
            return index(int(at), 0);
        for (int group = 0; group < int(groups_.size()); ++group) {
            const auto& members = groups_[size_t(group)].rules;
            const auto found = std::find(members.cbegin(), members.cend(), at);
            if (found != members.cend())
                return index(int(found - members.cbegin()), 0, index(group, 0));
        }
    }
    return {};
}

QModelIndex RulesModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row()) + 1 : quintptr(0));
}

QModelIndex RulesModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0)
        return {};
    return createIndex(int(index.internalId()) - 1, 0, quintptr(0));
}

int RulesModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return grouped_ ? int(groups_.size()) : int(rules_.size());
    return isGroup(parent) && parent.column() == 0 ? int(groups_[size_t(parent.row())].rules.size())
                                                   : 0;
}

int RulesModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QString RulesModel::text(const api::Rule& rule, int column) const {
    switch (column) {
        case Name:
            return grouped_ ? tr("Rule %1").arg(rule.id) : namesakes_.name(faces_(rule.app));
        case ActionColumn:
            return rule.enabled ? Words::action(rule.action)
                                : tr("%1 (off)", "a rule that is switched off")
                                      .arg(Words::action(rule.action));
        case Where: {
            QStringList parts;
            for (const RuleHealth::Mark& mark : marks(rule))
                parts += mark.word;
            if (!rule.quota.isNone())
                parts += Words::used(rule.quota);
            if (rule.protocol != api::kFrames)  // of which there is one way, and no address
                parts += tr("%1: %2", "direction, address")
                             .arg(Words::direction(rule.direction), Words::remote(rule.remote));
            if (!rule.remotePorts.isAny())
                parts += Words::ports(rule.remotePorts, rule.protocol);
            if (!rule.localPorts.isAny())
                parts += tr("here on %1", "local port")
                             .arg(Words::ports(rule.localPorts, rule.protocol));
            parts += Words::here(rule);
            if (rule.protocol != 0)
                parts += Words::protocol(rule.protocol);
            if (!rule.sha256.isEmpty())
                parts += tr("this version of its file only", "a program that others can change");
            if (rule.startedBy.kind != api::AppIdentity::Kind::Any)
                parts += tr("started by %1").arg(faces_(rule.startedBy).name);
            if (rule.user)
                parts += tr("by %1", "user").arg(Words::user(*rule.user));
            return parts.join(QStringLiteral(", "));
        }
        case For:
            return Words::lifetime(rule);
        case Hits:
            return QLocale().toString(rule.hits);
        case LastUsed:
            return Words::moment(rule.lastUsedMs, QDateTime::currentMSecsSinceEpoch());
        case OriginColumn:
            return Words::origin(rule.origin);
        case Number:
            return QString::number(rule.id);
        case Note:
            return rule.note;
        default:
            return {};
    }
}

QVariant RulesModel::raw(const api::Rule& rule, int column) const {
    switch (column) {
        case Hits:
            return rule.hits;
        case LastUsed:
            return rule.lastUsedMs;
        case Number:
            return rule.id;
        case Name:
            return grouped_ ? QVariant(rule.id) : QVariant(text(rule, column).toLower());
        default:
            return text(rule, column).toLower();
    }
}

QVariant RulesModel::groupData(const Group& group, int column, int role) const {
    if (role == IdRole)
        return 0u;
    if (role == RawRole)
        return namesakes_.name(group.face).toLower();
    if (role == Qt::FontRole) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (column == Where && role == Qt::DisplayRole)
        return tr("Rules: %1").arg(group.rules.size());
    if (column != Name)
        return {};
    switch (role) {
        case Qt::DisplayRole:
            return namesakes_.name(group.face);
        case Qt::DecorationRole:
            return group.face.icon;
        case Qt::ToolTipRole:
            return Words::tip(group.face.where);
        default:
            return {};
    }
}

// All that the columns have no room for.
QString RulesModel::whole(const api::Rule& rule) const {
    QStringList parts{book_.sentence(rule)};
    for (const RuleHealth::Mark& mark : marks(rule))
        parts += mark.why;
    if (!rule.sha256.isEmpty())
        parts +=
            tr("Others than root can change the program's file: the rule is for one content of "
               "it, with the SHA-256 %1.")
                .arg(rule.sha256);
    return parts.join(QStringLiteral("\n\n"));
}

QVariant RulesModel::ruleData(const api::Rule& rule, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return text(rule, column);
        case Qt::DecorationRole:
            if (column == Where) {
                const auto marked = marks(rule);  // the worst first
                return marked.isEmpty() ? QVariant()
                                        : QVariant(marked.first().grave ? warning_ : hint_);
            }
            return column == Name && !grouped_ ? QVariant(faces_(rule.app).icon) : QVariant();
        case Qt::CheckStateRole:
            return column == Name ? QVariant(int(rule.enabled ? Qt::Checked : Qt::Unchecked))
                                  : QVariant();
        case Qt::ToolTipRole:
            return Words::tip(whole(rule));
        case Qt::TextAlignmentRole:
            return alignment(column);
        case RawRole:
            return raw(rule, column);
        case IdRole:
            return rule.id;
        case AllowRole:
            return rule.action == api::Action::Allow;
        case EnabledRole:
            return rule.enabled;
        default:
            return {};
    }
}

QVariant RulesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    return isGroup(index) ? groupData(groups_[size_t(index.row())], index.column(), role)
                          : ruleData(rules_[position(index)], index.column(), role);
}

bool RulesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const api::Rule* found = rule(index);
    if (!found || role != Qt::CheckStateRole || index.column() != Name ||
        RuleBook::isReadOnly(*found))
        return false;
    book_.setEnabled(found->id, value.toInt() == Qt::Checked);
    return true;  // the box turns when the helper said so
}

Qt::ItemFlags RulesModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if (const api::Rule* found = rule(index);
        found && index.column() == Name && !RuleBook::isReadOnly(*found))
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant RulesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
        case Name:
            return tr("Program");
        case ActionColumn:
            return tr("Action");
        case Where:
            return tr("Where");
        case For:
            return tr("For", "how long a rule lives");
        case Hits:
            return tr("Used", "how often");
        case LastUsed:
            return tr("Last used");
        case OriginColumn:
            return tr("Made by");
        case Number:
            return tr("No.", "number of a rule");
        case Note:
            return tr("Note");
        default:
            return {};
    }
}

SearchSubject RulesModel::subject(const api::Rule& rule) const {
    const Face face = faces_(rule.app);
    SearchSubject subject;
    subject.program = (face.name + u' ' + face.where).toLower();
    subject.remote = (Words::remote(rule.remote) + u' ' + rule.remote.toString()).toLower();
    for (const api::PortRange& range : {rule.remotePorts, rule.localPorts}) {
        if (range.isAny())
            continue;
        subject.ports += {range.first, range.last};
        subject.portNames += Words::ports(range, rule.protocol).toLower() + u' ';
    }
    subject.state = text(rule, ActionColumn) + u' ' + api::toWord(rule.action);
    for (const RuleHealth::Mark& mark : marks(rule))
        subject.state += u' ' + mark.word + u' ' + mark.state;
    subject.state = subject.state.toLower();
    subject.other = (text(rule, For) + u' ' + text(rule, OriginColumn) + u' ' + rule.note + u' ' +
                     tr("Rule %1").arg(rule.id) + u' ' + Words::protocol(rule.protocol))
                        .toLower();
    return subject;
}

bool RulesModel::accepts(const QModelIndex& index, const SearchQuery& query) const {
    if (query.isEmpty())
        return true;
    if (const api::Rule* found = rule(index))
        return query.matches(subject(*found));
    const auto& members = groups_[size_t(index.row())].rules;
    return std::any_of(members.cbegin(), members.cend(),
                       [&](qsizetype at) { return query.matches(subject(rules_[at])); });
}

RulesFilter::RulesFilter(RulesModel& model, QObject* parent)
    : TreeFilter(model, parent), model_(model) {
    setSortRole(RulesModel::RawRole);
    connect(&model, &RulesModel::drawnAnew, this, [this] { arrange(true); });
}

void RulesFilter::setQuery(const SearchQuery& query) {
    if (query_ == query)
        return;
    query_ = query;
    siftAnew(model_.ruleCount());
}

bool RulesFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    return model_.accepts(model_.index(row, 0, parent), query_);
}

}  // namespace sallyport::models
