// Collecting what was stopped lately.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/recent_blocks.h"

#include <algorithm>

#include "models/program_names.h"
#include "models/row_rule.h"
#include "models/words.h"
#include "views/question_words.h"
#include "widgets/plain_text.h"

namespace sallyport::desktop {
namespace {

constexpr int kSoonMs = 200;
constexpr int kHistoryLooked = 20;

QString describe(const api::AppIdentity& app, const api::Connection& connection) {
    const QString name = widgets::displayText(models::ProgramNames::instance().name(app), 40);
    const QString remote = connection.name.isEmpty() ? models::Words::address(connection.remote)
                                                     : widgets::displayText(connection.name, 40);
    return RecentBlocks::tr("%1 \u2013 %2, %3", "program, name or address, port and protocol")
        .arg(name, remote, models::Words::endpoint(connection));
}

}  // namespace

RecentBlocks::RecentBlocks(client::Firewall& firewall, QObject* parent)
    : QObject(parent), firewall_(firewall) {
    soon_.setSingleShot(true);
    soon_.setInterval(kSoonMs);
    connect(&soon_, &QTimer::timeout, this, &RecentBlocks::ask);
    connect(&firewall_, &client::Firewall::questionsChanged, this, &RecentBlocks::refresh);
}

void RecentBlocks::refresh() {
    if (!soon_.isActive())
        soon_.start();
}

void RecentBlocks::ask() {
    firewall_.questions(this, [this](const api::Result<QList<api::Question>>& questions) {
        next_.clear();
        takeMissed(questions.value_or({}));
        api::HistoryFilter filter;
        filter.terms = {{{}, {}, {}, {api::ConnectionState::Blocked}}};
        filter.limit = kHistoryLooked;
        firewall_.history(filter, this, [this](const api::Result<api::HistoryPage>& page) {
            takeHistory(page.value_or({}));
            blocks_ = next_;
            emit changed();
        });
    });
}

void RecentBlocks::takeMissed(const QList<api::Question>& questions) {
    for (auto question = questions.rbegin(); question != questions.rend(); ++question) {
        if (!question->missed || !views::QuestionWords::canBeRemembered(*question))
            continue;
        api::Connection connection;
        connection.direction = question->direction;
        connection.protocol = question->protocol;
        connection.remote = question->remote;
        connection.name = question->names.value(0);
        connection.remotePort = question->remotePort;
        connection.localPort = question->localPort;
        add(describe(question->process.identity, connection), *question);
    }
}

void RecentBlocks::takeHistory(const api::HistoryPage& page) {
    QHash<api::ProgramId, api::AppIdentity> programs;
    for (const api::Program& program : page.programs)
        programs.insert(program.id, program.identity);
    for (const api::Connection& connection : page.connections) {
        const api::AppIdentity app = programs.value(connection.program);
        // What an own rule blocks is for the rules page to change: another rule here would lose.
        if (connection.reason == api::Reason::Rule || app.path.isEmpty())
            continue;
        const api::Result<api::Rule> rule =
            models::ruleForPast(app, connection, api::Action::Allow);
        if (rule)
            add(describe(app, connection), *rule);
    }
}

void RecentBlocks::add(const QString& text, std::variant<api::Question, api::Rule> remedy) {
    const bool known = std::any_of(next_.begin(), next_.end(),
                                   [&](const Block& block) { return block.text == text; });
    if (!known && next_.size() < kMost)
        next_.append({text, std::move(remedy)});
}

void RecentBlocks::allow(qsizetype index) {
    if (index < 0 || index >= blocks_.size())
        return;
    const auto report = [this](const auto& result) {
        if (!result)
            emit failed(models::Words::error(result.error()));
        refresh();
    };
    const auto& remedy = blocks_[index].remedy;
    if (const auto* question = std::get_if<api::Question>(&remedy)) {
        api::Answer answer = views::QuestionWords::suggestion(*question);
        answer.action = api::Action::Allow;
        // Nothing waits any more: an answer for one connection would do nothing.
        if (answer.lifetime == api::Lifetime::Connection)
            answer.lifetime = api::Lifetime::UntilRestart;
        firewall_.answer(question->id, answer, this, report);
    } else if (const auto* rule = std::get_if<api::Rule>(&remedy)) {
        firewall_.addRule(*rule, this, report);
    }
}

}  // namespace sallyport::desktop
