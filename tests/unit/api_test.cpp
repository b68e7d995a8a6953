// What crosses the bus or a file comes back unchanged, and what is wrong is refused with its name.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDateTime>
#include <QFile>
#include <QIODevice>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointF>
#include <QScopeGuard>
#include <QTest>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>
#include <ctime>

#include "api/dbus.h"
#include "api/encrypted_dns.h"
#include "api/fields.h"
#include "api/rate.h"
#include "api/rule_file.h"
#include "samples.h"

using namespace sallyport;
using namespace sallyport::api;
using namespace Qt::StringLiterals;

namespace {

QVariantMap throughJson(const QVariantMap& map) {
    const QByteArray text = QJsonDocument(QJsonObject::fromVariantMap(map)).toJson();
    return QJsonDocument::fromJson(text).object().toVariantMap();
}

template <class T, class FromMap>
void compareBack(const T& value, FromMap fromMap) {
    const Result<T> back = fromMap(toMap(value));
    QVERIFY2(back, qPrintable(back ? QString() : back.error().text));
    QVERIFY(*back == value);
    const Result<T> plainDefault = fromMap(QVariantMap());
    QVERIFY2(plainDefault, qPrintable(plainDefault ? QString() : plainDefault.error().text));
}

QVariantMap with(QVariantMap map, const QString& key, const QVariant& value) {
    map.insert(key, value);
    return map;
}

}  // namespace

class ApiTest : public QObject {
    Q_OBJECT
  private slots:
    void encryptedDnsIsKnownByPortAndName();
    void speedsAreReadAsPeopleWriteThem_data();
    void speedsAreReadAsPeopleWriteThem();
    void quotasAreReadAsPeopleWriteThem_data();
    void quotasAreReadAsPeopleWriteThem();
    void aQuotaOfNothingIsNone();
    void whatIsTooLongToReadIsCut();
    void aPeriodGoesByTheCalendar_data();
    void aPeriodGoesByTheCalendar();
    void everyTypeSurvivesItsMap();
    void rulesSurviveJson();
    void missingKeysKeepDefaults();
    void namesOfAnExplanationAreNotTrusted_data();
    void namesOfAnExplanationAreNotTrusted();
    void wordsGoBothWays();
    void wrongFieldsOfARuleAreNamed_data();
    void wrongFieldsOfARuleAreNamed();
    void sensibleRulesAreAccepted_data();
    void sensibleRulesAreAccepted();
    void wrongTypesNeverPass();
    void numbersAreWholeAndInRange();
    void answersAndSettingsAreRanged();
    void answersBecomeRules();
    void answersByNameBecomeRulesByName();
    void namesThatMakeNoRule_data();
    void namesThatMakeNoRule();
    void aRemoteThatIsNotInItsNormalFormIsNoRule();
    void answersThatMakeNoRule();
    void ruleFilesSurvive();
    void ruleFilesCutAnywhereAreRefused();
    void wrongRuleFilesAreRefused_data();
    void wrongRuleFilesAreRefused();
    void errorNamesGoBothWays();
};

void ApiTest::everyTypeSurvivesItsMap() {
    compareBack(samples::rule(), ruleFromMap);
    compareBack(samples::simpleRule(), ruleFromMap);
    for (const QString& remote : {u"example.org"_s, u"*.example.org"_s, u".example.org"_s}) {
        QCOMPARE(samples::namedRule(remote).remote.toString(), remote);
        compareBack(samples::namedRule(remote), ruleFromMap);
    }
    Rule asking = samples::simpleRule();
    asking.protocol = 6;
    asking.direction = Direction::Outbound;
    asking.http = {{u"GET"_s, u"HEAD"_s}, u"/status"_s};
    compareBack(asking, ruleFromMap);
    compareBack(samples::script(), appFromMap);
    compareBack(samples::process(), processFromMap);
    compareBack(Program{7, samples::script()}, programFromMap);
    compareBack(samples::connection(), connectionFromMap);
    compareBack(samples::question(), questionFromMap);
    compareBack(samples::answer(), answerFromMap);
    compareBack(samples::explanation(), explanationFromMap);
    compareBack(samples::status(), statusFromMap);
    compareBack(samples::settings(), settingsFromMap);
    QVERIFY(attemptFromMap(toMap(samples::attempt())).value() == samples::attempt());
}

void ApiTest::rulesSurviveJson() {
    QVERIFY(ruleFromMap(throughJson(toMap(samples::rule()))).value() == samples::rule());
    QVERIFY(questionFromMap(toMap(samples::question())).value() == samples::question());
    QVERIFY(statusFromMap(throughJson(toMap(samples::status()))).value() == samples::status());
}

void ApiTest::missingKeysKeepDefaults() {
    QVERIFY(ruleFromMap({}).value() == Rule());
    QVERIFY(settingsFromMap({}).value() == Settings());
    QVERIFY(answerFromMap({}).value() == Answer());
}

void ApiTest::namesOfAnExplanationAreNotTrusted_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QVariant>("value");
    QTest::newRow("no name") << u"name"_s << QVariant(QString());
    QTest::newRow("a name that is a number") << u"name"_s << QVariant(7);
    QTest::newRow("a name without end") << u"name"_s << QVariant(QString(5000, u'a'));
    QTest::newRow("an unknown source") << u"source"_s << QVariant(u"hearsay"_s);
    QTest::newRow("a word for a flag") << u"counts"_s << QVariant(u"yes"_s);
    QTest::newRow("before all time") << u"saidMs"_s << QVariant(-1);
    QTest::newRow("a time in words") << u"untilMs"_s << QVariant(u"soon"_s);
    QTest::newRow("a list that is a map") << u"lists"_s << QVariant(QVariantMap());
    QTest::newRow("an unknown key") << u"trust"_s << QVariant(1);
}

