// The choices of an answer.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/question_choices.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QRadioButton>
#include <QVBoxLayout>
#include <array>
#include <utility>

#include "views/question_words.h"
#include "widgets/plain_text.h"

namespace sallyport::views {
namespace {

constexpr std::array<std::pair<api::Scope, const char*>, 6> kScopes{
    {{api::Scope::AddressAndPort, "scopeAddressAndPort"},
     {api::Scope::Address, "scopeAddress"},
     {api::Scope::Host, "scopeHost"},
     {api::Scope::Domain, "scopeDomain"},
     {api::Scope::Port, "scopePort"},
     {api::Scope::Everything, "scopeEverything"}}};

constexpr int kMinutesRole = Qt::UserRole + 1;

// A stranger's "&" is no shortcut.
QString literally(QString text) {
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

QRadioButton* addRadio(QButtonGroup* group, QLayout* layout, int id, const char* name) {
    auto* radio = new QRadioButton;
    radio->setObjectName(QLatin1String(name));
    group->addButton(radio, id);
    layout->addWidget(radio);
    return radio;
}

void setText(QAbstractButton* button, const QString& text) {
    button->setText(literally(text));
    button->setAccessibleName(text);
}

// A row of a form whose label stands beside its first line.
QLabel* addRow(QFormLayout* form, const QString& text, QWidget* field) {
    auto* label = new QLabel(text);
    label->setBuddy(field);
    form->addRow(label, field);
    return label;
}

}  // namespace

QuestionChoices::QuestionChoices(QWidget* parent)
    : QWidget(parent),
      scope_(new QButtonGroup(this)),
      who_(new QButtonGroup(this)),
      term_(new QComboBox),
      whoRow_(new QWidget) {
    auto* form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setLabelAlignment(Qt::AlignLeading | Qt::AlignTop);
    form->setFormAlignment(Qt::AlignLeading | Qt::AlignTop);

    auto* scopes = new QWidget;
    auto* scopeColumn = new QVBoxLayout(scopes);
    scopeColumn->setContentsMargins({});
    for (const auto& [scope, name] : kScopes)
        addRadio(scope_, scopeColumn, static_cast<int>(scope), name);
    addRow(form, tr("Applies to"), scopes);

    auto* whoColumn = new QVBoxLayout(whoRow_);
    whoColumn->setContentsMargins({});
    addRadio(who_, whoColumn, static_cast<int>(api::Who::Program), "whoProgram");
    addRadio(who_, whoColumn, static_cast<int>(api::Who::ProgramStartedBy), "whoStartedBy");
    whoLabel_ =
        addRow(form, tr("Program", "label: this program / this program started by X"), whoRow_);

    term_->setObjectName(QStringLiteral("lifetime"));
    term_->setAccessibleName(tr("How long the answer counts"));
    term_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    addRow(form, tr("&For", "label of: 5 minutes, for ever..."), term_);
}

void QuestionChoices::setQuestion(const api::Question& question) {
    const api::Answer suggestion = QuestionWords::suggestion(question);
    fillScopes(question, suggestion);
    fillWho(question, suggestion);
    fillTerms(question, suggestion);
}

void QuestionChoices::fillScopes(const api::Question& question, const api::Answer& suggestion) {
    const QList<api::Scope> offered = QuestionWords::scopes(question);
    for (QAbstractButton* button : scope_->buttons()) {
        const auto scope = static_cast<api::Scope>(scope_->id(button));
        setText(button, QuestionWords::scope(scope, question));
        button->setVisible(offered.contains(scope));
        button->setChecked(scope == suggestion.scope);
    }
}

void QuestionChoices::fillWho(const api::Question& question, const api::Answer& suggestion) {
    const QString parent = QuestionWords::startedBy(question.process);
    const QString name = widgets::isolated(QuestionWords::shortProgram(question.process));
    setText(who_->button(static_cast<int>(api::Who::Program)),
            tr("%1, whoever starts it", "program").arg(name));
    setText(who_->button(static_cast<int>(api::Who::ProgramStartedBy)),
            tr("%1 only when started by %2", "program, program")
                .arg(name, widgets::isolated(widgets::displayText(parent, 20))));
    who_->button(static_cast<int>(suggestion.who))->setChecked(true);
    whoRow_->setVisible(QuestionWords::offersStartedBy(question));
    whoLabel_->setVisible(QuestionWords::offersStartedBy(question));
}

void QuestionChoices::fillTerms(const api::Question& question, const api::Answer& suggestion) {
    term_->clear();
    for (const QuestionWords::Term& term : QuestionWords::terms(question)) {
        term_->addItem(term.text, static_cast<int>(term.lifetime));
        term_->setItemData(term_->count() - 1, term.minutes, kMinutesRole);
        if (term.lifetime == suggestion.lifetime && term.minutes == suggestion.minutes)
            term_->setCurrentIndex(term_->count() - 1);
    }
}

api::Answer QuestionChoices::answer(api::Action action) const {
    api::Answer answer;
    answer.action = action;
    answer.scope = static_cast<api::Scope>(scope_->checkedId());
    answer.who = static_cast<api::Who>(who_->checkedId());
    answer.lifetime = static_cast<api::Lifetime>(term_->currentData().toInt());
    answer.minutes = term_->currentData(kMinutesRole).toUInt();
    return answer;
}

}  // namespace sallyport::views
