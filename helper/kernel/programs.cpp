// Loads, attaches and keeps the programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/programs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QLoggingCategory>
#include <algorithm>
#include <cstdio>
#include <future>
#include <memory>

#include "bpf/abi.h"  // the skeleton shows the configuration
#include "kernel/handle.h"
#include "kernel/log.h"
#include "kernel/pins.h"
#include "sallyport.skel.h"

Q_LOGGING_CATEGORY(lcPrograms, "sallyport.kernel.programs")

namespace sallyport::kernel {

namespace {

using api::ErrorCode;

Hook hookOf(const bpf_program* program) {
    switch (bpf_program__type(program)) {
        case BPF_PROG_TYPE_CGROUP_SOCK:
        case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
            return Hook::Call;
        case BPF_PROG_TYPE_CGROUP_SKB:
            return Hook::Packet;
        case BPF_PROG_TYPE_SOCK_OPS:
            return Hook::Mend;
        case BPF_PROG_TYPE_LSM:
            return Hook::Frames;
        case BPF_PROG_TYPE_TRACING:
            return bpf_program__expected_attach_type(program) == BPF_TRACE_ITER ? Hook::Iterator
                                                                                : Hook::Tracing;
        default:
            return Hook::Other;
    }
}

QString nameOf(const bpf_program* program) {
    return QLatin1String(bpf_program__name(program));
}

api::Result<void> makeFolder(const QString& path) {
    if (QDir().mkpath(path))
        return {};
    return systemError(QStringLiteral("making ") + path);
}

api::Result<void> removeFolder(const QString& path) {
    if (!QDir(path).exists() || QDir(path).removeRecursively())
        return {};
    return api::failure(ErrorCode::Failed, QStringLiteral("cannot remove ") + path);
}

api::Result<void> renamePath(const QByteArray& from, const QByteArray& to) {
    if (rename(from.constData(), to.constData()) == 0)
        return {};
    return systemError(QStringLiteral("renaming ") + QFile::decodeName(from));
}

// What was pinned goes only when its replacement has its place.
api::Result<void> swapFolders(const QString& pins) {
    const QByteArray current = QFile::encodeName(pins + kCurrentPins);
    const QByteArray next = QFile::encodeName(pins + kNextPins);
    const QByteArray old = QFile::encodeName(pins + kOldPins);
    if (const auto done = removeFolder(pins + kOldPins); !done)
        return done;
    if (QDir(pins + kCurrentPins).exists())
        if (const auto done = renamePath(current, old); !done)
            return done;
    if (const auto done = renamePath(next, current); !done)
        return done;
    return removeFolder(pins + kOldPins);
}

api::Result<void> pinMaps(bpf_object* object, const QString& folder) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object) {
        if (!isPinned(map))
            continue;
        const char* name = bpf_map__name(map);
        if (bpf_obj_pin(bpf_map__fd(map), mapPin(folder, name).constData()) != 0)
            return systemError(QStringLiteral("pinning the map ") + QLatin1String(name));
    }
    return {};
}

api::Result<void> pinLink(const bpf_link* link, const QByteArray& path) {
    if (bpf_obj_pin(bpf_link__fd(link), path.constData()) == 0)
        return {};
    return systemError(QStringLiteral("pinning ") + QFile::decodeName(path));
}

// Which walks over maps the kernel can be asked for.
struct MapWalks {
    bool elements = false;
    bool storage = false;
};

