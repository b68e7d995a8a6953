// HTTP/1 requests: see http_request.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/http_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/http_requests.h"

namespace sallyport::names {

namespace {

constexpr qsizetype kMostMethod = 32;  // the longest registered one has 17

// RFC 9110 5.6.2.
bool isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && QByteArrayView("!#$%&'*+-.^_`|~").contains(c));
}

bool isToken(QByteArrayView text) {
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isControl(char c) {
    return (c >= '\0' && c < ' ') || c == 127;
}

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

QByteArrayView withoutBlanks(QByteArrayView text) {
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isBlank(text.back()))
        text = text.chopped(1);
    return text;
}

// Could these bytes be the beginning of a method and a blank?
bool beginsLikeAMethod(QByteArrayView line) {
    const auto end = std::find_if_not(line.begin(), line.end(), isTokenCharacter);
    const qsizetype length = end - line.begin();
    return length <= kMostMethod && (end == line.end() || (isBlank(*end) && length > 0));
}

// Somewhere, in any case: lenient servers find it there.
bool mentionsVersion(QByteArrayView line) {
    return line.toByteArray().toLower().contains("http/1");
}

struct Authority {
    api::Host host;
    quint16 port = 0;
};

// RFC 3986 3.2 without user: "example.org", "example.org:8080", "[2001:db8::1]:80", or nothing.
std::optional<Authority> readAuthority(QByteArrayView text) {
    Authority authority;
    if (text.isEmpty())
        return authority;
    const qsizetype colon = text.lastIndexOf(':');
    if (colon >= 0 && !text.endsWith(']')) {
        const QByteArrayView digits = text.sliced(colon + 1);
        text = text.first(colon);
        quint32 port = 0;
        for (const char c : digits) {
            port = port * 10 + static_cast<quint32>(c - '0');
            if (c < '0' || c > '9' || port > 65535)
                return {};
        }
        authority.port = static_cast<quint16>(port);
    }
    api::Result<api::Host> host = api::readHost(text, true);
    if (!host)
        return {};
    authority.host = std::move(host).value();
    return authority;
}

}  // namespace

Reading HttpRequestReader::feed(QByteArrayView stream) {
    if (reading_ != Reading::NeedMore)
        return reading_;
    const bool tooLong = stream.size() > kMostHttpHead - head_.size();
    head_.append(stream.first(std::min(stream.size(), kMostHttpHead - head_.size())));
    while (reading_ == Reading::NeedMore) {
        const qsizetype end = head_.indexOf('\n', seen_);
        if (end < 0)
            break;
        QByteArrayView line = QByteArrayView(head_).sliced(line_, end - line_);
        line_ = seen_ = end + 1;
        if (line.endsWith('\r'))
            line = line.chopped(1);
        readLine(line);
    }
    if (reading_ == Reading::NeedMore) {
        seen_ = head_.size();
        if (request_.method.isEmpty() && !beginsLikeAMethod(QByteArrayView(head_).sliced(line_)) &&
            head_.sliced(line_) != "\r")
            reading_ = Reading::OtherProtocol;
        else if (tooLong)
            reading_ = Reading::Unclear;
    }
    if (reading_ != Reading::NeedMore)
        head_.clear();
    if (reading_ == Reading::Unclear)
        request_ = {};
    return reading_;
}

Reading HttpRequestReader::soFar(QString& name) const {
    if (reading_ != Reading::NeedMore || !(hasHostField_ || targetHasHost_))
        return reading_;
    name = request_.host.name;
    return name.isEmpty() ? Reading::NoName : Reading::Name;
}

void HttpRequestReader::readLine(QByteArrayView line) {
    if (request_.method.isEmpty()) {
        if (!line.isEmpty())  // RFC 9112 2.2: empty lines in front are passed over
            readRequestLine(line);
        return;
    }
    if (line.isEmpty())
        finish();
    else
        readField(line);
}

