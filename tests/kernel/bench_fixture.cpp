// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_fixture.h"

#include <bpf/bpf.h>

#include "kernel/handle.h"
#include "kernel/pins.h"

namespace sallyport::lab {

void BenchFixture::init() {
    bench_ = std::make_unique<Bench>();
    bench_->pins = pins_;
    SUCCEEDS(bench_->start(lab_->cgroup()));
    begin();
    lab_->forgetArrivals();
}

void BenchFixture::cleanup() {
    bench_.reset();
    SUCCEEDS(kernel::removePins(pins_));
}

kernel::Fd BenchFixture::map(const char* name) const {
    return kernel::Fd(bpf_obj_get(kernel::mapPin(pins_ + kernel::kCurrentPins, name).constData()));
}

}  // namespace sallyport::lab
