// Writes and reads them, one after the other.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/kept_names.h"

#include <QDataStream>
#include <QIODevice>

namespace sallyport::engine {
namespace {

constexpr auto kFormat = QDataStream::Qt_6_4;

}  // namespace

QByteArray keepSaidNames(const FlowTable& flows) {
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(kFormat);
    flows.forEachOpen([&](const Flow& flow) {
        const SaidName* spoken = flow.spoken();
        if (!spoken)
            return;
        const auto& remote = flow.key.remote.bytes;
        out << flow.key.cookie
            << QByteArray::fromRawData(reinterpret_cast<const char*>(remote.data()),
                                       qsizetype(remote.size()))
            << flow.key.remotePort << flow.key.protocol << spoken->name
            << static_cast<quint8>(spoken->source);
    });
    return bytes;
}

QHash<kernel::FlowKey, SaidName> keptSaidNames(const QByteArray& kept) {
    QHash<kernel::FlowKey, SaidName> names;
    QDataStream in(kept);
    in.setVersion(kFormat);
    while (!in.atEnd() && names.size() < FlowTable::kMaxFlows) {
        kernel::FlowKey key;
        QByteArray remote;
        SaidName said;
        quint8 source = 0;
        in >> key.cookie >> remote >> key.remotePort >> key.protocol >> said.name >> source;
        said.source = static_cast<api::NameSource>(source);
        if (in.status() != QDataStream::Ok || remote.size() != qsizetype(key.remote.bytes.size()) ||
            said.name.isEmpty() || said.source >= api::NameSource::None)
            break;
        std::copy(remote.cbegin(), remote.cend(), key.remote.bytes.begin());
        names.insert(key, said);
    }
    return names;
}

}  // namespace sallyport::engine
