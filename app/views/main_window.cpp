// The window: see main_window.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/main_window.h"

#include <QDateTime>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScreen>
#include <QScrollBar>
#include <QShortcut>
#include <QShowEvent>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "models/list_keeper.h"
#include "models/mode_watch.h"
#include "models/reasons.h"
#include "models/words.h"
#include "views/connections_page.h"
#include "views/encrypted_dns_dialog.h"
#include "views/lists_page.h"
#include "views/protection_bar.h"
#include "views/rules_page.h"
#include "views/settings_page.h"
#include "views/waiting_page.h"
#include "views/window_settings.h"
#include "widgets/message_bar.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;
using widgets::MessageBar;

namespace {

// The part itself or the first inside it that Tab would stop at; null: nothing.
QWidget* firstControl(QWidget* part) {
    QWidget* widget = part;
    do {
        const bool inside = widget == part || part->isAncestorOf(widget);
        if (inside && (widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() &&
            widget->isEnabled())
            return widget;
        widget = widget->nextInFocusChain();
    } while (widget != part);
    return nullptr;
}

}  // namespace

MainWindow::MainWindow(client::Firewall& firewall, QWidget* parent)
    : QMainWindow(parent),
      firewall_(firewall),
      book_(std::make_unique<models::RuleBook>(firewall, knownFaces())),
      connections_(std::make_unique<models::ConnectionsModel>(firewall, knownFaces())),
      lists_(std::make_unique<models::ListKeeper>(firewall)),
      countries_(std::make_unique<models::Countries>()),
      modeWatch_(std::make_unique<models::ModeWatch>(firewall)),
      shared_(std::make_unique<Shared>(
          Shared{firewall, knownFaces(), *book_, *connections_, *countries_, *lists_})),
      bar_(new ProtectionBar(firewall, this)),
      list_(new QListWidget(this)),
      search_(new QLineEdit(this)),
      updated_(new MessageBar(tr("Restart"), true, this)),
      away_(new MessageBar({}, false, this)),
      problem_(new MessageBar({}, false, this)),
      packets_(new MessageBar({}, true, this)),
      stack_(new QStackedWidget(this)) {
    if (const auto open = countries_->open(countryFile()); !open)
        qWarning("no countries: %s", qPrintable(open.error().text));
    setWindowTitle(tr("Sallyport"));
    setObjectName(QStringLiteral("mainWindow"));
    search_->setObjectName(QStringLiteral("search"));
    search_->setAccessibleName(tr("Search this page"));
    search_->setPlaceholderText(tr("Search: words, program:, to:, port:, state:"));
    search_->setClearButtonEnabled(true);
    list_->setObjectName(QStringLiteral("pages"));
    list_->setAccessibleName(tr("Pages"));
    list_->setSpacing(style()->pixelMetric(QStyle::PM_FocusFrameVMargin, nullptr, this));
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    updated_->setObjectName(QStringLiteral("updatedBar"));
    away_->setObjectName(QStringLiteral("awayBanner"));
    problem_->setObjectName(QStringLiteral("problemBanner"));
    packets_->setObjectName(QStringLiteral("packetsBanner"));

    rules_ = new RulesPage(*shared_, this);
    history_ = new HistoryPage(*shared_, this);
    addPage(QStringLiteral("connections"), tr("Connections"), new ConnectionsPage(*shared_, this));
    addPage(QStringLiteral("waiting"), tr("Waiting and missed"), new WaitingPage(*shared_, this));
    addPage(QStringLiteral("rules"), tr("Rules"), rules_);
    addPage(QStringLiteral("lists"), tr("Lists"), new ListsPage(*shared_, *lists_, this));
    addPage(QStringLiteral("history"), tr("History"), history_);
    addPage(QStringLiteral("settings"), tr("Settings"), new SettingsPage(*shared_, this));
    // Made last: Tab comes to it after the page above it.
    told_ = new MessageBar(tr("Undo"), true, this);
    told_->setObjectName(QStringLiteral("undoBar"));
    told_->actionButton()->setObjectName(QStringLiteral("undo"));
    told_->actionButton()->setToolTip(tr("Take the last change of rules back (Ctrl+Z)"));

    auto* body = new QWidget(this);
    auto* right = new QVBoxLayout;
    for (QWidget* widget :
         std::initializer_list<QWidget*>{search_, updated_, away_, problem_, packets_})
        right->addWidget(widget);
    right->addWidget(stack_, 1);
    right->addWidget(told_);
    auto* columns = new QHBoxLayout;
    columns->addWidget(list_);
    columns->addLayout(right, 1);
    auto* layout = new QVBoxLayout(body);
    layout->addWidget(bar_);
    layout->addLayout(columns, 1);
    setCentralWidget(body);
    resize(firstSize(screen()->availableSize(), fontMetrics()));

    buildKeys();
    connectPages();
    fitList();
    refreshAway();
    list_->setCurrentRow(0);
    pages_.first()->focusTarget()->setFocus();
}

QSize MainWindow::firstSize(const QSize& room, const QFontMetrics& font) {
    const QSize wanted(std::max(font.averageCharWidth() * 150, 1280),
                       std::max(font.height() * 38, 700));
    // Less than all: the desktop adds a frame.
    return wanted.boundedTo(room - room / 20).expandedTo(QSize(1024, 700));
}

MainWindow::~MainWindow() {
    if (isVisible())
        setLeftMs(QDateTime::currentMSecsSinceEpoch());
    // The pages borrow what the members above own.
    delete takeCentralWidget();
}

// Minimised is not closed, and comes and goes as the desktop likes (spontaneous).
void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!event->spontaneous())
        history_->setLeft(leftMs());
}

