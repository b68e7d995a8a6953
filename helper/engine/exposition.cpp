// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/exposition.h"

namespace sallyport::engine {
namespace {

QByteArray inSeconds(double value) {
    return QByteArray::number(value, 'g', 15);
}

QByteArray quoted(const QString& value) {
    QByteArray text = value.toUtf8();
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return '"' + text + '"';
}

}  // namespace

void Exposition::family(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ' + help + "\n# TYPE " + name_ + ' ' + type + '\n';
}

void Exposition::seconds(const Labels& labels, double value) {
    add("", labels, inSeconds(value));
}

void Exposition::histogram(const Labels& labels, const QList<double>& bounds,
                           const QList<quint64>& counts, double sum) {
    quint64 upTo = 0;
    for (qsizetype i = 0; i < counts.size(); ++i) {
        upTo += counts[i];
        const QString bound =
            i < bounds.size() ? QString::fromLatin1(inSeconds(bounds[i])) : QStringLiteral("+Inf");
        add("_bucket", labels + Labels{{"le", bound}}, QByteArray::number(upTo));
    }
    add("_sum", labels, inSeconds(sum));
    add("_count", labels, QByteArray::number(upTo));
}

void Exposition::add(const char* suffix, const Labels& labels, const QByteArray& value) {
    text_ += name_ + suffix;
    for (qsizetype i = 0; i < labels.size(); ++i)
        text_ += (i ? "," : "{") + QByteArray(labels[i].first) + '=' + quoted(labels[i].second);
    text_ += (labels.isEmpty() ? " " : "} ") + value + '\n';
}

}  // namespace sallyport::engine
