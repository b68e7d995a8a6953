// Reading desktop entries.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/desktop_entries.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QSet>
#include <QStandardPaths>
#include <algorithm>

#include "client/program_path.h"

namespace sallyport::models {
namespace {

constexpr qint64 kLargestFile = 256 * 1024;

// The values of the group [Desktop Entry], keys with their locale in brackets as they stand.
QHash<QString, QString> mainGroup(const QString& text) {
    QHash<QString, QString> values;
    bool inside = false;
    for (const QString& raw : text.split(QLatin1Char('\n'))) {
        const QString line = raw.trimmed();
        if (line.startsWith(QLatin1Char('['))) {
            if (inside)
                break;
            inside = line == QLatin1String("[Desktop Entry]");
            continue;
        }
        const qsizetype equals = line.indexOf(QLatin1Char('='));
        if (!inside || line.startsWith(QLatin1Char('#')) || equals <= 0)
            continue;
        values.insert(line.left(equals).trimmed(), line.mid(equals + 1).trimmed());
    }
    return values;
}

QString localised(const QHash<QString, QString>& values, const QString& key,
                  const QLocale& locale) {
    const QString full = locale.name();  // "de_AT"
    for (const QString& tag : {full, full.section(QLatin1Char('_'), 0, 0)}) {
        const auto found = values.constFind(key + QLatin1Char('[') + tag + QLatin1Char(']'));
        if (found != values.constEnd())
            return *found;
    }
    return values.value(key);
}

QString locate(const QString& program) {
    const QString path =
        QDir::isAbsolutePath(program) ? program : QStandardPaths::findExecutable(program);
    return QFileInfo::exists(path) ? client::programPath(path) : QString();
}

bool isInterpreter(const QString& executable) {
    static const QStringList kNames{QStringLiteral("python"), QStringLiteral("perl"),
                                    QStringLiteral("ruby"),   QStringLiteral("bash"),
                                    QStringLiteral("sh"),     QStringLiteral("dash"),
                                    QStringLiteral("gjs"),    QStringLiteral("node")};
    const QString name = QFileInfo(executable).fileName();
    for (const QString& known : kNames) {
        const QString rest = name.startsWith(known) ? name.mid(known.size()) : QStringLiteral("x");
        const auto isVersion = [](QChar c) { return c.isDigit() || c == QLatin1Char('.'); };
        if (std::all_of(rest.begin(), rest.end(), isVersion))
            return true;
    }
    return false;
}

// "env A=b program ..." starts `program`.
QStringList withoutEnv(QStringList words) {
    if (words.isEmpty() || QFileInfo(words.first()).fileName() != QLatin1String("env"))
        return words;
    words.removeFirst();
    while (!words.isEmpty() &&
           (words.first().contains(QLatin1Char('=')) || words.first().startsWith(QLatin1Char('-'))))
        words.removeFirst();
    return words;
}

void fillExecutable(DesktopEntry& entry, const QString& exec) {
    QStringList words = withoutEnv(splitExec(exec));
    if (words.isEmpty())
        return;
    entry.executable = locate(words.takeFirst());
    for (const QString& word : words) {
        const bool fieldCode = word.size() == 2 && word.startsWith(QLatin1Char('%'));
        if (!fieldCode)
            ++entry.arguments;
        if (entry.script.isEmpty() && QDir::isAbsolutePath(word) &&
            isInterpreter(entry.executable)) {
            entry.script = QFileInfo::exists(word) ? client::programPath(word) : QString();
        }
    }
}

}  // namespace

QStringList splitExec(const QString& exec) {
    QStringList words;
    QString word;
    bool quoted = false;
    bool open = false;  // `word` counts although it may be empty
    for (qsizetype i = 0; i < exec.size(); ++i) {
        const QChar c = exec[i];
        if (quoted && c == QLatin1Char('\\') && i + 1 < exec.size()) {
            word.append(exec[++i]);
        } else if (c == QLatin1Char('"')) {
            quoted = !quoted;
            open = true;
        } else if (!quoted && c.isSpace()) {
            if (open)
                words.append(word);
            word.clear();
            open = false;
        } else {
            word.append(c);
            open = true;
        }
    }
    if (open)
        words.append(word);
    return words;
}

DesktopEntry parseDesktopEntry(const QString& text, const QLocale& locale) {
    const QHash<QString, QString> values = mainGroup(text);
    DesktopEntry entry;
    entry.name = localised(values, QStringLiteral("Name"), locale);
    entry.icon = localised(values, QStringLiteral("Icon"), locale);
    entry.hidden = values.value(QStringLiteral("NoDisplay")) == QLatin1String("true");
    const bool program = values.value(QStringLiteral("Type")) == QLatin1String("Application") &&
                         values.value(QStringLiteral("Hidden")) != QLatin1String("true");
    if (program)
        fillExecutable(entry, values.value(QStringLiteral("Exec")));
    return entry;
}

QStringList desktopEntryFolders() {
    QStringList folders{QStringLiteral("/usr/share/applications"),
                        QStringLiteral("/usr/local/share/applications"),
                        QStringLiteral("/var/lib/flatpak/exports/share/applications"),
                        QStringLiteral("/var/lib/snapd/desktop/applications")};
    folders += QStandardPaths::standardLocations(QStandardPaths::ApplicationsLocation);
    folders.append(QDir::homePath() +
                   QStringLiteral("/.local/share/flatpak/exports/share/applications"));
    folders.removeDuplicates();
    std::stable_partition(folders.begin(), folders.end(), [](const QString& folder) {
        return !folder.startsWith(QDir::homePath() + QLatin1Char('/'));
    });
    return folders;
}

QList<DesktopEntry> readDesktopEntries(const QStringList& folders, const QLocale& locale) {
    QList<DesktopEntry> entries;
    QSet<QString> seen;
    for (const QString& folder : folders) {
        const bool ofThePerson = folder.startsWith(QDir::homePath() + QLatin1Char('/'));
        QDirIterator files(folder, {QStringLiteral("*.desktop")}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QString id = QDir(folder).relativeFilePath(files.next());
            id.chop(int(qstrlen(".desktop")));
            id.replace(QLatin1Char('/'), QLatin1Char('-'));
            QFile file(files.filePath());
            if (seen.contains(id) || file.size() > kLargestFile || !file.open(QIODevice::ReadOnly))
                continue;
            DesktopEntry entry = parseDesktopEntry(QString::fromUtf8(file.readAll()), locale);
            if (entry.name.isEmpty() || entry.executable.isEmpty())
                continue;
            entry.id = id;
            entry.ofThePerson = ofThePerson;
            seen.insert(id);
            entries.append(entry);
        }
    }
    return entries;
}

}  // namespace sallyport::models
