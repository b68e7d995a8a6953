// What is wrong with a rule, in the person's language: whatever validate() says is known to the
// app.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/unsound.h"

#include <QTest>
#include <QTranslator>
#include <functional>

#include "api/rule.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using Kind = api::AppIdentity::Kind;
using Spoil = std::function<void(api::Rule&)>;

namespace {

// A language in which every sentence stands in angles.
class Angles final : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* text, const char*, int) const override {
        return QLatin1String(context) == "sallyport::models::Unsound"_L1
                   ? u'<' + QString::fromLatin1(text) + u'>'
                   : QString();
    }
};

}  // namespace
Q_DECLARE_METATYPE(Spoil)

class UnsoundTest : public QObject {
    Q_OBJECT
    Angles angles_;

  private slots:
    void init() { QCoreApplication::installTranslator(&angles_); }
    void cleanup() { QCoreApplication::removeTranslator(&angles_); }

    void everyFaultIsKnown_data() {
        QTest::addColumn<Spoil>("spoil");
        const auto row = [](const char* name, const Spoil& spoil) { QTest::newRow(name) << spoil; };
        row("id", [](api::Rule& rule) { rule.id = api::kMaxRuleId + 1; });
        row("long note", [](api::Rule& rule) { rule.note = QString(501, u'x'); });
        row("note of two lines", [](api::Rule& rule) { rule.note = u"a\nb"_s; });
        row("relative path", [](api::Rule& rule) { rule.app.path = u"curl"_s; });
        row("crooked path", [](api::Rule& rule) { rule.app.path = u"/usr//bin/curl"_s; });
        row("long path", [](api::Rule& rule) { rule.app.path = u'/' + QString(4096, u'x'); });
        row("path of two lines", [](api::Rule& rule) { rule.app.path = u"/a\nb"_s; });
        row("script of none", [](api::Rule& rule) { rule.app.script = u"/a"_s; });
        row("relative script", [](api::Rule& rule) {
            rule.app.kind = Kind::Script;
            rule.app.script = u"a"_s;
        });
        row("path of any", [](api::Rule& rule) { rule.app.kind = Kind::Any; });
        row("no such kind", [](api::Rule& rule) { rule.app.kind = Kind(99); });
        row("started by memory", [](api::Rule& rule) { rule.startedBy.kind = Kind::Memory; });
        row("started by a relative path", [](api::Rule& rule) {
            rule.startedBy = {Kind::Path, u"bash"_s, {}};
        });
        row("connection", [](api::Rule& rule) { rule.lifetime = api::Lifetime::Connection; });
        row("process of none", [](api::Rule& rule) { rule.lifetime = api::Lifetime::Process; });
        row("process for ever", [](api::Rule& rule) { rule.process = 1; });
        row("timed without an end", [](api::Rule& rule) { rule.lifetime = api::Lifetime::Timed; });
        row("an end for ever", [](api::Rule& rule) { rule.expiresMs = 1; });
        row("memory for ever", [](api::Rule& rule) { rule.app = {Kind::Memory, {}, {}}; });
        row("upper case", [](api::Rule& rule) {
            rule.remote = api::Remote::named({api::HostPattern::Kind::Exact, u"EXAMPLE.org"_s});
        });
        row("interface", [](api::Rule& rule) { rule.interface = u"wg 0"_s; });
        row("content of a block", [](api::Rule& rule) { rule.sha256 = u"ab"_s; });
        row("short content", [](api::Rule& rule) {
            rule.action = api::Action::Allow;
            rule.sha256 = u"ab"_s;
        });
        row("HTTP without TCP", [](api::Rule& rule) { rule.http.path = u"/"_s; });
        const auto http = [&row](const char* name, const Spoil& spoil) {
            row(name, [spoil](api::Rule& rule) {
                rule.protocol = 6;
                rule.direction = api::Direction::Outbound;
                spoil(rule);
            });
        };
        http("HTTP with a limit", [](api::Rule& rule) {
            rule.http.path = u"/"_s;
            rule.action = api::Action::Allow;
            rule.limit.down = api::kLeastRate;
        });
        http("lower case", [](api::Rule& rule) { rule.http.methods = QStringList{u"get"_s}; });
        http("no method", [](api::Rule& rule) { rule.http.methods = QStringList{u"(("_s}; });
        http("twice", [](api::Rule& rule) { rule.http.methods = QStringList{u"GET"_s, u"GET"_s}; });
        http("methods", [](api::Rule& rule) {
            for (char letter = 'A'; letter <= 'Z'; ++letter)
                rule.http.methods += QString(QLatin1Char(letter));
        });
        http("HTTP path", [](api::Rule& rule) { rule.http.path = u"/a?b"_s; });
        http("long HTTP path",
             [](api::Rule& rule) { rule.http.path = u'/' + QString(5000, u'x'); });
        row("quota of a block", [](api::Rule& rule) { rule.quota.bytes = 1'000'000; });
        row("limit of a block", [](api::Rule& rule) { rule.limit.up = api::kLeastRate; });
        row("slow", [](api::Rule& rule) {
            rule.action = api::Action::Allow;
            rule.limit.up = 1;
        });
        row("reversed ports", [](api::Rule& rule) { rule.remotePorts = {2, 1}; });
        row("ports of ICMP", [](api::Rule& rule) {
            rule.protocol = 1;
            rule.remotePorts = api::PortRange::single(1);
        });
    }
    void everyFaultIsKnown() {
        QFETCH(Spoil, spoil);
        api::Rule rule;
        rule.app = {Kind::Path, u"/usr/bin/curl"_s, {}};
        QVERIFY(api::validate(rule).has_value());
        spoil(rule);
        const auto sound = api::validate(rule);
        QVERIFY(!sound);
        QString words = models::unsoundInWords(sound.error().text);
        QVERIFY2(words.startsWith(u'<') && words.endsWith(u'>'), qPrintable(sound.error().text));
        QCOMPARE(words.remove(u'<').remove(u'>'), sound.error().text);
    }

    void whatIsNotKnownStaysAsItIs() {
        QCOMPARE(models::unsoundInWords(u"the moon is not full"_s), u"the moon is not full"_s);
    }
};

QTEST_GUILESS_MAIN(UnsoundTest)
#include "unsound_test.moc"
