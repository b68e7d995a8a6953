// What an engine without a kernel side is made of, in a folder of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <QtGlobal>

#include "engine/engine.h"
#include "fake_kernel/fake_kernel.h"

namespace sallyport::tests {

class SetClock final : public engine::Clock {
  public:
    qint64 now = 1'700'000'000'000;  // Unix milliseconds; who adds to it lets time pass
    qint64 bootMs() const override { return now - ahead_; }
    qint64 nowMs() const override { return now; }
    // As somebody sets it; no time passes.
    void set(qint64 byMs) {
        now += byMs;
        ahead_ += byMs;
    }

  private:
    qint64 ahead_ = qint64{1'700'000'000'000} - 3'600'000;
};

struct EngineParts {
    QTemporaryDir folder;
    SetClock clock;
    fakes::FakeKernel kernel;
    process::ProcessTable processes;
    std::unique_ptr<store::RuleStore> rules;
    std::unique_ptr<store::History> history;
    std::unique_ptr<engine::Engine> engine;

    ~EngineParts() { engine.reset(); }
    QString in(const char* name) const { return folder.filePath(QLatin1String(name)); }
    // Makes an engine anew, on what the one before stored; start() starts it.
    void open(engine::Options options) {
        engine.reset();
        rules = std::make_unique<store::RuleStore>(
            *store::RuleStore::open(in("rules.db"), QStringLiteral("boot")));
        history.reset();
        history = std::move(*store::History::open(in("history.db")));
        engine = std::make_unique<engine::Engine>(kernel, processes, *rules, *history, clock,
                                                  std::move(options));
    }
    void start() const {
        if (!engine->start())
            qFatal("the engine does not start");
    }
};

}  // namespace sallyport::tests
