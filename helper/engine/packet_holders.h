// Who can send and read frames past the firewall, as far as somebody looks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "api/packet_holder.h"
#include "kernel/kernel.h"
#include "process/process_table.h"

namespace sallyport::engine {

// Most kernels tell nothing when such a socket is made (bpf/inventory.bpf.c says why), none when it
// goes: this is how it was at the last look, and looking costs a walk over all open files.
class PacketHolders {
  public:
    PacketHolders(kernel::Kernel& kernel, const process::ProcessTable& processes)
        : kernel_(kernel), processes_(processes) {}

    // Looks, unless the last look is younger than `age` ms. Whether something is different. On
    // failure what was seen before stays, and there is a problem().
    bool look(qint64 nowMs, qint64 age);
    const QString& problem() const { return problem_; }

    // Those of the helper's network namespace first, then by program; kMost of them at most.
    const QList<api::PacketHolder>& list() const { return list_; }
    quint32 leftOut() const { return leftOut_; }

    static constexpr qsizetype kMost = 32;

  private:
    kernel::Kernel& kernel_;
    const process::ProcessTable& processes_;
    QList<api::PacketHolder> list_;
    quint32 leftOut_ = 0;
    QString problem_;
    qint64 lookedMs_ = 0;  // 0: never
};

}  // namespace sallyport::engine
