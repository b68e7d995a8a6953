// What the options of `lists` say.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/list_options.h"

#include <QFileInfo>

#include "cli/text.h"

namespace sallyport::cli {

using namespace Qt::StringLiterals;

void declareListOptions(QCommandLineParser& parser) {
    parser.addOptions({
        {u"title"_s, Text::tr("What the list is called in the window."), u"TEXT"_s},
        {u"daily"_s, Text::tr("It is refreshed every day.")},
    });
}

// A path is kept whole, so that it is the same file wherever it is refreshed from.
api::Result<AddList> readListOptions(const QCommandLineParser& parser) {
    AddList request;
    request.list.name = parser.positionalArguments().at(0);
    const QString source = parser.positionalArguments().at(1);
    const bool fromWeb = api::isWebAddress(source);
    if (!fromWeb && source.contains("://"_L1))
        return api::failure(
            api::ErrorCode::Invalid,
            Text::tr("\"%1\": a list is a file, or fetched by http or https").arg(escaped(source)));
    request.list.source = fromWeb ? source : QFileInfo(source).absoluteFilePath();
    request.list.title = parser.value(u"title"_s);
    request.list.daily = parser.isSet(u"daily"_s);
    if (const auto sensible = validate(request.list); !sensible)
        return sensible.error();
    return request;
}

void declareListRefresh(QCommandLineParser& parser) {
    parser.addOption(
        {u"daily"_s, Text::tr("Only what is marked so and a day old, and without asking for a "
                              "password: for whoever does it regularly.")});
}

void declareListRemoval(QCommandLineParser& parser) {
    parser.addOption(
        {u"despite-rules"_s, Text::tr("Also when rules ask for it; they fit nothing afterwards.")});
}

RemoveList readListRemoval(const QCommandLineParser& parser) {
    return {parser.positionalArguments().at(0), parser.isSet(u"despite-rules"_s)};
}

}  // namespace sallyport::cli
