// The window that asks, used as a person would: by mouse and keyboard.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QTranslator>
#include <QtTest>
#include <memory>

#include "fakes/fake_firewall.h"
#include "gui_screenshot.h"
#include "models/questions_model.h"
#include "views/question_window.h"
#include "widgets/question_guard.h"

using namespace sallyport;
using views::QuestionWindow;
using Kind = api::AppIdentity::Kind;

namespace {

constexpr int kWakeMs = widgets::AnswerGuard::kAsleepMs;

// A program installed by the system wants to connect.
api::Question installed(api::QuestionId id, const QString& path = QStringLiteral("/usr/bin/mail"),
                        quint16 port = 443) {
    api::Question question;
    question.id = id;
    question.process.serial = 7000 + id;
    question.process.pid = 4242;
    question.process.uid = 0;
    question.process.path = path;
    question.process.identity = {Kind::Path, path, {}};
    question.process.startedBy = {Kind::Path, QStringLiteral("/usr/bin/bash"), {}};
    question.process.commandLine = {path, QStringLiteral("--check"), QStringLiteral("in box")};
    question.process.ancestors = {{4200, QStringLiteral("/usr/bin/bash")},
                                  {1, QStringLiteral("/usr/lib/systemd/systemd")}};
    question.process.startedMs = 1'700'000'000'000;
    question.protocol = 6;
    question.remote = api::Address::v4(0xC0000201 + static_cast<quint32>(id) - 1);
    question.remotePort = port;
    question.askedMs = QDateTime::currentMSecsSinceEpoch();
    question.deadlineMs = question.askedMs + 60'000;
    return question;
}

}  // namespace

class TestQuestion : public QObject {
    Q_OBJECT
  private:
    std::unique_ptr<fakes::FakeFirewall> firewall_;
    std::unique_ptr<models::QuestionsModel> questions_;
    std::unique_ptr<QuestionWindow> window_;

    template <class W>
    W* find(const char* name) {
        W* const widget = window_->findChild<W*>(QLatin1String(name));
        if (!widget)
            qFatal("no widget %s", name);
        return widget;
    }
    QString text(const char* label) { return find<QLabel>(label)->text(); }
    void ask(const api::Question& question) {
        firewall_->ask(question);
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }
    void waitAwake() { QTRY_VERIFY(find<QPushButton>("allow")->isEnabled()); }
    void click(const char* name) {
        QAbstractButton* const button = find<QAbstractButton>(name);
        QTest::mouseClick(button, Qt::LeftButton, {},
                          {button->layoutDirection() == Qt::RightToLeft ? button->width() - 8 : 8,
                           button->height() / 2});
    }
    void choose(api::Lifetime lifetime, quint32 minutes = 0) {
        auto* const box = find<QComboBox>("lifetime");
        for (int i = 0; i < box->count(); ++i)
            if (box->itemData(i).toInt() == static_cast<int>(lifetime) &&
                box->itemData(i, Qt::UserRole + 1).toUInt() == minutes) {
                box->setFocus();
                while (box->currentIndex() > i)
                    QTest::keyClick(box, Qt::Key_Up);
                while (box->currentIndex() < i)
                    QTest::keyClick(box, Qt::Key_Down);
                return;
            }
        QFAIL("lifetime is not offered");
    }
    api::Answer answered(int index = 0) { return firewall_->answers().value(index).answer; }
    void picture(const QString& name) {
        QVERIFY(tests::screenshot(*window_, QStringLiteral("question-") + name) > 40);
    }

  private slots:
    void init() {
        firewall_ = std::make_unique<fakes::FakeFirewall>();
        questions_ = std::make_unique<models::QuestionsModel>(*firewall_);
        window_ = std::make_unique<QuestionWindow>(*firewall_, *questions_);
        firewall_->startAgent();
    }
    void cleanup() {
        window_.reset();
        questions_.reset();
        firewall_.reset();
        QApplication::setPalette(QPalette());
    }

    void looks() {
        ask(installed(1));
        waitAwake();
        picture(QStringLiteral("light"));
        firewall_->ask(installed(2, QStringLiteral("/usr/bin/mail"), 80));
        firewall_->ask(installed(3, QStringLiteral("/usr/bin/other"), 80));
        waitAwake();
        picture(QStringLiteral("several"));
        click("details");
        waitAwake();
        picture(QStringLiteral("details"));
    }
};

QTEST_MAIN(TestQuestion)
#include "tst_question.moc"
