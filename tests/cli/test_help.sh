#!/bin/sh
# Every option that --help tells is in the manual page and in the completions of bash and zsh, and every command in all three.
. tests/cli/lib.sh

zsh=src/cli/data/syrinx.zsh
run --help; exits "help" 0
commands=$(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' "$work/stdout")
holds "there are commands" test "$(echo "$commands" | wc -w)" -ge 9

# The words that bash would offer for the arguments.
offered() { bash -c 'shopt -s extglob; . src/cli/data/syrinx.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _syrinx; printf "%s\n" "${COMPREPLY[@]}"' - syrinx "$@"; }

# What zsh knows of a command: its own lines, and the lists that they name.
zsh_block() {
    sed -n "/^        $1) /,/;;/p" $zsh >"$work/block"
    for list in common text sound; do
        if grep -q "\$$list\b" "$work/block"; then sed -n "/^    $list=(/,/)\$/p" $zsh; fi
    done
    cat "$work/block"
}

for command in $commands; do
    run $command --help; exits "help of $command" 0
    options=$(sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' "$work/stdout")
    offered $command -- >"$work/bash" 2>/dev/null
    zsh_block $command >"$work/zsh"
    for option in $options; do
        escaped=$(echo "$option" | sed 's/-/\\\\-/g')
        if ! grep -q -e "\\\\-\\\\-$escaped\([^a-z\\\\]\|\$\)" docs/syrinx.1; then echo "$command --$option: not in docs/syrinx.1"; fi
        if command -v bash >/dev/null && ! grep -qx -e "--$option" "$work/bash"; then echo "$command --$option: not in the completion for bash"; fi
        if ! grep -q -e "--$option\([]=[},)]\|\$\)" "$work/zsh"; then echo "$command --$option: not in the completion for zsh"; fi
    done >"$work/missing"
    holds "$command has options" test -n "$options"
    holds "all options of $command are told everywhere" sh -c "cat '$work/missing'; test ! -s '$work/missing'"
    holds "$command is in the manual page" grep -q "^\.SS $command\$" docs/syrinx.1
    holds "and in the completions" sh -c "grep -q '^            .$command:' $zsh && grep -q 'compgen -W \".* *$command .*--version' src/cli/data/syrinx.bash"
done
