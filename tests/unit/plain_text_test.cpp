// Strangers' text made safe to look at.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QTest>

#include "widgets/plain_text.h"

using sallyport::widgets::displayCommand;
using sallyport::widgets::displayText;

class PlainTextTest : public QObject {
    Q_OBJECT
  private slots:
    void showsWhatCannotBeSeen_data() {
        QTest::addColumn<QString>("raw");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* name, const QString& raw, const QString& shown) {
            QTest::newRow(name) << raw << shown;
        };
        row("plain", QStringLiteral("/usr/bin/curl -s <b>&amp;"),
            QStringLiteral("/usr/bin/curl -s <b>&amp;"));
        row("letters of the world", QStringLiteral("Überdruß 文字 עברית"),
            QStringLiteral("Überdruß 文字 עברית"));
        row("line breaks", QStringLiteral("a\nb\rc\td"), QStringLiteral("a\\nb\\rc\\td"));
        row("escape", QStringLiteral("a\u001b[31m"), QStringLiteral("a[U+001B][31m"));
        row("nul", QStringLiteral("a") + QChar(0) + QStringLiteral("b"),
            QStringLiteral("a[U+0000]b"));
        row("right-to-left override", QStringLiteral("x\u202Egpj.exe"),
            QStringLiteral("x[U+202E]gpj.exe"));
        row("isolates", QStringLiteral("\u2066a\u2069"), QStringLiteral("[U+2066]a[U+2069]"));
        row("zero width", QStringLiteral("cu\u200Brl"), QStringLiteral("cu[U+200B]rl"));
        row("line separator", QStringLiteral("a\u2028b"), QStringLiteral("a[U+2028]b"));
        row("wide blank", QStringLiteral("a\u3000b"), QStringLiteral("a[U+3000]b"));
        row("filler", QStringLiteral("a\u3164b"), QStringLiteral("a[U+3164]b"));
        row("lone surrogate", QStringLiteral("a") + QChar(0xD800) + QStringLiteral("b"),
            QStringLiteral("a[U+FFFD]b").replace(QStringLiteral("[U+FFFD]"), QChar(0xFFFD)));
        row("tag", QString::fromUcs4(U"a\U000E0041", 2), QStringLiteral("a[U+E0041]"));
        row("stacked marks", QStringLiteral("a") + QString(5, QChar(0x0301)),
            QStringLiteral("a") + QString(3, QChar(0x0301)) + QStringLiteral("[U+0301][U+0301]"));
        row("empty", QString(), QString());
    }
    void showsWhatCannotBeSeen() {
        QFETCH(QString, raw);
        QFETCH(QString, shown);
        QCOMPARE(displayText(raw), shown);
    }

    void losesItsMiddle() {
        const QString text =
            QStringLiteral("/start/") + QString(4000, QLatin1Char('x')) + QStringLiteral("/end");
        const QString shown = displayText(text, 40);
        QVERIFY(shown.size() <= 40);
        QVERIFY(shown.startsWith(QStringLiteral("/start/")));
        QVERIFY(shown.endsWith(QStringLiteral("/end")));
        QVERIFY(shown.contains(QChar(0x2026)));
        QCOMPARE(displayText(QStringLiteral("12345"), 5), QStringLiteral("12345"));
        QCOMPARE(displayText(QStringLiteral("123456"), 5), QStringLiteral("12\u202656"));
        // Markers stay whole.
        const QString marks = displayText(QString(50, QChar(0x202E)), 30);
        QCOMPARE(marks.count(QLatin1Char('[')), marks.count(QLatin1Char(']')));
        QVERIFY(marks.size() <= 30);
    }

    void anyBytesGiveOneShortVisibleLine() {
        QRandomGenerator random(4711);
        for (int round = 0; round < 2000; ++round) {
            QString text;
            const auto length = random.bounded(300);
            for (int i = 0; i < length; ++i)
                text.append(QChar(static_cast<char16_t>(random.bounded(0x10000))));
            const QString shown = displayText(text, 100);
            QVERIFY(shown.size() <= 100);
            for (const uint code : shown.toUcs4()) {
                const QChar::Category category = QChar::category(code);
                QVERIFY(category != QChar::Other_Control && category != QChar::Other_Format &&
                        category != QChar::Separator_Line &&
                        category != QChar::Separator_Paragraph);
            }
        }
    }

    void commandsAreQuotedAsTyped() {
        QCOMPARE(displayCommand({QStringLiteral("sh"), QStringLiteral("-c"),
                                 QStringLiteral("echo it's"), QString()}),
                 QStringLiteral("sh -c 'echo it'\\''s' ''"));
    }
};

QTEST_APPLESS_MAIN(PlainTextTest)
#include "plain_text_test.moc"
