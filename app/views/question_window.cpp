// The window that asks: pages, answers, time.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/question_window.h"

#include <QCloseEvent>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "models/words.h"
#include "views/question_away.h"
#include "views/question_choices.h"
#include "views/question_facts.h"
#include "views/question_words.h"
#include "widgets/plain_text.h"
#include "widgets/question_guard.h"

namespace sallyport::views {
namespace {

constexpr int kSecondMs = 1000;
constexpr int kWidthInCharacters = 76;

QPushButton* button(const QString& text, const char* name) {
    auto* made = new QPushButton(text);
    made->setObjectName(QLatin1String(name));
    made->setAutoDefault(false);
    made->setDefault(false);
    return made;
}

// Coming or going later moves nothing else.
void keepRoom(QWidget* widget) {
    QSizePolicy policy = widget->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    widget->setSizePolicy(policy);
}

}  // namespace

QuestionWindow::QuestionWindow(client::Firewall& firewall, models::QuestionsModel& questions,
                               QWidget* parent)
    : QWidget(parent, Qt::Window | Qt::WindowStaysOnTopHint),
      firewall_(firewall),
      questions_(questions),
      guard_(new widgets::AnswerGuard(this)) {
    setObjectName(QStringLiteral("questionWindow"));
    setWindowTitle(tr("Question from Sallyport"));
    setAttribute(Qt::WA_ShowWithoutActivating);
    setAttribute(Qt::WA_QuitOnClose, false);

    pages_ = new QStackedWidget;
    questionPage_ = buildQuestionPage();
    awayPage_ = makeAwayPage(this);
    pages_->addWidget(questionPage_);
    pages_->addWidget(awayPage_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(pages_);
    setMinimumWidth(fontMetrics().averageCharWidth() * kWidthInCharacters);

    second_.setInterval(kSecondMs);
    connect(&second_, &QTimer::timeout, this, &QuestionWindow::refreshTime);
    connect(&questions_, &models::QuestionsModel::added, this, &QuestionWindow::questionAdded);
    connect(&questions_, &models::QuestionsModel::replaced, this,
            [this](const api::Question& question) {
                if (question.id == current_)
                    turnTo(questions_.rowOf(question.id));
            });
    connect(&questions_, &models::QuestionsModel::dataChanged, this,
            [this](const QModelIndex& index) {
                if (questions_.at(index.row()).id == current_)
                    header_->setQuestion(questions_.at(index.row()));
            });
    connect(&questions_, &models::QuestionsModel::withdrawn, this,
            &QuestionWindow::questionWithdrawn);
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        if (connected && pages_->currentWidget() == awayPage_)
            hide();
    });
}

QuestionWindow::~QuestionWindow() = default;

// --- building ---

QWidget* QuestionWindow::buildCorner() {
    corner_ = new QWidget;
    keepRoom(corner_);
    auto* layout = new QHBoxLayout(corner_);
    layout->setContentsMargins({});
    count_ = new QLabel;
    count_->setObjectName(QStringLiteral("count"));
    const auto arrow = [this](Qt::ArrowType left, Qt::ArrowType right, const QString& name,
                              const char* objectName, int step) {
        auto* made = new QToolButton;
        made->setObjectName(QLatin1String(objectName));
        made->setArrowType(layoutDirection() == Qt::RightToLeft ? right : left);
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::StrongFocus);
        made->setAccessibleName(name);
        made->setToolTip(name);
        connect(made, &QToolButton::clicked, this, [this, step] { turnBy(step); });
        return made;
    };
    previous_ = arrow(Qt::LeftArrow, Qt::RightArrow, tr("Previous question"), "previous", -1);
    next_ = arrow(Qt::RightArrow, Qt::LeftArrow, tr("Next question"), "next", 1);
    layout->addWidget(previous_);
    layout->addWidget(count_);
    layout->addWidget(next_);
    return corner_;
}

