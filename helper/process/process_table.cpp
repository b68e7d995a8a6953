// The table of execs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/process_table.h"

#include <QDateTime>
#include <ctime>

#include "process/host.h"
#include "process/interpreter.h"

namespace sallyport::process {

namespace {

using Kind = api::AppIdentity::Kind;

constexpr qsizetype kMaxAncestors = 32;

// Unix milliseconds of a moment on CLOCK_BOOTTIME.
qint64 unixMs(quint64 bootNs) {
    const auto nowMs = qint64(ProcessTable::bootNs() / 1'000'000);
    return QDateTime::currentMSecsSinceEpoch() - (nowMs - qint64(bootNs / 1'000'000));
}

// One string in memory where both say the same.
void share(QString& text, const QString& other) {
    if (text == other)
        text = other;
}

}  // namespace

quint64 ProcessTable::bootNs() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return quint64(now.tv_sec) * 1'000'000'000u + quint64(now.tv_nsec);
}

ProcessTable::Entry* ProcessTable::find(quint64 serial) {
    const auto entry = entries_.find(serial);
    return entry == entries_.end() ? nullptr : &entry->second;
}

const ProcessTable::Entry* ProcessTable::find(quint64 serial) const {
    const auto entry = entries_.find(serial);
    return entry == entries_.end() ? nullptr : &entry->second;
}

// What those it starts have above them: made once for all of them.
QList<api::Ancestor> ProcessTable::above(Entry& parent, qint32 pid) {
    if (parent.above.isEmpty() || parent.above.first().pid != pid) {
        parent.above = {{pid, parent.process.path}};
        parent.above += parent.process.ancestors.mid(0, kMaxAncestors - 1);
        parent.above.squeeze();
    }
    return parent.above;
}

// Has an AppImage that `pid` executed mounted its own files? It is told by its environment to mount
// those of another one, and a fork of it serves them: that never runs anybody else's code.
bool ProcessTable::mountsItself(quint64 serial, qint32 pid, const QString& path) const {
    bool served = false;
    for (auto process = living_.cbegin(); process != living_.cend(); ++process) {
        if (process.value() != serial || process.key() == pid)
            continue;
        const auto environment = environmentOf(process.key(), path);
        for (const QByteArray& variable : environment.value_or(QByteArrayList()))
            if (variable.startsWith("TARGET_APPIMAGE="))
                return false;
        served |= environment.has_value();
    }
    return served;
}

// The AppImage that the exec is of, or comes from.
std::optional<ProcessTable::AppImage> ProcessTable::imageOf(const kernel::ExecReport& report,
                                                            const Identified& identified) const {
    const QString& path = identified.app.path;
    const bool mayBe = identified.app.kind == Kind::Path &&
                       (identified.changeable || path.endsWith(u".appimage", Qt::CaseInsensitive));
    if (mayBe && isAppImage(path)) {
        AppImage image{path, std::nullopt};
        if (identified.changeable)
            image.changeable = Changeable{report.file, report.pid, identified.cacheable};
        return image;
    }
    const Entry* before = find(living_.value(report.pid));
    if (!before || !before->image)
        return std::nullopt;
    std::optional<AppImage> image = before->image;
    const bool isNext = before->process.pid == report.pid && before->process.path == image->path;
    if (!image->device && isNext && mountsItself(before->process.serial, report.pid, image->path))
        image->device =
            fuseDeviceAt(report.script.isEmpty() ? report.path : report.script).value_or(0);
    return image;
}

