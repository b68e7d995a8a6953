// The grammar of list files, a function a kind of line.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/line_reader.h"

#include <algorithm>

#include "api/words.h"
#include "lists/address_range.h"

namespace sallyport::lists {

using namespace Qt::StringLiterals;
using api::Result;

namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";
// What hosts files say of this machine and its neighbours.
constexpr std::string_view kLocalNames[] = {
    "localhost",     "localhost.localdomain",
    "localhost4",    "localhost4.localdomain4",
    "localhost6",    "localhost6.localdomain6",
    "local",         "broadcasthost",
    "ip6-localhost", "ip6-loopback",
    "ip6-localnet",  "ip6-mcastprefix",
    "ip6-allnodes",  "ip6-allrouters",
    "ip6-allhosts",  "0.0.0.0",
};

QString textOf(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

api::Error bad(const QString& why) {
    return api::failure(api::ErrorCode::Invalid, why);
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(kBlanks);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

// Behind a blank '#' and ';' begin a comment; without one they may be part of a rule for browsers.
std::string_view withoutComment(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if ((text[i] == '#' || text[i] == ';') &&
            kBlanks.find(text[i - 1]) != std::string_view::npos)
            return trimmed(text.substr(0, i));
    }
    return text;
}

// Takes the first word off `text`; empty at the end.
std::string_view nextWord(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    text.remove_prefix(word.size());
    return word;
}

bool isComment(std::string_view text) {
    return text.front() == '#' || text.front() == '!' || text.front() == ';' ||
           (text.front() == '[' && text.back() == ']');
}

bool isLocal(std::string_view name) {
    return std::find(std::begin(kLocalNames), std::end(kLocalNames), name) != std::end(kLocalNames);
}

bool looksLikeAddress(std::string_view word) {
    return word.find_first_of(":/") != std::string_view::npos || endsWithoutLetter(word);
}

Result<std::vector<api::Cidr>> prefixesIn(std::string_view word) {
    const std::size_t dash = word.find('-');
    if (dash == std::string_view::npos) {
        const Result<api::Cidr> one = api::Cidr::parse(textOf(word));
        return one ? Result<std::vector<api::Cidr>>(std::vector{*one}) : one.error();
    }
    const Result<api::Address> first = api::Address::parse(textOf(word.substr(0, dash)));
    if (!first)
        return first.error();
    const Result<api::Address> last = api::Address::parse(textOf(word.substr(dash + 1)));
    return last ? prefixesOf(*first, *last) : last.error();
}

}  // namespace

void LineReader::read(std::string_view line, quint32 number) {
    const std::string_view text = trimmed(line);
    if (text.empty() || isComment(text))
        return;
    number_ = number;
    const NameArena::Offset names = parsed_.names.end();
    const std::size_t count = parsed_.names.count();
    const std::size_t prefixes = parsed_.prefixes.size();
    const Result<void> done = readText(withoutComment(text));
    if (!done) {
        parsed_.names.rewind(names, count);
        parsed_.prefixes.resize(prefixes);
        note(number, done.error().text);
    }
}

void LineReader::note(quint32 number, const QString& reason) {
    if (++parsed_.report.badLines <= kBadLinesKept)
        parsed_.report.firstBad.append({number, reason});
}

void LineReader::finish(const Options& options) {
    const bool namesAlone =
        counted(Format::Names) >= counted(Format::Hosts) + counted(Format::Adblock);
    parsed_.names.decide(namesAlone ? options.plainNames : Reach::Itself);
    const auto most = std::max_element(lines_.begin(), lines_.end());
    parsed_.report.format = static_cast<Format>(most - lines_.begin());
    for (const qint64 lines : lines_)
        parsed_.report.goodLines += lines;
}

Result<void> LineReader::readText(std::string_view text) {
    if (text.find_first_of(kBlanks) != std::string_view::npos)
        return readHosts(text);
    if (text.starts_with("||") || text.starts_with("@@"))
        return readAdblock(text);
    return readAlone(text);
}

Result<void> LineReader::readHosts(std::string_view text) {
    text = text.substr(0, text.find('#'));  // hosts(5): everywhere
    const std::string_view sink = nextWord(text);
    bool any = false;
    for (std::string_view name = nextWord(text); !name.empty(); name = nextWord(text)) {
        if (isLocal(name))
            continue;
        if (!isSink(sink))
            return bad(api::quoted(textOf(sink)) +
                       u" stands before a name and is no 0.0.0.0 or 127.0.0.1"_s);
        if (const Result<void> added = addName(name, Reach::Itself, false); !added)
            return added;
        any = true;
    }
    if (any)
        count(Format::Hosts);
    return {};
}

Result<void> LineReader::readAdblock(std::string_view text) {
    const bool exception = text.starts_with("@@");
    std::string_view rule = text.substr(exception ? 2 : 0);
    const std::size_t end = rule.find('^');
    if (!rule.starts_with("||") || end == std::string_view::npos)
        return bad(api::quoted(textOf(text)) + u" is no rule for a whole domain, ||name^"_s);
    const std::string_view options = rule.substr(end + 1);
    if (!options.empty() && options != "$all")
        return bad(api::quoted(textOf(options)) + u" is nothing that a firewall can tell"_s);
    rule = rule.substr(2, end - 2);
    const Result<void> added = looksLikeAddress(rule)
                                   ? addPrefixes(rule, exception)
                                   : addName(rule, Reach::WithSubdomains, exception);
    if (added)
        count(Format::Adblock);
    return added;
}

Result<void> LineReader::readAlone(std::string_view word) {
    const bool below = word.starts_with("*.") || word.starts_with('.');
    const bool address = !below && looksLikeAddress(word);
    if (below)
        word.remove_prefix(word.find('.') + 1);
    const Result<void> added =
        address ? addPrefixes(word, false)
                : addName(word, below ? Reach::WithSubdomains : Reach::Undecided, false);
    if (added)
        count(address ? Format::Addresses : Format::Names);
    return added;
}

Result<void> LineReader::addName(std::string_view word, Reach reach, bool exception) {
    const Result<std::string_view> name = normalName(word, room_);
    if (!name)
        return name.error();
    if (endsWithoutLetter(*name))
        return bad(api::quoted(textOf(word)) + u" is no name: its last part has no letter"_s);
    if (reach != Reach::WithSubdomains && name->find('.') == std::string_view::npos)
        return bad(api::quoted(textOf(word)) +
                   u" is one word; a whole top-level domain is written *.word"_s);
    parsed_.names.add({*name, number_, reach, exception});
    return {};
}

Result<void> LineReader::addPrefixes(std::string_view word, bool exception) {
    const Result<std::vector<api::Cidr>> prefixes = prefixesIn(word);
    if (!prefixes)
        return prefixes.error();
    for (const api::Cidr& prefix : *prefixes) {
        parsed_.prefixes.push_back(
            {prefix.address, number_, static_cast<quint8>(prefix.mappedBits()), exception});
    }
    return {};
}

bool LineReader::isSink(std::string_view word) {
    if (word == lastSink_)
        return true;
    const Result<api::Address> address = api::Address::parse(textOf(word));
    if (!address || !(address->isUnspecified() || address->isLoopback()))
        return false;
    lastSink_ = word;
    return true;
}

}  // namespace sallyport::lists
