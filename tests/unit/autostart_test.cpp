// Whether the session starts Sallyport, and switching that.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "client/autostart.h"

using namespace Qt::StringLiterals;
using sallyport::client::Autostart;

class AutostartTest : public QObject {
    Q_OBJECT
  private:
    std::unique_ptr<QTemporaryDir> home_, system_;

    static QString entry(const QTemporaryDir& folder) {
        return folder.filePath(u"autostart/org.sallyport.Sallyport.desktop"_s);
    }
    static void write(const QTemporaryDir& folder, const QByteArray& text) {
        QVERIFY(QDir().mkpath(folder.filePath(u"autostart"_s)));
        QFile file(entry(folder));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }
    void install() const {
        QFile::remove(entry(*system_));
        QVERIFY(QDir().mkpath(system_->filePath(u"autostart"_s)));
        QVERIFY(QFile::copy(QStringLiteral(AUTOSTART_ENTRY), entry(*system_)));
    }

  private slots:
    void init() {
        home_ = std::make_unique<QTemporaryDir>();
        system_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(home_->path()));
        qputenv("XDG_CONFIG_DIRS", QFile::encodeName(system_->path()));
    }

    void whatIsNotInstalledIsNotOn() {
        QVERIFY(!Autostart::isInstalled());
        QVERIFY(!Autostart::isOn());
        write(*home_, "[Desktop Entry]\nExec=sallyport\n");
        QVERIFY(!Autostart::isInstalled());
    }

    void whatIsInstalledIsSwitchedOffAndOn() {
        install();
        QVERIFY(Autostart::isInstalled());
        QVERIFY(Autostart::isOn());
        QVERIFY(Autostart::setOn(true));
        QVERIFY2(!QFile::exists(entry(*home_)), "what is so needs no file");
        QVERIFY(Autostart::setOn(false));
        QVERIFY(!Autostart::isOn());
        QVERIFY(Autostart::isInstalled());
        QVERIFY(Autostart::setOn(true));
        QVERIFY(Autostart::isOn());
        QVERIFY(!QFile::exists(entry(*home_)));
    }

    void theDesktopsOwnSwitchCounts() {
        install();
        write(*home_,
              "[Desktop Entry]\nExec=sallyport --hidden\nX-GNOME-Autostart-enabled=false\n");
        QVERIFY(!Autostart::isOn());
        QVERIFY(Autostart::setOn(true));
        QVERIFY(Autostart::isOn());
        write(*home_, "[Desktop Entry]\nExec=sallyport --hidden\nX-GNOME-Autostart-enabled=true\n");
        QVERIFY(Autostart::isOn());
        QVERIFY(Autostart::setOn(false));
        QVERIFY(!Autostart::isOn());
    }

    void whatThePersonWroteStays() {
        install();
        const QByteArray before =
            "# mine\n[Desktop Entry]\nExec=sallyport --hidden --page rules\n[More]\nHidden=a\n";
        write(*home_, before);
        QVERIFY(Autostart::setOn(false));
        QVERIFY(!Autostart::isOn());
        QVERIFY(Autostart::setOn(true));
        QVERIFY(Autostart::isOn());
        QFile file(entry(*home_));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), before);
    }

    // As tools for dotfiles make it.
    void aLinkStaysOne() {
        install();
        write(*home_, {});
        const QTemporaryDir kept;
        const QString file = kept.filePath(u"mine.desktop"_s);
        QVERIFY(QFile::remove(entry(*home_)));
        QVERIFY(QFile::copy(QStringLiteral(AUTOSTART_ENTRY), file));
        QVERIFY(QFile::link(file, entry(*home_)));
        for (const bool on : {false, true}) {
            QVERIFY(Autostart::setOn(on));
            QCOMPARE(Autostart::isOn(), on);
            QCOMPARE(QFileInfo(entry(*home_)).symLinkTarget(), file);
        }
    }

    void whatOnlyARemarkNamesIsNoGroup() {
        install();
        write(*home_, "# as in [Desktop Entry]\nExec=sallyport\n");
        QVERIFY(Autostart::isOn());
        QVERIFY(Autostart::setOn(false));
        QVERIFY(!Autostart::isOn());
    }

    void whatAnAdministratorSwitchedOffCanBeSwitchedOn() {
        write(*system_,
              "[Desktop Entry]\nType=Application\nExec=sallyport --hidden\nHidden=true\n");
        QVERIFY(Autostart::isInstalled());
        QVERIFY(!Autostart::isOn());
        QVERIFY(Autostart::setOn(true));
        QVERIFY(Autostart::isOn());
        QVERIFY(Autostart::setOn(false));
        QVERIFY(!Autostart::isOn());
    }

    void whatCannotBeWrittenIsSaid() {
        install();
        // A file where the folder would be: nobody can write there, root neither.
        QFile blocker(home_->filePath(u"autostart"_s));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        const auto set = Autostart::setOn(false);
        QVERIFY(!set);
        QVERIFY(!set.error().text.isEmpty());
        QVERIFY(Autostart::isOn());
    }
};

QTEST_GUILESS_MAIN(AutostartTest)
#include "autostart_test.moc"
