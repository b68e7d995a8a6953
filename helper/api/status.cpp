// Status and settings as maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/status.h"

#include <limits>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<Mode> kModes[] = {{Mode::Ask, "ask"_L1},
                                 {Mode::Learn, "learn"_L1},
                                 {Mode::LockDown, "lock-down"_L1},
                                 {Mode::Audit, "audit"_L1}};
constexpr Word<Fallback> kFallbacks[] = {
    {Fallback::Wait, "wait"_L1}, {Fallback::Block, "block"_L1}, {Fallback::Allow, "allow"_L1}};

constexpr qint64 kMostMs = std::numeric_limits<qint64>::max();

quint32 count(FieldReader& reader, const QString& key) {
    return static_cast<quint32>(reader.number(key, 0, 0, std::numeric_limits<quint32>::max()));
}

QVariantList listOf(const QList<PacketHolder>& holders) {
    QVariantList list;
    for (const PacketHolder& holder : holders)
        list += toMap(holder);
    return list;
}

QList<PacketHolder> packetHolders(FieldReader& reader, const QString& key) {
    QList<PacketHolder> holders;
    const QVariantList list = reader.list(key);
    for (const QVariant& value : list) {
        if (value.typeId() != QMetaType::QVariantMap) {
            reader.fail(key, u"must hold maps"_s);
            break;
        }
        const Result<PacketHolder> holder = packetHolderFromMap(value.toMap());
        if (!holder) {
            reader.fail(key, holder.error().text);
            break;
        }
        holders += *holder;
    }
    return holders;
}

}  // namespace

QString toWord(Mode value) {
    return wordOf(kModes, value);
}
QString toWord(Fallback value) {
    return wordOf(kFallbacks, value);
}
Result<Mode> modeFromWord(const QString& word) {
    return valueOf(kModes, word);
}
Result<Fallback> fallbackFromWord(const QString& word) {
    return valueOf(kFallbacks, word);
}

QVariantMap toMap(const Status& status) {
    return {{u"version"_s, status.version},
            {u"enforcing"_s, status.enforcing},
            {u"cgroup"_s, status.cgroup},
            {u"wholeSystem"_s, status.wholeSystem},
            {u"mode"_s, toWord(status.mode)},
            {u"modeUntilMs"_s, status.modeUntilMs},
            {u"blockAll"_s, status.blockAll},
            {u"pausedUntilMs"_s, status.pausedUntilMs},
            {u"waiting"_s, status.waiting},
            {u"missed"_s, status.missed},
            {u"rules"_s, status.rules},
            {u"connections"_s, status.connections},
            {u"agents"_s, status.agents},
            {u"eventsLost"_s, status.eventsLost},
            {u"packetsUnparsed"_s, status.packetsUnparsed},
            {u"dnsUnasked"_s, status.dnsUnasked},
            {u"dnsDamaged"_s, status.dnsDamaged},
            {u"problem"_s, status.problem},
            {u"startedMs"_s, status.startedMs},
            {u"packetHolders"_s, listOf(status.packetHolders)},
            {u"packetHoldersLeftOut"_s, status.packetHoldersLeftOut},
            {u"framesJudged"_s, status.framesJudged}};
}

Result<Status> statusFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"status"_s);
    Status status;
    status.version = reader.text(u"version"_s);
    status.enforcing = reader.flag(u"enforcing"_s);
    status.cgroup = reader.text(u"cgroup"_s);
    status.wholeSystem = reader.flag(u"wholeSystem"_s);
    status.mode = reader.parsed(u"mode"_s, status.mode, modeFromWord);
    status.modeUntilMs = reader.number(u"modeUntilMs"_s, 0, 0, kMostMs);
    status.blockAll = reader.flag(u"blockAll"_s);
    status.pausedUntilMs = reader.number(u"pausedUntilMs"_s, 0, 0, kMostMs);
    status.waiting = count(reader, u"waiting"_s);
    status.missed = count(reader, u"missed"_s);
    status.rules = count(reader, u"rules"_s);
    status.connections = count(reader, u"connections"_s);
    status.agents = count(reader, u"agents"_s);
    status.eventsLost = reader.bigNumber(u"eventsLost"_s);
    status.packetsUnparsed = reader.bigNumber(u"packetsUnparsed"_s);
    status.dnsUnasked = reader.bigNumber(u"dnsUnasked"_s);
    status.dnsDamaged = reader.bigNumber(u"dnsDamaged"_s);
    status.problem = reader.text(u"problem"_s);
    status.startedMs = reader.number(u"startedMs"_s, 0, 0, kMostMs);
    status.packetHolders = packetHolders(reader, u"packetHolders"_s);
    status.packetHoldersLeftOut = count(reader, u"packetHoldersLeftOut"_s);
    status.framesJudged = reader.flag(u"framesJudged"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return status;
}

QVariantMap toMap(const Settings& settings) {
    return {{u"answerSeconds"_s, settings.answerSeconds},
            {u"nobodyToAsk"_s, toWord(settings.nobodyToAsk)},
            {u"historyDays"_s, settings.historyDays},
            {u"historyMegabytes"_s, settings.historyMegabytes},
            {u"passwordForLasting"_s, settings.passwordForLasting}};
}

Result<Settings> settingsFromMap(const QVariantMap& map) {
    FieldReader reader(map, u"settings"_s);
    Settings settings;
    settings.answerSeconds = static_cast<quint32>(reader.number(
        u"answerSeconds"_s, settings.answerSeconds, kMinAnswerSeconds, kMaxAnswerSeconds));
    settings.nobodyToAsk = reader.parsed(u"nobodyToAsk"_s, settings.nobodyToAsk, fallbackFromWord);
    settings.historyDays = static_cast<quint32>(
        reader.number(u"historyDays"_s, settings.historyDays, 0, kMaxHistoryDays));
    settings.historyMegabytes =
        static_cast<quint32>(reader.number(u"historyMegabytes"_s, settings.historyMegabytes,
                                           kMinHistoryMegabytes, kMaxHistoryMegabytes));
    settings.passwordForLasting = reader.flag(u"passwordForLasting"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return settings;
}

}  // namespace sallyport::api
