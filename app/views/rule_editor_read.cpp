// A rule out of the editor's fields, or what is wrong with them: see rule_editor.h.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QLineEdit>
#include <algorithm>

#include "api/list.h"
#include "models/unsound.h"
#include "models/words.h"
#include "views/rule_editor.h"
#include "widgets/plain_text.h"

namespace sallyport::views {

using models::Words;
using Kind = api::AppIdentity::Kind;

bool RuleEditor::isTyped(const api::AppIdentity& app) {
    return app.kind == Kind::Any || app.kind == Kind::Path || app.kind == Kind::Script;
}

bool RuleEditor::readPrograms(api::Rule& rule, QString& complaint) const {
    const QString path = program_->text().trimmed();
    const QString script = script_->text().trimmed();
    const QString parent = startedBy_->text().trimmed();
    if (isTyped(base_.app)) {
        const Kind kind = path.isEmpty() ? Kind::Any : script.isEmpty() ? Kind::Path : Kind::Script;
        rule.app = {kind, path, script};
        if (path.isEmpty() && !script.isEmpty())
            complaint = tr("A script needs the program that runs it, such as /usr/bin/python3.");
        for (const QString& one : {path, script}) {
            if (!one.isEmpty() && !one.startsWith(u'/'))
                complaint = tr("“%1” is not a whole path: it has to begin with a slash, such as "
                               "/usr/bin/curl.")
                                .arg(widgets::displayText(one));
        }
    }
    if (!startedBy_->isReadOnly()) {
        rule.startedBy = {parent.isEmpty() ? Kind::Any : Kind::Path, parent, {}};
        if (!parent.isEmpty() && !parent.startsWith(u'/'))
            complaint =
                tr("The program that starts it has to be a whole path, such as "
                   "/usr/bin/bash.");
    }
    rule.user = std::nullopt;
    if (const QString user = user_->text().trimmed(); !user.isEmpty()) {
        bool isNumber = false;
        rule.user = user.toUInt(&isNumber);
        if (!isNumber)
            complaint = tr("“%1” is not a user's number. Yours is often 1000.")
                            .arg(widgets::displayText(user));
    }
    return complaint.isEmpty();
}

namespace {

bool isMadeOf(const QString& text, const QString& letters) {
    return std::all_of(text.begin(), text.end(), [&](QChar c) { return letters.contains(c); });
}

// What is wrong with an address or a network.
QString networkComplaint(const QString& text) {
    const QString shown = widgets::displayText(text);
    const qsizetype slash = text.indexOf(u'/');
    const auto address = api::Address::parse(slash < 0 ? text : text.left(slash));
    if (!address)
        return RuleEditor::tr(
                   "“%1” is not an address. An address looks like 192.0.2.7 or "
                   "2001:db8::7.")
            .arg(shown);
    if (address->isV4() && text.mid(slash + 1).toInt() > 32)
        return RuleEditor::tr("“%1”: a network of this kind has at most /32.").arg(shown);
    return RuleEditor::tr(
               "“%1” is not the beginning of a network. A network looks like 10.0.0.0/8 "
               "or 2001:db8::/32.")
        .arg(shown);
}

// What is wrong with what is no address, no network and no name.
QString remoteComplaint(const QString& text) {
    const QString shown = widgets::displayText(text);
    if (text.isEmpty())
        return RuleEditor::tr(
            "Type a name such as example.org, an address such as 192.0.2.7, or a "
            "network such as 10.0.0.0/8.");
    if (text.contains(u'/') || text.contains(u':') || isMadeOf(text, QStringLiteral("0123456789.")))
        return networkComplaint(text);
    const auto name = api::HostPattern::parse(text);
    if (name && (name->name == QLatin1String("localhost") ||
                 name->name.endsWith(QLatin1String(".localhost"))))
        return RuleEditor::tr("“%1” is this machine: choose “this machine” above.").arg(shown);
    if (text.mid(1).contains(u'*') || text == QLatin1String("*"))
        return RuleEditor::tr("“%1”: a star may stand in front only, as in *.example.org.")
            .arg(shown);
    return RuleEditor::tr(
               "“%1” is not a name. A name looks like example.org; *.example.org is "
               "everything below it, .example.org is both.")
        .arg(shown);
}

}  // namespace

bool RuleEditor::readRemote(api::Rule& rule, QString& complaint) const {
    rule.remote = {api::Remote::Kind(remoteKind_->currentData().toInt()), {}};
    const QString text = remote_->text().trimmed();
    if (rule.remote.kind == api::Remote::Kind::List) {
        rule.remote.list = text;
        if (!api::checkListName(text))
            complaint = tr("“%1” is not the short name of a list. The page Lists shows them.")
                            .arg(widgets::displayText(text));
        return complaint.isEmpty();
    }
    if (rule.remote.kind != api::Remote::Kind::Prefix)
        return true;
    const auto remote = api::Remote::parse(text);
    const bool typed = remote && (remote->kind == api::Remote::Kind::Prefix ||
                                  remote->kind == api::Remote::Kind::Host);
    if (typed)
        rule.remote = *remote;
    else
        complaint = remoteComplaint(text);
    return typed;
}

bool RuleEditor::readLocal(api::Rule& rule, QString& complaint) const {
    const QString text = local_->text().trimmed();
    rule.local = std::nullopt;
    rule.interface = interface_->text().trimmed();
    if (text.isEmpty())
        return true;
    const auto local = api::Cidr::parse(text);
    if (local)
        rule.local = *local;
    else
        complaint = networkComplaint(text);
    return bool(local);
}

bool RuleEditor::readPorts(api::Rule& rule, QString& complaint) const {
    rule.protocol = quint8(protocol_->currentData().toInt());
    const auto parse = [&](const QLineEdit* line, api::PortRange& into) {
        const QString text = line->text().trimmed();
        const auto range = api::PortRange::parse(text);
        if (range)
            into = *range;
        else
            complaint = tr("“%1” is not a port. Ports go from 0 to 65535; several in a row look "
                           "like 8000-8080.")
                            .arg(widgets::displayText(text));
    };
    parse(ports_, rule.remotePorts);
    parse(localPorts_, rule.localPorts);
    if (complaint.isEmpty() && rule.protocol != 0 && !api::protocolHasPorts(rule.protocol) &&
        !(rule.remotePorts.isAny() && rule.localPorts.isAny()))
        complaint =
            tr("%1 has no ports: leave the ports empty.").arg(Words::protocol(rule.protocol));
    return complaint.isEmpty();
}

void RuleEditor::readLifetime(api::Rule& rule) const {
    const int minutes = lifetime_->currentData(kMinutesRole).toInt();
    rule.lifetime = api::Lifetime(lifetime_->currentData().toInt());
    rule.process = rule.lifetime == api::Lifetime::Process ? base_.process : 0;
    rule.expiresMs = 0;
    if (rule.lifetime == api::Lifetime::Timed)
        rule.expiresMs = minutes == 0 ? base_.expiresMs
                                      : QDateTime::currentMSecsSinceEpoch() + minutes * kMinuteMs;
}

bool RuleEditor::read(api::Rule& rule, QString& complaint) const {
    rule = base_;
    rule.action = api::Action(action_->currentData().toInt());
    rule.blockStyle = api::BlockStyle(style_->currentData().toInt());
    rule.direction = api::Direction(direction_->currentData().toInt());
    rule.pinned = pinned_->isChecked();
    rule.log = log_->isChecked();
    rule.enabled = enabled_->isChecked();
    rule.note = note_->text().trimmed();
    if (!readPrograms(rule, complaint) || !readRemote(rule, complaint) ||
        !readPorts(rule, complaint) || !readLocal(rule, complaint) ||
        !http_->read(rule.http, complaint) || !limit_->read(rule.limit, complaint) ||
        !quota_->read(rule.quota, complaint))
        return false;
    if (rule.action != api::Action::Allow) {
        rule.limit = {};
        rule.quota = {};
    }
    if (rule.action != api::Action::Allow || rule.app.kind != Kind::Path)
        rule.sha256.clear();  // it was for what that program's file held
    readLifetime(rule);
    if (rule.lifetime == api::Lifetime::Forever &&
        (rule.app.kind == Kind::Memory || rule.app.kind == Kind::Unknown)) {
        complaint =
            tr("This program has no file to know it by: a rule for it cannot last for ever.");
        return false;
    }
    if (const auto sound = api::validate(rule); !sound) {
        complaint = tr("This rule does not fit together: %1")
                        .arg(models::unsoundInWords(sound.error().text));
        return false;
    }
    return true;
}

}  // namespace sallyport::views
