// How the firewall behaves: see settings_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/settings_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "client/autostart.h"
#include "models/words.h"
#include "views/window_settings.h"
#include "widgets/mode_box.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;

namespace {

constexpr quint32 kDaySeconds = 24 * 60 * 60;

QLabel* help(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

// What could not be dealt with since the firewall started, a line each; empty: nothing.
QString troubles(const api::Status& status) {
    QStringList lines;
    const auto add = [&](quint64 count, const QString& line) {
        if (count > 0)
            lines += line.arg(QLocale().toString(count));
    };
    add(status.dnsUnasked, SettingsPage::tr("DNS answers that nobody asked for: %1. No name was "
                                            "taken from them."));
    add(status.dnsDamaged,
        SettingsPage::tr("DNS answers that could not be read to their end: %1."));
    add(status.packetsUnparsed,
        SettingsPage::tr("Packets that could not be read, and did not pass: %1."));
    add(status.eventsLost,
        SettingsPage::tr("Reports of the kernel for which there was no room: %1."));
    if (!lines.isEmpty())
        lines.prepend(SettingsPage::tr("Since the firewall started:"));
    return lines.join(u'\n');
}

}  // namespace

SettingsPage::SettingsPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      mode_(new widgets::ModeBox(this)),
      modeHelp_(help({}, this)),
      seconds_(new QSpinBox(this)),
      nobody_(new QComboBox(this)),
      days_(new QSpinBox(this)),
      megabytes_(new QSpinBox(this)),
      password_(new QCheckBox(tr("An answer for ever needs a password"), this)),
      save_(new QPushButton(tr("Save"), this)),
      autostart_(new QCheckBox(tr("Start with the session"), this)),
      countries_(help({}, this)),
      removeAll_(new QPushButton(tr("Remove all my rules"), this)),
      off_(new QPushButton(tr("Turn the firewall off until restart"), this)),
      troubles_(help({}, this)),
      about_(help({}, this)) {
    auto* body = new QWidget(this);
    auto* inner = new QVBoxLayout(body);
    inner->addWidget(buildBehaviour());
    inner->addWidget(buildWindow());
    inner->addWidget(buildRecovery());
    troubles_->setObjectName(QStringLiteral("settingsTroubles"));
    inner->addWidget(troubles_);
    inner->addWidget(about_);
    inner->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("settingsScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(body);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    connect(&shared_.firewall, &client::Firewall::statusChanged, this, &SettingsPage::showStatus);
    connect(&shared_.book, &models::RuleBook::changed, this, &SettingsPage::enable);
    showStatus();
    enable();
}

QWidget* SettingsPage::buildBehaviour() {
    for (const auto mode :
         {api::Mode::Ask, api::Mode::Learn, api::Mode::LockDown, api::Mode::Audit})
        mode_->addItem(Words::mode(mode), int(mode));
    mode_->setObjectName(QStringLiteral("settingsMode"));
    modeHelp_->setObjectName(QStringLiteral("settingsModeHelp"));
    mode_->setAccessibleName(tr("What happens to a connection without a rule"));
    constexpr int kFewestSeconds = 5;
    constexpr int kMostSeconds = 60;
    constexpr int kMostDays = 3650;
    seconds_->setRange(kFewestSeconds, kMostSeconds);
    seconds_->setSuffix(tr(" seconds"));
    seconds_->setObjectName(QStringLiteral("settingsSeconds"));
    seconds_->setAccessibleName(tr("How long a connection waits for an answer"));
    nobody_->addItem(tr("It waits, then it is blocked"), int(api::Fallback::Wait));
    nobody_->addItem(tr("It is blocked at once"), int(api::Fallback::Block));
    nobody_->addItem(tr("It is allowed"), int(api::Fallback::Allow));
    nobody_->setObjectName(QStringLiteral("settingsNobody"));
    nobody_->setAccessibleName(tr("What happens to a connection when nobody is logged in"));
    days_->setRange(1, kMostDays);
    days_->setSuffix(tr(" days"));
    days_->setObjectName(QStringLiteral("settingsDays"));
    days_->setAccessibleName(tr("How long the history is kept"));
    megabytes_->setRange(int(api::kMinHistoryMegabytes), int(api::kMaxHistoryMegabytes));
    megabytes_->setSuffix(tr(" MB"));
    megabytes_->setObjectName(QStringLiteral("settingsMegabytes"));
    megabytes_->setAccessibleName(tr("How large the history may grow"));
    password_->setObjectName(QStringLiteral("settingsPassword"));
    password_->setToolTip(
        tr("The one of who answers: another program of theirs could answer, too, "
           "but does not know it."));
    save_->setObjectName(QStringLiteral("settingsSave"));

    auto* box = new QGroupBox(tr("Connections without a rule"), this);
    auto* form = new QFormLayout(box);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("Mode"), mode_);
    form->addRow(QString(), modeHelp_);
    form->addRow(tr("A connection waits for"), seconds_);
    form->addRow(tr("When nobody is logged in"), nobody_);
    form->addRow(tr("Keep the history for"), days_);
    form->addRow(tr("But at most"), megabytes_);
    form->addRow(QString(), password_);
    // Only the help takes all there is, so that it is one line where that suffices.
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    QSizePolicy wide = modeHelp_->sizePolicy();
    wide.setHorizontalPolicy(QSizePolicy::Expanding);
    modeHelp_->setSizePolicy(wide);
    form->addRow(QString(), save_);
    form->addRow(
        help(tr("Whoever sits at this computer may answer for their own programs, and sees "
                "the connections of everybody. Answers for programs of the system, and "
                "changes of rules, mode and settings, need an administrator's password. "
                "Administrators can change that in polkit (org.sallyport)."),
             this));
    // The mode counts at once, as everywhere else; the rest is saved together.
    connect(mode_, &QComboBox::activated, this, [this] {
        shared_.firewall.setMode(api::Mode(mode_->currentData().toInt()), this,
                                 [this](const api::Result<void>& result) {
                                     if (!result)
                                         emit failed(Words::error(result.error()));
                                     showStatus();
                                 });
    });
    connect(seconds_, &QSpinBox::valueChanged, this, &SettingsPage::enable);
    connect(nobody_, &QComboBox::currentIndexChanged, this, &SettingsPage::enable);
    connect(days_, &QSpinBox::valueChanged, this, &SettingsPage::enable);
    connect(megabytes_, &QSpinBox::valueChanged, this, &SettingsPage::enable);
    connect(password_, &QCheckBox::toggled, this, &SettingsPage::enable);
    connect(save_, &QPushButton::clicked, this, &SettingsPage::save);
    return box;
}

// Counts at once; whoever shows the connections again finds it so.
QWidget* SettingsPage::buildWindow() {
    auto* box = new QGroupBox(tr("This window"), this);
    auto* layout = new QVBoxLayout(box);
    auto* traffic = new QCheckBox(tr("Show the traffic below the connections"), this);
    traffic->setObjectName(QStringLiteral("settingsTraffic"));
    traffic->setChecked(isTrafficShown());
    connect(traffic, &QCheckBox::toggled, this, &setTrafficShown);
    layout->addWidget(traffic);
    auto* notified = new QCheckBox(tr("Show a notification when a question cannot be seen"), this);
    notified->setObjectName(QStringLiteral("settingsNotified"));
    notified->setChecked(isNotified());
    connect(notified, &QCheckBox::toggled, this, &setNotified);
    layout->addWidget(notified);
    autostart_->setObjectName(QStringLiteral("settingsAutostart"));
    connect(autostart_, &QCheckBox::clicked, this, &SettingsPage::setAutostart);
    layout->addWidget(autostart_);
    layout->addWidget(buildLanguage());
    auto* welcome = new QPushButton(tr("Show the welcome again"), this);
    welcome->setObjectName(QStringLiteral("settingsWelcome"));
    connect(welcome, &QPushButton::clicked, this, &SettingsPage::welcomeWanted);
    layout->addWidget(welcome, 0, Qt::AlignLeft);
    countries_->setObjectName(QStringLiteral("settingsCountries"));
    auto* choose = new QPushButton(tr("Choose a file of countries…"), this);
    choose->setObjectName(QStringLiteral("settingsChooseCountries"));
    connect(choose, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("A file in MaxMind's format"),
                                                          countryFile(), tr("MaxMind DB (*.mmdb)"));
        if (!path.isEmpty())
            takeCountries(path);
    });
    layout->addWidget(countries_);
    layout->addWidget(choose, 0, Qt::AlignLeft);
    auto* quit = new QPushButton(tr("Quit Sallyport (Ctrl+Q)"), this);
    quit->setObjectName(QStringLiteral("settingsQuit"));
    connect(quit, &QPushButton::clicked, this, &SettingsPage::quitWanted);
    layout->addWidget(quit, 0, Qt::AlignLeft);
    layout->addWidget(
        help(tr("Window, questions and tray icon go until you start Sallyport again. The firewall "
                "goes on: your rules hold, and nobody asks you about what has none."),
             this));
    showCountries();
    return box;
}

