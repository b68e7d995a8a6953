// Which program talks to whom, live: see connections_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/connections_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPushButton>
#include <QSplitter>
#include <QTreeView>
#include <utility>

#include "models/row_rule.h"
#include "models/words.h"
#include "views/inspector.h"
#include "views/trees.h"
#include "views/window_settings.h"
#include "widgets/elided_label.h"
#include "widgets/empty_note.h"
#include "widgets/row_actions.h"
#include "widgets/row_delegate.h"
#include "widgets/traffic_graph.h"

namespace sallyport::views {

using models::ConnectionsModel;
using models::Words;

namespace {

constexpr int kFew = 200;  // connections

}  // namespace

ConnectionsPage::ConnectionsPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      filter_(shared.connections),
      state_(new QComboBox(this)),
      count_(new widgets::ElidedLabel(this)),
      tree_(new QTreeView(this)),
      graph_(new widgets::TrafficGraph(
          shared.connections.traffic(), [&model = shared.connections] { return model.nowMs(); },
          this)),
      delegate_(new widgets::RowDelegate({.stateColumn = ConnectionsModel::State,
                                          .stateRole = ConnectionsModel::StateRole,
                                          .fadeRole = ConnectionsModel::FadeRole,
                                          .linkColumn = ConnectionsModel::RuleColumn,
                                          .linkRole = ConnectionsModel::RuleRole,
                                          .pathColumn = ConnectionsModel::Name,
                                          .trailRole = ConnectionsModel::TrailRole,
                                          .upColumn = ConnectionsModel::Up},
                                         this)),
      inspector_(new Inspector(shared, this)) {
    state_->setObjectName(QStringLiteral("connectionsState"));
    state_->setAccessibleName(tr("Show only connections in this state"));
    state_->addItem(tr("All states"));
    for (const auto state : {api::ConnectionState::Allowed, api::ConnectionState::Blocked,
                             api::ConnectionState::Held, api::ConnectionState::Undecided,
                             api::ConnectionState::Audited, api::ConnectionState::Listening})
        state_->addItem(Words::state(state), int(state));
    buildGraph();
    auto* expand = new QPushButton(tr("Expand all"), this);
    auto* collapse = new QPushButton(tr("Collapse all"), this);

    auto* head = new QHBoxLayout;
    head->addWidget(state_);
    head->addWidget(expand);
    head->addWidget(collapse);
    head->addWidget(count_, 1);
    count_->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
    auto* column = new QWidget(this);
    auto* below = new QVBoxLayout(column);
    below->setContentsMargins(0, 0, 0, 0);
    below->addWidget(tree_, 1);
    below->addWidget(graph_);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(column);
    split->addWidget(inspector_);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 0);
    split->setCollapsible(0, false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addWidget(split, 1);

    buildTree();
    connect(expand, &QPushButton::clicked, this, [this] {
        folded_ = false;
        tree_->expandAll();
    });
    connect(collapse, &QPushButton::clicked, this, [this] {
        folded_ = true;
        tree_->collapseAll();
    });
    connect(state_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant chosen = state_->currentData();
        filter_.setState(chosen.isValid() ? std::optional(api::ConnectionState(chosen.toInt()))
                                          : std::nullopt);
        keepOpen();
        note();
    });
    connect(&shared_.connections, &ConnectionsModel::countsChanged, this, &ConnectionsPage::note);
    connect(inspector_, &Inspector::ruleRequested, this, &Page::ruleRequested);
    connect(inspector_, &Inspector::chosen, this, [this](api::Action action) {
        decide(tree_->currentIndex().siblingAtColumn(0), action);
    });
    note();
}

void ConnectionsPage::buildGraph() {
    connect(graph_, &widgets::TrafficGraph::spanChanged, this, [this] {
        filter_.setSpan(graph_->span());
        keepOpen();
        note();
    });
}

// In a low window the tree has all the room.
void ConnectionsPage::fitGraph() {
    constexpr int kLeastLines = 26;
    const bool room = height() >= fontMetrics().height() * kLeastLines;
    graph_->setVisible(room && isTrafficShown());
    if (!graph_->isVisibleTo(this))
        graph_->setSpan(std::nullopt);  // what is not to be seen filters nothing
}

void ConnectionsPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    fitGraph();
}

void ConnectionsPage::buildTree() {
    tree_->setObjectName(QStringLiteral("connectionsTree"));
    tree_->setAccessibleName(tr("Connections"));
    // Before the view's own, which would go on to another row.
    connect(&filter_, &QAbstractItemModel::rowsAboutToBeRemoved, this, &ConnectionsPage::rowsLeave);
    tree_->installEventFilter(this);
    tree_->setModel(&filter_);
    tree_->setItemDelegate(delegate_);
    const QString amount = Words::rate(999.9 * 1024);
    constexpr int kLeastCharacters = 30;
    prepareTree(tree_,
                {{},
                 widgets::withDots(ConnectionsModel::stateExamples()),
                 {amount},
                 {amount},
                 {amount},
                 Words::decisions(),
                 {Words::longMoment()},
                 {}},
                ConnectionsModel::Name, kLeastCharacters);
    tree_->sortByColumn(ConnectionsModel::Name, Qt::AscendingOrder);
    actions_ = new widgets::RowActions(tree_, ConnectionsModel::Actions, delegate_);
    tree_->header()->resizeSection(
        ConnectionsModel::Actions,
        std::max(actions_->sizeHint().width(),
                 tree_->header()->sectionSizeHint(ConnectionsModel::Actions)));
    actions_->watchModel();
    empty_ = new widgets::EmptyNote(tree_);
    connect(actions_, &widgets::RowActions::chosen, this, &ConnectionsPage::decide);
    connect(delegate_, &widgets::RowDelegate::linkClicked, this, &Page::ruleRequested);
    connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ConnectionsPage::follow);
    connect(&filter_, &QAbstractItemModel::modelReset, this, [this] {
        follow();
        keepOpen();
    });
    connect(&filter_, &QAbstractItemModel::rowsInserted, this, &ConnectionsPage::openNew);
    connect(&shared_.connections, &ConnectionsModel::ticked, this, &ConnectionsPage::findAgain);
}

