// Fetches the content of a list, from a web server or a file, as the person who runs the app: the
// helper itself fetches nothing.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <functional>
#include <optional>

#include "client/list_content.h"

class QNetworkReply;

namespace sallyport::client {

// One content at a time.
class ListFetcher : public QObject {
    Q_OBJECT
  public:
    using Done = std::function<void(const api::Result<ListContent>&)>;

    explicit ListFetcher(QObject* parent = nullptr);
    ~ListFetcher() override;

    // `done` is called once, later. Redirections are followed, but not from https to http. Failed:
    // the server or the file does not give it, or nothing comes for a minute. Invalid: too large,
    // no address, or this is fetching already.
    void fetch(const QString& source, Done done);
    // Ends what is under way as Failed.
    void cancel();
    bool isBusy() const { return done_ != nullptr; }

  signals:
    void progress(qint64 bytesDone, qint64 bytesOfAll);  // of all: -1 when nobody knows

  private:
    void fetchFromWeb(const QString& source);
    void fetchFromFile(const QString& source);
    void takePiece();
    void takeEnd();
    void end(const api::Result<ListContent>& result);

    QNetworkAccessManager web_;
    QPointer<QNetworkReply> reply_;
    std::optional<ListContent> content_;
    Done done_;
    quint64 times_ = 0;  // that something was fetched: a file that comes late is nobody's
};

}  // namespace sallyport::client
