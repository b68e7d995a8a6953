// What systemd-resolved's monitor says of the questions that it answered.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QList>
#include <QString>

#include "api/result.h"
#include "names/dns_message.h"

namespace sallyport::names {

struct ResolvedReply {
    QString error;       // of varlink, e.g. "org.varlink.service.PermissionDenied"; empty: none
    bool ready = false;  // the first one: every question that is answered from now on follows
    // Of each name that was asked for; none: the question was not answered, or with no address.
    QList<DnsAnswer> answers;
};

// Reads a reply to io.systemd.Resolve.Monitor.SubscribeQueryResults (varlink.org: a JSON object,
// without the zero byte behind it), as systemd 251 and newer say it
// (src/shared/varlink-io.systemd.Resolve.Monitor.c): question, collectedQuestions (what was asked
// at first, where an alias made it ask anew) and answer, of which `raw` is a record as it stands in
// a message. Names that are not plain ASCII are passed over; their IDNA form stands beside them.
// Invalid: no JSON object.
api::Result<ResolvedReply> readResolvedReply(QByteArrayView json);

}  // namespace sallyport::names
