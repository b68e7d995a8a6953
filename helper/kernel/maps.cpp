// Writes the maps. The table that is not in force is written whole before the generation moves.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "kernel/events.h"
#include "kernel/programs.h"
#include "policy/compile.h"

namespace sallyport::kernel {

namespace {

using api::ErrorCode;
using api::failure;

constexpr const char* kNames[] = {
    SP_CONFIG_SECTION, "policies", "rules", "slices", "apps",   "tasks",        "answers",
    "limits",          "counters", "peers", "named",  "listed", "stream_slots", "streams"};

api::Result<void> update(int fd, const void* key, const void* value, quint64 flags,
                         const char* what) {
    if (bpf_map_update_elem(fd, key, value, flags) == 0)
        return {};
    const ErrorCode code = errno == ENOENT   ? ErrorCode::NotFound
                           : errno == EEXIST ? ErrorCode::Conflict
                                             : ErrorCode::Failed;
    if (errno == E2BIG || errno == ENOSPC)  // of a hash, of a trie
        return failure(code,
                       QStringLiteral("there is no room in the kernel for ") + QLatin1String(what));
    return systemError(QLatin1String(what), errno, code);
}

// All keys of a hash. It may change meanwhile: then some come twice or not at all.
template <class Key>
std::vector<Key> keysOf(int fd, quint32 most) {
    std::vector<Key> keys;
    Key key{};
    const Key* previous = nullptr;
    while (keys.size() < most && bpf_map_get_next_key(fd, previous, &key) == 0) {
        keys.push_back(key);
        previous = &keys.back();
    }
    return keys;
}

// In all but the clocks.
bool same(const sp_limit& a, const sp_limit& b) {
    return a.up.bytes_a_second == b.up.bytes_a_second &&
           a.down.bytes_a_second == b.down.bytes_a_second && a.quota.bytes == b.quota.bytes &&
           a.quota.used == b.quota.used && a.quota.count == b.quota.count &&
           a.quota.spent == b.quota.spent;
}

}  // namespace

api::Result<ConfigPage> ConfigPage::map(int fd) {
    void* page =
        mmap(nullptr, size_t(sysconf(_SC_PAGESIZE)), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED)
        return systemError(QStringLiteral("mapping the configuration"));
    ConfigPage config;
    config.page_ = static_cast<sp_config*>(page);
    return config;
}

ConfigPage::ConfigPage(ConfigPage&& other) noexcept : page_(std::exchange(other.page_, nullptr)) {}

ConfigPage& ConfigPage::operator=(ConfigPage&& other) noexcept {
    std::swap(page_, other.page_);
    return *this;
}

ConfigPage::~ConfigPage() {
    if (page_)
        munmap(page_, size_t(sysconf(_SC_PAGESIZE)));
}

quint32 ConfigPage::generation() const {
    return __atomic_load_n(&page_->generation, __ATOMIC_ACQUIRE);
}

void ConfigPage::setGeneration(quint32 generation) const {
    __atomic_store_n(&page_->generation, generation, __ATOMIC_RELEASE);
}

quint64 ConfigPage::namesTold() const {
    return __atomic_load_n(&page_->names_told, __ATOMIC_ACQUIRE);
}

quint64 ConfigPage::namesRead() const {
    return __atomic_load_n(&page_->names_read, __ATOMIC_RELAXED);
}

void ConfigPage::setNamesRead(quint64 answers) const {
    __atomic_store_n(&page_->names_read, answers, __ATOMIC_RELEASE);
}

api::Result<Maps> Maps::of(const Programs& programs) {
    Maps maps;
    for (const char* name : kNames) {
        const int fd = bpf_object__find_map_fd_by_name(programs.maps(), name);
        if (fd < 0)
            return systemError(QStringLiteral("the map ") + QLatin1String(name), fd);
        maps.fds_.emplace(name, fd);
    }
    const bpf_program* setTask = programs.find("sp_set_task");
    if (!setTask)
        return failure(ErrorCode::Unsupported, QStringLiteral("there is no program sp_set_task"));
    maps.setTask_ = bpf_program__fd(setTask);
    auto config = ConfigPage::map(maps.fd(SP_CONFIG_SECTION));
    if (!config)
        return config.error();
    maps.config_ = std::move(*config);
    return maps;
}

api::Result<void> Maps::writeRules(quint32 table, const std::vector<sp_rule>& rules) const {
    if (rules.size() > SP_MAX_LINES)
        return failure(ErrorCode::Invalid,
                       QStringLiteral("more than %1 lines of rules").arg(SP_MAX_LINES));
    if (rules.empty())
        return {};
    // Mapped only meanwhile, or the tables would count as the helper's memory.
    constexpr size_t kBytes = SP_MAX_LINES * sizeof(sp_rule);
    const size_t bytes = rules.size() * sizeof(sp_rule);
    void* lines = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd("rules"),
                       off_t(table * kBytes));
    if (lines == MAP_FAILED)
        return systemError(QStringLiteral("writing the rules"));
    std::memcpy(lines, rules.data(), bytes);
    munmap(lines, bytes);
    return {};
}

