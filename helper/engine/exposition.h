// Text that Prometheus reads: families of samples with labels.
// https://prometheus.io/docs/instrumenting/exposition_formats, text format 0.0.4.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <utility>

namespace sallyport::engine {

class Exposition {
  public:
    using Labels = QList<std::pair<const char*, QString>>;

    // The samples that follow are of this family; all of them, and one after another.
    void family(const char* name, const char* type, const char* help);
    void sample(const Labels& labels, quint64 value) { add("", labels, QByteArray::number(value)); }
    void seconds(const Labels& labels, double value);
    // `counts` are those of the buckets up to each of `bounds` (seconds, rising), then of what is
    // above; not added up.
    void histogram(const Labels& labels, const QList<double>& bounds, const QList<quint64>& counts,
                   double sum);
    const QByteArray& text() const { return text_; }

  private:
    void add(const char* suffix, const Labels& labels, const QByteArray& value);

    QByteArray name_;
    QByteArray text_;
};

}  // namespace sallyport::engine
