// The lists page: see lists_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/lists_page.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "models/list_keeper.h"
#include "models/reasons.h"
#include "models/words.h"
#include "views/bad_lines_panel.h"
#include "views/list_editor.h"
#include "views/trees.h"
#include "widgets/empty_note.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;
using widgets::displayText;

namespace {

constexpr int kNameRole = Qt::UserRole;
constexpr int kSortRole = Qt::UserRole + 1;  // a number; else the text is
constexpr int kThousandths = 1000;

QString number(quint64 count) {
    return QLocale().toString(count);
}

// Sorted by what its texts say.
class Row : public QTreeWidgetItem {
  public:
    void setNumber(int column, const QString& text, qint64 number) {
        setText(column, text);
        setData(column, kSortRole, number);
    }
    bool operator<(const QTreeWidgetItem& other) const override {
        const int column = treeWidget()->sortColumn();
        const QVariant number = data(column, kSortRole);
        return number.isValid() ? number.toLongLong() < other.data(column, kSortRole).toLongLong()
                                : QTreeWidgetItem::operator<(other);
    }
};

QString firstBadLine(const api::ListReport& report) {
    if (report.firstBad.isEmpty())
        return {};
    const api::BadLine& bad = report.firstBad.first();
    return ListsPage::tr("The first is line %1: %2")
        .arg(bad.number)
        .arg(displayText(models::reasonInWords(bad.reason)));
}

}  // namespace

