// Everything known about the selected row: see inspector.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector.h"

#include <QDateTime>
#include <QPushButton>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>

#include "api/encrypted_dns.h"
#include "models/row_rule.h"
#include "models/words.h"
#include "views/encrypted_dns_dialog.h"
#include "views/explanation_view.h"
#include "widgets/contrast.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::ConnectionsModel;
using models::Words;
using widgets::breakable;

namespace {

constexpr int kSoonMs = 120;

QLabel* plainLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace

Inspector::Inspector(const Shared& shared, QWidget* parent)
    : QScrollArea(parent),
      shared_(shared),
      icon_(new QLabel(this)),
      name_(plainLabel(this)),
      what_(plainLabel(this)),
      allow_(new QPushButton(tr("Allow"), this)),
      block_(new QPushButton(tr("Block"), this)),
      rule_(new QPushButton(this)),
      encryptedDns_(new QPushButton(tr("Block its encrypted DNS…"), this)),
      facts_(new QVBoxLayout),
      whyTitle_(plainLabel(this)),
      why_(new ExplanationView(shared.book, this)) {
    setWidgetResizable(true);
    setObjectName(QStringLiteral("inspector"));
    setAccessibleName(tr("Details of the selected row"));
    allow_->setObjectName(QStringLiteral("inspectorAllow"));
    block_->setObjectName(QStringLiteral("inspectorBlock"));
    rule_->setObjectName(QStringLiteral("inspectorRule"));
    encryptedDns_->setObjectName(QStringLiteral("inspectorEncryptedDns"));
    QFont bold = font();
    bold.setBold(true);
    name_->setFont(bold);
    whyTitle_->setFont(bold);
    whyTitle_->setText(tr("Why"));

    auto* body = new QWidget(this);
    auto* layout = new QVBoxLayout(body);
    auto* head = new QHBoxLayout;
    head->addWidget(icon_, 0, Qt::AlignTop);
    head->addWidget(name_, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(allow_);
    buttons->addWidget(block_);
    layout->addLayout(head);
    layout->addWidget(what_);
    layout->addLayout(buttons);
    layout->addWidget(rule_);
    layout->addWidget(encryptedDns_);
    layout->addLayout(facts_);
    layout->addWidget(whyTitle_);
    layout->addWidget(why_);
    layout->addStretch();
    setWidget(body);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    soon_.setSingleShot(true);
    soon_.setInterval(kSoonMs);
    connect(&soon_, &QTimer::timeout, this, &Inspector::refresh);
    connect(allow_, &QPushButton::clicked, this, [this] { emit chosen(api::Action::Allow); });
    connect(block_, &QPushButton::clicked, this, [this] { emit chosen(api::Action::Block); });
    connect(rule_, &QPushButton::clicked, this,
            [this] { emit ruleRequested(row_.data(ConnectionsModel::RuleRole).toUInt()); });
    connect(encryptedDns_, &QPushButton::clicked, this, [this] {
        auto* dialog = new EncryptedDnsDialog(shared_, shared_.connections.identity(row_), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(&shared_.book, &models::RuleBook::changed, &soon_, qOverload<>(&QTimer::start));
    connect(&shared_.connections, &ConnectionsModel::dataChanged, this, &Inspector::follow);
    showRow();
}

void Inspector::inspect(const QModelIndex& row) {
    if (row_ == row && row.isValid())
        return;
    row_ = row;
    showRow();
    if (row_.isValid())
        soon_.start();
}

// Wide enough for its buttons, be they there or not: its texts wrap.
QSize Inspector::minimumSizeHint() const {
    const int bar = verticalScrollBar()->sizeHint().width();
    const QMargins margins = widget()->layout()->contentsMargins();
    const int buttons = allow_->sizeHint().width() + block_->sizeHint().width() +
                        widget()->layout()->spacing() + margins.left() + margins.right();
    return {std::max(buttons, widget()->minimumSizeHint().width()) + bar + 2 * frameWidth(),
            QScrollArea::minimumSizeHint().height()};
}

// The more there is for the tree beside it, the better.
QSize Inspector::sizeHint() const {
    constexpr int kCharacters = 34;
    return {std::max(minimumSizeHint().width(), fontMetrics().averageCharWidth() * kCharacters),
            QScrollArea::sizeHint().height()};
}

// Whatever its content now needs, the splitter hears of it.
bool Inspector::eventFilter(QObject* watched, QEvent* event) {
    const bool done = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return done;
}

void Inspector::setUsable(bool usable) {
    usable_ = usable;
    if (!usable) {  // what was known stays in sight
        soon_.stop();
        for (QWidget* button : {allow_, block_, encryptedDns_})
            button->setEnabled(false);
        return;
    }
    showRow();
    if (row_.isValid())
        soon_.start();
}

// What the row itself tells, at once.
void Inspector::showRow() {
    ++round_;
    while (QLayoutItem* item = facts_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    why_->say({});
    const bool any = row_.isValid();
    for (QWidget* widget : std::initializer_list<QWidget*>{icon_, allow_, block_, whyTitle_, why_})
        widget->setVisible(any);
    rule_->setVisible(false);
    const bool encryptedDns = any && usesEncryptedDns();
    encryptedDns_->setVisible(encryptedDns);
    encryptedDns_->setEnabled(usable_);
    if (!any) {
        name_->setText(tr("Nothing selected"));
        what_->setText(tr("Select a program, a remote or a connection to see its details here."));
        return;
    }
    const ConnectionsModel& model = shared_.connections;
    const models::Face face = model.face(row_);
    const int size = style()->pixelMetric(QStyle::PM_LargeIconSize, nullptr, this);
    icon_->setPixmap(face.icon.pixmap(size));
    name_->setText(breakable(face.name));
    const auto rule = models::ruleForRow(model, row_, api::Action::Allow);
    allow_->setEnabled(usable_ && rule);
    block_->setEnabled(usable_ && rule);
    QString what;
    switch (model.kind(row_)) {
        case ConnectionsModel::Kind::Program:
            what = tr("Allow or block everything this program does.");
            break;
        case ConnectionsModel::Kind::Remote:
            what = isListening() ? tr("Allow or block whoever connects to this program.")
                                 : tr("Allow or block this program and %1, whatever the port.")
                                       .arg(rule && rule->remote.kind == api::Remote::Kind::Host
                                                ? model.remoteName(row_)
                                                : Words::address(model.remote(row_)));
            break;
        case ConnectionsModel::Kind::Connection:
            what = isListening()
                       ? tr("Allow or block whoever connects to this program: %1.", "port")
                             .arg(Words::endpoint(*model.connection(row_)))
                       : tr("Allow or block this program and %1, %2.")
                             .arg(Words::address(model.remote(row_)),
                                  Words::endpoint(*model.connection(row_)));
            break;
    }
    what_->setText(what);
    if (const auto id = row_.data(ConnectionsModel::RuleRole).toUInt(); id != 0) {
        rule_->setText(tr("Show rule %1").arg(id));
        rule_->setVisible(true);
    }
}

bool Inspector::isListening() const {
    return shared_.connections.connection(row_)->state == api::ConnectionState::Listening;
}

bool Inspector::usesEncryptedDns() const {
    const QList<const api::Connection*> all = shared_.connections.connections(row_);
    return std::any_of(all.begin(), all.end(), [](const api::Connection* connection) {
        return connection->direction == api::Direction::Outbound &&
               api::isEncryptedDns({connection->name}, connection->protocol,
                                   connection->remotePort);
    });
}

void Inspector::sayFact(QLabel* label, const QString& name, const QString& text) {
    label->setText(breakable(text));
    label->setAccessibleName(tr("%1: %2", "name of a fact, fact").arg(name, text));
}

QLabel* Inspector::addLine(const QString& name, const QString& text) {
    if (text.isEmpty())
        return nullptr;
    QLabel* label = plainLabel(this);
    sayFact(label, name, text);
    auto* title = new widgets::FaintLabel(this);
    title->setText(name);
    facts_->addWidget(title);
    facts_->addWidget(label);
    return label;
}

namespace {

// Whether there is a single connection below a row.
bool holdsOne(QModelIndex row) {
    while (row.model()->rowCount(row) == 1)
        row = row.model()->index(0, 0, row);
    return !row.model()->hasChildren(row);
}

}  // namespace

void Inspector::refresh() {
    showRow();
    if (!row_.isValid())
        return;
    shown_ = decision();
    const api::Connection connection = *shared_.connections.connection(row_);
    const bool single = shared_.connections.kind(row_) == ConnectionsModel::Kind::Connection;
    if (single) {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const auto end = [](const api::Address& address, quint16 port) {
            return port == 0 ? Words::address(address)
                             : tr("%1, port %2").arg(Words::address(address)).arg(port);
        };
        addLine(tr("Name"), connection.name);
        if (!isListening())
            addLine(tr("Remote"), end(connection.remote, connection.remotePort));
        addLine(tr("Country"), shared_.countries.of(connection.remote));
        addLine(tr("Here"), end(connection.local, connection.localPort));
        addLine(tr("Protocol"), Words::protocol(connection.protocol));
        addLine(tr("Direction"), Words::direction(connection.direction));
        if (usesEncryptedDns())
            addLine(tr("Remark"),
                    tr("encrypted DNS: which names it asks for, nobody else can see"));
        addLine(tr("Began"), Words::moment(connection.startedMs, now));
        if (connection.endedMs != 0)
            addLine(tr("Ended"), Words::moment(connection.endedMs, now));
        if (!isListening()) {
            received_ = addLine(tr("Received"), Words::bytes(connection.received));
            sent_ = addLine(tr("Sent"), Words::bytes(connection.sent));
        }
    }
    if (!single) {
        showRemote();
        if (usesEncryptedDns())
            addLine(
                tr("Remark"),
                tr("some of it is encrypted DNS: which names it asks for, nobody else can see"));
    }
    askProcess(connection.id);
    // A group of one, or decided alike, has one reason.
    if (single || holdsOne(row_) || row_.data(ConnectionsModel::RuleRole).toUInt() != 0)
        askWhy(connection.id);
    else
        why_->say(tr("Its connections were decided differently: select one of them."));
}

Inspector::Decision Inspector::decision() const {
    const api::Connection& c = *shared_.connections.connection(row_);
    return {
        c.id,          c.state, c.reason, c.rule, row_.data(ConnectionsModel::RuleRole).toUInt(),
        c.endedMs != 0};
}

// Rows change all the time; only what was decided anew is asked for again.
void Inspector::follow(const QModelIndex& first, const QModelIndex& last) {
    if (!usable_ || !row_.isValid() || first.parent() != row_.parent() ||
        row_.row() < first.row() || row_.row() > last.row())
        return;
    if (decision() != shown_)
        soon_.start();
    else
        showBytes(*shared_.connections.connection(row_));
}

void Inspector::showBytes(const api::Connection& connection) {
    if (received_)
        sayFact(received_, tr("Received"), Words::bytes(connection.received));
    if (sent_)
        sayFact(sent_, tr("Sent"), Words::bytes(connection.sent));
}

void Inspector::showRemote() {
    const ConnectionsModel& model = shared_.connections;
    if (model.kind(row_) != ConnectionsModel::Kind::Remote || isListening())
        return;
    QStringList addresses, countries;
    for (const api::Connection* connection : model.connections(row_)) {
        addresses += Words::address(connection->remote);
        countries += shared_.countries.of(connection->remote);
    }
    addresses.removeDuplicates();
    countries.removeDuplicates();
    countries.removeAll(QString());
    if (!model.remoteName(row_).isEmpty()) {
        addLine(tr("Name"), model.remoteName(row_));
        addLine(tr("Addresses"), addresses.join(u'\n'));
    }
    addLine(tr("Country"), countries.join(u'\n'));
}

void Inspector::askProcess(api::ConnectionId id) {
    const int round = round_;
    shared_.firewall.process(id, this, [this, round](const api::Result<api::Process>& process) {
        if (round == round_ && process)
            showProcess(*process);
    });
}

void Inspector::showProcess(const api::Process& process) {
    addLine(tr("Program"), widgets::displayText(process.path));
    addLine(tr("Command line"), widgets::displayCommand(process.commandLine));
    addLine(tr("User"), Words::user(process.uid));
    addLine(tr("Process"), QString::number(process.pid));
    addLine(tr("Container"), widgets::displayText(process.container));
    QStringList parents;
    for (const api::Ancestor& parent : process.ancestors)
        parents += tr("%1 (%2)", "path, process number")
                       .arg(widgets::displayText(parent.path))
                       .arg(parent.pid);
    addLine(tr("Started by"), parents.join(u'\n'));
    addLine(tr("Running since"),
            process.startedMs == 0
                ? QString()
                : Words::moment(process.startedMs, QDateTime::currentMSecsSinceEpoch()));
    if (process.deleted)
        addLine(tr("Take care"), tr("The program's file was deleted."));
    if (process.inWritableFolder)
        addLine(tr("Take care"), tr("The program lies in a folder its user can write to."));
}

void Inspector::askWhy(api::ConnectionId id) {
    const int round = round_;
    shared_.firewall.explain(id, this, [this, round](const api::Result<api::Explanation>& why) {
        if (round != round_)
            return;
        if (why)
            why_->show(*why, true);
        else
            why_->say(Words::error(why.error()));
    });
}

}  // namespace sallyport::views
