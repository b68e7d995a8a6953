// Work in another network namespace.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <functional>

namespace sallyport::kernel {

// Runs `work` in the network namespace with this cookie, on a thread that ends then; waits for it.
// Finds the namespace by way of some process that lives there. False when there is none: `work` was
// not run.
bool inNamespace(quint64 netns, const std::function<void()>& work);

}  // namespace sallyport::kernel
