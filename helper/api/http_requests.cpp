// Requests of plain HTTP: see http_requests.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/http_requests.h"

#include <QRegularExpression>
#include <QStringDecoder>
#include <algorithm>

#include "api/words.h"

namespace sallyport::api {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostMethods = 16;
constexpr qsizetype kMostMethod = 32;  // the longest registered one has 17
constexpr qsizetype kMostPath = 1024;

Error invalid(const QString& text) {
    return failure(ErrorCode::Invalid, text);
}

// RFC 9110 5.6.2.
bool isToken(const QString& text) {
    static const QRegularExpression token(u"\\A[!#$%&'*+.^_`|~0-9A-Za-z-]+\\z"_s);
    return token.match(text).hasMatch();
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// None: a percent sign that encodes nothing, or what is better not encoded.
std::optional<QByteArray> decoded(QByteArrayView text) {
    QByteArray plain;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain.append(text[i]);
            continue;
        }
        if (i + 2 >= text.size())
            return {};
        const int high = hexDigit(text[i + 1]), low = hexDigit(text[i + 2]);
        const char c = static_cast<char>(high * 16 + low);
        if (high < 0 || low < 0 || c == '/' || c == '%')
            return {};
        plain.append(c);
        i += 2;
    }
    return plain;
}

bool isPlain(const QString& path) {
    if (hasControlCharacters(path) || path.contains(u'\\') || path.contains(u';') ||
        path.contains("//"_L1))
        return false;
    const QStringList steps = path.split(u'/');
    return std::none_of(steps.begin(), steps.end(),
                        [](const QString& step) { return step == "."_L1 || step == ".."_L1; });
}

bool isBelow(const QString& path, const QString& above) {
    return path == above || path.startsWith(above.endsWith(u'/') ? above : above + u'/');
}

}  // namespace

QString HttpRequests::toString() const {
    QStringList parts;
    if (!methods.isEmpty())
        parts += methods.join(", "_L1);
    if (!path.isEmpty())
        parts += path;
    return parts.join(u' ');
}

Result<QStringList> httpMethodsFromText(const QString& text) {
    static const QRegularExpression between(u"[\\s,]+"_s);
    QStringList methods;
    for (const QString& word : text.split(between, Qt::SkipEmptyParts)) {
        if (!isToken(word) || word.size() > kMostMethod)
            return invalid(quoted(word) +
                           u" is no HTTP method; methods are words like GET, HEAD or POST"_s);
        // Methods know upper and lower case, and all that are registered are upper case.
        methods += word.toUpper();
    }
    std::sort(methods.begin(), methods.end());
    if (std::adjacent_find(methods.cbegin(), methods.cend()) != methods.cend())
        return invalid(u"an HTTP method stands there twice: "_s + quoted(text));
    if (methods.size() > kMostMethods)
        return invalid(u"at most %1 HTTP methods, not %2"_s.arg(kMostMethods).arg(methods.size()));
    return methods;
}

Result<void> checkHttpPath(const QString& path) {
    if (path.isEmpty())
        return {};
    if (path.size() > kMostPath)
        return invalid(u"an HTTP path has at most %1 characters"_s.arg(kMostPath));
    if (path.startsWith(u'/') && !path.contains(u'?') && !path.contains(u'#') &&
        !path.contains(u'%') && isPlain(path))
        return {};
    return invalid(quoted(path) +
                   u" is no plain path of an HTTP request: it begins with /, and has no //, no . "
                   "or .. as a step, and none of ?#%;\\"_s);
}

std::optional<QString> plainHttpPath(QByteArrayView target) {
    const auto end =
        std::find_if(target.begin(), target.end(), [](char c) { return c == '?' || c == '#'; });
    const std::optional<QByteArray> bytes = decoded(target.first(end - target.begin()));
    if (!bytes)
        return {};
    QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString path = utf8(*bytes);
    if (utf8.hasError() || !isPlain(path))
        return {};
    return path;
}

HttpFit fitOf(const HttpRequests& wanted, const HttpAsked& asked) {
    if (wanted.isAny())
        return HttpFit::Yes;
    switch (asked.state) {
        case HttpAsked::State::Unsaid:
            return HttpFit::Unsaid;
        case HttpAsked::State::Hidden:
            return HttpFit::No;
        case HttpAsked::State::Unclear:
            return HttpFit::Unclear;
        case HttpAsked::State::Read:
            break;
    }
    if (!wanted.methods.isEmpty() && !wanted.methods.contains(asked.method, Qt::CaseInsensitive))
        return HttpFit::No;
    if (wanted.path.isEmpty())
        return HttpFit::Yes;
    if (!asked.path)
        return HttpFit::Unclear;
    return isBelow(*asked.path, wanted.path) ? HttpFit::Yes : HttpFit::No;
}

}  // namespace sallyport::api
