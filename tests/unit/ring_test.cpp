// The event ring's reader, on a file that a writer fills as the kernel does (kernel/bpf/ringbuf.c).
// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QTest>
#include <cstring>

#include "kernel/handle.h"
#include "kernel/ring.h"

using namespace sallyport;

namespace {

class Writer {
  public:
    explicit Writer(quint32 bytes) : bytes_(bytes) {
        const size_t size = 2 * page() + bytes;
        fd_ = kernel::Fd(memfd_create("ring", MFD_CLOEXEC));
        if (ftruncate(fd_.get(), off_t(size)) != 0)
            qFatal("no room");
        pages_ = static_cast<char*>(
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0));
        if (pages_ == MAP_FAILED)
            qFatal("no mapping");
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { munmap(pages_, 2 * page() + bytes_); }

    int fd() const { return fd_.get(); }
    // Both ends stand there, with nothing between.
    void begin(unsigned long position) { consumer() = producer() = position; }
    unsigned long& consumer() { return *reinterpret_cast<unsigned long*>(pages_); }
    unsigned long& producer() { return *reinterpret_cast<unsigned long*>(pages_ + page()); }
    // Returns where its header is.
    quint32* write(const QByteArray& record, quint32 flags = 0) {
        auto* header = reinterpret_cast<quint32*>(at(producer()));
        header[0] = quint32(record.size()) | flags;
        for (qsizetype i = 0; i < record.size(); ++i)
            *at(producer() + BPF_RINGBUF_HDR_SZ + size_t(i)) = record.at(i);
        producer() += (size_t(record.size()) + BPF_RINGBUF_HDR_SZ + 7) & ~size_t(7);
        return header;
    }

  private:
    static size_t page() { return size_t(sysconf(_SC_PAGESIZE)); }
    char* at(unsigned long position) { return pages_ + 2 * page() + (position & (bytes_ - 1)); }

    quint32 bytes_;
    kernel::Fd fd_;
    char* pages_ = nullptr;
};

struct Read {
    QList<QByteArray> records;
    bool all = false;
    bool operator==(const Read&) const = default;
};

Read read(kernel::Ring& ring) {
    Read read;
    read.all = ring.consume([&](QByteArrayView record) {
        if (quintptr(record.data()) % 8 != 0)
            qFatal("a record that lies askew");
        read.records.append(record.toByteArray());
    });
    return read;
}

}  // namespace

class RingTest : public QObject {
    Q_OBJECT
  private slots:
    void recordsComeInTheirOrderAndOnce();
    void oneThatIsBeingWrittenHoldsThoseBehindItBack();
    void oneThatWasGivenUpIsPassedOver();
    void oneThatGoesOverTheEndComesWhole();
    void positionsMayWrap();
    void whatComesWhileReadingIsLeftForTheNextTime();
    void aFileThatIsNoRing();

  private:
    static constexpr quint32 kBytes = 4096;

    api::Result<kernel::Ring> emptyAt(unsigned long position) {
        writer_.begin(position);
        return kernel::Ring::open(writer_.fd(), kBytes);
    }

    Writer writer_{kBytes};
};

void RingTest::recordsComeInTheirOrderAndOnce() {
    auto ring = emptyAt(0);
    QVERIFY(ring);
    QCOMPARE(read(*ring), (Read{{}, true}));
    for (const char* record : {"one", "", "of eight", "of more than eight"})
        writer_.write(record);
    QCOMPARE(read(*ring), (Read{{"one", "", "of eight", "of more than eight"}, true}));
    QCOMPARE(writer_.consumer(), writer_.producer());
    QCOMPARE(read(*ring), (Read{{}, true}));
}

void RingTest::oneThatIsBeingWrittenHoldsThoseBehindItBack() {
    auto ring = emptyAt(0);
    QVERIFY(ring);
    writer_.write("before");
    quint32* header = writer_.write("slow", BPF_RINGBUF_BUSY_BIT);
    writer_.write("after");
    QCOMPARE(read(*ring), (Read{{"before"}, false}));
    QCOMPARE(read(*ring), (Read{{}, false}));
    *header &= ~BPF_RINGBUF_BUSY_BIT;
    QCOMPARE(read(*ring), (Read{{"slow", "after"}, true}));
}

void RingTest::oneThatWasGivenUpIsPassedOver() {
    auto ring = emptyAt(0);
    QVERIFY(ring);
    writer_.write("one");
    writer_.write("not this", BPF_RINGBUF_DISCARD_BIT);
    writer_.write("two");
    QCOMPARE(read(*ring), (Read{{"one", "two"}, true}));
}

void RingTest::oneThatGoesOverTheEndComesWhole() {
    QByteArray record(100, '\0');
    for (int i = 0; i < record.size(); ++i)
        record[i] = char(i);
    // The header is always in one piece; of the record, from nothing to all but 4 bytes.
    for (unsigned long left = 8; left <= 112; left += 8) {
        auto ring = emptyAt(kBytes - left);
        QVERIFY(ring);
        writer_.write(record);
        writer_.write("next");
        QCOMPARE(read(*ring), (Read{{record, "next"}, true}));
    }
}

void RingTest::positionsMayWrap() {
    auto ring = emptyAt(0ul - 16);
    QVERIFY(ring);
    quint32* header = writer_.write("one of sixteen b", BPF_RINGBUF_BUSY_BIT);
    writer_.write("two");
    QVERIFY(writer_.producer() < writer_.consumer());
    QCOMPARE(read(*ring), (Read{{}, false}));
    *header &= ~BPF_RINGBUF_BUSY_BIT;
    QCOMPARE(read(*ring), (Read{{"one of sixteen b", "two"}, true}));
}

void RingTest::whatComesWhileReadingIsLeftForTheNextTime() {
    auto ring = emptyAt(0);
    QVERIFY(ring);
    writer_.write("first");
    QList<QByteArray> records;
    const auto another = [&](QByteArrayView record) {
        records.append(record.toByteArray());
        if (records.size() < 10)  // or without end
            writer_.write("meanwhile");
    };
    QVERIFY(ring->consume(another));
    QCOMPARE(records, QList<QByteArray>{"first"});
    QVERIFY(ring->consume(another));
    QCOMPARE(records, (QList<QByteArray>{"first", "meanwhile"}));
}

void RingTest::aFileThatIsNoRing() {
    const kernel::Fd file(open("/dev/null", O_RDWR | O_CLOEXEC));
    QVERIFY(!kernel::Ring::open(file.get(), kBytes));
}

QTEST_GUILESS_MAIN(RingTest)
#include "ring_test.moc"
