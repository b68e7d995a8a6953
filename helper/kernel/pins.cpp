// Judges and adopts pinned maps and links.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/pins.h"

#include <bpf/bpf.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "bpf/abi.h"
#include "kernel/bpf_kernel.h"
#include "kernel/lock.h"

namespace sallyport::kernel {

namespace {

bool sameShape(const QString& folder, const bpf_map* map) {
    const Fd fd(bpf_obj_get(mapPin(folder, bpf_map__name(map)).constData()));
    bpf_map_info info{};
    quint32 size = sizeof(info);
    if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
        return false;
    const bool ring = bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF;
    return info.type == quint32(bpf_map__type(map)) && info.key_size == bpf_map__key_size(map) &&
           info.value_size == bpf_map__value_size(map) &&
           info.map_flags == bpf_map__map_flags(map) &&
           (ring || info.max_entries == bpf_map__max_entries(map));
}

bool sameVersion(const QString& folder) {
    const Fd fd(bpf_obj_get(mapPin(folder, SP_CONFIG_SECTION).constData()));
    sp_config config{};
    const quint32 key = 0;
    return fd && bpf_map_lookup_elem(fd.get(), &key, &config) == 0 &&
           config.abi_version == SP_ABI_VERSION;
}

bool isOnCgroup(const QByteArray& path, const Cgroup& cgroup) {
    const Fd fd(bpf_obj_get(path.constData()));
    bpf_link_info info{};
    quint32 size = sizeof(info);
    struct stat status {};
    if (!fd || bpf_obj_get_info_by_fd(fd.get(), &info, &size) != 0)
        return false;
    if (info.type != BPF_LINK_TYPE_CGROUP)
        return true;
    // The id of a cgroup v2 directory is its inode number; that of one that is gone is 0.
    return fstat(cgroup.directory.get(), &status) == 0 &&
           info.cgroup.cgroup_id == quint64(status.st_ino);
}

// Takes the programs off the cgroup at once; those on other things go with the last pin. Returns
// what they all are.
QList<quint32> detach(const QString& pins) {
    QList<quint32> ids;
    for (const QString& folder : {kCurrentPins, kNextPins, kOldPins}) {
        const QDir links(pins + folder + QStringLiteral("/links"));
        const QStringList names = links.entryList(QDir::Files | QDir::System);
        for (const QString& name : names) {
            const Fd fd(bpf_obj_get(QFile::encodeName(links.filePath(name)).constData()));
            bpf_link_info info{};
            quint32 size = sizeof(info);
            if (fd && bpf_obj_get_info_by_fd(fd.get(), &info, &size) == 0)
                ids.append(info.prog_id);
            if (fd)
                bpf_link_detach(fd.get());
        }
    }
    return ids;
}

// The kernel detaches a program some time after the last pin of its link is gone, and lets go of it
// only then (kernel/bpf/syscall.c, bpf_link_put_deferred()). To look for it takes CAP_SYS_ADMIN.
void waitUntilGone(const QList<quint32>& programs) {
    constexpr int kTries = 400;
    const auto isThere = [](quint32 id) { return bool(Fd(bpf_prog_get_fd_by_id(id))); };
    for (int i = 0; i < kTries && std::any_of(programs.begin(), programs.end(), isThere); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace

QByteArray mapPin(const QString& folder, const char* map) {
    const bool config = qstrcmp(map, SP_CONFIG_SECTION) == 0;  // bpffs takes no name with a dot
    return QFile::encodeName(folder + QStringLiteral("/maps/") +
                             QLatin1String(config ? "config" : map));
}

QByteArray linkPin(const QString& folder, const char* program) {
    return QFile::encodeName(folder + QStringLiteral("/links/") + QLatin1String(program));
}

bool isPinned(const bpf_map* map) {
    return !bpf_map__is_internal(map) || qstrcmp(bpf_map__name(map), SP_CONFIG_SECTION) == 0;
}

bool canAdopt(const QString& pins, const bpf_object* maps, const bpf_object* programs,
              const Cgroup& cgroup) {
    const QString folder = pins + kCurrentPins;
    const QStringList links =
        QDir(folder + QStringLiteral("/links")).entryList(QDir::Files | QDir::System);
    if (links.isEmpty())
        return false;
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, maps) {
        if (isPinned(map) && !sameShape(folder, map))
            return false;
    }
    if (!sameVersion(folder))
        return false;
    for (const QString& link : links) {
        const QByteArray name = QFile::encodeName(link);
        if (!bpf_object__find_program_by_name(programs, name.constData()) ||
            !isOnCgroup(linkPin(folder, name.constData()), cgroup))
            return false;
    }
    return true;
}

api::Result<void> adoptMaps(const QString& pins, bpf_object* object) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object) {
        if (!isPinned(map))
            continue;
        const Fd fd(bpf_obj_get(mapPin(pins + kCurrentPins, bpf_map__name(map)).constData()));
        if (!fd || bpf_map__reuse_fd(map, fd.get()) != 0)  // keeps a copy of the descriptor
            return systemError(QStringLiteral("adopting the map ") +
                               QLatin1String(bpf_map__name(map)));
    }
    return {};
}

api::Result<void> removePins(const QString& pins) {
    const auto lock = HelperLock::ofPins(pins);
    if (!lock)
        return lock.error();
    const QList<quint32> programs = detach(pins);
    for (const QString& folder : {kCurrentPins, kNextPins, kOldPins})
        if (QDir(pins + folder).exists() && !QDir(pins + folder).removeRecursively())
            return api::failure(api::ErrorCode::Failed,
                                QStringLiteral("cannot remove ") + pins + folder);
    // Who is not root may not remove the directory itself, which was made for it.
    if (QDir(pins).exists() && !QDir().rmdir(pins) && !QDir(pins).isEmpty())
        return api::failure(api::ErrorCode::Failed, QStringLiteral("cannot remove ") + pins);
    waitUntilGone(programs);
    return {};
}

}  // namespace sallyport::kernel
