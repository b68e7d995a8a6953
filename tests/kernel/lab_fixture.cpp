// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab_fixture.h"

#include "kernel/pins.h"
#include "support/skip.h"

namespace sallyport::lab {

void LabFixture::initTestCase() {
    if (const char* reason = missing())
        SKIP_ALL(reason);
    pins_ = QStringLiteral("/sys/fs/bpf/sallyport-test-%1").arg(QCoreApplication::applicationPid());
    lab_ = std::make_unique<Lab>();
    SUCCEEDS(lab_->build());
    furnish();
}

void LabFixture::cleanupTestCase() {
    lab_.reset();
    if (!pins_.isEmpty())
        SUCCEEDS(kernel::removePins(pins_));
}

}  // namespace sallyport::lab
