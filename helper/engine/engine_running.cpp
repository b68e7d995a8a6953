// Processes that ran before this helper. The kernel knows them by the numbers that it, or an
// earlier helper, gave them at their exec. What they show by now is no better: a process can have
// gone to another directory, written over its command line and set its executable (PR_SET_MM_MAP);
// a file that was replaced since is nowhere, and who started it may be gone.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QStringList>

#include "api/program_path.h"
#include "engine/engine.h"
#include "process/content.h"

namespace sallyport::engine {
namespace {

using Kind = api::AppIdentity::Kind;

}  // namespace

void Engine::onRunning(const kernel::ExecReport& report, const process::Resolved& resolved) {
    Kept kept;
    ran_.insert(report.serial, report.app);
    if (report.parentApp != SP_APP_UNRESOLVED &&
        ran_.value(report.parentSerial) != report.parentApp &&
        !numbering_.isOf(report.parentApp, resolved.startedBy)) {
        kept.starter = report.parentApp;
        processes_.setStarter(report.serial, namedBefore(report.parentApp, {}).app);
    }
    const bool named = report.app != SP_APP_UNRESOLVED;
    if (named && !isWhatItShows(report, resolved)) {
        kept.app = report.app;
        const Named before = namedBefore(report.app, report.path);
        processes_.setIdentity(report.serial, before.app, before.sha256);
    }
    if (kept.app || kept.starter)
        kept_.insert(report.serial, kept);
    if (!kept.app)
        nameExec(report, resolved);
}

// Where the content decides it is enough that the number is the one of this very file.
bool Engine::isWhatItShows(const kernel::ExecReport& report,
                           const process::Resolved& resolved) const {
    return numbering_.isOf(report.app, resolved.identity) ||
           (resolved.identity.kind == Kind::Path &&
            (kernel_.appOf(report.file) == report.app ||
             (resolved.changeable &&
              numbering_.isOf(report.app, resolved.identity,
                              QString::fromUtf16(process::kUnknownContent)))));
}

// Whose number it is: of the file that was there, or of a program that there are rules for. Unknown
// where it cannot be told; then no rule for a program fits, and that is what matters.
Engine::Named Engine::namedBefore(policy::AppNumber number, const QString& path) const {
    for (const QString& at : {path, api::pathThatStays(path)}) {
        if (const api::AppIdentity app{Kind::Path, at, {}};
            !at.isEmpty() && numbering_.isOf(number, app))
            return {app, {}};
    }
    return ofRules(number);
}

Engine::Named Engine::ofRules(policy::AppNumber number) const {
    const QString unknown = QString::fromUtf16(process::kUnknownContent);
    for (const api::Rule& rule : rules_) {
        for (const api::AppIdentity& app : {rule.app, rule.startedBy}) {
            if (app.kind == Kind::Any)
                continue;
            for (const QString& content : {QString(), unknown, rule.sha256}) {
                if (numbering_.isOf(number, app, content))
                    return {app, content};
            }
        }
    }
    return {};
}

policy::AppNumber Engine::starterOf(const api::Process& process) {
    const policy::AppNumber before = kept_.value(process.serial).starter;
    return before ? before : numbering_.of(process.startedBy);
}

}  // namespace sallyport::engine
