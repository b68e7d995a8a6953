// Asks the system: capabilities, type information.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/preconditions.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>

namespace sallyport::kernel {

using api::ErrorCode;
using api::failure;

namespace {

bool mayUse(std::initializer_list<int> capabilities) {
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &head, data) != 0)
        return false;
    const quint64 effective = quint64(data[1].effective) << 32 | data[0].effective;
    return std::all_of(capabilities.begin(), capabilities.end(),
                       [&](int capability) { return (effective >> capability) & 1; });
}

}  // namespace

bool mayEnforce() {
    return mayUse({CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN});
}

api::Result<void> checkPrivilege(const Options& options) {
    if (!mayEnforce() || (options.broker.empty() && !mayUse({CAP_NET_RAW})))
        return failure(ErrorCode::Denied,
                       QStringLiteral("enforcing needs root, or the capabilities CAP_BPF, "
                                      "CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW"));
    return {};
}

api::Result<void> checkTypeInformation() {
    if (access("/sys/kernel/btf/vmlinux", R_OK) == 0)
        return {};
    return failure(ErrorCode::Unsupported,
                   QStringLiteral("this kernel has no type information (/sys/kernel/btf/vmlinux); "
                                  "one built with CONFIG_DEBUG_INFO_BTF is needed"));
}

api::Result<void> checkRing(quint32 bytes) {
    const auto page = quint32(sysconf(_SC_PAGESIZE));
    if (bytes >= page && (bytes & (bytes - 1)) == 0)
        return {};
    return failure(ErrorCode::Invalid,
                   QStringLiteral("a ring of %1 bytes: must be a power of two and at least %2")
                       .arg(bytes)
                       .arg(page));
}

}  // namespace sallyport::kernel
