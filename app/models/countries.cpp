// Countries of addresses: see countries.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/countries.h"

#include <maxminddb.h>
#include <netinet/in.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <vector>

namespace sallyport::models {
namespace {

// A text of a record; empty when it has none there.
QString textAt(MMDB_entry_s& entry, std::initializer_list<const char*> way) {
    std::vector<const char*> path(way);
    path.push_back(nullptr);
    MMDB_entry_data_s data{};
    if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING)
        return {};
    return QString::fromUtf8(data.utf8_string, qsizetype(data.data_size));
}

}  // namespace

QStringList countryFiles() {
    QStringList folders{QStringLiteral("/var/lib/GeoIP"), QStringLiteral("/usr/share/GeoIP")};
    for (const QString& folder :
         QStandardPaths::standardLocations(QStandardPaths::GenericDataLocation))
        folders += folder + QStringLiteral("/sallyport");
    QStringList found;
    for (const QString& folder : std::as_const(folders)) {
        const QDir dir(folder, QStringLiteral("*.mmdb"), QDir::Name, QDir::Files | QDir::Readable);
        const QFileInfoList files = dir.entryInfoList();
        for (const char* kind : {"country", "city"}) {
            for (const QFileInfo& file : files) {
                if (file.fileName().contains(QLatin1String(kind), Qt::CaseInsensitive))
                    found += file.absoluteFilePath();
            }
        }
    }
    return found;
}

// As such files call them: "de", "pt-BR".
Countries::Countries(const QLocale& locale)
    : languages_{locale.name().replace(u'_', u'-').toLatin1(),
                 locale.name().section(u'_', 0, 0).toLatin1(), "en"} {}

Countries::~Countries() = default;

void Countries::Close::operator()(MMDB_s* file) const {
    MMDB_close(file);
    delete file;
}

api::Result<void> Countries::open(const QString& path) {
    file_.reset();
    if (path.isEmpty())
        return {};
    auto file = std::make_unique<MMDB_s>();
    const int status = MMDB_open(QFile::encodeName(path).constData(), MMDB_MODE_MMAP, file.get());
    if (status != MMDB_SUCCESS) {
        const bool ofTheSystem = status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR;
        return api::Error{api::ErrorCode::Failed,
                          QStringLiteral("%1: %2").arg(
                              path, QString::fromLocal8Bit(ofTheSystem ? std::strerror(errno)
                                                                       : MMDB_strerror(status)))};
    }
    file_.reset(file.release());
    return {};
}

QString Countries::of(const api::Address& address) const {
    if (!file_)
        return {};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    const sockaddr* where = nullptr;
    if (address.isV4()) {
        v4.sin_family = AF_INET;
        v4.sin_addr.s_addr = htonl(address.toV4());
        where = reinterpret_cast<const sockaddr*>(&v4);
    } else {
        v6.sin6_family = AF_INET6;
        std::memcpy(&v6.sin6_addr, address.bytes.data(), address.bytes.size());
        where = reinterpret_cast<const sockaddr*>(&v6);
    }
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s result = MMDB_lookup_sockaddr(file_.get(), where, &status);
    if (status != MMDB_SUCCESS || !result.found_entry)
        return {};
    for (const QByteArray& language : languages_) {
        const QString name = textAt(result.entry, {"country", "names", language.constData()});
        if (!name.isEmpty())
            return name;
    }
    return textAt(result.entry, {"country", "iso_code"});
}

}  // namespace sallyport::models
