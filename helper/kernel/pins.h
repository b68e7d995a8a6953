// What an earlier helper left in bpffs. Layout below the pin directory: current/maps/NAME and
// current/links/PROGRAM; next/ and old/ exist only while a helper replaces the whole.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bpf/libbpf.h>

#include <QString>

#include "kernel/cgroup.h"

namespace sallyport::kernel {

inline const QString kCurrentPins = QStringLiteral("/current");
inline const QString kNextPins = QStringLiteral("/next");
inline const QString kOldPins = QStringLiteral("/old");

QByteArray mapPin(const QString& folder, const char* map);
QByteArray linkPin(const QString& folder, const char* program);

// Is everything there that the two objects (opened, not yet loaded) need, of this SP_ABI_VERSION,
// of the same shape, and on this cgroup? The size of the ring may differ.
bool canAdopt(const QString& pins, const bpf_object* maps, const bpf_object* programs,
              const Cgroup& cgroup);

// Makes `object` use the pinned maps when it is loaded.
api::Result<void> adoptMaps(const QString& pins, bpf_object* object);

// Of the internal ones, which come with the programs, only the configuration.
bool isPinned(const bpf_map* map);

}  // namespace sallyport::kernel
