// Runs every row three times: let through (the packet must arrive, or the row proves nothing, and
// must be shown as what it is), locked down, and to be asked about (nothing may arrive). What did
// arrive is counted in the receiver's network namespace. Prints the table.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "stand.h"
#include "support/skip.h"

using namespace Qt::StringLiterals;
using namespace sallyport;
using namespace sallyport::leak;

namespace {

constexpr int kExitCannot = 77;
constexpr int kCallMs = 250;  // what a call that waits is given

struct Outcome {
    QString skipped;  // why
    int packets = 0;
    QString first;  // of the packets
    QList<Shown> connections;
    int questions = 0;
};

bool isHeld(const Outcome& outcome) {
    return std::any_of(outcome.connections.cbegin(), outcome.connections.cend(),
                       [](const Shown& one) { return one.state == api::ConnectionState::Held; });
}

// When the helper is back there is nobody left to ask about.
bool isAsked(const Row& row) {
    return row.stage != Stage::Killed;
}

// Who owned what was shown, each once.
QString ownersOf(const Outcome (&outcomes)[3]) {
    QStringList names;
    for (const Outcome& outcome : outcomes)
        for (const Shown& one : outcome.connections)
            if (!names.contains(one.who))
                names.append(one.who);
    return names.join(u", "_s);
}

// Whether the user is told so.
bool isStated(const char* limit) {
    QFile readme(QStringLiteral(LEAK_README));
    return *limit && readme.open(QIODevice::ReadOnly) && readme.readAll().contains(limit);
}

void printLine(const QString& id, const QString& what, const QString& result,
               const QString& shown) {
    std::printf("| %-4s | %-46s | %-19s | %-26s |\n", qPrintable(id), qPrintable(what),
                qPrintable(result), qPrintable(shown));
    std::fflush(stdout);
}

}  // namespace

class LeakTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void cleanupTestCase();
    void row_data();
    void row();

  private:
    // It is only named.
    static bool passesBy(const Row& row) {
        return row.stage == Stage::Open && !Stand::stopsFrames();
    }
    void attempt(const Row& row, api::Mode mode, Outcome& outcome);
    QString judge(const Row& row, const Outcome& free, const Outcome& locked, const Outcome& asked,
                  QString& result);

    std::unique_ptr<Stand> stand_;
    int line_ = 0;
};

void LeakTest::initTestCase() {
    stand_ = std::make_unique<Stand>();
    const QString problem = stand_->build();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    printLine(u"id"_s, u"tried"_s, u"result"_s, u"shown as"_s);
    printLine(u"----"_s, u"----"_s, u"----"_s, u"----"_s);
}

void LeakTest::cleanupTestCase() {
    stand_.reset();
    if (line_ < rows().size())
        return;
    for (const Elsewhere& one : elsewhere()) {
        const QLatin1StringView where(one.where);
        const bool tested = where.contains(u'/');
        printLine(QLatin1StringView(one.id), QLatin1StringView(one.what),
                  tested ? u"tested elsewhere"_s : QString(where), tested ? where : QString());
    }
}

void LeakTest::row_data() {
    QTest::addColumn<int>("number");
    for (int i = 0; i < rows().size(); ++i)
        QTest::addRow("%s: %s", rows().at(i).id, rows().at(i).command) << i;
}

void LeakTest::attempt(const Row& row, api::Mode mode, Outcome& outcome) {
    const auto fine = [](const QString& problem) {
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    };
    const bool staged =
        row.stage != Stage::Plain && row.stage != Stage::Open && row.stage != Stage::Refused;
    const bool alone = row.stage == Stage::Refused && mode == api::Mode::Learn;
    // To show that it arrives at all nothing need be killed.
    const Stage stage = mode == api::Mode::Learn && row.stage != Stage::Frozen && staged
                            ? Stage::Prepared
                            : row.stage;
    if (stage == Stage::Before || alone)
        fine(stand_->endHelper());
    else
        fine(stand_->setMode(staged ? api::Mode::Learn : mode));
    auto attack = stand_->attack(QLatin1StringView(row.command), kCallMs);
    QVERIFY(attack);
    if (staged) {
        QString line = attack->hear();
        if (line.startsWith(u"listening "_s)) {
            QVERIFY(stand_->connectFromReceiver(line.section(u' ', 1).toInt()));
            line = attack->hear();
        }
        if (line != u"ready"_s && stage == Stage::Prepared && attack->waitForEnd() &&
            attack->process().exitCode() == kExitCannot) {
            outcome.skipped = line;
            return;
        }
        QCOMPARE(line, u"ready"_s);
        if (stage == Stage::Before)
            fine(stand_->startHelper());
        fine(stand_->setMode(mode));
        (void)stand_->arrived();
        if (stage == Stage::Frozen)
            stand_->freezeHelper(true);
        else if (stage == Stage::Killed)
            stand_->killHelper();
        attack->say(u"go"_s);
    }
    QString said;
    if (row.stage == Stage::Open) {
        said = attack->hear();
        if (said == u"ready"_s && !passesBy(row))
            outcome.connections = stand_->shown(true);
        else if (said == u"ready"_s)
            outcome.connections = stand_->named(attack->process().processId());
        attack->say(u"go"_s);
    }
    const bool ended = attack->waitForEnd();
    std::tie(outcome.packets, outcome.first) = stand_->arrived(QLatin1StringView(row.aim));
    if (stage == Stage::Frozen)
        stand_->freezeHelper(false);
    else if (stage == Stage::Killed || alone)
        fine(stand_->startHelper());
    QVERIFY(ended);
    if (attack->process().exitCode() == kExitCannot) {
        outcome.skipped = said.isEmpty() ? attack->hear() : said;
        return;
    }
    QCOMPARE(attack->process().exitCode(), 0);
    QVERIFY2(outcome.packets >= 0, qPrintable(outcome.first));
    if (!passesBy(row) && outcome.connections.isEmpty())
        outcome.connections = stand_->shown(*row.shown && row.stage != Stage::Refused);
    outcome.questions = stand_->questions(isHeld(outcome) && isAsked(row));
}

