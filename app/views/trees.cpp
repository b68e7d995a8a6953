// What the trees of the window have in common: see trees.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/trees.h"

#include <QEvent>
#include <QHeaderView>

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
    new Filler(tree, filling,
               std::max(header->sectionSizeHint(filling), character * leastCharacters));
}

}  // namespace sallyport::views
