// Who listens where systemd-resolved's monitor does, and says what a test wants it to say.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>
#include <QString>
#include <memory>
#include <vector>

namespace sallyport::fakes {

// Replies of systemd-resolved 252, recorded; 257 says them alike.
namespace recorded {

inline constexpr char kReady[] = R"({"parameters":{"ready":true},"continues":true})";
// A name in /etc/hosts.
inline constexpr char kHosts[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"hosts.example"}],"answer":[{"rr":{"key":{"class":1,"type":1,"name":"hosts.example"},"address":[203,0,113,9]},"raw":"BWhvc3RzB2V4YW1wbGUAAAEAAQAAAAAABMsAcQk="}]},"continues":true})";
// An alias that comes with what it leads to: 203.0.113.7.
inline constexpr char kNear[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"www.near.test"},{"class":1,"type":28,"name":"www.near.test"}],"answer":[{"rr":{"key":{"class":1,"type":5,"name":"www.near.test"},"name":"edge.near.test"},"raw":"A3d3dwRuZWFyBHRlc3QAAAUAAQAAASwAEARlZGdlBG5lYXIEdGVzdAA="},{"rr":{"key":{"class":1,"type":1,"name":"edge.near.test"},"address":[203,0,113,7]},"raw":"BGVkZ2UEbmVhcgR0ZXN0AAABAAEAAAEsAATLAHEH"}]},"continues":true})";
// One that does not, and what came of asking for where it leads: 203.0.113.8 and .18.
inline constexpr char kFar[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"www.far.test"}],"answer":[{"rr":{"key":{"class":1,"type":5,"name":"www.far.test"},"name":"edge.far.test"},"raw":"A3d3dwNmYXIEdGVzdAAABQABAAABLAAPBGVkZ2UDZmFyBHRlc3QA"}]},"continues":true})";
inline constexpr char kFarther[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"edge.far.test"}],"collectedQuestions":[{"class":1,"type":1,"name":"www.far.test"}],"answer":[{"rr":{"key":{"class":1,"type":1,"name":"edge.far.test"},"address":[203,0,113,8]},"raw":"BGVkZ2UDZmFyBHRlc3QAAAEAAQAAABQABMsAcQg="},{"rr":{"key":{"class":1,"type":1,"name":"edge.far.test"},"address":[203,0,113,18]},"raw":"BGVkZ2UDZmFyBHRlc3QAAAEAAQAAABQABMsAcRI="}]},"continues":true})";
// IPv6 and IPv4 at once: 2001:db8::1, 203.0.113.8 and .18.
inline constexpr char kBoth[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"six.test"},{"class":1,"type":28,"name":"six.test"}],"answer":[{"rr":{"key":{"class":1,"type":28,"name":"six.test"},"address":[32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1]},"raw":"A3NpeAR0ZXN0AAAcAAEAAAEsABAgAQ24AAAAAAAAAAAAAAAB"},{"rr":{"key":{"class":1,"type":1,"name":"six.test"},"address":[203,0,113,8]},"raw":"A3NpeAR0ZXN0AAABAAEAAAAUAATLAHEI"},{"rr":{"key":{"class":1,"type":1,"name":"six.test"},"address":[203,0,113,18]},"raw":"A3NpeAR0ZXN0AAABAAEAAAAUAATLAHES"}]},"continues":true})";
// A name with an umlaut: 203.0.113.8 and .18.
inline constexpr char kUmlaut[] =
    R"({"parameters":{"state":"success","question":[{"class":1,"type":1,"name":"xn--bcher-kva.test"},{"class":1,"type":1,"name":"bücher.test"}],"answer":[{"rr":{"key":{"class":1,"type":1,"name":"xn--bcher-kva.test"},"address":[203,0,113,8]},"raw":"DXhuLS1iY2hlci1rdmEEdGVzdAAAAQABAAAAFAAEywBxCA=="},{"rr":{"key":{"class":1,"type":1,"name":"xn--bcher-kva.test"},"address":[203,0,113,18]},"raw":"DXhuLS1iY2hlci1rdmEEdGVzdAAAAQABAAAAFAAEywBxEg=="}]},"continues":true})";
inline constexpr char kNothing[] =
    R"({"parameters":{"state":"network-down","question":[{"class":1,"type":1,"name":"stub.test"}]},"continues":true})";
// 257, to whom polkit grants nothing.
inline constexpr char kDenied[] =
    R"({"error":"org.varlink.service.PermissionDenied","parameters":{}})";

}  // namespace recorded

// In the thread of its event loop.
class FakeResolved : public QObject {
  public:
    // Where it will listen; directories on the way there are made.
    explicit FakeResolved(QString socket);
    ~FakeResolved() override;

    bool listen();
    // Leaves everybody; the socket stays behind, as when a process ends.
    void stop();
    // To everybody who is connected.
    void say(const QByteArray& json) { sayBytes(json + '\0'); }
    void sayBytes(const QByteArray& bytes);

    QByteArray greeting = recorded::kReady;  // the reply to a request; empty: none
    bool hangsUp = false;                    // on everybody at once
    QList<QByteArray> requests;              // without the zero bytes behind them
    int connections = 0;                     // that there ever were
    bool left = false;                       // somebody hung up

  private:
    struct Client {
        int fd;
        std::unique_ptr<QSocketNotifier> notifier;
        QByteArray received{};
    };

    void accept();
    void read(int fd);

    const QString path_;
    int listener_ = -1;
    std::unique_ptr<QSocketNotifier> notifier_;
    std::vector<Client> clients_;
};

}  // namespace sallyport::fakes