QWidget* QuestionWindow::buildBody() {
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins({});
    encryptedDns_ = button(tr("Block encrypted DNS…"), "encryptedDns");
    risks_ = new QuestionRisks(encryptedDns_);
    details_ = new QuestionDetails;
    choices_ = new QuestionChoices;
    connect(details_, &QuestionDetails::toggled, this, &QuestionWindow::fitHeight);
    layout->addWidget(risks_);
    layout->addWidget(details_);
    layout->addWidget(choices_);
    layout->addStretch();
    return body;
}

QWidget* QuestionWindow::buildGroupRow() {
    groupRow_ = new QWidget;
    keepRoom(groupRow_);
    auto* layout = new QHBoxLayout(groupRow_);
    layout->setContentsMargins({});
    blockProgram_ = button({}, "blockProgram");
    allowThese_ = button({}, "allowThese");
    layout->addStretch();
    layout->addWidget(blockProgram_);
    layout->addWidget(allowThese_);
    connect(blockProgram_, &QPushButton::clicked, this, &QuestionWindow::blockProgram);
    connect(allowThese_, &QPushButton::clicked, this, &QuestionWindow::allowThese);
    return groupRow_;
}

QWidget* QuestionWindow::buildButtons() {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    later_ = button(tr("&Later", "button: decide later"), "later");
    block_ = button(tr("&Block", "button"), "block");
    allow_ = button(tr("&Allow", "button"), "allow");
    later_->setToolTip(tr("The connection goes on waiting; the tray shows it."));
    layout->addWidget(later_);
    layout->addStretch();
    layout->addWidget(block_);
    layout->addWidget(allow_);
    connect(later_, &QPushButton::clicked, this, &QuestionWindow::later);
    connect(block_, &QPushButton::clicked, this, [this] { answerCurrent(api::Action::Block); });
    connect(allow_, &QPushButton::clicked, this, [this] { answerCurrent(api::Action::Allow); });
    connect(encryptedDns_, &QPushButton::clicked, this, &QuestionWindow::blockEncryptedDns);
    for (QPushButton* each : {encryptedDns_, blockProgram_, allowThese_, later_, block_, allow_})
        guard_->guard(each);
    return row;
}

QWidget* QuestionWindow::buildQuestionPage() {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    const QMargins margins = layout->contentsMargins();
    layout->setContentsMargins({});
    header_ = new QuestionHeader(buildCorner());
    scroll_ = new QScrollArea;
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setWidget(buildBody());
    time_ = new QLabel;
    time_->setObjectName(QStringLiteral("time"));
    time_->setWordWrap(true);
    message_ = new QLabel;
    message_->setObjectName(QStringLiteral("message"));
    message_->setTextFormat(Qt::PlainText);
    message_->setWordWrap(true);
    message_->hide();
    lower_ = new QVBoxLayout;
    lower_->setContentsMargins(margins);
    lower_->addWidget(scroll_, 1);
    lower_->addWidget(buildGroupRow());
    lower_->addWidget(message_);
    lower_->addWidget(time_);
    lower_->addWidget(buildButtons());
    layout->addWidget(header_);
    layout->addLayout(lower_, 1);
    return page;
}

// --- coming and going ---

void QuestionWindow::showWaiting() {
    if (questions_.isEmpty())
        return;
    const int row = questions_.rowOf(current_);
    if (row < 0 || !isVisible())
        turnTo(std::max(row, 0));
    appear();
}

void QuestionWindow::showQuestion(api::QuestionId id) {
    const int row = questions_.rowOf(id);
    if (row < 0)
        return;
    turnTo(row);
    appear();
}

std::optional<api::QuestionId> QuestionWindow::current() const {
    if (!isVisible() || pages_->currentWidget() != questionPage_ || current_ == 0)
        return std::nullopt;
    return current_;
}

void QuestionWindow::appear() {
    pages_->setCurrentWidget(questionPage_);
    // Somebody wants to see it, and does not: it is below others, or on another desktop.
    if (isVisible() && !isActiveWindow())
        hide();
    if (!isVisible()) {
        place();
        show();
        // Only now does every part know its size: what is missing is added before it is drawn.
        QCoreApplication::sendPostedEvents(this, QEvent::LayoutRequest);
        const int hidden = scroll_->widget()->sizeHint().height() - scroll_->viewport()->height();
        if (hidden > 0)
            resize(width(), std::min(height() + hidden, screen()->availableGeometry().height()));
    }
    raise();
}

