// Rules in JSON, as they are imported and read from /etc.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/rule_file.h"

#include "fuzz/input.h"

using namespace sallyport;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto rules = api::rulesFromJson(fuzz::view(data, size).toByteArray());
    if (!rules) {
        REQUIRE(!rules.error().text.isEmpty());
        return 0;
    }
    const auto again = api::rulesFromJson(api::rulesToJson(*rules));
    REQUIRE(again && *again == *rules);
    return 0;
}
