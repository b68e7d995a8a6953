// The object on the bus through which the helper asks the person. Only the helper may call it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusContext>
#include <QObject>
#include <QVariantMap>

#include "api/question.h"

namespace sallyport::client {

class Agent : public QObject, protected QDBusContext {
    Q_OBJECT
  public:
    explicit Agent(QObject* parent);
    ~Agent() override;

    // The unique bus name of the helper; empty while there is none, and then nobody may call.
    void setHelper(const QString& uniqueName) { helper_ = uniqueName; }

    // The bus's calls. A malformed question is refused with org.sallyport.Error.Invalid.
    void Ask(const QVariantMap& question);
    void Cancel(qulonglong question, const QString& reason);

  signals:
    void asked(const sallyport::api::Question& question);
    void cancelled(sallyport::api::QuestionId id, const QString& reason);

  private:
    bool refuseStranger();

    QString helper_;
};

}  // namespace sallyport::client