// Wide as now, and as high as shows the whole body.
QSize QuestionWindow::fittingSize() {
    ensurePolished();
    // What changed while the window was hidden has not reached the layouts above it yet.
    for (QWidget* const part : findChildren<QWidget*>())
        part->updateGeometry();
    QWidget* const body = scroll_->widget();
    const int width = std::max({minimumWidth(), sizeHint().width(), placed_ ? this->width() : 0});
    const QMargins margins = lower_->contentsMargins();
    const int bodyWidth = width - margins.left() - margins.right();
    const int bodyHeight = body->layout()->totalHeightForWidth(std::max(bodyWidth, 1));
    const int others = sizeHint().height() - scroll_->sizeHint().height();
    return {width, others + std::max(bodyHeight, body->layout()->totalSizeHint().height())};
}

void QuestionWindow::place() {
    const QRect free = screen()->availableGeometry();
    const QSize wanted = fittingSize().boundedTo(free.size());
    if (!placed_ || wanted.height() > height() || wanted.width() > width())
        resize(wanted);
    if (!placed_)
        move(free.center().x() - width() / 2, free.top() + (free.height() - height()) / 3);
    placed_ = true;
}

// The person opened or closed something: its room comes or goes.
void QuestionWindow::fitHeight() {
    resize(width(), std::min(fittingSize().height(), screen()->availableGeometry().height()));
}

void QuestionWindow::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    guard_->rearm();
    second_.start();
    refreshTime();
}

void QuestionWindow::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    second_.stop();
}

// Who folds it away decides later: it comes again with the next question, or from the tray.
void QuestionWindow::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::WindowStateChange || !isMinimized())
        return;
    later();
    setWindowState(windowState() & ~Qt::WindowMinimized);
}

void QuestionWindow::closeEvent(QCloseEvent* event) {
    later();
    QWidget::closeEvent(event);  // not refused: whoever quits the program closes all windows
}

void QuestionWindow::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Escape:
            later();
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (auto* focused = qobject_cast<QPushButton*>(focusWidget()))
                focused->click();
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void QuestionWindow::later() {
    if (!isVisible())
        return;
    hide();
    if (!questions_.isEmpty())
        emit putOff();
}

void QuestionWindow::questionAdded(const api::Question& question) {
    if (isVisible() && pages_->currentWidget() == questionPage_)
        refreshAround();
    else if (!heldBack_)
        showQuestion(question.id);
}

void QuestionWindow::questionWithdrawn(const api::Question& question, const QString& reason) {
    if (!isVisible())
        return;
    if (question.id != current_) {
        refreshAround();
        return;
    }
    current_ = 0;
    if (reason == QLatin1String("away")) {
        showAway();
    } else if (questions_.isEmpty()) {
        hide();
    } else {
        // Those of the same program come next: they stand where this one stood.
        int row = 0;
        for (int other = 0; other < questions_.count(); ++other)
            if (questions_.at(other).process.identity == question.process.identity)
                row = other;
        turnTo(row);
        if (reason == QLatin1String("timed-out"))
            say(tr("Nobody answered the question before this one: it was blocked once."));
    }
}

void QuestionWindow::showAway() {
    pages_->setCurrentWidget(awayPage_);
    guard_->rearm();
}

// --- pages ---

void QuestionWindow::turnTo(int row) {
    const api::Question& question = questions_.at(row);
    current_ = question.id;
    say({});
    header_->setQuestion(question);
    risks_->setQuestion(question);
    details_->setQuestion(question);
    choices_->setQuestion(question);
    scroll_->verticalScrollBar()->setValue(0);
    refreshAround();
    refreshTime();
    guard_->rearm();
}

void QuestionWindow::turnBy(int step) {
    const int row = questions_.rowOf(current_);
    if (row >= 0 && row + step >= 0 && row + step < questions_.count())
        turnTo(row + step);
}

