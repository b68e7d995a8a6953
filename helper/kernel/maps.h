// The kernel side's maps as the helper writes them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "kernel/handle.h"
#include "kernel/kernel.h"

namespace sallyport::kernel {

// The shared page of the map `config`. The kernel side reads it for every packet.
class ConfigPage {
  public:
    static api::Result<ConfigPage> map(int fd);
    ConfigPage() = default;
    ConfigPage(ConfigPage&& other) noexcept;
    ConfigPage& operator=(ConfigPage&& other) noexcept;
    ConfigPage(const ConfigPage&) = delete;
    ConfigPage& operator=(const ConfigPage&) = delete;
    ~ConfigPage();

    sp_config* operator->() const { return page_; }
    quint32 generation() const;
    // Everything written to the maps before is seen by whoever reads the new number.
    void setGeneration(quint32 generation) const;
    quint64 namesTold() const;
    quint64 namesRead() const;
    void setNamesRead(quint64 answers) const;  // the same holds for it

  private:
    sp_config* page_ = nullptr;
};

class Programs;

// Borrows the file descriptors of what is loaded, which must outlive it.
class Maps {
  public:
    static api::Result<Maps> of(const Programs& programs);

    const ConfigPage& config() const { return config_; }
    // As in Kernel.
    api::Result<quint32> setPolicy(const policy::Table& table) const;
    QHash<quint32, QuotaUse> quotaUses() const;
    api::Result<void> setApp(const FileKey& file, AppNumber app, bool eachProcess) const;
    AppNumber appOf(const FileKey& file) const;
    api::Result<void> setTask(qint32 pid, quint64 serial, AppNumber app, AppNumber parentApp) const;
    QHash<qint32, quint64> gone(const QHash<qint32, quint64>& processes) const;
    api::Result<void> setAnswer(const FlowKey& flow, const FlowAnswer& answer) const;
    void forgetAnswer(const FlowKey& flow) const;
    QList<std::pair<FlowKey, FlowAnswer>> answersGiven() const;
    api::Result<void> setNamed(const api::Address& address, quint64 process,
                               const QList<policy::PatternNumber>& patterns) const;
    QList<Named> namedAddresses() const;
    void forgetNamed(const api::Address& address, quint64 process) const;
    api::Result<void> setListed(const std::vector<ListedPrefix>& prefixes) const;  // listed.cpp
    // Sums over all processors.
    sp_counters counters() const;

    // Further peers of datagram sockets and listeners.
    QList<FlowReport> peers() const;
    void forgetPeer(const FlowKey& flow) const;
    // Whether a TCP socket with this cookie is open.
    bool isStream(quint64 cookie) const;
    int fd(const char* name) const { return fds_.at(name); }

  private:
    api::Result<void> writeRules(quint32 table, const std::vector<sp_rule>& rules) const;
    api::Result<void> writeSlices(quint32 table,
                                  const QHash<policy::SliceKey, sp_slice>& slices) const;
    // Of both tables, the one in force until the new one is. A limit that stays the same keeps its
    // clock, and a count what is used; where a person changes the quota of a count, the packets of
    // that moment are not in it.
    api::Result<void> writeLimits(const QHash<quint32, policy::Limit>& limits) const;
    void forgetLimits(const QHash<quint32, policy::Limit>& but) const;

    std::map<std::string, int> fds_;
    int setTask_ = -1;  // the program
    ConfigPage config_;
};

}  // namespace sallyport::kernel
