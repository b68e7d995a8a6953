// Joins the kernel side, the rules and the people who answer: what is held, who is asked, what was
// answered, what is live. Knows nothing of the bus.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>
#include <deque>
#include <memory>

#include "api/question.h"
#include "api/status.h"
#include "engine/agents.h"
#include "engine/clock.h"
#include "engine/content_book.h"
#include "engine/decision_log.h"
#include "engine/flow_table.h"
#include "engine/guests.h"
#include "engine/held_packets.h"
#include "engine/knocks.h"
#include "engine/list_book.h"
#include "engine/listeners.h"
#include "engine/metrics.h"
#include "engine/name_book.h"
#include "engine/numbering.h"
#include "engine/pace.h"
#include "engine/packet_holders.h"
#include "engine/question_book.h"
#include "engine/quota_book.h"
#include "engine/wall_timer.h"
#include "kernel/kernel.h"
#include "kernel/on_link_networks.h"
#include "policy/compile.h"
#include "policy/explain.h"
#include "policy/pattern_numbers.h"
#include "process/process_table.h"
#include "resolved/monitor.h"
#include "resolved/resolv_conf.h"
#include "store/history.h"
#include "store/rule_store.h"

namespace sallyport::engine {

inline constexpr quint32 kMaxPauseSeconds = 86'400;

struct Options {
    QString administratorRules = QStringLiteral("/etc/sallyport/rules.d");
    AgentRegistry::Activity activity;
    QString lists{};  // folder of their contents; empty: they end with the helper
    // Paths of programs that resolve names for all others.
    QSet<QString> resolvers = systemResolvers();
    DecisionLog* log = nullptr;  // outlives the engine; null: nobody writes down
    QString resolved{};          // socket of systemd-resolved's monitor; empty: nobody listens
    QString broker{};            // who connects to it; empty: this process may
    QStringList resolvConf{};    // files that say whom the machine asks for names; none: nobody
    kernel::OnLinkNetworks::Open routes{};  // who says what is on the own links; none: nobody
    // Of a network interface; 0: there is none of that name now.
    std::function<quint32(const QString&)> interfaceIndex = systemInterfaceIndex;
    QString names{};  // file in which the next helper finds them; empty: it finds none
    std::optional<quint32> listsUser{};  // user id of who fetches lists, for the starter rules

    static QSet<QString> systemResolvers();
    static quint32 systemInterfaceIndex(const QString& name);
};

// Everything happens in the thread that made it. What it is given outlives it.
class Engine : public QObject, private kernel::Sink {
    Q_OBJECT
  public:
    Engine(kernel::Kernel& kernel, process::ProcessTable& processes, store::RuleStore& rules,
           store::History& history, const Clock& clock, Options options, QObject* parent = nullptr);
    ~Engine() override;

    // Puts the rules in force. On failure nothing is enforced anew. `stored`: what the store holds,
    // where the caller has read it already.
    api::Result<void> start(std::optional<QList<api::Rule>> stored = {});
    // Takes what the kernel reports. Its own notifier does so whenever the kernel asks for it.
    void drain();
    // Does what is due by the clock. Its own timer does so; tests with their own clock call it.
    void expire();
    // Writes what is not written yet: history, uses of rules.
    void flush();

    api::Status status() const;
    // Looks for what nobody was told of, for status(): connections, and programs that go past.
    void takeStock();
    // For monitoring, in the text format of Prometheus. Takes stock first.
    QByteArray metrics();
    // untilMs: Unix milliseconds, at most 365 days ahead; then the mode is Ask again, also after a
    // restart. 0: no end, and Ask has none. Invalid otherwise; checkMode() only says so.
    api::Result<void> checkMode(api::Mode mode, qint64 untilMs) const;
    api::Result<void> setMode(api::Mode mode, qint64 untilMs = 0);
    api::Result<void> pause(quint32 seconds);  // 0: end it
    api::Result<void> setBlockAll(bool on);    // on: also ends a pause
    const api::Settings& settings() const { return state_.settings; }
    api::Result<void> setSettings(const api::Settings& settings);