Resolved ProcessTable::onExec(const kernel::ExecReport& report) {
    Identified identified = identify(report);
    const std::optional<AppImage> image = imageOf(report, identified);
    const bool fromImage = image && image->device && image->device == report.file.device &&
                           identified.app.kind == Kind::Foreign;
    if (fromImage) {
        identified.app = {Kind::Path, image->path, {}};
        identified.changeable = image->changeable.has_value();
    }
    Entry* parent = report.parentSerial != 0 ? find(report.parentSerial) : nullptr;

    api::Process process;
    process.serial = report.serial;
    process.pid = report.pid;
    process.uid = report.uid;
    process.path = report.path;
    process.commandLine = report.arguments;
    process.startedMs = unixMs(report.startNs);
    process.identity = identified.app;
    process.startedBy = parent ? parent->process.identity : api::AppIdentity{Kind::Unknown, {}, {}};
    process.inWritableFolder = identified.inWritableFolder;
    process.deleted = report.deleted;
    process.container = containers_.of(report);
    process.fetchTool = isFetchTool(report.path);
    if (parent)
        process.ancestors = above(*parent, report.parentPid);
    share(process.path, process.identity.path);
    if (!process.commandLine.isEmpty())
        share(process.commandLine.first(), process.path);
    const Resolved resolved{process.identity, process.startedBy, identified.cacheable,
                            identified.changeable};

    Entry& entry = entries_[report.serial];
    entry.process = std::move(process);
    entry.image = image;
    entry.changeable.reset();
    if (fromImage && image->changeable)
        entry.changeable =
            Changeable{image->changeable->file, report.pid, image->changeable->cacheable};
    else if (identified.changeable)
        entry.changeable = Changeable{report.file, report.pid, identified.cacheable};
    join(report.pid, report.serial);
    return resolved;
}

void ProcessTable::onFork(const kernel::ForkReport& report) {
    join(report.pid, report.serial);
}

bool ProcessTable::onExit(quint64 serial, qint32 pid) {
    return living_.value(pid) == serial && leave(pid);
}

void ProcessTable::setIdentity(quint64 serial, const api::AppIdentity& app, const QString& sha256) {
    Entry* entry = find(serial);
    if (!entry)
        return;
    entry->process.identity = app;
    entry->process.sha256 = sha256;
    entry->changeable.reset();
    entry->image.reset();
}

void ProcessTable::setStarter(quint64 serial, const api::AppIdentity& starter) {
    if (Entry* entry = find(serial))
        entry->process.startedBy = starter;
}

void ProcessTable::setContent(quint64 serial, const QString& sha256) {
    if (Entry* entry = find(serial))
        entry->process.sha256 = sha256;
}

std::optional<ProcessTable::Changeable> ProcessTable::changeable(quint64 serial) const {
    const Entry* entry = find(serial);
    return entry ? entry->changeable : std::nullopt;
}

void ProcessTable::join(qint32 pid, quint64 serial) {
    Entry* entry = find(serial);
    if (!entry || living_.value(pid) == serial)
        return;
    ++entry->living;
    leave(pid);  // another exec before, or one whose end was not heard
    living_.insert(pid, serial);
}

bool ProcessTable::leave(qint32 pid) {
    const quint64 serial = living_.take(pid);
    Entry* entry = find(serial);
    if (serial == 0 || !entry || --entry->living > 0)
        return false;
    entry->above = {};
    const quint64 now = clock_();
    dead_.enqueue({serial, now});
    forgetOldest(now);
    return true;
}

void ProcessTable::forgetOldest(quint64 nowNs) {
    while (dead_.size() > kMostDead ||
           (dead_.size() > kKeptDead && nowNs - dead_.head().second > kKeptNs)) {
        const quint64 oldest = dead_.dequeue().first;
        if (!isAlive(oldest))
            entries_.erase(oldest);
    }
}

bool ProcessTable::isAlive(quint64 serial) const {
    const Entry* entry = find(serial);
    return entry && entry->living > 0;
}

api::Process ProcessTable::describe(const kernel::Owner& owner) const {
    api::Process process;
    const Entry* entry = find(owner.serial);
    if (owner.serial != 0 && entry) {
        process = entry->process;
    } else {
        process.serial = owner.serial;
        process.identity.kind = owner.app == SP_APP_KERNEL ? Kind::Kernel : Kind::Unknown;
        process.startedBy.kind = process.identity.kind;
    }
    process.pid = owner.pid;  // a fork of the exec, perhaps under another user
    process.uid = owner.uid;
    return process;
}

}  // namespace sallyport::process
