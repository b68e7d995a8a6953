// Programs that share a name: see namesakes.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/namesakes.h"

#include "models/words.h"

namespace sallyport::models {

namespace {

QString folder(const Face& face) {
    return face.where.left(face.where.lastIndexOf(u'/') + 1);
}

QString inFolder(const Face& face) {
    return face.name + u'\n' + folder(face);
}

}  // namespace

bool Namesakes::add(const Face& face) {
    ++counts_[inFolder(face)];
    return ++counts_[face.name] > 1;
}

bool Namesakes::remove(const Face& face) {
    remove(inFolder(face));
    return remove(face.name) > 0;
}

// How many are left.
int Namesakes::remove(const QString& name) {
    const auto count = counts_.find(name);
    if (count == counts_.end())
        return 0;
    const int left = --*count;
    if (left <= 0)
        counts_.erase(count);
    return left;
}

QString Namesakes::name(const Face& face) const {
    if (counts_.value(face.name) < 2)
        return face.name;
    const bool folderTells = face.where.startsWith(u'/') && counts_.value(inFolder(face)) < 2;
    return Words::nameAndPlace(face.name, folderTells ? folder(face) : face.where);
}

}  // namespace sallyport::models
