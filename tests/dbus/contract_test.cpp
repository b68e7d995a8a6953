// org.sallyport.Firewall1.xml is the contract: the service offers what stands there and nothing
// else, and each method of it stands whatever it is handed. A method that is new in the XML fails
// here until it is in methods.cpp, and with it among those that are called refused and malformed.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QFile>
#include <QMap>
#include <QTest>
#include <QXmlStreamReader>

#include "api/fields.h"
#include "methods.h"
#include "rig.h"
#include "support/skip.h"

using namespace sallyport;
using test::Caller;
using test::everything;
using test::Method;
using test::Rig;

namespace {

const QString kUnknownMethod = QStringLiteral("org.freedesktop.DBus.Error.UnknownMethod");

// The types of what each method is given, by its name.
using Signatures = QMap<QString, QStringList>;

Signatures read(const QString& xml) {
    Signatures methods;
    QXmlStreamReader reader(xml);
    QString interface, method;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        const QXmlStreamAttributes said = reader.attributes();
        const QString name = said.value(QLatin1String("name")).toString();
        if (reader.name() == QLatin1String("interface")) {
            interface = name;
        } else if (interface != api::dbus::kInterface) {
            continue;
        } else if (reader.name() == QLatin1String("method")) {
            methods.insert(method = name, {});
        } else if (reader.name() == QLatin1String("signal")) {
            method.clear();
        } else if (reader.name() == QLatin1String("arg") && !method.isEmpty() &&
                   said.value(QLatin1String("direction")) != QLatin1String("out")) {
            methods[method].append(said.value(QLatin1String("type")).toString());
        }
    }
    return methods;
}

Signatures contract() {
    QFile file(QStringLiteral(CONTRACT));
    return file.open(QIODevice::ReadOnly) ? read(QString::fromUtf8(file.readAll())) : Signatures();
}

QStringList typesOf(const Method& method) {
    QStringList types;
    for (const auto& type : method.types)
        types.append(type.toString());
    return types;
}

// A value of that type.
QJsonValue some(const QString& type) {
    if (type == QLatin1String("a{sv}"))
        return QJsonObject();
    if (type == QLatin1String("as") || type == QLatin1String("au"))
        return QJsonArray();
    if (type == QLatin1String("b"))
        return true;
    if (type == QLatin1String("s") || type == QLatin1String("h"))
        return QStringLiteral("text");
    if (type == QLatin1String("o"))
        return QStringLiteral("/path");
    return 1;
}

// The keys that a method's map may have.
QStringList keysFor(const QString& method) {
    static const QMap<QString, QVariantMap> maps{
        {QStringLiteral("AddRule"), toMap(api::Rule())},
        {QStringLiteral("EditRule"), toMap(api::Rule())},
        {QStringLiteral("SetSettings"), toMap(api::Settings())},
        {QStringLiteral("ExplainAttempt"), toMap(api::Attempt())},
        {QStringLiteral("Answer"), toMap(api::Answer())},
        {QStringLiteral("ListHistory"), toMap(api::HistoryFilter())},
        {QStringLiteral("SetList"), toMap(api::List())},
    };
    return maps.value(method).keys();
}

// The service is in this process, so nobody may wait in a call.
QDBusMessage replyTo(const QDBusConnection& bus, const QDBusMessage& call) {
    const QDBusPendingCall pending = bus.asyncCall(call);
    (void)QTest::qWaitFor([&] { return pending.isFinished(); });
    return pending.reply();
}

// What nobody's map means.
QJsonArray nonsense() {
    QJsonArray deep;
    for (int i = 0; i < 20; ++i)
        deep = QJsonArray{deep};
    return {QString(),
            QStringLiteral("two\nlines"),
            QStringLiteral("\u202e\u0007"),
            QString(100'000, QLatin1Char('x')),
            -1,
            1e300,
            0.5,
            true,
            QJsonArray(),
            QJsonArray{QStringLiteral("a"), 1, QJsonObject()},
            deep,
            QJsonObject(),
            QJsonObject{{QStringLiteral("a"), QJsonObject{{QStringLiteral("b"), 1}}}}};
}

}  // namespace

class ContractTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();

    void everyMethodIsKnownHere();
    void theServiceOffersTheContractAndNothingElse();
    void otherTypesAreNoSuchMethod_data() { methods(); }
    void otherTypesAreNoSuchMethod();
    void moreOrLessIsNoSuchMethod_data() { methods(); }
    void moreOrLessIsNoSuchMethod();
    void aMapIsReadToTheEnd_data() { methods(); }
    void aMapIsReadToTheEnd();
    void nothingElseAnswersOnTheBus();

  private:
    static void methods();
    // Whom nothing is refused for who he is.
    QString error(const QString& method, const QJsonArray& types, const QJsonArray& args) {
        return root_->errorOf(method, types, args);
    }
    bool lives() { return root_->errorOf(QStringLiteral("GetStatus")).isEmpty(); }

    std::unique_ptr<Rig> rig_;
    std::unique_ptr<Caller> root_, nobody_;
};

void ContractTest::initTestCase() {
    if (const char* reason = test::missing())
        SKIP_ALL(reason);
    rig_ = std::make_unique<Rig>();
    QVERIFY2(rig_->problem().isEmpty(), qPrintable(rig_->problem()));
    root_ = std::make_unique<Caller>(test::kRoot);
    nobody_ = std::make_unique<Caller>(test::kBin);
    rig_->hold(1, 7);
}

void ContractTest::cleanupTestCase() {
    root_.reset();
    nobody_.reset();
    rig_.reset();
}

void ContractTest::methods() {
    QTest::addColumn<QStringList>("types");
    QTest::addColumn<QJsonArray>("args");
    for (const Method& method : test::everyMethod())
        QTest::newRow(method.name) << typesOf(method) << method.args;
}

