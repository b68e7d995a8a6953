// Allow and Block on a row: see row_actions.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/row_actions.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QTreeView>
#include <algorithm>

#include "widgets/row_delegate.h"

namespace sallyport::widgets {

RowActions::RowActions(QTreeView* view, int column, RowDelegate* delegate)
    : QWidget(view->viewport()),
      view_(view),
      column_(column),
      delegate_(delegate),
      allow_(new QToolButton(this)),
      block_(new QToolButton(this)) {
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setCursor(Qt::ArrowCursor);
    allow_->setText(tr("Allow"));
    allow_->setIcon(style()->standardIcon(QStyle::SP_DialogApplyButton));
    allow_->setObjectName(QStringLiteral("rowAllow"));
    allow_->setAccessibleName(tr("Allow what this row stands for"));
    allow_->setToolTip(tr("Allow what this row stands for (A)"));
    block_->setText(tr("Block"));
    block_->setIcon(style()->standardIcon(QStyle::SP_DialogCancelButton));
    block_->setObjectName(QStringLiteral("rowBlock"));
    block_->setAccessibleName(tr("Block what this row stands for"));
    block_->setToolTip(tr("Block what this row stands for (B)"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    for (QToolButton* button : {allow_, block_}) {
        button->setFocusPolicy(Qt::NoFocus);  // the keyboard has A and B
        button->setIconSize(QSize(fontMetrics().ascent(), fontMetrics().ascent()));
        layout->addWidget(button);
        connect(button, &QToolButton::pressed, this, [this] { pressed_ = row_; });
    }
    setCompact(false);
    connect(allow_, &QToolButton::clicked, this, [this] { choose(api::Action::Allow); });
    connect(block_, &QToolButton::clicked, this, [this] { choose(api::Action::Block); });
    const auto key = [this](Qt::Key code, api::Action action) {
        auto* shortcut = new QShortcut(code, view_, nullptr, nullptr, Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this,
                [this, action] { chooseForCurrent(action); });
    };
    key(Qt::Key_A, api::Action::Allow);
    key(Qt::Key_B, api::Action::Block);

    view_->setMouseTracking(true);
    view_->viewport()->setMouseTracking(true);
    view_->viewport()->installEventFilter(this);
    view_->installEventFilter(this);
    connect(view_->header(), &QHeaderView::sectionResized, this, &RowActions::place);
    connect(view_->verticalScrollBar(), &QScrollBar::valueChanged, this, &RowActions::place);
    connect(view_->horizontalScrollBar(), &QScrollBar::valueChanged, this, &RowActions::place);
    connect(view_, &QTreeView::expanded, this, &RowActions::place, Qt::QueuedConnection);
    connect(view_, &QTreeView::collapsed, this, &RowActions::place, Qt::QueuedConnection);
    hide();
}

void RowActions::watchModel() {
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) { attachTo(current); });
    const QAbstractItemModel* model = view_->model();
    // Queued: the view lays itself out after these.
    connect(model, &QAbstractItemModel::layoutChanged, this, &RowActions::place,
            Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::rowsInserted, this, &RowActions::place,
            Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &RowActions::place,
            Qt::QueuedConnection);
    connect(model, &QAbstractItemModel::modelReset, this, &RowActions::place, Qt::QueuedConnection);
}

void RowActions::setUsable(bool usable) {
    usable_ = usable;
    place();
}

void RowActions::attachTo(const QModelIndex& row) {
    row_ = row.siblingAtColumn(0);
    place();
}

void RowActions::place() {
    const QRect before = isHidden() ? QRect() : geometry();
    const QRect line =
        row_.isValid() ? view_->visualRect(row_.sibling(row_.row(), column_)) : QRect();
    const bool seen = usable_ && line.height() > 0 && line.top() >= 0 &&
                      line.top() < view_->viewport()->rect().bottom();
    setVisible(seen);
    if (seen) {
        setGeometry(fit());
        raise();
    }
    const QRect after = seen ? geometry() : QRect();
    delegate_->setCovered(row_, after);
    for (const QRect& rows : {before, after})
        view_->viewport()->update(0, rows.top(), view_->viewport()->width(), rows.height());
}

// In its own column where that is in sight, else over what is at the end of the line.
QRect RowActions::fit() {
    const QRect cell = view_->visualRect(row_.sibling(row_.row(), column_));
    const QRect kept = view_->visualRect(row_.sibling(row_.row(), delegate_->stateColumn()));
    const QRect name = view_->visualRect(row_.sibling(row_.row(), delegate_->pathColumn()));
    const QRect port = view_->viewport()->rect();
    const bool mirrored = view_->isRightToLeft();
    const auto place = [&](int width) {
        const int left = mirrored ? std::max(cell.right() - width, port.left())
                                  : std::min(cell.left(), port.right() - width);
        return QRect(left, cell.top(), width, cell.height());
    };
    const QRect wide = place(setCompact(false));
    if (!wide.intersects(kept) && !wide.intersects(name))
        return wide;
    QRect narrow = place(setCompact(true));
    if (narrow.intersects(kept)) {
        if (mirrored)
            narrow.moveLeft(std::min(kept.right() + 1, port.right() - narrow.width()));
        else
            narrow.moveRight(std::max(kept.left() - 1, narrow.width()));
    }
    return narrow;
}

// The width they take so.
int RowActions::setCompact(bool on) {
    for (QToolButton* button : {allow_, block_})
        button->setToolButtonStyle(on ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextOnly);
    layout()->invalidate();
    return sizeHint().width();
}

bool RowActions::eventFilter(QObject* watched, QEvent* event) {
    if (watched == view_->viewport()) {
        if (event->type() == QEvent::MouseMove) {
            const QModelIndex row =
                view_->indexAt(static_cast<QMouseEvent*>(event)->position().toPoint());
            if (row.isValid() && row.siblingAtColumn(0) != row_)
                attachTo(row);
        } else if (event->type() == QEvent::Leave) {
            if (!rect().contains(mapFromGlobal(QCursor::pos())))
                attachTo(view_->currentIndex());
        } else if (event->type() == QEvent::Resize) {
            place();
        }
    }
    if (watched == view_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter)
            delegate_->follow(view_->currentIndex());
    }
    return QWidget::eventFilter(watched, event);
}

void RowActions::choose(api::Action action) {
    if (usable_ && row_.isValid() && row_ == pressed_)
        emit chosen(row_, action);
}

void RowActions::chooseForCurrent(api::Action action) {
    const QModelIndex current = view_->currentIndex();
    if (usable_ && current.isValid())
        emit chosen(current.siblingAtColumn(0), action);
}

}  // namespace sallyport::widgets
