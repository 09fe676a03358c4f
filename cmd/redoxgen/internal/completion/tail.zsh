
# "go tool redoxgen" is completed, too; all else of go as before.
__redoxgen_go_tool() { go tool redoxgen "$@" }

_redoxgen_go() {
    if (( CURRENT > 3 )) && [[ $words[2] == tool && $words[3] == redoxgen ]]; then
        words=(__redoxgen_go_tool "${(@)words[4,-1]}")
        (( CURRENT -= 2 ))
        _redoxgen
    elif [[ -n $_redoxgen_go_before ]]; then
        $_redoxgen_go_before "$@"
    else
        _files
    fi
}

if [[ ${_comps[go]-} != _redoxgen_go ]]; then
    typeset -g _redoxgen_go_before=${_comps[go]-}
    compdef _redoxgen_go go
fi
