// Patterns of host names as a person types them, and what they match.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "api/host_name.h"
#include "api/host_pattern.h"

using namespace sallyport;
using namespace sallyport::api;
using namespace Qt::StringLiterals;

class HostPatternTest : public QObject {
    Q_OBJECT
  private slots:
    void whatIsTypedIsKeptInOneForm_data();
    void whatIsTypedIsKeptInOneForm();
    void whatIsNoPatternIsRefusedWithItsReason_data();
    void whatIsNoPatternIsRefusedWithItsReason();
    void matchesItsOwn_data();
    void matchesItsOwn();
    void matchesInAnyCaseAndWithADotAtTheEnd();
    void anEmptyPatternMatchesNothing();
    void theSiteOfAHostIsWhatSomebodyRegistered_data();
    void theSiteOfAHostIsWhatSomebodyRegistered();
    void aNameIsTakenUpTo253Characters();
};

void HostPatternTest::whatIsTypedIsKeptInOneForm_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("kept");
    QTest::newRow("name") << u"www.Example.ORG"_s << u"www.example.org"_s;
    QTest::newRow("dot at the end") << u"example.org."_s << u"example.org"_s;
    QTest::newRow("below") << u"*.Example.org."_s << u"*.example.org"_s;
    QTest::newRow("site") << u".example.org"_s << u".example.org"_s;
    QTest::newRow("one label") << u"printer"_s << u"printer"_s;
    QTest::newRow("underscore") << u"_dmarc.example.org"_s << u"_dmarc.example.org"_s;
    QTest::newRow("umlaut") << u"Bücher.example"_s << u"xn--bcher-kva.example"_s;
    QTest::newRow("umlaut of two characters")
        << u"bu\u0308cher.example"_s << u"xn--bcher-kva.example"_s;
    QTest::newRow("sharp s") << u"*.straße.example"_s << u"*.xn--strae-oqa.example"_s;
    QTest::newRow("wide dot") << u"例え。テスト"_s << u"xn--r8jz45g.xn--zckzah"_s;
    QTest::newRow("in ASCII already") << u"XN--bcher-KVA.example"_s << u"xn--bcher-kva.example"_s;
}

void HostPatternTest::whatIsTypedIsKeptInOneForm() {
    QFETCH(QString, typed);
    QFETCH(QString, kept);
    const api::Result<HostPattern> pattern = HostPattern::parse(typed);
    QVERIFY2(pattern, qPrintable(pattern ? QString() : pattern.error().text));
    QCOMPARE(pattern->toString(), kept);
    QVERIFY(HostPattern::parse(kept).value() == *pattern);
}

void HostPatternTest::whatIsNoPatternIsRefusedWithItsReason_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing") << QString() << u"an empty name"_s;
    QTest::newRow("a dot") << u"."_s << u"an empty name"_s;
    QTest::newRow("a star") << u"*"_s << u"\"*\" may stand in front only"_s;
    QTest::newRow("a star and a dot") << u"*."_s << u"an empty name"_s;
    QTest::newRow("a star inside") << u"www.*.org"_s << u"\"*\" may stand in front only"_s;
    QTest::newRow("a star at the end") << u"example.*"_s << u"\"*\" may stand in front only"_s;
    QTest::newRow("a star in a label") << u"*ads.example"_s << u"\"*\" may stand in front only"_s;
    QTest::newRow("two stars") << u"*.*.example"_s << u"\"*\" may stand in front only"_s;
    QTest::newRow("two dots") << u"a..example"_s << u"nothing between two dots"_s;
    QTest::newRow("two dots in front") << u"..example"_s << u"nothing between two dots"_s;
    QTest::newRow("two dots at the end") << u"example.."_s << u"nothing between two dots"_s;
    QTest::newRow("a line break") << u"a.example\n"_s << u"a control character"_s;
    QTest::newRow("a zero") << u"a.example"_s + QChar(0) << u"a control character"_s;
    QTest::newRow("a line separator") << u"a.ex\u2028ample"_s << u"a control character"_s;
    QTest::newRow("a blank") << u"a example"_s << u"a character other than"_s;
    QTest::newRow("an address") << u"192.0.2.1"_s << u"ends in a number"_s;
    QTest::newRow("half an address") << u"127.1"_s << u"ends in a number"_s;
    QTest::newRow("a number in hex") << u"0x7f000001"_s << u"ends in a number"_s;
    QTest::newRow("an IPv6 address") << u"2001:db8::1"_s << u"a character other than"_s;
    QTest::newRow("a link") << u"https://example.org/"_s << u"a character other than"_s;
    QTest::newRow("a port") << u"example.org:443"_s << u"a character other than"_s;
    QTest::newRow("a long label") << QString(64, u'a') << u"more than 63 characters"_s;
    QTest::newRow("a long name") << u"a."_s.repeated(127) + u"a"_s << u"longer than 253"_s;
    QTest::newRow("a very long one") << QString(100'000, u'ä') << u"too long"_s;
    QTest::newRow("right to left") << u"a\u202egro.example"_s << u"no host name may have"_s;
    QTest::newRow("a picture of no letter") << u"a\ufffd.example"_s << u"no host name may have"_s;
    QTest::newRow("half a character")
        << u"a.example"_s + QChar(0xd800) << u"no host name may have"_s;
    QTest::newRow("an address in wide digits") << u"１２７.１"_s << u"ends in a number"_s;
    QTest::newRow("a wide star") << u"＊.example"_s << u"no host name may have"_s;
}

