// The known ways past a firewall, a row each.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace sallyport::leak {

// What happens around the attempt.
enum class Stage : quint8 {
    Plain,     // the rules stand, the program is started
    Prepared,  // what it begins with is let through; then the rules are changed, and it goes on
    Before,    // it begins when there is no firewall, and goes on when there is
    Frozen,    // the helper takes no reports meanwhile
    Killed,    // the helper is killed in between
    Open,      // as Plain; passes, unless this kernel can stop it, and is looked at while it has
               // what it sent by still open
    Refused,   // as Plain, but no rule lets it pass: to show that it arrives there is no firewall
};

// What the program has leave for in every stage; more than that shall not pass. OneSource: UDP from
// 10.66.0.1, port 7101; OtherPorts: all but UDP from port 7102.
enum class Leave : quint8 {
    Nothing,
    FirstAddress,
    Port53,
    ItsFile,
    ThisMachine,
    OneSource,
    OtherPorts
};

struct Row {
    const char* id;
    const char* what;
    const char* command;  // of leak_program
    Stage stage = Stage::Plain;
    const char* shown = "attack";  // as whom the helper must show it: a regular expression
    Leave leave = Leave::Nothing;
    const char* aim = "";    // only packets to this address count, or from this ADDRESS:PORT
    const char* limit = "";  // README's words for that it passes
    int least = 1;           // so many packets arrive when nothing is against it
};

// What this program cannot show, and where else it is.
struct Elsewhere {
    const char* id;
    const char* what;
    const char* where;
};

const QList<Row>& rows();
const QList<Elsewhere>& elsewhere();

}  // namespace sallyport::leak
