// The rules page: see rules_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rules_page.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>

#include "api/rule_file.h"
#include "client/whole_file.h"
#include "models/list_keeper.h"
#include "models/words.h"
#include "views/attempt_panel.h"
#include "views/rule_editor.h"
#include "views/trees.h"
#include "widgets/empty_note.h"

namespace sallyport::views {

using models::RuleBook;
using models::RulesModel;
using models::Words;

namespace {

constexpr qint64 kMostBytes = 64 * 1024 * 1024;

}  // namespace

RulesPage::RulesPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      model_(shared.book, shared.faces),
      filter_(model_),
      new_(new QPushButton(tr("New rule"), this)),
      edit_(new QPushButton(tr("Edit"), this)),
      duplicate_(new QPushButton(tr("Duplicate"), this)),
      remove_(new QPushButton(tr("Delete"), this)),
      explain_(new QPushButton(tr("What would decide?"), this)),
      file_(new QToolButton(this)),
      grouped_(new QCheckBox(tr("By program"), this)),
      tree_(new QTreeView(this)),
      sheet_(new QStackedWidget(this)),
      editor_(new RuleEditor(shared, this)),
      attempt_(new AttemptPanel(shared, this)) {
    pickers_.toOpen = [this] {
        return QFileDialog::getOpenFileName(this, tr("Import rules"), {}, tr("Rules (*.json)"));
    };
    pickers_.toSave = [this] {
        return QFileDialog::getSaveFileName(
            this, tr("Export rules"), QStringLiteral("sallyport-rules.json"), tr("Rules (*.json)"));
    };
    sheet_->addWidget(editor_);
    sheet_->addWidget(attempt_);
    sheet_->hide();
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(tree_);
    split->addWidget(sheet_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(buildBar());
    layout->addWidget(split, 1);
    buildTree();

    model_.setMarks(style()->standardIcon(QStyle::SP_MessageBoxWarning),
                    style()->standardIcon(QStyle::SP_MessageBoxInformation));
    const auto takeLists = [this] {
        QHash<QString, QString> problems;
        for (const api::List& list : shared_.lists.lists())
            problems.insert(list.name, list.problem);
        model_.setLists(problems);
    };
    connect(&shared_.lists, &models::ListKeeper::changed, this, takeLists);

    connect(editor_, &RuleEditor::cancelled, this, [this] { sheet(nullptr); });
    connect(attempt_, &AttemptPanel::closed, this, [this] { sheet(nullptr); });
    connect(editor_, &RuleEditor::saved, this, [this](const api::Rule& rule) {
        saving_ = true;
        if (rule.id == 0)
            shared_.book.add(rule);
        else
            shared_.book.edit(rule);
    });
    // The sheet stays open with what was typed until it was taken, whatever else changes.
    connect(&shared_.book, &RuleBook::changeMade, this, [this] {
        if (saving_)
            sheet(nullptr);
    });
    connect(&shared_.book, &RuleBook::changeFailed, this, [this] { saving_ = false; });
    enableButtons();
    note();
}

QWidget* RulesPage::buildBar() {
    new_->setObjectName(QStringLiteral("ruleNew"));
    edit_->setObjectName(QStringLiteral("ruleEdit"));
    duplicate_->setObjectName(QStringLiteral("ruleDuplicate"));
    remove_->setObjectName(QStringLiteral("ruleDelete"));
    explain_->setObjectName(QStringLiteral("ruleExplain"));
    grouped_->setObjectName(QStringLiteral("rulesGrouped"));
    file_->setObjectName(QStringLiteral("rulesFile"));
    file_->setText(tr("File"));
    file_->setAccessibleName(tr("Import and export rules"));
    file_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(file_);
    menu->addAction(tr("Import and add…"), this, [this] { importFrom(false); })
        ->setObjectName(QStringLiteral("rulesImportAdd"));
    menu->addAction(tr("Import in place of my rules…"), this, [this] { importFrom(true); })
        ->setObjectName(QStringLiteral("rulesImportReplace"));
    menu->addAction(tr("Export…"), this, [this] { exportTo(); })
        ->setObjectName(QStringLiteral("rulesExport"));
    file_->setMenu(menu);
    grouped_->setChecked(true);

    auto* bar = new QWidget(this);
    // Two lines: in one they are wider than a small screen with a large font.
    auto* first = new QHBoxLayout;
    for (QWidget* widget : std::initializer_list<QWidget*>{new_, edit_, duplicate_, remove_})
        first->addWidget(widget);
    first->addStretch();
    auto* second = new QHBoxLayout;
    second->addWidget(explain_);
    second->addWidget(file_);
    second->addStretch();
    second->addWidget(grouped_);
    auto* layout = new QVBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(first);
    layout->addLayout(second);
    connect(new_, &QPushButton::clicked, this, &RulesPage::make);
    connect(edit_, &QPushButton::clicked, this, &RulesPage::change);
    connect(duplicate_, &QPushButton::clicked, this, &RulesPage::duplicate);
    connect(remove_, &QPushButton::clicked, this, &RulesPage::remove);
    connect(explain_, &QPushButton::clicked, this, &RulesPage::tryOut);
    connect(grouped_, &QCheckBox::toggled, this, [this](bool on) {
        model_.setGrouped(on);
        tree_->setRootIsDecorated(on);
    });
    return bar;
}

void RulesPage::buildTree() {
    tree_->setObjectName(QStringLiteral("rulesTree"));
    tree_->setAccessibleName(tr("Rules"));
    tree_->setTextElideMode(Qt::ElideMiddle);  // namesakes differ in their folders, behind the name
    tree_->setModel(&filter_);
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    const QString off = tr("%1 (off)", "a rule that is switched off");
    constexpr int kLeastCharacters = 34;
    prepareTree(
        tree_,
        {{tr("Program in memory") + QStringLiteral("MMM"),
          QStringLiteral("MMMavahi-daemon (/usr/sbin/)")},
         {off.arg(Words::action(api::Action::Allow)), off.arg(Words::action(api::Action::Block)),
          off.arg(Words::action(api::Action::Audit))},
         {},
         {tr("until the program exits"), tr("until %1").arg(Words::longMoment())},
         {QStringLiteral("00000")},
         {Words::longMoment()},
         {Words::origin(api::Origin::Administrator), Words::origin(api::Origin::Prompt)},
         {QStringLiteral("0000")},
         {QStringLiteral("MMMMMMMMMMMMMMMM")}},
        RulesModel::Where, kLeastCharacters);
    tree_->sortByColumn(RulesModel::Name, Qt::AscendingOrder);
    empty_ = new widgets::EmptyNote(tree_);
    auto* del =
        new QShortcut(QKeySequence(Qt::Key_Delete), tree_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(del, &QShortcut::activated, remove_, &QPushButton::click);
    connect(tree_, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (index.column() != RulesModel::Name || !tree_->model()->hasChildren(index))
            edit_->click();
    });
    connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (const api::Rule* rule = model_.rule(filter_.mapToSource(tree_->currentIndex())))
            current_ = rule->id;
        enableButtons();
    });
    connect(&filter_, &QAbstractItemModel::modelReset, this, &RulesPage::restorePlace);
    connect(&filter_, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex& parent, int first, int last) {
                for (int row = first; !parent.isValid() && row <= last; ++row)
                    tree_->expand(filter_.index(row, 0));
            });
    connect(&filter_, &QAbstractItemModel::dataChanged, this, &RulesPage::enableButtons);
    tree_->expandAll();
}