// Empty: all is as it should be.
QString LeakTest::judge(const Row& row, const Outcome& free, const Outcome& locked,
                        const Outcome& asked, QString& result) {
    if (free.packets < row.least) {
        result = u"does not arrive"_s;
        return u"without a rule against it too little arrives: the row proves nothing"_s;
    }
    const QString arrived = locked.packets ? locked.first : asked.first;
    const bool leaks = locked.packets || asked.packets;
    const char* limit = row.stage == Stage::Open && !passesBy(row) ? "" : row.limit;
    if (leaks && !isStated(limit)) {
        result = u"LEAKED"_s;
        return u"arrived %1: %2"_s.arg(locked.packets ? u"when locked down"_s : u"unasked"_s,
                                       arrived);
    }
    const bool held = isHeld(asked);
    const QString passed = row.stage == Stage::Open ? u"reported"_s : u"known limit"_s;
    result = leaks ? passed : held ? u"stopped, held"_s : u"stopped"_s;
    if (!leaks && *limit)
        return u"does not pass any more, but README says so"_s;
    const QRegularExpression owner(u"^(%1)$"_s.arg(QLatin1StringView(row.shown)));
    for (const Outcome* outcome : {&free, &locked, &asked}) {
        for (const Shown& one : outcome->connections)
            if (!owner.match(one.who).hasMatch())
                return u"is shown as "_s + one.who;
        if (*row.shown && outcome->connections.isEmpty() && row.stage != Stage::Refused)
            return u"is not shown"_s;
    }
    if (held && isAsked(row) && asked.questions == 0)
        return u"is held, and nobody is asked"_s;
    if (row.least == 1 && asked.questions > 1)
        return u"%1 questions about one connection"_s.arg(asked.questions);
    return {};
}

void LeakTest::row() {
    QFETCH(int, number);
    ++line_;
    const Row& row = rows().at(number);
    const auto print = [&](const QString& result, const QString& shown) {
        printLine(QLatin1StringView(row.id), QLatin1StringView(row.what), result, shown);
    };
    Outcome outcomes[3];
    const api::Mode modes[] = {api::Mode::Learn, api::Mode::LockDown, api::Mode::Ask};
    for (int i = 0; i < 3; ++i) {
        const QString ruled = stand_->setRules(row.leave);
        QVERIFY2(ruled.isEmpty(), qPrintable(ruled));
        (void)stand_->arrived();
        stand_->forget();
        attempt(row, modes[i], outcomes[i]);
        if (QTest::currentTestFailed())
            return print(u"FAILED"_s, {});
        if (!outcomes[i].skipped.isEmpty()) {
            print(u"skipped"_s, outcomes[i].skipped);
            QSKIP(qPrintable(outcomes[i].skipped));
        }
    }
    QString result;
    const QString problem = judge(row, outcomes[0], outcomes[1], outcomes[2], result);
    print(result, ownersOf(outcomes));
    if (qEnvironmentVariableIsSet("LEAK_VERBOSE"))
        for (const Outcome& one : outcomes) {
            QStringList states;
            for (const Shown& shown : one.connections)
                states.append(shown.who + u' ' + shown.remote + u' ' + api::toWord(shown.state));
            std::printf("    %d %s | %d questions | %s\n", one.packets, qPrintable(one.first),
                        one.questions, qPrintable(states.mid(0, 5).join(u"; "_s)));
        }
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

QTEST_GUILESS_MAIN(LeakTest)
#include "leak_test.moc"
