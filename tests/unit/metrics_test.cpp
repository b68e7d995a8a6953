// What monitoring reads: that it is the format, that it adds up, that it does not grow.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <QTest>

#include "engine/metrics.h"

using namespace sallyport;
using engine::Exposition;
using engine::Metrics;

namespace {

struct Sample {
    QString name;
    QMap<QString, QString> labels;
    double value = 0;
    bool operator==(const Sample&) const = default;
};

struct Family {
    QString type;
    QList<Sample> samples;
};

using Families = QMap<QString, Family>;

// Strict: of each family HELP, TYPE and then all its samples; no sample twice; counters end in
// _total; buckets rise and end with +Inf. What is wrong, or nothing.
class Parser {
  public:
    Families families;

    QString read(const QByteArray& text) {
        if (!text.endsWith('\n'))
            return QStringLiteral("the last line does not end");
        QList<QByteArray> lines = text.split('\n');
        lines.removeLast();
        for (const QByteArray& line : std::as_const(lines)) {
            if (!(line.startsWith('#') ? comment(line) : sample(QString::fromUtf8(line))))
                return QStringLiteral("line: ") + QString::fromUtf8(line);
        }
        for (auto one = families.cbegin(); one != families.cend(); ++one) {
            if (one->type == QLatin1String("histogram") && !isHistogram(one.key(), *one))
                return QStringLiteral("no histogram: ") + one.key();
        }
        return {};
    }

  private:
    bool comment(const QByteArray& line) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() < 4 || words[0] != "#")
            return false;
        const QString name = QString::fromLatin1(words[2]);
        if (words[1] == "HELP") {
            current_ = name;
            typed_ = false;
            return !families.contains(name) && words[3].size() > 0;
        }
        const QString type = QString::fromLatin1(words[3]);
        if (words[1] != "TYPE" || name != current_ || typed_ || words.size() != 4)
            return false;
        typed_ = true;
        families.insert(name, {type, {}});
        return type == QLatin1String("gauge") || type == QLatin1String("histogram") ||
               (type == QLatin1String("counter") && name.endsWith(QLatin1String("_total")));
    }

    bool sample(const QString& line) {
        const QString text = QStringLiteral("((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)");  // as in quotes
        const QString label = QStringLiteral("([a-z_]+)=\"%1\"(,?)").arg(text);
        const QRegularExpression kLabel(label);
        const QRegularExpression kLine(
            QStringLiteral("^([a-z_]+)(?:\\{((?:%1)+)\\})? (\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$")
                .arg(QString(label)
                         .replace(QLatin1Char('('), QLatin1String("(?:"))
                         .replace(QLatin1String("(?:?:"), QLatin1String("(?:"))));
        const auto whole = kLine.match(line);
        if (!whole.hasMatch() || !typed_)
            return false;
        Sample sample{whole.captured(1), {}, whole.captured(3).toDouble()};
        for (auto labels = kLabel.globalMatch(whole.captured(2)); labels.hasNext();) {
            const auto one = labels.next();
            if (sample.labels.contains(one.captured(1)) ||
                one.captured(3).isEmpty() == labels.hasNext())
                return false;
            sample.labels.insert(one.captured(1), plain(one.captured(2)));
        }
        const QString rest = sample.name.mid(current_.size());
        const bool histogram = families[current_].type == QLatin1String("histogram");
        const bool ours = sample.name.startsWith(current_) &&
                          (histogram ? QStringList{QStringLiteral("_bucket"),
                                                   QStringLiteral("_sum"), QStringLiteral("_count")}
                                           .contains(rest)
                                     : rest.isEmpty());
        for (const Sample& other : std::as_const(families[current_].samples)) {
            if (other.name == sample.name && other.labels == sample.labels)
                return false;
        }
        families[current_].samples.append(sample);
        return ours;
    }

    // Without the escapes.
    static QString plain(const QString& value) {
        QString text;
        for (qsizetype i = 0; i < value.size(); ++i) {
            const bool escaped = value[i] == u'\\';
            i += escaped;
            text += escaped && value[i] == u'n' ? QChar(u'\n') : value[i];
        }
        return text;
    }

    static bool isHistogram(const QString& name, const Family& family) {
        double bound = -1, upTo = 0;
        bool whole = true;
        for (const Sample& sample : family.samples) {
            if (sample.name == name + QLatin1String("_bucket")) {
                const QString le = sample.labels.value(QStringLiteral("le"));
                const double next = le == QLatin1String("+Inf") ? qInf() : le.toDouble();
                if (whole) {
                    bound = -1;
                    upTo = 0;
                }
                if (next <= bound || sample.value < upTo)
                    return false;
                bound = next;
                upTo = sample.value;
                whole = qIsInf(bound);
            } else if (!whole ||
                       (sample.name.endsWith(QLatin1String("_count")) && sample.value != upTo)) {
                return false;
            }
        }
        return whole;
    }

    QString current_;
    bool typed_ = false;
};