void MainWindow::hideEvent(QHideEvent* event) {
    QMainWindow::hideEvent(event);
    if (!event->spontaneous())
        setLeftMs(QDateTime::currentMSecsSinceEpoch());
}

void MainWindow::addPage(const QString& name, const QString& title, Page* page) {
    page->setObjectName(name);
    pages_ += page;
    titles_ += title;
    stack_->addWidget(page);
    auto* item = new QListWidgetItem(title, list_);
    item->setData(Qt::UserRole, name);
    item->setToolTip(tr("%1 (Ctrl+%2)", "page, number").arg(title).arg(pages_.size()));
}

QString MainWindow::withCount(const QString& title, quint32 count) {
    return tr("%1 (%2)", "page, how many are on it").arg(title).arg(count);
}

void MainWindow::buildKeys() {
    const auto key = [this](const QKeySequence& keys, auto what) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, what);
    };
    key(QKeySequence::Find, [this] {
        search_->setFocus(Qt::ShortcutFocusReason);
        search_->selectAll();
    });
    key(QKeySequence::Undo, [this] { book_->undo(); });
    // QKeySequence::Quit has no key on some desktops.
    key(Qt::CTRL | Qt::Key_Q, [this] { emit quitRequested(); });
    key(Qt::Key_F6, [this] { turnToPart(1); });
    key(Qt::SHIFT | Qt::Key_F6, [this] { turnToPart(-1); });
    for (int row = 0; row < int(pages_.size()); ++row) {
        key(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + row)), [this, row] {
            list_->setCurrentRow(row);
            pages_[row]->focusTarget()->setFocus(Qt::ShortcutFocusReason);
        });
    }
    // From the search into what it found; Escape empties it first.
    connect(search_, &QLineEdit::returnPressed, this,
            [this] { pages_[stack_->currentIndex()]->focusTarget()->setFocus(); });
    auto* clear =
        new QShortcut(QKeySequence(Qt::Key_Escape), search_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(clear, &QShortcut::activated, this, [this] {
        if (search_->text().isEmpty())
            pages_[stack_->currentIndex()]->focusTarget()->setFocus();
        search_->clear();
    });
}

