// Reads numbers in network order and pieces off the front of bytes a stranger wrote.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace sallyport::names {

// Borrows the bytes. Reading past their end fails for good: nothing is left then, every later
// number is 0, every later piece empty, and failed() says so. So a structure is read in one go and
// asked about once, and a loop over what is left() ends.
class ByteReader {
  public:
    ByteReader() = default;
    explicit ByteReader(QByteArrayView bytes) : bytes_(bytes) {}

    bool failed() const { return failed_; }
    qsizetype position() const { return position_; }
    qsizetype left() const { return bytes_.size() - position_; }
    // Everything was read and nothing was missing.
    bool finished() const { return !failed_ && left() == 0; }

    // The next `bytes` (at most 8) as one number.
    quint64 number(int bytes) {
        quint64 value = 0;
        for (const char byte : take(bytes))
            value = value << 8 | static_cast<quint8>(byte);
        return value;
    }
    quint8 u8() { return static_cast<quint8>(number(1)); }
    quint16 u16() { return static_cast<quint16>(number(2)); }
    quint32 u32() { return static_cast<quint32>(number(4)); }

    QByteArrayView take(qsizetype count) {
        if (failed_ || count < 0 || count > left()) {
            failed_ = true;
            position_ = bytes_.size();
            return {};
        }
        position_ += count;
        return bytes_.sliced(position_ - count, count);
    }
    // A piece that has its length in front, in `lengthBytes` bytes.
    ByteReader piece(int lengthBytes) {
        const quint64 length = number(lengthBytes);
        return ByteReader(take(static_cast<qsizetype>(length)));
    }
    QByteArrayView rest() { return take(left()); }

  private:
    QByteArrayView bytes_;
    qsizetype position_ = 0;
    bool failed_ = false;
};

}  // namespace sallyport::names