// The window begins anew with it: what stands there already was made in the language before.
QWidget* SettingsPage::buildLanguage() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    auto* label = new QLabel(tr("Language"), row);
    auto* box = new widgets::ModeBox(row);
    box->setObjectName(QStringLiteral("settingsLanguage"));
    box->setAccessibleName(tr("Language"));
    label->setBuddy(box);
    box->addItem(tr("As the desktop"), QString());
    for (const QString& language : languages()) {
        const QLocale locale(language);
        const QString own = locale.nativeLanguageName();
        // Of English Qt names the country's.
        box->addItem(locale.language() == QLocale::English
                         ? QLocale::languageToString(QLocale::English)
                         : locale.toUpper(own.first(1)) + own.sliced(1),
                     language);
    }
    box->setCurrentIndex(std::max(box->findData(language()), 0));
    connect(box, &QComboBox::activated, this, [this, box] {
        const QString chosen = box->currentData().toString();
        if (chosen == language())
            return;
        setLanguage(chosen);
        emit restartWanted();
    });
    layout->addWidget(label);
    layout->addWidget(box);
    layout->addStretch();
    return row;
}

void SettingsPage::setAutostart(bool on) {
    if (const auto set = client::Autostart::setOn(on); !set)
        emit failed(Words::error(set.error()));
    showAutostart();
}

