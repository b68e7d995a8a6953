// Which country an address is said to be in, where the person has a file that tells.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QLocale>
#include <QString>
#include <QStringList>
#include <memory>

#include "api/address.h"

struct MMDB_s;

namespace sallyport::models {

// Where tools that fetch such files put them; what exists of it, the best known first.
QStringList countryFiles();

// A file in MaxMind's DB format, version 2 (GeoLite2, DB-IP and others), of countries or of cities.
// Reads it where it is; whoever replaces it must do so by a rename, as geoipupdate does.
class Countries {
  public:
    explicit Countries(const QLocale& locale = {});
    ~Countries();
    Countries(const Countries&) = delete;
    Countries& operator=(const Countries&) = delete;

    // From then on names come from it; an empty path: there is none. English text of what is wrong
    // with the file, and then there are no names.
    api::Result<void> open(const QString& path);
    bool isOpen() const { return file_ != nullptr; }

    // In the person's language, else in English, else its two letters (ISO 3166-1). Empty: not
    // known. Where an address is registered says little of where its computer stands.
    QString of(const api::Address& address) const;

  private:
    struct Close {
        void operator()(MMDB_s* file) const;
    };
    std::unique_ptr<MMDB_s, Close> file_;
    QList<QByteArray> languages_;  // the most wanted first
};

}  // namespace sallyport::models
