// What a program is called and looks like for a person.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>
#include <functional>

#include "api/rule.h"

namespace sallyport::models {

// Safe to draw as plain text: control and direction characters are already made visible.
struct Face {
    QString name;   // "Firefox"
    QString where;  // its path, or what it is where it has none
    QIcon icon;
};

// Models know no desktop entries: the window lends them somebody who does.
using Faces = std::function<Face(const api::AppIdentity&)>;

// The file's own name, for where nobody knows better.
Face plainFace(const api::AppIdentity& app);

}  // namespace sallyport::models
