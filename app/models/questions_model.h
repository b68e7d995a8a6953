// The questions that wait for this person, those of one program side by side.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QList>

#include "api/question.h"
#include "client/firewall.h"

namespace sallyport::models {

// Fills itself from `firewall`, which must outlive it. When the helper goes everything is
// withdrawn ("away"): a helper that comes back asks again what still waits.
class QuestionsModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        QuestionRole = Qt::UserRole,  // api::Question
        IdRole,                       // api::QuestionId
    };

    explicit QuestionsModel(client::Firewall& firewall, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    bool isEmpty() const { return entries_.isEmpty(); }
    int count() const { return static_cast<int>(entries_.size()); }
    const api::Question& at(int row) const { return entries_[row].question; }
    int rowOf(api::QuestionId id) const;  // -1: not waiting
    // The questions of the same program and user as the one in `row`, that one included.
    QList<int> sameProgram(int row) const;
    // How long the question has been known here, milliseconds.
    qint64 knownFor(int row) const { return entries_[row].since.elapsed(); }

  signals:
    void added(const sallyport::api::Question& question);
    // Something besides its number of waiting connections changed.
    void replaced(const sallyport::api::Question& question);
    // Reasons as in org.sallyport.Agent1, and "away".
    void withdrawn(const sallyport::api::Question& question, const QString& reason);

  private:
    struct Entry {
        api::Question question;
        QElapsedTimer since;
    };

    void ask(const api::Question& question);
    void withdraw(api::QuestionId id, const QString& reason);

    QList<Entry> entries_;
};

}  // namespace sallyport::models

Q_DECLARE_METATYPE(sallyport::api::Question)