void HttpRequestReader::readRequestLine(QByteArrayView line) {
    const qsizetype last = line.lastIndexOf(' ');
    const qsizetype first = line.indexOf(' ');
    const QByteArrayView version = line.sliced(last + 1);
    if (!beginsLikeAMethod(line) || last < 0 || !mentionsVersion(line)) {
        reading_ = Reading::OtherProtocol;
        return;
    }
    const QByteArrayView method = line.first(first);
    const QByteArrayView target = line.sliced(first).first(last - first);
    const bool known = version.size() == 8 && version.startsWith("HTTP/1.") &&
                       version.back() >= '0' && version.back() <= '9';
    // What is left of the target begins with its blank and has no other, and no control character.
    const bool clean =
        target.size() > 1 && std::all_of(target.begin() + 1, target.end(),
                                         [](char c) { return c != ' ' && !isControl(c); });
    if (!isToken(method) || !known || !clean) {
        reading_ = Reading::Unclear;
        return;
    }
    request_.method = QString::fromLatin1(method);
    readTarget(target.sliced(1));
}

void HttpRequestReader::readTarget(QByteArrayView target) {
    QByteArrayView authority;
    const qsizetype scheme = target.indexOf("://");
    if (request_.method == QLatin1String("CONNECT")) {
        authority = target;
        target = {};
        targetHasHost_ = true;
    } else if (scheme > 0 && target.front() != '/') {
        authority = target.sliced(scheme + 3);
        const auto end = std::find_if(authority.begin(), authority.end(),
                                      [](char c) { return c == '/' || c == '?' || c == '#'; });
        target = authority.sliced(end - authority.begin());
        authority = authority.first(end - authority.begin());
        targetHasHost_ = true;
    } else if (target.front() != '/' && target != QByteArrayView("*")) {
        reading_ = Reading::Unclear;
        return;
    }
    request_.target = api::printable(target);
    const bool whole = targetHasHost_ && !target.startsWith('/');  // an address without a path
    request_.path = whole && request_.method != QLatin1String("CONNECT")
                        ? QStringLiteral("/")
                        : api::plainHttpPath(target);
    if (!targetHasHost_)
        return;
    const std::optional<Authority> read = readAuthority(authority);
    if (!read || authority.isEmpty()) {
        reading_ = Reading::Unclear;
        return;
    }
    request_.host = read->host;
    request_.port = read->port;
}

void HttpRequestReader::readField(QByteArrayView line) {
    const qsizetype colon = line.indexOf(':');
    const bool controls =
        std::any_of(line.begin(), line.end(), [](char c) { return c == '\r' || c == '\0'; });
    if (controls || colon < 0 || !isToken(line.first(colon))) {  // a continued line has no token
        reading_ = Reading::Unclear;
        return;
    }
    const QByteArrayView name = line.first(colon);
    const QByteArrayView value = withoutBlanks(line.sliced(colon + 1));
    const auto is = [&](const char* field) {
        return name.compare(field, Qt::CaseInsensitive) == 0;
    };
    if (is("Host"))
        readHost(value);
    else if (is("Content-Length"))
        readLength(value);
    else if (is("Transfer-Encoding"))
        readCoding(value);
    else if (is("Upgrade"))
        upgrades_ = true;
}

void HttpRequestReader::readHost(QByteArrayView value) {
    const std::optional<Authority> read = readAuthority(value);
    if (std::exchange(hasHostField_, true) || !read ||
        (targetHasHost_ && read->host != request_.host)) {
        reading_ = Reading::Unclear;
        return;
    }
    if (!targetHasHost_) {
        request_.host = read->host;
        request_.port = read->port;
    }
}

// RFC 9112 6.3: of several readings of a length servers choose differently.
void HttpRequestReader::readLength(QByteArrayView value) {
    constexpr qsizetype kMostDigits = 18;
    const bool digits =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (std::exchange(hasLength_, true) || value.isEmpty() || value.size() > kMostDigits ||
        !digits) {
        reading_ = Reading::Unclear;
        return;
    }
    request_.bodyBytes = value.toULongLong();
}

void HttpRequestReader::readCoding(QByteArrayView value) {
    if (std::exchange(hasLength_, true) || value.compare("chunked", Qt::CaseInsensitive) != 0) {
        reading_ = Reading::Unclear;
        return;
    }
    request_.body = HttpRequest::Body::Chunked;
}

void HttpRequestReader::finish() {
    if (upgrades_ || request_.method == QLatin1String("CONNECT")) {
        request_.body = HttpRequest::Body::Other;
        request_.bodyBytes = 0;
    }
    reading_ = request_.host.name.isEmpty() ? Reading::NoName : Reading::Name;
}

}  // namespace sallyport::names
