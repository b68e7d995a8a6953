// The last connections that were stopped, with what would let them through.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <variant>

#include "api/question.h"
#include "client/firewall.h"

namespace sallyport::desktop {

// Missed questions first, then blocked connections, newest first, each program and address once.
class RecentBlocks : public QObject {
    Q_OBJECT
  public:
    static constexpr qsizetype kMost = 5;

    struct Block {
        QString text;  // safe to show
        // Allowing answers the missed question, or adds the rule.
        std::variant<api::Question, api::Rule> remedy;
    };

    // `firewall` must outlive it.
    explicit RecentBlocks(client::Firewall& firewall, QObject* parent = nullptr);

    const QList<Block>& blocks() const { return blocks_; }
    // Asks the helper soon; changed() follows. Many calls in a short time ask once.
    void refresh();
    void allow(qsizetype index);

  signals:
    void changed();
    void failed(const QString& why);

  private:
    void ask();
    void takeMissed(const QList<api::Question>& questions);
    void takeHistory(const api::HistoryPage& page);
    void add(const QString& text, std::variant<api::Question, api::Rule> remedy);

    client::Firewall& firewall_;
    QTimer soon_;
    QList<Block> blocks_;
    QList<Block> next_;  // being collected
};

}  // namespace sallyport::desktop
