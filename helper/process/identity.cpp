// From what the kernel saw at exec to an application.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/identity.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <cstring>

#include "api/program_path.h"
#include "process/content.h"
#include "process/host.h"
#include "process/interpreter.h"

namespace sallyport::process {

namespace {

using Kind = api::AppIdentity::Kind;

api::AppIdentity foreign(const QString& path, const kernel::FileKey& file) {
    return {Kind::Foreign,
            QStringLiteral("%1 (%2:%3:%4)")
                .arg(path.startsWith(u'/') ? path : QStringLiteral("/.../") + path)
                .arg(file.device >> 20)
                .arg(file.device & 0xfffff)
                .arg(file.inode),
            {}};
}

// Cheap on purpose: supplementary groups would ask name services, which may need the network.
bool canWrite(const FileState& state, quint32 uid) {
    if (uid == 0)
        return false;  // can change everything: says nothing
    return state.owner == uid || (state.mode & S_IWOTH) ||
           ((state.mode & S_IWGRP) && state.group == uid);
}

bool isWritable(const QString& path, quint32 uid, int links = 8) {
    const auto file = hostFile(path);
    const QString above = path.section(u'/', 0, -2) + u'/';
    const auto folder = hostFile(above);
    const bool sticky = folder && (folder->mode & S_ISVTX);
    if (folder && !sticky && canWrite(*folder, uid))
        return true;
    if (!file || !S_ISLNK(file->mode))
        return file && canWrite(*file, uid);
    const QString target = hostLink(path);
    return links == 0 ||
           isWritable(target.startsWith(u'/') ? target : above + target, uid, links - 1);
}

// An absolute path without ".." and symbolic links that the process could redirect meanwhile; empty
// when that cannot be had.
QString absoluteScript(const kernel::ExecReport& report, QString script) {
    QStringList parts;
    if (!script.startsWith(u'/')) {
        const QString directory = workingDirectory(report.pid, report.directory);
        if (directory.isEmpty())
            return {};
        parts = directory.split(u'/', Qt::SkipEmptyParts);
        // The directory is a real path, so steps up from it are steps up in its name.
        for (;;) {
            if (script.startsWith(QLatin1String("./"))) {
                script.remove(0, 2);
            } else if (script.startsWith(QLatin1String("../"))) {
                script.remove(0, 3);
                if (!parts.isEmpty())
                    parts.removeLast();
            } else {
                break;
            }
        }
    }
    parts += script.split(u'/', Qt::SkipEmptyParts);
    parts.removeAll(QStringLiteral("."));
    if (parts.isEmpty())
        return {};
    // Below the root only root makes links: "/bin", where /usr is merged.
    const QString first = parts.takeFirst(), link = hostLink(u'/' + first);
    parts = (link.isEmpty() ? QStringList(first) : link.split(u'/', Qt::SkipEmptyParts)) + parts;
    // What is in these is another file for everybody.
    if (parts.first() == QLatin1String("proc") || parts.first() == QLatin1String("dev"))
        return {};
    return parts.contains(QStringLiteral("..")) ? QString() : u'/' + parts.join(u'/');
}

struct Executable {
    QString path;
    FileState state;
};

std::optional<Executable> executableAt(const QString& path, const kernel::FileKey& seen) {
    const auto state = path.isEmpty() ? std::nullopt : hostFile(path);
    return state && isSameFile(*state, seen) ? std::optional(Executable{path, *state})
                                             : std::nullopt;
}

// The same file under the name that stays when its program is brought up to date, where it has one.
std::optional<Executable> staying(const QString& path, const kernel::FileKey& seen) {
    const auto always = executableAt(api::pathThatStays(path), seen);
    return always ? always : executableAt(path, seen);
}

// What a process in mounts of its own sees at `path`, as the host has it: a Flatpak program sees
// its files elsewhere. What else is in mounts of somebody's own stays foreign.
std::optional<Executable> fromFlatpak(const kernel::ExecReport& report, const QString& path,
                                      const kernel::FileKey& seen) {
    if (report.mountNamespace == hostMountNamespace())
        return std::nullopt;
    const QStringList paths = hostPaths(report.pid, path);
    for (const QString& there : paths)
        if (!api::pathThatStays(there).isEmpty())
            if (const auto at = staying(there, seen))
                return at;
    return std::nullopt;
}

// The executed file as the host has it.
std::optional<Executable> executableOf(const kernel::ExecReport& report) {
    if (report.truncated || report.deleted)
        return std::nullopt;
    const auto at = staying(report.path, report.file);
    return at ? at : fromFlatpak(report, report.path, report.file);
}

// Where the host has the script, or link to it, that the process sees at `path`; empty where it
// does not, or cannot tell. A process in a mount namespace that a user could make shows the helper
// whatever it likes, and only that of a Flatpak is asked: what its interpreter is told, and what
// that finds there, is up to whoever started it anyway.
QString hostScript(const kernel::ExecReport& report, const QString& path) {
    const bool ownMounts = report.mountNamespace != hostMountNamespace();
    const auto seen = ownMounts ? fileSeenBy(report.pid, path) : hostFile(path);
    if (!seen || !(S_ISREG(seen->mode) || S_ISLNK(seen->mode)))
        return {};
    const auto host =
        !ownMounts || isInHostUserNamespace(report.pid) ? staying(path, seen->key) : std::nullopt;
    const auto script = host ? host : fromFlatpak(report, path, seen->key);
    return script ? script->path : QString();
}

// The script that is run: as the kernel was told ("#!"), else as the interpreter was. Empty: none
// that can be named.
QString scriptOf(const kernel::ExecReport& report) {
    const QString told = scriptArgument(report.path, report.arguments);
    const QString named = report.script.isEmpty() ? told : report.script;
    // Whoever made a user namespace can say what the kernel starts there in the place of a file
    // (binfmt_misc, Linux 6.7).
    if (named.isEmpty() || (report.ownUserNamespace && named != told))
        return {};
    const QString script = absoluteScript(report, named);
    return script.isEmpty() ? QString() : hostScript(report, script);
}

}  // namespace

bool isAppImage(const QString& path) {
    const kernel::Fd file = openHostFile(path);
    char head[11] = {};
    return file && read(file.get(), head, sizeof head) == qsizetype(sizeof head) &&
           memcmp(head,
                  "\x7f"
                  "ELF",
                  4) == 0 &&
           head[8] == 'A' && head[9] == 'I' && (head[10] == 1 || head[10] == 2);
}

Identified identify(const kernel::ExecReport& report) {
    Identified identified;
    if (report.memory) {
        identified.app = {Kind::Memory, {}, {}};
        identified.inWritableFolder = true;
        return identified;
    }
    const auto executable = executableOf(report);
    if (!executable) {
        identified.app = foreign(report.path, report.file);
        identified.inWritableFolder = report.uid != 0;
        return identified;
    }
    const QString& path = executable->path;
    identified.app = {Kind::Path, path, {}};
    identified.inWritableFolder = isWritable(path, report.uid);
    if (!isInterpreter(path) && report.script.isEmpty()) {
        identified.cacheable = executable->state.links == 1;
        identified.changeable = isChangeable(path);
        return identified;
    }
    if (const QString script = scriptOf(report); !script.isEmpty()) {
        identified.app = {Kind::Script, path, script};
        identified.inWritableFolder |= isWritable(script, report.uid);
    }
    return identified;
}

std::optional<kernel::FileKey> fileForSure(const QString& path) {
    const auto state = hostFile(path);
    if (!state || !S_ISREG(state->mode) || state->links != 1 || isInterpreter(path) ||
        isChangeable(path))
        return std::nullopt;
    return keySeen(*state);
}

}  // namespace sallyport::process
