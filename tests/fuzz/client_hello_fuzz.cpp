// TLS ClientHello: the input is a TCP stream.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/client_hello.h"

#include "fuzz/input.h"

using namespace sallyport;
using names::ClientHelloReader;
using names::Reading;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const QByteArrayView stream = fuzz::view(data, size);
    ClientHelloReader whole;
    whole.feed(stream);
    const auto cut = fuzz::inPieces<ClientHelloReader>(stream);
    REQUIRE(cut.reading() == whole.reading());
    REQUIRE(cut.hello() == whole.hello());
    const names::ClientHello& hello = whole.hello();
    REQUIRE((whole.reading() == Reading::Name) == !hello.serverName.isEmpty());
    REQUIRE(hello.serverName.size() <= 253 && fuzz::isHarmless(hello.serverName));
    REQUIRE(hello.alpn.size() <= names::kMostAlpn);
    return 0;
}
