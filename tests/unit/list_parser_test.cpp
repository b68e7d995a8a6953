// What the lines of block and allow lists mean, and which files are no lists.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QTemporaryFile>
#include <QTest>

#include "lists/address_range.h"
#include "lists/list_parser.h"

using namespace sallyport;
using namespace sallyport::lists;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kGood = "good.example\n";

// Every entry as a word: "name", "*.name", "prefix"; exceptions with "!" before.
QStringList entriesOf(const Parsed& parsed) {
    QStringList words;
    for (NameArena::Offset at = 0; at < parsed.names.end(); at = parsed.names.next(at)) {
        const NameEntry entry = parsed.names.at(at);
        words += (entry.exception ? u"!"_s : QString()) +
                 (entry.reach == Reach::WithSubdomains ? u"*."_s : QString()) +
                 QString::fromUtf8(entry.name.data(), qsizetype(entry.name.size()));
    }
    for (const PrefixEntry& entry : parsed.prefixes)
        words += (entry.exception ? u"!"_s : QString()) + entry.cidr().toString();
    return words;
}

// The entries, or the one word "refused".
QString read(const QByteArray& bytes, const Options& options = {}) {
    const api::Result<Parsed> parsed = parse(bytes, options);
    return parsed ? entriesOf(*parsed).join(u' ') : u"refused"_s;
}

QString reasonOf(const QByteArray& bytes) {
    const api::Result<Parsed> parsed = parse(bytes);
    return parsed ? QString() : parsed.error().text;
}

}  // namespace

class ListParserTest : public QObject {
    Q_OBJECT
  private slots:
    void readsEveryKindOfLine_data();
    void readsEveryKindOfLine();
    void aBadLineIsSkippedAndItsNumberAndReasonAreTold_data();
    void aBadLineIsSkippedAndItsNumberAndReasonAreTold();
    void anOptionAFirewallCannotHonourNeverWidensAList_data();
    void anOptionAFirewallCannotHonourNeverWidensAList();
    void plainNamesMeanTheNamesBelowUnlessTheFileIsOfAnotherKind_data();
    void plainNamesMeanTheNamesBelowUnlessTheFileIsOfAnotherKind();
    void ofManyBadLinesTheFirstHundredAreKept();
    void aFileThatIsNoListIsRefused_data();
    void aFileThatIsNoListIsRefused();
    void linesMayLieAcrossPiecesOfTheFile();
    void tellsTheFormat_data();
    void tellsTheFormat();
    void readsADescriptorFromItsBeginningAndLeavesItAsItWas();
    void refusesADescriptorThatIsNoFile();
    void aFileAboveTheLimitIsNotRead();
    void aListWithTooManyEntriesIsRefused();
    void tellsHowFarItIsAndStopsWhenAsked();
    void rangesBecomeTheFewestPrefixes_data();
    void rangesBecomeTheFewestPrefixes();
    void aRangeCoversItsAddressesAndNoOther();
};

