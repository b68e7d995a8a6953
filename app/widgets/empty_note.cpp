// A note over an empty list: see empty_note.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/empty_note.h"

#include <QAbstractItemView>
#include <QEvent>

namespace sallyport::widgets {

EmptyNote::EmptyNote(QAbstractItemView* view)
    : FaintLabel(view->viewport(), QPalette::Base), view_(view) {
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setAlignment(Qt::AlignCenter);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    const int beside = fontMetrics().height();
    setContentsMargins(beside, 0, beside, 0);
    view->viewport()->installEventFilter(this);
    const QAbstractItemModel* model = view->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyNote::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyNote::refresh);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyNote::refresh);
    connect(model, &QAbstractItemModel::layoutChanged, this, &EmptyNote::refresh);
    refresh();
}

void EmptyNote::setNote(const QString& note) {
    setText(note);
    view_->setAccessibleDescription(view_->model()->rowCount() == 0 ? note : QString());
}

void EmptyNote::refresh() {
    setGeometry(view_->viewport()->rect());
    setVisible(view_->model()->rowCount() == 0);
    view_->setAccessibleDescription(isHidden() ? QString() : text());
}

bool EmptyNote::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize)
        setGeometry(view_->viewport()->rect());
    return FaintLabel::eventFilter(watched, event);
}

}  // namespace sallyport::widgets
