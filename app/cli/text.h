// Text for a terminal: translated, aligned, and free of what a stranger could smuggle into it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QJsonObject>
#include <QStringList>
#include <QVariant>

namespace sallyport::cli {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(sallyport::cli::Text)
};

// Control characters, line separators and marks of writing direction as "\n", "\x1b", "\u202e"; a
// backslash as two. What is left moves no cursor and reorders nothing (LEAKS C3).
QString escaped(const QString& untrusted);

// A message: whoever put a stranger's text into it escaped that, and a backslash is no longer two.
QString harmless(const QString& message);

// The same for what another program reads, too: it stays what it is. In JSON as \uXXXX; in the text
// format of Prometheus, whose labels know no such escapes, as a text that looks like one.
QString harmlessJson(const QString& text);
QString harmlessMetrics(const QString& text);

// Columns wide enough for their widest cell, two spaces apart, a line each; cells are escaped.
class Table {
  public:
    explicit Table(const QStringList& titles);
    void add(const QStringList& cells);
    QString toString() const;

  private:
    QList<QStringList> lines_;
};

// "name:  value" lines, the values aligned and escaped.
QString fields(const QList<QPair<QString, QString>>& pairs);

// Harmless JSON. Ends with a line break; compact is one line.
enum class Layout { Compact, Indented };
QString json(const QVariant& value, Layout layout);

}  // namespace sallyport::cli
