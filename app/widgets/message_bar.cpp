// A line that tells of a change: see message_bar.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/message_bar.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include "widgets/state_look.h"

namespace sallyport::widgets {

MessageBar::MessageBar(const QString& action, bool closable, QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      label_(new QLabel(this)),
      action_(new QPushButton(action, this)),
      close_(new QToolButton(this)) {
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    label_->setTextFormat(Qt::PlainText);
    label_->setWordWrap(true);
    action_->setVisible(!action.isEmpty());
    close_->setVisible(closable);
    close_->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    close_->setAutoRaise(true);
    close_->setAccessibleName(tr("Close this message"));
    close_->setToolTip(tr("Close this message"));
    auto* layout = new QHBoxLayout(this);
    layout->addWidget(icon_);
    layout->addWidget(label_, 1);
    layout->addWidget(action_);
    layout->addWidget(close_);
    connect(action_, &QPushButton::clicked, this, &MessageBar::actionTriggered);
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void MessageBar::tell(const QString& text, Tone tone, bool withAction) {
    tone_ = tone;
    label_->setText(text);
    setAccessibleName(text);
    action_->setVisible(withAction);
    tint();
    setVisible(!text.isEmpty());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString MessageBar::text() const {
    return label_->text();
}

void MessageBar::tint() {
    const bool warn = tone_ == Tone::Warning;
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    const auto sign = warn ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxInformation;
    icon_->setPixmap(style()->standardIcon(sign).pixmap(size));
    setBackgroundRole(warn ? QPalette::ToolTipBase : QPalette::AlternateBase);
    label_->setForegroundRole(warn ? QPalette::ToolTipText : QPalette::WindowText);
}

void MessageBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::StyleChange)
        tint();
    QFrame::changeEvent(event);
}

}  // namespace sallyport::widgets
