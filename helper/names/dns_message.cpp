// DNS answers: see dns_message.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "names/dns_message.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "api/host_name.h"
#include "names/byte_reader.h"

namespace sallyport::names {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kHeader = 12;
constexpr int kMostOctets = 255;  // of a name, lengths included
constexpr int kMostPointers = 127;
constexpr quint16 kClassIn = 1;
enum Type : quint16 { kA = 1, kCname = 5, kAaaa = 28, kSvcb = 64, kHttps = 65 };
enum SvcKey : quint16 { kIpv4Hint = 4, kIpv6Hint = 6 };

struct Record {
    QString owner;
    QString target;      // what it is an alias for, or where the service is; empty: nothing
    bool hints = false;  // the addresses are the target's
    quint32 ttl = 0;
    QList<api::Address> addresses;
};

// A reader of a whole message, since names point back into it.
struct Message {
    QByteArrayView bytes;
    qsizetype at = 0;

    ByteReader take(qsizetype count) {
        ByteReader rest(bytes.sliced(at));
        const ByteReader taken(rest.take(count));
        failed = failed || rest.failed();
        at += failed ? 0 : count;
        return taken;
    }
    bool failed = false;
};

quint8 byteAt(QByteArrayView bytes, qsizetype at) {
    return static_cast<quint8>(bytes[at]);
}

// The name at `at`, which is moved behind it; nothing when it is malformed. Each pointer must lead
// before everything the name was read from so far, so it ends (RFC 1035 4.1.4: "a prior
// occurrence").
std::optional<QString> readName(QByteArrayView bytes, qsizetype& at, int pointers = kMostPointers) {
    QByteArray text;
    int octets = 1;  // the root's
    qsizetype from = at;
    qsizetype first = at;
    qsizetype behind = -1;  // the first pointer
    while (from < bytes.size()) {
        const int length = byteAt(bytes, from);
        if (length == 0) {
            at = behind >= 0 ? behind : from + 1;
            return text.isEmpty() ? u"."_s : QString::fromLatin1(text);
        }
        if (length >= 0xc0) {
            if (from + 1 >= bytes.size() || --pointers < 0)
                return {};
            if (behind < 0)
                behind = from + 2;
            from = (length & 0x3f) << 8 | byteAt(bytes, from + 1);
            if (from >= first)
                return {};
            first = from;
            continue;
        }
        octets += length + 1;
        if (length > 63 || octets > kMostOctets || from + 1 + length > bytes.size())
            return {};
        if (!text.isEmpty())
            text += '.';
        api::appendLabel(text, bytes.sliced(from + 1, length));
        from += 1 + length;
    }
    return {};
}

// Addresses of `width` bytes each until the end; false when they do not come out even.
bool readAddresses(ByteReader data, int width, QList<api::Address>& addresses) {
    if (data.left() == 0 || data.left() % width != 0)
        return false;
    while (data.left() > 0) {
        if (width == 4) {
            addresses += api::Address::v4(data.u32());
        } else {
            const QByteArrayView six = data.take(width);
            api::Address address;
            std::copy(six.begin(), six.end(), address.bytes.begin());
            addresses += address;
        }
    }
    return true;
}

// RFC 9460 2.2: priority, target, then parameters by rising number. Priority 0 is an alias, whose
// parameters mean nothing.
bool readService(QByteArrayView data, Record& record) {
    ByteReader head(data);
    const bool alias = head.u16() == 0;
    if (head.failed())
        return false;
    qsizetype at = 2;
    const std::optional<QString> target = readName(data, at, 0);  // never compressed
    if (!target)
        return false;
    record.target = *target == "."_L1 ? QString() : *target;
    record.hints = true;
    ByteReader parameters(data.sliced(at));
    for (int last = -1; parameters.left() > 0;) {
        const int key = parameters.u16();
        const ByteReader value = parameters.piece(2);
        if (parameters.failed() || key <= last)
            return false;
        last = key;
        const int width = key == kIpv4Hint ? 4 : key == kIpv6Hint ? 16 : 0;
        if (width != 0 && !alias && !readAddresses(value, width, record.addresses))
            return false;
    }
    return true;
}

// What the data of a record of class IN says; false: malformed. `at` is where it begins.
bool readData(QByteArrayView bytes, qsizetype at, qsizetype length, quint16 type, Record& record) {
    const QByteArrayView data = bytes.sliced(at, length);
    switch (type) {
        case kA:
            return length == 4 && readAddresses(ByteReader(data), 4, record.addresses);
        case kAaaa:
            return length == 16 && readAddresses(ByteReader(data), 16, record.addresses);
        case kCname: {
            const qsizetype end = at + length;
            const std::optional<QString> target = readName(bytes.first(end), at);
            record.target = target.value_or(QString());
            return target && at == end;
        }
        case kSvcb:
        case kHttps:
            return readService(data, record);
        default:
            return true;
    }
}

// Reads one record, which is appended when it says something; false: it is cut or malformed.
bool readRecord(Message& message, bool wanted, QList<Record>& records) {
    const std::optional<QString> owner = readName(message.bytes, message.at);
    ByteReader fixed = message.take(10);
    const quint16 type = fixed.u16();
    const quint16 kind = fixed.u16();
    const quint32 ttl = fixed.u32();
    const quint16 length = fixed.u16();
    const qsizetype data = message.at;
    message.take(length);
    if (!owner || message.failed)
        return false;
    if (!wanted || kind != kClassIn)
        return true;
    Record record;
    record.owner = *owner;
    record.ttl = ttl > std::numeric_limits<qint32>::max() ? 0 : ttl;  // RFC 2181 8
    if (!readData(message.bytes, data, length, type, record))
        return false;
    if (!record.target.isEmpty() || !record.addresses.isEmpty())
        records += record;
    return true;
}

// A name that aliases lead to, with the way there.
struct Reached {
    QStringList names;
    quint32 ttl;
};

bool knows(const QList<Reached>& reached, const QString& name) {
    return std::any_of(reached.begin(), reached.end(),
                       [&](const Reached& known) { return known.names.constLast() == name; });
}

void addAddresses(const Record& record, const Reached& from, DnsAnswer& answer) {
    QStringList names = from.names;
    if (record.hints && !record.target.isEmpty() && !names.contains(record.target))
        names += record.target;
    for (const api::Address& address : record.addresses) {
        const DnsAddress found{address, std::min(from.ttl, record.ttl), names};
        if (answer.addresses.size() >= kMostDnsAddresses) {
            answer.complete = false;
            return;
        }
        answer.addresses += found;
    }
}

// Goes from the asked name, or an alias of it, along the aliases, each name once.
void follow(const QList<Record>& records, const QStringList& asked, DnsAnswer& answer) {
    QList<Reached> reached{{asked, std::numeric_limits<quint32>::max()}};
    for (qsizetype i = 0; i < reached.size(); ++i) {
        const Reached here = reached.at(i);
        for (const Record& record : records) {
            if (record.owner != here.names.constLast())
                continue;
            addAddresses(record, here, answer);
            if (record.target.isEmpty() || knows(reached, record.target))
                continue;
            if (reached.size() >= kMostDnsNames) {
                answer.complete = false;
                continue;
            }
            reached += {here.names + QStringList(record.target), std::min(here.ttl, record.ttl)};
        }
        answer.names += here.names.constLast();
    }
}

api::Error invalid(const QString& text) {
    return failure(api::ErrorCode::Invalid, text);
}

}  // namespace

