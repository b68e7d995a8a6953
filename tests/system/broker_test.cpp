// The real sallyport-broker: what it opens, for which network namespace, and what it refuses.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/un.h>

#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "broker/message.h"
#include "broker/opener.h"
#include "support/broker_door.h"
#include "support/privilege.h"
#include "support/skip.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using broker::What;

namespace {

template <class Value = int>
Value option(const broker::Fd& fd, int name) {
    Value value = 0;
    socklen_t size = sizeof(value);
    return getsockopt(fd.get(), SOL_SOCKET, name, &value, &size) == 0 ? value : Value(-1);
}

quint64 namespaceOf(const broker::Fd& fd) {
    return option<quint64>(fd, SO_NETNS_COOKIE);
}

// A process in a network namespace of its own, gone with the object.
class Elsewhere {
  public:
    Elsewhere() {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            return;
        const broker::Fd here(ends[0]), there(ends[1]);
        pid_ = fork();
        if (pid_ == 0) {
            quint64 cookie = 0;
            if (unshare(CLONE_NEWNET) == 0)
                cookie = namespaceOf(broker::Fd(socket(AF_UNIX, SOCK_DGRAM, 0)));
            if (write(there.get(), &cookie, sizeof(cookie)) == ssize_t(sizeof(cookie)))
                pause();
            _exit(0);
        }
        if (read(here.get(), &cookie_, sizeof(cookie_)) != ssize_t(sizeof(cookie_)))
            cookie_ = 0;
    }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;
    ~Elsewhere() { end(); }

    void end() {
        if (pid_ <= 0)
            return;
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    quint64 cookie() const { return cookie_; }

  private:
    pid_t pid_ = 0;
    quint64 cookie_ = 0;
};

}  // namespace

class BrokerTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void opens_data();
    void opens();
    void opensWhereTheSocketIs();
    void opensRoutesOfItsOwnNamespaceAlone();
    void saysThatANamespaceIsGone();
    void startsNoWalkOfSomethingElse();
    void refusesWhatItDoesNotKnow_data();
    void refusesWhatItDoesNotKnow();
    void isAskedAgainWhenItHasEnded();
    void mayBeAway();

  private:
    QTemporaryDir folder_;
    std::string path_;
    std::unique_ptr<tests::BrokerDoor> door_;
};

void BrokerTest::initTestCase() {
    if (geteuid() != 0 || !tests::hasCapabilities())
        SKIP_ALL("needs root with its capabilities");
    path_ = folder_.filePath(u"broker"_s).toStdString();
    door_ = std::make_unique<tests::BrokerDoor>(SALLYPORT_BROKER, path_);
    QVERIFY(door_->isOpen());
}

void BrokerTest::opens_data() {
    QTest::addColumn<quint32>("what");
    QTest::addColumn<int>("domain");
    QTest::addColumn<int>("type");
    QTest::newRow("raw IPv4") << quint32(What::RawV4) << AF_INET << int(SOCK_RAW);
    QTest::newRow("raw IPv6") << quint32(What::RawV6) << AF_INET6 << int(SOCK_RAW);
    QTest::newRow("sock_diag") << quint32(What::SockDiag) << AF_NETLINK << int(SOCK_DGRAM);
    QTest::newRow("routes") << quint32(What::Routes) << AF_NETLINK << int(SOCK_DGRAM);
}

void BrokerTest::opens() {
    QFETCH(quint32, what);
    QFETCH(int, domain);
    QFETCH(int, type);
    const broker::Fd own(socket(AF_UNIX, SOCK_DGRAM, 0));
    broker::Opener byBroker(path_), itself;
    for (broker::Opener* opener : {&byBroker, &itself}) {
        const broker::Fd fd = opener->open(What(what));
        QVERIFY2(fd, strerror(errno));
        QCOMPARE(option(fd, SO_DOMAIN), domain);
        QCOMPARE(option(fd, SO_TYPE), type);
        QCOMPARE(namespaceOf(fd), namespaceOf(own));
        QVERIFY(fcntl(fd.get(), F_GETFD) & FD_CLOEXEC);
    }
}

