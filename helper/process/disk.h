// Block devices, as sysfs shows them: by major << 20 | minor of a disk, or of a part of one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace sallyport::process {

// The last bits of the number that the kernel gave to what the disk holds now, and gives to nothing
// else until it starts anew (`diskseq`, from 5.15 on); 0: it is no such device.
quint32 diskSequence(quint32 device);

// Can it be taken out, or its whole disk? True for everything on USB.
bool isPortable(quint32 device);

// The files in which its blocks lie, or those of the devices below it (a loop device, an encrypted
// one on it).
QStringList backingFiles(quint32 device);

}  // namespace sallyport::process
