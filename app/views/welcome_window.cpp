// The first start: see welcome_window.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/welcome_window.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "models/words.h"
#include "views/welcome_panes.h"
#include "widgets/message_bar.h"

namespace sallyport::views {
namespace {

constexpr int kWidthInCharacters = 96;
constexpr int kHeightInLines = 27;

// With large letters on a small screen a pane is higher than the window.
QWidget* scrolled(QWidget* pane) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(pane);
    return area;
}

}  // namespace

WelcomeWindow::WelcomeWindow(client::Firewall& firewall, models::QuestionsModel& questions,
                             QWidget* parent)
    : QDialog(parent),
      firewall_(firewall),
      questions_(questions),
      panes_(new QStackedWidget(this)),
      choice_(new WelcomeChoice(firewall)),
      now_(new WelcomeNow(firewall)),
      message_(new widgets::MessageBar({}, false, this)),
      waiting_(new QLabel(this)),
      step_(new QLabel(this)),
      skip_(new QPushButton(tr("&Skip"), this)),
      back_(new QPushButton(tr("&Back", "to the page before"), this)),
      next_(new QPushButton(this)) {
    setObjectName(QStringLiteral("welcomeWindow"));
    setWindowTitle(tr("Welcome to Sallyport"));
    panes_->addWidget(scrolled(new WelcomeAbout));
    panes_->addWidget(scrolled(choice_));
    panes_->addWidget(now_);
    message_->setObjectName(QStringLiteral("welcomeMessage"));
    waiting_->setObjectName(QStringLiteral("welcomeWaiting"));
    waiting_->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(panes_, 1);
    layout->addWidget(message_);
    layout->addWidget(waiting_);
    layout->addWidget(buildButtons());
    const QSize wanted(fontMetrics().averageCharWidth() * kWidthInCharacters,
                       fontMetrics().height() * kHeightInLines);
    resize(wanted.boundedTo(screen()->availableSize()));

    connect(this, &QDialog::finished, this, &WelcomeWindow::end);
    connect(choice_, &WelcomeChoice::problemChanged, this, &WelcomeWindow::showProblem);
    connect(now_, &WelcomeNow::connectionsWanted, this, [this] {
        connectionsWanted_ = true;
        accept();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&questions_, signal, this, &WelcomeWindow::countQuestions);
    countQuestions();
    turnTo(0);
}

WelcomeWindow::~WelcomeWindow() = default;

QWidget* WelcomeWindow::buildButtons() {
    skip_->setObjectName(QStringLiteral("welcomeSkip"));
    skip_->setToolTip(tr("Close this; nothing is changed. It can be shown again from Settings."));
    back_->setObjectName(QStringLiteral("welcomeBack"));
    next_->setObjectName(QStringLiteral("welcomeNext"));
    step_->setObjectName(QStringLiteral("welcomeStep"));
    skip_->setAutoDefault(false);
    back_->setAutoDefault(false);
    next_->setDefault(true);
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(skip_);
    layout->addStretch();
    layout->addWidget(step_);
    layout->addWidget(back_);
    layout->addWidget(next_);
    connect(skip_, &QPushButton::clicked, this, &QDialog::reject);
    connect(back_, &QPushButton::clicked, this, [this] { turnTo(panes_->currentIndex() - 1); });
    connect(next_, &QPushButton::clicked, this, &WelcomeWindow::goOn);
    return row;
}

void WelcomeWindow::turnTo(int pane) {
    const bool last = pane + 1 == panes_->count();
    panes_->setCurrentIndex(pane);
    now_->setShown(last);
    back_->setEnabled(pane > 0);
    skip_->setVisible(!last);
    next_->setText(last ? tr("&Done") : tr("&Next", "page"));
    step_->setText(tr("%1 of %2", "page 1 of 3").arg(pane + 1).arg(panes_->count()));
    showProblem();
    if (isChoice())
        choice_->takeFocus();
    else
        next_->setFocus();
}

bool WelcomeWindow::isChoice() const {
    return panes_->currentWidget()->isAncestorOf(choice_);
}

// Below the pane, where it is in sight however the pane is scrolled.
void WelcomeWindow::showProblem() {
    message_->tell(isChoice() ? choice_->problem() : QString(), widgets::MessageBar::Tone::Warning,
                   false);
}

void WelcomeWindow::goOn() {
    if (choosing_)
        return;
    if (isChoice() && choice_->changesSomething())
        choose();
    else if (panes_->currentIndex() + 1 < panes_->count())
        turnTo(panes_->currentIndex() + 1);
    else
        accept();
}

// A password may be asked for meanwhile: what was chosen stays as it is until that is over.
void WelcomeWindow::choose() {
    const auto wait = [this](bool on) {
        choosing_ = on;
        for (QWidget* widget : std::initializer_list<QWidget*>{choice_, back_, next_})
            widget->setEnabled(!on);
    };
    wait(true);
    choice_->apply([this, wait](const api::Result<void>& result) {
        wait(false);
        if (result)
            turnTo(panes_->currentIndex() + 1);
        else
            choice_->setProblem(models::Words::error(result.error()));
    });
}

void WelcomeWindow::countQuestions() {
    waiting_->setText(
        tr("Connections that wait for your answer: %1. You are asked as soon as this is closed.")
            .arg(questions_.count()));
    waiting_->setVisible(!questions_.isEmpty());
}

void WelcomeWindow::end(int) {
    now_->setShown(false);
    emit ended(connectionsWanted_);
}

}  // namespace sallyport::views
