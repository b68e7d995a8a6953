// Fetches the content of a list.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/list_fetcher.h"

#include <QCoreApplication>
#include <QNetworkReply>
#include <QThreadPool>
#include <utility>

#include "api/list.h"

namespace sallyport::client {

using api::ErrorCode;
using api::failure;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;

// Threads outlive nothing: whoever ends waits for them (QThreadPool).
void later(QObject* context, std::function<void()> work) {
    QMetaObject::invokeMethod(context, std::move(work), Qt::QueuedConnection);
}

}  // namespace

ListFetcher::ListFetcher(QObject* parent) : QObject(parent) {}

ListFetcher::~ListFetcher() {
    if (reply_) {
        reply_->disconnect(this);
        reply_->abort();
    }
}

void ListFetcher::fetch(const QString& source, Done done) {
    if (isBusy()) {
        const auto busy = failure(ErrorCode::Invalid, u"another content is being fetched"_s);
        return later(this, [done = std::move(done), busy] { done(busy); });
    }
    done_ = std::move(done);
    ++times_;
    if (api::isWebAddress(source))
        fetchFromWeb(source);
    else
        fetchFromFile(source);
}

void ListFetcher::fetchFromWeb(const QString& source) {
    const QUrl url(source, QUrl::StrictMode);
    auto content = ListContent::begin();
    if (!url.isValid() || url.host().isEmpty() || !content) {
        const auto error =
            content ? failure(ErrorCode::Invalid, u"no web address: "_s + source) : content.error();
        return later(this, [this, error, time = times_] {
            if (time == times_)
                end(error);
        });
    }
    content_ = *content;
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::NoLessSafeRedirectPolicy);
    request.setHeader(QNetworkRequest::UserAgentHeader,
                      QStringLiteral("Sallyport/" SALLYPORT_VERSION));
    request.setTransferTimeout(kPatienceMs);
    reply_ = web_.get(request);
    connect(reply_, &QNetworkReply::readyRead, this, &ListFetcher::takePiece);
    connect(reply_, &QNetworkReply::downloadProgress, this, &ListFetcher::progress);
    connect(reply_, &QNetworkReply::finished, this, &ListFetcher::takeEnd);
}

// In a thread: it may lie on a slow disk or behind a network.
void ListFetcher::fetchFromFile(const QString& source) {
    QThreadPool::globalInstance()->start(
        [self = QPointer<ListFetcher>(this), source, time = times_] {
            auto content =
                std::make_shared<const api::Result<ListContent>>(ListContent::ofFile(source));
            later(qApp, [self, content, time] {
                if (self && self->isBusy() && self->times_ == time)
                    self->end(*content);
            });
        });
}

void ListFetcher::takePiece() {
    if (!reply_ || !content_)
        return;
    if (const auto added = content_->append(reply_->readAll()); !added)
        end(added.error());
}

void ListFetcher::takeEnd() {
    if (!reply_ || !content_)
        return;
    if (reply_->error() != QNetworkReply::NoError)
        return end(failure(ErrorCode::Failed, reply_->errorString()));
    takePiece();
    if (!content_)
        return;
    const auto sealed = content_->seal();
    end(sealed ? api::Result<ListContent>(*content_) : sealed.error());
}

void ListFetcher::cancel() {
    if (isBusy())
        end(failure(ErrorCode::Failed, u"cancelled"_s));
}

void ListFetcher::end(const api::Result<ListContent>& result) {
    content_.reset();
    ++times_;
    if (reply_) {
        reply_->disconnect(this);
        reply_->abort();
        reply_->deleteLater();
        reply_.clear();
    }
    if (const Done done = std::exchange(done_, nullptr))
        done(result);
}

}  // namespace sallyport::client
