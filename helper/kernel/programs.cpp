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
#include <optional>

#include "bpf/abi.h"  // the skeleton shows the configuration
#include "kernel/handle.h"
#include "kernel/log.h"
#include "kernel/pins.h"
#include "sallyport.skel.h"
#include "sallyport_maps.skel.h"

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

// The verifier takes most of a start, and goes through programs of different threads side by side:
// they are loaded in parts of which each takes it about as long (kernels.sh prints how long).
enum class Part {
    Outgoing,
    Rest,
    Frames,  // a kernel may refuse it
};

Part partOf(const bpf_program* program) {
    if (hookOf(program) == Hook::Frames)
        return Part::Frames;
    switch (bpf_program__expected_attach_type(program)) {
        case BPF_CGROUP_INET_EGRESS:
        case BPF_CGROUP_UDP4_SENDMSG:
        case BPF_CGROUP_UDP6_SENDMSG:
            return Part::Outgoing;
        default:
            return Part::Rest;
    }
}

bool isWanted(const bpf_program* program, const MapWalks& walks) {
    const QByteArrayView name(bpf_program__name(program));
    if (name == "sp_iter_streams")
        return walks.elements;
    return name != "sp_iter_sockets" || walks.storage;
}

api::Result<Object> openObject(const void* elf, size_t size) {
    bpf_object_open_opts options{};
    options.sz = sizeof(options);
    options.object_name = "sallyport";
    Object object(bpf_object__open_mem(elf, size, &options));
    if (!object)
        return systemError(QStringLiteral("reading the kernel side"));
    return object;
}

api::Result<Object> openMaps(quint32 ringBytes) {
    size_t size = 0;
    const void* elf = sallyport_maps__elf_bytes(&size);
    auto maps = openObject(elf, size);
    if (maps)
        bpf_map__set_max_entries(bpf_object__find_map_by_name(maps->get(), "events"), ringBytes);
    return maps;
}

api::Result<Object> openPrograms() {
    size_t size = 0;
    const void* elf = sallyport_bpf__elf_bytes(&size);
    return openObject(elf, size);
}

api::Result<void> shareMaps(const bpf_object* from, bpf_object* to) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, from) {
        bpf_map* same = bpf_object__find_map_by_name(to, bpf_map__name(map));
        if (!same || bpf_map__reuse_fd(same, bpf_map__fd(map)) != 0)
            return systemError(QStringLiteral("sharing the map ") +
                               QLatin1String(bpf_map__name(map)));
    }
    return {};
}

api::Result<Object> loadPart(Part part, const bpf_object* maps, const MapWalks& walks) {
    const LibbpfLog log;
    auto object = openPrograms();
    if (!object)
        return object;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object->get()) {
        bpf_program__set_autoload(program, partOf(program) == part && isWanted(program, walks));
    }
    if (const auto done = shareMaps(maps, object->get()); !done)
        return done.error();
    if (const int error = bpf_object__load(object->get()); error != 0)
        return refusal(log.text(), error);
    return object;
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
    Programs programs;
    programs.pins_ = pins;
    if (const auto done = programs.loadMaps(cgroup, ringBytes); !done)
        return done.error();
    const MapWalks walks = mapWalks().get();
    programs.walksMaps_ = walks.elements;
    programs.walksStorage_ = walks.storage;
    const auto begin = [&](Part part) {
        return std::async(std::launch::async, loadPart, part, programs.maps_.get(), walks);
    };
    std::vector<std::future<api::Result<Object>>> parts;
    parts.push_back(begin(Part::Outgoing));
    parts.push_back(begin(Part::Rest));
    std::optional<std::future<api::Result<Object>>> frames;
    if (bpfLsmRuns())
        frames = begin(Part::Frames);
    for (auto& part : parts) {
        auto loaded = part.get();
        if (!loaded)
            return loaded.error();
        programs.parts_.push_back(*std::move(loaded));
    }
    if (!frames)
        return programs;
    if (auto loaded = frames->get(); loaded)
        programs.parts_.push_back(*std::move(loaded));
    else
        qCWarning(lcPrograms).noquote()
            << "sockets for whole frames are not judged:" << loaded.error().text;
    return programs;
}

api::Result<void> Programs::loadMaps(const Cgroup& cgroup, quint32 ringBytes) {
    const LibbpfLog log;
    auto maps = openMaps(ringBytes);
    if (!maps)
        return maps.error();
    maps_ = *std::move(maps);
    if (!pins_.isEmpty()) {
        const auto programs = openPrograms();
        if (!programs)
            return programs.error();
        adopted_ = canAdopt(pins_, maps_.get(), programs->get(), cgroup);
    }
    if (adopted_)
        if (const auto done = adoptMaps(pins_, maps_.get()); !done)
            return done;
    if (const int error = bpf_object__load(maps_.get()); error != 0)
        return refusal(log.text(), error);
    return {};
}

std::vector<bpf_program*> Programs::all() const {
    std::vector<bpf_program*> programs;
    bpf_program* program = nullptr;
    for (const Object& part : parts_)
        bpf_object__for_each_program(program, part.get()) {
            if (bpf_program__autoload(program))
                programs.push_back(program);
        }
    return programs;
}

bpf_program* Programs::find(const std::string& name) const {
    const auto programs = all();
    const auto found = std::find_if(programs.begin(), programs.end(), [&](const auto* program) {
        return name == bpf_program__name(program);
    });
    return found == programs.end() ? nullptr : *found;
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
                           unlessItMayPass(errno, ErrorCode::Unsupported));
    if (kept_ && !bpf_link__pin_path(link.get()))
        if (const auto done = pinLink(link.get(), linkPath(name)); !done)
            return done;
    links_[name] = std::move(link);
    return {};
}

api::Result<void> Programs::attach(Hook hook, const Cgroup& cgroup) {
    for (bpf_program* program : all()) {
        if (hookOf(program) != hook)
            continue;
        if (const auto done = attach(program, cgroup); !done)
            return done;
    }
    return {};
}

void Programs::detach(Hook hook) {
    std::erase_if(links_, [&](const auto& link) {
        const bool is = hookOf(find(link.first)) == hook;
        if (is && kept_)
            unlink(linkPath(link.first).constData());
        return is;
    });
}

bool Programs::isAttached(Hook hook) const {
    return std::any_of(links_.cbegin(), links_.cend(),
                       [&](const auto& link) { return hookOf(find(link.first)) == hook; });
}

bool Programs::wasAttached(Hook hook) const {
    const auto programs = all();
    return adopted_ && std::any_of(programs.begin(), programs.end(), [&](const auto* program) {
               return hookOf(program) == hook &&
                      access(linkPath(bpf_program__name(program)).constData(), F_OK) == 0;
           });
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
    if (const auto done = pinMaps(maps_.get(), next); !done)
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
    bpf_program* program = find(name);
    if (!program)
        return api::failure(ErrorCode::Unsupported,
                            QStringLiteral("there is no program ") + QLatin1String(name));
    bpf_iter_link_info info{};
    bpf_iter_attach_opts options{};
    options.sz = sizeof(options);
    if (map) {
        info.map.map_fd = quint32(bpf_object__find_map_fd_by_name(maps_.get(), map));
        options.link_info = &info;
        options.link_info_len = sizeof(info);
    }
    Link link(bpf_program__attach_iter(program, &options));
    if (!link)
        return systemError(QStringLiteral("attaching the program ") + nameOf(program), errno,
                           unlessItMayPass(errno, ErrorCode::Unsupported));
    return link;
}

}  // namespace sallyport::kernel
