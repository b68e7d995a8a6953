// Rows of connections: a dot before the state's word, ended rows fading, rules as links.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QRect>
#include <QStyledItemDelegate>

namespace sallyport::widgets {

// The roles and columns of the model that is shown; -1: it has none.
struct RowLook {
    int stateColumn = -1;
    int stateRole = -1;
    int fadeRole = -1;
    int linkColumn = -1;
    int linkRole = -1;    // a number; 0: no link
    int pathColumn = -1;  // shortened in the middle
    int trailRole = -1;   // QList<float> from 0 to 1: drawn as a low graph behind the text
    int upColumn = -1;    // where that is of what was sent
};

// Texts as wide as these with the dot before them.
QStringList withDots(const QStringList& states);

class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    RowDelegate(RowLook look, QObject* parent);

    // As a click on the link of this row, if it has one.
    void follow(const QModelIndex& row);

    // What is shown is old: drawn as disabled, still readable.
    void setStale(bool stale) { stale_ = stale; }
    int stateColumn() const { return look_.stateColumn; }
    int pathColumn() const { return look_.pathColumn; }
    // Nothing of the row is written in this part of the viewport: something else stands there.
    void setCovered(const QModelIndex& row, const QRect& part);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

  signals:
    void linkClicked(quint32 id);

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

  private:
    bool isLink(const QModelIndex& index) const;
    void drawTrail(QPainter* painter, const QStyleOptionViewItem& option,
                   const QModelIndex& index) const;

    RowLook look_;
    bool stale_ = false;
    QPersistentModelIndex coveredRow_;
    QRect covered_;
};

}  // namespace sallyport::widgets