    // In order of precedence. All changes: all or nothing; on failure the old rules are in force.
    QList<api::Rule> rules() const;
    api::Result<api::RuleId> addRule(api::Rule rule);
    api::Result<void> editRule(const api::Rule& rule);
    api::Result<void> removeRules(const QList<api::RuleId>& ids);
    api::Result<void> setRulesEnabled(const QList<api::RuleId>& ids, bool enabled);
    // As if nothing had been used of its quota yet in the period that runs.
    api::Result<void> resetQuota(api::RuleId id);
    api::Result<QVariantMap> undoRules();
    api::Result<QVariantMap> importRules(const QByteArray& json, bool replace);

    // What is in force, and reports of progress.
    ListBook& lists() { return lists_; }
    // As ListBook has them; when they answer, the rules are judged by the new lists.
    void setList(const api::List& list, kernel::Fd content, ListBook::Done<api::ListReport> done);
    // Conflict: rules ask for it. Despite them they fit nothing afterwards.
    void removeList(const QString& name, bool despiteRules, ListBook::Done<void> done);

    api::Result<api::Explanation> explain(api::ConnectionId id) const;
    api::Explanation explain(const api::Attempt& attempt) const;
    api::Result<api::Process> process(api::ConnectionId id) const;
    // Answered later, and not at all when `context` is gone by then.
    void history(const api::HistoryFilter& filter, QObject* context,
                 store::History::Done<api::HistoryPage> done);
    void totals(QObject* context, store::History::Done<QList<api::Totals>> done);

    // A registered agent is asked at once what waits and concerns it.
    void addAgent(const Agent& agent);
    void removeAgent(const QString& name);

    struct Asked {
        QSet<QString> agents;  // who was asked
        quint32 uid = 0;       // whose program it is about
        bool missed = false;
    };
    api::Result<Asked> asked(api::QuestionId id);
    // Who may answer is the caller's to check.
    api::Result<void> answer(api::QuestionId id, const api::Answer& answer);
    api::Result<void> dismissMissed(api::QuestionId id);
    QList<api::Question> questions() const { return book_.list(); }

    // While watched, connectionsChanged comes up to four times a second with what is new since
    // then; who begins takes programs() and connections() first.
    void setWatched(bool watched);
    QList<api::Program> programs();
    QList<api::Connection> connections();

  signals:
    void statusChanged(const sallyport::api::Status& status);
    void rulesChanged();
    void questionsChanged();
    void listsChanged();
    // A new question, or one on which more or fewer connections wait.
    void ask(const QString& agent, const sallyport::api::Question& question);
    void withdraw(const QString& agent, sallyport::api::QuestionId id, const QString& reason);
    void connectionsChanged(const QList<sallyport::api::Program>& programs,
                            const QList<sallyport::api::Connection>& connections);

