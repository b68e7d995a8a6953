// What happened: see history_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/history_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeView>

#include "models/row_rule.h"
#include "models/words.h"
#include "views/trees.h"
#include "widgets/empty_note.h"
#include "widgets/row_actions.h"
#include "widgets/row_delegate.h"

namespace sallyport::views {

using models::HistoryModel;
using models::Words;

HistoryPage::HistoryPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      model_(shared.firewall, shared.faces),
      reload_(new QPushButton(tr("Refresh"), this)),
      state_(new QLabel(this)),
      tree_(new QTreeView(this)),
      delegate_(new widgets::RowDelegate({.stateColumn = HistoryModel::State,
                                          .stateRole = HistoryModel::StateRole,
                                          .linkColumn = HistoryModel::Decided,
                                          .linkRole = HistoryModel::RuleRole},
                                         this)) {
    reload_->setObjectName(QStringLiteral("historyReload"));
    auto* head = new QHBoxLayout;
    head->addWidget(reload_);
    head->addWidget(state_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addWidget(tree_, 1);
    buildTree();

    constexpr int kRestMs = 250;
    typing_.setSingleShot(true);
    typing_.setInterval(kRestMs);
    connect(&typing_, &QTimer::timeout, this, [this] {
        model_.setQuery(models::SearchQuery(search_));
        note();
    });
    connect(reload_, &QPushButton::clicked, &model_, &HistoryModel::reload);
    connect(&model_, &HistoryModel::loadingChanged, this, &HistoryPage::note);
    connect(&model_, &HistoryModel::failed, this, &Page::failed);
    note();
}

void HistoryPage::buildTree() {
    tree_->setObjectName(QStringLiteral("historyTree"));
    tree_->setAccessibleName(tr("History"));
    tree_->setRootIsDecorated(false);
    tree_->setModel(&model_);
    tree_->setItemDelegate(delegate_);
    const QString amount = Words::bytes(999 * 1024);
    constexpr int kLeastCharacters = 24;
    prepareTree(tree_,
                {{Words::longMoment()},
                 {tr("Program in memory")},
                 {},
                 {QStringLiteral("domain (53), UDP")},
                 widgets::withDots({Words::state(api::ConnectionState::Allowed),
                                    Words::state(api::ConnectionState::Blocked),
                                    Words::state(api::ConnectionState::Undecided)}),
                 Words::decisions(),
                 {amount},
                 {amount},
                 {}},
                HistoryModel::RemoteColumn, kLeastCharacters);
    tree_->setSortingEnabled(false);  // by time, as it comes
    actions_ = new widgets::RowActions(tree_, HistoryModel::Actions);
    tree_->header()->resizeSection(
        HistoryModel::Actions, std::max(actions_->sizeHint().width(),
                                        tree_->header()->sectionSizeHint(HistoryModel::Actions)));
    actions_->watchModel();
    empty_ = new widgets::EmptyNote(tree_);
    connect(actions_, &widgets::RowActions::chosen, this, &HistoryPage::decide);
    connect(delegate_, &widgets::RowDelegate::linkClicked, this, &Page::ruleRequested);
}

void HistoryPage::decide(const QModelIndex& row, api::Action action) {
    if (!row.isValid() || away_)
        return;
    const HistoryModel::Entry& entry = model_.entry(row);
    const auto rule = models::ruleForConnection(entry.app, entry.connection, action);
    if (rule)
        shared_.book.put({*rule});
    else
        emit failed(tr("That program is gone: it had no file to make a rule for."));
}

void HistoryPage::setSearch(const QString& text) {
    search_ = text;
    typing_.start();
}

void HistoryPage::setAway(bool away) {
    away_ = away;
    delegate_->setStale(away);
    actions_->setUsable(!away);
    reload_->setEnabled(!away);
    tree_->viewport()->update();
    if (!away && isVisible())
        model_.reload();
    note();
}

QWidget* HistoryPage::focusTarget() {
    return tree_;
}

void HistoryPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    if (!away_)
        model_.reload();
}

void HistoryPage::note() {
    state_->setText(model_.isLoading() ? tr("Reading…") : QString());
    if (model_.isLoading())
        empty_->setNote({});
    else if (model_.isFiltering())
        empty_->setNote(tr("Nothing in the history fits the search."));
    else
        empty_->setNote(
            tr("Nothing has happened yet.\nConnections appear here when they end, and "
               "stay for as many days as the settings say."));
}

}  // namespace sallyport::views
