// The value types over a real D-Bus connection, peer to peer on a socket, and hostile messages too.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusReply>
#include <QDBusServer>
#include <QDBusVariant>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include "api/dbus.h"
#include "api/fields.h"
#include "samples.h"

using namespace sallyport;
using namespace sallyport::api;
using namespace Qt::StringLiterals;

namespace {

// A connection as somebody else may send it: same signature, any content.
struct Forged {
    QByteArray remote;
    uchar state = 0;
};

QDBusArgument& operator<<(QDBusArgument& argument, const Forged& forged) {
    argument.beginStructure();
    argument << quint64{1} << quint32{2} << quint64{3} << qint32{4} << quint32{5} << uchar{200}
             << uchar{6} << forged.remote << quint16{7} << u"a\nb"_s << QByteArray() << quint16{8}
             << forged.state << uchar{99} << quint32{9} << quint64{10} << quint64{11} << qint64{12}
             << qint64{13} << qint64{14};
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, Forged&) {
    return argument;
}

QVariant nested(int depth) {
    QVariant value = 1;
    for (int i = 0; i < depth; ++i)
        value = QVariantMap{{u"x"_s, value}};
    return value;
}

int depthOf(const QVariant& value) {
    return value.typeId() == QMetaType::QVariantMap ? 1 + depthOf(value.toMap().value(u"x"_s)) : 0;
}

// Gives back what it is sent, and keeps what it saw.
class Echo : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.sallyport.Test")
  public slots:
    Q_SCRIPTABLE QVariantMap map(const QVariantMap& map) {
        seen = map;
        return map;
    }
    Q_SCRIPTABLE VariantMapList maps(const VariantMapList& maps) { return maps; }
    Q_SCRIPTABLE sallyport::api::ConnectionList connections(
        const sallyport::api::ConnectionList& list) {
        connectionsSeen = list;
        return list;
    }

  public:
    QVariantMap seen;
    ConnectionList connectionsSeen;
};

}  // namespace

Q_DECLARE_METATYPE(Forged)

class MarshallingTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void mapsCrossTheBus();
    void listsOfMapsCrossTheBus();
    void connectionsCrossTheBus();
    void forgedConnectionsAreHarmless();
    void otherSignaturesAreRefused();
    void deepNestingEndsSomewhere();
    void strangeValuesAreRefused();

  private:
    QVariantMap sent(const QVariantMap& map);
    QDBusMessage call(const QString& method, const QVariant& argument);

    QTemporaryDir dir_;
    std::unique_ptr<QDBusServer> server_;
    Echo echo_;
    QString name_ = u"marshalling-client"_s;
};

void MarshallingTest::initTestCase() {
    registerTypes();
    qDBusRegisterMetaType<Forged>();
    qDBusRegisterMetaType<QList<Forged>>();
    server_ = std::make_unique<QDBusServer>(u"unix:path="_s + dir_.filePath(u"bus"_s));
    QVERIFY2(server_->isConnected(), qPrintable(server_->lastError().message()));
    connect(server_.get(), &QDBusServer::newConnection, &echo_, [this](QDBusConnection peer) {
        peer.registerObject(u"/echo"_s, &echo_, QDBusConnection::ExportScriptableSlots);
    });
    QSignalSpy connected(server_.get(), &QDBusServer::newConnection);
    QDBusConnection client = QDBusConnection::connectToPeer(server_->address(), name_);
    QVERIFY2(client.isConnected(), qPrintable(client.lastError().message()));
    QTRY_COMPARE(connected.size(), 1);
}

void MarshallingTest::cleanupTestCase() {
    QDBusConnection::disconnectFromPeer(name_);
}

// Both ends live in this thread, so the reply is waited for with the event loop running.
QDBusMessage MarshallingTest::call(const QString& method, const QVariant& argument) {
    QDBusMessage message =
        QDBusMessage::createMethodCall({}, u"/echo"_s, u"org.sallyport.Test"_s, method);
    message.setArguments({argument});
    return QDBusConnection(name_).call(message, QDBus::BlockWithGui, 20000);
}

QVariantMap MarshallingTest::sent(const QVariantMap& map) {
    const QDBusReply<QVariantMap> reply = call(u"map"_s, map);
    if (!reply.isValid())
        qWarning("%s", qPrintable(reply.error().message()));
    return reply.value();
}

void MarshallingTest::mapsCrossTheBus() {
    QVERIFY(ruleFromMap(sent(toMap(samples::rule()))).value() == samples::rule());
    QVERIFY(ruleFromMap(echo_.seen).value() == samples::rule());
    QVERIFY(ruleFromMap(sent(toMap(samples::simpleRule()))).value() == samples::simpleRule());
    QVERIFY(processFromMap(sent(toMap(samples::process()))).value() == samples::process());
    QVERIFY(processFromMap(sent(toMap(Process()))).value() == Process());
    QVERIFY(questionFromMap(sent(toMap(samples::question()))).value() == samples::question());
    QVERIFY(answerFromMap(sent(toMap(samples::answer()))).value() == samples::answer());
    QVERIFY(attemptFromMap(sent(toMap(samples::attempt()))).value() == samples::attempt());
    QVERIFY(explanationFromMap(sent(toMap(samples::explanation()))).value() ==
            samples::explanation());
    QVERIFY(explanationFromMap(sent(toMap(Explanation()))).value() == Explanation());
    QVERIFY(connectionFromMap(sent(toMap(samples::connection()))).value() == samples::connection());
    QVERIFY(statusFromMap(sent(toMap(samples::status()))).value() == samples::status());
    QVERIFY(settingsFromMap(sent(toMap(samples::settings()))).value() == samples::settings());
}

