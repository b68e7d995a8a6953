// The ready rules against encrypted DNS: see encrypted_dns_dialog.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/encrypted_dns_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>
#include <algorithm>

#include "api/encrypted_dns.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using Kind = api::AppIdentity::Kind;

EncryptedDnsDialog::EncryptedDnsDialog(const Shared& shared, const api::AppIdentity& app,
                                       QWidget* parent)
    : QDialog(parent),
      shared_(shared),
      app_(app),
      one_(new QRadioButton(this)),
      all_(new QRadioButton(tr("For all programs; this machine's own resolver may go on"), this)),
      count_(new QLabel(this)),
      list_(new QListWidget(this)) {
    constexpr int kWidthInCharacters = 70;
    constexpr int kLines = 8;
    setObjectName(QStringLiteral("encryptedDnsDialog"));
    setWindowTitle(tr("Block encrypted DNS"));
    auto* about = new QLabel(
        tr("With encrypted DNS of its own a program asks for names where nobody can see which. "
           "Where that is blocked, it asks this machine's resolver, as other programs do, or finds "
           "no names. Only well-known resolvers are recognised."),
        this);
    for (QLabel* label : {about, count_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    const bool lasting =
        app.kind != Kind::Any && app.kind != Kind::Memory && app.kind != Kind::Unknown;
    one_->setObjectName(QStringLiteral("encryptedDnsOne"));
    all_->setObjectName(QStringLiteral("encryptedDnsAll"));
    one_->setText(lasting
                      ? tr("Only for %1", "program").arg(widgets::isolated(shared.faces(app).name))
                      : tr("Only for this program: it has no file that rules could name"));
    one_->setEnabled(lasting);
    (lasting ? one_ : all_)->setChecked(true);
    list_->setObjectName(QStringLiteral("encryptedDnsRules"));
    list_->setAccessibleName(tr("The rules that will be made"));
    list_->setWordWrap(true);
    list_->setAlternatingRowColors(true);
    list_->setTextElideMode(Qt::ElideNone);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    const QSize letter(fontMetrics().averageCharWidth(), fontMetrics().height());
    list_->setMinimumSize(letter.width() * kWidthInCharacters, letter.height() * kLines);
    auto* buttons = new QDialogButtonBox(this);
    block_ = buttons->addButton(tr("Block"), QDialogButtonBox::AcceptRole);
    block_->setObjectName(QStringLiteral("encryptedDnsBlock"));
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);

    auto* layout = new QVBoxLayout(this);
    for (QWidget* part : std::initializer_list<QWidget*>{about, one_, all_, count_})
        layout->addWidget(part);
    layout->addWidget(list_, 1);
    layout->addWidget(buttons);
    connect(one_, &QRadioButton::toggled, this, &EncryptedDnsDialog::showRules);
    connect(buttons, &QDialogButtonBox::accepted, this, &EncryptedDnsDialog::make);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showRules();
    setUsable(shared.firewall.connected());
    connect(&shared.firewall, &client::Firewall::connectedChanged, this,
            &EncryptedDnsDialog::setUsable);
    (lasting ? one_ : all_)->setFocus();
    const int width = sizeHint().width();  // with room for what wraps
    resize(width, std::max(sizeHint().height(), layout->totalHeightForWidth(width)));
}

void EncryptedDnsDialog::setUsable(bool usable) {
    block_->setEnabled(usable);
}

QList<api::Rule> EncryptedDnsDialog::rules() const {
    api::Rule rule;
    if (one_->isChecked())
        rule.app = app_;
    rule.note = tr("Encrypted DNS", "note of a rule");
    return api::rulesAgainstEncryptedDns(rule);
}

void EncryptedDnsDialog::showRules() {
    const QList<api::Rule> all = rules();
    count_->setText(
        tr("These rules will be made, before all others: %1", "a number").arg(all.size()));
    list_->clear();
    for (const api::Rule& rule : all)
        list_->addItem(shared_.book.sentence(rule));
    list_->setCurrentRow(0);
}

void EncryptedDnsDialog::make() {
    const QString what = one_->isChecked() ? tr("Encrypted DNS of %1 is blocked", "program")
                                                 .arg(widgets::isolated(shared_.faces(app_).name))
                                           : tr("Encrypted DNS of all programs is blocked");
    shared_.book.addAll(rules(), what);
    accept();
}

}  // namespace sallyport::views
