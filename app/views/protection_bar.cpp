// What protects the machine now: see protection_bar.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/protection_bar.h"

#include <QComboBox>
#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "models/reasons.h"
#include "models/words.h"
#include "widgets/mode_box.h"

namespace sallyport::views {

using models::Words;
using widgets::Protection;

namespace {

constexpr int kSecondMs = 1000;
constexpr int kMinuteSeconds = 60;

// "4:59", "1:04:59"
QString countdown(qint64 ms) {
    constexpr int kSixty = 60;
    constexpr int kDigits = 2;
    const qint64 seconds = (ms + kSecondMs - 1) / kSecondMs;
    const auto two = [](qint64 number) {
        return QStringLiteral("%1").arg(number, kDigits, 10, QLatin1Char('0'));
    };
    const qint64 minutes = seconds / kSixty;
    if (minutes < kSixty)
        return QStringLiteral("%1:%2").arg(minutes).arg(two(seconds % kSixty));
    return QStringLiteral("%1:%2:%3")
        .arg(minutes / kSixty)
        .arg(two(minutes % kSixty), two(seconds % kSixty));
}

}  // namespace

ProtectionBar::ProtectionBar(client::Firewall& firewall, QWidget* parent)
    : QWidget(parent),
      firewall_(firewall),
      icon_(new QLabel(this)),
      text_(new QLabel(this)),
      mode_(new widgets::ModeBox(this)),
      pause_(new QToolButton(this)),
      resume_(new QPushButton(tr("Resume"), this)),
      blockAll_(new QPushButton(tr("Block everything"), this)) {
    text_->setObjectName(QStringLiteral("protectionText"));
    text_->setTextFormat(Qt::PlainText);
    text_->setWordWrap(true);
    for (const auto mode :
         {api::Mode::Ask, api::Mode::Learn, api::Mode::LockDown, api::Mode::Audit})
        mode_->addItem(Words::mode(mode), int(mode));
    mode_->setItemData(0, Words::tip(tr("Connections without a rule wait for your answer")),
                       Qt::ToolTipRole);
    mode_->setItemData(1, Words::tip(tr("Connections without a rule pass and are listed")),
                       Qt::ToolTipRole);
    mode_->setItemData(2, Words::tip(tr("Connections without a rule are blocked")),
                       Qt::ToolTipRole);
    mode_->setItemData(
        3,
        Words::tip(tr("Connections without a rule pass; what Lock down would block is recorded")),
        Qt::ToolTipRole);
    mode_->setObjectName(QStringLiteral("mode"));
    mode_->setAccessibleName(tr("Mode: what happens to a connection without a rule"));
    auto* modeLabel = new QLabel(tr("&Mode"), this);
    modeLabel->setBuddy(mode_);
    resume_->setObjectName(QStringLiteral("resume"));
    blockAll_->setObjectName(QStringLiteral("blockAll"));
    blockAll_->setCheckable(true);
    blockAll_->setToolTip(tr("Block every connection of every program until you let go again"));
    buildPause();

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(icon_);
    layout->addWidget(text_, 1);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{modeLabel, mode_, pause_, resume_, blockAll_})
        layout->addWidget(widget);

    second_.setInterval(kSecondMs);
    connect(&second_, &QTimer::timeout, this, &ProtectionBar::refresh);
    connect(mode_, &QComboBox::activated, this, [this] {
        firewall_.setMode(api::Mode(mode_->currentData().toInt()), this,
                          [this](const auto& result) { done(result); });
    });
    connect(resume_, &QPushButton::clicked, this, [this] { pause(0); });
    connect(blockAll_, &QPushButton::clicked, this, [this](bool on) {
        firewall_.setBlockAll(on, this, [this](const auto& result) { done(result); });
    });
    connect(&firewall_, &client::Firewall::statusChanged, this, &ProtectionBar::refresh);
    connect(&firewall_, &client::Firewall::connectedChanged, this, &ProtectionBar::refresh);
    connect(&firewall_, &client::Firewall::withheldChanged, this, &ProtectionBar::refresh);
    refresh();
}

void ProtectionBar::buildPause() {
    pause_->setObjectName(QStringLiteral("pause"));
    pause_->setText(tr("Pause"));
    pause_->setAccessibleName(tr("Pause: let everything pass for a while"));
    pause_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(pause_);
    for (const Words::Pause& offered : Words::pauses()) {
        QAction* action = menu->addAction(offered.text, this,
                                          [this, seconds = offered.seconds] { pause(seconds); });
        action->setObjectName(QStringLiteral("pause%1").arg(offered.seconds));
    }
    //: pause
    menu->addAction(tr("For another &time…"), this, &ProtectionBar::askHowLong)
        ->setObjectName(QStringLiteral("pauseOther"));
    pause_->setMenu(menu);
}

void ProtectionBar::pause(quint32 seconds) {
    firewall_.pause(seconds, this, [this](const auto& result) { done(result); });
}

