// Where a name comes from, and how sure that makes it, in a person's words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

#include "api/question.h"

namespace sallyport::client {

class NameWords {
    Q_DECLARE_TR_FUNCTIONS(NameWords)
  public:
    // "answered to this program 12 s ago; in list ads". nowMs is Unix milliseconds. The lists'
    // names are as the helper gave them.
    static QString origin(const api::ExplanationName& name, qint64 nowMs);
    // "The address is in list: ads, spam"; empty: in none.
    static QString address(const QStringList& lists);

  private:
    static QString source(const api::ExplanationName& name, qint64 nowMs);
    static QString ago(qint64 sinceMs, qint64 nowMs);
};

}  // namespace sallyport::client