void MarshallingTest::listsOfMapsCrossTheBus() {
    const VariantMapList rules{toMap(samples::rule()), toMap(samples::simpleRule())};
    const QDBusMessage reply = call(u"maps"_s, QVariant::fromValue(rules));
    QCOMPARE(reply.signature(), u"aa{sv}"_s);
    const auto back = qdbus_cast<VariantMapList>(reply.arguments().value(0));
    QCOMPARE(back.size(), 2);
    QVERIFY(ruleFromMap(back[0]).value() == samples::rule());
    QVERIFY(ruleFromMap(back[1]).value() == samples::simpleRule());
}

void MarshallingTest::connectionsCrossTheBus() {
    ConnectionList list{samples::connection(), Connection()};
    for (int i = 0; i < 1000; ++i) {
        Connection connection = samples::connection();
        connection.id = static_cast<ConnectionId>(i);
        list += connection;
    }
    const QDBusMessage reply = call(u"connections"_s, QVariant::fromValue(list));
    QVERIFY2(reply.type() == QDBusMessage::ReplyMessage, qPrintable(reply.errorMessage()));
    QCOMPARE(reply.signature(), u"a(tutiuyyayqsayqyyuttxxx)"_s);
    QVERIFY(echo_.connectionsSeen == list);
    QVERIFY(qdbus_cast<ConnectionList>(reply.arguments().value(0)) == list);
}

void MarshallingTest::forgedConnectionsAreHarmless() {
    const QList<Forged> forged{{QByteArray(), 0},
                               {QByteArray(15, 'x'), 4},
                               {QByteArray(17, 'x'), 255},
                               {QByteArray(100000, 'x'), 1},
                               {QByteArray(16, '\1'), 1}};
    const QDBusMessage reply = call(u"connections"_s, QVariant::fromValue(forged));
    QVERIFY2(reply.type() == QDBusMessage::ReplyMessage, qPrintable(reply.errorMessage()));
    QCOMPARE(echo_.connectionsSeen.size(), forged.size());
    for (qsizetype i = 0; i < 4; ++i)
        QVERIFY(echo_.connectionsSeen[i].remote.isUnspecified());
    QVERIFY(!echo_.connectionsSeen[4].remote.isUnspecified());
    for (const Connection& connection : std::as_const(echo_.connectionsSeen)) {
        QCOMPARE(connection.direction, Direction::Any);
        QCOMPARE(connection.reason, Reason::Waiting);
        QVERIFY(!toWord(connection.state).isEmpty());
        QCOMPARE(connection.endedMs, 13);
    }
}

void MarshallingTest::otherSignaturesAreRefused() {
    const QDBusMessage text = call(u"connections"_s, u"text"_s);
    QCOMPARE(text.type(), QDBusMessage::ErrorMessage);
    const QDBusMessage maps =
        call(u"connections"_s, QVariant::fromValue(VariantMapList{QVariantMap()}));
    QCOMPARE(maps.type(), QDBusMessage::ErrorMessage);
}

void MarshallingTest::deepNestingEndsSomewhere() {
    QVERIFY(depthOf(plain(nested(8))) == 8);
    QVERIFY(depthOf(plain(nested(10000))) <= 17);
    QVariant wrapped = 5;
    for (int i = 0; i < 10000; ++i)
        wrapped = QVariant::fromValue(QDBusVariant(wrapped));
    QVERIFY(!plain(wrapped).isValid());
    // As deep as a bus carries it.
    const QVariantMap seen = sent({{u"app"_s, nested(20)}});
    QVERIFY(!seen.isEmpty());
    QVERIFY(depthOf(plain(seen.value(u"app"_s))) <= 17);
    QVERIFY(!ruleFromMap(seen));
}

void MarshallingTest::strangeValuesAreRefused() {
    const QVariantList strange{
        QVariant::fromValue(ConnectionList{samples::connection()}),
        QVariant::fromValue(QDBusObjectPath(u"/a"_s)),
        QVariant::fromValue(QDBusSignature(u"a{sv}"_s)),
        QVariant::fromValue(QDBusVariant(QVariantMap{{u"kind"_s, u"path"_s}})),
        QVariant::fromValue(QList<int>{1, 2}),
        QByteArray("\0\1", 2),
        QVariantList{QVariantMap{{u"a"_s, 1}}},
        QStringList{u"a"_s},
        0.25,
    };
    const QVariantMap good = toMap(samples::rule());
    for (const QVariant& value : strange) {
        for (auto it = good.begin(); it != good.end(); ++it) {
            QVariantMap map = good;
            map.insert(it.key(), value);
            const QVariantMap seen = sent(map);
            QCOMPARE(seen.size(), good.size());
            if (it.key() != u"note"_s)
                QVERIFY2(!ruleFromMap(seen),
                         qPrintable(it.key() + u' ' + QLatin1String(value.typeName())));
            else
                (void)ruleFromMap(seen);
        }
    }
}

QTEST_GUILESS_MAIN(MarshallingTest)
#include "marshalling_test.moc"
