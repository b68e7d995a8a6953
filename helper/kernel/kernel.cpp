// Hashes of the keys other folders use.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/kernel.h"

#include <cstring>

#include <QHashFunctions>

namespace sallyport::kernel {

bool ListedPrefix::operator==(const ListedPrefix& other) const {
    return address == other.address && bits == other.bits &&
           std::memcmp(&lists, &other.lists, sizeof lists) == 0;
}

size_t qHash(const FlowKey& key, size_t seed) {
    return qHashMulti(seed, key.cookie, key.remote, key.remotePort, key.protocol);
}

size_t qHash(const FileKey& key, size_t seed) {
    return qHashMulti(seed, key.inode, key.ctimeNs, key.device, key.disk);
}

}  // namespace sallyport::kernel
