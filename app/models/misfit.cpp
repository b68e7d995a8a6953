// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/misfit.h"

#include <array>

#include "models/known_sentences.h"

namespace sallyport::models {

namespace {

// As in policy/explain.cpp and engine/engine_lists.cpp. The first that fits is taken, so what says
// more stands before what says less.
constexpr std::array kSentences = {
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "there is no list %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "this machine is in no list"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in list %2: %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "remote %1, of which no name is known, is not in list %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "neither remote %1 nor its names %2 are in list %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 is excepted by line %2 of list %3: %4"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 is in line %2 of list %3: %4"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote port %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "local port %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in local-network"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in resolvers"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in this-machine"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "no name of remote %1 is known, so not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "remote %1 is known as %2, which is not %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "protocol %1 has no ports"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "frames have no local address and no interface"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "protocol %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "local address %1 is not in %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "interface %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is not known who started the program"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "no name of remote %1 is known before the program says one"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "somebody was told that remote %1 is %2, and the program has not said yet "
                      "whom it means"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "it has not said yet what it asks for over HTTP"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "its local address is not known"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is not known which interface it uses"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for the other direction"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "servers would read its HTTP request in different ways"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it does not speak plain HTTP"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it asks for %1 %2, not for %3"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit",
                      "the program's file has changed since the rule was made"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "user %1 is not %2"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for another process of the program"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "it is for %1"),
    QT_TRANSLATE_NOOP("sallyport::models::Misfit", "%1 started it, not %2"),
};

}  // namespace

QString misfitInWords(const QString& why) {
    static const KnownSentences known("sallyport::models::Misfit", kSentences);
    return known.inWords(why);
}

}  // namespace sallyport::models
