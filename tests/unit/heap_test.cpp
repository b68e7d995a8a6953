// What is free goes back to the system, a while after something happened and not all the time.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QFile>
#include <QIODevice>
#include <QTest>
#include <QTimer>
#include <memory>
#include <vector>

#include "service/heap.h"

using namespace sallyport;

namespace {

[[maybe_unused]] qint64 residentBytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

}  // namespace

class HeapTest : public QObject {
    Q_OBJECT
  private slots:
    void whatIsFreeBetweenWhatIsInUseGoesBack();
    void nobodyIsWokenWhereNothingHappens();
    void whatTheStartNeededOfFilesGoesBack();
};

void HeapTest::whatIsFreeBetweenWhatIsInUseGoesBack() {
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__)
    QSKIP("another allocator");
#else
    constexpr qint64 kBytes = 32 << 20;
    const service::Heap heap(10, 10'000);
    std::vector<std::unique_ptr<char[]> > blocks;
    for (qint64 i = 0; i < kBytes / 1024; ++i) {
        blocks.push_back(std::make_unique<char[]>(1024));
        std::fill_n(blocks.back().get(), 1024, 'x');
    }
    const qint64 full = residentBytes();
    for (size_t i = 0; i < blocks.size(); ++i)
        if (i % 64 != 0)  // something in use stays above every hole
            blocks[i].reset();
    QVERIFY(full - residentBytes() < kBytes / 2);
    QTRY_VERIFY(full - residentBytes() > kBytes / 2);
#endif
}

void HeapTest::nobodyIsWokenWhereNothingHappens() {
    const service::Heap heap(1, 10'000);
    QTest::qWait(50);  // by now it has happened
    int woken = 0;
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this,
            [&] { ++woken; });
    QEventLoop loop;
    QTimer::singleShot(200, &loop, &QEventLoop::quit);
    loop.exec();
    QVERIFY2(woken <= 3, qPrintable(QString::number(woken)));
}

void HeapTest::whatTheStartNeededOfFilesGoesBack() {
#ifdef __SANITIZE_ADDRESS__
    QSKIP("has its own memory");
#else
    const qint64 before = residentBytes();
    service::giveUpStart();
    const qint64 after = residentBytes();
    QVERIFY2(before - after > 4 << 20, qPrintable(QString::number(before - after)));
    // All of it is still there.
    QCOMPARE(QStringLiteral("%1").arg(1.5), QStringLiteral("1.5"));
#endif
}

QTEST_GUILESS_MAIN(HeapTest)
#include "heap_test.moc"