// Some kernels that are locked down refuse every program that walks over the elements of a map.
bool mayWalkOverMaps(const btf* kernel) {
    const bpf_insn nothing[] = {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
                                {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    bpf_prog_load_opts options{};
    options.sz = sizeof(options);
    options.expected_attach_type = BPF_TRACE_ITER;
    const int target = btf__find_by_name_kind(kernel, "bpf_iter_bpf_map_elem", BTF_KIND_FUNC);
    options.attach_btf_id = quint32(target);
    const Fd program(target < 0 ? -1
                                : bpf_prog_load(BPF_PROG_TYPE_TRACING, "sp_may_walk", "GPL",
                                                nothing, std::size(nothing), &options));
    return bool(program);
}

// Since elements of local storage have a state (Linux 7), they lose their owner in a step of its
// own when a socket ends, and a walk over them that is between two of its steps follows a null
// pointer (net/core/bpf_sk_storage.c, bpf_sk_storage_map_seq_find_next() and
// __bpf_sk_storage_map_seq_show()): an oops, after which the machine stands still. Seen on 7.3.4.
bool mayWalkOverStorage(const btf* kernel) {
    const int id = btf__find_by_name_kind(kernel, "bpf_local_storage_elem", BTF_KIND_STRUCT);
    if (id < 0)
        return false;
    const btf_type* element = btf__type_by_id(kernel, quint32(id));
    const btf_member* members = btf_members(element);
    return std::none_of(members, members + btf_vlen(element), [&](const btf_member& member) {
        return QByteArrayView(btf__name_by_offset(kernel, member.name_off)) == "state";
    });
}

MapWalks tryMapWalks() {
    const LibbpfLog log;
    const std::unique_ptr<btf, decltype(&btf__free)> kernel(btf__load_vmlinux_btf(), &btf__free);
    if (!kernel || !mayWalkOverMaps(kernel.get()))
        return {};
    return {.elements = true, .storage = mayWalkOverStorage(kernel.get())};
}

// Tried once, on a thread of its own: libbpf reads all types of the kernel for it, some 30 ms.
const std::shared_future<MapWalks>& mapWalks() {
    static const std::shared_future<MapWalks> may = std::async(std::launch::async, tryMapWalks);
    return may;
}

// A program would load and never run where this LSM is built in, but not in use.
bool bpfLsmRuns() {
    QFile file(QStringLiteral("/sys/kernel/security/lsm"));
    return file.open(QIODevice::ReadOnly) && file.readAll().trimmed().split(',').contains("bpf");
}

}  // namespace

void Programs::tryKernel() {
    (void)mapWalks();
}

api::Result<Programs> Programs::load(const Cgroup& cgroup, const QString& pins, quint32 ringBytes) {
    if (bpfLsmRuns()) {
        auto all = load(cgroup, pins, ringBytes, true);
        if (all)
            return all;
        qCWarning(lcPrograms).noquote()
            << "sockets for whole frames are not judged:" << all.error().text;
    }
    return load(cgroup, pins, ringBytes, false);
}

api::Result<Programs> Programs::load(const Cgroup& cgroup, const QString& pins, quint32 ringBytes,
                                     bool frames) {
    const LibbpfLog log;
    Programs programs;
    programs.pins_ = pins;

    size_t size = 0;
    const void* elf = sallyport_bpf__elf_bytes(&size);
    bpf_object_open_opts options{};
    options.sz = sizeof(options);
    options.object_name = "sallyport";
    programs.object_.reset(bpf_object__open_mem(elf, size, &options));
    if (!programs.object_)
        return systemError(QStringLiteral("reading the kernel side"));
    bpf_object* object = programs.object_.get();
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "events"), ringBytes);
    programs.walksMaps_ = mapWalks().get().elements;
    programs.walksStorage_ = mapWalks().get().storage;
    bpf_program__set_autoload(bpf_object__find_program_by_name(object, "sp_iter_streams"),
                              programs.walksMaps_);
    bpf_program__set_autoload(bpf_object__find_program_by_name(object, "sp_iter_sockets"),
                              programs.walksStorage_);

    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object) {
        if (hookOf(program) == Hook::Frames)
            bpf_program__set_autoload(program, frames);
    }

    programs.adopted_ = !pins.isEmpty() && canAdopt(pins, object, cgroup);
    if (programs.adopted_)
        if (const auto done = adoptMaps(pins, object); !done)
            return done.error();
    if (const int error = bpf_object__load(object); error != 0)
        return refusal(log.text(), error);
    return programs;
}

QByteArray Programs::linkPath(const std::string& program) const {
    return linkPin(pins_ + kCurrentPins, program.c_str());
}

