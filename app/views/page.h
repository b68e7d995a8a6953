// What every page of the window can be told.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "api/question.h"
#include "api/rule.h"
#include "client/firewall.h"
#include "models/connections_model.h"
#include "models/countries.h"
#include "models/list_keeper.h"
#include "models/rule_book.h"

namespace sallyport::views {

// What the pages share. All outlive the pages.
struct Shared {
    client::Firewall& firewall;
    models::Faces faces;
    models::RuleBook& book;
    models::ConnectionsModel& connections;
    models::Countries& countries;
    models::ListKeeper& lists;
};

// Name and icon from the desktop entries, made fit to be shown.
models::Faces knownFaces();

class Page : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;

    virtual void setSearch(const QString& text) { Q_UNUSED(text) }
    virtual bool isSearchable() const { return true; }
    // The helper is away: what is shown is old and nothing can be changed.
    virtual void setAway(bool away) = 0;
    // Where the keyboard goes when the page is chosen.
    virtual QWidget* focusTarget() = 0;
    // What F6 stops at, in the order of reading.
    virtual QWidgetList parts() { return {focusTarget()}; }

  signals:
    void ruleRequested(sallyport::api::RuleId id);
    void questionRequested(sallyport::api::QuestionId id);
    void failed(const QString& why);
};

}  // namespace sallyport::views