void ApiTest::namesOfAnExplanationAreNotTrusted() {
    QFETCH(QString, key);
    QFETCH(QVariant, value);
    QVariantMap map = toMap(samples::explanation());
    QVariantList names = map.value(u"names"_s).toList();
    QVariantMap name = names.first().toMap();
    name.insert(key, value);
    names.first() = name;
    map.insert(u"names"_s, names);
    const Result<Explanation> read = explanationFromMap(map);
    QVERIFY(!read);
    QVERIFY2(read.error().text.contains(u"names"_s), qPrintable(read.error().text));
    map.insert(u"names"_s, QVariantList{7});
    QVERIFY(!explanationFromMap(map));
}

void ApiTest::wordsGoBothWays() {
    for (int i = 0; i <= int(AppIdentity::Kind::Unknown); ++i) {
        const auto kind = static_cast<AppIdentity::Kind>(i);
        QVERIFY(!toWord(kind).isEmpty());
        QCOMPARE(appKindFromWord(toWord(kind)).value(), kind);
    }
    for (int i = 0; i <= int(Reason::Waiting); ++i)
        QCOMPARE(reasonFromWord(toWord(static_cast<Reason>(i))).value(), static_cast<Reason>(i));
    for (int i = 0; i <= int(Lifetime::Forever); ++i)
        QCOMPARE(lifetimeFromWord(toWord(static_cast<Lifetime>(i))).value(),
                 static_cast<Lifetime>(i));
    for (int i = 0; i <= int(Scope::Domain); ++i)
        QCOMPARE(scopeFromWord(toWord(static_cast<Scope>(i))).value(), static_cast<Scope>(i));
    for (int i = 0; i <= int(NameSource::None); ++i)
        QCOMPARE(nameSourceFromWord(toWord(static_cast<NameSource>(i))).value(),
                 static_cast<NameSource>(i));
    for (int i = 0; i <= int(Origin::Starter); ++i)
        QCOMPARE(originFromWord(toWord(static_cast<Origin>(i))).value(), static_cast<Origin>(i));
    for (int i = 0; i <= 255; ++i)
        QCOMPARE(int(protocolFromWord(protocolToWord(quint8(i))).value()), i);
    for (const QString& word : {u"TCP"_s, u"256"_s, u"-1"_s, u"06"_s, u" 6"_s, u""_s})
        QVERIFY2(!protocolFromWord(word), qPrintable(word));
    const Result<Action> action = actionFromWord(u"perhaps"_s);
    QVERIFY(!action);
    QVERIFY2(action.error().text.contains(u"allow, block"_s), qPrintable(action.error().text));
}

