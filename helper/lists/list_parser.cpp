// The bytes of a list file into lines, and the judgement on the whole.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "lists/list_parser.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "lists/line_reader.h"

namespace sallyport::lists {

using namespace Qt::StringLiterals;
using api::Result;

namespace {

constexpr qint64 kPiece = 64 * 1024;  // bytes between looks at Control

api::Error refused(const QString& why) {
    return api::failure(api::ErrorCode::Invalid, why);
}

api::Error systemFailure(const QString& what) {
    return api::failure(api::ErrorCode::Failed, what + u": "_s + qt_error_string(errno));
}

// Files that begin so are something else.
struct Beginning {
    std::string_view bytes;
    const char* why;
};
constexpr Beginning kNoLists[] = {
    {{"\x1f\x8b", 2}, "compressed (gzip)"},         {{"\xfd\x37zXZ", 5}, "compressed (xz)"},
    {{"\x28\xb5\x2f\xfd", 4}, "compressed (zstd)"}, {{"BZh", 3}, "compressed (bzip2)"},
    {{"PK\x03\x04", 4}, "compressed (zip)"},        {{"7z\xbc\xaf", 4}, "compressed (7z)"},
    {{"\x04\x22\x4d\x18", 4}, "compressed (lz4)"},  {{"\xff\xfe", 2}, "UTF-16; save it as UTF-8"},
    {{"\xfe\xff", 2}, "UTF-16; save it as UTF-8"},  {{"SQLite format", 13}, "a database"},
};
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// As many bytes as there are, `length` at most, in `buffer`.
Result<std::string_view> readAt(int descriptor, qint64 offset, qint64 length, std::string& buffer) {
    buffer.resize(static_cast<std::size_t>(length));
    std::size_t got = 0;
    while (got < buffer.size()) {
        const ssize_t bytes = pread(descriptor, buffer.data() + got, buffer.size() - got,
                                    offset + static_cast<qint64>(got));
        if (bytes < 0 && errno == EINTR)
            continue;
        if (bytes < 0)
            return systemFailure(u"reading the list"_s);
        if (bytes == 0)
            break;
        got += static_cast<std::size_t>(bytes);
    }
    return std::string_view(buffer).substr(0, got);
}

// What keeps the bytes from being a list at all.
Result<void> judgeBeginning(std::string_view bytes) {
    for (const Beginning& beginning : kNoLists) {
        if (bytes.starts_with(beginning.bytes))
            return refused(u"the file is "_s + QString::fromLatin1(beginning.why));
    }
    if (bytes.starts_with(kByteOrderMark))
        bytes.remove_prefix(kByteOrderMark.size());
    const std::size_t text = bytes.find_first_not_of(" \t\r\n");
    if (text != std::string_view::npos && bytes[text] == '<')
        return refused(u"the file is a web page, not a list"_s);
    return {};
}

// Pieces of a file into lines. Pieces may end anywhere, the first holds the beginning whole.
class Reading {
  public:
    Reading(qint64 fileBytes, const Options& options) : options_(options) {
        parsed_.names.reserve(static_cast<std::size_t>(fileBytes) * 5 / 4);  // room, not memory
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    Result<void> add(std::string_view piece);
    Result<Parsed> finish() &&;

  private:
    void addLine(std::string_view line);
    bool tooMany() const {
        return parsed_.names.count() > kMostEntries || parsed_.prefixes.size() > kMostEntries;
    }

    Options options_;
    Parsed parsed_;
    LineReader lines_{parsed_};
    quint32 number_ = 0;
    bool begun_ = false;
    std::string rest_;  // of a line whose end has not come, cut just behind what is allowed
};

Result<void> Reading::add(std::string_view piece) {
    if (!begun_) {
        begun_ = true;
        if (Result<void> judged = judgeBeginning(piece); !judged)
            return judged;
        if (piece.starts_with(kByteOrderMark))
            piece.remove_prefix(kByteOrderMark.size());
    }
    for (std::size_t end = piece.find('\n'); end != std::string_view::npos;
         end = piece.find('\n')) {
        if (tooMany())
            break;
        const std::string_view line = piece.substr(0, end);
        piece.remove_prefix(end + 1);
        if (rest_.empty()) {
            addLine(line);
        } else {
            addLine(rest_.append(line));
            rest_.clear();
        }
    }
    if (tooMany())
        return refused(u"the list has more than %1 entries"_s.arg(kMostEntries));
    rest_.append(piece.substr(0, kLongestLine + 1 - std::min(rest_.size(), kLongestLine + 1)));
    return {};
}

void Reading::addLine(std::string_view line) {
    ++number_;
    if (line.size() > kLongestLine)
        lines_.note(number_, u"the line is longer than %1 bytes"_s.arg(kLongestLine));
    else
        lines_.read(line, number_);
}

Result<Parsed> Reading::finish() && {
    if (!rest_.empty())
        addLine(rest_);
    lines_.finish(options_);
    const Report& report = parsed_.report;
    const QString first = report.firstBad.isEmpty()
                              ? QString()
                              : u"; line %1: %2"_s.arg(report.firstBad.front().number)
                                    .arg(report.firstBad.front().reason);
    if (report.goodLines == 0)
        return refused(u"the file has no line that names a host or an address"_s + first);
    if (report.badLines > report.goodLines) {
        return refused(u"%1 lines of %2 cannot be understood"_s.arg(report.badLines)
                           .arg(report.badLines + report.goodLines) +
                       first);
    }
    return std::move(parsed_);
}

// Reads `size` bytes piece by piece. `pieceAt(offset, length)` gives a Result<std::string_view>,
// which is shorter than asked only at the end of the file.
template <class PieceAt>
Result<Parsed> readPieces(qint64 size, const Options& options, const Control& control,
                          PieceAt pieceAt) {
    if (size > kLargestFile)
        return refused(u"the file is larger than %1 MiB"_s.arg(kLargestFile >> 20));
    Reading reading(size, options);
    for (qint64 done = 0; done < size;) {
        if (control.stop.stop_requested())
            return stopped();
        const qint64 wanted = std::min(kPiece, size - done);
        const Result<std::string_view> piece = pieceAt(done, wanted);
        if (!piece)
            return piece.error();
        if (Result<void> added = reading.add(*piece); !added)
            return added.error();
        if (static_cast<qint64>(piece->size()) < wanted)
            break;
        done += wanted;
        if (control.progress)
            control.progress(done, size);
    }
    return std::move(reading).finish();
}

}  // namespace

Result<Parsed> parse(QByteArrayView bytes, const Options& options, const Control& control) {
    return readPieces(bytes.size(), options, control, [bytes](qint64 at, qint64 length) {
        return Result<std::string_view>(
            std::string_view(bytes.data() + at, static_cast<std::size_t>(length)));
    });
}

Result<Parsed> parseFile(int descriptor, const Options& options, const Control& control) {
    struct stat file {};
    if (fstat(descriptor, &file) != 0)
        return systemFailure(u"the list's descriptor"_s);
    if (!S_ISREG(file.st_mode))
        return refused(u"the descriptor is not of a regular file"_s);
    std::string buffer;
    return readPieces(file.st_size, options, control, [&](qint64 at, qint64 length) {
        return readAt(descriptor, at, length, buffer);
    });
}

api::Error stopped() {
    return api::failure(api::ErrorCode::Failed, u"the list was not read to its end"_s);
}

}  // namespace sallyport::lists
