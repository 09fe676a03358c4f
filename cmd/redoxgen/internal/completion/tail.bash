
# Without the package bash-completion, words are what bash has split, with those
# joined again that it splits at : and =.
__redoxgen_init_completion()
{
    COMPREPLY=()
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref "$@" cur prev words cword
        return
    fi
    local i word line=$COMP_LINE
    words=()
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 0)) && [[ $line != [[:space:]]* ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#"$word"}
        if ((i == COMP_CWORD)); then
            cword=$((${#words[@]} - 1))
        fi
    done
    cur=${words[cword]}
    prev=${words[cword-1]}
}

if ! declare -F _filedir >/dev/null; then
    _filedir()
    {
        IFS=$'\n' read -ra COMPREPLY -d '' < <(compgen "${1:--f}" -- "$cur")
    }
fi

# "go tool redoxgen" is completed, too; all else of go as before.
__start_redoxgen_go_tool()
{
    if ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[1]} == tool && ${COMP_WORDS[2]} == redoxgen ]]; then
        # The three words become one, the command that is asked for completions.
        local line="go tool redoxgen${COMP_LINE#*redoxgen}"
        ((COMP_POINT += ${#line} - ${#COMP_LINE}, COMP_CWORD -= 2))
        COMP_LINE=$line
        COMP_WORDS=("go tool redoxgen" "${COMP_WORDS[@]:3}")
        __start_redoxgen
    elif [[ -n $__redoxgen_go_before ]]; then
        "$__redoxgen_go_before" "$@"
    fi
}

__redoxgen_go_spec=$(complete -p go 2>/dev/null)
if [[ $__redoxgen_go_spec != *__start_redoxgen_go_tool* ]]; then
    __redoxgen_go_before=
    if [[ $__redoxgen_go_spec =~ \ -F\ ([^ ]+)\  ]]; then
        __redoxgen_go_before=${BASH_REMATCH[1]}
    fi
    # Another program that completes go cannot be called from a function.
    if [[ -z $__redoxgen_go_spec || -n $__redoxgen_go_before ]]; then
        complete -o default -F __start_redoxgen_go_tool go
    fi
fi
unset __redoxgen_go_spec