void ApiTest::wrongFieldsOfARuleAreNamed_data() {
    QTest::addColumn<QVariantMap>("map");
    QTest::addColumn<QString>("says");
    const auto app = [](const QString& kind, const QString& path, const QString& script = {}) {
        return QVariantMap{
            {u"app"_s, QVariantMap{{u"kind"_s, kind}, {u"path"_s, path}, {u"script"_s, script}}}};
    };
    QTest::newRow("port 70000") << QVariantMap{{u"remotePorts"_s, u"70000"_s}} << u"remotePorts"_s;
    QTest::newRow("prefix 64 on IPv4")
        << QVariantMap{{u"remote"_s, u"10.0.0.0/64"_s}} << u"remote"_s;
    const auto remote = [](const QString& text) { return QVariantMap{{u"remote"_s, text}}; };
    QTest::newRow("newline in a name") << remote(u"example.org\n"_s) << u"control character"_s;
    QTest::newRow("star in the middle") << remote(u"a.*.org"_s) << u"in front"_s;
    QTest::newRow("star alone") << remote(u"*"_s) << u"in front"_s;
    QTest::newRow("no address") << remote(u"10.0.0.256"_s) << u"192.0.2.1 or"_s;
    QTest::newRow("no remote at all") << remote(u""_s) << u"example.org"_s;
    QTest::newRow("blank in a name") << remote(u"local network"_s) << u"local-network"_s;
    QTest::newRow("this machine's name") << remote(u"localhost"_s) << u"write this-machine"_s;
    QTest::newRow("below this machine's name")
        << remote(u"*.localhost"_s) << u"write this-machine"_s;
    QTest::newRow("local prefix") << QVariantMap{{u"local"_s, u"10.0.0.0/64"_s}} << u"local"_s;
    const auto ends = [](const QString& protocol, const QString& to, const QString& local) {
        QVariantMap map{{u"protocol"_s, protocol}};
        if (!to.isEmpty())
            map.insert(u"remote"_s, to);
        if (!local.isEmpty())
            map.insert(u"local"_s, local);
        return map;
    };
    QTest::newRow("ends of two families")
        << ends(u"any"_s, u"192.0.2.1"_s, u"2001:db8::1"_s) << u"one is IPv4, the other IPv6"_s;
    QTest::newRow("ends of two families, the other way")
        << ends(u"any"_s, u"2001:db8::/32"_s, u"10.0.0.0/8"_s) << u"one is IPv4, the other IPv6"_s;
    QTest::newRow("icmp to IPv6") << ends(u"icmp"_s, u"2001:db8::1"_s, {})
                                  << u"use protocol icmpv6"_s;
    QTest::newRow("icmp from IPv6")
        << ends(u"icmp"_s, {}, u"2001:db8::1"_s) << u"use protocol icmpv6"_s;
    QTest::newRow("icmpv6 to IPv4")
        << ends(u"icmpv6"_s, u"192.0.2.1"_s, {}) << u"with 192.0.2.1; use protocol icmp"_s;
    QTest::newRow("icmpv6 from IPv4") << ends(u"icmpv6"_s, u"any"_s, u"192.0.2.0/24"_s)
                                      << u"with 192.0.2.0/24; use protocol icmp"_s;
    QTest::newRow("limit of what is blocked")
        << QVariantMap{{u"limitUp"_s, 5000}} << u"only a rule that allows"_s;
    const QVariantMap request{{u"httpMethods"_s, u"GET"_s}, {u"direction"_s, u"outbound"_s}};
    const auto with = [&](const QVariantMap& more) {
        QVariantMap map = request;
        map.insert(more);
        return map;
    };
    QTest::newRow("HTTP over whatever") << with({}) << u"need protocol"_s;
    QTest::newRow("HTTP to this machine")
        << with({{u"protocol"_s, u"tcp"_s}, {u"direction"_s, u"any"_s}}) << u"need protocol"_s;
    QTest::newRow("HTTP at a speed")
        << with({{u"protocol"_s, u"tcp"_s}, {u"action"_s, u"allow"_s}, {u"limitUp"_s, 5000}})
        << u"cannot limit"_s;
    QTest::newRow("no method") << with({{u"httpMethods"_s, u"/a"_s}}) << u"no HTTP method"_s;
    QTest::newRow("no path") << with({{u"protocol"_s, u"tcp"_s}, {u"httpPath"_s, u"/a/../b"_s}})
                             << u"no plain path"_s;
    QTest::newRow("quota of what is blocked")
        << QVariantMap{{u"quota"_s, QVariantMap{{u"bytes"_s, 5000}}}}
        << u"only a rule that allows"_s;
    QTest::newRow("quota below the least")
        << QVariantMap{{u"action"_s, u"allow"_s}, {u"quota"_s, QVariantMap{{u"bytes"_s, 999}}}}
        << u"quota"_s;
    QTest::newRow("quota of nobody knows what")
        << QVariantMap{{u"action"_s, u"allow"_s}, {u"quota"_s, QVariantMap{{u"then"_s, u"ask"_s}}}}
        << u"bytes: is missing"_s;
    QTest::newRow("quota of no known period")
        << QVariantMap{{u"action"_s, u"allow"_s},
                       {u"quota"_s, QVariantMap{{u"bytes"_s, 5000}, {u"period"_s, u"week"_s}}}}
        << u"week"_s;
    QTest::newRow("limit below the least")
        << QVariantMap{{u"action"_s, u"allow"_s}, {u"limitDown"_s, 999}}
        << u"1000 to 100000000000"_s;
    QTest::newRow("limit that is no number")
        << QVariantMap{{u"action"_s, u"allow"_s}, {u"limitUp"_s, u"fast"_s}} << u"limitUp"_s;
    QTest::newRow("long interface")
        << QVariantMap{{u"interface"_s, QString(16, u'x')}} << u"at most 15"_s;
    QTest::newRow("interface with a newline")
        << QVariantMap{{u"interface"_s, u"eth0\n"_s}} << u"interface"_s;
    QTest::newRow("interface with a slash")
        << QVariantMap{{u"interface"_s, u"a/b"_s}} << u"interface"_s;
    QTest::newRow("unknown key") << QVariantMap{{u"ports"_s, u"443"_s}} << u"\"ports\""_s;
    QTest::newRow("unknown key of app")
        << QVariantMap{{u"app"_s, QVariantMap{{u"name"_s, u"x"_s}}}} << u"\"name\""_s;
    QTest::newRow("unknown word") << QVariantMap{{u"action"_s, u"maybe"_s}} << u"action"_s;
    QTest::newRow("newline in a path") << app(u"path"_s, u"/usr/bin/a\nb"_s) << u"control"_s;
    QTest::newRow("newline in the note")
        << QVariantMap{{u"note"_s, u"one\ntwo"_s}} << u"one line"_s;
    QTest::newRow("long note") << QVariantMap{{u"note"_s, QString(501, u'x')}} << u"500"_s;
    QTest::newRow("relative path") << app(u"path"_s, u"bin/curl"_s) << u"absolute"_s;
    QTest::newRow("path with ..") << app(u"path"_s, u"/usr/../bin/curl"_s) << u"plain path"_s;
    QTest::newRow("folder") << app(u"path"_s, u"/"_s) << u"plain path"_s;
    QTest::newRow("long path") << app(u"path"_s, u"/"_s + QString(4095, u'x')) << u"4095"_s;
    QTest::newRow("long path in bytes")
        << app(u"path"_s, u"/"_s + QString(3000, u'ü')) << u"4095"_s;
    QTest::newRow("any with a path") << app(u"any"_s, u"/usr/bin/curl"_s) << u"kind \"path\""_s;
    QTest::newRow("path with a script")
        << app(u"path"_s, u"/usr/bin/curl"_s, u"/a"_s) << u"app.script"_s;
    QTest::newRow("script without one") << app(u"script"_s, u"/usr/bin/sh"_s) << u"app.script"_s;
    QTest::newRow("memory for ever") << app(u"memory"_s, {}) << u"lasting"_s;
    QTest::newRow("unknown for ever") << app(u"unknown"_s, {}) << u"lasting"_s;
    QTest::newRow("started by the kernel")
        << QVariantMap{{u"startedBy"_s, QVariantMap{{u"kind"_s, u"kernel"_s}}}} << u"startedBy"_s;
    QVariantMap started = app(u"kernel"_s, {});
    started.insert(u"startedBy"_s,
                   QVariantMap{{u"kind"_s, u"path"_s}, {u"path"_s, u"/usr/bin/make"_s}});
    QTest::newRow("the kernel, started by") << started << u"nobody starts the kernel"_s;
    QTest::newRow("ports of icmp")
        << QVariantMap{{u"protocol"_s, u"icmp"_s}, {u"remotePorts"_s, u"80"_s}} << u"no ports"_s;
    const auto frames = [](const QString& key, const QVariant& value) {
        return QVariantMap{{u"protocol"_s, u"frames"_s}, {u"action"_s, u"allow"_s}, {key, value}};
    };
    QTest::newRow("frames to somebody") << frames(u"remote"_s, u"192.0.2.1"_s) << u"no addresses"_s;
    QTest::newRow("frames to a list") << frames(u"remote"_s, u"list:ads"_s) << u"no addresses"_s;
    QTest::newRow("frames from here") << frames(u"local"_s, u"10.0.0.0/8"_s) << u"no addresses"_s;
    QTest::newRow("frames by a cable") << frames(u"interface"_s, u"eth0"_s) << u"no interface"_s;
    QTest::newRow("frames with ports") << frames(u"remotePorts"_s, u"80"_s) << u"no ports"_s;
    QTest::newRow("frames in") << frames(u"direction"_s, u"inbound"_s) << u"outbound"_s;
    QTest::newRow("frames, slowly") << frames(u"limitUp"_s, 5000) << u"not counted"_s;
    QTest::newRow("the number of frames")
        << QVariantMap{{u"protocol"_s, u"255"_s}} << u"from 0 to 254"_s;
    QTest::newRow("one connection")
        << QVariantMap{{u"lifetime"_s, u"connection"_s}} << u"not a rule"_s;
    QTest::newRow("timed without an end")
        << QVariantMap{{u"lifetime"_s, u"timed"_s}} << u"expiresMs"_s;
    QTest::newRow("for ever with an end") << QVariantMap{{u"expiresMs"_s, 5}} << u"expiresMs"_s;
    QTest::newRow("process without one")
        << QVariantMap{{u"lifetime"_s, u"process"_s}} << u"process"_s;
    QTest::newRow("for ever with a process") << QVariantMap{{u"process"_s, 5}} << u"process"_s;
    QTest::newRow("id too large") << QVariantMap{{u"id"_s, 16777216}} << u"id"_s;
    QTest::newRow("user too large") << QVariantMap{{u"user"_s, qint64{4294967296}}} << u"user"_s;
    QTest::newRow("negative user") << QVariantMap{{u"user"_s, -1}} << u"user"_s;
}

