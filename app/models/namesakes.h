// Programs that share a name are told apart by where they are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

#include "models/face.h"

namespace sallyport::models {

// Knows every program of a list, each added once.
class Namesakes {
  public:
    // Whether others of that name are now called differently.
    bool add(const Face& face);
    bool remove(const Face& face);
    void clear() { counts_.clear(); }
    bool isEmpty() const { return counts_.isEmpty(); }

    // "sshd"; "sshd (/usr/bin/)" beside one in another folder; with its whole path beside one in
    // the same.
    QString name(const Face& face) const;

  private:
    int remove(const QString& name);

    QHash<QString, int> counts_;  // of a name, and of a name in a folder
};

}  // namespace sallyport::models
