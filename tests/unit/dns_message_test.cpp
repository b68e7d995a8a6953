// DNS answers: which names an address gets, and that no bytes do harm.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <random>

#include "names/dns_message.h"

using namespace sallyport;
using namespace sallyport::names;
using namespace Qt::StringLiterals;

namespace {

QByteArray word(int value) {
    return QByteArray(1, char(value >> 8)) + char(value);
}

QByteArray label(const QByteArray& text) {
    return char(text.size()) + text;
}

// "www.example.org" on the wire, uncompressed.
QByteArray name(const QByteArray& text) {
    QByteArray wire;
    for (const QByteArray& part : text.split('.'))
        wire += label(part);
    return wire + '\0';
}

QByteArray pointer(int to) {
    return word(0xc000 | to);
}

constexpr int kAsked = 12;  // where the question's name is

struct Counts {
    int answers = 0;
    int authorities = 0;
    int additional = 0;
};

QByteArray response(const QByteArray& asked, int type, const QByteArray& records,
                    const Counts& counts, int flags = 0x8180) {
    return word(0x1234) + word(flags) + word(1) + word(counts.answers) + word(counts.authorities) +
           word(counts.additional) + asked + word(type) + word(1) + records;
}

QByteArray record(const QByteArray& owner, int type, quint32 ttl, const QByteArray& data) {
    return owner + word(type) + word(1) + word(int(ttl >> 16)) + word(int(ttl & 0xffff)) +
           word(int(data.size())) + data;
}

QByteArray a(const QByteArray& owner, quint32 ttl, const char* hex) {
    return record(owner, 1, ttl, QByteArray::fromHex(hex));
}

QByteArray cname(const QByteArray& owner, quint32 ttl, const QByteArray& target) {
    return record(owner, 5, ttl, target);
}

api::Address address(const QString& text) {
    return api::Address::parse(text).value_or({});
}

DnsAnswer read(const QByteArray& message) {
    const auto answer = readDnsAnswer(message);
    return answer ? *answer : DnsAnswer{};
}

// www -> edge.cdn.example -> node.cdn.example -> two addresses.
QByteArray chained() {
    const QByteArray records = cname(pointer(kAsked), 300, name("edge.cdn.example")) +
                               cname(name("edge.cdn.example"), 20, name("node.cdn.example")) +
                               a(name("node.cdn.example"), 60, "c0000201") +
                               a(name("node.cdn.example"), 10, "c0000202");
    return response(name("WWW.Example.org"), 1, records, {4});
}

}  // namespace

class DnsMessageTest : public QObject {
    Q_OBJECT
  private slots:
    void anAddressHasTheAskedName();
    void anIpv6AddressHasTheAskedName();
    void everyAliasOnTheWayBelongsToTheAddress();
    void theOrderOfRecordsDoesNotMatter();
    void namesOfOthersAreNotBelieved();
    void theAuthoritySectionIsNotUsed();
    void hintsOfAServiceAreAddresses();
    void aServiceElsewhereIsAnAlias();
    void anAliasOfAServiceLeadsToAddedAddresses();
    void aServiceOutOfOrderIsNotUsed();
    void anImpossibleTimeIsNone();
    void noSuchNameIsSaid();
    void aTruncatedAnswerSaysSo();
    void whatWasWholeOfACutAnswerIsKept();
    void oddBytesAreEscaped();
    void aNameOf255OctetsIsReadAndOneMoreIsNot();
    void pointersLeadBackOnly_data();
    void pointersLeadBackOnly();
    void aRingOfAliasesEnds();
    void aLongChainOfAliasesEnds();
    void tooManyRecordsAreNotRead();
    void whatIsNoAnswerIsRefused_data();
    void whatIsNoAnswerIsRefused();
    void aQuestionIsRead();
    void aQuestionIsReadWhateverFollowsIt();
    void whatIsNoQuestionIsRefused_data();
    void whatIsNoQuestionIsRefused();
    void noBytesDoHarm();
};

void DnsMessageTest::anAddressHasTheAskedName() {
    const QByteArray message =
        response(name("WWW.Example.org"), 1, a(pointer(kAsked), 300, "c0000201"), {1});
    const auto answer = readDnsAnswer(message);
    QVERIFY(answer);
    QCOMPARE(answer->id, 0x1234);
    QCOMPARE(answer->rcode, 0);
    QCOMPARE(answer->asked, u"www.example.org"_s);
    QCOMPARE(answer->askedType, 1);
    QVERIFY(answer->complete);
    QVERIFY(!answer->truncated);
    QCOMPARE(answer->addresses.size(), 1);
    const DnsAddress wanted{address(u"192.0.2.1"_s), 300, {u"www.example.org"_s}};
    QVERIFY(answer->addresses.constFirst() == wanted);
}