void ApiTest::wrongFieldsOfARuleAreNamed() {
    QFETCH(QVariantMap, map);
    QFETCH(QString, says);
    const Result<Rule> rule = ruleFromMap(map);
    QVERIFY(!rule);
    QCOMPARE(rule.error().code, ErrorCode::Invalid);
    QVERIFY2(rule.error().text.contains(says), qPrintable(rule.error().text));
    QVERIFY2(!rule.error().text.contains(u'\n'), "the message itself must be one line");
}

void ApiTest::sensibleRulesAreAccepted_data() {
    QTest::addColumn<QVariantMap>("map");
    QTest::newRow("frames") << QVariantMap{{u"protocol"_s, u"frames"_s}};
    QTest::newRow("frames, outbound")
        << QVariantMap{{u"protocol"_s, u"frames"_s}, {u"direction"_s, u"outbound"_s}};
    QTest::newRow("ports with any protocol") << QVariantMap{{u"remotePorts"_s, u"443"_s}};
    QTest::newRow("icmp without ports") << QVariantMap{{u"protocol"_s, u"icmp"_s}};
    QTest::newRow("icmp and two ends of IPv4") << QVariantMap{
        {u"protocol"_s, u"icmp"_s}, {u"remote"_s, u"192.0.2.1"_s}, {u"local"_s, u"10.0.0.0/8"_s}};
    QTest::newRow("icmpv6 and two ends of IPv6") << QVariantMap{{u"protocol"_s, u"icmpv6"_s},
                                                                {u"remote"_s, u"fe80::/10"_s},
                                                                {u"local"_s, u"2001:db8::1"_s}};
    QTest::newRow("icmp by name and from IPv4") << QVariantMap{
        {u"protocol"_s, u"icmp"_s}, {u"remote"_s, u"example.org"_s}, {u"local"_s, u"10.0.0.1"_s}};
    QTest::newRow("what was asked about a raw socket") << QVariantMap{
        {u"protocol"_s, u"icmp"_s}, {u"remote"_s, u"2001:db8::1"_s}, {u"origin"_s, u"prompt"_s}};
    QTest::newRow("memory until restart") << QVariantMap{
        {u"app"_s, QVariantMap{{u"kind"_s, u"memory"_s}}}, {u"lifetime"_s, u"until-restart"_s}};
    QTest::newRow("style with allow")
        << QVariantMap{{u"action"_s, u"allow"_s}, {u"blockStyle"_s, u"silent"_s}};
    QTest::newRow("longest path") << QVariantMap{
        {u"app"_s,
         QVariantMap{{u"kind"_s, u"path"_s}, {u"path"_s, QString(u"/"_s + QString(4094, u'x'))}}}};
    QTest::newRow("whole double") << QVariantMap{{u"user"_s, 1000.0}};
}

void ApiTest::sensibleRulesAreAccepted() {
    QFETCH(QVariantMap, map);
    const Result<Rule> rule = ruleFromMap(map);
    QVERIFY2(rule, qPrintable(rule ? QString() : rule.error().text));
}

