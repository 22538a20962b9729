#!/bin/sh
# syrinx copy, inspect, voices and bench.
. tests/cli/lib.sh
cd "$work" || exit 1
mkdir out

"$syrinx" speak "A short recording." -o in.wav
run copy in.wav -o out/a.wav; exits "copy" 0
length=$(samples in.wav) made=$(samples out/a.wav)
holds "about as long as the recording" test $((made - length)) -le 960 -a $((length - made)) -le 960
"$syrinx" speak "A short recording." -o - | "$syrinx" copy - -o out/b.wav
holds "from a pipe, with open sizes" cmp out/a.wav out/b.wav
run speak "A short recording." --sample-rate 8000 -o low.wav
if ! grep -q 'FILES=0' "$work/stderr"; then
    run copy low.wav -o out/c.wav; exits "another rate" 0
    holds "comes back at the voice's" test $(($(samples out/c.wav) - length)) -le 960
fi
head -c 3000 in.wav >cut.wav
run copy cut.wav -o out/d.wav; exits "a recording that is cut off" 0 "cut short"
chmod 600 out/d.wav; run copy in.wav -o out/d.wav
holds "a private file stays private" test "$(stat -c %a out/d.wav)" = 600
run speak hi -o ''; exits "an output without a name" 2 "needs a name"
rm -f out/*
: >empty.wav; run copy empty.wav -o out/a.wav; exits "an empty file" 3 "empty.wav"
"$syrinx" speak "" -o none.wav; run copy none.wav -o out/a.wav; exits "a recording without samples" 3
printf 'hello' >text.wav; run copy text.wav -o out/a.wav; exits "no WAV" 3 "not a WAV"
head -c 40 in.wav >head.wav; run copy head.wav -o out/a.wav; exits "a header alone" 3 "samples"
head -c 4000 /dev/urandom >random.wav; run copy random.wav -o out/a.wav; exits "random bytes" 3
(printf 'RIFF\377\377\377\377WAVEfmt \020\0\0\0\001\0\0\0\300\135\0\0\0\0\0\0\0\0\020\0'; head -c 100 /dev/zero) >zero.wav
run copy zero.wav -o out/a.wav; exits "no channels" 3
run copy nowhere.wav -o out/a.wav; exits "no file" 1 "nowhere.wav"
holds "none of these left a file" test -z "$(left_over out)"

run inspect 'Say <b>"hello"</b> & go.' -o out/page.html; exits "inspect" 0
holds "one page" grep -q '</html>' out/page.html
holds "text is escaped" sh -c "grep -q '&#60;b&#62;&#34;hello&#34;' out/page.html && ! grep -q '<b>\"hello' out/page.html"
holds "sound inside" grep -q 'src="data:audio/wav;base64,UklGR' out/page.html
holds "nothing from elsewhere" sh -c "! grep -qE '(src|href)=\"?(https?:|//)|@import|url\(' out/page.html"
holds "no mark of the template is left" sh -c "! grep -qE '@(TITLE|TEXT|FACTS|AUDIO|DATA|TABLE|GENERATOR)@' out/page.html"
holds "a table of the phones" grep -q '<td>hello</td>' out/page.html
run inspect "" -o out/empty.html; exits "inspect nothing" 0
run inspect hello -o /nonexistent/page.html; exits "a page that cannot be written" 1 "/nonexistent"
(ulimit -f 8; exec "$syrinx" inspect hello -o out/big.html) 2>stderr >/dev/null; status=$?
exits "a page on a full disk" 1
holds "leaves nothing" test -z "$(left_over out page.html empty.html)"

rm -rf out
run voices; exits "voices" 0; holds "the base voice comes first" sh -c "head -1 '$work/stdout' | grep -q '^base .*(default)'"
run voices info base; exits "info" 0; holds "shows the card" grep -q 'licence' "$work/stdout"
run voices info --json; holds "as it is" cmp "$work/stdout" "$SYRINX_VOICES/base/voice.json"
run voices info nobody; exits "info on nobody" 1 "nobody"
run bench -n 2 --json; exits "bench" 0
holds "as JSON" grep -qE '^\{"version":.*"real_time_factor":\{"cpu":[0-9.]+,.*"cold_start":\{.*"peak_mb":[0-9.]+\}$' "$work/stdout"