void ListParserTest::readsEveryKindOfLine_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("entries");
    const auto row = [](const char* what, const char* line, const char* entries) {
        QTest::newRow(what) << QByteArray(line) << QString::fromUtf8(entries);
    };
    row("hosts", "0.0.0.0 ads.example", "ads.example");
    row("hosts with another address", "127.0.0.1\tads.example", "ads.example");
    row("hosts of IPv6", ":: ads.example", "ads.example");
    row("hosts with several names and a comment", "0.0.0.0 a.example  b.example # why",
        "a.example b.example");
    row("hosts with a comment at the name", "0.0.0.0 a.example#why", "a.example");
    row("hosts among local names", "127.0.0.1 localhost a.example", "a.example");
    row("a name", "ads.example", "*.ads.example");
    row("a name with a dot behind", "ads.example.", "*.ads.example");
    row("a name in capitals", "ADS.Example", "*.ads.example");
    row("a name with underscores", "_dmarc.a_b.example", "*._dmarc.a_b.example");
    row("a name in Unicode", "bücher.example", "*.xn--bcher-kva.example");
    row("a name in Unicode capitals", "BÜCHER.example", "*.xn--bcher-kva.example");
    row("an A-label", "XN--bcher-kva.example", "*.xn--bcher-kva.example");
    row("a wildcard", "*.ads.example", "*.ads.example");
    row("a leading dot", ".ads.example", "*.ads.example");
    row("a top-level domain", "*.zip", "*.zip");
    row("a name and a comment", "ads.example # why", "*.ads.example");
    row("a name and another comment", "ads.example ; why", "*.ads.example");
    row("blanks around", " \t ads.example \t \r", "*.ads.example");
    row("adblock", "||ads.example^", "*.ads.example");
    row("adblock, every kind of request", "||ads.example^$all", "*.ads.example");
    row("adblock, a top-level domain", "||zip^", "*.zip");
    row("adblock exception", "@@||good.example^", "!*.good.example");
    row("adblock address", "||192.0.2.1^", "192.0.2.1");
    row("adblock address exception", "@@||192.0.2.1^", "!192.0.2.1");
    row("address", "192.0.2.1", "192.0.2.1");
    row("address of IPv6", "2001:DB8::1", "2001:db8::1");
    row("prefix", "192.0.2.0/24 ; SBL1", "192.0.2.0/24");
    row("prefix of IPv6", "2001:db8::/32", "2001:db8::/32");
    row("range", "192.0.2.1-192.0.2.4", "192.0.2.1 192.0.2.2/31 192.0.2.4");
    row("range of IPv6", "2001:db8::-2001:db8::1", "2001:db8::/127");
    row("comment", "# ads.example", "");
    row("comment of adblock", "! ads.example", "");
    row("comment of address lists", "; 192.0.2.1", "");
    row("comment in Latin-1",
        "# b\xfc"
        "cher",
        "");
    row("head of adblock", "[Adblock Plus 2.0]", "");
    row("localhost", "127.0.0.1 localhost", "");
    row("a neighbour", "fe80::1%lo0 localhost", "");
    row("the sink itself", "0.0.0.0 0.0.0.0", "");
    row("broadcast", "255.255.255.255\tbroadcasthost", "");
    row("nothing", " \t\r", "");
}

void ListParserTest::readsEveryKindOfLine() {
    QFETCH(QByteArray, line);
    QFETCH(QString, entries);
    // Beside a line that is good, so that a comment alone makes no bad file.
    const api::Result<Parsed> parsed = parse("*.first.example\n" + line + "\n*.last.example");
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text));
    QVERIFY2(parsed->report.firstBad.isEmpty(),
             qPrintable(parsed->report.firstBad.value(0).reason));
    QStringList read = entriesOf(*parsed);
    QCOMPARE(read.removeAll(u"*.first.example"_s), 1);
    QCOMPARE(read.removeAll(u"*.last.example"_s), 1);
    QCOMPARE(read.join(u' '), entries);
}

void ListParserTest::aBadLineIsSkippedAndItsNumberAndReasonAreTold_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* what, const QByteArray& line, const char* says) {
        QTest::newRow(what) << line << QString::fromUtf8(says);
    };
    row("one word", "advertisement", "*.word");
    row("hosts with one word", "0.0.0.0 printer", "*.word");
    row("hosts with a good and a bad name", "0.0.0.0 a.example b!.example", "no name");
    row("hosts that name a machine", "192.0.2.1 server.example", "0.0.0.0");
    row("prose", "please block ads", "0.0.0.0");
    row("not UTF-8",
        "b\xfc"
        "cher.example",
        "UTF-8");
    row("UTF-8 cut short", "ads.example\xc3", "UTF-8");
    row("surrogates", "a\xed\xa0\x80.example", "UTF-8");
    row("zero byte", QByteArray("a\0.example", 10), "no name");
    row("terminal commands", "a\x1b[31m.example", "no name");
    row("an empty part", "ads..example", "empty");
    row("nothing before the dot", "..example", "empty");
    row("only a wildcard", "*.", "empty");
    row("wildcard elsewhere", "ads.*.example", "no name");
    row("a part of 64 bytes", QByteArray(64, 'a') + ".example", "63");
    row("254 bytes", QByteArray("abcdefgh.").repeated(28) + "ab", "253");
    row("page address", "https://ads.example/banner", "not an address");
    row("port", "ads.example:8080", "not an address");
    row("cosmetic rule", "ads.example##.banner", "no name");
    row("regular expression", "/^ads[0-9]+\\./", "not an address");
    row("adblock without end", "||ads.example", "||name^");
    row("adblock with wildcard", "||ads.*.example^", "no name");
    row("adblock exception that is none", "@@ads.example", "||name^");
    row("adblock path", "||ads.example^banner", "firewall");
    row("address with a part too many", "192.0.2.1.5", "not an address");
    row("address out of range", "192.0.2.256", "not an address");
    row("host bits", "192.0.2.1/24", "192.0.2.0/24");
    row("prefix too long", "192.0.2.0/33", "/32");
    row("all of IPv6, which has IPv4 in it", "::/0", "IPv4");
    row("range reversed", "192.0.2.9-192.0.2.1", "reversed");
    row("range of two families", "192.0.2.9-2001:db8::", "family");
    row("range that has IPv4 in it", "::-2001:db8::", "IPv4");
    row("numbers and dashes", "1-2.3-4", "not an address");
    row("half a range", "192.0.2.9-", "not an address");
    row("a column behind", "192.0.2.1\t12", "0.0.0.0");
    row("very long", "a." + QByteArray(5000, 'a'), "4096");
}

