// Patterns of host names: the input is what somebody typed, and behind a line break a host.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/host_pattern.h"

#include "api/host_name.h"
#include "fuzz/input.h"

using namespace sallyport;
using api::HostPattern;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const QByteArrayView input = fuzz::view(data, size);
    const QByteArrayView typed = input.first(std::max<qsizetype>(0, input.indexOf('\n')));
    const QByteArrayView host = input.sliced(typed.size());
    const QString site = api::siteOf(QString::fromUtf8(host));
    REQUIRE(fuzz::isHarmless(site));

    const auto pattern = HostPattern::parse(QString::fromUtf8(typed));
    if (!pattern)
        return 0;
    REQUIRE(fuzz::isHarmless(pattern->name) && pattern->name.size() <= 253);
    const auto again = HostPattern::parse(pattern->toString());
    REQUIRE(again && *again == *pattern);
    REQUIRE(pattern->matches(pattern->name) == (pattern->kind != HostPattern::Kind::Below));
    REQUIRE(pattern->matches(QStringLiteral("a.") + pattern->name) ==
            (pattern->kind != HostPattern::Kind::Exact));
    (void)pattern->matches(QString::fromUtf8(host));
    (void)api::readHost(host, true);
    return 0;
}
