// The host that an HTTP/1 request is for, what it asks of it, and where it ends.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "api/host_name.h"
#include "names/reading.h"

namespace sallyport::names {

// What a program says to whom it talks: it may lie, and a server need not look.
struct HttpRequest {
    QString method;  // as sent: "GET"
    QString target;  // path and query, "*", or empty for CONNECT; as printable()
    // Of the target, where it is a whole address (RFC 9112 3.2.2) or for CONNECT, else of the Host
    // field. Name: host.name; NoName: host.address, or neither, where no host was said.
    api::Host host;
    quint16 port = 0;  // 0: none was said
    // Of the target, as api::plainHttpPath(): "*" and, for CONNECT, empty too.
    std::optional<QString> path;

    // What follows the head (RFC 9112 6).
    enum class Body : quint8 {
        Length,   // so many bytes
        Chunked,  // chunks that say how long they are
        Other,    // another protocol, if the server agrees: CONNECT, Upgrade
    };
    Body body = Body::Length;
    quint64 bodyBytes = 0;  // only for Length

    bool operator==(const HttpRequest&) const = default;
};

inline constexpr qsizetype kMostHttpHead = 16384;  // bytes up to the empty line that ends the head

// Reads the head of the first request of a TCP stream in pieces of any size (RFC 9112). Unclear is
// whatever servers and proxies are known to read in different ways: several Host fields, continued
// lines (obs-fold), blanks around a field's name, a carriage return inside a line, a Host that is
// none or is not the target's, a request line with more than three parts, a body whose length is
// said twice or in no known way, a head over kMostHttpHead. HTTP/0.9 and HTTP/2 are OtherProtocol.
class HttpRequestReader {
  public:
    // The bytes that follow those of the calls before. After another result than NeedMore, ignored.
    Reading feed(QByteArrayView stream);

    Reading reading() const { return reading_; }
    // Whole for Name and NoName; empty for Unclear.
    const HttpRequest& request() const { return request_; }
    // What the request says of its host, when its end does not come; NeedMore: nothing. What is
    // missing could say another.
    Reading soFar(QString& name) const;
    // Bytes up to the end of the head, with what was passed over in front. Once it is Name or
    // NoName.
    qsizetype headBytes() const { return line_; }

  private:
    void readLine(QByteArrayView line);
    void readRequestLine(QByteArrayView line);
    void readTarget(QByteArrayView target);
    void readField(QByteArrayView line);
    void readHost(QByteArrayView value);
    void readLength(QByteArrayView value);
    void readCoding(QByteArrayView value);
    void finish();

    Reading reading_ = Reading::NeedMore;
    HttpRequest request_;
    QByteArray head_;
    qsizetype line_ = 0;  // where the line that is not whole yet begins
    qsizetype seen_ = 0;  // up to where there is no end of line
    bool targetHasHost_ = false;
    bool hasHostField_ = false;
    bool hasLength_ = false;  // of the body
    bool upgrades_ = false;
};

}  // namespace sallyport::names
