// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/unsound.h"

#include <array>

#include "models/known_sentences.h"

namespace sallyport::models {

namespace {

// As in api/rule.cpp and api/http_requests.cpp. The first that fits is taken, so what says more
// stands before what says less.
constexpr std::array kSentences = {
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1; an answer for once needs no rule"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "a rule's id is at most %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "the note is longer than %1 characters"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "the note must be one line without control characters"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "app.path"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "app.script"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "startedBy.path"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "startedBy.script"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1.script is only for kind \"script\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 has a path but kind \"any\"; use kind \"path\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1 is of no known kind"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "startedBy must be of kind any, path, script or foreign, not %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "nobody starts the kernel: leave startedBy out"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1 is longer than %2 bytes"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 has a control character: %2; rename the file"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1 must be an absolute path, not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 must be the plain path of a file, without //, . and ..: %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "an answer for one connection is not a rule; use another lifetime"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "lifetime \"process\" needs the number of a process"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "a process is only for lifetime \"process\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "lifetime \"timed\" needs expiresMs, when the rule ends"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "expiresMs is only for lifetime \"timed\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "a program without a file cannot have a lasting rule; use lifetime "
                      "\"process\", \"timed\" or \"until-restart\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1 is not in its normal form, which is %2"),
    QT_TRANSLATE_NOOP(
        "sallyport::models::Unsound",
        "%1 is no name of a network interface: at most %2 bytes, no blanks, no / and no :"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "\"sha256\" is only for rules that allow an executable"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "\"sha256\" must be 64 lower-case hexadecimal digits"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "methods and paths of HTTP need protocol \"tcp\" and direction \"outbound\""),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "a rule for methods or paths of HTTP cannot limit the speed or have a quota"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "HTTP methods are written in upper case and in order: %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 is no HTTP method; methods are words like GET, HEAD or POST"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "an HTTP method stands there twice: %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "at most %1 HTTP methods, not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "an HTTP path has at most %1 characters"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 is no plain path of an HTTP request: it begins with /, and has no //, no "
                      ". or .. as a step, and none of ?#%;\\"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "only a rule that allows can have a quota"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "only a rule that allows can limit the speed"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "a limit is %1 to %2 bytes a second, or 0 for none, not %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "a port range is reversed"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "%1 has no ports; ports need tcp, udp, udplite, sctp or any"),
    QT_TRANSLATE_NOOP(
        "sallyport::models::Unsound",
        "no connection is from %1 to %2: one is IPv4, the other IPv6; use two of the same kind"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "frames have no addresses and no interface; leave these out"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "frames are outbound, whichever way they go"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound",
                      "frames are not counted: no limit and no quota"),
    QT_TRANSLATE_NOOP("sallyport::models::Unsound", "%1 does not go with %2; use protocol %3"),
};

}  // namespace

QString unsoundInWords(const QString& why) {
    static const KnownSentences known("sallyport::models::Unsound", kSentences);
    return known.inWords(why);
}

}  // namespace sallyport::models