void MainWindow::connectPages() {
    const auto tell = [this](const QString& what) {
        told_->tell(what, MessageBar::Tone::Note, false);
    };
    const auto complain = [this](const QString& why) {
        told_->tell(why, MessageBar::Tone::Warning, false);
    };
    for (Page* page : std::as_const(pages_)) {
        connect(page, &Page::ruleRequested, this, &MainWindow::showRule);
        connect(page, &Page::questionRequested, this, &MainWindow::questionRequested);
        connect(page, &Page::failed, this, complain);
        if (auto* history = qobject_cast<HistoryPage*>(page))
            connect(history, &HistoryPage::told, this, tell);
        if (auto* lists = qobject_cast<ListsPage*>(page))
            connect(lists, &ListsPage::told, this, tell);
    }
    connect(rules_, &RulesPage::told, this, tell);
    const auto* settings = qobject_cast<SettingsPage*>(pages_.last());
    connect(settings, &SettingsPage::told, this, tell);
    connect(settings, &SettingsPage::welcomeWanted, this, &MainWindow::welcomeRequested);
    connect(settings, &SettingsPage::restartWanted, this, &MainWindow::restartRequested);
    connect(settings, &SettingsPage::quitWanted, this, &MainWindow::quitRequested);
    connect(modeWatch_.get(), &models::ModeWatch::ended, this, tell);
    connect(bar_, &ProtectionBar::failed, this, complain);
    connect(book_.get(), &models::RuleBook::changeMade, this,
            [this](const QString& what, bool undoable) {
                told_->tell(what, MessageBar::Tone::Note, undoable);
            });
    connect(book_.get(), &models::RuleBook::undoOver, told_->actionButton(), &QWidget::hide);
    connect(book_.get(), &models::RuleBook::changeFailed, this, complain);
    connect(book_.get(), &models::RuleBook::changed, this, &MainWindow::refreshCounts);
    connect(lists_.get(), &models::ListKeeper::changed, this, &MainWindow::refreshCounts);
    connect(connections_.get(), &models::ConnectionsModel::countsChanged, this,
            &MainWindow::refreshCounts);
    connect(updated_, &MessageBar::actionTriggered, this, &MainWindow::restartRequested);
    connect(told_, &MessageBar::actionTriggered, book_.get(), &models::RuleBook::undo);
    connect(list_, &QListWidget::currentRowChanged, this, &MainWindow::turnTo);
    connect(search_, &QLineEdit::textChanged, this,
            [this](const QString& text) { pages_[stack_->currentIndex()]->setSearch(text); });
    connect(&firewall_, &client::Firewall::statusChanged, this, &MainWindow::refreshCounts);
    connect(&firewall_, &client::Firewall::connectedChanged, this, &MainWindow::refreshAway);
    connect(&firewall_, &client::Firewall::withheldChanged, this, &MainWindow::refreshAway);
}

void MainWindow::turnTo(int row) {
    if (row < 0)
        return;
    // What was typed stays, and filters the page one turns to.
    pages_[row]->setSearch(search_->text());
    stack_->setCurrentIndex(row);
    search_->setEnabled(pages_[row]->isSearchable());
}