void DnsMessageTest::anIpv6AddressHasTheAskedName() {
    const QByteArray six = QByteArray::fromHex("20010db8000000000000000000000001");
    const DnsAnswer answer =
        read(response(name("six.example"), 28, record(pointer(kAsked), 28, 60, six), {1}));
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().address.toString(), u"2001:db8::1"_s);
    QCOMPARE(answer.addresses.constFirst().names, {u"six.example"_s});
}

void DnsMessageTest::everyAliasOnTheWayBelongsToTheAddress() {
    const DnsAnswer answer = read(chained());
    const QStringList chain{u"www.example.org"_s, u"edge.cdn.example"_s, u"node.cdn.example"_s};
    QCOMPARE(answer.names, chain);
    QCOMPARE(answer.addresses.size(), 2);
    QCOMPARE(answer.addresses.at(0).names, chain);
    QCOMPARE(answer.addresses.at(1).names, chain);
    QCOMPARE(answer.addresses.at(0).ttl, 20u);  // the least on the way
    QCOMPARE(answer.addresses.at(1).ttl, 10u);
}

void DnsMessageTest::theOrderOfRecordsDoesNotMatter() {
    const QByteArray records =
        a(name("node.example"), 60, "c0000201") + cname(pointer(kAsked), 300, name("node.example"));
    const DnsAnswer answer = read(response(name("www.example"), 1, records, {2}));
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().names,
             (QStringList{u"www.example"_s, u"node.example"_s}));
}

void DnsMessageTest::namesOfOthersAreNotBelieved() {
    const QByteArray records = a(name("bank.example"), 60, "c0000207") +
                               a(pointer(kAsked), 60, "c0000201") +
                               cname(name("bank.example"), 60, name("evil.example"));
    const DnsAnswer answer = read(response(name("evil.example"), 1, records, {3}));
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().names, {u"evil.example"_s});
    QCOMPARE(answer.names, {u"evil.example"_s});
}

void DnsMessageTest::theAuthoritySectionIsNotUsed() {
    const QByteArray records = a(pointer(kAsked), 60, "c0000201");
    QVERIFY(read(response(name("www.example"), 1, records, {0, 1, 0})).addresses.isEmpty());
    QCOMPARE(read(response(name("www.example"), 1, records, {0, 0, 1})).addresses.size(), 1);
}

void DnsMessageTest::hintsOfAServiceAreAddresses() {
    const QByteArray alpn = word(1) + word(3) + label("h2");
    const QByteArray four = word(4) + word(8) + QByteArray::fromHex("c0000201c0000202");
    const QByteArray six = word(6) + word(16) +
                           QByteArray::fromHex(
                               "20010db8"
                               "0000000000000000"
                               "00000001");
    const QByteArray data = word(1) + QByteArray(1, '\0') + alpn + four + six;
    const DnsAnswer answer =
        read(response(name("www.example"), 65, record(pointer(kAsked), 65, 60, data), {1}));
    QCOMPARE(answer.addresses.size(), 3);
    for (const DnsAddress& found : answer.addresses)
        QCOMPARE(found.names, {u"www.example"_s});
    QCOMPARE(answer.addresses.at(2).address.toString(), u"2001:db8::1"_s);
}

void DnsMessageTest::aServiceElsewhereIsAnAlias() {
    const QByteArray four = word(4) + word(4) + QByteArray::fromHex("c0000201");
    const QByteArray data = word(1) + name("svc.example.net") + four;
    const DnsAnswer answer =
        read(response(name("www.example"), 65, record(pointer(kAsked), 65, 60, data), {1}));
    const QStringList both{u"www.example"_s, u"svc.example.net"_s};
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().names, both);
    QCOMPARE(answer.names, both);
}

void DnsMessageTest::anAliasOfAServiceLeadsToAddedAddresses() {
    // What stands behind an alias means nothing (RFC 9460 2.4.2).
    const QByteArray ignored = word(4) + word(4) + QByteArray::fromHex("c0000263");
    const QByteArray records =
        record(pointer(kAsked), 65, 60, word(0) + name("svc.example.net") + ignored) +
        a(name("svc.example.net"), 60, "c0000201");
    const DnsAnswer answer = read(response(name("www.example"), 65, records, {1, 0, 1}));
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().address.toString(), u"192.0.2.1"_s);
    QCOMPARE(answer.addresses.constFirst().names,
             (QStringList{u"www.example"_s, u"svc.example.net"_s}));
}

