// Carries out the requests about lists.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <algorithm>

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

// JSON comes whole, when all lists are read.
void Runner::report(const api::ListReport& report) {
    if (invocation_.json)
        reports_ << api::toMap(report);
    else
        out_ << listReportText(report);
}

void Runner::endReports(const Result<void>& all) {
    if (invocation_.json) {
        const bool one = std::holds_alternative<AddList>(invocation_.request);
        print({}, one ? reports_.value(0) : QVariant(reports_));
    }
    return all ? end(ExitCode::Ok) : fail(all.error());
}

// Nobody sees to it: what cannot be had today shall not keep the others from it.
void Runner::refreshQuietly(const QList<api::List>& lists, qsizetype index,
                            const Result<void>& all) {
    if (index == lists.size())
        return endReports(all);
    const auto next = [this, lists, index, all](const Result<api::ListReport>& report) {
        if (report) {
            this->report(*report);
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
            return fail(api::failure(ErrorCode::NotFound,
                                     Text::tr("list %1").arg(escaped(missing.join(u", "_s)))));
        if (request.daily)
            return refreshQuietly(wanted, 0, {});
        takeLists(wanted, 0);
    });
}

// One after the other; the first that goes wrong ends it.
void Runner::takeLists(const QList<api::List>& lists, qsizetype index) {
    if (index == lists.size())
        return endReports({});
    const api::List& list = lists.at(index);
    fetcher_.fetch(list.source, [this, lists, index](const Result<client::ListContent>& content) {
        if (!content)
            return fail(content.error());
        firewall_.setList(lists.at(index), *content, this,
                          [this, lists, index](const Result<api::ListReport>& report) {
                              if (!report)
                                  return fail(report.error());
                              this->report(*report);
                              takeLists(lists, index + 1);
                          });
    });
}

// A rule may be there before its list, or its name be misspelt.
void Runner::endWithList(const api::Remote& remote) {
    if (remote.kind != api::Remote::Kind::List)
        return end(ExitCode::Ok);
    firewall_.lists(this, [this, name = remote.list](const Result<QList<api::List>>& lists) {
        const auto isIt = [&name](const api::List& list) { return list.name == name; };
        if (lists && std::none_of(lists->begin(), lists->end(), isIt))
            err_ << u"sallyportctl: "_s
                 << Text::tr("there is no list %1 yet: until there is, the rule fits nothing")
                        .arg(escaped(name))
                 << u'\n';
        end(ExitCode::Ok);
    });
}

void Runner::run(const RemoveList& request) {
    firewall_.removeList(
        request.name, request.despiteRules, this, [this](const Result<void>& result) {
            if (result || result.error().code != ErrorCode::Conflict)
                return done()(result);
            fail(api::failure(ErrorCode::Conflict,
                              Text::tr("%1; --despite-rules deletes a list that rules ask for")
                                  .arg(result.error().text)));
        });
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
