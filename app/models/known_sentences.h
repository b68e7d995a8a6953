// English sentences of the helper's, with values in them, in the person's language.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QString>
#include <span>
#include <vector>

namespace sallyport::models {

class KnownSentences {
  public:
    // `context` is that of their translations; both must outlive it. Values are %1 to %4. The first
    // sentence that fits is taken, so what says more stands before what says less.
    KnownSentences(const char* context, std::span<const char* const> sentences);

    // A value that is one of the sentences is translated, too. What is not known stays English.
    QString inWords(const QString& text) const;

  private:
    struct Sentence {
        const char* english;
        QRegularExpression pattern;  // a group for each of its values
    };

    const char* context_;
    std::vector<Sentence> all_;
};

}  // namespace sallyport::models
