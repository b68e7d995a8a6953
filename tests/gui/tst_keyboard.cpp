// The keyboard alone, and a screen reader: every control is reached, and every control has a name.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "models/connections_model.h"
#include "models/history_model.h"
#include "models/rules_model.h"
#include "views/main_window.h"
#include "views/question_window.h"
#include "views/welcome_window.h"
#include "window_samples.h"

using namespace sallyport;
using namespace Qt::StringLiterals;

namespace {

QString called(const QWidget* widget) {
    return QLatin1String(widget->metaObject()->className()) + u' ' + widget->objectName();
}

// Tab stops there when it is to be seen. Parts of Qt's own controls are not controls.
bool isControl(const QWidget* widget) {
    return (widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy() &&
           !widget->objectName().startsWith(u"qt_"_s);
}

QStringList nameless(const QWidget& window) {
    QStringList found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!isControl(widget) || widget->window() != &window || widget->isHidden())
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        if (!face || face->text(QAccessible::Name).trimmed().isEmpty())
            found += called(widget);
    }
    return found;
}

// What Tab comes by, from the first control round to it again.
QWidgetList chain(QWidget& window, Qt::Key key) {
    constexpr int kMost = 200;
    QWidgetList seen;
    for (int at = 0; at < kMost; ++at) {
        QWidget* focus = window.focusWidget();
        if (!focus || seen.contains(focus))
            break;
        seen += focus;
        QTest::keyClick(focus, key, key == Qt::Key_Backtab ? Qt::ShiftModifier : Qt::NoModifier);
    }
    return seen;
}

// Of choices that exclude each other Tab stops at one; the arrows reach the others.
bool isReached(QWidget* widget, const QWidgetList& seen) {
    if (!qobject_cast<QRadioButton*>(widget))
        return seen.contains(widget);
    return std::any_of(seen.cbegin(), seen.cend(), [&](QWidget* one) {
        return qobject_cast<QRadioButton*>(one) && one->parentWidget() == widget->parentWidget();
    });
}

QStringList unreached(const QWidget& window, const QWidgetList& seen) {
    QStringList found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        const bool wanted = isControl(widget) && widget->window() == &window &&
                            widget->isVisible() && widget->isEnabled();
        if (wanted && !isReached(widget, seen))
            found += called(widget);
    }
    return found;
}

}  // namespace

class TestKeyboard : public QObject {
    Q_OBJECT

    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<models::QuestionsModel> questions_;
    std::unique_ptr<views::QuestionWindow> question_;
    std::unique_ptr<views::MainWindow> window_;

