// Keeping the waiting questions in order.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/questions_model.h"

namespace sallyport::models {
namespace {

bool ofOneProgram(const api::Question& a, const api::Question& b) {
    return a.process.identity == b.process.identity && a.process.uid == b.process.uid;
}

}  // namespace

QuestionsModel::QuestionsModel(client::Firewall& firewall, QObject* parent)
    : QAbstractListModel(parent) {
    connect(&firewall, &client::Firewall::questionAsked, this, &QuestionsModel::ask);
    connect(&firewall, &client::Firewall::questionCancelled, this, &QuestionsModel::withdraw);
    connect(&firewall, &client::Firewall::connectedChanged, this, [this](bool connected) {
        while (!connected && !entries_.isEmpty())
            withdraw(entries_.last().question.id, QStringLiteral("away"));
    });
}

int QuestionsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant QuestionsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const api::Question& question = at(index.row());
    switch (role) {
        case QuestionRole:
            return QVariant::fromValue(question);
        case IdRole:
            return QVariant::fromValue(question.id);
        case Qt::DisplayRole:
            return question.remote.toString();
        default:
            return {};
    }
}

int QuestionsModel::rowOf(api::QuestionId id) const {
    for (int row = 0; row < count(); ++row)
        if (at(row).id == id)
            return row;
    return -1;
}

QList<int> QuestionsModel::sameProgram(int row) const {
    QList<int> rows;
    for (int other = 0; other < count(); ++other)
        if (ofOneProgram(at(other), at(row)))
            rows.append(other);
    return rows;
}

void QuestionsModel::ask(const api::Question& question) {
    const int known = rowOf(question.id);
    if (known >= 0) {
        api::Question before = at(known);
        entries_[known].question = question;
        emit dataChanged(index(known), index(known));
        before.waiting = question.waiting;
        if (before != question)
            emit replaced(question);
        return;
    }
    int row = count();
    while (row > 0 && !ofOneProgram(at(row - 1), question))
        --row;
    if (row == 0)
        row = count();
    Entry entry{question, {}};
    entry.since.start();
    beginInsertRows({}, row, row);
    entries_.insert(row, entry);
    endInsertRows();
    emit added(question);
}

void QuestionsModel::withdraw(api::QuestionId id, const QString& reason) {
    const int row = rowOf(id);
    if (row < 0)
        return;
    const api::Question question = at(row);
    beginRemoveRows({}, row, row);
    entries_.removeAt(row);
    endRemoveRows();
    emit withdrawn(question, reason);
}

}  // namespace sallyport::models
