// What protects the machine now, and the settings a person can change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QVariantMap>

#include "api/packet_holder.h"
#include "api/result.h"

namespace sallyport::api {

// What happens to a connection no rule decides.
// Audit: what LockDown would block passes, and is recorded as that.
enum class Mode : quint8 { Ask, Learn, LockDown, Audit };
// The same in mode Ask when nobody can be asked. Wait: held until the time is up, then blocked.
enum class Fallback : quint8 { Wait, Block, Allow };

struct Status {
    QString version;
    bool enforcing = false;    // the programs are attached
    QString cgroup;            // path they are attached to
    bool wholeSystem = false;  // that is the root of the cgroup v2 tree
    Mode mode = Mode::Ask;
    qint64 modeUntilMs = 0;  // Unix milliseconds: it is Ask then; 0: the mode has no end
    bool blockAll = false;
    qint64 pausedUntilMs = 0;  // Unix milliseconds; 0: not paused
    quint32 waiting = 0;       // questions open
    quint32 missed = 0;
    quint32 rules = 0;
    quint32 connections = 0;  // open ones
    quint32 agents = 0;       // sessions that can be asked
    quint64 eventsLost = 0;   // reports of the kernel that found no room since start
    quint64 packetsUnparsed = 0;
    quint64 dnsUnasked = 0;  // DNS answers since start that nobody asked for: no name comes of them
    quint64 dnsDamaged = 0;  // and such as cannot be read, or not to their end
    QString problem;         // English; empty when all is well
    qint64 startedMs = 0;
    QList<PacketHolder> packetHolders;  // as it was seconds ago; on the whole system
    quint32 packetHoldersLeftOut = 0;   // more than the list has room for
    // The kernel lets rules decide who may make such a socket: those are listed who made theirs
    // before that, or may. Else everybody who has one is.
    bool framesJudged = false;
    bool operator==(const Status&) const = default;
};

inline constexpr quint32 kMinAnswerSeconds = 5;
inline constexpr quint32 kMaxAnswerSeconds = 60;
inline constexpr quint32 kMaxHistoryDays = 3650;
inline constexpr quint32 kMinHistoryMegabytes = 10;
inline constexpr quint32 kMaxHistoryMegabytes = 100'000;

struct Settings {
    quint32 answerSeconds =
        60;  // how long a connection is held: kMinAnswerSeconds..kMaxAnswerSeconds
    Fallback nobodyToAsk = Fallback::Wait;
    quint32 historyDays = 30;        // 0..kMaxHistoryDays
    quint32 historyMegabytes = 500;  // kMinHistoryMegabytes..kMaxHistoryMegabytes
    // An answer for ever needs the person's password, so that no other program of theirs gives it.
    bool passwordForLasting = false;
    bool operator==(const Settings&) const = default;
};

QVariantMap toMap(const Status& status);
Result<Status> statusFromMap(const QVariantMap& map);
QVariantMap toMap(const Settings& settings);
Result<Settings> settingsFromMap(const QVariantMap& map);

QString toWord(Mode value);
QString toWord(Fallback value);
Result<Mode> modeFromWord(const QString& word);
Result<Fallback> fallbackFromWord(const QString& word);

}  // namespace sallyport::api
