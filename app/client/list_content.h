// The content of a list on its way to the helper: memory that is sealed when it is whole.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>
#include <memory>

#include "api/result.h"

namespace sallyport::client {

// Copies are the same content.
class ListContent {
  public:
    // Whole, and sealed. Invalid: larger than a list may be. Failed: it cannot be read.
    static api::Result<ListContent> ofFile(const QString& path);
    // Nothing yet. Failed: no memory.
    static api::Result<ListContent> begin();

    // Invalid: it is larger than a list may be now.
    api::Result<void> append(QByteArrayView bytes);
    // Nothing can be appended, or changed by anybody, any more.
    api::Result<void> seal();

    qint64 size() const { return size_; }
    int descriptor() const;  // of a memfd; as long as a copy lives

  private:
    struct Memory;
    explicit ListContent(std::shared_ptr<const Memory> memory) : memory_(std::move(memory)) {}

    std::shared_ptr<const Memory> memory_;
    qint64 size_ = 0;
};

}  // namespace sallyport::client
