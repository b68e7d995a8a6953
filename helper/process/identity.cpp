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

// Is the script the same file, or link, on the host? A process in a mount namespace that a user
// could make shows the helper whatever it likes.
bool isHostScript(const kernel::ExecReport& report, const QString& script) {
    const auto host = hostFile(script);
    if (!host || !(S_ISREG(host->mode) || S_ISLNK(host->mode)))
        return false;
    if (report.mountNamespace == hostMountNamespace())
        return true;
    if (!isInHostUserNamespace(report.pid))
        return false;
    const auto seen = fileSeenBy(report.pid, script);
    return seen && isSameFile(*host, seen->key);
}

// The script that is run: as the kernel was told ("#!"), else as the interpreter was. Empty: none
// that can be named.
QString scriptOf(const kernel::ExecReport& report) {
    const QString named =
        report.script.isEmpty() ? scriptArgument(report.path, report.arguments) : report.script;
    // Whoever made a user namespace can say what the kernel starts there in the place of a file
    // (binfmt_misc, Linux 6.7).
    if (named.isEmpty() || (!report.script.isEmpty() && report.ownUserNamespace))
        return {};
    const QString script = absoluteScript(report, named);
    return !script.isEmpty() && isHostScript(report, script) ? script : QString();
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

// The executed file as the host has it.
std::optional<Executable> executableOf(const kernel::ExecReport& report) {
    if (report.truncated || report.deleted)
        return std::nullopt;
    const auto staying = [&report](const QString& path) {
        return executableAt(api::pathThatStays(path), report.file);
    };
    if (const auto at = executableAt(report.path, report.file)) {
        const auto always = staying(report.path);
        return always ? always : at;
    }
    if (report.mountNamespace == hostMountNamespace())
        return std::nullopt;
    // A Flatpak program sees its files elsewhere. What else is in mounts of its own stays foreign.
    const QStringList paths = hostPaths(report.pid, report.path);
    for (const QString& path : paths) {
        if (api::pathThatStays(path).isEmpty())
            continue;
        const auto always = staying(path);
        if (const auto at = always ? always : executableAt(path, report.file))
            return at;
    }
    return std::nullopt;
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

}  // namespace sallyport::process