void DnsMessageTest::aServiceOutOfOrderIsNotUsed() {
    const QByteArray four = word(4) + word(4) + QByteArray::fromHex("c0000201");
    const QByteArray data = word(1) + QByteArray(1, '\0') + four + four;
    const DnsAnswer answer =
        read(response(name("www.example"), 65, record(pointer(kAsked), 65, 60, data), {1}));
    QVERIFY(answer.addresses.isEmpty());
    QVERIFY(!answer.complete);
}

void DnsMessageTest::anImpossibleTimeIsNone() {
    const DnsAnswer answer =
        read(response(name("www.example"), 1, a(pointer(kAsked), 0x80000000u, "c0000201"), {1}));
    QCOMPARE(answer.addresses.constFirst().ttl, 0u);
}

void DnsMessageTest::noSuchNameIsSaid() {
    const DnsAnswer answer = read(response(name("nowhere.example"), 1, {}, {}, 0x8183));
    QCOMPARE(answer.rcode, 3);
    QCOMPARE(answer.asked, u"nowhere.example"_s);
    QVERIFY(answer.addresses.isEmpty());
}

void DnsMessageTest::aTruncatedAnswerSaysSo() {
    const DnsAnswer answer =
        read(response(name("www.example"), 1, a(pointer(kAsked), 60, "c0000201"), {1}, 0x8380));
    QVERIFY(answer.truncated);
    QVERIFY(!answer.complete);
    QCOMPARE(answer.addresses.size(), 1);
}

void DnsMessageTest::whatWasWholeOfACutAnswerIsKept() {
    const QByteArray whole = chained();
    const QByteArray without = whole.chopped(1);
    const DnsAnswer answer = read(without);
    QVERIFY(!answer.complete);
    QCOMPARE(answer.addresses.size(), 1);
    QCOMPARE(answer.addresses.constFirst().address.toString(), u"192.0.2.1"_s);
    QVERIFY(read(whole).complete);
}

void DnsMessageTest::oddBytesAreEscaped() {
    const QByteArray odd = label("a.b") + label("<i>\n\x7f\xff") + label("\\") + '\0';
    const DnsAnswer answer = read(response(odd, 1, a(pointer(kAsked), 60, "c0000201"), {1}));
    QCOMPARE(answer.asked, u"a\\046b.\\060i\\062\\010\\127\\255.\\092"_s);
}

void DnsMessageTest::aNameOf255OctetsIsReadAndOneMoreIsNot() {
    const QByteArray part = label(QByteArray(63, 'a'));
    const QByteArray most = part + part + part + label(QByteArray(61, 'b')) + '\0';
    QCOMPARE(most.size(), 255);
    QCOMPARE(read(response(most, 1, {}, {})).asked.size(), 253);
    const QByteArray more = part + part + part + label(QByteArray(62, 'b')) + '\0';
    QVERIFY(!readDnsAnswer(response(more, 1, {}, {})));
}

void DnsMessageTest::pointersLeadBackOnly_data() {
    QTest::addColumn<QByteArray>("owner");
    QTest::addColumn<bool>("good");
    const int here = kAsked + 13 + 4;  // behind "www.example" and its type and class
    QTest::newRow("to the question") << pointer(kAsked) << true;
    QTest::newRow("into the question") << label("x") + pointer(kAsked + 4) << true;
    QTest::newRow("to itself") << pointer(here) << false;
    QTest::newRow("to its own label") << label("x") + pointer(here) << false;
    QTest::newRow("forward") << pointer(here + 2) << false;
    QTest::newRow("behind the end") << pointer(0x3fff) << false;
    QTest::newRow("a length of no kind") << QByteArray("\x80") << false;
}

void DnsMessageTest::pointersLeadBackOnly() {
    QFETCH(QByteArray, owner);
    QFETCH(bool, good);
    const QByteArray message = response(name("www.example"), 1, a(owner, 60, "c0000201"), {1});
    const auto answer = readDnsAnswer(message);
    QVERIFY(answer);
    QCOMPARE(answer->complete, good);
}

void DnsMessageTest::aRingOfAliasesEnds() {
    const QByteArray records = cname(name("a.example"), 60, name("b.example")) +
                               cname(name("b.example"), 60, name("a.example")) +
                               a(name("b.example"), 60, "c0000201");
    const DnsAnswer answer = read(response(name("a.example"), 1, records, {3}));
    QCOMPARE(answer.names, (QStringList{u"a.example"_s, u"b.example"_s}));
    QCOMPARE(answer.addresses.size(), 1);
}

void DnsMessageTest::aLongChainOfAliasesEnds() {
    QByteArray records;
    for (int i = 0; i < 100; ++i) {
        records +=
            cname(name('n' + QByteArray::number(i)), 60, name('n' + QByteArray::number(i + 1)));
    }
    records += a(name("n100"), 60, "c0000201");
    const DnsAnswer answer = read(response(name("n0"), 1, records, {101}));
    QCOMPARE(answer.names.size(), kMostDnsNames);
    QVERIFY(answer.addresses.isEmpty());
    QVERIFY(!answer.complete);
}