  private:
    // kernel::Sink
    void onExec(const kernel::ExecReport& report) override;
    void onFork(const kernel::ForkReport& report) override;
    void onExit(quint64 serial, qint32 pid) override;
    void onFlow(const kernel::FlowReport& report) override;
    void onHeld(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override;
    void onEnd(const kernel::FlowReport& report) override;
    void onDeaf(quint64 listener) override;
    void onSaid(const kernel::FlowReport& report, const kernel::HeldPacket& packet) override;
    void onDns(const kernel::DnsReport& report) override;
    void onQuota(quint32 rule) override;

    // engine_flows.cpp: what the kernel reports
    Flow& learn(const kernel::FlowReport& report);
    void count(Flow& flow, quint64 sent, quint64 received, api::RuleId rule);
    void identify(Flow& flow, const kernel::Owner& owner);
    void belongsTo(api::Connection& c, const kernel::Owner& owner, const api::AppIdentity& program);
    Listeners::Listener listenerOf(const kernel::Owner& owner);
    std::shared_ptr<const api::Process> processOf(const kernel::Owner& owner);
    void nameExec(const kernel::ExecReport& report, const process::Resolved& resolved);
    void tellApp(const kernel::FileKey& file, policy::AppNumber app, bool cacheable);
    void tellTask(qint32 pid, quint64 serial, policy::AppNumber app, policy::AppNumber starter);
    void tellKernel(Flow& flow, const kernel::Owner& owner);
    void record(Flow& flow, const policy::Decision& decision);
    void finish(Flow& flow, quint64 timeNs);
    void displace(Flow& oldest);
    api::Result<void> end(const Flow& flow);
    qint64 clockTime(quint64 bootNs) const;
    void endWait(Flow& flow);
    void noteHistory(const Flow& flow);
    void writeSoon();
    void refreshCounts();
    bool adoptFlows();
    void adoptFlowsWhenAsked();
    QList<api::Program> untold(const QList<api::Connection>& connections);
    void lookForPacketHolders(qint64 age);
    void lookForListeners(qint64 age);
    void sendLive();
    void tellWatchers();

    // engine_answers.cpp: what is said of one flow alone
    void standIn(Flow& flow, const policy::Decision& decision);
    void endStandIn(Flow& flow);
    void endAnswer(Flow& flow);
    void adoptAnswers();
    void suspendStandIns();
    void renewStandIns();
    void renewAnswers();

    // engine_names.cpp
    bool takeReports();
    quint64 namesTaken() const;
    void setNamesTaken(quint64 answers);
    bool isResolver(const api::Process& process) const;
    void listenToResolved();
    void networkChanged();
    void linksChanged();
    void onResolved(const names::DnsAnswer& answer);
    void sweepNames(qint64 bootMs);
    void saveNames();
    void saveNamesSoon();
    void restoreNames();
    QStringList namesOf(const Flow& flow) const;
    QList<api::ExplanationName> explainNames(const api::Attempt& attempt, const Flow* flow) const;
    bool readFirstData(Flow& flow, const kernel::HeldPacket& packet);
    void hasSaid(Flow& flow, const SaidName& said);
    void hearOn(Flow& flow, std::shared_ptr<FirstData> reader);
    bool readRequests(Flow& flow, const kernel::HeldPacket& packet);
    void waitForMore(const Flow& flow);
    void giveUpReading(qint64 bootMs);
    void goAsFarAsRead(Flow& flow, kernel::FlowAnswer& answer) const;
    void sendFirstDataSoon(const Flow& flow);

    // engine_knocks.cpp: peers at listeners
    void noteKnock(const kernel::FlowKey& key);
    void endSilentKnocks(qint64 bootMs);

    // engine_peers.cpp: further peers of UDP sockets
    bool mayEndIdle(const Flow& flow) const;
    void endWhenIdle(const Flow& flow);
    void endIdlePeers(qint64 bootMs);

    // engine_frames.cpp: sockets for whole frames
    static bool isFrames(const kernel::FlowKey& key) { return key.protocol == SP_PROTOCOL_FRAMES; }
    void endFrames();
    void nameThoseWithFrames();

    // engine_losses.cpp: what the kernel could not report
    void noteLosses();
    void endLost();
    void sayFull(const QString& source, const QString& text);
    void endFull(qint64 bootMs);

    // engine_questions.cpp: what is held
    struct Judged {
        policy::Decision decision;
        api::HttpAsked asked;  // by which it is decided
    };
    Judged judgeRequests(const Flow& flow) const;
    policy::Decision judge(const Flow& flow) const;
    policy::Decision judge(const Flow& flow, const api::HttpAsked& asked) const;
    void decideHeld(Flow& flow, const policy::Decision& decision);
    QList<api::HttpAsked> requestsOf(const Pending& pending);
    void hold(Flow& flow);
    void questionChanged(const Pending& pending);
    void route(Pending& pending);
    void settle(Flow& flow, const policy::Decision& decision);
    api::Result<void> tellAnswer(Flow& flow, sp_verdict verdict);
    void answerFlow(Flow& flow, sp_verdict verdict, api::Reason reason);
    void settleAnswered(const QSet<kernel::FlowKey>& flows, sp_verdict verdict);
    api::Result<void> keepAnswer(const QSet<kernel::FlowKey>& flows, const api::Rule& rule,
                                 bool changed);
    void stopWaiting(const kernel::FlowKey& flow, const QString& reason);
    void askForThoseLeft(Pending& pending);
    Pending closeQuestion(api::QuestionId id);
    void sayWithdrawn(const Pending& closed, const QString& reason);
    void giveUp(api::QuestionId id, sp_verdict verdict, api::Reason reason);
    void rejudge();
    void notice();
    void noticeSoon();
    void sendNotices();

    // engine_modes.cpp: mode, pause, block-all and settings
    void takeState(const store::State& stored);
    void waitForModeEnd();
    void moveEnds(qint64 byMs);
    void endMode();
    void endPause();
    policy::Circumstances circumstances() const;
    api::Result<void> changeState(const store::State& next);

    // engine_rules.cpp
    api::Result<void> readRules(std::optional<QList<api::Rule>> stored);
    api::Result<void> readAgain(const QList<api::RuleId>& ids);
    void takeRules();
    api::Result<void> enforce();
    api::Result<void> rulesStored(const QList<api::RuleId>& ids);
    api::Result<void> rulesChangedByPerson(const QList<api::RuleId>& ids);
    api::Result<api::RuleId> storeNewRule(api::Rule rule);
    api::Result<void> checkNew(const api::Rule& rule) const;
    api::Result<void> checkStored(const QList<api::RuleId>& ids) const;
    api::Result<void> editRules(QList<api::Rule> rules);
    QHash<api::RuleId, const api::Rule*> rulesById() const;
    void forgetRules(const QList<api::RuleId>& ids);
    void leaveOut(const QList<api::RuleId>& ids);
    void removeRulesOfGoneProcesses();
    void expireRules(qint64 nowMs);
    void countUse(api::RuleId id);
    api::Explanation explain(const api::Attempt& attempt, const Flow* flow) const;
    static api::Attempt attemptOf(const api::Connection& c, const api::Process& process);

    // engine_contents.cpp: executables that somebody but root can change
    void resolveByContent(const kernel::ExecReport& report, const api::AppIdentity& app);
    void onContent(const kernel::FileKey& file, const QString& path, const QString& sha256);
    void nameByContent(quint64 serial, const QString& sha256);
    void numberContent(const api::Rule& rule);
    void nameNumbered();
    bool waitForContent(Flow& flow, const kernel::Owner& owner);
    policy::AppNumber appOf(const Flow& flow, const kernel::Owner& owner);
    policy::AppNumber starterOf(const api::Process& process);
    policy::AppNumber numberInForce(const api::AppIdentity& app, const QString& sha256);
    bool rulesConcern(const api::AppIdentity& app) const;
    QString contentNow(const api::Rule& rule) const;
    void lookForContents();
    void bindRules(const QString& path, const QString& sha256);
    qint64 changedSince(const api::Process& process) const;
    static void setContent(api::Rule& rule, const api::Process& process);
    static bool lostItsFile(const api::Process& process);
    api::Result<void> storeAnswered(const api::Rule& rule, bool changed);

    // engine_running.cpp: who ran before this helper
    struct Named {
        api::AppIdentity app{api::AppIdentity::Kind::Unknown, {}, {}};
        QString sha256;
    };
    void onRunning(const kernel::ExecReport& report, const process::Resolved& resolved);
    bool isWhatItShows(const kernel::ExecReport& report, const process::Resolved& resolved) const;
    Named namedBefore(policy::AppNumber number, const QString& path) const;
    Named ofRules(policy::AppNumber number) const;

    // engine_quotas.cpp: what rules let through in a day or a month
    void countQuotas(qint64 nowMs);
    void watchQuotas();
    void keepQuotas();

    // engine_lists.cpp: lists
    void listsInForce();
    void addLists(PatternIndex& patterns) const;
    policy::Names knownOf(const Flow& flow) const;
    QStringList listsWith(const lists::ListBits& bits) const;
    bool hasNames(policy::PatternNumber list) const;
    policy::Listing listing(const QString& list, const api::Attempt& attempt) const;

    // engine.cpp: start and clockwork
    api::Result<bool> seed();
    void watchKernel();
    void due(qint64 atMs);
    void dueByBoot(qint64 atMs);
    void followClock();
    void tidySoon();
    void giveUpOverdue(qint64 nowMs);
    void prune(qint64 nowMs);
    void setProblem(const QString& source, const QString& text);

    static constexpr qint64 kEndedShownMs = 10'000;

    kernel::Kernel& kernel_;
    process::ProcessTable& processes_;
    store::RuleStore& ruleStore_;
    store::History& history_;
    const Clock& clock_;
    const Options options_;

    Numbering numbering_;
    policy::PatternNumbers patterns_;
    QList<api::Rule> administratorRules_;
    QList<api::Rule> rules_;              // stored and the administrator's, in order of precedence
    policy::Table table_;                 // in force
    QHash<QString, quint32> interfaces_;  // that it speaks of, and their indexes in it
    bool hasProcessRules_ = false;
    QSet<api::RuleId> logging_;  // rules whose decisions are written down
    store::State state_;
    bool enforcing_ = false;
    qint64 startedMs_ = 0;

    NameBook names_;
    std::unique_ptr<resolved::Monitor> resolved_;
    resolved::ResolvConf resolvConf_;
    kernel::OnLinkNetworks onLink_;
    QHash<kernel::FlowKey, SaidName> saidBefore_;  // to an earlier helper; open then
    bool namesCameLate_ = false;                   // what is held is judged anew soon
    qint64 namesDueMs_ = 0;     // when they are saved next, by the boot clock; 0: nothing new
    qsizetype savedBytes_ = 0;  // of names, when they were saved last
    ListBook lists_;
    QuotaBook quotas_;
    qint64 quotasDueMs_ = 0;  // when they are counted next; 0: never
    FlowTable flows_;
    HeldPackets packets_;
    Knocks knocks_;
    Guests guests_;
    ContentBook contents_;
    QHash<kernel::FileKey, QSet<quint64>> unnamed_;  // serials that wait until the file is read
    QHash<quint64, QHash<kernel::FlowKey, kernel::Owner>> waitForContent_;  // by serial
    struct Kept {
        policy::AppNumber app = SP_APP_UNRESOLVED, starter = SP_APP_UNRESOLVED;
    };
    QHash<quint64, policy::AppNumber> ran_;  // by serial: who runs at the start, as it was numbered
    QHash<quint64, Kept> kept_;              // by serial: numbers of an earlier helper that go on
    QSet<api::RuleId> lookedAt_;             // rules whose executable was looked for
    bool numbersNew_ = false;  // some that rules are for do not stand in the table yet
    QSet<QString> numbered_;   // contents of those
    PacketHolders packetHolders_;
    Listeners listeners_;
    QSet<api::AppIdentity> framesFor_;  // whose files the kernel was told since a rule is for them
    QSet<kernel::FlowKey> frames_;    // flows of processes that were refused until somebody answers
    QSet<kernel::FlowKey> standIns_;  // of open flows
    // Until when more of its first data may come, by the boot clock.
    QHash<kernel::FlowKey, qint64> unread_;
    std::deque<kernel::FlowKey> hearing_;  // which have Flow::hearing, the oldest first
    QuestionBook book_;
    AgentRegistry agents_;
    QHash<std::pair<quint64, qint32>, std::weak_ptr<const api::Process>> described_;
    QSet<api::ProgramId> toldPrograms_;  // who watches knows them
    QList<kernel::FlowReport> early_;    // counts of flows whose beginning was not read yet
    Pace counting_{90, 5'000};           // with looking_, less than 2 % of a processor
    Pace looking_{300, 60'000};
    QList<store::HistoryEntry> unwritten_;
    QHash<api::RuleId, store::Use> uses_;  // not written yet
    kernel::Counters counted_;             // when they were looked at last
    QMap<QString, qint64> full_;           // by problem: until when it is shown, by the boot clock
    qint64 lookForEndsMs_ = 0;  // what the lost ones said, by the boot clock; 0: none were lost
    qint64 lookForEndsByMs_ = 0;
    qint64 writeDueMs_ = 0;      // by the boot clock; 0: nothing to write
    qint64 prunedMs_ = 0;        // by the boot clock; 0: never
    qint64 adoptedMs_ = 0;       // when asked; likewise
    qint64 idlePeersDueMs_ = 0;  // when they are looked for, by the boot clock; 0: there are none
    QMap<QString, QString> problems_;
    Metrics metrics_;

    WallTimer dueTimer_;
    qint64 dueByBootMs_ = 0;
    qint64 aheadMs_ = 0;  // of the boot clock, the time of day when it was looked at last
    QTimer liveTimer_;
    QTimer tidyTimer_;
    std::unique_ptr<QSocketNotifier> notifier_;

    QSet<api::QuestionId> changedQuestions_;
    bool questionsDirty_ = false;
    bool noticeQueued_ = false;
    bool noticeSoonQueued_ = false;
    QHash<quint64, quint64> firstData_;  // network namespace to socket cookie, or 0: several
    api::Status sentStatus_;
};

}  // namespace sallyport::engine
