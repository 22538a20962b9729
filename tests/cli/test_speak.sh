#!/bin/sh
# syrinx speak: sound into files and pipes, events, words on the screen, text from everywhere, any text at all.
. tests/cli/lib.sh
cd "$work" || exit 1
mkdir out

text="Hello, world. It is late."
run speak "$text" -o out/a.wav; exits "a file" 0
holds "with more than half a second of sound" test "$(samples out/a.wav)" -gt 12000
run speak Hello, world. It is late. -o out/b.wav
holds "operands are joined by spaces" cmp out/a.wav out/b.wav
printf '%s' "$text" >text.txt
run speak -f text.txt -o out/c.wav; holds "text from a file" cmp out/a.wav out/c.wav
"$syrinx" speak -o out/d.wav <text.txt; holds "text from standard input" cmp out/a.wav out/d.wav
(printf 'Hello, wor'; sleep 0.2; printf 'ld. It '; sleep 0.2; printf 'is late.') | "$syrinx" speak -f - -o out/e.wav
holds "text bit by bit" cmp out/a.wav out/e.wav
# who listens hears a line when it is there, though more may come; a file is the same however slowly its text comes
mkfifo typed
grows() { tries=0; while [ "$(wc -c <"$1")" -le "$2" ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done; [ $tries -lt 300 ]; }
: >out/live.raw
"$syrinx" speak -q -o - --format raw --events live.jsonl --show <typed 2>shown | cat >out/live.raw & typist=$!
exec 5>typed
echo "Hello there my" >&5
holds "a line is said while more may come" grows out/live.raw 40000
line=$(wc -c <out/live.raw)
echo "friend." >&5
holds "the next one, too" grows out/live.raw "$line"
printf 'Well ' >&5
printf 'done.\n' >&5
exec 5>&-
wait $typist
holds "all of it is shown" sh -c 'tr "\n" " " <shown | grep -qx "Hello there my friend. Well done. *"'
holds "events count on" sh -c 'test "$(grep -c "\"word\"" live.jsonl)" -eq 6 && tail -1 live.jsonl | grep -q "\"end\""'
(echo "Hello there my"; sleep 0.3; echo "friend.") | "$syrinx" speak -o out/slow.raw
run speak "Hello there my
friend.
" -o out/once.raw
holds "a file knows no such haste" cmp out/slow.raw out/once.raw
"$syrinx" speak "$text" -o - >out/f.wav; holds "standard output into a file" cmp out/a.wav out/f.wav
"$syrinx" speak "$text" -o - --format raw | cat >out/g.raw
holds "a pipe carries the same samples" test "$(wc -c <out/g.raw)" -eq $((4 * $(samples out/a.wav)))
"$syrinx" speak "$text" -o - | cat >out/h.wav
holds "a WAV pipe has open sizes" sh -c "od -An -tx1 -N8 out/h.wav | grep -q '52 49 46 46 ff ff ff ff'"
run speak "$text" -o out/i.wav --seed 7; run speak "$text" -o out/j.wav --seed 7
holds "the same seed, the same file" cmp out/i.wav out/j.wav
holds "another seed, another file" sh -c "! cmp -s out/a.wav out/i.wav"
run speak "$text" -o out/k.wav --threads 2; holds "any number of threads" cmp out/a.wav out/k.wav
run speak "$text" -o out/l.wav -r 2
holds "twice the rate is shorter" test "$(samples out/l.wav)" -lt $(($(samples out/a.wav) * 8 / 10))
run speak "$text" -o out/m.wav -v "$SYRINX_VOICES/base"; holds "a voice by its folder" cmp out/a.wav out/m.wav
run speak "$text" -o out/n.wav --sample-rate 48000
if grep -q 'FILES=0' "$work/stderr"; then
    exits "another sample rate is refused by a build without files" 1
else
    holds "another sample rate" test "$(samples out/n.wav)" -eq $((2 * $(samples out/a.wav)))
fi
holds "files say what they are" grep -q "synthetic speech, Syrinx" out/a.wav
rm -f out/*

run speak "$text" -o out/a.wav --events out/events; exits "events" 0
holds "sentence, word, phone and end" sh -c 'for t in sentence word phone end; do grep -q "^{\"type\":\"$t\",\"sample\":[0-9]*,\"seconds\":[0-9.]*,\"duration\":[0-9]*,\"begin\":[0-9]*,\"end\":[0-9]*" out/events || exit 1; done'
holds "five words at their bytes" sh -c 'grep "\"word\"" out/events | sed "s/.*\"begin\":\([0-9]*\),\"end\":\([0-9]*\).*/\1-\2/" | tr "\n" " " | grep -qx "0-5 7-12 14-16 17-19 20-24 "'
holds "in the order of time" sh -c 'sed "s/.*\"sample\":\([0-9]*\).*/\1/" out/events | sort -nc'
holds "the end is the last sample" sh -c "tail -1 out/events | grep -q '\"sample\":$(samples out/a.wav),'"
run speak "$text" -o out/a.wav --events /nonexistent/events; exits "events that cannot be written" 1 "/nonexistent/events"
rm -f out/*
run speak --show "$text" -o out/a.wav; exits "words on the screen" 0
holds "all of them, as they were written" grep -qx "Hello, world. It is late." "$work/stdout"
printf 'A \033[31mred\007 word.' >escape.txt
run speak --show -f escape.txt -o out/a.wav
holds "no control character reaches the screen" sh -c "! tr -d '\n' <'$work/stdout' | grep -q '[[:cntrl:]]'"
rm -f out/*

# any text at all: no crash, silence where silence is right
try() { # NAME STATUS
    run speak -f in.txt -o out/a.wav
    if [ "$status" -eq "$2" ] && [ -s out/a.wav ] && [ -z "$(left_over out a.wav)" ]; then
        exits "$1" "$2"
    else
        failed "$1" "status $status, files: $(ls out | tr '\n' ' ')"
    fi
    last=$(samples out/a.wav)
    rm -f out/*
}
: >in.txt; try "empty input" 0
holds "is an empty file" test "$last" -eq 0
printf ' \n\t\n ' >in.txt; try "only spaces" 0
printf '\360\237\230\200\360\237\216\211 \360\237\221\215' >in.txt; try "only emoji" 0
printf '... !!! ??? --- ,;: () [] ""' >in.txt; try "only punctuation" 0
printf 'caf\351 \377\376 na\303 \355\240\200 ok\360\237' >in.txt; try "invalid UTF-8" 0
holds "is spoken all the same" test "$last" -gt 12000
printf 'one\0two\0\0three' >in.txt; try "NUL bytes" 0
holds "are spaces" test "$last" -gt 12000
head -c 10000 /dev/zero | tr '\0' w >in.txt; try "a word of 10000 characters" 0
head -c 20000 /dev/zero | tr '\0' a >in.txt; try "20 kB of one letter" 0
head -c 1000 /dev/zero | tr '\0' '9' >in.txt; try "a number of 1000 digits" 0
head -c 3000 /dev/urandom >in.txt; try "random bytes" 0
printf 'The \342\200\256right-to-left\342\200\254 mark, e\314\201\314\201\314\201, \357\273\277and a BOM.' >in.txt; try "marks and accents" 0

run speak hello -v nobody -o out/a.wav; exits "an unknown voice" 1 "nobody"
run speak hello -s nobody -o out/a.wav; exits "an unknown speaker" 1 "nobody"
run speak hello -v ./nowhere -o out/a.wav; exits "a folder that is not there" 1 "nowhere"
run speak hello --lexicon ./nowhere -o out/a.wav; exits "a lexicon that is not there" 1 "nowhere"
run speak hello -l tlh -o out/a.wav; exits "an unknown language" 1
run speak -f ./nowhere -o out/a.wav; exits "a text that is not there" 1 "nowhere"
run speak -f . -o out/a.wav; exits "a folder as text" 1
holds "none of these left a file" test -z "$(left_over out)"
