// What waits, was missed, or was let through undecided: see waiting_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/waiting_page.h"

#include <QDateTime>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTreeWidget>

#include "models/row_rule.h"
#include "models/words.h"
#include "views/question_words.h"
#include "views/trees.h"
#include "widgets/empty_note.h"
#include "widgets/row_delegate.h"
#include "widgets/state_look.h"

namespace sallyport::views {

using models::ConnectionsModel;
using models::Words;

namespace {

enum Column { Program, Remote, Endpoint, State, Count };
constexpr int kIdRole = Qt::UserRole;
constexpr int kStateRole = Qt::UserRole + 1;
constexpr int kLeastCharacters = 21;

// An answer to a missed question is a rule or nothing: it lives at least until the next start.
api::Answer oneClick(const api::Question& question, api::Action action) {
    api::Answer answer = QuestionWords::suggestion(question);
    answer.action = action;
    if (question.missed && answer.lifetime == api::Lifetime::Connection)
        answer.lifetime = api::Lifetime::UntilRestart;
    return answer;
}

// What was missed is answered with a rule, if one can be made.
bool canBeAnswered(const api::Question& question) {
    return !question.missed || QuestionWords::canBeRemembered(question);
}

void addKey(QWidget* view, Qt::Key key, QPushButton* button) {
    auto* shortcut = new QShortcut(key, view, nullptr, nullptr, Qt::WidgetShortcut);
    QObject::connect(shortcut, &QShortcut::activated, button, &QPushButton::click);
}

}  // namespace

WaitingPage::WaitingPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      filter_(shared.connections),
      list_(new QTreeWidget(this)),
      note_(new QLabel(this)),
      open_(new QPushButton(tr("Answer…"), this)),
      allow_(new QPushButton(tr("Allow"), this)),
      block_(new QPushButton(tr("Block"), this)),
      dismiss_(new QPushButton(tr("Dismiss"), this)),
      undecided_(new QTreeView(this)),
      delegate_(new widgets::RowDelegate({.stateColumn = ConnectionsModel::State,
                                          .stateRole = ConnectionsModel::StateRole,
                                          .fadeRole = ConnectionsModel::FadeRole},
                                         this)),
      allowUndecided_(new QPushButton(tr("Allow"), this)),
      blockUndecided_(new QPushButton(tr("Block"), this)) {
    filter_.setState(api::ConnectionState::Undecided);
    auto* split = new QSplitter(Qt::Vertical, this);
    split->addWidget(buildQuestions());
    split->addWidget(buildUndecided());
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);

    constexpr int kSecondMs = 1000;
    second_.setInterval(kSecondMs);
    connect(&second_, &QTimer::timeout, this, &WaitingPage::countDown);
    connect(&shared_.firewall, &client::Firewall::questionsChanged, this, &WaitingPage::refresh);
    connect(&shared_.firewall, &client::Firewall::connectedChanged, this, &WaitingPage::refresh);
    refresh();
    enableButtons();
}