api::Result<void> Programs::attach(bpf_program* program, const Cgroup& cgroup) {
    const LibbpfLog log;
    const std::string name = bpf_program__name(program);
    const Hook hook = hookOf(program);
    const bool ours = hook != Hook::Tracing;
    Link link;
    if (adopted_ && ours) {
        link.reset(bpf_link__open(linkPath(name).constData()));
        if (link && bpf_link__update_program(link.get(), program) != 0)
            return systemError(QStringLiteral("replacing the program ") + nameOf(program));
    }
    if (!link)
        link.reset(ours ? bpf_program__attach_cgroup(program, cgroup.directory.get())
                        : bpf_program__attach(program));
    if (!link)
        return systemError(QStringLiteral("attaching the program ") + nameOf(program), errno,
                           ErrorCode::Unsupported);
    if (kept_ && !bpf_link__pin_path(link.get()))
        if (const auto done = pinLink(link.get(), linkPath(name)); !done)
            return done;
    links_[name] = std::move(link);
    return {};
}

api::Result<void> Programs::attach(Hook hook, const Cgroup& cgroup) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
        if (hookOf(program) != hook || !bpf_program__autoload(program))
            continue;
        if (const auto done = attach(program, cgroup); !done)
            return done;
    }
    return {};
}

void Programs::detach(Hook hook) {
    std::erase_if(links_, [&](const auto& link) {
        const bool is =
            hookOf(bpf_object__find_program_by_name(object_.get(), link.first.c_str())) == hook;
        if (is && kept_)
            unlink(linkPath(link.first).constData());
        return is;
    });
}

bool Programs::isAttached(Hook hook) const {
    return std::any_of(links_.cbegin(), links_.cend(), [&](const auto& link) {
        return hookOf(bpf_object__find_program_by_name(object_.get(), link.first.c_str())) == hook;
    });
}

bool Programs::wasAttached(Hook hook) const {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object_.get()) {
        if (adopted_ && hookOf(program) == hook &&
            access(linkPath(bpf_program__name(program)).constData(), F_OK) == 0)
            return true;
    }
    return false;
}

api::Result<void> Programs::keep() {
    if (pins_.isEmpty())
        return {};
    if (adopted_) {  // maps and judging links are there; links to tracepoints cannot be updated
        for (const auto& [name, link] : links_) {
            const QByteArray path = linkPath(name);
            if (bpf_link__pin_path(link.get()))
                continue;
            const QByteArray next = path + "_new";  // bpffs allows no dots
            unlink(next.constData());
            if (const auto done = pinLink(link.get(), next); !done)
                return done;
            if (const auto done = renamePath(next, path); !done)
                return done;
        }
        kept_ = true;
        return {};
    }
    const QString next = pins_ + kNextPins;
    if (const auto done = removeFolder(next); !done)
        return done;
    for (const char* part : {"/maps", "/links"})
        if (const auto done = makeFolder(next + QLatin1String(part)); !done)
            return done;
    if (const auto done = pinMaps(object_.get(), next); !done)
        return done;
    for (const auto& [name, link] : links_)
        if (const auto done = pinLink(link.get(), linkPin(next, name.c_str())); !done)
            return done;
    const auto swapped = swapFolders(pins_);
    kept_ = bool(swapped);
    return swapped;
}

api::Result<Link> Programs::iterator(const char* name, const char* map) const {
    const LibbpfLog log;
    bpf_program* program = bpf_object__find_program_by_name(object_.get(), name);
    if (!program)
        return api::failure(ErrorCode::Unsupported,
                            QStringLiteral("there is no program ") + QLatin1String(name));
    bpf_iter_link_info info{};
    bpf_iter_attach_opts options{};
    options.sz = sizeof(options);
    if (map) {
        info.map.map_fd = quint32(bpf_object__find_map_fd_by_name(object_.get(), map));
        options.link_info = &info;
        options.link_info_len = sizeof(info);
    }
    Link link(bpf_program__attach_iter(program, &options));
    if (!link)
        return systemError(QStringLiteral("attaching the program ") + nameOf(program), errno,
                           ErrorCode::Unsupported);
    return link;
}

}  // namespace sallyport::kernel
