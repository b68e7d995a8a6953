// Well-known public lists that are offered by name.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/offered_lists.h"

namespace sallyport::models {

using namespace Qt::StringLiterals;

// Their titles are names, and the same in every language.
const QList<api::List>& offeredLists() {
    static const QList<api::List> kLists = {
        {u"stevenblack"_s, u"StevenBlack: hosts"_s,
         u"https://raw.githubusercontent.com/StevenBlack/hosts/master/hosts"_s},
        {u"oisd-small"_s, u"OISD small"_s, u"https://small.oisd.nl/"_s},
        {u"oisd-big"_s, u"OISD big"_s, u"https://big.oisd.nl/"_s},
        {u"hagezi-light"_s, u"HaGeZi Light"_s,
         u"https://cdn.jsdelivr.net/gh/hagezi/dns-blocklists@latest/adblock/light.txt"_s},
        {u"hagezi-pro"_s, u"HaGeZi Pro"_s,
         u"https://cdn.jsdelivr.net/gh/hagezi/dns-blocklists@latest/adblock/pro.txt"_s},
        {u"hagezi-threats"_s, u"HaGeZi Threat Intelligence"_s,
         u"https://cdn.jsdelivr.net/gh/hagezi/dns-blocklists@latest/adblock/tif.txt"_s},
        {u"spamhaus-drop"_s, u"Spamhaus DROP"_s, u"https://www.spamhaus.org/drop/drop.txt"_s},
        {u"firehol-level1"_s, u"FireHOL level 1"_s,
         u"https://iplists.firehol.org/files/firehol_level1.netset"_s},
    };
    return kLists;
}

}  // namespace sallyport::models
