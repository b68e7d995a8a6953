// The lines of a list that were passed over: see bad_lines_panel.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bad_lines_panel.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "models/reasons.h"
#include "models/words.h"
#include "views/escape_key.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;

namespace {

enum Column { Line, Reason };

// Sorted as a number.
class Row : public QTreeWidgetItem {
  public:
    explicit Row(const api::BadLine& bad) {
        const QString reason = widgets::displayText(models::reasonInWords(bad.reason));
        setData(Line, Qt::DisplayRole, bad.number);
        setTextAlignment(Line, Qt::AlignRight | Qt::AlignVCenter);
        setText(Reason, reason);
        setToolTip(Reason, Words::tip(reason));
    }
};

}  // namespace

BadLinesPanel::BadLinesPanel(QWidget* parent)
    : QWidget(parent), title_(new QLabel(this)), tree_(new QTreeWidget(this)) {
    title_->setObjectName(QStringLiteral("badLinesTitle"));
    title_->setTextFormat(Qt::PlainText);
    title_->setWordWrap(true);
    tree_->setObjectName(QStringLiteral("badLinesTree"));
    tree_->setAccessibleName(tr("Lines that were passed over"));
    tree_->setRootIsDecorated(false);
    tree_->setUniformRowHeights(true);
    tree_->setAlternatingRowColors(true);
    tree_->setAllColumnsShowFocus(true);
    tree_->setTextElideMode(Qt::ElideMiddle);  // the reason is behind the text of the line
    tree_->setHeaderLabels({tr("Line", "of a file"), tr("What is wrong with it")});
    tree_->headerItem()->setTextAlignment(Line, Qt::AlignRight | Qt::AlignVCenter);
    tree_->header()->resizeSection(Line,
                                   fontMetrics().horizontalAdvance(QLocale().toString(9'999'999)) +
                                       fontMetrics().averageCharWidth() * 4);
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("badLinesClose"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title_);
    layout->addWidget(tree_, 1);
    layout->addWidget(close, 0, Qt::AlignRight);
    setFocusProxy(tree_);
    connect(close, &QPushButton::clicked, this, &BadLinesPanel::closed);
    new EscapeKey(this, close);
}

void BadLinesPanel::show(const api::List& list, const QList<api::BadLine>& first) {
    list_ = list.name;
    const QString all = QLocale().toString(list.badLines);
    title_->setText(quint64(first.size()) < list.badLines
                        ? tr("Of list %1 %2 lines were passed over. The first %3:")
                              .arg(list.name, all, QLocale().toString(first.size()))
                        : tr("Lines of list %1 that were passed over: %2").arg(list.name, all));
    tree_->clear();
    for (const api::BadLine& bad : first)
        tree_->addTopLevelItem(new Row(bad));
    tree_->setCurrentItem(tree_->topLevelItem(0));
    QWidget::show();
}

}  // namespace sallyport::views