// Every key of every type, given every kind of value that its own is not.
void ApiTest::wrongTypesNeverPass() {
    const QVariantList strangers{QVariant(),
                                 u"\n"_s,
                                 0.5,
                                 QVariantList{1, QVariantList{2}},
                                 QVariantMap{{u"x"_s, 1}},
                                 QByteArray("\xff"),
                                 QVariant::fromValue(QDBusVariant(QVariantList{QVariantList{5}})),
                                 QVariant::fromValue(QPointF(1, 2))};
    const auto attack = [&strangers](const QVariantMap& good, auto fromMap) {
        for (auto it = good.begin(); it != good.end(); ++it) {
            for (const QVariant& stranger : strangers) {
                const auto read = fromMap(with(good, it.key(), stranger));
                if (read)  // a text may well be any text
                    QCOMPARE(int(it.value().typeId()), int(QMetaType::QString));
                else
                    QVERIFY2(read.error().text.contains(it.key()) ||
                                 read.error().text.contains(u"control"_s) ||
                                 read.error().text.contains(u"one line"_s),
                             qPrintable(it.key() + u": "_s + read.error().text));
            }
        }
    };
    attack(toMap(samples::rule()), ruleFromMap);
    attack(toMap(samples::process()), processFromMap);
    attack(toMap(samples::connection()), connectionFromMap);
    attack(toMap(samples::question()), questionFromMap);
    attack(toMap(samples::answer()), answerFromMap);
    attack(toMap(samples::attempt()), attemptFromMap);
    attack(toMap(samples::status()), statusFromMap);
    attack(toMap(samples::settings()), settingsFromMap);
}

void ApiTest::numbersAreWholeAndInRange() {
    const auto read = [](const QVariant& value) {
        FieldReader reader({{u"n"_s, value}}, u"test"_s);
        const qint64 number = reader.number(u"n"_s, -1, 0, 100);
        return reader.finish() ? number : qint64{-2};
    };
    QCOMPARE(read(0), 0);
    QCOMPARE(read(100u), 100);
    QCOMPARE(read(uchar{7}), 7);
    QCOMPARE(read(50.0), 50);
    for (const QVariant& bad : {QVariant(101), QVariant(-1), QVariant(0.5), QVariant(qQNaN()),
                                QVariant(qInf()), QVariant(1e300), QVariant(u"5"_s), QVariant(true),
                                QVariant(std::numeric_limits<quint64>::max())})
        QCOMPARE(read(bad), -2);

    FieldReader reader({{u"n"_s, std::numeric_limits<quint64>::max()}}, u"test"_s);
    QCOMPARE(reader.bigNumber(u"n"_s), std::numeric_limits<quint64>::max());
    QVERIFY(reader.finish());
    FieldReader negative({{u"n"_s, -1}}, u"test"_s);
    negative.bigNumber(u"n"_s);
    QVERIFY(!negative.finish());
}

void ApiTest::answersAndSettingsAreRanged() {
    QVERIFY(!settingsFromMap({{u"answerSeconds"_s, 4}}));
    QVERIFY(!settingsFromMap({{u"answerSeconds"_s, 61}}));
    QVERIFY(!settingsFromMap({{u"nobodyToAsk"_s, u"shrug"_s}}));
    QVERIFY(!settingsFromMap({{u"passwordForLasting"_s, u"perhaps"_s}}));
    QVERIFY(settingsFromMap({{u"passwordForLasting"_s, true}})->passwordForLasting);
    QVERIFY(!answerFromMap({{u"lifetime"_s, u"timed"_s}}));
    QVERIFY(!answerFromMap({{u"minutes"_s, 5}}));
    QVERIFY(answerFromMap({{u"lifetime"_s, u"timed"_s}, {u"minutes"_s, 5}}));
    QVERIFY(!attemptFromMap({{u"direction"_s, u"any"_s}}));
    // Each is compared with each rule.
    QVERIFY(!attemptFromMap({{u"names"_s, QStringList(65, u"a.example"_s)}}));
    QVERIFY(!attemptFromMap({{u"names"_s, QStringList(u"a"_s.repeated(256))}}));
}

void ApiTest::answersBecomeRules() {
    const Question question = samples::question();
    Answer answer = samples::answer();
    const Rule timed = ruleFor(question, answer, 1000)->value();
    QCOMPARE(timed.app, question.process.identity);
    QCOMPARE(timed.startedBy, question.process.startedBy);
    QCOMPARE(timed.user, question.process.uid);
    QCOMPARE(timed.action, Action::Allow);
    QCOMPARE(timed.remote, Remote());
    QCOMPARE(timed.remotePorts, PortRange::single(443));
    QCOMPARE(timed.localPorts, PortRange());
    QCOMPARE(int(timed.protocol), 6);
    QCOMPARE(timed.expiresMs, 1000 + 60 * 60000);
    QCOMPARE(timed.note, answer.note);
    QCOMPARE(timed.origin, Origin::Prompt);

    answer.lifetime = Lifetime::Forever;
    answer.who = Who::Program;
    answer.scope = Scope::AddressAndPort;
    const Rule narrow = ruleFor(question, answer, 1000)->value();
    QCOMPARE(narrow.remote, Remote::host(question.remote));
    QCOMPARE(narrow.remotePorts, PortRange::single(443));
    QCOMPARE(narrow.startedBy, AppIdentity());
    QCOMPARE(narrow.expiresMs, 0);

    answer.scope = Scope::Address;
    const Rule address = ruleFor(question, answer, 1000)->value();
    QCOMPARE(address.remote, Remote::host(question.remote));
    QCOMPARE(address.remotePorts, PortRange());
    QCOMPARE(int(address.protocol), 0);

    answer.scope = Scope::Everything;
    answer.lifetime = Lifetime::Process;
    const Rule everything = ruleFor(question, answer, 1000)->value();
    QCOMPARE(everything.remote, Remote());
    QCOMPARE(everything.process, question.process.serial);

    Question inbound = question;
    inbound.direction = Direction::Inbound;
    answer.scope = Scope::AddressAndPort;
    const Rule listening = ruleFor(inbound, answer, 1000)->value();
    QCOMPARE(listening.localPorts, PortRange::single(inbound.localPort));
    QCOMPARE(listening.remotePorts, PortRange());
}

