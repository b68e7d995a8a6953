// What protects the machine now, and the switches for it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include "client/firewall.h"
#include "widgets/state_look.h"

class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace sallyport::views {

class ProtectionBar : public QWidget {
    Q_OBJECT
  public:
    explicit ProtectionBar(client::Firewall& firewall, QWidget* parent = nullptr);

    QString sentence() const;  // what is shown

  signals:
    void failed(const QString& why);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    struct Now {
        widgets::Protection protection;
        QString text;
    };

    void buildPause();
    void pause(quint32 seconds);
    void askHowLong();
    void refresh();
    Now now() const;
    Now whileEnforcing(const api::Status& status) const;
    static Now untilItsEnd(const api::Status& status);
    void done(const api::Result<void>& result);

    client::Firewall& firewall_;
    QTimer second_;  // runs while a pause counts down
    QLabel* icon_;
    QLabel* text_;
    QComboBox* mode_;
    QToolButton* pause_;
    QPushButton* resume_;
    QPushButton* blockAll_;
};

}  // namespace sallyport::views