QGroupBox* WaitingPage::buildQuestions() {
    list_->setObjectName(QStringLiteral("questionsList"));
    list_->setAccessibleName(tr("Waiting and missed connections"));
    list_->setHeaderLabels({tr("Program"), tr("Remote"), tr("Port"), tr("State")});
    list_->setRootIsDecorated(false);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    prepareTree(list_,
                {{tr("Program in memory")},
                 {},
                 {QStringLiteral("https (443), UDP-Lite")},
                 {tr("Missed: blocked, %1", "time").arg(Words::longMoment()),
                  tr("Waiting, %1 s left").arg(88)}},
                Remote, kLeastCharacters);
    list_->header()->moveSection(State, Endpoint);  // in sight also where there is little room
    list_->setSortingEnabled(false);
    empty_ = new widgets::EmptyNote(list_);
    empty_->setNote(
        tr("Nothing waits and nothing was missed.\nWhen a program without a rule "
           "connects, it waits here for your answer; what nobody answers in time is "
           "blocked once and kept here as missed."));
    note_->setTextFormat(Qt::PlainText);
    note_->setWordWrap(true);
    open_->setObjectName(QStringLiteral("questionOpen"));
    allow_->setObjectName(QStringLiteral("questionsAllow"));
    block_->setObjectName(QStringLiteral("questionsBlock"));
    dismiss_->setObjectName(QStringLiteral("questionsDismiss"));
    open_->setToolTip(tr("Open the question with all its choices"));
    dismiss_->setToolTip(tr("Take missed connections off the list; no rule is made"));

    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    for (QPushButton* button : {open_, allow_, block_, dismiss_})
        buttons->addWidget(button);
    auto* box = new QGroupBox(tr("Waiting and missed"), this);
    auto* layout = new QVBoxLayout(box);
    layout->addWidget(list_);
    layout->addWidget(note_);
    layout->addLayout(buttons);

    connect(list_, &QTreeWidget::itemSelectionChanged, this, &WaitingPage::enableButtons);
    connect(list_, &QTreeWidget::itemActivated, this, [this] { open_->click(); });
    connect(open_, &QPushButton::clicked, this, [this] {
        for (const api::Question& question : chosen()) {
            if (!question.missed)
                return emit questionRequested(question.id);
        }
    });
    connect(allow_, &QPushButton::clicked, this, [this] { answer(api::Action::Allow); });
    connect(block_, &QPushButton::clicked, this, [this] { answer(api::Action::Block); });
    connect(dismiss_, &QPushButton::clicked, this, &WaitingPage::dismiss);
    addKey(list_, Qt::Key_A, allow_);
    addKey(list_, Qt::Key_B, block_);
    addKey(list_, Qt::Key_Delete, dismiss_);
    return box;
}