void ApiTest::answersByNameBecomeRulesByName() {
    const Question question = samples::question();
    Answer answer = samples::answer();
    answer.lifetime = Lifetime::Forever;
    answer.minutes = 0;
    answer.scope = Scope::Host;
    const Rule host = ruleFor(question, answer, 1000)->value();
    QCOMPARE(host.remote.toString(), u"www.example.co.uk"_s);
    QCOMPARE(host.remotePorts, PortRange());
    answer.scope = Scope::Domain;
    const Rule domain = ruleFor(question, answer, 1000)->value();
    QCOMPARE(domain.remote.toString(), u".example.co.uk"_s);
    QCOMPARE(int(domain.protocol), 0);
}

void ApiTest::namesThatMakeNoRule_data() {
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<Scope>("scope");
    const QStringList none;
    QTest::newRow("no name") << none << Scope::Host;
    QTest::newRow("no name, no domain") << none << Scope::Domain;
    QTest::newRow("a public suffix") << QStringList{u"co.uk"_s} << Scope::Domain;
    QTest::newRow("one label") << QStringList{u"printer"_s} << Scope::Domain;
    QTest::newRow("no name of a host") << QStringList{u"a\\032b.example"_s} << Scope::Host;
    QTest::newRow("a star from the wire") << QStringList{u"*.example"_s} << Scope::Host;
    QTest::newRow("a dot in front") << QStringList{u".example"_s} << Scope::Host;
    QTest::newRow("an address") << QStringList{u"192.0.2.1"_s} << Scope::Host;
    QTest::newRow("a word") << QStringList{u"any"_s} << Scope::Host;
    QTest::newRow("this machine") << QStringList{u"localhost"_s} << Scope::Host;
}

void ApiTest::namesThatMakeNoRule() {
    QFETCH(QStringList, names);
    QFETCH(Scope, scope);
    Question question = samples::question();
    question.names = names;
    Answer answer = samples::answer();
    answer.scope = scope;
    QVERIFY(!remoteFor(question, scope));
    QVERIFY(!ruleFor(question, answer, 1000));
}

void ApiTest::aRemoteThatIsNotInItsNormalFormIsNoRule() {
    Rule rule = samples::namedRule();
    rule.remote.pattern.name = u"Example.org"_s;
    QVERIFY(!validate(rule));
    rule.remote.pattern.name = u"any"_s;
    rule.remote.pattern.kind = HostPattern::Kind::Exact;  // would be read back as every address
    QVERIFY(!validate(rule));
}

void ApiTest::answersThatMakeNoRule() {
    Answer once = samples::answer();
    once.lifetime = Lifetime::Connection;
    const Result<std::optional<Rule>> none = ruleFor(samples::question(), once, 1000);
    QVERIFY(none);
    QVERIFY(!none->has_value());

    Question memory = samples::question();
    memory.process.identity = {AppIdentity::Kind::Memory, {}, {}};
    Answer lasting = samples::answer();
    lasting.lifetime = Lifetime::Forever;
    QVERIFY(!ruleFor(memory, lasting, 1000));

    Question odd = samples::question();
    odd.process.identity.path = u"/opt/a\nb"_s;
    const auto refused = ruleFor(odd, lasting, 1000);
    QVERIFY(!refused);
    QVERIFY2(refused.error().text.contains(u"; an answer for once needs no rule"_s),
             qPrintable(refused.error().text));
    QVERIFY(ruleFor(odd, once, 1000));

    Question nobody = samples::question();
    nobody.process.identity = {};
    QVERIFY2(!ruleFor(nobody, samples::answer(), 1000), "a rule for every program");

    Question ping = samples::question();
    ping.protocol = 1;
    QVERIFY(!ruleFor(ping, samples::answer(), 1000));  // scope Port

    Question orphan = samples::question();
    orphan.process.startedBy = {};
    QVERIFY(!ruleFor(orphan, samples::answer(), 1000));
}

void ApiTest::ruleFilesSurvive() {
    const QList<Rule> rules{samples::rule(), samples::simpleRule(), Rule()};
    const Result<QList<Rule>> back = rulesFromJson(rulesToJson(rules));
    QVERIFY2(back, qPrintable(back ? QString() : back.error().text));
    QVERIFY(*back == rules);
    QVERIFY(rulesFromJson(rulesToJson({}))->isEmpty());
}

void ApiTest::ruleFilesCutAnywhereAreRefused() {
    const QByteArray whole = rulesToJson({samples::rule(), samples::simpleRule()}).trimmed();
    QVERIFY(rulesFromJson(whole));
    for (qsizetype size = 0; size < whole.size(); ++size) {
        const Result<QList<Rule>> read = rulesFromJson(whole.left(size));
        QVERIFY2(!read, qPrintable(QString::number(size)));
        QVERIFY(read.error().text.contains(u"byte "_s));
    }
}

void ApiTest::wrongRuleFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const auto file = [](const char* rules) {
        return QByteArray(R"({"format":"sallyport-rules","version":1,"rules":)") + rules + '}';
    };
    const int invalid = int(ErrorCode::Invalid);
    QTest::newRow("a list") << QByteArray("[]") << invalid << u"object"_s;
    QTest::newRow("other format") << QByteArray(R"({"format":"x","version":1,"rules":[]})")
                                  << invalid << u"format"_s;
    QTest::newRow("no version") << QByteArray(R"({"format":"sallyport-rules","rules":[]})")
                                << invalid << u"version"_s;
    QTest::newRow("no rules") << QByteArray(R"({"format":"sallyport-rules","version":1})")
                              << invalid << u"rules"_s;
    QTest::newRow("newer") << QByteArray(
                                  R"({"format":"sallyport-rules","version":2,"rules":{},"more":1})")
                           << int(ErrorCode::Unsupported) << u"version 2"_s;
    QTest::newRow("rules as a map") << file("{}") << invalid << u"rules"_s;
    QTest::newRow("a rule as a number") << file("[{},3]") << invalid << u"rule 2"_s;
    QTest::newRow("a key of the wrong type")
        << file(R"([{},{},{"enabled":"yes"}])") << invalid << u"rule 3: enabled"_s;
    QTest::newRow("port 70000") << file(R"([{"remotePorts":"70000"}])") << invalid
                                << u"rule 1: remotePorts"_s;
    QTest::newRow("fraction") << file(R"([{"user":1.5}])") << invalid << u"rule 1: user"_s;
    QTest::newRow("half a file") << file("[{},{}]").chopped(3) << invalid
                                 << u"is the file whole?"_s;
    const QByteArray open = file("[{},{}]").chopped(2);
    QTest::newRow("cut: it ends where it ends")
        << open << invalid << u"byte %1 of %1:"_s.arg(open.size());
    QTest::newRow("too deep") << QByteArray(5000, '[') << invalid << u"byte "_s;
    QTest::newRow("not UTF-8") << file("[{\"note\":\"\xff\xfe\"}]") << invalid << u"byte "_s;
    QTest::newRow("empty") << QByteArray() << invalid << u"byte "_s;
    QTest::newRow("zeros") << QByteArray(1000, '\0') << invalid << u"byte "_s;
}

