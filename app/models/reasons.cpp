// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/reasons.h"

#include <array>

#include "models/known_sentences.h"

namespace sallyport::models {

namespace {

// What stands between "; ". The first that fits is taken, so what says more stands before what says
// less.
constexpr std::array kSentences = {
    // lists/line_reader.cpp, name_text.cpp, address_range.cpp and api/address.cpp, of a line
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 stands before a name and is no 0.0.0.0 or 127.0.0.1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no rule for a whole domain, ||name^"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is nothing that a firewall can tell"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: its last part has no letter"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is one word"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "a whole top-level domain is written *.word"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: it is empty"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: it is longer than 253 bytes"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: a part is longer than 63 bytes"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: a part is empty"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 is no name: neither ASCII nor a name in UTF-8"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is no name: %2 cannot stand in one"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 is not an address like 192.0.2.1 or 2001:db8::1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 is not a prefix length of IPv4, which has /0 to /32"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 is not a prefix length of IPv6, which has /0 to /128"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 has bits set behind its prefix"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the network is %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "write \"any\", or 2000::/3 for the IPv6 internet"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "%1 goes from one family of addresses to the other"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is reversed"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 would cover IPv4 too"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the line is longer than %1 bytes"),
    // lists/list_parser.cpp, of a file
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is compressed (%1)"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is UTF-16"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is no text in UTF-8"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "save it as UTF-8"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is a database"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is a web page, not a list"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "the file has no line that names a host or an address"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 lines of %2 cannot be understood"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "line %1: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the file is larger than %1 MiB"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the list has more than %1 entries"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the descriptor is not of a regular file"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the list was not read to its end"),
    // engine/list_book.cpp, engine_lists.cpp and store/list_store.cpp
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "there is no list %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "list %1 is being read"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "list %1 is not being read"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "list %1: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "there are %1 lists, and no room for more"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "these rules ask for list %1: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "its content is gone"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "its name or number is another's"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the list in %1 cannot be read: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the list's content cannot be read"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the list's content cannot be written"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "all lists together have %1 prefixes, too many by %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "there is no room for the new prefixes beside the old ones"),
    // store: the databases
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 was damaged and is kept as %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the history begins anew"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the rules begin anew"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is damaged and could not be moved to %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the history is kept until sallyportd ends"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "its rules are in force, and none can be changed until the disk can be "
                      "written and sallyportd is restarted"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "rule %1 in the database cannot be read: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "%1 is left out: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "cannot write %1: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "cannot make the directory %1"),
    // what was asked for came too late or does not go
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "there is no rule %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "there is no change to take back"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "no numbers for rules are left"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "the rule would be over already"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "the connection is over: choose a longer lifetime"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "the program's file was deleted or replaced: allow it until it exits, or "
                      "start it again and answer then"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "no such question: it was answered, or nothing waits on it any more"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "no such missed question"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "no such connection"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "a rule lasts longer than one connection"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason",
                      "at most %1 rules can limit the speed or have a quota"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "too many calls at once"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "a mode ends in the future, within 365 days"),
    // client/list_fetcher.cpp and list_content.cpp: this program's own
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "another content is being fetched"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "no web address: %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "larger than %1 MB"),
    QT_TRANSLATE_NOOP("sallyport::models::Reason", "cancelled"),
};

}  // namespace

QString reasonInWords(const QString& why) {
    static const KnownSentences known("sallyport::models::Reason", kSentences);
    const QString between = QStringLiteral("; ");
    QStringList parts = why.split(between);
    for (QString& part : parts)
        part = known.inWords(part);
    return parts.join(between);
}

}  // namespace sallyport::models
