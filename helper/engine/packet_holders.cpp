// Sockets become programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/packet_holders.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace sallyport::engine {

namespace {

bool sameProgram(const api::PacketHolder& a, const api::PacketHolder& b) {
    return a.app == b.app && a.uid == b.uid && a.family == b.family && a.elsewhere == b.elsewhere;
}

// Whoever makes many of them, which anybody can in a namespace of his own, hides nobody.
bool goesFirst(const api::PacketHolder& a, const api::PacketHolder& b) {
    const auto rank = [](const api::PacketHolder& holder) {
        return std::tie(holder.elsewhere, holder.uid, holder.app.path, holder.app.script,
                        holder.family, holder.pid);
    };
    return rank(a) < rank(b);
}

}  // namespace

bool PacketHolders::look(qint64 nowMs, qint64 age) {
    if (lookedMs_ && nowMs >= lookedMs_ && nowMs - lookedMs_ < age)
        return false;
    lookedMs_ = nowMs;
    auto sockets = kernel_.packetSockets();
    problem_ = sockets ? QString() : sockets.error().text;
    if (!sockets)
        return false;
    std::sort(sockets->begin(), sockets->end(), [](const auto& a, const auto& b) {
        return a.owner.pid < b.owner.pid;  // so that a program's first is its lowest
    });
    QList<api::PacketHolder> holders;
    std::set<std::tuple<qint32, api::PacketFamily, bool>> seen;
    for (const kernel::PacketSocket& socket : std::as_const(*sockets)) {
        if (!seen.insert({socket.owner.pid, socket.family, socket.elsewhere}).second)
            continue;
        const api::PacketHolder holder{processes_.describe(socket.owner).identity,
                                       socket.owner.pid,
                                       socket.owner.uid,
                                       socket.family,
                                       1,
                                       socket.elsewhere};
        const auto known = std::find_if(
            holders.begin(), holders.end(),
            [&](const api::PacketHolder& other) { return sameProgram(other, holder); });
        if (known == holders.end())
            holders.append(holder);
        else
            ++known->processes;
    }
    std::sort(holders.begin(), holders.end(), goesFirst);
    const auto leftOut = quint32(std::max<qsizetype>(holders.size() - kMost, 0));
    holders.resize(holders.size() - leftOut);
    if (holders == list_ && leftOut == leftOut_)
        return false;
    list_ = std::move(holders);
    leftOut_ = leftOut;
    return true;
}

}  // namespace sallyport::engine
