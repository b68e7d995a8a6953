// A kernel test with a helper of its own for each case: the engine on the real kernel side.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench.h"
#include "lab_fixture.h"

namespace sallyport::lab {

class BenchFixture : public LabFixture {
    Q_OBJECT
  private slots:
    void init();
    void cleanup();

  protected:
    // What every case begins with, once the helper has started.
    virtual void begin() {}

    // A map of the programs that run.
    kernel::Fd map(const char* name) const;

    std::unique_ptr<Bench> bench_;
};

}  // namespace sallyport::lab
