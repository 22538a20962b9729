#!/bin/sh
# Options by GNU habits, help, version, the configuration file.
. tests/cli/lib.sh

run; exits "no command is wrong usage" 2 "usage: syrinx"
run --help; exits "help" 0; holds "help names the commands" grep -q phonemize "$work/stdout"
run --version; exits "version" 0; holds "version is the one of the file" grep -qx "syrinx $(cat VERSION)" "$work/stdout"
run sing; exits "an unknown command" 2 "unknown command 'sing'"
for command in speak batch copy normalize phonemize play inspect voices bench; do
    run $command --help
    exits "help of $command" 0
    holds "help of $command begins with its usage" grep -q "^usage: syrinx $command" "$work/stdout"
    run $command --no-such-option
    exits "$command refuses an unknown option" 2 "unknown option '--no-such-option'"
done
run speak -Z hello; exits "an unknown letter" 2 "unknown option '-Z'"
run speak hello -o; exits "a missing value" 2 "needs a value"
run speak hello --show=yes; exits "a value for a flag" 2 "takes no value"
run speak hello --p 3; exits "an unclear beginning" 2 "not clear"
run speak hello --rate fast; exits "not a number" 2 "not a number"
run speak hello --rate 60; exits "out of range" 2 "out of range"
run speak hello --rate nan; exits "not finite" 2 "not a number"
run speak hello --seed -1; exits "a negative seed" 2 "seed"
run speak hello --threads 1.5; exits "a broken number" 2 "whole number"
run speak hello --precision double; exits "an unknown precision" 2 "--precision: 'double' is not float32"
run bench --precision half; exits "an unknown precision for bench" 2 "float16 or int8"
run batch --precision half jobs.jsonl; exits "an unknown precision for batch" 2 "float16 or int8"
run speak hello --color sometimes; exits "an unknown colour" 2 "auto, always, never"
run speak hello -f text.txt; exits "text twice" 2 "as well as"
run speak hello --format wav; exits "a format without a file" 2 "without -o"
run speak hello --format tape -o "$work/a.wav"; exits "an unknown format" 1 "unknown sound format"
run speak hello -o "$work/a.txt"; exits "an unknown ending" 1 "ending"
run speak hello -o - --events -; exits "two things on standard output" 2 "cannot both"
run copy; exits "copy without a recording" 2 "no recording"
run inspect hello; exits "inspect without a page" 2 "Give -o"
run voices what; exits "an unknown action" 2 "unknown action"
run bench now; exits "bench with an operand" 2 "not needed"
run normalize -- --rate; exits "operands behind --" 0; holds "and they are text" grep -qi rate "$work/stdout"
run speak -q hello --output="$work/a.raw" --form=raw --rate=1.5 -p-2 --seed 0x10
exits "values after = and behind letters, shortened names, options after operands" 0
run speak hello -o "$work/b.raw" --rate 1.5 -p -2 --seed 16
holds "and they mean the same" cmp "$work/a.raw" "$work/b.raw"

mkdir -p "$work/config/syrinx"
printf '# mine\nrate = 1.5\n\npitch=-2\n' >"$work/config/syrinx/config"
run speak hello -o "$work/c.raw" --seed 16; exits "with a configuration" 0
holds "it is used" cmp "$work/a.raw" "$work/c.raw"
run speak hello -o "$work/d.raw" --seed 16 -r 1 -p 0
holds "and the command line wins" sh -c "! cmp -s '$work/a.raw' '$work/d.raw'"
printf 'precision = float16\n' >"$work/config/syrinx/config"
run speak hello -o "$work/d.raw"; exits "a precision in the configuration" 0
run normalize hello; exits "which is nothing to a command without it" 0
printf 'speed = 3\n' >"$work/config/syrinx/config"
run speak hello -o "$work/c.raw"; exits "a mistake in it has a line number" 2 "config:1:"
printf 'voice = base\nrate = quick\n' >"$work/config/syrinx/config"
run speak hello -o "$work/c.raw"; exits "and so has a wrong value" 2 "config:2:"
