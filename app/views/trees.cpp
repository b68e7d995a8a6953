// What the trees of the window have in common: see trees.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/trees.h"

#include <QActionGroup>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QHeaderView>
#include <QMenu>
#include <QShortcut>

namespace sallyport::views {

namespace {

// Unlike a stretched section it stays wide enough to be read, and the tree scrolls.
class Filler : public QObject {
  public:
    Filler(QTreeView* tree, int column, int least)
        : QObject(tree), tree_(tree), column_(column), least_(least) {
        tree->viewport()->installEventFilter(this);
        connect(tree->header(), &QHeaderView::sectionResized, this,
                [this](int section) { byHand_ = byHand_ || (section == column_ && !filling_); });
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Resize && !byHand_)
            fill();
        return QObject::eventFilter(watched, event);
    }

  private:
    void fill() {
        QHeaderView* header = tree_->header();
        const int others = header->length() - header->sectionSize(column_);
        filling_ = true;
        header->resizeSection(column_, std::max(least_, tree_->viewport()->width() - others));
        filling_ = false;
    }

    QTreeView* tree_;
    int column_;
    int least_;
    bool filling_ = false;
    bool byHand_ = false;
};

// What a click on the header does, for the keyboard. Shift+F10: where a Menu key is missing.
class SortMenu : public QObject {
    Q_DECLARE_TR_FUNCTIONS(SortMenu)
  public:
    explicit SortMenu(QTreeView* tree) : QObject(tree), tree_(tree) {
        tree->installEventFilter(this);
        tree->header()->viewport()->installEventFilter(this);
        const auto* keys = new QShortcut(QKeySequence(Qt::SHIFT | Qt::Key_F10), tree, nullptr,
                                         nullptr, Qt::WidgetShortcut);
        connect(keys, &QShortcut::activated, this,
                [this] { open(tree_->viewport()->mapToGlobal(QPoint())); });
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::ContextMenu)
            return false;
        const auto* wanted = static_cast<QContextMenuEvent*>(event);
        const bool byKey = wanted->reason() == QContextMenuEvent::Keyboard;
        return byKey == (watched == tree_) && open(wanted->globalPos());
    }

  private:
    bool open(const QPoint& at) {
        if (!tree_->isSortingEnabled())
            return false;
        const QHeaderView* header = tree_->header();
        const int now = header->sortIndicatorSection();
        auto* menu = new QMenu(tree_);
        menu->setObjectName(QStringLiteral("sortMenu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        auto* columns = new QActionGroup(menu);
        for (int place = 0; place < header->count(); ++place) {
            const int column = header->logicalIndex(place);
            if (header->isSectionHidden(column))
                continue;
            QString title = tree_->model()->headerData(column, Qt::Horizontal).toString();
            //: %1: title of a column
            const QString text = tr("Sort by %1").arg(title.replace(u'&', QStringLiteral("&&")));
            add(menu, columns, text, column == now, column, header->sortIndicatorOrder());
        }
        menu->addSeparator();
        auto* orders = new QActionGroup(menu);
        for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder})
            add(menu, orders, order == Qt::AscendingOrder ? tr("&Ascending") : tr("&Descending"),
                order == header->sortIndicatorOrder(), now, order);
        menu->popup(at);
        return true;
    }
    void add(QMenu* menu, QActionGroup* group, const QString& text, bool on, int column,
             Qt::SortOrder order) {
        QAction* action = group->addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        menu->addAction(action);
        connect(action, &QAction::triggered, tree_,
                [tree = tree_, column, order] { tree->sortByColumn(column, order); });
    }

    QTreeView* tree_;
};

}  // namespace

void prepareTree(QTreeView* tree, const QList<QStringList>& examples, int filling,
                 int leastCharacters) {
    tree->setUniformRowHeights(true);
    tree->setAlternatingRowColors(true);
    tree->setAllColumnsShowFocus(true);
    tree->setSortingEnabled(true);
    tree->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    tree->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    QHeaderView* header = tree->header();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    const QFontMetrics metrics = tree->fontMetrics();
    const int character = metrics.averageCharWidth();
    header->setMinimumSectionSize(character * 6);
    const int margin = character * 3;
    for (int column = 0; column < int(examples.size()); ++column) {
        int width = header->sectionSizeHint(column);
        for (const QString& text : examples[column])
            width = std::max(width, metrics.horizontalAdvance(text) + margin);
        header->resizeSection(column, width);
    }
    new SortMenu(tree);
    new Filler(tree, filling,
               std::max(header->sectionSizeHint(filling), character * leastCharacters));
}

}  // namespace sallyport::views
