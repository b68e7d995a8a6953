// What the window that asks shows while nobody is there to tell the answer.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/question_away.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "views/question_window.h"

namespace sallyport::views {

QWidget* makeAwayPage(QWidget* window) {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    auto* title = new QLabel(QuestionWindow::tr("The firewall's service is not there"));
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* text = new QLabel(QuestionWindow::tr(
        "What was asked here was withdrawn. The rules go on protecting you, and what still "
        "waits is asked again when the service is back."));
    text->setObjectName(QStringLiteral("away"));
    for (QLabel* const label : {title, text}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    layout->addStretch();
    auto* close = new QPushButton(QuestionWindow::tr("&Close"));
    close->setObjectName(QStringLiteral("awayClose"));
    close->setAutoDefault(false);
    QObject::connect(close, &QPushButton::clicked, window, &QWidget::close);
    layout->addWidget(close, 0, Qt::AlignTrailing);
    return page;
}

}  // namespace sallyport::views
