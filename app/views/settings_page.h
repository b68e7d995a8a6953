// How the firewall behaves, and ways out of trouble.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace sallyport::views {

class SettingsPage : public Page {
    Q_OBJECT
  public:
    explicit SettingsPage(const Shared& shared, QWidget* parent = nullptr);

    bool isSearchable() const override { return false; }
    void setAway(bool away) override;
    QWidget* focusTarget() override;

  signals:
    void told(const QString& what);
    void welcomeWanted();
    void quitWanted();
    // In the language that was chosen.
    void restartWanted();

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildBehaviour();
    QWidget* buildWindow();
    QWidget* buildLanguage();
    QWidget* buildRecovery();
    void setAutostart(bool on);
    void showAutostart();
    void takeCountries(const QString& path);
    void showCountries();
    void load();
    void showStatus();
    void enable();
    void save();
    void removeAll();
    QList<api::RuleId> own() const;
    api::Settings typed() const;

    const Shared& shared_;
    api::Settings known_;
    bool loaded_ = false;
    bool away_ = false;
    QComboBox* mode_;
    QLabel* modeHelp_;
    QSpinBox* seconds_;
    QComboBox* nobody_;
    QSpinBox* days_;
    QSpinBox* megabytes_;
    QCheckBox* password_;
    QPushButton* save_;
    QCheckBox* autostart_;
    QLabel* countries_;
    QPushButton* removeAll_;
    QPushButton* off_;
    QLabel* troubles_;
    QLabel* about_;
};

}  // namespace sallyport::views
