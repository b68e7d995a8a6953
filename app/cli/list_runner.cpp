// Carries out the requests about lists.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>

#include "cli/runner.h"
#include "cli/text.h"

namespace sallyport::cli {

using api::ErrorCode;
using api::Result;
using namespace Qt::StringLiterals;

namespace {

template <class T>
QVariantList maps(const QList<T>& values) {
    QVariantList list;
    for (const T& value : values)
        list << api::toMap(value);
    return list;
}

}  // namespace

void Runner::run(const ListLists&) {
    firewall_.lists(this, [this](const Result<QList<api::List>>& lists) {
        if (!lists)
            return fail(lists.error());
        print(listsText(*lists), maps(*lists));
        end(ExitCode::Ok);
    });
}

void Runner::run(const AddList& request) {
    takeLists({request.list}, 0);
}

// Nobody sees to it: what cannot be had today shall not keep the others from it.
void Runner::refreshQuietly(const QList<api::List>& lists, qsizetype index,
                            const Result<void>& all) {
    if (index == lists.size())
        return all ? end(ExitCode::Ok) : fail(all.error());
    const auto next = [this, lists, index, all](const Result<api::ListReport>& report) {
        if (report) {
            print(listReportText(*report), api::toMap(*report));
            return refreshQuietly(lists, index + 1, all);
        }
        api::Error error = report.error();
        error.text = lists.at(index).name + u": "_s + error.text;
        refreshQuietly(lists, index + 1, all ? Result<void>(error) : all);
    };
    fetcher_.fetch(lists.at(index).source,
                   [this, lists, index, next](const Result<client::ListContent>& content) {
                       if (content)
                           firewall_.refreshList(lists.at(index).name, *content, this, next);
                       else
                           next(content.error());
                   });
}

void Runner::run(const RefreshLists& request) {
    firewall_.lists(this, [this, request](const Result<QList<api::List>>& lists) {
        if (!lists)
            return fail(lists.error());
        QList<api::List> wanted;
        QStringList missing = request.names;
        for (const api::List& list : *lists) {
            const bool named = missing.removeOne(list.name);
            const bool due =
                !request.daily || api::isDue(list, QDateTime::currentMSecsSinceEpoch());
            if (due && (named || (request.names.isEmpty() && !list.source.isEmpty())))
                wanted.append(list);
        }
        if (!missing.isEmpty())
            return fail(
                api::failure(ErrorCode::NotFound, Text::tr("list %1").arg(missing.join(u", "_s))));
        if (request.daily)
            return refreshQuietly(wanted, 0, {});
        takeLists(wanted, 0);
    });
}

// One after the other; the first that goes wrong ends it.
void Runner::takeLists(const QList<api::List>& lists, qsizetype index) {
    if (index == lists.size())
        return end(ExitCode::Ok);
    const api::List& list = lists.at(index);
    fetcher_.fetch(list.source, [this, lists, index](const Result<client::ListContent>& content) {
        if (!content)
            return fail(content.error());
        firewall_.setList(lists.at(index), *content, this,
                          [this, lists, index](const Result<api::ListReport>& report) {
                              if (!report)
                                  return fail(report.error());
                              print(listReportText(*report), api::toMap(*report));
                              takeLists(lists, index + 1);
                          });
    });
}

void Runner::run(const RemoveList& request) {
    firewall_.removeList(request.name, request.despiteRules, this, done());
}

void Runner::run(const ShowBadLines& request) {
    firewall_.badLines(request.list, this, [this](const Result<QList<api::BadLine>>& lines) {
        if (!lines)
            return fail(lines.error());
        QVariantList all;
        for (const api::BadLine& line : *lines)
            all << QVariantMap{{u"line"_s, line.number}, {u"reason"_s, line.reason}};
        print(badLinesText(*lines), all);
        end(ExitCode::Ok);
    });
}

void Runner::run(const FindInLists& request) {
    firewall_.findInLists(request.sought, this,
                          [this](const Result<QList<api::ListFinding>>& findings) {
                              if (!findings)
                                  return fail(findings.error());
                              print(findingsText(*findings), maps(*findings));
                              end(ExitCode::Ok);
                          });
}

}  // namespace sallyport::cli
