// A rule to be made or changed, as a sentence with holes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

#include "views/http_fields.h"
#include "views/limit_fields.h"
#include "views/page.h"
#include "views/quota_fields.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace sallyport::views {

class RuleEditor : public QWidget {
    Q_OBJECT
  public:
    explicit RuleEditor(const Shared& shared, QWidget* parent = nullptr);

    // A rule with an id is edited, one without is made.
    void edit(const api::Rule& rule);
    void setUsable(bool usable);
    // Asks a person for a program's file; tests answer at once. Empty: none chosen.
    void setFilePicker(std::function<QString()> picker) { pickFile_ = std::move(picker); }

  signals:
    void saved(const sallyport::api::Rule& rule);
    void cancelled();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    static constexpr qint64 kMinuteMs = 60'000;
    // In the list of lifetimes: a lifetime, or so many minutes from now, or the time that stands.
    static constexpr int kMinutesRole = Qt::UserRole + 1;

    // A program given by its file only; what has more to it is kept as it was.
    static bool isTyped(const api::AppIdentity& app);

    void fitRows();
    void buildFields(QFormLayout* form);
    void buildMore(QFormLayout* form);
    void watchFields();
    void fillLifetimes(const api::Rule& rule);
    // The rule that the fields tell; or what is wrong with them, in a person's words.
    bool read(api::Rule& rule, QString& complaint) const;
    bool readPrograms(api::Rule& rule, QString& complaint) const;
    bool readRemote(api::Rule& rule, QString& complaint) const;
    bool readPorts(api::Rule& rule, QString& complaint) const;
    bool readLocal(api::Rule& rule, QString& complaint) const;
    void readLifetime(api::Rule& rule) const;
    QString whyNoHttp() const;
    void check();
    void save();

    const Shared& shared_;
    std::function<QString()> pickFile_;
    api::Rule base_;
    bool usable_ = true;
    QLabel* title_;
    QFormLayout* form_ = nullptr;
    QComboBox* action_;
    QComboBox* style_;
    QLineEdit* program_;
    QLineEdit* script_;
    QPushButton* browse_;
    QComboBox* direction_;
    QComboBox* remoteKind_;
    QLineEdit* remote_;
    QComboBox* protocol_;
    QLineEdit* ports_;
    QLineEdit* localPorts_;
    QLineEdit* local_;
    QLineEdit* interface_;
    HttpFields* http_;
    LimitFields* limit_;
    QuotaFields* quota_;
    QComboBox* lifetime_;
    QLineEdit* startedBy_;
    QLineEdit* user_;
    QCheckBox* pinned_;
    QCheckBox* log_;
    QCheckBox* enabled_;
    QLineEdit* note_;
    QLabel* sentence_;
    QLabel* complaint_;
    QPushButton* save_;
};

}  // namespace sallyport::views
