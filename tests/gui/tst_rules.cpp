// The rules page: made, changed, doubled, deleted, taken back, looked up, carried in files.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModel>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QTreeView>
#include <cstdlib>

#include "gui_screenshot.h"
#include "views/main_window.h"
#include "views/rules_page.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

class TestRules : public QObject {
    Q_OBJECT

    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<views::MainWindow> window_;
    QTreeView* tree_ = nullptr;

    template <class T>
    T* find(const char* name) {
        T* found = window_->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    void type(const char* field, const QString& text) {
        auto* line = find<QLineEdit>(field);
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }
    void pick(const char* field, const QString& text) {
        auto* box = find<QComboBox>(field);
        const int at = box->findText(text);
        QVERIFY2(at >= 0, qPrintable(text));
        box->setCurrentIndex(at);
    }
    void press(const char* button) { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    void select(api::RuleId id) {
        window_->showRule(id);
        QTRY_VERIFY(tree_->currentIndex().isValid());
    }
    QString complaint() { return find<QLabel>("ruleComplaint")->text(); }
    bool canSave() { return find<QPushButton>("ruleSave")->isEnabled(); }

  private slots:
    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        samples::fill(*firewall_);
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->resize(1280, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->showPage(u"rules"_s);
        tree_ = find<QTreeView>("rulesTree");
        QTRY_COMPARE(tree_->model()->rowCount(), 4);  // programs
    }
    void cleanup() {
        window_.reset();
        firewall_.reset();
    }

    void aRuleIsMadeFromASentence() {
        press("ruleNew");
        pick("ruleAction", u"Block"_s);
        type("ruleProgram", u"/usr/bin/wget"_s);
        pick("ruleRemoteKind", u"this name or address"_s);
        type("ruleRemote", u"10.0.0.0/8"_s);
        pick("ruleProtocol", u"TCP"_s);
        type("rulePorts", u"8000-8080"_s);
        type("ruleNote", u"not at home"_s);
        QCOMPARE(find<QLabel>("ruleSentence")->text(),
                 u"Block wget from connecting to 10.0.0.0/8, ports 8000 to 8080, TCP, for ever"_s);
        QVERIFY(tests::screenshot(*window_, u"rules-new"_s) > 50);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        api::Rule expected;
        expected.id = firewall_->ruleList().last().id;
        expected.action = api::Action::Block;
        expected.app = samples::path(u"/usr/bin/wget"_s);
        expected.direction = api::Direction::Outbound;
        expected.protocol = 6;
        expected.remote = {api::Remote::Kind::Prefix, api::Cidr::parse(u"10.0.0.0/8"_s).value()};
        expected.remotePorts = {8000, 8080};
        expected.note = u"not at home"_s;
        QCOMPARE(firewall_->ruleList().last(), expected);
        QTRY_VERIFY(!find<QWidget>("ruleSave")->isVisible());
    }

    void aLinkToAProgramIsFollowed() {
        const QTemporaryDir folder;
        const QString base = QFileInfo(folder.path()).canonicalFilePath();
        QFile file(base + u"/tool-2"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(QFile::link(u"tool-2"_s, base + u"/tool"_s));
        press("ruleNew");
        type("ruleProgram", base + u"/tool"_s);
        QTest::keyClick(find<QLineEdit>("ruleProgram"), Qt::Key_Tab);
        QCOMPARE(find<QLineEdit>("ruleProgram")->text(), base + u"/tool-2"_s);
    }

    void aRuleByNameIsMade() {
        press("ruleNew");
        pick("ruleAction", u"Allow"_s);
        type("ruleProgram", u"/usr/bin/wget"_s);
        pick("ruleRemoteKind", u"this name or address"_s);
        type("ruleRemote", u".Example.org"_s);
        type("ruleLocal", u"10.0.0.0/8"_s);
        type("ruleInterface", u"wg0"_s);
        QCOMPARE(find<QLabel>("ruleSentence")->text(),
                 u"Allow wget to connect to example.org and everything below it, here at "
                 "10.0.0.0/8, through wg0, for ever"_s);
        QVERIFY(tests::screenshot(*window_, u"rules-name"_s) > 50);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        const api::Rule made = firewall_->ruleList().last();
        QCOMPARE(made.remote.toString(), u".example.org"_s);
        QCOMPARE(made.local, api::Cidr::parse(u"10.0.0.0/8"_s).value());
        QCOMPARE(made.interface, u"wg0"_s);
    }

    void aRuleWithAQuotaIsMadeAndShowsItsUse() {
        press("ruleNew");
        pick("ruleAction", u"Allow"_s);
        type("ruleProgram", u"/usr/bin/wget"_s);
        QVERIFY(!find<QWidget>("ruleQuotaThen")->isEnabled());
        type("ruleQuota", u"much"_s);
        QVERIFY2(complaint().contains(u"no amount of data"_s), qPrintable(complaint()));
        type("ruleQuota", u"999"_s);
        QVERIFY(!canSave());
        type("ruleQuota", u"5GB"_s);
        pick("ruleQuotaPeriod", u"in a day"_s);
        pick("ruleQuotaThen", u"then ask again"_s);
        QCOMPARE(find<QLabel>("ruleSentence")->text(),
                 u"Allow wget to connect to any address, at most 5 GB in a day, then ask again, "
                 "for ever"_s);
        QCoreApplication::processEvents();
        find<QComboBox>("ruleQuotaThen")->setFocus();  // scrolls there
        QVERIFY(tests::screenshot(*window_, u"rules-quota"_s) > 50);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        api::Rule made = firewall_->ruleList().last();
        QCOMPARE(made.quota, (api::Quota{5'000'000'000, api::Period::Day, api::WhenUsedUp::Ask}));
        made.quota.used = 5'100'000'000;
        firewall_->editRule(made, window_.get(), [](const api::Result<void>&) {});
        const auto shown = [this] {
            const QAbstractItemModel* rules = find<QTreeView>("rulesTree")->model();
            return !rules
                        ->match(rules->index(0, 2), Qt::DisplayRole,
                                u"quota used up: 5.1 GB of 5 GB today"_s, 1,
                                Qt::MatchContains | Qt::MatchRecursive)
                        .isEmpty();
        };
        QTRY_VERIFY(shown());
        QVERIFY(tests::screenshot(*window_, u"rules-used-up"_s) > 50);
    }

    void aRuleWithoutItsListIsMarked() {
        QList<api::Rule> rules = firewall_->ruleList();
        rules[2].remote = api::Remote::parse(u"list:gone"_s).value();
        rules[4].remote = api::Remote::parse(u"list:ads"_s).value();
        firewall_->setRules(rules);
        const QAbstractItemModel* model = find<QTreeView>("rulesTree")->model();
        const auto marked = [model] {
            return model
                ->match(model->index(0, 2), Qt::DisplayRole, u"no such list"_s, -1,
                        Qt::MatchContains | Qt::MatchRecursive)
                .size();
        };
        QTRY_COMPARE(marked(), 1);
        QVERIFY(tests::screenshot(*window_, u"rules-no-list"_s) > 50);
        window_->setPalette(tests::darkPalette());
        QVERIFY(tests::screenshot(*window_, u"rules-no-list-dark"_s) > 50);
        firewall_->setLists({});
        QTRY_COMPARE(marked(), 2);
    }

    void aRuleForRequestsOfPlainHttpIsMade() {
        press("ruleNew");
        pick("ruleAction", u"Block"_s);
        type("ruleProgram", u"/usr/bin/wget"_s);
        QVERIFY(!find<QWidget>("ruleHttpMethods")->isEnabled());  // every protocol has none
        auto* why = find<QLabel>("ruleHttpWhy");
        QVERIFY(why->isVisible());
        QCOMPARE(why->text(), u"For this choose TCP as the protocol."_s);
        QCOMPARE(find<QWidget>("ruleHttpPath")->accessibleDescription(), why->text());
        QTest::qWait(1);
        QVERIFY(tests::screenshot(*window_, u"rules-http-why"_s) > 50);
        pick("ruleDirection", u"in"_s);
        QVERIFY(why->text().contains(u"connecting out"_s));
        pick("ruleDirection", u"out"_s);
        pick("ruleProtocol", u"TCP"_s);
        QVERIFY(!why->isVisible());
        QVERIFY(find<QWidget>("ruleHttpPath")->accessibleDescription().isEmpty());
        type("ruleHttpMethods", u"post put"_s);
        type("ruleHttpPath", u"/in/../out"_s);
        QVERIFY2(complaint().contains(u"no path of an HTTP request"_s), qPrintable(complaint()));
        QVERIFY(!canSave());
        type("ruleHttpPath", u"/in"_s);
        QCOMPARE(find<QLabel>("ruleSentence")->text(),
                 u"Block wget from connecting to any address, asking for POST, PUT /in in plain "
                 "HTTP (TLS would hide it), TCP, for ever"_s);
        type("ruleHttpMethods", u"/in"_s);
        QVERIFY2(complaint().contains(u"no list of HTTP methods"_s), qPrintable(complaint()));
        type("ruleHttpMethods", u"POST, PUT"_s);
        QCoreApplication::processEvents();
        QVERIFY(tests::screenshot(*window_, u"rules-http"_s) > 50);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        QCOMPARE(firewall_->ruleList().last().http,
                 (api::HttpRequests{{u"POST"_s, u"PUT"_s}, u"/in"_s}));
    }

    void aRuleThatAuditsAndLogsIsMade() {
        press("ruleNew");
        pick("ruleAction", u"Audit"_s);
        QVERIFY(!find<QWidget>("ruleStyle")->isEnabled());
        type("ruleProgram", u"/usr/bin/wget"_s);
        find<QCheckBox>("ruleLog")->click();
        QCOMPARE(find<QLabel>("ruleSentence")->text(),
                 u"Let it pass, and record what this would stop: Block wget from connecting to "
                 "any address, any port, for ever"_s);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        QCOMPARE(firewall_->ruleList().last().action, api::Action::Audit);
        QVERIFY(firewall_->ruleList().last().log);
    }

    void nonsenseIsSaidInWordsAndNotSaved_data() {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("port 70000") << QByteArray("rulePorts") << u"70000"_s << u"is not a port"_s;
        QTest::newRow("reversed") << QByteArray("rulePorts") << u"90-80"_s << u"is not a port"_s;
        QTest::newRow("/64 on IPv4")
            << QByteArray("ruleRemote") << u"10.0.0.0/64"_s << u"at most /32"_s;
        QTest::newRow("host bits")
            << QByteArray("ruleRemote") << u"10.0.0.1/8"_s << u"beginning of a network"_s;
        QTest::newRow("address") << QByteArray("ruleRemote") << u"10.0.0.256"_s
                                 << u"is not an address"_s;
        QTest::newRow("star") << QByteArray("ruleRemote") << u"a.*.org"_s << u"in front only"_s;
        QTest::newRow("name") << QByteArray("ruleRemote") << u"two words"_s << u"is not a name"_s;
        QTest::newRow("a word of the command line")
            << QByteArray("ruleRemote") << u"any"_s << u"is not a name"_s;
        QTest::newRow("this machine's name")
            << QByteArray("ruleRemote") << u"localhost"_s << u"this machine"_s;
        QTest::newRow("local address")
            << QByteArray("ruleLocal") << u"here"_s << u"is not an address"_s;
        QTest::newRow("interface")
            << QByteArray("ruleInterface") << u"a/b"_s << u"network interface"_s;
        QTest::newRow("relative path") << QByteArray("ruleProgram") << u"wget"_s << u"whole path"_s;
        QTest::newRow("user") << QByteArray("ruleUser") << u"ada"_s << u"not a user's number"_s;
    }
    void nonsenseIsSaidInWordsAndNotSaved() {
        QFETCH(QByteArray, field);
        QFETCH(QString, text);
        QFETCH(QString, words);
        press("ruleNew");
        if (field == "ruleRemote")
            pick("ruleRemoteKind", u"this name or address"_s);
        type(field.constData(), text);
        QVERIFY2(complaint().contains(words), qPrintable(complaint()));
        QVERIFY(!canSave());
        type(field.constData(), field == "ruleRemote" ? u"192.0.2.1"_s : QString());
        QVERIFY2(canSave(), qPrintable(complaint()));
    }

    void whatTheContractRefusesIsSaidInThePersonsLanguage() {
        class Shout final : public QTranslator {
          public:
            bool isEmpty() const override { return false; }
            QString translate(const char* context, const char* text, const char*,
                              int) const override {
                return QLatin1String(context) == "sallyport::models::Unsound"_L1
                           ? QString::fromLatin1(text).toUpper()
                           : QString();
            }
        } shout;
        QCoreApplication::installTranslator(&shout);
        press("ruleNew");
        type("ruleInterface", u"wg 0"_s);
        QVERIFY2(complaint().contains(u"IS NO NAME OF A NETWORK INTERFACE"_s),
                 qPrintable(complaint()));
        QCoreApplication::removeTranslator(&shout);
    }

    void icmpHasNoPorts() {
        press("ruleNew");
        pick("ruleProtocol", u"ICMP"_s);
        type("rulePorts", u"443"_s);
        QVERIFY(complaint().contains(u"has no ports"_s));
        QVERIFY(!canSave());
    }

    void aRuleIsChangedAndTakenBack() {
        select(1);
        press("ruleEdit");
        pick("ruleAction", u"Block"_s);
        pick("ruleLifetime", u"until restart"_s);
        press("ruleSave");
        QTRY_COMPARE(firewall_->ruleList().first().action, api::Action::Block);
        QCOMPARE(firewall_->ruleList().first().lifetime, api::Lifetime::UntilRestart);
        QCOMPARE(firewall_->ruleList().first().remotePorts, api::PortRange::single(443));
        QTRY_VERIFY(find<QPushButton>("undo")->isVisible());
        press("undo");
        QTRY_COMPARE(firewall_->ruleList().first().action, api::Action::Allow);
    }

    void anUntouchedRuleIsSavedAsItWas() {
        api::Rule rich =
            samples::rule(7, u"/usr/bin/python3.11"_s, api::Action::Block, u"2001:db8::7"_s, 993);
        rich.app = {api::AppIdentity::Kind::Script, u"/usr/bin/python3.11"_s, u"/opt/mail.py"_s};
        rich.startedBy = samples::path(u"/usr/bin/bash"_s);
        rich.user = 1000;
        rich.blockStyle = api::BlockStyle::Refuse;
        rich.pinned = true;
        rich.lifetime = api::Lifetime::Timed;
        rich.expiresMs = QDateTime::currentMSecsSinceEpoch() + 100'000;
        rich.note = u"mail"_s;
        firewall_->setRules({rich});
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        select(7);
        press("ruleEdit");
        press("ruleSave");
        QTRY_VERIFY(firewall_->calls().contains(u"editRule 7"_s));
        QCOMPARE(firewall_->ruleList().first(), rich);
    }

    void aRuleIsDoubled() {
        select(3);
        press("ruleDuplicate");
        QTRY_COMPARE(firewall_->ruleList().size(), 6);
        QCOMPARE(firewall_->ruleList().last().remote, firewall_->ruleList().at(2).remote);
        QCOMPARE(firewall_->ruleList().last().hits, quint64(0));
        QVERIFY(firewall_->ruleList().last().id != 3);
    }

    void aRuleIsDeletedWithTheKeyboardAndTakenBack() {
        select(3);
        tree_->setFocus();
        QTest::keyClick(tree_, Qt::Key_Delete);
        QTRY_COMPARE(firewall_->ruleList().size(), 4);
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        QCOMPARE(find<QWidget>("undoBar")->accessibleName(), u"Rule deleted"_s);
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(firewall_->ruleList().size(), 5);
        QTRY_COMPARE(find<QWidget>("undoBar")->accessibleName(),
                     u"Taken back: Rule deleted (curl)"_s);
    }

    // Nobody sees what went before: it may have been made elsewhere, long ago.
    void whatIsTakenBackIsSaid() {
        const auto takeBack = [this] {
            QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        };
        const auto said = [this] { return find<QWidget>("undoBar")->accessibleName(); };
        api::Rule mail = samples::rule(0, u"/usr/bin/mail"_s, api::Action::Allow);
        firewall_->addRule(mail, window_.get(), [](const auto&) {});
        firewall_->removeRules({1, 3}, window_.get(), [](const auto&) {});
        firewall_->setRulesEnabled({2}, false, window_.get(), [](const auto&) {});
        QTRY_COMPARE(firewall_->ruleList().size(), 4);
        takeBack();
        QTRY_COMPARE(said(), u"Taken back: Rule changed (firefox)"_s);
        takeBack();
        QTRY_COMPARE(said(), u"Taken back: Rules deleted: 2"_s);
        takeBack();
        QTRY_COMPARE(said(), u"Taken back: Rule made (mail)"_s);
        // Made as one, taken back and told as one.
        models::RuleBook book(*firewall_, models::plainFace);
        QString told;
        connect(&book, &models::RuleBook::changeMade, this,
                [&told](const QString& what) { told = what; });
        mail.note = u"two"_s;
        api::Rule ssh = samples::rule(0, u"/usr/bin/ssh"_s, api::Action::Allow);
        book.put({mail, ssh});
        QTRY_COMPARE(told, u"Rules made: 2"_s);
        book.undo();
        QTRY_COMPARE(told, u"Taken back: Rules made: 2"_s);
    }

    void aRuleIsSwitchedOffInTheList() {
        select(3);
        tree_->setFocus();
        QTest::keyClick(tree_, Qt::Key_Space);
        QTRY_COMPARE(firewall_->ruleList().at(2).enabled, false);
        QTRY_VERIFY(tree_->currentIndex().siblingAtColumn(1).data().toString().contains(u"off"_s));
    }

    void theAdministratorsRuleIsReadOnly() {
        select(5);
        QVERIFY(!find<QPushButton>("ruleEdit")->isEnabled());
        QVERIFY(!find<QPushButton>("ruleDelete")->isEnabled());
        QVERIFY(find<QPushButton>("ruleDuplicate")->isEnabled());
        tree_->setFocus();
        QTest::keyClick(tree_, Qt::Key_Space);
        QTest::keyClick(tree_, Qt::Key_Delete);
        QCoreApplication::processEvents();
        QCOMPARE(firewall_->ruleList().size(), 5);
        QVERIFY(firewall_->ruleList().last().enabled);
    }

    void whatWouldDecideIsAsked() {
        select(1);
        press("ruleExplain");
        QTRY_VERIFY(firewall_->calls().contains(u"explain /usr/bin/curl"_s));
        auto* result = find<QWidget>("attemptResult");
        // What it would be, two names, the address's lists, two rules.
        QTRY_COMPARE(result->findChildren<QLabel*>().size(), 6);
        QVERIFY(result->findChildren<QLabel*>().first()->text().contains(u"Rule 1"_s));
        QTRY_VERIFY(result->findChildren<QLabel*>().first()->height() > 0);
        QTest::qWait(1);
        QVERIFY(result->findChildren<QLabel*>().first()->isVisible());
        QVERIFY(tests::screenshot(*window_, u"rules-explain"_s) > 50);
        type("attemptRemote", u"nonsense"_s);
        press("attemptAsk");
        QVERIFY(result->findChildren<QLabel*>().last()->text().contains(u"is not an address"_s));
    }

    // Why a rule does not fit is what one looks for where something else decided.
    void whatDoesNotFitStandsBackAndCanBeRead() {
        select(1);
        press("ruleExplain");
        auto* result = find<QWidget>("attemptResult");
        QTRY_COMPARE(result->findChildren<QLabel*>().size(), 6);
        const QList<QLabel*> lines = result->findChildren<QLabel*>();
        QVERIFY2(lines.last()->text().contains(u"Does not fit"_s),
                 qPrintable(lines.last()->text()));
        const auto contrast = [](const QLabel* line) {
            const QColor front = line->palette().color(line->foregroundRole());
            const int back = qGray(line->palette().color(QPalette::Window).rgb());
            return std::abs(back - qGray(front.rgb())) * front.alpha() / 255;
        };
        QVERIFY2(contrast(lines.last()) > 80, qPrintable(QString::number(contrast(lines.last()))));
        QVERIFY(contrast(lines.last()) < contrast(lines.at(lines.size() - 2)));
    }

    void whatIsTriedOutIsWhatTheRuleIsFor() {
        api::Rule local = samples::rule(11, u"/usr/bin/curl"_s, api::Action::Allow);
        local.remote.kind = api::Remote::Kind::LocalNetwork;
        local.protocol = 17;
        api::Rule tunnel = samples::rule(12, u"/usr/bin/curl"_s, api::Action::Allow);
        tunnel.protocol = 47;
        api::Rule any = samples::rule(13, u"/usr/bin/curl"_s, api::Action::Allow);
        api::Rule listed = samples::rule(14, u"/usr/bin/curl"_s, api::Action::Block);
        listed.remote = api::Remote::listed(u"ads"_s);
        firewall_->setRules({local, tunnel, any, listed});
        QTRY_COMPARE(tree_->model()->rowCount(), 1);
        const auto tryOut = [&](api::RuleId id) {
            select(id);
            press("ruleExplain");
        };
        tryOut(11);
        QTRY_COMPARE(firewall_->attempt().protocol, 17);
        QCOMPARE(firewall_->attempt().remote, samples::address(u"192.168.0.1"_s));
        tryOut(12);
        QTRY_COMPARE(firewall_->attempt().protocol, 47);
        tryOut(13);
        QTRY_COMPARE(firewall_->attempt().protocol, 6);
        const auto asked = firewall_->calls().filter(u"explain "_s).size();
        tryOut(14);
        QVERIFY(find<QWidget>("attemptResult")
                    ->findChildren<QLabel*>()
                    .last()
                    ->text()
                    .contains(u"“ads”"_s));
        QCOMPARE(firewall_->calls().filter(u"explain "_s).size(), asked);
        type("attemptRemote", u"192.0.2.9"_s);
        QTest::keyClick(find<QLineEdit>("attemptRemote"), Qt::Key_Return);
        QTRY_COMPARE(firewall_->attempt().remote, samples::address(u"192.0.2.9"_s));
    }

    void flatAndSearched() {
        find<QCheckBox>("rulesGrouped")->setChecked(false);
        QCOMPARE(tree_->model()->rowCount(), 5);
        QTest::keyClicks(find<QLineEdit>("search"), u"state:block program:curl"_s);
        QCOMPARE(tree_->model()->rowCount(), 1);
        find<QLineEdit>("search")->clear();
        QTest::keyClicks(find<QLineEdit>("search"), u"port:443"_s);
        QCOMPARE(tree_->model()->rowCount(), 1);
    }

    void programsOfOneNameAreToldApart() {
        firewall_->setRules({samples::rule(1, u"/usr/sbin/sshd"_s, api::Action::Allow),
                             samples::rule(2, u"/usr/bin/sshd"_s, api::Action::Allow),
                             samples::rule(3, u"/usr/bin/curl"_s, api::Action::Allow)});
        QTRY_COMPARE(tree_->model()->index(2, 0).data().toString(), u"sshd (/usr/sbin/)"_s);
        const auto names = [this] {
            QStringList found;
            for (int row = 0; row < 3; ++row)
                found += tree_->model()->index(row, 0).data().toString();
            return found;
        };
        const QStringList expected{u"curl"_s, u"sshd (/usr/bin/)"_s, u"sshd (/usr/sbin/)"_s};
        QCOMPARE(names(), expected);
        find<QCheckBox>("rulesGrouped")->setChecked(false);
        QCOMPARE(names(), expected);
    }

    void namesakesAreToldApartWhereThereIsNoRoom() {
        const QString folder = u"/opt/a-folder-with-a-rather-long-name/"_s;
        firewall_->setRules({samples::rule(1, folder + u"one/sshd"_s, api::Action::Allow),
                             samples::rule(2, folder + u"two/sshd"_s, api::Action::Allow)});
        QTRY_VERIFY(tree_->model()->index(1, 0).data().toString().endsWith(u"name/two/)"_s));
        tree_->setAlternatingRowColors(false);
        tree_->header()->resizeSection(0, tree_->fontMetrics().averageCharWidth() * 30);
        tree_->setCurrentIndex({});
        const auto shown = [this](int row) {
            const QRect cell = tree_->visualRect(tree_->model()->index(row, 0));
            return tree_->viewport()->grab(cell).toImage();
        };
        QTRY_VERIFY(shown(0) != shown(1));
    }

    void rulesTravelInFiles() {
        QTemporaryDir folder;
        const QString name = folder.filePath(u"rules.json"_s);
        window_->rulesPage().setFilePickers({[name] { return name; }, [name] { return name; }});
        find<QAction>("rulesExport")->trigger();
        QTRY_VERIFY(QFile::exists(name));
        find<QAction>("rulesImportAdd")->trigger();
        QTRY_VERIFY(!firewall_->calls().filter(u"importRules"_s).isEmpty());
        QTRY_VERIFY(find<QWidget>("undoBar")->accessibleName().startsWith(u"Imported"_s));
        // What changed nothing cannot be taken back: that would be the change before.
        find<QAction>("rulesImportAdd")->trigger();
        QTRY_VERIFY(find<QWidget>("undoBar")->accessibleName().startsWith(u"Imported: 0"_s));
        QVERIFY(!find<QPushButton>("undo")->isVisible());
        firewall_->failNext(api::ErrorCode::Invalid, u"line 3: the file ends too early"_s);
        find<QAction>("rulesImportReplace")->trigger();
        QTRY_VERIFY(find<QWidget>("undoBar")->accessibleName().contains(u"ends too early"_s));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("\"/usr/bin/f\xfc\"");
        file.close();
        const qsizetype before = firewall_->calls().filter(u"importRules"_s).size();
        find<QAction>("rulesImportAdd")->trigger();
        QTRY_VERIFY(find<QWidget>("undoBar")->accessibleName().contains(u"no text in UTF-8"_s));
        QCOMPARE(firewall_->calls().filter(u"importRules"_s).size(), before);
    }

    // Undo is for what was made here: after an answer, or a change from elsewhere, it would take
    // back that.
    void undoEndsWithSomebodyElsesChange() {
        select(3);
        press("ruleDelete");
        QTRY_VERIFY(find<QPushButton>("undo")->isVisible());
        QTest::qWait(50);
        QVERIFY(find<QPushButton>("undo")->isVisible());
        emit firewall_->rulesChanged();
        QTRY_VERIFY(!find<QPushButton>("undo")->isVisible());
        QVERIFY(find<QWidget>("undoBar")->isVisible());
    }

    void aRefusedRuleStaysInTheSheet() {
        press("ruleNew");
        type("ruleProgram", u"/usr/bin/wget"_s);
        firewall_->failNext(api::ErrorCode::Denied);
        press("ruleSave");
        QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        QVERIFY(find<QLineEdit>("ruleProgram")->isVisible());
        QCOMPARE(find<QLineEdit>("ruleProgram")->text(), u"/usr/bin/wget"_s);
    }

    void aHalfWrittenRuleOutlivesOtherChanges() {
        select(3);
        press("ruleNew");
        type("ruleProgram", u"/usr/bin/wget"_s);
        tree_->setFocus();
        QTest::keyClick(tree_, Qt::Key_Space);  // switches rule 3 off
        QTRY_COMPARE(find<QWidget>("undoBar")->accessibleName(), u"Rule switched off"_s);
        QVERIFY(find<QLineEdit>("ruleProgram")->isVisible());
        QCOMPARE(find<QLineEdit>("ruleProgram")->text(), u"/usr/bin/wget"_s);
        firewall_->failNext(api::ErrorCode::Denied);
        press("ruleSave");
        QTRY_VERIFY(find<QWidget>("undoBar")->accessibleName().contains(u"not allowed"_s));
        QTest::keyClick(tree_, Qt::Key_Space);
        QTRY_COMPARE(find<QWidget>("undoBar")->accessibleName(), u"Rule switched on"_s);
        QVERIFY(find<QLineEdit>("ruleProgram")->isVisible());
        press("ruleSave");
        QTRY_VERIFY(!find<QWidget>("ruleProgram")->isVisible());
    }

    void theSelectionSurvivesACounter() {
        select(3);
        QList<api::Rule> rules = firewall_->ruleList();
        rules[2].hits += 5;
        rules += samples::rule(9, u"/usr/bin/ssh"_s, api::Action::Allow);
        firewall_->setRules(rules);
        QTRY_COMPARE(tree_->model()->rowCount(), 5);
        QCOMPARE(tree_->currentIndex().siblingAtColumn(0).data().toString(), u"Rule 3"_s);
    }
    void tenThousandRulesAreSiftedAtOnce_data() {
        QTest::addColumn<int>("programs");
        QTest::addColumn<bool>("grouped");
        QTest::newRow("of one program") << 1 << true;
        QTest::newRow("of a hundred") << 100 << true;
        QTest::newRow("of ten thousand") << 10'000 << true;
        QTest::newRow("flat") << 100 << false;
    }
    void tenThousandRulesAreSiftedAtOnce() {
        QFETCH(int, programs);
        QFETCH(bool, grouped);
        QList<api::Rule> rules;
        for (api::RuleId id = 1; id <= 10'000; ++id) {
            rules += samples::rule(id, u"/opt/p%1"_s.arg(int(id) % programs), api::Action::Allow,
                                   u"10.0.%1.%2"_s.arg(id / 256).arg(id % 256));
            rules.last().note = id % 4 < 2 ? u"wanted"_s : u"other"_s;
        }
        firewall_->setRules(rules);
        find<QCheckBox>("rulesGrouped")->setChecked(grouped);
        QTRY_COMPARE(tree_->model()->rowCount(), grouped ? programs : 10'000);
        QCoreApplication::processEvents();
        const auto shown = [&] {
            int rows = 0;
            for (QModelIndex at = tree_->model()->index(0, 0); at.isValid();
                 at = tree_->indexBelow(at))
                rows += grouped && !at.parent().isValid() ? 0 : 1;
            return rows;
        };
        // Row by row the tree looks at all of them for each one: it would take minutes.
        const QSignalSpy anew(tree_->model(), &QAbstractItemModel::modelReset);
        const QSignalSpy come(tree_->model(), &QAbstractItemModel::rowsInserted);
        const QSignalSpy gone(tree_->model(), &QAbstractItemModel::rowsRemoved);
        for (const QString& words : {u"wanted"_s, QString(), u"other"_s, u"wanted"_s}) {
            find<QLineEdit>("search")->setText(words);
            tree_->grab();
            QCOMPARE(shown(), words.isEmpty() ? 10'000 : 5'000);
        }
        QVERIFY(anew.count() >= 4);
        QCOMPARE(come.count() + gone.count(), 0);
    }
};

QTEST_MAIN(TestRules)
#include "tst_rules.moc"
