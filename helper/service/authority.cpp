// Asks polkit whether a caller on the bus may do something, without ever blocking.
// polkit-qt holds the connection and the subject. Its own signal for asynchronous checks does not
// say which check it is about, so the check itself is libpolkit's, which answers each by itself.
// SPDX-License-Identifier: GPL-3.0-or-later

// Before Qt, whose macro `signals` is a name in these headers.
#define POLKIT_I_KNOW_API_IS_SUBJECT_TO_CHANGE
#include <polkit/polkit.h>

#include "service/authority.h"

#include <PolkitQt1/Authority>
#include <PolkitQt1/Subject>
#include <memory>
#include <utility>

namespace sallyport::service {
namespace {

using api::ErrorCode;
using api::failure;

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
    void operator()(GError* error) const { g_error_free(error); }
};
using ErrorPointer = std::unique_ptr<GError, Unref>;
using ResultPointer = std::unique_ptr<PolkitAuthorizationResult, Unref>;

}  // namespace

struct Authority::Check {
    Authority* owner = nullptr;  // null when it is gone
    QString caller;
    Granted done;
    std::unique_ptr<GCancellable, Unref> cancellable{g_cancellable_new()};

    static api::Result<Grant> read(PolkitAuthority* authority, GAsyncResult* answer) {
        GError* raw = nullptr;
        const ResultPointer result(
            polkit_authority_check_authorization_finish(authority, answer, &raw));
        const ErrorPointer error(raw);
        if (!result)
            return failure(ErrorCode::Unavailable,
                           QStringLiteral("polkit does not answer: %1")
                               .arg(QString::fromUtf8(error ? error->message : "no reason given")));
        if (polkit_authorization_result_get_is_authorized(result.get()))
            return Grant::Yes;
        return polkit_authorization_result_get_is_challenge(result.get()) ? Grant::WithPassword
                                                                          : Grant::No;
    }

    static void ready(GObject* source, GAsyncResult* answer, gpointer data) {
        const std::unique_ptr<Check> check(static_cast<Check*>(data));
        const api::Result<Grant> result = read(POLKIT_AUTHORITY(source), answer);
        if (check->owner)
            check->owner->finished(check.get(), result);
    }
};

Authority::Authority(QObject* parent) : QObject(parent) {}

Authority::~Authority() {
    for (Check* check : std::as_const(checks_)) {
        check->owner = nullptr;
        g_cancellable_cancel(check->cancellable.get());
    }
}

void Authority::check(const QString& caller, const QString& action, Interaction interaction,
                      Done done) {
    ask(caller, action, interaction,
        [action, interaction, done = std::move(done)](const api::Result<Grant>& grant) {
            if (!grant)
                return done(grant.error());
            switch (*grant) {
                case Grant::Yes:
                    return done({});
                case Grant::WithPassword:  // where a person may be asked: there was no agent
                    return done(failure(interaction == Interaction::Allowed ? ErrorCode::NoAgent
                                                                            : ErrorCode::Denied,
                                        QStringLiteral("%1 needs a password").arg(action)));
                case Grant::No:
                    return done(failure(ErrorCode::Denied,
                                        QStringLiteral("%1 is not allowed").arg(action)));
            }
        });
}

void Authority::wouldAllow(const QString& caller, const QString& action,
                           std::function<void(bool)> done) {
    ask(caller, action, Interaction::Never,
        [done = std::move(done)](const api::Result<Grant>& grant) {
            done(grant && *grant != Grant::No);
        });
}

void Authority::ask(const QString& caller, const QString& action, Interaction interaction,
                    Granted done) {
    if (waiting_.value(caller) >= kMaxPerCaller)
        return done(failure(ErrorCode::Unavailable, QStringLiteral("too many calls at once")));
    PolkitQt1::Authority* polkit = PolkitQt1::Authority::instance();
    const PolkitQt1::SystemBusNameSubject subject(caller);
    if (!polkit || !polkit->polkitAuthority() || !subject.isValid())
        return done(failure(ErrorCode::Unavailable, QStringLiteral("polkit is not there")));
    ++waiting_[caller];
    auto check = std::make_unique<Check>();
    check->owner = this;
    check->caller = caller;
    check->done = std::move(done);
    checks_.insert(check.get());
    GCancellable* cancellable = check->cancellable.get();
    polkit_authority_check_authorization(
        polkit->polkitAuthority(), subject.subject(), action.toUtf8().constData(), nullptr,
        interaction == Interaction::Allowed
            ? POLKIT_CHECK_AUTHORIZATION_FLAGS_ALLOW_USER_INTERACTION
            : POLKIT_CHECK_AUTHORIZATION_FLAGS_NONE,
        cancellable, &Check::ready, check.release());
}

void Authority::finished(Check* check, const api::Result<Grant>& result) {
    checks_.remove(check);
    if (--waiting_[check->caller] <= 0)
        waiting_.remove(check->caller);
    check->done(result);
}

}  // namespace sallyport::service
