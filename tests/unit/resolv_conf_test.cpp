// Whom the machine is told to ask for names: what stands in the file, and that changes are seen.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QDir>
#include <QSaveFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "resolved/resolv_conf.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using resolved::ResolvConf;

namespace {

QStringList texts(const QList<api::Address>& addresses) {
    QStringList all;
    for (const api::Address& address : addresses)
        all.append(address.toString());
    return all;
}

struct Bench {
    QTemporaryDir folder;
    QString path = folder.filePath(u"etc/resolv.conf"_s);
    QString other = folder.filePath(u"run/daemon/resolv.conf"_s);
    ResolvConf conf{{path, other}};
    QSignalSpy changed{&conf, &ResolvConf::changed};

    Bench() { QDir(folder.path()).mkpath(u"etc"_s); }
    // As daemons do: a new file in the place of the old one.
    static void replace(const QString& file, const QByteArray& text) {
        QSaveFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
        QVERIFY(out.commit());
    }
    // As scripts do.
    static void write(const QString& file, const QByteArray& text) {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        out.write(text);
    }
    void become(const QStringList& wanted) { QTRY_COMPARE(texts(conf.resolvers()), wanted); }
};

}  // namespace

class ResolvConfTest : public QObject {
    Q_OBJECT
  private slots:
    void addressesAreRead_data();
    void addressesAreRead();
    void aFileThatIsReplacedIsReadAgain();
    void aFileThatIsWrittenInPlaceIsReadAgain();
    void whereALinkLeadsIsFollowed();
    void aFolderThatComesLaterIsSeen();
    void whatSaysTheSameIsNoChange();
    void whatOthersCanWriteIsNotBelieved();
    void thereAreNoMoreThanSome();
};

void ResolvConfTest::addressesAreRead_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("wanted");
    const auto row = [](const char* name, const QByteArray& text, const QStringList& wanted) {
        QTest::newRow(name) << text << wanted;
    };
    row("nothing", "", {});
    row("both families", "search lan\nnameserver 192.0.2.1\nnameserver 2001:db8::1\n",
        {u"192.0.2.1"_s, u"2001:db8::1"_s});
    row("no end of line", "nameserver\t192.0.2.1", {u"192.0.2.1"_s});
    row("a zone", "nameserver fe80::1%eth0\n", {u"fe80::1"_s});
    row("blanks and a comment", "nameserver   192.0.2.1  # the router\n", {u"192.0.2.1"_s});
    row("twice", "nameserver 192.0.2.1\nnameserver 192.0.2.1\n", {u"192.0.2.1"_s});
    row("this machine", "nameserver 127.0.0.53\nnameserver ::1\nnameserver 0.0.0.0\n", {});
    row("comments", "#nameserver 192.0.2.1\n; nameserver 192.0.2.2\n", {});
    row("no address", "nameserver dns.example\nnameserver 192.0.2.300\nnameserver\nnameserver \n",
        {});
    row("no network", "nameserver 192.0.2.0/24\n", {});
    row("another word", "nameservers 192.0.2.1\n nameserver 192.0.2.2\n", {});
    constexpr char kBytes[] = "\0nameserver\xff 192.0.2.1\nnameserver \xff\0\n";
    row("bytes", QByteArray(kBytes, sizeof(kBytes) - 1), {});
}

void ResolvConfTest::addressesAreRead() {
    QFETCH(QByteArray, text);
    QFETCH(QStringList, wanted);
    QCOMPARE(texts(resolved::resolversIn(text)), wanted);
}

void ResolvConfTest::aFileThatIsReplacedIsReadAgain() {
    Bench bench;
    Bench::replace(bench.path, "nameserver 192.0.2.1\n");
    bench.conf.start();
    QCOMPARE(texts(bench.conf.resolvers()), QStringList{u"192.0.2.1"_s});
    for (const char* last : {"2", "3", "4"}) {
        Bench::replace(bench.path, QByteArray("nameserver 192.0.2.") + last + '\n');
        bench.become({u"192.0.2."_s + QLatin1String(last)});
    }
    QVERIFY(QFile::remove(bench.path));
    bench.become({});
    Bench::replace(bench.path, "nameserver 192.0.2.5\n");
    bench.become({u"192.0.2.5"_s});
    QVERIFY(bench.changed.size() >= 5);
}