api::Result<void> Maps::writeSlices(quint32 table,
                                    const QHash<policy::SliceKey, sp_slice>& slices) const {
    for (const sp_slice_key& key : keysOf<sp_slice_key>(fd("slices"), SP_MAX_SLICES))
        if (key.table == table && !slices.contains({key.app, key.pattern}))
            bpf_map_delete_elem(fd("slices"), &key);
    for (auto slice = slices.cbegin(); slice != slices.cend(); ++slice) {
        const sp_slice_key key{slice.key().app, table, slice.key().pattern};
        const auto done =
            update(fd("slices"), &key, &slice.value(), BPF_ANY, "an application's rules");
        if (!done)
            return done;
    }
    return {};
}

api::Result<void> Maps::writeLimits(const QHash<quint32, policy::Limit>& limits) const {
    for (auto limit = limits.cbegin(); limit != limits.cend(); ++limit) {
        const quint32 rule = limit.key();
        const policy::Limit& wanted = limit.value();
        sp_limit was{};
        const bool there = bpf_map_lookup_elem(fd("limits"), &rule, &was) == 0;
        sp_limit now{{wanted.rate.up, 0, 0, 0, 0},
                     {wanted.rate.down, 0, 0, 0, 0},
                     {wanted.quota, wanted.used, wanted.count, quint32(wanted.spent), 0}};
        if (there && was.quota.bytes && was.quota.count == wanted.count)
            now.quota.used = std::max(was.quota.used, wanted.used);
        if (there && same(was, now))
            continue;
        if (const auto done = update(fd("limits"), &rule, &now, BPF_ANY, "a limit"); !done)
            return done;
    }
    return {};
}

void Maps::forgetLimits(const QHash<quint32, policy::Limit>& but) const {
    for (const quint32 rule : keysOf<quint32>(fd("limits"), 2 * SP_MAX_LIMITS))
        if (!but.contains(rule))
            bpf_map_delete_elem(fd("limits"), &rule);
}

QHash<quint32, QuotaUse> Maps::quotaUses() const {
    QHash<quint32, QuotaUse> uses;
    for (const quint32 rule : keysOf<quint32>(fd("limits"), 2 * SP_MAX_LIMITS)) {
        sp_limit limit{};
        if (bpf_map_lookup_elem(fd("limits"), &rule, &limit) == 0 && limit.quota.bytes)
            uses.insert(rule, {limit.quota.count, limit.quota.used});
    }
    return uses;
}

api::Result<quint32> Maps::setPolicy(const policy::Table& table) const {
    quint32 generation = config_.generation() + 1;
    if (generation == 0)  // means "none"; the parity must go on alternating
        generation = 2;
    const quint32 index = generation & 1;

    sp_policy head = table.head;
    head.generation = 0;  // nobody trusts the table while it is written
    if (const auto done = update(fd("policies"), &index, &head, BPF_ANY, "a policy"); !done)
        return done.error();
    if (const auto done = writeRules(index, table.rules); !done)
        return done.error();
    if (const auto done = writeSlices(index, table.slices); !done)
        return done.error();
    if (const auto done = writeLimits(table.limits); !done)
        return done.error();
    head.generation = generation;
    if (const auto done = update(fd("policies"), &index, &head, BPF_ANY, "a policy"); !done)
        return done.error();
    config_.setGeneration(generation);
    forgetLimits(table.limits);
    return generation;
}

api::Result<void> Maps::setApp(const FileKey& file, AppNumber app, bool eachProcess) const {
    const sp_file_key key = toKernel(file);
    const sp_app value{app, eachProcess ? SP_APP_EACH_PROCESS : 0u};
    return update(fd("apps"), &key, &value, BPF_ANY, "an application");
}

AppNumber Maps::appOf(const FileKey& file) const {
    const sp_file_key key = toKernel(file);
    sp_app known{};
    const bool is = bpf_map_lookup_elem(fd("apps"), &key, &known) == 0;
    return is && !(known.flags & SP_APP_EACH_PROCESS) ? known.app : SP_APP_UNRESOLVED;
}

api::Result<void> Maps::setTask(qint32 pid, quint64 serial, AppNumber app,
                                AppNumber parentApp) const {
    sp_set_task request{serial, quint32(pid), app, parentApp, 0};
    bpf_test_run_opts run{};
    run.sz = sizeof(run);
    run.ctx_in = &request;
    run.ctx_size_in = sizeof(request);
    if (bpf_prog_test_run_opts(setTask_, &run) != 0)
        return systemError(QStringLiteral("naming process %1").arg(pid));
    if (run.retval != SP_SET_TASK_DONE)
        return failure(ErrorCode::NotFound,
                       QStringLiteral("process %1 is gone or runs something else").arg(pid));
    return {};
}

