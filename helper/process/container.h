// In which container a process was executed, by its control group.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

#include "kernel/kernel.h"

namespace sallyport::process {

// What a container is called whose processes are in this control group, or below: what made it and
// the first 12 digits of its number ("docker 0123456789ab"), or its name. Empty: in none. Whoever
// may make control groups, which a user may below his own, chose the name.
QString containerIn(const QString& cgroup);

// Each control group is looked at once.
class Containers {
  public:
    // Empty, too, for a process that is gone, or has left its control group, before it was known.
    QString of(const kernel::ExecReport& report);

  private:
    QHash<quint64, QString> known_;  // by the number of the control group, which is not given again
};

}  // namespace sallyport::process