void BrokerTest::opensWhereTheSocketIs() {
    const Elsewhere there;
    QVERIFY(there.cookie() != 0);
    broker::Opener byBroker(path_), itself;
    for (broker::Opener* opener : {&byBroker, &itself}) {
        const broker::Fd fd = opener->open(What::SockDiag, there.cookie());
        QVERIFY2(fd, strerror(errno));
        QCOMPARE(namespaceOf(fd), there.cookie());
        // And nowhere else from then on.
        QVERIFY(namespaceOf(opener->open(What::SockDiag)) != there.cookie());
    }
}

void BrokerTest::opensRoutesOfItsOwnNamespaceAlone() {
    const Elsewhere there;
    broker::Opener opener(path_);
    QVERIFY(!opener.open(What::Routes, there.cookie()));
    QCOMPARE(errno, EINVAL);
    const broker::Fd fd = opener.open(What::Routes);
    sockaddr_nl address{};
    socklen_t size = sizeof(address);
    QCOMPARE(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    QCOMPARE(address.nl_groups, quint32(RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE));
    QVERIFY(fcntl(fd.get(), F_GETFL) & O_NONBLOCK);
}

void BrokerTest::saysThatANamespaceIsGone() {
    Elsewhere there;
    const quint64 cookie = there.cookie();
    there.end();
    broker::Opener opener(path_);
    QVERIFY(!opener.open(What::SockDiag, cookie));
    QCOMPARE(errno, ENOENT);
}

void BrokerTest::startsNoWalkOfSomethingElse() {
    broker::Opener opener(path_);
    QVERIFY(!opener.open(What::Walk));
    QCOMPARE(errno, EBADF);
    const broker::Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    QVERIFY(!opener.open(What::Walk, 0, file.get()));
    QCOMPARE(errno, EINVAL);
}

void BrokerTest::refusesWhatItDoesNotKnow_data() {
    QTest::addColumn<QByteArray>("message");
    broker::Request request;
    const auto bytes = [&] {
        return QByteArray(reinterpret_cast<const char*>(&request), sizeof(request));
    };
    QTest::newRow("nothing") << bytes();
    request.what = What(99);
    QTest::newRow("something else") << bytes();
    request.what = What::RawV4;
    QTest::newRow("cut off") << bytes().chopped(1);
    QTest::newRow("too long") << bytes() + '\0';
}

// It says so, and goes on.
void BrokerTest::refusesWhatItDoesNotKnow() {
    QFETCH(QByteArray, message);
    const broker::Fd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path));
    QCOMPARE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const auto answer = [&](const QByteArray& asked) {
        broker::Reply reply{-1};
        broker::Message in(&reply, sizeof(reply));
        if (send(fd.get(), asked.constData(), size_t(asked.size()), MSG_NOSIGNAL) < 0 ||
            recvmsg(fd.get(), &in.head, MSG_CMSG_CLOEXEC) != ssize_t(sizeof(reply)))
            return -1;
        return bool(in.descriptor()) == (reply.error == 0) ? reply.error : -1;
    };
    QCOMPARE(answer(message), EINVAL);
    const broker::Request right{0, What::SockDiag};
    QCOMPARE(answer(QByteArray(reinterpret_cast<const char*>(&right), sizeof(right))), 0);
}

void BrokerTest::isAskedAgainWhenItHasEnded() {
    broker::Opener opener(path_);
    QVERIFY(opener.open(What::RawV4));
    const auto before = door_->brokers();
    QCOMPARE(kill(before.back(), SIGKILL), 0);
    siginfo_t info{};
    QCOMPARE(waitid(P_PID, id_t(before.back()), &info, WEXITED | WNOWAIT), 0);
    QVERIFY2(opener.open(What::RawV4), strerror(errno));
    QCOMPARE(door_->brokers().size(), before.size() + 1);
}

void BrokerTest::mayBeAway() {
    broker::Opener opener(path_ + "-none");
    QVERIFY(!opener.open(What::RawV4));
    QCOMPARE(errno, ENOENT);
    const std::string deaf = folder_.filePath(u"deaf"_s).toStdString();
    { const tests::BrokerDoor gone(SALLYPORT_BROKER, deaf); }
    broker::Opener other(deaf);
    QVERIFY(!other.open(What::RawV4));
    QCOMPARE(errno, ECONNREFUSED);
}

QTEST_GUILESS_MAIN(BrokerTest)
#include "broker_test.moc"