void HostPatternTest::whatIsNoPatternIsRefusedWithItsReason() {
    QFETCH(QString, typed);
    QFETCH(QString, reason);
    const api::Result<HostPattern> pattern = HostPattern::parse(typed);
    QVERIFY2(!pattern, qPrintable(pattern ? pattern->toString() : QString()));
    QCOMPARE(pattern.error().code, api::ErrorCode::Invalid);
    QVERIFY2(pattern.error().text.contains(reason), qPrintable(pattern.error().text));
    QVERIFY(!pattern.error().text.contains(u'\n'));
    QVERIFY(pattern.error().text.size() < 200);
}

void HostPatternTest::matchesItsOwn_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("exact");
    QTest::addColumn<bool>("below");
    QTest::addColumn<bool>("site");
    QTest::newRow("itself") << u"example.org"_s << true << false << true;
    QTest::newRow("below") << u"www.example.org"_s << false << true << true;
    QTest::newRow("far below") << u"a.b.example.org"_s << false << true << true;
    QTest::newRow("a longer name") << u"notexample.org"_s << false << false << false;
    QTest::newRow("above") << u"org"_s << false << false << false;
    QTest::newRow("in front") << u"example.org.evil.example"_s << false << false << false;
    QTest::newRow("an empty label") << u".example.org"_s << false << false << false;
    QTest::newRow("nothing") << QString() << false << false << false;
    QTest::newRow("a dot") << u"."_s << false << false << false;
}

void HostPatternTest::matchesItsOwn() {
    QFETCH(QString, host);
    QTEST(HostPattern::parse(u"example.org"_s).value().matches(host), "exact");
    QTEST(HostPattern::parse(u"*.example.org"_s).value().matches(host), "below");
    QTEST(HostPattern::parse(u".example.org"_s).value().matches(host), "site");
}

void HostPatternTest::matchesInAnyCaseAndWithADotAtTheEnd() {
    const HostPattern pattern = HostPattern::parse(u"*.Example.org."_s).value();
    QVERIFY(pattern.matches(u"WWW.EXAMPLE.ORG"_s));
    QVERIFY(pattern.matches(u"www.example.org."_s));
    QVERIFY(!pattern.matches(u"www.example.org.."_s));
}

void HostPatternTest::anEmptyPatternMatchesNothing() {
    QVERIFY(!HostPattern{}.matches(QString()));
    QVERIFY(!HostPattern{}.matches(u"example.org"_s));
    const HostPattern below{HostPattern::Kind::Below, {}};
    QVERIFY(!below.matches(u"example.org"_s));
}

void HostPatternTest::theSiteOfAHostIsWhatSomebodyRegistered_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("site");
    QTest::newRow("below") << u"a.b.example.co.uk"_s << u"example.co.uk"_s;
    QTest::newRow("itself") << u"Example.org."_s << u"example.org"_s;
    QTest::newRow("a suffix") << u"co.uk"_s << QString();
    QTest::newRow("one label") << u"localhost"_s << QString();
    QTest::newRow("somebody's own suffix") << u"me.github.io"_s << u"me.github.io"_s;
    QTest::newRow("letters") << u"www.bücher.example"_s << u"xn--bcher-kva.example"_s;
    QTest::newRow("an address") << u"192.0.2.1"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("no name") << u"a b.example"_s << QString();
}

void HostPatternTest::theSiteOfAHostIsWhatSomebodyRegistered() {
    QFETCH(QString, host);
    QTEST(siteOf(host), "site");
}

void HostPatternTest::aNameIsTakenUpTo253Characters() {
    const QByteArray most = QByteArray("a.").repeated(126) + "a";
    QCOMPARE(most.size(), 253);
    QVERIFY(hostName(most));
    QVERIFY(hostName(most + '.'));
    QVERIFY(!hostName("b" + most));
}

QTEST_APPLESS_MAIN(HostPatternTest)
#include "host_pattern_test.moc"
