// Two instructions: r0 = 1, which lets everything go on, and exit.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "empty_programs.h"

#include <bpf/bpf.h>
#include <fcntl.h>

#include <QFile>
#include <cerrno>
#include <cstring>

namespace sallyport::bench {
namespace {

struct Hook {
    bpf_prog_type program;
    bpf_attach_type at;
};

// What they measure by: the programs for processes and for listeners are not in the way.
constexpr Hook kHooks[] = {
    {BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS},
    {BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS},
    {BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE},
    {BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_RELEASE},
    {BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_CONNECT},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP4_SENDMSG},
    {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_UDP6_SENDMSG},
};

}  // namespace

QString EmptyPrograms::attach(const QString& cgroup) {
    const kernel::Fd folder(
        ::open(QFile::encodeName(cgroup).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const bpf_insn body[] = {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1},
                             {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    for (const Hook& hook : kHooks) {
        bpf_prog_load_opts options{};
        options.sz = sizeof(options);
        options.expected_attach_type = hook.at;
        kernel::Fd program(bpf_prog_load(hook.program, "nothing", "GPL", body, 2, &options));
        kernel::Fd link(program ? bpf_link_create(program.get(), folder.get(), hook.at, nullptr)
                                : -1);
        if (!link)
            return QStringLiteral("a program that does nothing: %1")
                .arg(QString::fromLocal8Bit(std::strerror(errno)));
        open_.push_back(std::move(program));
        open_.push_back(std::move(link));
    }
    return {};
}

}  // namespace sallyport::bench