void ListParserTest::aBadLineIsSkippedAndItsNumberAndReasonAreTold() {
    QFETCH(QByteArray, line);
    QFETCH(QString, says);
    const api::Result<Parsed> parsed = parse("*.first.example\r\n\r\n" + line + "\r\n*.x.example");
    QVERIFY(parsed);
    QCOMPARE(entriesOf(*parsed).join(u' '), u"*.first.example *.x.example"_s);
    QCOMPARE(parsed->report.goodLines, 2);
    QCOMPARE(parsed->report.badLines, 1);
    const BadLine bad = parsed->report.firstBad.value(0);
    QCOMPARE(bad.number, 3u);
    QVERIFY2(bad.reason.contains(says), qPrintable(bad.reason));
    QVERIFY(bad.reason.size() < 200);
    QVERIFY(std::none_of(bad.reason.begin(), bad.reason.end(),
                         [](QChar c) { return c.category() == QChar::Other_Control; }));
}

void ListParserTest::anOptionAFirewallCannotHonourNeverWidensAList_data() {
    QTest::addColumn<QByteArray>("line");
    for (const char* line :
         {"||ads.example^$third-party", "||ads.example^$all,third-party", "||ads.example^$script",
          "||ads.example^$domain=other.example", "||ads.example^|", "||ads.example^*",
          "@@||ads.example^$document", "||ads.example/path^", "|https://ads.example^",
          "||ads.example:8080^", "ads.example$third-party", "ads.example^", "@@||^", "||^"})
        QTest::newRow(line) << QByteArray(line);
}

void ListParserTest::anOptionAFirewallCannotHonourNeverWidensAList() {
    QFETCH(QByteArray, line);
    const api::Result<Parsed> parsed = parse("||good.example^\n" + line + "\n");
    QVERIFY(parsed);
    QCOMPARE(entriesOf(*parsed).join(u' '), u"*.good.example"_s);
    QCOMPARE(parsed->report.firstBad.value(0).number, 2u);
}

void ListParserTest::plainNamesMeanTheNamesBelowUnlessTheFileIsOfAnotherKind_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("entries");
    QTest::newRow("names") << QByteArray("a.example\nb.example\n") << u"*.a.example *.b.example"_s;
    QTest::newRow("names with an address")
        << QByteArray("a.example\n192.0.2.1\n") << u"*.a.example 192.0.2.1"_s;
    QTest::newRow("hosts") << QByteArray("a.example\n0.0.0.0 b.example\n0.0.0.0 c.example\n")
                           << u"a.example b.example c.example"_s;
    QTest::newRow("adblock") << QByteArray("a.example\n||b.example^\n||c.example^\n")
                             << u"a.example *.b.example *.c.example"_s;
}

void ListParserTest::plainNamesMeanTheNamesBelowUnlessTheFileIsOfAnotherKind() {
    QFETCH(QByteArray, file);
    QFETCH(QString, entries);
    QCOMPARE(read(file), entries);
    QVERIFY(!read(file, {Reach::Itself}).contains(u"*.a.example"_s));
}

void ListParserTest::ofManyBadLinesTheFirstHundredAreKept() {
    const api::Result<Parsed> parsed =
        parse(QByteArray(kGood).repeated(300) + QByteArray("bad\n").repeated(250));
    QVERIFY(parsed);
    QCOMPARE(parsed->report.badLines, 250);
    QCOMPARE(parsed->report.firstBad.size(), 100);
    QCOMPARE(parsed->report.firstBad.front().number, 301u);
    QCOMPARE(parsed->report.firstBad.back().number, 400u);
}

