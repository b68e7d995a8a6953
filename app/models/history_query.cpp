// What a person typed as a filter of the helper's.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/history_query.h"

#include "models/words.h"

namespace sallyport::models {

namespace {

using api::ConnectionState;
using api::HistoryTerm;

void addPrograms(const QString& text, const FilesNamed& filesNamed, HistoryTerm& term) {
    term.programs = {text};
    term.programs += filesNamed(text).mid(0, api::kMaxHistoryAlternatives - 1);
}

void addPorts(const QString& text, HistoryTerm& term) {
    if (text.front().isDigit()) {
        if (const auto range = api::PortRange::parse(text))
            term.ports += *range;
        return;
    }
    const QList<quint16> ports = Words::portsOf(text);
    for (const quint16 port : ports.mid(0, api::kMaxHistoryAlternatives))
        term.ports += api::PortRange::single(port);
}

void addStates(const QString& text, HistoryTerm& term) {
    for (const auto state :
         {ConnectionState::Allowed, ConnectionState::Blocked, ConnectionState::Held,
          ConnectionState::Undecided, ConnectionState::Audited}) {
        if (Words::state(state).toLower().contains(text) || api::toWord(state).contains(text))
            term.states += state;
    }
}

}  // namespace

std::optional<QList<HistoryTerm>> historyTerms(const SearchQuery& query,
                                               const FilesNamed& filesNamed) {
    QList<HistoryTerm> terms;
    for (const SearchQuery::Term& said : query.terms().mid(0, api::kMaxHistoryTerms)) {
        HistoryTerm term;
        const bool any = said.key == SearchQuery::Key::Any;
        if (any || said.key == SearchQuery::Key::Program)
            addPrograms(said.text, filesNamed, term);
        if (any || said.key == SearchQuery::Key::To)
            term.remotes = {said.text};
        if (any || said.key == SearchQuery::Key::Port)
            addPorts(said.text, term);
        if (any || said.key == SearchQuery::Key::State)
            addStates(said.text, term);
        if (term == HistoryTerm{})
            return std::nullopt;
        terms += term;
    }
    return terms;
}

}  // namespace sallyport::models
