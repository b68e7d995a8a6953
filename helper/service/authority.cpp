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
#include <QTimer>
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

const QString kTooLong = QStringLiteral("it takes too long");

api::Error silence(const QString& why) {
    return failure(ErrorCode::NoAuthority, QStringLiteral("polkit does not answer: %1").arg(why));
}

// Takes the reference. polkit-qt has one for the whole process, and keeps the first it is given.
void keep(PolkitAuthority* polkit) {
    static bool kept = false;
    if (std::exchange(kept, true))
        g_object_unref(polkit);
    else
        PolkitQt1::Authority::instance(polkit);
}

}  // namespace

struct Authority::Check {
    Authority* owner = nullptr;  // null when it is gone
    QString caller;
    QByteArray action;
    Interaction interaction = Interaction::Never;
    Granted done;
    bool late = false;
    QTimer patience;
    std::unique_ptr<GCancellable, Unref> cancellable{g_cancellable_new()};

    api::Result<Grant> read(PolkitAuthority* authority, GAsyncResult* answer) const {
        GError* raw = nullptr;
        const ResultPointer result(
            polkit_authority_check_authorization_finish(authority, answer, &raw));
        const ErrorPointer error(raw);
        if (!result)
            return silence(late || !error ? kTooLong : QString::fromUtf8(error->message));
        if (polkit_authorization_result_get_is_authorized(result.get()))
            return Grant::Yes;
        return polkit_authorization_result_get_is_challenge(result.get()) ? Grant::WithPassword
                                                                          : Grant::No;
    }

    static void ready(GObject* source, GAsyncResult* answer, gpointer data) {
        const std::unique_ptr<Check> check(static_cast<Check*>(data));
        const api::Result<Grant> result = check->read(POLKIT_AUTHORITY(source), answer);
        if (check->owner)
            check->owner->finished(check.get(), result);
    }
};

// Looking for polkit, which may have to be started: not in this thread, which would wait with it.
struct Authority::Search {
    Authority* owner = nullptr;  // null when it is gone

    static void ready(GObject* /*source*/, GAsyncResult* answer, gpointer data) {
        const std::unique_ptr<Search> search(static_cast<Search*>(data));
        GError* raw = nullptr;
        PolkitAuthority* polkit = polkit_authority_get_finish(answer, &raw);
        const ErrorPointer error(raw);
        if (!search->owner) {
            if (polkit)
                g_object_unref(polkit);
            return;
        }
        search->owner->search_ = nullptr;
        if (polkit)
            keep(polkit);
        search->owner->found(polkit ? api::Result<void>()
                                    : api::Result<void>(silence(QString::fromUtf8(
                                          error ? error->message : "no reason given"))));
    }
};

Authority::Authority(QObject* parent, std::chrono::milliseconds patience)
    : QObject(parent), patience_(patience) {}

Authority::~Authority() {
    if (search_)
        search_->owner = nullptr;
    qDeleteAll(unsent_);
    for (Check* check : std::as_const(checks_)) {
        check->owner = nullptr;
        check->patience.stop();
        g_cancellable_cancel(check->cancellable.get());
    }
}

// Where somebody may be asked it is looked first whether polkit answers at all: how long a person
// takes nobody knows, how long it takes without one is known.
void Authority::check(const QString& caller, const QString& action, Interaction interaction,
                      Done done) {
    const Granted last = [action, interaction, done](const api::Result<Grant>& grant) {
        if (!grant)
            return done(grant.error());
        switch (*grant) {
            case Grant::Yes:
                return done({});
            case Grant::WithPassword:  // where a person may be asked: there was no agent
                return done(failure(
                    interaction == Interaction::Allowed ? ErrorCode::NoAgent : ErrorCode::Denied,
                    QStringLiteral("%1 needs a password").arg(action)));
            case Grant::No:
                return done(
                    failure(ErrorCode::Denied, QStringLiteral("%1 is not allowed").arg(action)));
        }
    };
    if (interaction == Interaction::Never)
        return ask(caller, action, Interaction::Never, last);
    ask(caller, action, Interaction::Never,
        [this, caller, action, last](const api::Result<Grant>& grant) {
            if (grant && *grant == Grant::WithPassword)
                ask(caller, action, Interaction::Allowed, last);
            else
                last(grant);
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
        return done(failure(ErrorCode::Failed, QStringLiteral("too many calls at once")));
    auto check = std::make_unique<Check>();
    check->owner = this;
    check->caller = caller;
    check->action = action.toUtf8();
    check->interaction = interaction;
    check->done = std::move(done);
    ++waiting_[caller];
    if (interaction == Interaction::Never) {
        check->patience.setSingleShot(true);
        connect(&check->patience, &QTimer::timeout, this, [this, it = check.get()] {
            it->late = true;
            if (!unsent_.removeOne(it))
                return g_cancellable_cancel(it->cancellable.get());
            finished(std::unique_ptr<Check>(it).get(), silence(kTooLong));
        });
        check->patience.start(patience_);
    }
    unsent_.append(check.release());
    if (found_)
        found({});
    else if (!search_)
        lookForPolkit();
}

void Authority::lookForPolkit() {
    search_ = new Search{this};
    polkit_authority_get_async(nullptr, &Search::ready, search_);
}

void Authority::found(const api::Result<void>& polkit) {
    found_ = polkit.has_value();
    for (Check* check : std::exchange(unsent_, {})) {
        if (found_)
            send(check);
        else
            finished(std::unique_ptr<Check>(check).get(), polkit.error());
    }
}

void Authority::send(Check* check) {
    const PolkitQt1::SystemBusNameSubject subject(check->caller);
    if (!subject.isValid())
        return finished(std::unique_ptr<Check>(check).get(),
                        failure(ErrorCode::Denied,
                                QStringLiteral("%1 is no caller on the bus").arg(check->caller)));
    checks_.insert(check);
    polkit_authority_check_authorization(
        PolkitQt1::Authority::instance()->polkitAuthority(), subject.subject(),
        check->action.constData(), nullptr,
        check->interaction == Interaction::Allowed
            ? POLKIT_CHECK_AUTHORIZATION_FLAGS_ALLOW_USER_INTERACTION
            : POLKIT_CHECK_AUTHORIZATION_FLAGS_NONE,
        check->cancellable.get(), &Check::ready, check);
}

void Authority::finished(Check* check, const api::Result<Grant>& result) {
    checks_.remove(check);
    if (--waiting_[check->caller] <= 0)
        waiting_.remove(check->caller);
    check->done(result);
}

}  // namespace sallyport::service
