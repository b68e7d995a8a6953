// HTTP requests: the input is a TCP stream.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/http_request.h"

#include "fuzz/input.h"

using namespace sallyport;
using names::HttpRequestReader;
using names::Reading;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const QByteArrayView stream = fuzz::view(data, size);
    HttpRequestReader whole;
    whole.feed(stream);
    const auto cut = fuzz::inPieces<HttpRequestReader>(stream);
    REQUIRE(cut.reading() == whole.reading());
    REQUIRE(cut.request() == whole.request());
    const names::HttpRequest& request = whole.request();
    REQUIRE(whole.reading() != Reading::Name || !request.host.name.isEmpty());
    REQUIRE(whole.reading() != Reading::NoName || request.host.name.isEmpty());
    REQUIRE(request.host.name.size() <= 253 && fuzz::isHarmless(request.host.name));
    REQUIRE(fuzz::isHarmless(request.method));
    REQUIRE(fuzz::isHarmless(request.target));
    return 0;
}