void DnsMessageTest::tooManyRecordsAreNotRead() {
    QByteArray records;
    for (int i = 0; i < kMostDnsRecords + 5; ++i)
        records += a(pointer(kAsked), 60, "c0000201");
    const DnsAnswer answer = read(response(name("www.example"), 1, records, {kMostDnsRecords + 5}));
    QCOMPARE(answer.addresses.size(), kMostDnsAddresses);
    QVERIFY(!answer.complete);
}

void DnsMessageTest::whatIsNoAnswerIsRefused_data() {
    QTest::addColumn<QByteArray>("message");
    const QByteArray good = response(name("www.example"), 1, {}, {});
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a cut header") << good.first(11);
    QTest::newRow("a cut question") << good.chopped(1);
    QTest::newRow("a query") << response(name("www.example"), 1, {}, {}, 0x0100);
    QTest::newRow("an update") << response(name("www.example"), 1, {}, {}, 0xa800);
    QTest::newRow("no question") << good.first(4) + word(0) + good.sliced(6);
    QTest::newRow("two questions") << good.first(4) + word(2) + good.sliced(6);
    QTest::newRow("another class") << good.chopped(2) + word(3);
}

void DnsMessageTest::whatIsNoAnswerIsRefused() {
    QFETCH(QByteArray, message);
    const auto answer = readDnsAnswer(message);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, api::ErrorCode::Invalid);
}

void DnsMessageTest::aQuestionIsRead() {
    const auto question = readDnsQuestion(response(name("WWW.Example.org"), 28, {}, {}, 0x0100));
    QVERIFY(question);
    QCOMPARE(*question, (DnsQuestion{0x1234, u"www.example.org"_s, 28}));
}

// Options (EDNS) and padding, whole or cut off.
void DnsMessageTest::aQuestionIsReadWhateverFollowsIt() {
    const QByteArray options = QByteArray(1, '\0') + word(41) + word(1232) + QByteArray(6, '\0');
    const QByteArray message =
        response(name("www.example.org"), 1, options, {.additional = 1}, 0x0120);
    for (qsizetype cut = 0; cut <= options.size(); ++cut)
        QCOMPARE(readDnsQuestion(message.chopped(cut)).value().asked, u"www.example.org"_s);
    QVERIFY(!readDnsQuestion(message.chopped(options.size() + 1)));
}

void DnsMessageTest::whatIsNoQuestionIsRefused_data() {
    QTest::addColumn<QByteArray>("message");
    const QByteArray good = response(name("www.example"), 1, {}, {}, 0x0100);
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a cut header") << good.first(11);
    QTest::newRow("a cut name") << good.first(kAsked + 5);
    QTest::newRow("a cut question") << good.chopped(1);
    QTest::newRow("a response") << response(name("www.example"), 1, {}, {});
    QTest::newRow("an update") << response(name("www.example"), 1, {}, {}, 0x2800);
    QTest::newRow("no question") << good.first(4) + word(0) + good.sliced(6);
    QTest::newRow("two questions") << good.first(4) + word(2) + good.sliced(6) + good.sliced(12);
    QTest::newRow("another class") << good.chopped(2) + word(3);
}

void DnsMessageTest::whatIsNoQuestionIsRefused() {
    QFETCH(QByteArray, message);
    const auto question = readDnsQuestion(message);
    QVERIFY(!question);
    QCOMPARE(question.error().code, api::ErrorCode::Invalid);
}

void DnsMessageTest::noBytesDoHarm() {
    std::minstd_rand random(1035);
    const QByteArray whole = chained();
    for (qsizetype length = 0; length <= whole.size(); ++length)
        (void)readDnsAnswer(whole.first(length));
    const int rounds = !qEnvironmentVariableIsEmpty("SALLYPORT_LONG") ? 1'000'000 : 20'000;
    for (int i = 0; i < rounds; ++i) {
        QByteArray bytes = whole;
        for (unsigned change = 0; change <= random() % 4; ++change)
            bytes[int(random() % unsigned(bytes.size()))] = char(random());
        (void)readDnsQuestion(bytes).has_value();
        const auto answer = readDnsAnswer(bytes);
        for (const DnsAddress& found : answer ? answer->addresses : QList<DnsAddress>()) {
            QVERIFY(found.names.constFirst() == answer->asked);
            QVERIFY(found.names.size() <= kMostDnsNames + 1);
        }
    }
}

QTEST_APPLESS_MAIN(DnsMessageTest)
#include "dns_message_test.moc"
