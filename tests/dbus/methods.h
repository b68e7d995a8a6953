// Every method of org.sallyport.Firewall1, each with arguments that would be right, and what a call
// could change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>

#include "engine/engine.h"

namespace sallyport::test {

extern const QJsonObject kRule;
extern const QJsonObject kSettings;
extern const QJsonObject kAnswer;
extern const QJsonObject kList;
extern const QString kContent;

struct Method {
    const char* name;
    QJsonArray types;  // what Caller::call() is told of them
    QJsonArray args;
    bool looks;  // who may only look may call it
};
const QList<Method>& everyMethod();

QJsonObject with(QJsonObject object, const QString& key, const QJsonValue& value);
// One argument that is a list of numbers.
QJsonArray ids(const QJsonArray& numbers);
// Unix milliseconds, exact as a JSON number.
qint64 inAWeek();

struct Seen {
    QList<api::Rule> rules;
    api::Settings settings;
    api::Mode mode;
    qint64 modeUntil;
    bool blockAll;
    qint64 paused;
    QList<api::Question> questions;
    QList<api::List> lists;
    bool operator==(const Seen&) const = default;
};
Seen everything(engine::Engine& engine);

}  // namespace sallyport::test
