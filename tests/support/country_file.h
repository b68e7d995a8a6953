// Writes a file in MaxMind's DB format 2.0 (as its specification has it), small enough to know
// every byte of: an IPv6 tree of 24-bit records, IPv4 below ::/96.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QList>
#include <array>
#include <initializer_list>

#include "api/address.h"

namespace sallyport::tests {

struct CountryEntry {
    QString prefix, code;
    QList<std::pair<QByteArray, QString>> names;  // language, name
};

class CountryFile {
  public:
    static bool write(const QString& path, const QList<CountryEntry>& entries) {
        CountryFile made;
        for (const CountryEntry& entry : entries)
            made.add(entry);
        QFile file(path);
        const QByteArray bytes = made.bytes();
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }

  private:
    static constexpr int kNone = -1;
    enum Type : quint8 { Text = 2, Number16 = 5, Number32 = 6, Map = 7, Number64 = 9, Array = 11 };

    static QByteArray of(std::initializer_list<char> bytes) {
        return {bytes.begin(), qsizetype(bytes.size())};
    }
    // Types above 7 have theirs in a byte of its own.
    static QByteArray head(Type type, qsizetype size) {
        return type > Map ? of({char(size), char(type - Map)})
                          : QByteArray(1, char(type << 5 | size));
    }
    static QByteArray text(const QByteArray& value) { return head(Text, value.size()) + value; }
    static QByteArray number(Type type, int bytes, quint64 value) {
        QByteArray all = head(type, bytes);
        while (bytes-- > 0)
            all += char(value >> (8 * bytes));
        return all;
    }

    void add(const CountryEntry& entry) {
        const auto cidr = api::Cidr::parse(entry.prefix);
        std::array<quint8, 16> way = cidr->address.bytes;
        if (cidr->address.isV4())
            way[10] = way[11] = 0;  // ::/96, not ::ffff:0:0/96
        int node = 0;
        const int bits = cidr->mappedBits();
        for (int bit = 0; bit < bits; ++bit) {
            const bool right = (way[size_t(bit / 8)] >> (7 - bit % 8) & 1) != 0;
            if (bit == bits - 1) {
                nodes_[node][right] = {true, int(data_.size())};
            } else {
                if (nodes_[node][right].value == kNone) {
                    nodes_[node][right] = {false, int(nodes_.size())};
                    nodes_.append(Node{});
                }
                node = nodes_[node][right].value;
            }
        }
        QByteArray names = head(Map, entry.names.size());
        for (const auto& [language, name] : entry.names)
            names += text(language) + text(name.toUtf8());
        data_ += head(Map, 1) + text("country") + head(Map, 2) + text("iso_code") +
                 text(entry.code.toLatin1()) + text("names") + names;
    }

    QByteArray bytes() const {
        constexpr int kSeparator = 16;
        QByteArray all;
        const auto count = int(nodes_.size());
        for (const Node& node : nodes_) {
            for (const Record& record : node) {
                int value = record.value == kNone ? count : record.value;
                if (record.isData)
                    value += count + kSeparator;
                all += of({char(value >> 16), char(value >> 8), char(value)});
            }
        }
        all += QByteArray(kSeparator, '\0') + data_ + "\xab\xcd\xefMaxMind.com";
        all += head(Map, 9);
        all += text("description") + head(Map, 0);
        all += text("node_count") + number(Number32, 4, quint64(count));
        all += text("record_size") + number(Number16, 2, 24);
        all += text("ip_version") + number(Number16, 2, 6);
        all += text("binary_format_major_version") + number(Number16, 2, 2);
        all += text("binary_format_minor_version") + number(Number16, 2, 0);
        all += text("build_epoch") + number(Number64, 8, 1);
        all += text("database_type") + text("Test-Country");
        all += text("languages") + head(Array, 1) + text("en");
        return all;
    }

    struct Record {
        bool isData = false;
        int value = kNone;
    };
    using Node = std::array<Record, 2>;
    QList<Node> nodes_{Node{}};
    QByteArray data_;
};

}  // namespace sallyport::tests
