// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/values.h"

#include <pwd.h>
#include <sys/types.h>

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <array>
#include <vector>

#include "cli/text.h"
#include "client/program_path.h"

namespace sallyport::cli {

using api::Error;
using api::ErrorCode;
using api::failure;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 kLongestMinutes = 365 * 24 * 60;
constexpr quint32 kLongestPause = 24 * 60 * 60;

struct Amount {
    quint32 number = 0;
    QChar unit;  // null when none was given
};

// A number of at most seven digits and perhaps one letter.
std::optional<Amount> parseAmount(const QString& text) {
    static const QRegularExpression pattern(u"\\A([0-9]{1,7})([a-z]?)\\z"_s);
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QString unit = match.captured(2);
    return Amount{match.captured(1).toUInt(), unit.isEmpty() ? QChar() : unit.front()};
}

quint64 secondsPer(QChar unit) {
    switch (unit.unicode()) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 60 * 60;
        case 'd':
            return 24 * 60 * 60;
        default:
            return 0;
    }
}

}  // namespace

Result<Span> parseSpan(const QString& text, const QStringList& words) {
    using api::Lifetime;
    if (words.contains(text)) {
        return Span{text == "forever"_L1         ? Lifetime::Forever
                    : text == "until-restart"_L1 ? Lifetime::UntilRestart
                    : text == "until-exit"_L1    ? Lifetime::Process
                                                 : Lifetime::Connection};
    }
    const std::optional<Amount> amount = parseAmount(text);
    const quint64 seconds = amount ? amount->number * secondsPer(amount->unit) : 0;
    if (seconds < 60 || seconds / 60 > kLongestMinutes || amount->unit == u's') {
        return failure(ErrorCode::Invalid,
                       //: %2: words, as in "once, forever"
                       Text::tr("\"%1\" is none of %2, and no time like 5m, 1h or 30d")
                           .arg(escaped(text), words.join(u", "_s)));
    }
    return Span{Lifetime::Timed, static_cast<quint32>(seconds / 60)};
}

Result<quint32> parsePause(const QString& text) {
    if (text == "off"_L1)
        return quint32(0);
    const std::optional<Amount> amount = parseAmount(text);
    const quint64 seconds =
        amount ? amount->number * secondsPer(amount->unit.isNull() ? u'm' : amount->unit) : 0;
    if (seconds == 0 || seconds > kLongestPause) {
        return failure(ErrorCode::Invalid,
                       Text::tr("\"%1\" is not a pause: write minutes (1 to 1440) or \"off\"")
                           .arg(escaped(text)));
    }
    return static_cast<quint32>(seconds);
}

Result<api::AppIdentity> parseProgram(const QString& program, const QString& script) {
    using Kind = api::AppIdentity::Kind;
    if (program == "any"_L1 || program == "kernel"_L1) {
        if (!script.isEmpty())
            return failure(ErrorCode::Invalid,
                           Text::tr("--script needs the --program that runs it"));
        return api::AppIdentity{program == "any"_L1 ? Kind::Any : Kind::Kernel, {}, {}};
    }
    if (program.isEmpty())
        return failure(ErrorCode::Invalid, Text::tr("the program has no name"));
    QString path = program;
    if (!program.contains(u'/')) {
        path = QStandardPaths::findExecutable(program);
        if (path.isEmpty()) {
            return failure(ErrorCode::Invalid,
                           Text::tr("there is no command \"%1\" in PATH: write the whole path")
                               .arg(escaped(program)));
        }
    }
    if (script.isEmpty())
        return api::AppIdentity{Kind::Path, client::programPath(path), {}};
    return api::AppIdentity{Kind::Script, client::programPath(path), client::programPath(script)};
}

Result<std::optional<quint32>> parseUser(const QString& text) {
    if (text == "any"_L1)
        return std::optional<quint32>();
    bool isNumber = false;
    const quint32 number = text.toUInt(&isNumber);
    if (isNumber && number != quint32(-1))
        return std::optional<quint32>(number);
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(16384);
    const QByteArray name = text.toLocal8Bit();
    if (getpwnam_r(name.constData(), &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return std::optional<quint32>(found->pw_uid);
    return failure(ErrorCode::Invalid, Text::tr("there is no user \"%1\"").arg(escaped(text)));
}

Result<api::Direction> parseOneWay(const QString& text) {
    if (text == "out"_L1 || text == api::toWord(api::Direction::Outbound))
        return api::Direction::Outbound;
    if (text == "in"_L1 || text == api::toWord(api::Direction::Inbound))
        return api::Direction::Inbound;
    return noneOf(text, {u"in"_s, u"out"_s});
}

Result<api::Direction> parseDirection(const QString& text) {
    if (text == "any"_L1)
        return api::Direction::Any;
    if (const auto one = parseOneWay(text))
        return one;
    return noneOf(text, {u"in"_s, u"out"_s, u"any"_s});
}

Error noneOf(const QString& word, const QStringList& words) {
    return failure(ErrorCode::Invalid,
                   //: %2: words, as in "on, off"
                   Text::tr("\"%1\" is none of %2").arg(escaped(word), words.join(u", "_s)));
}

Error behind(const QString& name, const api::Error& error) {
    return failure(error.code, u"%1: %2"_s.arg(name, error.text));
}

Result<quint64> parseNumber(const QString& text, const QString& what, quint64 max) {
    bool ok = false;
    const quint64 number = text.toULongLong(&ok);
    if (!ok || number == 0 || number > max || text.startsWith(u'+')) {
        return failure(ErrorCode::Invalid,
                       //: %1: what was written; %2: what it should be, e.g. "number of a rule"
                       Text::tr("\"%1\" is not the %2").arg(escaped(text), what));
    }
    return number;
}

Result<quint32> parseAmount(const QString& text, const QString& what, quint32 least, quint32 most) {
    bool ok = false;
    const quint32 number = text.toUInt(&ok);
    if (ok && number >= least && number <= most && !text.startsWith(u'+'))
        return number;
    return failure(ErrorCode::Invalid,
                   //: %1: what was written; %2: what it should be, e.g. "number of days"
                   Text::tr("\"%1\" is not the %2: from %3 to %4")
                       .arg(escaped(text), what, QString::number(least), QString::number(most)));
}

api::Result<bool> parseSwitch(const QString& text) {
    if (text != "on"_L1 && text != "off"_L1)
        return noneOf(text, {u"on"_s, u"off"_s});
    return text == "on"_L1;
}

}  // namespace sallyport::cli
