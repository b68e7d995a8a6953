// What is in an executable that somebody but root can change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <atomic>

#include "kernel/kernel.h"

namespace sallyport::process {

// In place of a SHA-256: what was executed cannot be told any more, or never can be.
inline constexpr char16_t kUnknownContent[] = u"unknown";

// Whether anybody but root can write the file or put another in its place: it or a folder above it,
// in the host's mount namespace, belongs to somebody else or can be written by others, or by a
// group that is not root's, or lies in a loop device whose file can. In a folder with the sticky
// bit only owners replace what is theirs. Access control lists are not looked at. True when it
// cannot be told.
bool isChangeable(const QString& path);

// SHA-256 of the file at an absolute path of the host, 64 lower-case hexadecimal digits, for as
// long as its stamp is `file`: whatever is written later changes its ctime. kUnknownContent when it
// is another file, somebody has it open for writing, or its file system keeps no such promise.
// Blocks for as long as reading takes and up to two seconds more, as the clock of the file system
// needs; ends early when `stop` is set.
QString contentOf(const QString& path, const kernel::FileKey& file, const std::atomic_bool& stop);

// Whether the path is one whose content can be told at other times: no file is there now, or one on
// a file system whose stamps speak for it.
bool canHaveContent(const QString& path);

}  // namespace sallyport::process
