// One line of a list file into entries.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>

#include "lists/list_parser.h"
#include "lists/name_text.h"

namespace sallyport::lists {

class LineReader {
  public:
    // Adds to `parsed`, which outlives this.
    explicit LineReader(Parsed& parsed) : parsed_(parsed) {}

    // `line` without its end. What it is good for is added to the entries and counted; a bad line
    // adds nothing and is noted.
    void read(std::string_view line, quint32 number);
    void note(quint32 number, const QString& reason);
    // After the last line: what names alone mean, and what kind of file it was.
    void finish(const Options& options);

  private:
    api::Result<void> readText(std::string_view text);
    api::Result<void> readHosts(std::string_view text);
    api::Result<void> readAdblock(std::string_view text);
    api::Result<void> readAlone(std::string_view word);
    api::Result<void> addName(std::string_view word, Reach reach, bool exception);
    api::Result<void> addPrefixes(std::string_view word, bool exception);
    bool isSink(std::string_view word);
    void count(Format format) { ++lines_[static_cast<std::size_t>(format)]; }
    qint64 counted(Format format) const { return lines_[static_cast<std::size_t>(format)]; }

    Parsed& parsed_;
    quint32 number_ = 0;
    std::string lastSink_;  // the hosts line before had it
    NameRoom room_{};
    std::array<qint64, 4> lines_{};  // good ones, by Format
};

}  // namespace sallyport::lists
