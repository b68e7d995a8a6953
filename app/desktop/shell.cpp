// Joining question, tray and notifications.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/shell.h"

#include <QWindow>
#include <algorithm>

#include "models/words.h"
#include "views/window_settings.h"

namespace sallyport::desktop {
namespace {

// More would bury the desktop; the tray has the number.
constexpr int kMostNotifications = 3;
// A window that is not on any screen so long after it was shown is not going to be seen.
constexpr int kUnseenMs = 2000;
constexpr int kRefreshListsEveryMs = 3'600'000;

}  // namespace

Shell::Shell(client::Firewall& firewall, const QDBusConnection& sessionBus, QObject* parent)
    : QObject(parent),
      firewall_(firewall),
      questions_(firewall),
      window_(firewall, questions_),
      tray_(firewall, questions_),
      notifier_(sessionBus),
      lists_(firewall),
      quotas_(firewall),
      modeWatch_(firewall) {
    connect(&quotas_, &QuotaWatch::usedUp, &tray_, &Tray::say);
    connect(&modeWatch_, &models::ModeWatch::ended, &tray_, &Tray::say);
    // Also while nobody looks; what polkit refuses without a password stays as it was.
    refreshLists_.setInterval(kRefreshListsEveryMs);
    connect(&refreshLists_, &QTimer::timeout, &lists_,
            [this] { lists_.refreshDaily(QDateTime::currentMSecsSinceEpoch()); });
    connect(&lists_, &models::ListKeeper::changed, this, [this] {
        if (!refreshLists_.isActive()) {
            refreshLists_.start();
            lists_.refreshDaily(QDateTime::currentMSecsSinceEpoch());
        }
    });
    connect(&window_, &views::QuestionWindow::putOff, this, &Shell::notifyWaiting);
    connect(&tray_, &Tray::questionsWanted, this, [this] {
        notifier_.withdrawAll();
        window_.showWaiting();
    });
    connect(&tray_, &Tray::windowWanted, this, &Shell::windowWanted);
    connect(&tray_, &Tray::quitWanted, this, &Shell::quitWanted);
    connect(&tray_, &Tray::unsaid, &notifier_, &Notifier::say);
    connect(&notifier_, &Notifier::detailsWanted, &window_, &views::QuestionWindow::showQuestion);
    connect(&notifier_, &Notifier::answered, this,
            [this](api::QuestionId id, const api::Answer& answer) {
                firewall_.answer(id, answer, this, [this](const api::Result<void>& result) {
                    if (!result)
                        tray_.say(models::Words::error(result.error()));
                });
            });
    connect(&questions_, &models::QuestionsModel::withdrawn, this,
            [this](const api::Question& question) { notifier_.withdraw(question.id); });
    connect(&questions_, &models::QuestionsModel::added, &unseen_, qOverload<>(&QTimer::start));
    unseen_.setSingleShot(true);
    unseen_.setInterval(kUnseenMs);
    connect(&unseen_, &QTimer::timeout, this, &Shell::notifyIfUnseen);
}

Shell::~Shell() = default;

void Shell::start(bool welcome) {
    tray_.show();
    if (welcome && !views::isWelcomed())
        this->welcome();
    firewall_.startAgent();
}

void Shell::welcome() {
    if (!welcome_) {
        welcome_ = std::make_unique<views::WelcomeWindow>(firewall_, questions_);
        connect(welcome_.get(), &views::WelcomeWindow::ended, this, &Shell::endWelcome);
        window_.setHeldBack(true);
    }
    if (welcome_->isVisible()) {
        welcome_->raise();
        welcome_->activateWindow();
    }
    welcome_->show();
}

void Shell::endWelcome(bool connectionsWanted) {
    welcome_.release()->deleteLater();  // it is what calls
    if (firewall_.connected())          // else most of it had nothing to say
        views::setWelcomed();
    window_.setHeldBack(false);
    emit welcomed(connectionsWanted);
    window_.showWaiting();
    if (!questions_.isEmpty())
        unseen_.start();
}

void Shell::notifyWaiting() {
    if (!views::isNotified())
        return;
    for (int row = 0; row < std::min(questions_.count(), kMostNotifications); ++row)
        notifier_.show(questions_.at(row));
}

void Shell::notifyIfUnseen() {
    if (isWelcoming())
        return;
    const QWindow* const handle = window_.windowHandle();
    if (!handle || !handle->isExposed())
        notifyWaiting();
}

}  // namespace sallyport::desktop
