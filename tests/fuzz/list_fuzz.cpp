// Block lists: the input is a file.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/input.h"
#include "lists/list_set.h"

using namespace sallyport;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto parsed = lists::parse(fuzz::view(data, size));
    if (!parsed)
        return 0;
    const lists::Report& report = parsed->report;
    REQUIRE(report.goodLines > 0 && report.goodLines >= report.badLines);
    REQUIRE(report.firstBad.size() <= lists::kBadLinesKept);
    lists::NameArena& names = parsed->names;
    QStringList sought;
    for (lists::NameArena::Offset at = 0; at < names.end(); at = names.next(at)) {
        const lists::NameEntry entry = names.at(at);
        REQUIRE(entry.line > 0 && entry.reach != lists::Reach::Undecided);
        REQUIRE(!entry.name.empty() && entry.name.size() <= 253);
        sought.append(QString::fromLatin1(entry.name.data(), qsizetype(entry.name.size())));
        REQUIRE(fuzz::isHarmless(sought.last()));
    }
    const std::vector<lists::PrefixEntry> prefixes = parsed->prefixes;
    const auto list = lists::List::build(std::move(*parsed));
    REQUIRE(list.has_value());
    lists::ListSet set;
    (void)set.replace(7, *list);
    const auto now = set.current();
    // Everything in it is found, and is listed unless an exception speaks of it.
    for (const QString& name : sought)
        REQUIRE(!now->findings(name).empty());
    for (const lists::PrefixEntry& prefix : prefixes) {
        const std::vector<lists::Finding> found = now->findings(prefix.address);
        REQUIRE(!found.empty());
        const bool excepted = std::any_of(found.begin(), found.end(),
                                          [](const lists::Finding& one) { return one.exception; });
        REQUIRE(now->listsOf(prefix.address).has(7) != excepted);
    }
    return 0;
}
