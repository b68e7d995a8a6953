// The program sallyport: window, questions and tray of one person.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QLibraryInfo>
#include <QLocale>
#include <QTimer>
#include <QTranslator>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "client/dbus_firewall.h"
#include "desktop/own_program.h"
#include "desktop/shell.h"
#include "desktop/single_instance.h"
#include "desktop/tray_face.h"
#include "views/main_window.h"
#include "views/window_settings.h"

using namespace sallyport;

namespace {

// What the event loop ends with when the program is to begin anew.
constexpr int kRestart = 1000;
constexpr int kLookAgainMs = 60'000;

const QString kPages = QStringLiteral("connections, rules, lists, history, waiting, settings");

struct Options {
    bool hidden = false;
    bool welcome = true;
    QString page;
};

Options parse(const QApplication& app) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main",
                                    "Shows which program talks to whom, and asks about "
                                    "what has no rule."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption hidden(
        QStringLiteral("hidden"),
        QCoreApplication::translate("main", "Start without the window: tray and questions only."));
    const QCommandLineOption page(
        QStringLiteral("page"),
        QCoreApplication::translate("main", "Open the window at this page: %1.").arg(kPages),
        QCoreApplication::translate("main", "name"));
    const QCommandLineOption noWelcome(
        QStringLiteral("no-welcome"),
        QCoreApplication::translate("main", "Do not show the welcome of a first start."));
    parser.addOptions({hidden, page, noWelcome});
    parser.process(app);
    return {parser.isSet(hidden), !parser.isSet(noWelcome), parser.value(page)};
}

void addTranslator(const QLocale& locale, const QString& file, const QString& folder) {
    auto* translator = new QTranslator(qApp);
    if (translator->load(locale, file, QStringLiteral("_"), folder))
        QCoreApplication::installTranslator(translator);
}

// `language` as in views::language(). Dates and numbers stay the desktop's where it speaks that.
void speak(const QString& language) {
    QLocale locale;
    if (!language.isEmpty() && QLocale(language).language() != locale.language()) {
        locale = QLocale(language);
        QLocale::setDefault(locale);
    }
    addTranslator(locale, QStringLiteral("sallyport"), QStringLiteral(":/i18n"));
    addTranslator(locale, QStringLiteral("qtbase"),
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath));
}

// Without closing windows one by one: what is put off by that would be notified about.
void quit() {
    QCoreApplication::exit();
}

class Windows {
  public:
    Windows(client::Firewall& firewall, desktop::Shell& shell)
        : firewall_(firewall), shell_(shell) {
        again_.setInterval(kLookAgainMs);
        QObject::connect(&again_, &QTimer::timeout, &shell_, [this] { update(); });
    }

    // Another version was installed. Who looks at the window is told; otherwise nobody notices.
    void update() {
        const bool seen = window_ && window_->isVisible();
        if (!seen && !shell_.questionWindow().isVisible() && !shell_.isWelcoming())
            return restart();
        if (seen && !std::exchange(told_, true))
            window_->tellUpdated();
        again_.start();
    }

    // How to begin where this one ends: not with a welcome in the midst of other work.
    QStringList restartArguments() const {
        if (window_ && window_->isVisible())
            return {QStringLiteral("--no-welcome"), QStringLiteral("--page"),
                    window_->currentPage()};
        return {QStringLiteral("--no-welcome"), QStringLiteral("--hidden")};
    }

    // Made when first wanted: most of the time nobody looks.
    void show(const QString& page) {
        if (!window_) {
            window_ = std::make_unique<views::MainWindow>(firewall_);
            QObject::connect(window_.get(), &views::MainWindow::questionRequested,
                             &shell_.questionWindow(), &views::QuestionWindow::showQuestion);
            QObject::connect(window_.get(), &views::MainWindow::restartRequested, &shell_,
                             &Windows::restart);
            QObject::connect(window_.get(), &views::MainWindow::welcomeRequested, &shell_,
                             &desktop::Shell::welcome);
            QObject::connect(window_.get(), &views::MainWindow::quitRequested, qApp, &quit);
        }
        if (!page.isEmpty())
            window_->showPage(page);
        window_->show();
        window_->setWindowState(window_->windowState() & ~Qt::WindowMinimized);
        window_->raise();
        window_->activateWindow();
    }

