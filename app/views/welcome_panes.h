// The three panes of the welcome.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "client/firewall.h"
#include "models/connections_model.h"

class QLabel;
class QRadioButton;
class QTreeView;

namespace sallyport::widgets {
class EmptyNote;
}

namespace sallyport::views {

// What Sallyport does.
class WelcomeAbout : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomeAbout(QWidget* parent = nullptr);
};

// What happens to a connection without a rule. Until the person chooses, what is in force is
// chosen; a mode that is neither of the two can stay.
class WelcomeChoice : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomeChoice(client::Firewall& firewall, QWidget* parent = nullptr);

    bool changesSomething() const;
    // Sets the chosen mode, for which polkit may want a password.
    void apply(client::Done<void> done);
    // Why nothing was chosen or can be; empty when all is well.
    const QString& problem() const { return problem_; }
    void setProblem(const QString& why);
    void takeFocus();

  signals:
    void problemChanged();

  private:
    void refresh();

    client::Firewall& firewall_;
    qint64 learnUntilMs_ = 0;  // Unix milliseconds: where a week from now ends
    bool chosen_ = false;      // by hand
    QRadioButton* ask_;
    QRadioButton* learn_;
    QRadioButton* keep_;
    QLabel* learnHelp_;
    QString problem_;
};

// Who communicates or waits at the moment.
class WelcomeNow : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomeNow(client::Firewall& firewall, QWidget* parent = nullptr);
    ~WelcomeNow() override;

    // Connections are computed only while somebody looks.
    void setShown(bool shown);

  signals:
    void connectionsWanted();

  private:
    void refresh();

    client::Firewall& firewall_;
    models::ConnectionsModel connections_;
    QTreeView* tree_;
    widgets::EmptyNote* empty_;
    QLabel* missed_;
    bool shown_ = false;
};

}  // namespace sallyport::views
