// The rules as a list, or grouped by program.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QIcon>
#include <vector>

#include "models/namesakes.h"
#include "models/rule_book.h"
#include "models/rule_health.h"
#include "models/search_query.h"
#include "models/tree_filter.h"

namespace sallyport::models {

class RulesModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    // The check box that switches a rule on and off is in Name.
    enum Column {
        Name,
        ActionColumn,
        Where,
        For,
        Hits,
        LastUsed,
        OriginColumn,
        Number,
        Note,
        ColumnCount
    };
    enum Role {
        RawRole = Qt::UserRole,
        IdRole,       // api::RuleId, 0 for a group
        AllowRole,    // bool; invalid for a group
        EnabledRole,  // bool
    };

    RulesModel(RuleBook& book, Faces faces, QObject* parent = nullptr,
               RuleHealth health = RuleHealth());

    // What stands at rules that are not well, beside the words: at those that cannot do what they
    // are for, and at those that nobody needs.
    void setMarks(const QIcon& warning, const QIcon& hint);
    // See RuleHealth.
    void setLists(const QHash<QString, QString>& problems);
    void setGrouped(bool grouped);
    bool isGrouped() const { return grouped_; }
    const api::Rule* rule(const QModelIndex& index) const;  // null for a group
    QModelIndex indexOf(api::RuleId id) const;
    qsizetype ruleCount() const { return rules_.size(); }
    bool accepts(const QModelIndex& index, const SearchQuery& query) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    // Rows told of what they show now.
    void drawnAnew();

  private:
    struct Group {
        api::AppIdentity app;
        Face face;
        std::vector<qsizetype> rules;  // positions in rules_
        bool operator==(const Group& other) const {
            return app == other.app && rules == other.rules;
        }
    };

    void take();
    void drawAnew();
    void regroup();
    QList<RuleHealth::Mark> marks(const api::Rule& rule) const;
    QString whole(const api::Rule& rule) const;
    // An index's id is 0 for a top row and 1 + group for a rule in a group.
    bool isGroup(const QModelIndex& index) const;
    qsizetype position(const QModelIndex& index) const;
    QString text(const api::Rule& rule, int column) const;
    QVariant raw(const api::Rule& rule, int column) const;
    QVariant groupData(const Group& group, int column, int role) const;
    QVariant ruleData(const api::Rule& rule, int column, int role) const;
    SearchSubject subject(const api::Rule& rule) const;

    RuleBook& book_;
    Faces faces_;
    bool grouped_ = true;
    RuleHealth health_;
    QIcon warning_;
    QIcon hint_;
    QList<api::Rule> rules_;
    std::vector<Group> groups_;
    Namesakes namesakes_;
};

// Search and sort; groups follow their rules.
class RulesFilter : public TreeFilter {
    Q_OBJECT
  public:
    explicit RulesFilter(RulesModel& model, QObject* parent = nullptr);
    void setQuery(const SearchQuery& query);  // may reset the model

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    RulesModel& model_;
    SearchQuery query_;
};

}  // namespace sallyport::models