ListsPage::ListsPage(const Shared& shared, models::ListKeeper& keeper, QWidget* parent)
    : Page(parent),
      shared_(shared),
      keeper_(keeper),
      new_(new QPushButton(tr("Add a list"), this)),
      refresh_(new QPushButton(tr("Refresh"), this)),
      remove_(new QPushButton(tr("Remove"), this)),
      bad_(new QPushButton(tr("Bad lines…"), this)),
      tree_(new QTreeWidget(this)),
      editor_(new ListEditor(this)),
      badLines_(new BadLinesPanel(this)),
      progress_(new QProgressBar(this)),
      cancel_(new QPushButton(tr("Cancel"), this)),
      sought_(new QLineEdit(this)),
      find_(new QPushButton(tr("Find"), this)),
      found_(new QLabel(this)) {
    buildTree();
    auto* split = new QSplitter(Qt::Horizontal, this);
    auto* above = new QSplitter(Qt::Vertical, split);  // what is wrong with a line can be long
    above->addWidget(tree_);
    above->addWidget(badLines_);
    above->setStretchFactor(0, 2);
    above->setStretchFactor(1, 3);
    above->setChildrenCollapsible(false);
    split->addWidget(above);
    split->addWidget(editor_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    editor_->hide();
    badLines_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(buildBar());
    layout->addWidget(split, 1);
    layout->addWidget(buildFind());

    connect(editor_, &ListEditor::cancelled, this, [this] {
        editor_->hide();
        tree_->setFocus();
    });
    connect(editor_, &ListEditor::chosen, this, &ListsPage::add);
    connect(badLines_, &BadLinesPanel::closed, this, &ListsPage::closeBadLines);
    connect(&keeper_, &models::ListKeeper::changed, this, &ListsPage::fill);
    connect(&keeper_, &models::ListKeeper::progress, this, &ListsPage::showProgress);
    connect(&keeper_, &models::ListKeeper::taken, this, &ListsPage::take);
    connect(&keeper_, &models::ListKeeper::failed, this,
            [this](const QString& name, const api::Error& error) {
                toBlock_.remove(name);
                emit failed(tr("List %1 stays as it was. %2").arg(name, Words::error(error)));
            });
    fill();
    showProgress(0, -1);
}

QWidget* ListsPage::buildBar() {
    new_->setObjectName(QStringLiteral("listNew"));
    refresh_->setObjectName(QStringLiteral("listRefresh"));
    remove_->setObjectName(QStringLiteral("listRemove"));
    bad_->setObjectName(QStringLiteral("listBadLines"));
    cancel_->setObjectName(QStringLiteral("listStop"));
    progress_->setObjectName(QStringLiteral("listProgress"));
    progress_->setAccessibleName(tr("How much of the list has come"));
    progress_->setTextVisible(false);
    auto* bar = new QWidget(this);
    auto* buttons = new QHBoxLayout;
    for (QWidget* widget : std::initializer_list<QWidget*>{new_, refresh_, remove_, bad_})
        buttons->addWidget(widget);
    buttons->addStretch();
    auto* work = new QHBoxLayout;
    work->addWidget(progress_, 1);
    work->addWidget(cancel_);
    auto* layout = new QVBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(buttons);
    layout->addLayout(work);
    connect(new_, &QPushButton::clicked, this, [this] {
        badLines_->hide();
        editor_->show();
        editor_->begin();
    });
    connect(refresh_, &QPushButton::clicked, this, &ListsPage::refreshChosen);
    connect(remove_, &QPushButton::clicked, this, &ListsPage::remove);
    connect(bad_, &QPushButton::clicked, this, &ListsPage::showBadLines);
    connect(cancel_, &QPushButton::clicked, &keeper_, &models::ListKeeper::cancel);
    return bar;
}

QWidget* ListsPage::buildFind() {
    sought_->setObjectName(QStringLiteral("listSought"));
    sought_->setAccessibleName(tr("A name or an address to look for in the lists"));
    sought_->setPlaceholderText(tr("Which lists contain…"));
    find_->setObjectName(QStringLiteral("listFind"));
    found_->setObjectName(QStringLiteral("listFound"));
    found_->setTextFormat(Qt::PlainText);
    found_->setWordWrap(true);
    found_->hide();
    auto* part = new QWidget(this);
    auto* line = new QHBoxLayout;
    line->addWidget(sought_, 1);
    line->addWidget(find_);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(line);
    layout->addWidget(found_);
    connect(find_, &QPushButton::clicked, this, &ListsPage::find);
    connect(sought_, &QLineEdit::returnPressed, this, &ListsPage::find);
    connect(sought_, &QLineEdit::textChanged, this, &ListsPage::enableButtons);
    return part;
}

void ListsPage::buildTree() {
    tree_->setObjectName(QStringLiteral("listsTree"));
    tree_->setAccessibleName(tr("Lists"));
    tree_->setRootIsDecorated(false);
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    tree_->setHeaderLabels(
        {tr("List"), tr("Names"), tr("Prefixes"), tr("Bad lines"), tr("Updated"), tr("Source")});
    for (const Column column : {Names, Prefixes, BadLines})
        tree_->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    prepareTree(tree_,
                {{QStringLiteral("MMMMMMMMMMMMMMMM")},
                 {number(9'999'999)},
                 {number(999'999)},
                 {number(99'999)},
                 {Words::longMoment()},
                 {}},
                Source, 20);
    tree_->sortByColumn(Title, Qt::AscendingOrder);
    empty_ = new widgets::EmptyNote(tree_);
    empty_->setNote(
        tr("There are no lists yet.\nA list holds names and addresses that a rule can "
           "be for. Add one with “Add a list”."));
    auto* del =
        new QShortcut(QKeySequence(Qt::Key_Delete), tree_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(del, &QShortcut::activated, remove_, &QPushButton::click);
    connect(tree_, &QTreeWidget::itemSelectionChanged, this, &ListsPage::enableButtons);
    connect(tree_, &QTreeWidget::itemActivated, bad_, &QPushButton::click);
}

void ListsPage::fill() {
    const QStringList selected = chosen();
    tree_->clear();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (const api::List& list : keeper_.lists()) {
        auto* item = new Row;
        const QString title = displayText(list.title);
        item->setText(Title,
                      title.isEmpty()
                          ? list.name
                          : tr("%1 (%2)", "title of a list, its name").arg(title, list.name));
        item->setNumber(Names, number(list.names), qint64(list.names));
        item->setNumber(Prefixes, number(list.prefixes), qint64(list.prefixes));
        item->setNumber(BadLines, number(list.badLines), qint64(list.badLines));
        item->setNumber(Updated, list.updatedMs ? Words::moment(list.updatedMs, now) : QString(),
                        list.updatedMs);
        item->setText(Source, displayText(list.source));
        for (const Column column : {Names, Prefixes, BadLines})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        item->setData(Title, kNameRole, list.name);
        item->setToolTip(Source, Words::tip(list.source));
        if (!list.problem.isEmpty())
            markUseless(item, displayText(models::reasonInWords(list.problem)));
        tree_->addTopLevelItem(item);
        item->setSelected(selected.contains(list.name));
    }
    if (!tree_->currentItem())
        tree_->setCurrentItem(tree_->topLevelItem(0), Title, QItemSelectionModel::NoUpdate);
    sift();
    enableButtons();
    if (badLines_->isVisible())  // of the content before
        askForBadLines(badLines_->list(), false);
}

// In the widest column, as rules are that cannot fit.
void ListsPage::markUseless(QTreeWidgetItem* item, const QString& why) {
    const QString mark = tr("Not in force: %1").arg(why);
    const QString source = item->text(Source);
    item->setIcon(Source, style()->standardIcon(QStyle::SP_MessageBoxWarning));
    item->setText(Source, source.isEmpty() ? mark : mark + QStringLiteral(", ") + source);
    for (int column = 0; column < ColumnCount; ++column)
        item->setToolTip(column, Words::tip(mark));
}

void ListsPage::sift() {
    for (int row = 0; row < tree_->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = tree_->topLevelItem(row);
        item->setHidden(!(item->text(Title) + u' ' + item->text(Source))
                             .contains(search_, Qt::CaseInsensitive));
    }
}

void ListsPage::setSearch(const QString& text) {
    search_ = text.trimmed();
    sift();
}

QStringList ListsPage::chosen() const {
    QStringList names;
    for (const QTreeWidgetItem* item : tree_->selectedItems())
        names += item->data(Title, kNameRole).toString();
    return names;
}

void ListsPage::enableButtons() {
    const QStringList names = chosen();
    const bool hasSource = std::any_of(names.cbegin(), names.cend(), [this](const QString& name) {
        const api::List* list = keeper_.find(name);
        return list && !list->source.isEmpty();
    });
    new_->setEnabled(!away_);
    refresh_->setEnabled(!away_ && hasSource);
    remove_->setEnabled(!away_ && !names.isEmpty());
    const api::List* one = names.size() == 1 ? keeper_.find(names.first()) : nullptr;
    bad_->setEnabled(!away_ && one && one->badLines > 0);
    find_->setEnabled(!away_ && !sought_->text().trimmed().isEmpty());
}

void ListsPage::add(const api::List& list, bool block) {
    if (block)
        toBlock_.insert(list.name);
    editor_->hide();
    tree_->setFocus();
    keeper_.take(list);
}

void ListsPage::take(const api::ListReport& report) {
    const api::List& list = report.list;
    QString text = tr("%1 is in force: %2 names and %3 prefixes.")
                       .arg(list.name, number(list.names), number(list.prefixes));
    if (list.badLines > 0)
        text += u' ' + tr("Lines passed over: %1.").arg(number(list.badLines)) + u' ' +
                firstBadLine(report);
    emit told(text);
    if (!toBlock_.remove(list.name))
        return;
    api::Rule rule;
    rule.action = api::Action::Block;
    rule.direction = api::Direction::Outbound;
    rule.remote = api::Remote::listed(list.name);
    rule.pinned = true;
    shared_.book.add(rule);
}

void ListsPage::refreshChosen() {
    for (const QString& name : chosen()) {
        if (const api::List* list = keeper_.find(name); list && !list->source.isEmpty())
            keeper_.take(*list);
    }
}

void ListsPage::remove() {
    QStringList names;
    for (const QString& name : chosen()) {
        QStringList users;
        for (const api::Rule& rule : shared_.book.rules()) {
            if (rule.remote == api::Remote::listed(name))
                users += QString::number(rule.id);
        }
        if (!users.isEmpty())
            return emit failed(tr("Rules are for list %1; delete them first: %2")
                                   .arg(name, users.join(QStringLiteral(", "))));
        names += name;
    }
    if (!names.isEmpty())
        askToRemove(names);
}

// Unlike rules they do not come back with Undo.
void ListsPage::askToRemove(const QStringList& names) {
    QString text = names.size() == 1
                       ? tr("Remove the list %1 and all that it contains?").arg(names.first())
                       : tr("Remove these lists and all that they contain: %1?")
                             .arg(names.join(QStringLiteral(", ")));
    if (shared_.book.isLoaded())
        text += u' ' + (names.size() == 1 ? tr("No rule is for it.") : tr("No rule is for them."));
    text += u' ' + tr("That cannot be taken back.");
    auto* box = new QMessageBox(QMessageBox::Question, tr("Remove lists"), text,
                                QMessageBox::NoButton, this);
    box->setObjectName(QStringLiteral("listRemoveQuestion"));
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* yes = box->addButton(tr("Remove"), QMessageBox::AcceptRole);
    yes->setObjectName(QStringLiteral("listRemoveYes"));
    QPushButton* no = box->addButton(tr("Cancel"), QMessageBox::RejectRole);
    no->setObjectName(QStringLiteral("listRemoveNo"));
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    connect(yes, &QPushButton::clicked, this, [this, names] { removeNext(names); });
    box->open();
}

void ListsPage::removeNext(QStringList names) {
    if (names.isEmpty())
        return;
    const QString name = names.takeFirst();
    shared_.firewall.removeList(name, false, this, [this, name, names](const auto& removed) {
        if (!removed)
            return emit failed(Words::error(removed.error()));
        emit told(tr("List %1 is removed.").arg(name));
        removeNext(names);
    });
}

void ListsPage::showBadLines() {
    if (const QStringList names = chosen(); names.size() == 1)
        askForBadLines(names.first(), true);
}

// Of the content in force. What was closed meanwhile stays so, unless it is to open.
void ListsPage::askForBadLines(const QString& name, bool opens) {
    shared_.firewall.badLines(name, this,
                              [this, name, opens](const api::Result<QList<api::BadLine>>& lines) {
                                  const bool open = badLines_->isVisible();
                                  if (!opens && !(open && badLines_->list() == name))
                                      return;
                                  const api::List* list = keeper_.find(name);
                                  if (!lines)
                                      emit failed(Words::error(lines.error()));
                                  if (!lines || !list || list->badLines == 0)
                                      return open ? closeBadLines() : void();
                                  editor_->hide();
                                  badLines_->show(*list, *lines);
                                  if (!open)
                                      badLines_->setFocus();
                              });
}

void ListsPage::closeBadLines() {
    badLines_->hide();
    tree_->setFocus();
}

void ListsPage::find() {
    const QString sought = sought_->text().trimmed();
    if (sought.isEmpty() || away_)
        return;
    shared_.firewall.findInLists(
        sought, this, [this, sought](const api::Result<QList<api::ListFinding>>& findings) {
            if (!findings)
                return emit failed(Words::error(findings.error()));
            QStringList lines;
            for (const api::ListFinding& one : *findings) {
                lines += (one.exception ? tr("%1 excepts it in line %2: %3", "list, line, entry")
                                        : tr("%1 contains it by line %2: %3", "list, line, entry"))
                             .arg(one.list)
                             .arg(one.line)
                             .arg(displayText(one.entry));
            }
            found_->setText(lines.isEmpty() ? tr("No list contains %1.").arg(displayText(sought))
                                            : lines.join(u'\n'));
            found_->show();
        });
}

void ListsPage::showProgress(qint64 done, qint64 all) {
    const bool busy = !keeper_.busyWith().isEmpty();
    progress_->setVisible(busy);
    cancel_->setVisible(busy);
    progress_->setToolTip(keeper_.busyWith());
    progress_->setRange(0, all > 0 ? kThousandths : 0);
    if (all > 0)
        progress_->setValue(int(done * kThousandths / all));
}

void ListsPage::setAway(bool away) {
    away_ = away;
    tree_->setEnabled(!away);
    editor_->setUsable(!away);
    enableButtons();
}

QWidget* ListsPage::focusTarget() {
    return tree_;
}

QWidgetList ListsPage::parts() {
    return {tree_, editor_, badLines_, sought_};
}

}  // namespace sallyport::views