void ResolvConfTest::aFileThatIsWrittenInPlaceIsReadAgain() {
    Bench bench;
    Bench::write(bench.path, "nameserver 192.0.2.1\n");
    bench.conf.start();
    for (const char* last : {"2", "3"}) {
        Bench::write(bench.path, QByteArray("nameserver 192.0.2.") + last + '\n');
        bench.become({u"192.0.2."_s + QLatin1String(last)});
    }
}

void ResolvConfTest::whereALinkLeadsIsFollowed() {
    Bench bench;
    QVERIFY(QDir(bench.folder.path()).mkpath(u"elsewhere"_s));
    const QString target = bench.folder.filePath(u"elsewhere/stub.conf"_s);
    Bench::replace(target, "nameserver 192.0.2.1\n");
    QVERIFY(QFile::link(target, bench.path));
    bench.conf.start();
    QCOMPARE(texts(bench.conf.resolvers()), QStringList{u"192.0.2.1"_s});
    Bench::replace(target, "nameserver 192.0.2.2\n");
    bench.become({u"192.0.2.2"_s});
    QVERIFY(QFile::remove(bench.path));
    Bench::replace(bench.path, "nameserver 192.0.2.3\n");
    bench.become({u"192.0.2.3"_s});
}

void ResolvConfTest::aFolderThatComesLaterIsSeen() {
    Bench bench;
    Bench::replace(bench.path, "nameserver 127.0.0.53\n");
    bench.conf.start();
    QVERIFY(bench.conf.resolvers().isEmpty());
    QVERIFY(QDir(bench.folder.path()).mkpath(u"run/daemon"_s));
    Bench::replace(bench.other, "nameserver 192.0.2.1\n");
    bench.become({u"192.0.2.1"_s});
    QVERIFY(QDir(bench.folder.filePath(u"run"_s)).removeRecursively());
    bench.become({});
    QVERIFY(QDir(bench.folder.path()).mkpath(u"run/daemon"_s));
    Bench::replace(bench.other, "nameserver 192.0.2.2\n");
    bench.become({u"192.0.2.2"_s});
}

void ResolvConfTest::whatSaysTheSameIsNoChange() {
    Bench bench;
    Bench::replace(bench.path, "nameserver 192.0.2.1\n");
    bench.conf.start();
    Bench::replace(bench.path, "# again\nnameserver 192.0.2.1\n");
    QTest::qWait(4 * ResolvConf::kSettleMs);
    QCOMPARE(bench.changed.size(), 0);
}

void ResolvConfTest::whatOthersCanWriteIsNotBelieved() {
    Bench bench;
    Bench::replace(bench.path, "nameserver 192.0.2.1\n");
    const auto readable = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther;
    QVERIFY(QFile::setPermissions(bench.path, readable | QFile::WriteOther));
    bench.conf.start();
    QVERIFY(bench.conf.resolvers().isEmpty());
    QVERIFY(QFile::setPermissions(bench.path, readable | QFile::WriteGroup));
    QTest::qWait(2 * ResolvConf::kSettleMs);
    QVERIFY(bench.conf.resolvers().isEmpty());
    QVERIFY(QFile::setPermissions(bench.path, readable));
    bench.become({u"192.0.2.1"_s});
    if (::geteuid() != 0)
        QSKIP("a file of another user needs root");
    QCOMPARE(::chown(QFile::encodeName(bench.path).constData(), 65534, 65534), 0);
    bench.become({});
}

void ResolvConfTest::thereAreNoMoreThanSome() {
    Bench bench;
    QByteArray text;
    for (int i = 1; i <= 200; ++i)
        text += "nameserver 192.0.2." + QByteArray::number(i) + '\n';
    Bench::replace(bench.path, text);
    bench.conf.start();
    QCOMPARE(bench.conf.resolvers().size(), ResolvConf::kMostResolvers);
}

QTEST_GUILESS_MAIN(ResolvConfTest)
#include "resolv_conf_test.moc"
