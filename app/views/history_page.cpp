// What happened: see history_page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/history_page.h"

#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>

#include "client/history_lines.h"
#include "client/whole_file.h"
#include "models/program_names.h"
#include "models/row_rule.h"
#include "models/words.h"
#include "views/trees.h"
#include "widgets/empty_note.h"
#include "widgets/row_actions.h"
#include "widgets/row_delegate.h"

namespace sallyport::views {

using models::HistoryModel;
using models::Words;

HistoryPage::~HistoryPage() = default;

HistoryPage::HistoryPage(const Shared& shared, QWidget* parent)
    : Page(parent),
      shared_(shared),
      model_(shared.firewall, shared.faces,
             [](const QString& part) { return models::ProgramNames::instance().filesNamed(part); }),
      reader_(shared.firewall),
      totals_(shared.firewall, shared.faces),
      reload_(new QPushButton(tr("Refresh"), this)),
      sinceLeft_(new QPushButton(tr("While you were away"), this)),
      since_(new QLabel(this)),
      export_(new QPushButton(this)),
      showTotals_(new QPushButton(tr("Totals by program"), this)),
      state_(new QLabel(this)),
      stack_(new QStackedWidget(this)),
      tree_(new QTreeView(this)),
      totalsTree_(new QTreeView(this)),
      delegate_(new widgets::RowDelegate({.stateColumn = HistoryModel::State,
                                          .stateRole = HistoryModel::StateRole,
                                          .linkColumn = HistoryModel::Decided,
                                          .linkRole = HistoryModel::RuleRole,
                                          .pathColumn = HistoryModel::RemoteColumn},
                                         this)) {
    model_.tellCountries(shared.countries);
    reload_->setObjectName(QStringLiteral("historyReload"));
    sinceLeft_->setObjectName(QStringLiteral("historySinceLeft"));
    sinceLeft_->setCheckable(true);
    sinceLeft_->hide();
    since_->setObjectName(QStringLiteral("historySince"));
    since_->hide();
    export_->setObjectName(QStringLiteral("historyExport"));
    showTotals_->setObjectName(QStringLiteral("historyTotals"));
    showTotals_->setCheckable(true);
    pick_ = [this] {
        return QFileDialog::getSaveFileName(this, tr("Export the history"),
                                            QStringLiteral("sallyport-history.csv"),
                                            tr("Comma-separated values (*.csv);;JSON (*.json)"));
    };
    auto* head = new QHBoxLayout;
    head->addWidget(reload_);
    head->addWidget(showTotals_);
    head->addWidget(export_);
    head->addWidget(state_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    auto* away = new QHBoxLayout;  // in one line it would be too wide for a small screen
    away->addWidget(sinceLeft_);
    away->addWidget(since_, 1);
    layout->addLayout(away);
    stack_->addWidget(tree_);
    stack_->addWidget(totalsTree_);
    layout->addWidget(stack_, 1);
    buildTree();
    buildTotals();

    constexpr int kRestMs = 250;
    typing_.setSingleShot(true);
    typing_.setInterval(kRestMs);
    connect(&typing_, &QTimer::timeout, this, [this] {
        model_.setQuery(models::SearchQuery(search_));
        note();
    });
    connect(reload_, &QPushButton::clicked, this, &HistoryPage::load);
    connect(export_, &QPushButton::clicked, this, &HistoryPage::toggleExport);
    connect(sinceLeft_, &QPushButton::toggled, this, &HistoryPage::showSinceLeft);
    connect(showTotals_, &QPushButton::toggled, this, [this](bool on) {
        stack_->setCurrentWidget(on ? totalsTree_ : tree_);
        sinceLeft_->setEnabled(!on);
        load();
        note();
    });
    connect(&totals_, &models::TotalsModel::failed, this, &Page::failed);
    connect(&totals_, &models::TotalsModel::modelReset, this, &HistoryPage::note);
    connect(&reader_, &client::HistoryReader::came, this, &HistoryPage::write);
    connect(&reader_, &client::HistoryReader::ended, this, &HistoryPage::endExport);
    connect(&model_, &HistoryModel::loadingChanged, this, &HistoryPage::note);
    connect(&model_, &HistoryModel::failed, this, &Page::failed);
    note();
}

void HistoryPage::buildTree() {
    tree_->setObjectName(QStringLiteral("historyTree"));
    tree_->setAccessibleName(tr("History"));
    tree_->setRootIsDecorated(false);
    tree_->setModel(&model_);
    tree_->setItemDelegate(delegate_);
    const QString amount = Words::bytes(999 * 1024);
    constexpr int kLeastCharacters = 24;
    prepareTree(tree_,
                {{Words::longMoment()},
                 {tr("Program in memory")},
                 {},
                 {QStringLiteral("domain (53), UDP")},
                 {QStringLiteral("Switzerland")},
                 widgets::withDots({Words::state(api::ConnectionState::Allowed),
                                    Words::state(api::ConnectionState::Blocked),
                                    Words::state(api::ConnectionState::Undecided),
                                    Words::state(api::ConnectionState::Audited)}),
                 Words::decisions(),
                 {amount},
                 {amount},
                 {}},
                HistoryModel::RemoteColumn, kLeastCharacters);
    // In sight also where there is little room.
    tree_->header()->moveSection(HistoryModel::State, HistoryModel::Endpoint);
    tree_->setSortingEnabled(false);  // by time, as it comes
    actions_ = new widgets::RowActions(tree_, HistoryModel::Actions, delegate_);
    tree_->header()->resizeSection(
        HistoryModel::Actions, std::max(actions_->sizeHint().width(),
                                        tree_->header()->sectionSizeHint(HistoryModel::Actions)));
    actions_->watchModel();
    empty_ = new widgets::EmptyNote(tree_);
    connect(actions_, &widgets::RowActions::chosen, this, &HistoryPage::decide);
    connect(delegate_, &widgets::RowDelegate::linkClicked, this, &Page::ruleRequested);
}

void HistoryPage::buildTotals() {
    totalsTree_->setObjectName(QStringLiteral("totalsTree"));
    totalsTree_->setAccessibleName(tr("Totals by program"));
    totalsTree_->setRootIsDecorated(false);
    totalsTree_->setModel(&totals_);
    const QString amount = Words::bytes(999 * 1024);
    const QString number = QLocale().toString(999'999);
    constexpr int kLeastCharacters = 24;
    prepareTree(totalsTree_, {{}, {amount}, {amount}, {amount}, {number}, {number}},
                models::TotalsModel::Program, kLeastCharacters);
    totalsTree_->setSortingEnabled(false);  // who moved most comes first
    noTotals_ = new widgets::EmptyNote(totalsTree_);
}

void HistoryPage::load() {
    if (away_)
        return;
    current_ = true;
    if (showTotals_->isChecked())
        totals_.reload();
    else
        model_.reload();
}

void HistoryPage::setLeft(qint64 leftMs) {
    leftMs_ = leftMs;
    sinceLeft_->setVisible(leftMs != 0);
    since_->setVisible(leftMs != 0);
    sinceLeft_->setToolTip(tr("What ended since this window was closed"));
    sinceLeft_->setChecked(false);
}

void HistoryPage::showSinceLeft(bool on) {
    model_.setSince(on ? leftMs_ : 0);
    note();
}

void HistoryPage::toggleExport() {
    if (!file_) {
        const QString name = pick_();
        if (!name.isEmpty())
            startExport(name);
        return;
    }
    reader_.cancel();
    file_.reset();  // what was there before stays
    note();
}

// What the list shows, all of it; the search may change meanwhile.
void HistoryPage::startExport(const QString& name) {
    const std::optional<api::HistoryFilter> filter = model_.filter();
    auto file = std::make_unique<client::WholeFile>(name);
    if (!file->open(QIODevice::WriteOnly))
        return cannotWrite(*file);
    file_ = std::move(file);
    written_ = 0;
    asCsv_ = !name.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    file_->write(asCsv_ ? client::csvHeader() : QByteArray("["));
    if (filter)
        reader_.start(*filter, 0);
    else
        endExport({});
    note();
}

void HistoryPage::write(const api::ConnectionList& connections) {
    for (const api::Connection& connection : connections) {
        const api::AppIdentity app = reader_.programOf(connection);
        file_->write(asCsv_ ? client::csvLine(connection, app)
                            : (written_ == 0 ? "\n" : ",\n") + client::jsonLine(connection, app));
        ++written_;
    }
    if (file_->error() != QFileDevice::NoError) {
        reader_.cancel();
        cannotWrite(*std::exchange(file_, {}));
    }
    note();
}

void HistoryPage::endExport(const api::Result<void>& result) {
    const std::unique_ptr<client::WholeFile> file = std::move(file_);
    if (result && !asCsv_)
        file->write("\n]\n");
    if (!result)
        emit failed(Words::error(result.error()));
    else if (!file->finish())
        cannotWrite(*file);
    else
        emit told(
            written_ == 1
                ? tr("One connection is in %1", "file").arg(file->fileName())
                : tr("%Ln connections are in %1", "file", int(written_)).arg(file->fileName()));
    note();
}

void HistoryPage::cannotWrite(const client::WholeFile& file) {
    emit failed(tr("The file cannot be written: %1").arg(file.errorString()));
}

void HistoryPage::decide(const QModelIndex& row, api::Action action) {
    if (!row.isValid() || away_)
        return;
    const HistoryModel::Entry& entry = model_.entry(row);
    const auto rule = models::ruleForPast(entry.app, entry.connection, action);
    if (rule)
        shared_.book.put({*rule});
    else
        emit failed(tr("That program is gone: it had no file to make a rule for."));
}

void HistoryPage::setSearch(const QString& text) {
    search_ = text;
    typing_.start();
}

void HistoryPage::setAway(bool away) {
    away_ = away;
    delegate_->setStale(away);
    actions_->setUsable(!away);
    for (QPushButton* button : {reload_, export_, showTotals_})
        button->setEnabled(!away);
    sinceLeft_->setEnabled(!away && !showTotals_->isChecked());
    tree_->viewport()->update();
    current_ = false;
    if (!away && isVisible())
        load();
    note();
}

QWidget* HistoryPage::focusTarget() {
    return stack_->currentWidget();
}

void HistoryPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    tree_->setColumnHidden(HistoryModel::Country, !shared_.countries.isOpen());
    if (!current_)
        load();
}

// Who looks at another page finds his place again; a closed window may stay so for days.
void HistoryPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    current_ = current_ && window()->isVisible();
}

void HistoryPage::note() {
    export_->setText(file_ ? tr("Cancel the export") : tr("Export…"));
    const QLocale locale;
    if (file_)
        state_->setText(tr("%L1 written…").arg(written_));
    else if (showTotals_->isChecked())
        state_->setText({});
    else if (model_.isLoading() && model_.reachedMs())
        state_->setText(tr("Searched back to %1…")
                            .arg(locale.toString(QDateTime::fromMSecsSinceEpoch(model_.reachedMs()),
                                                 QLocale::ShortFormat)));
    else
        state_->setText(model_.isLoading() ? tr("Reading…") : QString());
    since_->setText(sinceLeft_->isChecked() && !showTotals_->isChecked()
                        ? tr("Since %1", "a moment")
                              .arg(Words::moment(leftMs_, QDateTime::currentMSecsSinceEpoch()))
                        : QString());
    noTotals_->setNote(tr("Nothing has happened in the last 30 days."));
    if (model_.isLoading())
        empty_->setNote({});
    else if (sinceLeft_->isChecked())
        empty_->setNote(tr("Nothing that fits has ended since then."));
    else if (model_.isFiltering())
        empty_->setNote(tr("Nothing in the history fits the search."));
    else
        empty_->setNote(
            tr("Nothing has happened yet.\nConnections appear here when they end, and "
               "stay for as many days as the settings say."));
}

}  // namespace sallyport::views