// F6: to the next of the window's parts that has something for the keyboard.
void MainWindow::turnToPart(int step) {
    QWidgetList parts{bar_, list_, search_, updated_, packets_};
    parts += pages_[stack_->currentIndex()]->parts();
    parts += told_;
    const QWidget* focus = focusWidget();
    const auto here = std::find_if(parts.cbegin(), parts.cend(), [&](const QWidget* part) {
        return part == focus || part->isAncestorOf(focus);
    });
    const qsizetype count = parts.size();
    qsizetype at = here == parts.cend() ? (step > 0 ? count - 1 : 0) : here - parts.cbegin();
    for (qsizetype tried = 0; tried < count; ++tried) {
        at = (at + step + count) % count;
        if (QWidget* control = firstControl(parts[at]))
            return control->setFocus(step > 0 ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    }
}

void MainWindow::showPage(const QString& name) {
    for (int row = 0; row < int(pages_.size()); ++row) {
        if (pages_[row]->objectName() == name)
            list_->setCurrentRow(row);
    }
}

QString MainWindow::currentPage() const {
    return pages_[stack_->currentIndex()]->objectName();
}

void MainWindow::showRule(api::RuleId id) {
    search_->clear();
    showPage(QStringLiteral("rules"));
    rules_->showRule(id);
}

void MainWindow::blockEncryptedDns(const api::AppIdentity& app) {
    auto* dialog = new EncryptedDnsDialog(*shared_, app, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::tellUpdated() {
    updated_->tell(
        tr("Sallyport was updated; this window is still of the version before. Questions "
           "that wait are asked again by the new one."),
        MessageBar::Tone::Note, true);
}

// As wide as large counts need: one that changes moves nothing under the pointer.
void MainWindow::fitList() {
    constexpr quint32 kLarge = 888;  // no more wait and are missed; other titles are shorter
    for (int row = 0; row < int(pages_.size()); ++row)
        list_->item(row)->setText(withCount(titles_[row], kLarge));
    list_->setFixedWidth(list_->sizeHintForColumn(0) +
                         2 * (list_->frameWidth() + list_->spacing()));
    refreshCounts();
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitList();
}

void MainWindow::refreshCounts() {
    const api::Status& status = firewall_.status();
    const QList<quint32> counts = {status.connections,
                                   status.waiting + status.missed,
                                   status.rules,
                                   quint32(lists_->lists().size()),
                                   0,
                                   0};
    for (int row = 0; row < int(pages_.size()); ++row) {
        list_->item(row)->setText(counts[row] == 0 ? titles_[row]
                                                   : withCount(titles_[row], counts[row]));
    }
    problem_->tell(
        status.problem.isEmpty() || !firewall_.connected()
            ? QString()
            : tr("The firewall reports a problem: %1").arg(models::reasonInWords(status.problem)),
        MessageBar::Tone::Warning, false);
    namePacketHolders(firewall_.connected() ? status : api::Status());
}

void MainWindow::refreshAway() {
    const bool gone = !firewall_.connected();
    const auto& withheld = firewall_.withheld();
    const bool away = gone || withheld;
    away_->tell(gone ? tr("The firewall service does not answer. Unless it was turned off, its "
                          "rules go on being enforced; what you see here is from before it "
                          "went. The window comes back by itself as soon as the service "
                          "does. If your network is dead: sudo sallyportd --off. To start the "
                          "service: sudo systemctl enable --now sallyportd")
                : withheld ? Words::withheld(*withheld)
                           : QString(),
                MessageBar::Tone::Warning, false);
    for (Page* page : std::as_const(pages_))
        page->setAway(away);
    refreshCounts();
}

// Closed by hand it stays so until another program is named.
void MainWindow::namePacketHolders(const api::Status& status) {
    constexpr int kNamed = 3;
    QStringList sentences, whole;
    for (const api::PacketHolder& holder : status.packetHolders) {
        const models::Face face = shared_->faces(holder.app);
        sentences += Words::packetHolder(holder, widgets::isolated(face.name));
        whole += tr("%1, as %2", "path of a program, user")
                     .arg(widgets::isolated(face.where), Words::user(holder.uid));
    }
    const int more = int(sentences.size() - std::min<qsizetype>(sentences.size(), kNamed)) +
                     int(status.packetHoldersLeftOut);
    sentences = sentences.mid(0, kNamed);
    if (more > 0)
        sentences += tr("Others that can: %1.", "a number of programs").arg(more);
    packets_->setToolTip(Words::tip(whole.join(u"; ")));
    const QString text = sentences.join(u'\n');
    if (text != packets_->text())
        packets_->tell(text, MessageBar::Tone::Note, false);
}

}  // namespace sallyport::views
