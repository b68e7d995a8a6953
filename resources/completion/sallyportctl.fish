# Completion of sallyportctl for fish. The commands are here; options are asked of the program, so
# they are always its own.
# SPDX-License-Identifier: GPL-3.0-or-later

# The words before the cursor that are no options, without the program's name.
function __sallyportctl_words
    set --local words
    set --local before
    # The value of an option is no word of the command.
    for word in (commandline --tokenize --current-process --cut-at-cursor)[2..]
        if not string match --quiet -- '-*' $word; and not test "$words[1] $before" = 'mode --for'
            set --append words $word
        end
        set before $word
    end
    string join \n -- $words
end

function __sallyportctl_at
    test "$(__sallyportctl_words)" = "$argv"
end

function __sallyportctl_below
    string match --quiet -- "$argv *" (__sallyportctl_words | string join ' ')
end

# One of these is the word before the cursor's.
function __sallyportctl_after
    contains -- (commandline --tokenize --current-process --cut-at-cursor)[-1] $argv
end

# The value of option $argv[2] of command $argv[1] is next.
function __sallyportctl_value
    set --local words (__sallyportctl_words)
    test "$words[1]" = $argv[1]; and __sallyportctl_after $argv[2]
end

function __sallyportctl_options
    set --local command (__sallyportctl_words)[1]
    contains -- "$command" rules lists; and set command (__sallyportctl_words)[1..2]
    sallyportctl $command --help 2>/dev/null | string replace --filter --regex '^  (?:-., )?(--[a-z-]+).*' '$1'
end

complete -c sallyportctl -f
complete -c sallyportctl -n 'string match --quiet -- "-*" (commandline --current-token)' -a '(__sallyportctl_options)'

complete -c sallyportctl -n '__sallyportctl_at ""' -a status -d 'What protects the machine now'
complete -c sallyportctl -n '__sallyportctl_at ""' -a watch -d 'Connections as they come, change and go'
complete -c sallyportctl -n '__sallyportctl_at ""' -a rules -d 'List, add and change rules'
complete -c sallyportctl -n '__sallyportctl_at ""' -a lists -d 'Lists that rules can ask for'
complete -c sallyportctl -n '__sallyportctl_at ""' -a explain -d 'Why a connection was allowed or stopped'
complete -c sallyportctl -n '__sallyportctl_at ""' -a questions -d 'What waits for an answer'
complete -c sallyportctl -n '__sallyportctl_at ""' -a answer -d 'Answer a question'
complete -c sallyportctl -n '__sallyportctl_at ""' -a mode -d 'What happens without a rule'
complete -c sallyportctl -n '__sallyportctl_at ""' -a pause -d 'Let everything pass for a while'
complete -c sallyportctl -n '__sallyportctl_at ""' -a block-all -d 'Stop everything'
complete -c sallyportctl -n '__sallyportctl_at ""' -a settings -d 'Show and change the settings'
complete -c sallyportctl -n '__sallyportctl_at ""' -a export -d 'Write the rules as JSON'
complete -c sallyportctl -n '__sallyportctl_at ""' -a import -d 'Read rules from such a file'
complete -c sallyportctl -n '__sallyportctl_at ""' -a history -d 'Connections that have ended'
complete -c sallyportctl -n '__sallyportctl_at ""' -a totals -d 'What each program did'
complete -c sallyportctl -n '__sallyportctl_at ""' -a metrics -d 'Counters for Prometheus'
complete -c sallyportctl -n '__sallyportctl_at rules' -a 'list add edit remove enable disable reset-quota undo'
complete -c sallyportctl -n '__sallyportctl_at lists' -a 'list add refresh remove bad-lines find'
complete -c sallyportctl -n '__sallyportctl_at mode; and not __sallyportctl_after --for' -a 'ask learn lock-down audit'
complete -c sallyportctl -n '__sallyportctl_value mode --for' -a '1h 12h 7d 30d'
complete -c sallyportctl -n '__sallyportctl_value rules --for' -a 'forever until-restart 5m 1h 30d'
complete -c sallyportctl -n '__sallyportctl_value answer --for' -a 'once until-exit 5m 1h until-restart forever'
complete -c sallyportctl -n '__sallyportctl_value answer --scope' -a 'address-and-port address host domain port everything'
complete -c sallyportctl -n '__sallyportctl_value explain --direction' -a 'in out'
complete -c sallyportctl -n '__sallyportctl_value rules --direction' -a 'in out any'
complete -c sallyportctl -n '__sallyportctl_value explain --protocol; or __sallyportctl_value rules --protocol' -a 'tcp udp icmp icmpv6 udplite sctp frames any'
complete -c sallyportctl -n '__sallyportctl_value rules --quota-then' -a 'block ask notify'
complete -c sallyportctl -n '__sallyportctl_value settings --nobody-to-ask' -a 'wait block allow'
complete -c sallyportctl -n '__sallyportctl_value settings --password-for-lasting' -a 'on off'
complete -c sallyportctl -n '__sallyportctl_value history --state' -a 'allowed blocked held undecided audited'
complete -c sallyportctl -n '__sallyportctl_at pause' -a '5 15 60 off'
complete -c sallyportctl -n '__sallyportctl_at block-all' -a 'on off'
complete -c sallyportctl -n '__sallyportctl_below answer; and not __sallyportctl_after --scope --for --note' -a 'allow block'
complete -c sallyportctl -n '__sallyportctl_at export; or __sallyportctl_at import; or __sallyportctl_below "lists add"' -F
complete -c sallyportctl -n '__sallyportctl_after --program --script --started-by --textfile' -F
