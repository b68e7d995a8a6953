// What block lists cost: a file of names and one of prefixes are made, loaded, and asked.
//   lists_bench [NAMES] [PREFIXES]     1,000,000 and 200,000 unless said
// Prints seconds, what the process grew by (afterwards and at most; also while a list is read anew
// beside the one in force), and nanoseconds a lookup beside those of an empty set. One core; wants
// nothing. SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryFile>
#include <chrono>
#include <cstdio>
#include <vector>

#include "lists/list_set.h"

namespace sallyport::bench {

namespace {

using lists::ListNumber;
using lists::ListSet;

constexpr int kLookups = 200'000;

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// "VmRSS" (now) or "VmHWM" (the most so far) of this process, in MiB.
double resident(const char* which) {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith(which))
            return line.mid(line.indexOf(':') + 1).trimmed().split(' ').front().toDouble() / 1024;
    }
    return 0;
}

// Makes resident("VmHWM") count from here on.
void forgetTheMost() {
    QFile clear(QStringLiteral("/proc/self/clear_refs"));
    if (clear.open(QIODevice::WriteOnly))
        clear.write("5");
}

// As long as names in public lists are: 22 bytes in the mean, three labels.
QByteArray nameOf(quint32 number) {
    QRandomGenerator random(number);
    QByteArray name = QByteArray::number(number, 36);
    while (name.size() < 7 + int(number % 6))
        name += char('a' + random.bounded(26u));
    return name + ".tracker" + QByteArray::number(number % 5000) + ".example";
}

api::Address addressOf(quint32 number) {
    return api::Address::v4(0x01000000u + number * 0x0a01u);
}

class Files {
  public:
    Files(int names, int prefixes) {
        QByteArray bytes;
        for (int i = 0; i < names; ++i)
            bytes += "||" + nameOf(quint32(i)) + "^\n";
        fill(names_, bytes);
        bytes.clear();
        for (int i = 0; i < prefixes; ++i) {
            const bool one = i % 4;
            const quint32 mask = one ? ~0u : ~0xffu;
            bytes += api::Address::v4(addressOf(quint32(i)).toV4() & mask).toString().toLatin1() +
                     (one ? "\n" : "/24\n");
        }
        fill(prefixes_, bytes);
    }
    int names() { return names_.handle(); }
    int prefixes() { return prefixes_.handle(); }

  private:
    static void fill(QTemporaryFile& file, const QByteArray& bytes) {
        if (!file.open() || file.write(bytes) != bytes.size() || !file.flush())
            qFatal("a temporary file cannot be written");
    }
    QTemporaryFile names_, prefixes_;
};

void load(ListSet& set, ListNumber number, int descriptor, const char* what) {
    const auto start = std::chrono::steady_clock::now();
    const api::Result<lists::Report> report = set.load(number, descriptor);
    if (!report)
        qFatal("%s: %s", what, qPrintable(report.error().text));
    std::printf("load %lld %s: %.2f s\n", report->goodLines, what, secondsSince(start));
}

// Nanoseconds a lookup; the sum keeps the work from being left out.
template <class Sought>
double lookup(const ListSet& set, const std::vector<Sought>& all, quint64& found) {
    const auto start = std::chrono::steady_clock::now();
    for (const Sought& sought : all)
        found += !set.current()->listsOf(sought).isEmpty();
    return secondsSince(start) * 1e9 / double(all.size());
}

template <class Sought>
void compare(const char* what, const ListSet& full, const std::vector<Sought>& all) {
    quint64 found = 0, none = 0;
    const ListSet empty;
    const double with = lookup(full, all, found);
    const double without = lookup(empty, all, none);
    std::printf("%-16s %5.0f ns, empty set %3.0f ns (%llu of %zu found)\n", what, with, without,
                found, all.size());
}

template <class Sought, class Make>
std::vector<Sought> sought(quint32 from, quint32 below, Make make) {
    QRandomGenerator random(1);
    std::vector<Sought> all;
    for (int i = 0; i < kLookups; ++i)
        all.push_back(make(from + random.bounded(below)));
    return all;
}

void run(int names, int prefixes) {
    Files files(names, prefixes);
    const auto text = [](quint32 number) { return QString::fromLatin1(nameOf(number)); };
    const auto nameHits = sought<QString>(0, quint32(names), text);
    const auto nameMisses = sought<QString>(quint32(names), quint32(names), text);
    const auto addressHits = sought<api::Address>(0, quint32(prefixes), addressOf);
    const auto addressMisses = sought<api::Address>(0x100000u, quint32(prefixes), addressOf);

    forgetTheMost();
    const double before = resident("VmRSS");
    const auto start = std::chrono::steady_clock::now();
    ListSet set;
    load(set, 0, files.names(), "names");
    load(set, 1, files.prefixes(), "prefixes");
    std::printf("both: %.2f s; grown by %.0f MiB, at most %.0f MiB\n", secondsSince(start),
                resident("VmRSS") - before, resident("VmHWM") - before);
    compare("name, listed", set, nameHits);
    compare("name, not", set, nameMisses);
    compare("address, listed", set, addressHits);
    compare("address, not", set, addressMisses);

    for (const bool named : {true, false}) {
        forgetTheMost();
        load(set, named ? 0 : 1, named ? files.names() : files.prefixes(),
             named ? "names anew" : "prefixes anew");
        std::printf("meanwhile at most %.0f MiB, afterwards %.0f MiB\n", resident("VmHWM") - before,
                    resident("VmRSS") - before);
    }

    const auto tableStart = std::chrono::steady_clock::now();
    const std::size_t entries = set.current()->prefixes({~quint64{0}}).size();
    std::printf("table of %zu prefixes for the kernel: %.2f s\n", entries,
                secondsSince(tableStart));
}

}  // namespace

}  // namespace sallyport::bench

int main(int count, char** words) {
    const auto number = [&](int at, int otherwise) {
        const int said = count > at ? QByteArray(words[at]).toInt() : 0;
        return said > 0 ? said : otherwise;
    };
    sallyport::bench::run(number(1, 1'000'000), number(2, 200'000));
    return 0;
}
