// The helper's reasons in the person's language: every one that it can give is known to the app.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSet>
#include <QTest>
#include <QTranslator>

#include "models/misfit.h"
#include "models/words.h"
#include "policy_generator.h"

using namespace sallyport;
using namespace Qt::StringLiterals;
using models::misfitInWords;

namespace {

// A language in which every sentence stands in angles.
class Angles final : public QTranslator {
  public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* text, const char*, int) const override {
        return QLatin1String(context) == "sallyport::models::Misfit"_L1
                   ? u'<' + QString::fromLatin1(text) + u'>'
                   : QString();
    }
};

QString bare(QString text) {
    return text.remove(u'<').remove(u'>');
}

}  // namespace

class MisfitTest : public QObject {
    Q_OBJECT
    Angles angles_;

  private slots:
    void init() { QCoreApplication::installTranslator(&angles_); }
    void cleanup() { QCoreApplication::removeTranslator(&angles_); }

    void everyReasonIsKnown() {
        tests::Generator generator(tests::seed());
        QSet<QString> told;
        for (int round = 0; round < 300; ++round) {
            const QList<api::Rule> rules = generator.rules(30);
            for (int i = 0; i < 10; ++i) {
                const api::Explanation explanation =
                    policy::explain(rules, generator.circumstances(), generator.attempt(rules),
                                    tests::kNowNs, tests::kNowMs, tests::listing);
                for (const api::ExplanationStep& step : explanation.steps) {
                    if (step.matches || step.decides || step.why.isEmpty())
                        continue;
                    const QString words = misfitInWords(step.why);
                    QVERIFY2(words.startsWith(u'<') && words.endsWith(u'>'), qPrintable(step.why));
                    QCOMPARE(bare(words), bare(step.why));
                    told.insert(words.left(12));
                }
            }
        }
        QVERIFY2(told.size() > 15, qPrintable(QStringList(told.values()).join(u'\n')));
    }

    void aNameThatCannotBeReadIsTold() {
        api::Rule rule;
        rule.id = 1;
        rule.action = api::Action::Block;
        rule.remote.kind = api::Remote::Kind::Host;
        rule.remote.pattern = *api::HostPattern::parse(u"*.evil.test"_s);
        api::Attempt attempt;
        attempt.app = {api::AppIdentity::Kind::Path, u"/usr/bin/curl"_s, {}};
        attempt.remote = *api::Address::parse(u"192.0.2.1"_s);
        attempt.nameless = attempt.unclear = true;
        const api::Explanation why =
            policy::explain({rule}, {}, attempt, tests::kNowNs, tests::kNowMs, tests::listing);
        QCOMPARE(why.rule, 1u);
        QVERIFY(models::Words::step(why.steps.constFirst()).contains(u"cannot be read"_s));
        attempt.unclear = false;
        QCOMPARE(
            policy::explain({rule}, {}, attempt, tests::kNowNs, tests::kNowMs, tests::listing).rule,
            0u);
    }

    void aReasonInAReasonIsToldToo() {
        QCOMPARE(misfitInWords(u"remote 192.0.2.1 is not in list ads: www.example.org is excepted "
                               "by line 3 of list ads: @@||example.org^"_s),
                 u"<remote 192.0.2.1 is not in list ads: <www.example.org is excepted by line 3 of "
                 "list ads: @@||example.org^>>"_s);
    }

    void whatIsNotKnownStaysAsItIs() {
        QCOMPARE(misfitInWords(u"the moon is not full"_s), u"the moon is not full"_s);
        QCOMPARE(misfitInWords({}), QString());
    }

    void valuesAreNoPlaceholders() {
        QCOMPARE(misfitInWords(u"interface %2 is not %1"_s), u"<interface %2 is not %1>"_s);
    }
};

QTEST_GUILESS_MAIN(MisfitTest)
#include "misfit_test.moc"
