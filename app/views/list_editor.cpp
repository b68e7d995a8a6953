// A list to be added: see list_editor.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/list_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "models/offered_lists.h"
#include "views/escape_key.h"

namespace sallyport::views {

namespace {

constexpr int kOwn = -1;

void name(QWidget* widget, const char* object, const QString& accessible) {
    widget->setObjectName(QLatin1String(object));
    widget->setAccessibleName(accessible);
}

}  // namespace

ListEditor::ListEditor(QWidget* parent)
    : QWidget(parent),
      offer_(new QComboBox(this)),
      source_(new QLineEdit(this)),
      browse_(new QPushButton(tr("Choose…"), this)),
      name_(new QLineEdit(this)),
      title_(new QLineEdit(this)),
      daily_(new QCheckBox(tr("Refresh it every day"), this)),
      block_(new QCheckBox(tr("Block what is in it"), this)),
      complaint_(new QLabel(this)),
      add_(new QPushButton(tr("Add"), this)) {
    pickFile_ = [this] { return QFileDialog::getOpenFileName(this, tr("A list")); };
    offer_->addItem(tr("a list of your own"), kOwn);
    for (int at = 0; at < int(models::offeredLists().size()); ++at)
        offer_->addItem(models::offeredLists()[at].title, at);
    // The longest title is no reason to be wider than there is room.
    offer_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    offer_->setMinimumContentsLength(int(offer_->itemText(0).size()));
    name(offer_, "listOffer", tr("Which list"));
    name(source_, "listSource", tr("Web address or file"));
    name(browse_, "listBrowse", tr("Choose a file"));
    name(name_, "listName", tr("Short name"));
    name(title_, "listTitle", tr("Title"));
    name(daily_, "listDaily", daily_->text());
    name(block_, "listBlock", block_->text());
    name(add_, "listAdd", add_->text());
    source_->setPlaceholderText(tr("https://… or a file"));
    name_->setPlaceholderText(tr("for rules: ads"));
    block_->setToolTip(tr("Makes a pinned rule that blocks it for every program."));
    complaint_->setObjectName(QStringLiteral("listComplaint"));
    complaint_->setTextFormat(Qt::PlainText);
    complaint_->setWordWrap(true);

    auto* body = new QWidget(this);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    auto* sourceRow = new QHBoxLayout;
    sourceRow->addWidget(source_, 1);
    sourceRow->addWidget(browse_);
    form->addRow(tr("List"), offer_);
    form->addRow(tr("Web address or file"), sourceRow);
    form->addRow(tr("Short name"), name_);
    form->addRow(tr("Title"), title_);
    auto* inner = new QVBoxLayout(body);
    inner->addLayout(form);
    inner->addWidget(daily_);
    inner->addWidget(block_);
    inner->addWidget(complaint_);
    inner->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(body);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("listCancel"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(add_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll, 1);
    layout->addLayout(buttons);
    QWidget* before = offer_;
    for (QWidget* next : std::initializer_list<QWidget*>{source_, browse_, name_, title_, daily_,
                                                         block_, cancel, add_}) {
        setTabOrder(before, next);
        before = next;
    }
    connect(offer_, &QComboBox::currentIndexChanged, this, &ListEditor::choose);
    for (QLineEdit* line : {source_, name_, title_})
        connect(line, &QLineEdit::textChanged, this, &ListEditor::check);
    connect(browse_, &QPushButton::clicked, this, [this] {
        if (const QString file = pickFile_(); !file.isEmpty())
            source_->setText(file);
    });
    connect(cancel, &QPushButton::clicked, this, &ListEditor::cancelled);
    new EscapeKey(this, cancel);
    connect(add_, &QPushButton::clicked, this, [this] {
        api::List list;
        QString complaint;
        if (read(list, complaint))
            emit chosen(list, block_->isChecked());
    });
}

void ListEditor::begin() {
    offer_->setCurrentIndex(0);
    choose();
    offer_->setFocus();
}

void ListEditor::setUsable(bool usable) {
    usable_ = usable;
    check();
}

void ListEditor::choose() {
    const int at = offer_->currentData().toInt();
    const api::List list = at == kOwn ? api::List{} : models::offeredLists()[at];
    source_->setText(list.source);
    source_->setCursorPosition(0);  // whose it is stands in front
    name_->setText(list.name);
    title_->setText(list.title);
    daily_->setChecked(at != kOwn);
    block_->setChecked(true);
    check();
}

bool ListEditor::read(api::List& list, QString& complaint) const {
    list.name = name_->text().trimmed();
    list.title = title_->text().trimmed();
    list.source = source_->text().trimmed();
    list.daily = daily_->isChecked() && api::isWebAddress(list.source);
    if (list.source.isEmpty()) {
        complaint =
            tr("Say where the list comes from: an address like https://example.org/list.txt, "
               "or a file.");
    } else if (!api::isWebAddress(list.source) && !list.source.startsWith(u'/')) {
        complaint = tr("An address begins with https://, a file with /.");
    } else if (!api::checkListName(list.name)) {
        complaint =
            tr("The short name is for rules: small letters, digits, “-” and “_”, 32 at "
               "most.");
    } else if (!validate(list)) {
        complaint = tr("The title or the address is too long.");
    }
    return complaint.isEmpty();
}

void ListEditor::check() {
    api::List list;
    QString complaint;
    const bool sound = read(list, complaint);
    complaint_->setText(complaint);
    complaint_->setVisible(!sound);
    daily_->setEnabled(list.source.isEmpty() || api::isWebAddress(list.source));
    add_->setEnabled(sound && usable_);
}

}  // namespace sallyport::views