void ListParserTest::aFileThatIsNoListIsRefused_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* what, const QByteArray& file, const char* says) {
        QTest::newRow(what) << file << QString::fromUtf8(says);
    };
    row("nothing", "", "no line");
    row("comments alone", "# nothing today\n", "no line");
    row("a hosts file without a list", "127.0.0.1 localhost\n::1 localhost\n", "no line");
    row("web page", "\n <!DOCTYPE html>\nads.example\n", "web page");
    row("web page behind a mark", "\xef\xbb\xbf<html>\nads.example\n", "web page");
    row("more bad than good", "ads.example\nbad\nworse\n", "2 lines of 3");
    row("and which", "ads.example\nbad\nworse\n", "line 2: \"bad\"");
    row("gzip", "\x1f\x8b\x08\nads.example\n", "gzip");
    row("xz", QByteArray("\xfd\x37zXZ\0", 6) + "\nads.example\n", "xz");
    row("zstd", "\x28\xb5\x2f\xfd\nads.example\n", "zstd");
    row("bzip2", "BZh9\nads.example\n", "bzip2");
    row("zip", "PK\x03\x04\nads.example\n", "zip");
    row("UTF-16",
        QByteArray("\xff\xfe"
                   "a\0",
                   4),
        "UTF-8");
    row("zero bytes", QByteArray(100000, '\0'), "no line");
    row("one endless line", QByteArray(1000000, 'a'), "4096");
}

void ListParserTest::aFileThatIsNoListIsRefused() {
    QFETCH(QByteArray, file);
    QFETCH(QString, says);
    const QString reason = reasonOf(file);
    QVERIFY2(reason.contains(says), qPrintable(reason));
}

void ListParserTest::linesMayLieAcrossPiecesOfTheFile() {
    // Lines of 23 bytes do not divide a piece; the long ones are longer than any piece is.
    QByteArray file = "\xef\xbb\xbf";
    QStringList expected;
    for (int i = 0; i < 20000; ++i) {
        const QByteArray name = "name-" + QByteArray::number(100000 + i) + ".ads.example";
        file += name + '\n';
        expected += u"*."_s + QString::fromLatin1(name);
        if (i % 5000 == 0)
            file += QByteArray(200000, 'x') + '\n';
    }
    file.chop(1);
    const api::Result<Parsed> parsed = parse(file);
    QVERIFY(parsed);
    QCOMPARE(entriesOf(*parsed), expected);
    QCOMPARE(parsed->report.badLines, 4);
    QCOMPARE(parsed->report.firstBad.value(1).number, 5003u);
}

void ListParserTest::tellsTheFormat_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("format");
    QTest::newRow("hosts") << QByteArray("0.0.0.0 a.example\n") << int(Format::Hosts);
    QTest::newRow("names") << QByteArray("a.example\n*.b.example\n192.0.2.1") << int(Format::Names);
    QTest::newRow("adblock") << QByteArray("||a.example^\n@@||b.example^\nb.example")
                             << int(Format::Adblock);
    QTest::newRow("addresses") << QByteArray("192.0.2.1\n::1\nb.example") << int(Format::Addresses);
}

void ListParserTest::tellsTheFormat() {
    QFETCH(QByteArray, file);
    QFETCH(int, format);
    const api::Result<Parsed> parsed = parse(file);
    QVERIFY(parsed);
    QCOMPARE(int(parsed->report.format), format);
}

void ListParserTest::readsADescriptorFromItsBeginningAndLeavesItAsItWas() {
    QTemporaryFile file;
    QVERIFY(file.open());
    const QByteArray bytes = QByteArray("0.0.0.0 ads.example\n").repeated(9000);
    QCOMPARE(file.write(bytes), bytes.size());
    QVERIFY(file.flush());
    const off_t before = lseek(file.handle(), 0, SEEK_CUR);
    const api::Result<Parsed> parsed = parseFile(file.handle());
    QVERIFY(parsed);
    QCOMPARE(parsed->report.goodLines, 9000);
    QCOMPARE(lseek(file.handle(), 0, SEEK_CUR), before);
}

void ListParserTest::refusesADescriptorThatIsNoFile() {
    int ends[2];
    QCOMPARE(pipe(ends), 0);
    const api::Result<Parsed> fromPipe = parseFile(ends[0]);  // would wait for ever
    QVERIFY(!fromPipe);
    QVERIFY(fromPipe.error().text.contains(u"regular file"_s));
    close(ends[0]);
    close(ends[1]);
    QVERIFY(!parseFile(ends[0]));
    QVERIFY(!parseFile(-1));
}

