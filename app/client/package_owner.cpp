// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/package_owner.h"

#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTimer>

namespace sallyport::client {
namespace {

using namespace Qt::StringLiterals;

constexpr int kPatienceMs = 10'000;

using Done = std::function<void(const QString&)>;

// With what the program said and what it ended with; -1: it did not run, or was ended.
using Heard = std::function<void(const QString& output, int code)>;

void ask(const QString& program, const QStringList& arguments, QObject* context,
         const Heard& heard) {
    // No child of `context`: it would be told while that is half gone.
    auto* process = new QProcess;
    QObject::connect(context, &QObject::destroyed, process, [process] {
        process->disconnect();
        process->kill();
        process->deleteLater();
    });
    process->setStandardErrorFile(QProcess::nullDevice());
    QTimer::singleShot(kPatienceMs, process, &QProcess::kill);
    QObject::connect(process, &QProcess::finished, context,
                     [process, heard](int code, QProcess::ExitStatus status) {
                         process->deleteLater();
                         heard(QString::fromLocal8Bit(process->readAllStandardOutput()),
                               status == QProcess::NormalExit ? code : -1);
                     });
    QObject::connect(process, &QProcess::errorOccurred, context,
                     [process, heard](QProcess::ProcessError error) {
                         if (error != QProcess::FailedToStart)
                             return;
                         process->deleteLater();
                         heard({}, -1);
                     });
    process->start(program, arguments, QIODevice::ReadOnly);
}

QString firstLine(const QString& text) {
    return text.section(u'\n', 0, 0).trimmed();
}

// Its files may be listed by the names they had before /bin became a link to /usr/bin.
QStringList namesOf(const QString& path) {
    QStringList names{path};
    for (const QString& folder : {u"/usr/bin/"_s, u"/usr/sbin/"_s, u"/usr/lib/"_s}) {
        if (path.startsWith(folder))
            names += path.sliced(u"/usr"_s.size());
    }
    return names;
}

// "curl: /usr/bin/curl", "libc6:amd64: /lib/...", "a, b: ..."; empty: none of the lines says so.
QString packageIn(const QString& output) {
    static const QRegularExpression owner(
        u"^([a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?)(?:, [^/]*)?: /"_s,
        QRegularExpression::MultilineOption);
    return owner.match(output).captured(1);
}

void askRpm(const QString& path, QObject* context, const Done& done) {
    ask(u"rpm"_s, {u"-qf"_s, u"--qf"_s, u"%{NAME} %{VERSION}-%{RELEASE}\\n"_s, u"--"_s, path},
        context, [done](const QString& output, int code) {
            done(code == 0 ? firstLine(output) : QString());
        });
}

void askDpkg(const QString& path, QObject* context, const Done& done) {
    ask(u"dpkg-query"_s, QStringList{u"-S"_s, u"--"_s} + namesOf(path), context,
        [path, context, done](const QString& output, int) {
            const QString package = packageIn(output);
            if (package.isEmpty())
                return askRpm(path, context, done);
            ask(u"dpkg-query"_s,
                {u"-W"_s, u"-f"_s, u"${Package} ${Version}\\n"_s, u"--"_s, package}, context,
                [done, package](const QString& versions, int code) {
                    done(code == 0 ? firstLine(versions) : package);
                });
        });
}

// What dpkg-query takes for a pattern.
bool isPattern(const QString& path) {
    static const QRegularExpression special(u"[*?\\[\\]\\\\]"_s);
    return path.contains(special);
}

}  // namespace

void findPackage(const QString& path, QObject* context, const Done& done) {
    if (!path.startsWith(u'/'))
        QTimer::singleShot(0, context, [done] { done({}); });
    else if (isPattern(path))
        askRpm(path, context, done);
    else
        askDpkg(path, context, done);
}

}  // namespace sallyport::client
