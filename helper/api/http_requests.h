// Which requests of plain HTTP a rule is for.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

#include "api/result.h"

namespace sallyport::api {

// As it stands in a rule. Inside TLS (https) nobody but the two ends sees either.
struct HttpRequests {
    QStringList methods;  // as they are sent, each once, in order: "GET", "HEAD". None: all
    // And all below it: "/status" is for "/status", "/status/disk" and "/status?full", and not for
    // "/statuses". Percent-encoded letters are written plain. Empty: all.
    QString path;

    bool isAny() const { return methods.isEmpty() && path.isEmpty(); }
    QString toString() const;  // "GET, HEAD /status"; empty when isAny()
    bool operator==(const HttpRequests&) const = default;
};

// "GET, HEAD" or "get head". Invalid: what is no method (RFC 9110 5.6.2, 9.1), or twice the same.
Result<QStringList> httpMethodsFromText(const QString& text);
// Invalid, with the reason: a path that no request can have, by plainHttpPath().
Result<void> checkHttpPath(const QString& path);

// The path of a request's target as servers look for it: without the query, its percent-encoding
// undone. None where servers are known to read it in different ways: "." and ".." as a step, empty
// steps, backslashes, parameters (";"), encoded slashes and percent signs, control characters,
// what is not UTF-8.
std::optional<QString> plainHttpPath(QByteArrayView target);

// What is known of what a connection asks for over HTTP.
struct HttpAsked {
    enum class State : quint8 {
        Unsaid,   // it has sent nothing yet
        Hidden,   // it speaks something else: TLS most of all
        Unclear,  // it may be HTTP, but not so that all would read the same
        Read,
    };
    State state = State::Unsaid;
    QString method;               // only Read
    std::optional<QString> path;  // only Read: plainHttpPath()

    bool operator==(const HttpAsked&) const = default;
};

enum class HttpFit : quint8 { No, Yes, Unclear, Unsaid };
// Unclear: a rule that blocks is for it, one that lets go is not.
HttpFit fitOf(const HttpRequests& wanted, const HttpAsked& asked);

}  // namespace sallyport::api
