// Which lists contain a name or an address, and that a list is replaced whole or not at all.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryFile>
#include <QTest>
#include <thread>

#include "lists/list_set.h"

using namespace sallyport;
using namespace sallyport::lists;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const List> listOf(const QByteArray& bytes, const Options& options = {}) {
    api::Result<Parsed> parsed = parse(bytes, options);
    return parsed ? List::build(std::move(*parsed)).value() : nullptr;
}

// Lists numbered from 0.
std::shared_ptr<const Snapshot> listsOf(std::initializer_list<QByteArray> files) {
    ListSet set;
    ListNumber number = 0;
    for (const QByteArray& file : files)
        set.replace(number++, listOf(file));
    return set.current();
}

api::Address address(const QString& text) {
    return api::Address::parse(text).value();
}

api::Result<Report> load(ListSet& set, ListNumber number, const QByteArray& bytes,
                         const Control& control = {}) {
    QTemporaryFile file;
    if (!file.open() || file.write(bytes) != bytes.size() || !file.flush())
        return api::failure(api::ErrorCode::Failed, file.errorString());
    return set.load(number, file.handle(), {}, control);
}

}  // namespace

class ListSetTest : public QObject {
    Q_OBJECT
  private slots:
    void findsNamesAsFarAsTheirEntryReaches_data();
    void findsNamesAsFarAsTheirEntryReaches();
    void aNameIsFoundHoweverItIsWritten_data();
    void aNameIsFoundHoweverItIsWritten();
    void exceptionsGoBeforeEveryEntryOfTheirOwnList();
    void findsAddressesInPrefixesAndNestedPrefixes();
    void addressExceptionsGoBeforeLongerPrefixes();
    void agreesWithALinearSearchOverRandomPrefixes();
    void agreesWithALinearSearchOverRandomNames();
    void tellsWhichEntryOfWhichListContainsAName();
    void tellsWhichEntryOfWhichListContainsAnAddress();
    void ofEqualNamesTheWiderIsKeptAndCountedOnce();
    void theTableForTheKernelAgreesWithTheLists();
    void aBadFileLeavesTheOldListInForce();
    void aStoppedLoadLeavesTheOldListInForce();
    void aListIsReplacedWholeAndTakenAway();
    void whoLooksUpMeanwhileSeesTheOldListOrTheNew();
    void listsAreNumberedTo63();
    void anEmptySetContainsNothing();
};

void ListSetTest::findsNamesAsFarAsTheirEntryReaches_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("contained");
    const auto row = [](const char* file, const char* name, bool contained) {
        QTest::newRow(qPrintable(QString::fromLatin1(file) + u" | "_s + QString::fromLatin1(name)))
            << QByteArray(file) << QString::fromLatin1(name) << contained;
    };
    row("0.0.0.0 ads.example", "ads.example", true);
    row("0.0.0.0 ads.example", "www.ads.example", false);
    row("0.0.0.0 ads.example", "example", false);
    row("||ads.example^", "ads.example", true);
    row("||ads.example^", "a.b.ads.example", true);
    row("||ads.example^", "badads.example", false);
    row("||ads.example^", "ads.example.org", false);
    row("||ads.example^", "example", false);
    row("ads.example", "www.ads.example", true);
    row("*.zip", "anything.zip", true);
    row("*.zip", "zip", true);
    row("*.zip", "zip.example", false);
    row("*.zip", "", false);
    row("*.zip", ".", false);
    row("*.zip", "..", false);
}

void ListSetTest::findsNamesAsFarAsTheirEntryReaches() {
    QFETCH(QByteArray, file);
    QFETCH(QString, name);
    QFETCH(bool, contained);
    QCOMPARE(listsOf({file})->listsOf(name).has(0), contained);
}

void ListSetTest::aNameIsFoundHoweverItIsWritten_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("as in the list") << u"ads.bücher.example"_s;
    QTest::newRow("A-label") << u"ads.xn--bcher-kva.example"_s;
    QTest::newRow("capitals") << u"ADS.XN--BCHER-KVA.EXAMPLE"_s;
    QTest::newRow("Unicode capitals") << u"ads.BÜCHER.example"_s;
    QTest::newRow("dot at the end") << u"ads.xn--bcher-kva.example."_s;
    QTest::newRow("odd bytes below, escaped") << u"a\\032b\\046c.ads.xn--bcher-kva.example"_s;
    QTest::newRow("very long below")
        << QString(u"a."_s).repeated(500) + u"ads.xn--bcher-kva.example"_s;
}

void ListSetTest::aNameIsFoundHoweverItIsWritten() {
    QFETCH(QString, name);
    QVERIFY(listsOf({"||Ads.bücher.example^"})->listsOf(name).has(0));
    QVERIFY(!listsOf({"||Ads.bucher.example^"})->listsOf(name).has(0));
}

