// Options of the command line as values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCommandLineParser>
#include <optional>

#include "cli/text.h"
#include "cli/values.h"

namespace sallyport::cli {

// Remembers the first thing that was wrong, and reads no further then.
class OptionReader {
  public:
    explicit OptionReader(const QCommandLineParser& parser) : parser_(parser) {}

    // `parse` makes a Result of the text of option `name`, when it was given. An error begins with
    // the option.
    template <class Field, class Parse>
    void read(const QString& name, Field& field, Parse parse) {
        if (parser_.isSet(name))
            take(name, parser_.value(name), parse, [&field](auto value) { field = value; });
    }

    // The same for an option that may be repeated.
    template <class Parse, class Each>
    void readEach(const QString& name, Parse parse, Each each) {
        for (const QString& text : parser_.values(name))
            take(name, text, parse, each);
    }

    template <class T>
    void flag(const QString& name, std::optional<T>& field, T value) {
        if (failed_ || !parser_.isSet(name))
            return;
        if (field && *field != value)
            fail(Text::tr("--%1 contradicts an option before it").arg(name));
        field = value;
    }

    void fail(const QString& text) {
        if (!failed_)
            failed_ = api::failure(api::ErrorCode::Invalid, text);
    }

    const std::optional<api::Error>& failed() const { return failed_; }

  private:
    template <class Parse, class Into>
    void take(const QString& name, const QString& text, Parse parse, Into into) {
        if (failed_)
            return;
        if (const auto value = parse(text))
            into(*value);
        else
            failed_ = behind(QLatin1String("--") + name, value.error());
    }

    const QCommandLineParser& parser_;
    std::optional<api::Error> failed_;
};

}  // namespace sallyport::cli