void ListParserTest::aFileAboveTheLimitIsNotRead() {
    QTemporaryFile file;
    QVERIFY(file.open());
    QVERIFY(file.write(kGood) > 0 && file.flush());
    QVERIFY(parseFile(file.handle()));
    QVERIFY(file.resize(kLargestFile + 1));
    const api::Result<Parsed> parsed = parseFile(file.handle());
    QVERIFY(!parsed);
    QVERIFY(parsed.error().text.contains(u"128 MiB"_s));
}

void ListParserTest::aListWithTooManyEntriesIsRefused() {
    // A range of IPv6 can be 250 prefixes: a small file must not become a large list.
    const QByteArray range = "2001::1-3000:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n";
    const qsizetype each = qsizetype(parse(range)->prefixes.size());
    QVERIFY(each > 200);
    const QByteArray file = range.repeated(qsizetype(kMostEntries) / each + 1);
    QVERIFY(reasonOf(file).contains(u"more than 4000000"_s));
}

void ListParserTest::tellsHowFarItIsAndStopsWhenAsked() {
    const QByteArray file = QByteArray(kGood).repeated(50000);
    std::stop_source source;
    QList<qint64> seen;
    Control control{[&](qint64 done, qint64 all) {
                        QCOMPARE(all, file.size());
                        seen += done;
                    },
                    source.get_token()};
    QVERIFY(parse(file, {}, control));
    QVERIFY(seen.size() > 5);
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    QCOMPARE(seen.back(), file.size());

    seen.clear();
    control.progress = [&](qint64 done, qint64) {
        seen += done;
        if (seen.size() == 3)
            source.request_stop();
    };
    const api::Result<Parsed> parsed = parse(file, {}, control);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error(), stopped());
    QCOMPARE(seen.size(), 3);
}

void ListParserTest::rangesBecomeTheFewestPrefixes_data() {
    QTest::addColumn<QString>("range");
    QTest::addColumn<QString>("prefixes");
    const auto row = [](const char* range, const char* prefixes) {
        QTest::newRow(range) << QString::fromLatin1(range) << QString::fromLatin1(prefixes);
    };
    row("192.0.2.7-192.0.2.7", "192.0.2.7");
    row("0.0.0.0-255.255.255.255", "0.0.0.0/0");
    row("10.0.0.0-10.255.255.255", "10.0.0.0/8");
    row("192.0.2.255-192.0.3.0", "192.0.2.255 192.0.3.0");
    row("255.255.255.254-255.255.255.255", "255.255.255.254/31");
    row("0.0.0.1-0.0.0.6", "0.0.0.1 0.0.0.2/31 0.0.0.4/31 0.0.0.6");
    row("2001:db8::-2001:db8:0:ffff:ffff:ffff:ffff:ffff", "2001:db8::/48");
    row("8000::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1");
    row("::1:0:0:0-::1:0:0:1", "::1:0:0:0/127");
}

void ListParserTest::rangesBecomeTheFewestPrefixes() {
    QFETCH(QString, range);
    QFETCH(QString, prefixes);
    QCOMPARE(read(range.toLatin1()), prefixes);
}

void ListParserTest::aRangeCoversItsAddressesAndNoOther() {
    for (const auto& [first, last] : {std::pair(0xc0000203u, 0xc00002fbu), {1u, 0xfffffffeu}}) {
        const auto prefixes = prefixesOf(api::Address::v4(first), api::Address::v4(last));
        QVERIFY(prefixes);
        QVERIFY(prefixes->size() <= 62);
        const auto covered = [&](quint32 address) {
            return std::count_if(prefixes->begin(), prefixes->end(), [&](const api::Cidr& p) {
                return p.contains(api::Address::v4(address));
            });
        };
        quint64 addresses = 0;
        for (const api::Cidr& prefix : *prefixes)
            addresses += quint64{1} << (32 - prefix.bits);
        QCOMPARE(addresses, quint64{last} - first + 1);
        for (const quint32 inside : {first, first + 1, first + (last - first) / 2, last - 1, last})
            QCOMPARE(covered(inside), 1);
        QCOMPARE(covered(first - 1), 0);
        QCOMPARE(covered(last + 1), 0);
    }
}

QTEST_GUILESS_MAIN(ListParserTest)
#include "list_parser_test.moc"
