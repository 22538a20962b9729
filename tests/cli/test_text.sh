#!/bin/sh
# syrinx normalize and phonemize: one line in, one line out.
. tests/cli/lib.sh
cd "$work" || exit 1

run normalize 'It costs $5.'; exits "normalize" 0
holds "in words" grep -qix 'it costs five dollars\.*' stdout
printf 'one\n\n 2 \r\nthree' >in.txt
run normalize -f in.txt; exits "a file" 0
holds "as many lines out as in" test "$(wc -l <stdout)" -eq 4
holds "empty lines stay" sh -c "sed -n 2p stdout | grep -qx ''"
holds "spoken" sh -c "sed -n 3p stdout | grep -qix 'two'"
run normalize ""; exits "nothing" 0
run phonemize hello; holds "IPA" grep -q 'ˈlo' stdout
run phonemize --alphabet arpabet "hello world"; holds "ARPAbet" grep -q '^HH .*L OW1 | W ER1 L D' stdout
run phonemize --alphabet tokens "Hello, world. Yes?"; holds "tokens" grep -qxF '^ h ə l oʊ1 , w ɝ1 l d . $ ^ j ɛ1 s ? $' stdout
run phonemize --alphabet klingon hello; exits "an unknown alphabet" 2 "klingon"
run phonemize --jsonl "Hi 2 you"; holds "JSON" grep -qE '^\[\{"text": ?"hi", ?"begin": ?0, ?"end": ?2, ?"phones": ?"[^"]+"\}, ?.*"begin": ?3, ?"end": ?4, .*\}\]$' stdout
printf 'hello\nworld\n' | "$syrinx" phonemize --jsonl >stdout
holds "an array a line" sh -c "[ \$(grep -c '^\[{.*}\]$' stdout) -eq 2 ]"
run phonemize choir; cp stdout lexicon
run phonemize --no-lexicon choir; holds "by letters alone it differs" sh -c '! cmp -s stdout lexicon'
printf 'syrinx\tS IH1 R IH0 NG K S\nblorp\t[[blˈɔɹp]]\n' >own.lex
run phonemize --alphabet arpabet --lexicon own.lex Syrinx; holds "a lexicon of one's own" grep -qx 'S IH1 R IH0 NG K S' stdout
run phonemize --lexicon nowhere hello; exits "which must be there" 1 "nowhere"
printf 'caf\351 \377 \0 x\n' >in.txt
run normalize -f in.txt; exits "any bytes" 0
run phonemize -f in.txt; exits "and phones of them" 0
# a program that talks to us through pipes gets its answer at once
mkfifo to from
"$syrinx" normalize <to >from &
exec 3>to 4<from
echo '7' >&3
answer=
read -r answer <&4
exec 3>&- 4<&-
wait
holds "each line is answered" test "$answer" = seven
run normalize -f in.txt >/dev/null
timeout 20 "$syrinx" normalize hello >/dev/full 2>stderr; status=$?
[ -w /dev/full ] && exits "a full standard output" 1
