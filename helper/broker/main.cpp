// sallyport-broker: opens for the helper, which is not root, what only root may. Started by the
// service manager for each connection, which is its standard input.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "broker/opening.h"

int main() {
    return sallyport::broker::serve(0);
}
