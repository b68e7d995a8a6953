/* What all programs share: a map of one entry, in a section of its own so that it can be pinned.
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "maps.h"

struct sp_config config SEC(SP_CONFIG_SECTION) = {};
