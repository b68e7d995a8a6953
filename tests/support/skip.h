// Skipping a whole test program by name, with its reason, so that ctest reports "Skipped" and never
// "Passed". QtTest ends with 0 when everything in it was skipped; ctest looks for the line instead.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>
#include <cstdio>

/// For initTestCase(): this machine cannot run any test of the program. `reason` is a C string that
/// says what is missing. A single test that cannot run uses QSKIP.
#define SKIP_ALL(reason)                            \
    do {                                            \
        std::printf("SKIPPED-ALL: %s\n", (reason)); \
        std::fflush(stdout);                        \
        QSKIP(reason);                              \
    } while (false)
