// What the helper says of lists, in the person's language: whatever a line or a file is refused for
// is known to the app.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/reasons.h"

#include <QTest>
#include <QTranslator>

#include "lists/list_parser.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

// A language in which every sentence stands in angles.
class Angles final : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* text, const char*, int) const override {
        return QLatin1String(context) == "sallyport::models::Reason"_L1
                   ? u'<' + QString::fromLatin1(text) + u'>'
                   : QString();
    }
};

// Every sentence of it stands in angles, and nothing is lost.
void isKnown(const QString& reason) {
    QString words = models::reasonInWords(reason);
    for (const QString& part : words.split(u"; "_s))
        QVERIFY2(part.startsWith(u'<') && part.endsWith(u'>'), qPrintable(words));
    QCOMPARE(words.remove(u'<').remove(u'>'), QString(reason).remove(u'<').remove(u'>'));
}

}  // namespace

class ReasonsTest : public QObject {
    Q_OBJECT
    Angles angles_;

  private slots:
    void init() { QCoreApplication::installTranslator(&angles_); }
    void cleanup() { QCoreApplication::removeTranslator(&angles_); }

    void everyBadLineIsKnown_data() {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const QByteArray& line) {
            QTest::newRow(line.left(40).constData()) << line;
        };
        for (const char* line : {"192.0.2.1 ads.example",
                                 "@@ads.example",
                                 "||ads.example",
                                 "||ads.example^$script",
                                 "ads.1",
                                 "zip",
                                 "||^",
                                 "a..example",
                                 "a/b",
                                 "ads_$.example",
                                 "192.0.2.1/24",
                                 "192.0.2.0/33",
                                 "2001:db8::/129",
                                 "2001:db8::1/64",
                                 "::/0",
                                 "1.2.3.4.5",
                                 ":::",
                                 "192.0.2.9-192.0.2.1",
                                 "192.0.2.1-2001:db8::1",
                                 "::1-2001:db8::1",
                                 "\xff.example"})
            row(line);
        row(QByteArray(64, 'x') + ".example");
        row(QByteArray(5000, 'x'));
        row("x." + QByteArray("abcdefghi.").repeated(26) + "example");
    }
    void everyBadLineIsKnown() {
        QFETCH(QByteArray, line);
        const auto parsed = lists::parse("good.example\n" + line + '\n');
        QVERIFY2(parsed, "the file was refused");
        QCOMPARE(parsed->report.badLines, 1);
        isKnown(parsed->report.firstBad.first().reason);
    }

    void everyBadFileIsKnown_data() {
        QTest::addColumn<QByteArray>("file");
        for (const char* file : {"\x1f\x8bzip", "BZh", "\xff\xfe", "SQLite format 3", "<html>",
                                 "# nothing\n", "zip\n", "a.example\nzip\ncom\n"})
            QTest::newRow(file) << QByteArray(file);
        QTest::newRow("large") << QByteArray("#").leftJustified(int(lists::kLargestFile) + 1, ' ');
    }
    void everyBadFileIsKnown() {
        QFETCH(QByteArray, file);
        const auto parsed = lists::parse(file);
        QVERIFY(!parsed);
        isKnown(parsed.error().text);
    }

    void severalSentencesAreSeveral() {
        QCOMPARE(models::reasonInWords(u"list ads: its content is gone; "
                                       "/x was damaged and is kept as /y; the rules begin anew"_s),
                 u"<list ads: <its content is gone>>; <"
                 "/x was damaged and is kept as /y>; <the rules begin anew>"_s);
        QCOMPARE(models::reasonInWords(u"the moon is full; list ads is being read"_s),
                 u"the moon is full; <list ads is being read>"_s);
    }
};

QTEST_GUILESS_MAIN(ReasonsTest)
#include "reasons_test.moc"