api::Connection connection(api::ProgramId program, api::RuleId rule,
                           api::ConnectionState state = api::ConnectionState::Allowed) {
    api::Connection c;
    c.program = program;
    c.rule = rule;
    c.state = state;
    return c;
}

}  // namespace

class MetricsTest : public QObject {
    Q_OBJECT
  private slots:
    void isTheFormat();
    void theParserIsStrict_data();
    void theParserIsStrict();
    void programsThatLookAlikeAreToldApart();
    void waitsStandInTheirBuckets();
    void manyProgramsDoNotMakeManySeries();

  private:
    static Families read(const Metrics& metrics,
                         const QHash<api::ProgramId, api::AppIdentity>& programs) {
        api::Status status;
        status.version = QStringLiteral("1.2");
        status.startedMs = 1'700'000'000'500;
        status.dnsUnasked = 6;
        status.dnsDamaged = 7;
        Parser parser;
        const QByteArray text = metrics.text(
            status, {1, 2, 3, 4, 5},
            [&](api::ProgramId program) {
                const auto app = programs.constFind(program);
                return app == programs.cend() ? nullptr : &*app;
            },
            status.startedMs + 2000);
        const QString wrong = parser.read(text);
        if (!wrong.isEmpty())
            QTest::qFail(qPrintable(wrong), __FILE__, __LINE__);
        return parser.families;
    }
};

