// The table of names: the input is a row of calls, six bytes each.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/name_table.h"

#include "fuzz/input.h"

using namespace sallyport;

namespace {

constexpr qsizetype kMostBytes = 10'000;

names::DnsAnswer answerOf(const api::Address& address, quint8 name, quint8 ttl) {
    names::DnsAnswer answer;
    QStringList chain{QString(1 + name % 32, QChar(u'a' + name % 8))};
    for (int alias = 0; alias < name >> 6; ++alias)
        chain += QString::number(alias);
    answer.asked = chain.constFirst();
    answer.addresses = {{address, ttl * 20u, chain}};
    return answer;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView input = fuzz::view(data, size);
    names::NameTable table(kMostBytes);
    qint64 now = 0;
    while (input.size() >= 6) {
        const quint8 call = fuzz::takeByte(input);
        const api::Address address = api::Address::v4(0x7efffff0u + fuzz::takeByte(input));
        const quint64 process = fuzz::takeByte(input) % 8;
        const quint8 name = fuzz::takeByte(input);
        const quint8 ttl = fuzz::takeByte(input);
        now += fuzz::takeByte(input) * 1000;
        if (call % 4 == 0)
            table.add(answerOf(address, name, ttl), process, now);
        else if (call % 4 == 1)
            table.add(address, QString::number(name), names::NameSource(call / 4 % 6), process,
                      now);
        else if (call % 4 == 2)
            table.expire(now);
        for (const names::KnownName& known : table.lookup(address, process, now))
            REQUIRE(known.untilMs > now && !address.isLoopback());
        REQUIRE(table.bytes() >= 0 && table.bytes() <= kMostBytes);
    }
    table.expire(now + names::kMostNameMs);
    REQUIRE(table.entries() == 0 && table.bytes() == 0);
    return 0;
}