void RulesPage::restorePlace() {
    tree_->expandAll();
    const api::RuleId id = wanted_ != 0 ? wanted_ : current_;
    const QModelIndex found = filter_.mapFromSource(model_.indexOf(id));
    if (found.isValid()) {
        wanted_ = 0;
        tree_->selectionModel()->setCurrentIndex(
            found, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        tree_->scrollTo(found);
    }
    enableButtons();
    note();
}

void RulesPage::showRule(api::RuleId id) {
    wanted_ = id;
    restorePlace();
    if (wanted_ != 0 && shared_.book.isLoaded() && !shared_.book.find(id)) {
        wanted_ = 0;
        emit failed(tr("Rule %1 is no more.").arg(id));
    }
}

QList<const api::Rule*> RulesPage::chosen(bool changeable) const {
    QList<const api::Rule*> found;
    for (const QModelIndex& index : tree_->selectionModel()->selectedRows()) {
        const api::Rule* rule = model_.rule(filter_.mapToSource(index));
        if (rule && !(changeable && RuleBook::isReadOnly(*rule)))
            found += rule;
    }
    return found;
}

void RulesPage::enableButtons() {
    const auto all = chosen(false);
    const auto own = chosen(true);
    new_->setEnabled(!away_);
    edit_->setEnabled(!away_ && own.size() == 1);
    duplicate_->setEnabled(!away_ && all.size() == 1);
    remove_->setEnabled(!away_ && !own.isEmpty());
    explain_->setEnabled(!away_);
    file_->setEnabled(!away_);
    const bool locked = all.size() == 1 && own.isEmpty();
    edit_->setToolTip(locked ? tr("The administrator made this rule: it can only be looked at.")
                             : QString());
}

// Who saved and went on elsewhere keeps the keyboard there.
void RulesPage::sheet(QWidget* which) {
    saving_ = false;
    const bool hasKeyboard = sheet_->isAncestorOf(window()->focusWidget());
    sheet_->setVisible(which != nullptr);
    if (which)
        sheet_->setCurrentWidget(which);
    else if (hasKeyboard)
        tree_->setFocus();
}

void RulesPage::make() {
    api::Rule rule;
    rule.direction = api::Direction::Outbound;
    if (const auto all = chosen(false); all.size() == 1)
        rule.app = all.first()->app;
    sheet(editor_);
    editor_->edit(rule);
}

void RulesPage::change() {
    const auto own = chosen(true);
    if (own.size() != 1)
        return;
    sheet(editor_);
    editor_->edit(*own.first());
}

void RulesPage::duplicate() {
    const auto all = chosen(false);
    if (all.size() != 1)
        return;
    api::Rule copy = *all.first();
    copy.id = 0;
    copy.origin = api::Origin::User;
    copy.createdMs = copy.lastUsedMs = 0;
    copy.hits = 0;
    copy.quota.used = 0;
    shared_.book.add(copy);
}

void RulesPage::remove() {
    QList<api::RuleId> ids;
    for (const api::Rule* rule : chosen(true))
        ids += rule->id;
    shared_.book.remove(ids);
}

void RulesPage::tryOut() {
    const auto all = chosen(false);
    sheet(attempt_);
    if (!all.isEmpty())
        attempt_->tryOut(*all.first());
}

void RulesPage::importFrom(bool replace) {
    const QString name = pickers_.toOpen();
    if (name.isEmpty())
        return;
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return emit failed(tr("The file cannot be read: %1").arg(file.errorString()));
    if (file.size() > kMostBytes)
        return emit failed(tr("The file is too large to be a file of rules."));
    const api::Result<QString> text = api::rulesText(file.readAll());
    if (!text)
        return emit failed(tr("Nothing was imported. %1").arg(Words::error(text.error())));
    emit told(tr("Importing…"));
    shared_.firewall.importRules(
        *text, replace, this, [this](const api::Result<QVariantMap>& report) {
            if (!report)
                return emit failed(
                    tr("Nothing was imported. %1").arg(Words::error(report.error())));
            const auto count = [&](const char* key) {
                return report->value(QLatin1String(key)).toUInt();
            };
            QString change = tr("Imported: %1 rules added, %2 removed, %3 as before")
                                 .arg(count("added"))
                                 .arg(count("removed"))
                                 .arg(count("unchanged"));
            if (const uint over = count("over"))
                change += tr(", %1 left out because their time is over").arg(over);
            if (count("added") + count("removed") == 0)
                emit told(change);  // nothing that could be taken back
            else
                shared_.book.noteChange(change);
        });
}

void RulesPage::exportTo() {
    const QString name = pickers_.toSave();
    if (name.isEmpty())
        return;
    shared_.firewall.exportRules(this, [this, name](const api::Result<QString>& json) {
        if (!json)
            return emit failed(Words::error(json.error()));
        if (const auto written = client::writeWhole(name, json->toUtf8()); !written)
            return emit failed(tr("The file cannot be written: %1").arg(written.error().text));
        emit told(tr("The rules are in %1").arg(name));
    });
}

// What is used of quotas grows without a word.
void RulesPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    shared_.book.refresh();
}

void RulesPage::setSearch(const QString& text) {
    const models::SearchQuery query(text);
    searching_ = !query.isEmpty();
    filter_.setQuery(query);
    tree_->expandAll();
    enableButtons();
    note();
}

void RulesPage::setAway(bool away) {
    away_ = away;
    tree_->setEnabled(!away);
    editor_->setUsable(!away);
    attempt_->setUsable(!away);
    enableButtons();
    note();
}

QWidget* RulesPage::focusTarget() {
    return tree_;
}

QWidgetList RulesPage::parts() {
    return {tree_, sheet_};
}

void RulesPage::note() {
    if (searching_)
        empty_->setNote(tr("No rule fits the search."));
    else if (away_)
        empty_->setNote(tr("The firewall service is away. Its rules appear when it is back."));
    else
        empty_->setNote(
            tr("There are no rules yet.\nThey appear here as you answer questions, or "
               "when you make one with “New rule”."));
}

}  // namespace sallyport::views
