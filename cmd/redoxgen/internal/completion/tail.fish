
# "go tool redoxgen" is completed, too.
function __redoxgen_is_go_tool
    set -l words (commandline -opc)
    test (count $words) -ge 3; and test "$words[2] $words[3]" = "tool redoxgen"
end

function __redoxgen_go_tool
    set -l words (commandline -opc)
    go tool redoxgen __complete $words[4..-1] (commandline -ct) 2>/dev/null | string match -v ':*'
end

complete -c go -n __redoxgen_is_go_tool -f -a '(__redoxgen_go_tool)'
