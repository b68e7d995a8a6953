// The tray icon and its menu.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/tray.h"

#include <QActionGroup>
#include <QDateTime>
#include <QEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "desktop/tray_face.h"
#include "models/words.h"

namespace sallyport::desktop {
namespace {

constexpr int kBubbleMs = 8000;

QAction* add(QMenu& menu, const QString& text, const char* name) {
    QAction* const action = menu.addAction(text);
    action->setObjectName(QLatin1String(name));
    return action;
}

}  // namespace

Tray::Tray(client::Firewall& firewall, models::QuestionsModel& questions, QObject* parent)
    : QObject(parent),
      firewall_(firewall),
      questions_(questions),
      recent_(firewall),
      menu_(std::make_unique<QMenu>()) {
    buildMenu();
    icon_.setContextMenu(menu_.get());
    connect(&icon_, &QSystemTrayIcon::activated, this, &Tray::clicked);
    pauseEnd_.setSingleShot(true);
    connect(&pauseEnd_, &QTimer::timeout, this, &Tray::refresh);
    connect(&firewall_, &client::Firewall::connectedChanged, this, &Tray::refresh);
    connect(&firewall_, &client::Firewall::withheldChanged, this, &Tray::refresh);
    connect(&firewall_, &client::Firewall::statusChanged, this, &Tray::refresh);
    connect(&questions_, &models::QuestionsModel::rowsInserted, this, &Tray::refresh);
    connect(&questions_, &models::QuestionsModel::rowsRemoved, this, &Tray::refresh);
    qGuiApp->installEventFilter(this);
    connect(&recent_, &RecentBlocks::changed, this, &Tray::refreshBlocks);
    connect(&recent_, &RecentBlocks::failed, this, &Tray::say);
    connect(menu_.get(), &QMenu::aboutToShow, &recent_, &RecentBlocks::refresh);
    refresh();
    refreshBlocks();
    recent_.refresh();
}

Tray::~Tray() = default;

// Icons are drawn in the palette's colour.
bool Tray::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ApplicationPaletteChange)
        refresh();
    return QObject::eventFilter(watched, event);
}

void Tray::buildMenu() {
    menu_->setToolTipsVisible(true);
    waiting_ = add(*menu_, {}, "waiting");
    connect(waiting_, &QAction::triggered, this, &Tray::questionsWanted);
    menu_->addSeparator();
    addModes();
    addPauses();
    blockAll_ = add(*menu_, tr("&Block everything"), "blockAll");
    blockAll_->setCheckable(true);
    connect(blockAll_, &QAction::triggered, this,
            [this](bool on) { firewall_.setBlockAll(on, this, report()); });
    blocks_ = menu_->addMenu(tr("&Recent blocks"));
    blocks_->setObjectName(QStringLiteral("blocks"));
    menu_->addSeparator();
    connect(add(*menu_, tr("My &network is dead"), "recover"), &QAction::triggered, this,
            &Tray::showRecovery);
    connect(add(*menu_, tr("&Open Sallyport"), "open"), &QAction::triggered, this,
            &Tray::windowWanted);
    connect(add(*menu_, tr("&Quit (protection goes on)"), "quit"), &QAction::triggered, this,
            &Tray::quitWanted);
}

void Tray::addModes() {
    QMenu* const menu = menu_->addMenu(tr("&Mode"));
    modes_ = new QActionGroup(this);
    const std::array entries{
        std::tuple{api::Mode::Ask, tr("&Ask about what has no rule"), "modeAsk"},
        std::tuple{api::Mode::Learn, tr("&Learn: allow what has no rule"), "modeLearn"},
        std::tuple{api::Mode::LockDown, tr("Lock &down: block what has no rule"), "modeLockDown"},
        std::tuple{api::Mode::Audit,
                   tr("A&udit: allow what has no rule, record what Lock down would block"),
                   "modeAudit"}};
    for (const auto& [mode, text, name] : entries) {
        QAction* const action = add(*menu, text, name);
        action->setCheckable(true);
        action->setData(static_cast<int>(mode));
        modeTexts_.insert(action, text);
        modes_->addAction(action);
    }
    connect(modes_, &QActionGroup::triggered, this, [this](const QAction* action) {
        firewall_.setMode(static_cast<api::Mode>(action->data().toInt()), this, report());
    });
}