QGroupBox* WaitingPage::buildUndecided() {
    undecided_->setObjectName(QStringLiteral("undecidedTree"));
    undecided_->setAccessibleName(tr("Connections that Learn let through"));
    undecided_->setModel(&filter_);
    undecided_->setItemDelegate(delegate_);
    undecided_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    prepareTree(undecided_,
                {{},
                 widgets::withDots(ConnectionsModel::stateExamples()),
                 {},
                 {},
                 {Words::bytes(quint64(999.9 * 1024))},
                 {},
                 {Words::longMoment()},
                 {}},
                ConnectionsModel::Name, kLeastCharacters);
    for (const int column : {int(ConnectionsModel::Actions), int(ConnectionsModel::RuleColumn),
                             int(ConnectionsModel::Down), int(ConnectionsModel::Up)})
        undecided_->setColumnHidden(column, true);
    undecided_->sortByColumn(ConnectionsModel::Name, Qt::AscendingOrder);
    undecidedEmpty_ = new widgets::EmptyNote(undecided_);
    connect(&filter_, &QAbstractItemModel::modelReset, undecided_, &QTreeView::expandAll);
    undecidedEmpty_->setNote(
        tr("In the mode Learn, what has no rule is let through and listed here while it lasts, to "
           "be allowed or blocked for ever. What ended is in History: search there for "
           "state:undecided."));
    allowUndecided_->setObjectName(QStringLiteral("undecidedAllow"));
    allowUndecided_->setAccessibleName(tr("Allow the selected connections"));
    blockUndecided_->setObjectName(QStringLiteral("undecidedBlock"));
    blockUndecided_->setAccessibleName(tr("Block the selected connections"));
    auto* hint =
        new QLabel(tr("Select programs, remotes or connections: each becomes a rule."), this);
    hint->setWordWrap(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(hint, 1);
    buttons->addWidget(allowUndecided_);
    buttons->addWidget(blockUndecided_);
    auto* box = new QGroupBox(tr("Let through by Learn, undecided"), this);
    auto* layout = new QVBoxLayout(box);
    layout->addWidget(undecided_);
    layout->addLayout(buttons);

    connect(undecided_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &WaitingPage::enableButtons);
    connect(allowUndecided_, &QPushButton::clicked, this,
            [this] { decideUndecided(api::Action::Allow); });
    connect(blockUndecided_, &QPushButton::clicked, this,
            [this] { decideUndecided(api::Action::Block); });
    addKey(undecided_, Qt::Key_A, allowUndecided_);
    addKey(undecided_, Qt::Key_B, blockUndecided_);
    return box;
}

void WaitingPage::refresh() {
    if (!shared_.firewall.connected())
        return;
    shared_.firewall.questions(this, [this](const api::Result<QList<api::Question>>& questions) {
        if (questions)
            take(*questions);
    });
}

// Lines stay where they are, so that none slides under the pointer: gone ones go, new ones come
// at the end.
void WaitingPage::take(const QList<api::Question>& questions) {
    questions_ = questions;
    QHash<api::QuestionId, QTreeWidgetItem*> known;
    for (int row = list_->topLevelItemCount() - 1; row >= 0; --row) {
        QTreeWidgetItem* item = list_->topLevelItem(row);
        const auto id = item->data(0, kIdRole).value<api::QuestionId>();
        const bool there = std::any_of(questions.cbegin(), questions.cend(),
                                       [&](const api::Question& one) { return one.id == id; });
        if (there)
            known.insert(id, item);
        else
            delete list_->takeTopLevelItem(row);
    }
    for (const api::Question& question : questions) {
        QTreeWidgetItem* item = known.value(question.id);
        if (!item) {
            item = new QTreeWidgetItem;
            fill(item, question);
            list_->addTopLevelItem(item);
        } else {
            fill(item, question);
        }
    }
    sift();
    enableButtons();
}

void WaitingPage::fill(QTreeWidgetItem* item, const api::Question& question) const {
    item->setData(0, kIdRole, question.id);
    const models::Face face = shared_.faces(question.process.identity);
    item->setText(Program, face.name);
    item->setIcon(Program, face.icon);
    item->setToolTip(Program, Words::tip(face.where));
    const QString remote = QuestionWords::remote(question);
    item->setText(
        Remote,
        question.direction == api::Direction::Inbound
            ? tr("%1: %2", "direction, address").arg(Words::direction(question.direction), remote)
            : remote);
    item->setText(Endpoint, QuestionWords::endpoint(question));
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    item->setText(State,
                  question.missed
                      ? tr("Missed: blocked, %1", "time").arg(Words::moment(question.askedMs, now))
                      : tr("Waiting, %1 s left")
                            .arg(std::max<qint64>(0, (question.deadlineMs - now) / 1000)));
    item->setToolTip(State, Words::tip(item->text(State)));
    const auto state = question.missed ? api::ConnectionState::Blocked : api::ConnectionState::Held;
    item->setData(State, kStateRole, int(state));
    item->setForeground(State, widgets::stateColor(state, palette()));
}

void WaitingPage::sift() {
    for (int row = 0; row < list_->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = list_->topLevelItem(row);
        const auto id = item->data(0, kIdRole).value<api::QuestionId>();
        for (const api::Question& question : std::as_const(questions_)) {
            if (question.id != id)
                continue;
            const models::Face face = shared_.faces(question.process.identity);
            models::SearchSubject subject;
            subject.program = (face.name + u' ' + face.where).toLower();
            subject.remote = (question.remote.toString() + u' ' + question.names.join(u' ') + u' ' +
                              QuestionWords::remote(question))
                                 .toLower();
            subject.ports = {question.remotePort, question.localPort};
            subject.portNames = item->text(Endpoint).toLower();
            subject.state = question.missed ? tr("missed") + QStringLiteral(" missed")
                                            : tr("waiting") + QStringLiteral(" waiting held");
            item->setHidden(!query_.matches(subject));
        }
    }
}

void WaitingPage::countDown() {
    for (int row = 0; row < list_->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = list_->topLevelItem(row);
        const auto id = item->data(0, kIdRole).value<api::QuestionId>();
        for (const api::Question& question : std::as_const(questions_)) {
            if (question.id == id && !question.missed)
                fill(item, question);
        }
    }
}

QList<api::Question> WaitingPage::chosen() const {
    QList<api::Question> found;
    for (const QTreeWidgetItem* item : list_->selectedItems()) {
        const auto id = item->data(0, kIdRole).value<api::QuestionId>();
        for (const api::Question& question : questions_) {
            if (question.id == id && !item->isHidden())
                found += question;
        }
    }
    return found;
}

void WaitingPage::enableButtons() {
    const QList<api::Question> selected = chosen();
    int missed = 0;
    bool answerable = !away_;
    for (const api::Question& question : selected) {
        missed += question.missed ? 1 : 0;
        answerable = answerable && canBeAnswered(question);
    }
    const bool any = !selected.isEmpty() && !away_;
    allow_->setEnabled(any && answerable);
    block_->setEnabled(any && answerable);
    dismiss_->setEnabled(missed > 0 && !away_);
    open_->setEnabled(any && missed < selected.size());
    if (selected.size() == 1) {
        const api::Question& one = selected.first();
        note_->setText(canBeAnswered(one)
                           ? tr("Allow or Block here counts for: %1.")
                                 .arg(QuestionWords::extent(one, oneClick(one, api::Action::Allow)))
                           : tr("It is over, and there is no rule for a path with control "
                                "characters, or one this long."));
    } else {
        note_->setText(selected.isEmpty() ? tr("Select one or several to answer them.")
                                          : tr("Selected: %1").arg(selected.size()));
    }
    const bool undecided = !away_ && undecided_->selectionModel()->hasSelection();
    allowUndecided_->setEnabled(undecided);
    blockUndecided_->setEnabled(undecided);
}

void WaitingPage::answer(api::Action action) {
    for (const api::Question& question : chosen())
        answerOne(question, action);
}

void WaitingPage::answerOne(const api::Question& question, api::Action action) {
    shared_.firewall.answer(question.id, oneClick(question, action), this,
                            [this](const api::Result<void>& result) {
                                if (!result)
                                    emit failed(Words::error(result.error()));
                            });
}

void WaitingPage::dismiss() {
    for (const api::Question& question : chosen()) {
        if (!question.missed)
            continue;
        shared_.firewall.dismissMissed(question.id, this, [this](const api::Result<void>& result) {
            if (!result)
                emit failed(Words::error(result.error()));
        });
    }
}

// A selected program covers what is selected below it.
void WaitingPage::decideUndecided(api::Action action) {
    const QModelIndexList rows = undecided_->selectionModel()->selectedRows();
    QList<api::Rule> rules;
    for (const QModelIndex& row : rows) {
        bool covered = false;
        for (QModelIndex up = row.parent(); up.isValid(); up = up.parent())
            covered = covered || rows.contains(up);
        if (covered)
            continue;
        const auto rule = models::ruleForRow(shared_.connections, filter_.mapToSource(row), action);
        if (!rule)
            return emit failed(Words::error(rule.error()));
        if (!rules.contains(*rule))
            rules += *rule;
    }
    shared_.book.put(rules);
}

void WaitingPage::setSearch(const QString& text) {
    query_ = models::SearchQuery(text);
    filter_.setQuery(query_);
    sift();
    enableButtons();
}

void WaitingPage::setAway(bool away) {
    away_ = away;
    list_->setEnabled(!away);
    delegate_->setStale(away);
    undecided_->viewport()->update();
    enableButtons();
}

QWidget* WaitingPage::focusTarget() {
    return list_;
}

QWidgetList WaitingPage::parts() {
    return {list_, undecided_};
}

void WaitingPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    second_.start();
    if (!std::exchange(looking_, true))
        shared_.connections.look();
}

void WaitingPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    second_.stop();
    if (std::exchange(looking_, false))
        shared_.connections.lookAway();
}

}  // namespace sallyport::views