void MetricsTest::isTheFormat() {
    Metrics metrics;
    const QString odd = QStringLiteral("/opt/a \"b\" \\n\n{}é");
    const QHash<api::ProgramId, api::AppIdentity> programs = {
        {7, {api::AppIdentity::Kind::Path, odd, {}}}};
    metrics.decided(connection(7, 12));
    metrics.decided(connection(7, 12));
    metrics.decided(connection(7, 0, api::ConnectionState::Audited));
    metrics.carried(7, 12, 100, 0);
    metrics.carried(7, 0, 10, 5);
    metrics.waited(7, 12, 2000);
    metrics.asked();
    metrics.answered(Metrics::Answer::TimedOut);
    metrics.problem(QStringLiteral("history"));
    const Families families = read(metrics, programs);
    const auto sample = [&](const char* name, const QMap<QString, QString>& labels) {
        for (const Sample& one : families.value(QLatin1String(name)).samples) {
            if (one.labels == labels)
                return one.value;
        }
        return -1.0;
    };
    const QString program = QStringLiteral("program"), rule = QStringLiteral("rule"),
                  verdict = QStringLiteral("verdict");
    QCOMPARE(sample("sallyport_connections_total", {{program, odd},
                                                    {rule, QStringLiteral("12")},
                                                    {verdict, QStringLiteral("allowed")}}),
             2.0);
    QCOMPARE(sample("sallyport_connections_total", {{program, odd},
                                                    {rule, QStringLiteral("none")},
                                                    {verdict, QStringLiteral("audited")}}),
             1.0);
    QCOMPARE(
        sample("sallyport_bytes_total", {{program, odd},
                                         {rule, QStringLiteral("12")},
                                         {QStringLiteral("direction"), QStringLiteral("out")}}),
        100.0);
    QCOMPARE(sample("sallyport_bytes_total", {{program, odd},
                                              {rule, QStringLiteral("none")},
                                              {QStringLiteral("direction"), QStringLiteral("in")}}),
             5.0);
    const QList<Sample> held = families.value(QStringLiteral("sallyport_held_seconds")).samples;
    QVERIFY(!held.isEmpty());
    for (const Sample& one : held)
        QCOMPARE(one.labels.value(rule), QStringLiteral("12"));
    QCOMPARE(sample("sallyport_events_lost_total", {}), 1.0);
    QCOMPARE(sample("sallyport_table_races_total", {}), 5.0);
    QCOMPARE(sample("sallyport_dns_answers_unasked_total", {}), 6.0);
    QCOMPARE(sample("sallyport_dns_answers_damaged_total", {}), 7.0);
    QCOMPARE(sample("sallyport_answers_total",
                    {{QStringLiteral("answer"), QStringLiteral("timed-out")}}),
             1.0);
    QCOMPARE(
        sample("sallyport_problems_total", {{QStringLiteral("source"), QStringLiteral("history")}}),
        1.0);
    QCOMPARE(sample("sallyport_start_time_seconds", {}), 1'700'000'000.5);
    QCOMPARE(sample("sallyport_uptime_seconds", {}), 2.0);
    QVERIFY(sample("process_cpu_seconds_total", {}) > 0);
    QVERIFY(sample("process_resident_memory_bytes", {}) > 1e6);
    QCOMPARE(sample("sallyport_build_info", {{QStringLiteral("version"), QStringLiteral("1.2")}}),
             1.0);
}

void MetricsTest::theParserIsStrict_data() {
    QTest::addColumn<QByteArray>("text");
    const QByteArray head = "# HELP a_total b\n# TYPE a_total counter\n";
    QTest::newRow("no end of line") << head + "a_total 1";
    QTest::newRow("no type") << QByteArray("# HELP a_total b\na_total 1\n");
    QTest::newRow("not of the family") << head + "b_total 1\n";
    QTest::newRow("twice") << head + "a_total 1\na_total 2\n";
    QTest::newRow("a quote in a label") << head + "a_total{b=\"c\"d\"} 1\n";
    QTest::newRow("a family in two places") << head + "a_total 1\n" + head + "a_total{b=\"c\"} 1\n";
    QTest::newRow("a counter by another name") << QByteArray("# HELP a b\n# TYPE a counter\na 1\n");
    QTest::newRow("no number") << head + "a_total one\n";
    const QByteArray histogram = "# HELP h b\n# TYPE h histogram\n";
    QTest::newRow("falling buckets")
        << histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n";
    QTest::newRow("no +Inf") << histogram + "h_bucket{le=\"1\"} 2\nh_sum 1\nh_count 2\n";
    QTest::newRow("another count")
        << histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 2\nh_sum 1\nh_count 3\n";
}

void MetricsTest::theParserIsStrict() {
    QFETCH(QByteArray, text);
    QVERIFY(!Parser().read(text).isEmpty());
}

// The parser refuses a sample that stands twice.
void MetricsTest::programsThatLookAlikeAreToldApart() {
    using Kind = api::AppIdentity::Kind;
    const QString path = QStringLiteral("/opt/a"), script = QStringLiteral("/opt/b");
    const QHash<api::ProgramId, api::AppIdentity> programs = {
        {1, {Kind::Path, path, {}}},
        {2, {Kind::Foreign, path, {}}},
        {3, {Kind::Memory, path, {}}},
        {4, {Kind::Script, path, script}},
        {5, {Kind::Script, script, script}},
        {6, {Kind::Path, script, {}}},
        {7, {Kind::Path, path + QLatin1Char(' ') + script, {}}},
        {8, {Kind::Kernel, {}, {}}}};
    Metrics metrics;
    for (auto one = programs.cbegin(); one != programs.cend(); ++one) {
        metrics.decided(connection(one.key(), 1));
        metrics.carried(one.key(), 1, 1, 1);
        metrics.waited(one.key(), 1, 1);
    }
    const Families families = read(metrics, programs);
    QCOMPARE(families.value(QStringLiteral("sallyport_connections_total")).samples.size(),
             programs.size());
}

void MetricsTest::waitsStandInTheirBuckets() {
    Metrics metrics;
    for (const qint64 ms : {10, 11, 500, 60'000, 60'001})
        metrics.waited(7, 1, ms);
    const Family held = read(metrics, {{7, {api::AppIdentity::Kind::Kernel, {}, {}}}})
                            .value(QStringLiteral("sallyport_held_seconds"));
    QMap<QString, double> upTo;
    for (const Sample& one : held.samples)
        upTo.insert(one.labels.value(QStringLiteral("le"), one.name), one.value);
    QCOMPARE(upTo.value(QStringLiteral("0.01")), 1.0);
    QCOMPARE(upTo.value(QStringLiteral("0.1")), 2.0);
    QCOMPARE(upTo.value(QStringLiteral("0.5")), 3.0);
    QCOMPARE(upTo.value(QStringLiteral("60")), 4.0);
    QCOMPARE(upTo.value(QStringLiteral("+Inf")), 5.0);
    QCOMPARE(upTo.value(QStringLiteral("sallyport_held_seconds_sum")), 120.522);
}

void MetricsTest::manyProgramsDoNotMakeManySeries() {
    Metrics metrics;
    QHash<api::ProgramId, api::AppIdentity> programs;
    constexpr api::ProgramId kPrograms = 1000;
    for (api::ProgramId id = 1; id <= kPrograms; ++id) {
        programs.insert(id, {api::AppIdentity::Kind::Path, QStringLiteral("/opt/%1").arg(id), {}});
        for (api::RuleId rule = 0; rule < 50; ++rule) {
            metrics.carried(id, rule, 1, 1);
            metrics.decided(connection(id, rule));
        }
    }
    const Families families = read(metrics, programs);
    const auto total = [&](const char* name) {
        double sum = 0;
        for (const Sample& one : families.value(QLatin1String(name)).samples)
            sum += one.value;
        return sum;
    };
    QCOMPARE(total("sallyport_connections_total"), kPrograms * 50.0);
    QCOMPARE(total("sallyport_bytes_total"), kPrograms * 50 * 2.0);
    QVERIFY(families.value(QStringLiteral("sallyport_bytes_total")).samples.size() <=
            2 * (qsizetype(Metrics::kMostSeries) + Metrics::kMostPrograms + 1));
    // Beyond the bound one for each program and state, whatever the rules.
    QVERIFY(families.value(QStringLiteral("sallyport_connections_total")).samples.size() <=
            qsizetype(Metrics::kMostSeries) + Metrics::kMostPrograms + 1);
}

QTEST_GUILESS_MAIN(MetricsTest)
#include "metrics_test.moc"