    bool isThere() const { return window_ != nullptr; }

    void blockEncryptedDns(const api::AppIdentity& app) {
        show({});
        window_->blockEncryptedDns(app);
    }

  private:
    static void restart() { QCoreApplication::exit(kRestart); }

    client::Firewall& firewall_;
    desktop::Shell& shell_;
    std::unique_ptr<views::MainWindow> window_;
    bool told_ = false;
    QTimer again_;  // runs while an update waits for the windows to be closed
};

// The same process becomes the program that is now in its file's place.
int become(const QByteArray& file, const QStringList& arguments) {
    std::vector<QByteArray> words{file};
    for (const QString& argument : arguments)
        words.push_back(QFile::encodeName(argument));
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (QByteArray& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(file.constData(), argv.data());
    std::perror(file.constData());
    return 1;
}

// `file` is what runs, `again` becomes the arguments for the next; what the event loop ended with.
int run(int& argc, char** argv, QByteArray& file, QStringList& again) {
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sallyport"));
    QApplication::setApplicationDisplayName(QStringLiteral("Sallyport"));
    QApplication::setApplicationVersion(QStringLiteral(SALLYPORT_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.sallyport.Sallyport"));
    QApplication::setQuitOnLastWindowClosed(false);
    desktop::loadResources();
    QApplication::setWindowIcon(
        QIcon(QStringLiteral(":/sallyport/icons/org.sallyport.Sallyport.svg")));
    speak(views::language());
    const Options options = parse(app);

    // What a second start hands over: "hidden", or the page to open, "open" for any.
    const QString bus = client::DbusFirewall::busAddressFromEnvironment();
    const QString open = options.page.isEmpty() ? QStringLiteral("open") : options.page;
    desktop::SingleInstance instance(bus);
    if (!instance.claim(options.hidden ? QStringLiteral("hidden") : open))
        return 0;

    client::DbusFirewall firewall(bus);
    desktop::Shell shell(firewall, QDBusConnection::sessionBus());
    Windows windows(firewall, shell);
    const auto openPage = [&windows](const QString& word) {
        if (word != QLatin1String("hidden"))
            windows.show(word == QLatin1String("open") ? QString() : word);
    };
    QObject::connect(&instance, &desktop::SingleInstance::called, &shell, openPage);
    QObject::connect(&shell, &desktop::Shell::windowWanted, &shell, [&] { windows.show({}); });
    QObject::connect(&shell.questionWindow(), &views::QuestionWindow::encryptedDnsWanted, &shell,
                     [&](const api::AppIdentity& program) { windows.blockEncryptedDns(program); });
    QObject::connect(&shell, &desktop::Shell::quitWanted, &app, &quit);
    const QString program = QCoreApplication::applicationFilePath();
    const desktop::OwnProgram own(program);
    QObject::connect(&own, &desktop::OwnProgram::replaced, &shell, [&] { windows.update(); });
    QObject::connect(&own, &desktop::OwnProgram::removed, &app, &quit);
    QObject::connect(&shell, &desktop::Shell::welcomed, &shell, [&](bool connections) {
        if (connections)
            windows.show(QStringLiteral("connections"));
        else if (!options.hidden && !windows.isThere())
            windows.show(options.page);
    });
    shell.start(options.welcome);
    if (!options.hidden && !shell.isWelcoming())
        windows.show(options.page);
    const int code = QApplication::exec();
    file = QFile::encodeName(program);
    again = windows.restartArguments();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    QByteArray file;
    QStringList again;
    const int code = run(argc, argv, file, again);
    return code == kRestart ? become(file, again) : code;
}
