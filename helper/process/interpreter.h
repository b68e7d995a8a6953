// Programs that run other programs' text: which file an interpreter, loader or virtual machine was
// told to run.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace sallyport::process {

// By the name of the executable: python3.11, bash, node, wine, ld-linux-x86-64.so.2 ...
bool isInterpreter(const QString& path);

// The script as it was named in `arguments` (the first is the program's own name). Empty when it is
// not an interpreter, when it was given code instead of a file (-c, -e, -m, standard input), or an
// option that is not known to leave the script what it is: then nothing may pass for the script.
QString scriptArgument(const QString& path, const QStringList& arguments);

// Tools that fetch whatever somebody else tells them to: curl, ssh, python ... (LEAKS I12).
bool isFetchTool(const QString& path);

}  // namespace sallyport::process
