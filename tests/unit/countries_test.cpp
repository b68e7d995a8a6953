// Countries of addresses, from files that are written here.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/countries.h"

#include <QDir>
#include <QFile>
#include <QIODevice>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>

#include "support/country_file.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using models::Countries;

class CountriesTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString path_ = folder_.filePath(u"Country.mmdb"_s);

    static api::Address address(const QByteArray& text) {
        return *api::Address::parse(QString::fromLatin1(text));
    }

  private slots:
    void initTestCase() {
        QVERIFY(tests::CountryFile::write(
            path_, {{u"192.0.2.0/25"_s, u"AT"_s, {{"de", u"Österreich"_s}, {"en", u"Austria"_s}}},
                    {u"2001:db8::/32"_s, u"BR"_s, {{"pt-BR", u"Brasil"_s}, {"en", u"Brazil"_s}}},
                    {u"198.51.100.7"_s, u"XK"_s, {}}}));
    }

    void eachAddressHasItsCountry_data() {
        QTest::addColumn<QByteArray>("language");
        QTest::addColumn<QByteArray>("where");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* language, const char* where, const QString& name) {
            QTest::addRow("%s in %s", where, language)
                << QByteArray(language) << QByteArray(where) << name;
        };
        row("de_DE", "192.0.2.1", u"Österreich"_s);
        row("en_GB", "192.0.2.127", u"Austria"_s);
        row("fr_FR", "192.0.2.1", u"Austria"_s);
        row("C", "192.0.2.1", u"Austria"_s);
        row("pt_BR", "2001:db8::1", u"Brasil"_s);
        row("pt_PT", "2001:db8:ffff::1", u"Brazil"_s);
        row("de_DE", "198.51.100.7", u"XK"_s);
        row("de_DE", "192.0.2.128", {});
        row("de_DE", "198.51.100.8", {});
        row("de_DE", "2001:db9::1", {});
        row("de_DE", "::1", {});
        row("de_DE", "127.0.0.1", {});
    }
    void eachAddressHasItsCountry() {
        QFETCH(QByteArray, language);
        QFETCH(QByteArray, where);
        QFETCH(QString, name);
        Countries countries{QLocale(QString::fromLatin1(language))};
        QCOMPARE(countries.of(address(where)), QString());
        QVERIFY(countries.open(path_));
        QVERIFY(countries.isOpen());
        QCOMPARE(countries.of(address(where)), name);
        QVERIFY(countries.open({}));
        QCOMPARE(countries.of(address(where)), QString());
    }

    void whatIsNoSuchFileIsRefused() {
        Countries countries;
        const auto missing = countries.open(folder_.filePath(u"missing.mmdb"_s));
        QVERIFY(!missing);
        QVERIFY2(missing.error().text.contains(u"No such file"_s),
                 qPrintable(missing.error().text));
        QFile file(path_);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        // Cut anywhere, or with a byte changed anywhere: refused, or read without harm.
        const QString damaged = folder_.filePath(u"damaged.mmdb"_s);
        const auto readsWithoutHarm = [&](const QByteArray& bytes) {
            QFile::remove(damaged);
            QFile copy(damaged);
            if (!copy.open(QIODevice::WriteOnly) || copy.write(bytes) != bytes.size())
                return false;
            copy.close();
            if (countries.open(damaged)) {
                for (const char* where : {"192.0.2.1", "198.51.100.7", "2001:db8::1", "::1"})
                    countries.of(address(where));
            }
            return true;
        };
        for (qsizetype size = 0; size < whole.size(); size += 1 + whole.size() / 200)
            QVERIFY(readsWithoutHarm(whole.left(size)));
        QVERIFY(readsWithoutHarm({}));
        QVERIFY(!countries.isOpen());
        for (qsizetype at = 0; at < whole.size(); ++at) {
            QByteArray other = whole;
            other[at] = char(~other[at]);
            QVERIFY(readsWithoutHarm(other));
        }
    }

    void thePersonsOwnFilesAreFound() {
        QVERIFY(QDir(folder_.path()).mkpath(u"data/sallyport"_s));
        const QString own = folder_.filePath(u"data/sallyport/dbip-country-lite.mmdb"_s);
        QVERIFY(QFile::copy(path_, own));
        QVERIFY(QFile::copy(path_, folder_.filePath(u"data/sallyport/asn.mmdb"_s)));
        qputenv("XDG_DATA_HOME", folder_.filePath(u"data"_s).toLocal8Bit());
        QVERIFY(models::countryFiles().contains(own));
        QVERIFY(!models::countryFiles().contains(folder_.filePath(u"data/sallyport/asn.mmdb"_s)));
    }
};

QTEST_GUILESS_MAIN(CountriesTest)
#include "countries_test.moc"
