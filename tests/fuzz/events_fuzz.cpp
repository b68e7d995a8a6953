// Records of the ring: which, how much room behind its head, whether it says so; then its bytes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/events.h"

#include <QtEndian>

#include "fuzz/input.h"

using namespace sallyport;

namespace {

// Nothing that a report points to may lie outside its record.
class Listener : public kernel::Sink {
  public:
    qsizetype room = 0;
    int heard = 0;

    void onExec(const kernel::ExecReport& report) override {
        ++heard;
        REQUIRE(report.path.size() <= room && report.script.size() <= room);
        for (const QString& argument : report.arguments)
            REQUIRE(argument.size() <= room);
    }
    void onFork(const kernel::ForkReport&) override { ++heard; }
    void onExit(quint64, qint32) override { ++heard; }
    void onFlow(const kernel::FlowReport& report) override {
        ++heard;
        REQUIRE(report.decision.verdict != SP_VERDICT_HOLD);
    }
    void onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override {
        ++heard;
        REQUIRE(packet.key == report.key && packet.bytes.size() <= room);
    }
    void onEnd(const kernel::FlowReport&) override { ++heard; }
    void onSaid(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override {
        ++heard;
        REQUIRE(packet.key == report.key && packet.bytes.size() <= room);
    }
    void onDns(const kernel::DnsReport& report) override {
        ++heard;
        REQUIRE(report.message.size() <= room);
    }
    void onQuota(quint32) override { ++heard; }
    void onDeaf(quint64) override { ++heard; }
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    QByteArrayView input = fuzz::view(data, size);
    sp_event head{};
    head.type = fuzz::takeByte(input) % (SP_EVENT_DEAF + 2u);
    const qsizetype room = fuzz::takeByte(input) | (fuzz::takeByte(input) & 0x1f) << 8;
    const quint8 lie = fuzz::takeByte(input);
    head.size = quint32(sizeof(head) + size_t(room)) + (lie >= 0xf0 ? lie - 0xf8u : 0u);
    QByteArray record(reinterpret_cast<const char*>(&head), sizeof(head));
    record += input.first(std::min(room, input.size())).toByteArray();
    record.resize(qsizetype(sizeof(head)) + room, '\0');

    Listener listener;
    listener.room = record.size();
    const auto done = kernel::dispatch(record, listener);
    REQUIRE(listener.heard == (done ? 1 : 0));
    return 0;
}
