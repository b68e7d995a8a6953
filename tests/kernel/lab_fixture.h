// What every kernel test begins and ends with: the lab, or the reason why there is none here.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lab.h"
#include "steps.h"

namespace sallyport::lab {

class LabFixture : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();

  protected:
    // What this test's lab has beside, once.
    virtual void furnish() {}

    std::unique_ptr<Lab> lab_;
    QString pins_;  // where programs may be pinned; gone with the test
};

}  // namespace sallyport::lab
