// Reads libbpf's log for the one line that matters.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/log.h"

#include <bpf/libbpf.h>

#include <QRegularExpression>
#include <QStringList>
#include <cstdarg>
#include <cstdio>

#include "kernel/handle.h"

namespace sallyport::kernel {

namespace {

// Verifier logs run to megabytes; the reason stands at the end.
constexpr qsizetype kMost = 1 << 20;
thread_local QByteArray* current = nullptr;

int print(libbpf_print_level level, const char* format, va_list arguments) {
    if (!current || level == LIBBPF_DEBUG)
        return 0;
    va_list again;
    va_copy(again, arguments);
    const int size = vsnprintf(nullptr, 0, format, again);
    va_end(again);
    if (size <= 0)
        return size;
    QByteArray line(size + 1, '\0');
    vsnprintf(line.data(), size_t(line.size()), format, arguments);
    line.chop(1);
    current->append(line);
    if (current->size() > kMost)
        current->remove(0, current->size() - kMost);
    return size;
}

bool saysWhy(const QString& line) {
    return !line.isEmpty() && !line.startsWith(QLatin1String("processed ")) &&
           !line.startsWith(QLatin1String("verification time")) &&
           !line.startsWith(QLatin1String("stack depth")) &&
           !line.startsWith(QLatin1String("libbpf: ")) && !line.startsWith(QLatin1String("--"));
}

}  // namespace

LibbpfLog::LibbpfLog() {
    current = &text_;
    libbpf_set_print(print);
}

LibbpfLog::~LibbpfLog() {
    current = nullptr;
}

api::Error refusal(const QByteArray& log, int error) {
    const QString text = QString::fromUtf8(log);
    static const QRegularExpression program(
        QStringLiteral("prog '([^']+)': BPF program load failed"));
    const QRegularExpressionMatch match = program.match(text);
    if (!match.hasMatch()) {
        const QString last = text.trimmed().section(u'\n', -1);
        return systemError(last.isEmpty() ? QStringLiteral("loading the kernel side") : last, error,
                           abs(error) == EPERM
                               ? api::ErrorCode::Denied
                               : unlessItMayPass(error, api::ErrorCode::Unsupported));
    }
    QString why;
    const QStringList lines = text.split(u'\n');
    for (const QString& line : lines)
        if (saysWhy(line.trimmed()))
            why = line.trimmed();
    return systemError(QStringLiteral("this kernel refuses the program %1 (%2)")
                           .arg(match.captured(1), why.isEmpty() ? QStringLiteral("no log") : why),
                       error, unlessItMayPass(error, api::ErrorCode::Unsupported));
}

}  // namespace sallyport::kernel