// Also switched by the desktop's own settings.
void SettingsPage::showAutostart() {
    autostart_->setVisible(client::Autostart::isInstalled());
    autostart_->setChecked(client::Autostart::isOn());
}

// What cannot be read is not kept, and what was there before goes on.
void SettingsPage::takeCountries(const QString& path) {
    if (const auto open = shared_.countries.open(path); !open) {
        emit failed(Words::error(open.error()));
        static_cast<void>(shared_.countries.open(countryFile()));
    } else {
        setCountryFile(path);
    }
    showCountries();
}

void SettingsPage::showCountries() {
    countries_->setText(
        shared_.countries.isOpen()
            ? tr("Countries of addresses are looked up in %1.")
                  .arg(widgets::displayText(countryFile()))
            : tr("Where you have a file in MaxMind's format (GeoLite2 or DB-IP, of countries or "
                 "cities), questions, the history and details of a connection name the country "
                 "of the address."));
}

QWidget* SettingsPage::buildRecovery() {
    removeAll_->setObjectName(QStringLiteral("settingsRemoveAll"));
    off_->setObjectName(QStringLiteral("settingsOff"));
    auto* box = new QGroupBox(tr("When something does not work any more"), this);
    auto* layout = new QVBoxLayout(box);
    layout->addWidget(
        help(tr("If a program cannot reach the network and you do not know which rule "
                "stops it, look it up in Connections or History: each says what "
                "decided. These two get you out in any case."),
             this));
    layout->addWidget(removeAll_, 0, Qt::AlignLeft);
    layout->addWidget(help(tr("Deletes what you made, answered and imported. Starter rules and the "
                              "administrator's stay. It can be taken back."),
                           this));
    layout->addWidget(off_, 0, Qt::AlignLeft);
    layout->addWidget(
        help(tr("Everything passes, until the next start of this computer and at most "
                "for 24 hours. “Resume” above ends it."),
             this));
    connect(removeAll_, &QPushButton::clicked, this, &SettingsPage::removeAll);
    connect(off_, &QPushButton::clicked, this, [this] {
        shared_.firewall.pause(kDaySeconds, this, [this](const api::Result<void>& result) {
            if (!result)
                emit failed(Words::error(result.error()));
        });
    });
    return box;
}

