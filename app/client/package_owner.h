// Which package a program's file came with, as dpkg or rpm know it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <functional>

namespace sallyport::client {

// "curl 7.88.1-10"; empty: no package's, or neither of the two is there. Goes by the file's name:
// whether it is still what the package brought is not looked at. Runs their programs, which may
// take a second; `done` is called later, and not when `context` is gone.
void findPackage(const QString& path, QObject* context,
                 const std::function<void(const QString& package)>& done);

}  // namespace sallyport::client
