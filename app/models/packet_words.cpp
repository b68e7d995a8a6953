// Who goes past the firewall, in a person's words.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/words.h"

namespace sallyport::models {

QString Words::packetHolder(const api::PacketHolder& holder, const QString& program) {
    const QString pid = QString::number(holder.pid);
    const QString who =
        holder.processes > 1
            ? tr("%1 (pid %2 and %3 more)", "program, process, how many more processes of it")
                  .arg(program, pid, QString::number(holder.processes - 1))
            : tr("%1 (pid %2)", "program, process").arg(program, pid);
    const QString frame =
        holder.elsewhere
            ? tr("%1 can send and read frames of another network namespace past the firewall "
                 "(%2).",
                 "program, kind of its sockets")
            : tr("%1 can send and read network frames past the firewall (%2).",
                 "program, kind of its sockets");
    return frame.arg(who, api::toWord(holder.family));
}

}  // namespace sallyport::models
