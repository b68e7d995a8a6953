// The engine on the real kernel side, without bus and window.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bpf/bpf.h>

#include <QEventLoop>
#include <QStringEncoder>
#include <QTimer>

#include "bpf/abi.h"
#include "engine/engine.h"
#include "kernel/handle.h"
#include "kernel/pins.h"
#include "lab.h"

namespace sallyport::lab {

// The system's clocks, and what a test lets pass beside.
class LabClock final : public engine::Clock {
  public:
    qint64 aheadMs = 0;
    qint64 nowMs() const override { return system_.nowMs() + aheadMs; }
    qint64 bootMs() const override { return system_.bootMs() + aheadMs; }

  private:
    engine::SystemClock system_;
};

// For the connection that was asked about alone.
inline api::Answer once(api::Action action) {
    api::Answer answer;
    answer.action = action;
    answer.lifetime = api::Lifetime::Connection;
    return answer;
}

// An engine that takes what the kernel reports, as in the helper.
struct Bench {
    QTemporaryDir folder;
    QString pins;      // empty: nothing outlives it
    QString resolved;  // socket of systemd-resolved's monitor; empty: there is none
    quint32 ringBytes = SP_RING_BYTES;
    LabClock clock;
    process::ProcessTable processes;
    std::unique_ptr<kernel::Kernel> kernel;
    std::unique_ptr<store::RuleStore> rules;
    std::unique_ptr<store::History> history;
    std::unique_ptr<engine::Engine> engine;

    api::Result<void> start(const QString& cgroup) {
        auto opened = kernel::open({cgroup, pins, ringBytes});
        if (!opened)
            return opened.error();
        kernel = std::move(*opened);
        rules = std::make_unique<store::RuleStore>(*store::RuleStore::open(
            folder.filePath(QStringLiteral("rules.db")), QStringLiteral("boot")));
        history = std::move(*store::History::open(folder.filePath(QStringLiteral("history.db"))));
        engine::Options options{folder.filePath(QStringLiteral("rules.d")), {}};
        options.names = folder.filePath(QStringLiteral("names"));
        options.resolved = resolved;
        engine = std::make_unique<engine::Engine>(*kernel, processes, *rules, *history, clock,
                                                  std::move(options));
        return engine->start();
    }
    void end() {
        engine.reset();
        history.reset();
        rules.reset();
        kernel.reset();
    }
    // As if it were killed: what it writes down at its end is not there.
    void kill() {
        QHash<QString, QByteArray> written;
        for (const char* name : {"names", "names-said"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            written.insert(file.fileName(),
                           file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
        }
        end();
        for (auto it = written.cbegin(); it != written.cend(); ++it) {
            QFile file(it.key());
            if (it->isEmpty() ? file.exists() && !file.remove()
                              : !file.open(QIODevice::WriteOnly) || file.write(*it) < 0)
                qFatal("%s: %s", qPrintable(it.key()), qPrintable(file.errorString()));
        }
    }
    // The one open question; 0: none is.
    api::QuestionId asked() const {
        for (const api::Question& question : engine->questions())
            if (!question.missed)
                return question.id;
        return 0;
    }
    // How many connections wait.
    qsizetype waiting() const {
        const QList<api::Connection> all = engine->connections();
        return std::count_if(all.begin(), all.end(), [](const api::Connection& connection) {
            return connection.state == api::ConnectionState::Held;
        });
    }
    // How many entries a pinned map has whose keys are flows; negative: there is none.
    qsizetype kept(const char* map) const {
        engine->drain();  // that something is over wakes nobody
        const kernel::Fd fd(
            bpf_obj_get(kernel::mapPin(pins + kernel::kCurrentPins, map).constData()));
        sp_flow_key key{};
        qsizetype count = 0;
        if (!fd)
            return -1;
        for (const sp_flow_key* last = nullptr; bpf_map_get_next_key(fd.get(), last, &key) == 0;
             last = &key)
            ++count;
        return count;
    }
    // Whether this is in the file, as QDataStream has it.
    bool hasWritten(const char* name, const QString& text = {}) const {
        QFile file(folder.filePath(QLatin1String(name)));
        const QByteArray wanted = QStringEncoder(QStringEncoder::Utf16BE).encode(text);
        return file.open(QIODevice::ReadOnly) && file.readAll().contains(wanted);
    }
};

// What a client says in the end; the engine goes on meanwhile, without a pause.
inline QString said(Peer& client, const QString& command) {
    client.tell(command);
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (client.hasSpoken())
            loop.quit();
    });
    look.start(5);
    QTimer::singleShot(600'000, &loop, &QEventLoop::quit);
    loop.exec();
    return client.hasSpoken() ? client.reply() : QString();
}

// A client with a connection to the echo server; null: it has none.
inline std::unique_ptr<Peer> connected(Lab& lab) {
    auto client = lab.client();
    if (!client || said(*client, QStringLiteral("open tcp ") + kServerV4) != QLatin1String("ok"))
        return nullptr;
    const QString done = said(*client, QStringLiteral("connect %1 %2").arg(kServerV4).arg(kEcho));
    return done.startsWith(QLatin1String("ok")) ? std::move(client) : nullptr;
}

inline QString written(Peer& client, const QByteArray& bytes) {
    return said(client, QStringLiteral("write ") + QString::fromLatin1(bytes.toHex()));
}

}  // namespace sallyport::lab
