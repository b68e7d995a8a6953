// The rules: searched, made, changed, taken back.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "models/rules_model.h"
#include "views/page.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace sallyport::widgets {
class EmptyNote;
}

namespace sallyport::views {

class AttemptPanel;
class RuleEditor;

class RulesPage : public Page {
    Q_OBJECT
  public:
    explicit RulesPage(const Shared& shared, QWidget* parent = nullptr);

    void setSearch(const QString& text) override;
    void setAway(bool away) override;
    QWidget* focusTarget() override;
    QWidgetList parts() override;
    void showRule(api::RuleId id);

    // Ask a person for a file; tests answer at once. Empty: none chosen.
    struct FilePickers {
        std::function<QString()> toOpen;
        std::function<QString()> toSave;
    };
    void setFilePickers(FilePickers pickers) { pickers_ = std::move(pickers); }

  signals:
    void told(const QString& what);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildBar();
    void buildTree();
    void restorePlace();
    QList<const api::Rule*> chosen(bool changeable) const;
    void enableButtons();
    void make();
    void change();
    void duplicate();
    void remove();
    void tryOut();
    void importFrom(bool replace);
    void exportTo();
    void sheet(QWidget* which);  // null: closed
    void note();

    const Shared& shared_;
    models::RulesModel model_;
    models::RulesFilter filter_;
    FilePickers pickers_;
    bool away_ = false;
    bool searching_ = false;
    bool saving_ = false;     // what the editor holds is on its way
    api::RuleId wanted_ = 0;  // to be selected when it is there
    api::RuleId current_ = 0;
    QPushButton* new_;
    QPushButton* edit_;
    QPushButton* duplicate_;
    QPushButton* remove_;
    QPushButton* explain_;
    QToolButton* file_;
    QCheckBox* grouped_;
    QTreeView* tree_;
    widgets::EmptyNote* empty_ = nullptr;
    QStackedWidget* sheet_;
    RuleEditor* editor_;
    AttemptPanel* attempt_;
};

}  // namespace sallyport::views