QList<api::RuleId> SettingsPage::own() const {
    QList<api::RuleId> ids;
    for (const api::Rule& rule : shared_.book.rules()) {
        if (rule.origin != api::Origin::Starter && rule.origin != api::Origin::Administrator)
            ids += rule.id;
    }
    return ids;
}

void SettingsPage::removeAll() {
    shared_.book.remove(own());
}

void SettingsPage::load() {
    shared_.firewall.settings(this, [this](const api::Result<api::Settings>& settings) {
        if (!settings) {
            emit failed(Words::error(settings.error()));
            return;
        }
        // What was typed and not saved yet stays.
        const api::Settings before = std::exchange(known_, *settings);
        const api::Settings here = typed();
        const bool first = !std::exchange(loaded_, true);
        if (first || here.answerSeconds == before.answerSeconds)
            seconds_->setValue(int(known_.answerSeconds));
        if (first || here.nobodyToAsk == before.nobodyToAsk)
            nobody_->setCurrentIndex(nobody_->findData(int(known_.nobodyToAsk)));
        if (first || here.historyDays == before.historyDays)
            days_->setValue(int(known_.historyDays));
        if (first || here.historyMegabytes == before.historyMegabytes)
            megabytes_->setValue(int(known_.historyMegabytes));
        if (first || here.passwordForLasting == before.passwordForLasting)
            password_->setChecked(known_.passwordForLasting);
        enable();
    });
}

api::Settings SettingsPage::typed() const {
    return {.answerSeconds = quint32(seconds_->value()),
            .nobodyToAsk = api::Fallback(nobody_->currentData().toInt()),
            .historyDays = quint32(days_->value()),
            .historyMegabytes = quint32(megabytes_->value()),
            .passwordForLasting = password_->isChecked()};
}

void SettingsPage::save() {
    const api::Settings settings = typed();
    shared_.firewall.setSettings(settings, this, [this, settings](const api::Result<void>& result) {
        if (!result) {
            emit failed(Words::error(result.error()));
            return;
        }
        known_ = settings;
        enable();
        emit told(tr("Settings saved"));
    });
}

void SettingsPage::enable() {
    const bool here = !away_;
    mode_->setEnabled(here);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{seconds_, nobody_, days_, megabytes_, password_})
        widget->setEnabled(here && loaded_);
    save_->setEnabled(here && loaded_ && typed() != known_);
    removeAll_->setEnabled(here && !own().isEmpty());
    off_->setEnabled(here);
}

void SettingsPage::showStatus() {
    const api::Status& status = shared_.firewall.status();
    mode_->setCurrentIndex(mode_->findData(int(status.mode)));
    switch (status.mode) {
        case api::Mode::Ask:
            modeHelp_->setText(tr("It waits until you allow or block it."));
            break;
        case api::Mode::Learn:
            modeHelp_->setText(
                tr("It is let through and listed as undecided, for you to look at "
                   "later."));
            break;
        case api::Mode::LockDown:
            modeHelp_->setText(tr("It is blocked without a question."));
            break;
        case api::Mode::Audit:
            modeHelp_->setText(
                tr("It is let through and recorded as audited: what Lock down would block."));
            break;
    }
    if (status.modeUntilMs != 0)
        //: after what the mode does with a connection; %1: a day or a time
        modeHelp_->setText(
            modeHelp_->text() + u' ' +
            tr("Until %1, then you are asked.")
                .arg(Words::end(status.modeUntilMs, QDateTime::currentMSecsSinceEpoch())));
    troubles_->setText(troubles(status));
    troubles_->setVisible(!troubles_->text().isEmpty());
    about_->setText(
        status.version.isEmpty()
            ? QString()
            : tr("Sallyport %1. Traffic that this computer forwards for others (virtual "
                 "machines, hotspots) is not filtered.")
                  .arg(status.version));
}

void SettingsPage::setAway(bool away) {
    away_ = away;
    if (!away && isVisible())
        load();
    enable();
}

QWidget* SettingsPage::focusTarget() {
    return mode_;
}

void SettingsPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    showAutostart();
    if (!away_)
        load();
}

}  // namespace sallyport::views
