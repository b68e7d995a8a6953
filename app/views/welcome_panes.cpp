// The three panes of the welcome: see welcome_panes.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/welcome_panes.h"

#include <QApplication>
#include <QDateTime>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QStyle>
#include <QTreeView>
#include <QVBoxLayout>

#include "models/words.h"
#include "views/page.h"
#include "views/trees.h"
#include "widgets/empty_note.h"
#include "widgets/row_delegate.h"

namespace sallyport::views {

using models::ConnectionsModel;
using models::Words;

namespace {

constexpr qint64 kWeekMs = qint64{7} * 24 * 3600 * 1000;

QLabel* plain(const QString& text) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel* title(const QString& text) {
    constexpr double kLarger = 1.3;
    QLabel* label = plain(text);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * kLarger);
    font.setBold(true);
    label->setFont(font);
    return label;
}

// What a choice means, below it and under its words.
QLabel* explained(const QString& text, const QRadioButton* button) {
    QLabel* label = plain(text);
    const QStyle* style = button->style();
    label->setIndent(style->pixelMetric(QStyle::PM_ExclusiveIndicatorWidth) +
                     style->pixelMetric(QStyle::PM_RadioButtonLabelSpacing));
    return label;
}

qint64 nowMs() {
    return QDateTime::currentMSecsSinceEpoch();
}

}  // namespace

WelcomeAbout::WelcomeAbout(QWidget* parent) : QWidget(parent) {
    auto* icon = new QLabel;
    const int size = 2 * style()->pixelMetric(QStyle::PM_LargeIconSize);
    icon->setPixmap(QApplication::windowIcon().pixmap(size));
    icon->setAlignment(Qt::AlignHCenter);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(icon);
    layout->addWidget(title(tr("You decide which program talks to whom")));
    for (const QString& text :
         {tr("When a program wants to connect and no rule says whether it may, the connection "
             "waits "
             "and you are asked. Your answer becomes a rule, for as long as you say."),
          tr("Every answer can be taken back: all rules are listed in the window, and for every "
             "connection it says what decided."),
          tr("What a computer needs in order to run, such as looking up names and setting its "
             "clock, has rules from the start. They are rules like any other."),
          tr("Protection goes on when the window is closed, and nothing that is seen here leaves "
             "this computer.")})
        layout->addWidget(plain(text));
    layout->addStretch();
}

