// Who wants what: the upper part of the question.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/question.h"
#include "models/countries.h"

class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace sallyport::widgets {
class ElidedLabel;
}

namespace sallyport::views {

// Icon, name, address, port, country, path and who started it. `corner` is put beside the heading.
class QuestionHeader : public QWidget {
    Q_OBJECT
  public:
    explicit QuestionHeader(QWidget* corner, QWidget* parent = nullptr);
    void setQuestion(const api::Question& question);

  private:
    QString countryOf(const api::Question& question);

    models::Countries countries_;
    QString countryFile_;        // that they come from
    api::QuestionId shown_ = 0;  // 0: none yet
    QLabel* icon_;
    widgets::ElidedLabel* heading_;
    widgets::ElidedLabel* remote_;
    widgets::ElidedLabel* purpose_;
    widgets::ElidedLabel* endpoint_;
    widgets::ElidedLabel* path_;
    widgets::ElidedLabel* startedBy_;
};

// One line for each risky fact. `encryptedDns` stands below them where it fits.
class QuestionRisks : public QWidget {
    Q_OBJECT
  public:
    explicit QuestionRisks(QPushButton* encryptedDns, QWidget* parent = nullptr);
    void setQuestion(const api::Question& question);

  private:
    QVBoxLayout* lines_;
    QPushButton* encryptedDns_;
};

// What is shown on demand: command line, package, fingerprint, user, process, parents, when.
class QuestionDetails : public QWidget {
    Q_OBJECT
  public:
    explicit QuestionDetails(QWidget* parent = nullptr);
    void setQuestion(const api::Question& question);

  signals:
    void toggled(bool open);

  private:
    void findPackage();
    QLabel* addFact(const QString& name, const char* objectName);
    QPlainTextEdit* addLongFact(const QString& name, const char* objectName, int lines);

    QString path_;  // of the program that is shown
    QToolButton* toggle_;
    QWidget* facts_;
    QFormLayout* form_;
    QPlainTextEdit* command_;
    QPlainTextEdit* file_;
    QLabel* package_;
    QPlainTextEdit* fingerprint_;
    QPlainTextEdit* requests_;
    QPlainTextEdit* names_;
    QLabel* nameSource_;
    QLabel* user_;
    QLabel* process_;
    QLabel* container_;
    QPlainTextEdit* parents_;
    QLabel* started_;
};

}  // namespace sallyport::views
