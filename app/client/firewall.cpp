// The abstract Firewall's out-of-line members.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/firewall.h"

namespace sallyport::client {

Firewall::Firewall(QObject* parent) : QObject(parent) {}
Firewall::~Firewall() = default;

}  // namespace sallyport::client