api::Result<DnsQuestion> readDnsQuestion(QByteArrayView bytes) {
    Message message{bytes};
    ByteReader header = message.take(kHeader);
    DnsQuestion question;
    question.id = header.u16();
    const quint16 flags = header.u16();
    const int questions = header.u16();
    if (message.failed)
        return invalid(u"shorter than the header of a DNS message"_s);
    if ((flags & 0xf800) != 0)  // QR and the operation
        return invalid(u"no DNS query"_s);
    if (questions != 1)
        return invalid(u"a DNS query with %1 questions"_s.arg(questions));
    const std::optional<QString> asked = readName(bytes, message.at);
    ByteReader rest = message.take(4);
    question.askedType = rest.u16();
    if (!asked || message.failed || rest.u16() != kClassIn)
        return invalid(u"a DNS query without a readable question"_s);
    question.asked = *asked;
    return question;
}

api::Result<DnsAnswer> readDnsAnswer(QByteArrayView bytes) {
    Message message{bytes};
    ByteReader header = message.take(kHeader);
    DnsAnswer answer;
    answer.id = header.u16();
    const quint16 flags = header.u16();
    const int questions = header.u16();
    const int answers = header.u16();
    const int authorities = header.u16();
    const int additional = header.u16();
    if (message.failed)
        return invalid(u"shorter than the header of a DNS message"_s);
    if ((flags & 0xf800) != 0x8000)  // QR and the operation
        return invalid(u"no response to a DNS query"_s);
    if (questions != 1)
        return invalid(u"a DNS response with %1 questions"_s.arg(questions));
    answer.truncated = (flags & 0x0200) != 0;
    answer.rcode = flags & 0xf;

    const std::optional<QString> asked = readName(bytes, message.at);
    ByteReader question = message.take(4);
    answer.askedType = question.u16();
    if (!asked || message.failed || question.u16() != kClassIn)
        return invalid(u"a DNS response without a readable question"_s);
    answer.asked = *asked;

    QList<Record> records;
    const int all = answers + authorities + additional;
    for (int i = 0; i < all && answer.complete; ++i) {
        const bool authority = i >= answers && i < answers + authorities;
        answer.damaged = i < kMostDnsRecords && !readRecord(message, !authority, records);
        answer.complete = i < kMostDnsRecords && !answer.damaged;
    }
    answer.damaged = answer.damaged && !answer.truncated;
    answer.complete = answer.complete && !answer.truncated;
    follow(records, {answer.asked}, answer);
    return answer;
}

DnsAnswer readDnsRecords(const QStringList& asked, const QList<QByteArray>& records) {
    DnsAnswer answer;
    if (asked.isEmpty())
        return answer;
    answer.asked = asked.constFirst();
    answer.names = asked.first(asked.size() - 1);
    QList<Record> read;
    for (const QByteArray& record : records) {
        Message message{record};
        answer.complete =
            read.size() < kMostDnsRecords && readRecord(message, true, read) && answer.complete;
    }
    follow(read, asked, answer);
    return answer;
}

}  // namespace sallyport::names
