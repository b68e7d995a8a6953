// Patterns of host names: see host_pattern.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/host_pattern.h"

#include <libpsl.h>

#include <QUrl>
#include <algorithm>

#include "api/host_name.h"
#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostTyped = 1024;  // characters; 253 of the alphabet may be fewer or more

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

bool isAscii(const QString& text) {
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 128; });
}

// The name as it travels in DNS.
Result<QString> inAscii(const QString& name) {
    if (isAscii(name))
        return hostName(name.toLatin1());
    const QByteArray ace = QUrl::toAce(name);
    if (ace.isEmpty())
        return invalid(quoted(name) + u" has letters that no host name may have"_s);
    return hostName(ace);
}

}  // namespace

Result<HostPattern> HostPattern::parse(const QString& text) {
    if (text.size() > kMostTyped)
        return invalid(quoted(text) + u" is too long for the name of a host"_s);
    if (hasControlCharacters(text))
        return invalid(quoted(text) + u" has a control character"_s);
    const bool below = text.startsWith("*."_L1);
    const bool site = text.startsWith(u'.');
    const QString typed = text.mid(below ? 2 : site ? 1 : 0);
    if (typed.contains(u'*'))
        return invalid(quoted(text) + u": \"*\" may stand in front only, as in *.example.org"_s);
    const Result<QString> name = inAscii(typed);
    if (!name)
        return name.error();
    return HostPattern{below ? Kind::Below : site ? Kind::Site : Kind::Exact, *name};
}

QString HostPattern::toString() const {
    switch (kind) {
        case Kind::Exact:
            return name;
        case Kind::Below:
            return u"*."_s + name;
        case Kind::Site:
            return u'.' + name;
    }
    return name;
}

bool HostPattern::matches(const QString& host) const {
    QStringView rest(host);
    if (rest.endsWith(u'.'))
        rest.chop(1);
    if (name.isEmpty() || !rest.endsWith(name, Qt::CaseInsensitive))
        return false;
    rest.chop(name.size());
    const bool itself = rest.isEmpty();
    const bool below = rest.size() > 1 && rest.endsWith(u'.');
    switch (kind) {
        case Kind::Exact:
            return itself;
        case Kind::Below:
            return below;
        case Kind::Site:
            return itself || below;
    }
    return false;
}

QString siteOf(const QString& host) {
    const Result<QString> name = isAscii(host) ? hostName(host.toLatin1()) : inAscii(host);
    const psl_ctx_t* const list = psl_builtin();
    if (!name || !list)
        return {};
    const QByteArray ascii = name->toLatin1();
    return QString::fromLatin1(psl_registrable_domain(list, ascii.constData()));
}

}  // namespace sallyport::api
