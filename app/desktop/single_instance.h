// One app for each person and bus: a second start tells the first what it was wanted for.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QObject>

namespace sallyport::desktop {

class SingleInstance : public QObject {
    Q_OBJECT
  public:
    // `key` tells apart what may run side by side (the bus's address).
    explicit SingleInstance(const QString& key, QObject* parent = nullptr);

    // Whether this is the first. If not, `word` was delivered to the one that is.
    // Waits a second at most, for an answer of a process of the same user.
    bool claim(const QString& word);

  signals:
    void called(const QString& word);

  private:
    bool deliver(const QString& word) const;
    void accept();

    QString path_;  // in the runtime folder, which is the person's alone
    QLocalServer server_;
};

}  // namespace sallyport::desktop
