// A list to be added: one that is offered, a web address, or a file.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "api/list.h"
#include "views/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sallyport::views {

class ListEditor : public QWidget {
    Q_OBJECT
  public:
    explicit ListEditor(QWidget* parent = nullptr);

    void begin();
    void setUsable(bool usable);
    // Asks a person for a file; tests answer at once. Empty: none chosen.
    void setFilePicker(std::function<QString()> picker) { pickFile_ = std::move(picker); }

  signals:
    // `block`: with a rule that blocks what is in it, for every program.
    void chosen(const sallyport::api::List& list, bool block);
    void cancelled();

  private:
    void choose();
    void check();
    bool read(api::List& list, QString& complaint) const;

    std::function<QString()> pickFile_;
    bool usable_ = true;
    QComboBox* offer_;
    QLineEdit* source_;
    QPushButton* browse_;
    QLineEdit* name_;
    QLineEdit* title_;
    QCheckBox* daily_;
    QCheckBox* block_;
    QLabel* complaint_;
    QPushButton* add_;
};

}  // namespace sallyport::views