QHash<qint32, quint64> Maps::gone(const QHash<qint32, quint64>& processes) const {
    QHash<qint32, quint64> gone;
    for (auto process = processes.cbegin(); process != processes.cend(); ++process) {
        const auto pid = quint32(process.key());
        sp_task task{};
        if (bpf_map_lookup_elem(fd("tasks"), &pid, &task) != 0 || task.serial != process.value())
            gone.insert(process.key(), process.value());
    }
    return gone;
}

api::Result<void> Maps::setAnswer(const FlowKey& flow, const FlowAnswer& answer) const {
    const sp_flow_key key = toKernel(flow);
    const quint32 flags =
        (answer.until ? SP_ANSWER_READ : 0) | (answer.byRules ? SP_ANSWER_BY_RULES : 0);
    const sp_answer value{quint32(answer.verdict), answer.rule, flags, answer.until.value_or(0),
                          answer.process};
    return update(fd("answers"), &key, &value, BPF_ANY, "an answer");
}

void Maps::forgetAnswer(const FlowKey& flow) const {
    const sp_flow_key key = toKernel(flow);
    bpf_map_delete_elem(fd("answers"), &key);
}

QList<std::pair<FlowKey, FlowAnswer>> Maps::answersGiven() const {
    QList<std::pair<FlowKey, FlowAnswer>> all;
    for (const sp_flow_key& key : keysOf<sp_flow_key>(fd("answers"), SP_MAX_ANSWERS)) {
        sp_answer value{};
        if (bpf_map_lookup_elem(fd("answers"), &key, &value) != 0)
            continue;
        FlowAnswer answer{sp_verdict(value.verdict), value.rule};
        if (value.flags & SP_ANSWER_READ)
            answer.until = value.until;
        answer.byRules = value.flags & SP_ANSWER_BY_RULES;
        answer.process = value.process;
        all.append({fromKernel(key), answer});
    }
    return all;
}

api::Result<void> Maps::setNamed(const api::Address& address, quint64 process,
                                 const QList<policy::PatternNumber>& patterns) const {
    const sp_named_key key{policy::toKernel(address), process};
    const sp_named value = policy::toKernel(patterns);
    return update(fd("named"), &key, &value, BPF_ANY, "the names of an address");
}

void Maps::forgetNamed(const api::Address& address, quint64 process) const {
    const sp_named_key key{policy::toKernel(address), process};
    bpf_map_delete_elem(fd("named"), &key);
}

QList<Named> Maps::namedAddresses() const {
    QList<Named> all;
    for (const sp_named_key& key : keysOf<sp_named_key>(fd("named"), SP_MAX_NAMED)) {
        sp_named value{};
        if (bpf_map_lookup_elem(fd("named"), &key, &value) == 0)
            all.append({policy::fromKernel(key.remote), key.process, policy::fromKernel(value)});
    }
    return all;
}

QList<FlowReport> Maps::peers() const {
    QList<FlowReport> reports;
    for (const sp_flow_key& key : keysOf<sp_flow_key>(fd("peers"), SP_MAX_PEERS)) {
        sp_peer peer{};
        if (bpf_map_lookup_elem(fd("peers"), &key, &peer) == 0 && (peer.flow.flags & SP_FLOW_OPEN))
            reports.append(toReport(key, peer));
    }
    return reports;
}

void Maps::forgetPeer(const FlowKey& flow) const {
    const sp_flow_key key = toKernel(flow);
    bpf_map_delete_elem(fd("peers"), &key);
}

bool Maps::isStream(quint64 cookie) const {
    const auto slot = quint32(cookie & (SP_STREAM_SLOTS - 1));
    sp_socket socket{};
    if (bpf_map_lookup_elem(fd("stream_slots"), &slot, &socket) == 0 && socket.cookie == cookie)
        return true;
    return socket.spilled && bpf_map_lookup_elem(fd("streams"), &cookie, &socket) == 0;
}

sp_counters Maps::counters() const {
    const int processors = libbpf_num_possible_cpus();
    std::vector<sp_counters> each(size_t(std::max(processors, 1)));
    sp_counters total{};
    const quint32 key = 0;
    if (bpf_map_lookup_elem(fd("counters"), &key, each.data()) != 0)
        return total;
    for (const sp_counters& one : each) {
        total.events_lost += one.events_lost;
        total.packets_unparsed += one.packets_unparsed;
        total.tasks_full += one.tasks_full;
        total.sockets_full += one.sockets_full;
        total.table_races += one.table_races;
    }
    return total;
}

}  // namespace sallyport::kernel
