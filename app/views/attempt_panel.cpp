// What would decide a connection: see attempt_panel.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/attempt_panel.h"

#include <unistd.h>

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "models/rule_attempt.h"
#include "models/words.h"
#include "views/escape_key.h"
#include "views/explanation_view.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;
using Kind = api::AppIdentity::Kind;

AttemptPanel::AttemptPanel(const Shared& shared, QWidget* parent)
    : QWidget(parent),
      shared_(shared),
      program_(new QLineEdit(this)),
      direction_(new QComboBox(this)),
      protocol_(new QComboBox(this)),
      remote_(new QLineEdit(this)),
      port_(new QLineEdit(this)),
      ask_(new QPushButton(tr("What would decide?"), this)),
      result_(new ExplanationView(shared.book, this)) {
    for (const auto direction : {api::Direction::Outbound, api::Direction::Inbound})
        direction_->addItem(Words::direction(direction), int(direction));
    for (const int protocol : {6, 17, 1, 58, 132, 136, int(api::kFrames)})
        protocol_->addItem(Words::protocol(quint8(protocol)), protocol);
    program_->setObjectName(QStringLiteral("attemptProgram"));
    program_->setAccessibleName(tr("The program's file"));
    program_->setPlaceholderText(QStringLiteral("/usr/bin/curl"));
    direction_->setAccessibleName(tr("Connecting out or in"));
    protocol_->setObjectName(QStringLiteral("attemptProtocol"));
    protocol_->setAccessibleName(tr("Protocol"));
    remote_->setObjectName(QStringLiteral("attemptRemote"));
    remote_->setAccessibleName(tr("Remote address"));
    remote_->setPlaceholderText(QStringLiteral("192.0.2.7"));
    port_->setObjectName(QStringLiteral("attemptPort"));
    port_->setAccessibleName(tr("Port"));
    port_->setPlaceholderText(QStringLiteral("443"));
    ask_->setObjectName(QStringLiteral("attemptAsk"));
    result_->setObjectName(QStringLiteral("attemptResult"));

    auto* title = new QLabel(tr("What would decide this?"), this);
    QFont bold = font();
    bold.setBold(true);
    title->setFont(bold);
    auto* close = new QPushButton(tr("Close"), this);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("Program"), program_);
    form->addRow(tr("Connecting"), direction_);
    form->addRow(tr("With"), remote_);
    form->addRow(tr("Protocol"), protocol_);
    form->addRow(tr("Port"), port_);
    auto* body = new QWidget(this);
    auto* bodyLayout = new QVBoxLayout(body);
    bodyLayout->addWidget(result_);
    bodyLayout->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(body);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    buttons->addWidget(ask_);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(title);
    layout->addLayout(form);
    layout->addLayout(buttons);
    layout->addWidget(scroll, 1);
    connect(close, &QPushButton::clicked, this, &AttemptPanel::closed);
    new EscapeKey(this, close);
    connect(ask_, &QPushButton::clicked, this, &AttemptPanel::ask);
    for (QLineEdit* line : {program_, remote_, port_})
        connect(line, &QLineEdit::returnPressed, this, &AttemptPanel::ask);
}

void AttemptPanel::tryOut(const api::Rule& rule) {
    const std::optional<api::Attempt> found = models::attemptFor(rule, quint32(getuid()));
    api::Rule anywhere = rule;
    anywhere.remote = {};
    base_ = found ? *found : *models::attemptFor(anywhere, quint32(getuid()));
    program_->setText(base_.app.path);
    const bool in = base_.direction == api::Direction::Inbound;
    direction_->setCurrentIndex(in ? 1 : 0);
    choose(base_.protocol);
    remote_->setText(found ? base_.remote.toString() : QString());
    port_->setText(api::protocolHasPorts(base_.protocol)
                       ? QString::number(in ? base_.localPort : base_.remotePort)
                       : QString());
    if (found)
        return ask();
    result_->say(tr("This rule is for what is in the list “%1”: to try it out, write an address "
                    "from there.")
                     .arg(widgets::displayText(rule.remote.list)));
    remote_->setFocus();
}

// Rules are also for protocols that hardly anybody would look for.
void AttemptPanel::choose(quint8 protocol) {
    if (protocol_->findData(int(protocol)) < 0)
        protocol_->addItem(Words::protocol(protocol), int(protocol));
    protocol_->setCurrentIndex(protocol_->findData(int(protocol)));
}

void AttemptPanel::setUsable(bool usable) {
    ask_->setEnabled(usable);
}

bool AttemptPanel::read(api::Attempt& attempt, QString& complaint) const {
    attempt = base_;
    const QString path = program_->text().trimmed();
    if (path != base_.app.path)
        attempt.app = {path.isEmpty() ? Kind::Any : Kind::Path, path, {}};
    if (!path.isEmpty() && attempt.app.kind == Kind::Path && !path.startsWith(u'/'))
        complaint = tr("The program has to be a whole path, such as /usr/bin/curl.");
    const bool frames = protocol_->currentData().toInt() == api::kFrames;
    const auto remote = api::Address::parse(remote_->text().trimmed());
    if (frames || remote)
        attempt.remote = frames ? api::Address() : *remote;
    else
        complaint = tr("“%1” is not an address. An address looks like 192.0.2.7 or 2001:db8::7.")
                        .arg(widgets::displayText(remote_->text()));
    attempt.direction = api::Direction(direction_->currentData().toInt());
    attempt.protocol = quint8(protocol_->currentData().toInt());
    bool isPort = true;
    const quint16 port =
        port_->text().trimmed().isEmpty() ? quint16(0) : port_->text().trimmed().toUShort(&isPort);
    if (!isPort)
        complaint = tr("“%1” is not a port. Ports go from 0 to 65535.")
                        .arg(widgets::displayText(port_->text()));
    if (!api::protocolHasPorts(attempt.protocol))
        return complaint.isEmpty();
    (attempt.direction == api::Direction::Inbound ? attempt.localPort : attempt.remotePort) = port;
    return complaint.isEmpty();
}

void AttemptPanel::ask() {
    api::Attempt attempt;
    QString complaint;
    if (!read(attempt, complaint))
        return result_->say(complaint);
    shared_.firewall.explain(attempt, this, [this](const api::Result<api::Explanation>& why) {
        if (why)
            result_->show(*why, false);
        else
            result_->say(Words::error(why.error()));
    });
}

}  // namespace sallyport::views
