// Methods and a path as they stand in requests: "GET, HEAD" and "/status".
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/http_fields.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "widgets/plain_text.h"

namespace sallyport::views {

HttpFields::HttpFields(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    auto* row = new QHBoxLayout;
    layout->addLayout(row);
    methods_ = add("ruleHttpMethods", tr("Only requests of plain HTTP with these methods"),
                   tr("any method"));
    path_ = add("ruleHttpPath", tr("Only requests of plain HTTP for this path and all below it"),
                tr("any path"));
    row->addWidget(methods_);
    row->addWidget(path_);
    why_ = new QLabel(this);
    why_->setObjectName(QStringLiteral("ruleHttpWhy"));
    why_->setWordWrap(true);
    layout->addWidget(why_);
    setUnusable({});
}

void HttpFields::setUnusable(const QString& why) {
    why_->setText(why);
    why_->setVisible(!why.isEmpty());
    for (QLineEdit* line : {methods_, path_}) {
        line->setEnabled(why.isEmpty());
        line->setAccessibleDescription(why);
    }
}

QLineEdit* HttpFields::add(const char* objectName, const QString& name,
                           const QString& placeholder) {
    auto* line = new QLineEdit(this);
    line->setObjectName(QLatin1String(objectName));
    line->setAccessibleName(name);
    line->setPlaceholderText(placeholder);
    line->setToolTip(
        tr("For TCP and outbound, and for plain HTTP alone: TLS (https) hides what is "
           "asked for. Methods look like GET, HEAD; a path like /status is for all "
           "below it too."));
    connect(line, &QLineEdit::textChanged, this, &HttpFields::changed);
    return line;
}

void HttpFields::show(const api::HttpRequests& requests) {
    methods_->setText(requests.methods.join(QLatin1String(", ")));
    path_->setText(requests.path);
}

bool HttpFields::read(api::HttpRequests& requests, QString& complaint) const {
    requests = {};
    if (!methods_->isEnabled())
        return true;
    const auto methods = api::httpMethodsFromText(methods_->text());
    if (!methods) {
        complaint = tr("“%1” is no list of HTTP methods. Methods look like GET, HEAD.")
                        .arg(widgets::displayText(methods_->text()));
        return false;
    }
    requests = {*methods, path_->text().trimmed()};
    if (!api::checkHttpPath(requests.path)) {
        complaint = tr("“%1” is no path of an HTTP request. Paths look like /status, without “..” "
                       "and without what follows a “?”.")
                        .arg(widgets::displayText(requests.path));
        return false;
    }
    return true;
}

}  // namespace sallyport::views
