// A rule as a sentence with holes: see rule_editor.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rule_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

#include "api/list.h"
#include "client/program_path.h"
#include "models/words.h"
#include "views/escape_key.h"
#include "widgets/plain_text.h"
#include "widgets/state_look.h"

namespace sallyport::views {

using models::Words;
using Kind = api::AppIdentity::Kind;

namespace {

constexpr int kTcp = 6;

void chooseData(QComboBox* box, const QVariant& data) {
    const int at = box->findData(data);
    box->setCurrentIndex(at < 0 ? 0 : at);
}

void name(QWidget* widget, const char* object, const QString& accessible) {
    widget->setObjectName(QLatin1String(object));
    widget->setAccessibleName(accessible);
}

}  // namespace

RuleEditor::RuleEditor(const Shared& shared, QWidget* parent)
    : QWidget(parent),
      shared_(shared),
      title_(new QLabel(this)),
      action_(new QComboBox(this)),
      style_(new QComboBox(this)),
      program_(new QLineEdit(this)),
      script_(new QLineEdit(this)),
      browse_(new QPushButton(tr("Choose…"), this)),
      direction_(new QComboBox(this)),
      remoteKind_(new QComboBox(this)),
      remote_(new QLineEdit(this)),
      protocol_(new QComboBox(this)),
      ports_(new QLineEdit(this)),
      localPorts_(new QLineEdit(this)),
      local_(new QLineEdit(this)),
      interface_(new QLineEdit(this)),
      http_(new HttpFields(this)),
      limit_(new LimitFields(this)),
      quota_(new QuotaFields(this)),
      lifetime_(new QComboBox(this)),
      startedBy_(new QLineEdit(this)),
      user_(new QLineEdit(this)),
      pinned_(new QCheckBox(tr("Goes before every other rule"), this)),
      log_(new QCheckBox(tr("Log to the system's journal"), this)),
      enabled_(new QCheckBox(tr("Switched on"), this)),
      note_(new QLineEdit(this)),
      sentence_(new QLabel(this)),
      complaint_(new QLabel(this)),
      save_(new QPushButton(tr("Save"), this)) {
    pickFile_ = [this] {
        return QFileDialog::getOpenFileName(this, tr("Choose a program"),
                                            QStringLiteral("/usr/bin"));
    };
    QFont bold = font();
    bold.setBold(true);
    title_->setFont(bold);
    for (QLabel* label : {sentence_, complaint_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    complaint_->setObjectName(QStringLiteral("ruleComplaint"));
    sentence_->setObjectName(QStringLiteral("ruleSentence"));
    auto* body = new QWidget(this);
    form_ = new QFormLayout(body);
    form_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    buildFields(form_);
    buildMore(form_);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(body);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("ruleCancel"));
    save_->setObjectName(QStringLiteral("ruleSave"));
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(save_);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(title_);
    layout->addWidget(scroll, 1);
    layout->addWidget(sentence_);
    layout->addWidget(complaint_);
    layout->addLayout(buttons);
    setTabOrder(cancel, save_);
    connect(cancel, &QPushButton::clicked, this, &RuleEditor::cancelled);
    new EscapeKey(this, cancel);
    connect(save_, &QPushButton::clicked, this, &RuleEditor::save);
    watchFields();
}

// Where there is no room beside the fields, all their names stand above them.
void RuleEditor::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitRows();
}

void RuleEditor::fitRows() {
    const QMargins margins = layout()->contentsMargins();
    const int room = width() - margins.left() - margins.right() -
                     style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
    form_->setRowWrapPolicy(QFormLayout::DontWrapRows);
    if (form_->minimumSize().width() > room)
        form_->setRowWrapPolicy(QFormLayout::WrapAllRows);
}

void RuleEditor::buildFields(QFormLayout* form) {
    for (const auto action : {api::Action::Allow, api::Action::Block, api::Action::Audit})
        action_->addItem(Words::action(action), int(action));
    for (const auto style :
         {api::BlockStyle::Error, api::BlockStyle::Refuse, api::BlockStyle::Silent})
        style_->addItem(Words::blockStyle(style), int(style));
    for (const auto direction :
         {api::Direction::Outbound, api::Direction::Inbound, api::Direction::Any})
        direction_->addItem(Words::direction(direction), int(direction));
    for (const auto kind : {api::Remote::Kind::Any, api::Remote::Kind::LocalNetwork,
                            api::Remote::Kind::Resolvers, api::Remote::Kind::ThisMachine})
        remoteKind_->addItem(Words::remote({kind, {}}), int(kind));
    remoteKind_->addItem(tr("what is in this list"), int(api::Remote::Kind::List));
    remoteKind_->addItem(tr("this name or address"), int(api::Remote::Kind::Prefix));
    for (const int protocol : {0, kTcp, 17, 1, 58, 132, 136, int(api::kFrames)})
        protocol_->addItem(Words::protocol(quint8(protocol)), protocol);
    name(action_, "ruleAction", tr("Allow, block or audit"));
    name(style_, "ruleStyle", tr("How the program notices that it is blocked"));
    name(program_, "ruleProgram", tr("The program's file"));
    name(direction_, "ruleDirection", tr("Connecting out or in"));
    name(remoteKind_, "ruleRemoteKind", tr("Which remote addresses"));
    name(remote_, "ruleRemote", tr("Name, address or network"));
    name(protocol_, "ruleProtocol", tr("Protocol"));
    name(ports_, "rulePorts", tr("Remote port or ports"));
    name(lifetime_, "ruleLifetime", tr("For how long"));
    browse_->setAccessibleName(tr("Choose the program's file"));
    program_->setPlaceholderText(tr("any program"));
    ports_->setPlaceholderText(tr("any port"));

    auto* programRow = new QHBoxLayout;
    programRow->addWidget(program_, 1);
    programRow->addWidget(browse_);
    form->addRow(tr("Do"), action_);
    form->addRow(tr("Blocked"), style_);
    form->addRow(tr("Program"), programRow);
    form->addRow(tr("Connecting"), direction_);
    form->addRow(tr("With"), remoteKind_);
    form->addRow(QString(), remote_);
    form->addRow(tr("Protocol"), protocol_);
    form->addRow(tr("Remote port"), ports_);
    form->addRow(tr("For"), lifetime_);
}

void RuleEditor::buildMore(QFormLayout* form) {
    name(localPorts_, "ruleLocalPorts", tr("Port or ports on this machine"));
    name(local_, "ruleLocal", tr("Address or network on this machine"));
    name(interface_, "ruleInterface", tr("Only through this network interface"));
    local_->setPlaceholderText(tr("any address"));
    interface_->setPlaceholderText(tr("any interface"));
    name(script_, "ruleScript", tr("The script that the program runs"));
    name(startedBy_, "ruleStartedBy", tr("Only when started by this program"));
    name(user_, "ruleUser", tr("Only for the user with this number"));
    name(note_, "ruleNote", tr("Note"));
    pinned_->setObjectName(QStringLiteral("rulePinned"));
    log_->setObjectName(QStringLiteral("ruleLog"));
    enabled_->setObjectName(QStringLiteral("ruleEnabled"));
    localPorts_->setPlaceholderText(tr("any port"));
    script_->setPlaceholderText(tr("none"));
    script_->setToolTip(
        tr("A script is a program of its own: without one, the rule is not for the "
           "scripts that the program runs."));
    startedBy_->setPlaceholderText(tr("any program"));
    user_->setPlaceholderText(tr("every user"));
    constexpr int kMostNote = 500;
    note_->setMaxLength(kMostNote);
    form->addRow(tr("Port here"), localPorts_);
    form->addRow(tr("Address here"), local_);
    form->addRow(tr("Interface"), interface_);
    form->addRow(tr("Plain HTTP"), http_);
    form->addRow(tr("At most"), limit_);
    form->addRow(tr("Quota"), quota_);
    form->addRow(tr("Script"), script_);
    form->addRow(tr("Started by"), startedBy_);
    form->addRow(tr("User"), user_);
    form->addRow(tr("Note"), note_);
    form->addRow(QString(), pinned_);
    form->addRow(QString(), log_);
    form->addRow(QString(), enabled_);
}

void RuleEditor::watchFields() {
    for (QComboBox* box : {protocol_, lifetime_})  // what is in them depends on the rule
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (QComboBox* box : {action_, style_, direction_, remoteKind_, protocol_, lifetime_})
        connect(box, &QComboBox::currentIndexChanged, this, &RuleEditor::check);
    for (QLineEdit* line : {program_, script_, remote_, ports_, localPorts_, local_, interface_,
                            startedBy_, user_, note_})
        connect(line, &QLineEdit::textChanged, this, &RuleEditor::check);
    connect(http_, &HttpFields::changed, this, &RuleEditor::check);
    connect(limit_, &LimitFields::changed, this, &RuleEditor::check);
    connect(quota_, &QuotaFields::changed, this, &RuleEditor::check);
    for (QCheckBox* box : {pinned_, log_, enabled_})
        connect(box, &QCheckBox::toggled, this, &RuleEditor::check);
    connect(browse_, &QPushButton::clicked, this, [this] {
        if (const QString file = pickFile_(); !file.isEmpty())
            program_->setText(client::programPath(file));
    });
    // What is run is what a link leads to: that is to be seen, and to be in the rule.
    for (QLineEdit* line : {program_, script_, startedBy_})
        connect(line, &QLineEdit::editingFinished, this, [line] {
            if (!line->isReadOnly() && QFileInfo(line->text().trimmed()).isAbsolute())
                line->setText(client::programPath(line->text().trimmed()));
        });
}

void RuleEditor::fillLifetimes(const api::Rule& rule) {
    lifetime_->clear();
    const auto add = [this](const QString& text, api::Lifetime lifetime, int minutes) {
        lifetime_->addItem(text, int(lifetime));
        lifetime_->setItemData(lifetime_->count() - 1, minutes, kMinutesRole);
    };
    // What only an answer can make is offered where it stands.
    if (rule.lifetime == api::Lifetime::Process || rule.lifetime == api::Lifetime::Timed)
        add(Words::lifetime(rule), rule.lifetime, 0);
    add(tr("for ever"), api::Lifetime::Forever, 0);
    add(tr("until restart"), api::Lifetime::UntilRestart, 0);
    constexpr int kShort = 5;
    constexpr int kHour = 60;
    constexpr int kDay = 24 * kHour;
    add(tr("for 5 minutes"), api::Lifetime::Timed, kShort);
    add(tr("for 1 hour"), api::Lifetime::Timed, kHour);
    add(tr("for 1 day"), api::Lifetime::Timed, kDay);
    if (rule.lifetime == api::Lifetime::UntilRestart)
        lifetime_->setCurrentIndex(1);
}

void RuleEditor::edit(const api::Rule& rule) {
    base_ = rule;
    title_->setText(rule.id == 0 ? tr("New rule") : tr("Rule %1").arg(rule.id));
    chooseData(action_, int(rule.action));
    chooseData(style_, int(rule.blockStyle));
    program_->setText(isTyped(rule.app) ? rule.app.path : shared_.faces(rule.app).where);
    program_->setReadOnly(!isTyped(rule.app));
    browse_->setVisible(isTyped(rule.app));
    script_->setText(rule.app.script);
    script_->setReadOnly(!isTyped(rule.app));
    chooseData(direction_, int(rule.direction));
    const bool typed = rule.remote.kind == api::Remote::Kind::Prefix ||
                       rule.remote.kind == api::Remote::Kind::Host;
    chooseData(remoteKind_, int(typed ? api::Remote::Kind::Prefix : rule.remote.kind));
    remote_->setText(typed ? rule.remote.toString() : rule.remote.list);
    if (protocol_->findData(int(rule.protocol)) < 0)
        protocol_->addItem(Words::protocol(rule.protocol), int(rule.protocol));
    chooseData(protocol_, int(rule.protocol));
    ports_->setText(rule.remotePorts.isAny() ? QString() : rule.remotePorts.toString());
    localPorts_->setText(rule.localPorts.isAny() ? QString() : rule.localPorts.toString());
    local_->setText(rule.local ? rule.local->toString() : QString());
    interface_->setText(rule.interface);
    http_->show(rule.http);
    limit_->show(rule.limit);
    quota_->show(rule.quota);
    fillLifetimes(rule);
    startedBy_->setText(rule.startedBy.path);
    startedBy_->setReadOnly(rule.startedBy.kind != Kind::Any && rule.startedBy.kind != Kind::Path);
    user_->setText(rule.user ? QString::number(*rule.user) : QString());
    pinned_->setChecked(rule.pinned);
    log_->setChecked(rule.log);
    enabled_->setChecked(rule.enabled);
    note_->setText(rule.note);
    check();
    fitRows();
    program_->setFocus();
}

void RuleEditor::setUsable(bool usable) {
    usable_ = usable;
    check();
}

QString RuleEditor::whyNoHttp() const {
    const bool out = direction_->currentData().toInt() == int(api::Direction::Outbound);
    const bool tcp = protocol_->currentData().toInt() == kTcp;
    if (out && tcp)
        return {};
    if (out)
        return tr("For this choose TCP as the protocol.");
    return tcp ? tr("For this choose connecting out.")
               : tr("For this choose connecting out, and TCP as the protocol.");
}

void RuleEditor::check() {
    const auto action = api::Action(action_->currentData().toInt());
    style_->setEnabled(action == api::Action::Block);
    limit_->setEnabled(action == api::Action::Allow);
    http_->setUnusable(whyNoHttp());
    quota_->setEnabled(action == api::Action::Allow);
    const int kind = remoteKind_->currentData().toInt();
    const bool listed = kind == int(api::Remote::Kind::List);
    remote_->setEnabled(listed || kind == int(api::Remote::Kind::Prefix));
    remote_->setPlaceholderText(listed ? tr("short name of a list")
                                       : tr("example.org, *.example.org or 10.0.0.0/8"));
    api::Rule rule;
    QString complaint;
    const bool sound = read(rule, complaint);
    complaint_->setText(complaint);
    complaint_->setVisible(!sound);
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText,
                    widgets::stateColor(api::ConnectionState::Blocked, palette()));
    complaint_->setPalette(colors);
    sentence_->setVisible(sound);
    if (sound)
        sentence_->setText(shared_.book.sentence(rule));
    save_->setEnabled(sound && usable_);
}

void RuleEditor::save() {
    api::Rule rule;
    QString complaint;
    if (usable_ && read(rule, complaint))
        emit saved(rule);
}

}  // namespace sallyport::views
