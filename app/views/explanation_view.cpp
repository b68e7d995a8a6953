// Why a connection was allowed or stopped: see explanation_view.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/explanation_view.h"

#include <QDateTime>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "client/name_words.h"
#include "models/words.h"
#include "widgets/contrast.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;

namespace {

constexpr qsizetype kMostSteps = 50;
constexpr qsizetype kMostNames = 10;

}  // namespace

ExplanationView::ExplanationView(const models::RuleBook& book, QWidget* parent)
    : QWidget(parent), book_(book), lines_(new QVBoxLayout(this)) {
    lines_->setContentsMargins(0, 0, 0, 0);
    setAccessibleName(tr("Why"));
}

void ExplanationView::clear() {
    while (QLayoutItem* item = lines_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QLabel* ExplanationView::addLine(const QString& text, bool faint) {
    auto* label = faint ? new widgets::FaintLabel(this) : new QLabel(this);
    label->setText(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    lines_->addWidget(label);
    return label;
}

void ExplanationView::say(const QString& text) {
    clear();
    addLine(text);
}

void ExplanationView::show(const api::Explanation& explanation, bool happened) {
    clear();
    const QString state = Words::state(explanation.state);
    const QString reason = Words::decided(explanation.reason, explanation.rule, explanation.state);
    QLabel* head =
        addLine(happened ? tr("%1: %2", "state, reason").arg(state, reason)
                         : tr("It would be: %1 (%2)", "state, reason").arg(state, reason));
    QFont bold = head->font();
    bold.setBold(true);
    head->setFont(bold);
    showNames(explanation);
    if (explanation.steps.isEmpty())
        addLine(tr("No rule is about this program or about every program."));
    qsizetype shown = 0;
    for (const api::ExplanationStep& step : explanation.steps) {
        if (++shown > kMostSteps) {
            addLine(tr("More rules further down: %1").arg(explanation.steps.size() - kMostSteps));
            break;
        }
        addLine(tr("%1. Rule %2: %3\n%4", "place, number, sentence, does it fit")
                    .arg(shown)
                    .arg(step.rule.id)
                    .arg(book_.sentence(step.rule),
                         widgets::breakable(widgets::displayText(Words::step(step)))),
                !step.matches);
    }
}

// What the rules go by comes first.
void ExplanationView::showNames(const api::Explanation& explanation) {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (const api::ExplanationName& name :
         explanation.names.first(std::min(explanation.names.size(), kMostNames)))
        addLine(tr("%1: %2", "name, where it comes from")
                    .arg(widgets::breakable(widgets::displayText(name.name)),
                         widgets::displayText(client::NameWords::origin(name, now))));
    if (const qsizetype more = explanation.names.size() - kMostNames; more > 0)
        addLine(tr("More names: %1").arg(more));
    if (!explanation.lists.isEmpty())
        addLine(widgets::displayText(client::NameWords::address(explanation.lists)));
}

QString ExplanationView::text() const {
    QStringList lines;
    for (int at = 0; at < lines_->count(); ++at) {
        if (const auto* label = qobject_cast<QLabel*>(lines_->itemAt(at)->widget()))
            lines += label->text();
    }
    return lines.join(u'\n');
}

}  // namespace sallyport::views
