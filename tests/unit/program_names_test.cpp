// Names and icons of programs from desktop entries.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QIODevice>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>

#include "models/desktop_entries.h"
#include "models/namesakes.h"
#include "models/program_names.h"

using namespace sallyport;
using models::DesktopEntry;
using Kind = api::AppIdentity::Kind;

class ProgramNamesTest : public QObject {
    Q_OBJECT
  private:
    QTemporaryDir folder_;

    QString program(const QString& name) {
        const QString path = folder_.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return QFileInfo(path).canonicalFilePath();
    }
    void entry(const QString& in, const QString& id, const QByteArray& text) {
        QDir().mkpath(folder_.filePath(in));
        QFile file(folder_.filePath(in + QLatin1Char('/') + id + QStringLiteral(".desktop")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[Desktop Entry]\nType=Application\n" + text + "\n[Other]\nName=Wrong\n");
    }

  private slots:
    void splitsExec_data() {
        QTest::addColumn<QString>("exec");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("plain") << QStringLiteral("vim %F")
                               << QStringList{QStringLiteral("vim"), QStringLiteral("%F")};
        QTest::newRow("quoted") << QStringLiteral("\"/opt/a b/c\" --x  \"\\\"q\\\\\"")
                                << QStringList{QStringLiteral("/opt/a b/c"), QStringLiteral("--x"),
                                               QStringLiteral("\"q\\")};
        QTest::newRow("empty argument")
            << QStringLiteral("a \"\"") << QStringList{QStringLiteral("a"), QStringLiteral("")};
        QTest::newRow("nothing") << QStringLiteral("  ") << QStringList{};
    }
    void splitsExec() {
        QFETCH(QString, exec);
        QFETCH(QStringList, words);
        QCOMPARE(models::splitExec(exec), words);
    }

    void speaksThePersonsLanguage() {
        const QString text = QStringLiteral(
            "# x\n[Desktop Entry]\nType=Application\nName=Files\nName[de]=Dateien\n"
            "Name[de_AT]=Ordner\nExec=/bin/sh\n");
        QCOMPARE(models::parseDesktopEntry(text, QLocale(QStringLiteral("de_DE"))).name,
                 QStringLiteral("Dateien"));
        QCOMPARE(models::parseDesktopEntry(text, QLocale(QStringLiteral("de_AT"))).name,
                 QStringLiteral("Ordner"));
        QCOMPARE(models::parseDesktopEntry(text, QLocale(QStringLiteral("fr_FR"))).name,
                 QStringLiteral("Files"));
    }

    void namesWhatAnEntryStarts() {
        const QString mail = program(QStringLiteral("bin/mailer"));
        entry(QStringLiteral("apps"), QStringLiteral("mail"),
              "Name=Mail\nExec=env A=b " + mail.toUtf8() + " %U");
        entry(QStringLiteral("apps"), QStringLiteral("mail-compose"),
              "Name=Compose\nExec=" + mail.toUtf8() + " --compose");
        entry(QStringLiteral("apps"), QStringLiteral("gone"), "Name=Gone\nExec=/nowhere/at-all");
        models::ProgramNames names({folder_.filePath(QStringLiteral("apps"))});
        QCOMPARE(names.name({Kind::Path, mail, {}}), QStringLiteral("Mail"));
        QCOMPARE(names.name({Kind::Path, QStringLiteral("/nowhere/at-all"), {}}),
                 QStringLiteral("at-all"));
        QVERIFY(!names.icon({Kind::Path, mail, {}}).isNull());
        QVERIFY(!names.icon({Kind::Path, QStringLiteral("/x"), {}}).pixmap(32, 32).isNull());
    }

    void programsOfFlatpakAndSnapHaveTheirNames() {
        entry(QStringLiteral("apps"), QStringLiteral("org.example.Mail"),
              "Name=Mail\nExec=" + program(QStringLiteral("bin/flatpak")).toUtf8() +
                  " run --command=mail org.example.Mail");
        entry(QStringLiteral("apps"), QStringLiteral("chat_chat"),
              "Name=Chat\nExec=" + program(QStringLiteral("bin/snap")).toUtf8());
        models::ProgramNames names({folder_.filePath(QStringLiteral("apps"))});
        const auto name = [&names](const char* path) {
            return names.name({Kind::Path, QLatin1String(path), {}});
        };
        QCOMPARE(name("/var/lib/flatpak/app/org.example.Mail/x86_64/stable/active/files/bin/mail"),
                 QStringLiteral("Mail"));
        QCOMPARE(name("/snap/chat/current/bin/chatter"), QStringLiteral("Chat"));
        QCOMPARE(name("/var/lib/snapd/snap/chat/7/bin/chatter"), QStringLiteral("Chat"));
        QCOMPARE(name("/home/eve/snap/chat/7/bin/chatter"), QStringLiteral("chatter"));
    }

    void aFileThatPretendsGetsNoName() {
        const QString mail = program(QStringLiteral("bin/mailer"));
        entry(QStringLiteral("apps"), QStringLiteral("mail"), "Name=Mail\nExec=" + mail.toUtf8());
        models::ProgramNames names({folder_.filePath(QStringLiteral("apps"))});
        QCOMPARE(names.name({Kind::Foreign, mail + QStringLiteral(" (8:99)"), {}}),
                 QStringLiteral("mailer"));
        QCOMPARE(names.name({Kind::Memory, QStringLiteral("memfd:x"), {}}),
                 QStringLiteral("memfd:x"));
        QCOMPARE(names.name({Kind::Kernel, {}, {}}), QStringLiteral("Linux kernel"));
        // A program elsewhere with the same file name is not the one of the entry.
        QCOMPARE(names.name({Kind::Path, QStringLiteral("/home/eve/mailer"), {}}),
                 QStringLiteral("mailer"));
    }

    void scriptsHaveTheirOwnNames() {
        const QString script = program(QStringLiteral("bin/tool.py"));
        entry(QStringLiteral("apps"), QStringLiteral("tool"),
              "Name=Tool\nExec=/bin/sh " + script.toUtf8());
        models::ProgramNames names({folder_.filePath(QStringLiteral("apps"))});
        QCOMPARE(names.name({Kind::Script, QStringLiteral("/bin/sh"), script}),
                 QStringLiteral("Tool"));
        QCOMPARE(names.name({Kind::Script, QStringLiteral("/bin/sh"), QStringLiteral("/a/b.sh")}),
                 QStringLiteral("b.sh"));
        // The interpreter itself is not the tool.
        QVERIFY(names.name(
                    {Kind::Path, QFileInfo(QStringLiteral("/bin/sh")).canonicalFilePath(), {}}) !=
                QStringLiteral("Tool"));
    }

    void theFirstFolderWins() {
        const QString mail = program(QStringLiteral("bin/mailer"));
        entry(QStringLiteral("a"), QStringLiteral("mail"), "Name=System\nExec=" + mail.toUtf8());
        entry(QStringLiteral("b"), QStringLiteral("mail"), "Name=Mine\nExec=" + mail.toUtf8());
        models::ProgramNames names(
            {folder_.filePath(QStringLiteral("a")), folder_.filePath(QStringLiteral("b"))});
        QCOMPARE(names.name({Kind::Path, mail, {}}), QStringLiteral("System"));
    }

    void whatIsInstalledMeanwhileHasItsName() {
        constexpr int kAgainMs = 50;
        const QString mail = program(QStringLiteral("bin/mailer"));
        const QString chat = program(QStringLiteral("bin/chatter"));
        const QString in = QStringLiteral("new/kde");
        models::ProgramNames names({folder_.filePath(QStringLiteral("new"))}, kAgainMs);
        const auto name = [&names](const QString& path) {
            return names.name({Kind::Path, path, {}});
        };
        QCOMPARE(name(mail), QStringLiteral("mailer"));
        entry(in, QStringLiteral("mail"), "Name=Mail\nExec=" + mail.toUtf8());  // folders, too
        QTest::qWait(2 * kAgainMs);
        QCOMPARE(name(mail), QStringLiteral("Mail"));
        QCOMPARE(name(chat), QStringLiteral("chatter"));
        entry(in, QStringLiteral("chat"), "Name=Chat\nExec=" + chat.toUtf8());
        QTest::qWait(2 * kAgainMs);
        QCOMPARE(names.filesNamed(QStringLiteral("cha")), QStringList{chat});
        QCOMPARE(name(chat), QStringLiteral("Chat"));
        QVERIFY(QFile::remove(folder_.filePath(in + QStringLiteral("/mail.desktop"))));
        QTest::qWait(2 * kAgainMs);
        QCOMPARE(name(mail), QStringLiteral("mailer"));
    }

    void theFoldersAreNotLookedAtEachTime() {
        const QString mail = program(QStringLiteral("bin/mailer"));
        models::ProgramNames names({folder_.filePath(QStringLiteral("seldom"))}, 3'600'000);
        QCOMPARE(names.name({Kind::Path, mail, {}}), QStringLiteral("mailer"));
        entry(QStringLiteral("seldom"), QStringLiteral("mail"), "Name=Mail\nExec=" + mail.toUtf8());
        QCOMPARE(names.name({Kind::Path, mail, {}}), QStringLiteral("mailer"));
    }

    void namesakesThatAreGoneLeaveNothing() {
        const models::Face one{QStringLiteral("sh"), QStringLiteral("/bin/sh"), {}};
        const models::Face other{QStringLiteral("sh"), QStringLiteral("/opt/sh"), {}};
        models::Namesakes namesakes;
        namesakes.add(one);
        QVERIFY(namesakes.add(other));
        QVERIFY(namesakes.remove(one));
        QCOMPARE(namesakes.name(other), QStringLiteral("sh"));
        QVERIFY(!namesakes.remove(other));
        QVERIFY(namesakes.isEmpty());
    }
};

QTEST_MAIN(ProgramNamesTest)
#include "program_names_test.moc"
