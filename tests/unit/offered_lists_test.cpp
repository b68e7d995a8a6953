// The public lists that are offered by name: each is read as what its publisher writes. The
// excerpts are made up.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/offered_lists.h"

#include <QHash>
#include <QTest>
#include <QUrl>

#include "lists/list_set.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using lists::Format;

namespace {

struct Excerpt {
    Format format;
    QByteArray content;
    QStringList listed, notListed;
};

// A hosts file with sections, of which the first is the machine's own names.
const Excerpt kHosts{Format::Hosts,
                     "# Title: Made up/hosts\n#\n# Date: 01 January 2026 00:00:00 (UTC)\n"
                     "# Number of unique domains: 3\n# ===============================\n\n"
                     "127.0.0.1 localhost\n127.0.0.1 localhost.localdomain\n127.0.0.1 local\n"
                     "255.255.255.255 broadcasthost\n::1 localhost\n::1 ip6-localhost\n"
                     "::1 ip6-loopback\nfe80::1%lo0 localhost\nff00::0 ip6-localnet\n"
                     "ff00::0 ip6-mcastprefix\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n"
                     "ff02::3 ip6-allhosts\n0.0.0.0 0.0.0.0\n\n# Custom host records are listed "
                     "here.\n\n# End of custom host records.\n# Start somebody\n\n"
                     "#=====================================\n# Title: Hosts of somebody\n"
                     "0.0.0.0 ads.example\n0.0.0.0 www.tracker.example\n"
                     "0.0.0.0 count.example # [somebody.example]\n\n# End somebody\n",
                     {u"ads.example"_s, u"www.tracker.example"_s, u"count.example"_s},
                     {u"localhost"_s, u"www.ads.example"_s, u"tracker.example"_s}};

QByteArray adblock(const QByteArray& head) {
    return head + "||ads.example^\n||a-b.tracker.example^\n||xn--bcher-kva.example^\n";
}

// What adblock lists contain, whatever is above it.
Excerpt names(const QByteArray& head) {
    return {Format::Adblock,
            adblock(head),
            {u"ads.example"_s, u"www.ads.example"_s, u"a-b.tracker.example"_s,
             u"b\u00fccher.example"_s},
            {u"tracker.example"_s, u"ads.example.org"_s}};
}

Excerpt excerptOf(const QString& list) {
    static const Excerpt oisd = names(
        "[Adblock Plus]\n! Version: 202601010000\n! Title: made up\n! Homepage: "
        "https://lists.example\n! Expires: 6 hours\n! License: "
        "https://lists.example/license\n!\n");
    static const Excerpt hagezi = names(
        "[Adblock Plus]\n! Title: Made up\n! Description: This is made up; from several "
        "sources.\n! Last modified: 01 Jan 2026 00:00 UTC\n! Number of entries: 3\n!\n");
    static const QHash<QString, Excerpt> excerpts{
        {u"stevenblack"_s, kHosts},
        {u"oisd-small"_s, oisd},
        {u"oisd-big"_s, oisd},
        {u"hagezi-light"_s, hagezi},
        {u"hagezi-pro"_s, hagezi},
        {u"hagezi-threats"_s, hagezi},
        {u"spamhaus-drop"_s,
         {Format::Addresses,
          "; Made up 2026/01/01 - (c) 2026\n; https://lists.example/drop.txt\n; Last-Modified: "
          "Thu, 01 Jan 2026 00:00:00 GMT\n; Expires: Thu, 01 Jan 2026 01:00:00 GMT\n"
          "192.0.2.0/24 ; SBL000001\n198.51.100.0/22 ; SBL000002\n203.0.113.64/26 ; SBL000003\n",
          {u"192.0.2.77"_s, u"198.51.103.1"_s, u"203.0.113.65"_s},
          {u"203.0.113.1"_s, u"192.0.3.1"_s}}},
        {u"firehol-level1"_s,
         {Format::Addresses,
          "#\n# made_up\n#\n# ipv4 hash:net ipset\n#\n# (includes: some - others)\n#\n"
          "# Maintainer      : somebody\n# Entries         : 3 subnets, 769 unique IPs\n#\n"
          "192.0.2.0/24\n198.51.100.0/23\n203.0.113.7\n",
          {u"192.0.2.77"_s, u"198.51.101.1"_s, u"203.0.113.7"_s},
          {u"203.0.113.8"_s, u"198.51.102.1"_s}}}};
    return excerpts.value(list);
}

}  // namespace

class OfferedListsTest : public QObject {
    Q_OBJECT
  private slots:
    void isReadAsItsPublisherWritesIt_data() {
        QTest::addColumn<QString>("name");
        for (const api::List& list : models::offeredLists())
            QTest::newRow(qPrintable(list.name)) << list.name;
    }
    void isReadAsItsPublisherWritesIt() {
        QFETCH(QString, name);
        const Excerpt excerpt = excerptOf(name);
        QVERIFY2(!excerpt.content.isEmpty(), "there is no excerpt of this list");
        auto parsed = lists::parse(excerpt.content);
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text));
        const lists::Report report = parsed->report;
        QVERIFY2(report.badLines == 0,
                 report.badLines ? qPrintable(report.firstBad.first().reason) : "");
        QCOMPARE(report.format, excerpt.format);
        QCOMPARE(report.goodLines, 3);
        const auto built = lists::List::build(std::move(*parsed));
        QVERIFY(built);
        lists::ListSet set;
        (void)set.replace(0, *built);
        const auto has = [&](const QString& sought) {
            const auto address = api::Address::parse(sought);
            return !(address ? set.current()->listsOf(*address) : set.current()->listsOf(sought))
                        .isEmpty();
        };
        for (const QString& sought : excerpt.listed)
            QVERIFY2(has(sought), qPrintable(sought));
        for (const QString& sought : excerpt.notListed)
            QVERIFY2(!has(sought), qPrintable(sought));
    }

    void eachCanBeAdded() {
        QStringList names;
        for (const api::List& list : models::offeredLists()) {
            QVERIFY(api::validate(list).has_value());
            QCOMPARE(QUrl(list.source, QUrl::StrictMode).scheme(), u"https"_s);
            QVERIFY(!names.contains(list.name));
            names += list.name;
        }
    }
};

QTEST_GUILESS_MAIN(OfferedListsTest)
#include "offered_lists_test.moc"
