// The names that Docker, Podman, containerd, CRI-O, LXC and systemd-nspawn give to control groups,
// with systemd as their manager and without.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/container.h"

#include <sys/stat.h>

#include <QFile>
#include <QRegularExpression>

#include "kernel/bpf_kernel.h"

namespace sallyport::process {

namespace {

constexpr qsizetype kMostKnown = 4096;
constexpr qsizetype kDigitsShown = 12;  // as Docker and Podman show them

// systemd.unit(5): "\x2d" stands for "-".
QString unescaped(const QString& unit) {
    static const QRegularExpression escape(QStringLiteral("\\\\x([0-9a-f]{2})"));
    QByteArray bytes;
    qsizetype from = 0;
    for (auto matches = escape.globalMatch(unit); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        bytes += unit.mid(from, match.capturedStart() - from).toUtf8();
        bytes += char(match.captured(1).toUInt(nullptr, 16));
        from = match.capturedEnd();
    }
    return QString::fromUtf8(bytes + unit.mid(from).toUtf8());
}

QString nameOf(const QString& folder, const QString& above) {
    static const QRegularExpression numbered(QStringLiteral(
        "^(?:(docker|libpod|nerdctl|cri-containerd|crio)-)?([0-9a-f]{64})(?:\\.scope)?$"));
    if (const auto match = numbered.match(folder); match.hasMatch()) {
        QString maker = match.captured(1);
        if (maker == QLatin1String("libpod"))
            maker = QStringLiteral("podman");
        else if (maker.isEmpty() && above == QLatin1String("docker"))
            maker = above;
        return (maker + u' ' + match.captured(2).left(kDigitsShown)).trimmed();
    }
    // libvirt's virtual machines are "machine-qemu-1-name.scope".
    static const QRegularExpression machine(
        QStringLiteral("^(?:machine-(?!qemu\\\\x2d)(.+)\\.scope|systemd-nspawn@(.+)\\.service)$"));
    if (const auto match = machine.match(folder); match.hasMatch())
        return unescaped(match.captured(match.lastCapturedIndex()));
    static const QRegularExpression lxc(QStringLiteral("^lxc\\.payload\\.(.+)$"));
    return lxc.match(folder).captured(1);
}

// The control group of a process, while it is the one with this number; else empty.
QString cgroupOf(qint32 pid, quint64 number) {
    static const QString root = kernel::cgroupRoot().value_or(QString());
    QFile file(QStringLiteral("/proc/%1/cgroup").arg(pid));
    if (root.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    const QByteArrayList lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        struct stat status {};
        if (line.startsWith("0::") &&
            stat((QFile::encodeName(root) + line.mid(3)).constData(), &status) == 0 &&
            status.st_ino == number)
            return QFile::decodeName(line.mid(3));
    }
    return {};
}

}  // namespace

QString containerIn(const QString& cgroup) {
    const QStringList folders = cgroup.split(u'/');
    for (qsizetype i = folders.size() - 1; i > 0; --i)  // the innermost
        if (const QString name = nameOf(folders.at(i), folders.at(i - 1)); !name.isEmpty())
            return name;
    return {};
}

QString Containers::of(const kernel::ExecReport& report) {
    if (const auto known = known_.constFind(report.cgroup); known != known_.cend())
        return *known;
    const QString cgroup = cgroupOf(report.pid, report.cgroup);
    const QString name = containerIn(cgroup);
    if (known_.size() >= kMostKnown)
        known_.clear();
    if (!cgroup.isEmpty())
        known_.insert(report.cgroup, name);
    return name;
}

}  // namespace sallyport::process
