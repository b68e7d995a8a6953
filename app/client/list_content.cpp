// The content of a list in a memfd.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/list_content.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>
#include <cstring>

#include "api/list.h"

namespace sallyport::client {

using api::ErrorCode;
using api::failure;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kAtOnce = 1 << 20;

api::Error systemFailure() {
    return failure(ErrorCode::Failed, QString::fromLocal8Bit(std::strerror(errno)));
}

}  // namespace

struct ListContent::Memory {
    int descriptor = -1;
    explicit Memory(int made) : descriptor(made) {}
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() {
        if (descriptor >= 0)
            close(descriptor);
    }
};

api::Result<ListContent> ListContent::begin() {
    auto memory = std::make_shared<const Memory>(
        memfd_create("sallyport-list", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (memory->descriptor < 0)
        return systemFailure();
    return ListContent(std::move(memory));
}

int ListContent::descriptor() const {
    return memory_->descriptor;
}

api::Result<void> ListContent::append(QByteArrayView bytes) {
    if (size_ + bytes.size() > api::kLargestList)
        return failure(ErrorCode::Invalid, u"larger than %1 MB"_s.arg(api::kLargestList >> 20));
    while (!bytes.isEmpty()) {
        const ssize_t written =
            write(memory_->descriptor, bytes.data(), static_cast<size_t>(bytes.size()));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return systemFailure();
        size_ += written;
        bytes = bytes.sliced(written);
    }
    return {};
}

api::Result<void> ListContent::seal() {
    if (fcntl(memory_->descriptor, F_ADD_SEALS,
              F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
        return {};
    return systemFailure();
}

api::Result<ListContent> ListContent::ofFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Failed, path + u": "_s + file.errorString());
    auto content = begin();
    while (content && !file.atEnd()) {
        const QByteArray piece = file.read(kAtOnce);
        if (piece.isEmpty())
            break;
        if (const auto added = content->append(piece); !added)
            return failure(added.error().code, path + u": "_s + added.error().text);
    }
    if (file.error() != QFileDevice::NoError)
        return failure(ErrorCode::Failed, path + u": "_s + file.errorString());
    if (content) {
        if (const auto sealed = content->seal(); !sealed)
            return sealed.error();
    }
    return content;
}

}  // namespace sallyport::client