// What depends on the other questions: the count, the arrows, the group's buttons.
void QuestionWindow::refreshAround() {
    const int row = questions_.rowOf(current_);
    if (row < 0)
        return;
    const bool several = questions_.count() > 1;
    corner_->setVisible(several);
    count_->setText(tr("%1 of %2", "question 1 of 3").arg(row + 1).arg(questions_.count()));
    previous_->setEnabled(row > 0);
    next_->setEnabled(row + 1 < questions_.count());

    const int group = static_cast<int>(questions_.sameProgram(row).size());
    const bool comes = group > 1 && groupRow_->isHidden();
    groupRow_->setVisible(group > 1);
    blockProgram_->setText(tr("Block all from this program"));
    blockProgram_->setToolTip(tr("Block everything %1 wants to connect to, for as long as chosen.")
                                  .arg(QuestionWords::program(questions_.at(row).process))
                                  .toHtmlEscaped());
    allowThese_->setText(tr("Allow all of these (%1)", "number of questions").arg(group));
    allowThese_->setToolTip(
        tr("Allow each of these connections its own address and port, for as long as chosen."));
    if (comes && isVisible())
        guard_->rearm();
}

void QuestionWindow::refreshTime() {
    const int row = questions_.rowOf(current_);
    if (row >= 0)
        time_->setText(
            QuestionWords::remaining(questions_.at(row), QDateTime::currentMSecsSinceEpoch()));
}

void QuestionWindow::say(const QString& text) {
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

// --- answers ---

void QuestionWindow::answerCurrent(api::Action action) {
    if (guard_->awake() && questions_.rowOf(current_) >= 0)
        send(current_, choices_->answer(action));
}

void QuestionWindow::blockProgram() {
    const int row = questions_.rowOf(current_);
    if (!guard_->awake() || row < 0)
        return;
    api::Answer answer = choices_->answer(api::Action::Block);
    answer.scope = api::Scope::Everything;
    // A rule answers all that it is for: another direction is another rule. Without one each has
    // to be told.
    QList<api::Rule> rules;
    QList<api::QuestionId> ids;
    for (const int other : questions_.sameProgram(row)) {
        const auto rule = api::ruleFor(questions_.at(other), answer, 0);
        if (rule && *rule) {
            if (rules.contains(**rule))
                continue;
            rules.append(**rule);
        }
        ids.append(questions_.at(other).id);
    }
    for (const api::QuestionId id : std::as_const(ids))
        send(id, answer);
}

// The rules that are made there answer what waits here.
void QuestionWindow::blockEncryptedDns() {
    const int row = questions_.rowOf(current_);
    if (!guard_->awake() || row < 0)
        return;
    const api::AppIdentity app = questions_.at(row).process.identity;
    later();
    emit encryptedDnsWanted(app);
}

void QuestionWindow::allowThese() {
    const int row = questions_.rowOf(current_);
    if (!guard_->awake() || row < 0)
        return;
    api::Answer answer = choices_->answer(api::Action::Allow);
    answer.scope = api::Scope::AddressAndPort;
    QList<api::QuestionId> ids;
    for (const int other : questions_.sameProgram(row))
        // One that came a moment ago was not among "these" when the person decided.
        if (questions_.knownFor(other) >= widgets::AnswerGuard::kAsleepMs)
            ids.append(questions_.at(other).id);
    for (const api::QuestionId id : std::as_const(ids))
        send(id, answer);
}

void QuestionWindow::send(api::QuestionId id, const api::Answer& answer) {
    ++sending_;
    guard_->setHeld(true);
    firewall_.answer(id, answer, this, [this](const api::Result<void>& result) {
        if (--sending_ == 0)
            guard_->setHeld(false);
        // Not found: a rule or the clock was faster, and the question goes by itself.
        if (!result && result.error().code != api::ErrorCode::NotFound)
            say(tr("The answer did not count: %1").arg(models::Words::error(result.error())));
    });
}

}  // namespace sallyport::views