void ListSetTest::exceptionsGoBeforeEveryEntryOfTheirOwnList() {
    const auto lists = listsOf({"||ads.example^\n||deep.good.ads.example^\n@@||good.ads.example^",
                                "||good.ads.example^",
                                "@@||good.ads.example^\n||good.ads.example^\n0.0.0.0 b.example"});
    QCOMPARE(lists->listsOf(u"ads.example"_s), ListBits{0b001});
    QCOMPARE(lists->listsOf(u"good.ads.example"_s), ListBits{0b010});
    QCOMPARE(lists->listsOf(u"deep.good.ads.example"_s), ListBits{0b010});
    QCOMPARE(lists->listsOf(u"b.example"_s), ListBits{0b100});
}

void ListSetTest::findsAddressesInPrefixesAndNestedPrefixes() {
    const auto lists = listsOf({"10.0.0.0/8\n10.1.0.0/16\n10.1.2.3\n203.0.113.0-203.0.113.9",
                                "10.1.0.0/16\n2001:db8::/32", "0.0.0.0/0"});
    QCOMPARE(lists->listsOf(address(u"10.1.2.3"_s)), ListBits{0b111});
    QCOMPARE(lists->listsOf(address(u"10.1.2.4"_s)), ListBits{0b111});
    QCOMPARE(lists->listsOf(address(u"10.2.0.0"_s)), ListBits{0b101});
    QCOMPARE(lists->listsOf(address(u"9.255.255.255"_s)), ListBits{0b100});
    QCOMPARE(lists->listsOf(address(u"203.0.113.9"_s)), ListBits{0b101});
    QCOMPARE(lists->listsOf(address(u"203.0.113.10"_s)), ListBits{0b100});
    QCOMPARE(lists->listsOf(address(u"2001:db8::1"_s)), ListBits{0b010});
    QCOMPARE(lists->listsOf(address(u"2001:db9::"_s)), ListBits{});
    QCOMPARE(lists->listsOf(address(u"::ffff:10.2.0.0"_s)), ListBits{0b101});
}

void ListSetTest::addressExceptionsGoBeforeLongerPrefixes() {
    const auto lists =
        listsOf({"10.0.0.0/8\n10.1.2.3\n@@||10.1.0.0/16^\n@@||192.0.2.1^\n192.0.2.1"});
    QVERIFY(lists->listsOf(address(u"10.2.0.1"_s)).has(0));
    QVERIFY(!lists->listsOf(address(u"10.1.9.9"_s)).has(0));
    QVERIFY(!lists->listsOf(address(u"10.1.2.3"_s)).has(0));
    QVERIFY(!lists->listsOf(address(u"192.0.2.1"_s)).has(0));
}

namespace {

// Prefixes in a corner small enough that they nest and repeat; a few take others out.
QList<PrefixEntry> randomPrefixes(QRandomGenerator& random, int count) {
    QList<PrefixEntry> prefixes;
    for (int i = 0; i < count; ++i) {
        const int bits = random.bounded(24, 33);
        const quint32 mask = bits == 0 ? 0 : ~quint32{0} << (32 - bits);
        const quint32 from = (0x0a000000u | random.bounded(0x800)) & mask;
        prefixes.append({api::Address::v4(from), 0, quint8(96 + bits), random.bounded(8) == 0});
    }
    return prefixes;
}

QByteArray asFile(const QList<PrefixEntry>& prefixes) {
    QByteArray file;
    for (const PrefixEntry& prefix : prefixes) {
        const QByteArray text = prefix.cidr().toString().toLatin1();
        file += prefix.exception ? "@@||" + text + "^\n" : text + '\n';
    }
    return file;
}

bool contains(const QList<PrefixEntry>& prefixes, const api::Address& address) {
    bool listed = false;
    for (const PrefixEntry& prefix : prefixes) {
        if (!prefix.cidr().contains(address))
            continue;
        if (prefix.exception)
            return false;
        listed = true;
    }
    return listed;
}

}  // namespace

void ListSetTest::agreesWithALinearSearchOverRandomPrefixes() {
    QRandomGenerator random(7);
    for (int round = 0; round < 30; ++round) {
        const QList<PrefixEntry> prefixes = randomPrefixes(random, 1 + random.bounded(60));
        const auto lists = listsOf({asFile(prefixes)});
        for (quint32 low = 0; low < 0x800; low += 1 + random.bounded(3u)) {
            const api::Address sought = api::Address::v4(0x0a000000u | low);
            QVERIFY2(
                lists->listsOf(sought).has(0) == contains(prefixes, sought),
                qPrintable(sought.toString() + u" in\n"_s + QString::fromLatin1(asFile(prefixes))));
        }
    }
}