WelcomeChoice::WelcomeChoice(client::Firewall& firewall, QWidget* parent)
    : QWidget(parent),
      firewall_(firewall),
      learnUntilMs_(nowMs() + kWeekMs),
      ask_(new QRadioButton(tr("&Ask me"))),
      learn_(new QRadioButton(tr("&Learn for a week"))),
      keep_(new QRadioButton),
      learnHelp_(explained({}, learn_)) {
    ask_->setObjectName(QStringLiteral("welcomeAsk"));
    learn_->setObjectName(QStringLiteral("welcomeLearn"));
    keep_->setObjectName(QStringLiteral("welcomeKeep"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(title(tr("What shall happen to a connection without a rule?")));
    layout->addWidget(ask_);
    layout->addWidget(explained(tr("It waits until you allow or block it, a minute at most. There "
                                   "are some questions in the first days, and few later."),
                                ask_));
    layout->addWidget(learn_);
    layout->addWidget(learnHelp_);
    layout->addWidget(keep_);
    layout->addWidget(
        plain(tr("It counts for everybody who uses this computer, and a password may be asked "
                 "for. The mode can be changed at any time, at the top of the window and in the "
                 "menu of the tray icon.")));
    layout->addStretch();
    for (QRadioButton* button : {ask_, learn_, keep_})
        connect(button, &QRadioButton::clicked, this, [this] { chosen_ = true; });
    connect(&firewall_, &client::Firewall::statusChanged, this, &WelcomeChoice::refresh);
    connect(&firewall_, &client::Firewall::connectedChanged, this, &WelcomeChoice::refresh);
    refresh();
}

void WelcomeChoice::refresh() {
    const api::Status& status = firewall_.status();
    const bool here = firewall_.connected();
    const bool learns = status.mode == api::Mode::Learn && status.modeUntilMs != 0;
    const bool other = status.mode != api::Mode::Ask && !learns;
    learnHelp_->setText(
        //: %1: a day or a time
        tr("Until %1 it passes and is noted down; then you are asked. What passed is listed under "
           "“Waiting and missed” while it lasts, and then in the history, for you to allow or "
           "block.")
            .arg(Words::end(learns ? status.modeUntilMs : learnUntilMs_, nowMs())));
    keep_->setText(tr("Lea&ve it as it is: %1", "the mode").arg(Words::mode(status.mode)));
    keep_->setVisible(other);
    if (!chosen_ || (keep_->isChecked() && !other))
        (other ? keep_ : learns ? learn_ : ask_)->setChecked(true);
    for (QWidget* button : {ask_, learn_, keep_})
        button->setEnabled(here);
    if (!here)
        setProblem(tr("The firewall service does not answer: the mode cannot be chosen now."));
    else if (!chosen_)
        setProblem({});
}

bool WelcomeChoice::changesSomething() const {
    const api::Status& status = firewall_.status();
    if (!firewall_.connected() || keep_->isChecked())
        return false;
    if (ask_->isChecked())
        return status.mode != api::Mode::Ask;
    return status.mode != api::Mode::Learn || status.modeUntilMs == 0;
}

void WelcomeChoice::apply(client::Done<void> done) {
    setProblem({});
    if (ask_->isChecked())
        return firewall_.setMode(api::Mode::Ask, this, std::move(done));
    learnUntilMs_ = nowMs() + kWeekMs;
    firewall_.setModeUntil(api::Mode::Learn, learnUntilMs_, this, std::move(done));
}

void WelcomeChoice::setProblem(const QString& why) {
    problem_ = why;
    emit problemChanged();
}

void WelcomeChoice::takeFocus() {
    for (QRadioButton* button : {ask_, learn_, keep_}) {
        if (button->isChecked())
            button->setFocus();
    }
}

WelcomeNow::WelcomeNow(client::Firewall& firewall, QWidget* parent)
    : QWidget(parent),
      firewall_(firewall),
      connections_(firewall, knownFaces()),
      tree_(new QTreeView),
      missed_(plain({})) {
    tree_->setObjectName(QStringLiteral("welcomeTree"));
    tree_->setAccessibleName(tr("Programs that communicate now"));
    tree_->setModel(&connections_);
    tree_->setItemDelegate(new widgets::RowDelegate({.stateColumn = ConnectionsModel::State,
                                                     .stateRole = ConnectionsModel::StateRole,
                                                     .fadeRole = ConnectionsModel::FadeRole},
                                                    tree_));
    tree_->setRootIsDecorated(false);
    tree_->setItemsExpandable(false);
    tree_->setExpandsOnDoubleClick(false);
    constexpr int kLeastCharacters = 24;
    prepareTree(tree_,
                {{}, widgets::withDots(ConnectionsModel::stateExamples()), {}, {}, {}, {}, {}, {}},
                ConnectionsModel::Name, kLeastCharacters);
    tree_->setSortingEnabled(false);
    for (int column = 0; column < ConnectionsModel::ColumnCount; ++column)
        tree_->setColumnHidden(
            column, column != ConnectionsModel::Name && column != ConnectionsModel::State);
    empty_ = new widgets::EmptyNote(tree_);
    missed_->setObjectName(QStringLiteral("welcomeMissed"));
    auto* all = new QPushButton(tr("Show all &connections"));
    all->setObjectName(QStringLiteral("welcomeConnections"));
    all->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(title(tr("What your computer does now")));
    layout->addWidget(
        plain(tr("These programs are connected at the moment, or wait for an answer. Whoever is "
                 "allowed without a question has a rule, or the mode lets it pass.")));
    layout->addWidget(tree_, 1);
    layout->addWidget(missed_);
    layout->addWidget(all, 0, Qt::AlignLeft);
    connect(all, &QPushButton::clicked, this, &WelcomeNow::connectionsWanted);
    connect(&firewall_, &client::Firewall::statusChanged, this, &WelcomeNow::refresh);
    connect(&firewall_, &client::Firewall::connectedChanged, this, &WelcomeNow::refresh);
    refresh();
}

WelcomeNow::~WelcomeNow() {
    setShown(false);
}

void WelcomeNow::setShown(bool shown) {
    if (std::exchange(shown_, shown) == shown)
        return;
    if (shown)
        connections_.look();
    else
        connections_.lookAway();
}

void WelcomeNow::refresh() {
    const quint32 missed = firewall_.connected() ? firewall_.status().missed : 0;
    missed_->setText(tr("Blocked once because nobody answered in time: %1. They are listed under "
                        "“Waiting and missed”.")
                         .arg(missed));
    missed_->setVisible(missed > 0);
    empty_->setNote(firewall_.connected()
                        ? tr("No program communicates at the moment.\nAs soon as one does, it "
                             "appears here.")
                        : tr("The firewall service does not answer."));
}

}  // namespace sallyport::views
