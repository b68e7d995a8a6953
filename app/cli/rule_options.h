// The options that describe a rule: for `rules add`, `rules edit` and the attempt of `explain`.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>
#include <optional>

#include "api/question.h"
#include "api/rule.h"
#include "cli/values.h"

namespace sallyport::cli {

// What was said on the command line; the rest of the rule stays as it is.
struct RuleOptions {
    std::optional<api::Action> action;
    std::optional<api::BlockStyle> blockStyle;
    std::optional<api::AppIdentity> app;
    std::optional<api::AppIdentity> startedBy;
    std::optional<std::optional<quint32>> user;
    std::optional<api::Direction> direction;
    std::optional<quint8> protocol;
    std::optional<api::Remote> remote;
    std::optional<api::PortRange> remotePorts;
    std::optional<api::PortRange> localPorts;
    std::optional<std::optional<api::Cidr>> local;
    std::optional<QStringList> httpMethods;
    std::optional<QString> httpPath;            // "any" as it is
    std::optional<quint64> limitDown, limitUp;  // bytes a second
    std::optional<api::Quota> quota;            // without `then`
    std::optional<api::WhenUsedUp> quotaThen;
    std::optional<QString> interface;  // "any" as it is
    std::optional<Span> span;
    std::optional<QString> note;
    std::optional<bool> pinned;
    std::optional<bool> log;

    bool operator==(const RuleOptions&) const = default;

    // The rule with these options, validated. `nowMs` (Unix milliseconds) starts a time like 5m.
    api::Result<api::Rule> applyTo(api::Rule rule, qint64 nowMs) const;

  private:
    void applyHttp(api::Rule& rule) const;
};

void declareRuleOptions(QCommandLineParser& parser);
api::Result<RuleOptions> readRuleOptions(const QCommandLineParser& parser);

void declareAttemptOptions(QCommandLineParser& parser);
// Whether any of the options that describe an attempt was given.
bool hasAttemptOptions(const QCommandLineParser& parser);
// --program and --to must be there; --port too where the protocol has ports.
api::Result<api::Attempt> readAttempt(const QCommandLineParser& parser);

}  // namespace sallyport::cli
