// The rules as last told, and every way the window changes them, each of which can be taken back.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>

#include "client/firewall.h"
#include "models/face.h"

namespace sallyport::models {

class RuleBook : public QObject {
    Q_OBJECT
  public:
    // The firewall must outlive it.
    RuleBook(client::Firewall& firewall, Faces faces, QObject* parent = nullptr);

    // In order of precedence. Kept while the helper is away.
    const QList<api::Rule>& rules() const { return rules_; }
    bool isLoaded() const { return loaded_; }
    const api::Rule* find(api::RuleId id) const;  // null: gone. Valid until the next change.
    QString sentence(const api::Rule& rule) const;
    static bool isReadOnly(const api::Rule& rule);

    // Each ends in changeMade() or changeFailed(); all of one call are one change to undo.
    // put(): a rule of the same reach is turned over instead of making a second beside it, which
    // would lose against a block.
    void put(const QList<api::Rule>& rules);
    // In one step, besides what stands; those that stand already are not made again.
    void addAll(const QList<api::Rule>& rules, const QString& what);
    void add(const api::Rule& rule);
    void edit(const api::Rule& rule);
    void remove(const QList<api::RuleId>& ids);
    void setEnabled(api::RuleId id, bool on);
    // A change of rules that was made past this book, in one step.
    void noteChange(const QString& what);
    // The last change made here; when that is taken back already, the helper's last one.
    void undo();

    void refresh();

  signals:
    void changed();
    void changeMade(const QString& what, bool undoable);
    void changeFailed(const QString& why);
    // Somebody else changed rules: what would be taken back is that, not what was made here.
    void undoOver();

  private:
    const api::Rule* sameReach(const api::Rule& rule) const;
    void putNext(QList<api::Rule> rest, const QString& what);
    struct Taken {
        QString kind;  // a word of the helper's
        uint count = 0;
        QString note;  // of its first rule
    };
    void undoNext(int left, const Taken& before);
    QString inWords(const Taken& taken) const;
    void finish(const api::Result<void>& result, const QString& what);
    template <typename T>
    client::Done<T> ours(client::Done<T> done);

    client::Firewall& firewall_;
    Faces faces_;
    QList<api::Rule> rules_;
    QHash<api::RuleId, qsizetype> byId_;
    bool loaded_ = false;
    bool asking_ = false;
    bool askAgain_ = false;
    int undoSteps_ = 0;
    int calls_ = 0;  // that change rules, under way
};

}  // namespace sallyport::models
