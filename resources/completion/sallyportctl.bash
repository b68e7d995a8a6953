# Completion of sallyportctl for bash. The commands are here; options are asked of the program, so
# they are always its own.
# SPDX-License-Identifier: GPL-3.0-or-later

_sallyportctl_options() {
    sallyportctl "$@" --help 2>/dev/null | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

_sallyportctl() {
    local current=${COMP_WORDS[COMP_CWORD]} word before=''
    local -a words=() command=() offered=()
    local -r first='status watch rules lists explain questions answer mode pause block-all settings
        export import history totals metrics'
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        # The value of an option is no word of the command.
        [[ $word == -* || (${words[0]-} == mode && $before == --for) ]] || words+=("$word")
        before=$word
    done
    COMPREPLY=()
    command=("${words[@]:0:1}")
    case ${words[0]-} in
        rules | lists) command=("${words[@]:0:2}") ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_sallyportctl_options "${command[@]}")" -- "$current")
        return
    fi
    case "${words[0]-} $before" in
        'mode --for') offered=(1h 12h 7d 30d) ;;
        'rules --for') offered=(forever until-restart 5m 1h 30d) ;;
        'answer --for') offered=(once until-exit 5m 1h until-restart forever) ;;
        'answer --scope') offered=(address-and-port address host domain port everything) ;;
        'explain --direction') offered=(in out) ;;
        'rules --direction') offered=(in out any) ;;
        'explain --protocol' | 'rules --protocol') offered=(tcp udp icmp icmpv6 udplite sctp frames any) ;;
        'rules --quota-then') offered=(block ask notify) ;;
        'settings --nobody-to-ask') offered=(wait block allow) ;;
        'settings --password-for-lasting') offered=(on off) ;;
        'history --state') offered=(allowed blocked held undecided audited) ;;
        *' --program' | *' --script' | *' --started-by' | *' --textfile')
            compopt -o default
            return
            ;;
    esac
    if ((${#offered[@]})); then
        mapfile -t COMPREPLY < <(compgen -W "${offered[*]}" -- "$current")
        return
    fi
    case ${words[*]-} in
        '') offered=($first) ;;
        rules) offered=(list add edit remove enable disable reset-quota undo) ;;
        lists) offered=(list add refresh remove bad-lines find) ;;
        mode) offered=(ask learn lock-down audit) ;;
        pause) offered=(5 15 60 off) ;;
        block-all) offered=(on off) ;;
        'answer '*) offered=(allow block) ;;
        'lists add '*' '* | 'lists add '* | export | import) compopt -o default ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "${offered[*]}" -- "$current")
}

complete -F _sallyportctl sallyportctl
