// The DNS questions that programs asked: an answer to no other is believed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <deque>
#include <map>
#include <utility>

#include "api/address.h"
#include "names/dns_message.h"

namespace sallyport::engine {

struct AskedQuestion {
    quint64 cookie = 0;  // of the socket
    api::Address server;
    names::DnsQuestion question;

    bool operator==(const AskedQuestion&) const = default;
    friend size_t qHash(const AskedQuestion& asked, size_t seed = 0) {
        return qHashMulti(seed, asked.cookie, asked.server, asked.question.id, asked.question.asked,
                          asked.question.askedType);
    }
};

// Kept for a time, and bounded. When there are too many the oldest question of the program that has
// most of them makes room: who asks without end loses his own. A program is an exec serial number,
// 0: nobody knows which. Times are milliseconds of a clock that is never set.
class DnsQuestions {
  public:
    static constexpr qsizetype kMost = 4'096;  // of all programs together
    static constexpr qint64 kKeptMs = 30'000;

    // Asked again, it is kept for as long as if it were new, and in its old place.
    void add(const AskedQuestion& asked, quint64 process, qint64 nowMs);
    // Any number of times: an answer may come twice, for who asked twice.
    bool has(const AskedQuestion& asked, qint64 nowMs) const;

    qsizetype size() const { return asked_.size(); }

  private:
    using Queue = std::deque<std::pair<qint64, AskedQuestion>>;  // when it took its place

    void makeRoom(qint64 nowMs);
    bool dropFirst(Queue& queue);
    void dropOld(Queue& queue, qint64 nowMs);

    QHash<AskedQuestion, qint64> asked_;  // when it was asked last
    std::map<quint64, Queue> queues_;     // by program; none is empty
};

}  // namespace sallyport::engine
