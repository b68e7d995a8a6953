// DNS messages: the input is one.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/dns_message.h"

#include "fuzz/input.h"

using namespace sallyport;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (const auto question = names::readDnsQuestion(fuzz::view(data, size)))
        REQUIRE(!question->asked.isEmpty());
    const auto answer = names::readDnsAnswer(fuzz::view(data, size));
    if (!answer)
        return 0;
    REQUIRE(!answer->names.isEmpty() && answer->names.constFirst() == answer->asked);
    REQUIRE(answer->names.size() <= names::kMostDnsNames);
    REQUIRE(answer->addresses.size() <= names::kMostDnsAddresses);
    for (const QString& name : answer->names)
        REQUIRE(!name.isEmpty() && name.size() <= 4 * 255 && fuzz::isHarmless(name));
    for (const names::DnsAddress& found : answer->addresses) {
        REQUIRE(found.names.constFirst() == answer->asked);
        REQUIRE(found.names.size() <= names::kMostDnsNames + 1);
        REQUIRE(fuzz::isHarmless(found.names.constLast()));
    }
    return 0;
}
