// The lists as last told, and what is fetched for them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/list_keeper.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sallyport::models {

ListKeeper::ListKeeper(client::Firewall& firewall, QObject* parent)
    : QObject(parent), firewall_(firewall) {
    connect(&firewall_, &client::Firewall::listsChanged, this, &ListKeeper::refresh);
    connect(&firewall_, &client::Firewall::connectedChanged, this, [this](bool connected) {
        if (connected)
            refresh();
    });
    connect(&fetcher_, &client::ListFetcher::progress, this, &ListKeeper::progress);
    connect(&firewall_, &client::Firewall::listProgress, this,
            [this](const QString& name, quint64 done, quint64 all) {
                if (name == busyWith())
                    emit progress(qint64(done), qint64(all));
            });
    refresh();
}

void ListKeeper::refresh() {
    if (!firewall_.connected())
        return;
    firewall_.lists(this, [this](const api::Result<QList<api::List>>& lists) {
        if (!lists)
            return;
        lists_ = *lists;
        emit changed();
    });
}

const api::List* ListKeeper::find(const QString& name) const {
    const auto found = std::find_if(lists_.cbegin(), lists_.cend(),
                                    [&](const api::List& list) { return list.name == name; });
    return found == lists_.cend() ? nullptr : &*found;
}

void ListKeeper::take(const api::List& list) {
    enqueue({list, false});
}

// Whoever may not hand it over need not fetch it, and is not asked whether Sallyport may connect:
// of a list that does not exist it is said whether one may.
void ListKeeper::refreshDaily(qint64 nowMs) {
    QList<api::List> due;
    std::copy_if(lists_.cbegin(), lists_.cend(), std::back_inserter(due),
                 [&](const api::List& list) { return api::isDue(list, nowMs); });
    if (due.isEmpty())
        return;
    api::Result<client::ListContent> nothing = client::ListContent::begin();
    if (!nothing || !nothing->seal())
        return;
    firewall_.refreshList({}, *nothing, this, [this, due](const api::Result<api::ListReport>& may) {
        if (may || may.error().code != api::ErrorCode::NotFound)
            return;
        for (const api::List& list : due)
            enqueue({list, true});
    });
}

void ListKeeper::enqueue(const Job& job) {
    const auto same = [&](const Job& other) { return other.list.name == job.list.name; };
    if (same(current_) || std::any_of(waiting_.cbegin(), waiting_.cend(), same))
        return;
    waiting_.enqueue(job);
    if (busyWith().isEmpty())
        next();
}

void ListKeeper::next() {
    current_ = waiting_.isEmpty() ? Job{} : waiting_.dequeue();
    emit progress(0, -1);
    if (busyWith().isEmpty())
        return;
    fetcher_.fetch(current_.list.source, [this](const api::Result<client::ListContent>& content) {
        if (content)
            handOver(*content);
        else
            end(content.error());
    });
}

void ListKeeper::handOver(const client::ListContent& content) {
    const auto done = [this](const api::Result<api::ListReport>& report) { end(report); };
    if (current_.quiet)
        firewall_.refreshList(current_.list.name, content, this, done);
    else
        firewall_.setList(current_.list, content, this, done);
}

void ListKeeper::end(const api::Result<api::ListReport>& result) {
    const QString name = std::exchange(current_, {}).list.name;
    if (result)
        emit taken(*result);
    else
        emit failed(name, result.error());
    next();
}

void ListKeeper::cancel() {
    if (fetcher_.isBusy())
        fetcher_.cancel();
    else if (!busyWith().isEmpty())
        firewall_.cancelList(busyWith(), this, {});
}

}  // namespace sallyport::models
