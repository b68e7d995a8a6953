// Copies of held packets, made fit to be sent.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/checksum.h"

#include "fuzz/input.h"

using namespace sallyport;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const QByteArrayView packet = fuzz::view(data, size);
    const auto fit = kernel::prepareForInjection(packet);
    if (!fit)
        return 0;
    REQUIRE(fit->size() == packet.size());
    const auto again = kernel::prepareForInjection(*fit);
    REQUIRE(again && *again == *fit);
    return 0;
}