void ApiTest::wrongRuleFilesAreRefused() {
    QFETCH(QByteArray, json);
    QFETCH(int, code);
    QFETCH(QString, says);
    const Result<QList<Rule>> read = rulesFromJson(json);
    QVERIFY(!read);
    QCOMPARE(int(read.error().code), code);
    QVERIFY2(read.error().text.contains(says), qPrintable(read.error().text));
}

void ApiTest::errorNamesGoBothWays() {
    for (int i = 0; i <= int(ErrorCode::Failed); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QVERIFY(errorName(code).startsWith(u"org.sallyport.Error."_s));
        QCOMPARE(errorCode(errorName(code)), code);
    }
    QCOMPARE(errorCode(u"org.sallyport.Error.Invalid"_s), ErrorCode::Invalid);
    QCOMPARE(errorCode(u"org.sallyport.Error.New"_s), ErrorCode::Failed);
    QCOMPARE(errorCode(u"org.freedesktop.DBus.Error.ServiceUnknown"_s), ErrorCode::Unavailable);
    QCOMPARE(errorCode(u"org.freedesktop.DBus.Error.NameHasNoOwner"_s), ErrorCode::Unavailable);
    QCOMPARE(errorCode(u"org.freedesktop.DBus.Error.NoReply"_s), ErrorCode::Unavailable);
    QCOMPARE(errorCode(u"org.freedesktop.DBus.Error.AccessDenied"_s), ErrorCode::Denied);
    QCOMPARE(errorCode(u"org.example.Other"_s), ErrorCode::Failed);
}