void ProtectionBar::askHowLong() {
    constexpr int kHalfAnHour = 30;
    const int most = int(Words::pauses().last().seconds) / kMinuteSeconds;
    auto* dialog = new QInputDialog(this);
    dialog->setObjectName(QStringLiteral("pauseMinutes"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Pause"));
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setLabelText(tr("For how many minutes everything passes (1 to %1):").arg(most));
    dialog->setOkButtonText(tr("Pause"));
    dialog->setCancelButtonText(tr("Cancel"));
    dialog->setIntRange(1, most);
    dialog->setIntValue(kHalfAnHour);
    connect(dialog, &QInputDialog::intValueSelected, this,
            [this](int minutes) { pause(quint32(minutes * kMinuteSeconds)); });
    dialog->open();
}

QString ProtectionBar::sentence() const {
    return text_->text();
}

ProtectionBar::Now ProtectionBar::whileEnforcing(const api::Status& status) const {
    const qint64 left = status.pausedUntilMs - QDateTime::currentMSecsSinceEpoch();
    if (left > 0)
        return {Protection::Paused,
                tr("Paused: everything passes. Protection comes back in %1.").arg(countdown(left))};
    if (status.blockAll)
        return {Protection::BlockAll, tr("Everything is blocked.")};
    if (status.waiting > 0)
        return {Protection::Waiting, tr("Waiting for your answer: %1.").arg(status.waiting)};
    if (status.modeUntilMs != 0)
        return untilItsEnd(status);
    switch (status.mode) {
        case api::Mode::Ask:
            return {Protection::Protected, tr("Protected: you are asked about what has no rule.")};
        case api::Mode::Learn:
            return {Protection::Learning,
                    tr("Learning: what has no rule passes and is listed as undecided.")};
        case api::Mode::Audit:
            return {Protection::Auditing,
                    tr("Auditing: what has no rule passes and is recorded as what Lock down would "
                       "block.")};
        case api::Mode::LockDown:
            break;
    }
    return {Protection::LockedDown, tr("Locked down: what has no rule is blocked.")};
}

ProtectionBar::Now ProtectionBar::untilItsEnd(const api::Status& status) {
    const QString end = Words::end(status.modeUntilMs, QDateTime::currentMSecsSinceEpoch());
    switch (status.mode) {
        case api::Mode::Learn:
            return {Protection::Learning,
                    //: %1: a day or a time
                    tr("Learning until %1: what has no rule passes and is listed as undecided.")
                        .arg(end)};
        case api::Mode::Audit:
            return {Protection::Auditing,
                    //: %1: a day or a time
                    tr("Auditing until %1: what has no rule passes and is recorded as what Lock "
                       "down would block.")
                        .arg(end)};
        case api::Mode::LockDown:
        case api::Mode::Ask:
            break;
    }
    return {Protection::LockedDown,
            //: %1: a day or a time
            tr("Locked down until %1: what has no rule is blocked.").arg(end)};
}

ProtectionBar::Now ProtectionBar::now() const {
    const api::Status& status = firewall_.status();
    if (!firewall_.connected())
        return {Protection::Off, tr("The firewall service does not answer.")};
    if (const auto& withheld = firewall_.withheld())
        return {Protection::Off, withheld->code == api::ErrorCode::NoAuthority
                                     ? tr("The authorization service does not answer.")
                                     : tr("What protects you now is not shown to you.")};
    if (!status.enforcing)
        return {Protection::Off,
                tr("Nothing is filtered: %1").arg(models::reasonInWords(status.problem))};
    Now now = whileEnforcing(status);
    if (!status.wholeSystem)
        now.text += u' ' + tr("Only a part of the system is filtered.");
    return now;
}

void ProtectionBar::refresh() {
    const api::Status& status = firewall_.status();
    const bool here = firewall_.connected() && !firewall_.withheld();
    const bool paused = status.pausedUntilMs > QDateTime::currentMSecsSinceEpoch();
    const Now current = now();
    const int size = style()->pixelMetric(QStyle::PM_LargeIconSize, nullptr, this);
    icon_->setPixmap(
        widgets::protectionPixmap(current.protection, palette(), size, devicePixelRatioF()));
    text_->setText(current.text);
    text_->setToolTip(status.wholeSystem ? QString() : Words::tip(status.cgroup));
    icon_->setAccessibleName(current.text);
    mode_->setCurrentIndex(mode_->findData(int(status.mode)));
    // In a pause it does not: pressed, it ends that.
    blockAll_->setChecked(status.blockAll && !paused);
    pause_->setVisible(!paused);
    resume_->setVisible(paused);
    for (QWidget* widget : std::initializer_list<QWidget*>{mode_, pause_, resume_, blockAll_})
        widget->setEnabled(here);
    if (paused && here && !second_.isActive())
        second_.start();
    else if (!paused || !here)
        second_.stop();
}

// The switches show what is, not what was pressed.
void ProtectionBar::done(const api::Result<void>& result) {
    refresh();
    if (!result)
        emit failed(Words::error(result.error()));
}

void ProtectionBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        refresh();
    QWidget::changeEvent(event);
}

}  // namespace sallyport::views