void ListSetTest::agreesWithALinearSearchOverRandomNames() {
    QRandomGenerator random(8);
    const auto randomName = [&] {
        QByteArray name;
        for (int labels = 1 + int(random.bounded(4u)); labels > 0; --labels)
            name += QByteArray(1, char('a' + random.bounded(3u))) + '.';
        return name + "x";
    };
    for (int round = 0; round < 30; ++round) {
        QByteArray file = "0.0.0.0 z.z\n0.0.0.0 z.z\n";
        QSet<QByteArray> itself, below, excepted;
        for (int i = int(random.bounded(40u)); i > 0; --i) {
            const QByteArray name = randomName();
            switch (random.bounded(5)) {
                case 0:
                    excepted += name;
                    file += "@@||" + name + "^\n";
                    break;
                case 1:
                    below += name;
                    file += "||" + name + "^\n";
                    break;
                default:
                    itself += name;
                    file += "0.0.0.0 " + name + '\n';
            }
        }
        const auto lists = listsOf({file});
        for (int i = 0; i < 200; ++i) {
            const QByteArray name = randomName();
            bool listed = itself.contains(name), out = false;
            for (QByteArray up = name; !up.isEmpty();) {
                listed |= below.contains(up);
                out |= excepted.contains(up);
                up = up.contains('.') ? up.mid(up.indexOf('.') + 1) : QByteArray();
            }
            QVERIFY2(lists->listsOf(QString::fromLatin1(name)).has(0) == (listed && !out),
                     (name + " in\n" + file).constData());
        }
    }
}

void ListSetTest::tellsWhichEntryOfWhichListContainsAName() {
    const auto lists = listsOf({"# head\n0.0.0.0 www.ads.example\n0.0.0.0 other.example",
                                "||other.example^\n||ads.example^\n@@||www.ads.example^"});
    const std::vector<Finding> expected{{0, 2, u"www.ads.example"_s, false},
                                        {1, 3, u"||www.ads.example^"_s, true},
                                        {1, 2, u"||ads.example^"_s, false}};
    QVERIFY(lists->findings(u"WWW.ads.example."_s) == expected);
    QVERIFY(lists->findings(u"example"_s).empty());
}

void ListSetTest::tellsWhichEntryOfWhichListContainsAnAddress() {
    const auto lists = listsOf({"192.0.2.0/24\n192.0.2.4-192.0.2.9", "2001:db8::/32"});
    const std::vector<Finding> expected{{0, 2, u"192.0.2.8/31"_s, false},
                                        {0, 1, u"192.0.2.0/24"_s, false}};
    QVERIFY(lists->findings(address(u"192.0.2.9"_s)) == expected);
    QVERIFY(lists->findings(address(u"192.0.3.0"_s)).empty());
    QCOMPARE(lists->findings(address(u"2001:db8::9"_s)).front().entry, u"2001:db8::/32"_s);
}

void ListSetTest::ofEqualNamesTheWiderIsKeptAndCountedOnce() {
    for (const QByteArray file :
         {"0.0.0.0 ads.example\n||ADS.example^\n0.0.0.0 ads.example\n||ads.example^\n",
          "||ads.example^\n0.0.0.0 ads.example\n"}) {
        const auto lists = listsOf({file});
        QCOMPARE(lists->list(0)->names(), 1u);
        QVERIFY(lists->listsOf(u"www.ads.example"_s).has(0));
        QCOMPARE(lists->findings(u"ads.example"_s).size(), 1u);
        QCOMPARE(lists->findings(u"ads.example"_s)[0].entry, u"||ads.example^"_s);
    }
}

void ListSetTest::theTableForTheKernelAgreesWithTheLists() {
    QRandomGenerator random(9);
    for (int round = 0; round < 20; ++round) {
        const auto lists =
            listsOf({asFile(randomPrefixes(random, 20) << PrefixEntry{api::Address::v4(1)}),
                     asFile(randomPrefixes(random, 20) << PrefixEntry{api::Address::v4(1)}),
                     asFile(randomPrefixes(random, 20) << PrefixEntry{api::Address::v4(1)})});
        const ListBits which{0b101};
        const std::vector<MarkedPrefix> table = lists->prefixes(which);
        for (quint32 low = 0; low < 0x800; ++low) {
            const api::Address sought = api::Address::v4(0x0a000000u | low);
            MarkedPrefix longest;
            longest.prefix.bits = -1;
            for (const MarkedPrefix& entry : table) {
                if (entry.prefix.contains(sought) && entry.prefix.bits > longest.prefix.bits)
                    longest = entry;
            }
            QCOMPARE(longest.lists.bits, lists->listsOf(sought).bits & which.bits);
        }
    }
}

