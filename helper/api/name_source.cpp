// Where names come from, as words.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/name_source.h"

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr Word<NameSource> kNameSources[] = {{NameSource::OwnAnswer, "dns"_L1},
                                             {NameSource::ServerName, "tls"_L1},
                                             {NameSource::Quic, "quic"_L1},
                                             {NameSource::HttpHost, "http"_L1},
                                             {NameSource::Resolver, "resolver"_L1},
                                             {NameSource::SystemdResolved, "systemd-resolved"_L1},
                                             {NameSource::OtherAnswer, "other-program"_L1},
                                             {NameSource::None, "none"_L1}};

}  // namespace

QString toWord(NameSource value) {
    return wordOf(kNameSources, value);
}

Result<NameSource> nameSourceFromWord(const QString& word) {
    return valueOf(kNameSources, word);
}

}  // namespace sallyport::api
