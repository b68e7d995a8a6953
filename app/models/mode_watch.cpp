// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/mode_watch.h"

#include <QDateTime>

#include "models/words.h"

namespace sallyport::models {

ModeWatch::ModeWatch(client::Firewall& firewall, QObject* parent) : QObject(parent) {
    connect(&firewall, &client::Firewall::statusChanged, this, &ModeWatch::look);
    mode_ = firewall.status().mode;
    untilMs_ = firewall.status().modeUntilMs;
}

void ModeWatch::look(const api::Status& status) {
    const bool over = untilMs_ != 0 && untilMs_ <= QDateTime::currentMSecsSinceEpoch() &&
                      status.mode == api::Mode::Ask;
    const api::Mode before = std::exchange(mode_, status.mode);
    untilMs_ = status.modeUntilMs;
    if (!over)
        return;
    emit ended(
        before == api::Mode::Learn
            ? tr("Learning has ended: from now on you are asked. What passed undecided stands in "
                 "the history: search there for state:undecided.")
            : tr("The time of “%1” is up: from now on you are asked.").arg(Words::mode(before)));
}

}  // namespace sallyport::models