void ListSetTest::aBadFileLeavesTheOldListInForce() {
    ListSet set;
    QVERIFY(load(set, 3, "ads.example\n"));
    for (const QByteArray bad : {"<html>", "", "\x1f\x8b", "new.example\nbad\nworse\n"}) {
        QVERIFY(!load(set, 3, bad));
        QVERIFY(set.current()->listsOf(u"ads.example"_s).has(3));
        QVERIFY(!set.current()->listsOf(u"new.example"_s).has(3));
    }
    QVERIFY(!set.load(3, -1));
    QVERIFY(set.current()->listsOf(u"ads.example"_s).has(3));
}

void ListSetTest::aStoppedLoadLeavesTheOldListInForce() {
    ListSet set;
    QVERIFY(load(set, 0, "ads.example\n"));
    std::stop_source source;
    Control control{{}, source.get_token()};
    // Behind the last byte, so that what is stopped is the building of the index.
    control.progress = [&](qint64 done, qint64 all) {
        if (done == all)
            source.request_stop();
    };
    const api::Result<Report> report = load(set, 0, "new.example\n", control);
    QVERIFY(!report);
    QCOMPARE(report.error(), stopped());
    QVERIFY(set.current()->listsOf(u"ads.example"_s).has(0));
}

void ListSetTest::aListIsReplacedWholeAndTakenAway() {
    ListSet set;
    QVERIFY(load(set, 0, "ads.example\n192.0.2.1\n"));
    QVERIFY(load(set, 1, "ads.example\n"));
    const auto before = set.current();
    const api::Result<Report> report = load(set, 0, "new.example\nbad\n");
    QVERIFY(report);
    QCOMPARE(report->goodLines, 1);
    QCOMPARE(report->badLines, 1);
    QCOMPARE(set.current()->listsOf(u"ads.example"_s), ListBits{0b10});
    QCOMPARE(set.current()->listsOf(u"new.example"_s), ListBits{0b01});
    QVERIFY(set.current()->listsOf(address(u"192.0.2.1"_s)).isEmpty());
    QCOMPARE(before->listsOf(u"ads.example"_s), ListBits{0b11});
    set.replace(0, nullptr);
    QVERIFY(set.current()->listsOf(u"new.example"_s).isEmpty());
    QCOMPARE(set.current()->list(0), nullptr);
}

void ListSetTest::whoLooksUpMeanwhileSeesTheOldListOrTheNew() {
    const auto one = listOf("both.example\none.example\n");
    const auto two = listOf("both.example\ntwo.example\n");
    ListSet set;
    set.replace(0, one);
    std::atomic<int> wrong = 0, looks = 0;
    std::jthread reader([&](const std::stop_token& stop) {
        while (!stop.stop_requested() || looks < 1000) {
            const auto now = set.current();
            const bool first = now->listsOf(u"one.example"_s).has(0);
            const bool second = now->listsOf(u"two.example"_s).has(0);
            wrong += first == second || !now->listsOf(u"both.example"_s).has(0);
            ++looks;
        }
    });
    for (int i = 0; i < 20000; ++i)
        set.replace(0, i % 2 ? one : two);
    reader.request_stop();
    reader.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(looks >= 1000);
}

void ListSetTest::listsAreNumberedTo63() {
    ListSet set;
    QVERIFY(load(set, 63, "ads.example\n"));
    QCOMPARE(set.current()->listsOf(u"ads.example"_s), ListBits{quint64{1} << 63});
    const api::Result<Report> report = load(set, 64, "ads.example\n");
    QVERIFY(!report);
    QCOMPARE(report.error().code, api::ErrorCode::Invalid);
    QCOMPARE(set.current()->list(64), nullptr);
}

void ListSetTest::anEmptySetContainsNothing() {
    const ListSet set;
    QVERIFY(set.current()->listsOf(u"ads.example"_s).isEmpty());
    QVERIFY(set.current()->listsOf(address(u"192.0.2.1"_s)).isEmpty());
    QVERIFY(set.current()->findings(u"ads.example"_s).empty());
    QVERIFY(set.current()->prefixes({~quint64{0}}).empty());
    const auto addressesAlone = listsOf({"192.0.2.1"});
    QVERIFY(addressesAlone->listsOf(u"ads.example"_s).isEmpty());
    const auto namesAlone = listsOf({"ads.example"});
    QVERIFY(namesAlone->listsOf(address(u"192.0.2.1"_s)).isEmpty());
}

QTEST_GUILESS_MAIN(ListSetTest)
#include "list_set_test.moc"
