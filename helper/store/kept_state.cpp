// Mode, pause and settings: one row of rules.db, as JSON.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonDocument>
#include <QJsonObject>
#include <limits>

#include "api/fields.h"
#include "store/rule_store.h"

namespace sallyport::store {

using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();

QString textOf(const State& state, const QString& boot) {
    QVariantMap map{{u"mode"_s, toWord(state.mode)},
                    {u"settings"_s, toMap(state.settings)},
                    {u"blockAll"_s, state.blockAll},
                    {u"pausedUntilMs"_s, state.pausedUntilMs}};
    if (state.modeUntilMs)  // absent, a helper that knows no end of modes reads it too
        map.insert(u"modeUntilMs"_s, state.modeUntilMs);
    if (state.pausedUntilMs)
        map.insert(u"pausedInBoot"_s, boot);
    return QString::fromUtf8(
        QJsonDocument(QJsonObject::fromVariantMap(map)).toJson(QJsonDocument::Compact));
}

// A pause of another boot than `boot` is over.
Result<State> stateOf(const QString& text, const QString& boot) {
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    api::FieldReader reader(document.object().toVariantMap(), u"the stored settings"_s);
    State state;
    state.mode = reader.parsed(u"mode"_s, state.mode, api::modeFromWord);
    state.settings = reader.parsedMap(u"settings"_s, state.settings, api::settingsFromMap);
    state.blockAll = reader.flag(u"blockAll"_s);
    state.pausedUntilMs = reader.number(u"pausedUntilMs"_s, 0, 0, kMostMs);
    state.modeUntilMs = reader.number(u"modeUntilMs"_s, 0, 0, kMostMs);
    // Without it, the one that an earlier helper began: it had not noted where.
    if (const QString pausedIn = reader.text(u"pausedInBoot"_s);
        !pausedIn.isEmpty() && pausedIn != boot)
        state.pausedUntilMs = 0;
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return state;
}

}  // namespace

Result<State> RuleStore::state() {
    Result<Statement> row = database_.prepare("SELECT value FROM settings WHERE key='state'");
    const Result<bool> found = row ? row->step() : Result<bool>(row.error());
    if (!found)
        return found.error();
    if (!*found)
        return State{};
    return stateOf(row->text(0), bootId_);
}

Result<void> RuleStore::save(const State& state) {
    return database_.run("INSERT OR REPLACE INTO settings VALUES ('state',?)",
                         textOf(state, bootId_));
}

}  // namespace sallyport::store
