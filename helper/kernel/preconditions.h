// What must be so before programs can be loaded; each error says what to do about it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kernel/bpf_kernel.h"

namespace sallyport::kernel {

// This process may load and attach; Denied.
api::Result<void> checkPrivilege(const Options& options);
// The kernel's own types can be read; Unsupported.
api::Result<void> checkTypeInformation();
// A size that a ring can have, in bytes; Invalid.
api::Result<void> checkRing(quint32 bytes);

}  // namespace sallyport::kernel
