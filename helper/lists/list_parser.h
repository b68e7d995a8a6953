// Reading a list file: hosts files, plain names, adblock domain rules, addresses and prefixes.
//
// What a line means is told from the line itself, so that formats may be mixed:
//
//   0.0.0.0 a.example b.example    hosts: exactly these names. The address is unspecified or
//                                  loopback; localhost and its like are passed over
//   ads.example                    a name alone: in a file of such lines the names below it too
//                                  (Options), in a hosts or adblock file itself only
//   *.ads.example  .ads.example    the name and all names below it
//   ||ads.example^                 the same; with nothing or $all behind. Other options limit it
//                                  to kinds of requests, which a firewall cannot see: such a line
//                                  is not understood, never widened
//   @@||good.example^              an exception: the name and all below it are not in *this* list,
//                                  whatever its other lines say
//   192.0.2.1  192.0.2.0/24        an address or prefix, with or without || ^ around it
//   192.0.2.1-192.0.2.9            a range
//   # ; !  [Adblock Plus 2.0]      comments; # and ; also behind a blank
//
// A name alone has at least two labels (a whole top-level domain is written *.zip). A prefix with
// host bits set, a name whose last label has no letter, and everything else is a bad line: it adds
// nothing, its number and the reason are kept. A file without one good line, or with more bad lines
// than good ones (rules for browsers, prose), is a bad file, and so is a web page.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QList>
#include <functional>
#include <stop_token>
#include <vector>

#include "lists/entries.h"

namespace sallyport::lists {

constexpr qint64 kLargestFile = 128 * 1024 * 1024;  // bytes
constexpr std::size_t kMostEntries = 4'000'000;     // names of one list, and prefixes
constexpr std::size_t kLongestLine = 4096;          // bytes
constexpr int kBadLinesKept = 100;

struct Options {
    Reach plainNames = Reach::WithSubdomains;  // of a name alone in a file of such lines
    bool operator==(const Options&) const = default;
};

enum class Format { Hosts, Names, Adblock, Addresses };

struct BadLine {
    quint32 number = 0;  // counted from 1
    QString reason;      // English, without control characters
    bool operator==(const BadLine&) const = default;
};

struct Report {
    Format format = Format::Names;  // what most good lines are
    qint64 goodLines = 0;
    qint64 badLines = 0;
    QList<BadLine> firstBad;  // in the order of the file
    bool operator==(const Report&) const = default;
};

// How a caller follows and ends long work. Both may be left out.
struct Control {
    std::function<void(qint64 bytesDone, qint64 bytesOfAll)> progress;  // after every 64 kB
    std::stop_token stop;
};

struct Parsed {
    NameArena names;
    std::vector<PrefixEntry> prefixes;
    Report report;
};

// Invalid: a bad file, too large, too many entries, compressed or UTF-16. Failed: stopped.
api::Result<Parsed> parse(QByteArrayView bytes, const Options& options = {},
                          const Control& control = {});

// The same for a descriptor, which stays the caller's and keeps its offset. Read, never mapped: who
// may cut the file short cannot end the helper. Regular files only (memfds are); the caller's
// thread waits for the file system, which a user may have written himself (FUSE).
api::Result<Parsed> parseFile(int descriptor, const Options& options = {},
                              const Control& control = {});

// "the list was not read to its end": what both, and building an index, say when asked to stop.
api::Error stopped();

}  // namespace sallyport::lists
