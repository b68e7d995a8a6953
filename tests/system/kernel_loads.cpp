// Says what the running kernel's verifier makes of the programs. tests/system/kernels.sh starts it
// in a machine of its own, with the control group to attach them to. A line for each finding:
//   accepted PROGRAM INSTRUCTIONS    as many as the verifier went through
//   refused PROGRAM                  and its last words on lines that begin with "  "
//   loads MS | fails MS TEXT         what kernel::open() says, which also attaches
//   frames judged|named              what it does with sockets for whole frames
// Ends with 0 when the helper could start here, and nothing was refused.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <QElapsedTimer>
#include <QSet>
#include <QString>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>

#include "bpf/abi.h"  // the skeleton shows the configuration
#include "kernel/bpf_kernel.h"
#include "kernel/programs.h"
#include "sallyport.skel.h"

namespace sallyport {

namespace {

constexpr quint32 kRingBytes = 2u << 20;  // as the helper asks for
constexpr int kLastWords = 25;

using kernel::Object;

// What libbpf said since a load began.
std::string said;

int keep(libbpf_print_level level, const char* format, va_list arguments) {
    if (level == LIBBPF_DEBUG)
        return 0;
    char* text = nullptr;
    const int size = vasprintf(&text, format, arguments);
    if (size > 0)
        said.append(text, size_t(size));
    std::free(text);
    return size;
}

// The program a failed load stopped at; empty when it was something else.
QString refusedBy(const QString& log) {
    const QString before = QStringLiteral("prog '");
    const QString after = QStringLiteral("': BPF program load failed");
    const qsizetype end = log.indexOf(after);
    return end < 0 ? QString() : log.left(end).section(before, -1);
}

void printLastWords(const QString& log) {
    const QStringList lines = log.trimmed().split(u'\n');
    for (const QString& line : lines.mid(qMax(qsizetype(0), lines.size() - kLastWords)))
        std::printf("  %s\n", qPrintable(line));
}

void printAccepted(const bpf_object* object) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object) {
        if (!bpf_program__autoload(program))
            continue;
        bpf_prog_info info{};
        __u32 size = sizeof(info);
        if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
            std::printf("accepted %s %u\n", bpf_program__name(program), info.verified_insns);
    }
}

// Leaves out what is refused until the rest loads, so that all refusals are known at once. Whether
// nothing was.
bool judgeEach() {
    QSet<QString> refused;
    for (;;) {
        said.clear();
        size_t size = 0;
        const void* elf = sallyport_bpf__elf_bytes(&size);
        bpf_object_open_opts options{};
        options.sz = sizeof(options);
        const Object object(bpf_object__open_mem(elf, size, &options));
        bpf_map__set_max_entries(bpf_object__find_map_by_name(object.get(), "events"), kRingBytes);
        bpf_program* program = nullptr;
        bpf_object__for_each_program(
            program, object.get()) if (refused.contains(QLatin1String(bpf_program__name(program))))
            bpf_program__set_autoload(program, false);
        if (bpf_object__load(object.get()) == 0) {
            printAccepted(object.get());
            return refused.isEmpty();
        }
        const QString log = QString::fromStdString(said);
        const QString name = refusedBy(log);
        std::printf("refused %s\n", name.isEmpty() ? "everything" : qPrintable(name));
        printLastWords(log);
        if (name.isEmpty() || refused.contains(name))
            return false;
        refused.insert(name);
    }
}

}  // namespace

}  // namespace sallyport

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: kernel_loads CGROUP\n");
        return 2;
    }
    QElapsedTimer timer;
    timer.start();
    const auto opened =
        sallyport::kernel::open({QString::fromLocal8Bit(argv[1]), {}, sallyport::kRingBytes});
    const long long ms = timer.elapsed();
    if (opened)
        std::printf("loads %lld\nframes %s\n", ms, (*opened)->judgesFrames() ? "judged" : "named");
    else
        std::printf("fails %lld %s\n", ms, qPrintable(opened.error().text));
    libbpf_set_print(sallyport::keep);
    const bool all = sallyport::judgeEach();
    return opened && all ? 0 : 1;
}
