// Programs past the firewall, as maps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/packet_holder.h"

#include <limits>

#include "api/fields.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<PacketFamily> kFamilies[] = {{PacketFamily::Packet, "AF_PACKET"_L1},
                                            {PacketFamily::Xdp, "AF_XDP"_L1}};

constexpr qint64 kMostPid = std::numeric_limits<qint32>::max();
constexpr qint64 kMostU32 = std::numeric_limits<quint32>::max();

}  // namespace

QString toWord(PacketFamily value) {
    return wordOf(kFamilies, value);
}
Result<PacketFamily> packetFamilyFromWord(const QString& word) {
    return valueOf(kFamilies, word);
}

QVariantMap toMap(const PacketHolder& holder) {
    return {{u"app"_s, toMap(holder.app)},
            {u"pid"_s, holder.pid},
            {u"uid"_s, holder.uid},
            {u"family"_s, toWord(holder.family)},
            {u"processes"_s, holder.processes},
            {u"elsewhere"_s, holder.elsewhere}};
}

Result<PacketHolder> packetHolderFromMap(const QVariantMap& map) {
    FieldReader reader(map, {});
    PacketHolder holder;
    holder.app = reader.parsedMap(u"app"_s, holder.app, appFromMap);
    holder.pid = static_cast<qint32>(reader.number(u"pid"_s, 0, 0, kMostPid));
    holder.uid = static_cast<quint32>(reader.number(u"uid"_s, 0, 0, kMostU32));
    holder.family = reader.parsed(u"family"_s, holder.family, packetFamilyFromWord);
    holder.processes = static_cast<quint32>(reader.number(u"processes"_s, 1, 1, kMostU32));
    holder.elsewhere = reader.flag(u"elsewhere"_s);
    if (Result<void> done = reader.finish(); !done)
        return done.error();
    return holder;
}

}  // namespace sallyport::api
