// What every page shares: see page.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/page.h"

#include "models/program_names.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

models::Faces knownFaces() {
    return [](const api::AppIdentity& app) {
        models::ProgramNames& names = models::ProgramNames::instance();
        const models::Face plain = models::plainFace(app);
        const bool named =
            app.kind == api::AppIdentity::Kind::Path || app.kind == api::AppIdentity::Kind::Script;
        return models::Face{widgets::displayText(named ? names.name(app) : plain.name),
                            widgets::displayText(plain.where), names.icon(app)};
    };
}

}  // namespace sallyport::views