void ContractTest::everyMethodIsKnownHere() {
    Signatures known;
    for (const Method& method : test::everyMethod())
        known.insert(QLatin1String(method.name), typesOf(method));
    const Signatures written = contract();
    QVERIFY(written.size() > 30);
    QCOMPARE(known.keys(), written.keys());
    QCOMPARE(known, written);
    for (auto method = written.cbegin(); method != written.cend(); ++method)
        QCOMPARE(keysFor(method.key()).isEmpty(), !method.value().contains(QLatin1String("a{sv}")));
}

void ContractTest::theServiceOffersTheContractAndNothingElse() {
    QDBusMessage call = QDBusMessage::createMethodCall(
        api::dbus::kService, api::dbus::kPath,
        QStringLiteral("org.freedesktop.DBus.Introspectable"), QStringLiteral("Introspect"));
    const QDBusMessage reply = replyTo(rig_->connectAgain(QStringLiteral("introspection")), call);
    QCOMPARE(reply.errorMessage(), QString());
    QCOMPARE(read(reply.arguments().value(0).toString()), contract());
}

void ContractTest::otherTypesAreNoSuchMethod() {
    QFETCH(QStringList, types);
    QFETCH(QJsonArray, args);
    const QString method = QString::fromLatin1(QTest::currentDataTag());
    const auto before = everything(rig_->engine());
    for (qsizetype i = 0; i < types.size(); ++i) {
        for (const char* other :
             {"s", "u", "t", "x", "b", "d", "y", "o", "h", "as", "au", "a{sv}"}) {
            if (types.at(i) == QLatin1String(other))
                continue;
            QStringList wrong = types;
            wrong[i] = QLatin1String(other);
            QJsonArray given = args;
            given[i] = some(wrong.at(i));
            QCOMPARE(error(method, QJsonArray::fromStringList(wrong), given), kUnknownMethod);
        }
    }
    QVERIFY(lives());
    QCOMPARE(everything(rig_->engine()), before);
}

void ContractTest::moreOrLessIsNoSuchMethod() {
    QFETCH(QStringList, types);
    QFETCH(QJsonArray, args);
    const QString method = QString::fromLatin1(QTest::currentDataTag());
    const auto before = everything(rig_->engine());
    QJsonArray more = args, moreTypes = QJsonArray::fromStringList(types);
    more.append(QStringLiteral("more"));
    moreTypes.append(QStringLiteral("s"));
    QCOMPARE(error(method, moreTypes, more), kUnknownMethod);
    while (!args.isEmpty()) {
        args.removeLast();
        types.removeLast();
        QCOMPARE(error(method, QJsonArray::fromStringList(types), args), kUnknownMethod);
    }
    QVERIFY(lives());
    QCOMPARE(everything(rig_->engine()), before);
}

// By somebody who may do nothing: what could be understood is denied, the rest is said to be wrong.
void ContractTest::aMapIsReadToTheEnd() {
    QFETCH(QStringList, types);
    QFETCH(QJsonArray, args);
    const QString method = QString::fromLatin1(QTest::currentDataTag());
    const auto before = everything(rig_->engine());
    const qsizetype map = types.indexOf(QLatin1String("a{sv}"));
    const auto given = [&](const QString& key, const QJsonValue& value) {
        QJsonObject object = args.at(map).toObject();
        object.insert(key, value);
        QJsonArray all = args;
        all[map] = object;
        return nobody_->errorOf(method, QJsonArray::fromStringList(types), all);
    };
    for (const QString& key : keysFor(method)) {
        for (const auto& value : nonsense()) {
            const QString said = given(key, value);
            QVERIFY2(said == QLatin1String("Invalid") || said == QLatin1String("Denied"),
                     qPrintable(key + QStringLiteral(": ") + said));
        }
        QCOMPARE(given(key, QJsonObject{{QStringLiteral("a"), 1}}), QStringLiteral("Invalid"));
    }
    if (map >= 0)
        QCOMPARE(given(QStringLiteral("colour"), 1), QStringLiteral("Invalid"));
    QVERIFY(lives());
    QCOMPARE(everything(rig_->engine()), before);
}

// What the bus lets through besides: properties, of which there are none, and other paths.
void ContractTest::nothingElseAnswersOnTheBus() {
    const QDBusConnection bus = rig_->connectAgain(QStringLiteral("others"));
    const auto before = everything(rig_->engine());
    const auto said = [&](const QString& path, const QString& interface, const QString& method,
                          const QVariantList& args) {
        QDBusMessage call =
            QDBusMessage::createMethodCall(api::dbus::kService, path, interface, method);
        call.setArguments(args);
        return replyTo(bus, call).errorName();
    };
    const QString properties = QStringLiteral("org.freedesktop.DBus.Properties");
    QVERIFY(!said(api::dbus::kPath, properties, QStringLiteral("Set"),
                  {api::dbus::kInterface, QStringLiteral("Mode"),
                   QVariant::fromValue(QDBusVariant(QStringLiteral("learn")))})
                 .isEmpty());
    QVERIFY(!said(api::dbus::kPath, properties, QStringLiteral("Get"),
                  {api::dbus::kInterface, QStringLiteral("Mode")})
                 .isEmpty());
    for (const QString& path : {QStringLiteral("/"), QStringLiteral("/org/sallyport"),
                                api::dbus::kPath + QStringLiteral("/below")})
        QVERIFY2(
            !said(path, api::dbus::kInterface, QStringLiteral("SetBlockAll"), {true}).isEmpty(),
            qPrintable(path));
    QVERIFY(lives());
    QCOMPARE(everything(rig_->engine()), before);
}

QTEST_GUILESS_MAIN(ContractTest)
#include "contract_test.moc"