void ApiTest::speedsAreReadAsPeopleWriteThem_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("rate");  // -1: refused
    QTest::addColumn<QString>("written");
    const auto row = [](const char* text, qint64 rate, const char* written) {
        QTest::newRow(text) << QString::fromLatin1(text) << rate << QString::fromLatin1(written);
    };
    row("none", 0, "none");
    row("", 0, "none");
    row("500k", 500'000, "500 kB/s");
    row("2.5 MB/s", 2'500'000, "2.5 MB/s");
    row("2,5m", 2'500'000, "2.5 MB/s");
    row("8 Mbit/s", 1'000'000, "1 MB/s");
    row("100Mbit", 12'500'000, "12.5 MB/s");
    row("1234567", 1'234'567, "1234.567 kB/s");
    row("1234567890", 1'234'567'890, "1234567.89 kB/s");
    row("100 GB/s", 100'000'000'000, "100 GB/s");
    row("0", -1, "");
    row("999", -1, "");
    row("101G", -1, "");
    row("-5M", -1, "");
    row("5 apples", -1, "");
    row("1e6", -1, "");
    row("5 M B", -1, "");
}

void ApiTest::speedsAreReadAsPeopleWriteThem() {
    QFETCH(QString, text);
    QFETCH(qint64, rate);
    QFETCH(QString, written);
    const auto read = api::rateFromText(text);
    QCOMPARE(bool(read), rate >= 0);
    if (!read)
        return;
    QCOMPARE(*read, quint64(rate));
    QCOMPARE(api::rateToText(*read), written);
    QCOMPARE(*api::rateFromText(written), *read);
}

void ApiTest::quotasAreReadAsPeopleWriteThem_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bytes");  // -1: refused
    QTest::addColumn<QString>("written");
    const auto row = [](const char* text, qint64 bytes, const char* written) {
        QTest::newRow(text) << QString::fromLatin1(text) << bytes << QString::fromLatin1(written);
    };
    row("none", 0, "none");
    row("5GB/month", 5'000'000'000, "5 GB/month");
    row("1.5 GB / day", 1'500'000'000, "1.5 GB/day");
    row("500m/day", 500'000'000, "500 MB/day");
    row("1234567/month", 1'234'567, "1234.567 kB/month");
    row("1000TB/month", 1'000'000'000'000'000, "1000 TB/month");
    row("1001TB/month", -1, "");
    row("999/day", -1, "");
    row("5GB", -1, "");
    row("5GB/week", -1, "");
    row("5GB/s/day", -1, "");
    row("much/day", -1, "");
}

void ApiTest::whatIsTooLongToReadIsCut() {
    Explanation explanation;
    ExplanationStep step;
    step.rule = samples::simpleRule();
    step.why = QString(10'000, u'x');
    explanation.steps = {step};
    const Result<Explanation> read = explanationFromMap(toMap(explanation));
    QVERIFY2(read.has_value(), read ? "" : qPrintable(read.error().text));
    QCOMPARE(read->steps.first().why.size(), kMostText);
    QVERIFY(read->steps.first().why.endsWith(u'\u2026'));
}

void ApiTest::aQuotaOfNothingIsNone() {
    const auto read = api::quotaFromMap({{u"bytes"_s, 0}, {u"then"_s, u"ask"_s}, {u"used"_s, 7}});
    QVERIFY(read);
    QCOMPARE(*read, api::Quota{});
}

void ApiTest::quotasAreReadAsPeopleWriteThem() {
    QFETCH(QString, text);
    QFETCH(qint64, bytes);
    QFETCH(QString, written);
    const auto read = api::quotaFromText(text);
    QCOMPARE(bool(read), bytes >= 0);
    if (!read)
        return;
    QCOMPARE(read->bytes, quint64(bytes));
    QCOMPARE(api::quotaToText(*read), written);
    QCOMPARE(*api::quotaFromText(written), *read);
}

void ApiTest::aPeriodGoesByTheCalendar_data() {
    QTest::addColumn<bool>("isDay");
    QTest::addColumn<QString>("now");    // in Berlin
    QTest::addColumn<QString>("begin");  // day
    QTest::addColumn<qint64>("hours");   // from that day's begin to the next period's
    QTest::newRow("a day") << true << u"2026-11-25T13:00:00"_s << u"2026-11-25"_s << qint64{24};
    QTest::newRow("its first moment")
        << true << u"2026-11-25T00:00:00"_s << u"2026-11-25"_s << qint64{24};
    QTest::newRow("its last") << true << u"2026-11-25T23:59:59.999"_s << u"2026-11-25"_s
                              << qint64{24};
    QTest::newRow("an hour is missing")
        << true << u"2026-03-29T12:00:00"_s << u"2026-03-29"_s << qint64{23};
    QTest::newRow("an hour comes twice")
        << true << u"2026-10-25T12:00:00"_s << u"2026-10-25"_s << qint64{25};
    QTest::newRow("a month") << false << u"2026-11-25T13:00:00"_s << u"2026-11-01"_s
                             << qint64{30 * 24};
    QTest::newRow("February") << false << u"2026-02-28T23:59:59"_s << u"2026-02-01"_s
                              << qint64{28 * 24};
    QTest::newRow("of a leap year")
        << false << u"2028-02-29T23:59:59"_s << u"2028-02-01"_s << qint64{29 * 24};
    QTest::newRow("the year ends")
        << false << u"2026-12-31T23:00:00"_s << u"2026-12-01"_s << qint64{31 * 24};
    QTest::newRow("summer time begins in it")
        << false << u"2026-03-31T23:00:00"_s << u"2026-03-01"_s << qint64{31 * 24 - 1};
}

void ApiTest::aPeriodGoesByTheCalendar() {
    QFETCH(bool, isDay);
    QFETCH(QString, now);
    QFETCH(QString, begin);
    QFETCH(qint64, hours);
    const QByteArray before = qgetenv("TZ");
    qputenv("TZ", "Europe/Berlin");
    tzset();
    const auto restore = qScopeGuard([&] {
        before.isNull() ? qunsetenv("TZ") : qputenv("TZ", before);
        tzset();
    });
    const api::Period period = isDay ? api::Period::Day : api::Period::Month;
    const qint64 nowMs = QDateTime::fromString(now, Qt::ISODateWithMs).toMSecsSinceEpoch();
    QCOMPARE(api::periodBegin(period, nowMs).toString(Qt::ISODate), begin);
    const qint64 beginMs = api::periodBegin(period, nowMs).startOfDay().toMSecsSinceEpoch();
    constexpr qint64 kMsPerHour = 3'600'000;
    QCOMPARE(api::periodEndMs(period, nowMs) - beginMs, hours * kMsPerHour);
    QVERIFY(api::periodEndMs(period, nowMs) > nowMs);
}

void ApiTest::encryptedDnsIsKnownByPortAndName() {
    QVERIFY(api::isEncryptedDns({}, 6, 853));
    QVERIFY(api::isEncryptedDns({}, 17, 853));
    QVERIFY(!api::isEncryptedDns({}, 1, 853));
    QVERIFY(!api::isEncryptedDns({}, 6, 443));
    QVERIFY(api::isEncryptedDns({u"www.example.org"_s, u"mozilla.cloudflare-dns.com"_s}, 6, 443));
    QVERIFY(!api::isEncryptedDns({u"notdns.google"_s}, 6, 443));
    // The ready rules block all of them, and are those that the window makes.
    QFile file(QStringLiteral(EXAMPLES "/own-encrypted-dns.json"));
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
    const auto rules = api::rulesFromJson(file.readAll());
    QVERIFY2(rules, rules ? "" : qPrintable(rules.error().text));
    QList<api::Rule> made = api::rulesAgainstEncryptedDns({});
    QCOMPARE(made.size(), rules->size());
    for (qsizetype at = 0; at < made.size(); ++at) {
        QVERIFY(!rules->at(at).note.isEmpty());
        made[at].note = rules->at(at).note;
        QVERIFY2(made[at] == rules->at(at), qPrintable(made[at].remote.toString()));
        QVERIFY(api::validate(made[at]));
    }
    for (const api::HostPattern& pattern : api::encryptedResolvers())
        QVERIFY2(std::any_of(made.begin(), made.end(),
                             [&](const api::Rule& rule) {
                                 return rule.action == api::Action::Block &&
                                        rule.remote == api::Remote::named(pattern);
                             }),
                 qPrintable(pattern.toString()));
    // For one program all are its own, and nobody else's.
    api::Rule mail;
    mail.app = {api::AppIdentity::Kind::Path, u"/usr/bin/mail"_s, {}};
    const QList<api::Rule> own = api::rulesAgainstEncryptedDns(mail);
    QCOMPARE(own.size(), made.size() - 1);
    for (const api::Rule& rule : own) {
        QCOMPARE(rule.app, mail.app);
        QCOMPARE(rule.action, api::Action::Block);
    }
}

QTEST_GUILESS_MAIN(ApiTest)
#include "api_test.moc"