    template <class T>
    T* find(const char* name) {
        T* found = window_->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    // "rules/ruleNew": the page, then the button that opens something more.
    void open(const QString& scene) {
        samples::fill(*firewall_);
        window_ = std::make_unique<views::MainWindow>(*firewall_);
        window_->show();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        window_->showPage(scene.section(u'/', 0, 0));
        auto* connections = find<QTreeView>("connectionsTree");
        QTRY_COMPARE(connections->model()->rowCount(), 4);
        connections->setCurrentIndex(connections->model()->index(0, 0));
        auto* rules = find<QTreeView>("rulesTree");
        QTRY_COMPARE(rules->model()->rowCount(), 4);
        if (const QString button = scene.section(u'/', 1, 1); !button.isEmpty()) {
            if (scene.startsWith(u"rules"_s))
                window_->showRule(1);
            window_->findChild<QPushButton*>(button)->click();
        }
        if (scene.endsWith(u"/ruleDelete"_s))
            QTRY_VERIFY(find<QWidget>("undoBar")->isVisible());
        QCoreApplication::processEvents();
    }
    void ask() {
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        question_ = std::make_unique<views::QuestionWindow>(*firewall_, *questions_);
        firewall_->startAgent();
        for (const api::QuestionId id : {1, 2}) {
            api::Question one = samples::question(id, u"/usr/bin/mail"_s, u"192.0.2.55"_s, 443);
            one.process.startedBy = samples::path(u"/usr/bin/bash"_s);
            firewall_->ask(one);
        }
        QVERIFY(QTest::qWaitForWindowExposed(question_.get()));
        question_->findChild<QToolButton*>(u"details"_s)->click();
        QTRY_VERIFY(question_->findChild<QPushButton*>(u"allow"_s)->isEnabled());
    }
    static void everyScene() {
        QTest::addColumn<QString>("scene");
        for (const char* scene :
             {"connections", "waiting", "rules", "rules/ruleEdit", "rules/ruleExplain",
              "rules/ruleDelete", "lists", "lists/listNew", "history", "settings"})
            QTest::newRow(scene) << QString::fromLatin1(scene);
    }

  private slots:
    void init() { firewall_ = std::make_unique<fakes::FakeFirewall>(); }
    void cleanup() {
        question_.reset();
        window_.reset();
        questions_.reset();
        firewall_.reset();
    }

    void everyControlHasAName_data() { everyScene(); }
    void everyControlHasAName() {
        QFETCH(QString, scene);
        open(scene);
        const QStringList found = nameless(*window_);
        QVERIFY2(found.isEmpty(), qPrintable(found.join(u", "_s)));
    }

    void everyControlOfTheQuestionHasAName() {
        ask();
        const QStringList found = nameless(*question_);
        QVERIFY2(found.isEmpty(), qPrintable(found.join(u", "_s)));
    }

    void tabReachesEverything_data() { everyScene(); }
    void tabReachesEverything() {
        QFETCH(QString, scene);
        open(scene);
        QWidget* mode = find<QWidget>("mode");
        mode->setFocus();
        const QWidgetList there = chain(*window_, Qt::Key_Tab);
        const QStringList missing = unreached(*window_, there);
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u", "_s)));
        QCOMPARE(window_->focusWidget(), mode);  // round, and nowhere caught
        QWidgetList back = chain(*window_, Qt::Key_Backtab);
        std::reverse(back.begin() + 1, back.end());
        QCOMPARE(back, there);
        // In the order of reading.
        const auto place = [&](const char* name) { return there.indexOf(find<QWidget>(name)); };
        QVERIFY(place("mode") < place("pages"));
        if (find<QLineEdit>("search")->isEnabled())
            QCOMPARE(place("search"), place("pages") + 1);
        if (scene == u"rules/ruleEdit"_s) {
            QVERIFY(place("search") < place("ruleNew"));
            QVERIFY(place("ruleNew") < place("rulesTree"));
            QVERIFY(place("rulesTree") < place("ruleAction"));
            QVERIFY(place("ruleAction") < place("ruleProgram"));
            QVERIFY(place("ruleProgram") < place("rulePorts"));
            QVERIFY(place("rulePorts") < place("ruleLifetime"));
            QVERIFY(place("ruleLifetime") < place("ruleNote"));
            QVERIFY(place("ruleNote") < place("ruleCancel"));
            QVERIFY(place("ruleCancel") < place("ruleSave"));
        }
    }

    void tabReachesEverythingOfTheQuestion() {
        ask();
        question_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(question_.get()));
        auto* details = question_->findChild<QWidget*>(u"details"_s);
        details->setFocus();
        const QWidgetList there = chain(*question_, Qt::Key_Tab);
        const QStringList missing = unreached(*question_, there);
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u", "_s)));
        QCOMPARE(question_->focusWidget(), details);
        QVERIFY(firewall_->answers().isEmpty());
        const auto place = [&](const char* name) {
            return there.indexOf(question_->findChild<QWidget*>(QLatin1String(name)));
        };
        QVERIFY(place("details") < place("lifetime"));
        QVERIFY(place("lifetime") < place("later"));
        QVERIFY(place("later") < place("block"));
        QVERIFY(place("block") < place("allow"));
    }

    void everythingOfTheWelcomeIsReached() {
        samples::fill(*firewall_);
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        views::WelcomeWindow welcome(*firewall_, *questions_);
        welcome.show();
        QVERIFY(QTest::qWaitForWindowActive(&welcome));
        for (int pane = 1; pane <= 3; ++pane) {
            QCoreApplication::processEvents();
            const QStringList without = nameless(welcome);
            QVERIFY2(without.isEmpty(), qPrintable(without.join(u", "_s)));
            const QStringList missing = unreached(welcome, chain(welcome, Qt::Key_Tab));
            QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u", "_s)));
            if (pane < 3)
                welcome.findChild<QPushButton*>(u"welcomeNext"_s)->click();
        }
    }

    void escapeClosesWhatOpenedBesideTheList_data() {
        QTest::addColumn<QString>("scene");
        QTest::addColumn<QString>("box");
        QTest::newRow("rule") << u"rules/ruleEdit"_s << u"ruleDirection"_s;
        QTest::newRow("explanation") << u"rules/ruleExplain"_s << u"attemptProtocol"_s;
        QTest::newRow("list") << u"lists/listNew"_s << u"listOffer"_s;
    }
    void escapeClosesWhatOpenedBesideTheList() {
        QFETCH(QString, scene);
        QFETCH(QString, box);
        open(scene);
        auto* choice = window_->findChild<QComboBox*>(box);
        QVERIFY(choice && choice->isVisible());
        choice->setFocus();
        choice->showPopup();
        QTRY_VERIFY(choice->view()->isVisible());
        QTest::keyClick(choice->view(), Qt::Key_Escape);
        QTRY_VERIFY(!choice->view()->isVisible());
        QVERIFY(choice->isVisible());  // that was the list of choices alone
        QTest::keyClick(choice, Qt::Key_Escape);
        QTRY_VERIFY(!choice->isVisible());
        const QString tree = scene.section(u'/', 0, 0) + u"Tree"_s;
        QCOMPARE(window_->focusWidget()->objectName(), tree);
    }

    void enterOpensTheRuleThatDecided_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<int>("remotes");
        QTest::newRow("connections") << u"connections"_s << int(models::ConnectionsModel::Name);
        QTest::newRow("history") << u"history"_s << int(models::HistoryModel::RemoteColumn);
    }
    void enterOpensTheRuleThatDecided() {
        QFETCH(QString, page);
        QFETCH(int, remotes);
        using State = api::ConnectionState;
        firewall_->setHistory(
            {{1, samples::path(u"/usr/bin/curl"_s)}},
            {samples::connection(1, 1, u"203.0.113.9"_s, 80, State::Blocked, 3),
             samples::connection(2, 1, u"192.0.2.200"_s, 5432, State::Undecided)});
        open(page);
        auto* tree = window_->findChild<QTreeView*>(page + u"Tree"_s);
        QTRY_VERIFY(tree->model()->rowCount() > 0);
        tree->setFocus();
        const auto press = [tree, remotes](const QString& remote) {
            const auto rows = tree->model()->match(tree->model()->index(0, remotes),
                                                   Qt::DisplayRole, remote, 1, Qt::MatchRecursive);
            QVERIFY(!rows.isEmpty());
            tree->setCurrentIndex(rows.first());
            QTest::keyClick(tree, Qt::Key_Return);
        };
        press(u"192.0.2.200"_s);
        QCOMPARE(window_->currentPage(), page);  // no rule decided
        press(u"203.0.113.9"_s);
        QTRY_COMPARE(window_->currentPage(), u"rules"_s);
        QCOMPARE(find<QTreeView>("rulesTree")->currentIndex().data(models::RulesModel::IdRole),
                 QVariant(3u));
    }

    void tablesAreSortedWithoutAMouse() {
        open(u"rules"_s);
        auto* tree = window_->findChild<QTreeView*>(u"rulesTree"_s);
        QVERIFY(tree);
        const auto choose = [&](const QString& wanted) {
            auto* menu = tree->findChild<QMenu*>(u"sortMenu"_s);
            QVERIFY(menu);
            QTRY_VERIFY(menu->isVisible());
            const auto text = [&] {
                const QAction* action = menu->activeAction();
                return action ? action->text() : QString();
            };
            for (int at = 0; at < 20 && text() != wanted; ++at)
                QTest::keyClick(menu, Qt::Key_Down);
            QCOMPARE(text(), wanted);
            QTest::keyClick(menu, Qt::Key_Return);
            QTRY_VERIFY(!tree->findChild<QMenu*>(u"sortMenu"_s));
        };
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_F10, Qt::ShiftModifier);
        choose(u"Sort by Used"_s);
        QCOMPARE(tree->header()->sortIndicatorSection(), int(models::RulesModel::Hits));
        QCOMPARE(tree->header()->sortIndicatorOrder(), Qt::AscendingOrder);
        QContextMenuEvent key(QContextMenuEvent::Keyboard, QPoint(), tree->mapToGlobal(QPoint()));
        QCoreApplication::sendEvent(tree, &key);
        choose(u"&Descending"_s);
        QCOMPARE(tree->header()->sortIndicatorSection(), int(models::RulesModel::Hits));
        QCOMPARE(tree->header()->sortIndicatorOrder(), Qt::DescendingOrder);
    }

    void whatCannotBeSortedOffersNoOrder() {
        open(u"waiting"_s);
        auto* list = window_->findChild<QTreeView*>(u"questionsList"_s);
        QVERIFY(list);
        QTest::keyClick(list, Qt::Key_F10, Qt::ShiftModifier);
        QVERIFY(!list->findChild<QMenu*>(u"sortMenu"_s));
    }

    void f6GoesThroughTheParts_data() {
        QTest::addColumn<QString>("scene");
        QTest::addColumn<QStringList>("parts");
        const QStringList head{u"mode"_s, u"pages"_s, u"search"_s};
        QTest::newRow("connections")
            << u"connections"_s
            << head + QStringList{u"connectionsTree"_s, u"trafficGraph"_s, u"inspector"_s};
        QTest::newRow("waiting") << u"waiting"_s
                                 << head + QStringList{u"questionsList"_s, u"undecidedTree"_s};
        QTest::newRow("editor") << u"rules/ruleEdit"_s
                                << head + QStringList{u"rulesTree"_s, u"ruleAction"_s};
        QTest::newRow("undo") << u"rules/ruleDelete"_s
                              << head + QStringList{u"rulesTree"_s, u"undo"_s};
        QTest::newRow("lists") << u"lists"_s << head + QStringList{u"listsTree"_s, u"listSought"_s};
        QTest::newRow("history") << u"history"_s << head + QStringList{u"historyTree"_s};
    }
    void f6GoesThroughTheParts() {
        QFETCH(QString, scene);
        QFETCH(QStringList, parts);
        open(scene);
        find<QWidget>("mode")->setFocus();
        for (qsizetype step = 0; step <= parts.size(); ++step) {
            QCOMPARE(window_->focusWidget()->objectName(), parts[step % parts.size()]);
            QTest::keyClick(window_.get(), Qt::Key_F6);
        }
        find<QWidget>("mode")->setFocus();
        for (qsizetype step = parts.size(); step >= 0; --step) {
            QCOMPARE(window_->focusWidget()->objectName(), parts[step % parts.size()]);
            QTest::keyClick(window_.get(), Qt::Key_F6, Qt::ShiftModifier);
        }
    }
};

QTEST_MAIN(TestKeyboard)
#include "tst_keyboard.moc"
