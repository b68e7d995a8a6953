// Contents of lists come whole from a server on the loopback or from a file, or not at all.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QFile>
#include <QHash>
#include <QIODevice>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "api/list.h"
#include "client/list_fetcher.h"

using namespace sallyport;
using client::ListContent;
using client::ListFetcher;
using namespace Qt::StringLiterals;

namespace {

// Answers every path with the bytes it was given for it; with none it says nothing, ever.
class Server : public QTcpServer {
  public:
    QHash<QByteArray, QByteArray> answers;
    int asked = 0;

    Server() {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* peer = nextPendingConnection();
            connect(peer, &QTcpSocket::readyRead, peer, [this, peer] {
                const QByteArray request = peer->readAll();
                if (!request.startsWith("GET "))
                    return;
                ++asked;
                const QByteArray answer = answers.value(request.split(' ').value(1));
                if (answer.isEmpty())
                    return;
                peer->write(answer);
                peer->disconnectFromHost();
            });
        });
    }
    QString address(const QString& path) const {
        return u"http://127.0.0.1:%1%2"_s.arg(serverPort()).arg(path);
    }
};

QByteArray answer(const char* status, const QByteArray& body, const QByteArray& more = {}) {
    return QByteArray("HTTP/1.1 ") + status +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + more + "\r\n" + body;
}

QByteArray bytesOf(const ListContent& content) {
    QByteArray bytes(content.size(), Qt::Uninitialized);
    return pread(content.descriptor(), bytes.data(), size_t(bytes.size()), 0) == bytes.size()
               ? bytes
               : QByteArray();
}

bool isSealed(const ListContent& content) {
    const int seals = fcntl(content.descriptor(), F_GET_SEALS);
    return (seals & F_SEAL_WRITE) && (seals & F_SEAL_SHRINK);
}

}  // namespace

class ListFetcherTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { QVERIFY(server_.listen(QHostAddress::LocalHost)); }
    void aContentComesWholeAndSealed();
    void whatTheServerRefusesIsAnError();
    void redirectionsAreFollowed();
    void whoCancelsGetsNothing();
    void whatIsTooLargeIsNotTaken();
    void aFileIsAContentToo();
    void oneAtATime();

  private:
    std::optional<api::Result<ListContent>> fetched(const QString& source) {
        ListFetcher fetcher;
        std::optional<api::Result<ListContent>> result;
        fetcher.fetch(source, [&](const auto& content) { result = content; });
        (void)QTest::qWaitFor([&] { return result.has_value(); }, 20'000);
        return result;
    }
    Server server_;
};

void ListFetcherTest::aContentComesWholeAndSealed() {
    const QByteArray body = QByteArray("ads.example\n").repeated(100'000);
    server_.answers["/ads"] = answer("200 OK", body);
    ListFetcher fetcher;
    QSignalSpy progress(&fetcher, &ListFetcher::progress);
    std::optional<api::Result<ListContent>> result;
    fetcher.fetch(server_.address(u"/ads"_s), [&](const auto& content) { result = content; });
    QTRY_VERIFY_WITH_TIMEOUT(result, 20'000);
    QVERIFY(*result);
    QCOMPARE(bytesOf(**result), body);
    QVERIFY(isSealed(**result));
    QVERIFY(!progress.isEmpty());
    QCOMPARE(progress.last().at(0).toLongLong(), body.size());
    QCOMPARE(progress.last().at(1).toLongLong(), body.size());
}

void ListFetcherTest::whatTheServerRefusesIsAnError() {
    server_.answers["/none"] = answer("404 Not Found", "no such list\n");
    QVERIFY(!*fetched(server_.address(u"/none"_s)));
    server_.answers["/torn"] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nads.exa";
    QVERIFY(!*fetched(server_.address(u"/torn"_s)));
    QVERIFY(!*fetched(u"http://"_s));
    QVERIFY(!*fetched(u"http://127.0.0.1:1/"_s));
}

void ListFetcherTest::redirectionsAreFollowed() {
    server_.answers["/old"] = answer("302 Found", {}, "Location: /new\r\n");
    server_.answers["/new"] = answer("200 OK", "new.example\n");
    const auto result = fetched(server_.address(u"/old"_s));
    QVERIFY(result && *result);
    QCOMPARE(bytesOf(**result), "new.example\n");
}

void ListFetcherTest::whoCancelsGetsNothing() {
    ListFetcher fetcher;
    std::optional<api::Result<ListContent>> result;
    const int before = server_.asked;
    fetcher.fetch(server_.address(u"/silence"_s), [&](const auto& content) { result = content; });
    QTRY_COMPARE(server_.asked, before + 1);
    QVERIFY(!result && fetcher.isBusy());
    fetcher.cancel();
    QVERIFY(result && !*result);
    QVERIFY(!fetcher.isBusy());
}

void ListFetcherTest::whatIsTooLargeIsNotTaken() {
    auto content = ListContent::begin();
    QVERIFY(content);
    const QByteArray piece(1 << 20, 'a');
    for (qint64 i = 0; i < api::kLargestList >> 20; ++i)
        QVERIFY(content->append(piece));
    const auto more = content->append("a");
    QVERIFY(!more);
    QCOMPARE(more.error().code, api::ErrorCode::Invalid);
}

void ListFetcherTest::aFileIsAContentToo() {
    QTemporaryDir folder;
    QFile file(folder.filePath(u"list"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("ads.example\n") == 12);
    file.close();
    const auto result = fetched(file.fileName());
    QVERIFY(result && *result);
    QCOMPARE(bytesOf(**result), "ads.example\n");
    QVERIFY(isSealed(**result));
    QVERIFY(!*fetched(folder.filePath(u"none"_s)));
    QVERIFY(!*fetched(folder.path()));
}

void ListFetcherTest::oneAtATime() {
    ListFetcher fetcher;
    std::optional<api::Result<ListContent>> first, second;
    fetcher.fetch(server_.address(u"/silence"_s), [&](const auto& content) { first = content; });
    fetcher.fetch(server_.address(u"/new"_s), [&](const auto& content) { second = content; });
    QTRY_VERIFY(second);
    QVERIFY(!*second && !first);
    fetcher.cancel();
}

QTEST_GUILESS_MAIN(ListFetcherTest)
#include "list_fetcher_test.moc"
