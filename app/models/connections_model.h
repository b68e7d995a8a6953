// Live connections as a tree: program > remote > connection. A remote is a name with all its
// addresses, or an address without a name.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QHash>
#include <QSet>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "client/firewall.h"
#include "models/face.h"
#include "models/namesakes.h"
#include "models/search_query.h"
#include "models/traffic_series.h"
#include "models/trail.h"

namespace sallyport::models {

// Applies what the helper tells at most four times a second, in ranges. Ended connections stay for
// kFadeMs. After the helper went the last content stays (isStale()) until it is back.
class ConnectionsModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Column { Name, State, Down, Up, Total, RuleColumn, Since, Actions, ColumnCount };
    enum Role {
        RawRole = Qt::UserRole,  // the value behind the text, for sorting and tests
        StateRole,               // int(api::ConnectionState)
        FadeRole,                // 0 .. 1: how far an ended connection has faded
        TrailRole,               // of Down and Up: QList<float>, as in Trail; empty: still lately
        RuleRole,                // api::RuleId when exactly one rule decided the row, else 0
    };
    enum class Kind { Program, Remote, Connection };
    static constexpr qint64 kFadeMs = 10'000;
    static constexpr int kTickMs = 250;
    static constexpr qsizetype kMostPast = 5000;

    // Both must outlive the model. `now` gives Unix milliseconds; tests bring their own.
    ConnectionsModel(client::Firewall& firewall, Faces faces, std::function<qint64()> now = {},
                     QObject* parent = nullptr);
    ~ConnectionsModel() override;

    // Connections are computed and sent only while somebody looks: each page that shows this model
    // says when it begins and ends to do so.
    void look();
    void lookAway();
    bool isStale() const { return stale_; }

    // What went in and out since somebody looks.
    const TrafficSeries& traffic() const { return traffic_; }
    qint64 nowMs() const { return now_(); }
    // The connections that have faded are rows too, for as long as the traffic is kept; the newest
    // kMostPast of them. May reset the model.
    void showPast(bool shown);

    // Of any index of this model.
    Kind kind(const QModelIndex& index) const;
    api::AppIdentity identity(const QModelIndex& index) const;
    Face face(const QModelIndex& index) const;  // of the row's program
    // Of a remote's or a connection's row; of a remote with several addresses the newest.
    api::Address remote(const QModelIndex& index) const;
    QString remoteName(const QModelIndex& index) const;  // of the same rows; empty: none is known
    // The row's own connection, or for a group its newest one. Never null.
    const api::Connection* connection(const QModelIndex& index) const;
    QList<const api::Connection*> connections(const QModelIndex& index) const;  // below the row too
    QModelIndex indexOf(api::ConnectionId id) const;
    static QStringList stateExamples();  // what the state of a row may say
    // Not those who only listen.
    qsizetype connectionCount() const { return byId_.size() - listening_; }
    qsizetype programCount() const { return qsizetype(programs_.size()); }

    // For the filter: without the cost of QVariant.
    // `span`: was alive in it.
    bool accepts(const QModelIndex& index, const SearchQuery& query,
                 std::optional<api::ConnectionState> state,
                 const std::optional<Span>& span = std::nullopt) const;
    // Negative, 0 or positive.
    int compare(const QModelIndex& a, const QModelIndex& b) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void countsChanged();
    // After what a tick inserted, removed and changed: rows may have another order now, and a
    // filter may think otherwise of them.
    void ticked();

  private:
    struct Node;
    using Nodes = std::vector<std::unique_ptr<Node>>;

    void receive(const api::ProgramList& programs, const api::ConnectionList& connections,
                 bool reset);
    void tick();
    void rebuild();
    void takePending();
    void place(const api::Connection& connection, bool counts);
    void update(Node* node, const api::Connection& connection);
    static bool isInPlace(const Node* node);
    void rehome(Node* old);
    void describe(Node* node);
    void attachNew(bool tell);
    void settleRates();
    void dropFaded();
    void drop(Node* parent, QList<int> rows);
    void refreshGroups();
    void extendTrails();
    void summarise(Node* group) const;
    void announce();
    bool matches(const Node* node, const SearchQuery& query,
                 std::optional<api::ConnectionState> state, const std::optional<Span>& span) const;
    static bool wasAlive(const Node* node, const Span& span);
    void keepPast(const Node* node);
    bool isPast(qint64 endedAt) const;
    Node* programNode(api::ProgramId id);
    Node* remoteNode(Node* program, const api::Connection& connection);
    void forget(Node* node);
    void touchNamesakes(const Node* program);
    void touch(Node* node);
    QModelIndex indexFor(const Node* node, int column = 0) const;
    static Node* nodeAt(const QModelIndex& index);
    const Nodes& childrenOf(const QModelIndex& parent) const;
    QString text(const Node* node, int column) const;
    QVariant raw(const Node* node, int column) const;
    QVariant trail(Node* node, int column) const;
    QString stateText(const Node* node) const;
    QString nameText(const Node* node) const;

    client::Firewall& firewall_;
    Faces faces_;
    std::function<qint64()> now_;
    QTimer timer_;
    int lookers_ = 0;
    bool stale_ = false;
    bool resetPending_ = false;
    qint64 lastTick_ = 0;
    api::ConnectionList pending_;
    TrafficSeries traffic_;
    quint64 received_ = 0, sent_ = 0;  // since the last tick
    bool pastShown_ = false;
    // Those that have left the tree, with their ends by our clock.
    std::map<api::ConnectionId, std::pair<api::Connection, qint64>> past_;
    QHash<api::ProgramId, api::AppIdentity> identities_;

    Nodes programs_;
    QHash<api::ProgramId, Node*> byProgram_;
    Namesakes namesakes_;
    QHash<api::ConnectionId, Node*> byId_;
    qsizetype listening_ = 0;  // of them
    // Between two announcements: what changed, and what is new but not yet part of the tree.
    QSet<Node*> dirty_;
    Nodes newPrograms_;
    std::unordered_map<Node*, Nodes> newChildren_;
    QSet<Node*> moving_;  // a rate above zero
    QSet<Node*> ended_;
    std::unordered_map<Node*, Trail> trails_;  // of what moved lately
    qint64 trailedAt_ = 0;
};

}  // namespace sallyport::models
