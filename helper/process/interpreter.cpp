// Option tables of interpreters. Only harmless options are listed; everything else is "not known".
// SPDX-License-Identifier: GPL-3.0-or-later
#include "process/interpreter.h"

#include <QRegularExpression>
#include <QSet>
#include <vector>

namespace sallyport::process {

namespace {

// Wine, and what it has itself loaded by, which has Wine's path as its first argument.
constexpr const char* kWine = "wine(?:64)?(?:-stable|-staging|-development)?(?:-preloader)?";

// Which of their tools they are, their own name or the first argument says.
constexpr const char* kManyTools = "(?:busybox|toybox)(?:[.-].*)?";

struct Interpreter {
    QRegularExpression name;
    QString flags{};            // one-letter options without a value, may stand together
    QString valued{};           // one-letter options with a value, in the same or the next argument
    QString valuedApart{};      // always in the next one, whatever letters follow
    QStringList words{};        // long options without a value; "-Xm*" stands for a prefix
    QStringList valuedWords{};  // long options with a value in the next argument
    QString fileWord{};         // option that must come before the file; empty: none
};

QRegularExpression named(const char* pattern) {
    return QRegularExpression(QStringLiteral("^(?:%1)$").arg(QLatin1String(pattern)));
}

const std::vector<Interpreter>& interpreters() {
    static const std::vector<Interpreter> all = {
        {named("python[0-9.]*|pypy[0-9.]*"), QStringLiteral("bBdEIOPqRsSuvx"),
         QStringLiteral("WX")},
        {named("bash|rbash|sh|dash|ash"),
         QStringLiteral("abefhkmnptuvxBCEHPT"),
         {},
         QStringLiteral("o"),
         {QStringLiteral("--noprofile"), QStringLiteral("--norc"), QStringLiteral("--posix"),
          QStringLiteral("--verbose")}},
        {named("zsh[0-9.-]*|ksh[0-9a-z]*|mksh"),
         QStringLiteral("aefnuvx"),
         {},
         QStringLiteral("o")},
        {named("fish|tclsh[0-9.]*|wish[0-9.]*|guile[0-9.-]*|gjs(?:-console)?|mono(?:-sgen)?|"
               "escript|osascript|elvish|xonsh")},
        {named("perl[0-9.]*"), QStringLiteral("wWtTUuX")},
        {named("ruby[0-9.]*|jruby"), QStringLiteral("wWvU")},
        {named("node|nodejs|qjs"),
         {},
         {},
         {},
         {QStringLiteral("--no-warnings"), QStringLiteral("--enable-source-maps"),
          QStringLiteral("--trace-warnings"), QStringLiteral("--max-old-space-size=*")}},
        // What does not begin with "-" can be a command, or a task that some file defines: none is
        // named (a zero byte ends an argument).
        // PHP for web servers takes its script from the environment.
        {named("deno|bun|php-cgi[0-9.]*"), {}, {}, {}, {}, {}, QStringLiteral("\0")},
        {named(kManyTools), {}, {}, {}, {}, {}, QStringLiteral("\0")},
        {named("lua[0-9.]*|luajit[0-9.-]*"), QStringLiteral("EW")},
        {named("php[0-9.]*"), QStringLiteral("nq")},
        {named("Rscript"), {}, {}, {}, {QStringLiteral("--vanilla")}},
        {named("java"),
         {},
         {},
         {},
         {QStringLiteral("-D*"), QStringLiteral("-Xm*"), QStringLiteral("-Xs*"),
          QStringLiteral("-XX:+Use*"), QStringLiteral("-server")},
         {},
         QStringLiteral("-jar")},
        {named("ld-linux[a-z0-9._-]*|ld-[0-9.]+\\.so|ld\\.so[0-9.]*|ld-musl-[a-z0-9._-]*"),
         {},
         {},
         {},
         {QStringLiteral("--inhibit-cache")},
         {QStringLiteral("--argv0")}},
        {named(kWine)},
    };
    return all;
}

QString nameOf(const QString& path) {
    return path.section(u'/', -1);
}

const Interpreter* find(const QString& path) {
    const QString name = nameOf(path);
    for (const Interpreter& interpreter : interpreters())
        if (interpreter.name.match(name).hasMatch())
            return &interpreter;
    return nullptr;
}

bool isListed(const QStringList& words, const QString& argument) {
    for (const QString& word : words)
        if (word.endsWith(u'*') ? argument.startsWith(QStringView(word).chopped(1))
                                : argument == word)
            return true;
    return false;
}

enum class Option { Harmless, TakesNext, Unknown };

Option judge(const Interpreter& interpreter, const QString& argument) {
    if (isListed(interpreter.words, argument))
        return Option::Harmless;
    if (interpreter.valuedWords.contains(argument))
        return Option::TakesNext;
    if (argument.startsWith(QLatin1String("--")))
        return Option::Unknown;
    for (qsizetype i = 1; i < argument.size(); ++i) {
        if (interpreter.valuedApart.contains(argument.at(i)))
            return i + 1 < argument.size() ? Option::Unknown : Option::TakesNext;
        if (interpreter.valued.contains(argument.at(i)))
            return i + 1 < argument.size() ? Option::Harmless : Option::TakesNext;
        if (!interpreter.flags.contains(argument.at(i)))
            return Option::Unknown;
    }
    return Option::Harmless;
}

// A program of Windows as Wine was told it. Only an absolute path of this system names one file:
// what "C:" is, and where others are looked for, whoever starts it can choose.
QString windowsProgram(const QString& path, const QStringList& arguments) {
    const QString named = arguments.value(path.endsWith(QLatin1String("-preloader")) ? 2 : 1);
    return named.startsWith(u'/') ? named : QString();
}

bool isWine(const QString& path) {
    static const QRegularExpression wine = named(kWine);
    return wine.match(nameOf(path)).hasMatch();
}

bool isManyTools(const QString& path) {
    static const QRegularExpression tools = named(kManyTools);
    return tools.match(nameOf(path)).hasMatch();
}

// What a shell of these runs.
QString scriptOfTool(QStringList arguments) {
    if (isManyTools(arguments.value(0)))
        arguments.removeFirst();
    static const QRegularExpression shell = named("-?(?:sh|ash|hush)");
    return shell.match(nameOf(arguments.value(0))).hasMatch()
               ? scriptArgument(QStringLiteral("ash"), arguments)
               : QString();
}

}  // namespace

bool isInterpreter(const QString& path) {
    return find(path) != nullptr;
}

QString scriptArgument(const QString& path, const QStringList& arguments) {
    const Interpreter* interpreter = find(path);
    if (!interpreter)
        return {};
    if (isWine(path))
        return windowsProgram(path, arguments);
    if (isManyTools(path))
        return scriptOfTool(arguments);
    bool fileMayCome = interpreter->fileWord.isEmpty();
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        const QString& argument = arguments.at(i);
        if (argument == QLatin1String("--") && fileMayCome)
            return arguments.value(i + 1);
        if (argument == interpreter->fileWord && !fileMayCome) {
            fileMayCome = true;
            continue;
        }
        if (argument == QLatin1String("-"))
            return {};
        if (!argument.startsWith(u'-'))
            return fileMayCome && !argument.startsWith(u'+') ? argument : QString();
        switch (judge(*interpreter, argument)) {
            case Option::Harmless:
                break;
            case Option::TakesNext:
                ++i;
                break;
            case Option::Unknown:
                return {};
        }
    }
    return {};
}

bool isFetchTool(const QString& path) {
    static const QSet<QString> tools = {
        QStringLiteral("curl"),     QStringLiteral("wget"),          QStringLiteral("wget2"),
        QStringLiteral("aria2c"),   QStringLiteral("ssh"),           QStringLiteral("scp"),
        QStringLiteral("sftp"),     QStringLiteral("rsync"),         QStringLiteral("nc"),
        QStringLiteral("ncat"),     QStringLiteral("netcat"),        QStringLiteral("nc.openbsd"),
        QStringLiteral("socat"),    QStringLiteral("telnet"),        QStringLiteral("ftp"),
        QStringLiteral("lftp"),     QStringLiteral("openssl"),       QStringLiteral("http"),
        QStringLiteral("lynx"),     QStringLiteral("w3m"),           QStringLiteral("dig"),
        QStringLiteral("nslookup"), QStringLiteral("nc.traditional")};
    return tools.contains(nameOf(path)) || isInterpreter(path);
}

}  // namespace sallyport::process