// Few programs, or a search: what is found is in sight without a click.
void ConnectionsPage::keepOpen() {
    if (shared_.connections.connectionCount() <= kFew && (!folded_ || filter_.isFiltering()))
        tree_->expandAll();
}

// What the person opened or closed stays so.
void ConnectionsPage::openNew(const QModelIndex& parent, int first, int last) {
    if (shared_.connections.connectionCount() > kFew || (folded_ && !filter_.isFiltering()) ||
        (parent.isValid() && !tree_->isExpanded(parent)))
        return;
    for (int row = first; row <= last; ++row)
        tree_->expandRecursively(filter_.index(row, 0, parent));
}

// The view would go on to the next row, or to the program whose only connection it was, and what
// the person is about to decide would be decided for that.
void ConnectionsPage::rowsLeave(const QModelIndex& parent, int first, int last) {
    const QModelIndex current = tree_->currentIndex().siblingAtColumn(0);
    QModelIndex at = current;
    while (at.isValid() && at.parent() != parent)
        at = at.parent();
    if (!at.isValid() || at.row() < first || at.row() > last)
        return;
    const QModelIndex source = filter_.mapToSource(current);
    const bool own = shared_.connections.kind(source) == ConnectionsModel::Kind::Connection;
    left_ = own ? shared_.connections.connection(source)->id : 0;
    const QModelIndex next = filter_.index(last + 1, 0, parent);
    const QModelIndex before = first > 0 ? filter_.index(first - 1, 0, parent) : parent;
    place_ = next.isValid() ? next : before;
    tree_->setCurrentIndex({});
}

// One that only moved, because its name is known by now, is the current one as before.
void ConnectionsPage::findAgain() {
    const api::ConnectionId left = std::exchange(left_, 0);
    if (left == 0 || tree_->currentIndex().isValid())
        return;
    const QModelIndex moved = filter_.mapFromSource(shared_.connections.indexOf(left));
    if (moved.isValid())
        tree_->setCurrentIndex(moved);
}

bool ConnectionsPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == tree_ && event->type() == QEvent::KeyPress && !tree_->currentIndex().isValid()) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const QModelIndex place = place_;
        if (place.isValid() && (key == Qt::Key_Up || key == Qt::Key_Down)) {
            tree_->setCurrentIndex(place);
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

void ConnectionsPage::setSearch(const QString& text) {
    const QPersistentModelIndex current(filter_.mapToSource(tree_->currentIndex()));
    filter_.setQuery(models::SearchQuery(text));
    if (const QModelIndex kept = filter_.mapFromSource(current); kept.isValid())
        tree_->setCurrentIndex(kept);
    keepOpen();
    note();
}

void ConnectionsPage::setAway(bool away) {
    away_ = away;
    delegate_->setStale(away);
    actions_->setUsable(!away);
    inspector_->setUsable(!away);
    tree_->viewport()->update();
    note();
}

QWidget* ConnectionsPage::focusTarget() {
    return tree_;
}

QWidgetList ConnectionsPage::parts() {
    QWidgetList all{tree_, inspector_};
    if (graph_->isVisible())
        all.insert(1, graph_);
    return all;
}

void ConnectionsPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    fitGraph();
    if (!std::exchange(looking_, true))
        shared_.connections.look();
}

void ConnectionsPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    if (std::exchange(looking_, false))
        shared_.connections.lookAway();
}

void ConnectionsPage::follow() {
    inspector_->inspect(filter_.mapToSource(tree_->currentIndex()).siblingAtColumn(0));
}

void ConnectionsPage::note() {
    count_->setText(tr("Connections: %1").arg(shared_.connections.connectionCount()));
    if (away_)
        empty_->setNote(tr("The firewall service is away. Connections appear when it is back."));
    else if (filter_.isFiltering())
        empty_->setNote(
            tr("No connection fits the search, the state and the span of time that are chosen."));
    else
        empty_->setNote(
            tr("No program has a connection now.\nAs soon as one connects, it appears "
               "here with the state of its connection, and you can allow or block it."));
}

void ConnectionsPage::decide(const QModelIndex& row, api::Action action) {
    if (!row.isValid() || away_)
        return;
    const auto rule = models::ruleForRow(shared_.connections, filter_.mapToSource(row), action);
    if (rule)
        shared_.book.put({*rule});
    else
        emit failed(Words::error(rule.error()));
}

}  // namespace sallyport::views