void Tray::addPauses() {
    pauses_ = menu_->addMenu(tr("&Pause"));
    endPause_ = add(*pauses_, tr("&End the pause now"), "pauseEnd");
    endPause_->setData(0u);
    for (const models::Words::Pause& pause : models::Words::pauses()) {
        const QByteArray name = "pause" + QByteArray::number(pause.seconds);
        add(*pauses_, pause.text, name.constData())->setData(pause.seconds);
    }
    connect(pauses_, &QMenu::triggered, this, [this](const QAction* action) {
        firewall_.pause(action->data().toUInt(), this, report());
    });
}

// With what works when nothing here does any more.
void Tray::showRecovery() {
    if (recovery_) {
        recovery_->raise();
        recovery_->activateWindow();
        return;
    }
    recovery_ = new QMessageBox(
        QMessageBox::Information, tr("Sallyport"),
        tr("This turns the firewall off, at a terminal, until it is started again or the computer "
           "is:") +
            QStringLiteral("\n\nsudo sallyportd --off"),
        QMessageBox::Close);
    recovery_->setObjectName(QStringLiteral("recovery"));
    recovery_->setInformativeText(
        tr("This turns it on again:") + QStringLiteral("\n\nsudo systemctl start sallyportd\n\n") +
        tr("“Pause” in the menu lets everything pass for a while, where the helper runs."));
    recovery_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    recovery_->setAttribute(Qt::WA_DeleteOnClose);
    recovery_->show();
}

client::Done<void> Tray::report() {
    return [this](const api::Result<void>& result) {
        if (!result)
            say(models::Words::error(result.error()));
        refresh();  // a check mark set by the click goes back where nothing changed
    };
}

void Tray::say(const QString& text) {
    if (QSystemTrayIcon::isSystemTrayAvailable())
        icon_.showMessage(tr("Sallyport"), text, QSystemTrayIcon::Warning, kBubbleMs);
    else
        emit unsaid(text);
}

void Tray::refresh() {
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const api::Status& status = firewall_.status();
    const bool connected = firewall_.connected() && !firewall_.withheld();
    const int count = questions_.count();
    icon_.setIcon(TrayFace::icon(TrayFace::state(connected, status, count, now), count,
                                 QGuiApplication::palette()));
    icon_.setToolTip(TrayFace::toolTip(connected, status, count, now));

    waiting_->setText(!connected  ? tr("Off or not reachable")
                      : count > 1 ? tr("%n questions are &waiting", nullptr, count)
                      : count > 0 ? tr("One question is &waiting")
                                  : tr("Nothing waits"));
    waiting_->setEnabled(count > 0);
    for (QAction* const action : modes_->actions()) {
        const bool current = action->data().toInt() == static_cast<int>(status.mode);
        action->setText(current && status.modeUntilMs != 0
                            ? TrayFace::untilItsEnd(modeTexts_.value(action), status, now)
                            : modeTexts_.value(action));
        action->setChecked(current);
        action->setEnabled(connected);
    }
    const bool paused = status.pausedUntilMs > now;
    endPause_->setVisible(paused);
    pauses_->setEnabled(connected);
    blockAll_->setChecked(status.blockAll && !paused);
    blockAll_->setEnabled(connected);
    if (paused)
        pauseEnd_.start(static_cast<int>(
            std::min<qint64>(status.pausedUntilMs - now + 1, std::numeric_limits<int>::max())));
    else
        pauseEnd_.stop();
}

void Tray::refreshBlocks() {
    blocks_->clear();
    for (QMenu* const old : blocks_->findChildren<QMenu*>(Qt::FindDirectChildrenOnly))
        old->deleteLater();  // one of them may be what called
    for (qsizetype i = 0; i < recent_.blocks().size(); ++i) {
        QString text = recent_.blocks()[i].text;
        QMenu* const entry = blocks_->addMenu(text.replace(QLatin1Char('&'), QLatin1String("&&")));
        QAction* const allow = add(*entry, tr("&Allow from now on"), "allowBlock");
        connect(allow, &QAction::triggered, this, [this, i] { recent_.allow(i); });
    }
    if (recent_.blocks().isEmpty())
        blocks_->addAction(tr("Nothing was blocked lately"))->setEnabled(false);
}

void Tray::clicked(QSystemTrayIcon::ActivationReason reason) {
    if (reason != QSystemTrayIcon::Trigger && reason != QSystemTrayIcon::DoubleClick)
        return;
    if (questions_.isEmpty())
        emit windowWanted();
    else
        emit questionsWanted();
}

}  // namespace sallyport::desktop
