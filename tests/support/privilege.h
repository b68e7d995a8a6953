// What a test with the real kernel needs of who runs it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QFile>
#include <QString>

namespace sallyport::tests {

inline bool hasCapabilities() {
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &head, data) != 0)
        return false;
    const quint64 effective = quint64(data[1].effective) << 32 | data[0].effective;
    for (const int one : {CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN})
        if (!(effective >> one & 1))
            return false;
    return true;
}

// Why programs cannot be loaded, and cgroups and namespaces made, by this process; null: they can.
// A container may have a root who may not.
inline const char* missingPrivilege(const QString& cgroupRoot) {
    if (geteuid() != 0)
        return "needs root: BPF programs are loaded and network namespaces made";
    if (!hasCapabilities())
        return "root has not all capabilities here (a container?)";
    if (access(QFile::encodeName(cgroupRoot).constData(), W_OK) != 0)
        return "no cgroup can be made here (a container?)";
    return nullptr;
}

}  // namespace sallyport::tests
