#!/bin/sh
# syrinx batch: what it makes, what it refuses, and that nothing is lost or done twice when it is killed.
. tests/cli/lib.sh
cd "$work" || exit 1
mkdir in
flac=flac
"$syrinx" speak "Hi." -o a.flac 2>/dev/null || flac=raw

# the options of speak under their names; byte for byte what speak makes
echo "A file of text." >in/t.txt
printf 'Xanthorpe\tZ AE1 N TH AO2 R P\n' >in/lexicon
cat >in/jobs.jsonl <<END
{"id":"a","text":"Hello, \\u00e4 \\ud83d\\ude00 world.","out":"a.wav","rate":1.5,"pitch":-2,"volume":-3.5,"seed":18446744073709551615}

{"id":"b","file":"t.txt","out":"sub/deep/b.$flac","events":"sub/b.jsonl","speaker":"linda","pause":0}
{"text":"<speak>Hi <break time='200ms'/> you.</speak>","ssml":true,"out":"./c.wav","language":null}
{"id":"d","text":"Xanthorpe, 3/4.","lexicon":"lexicon","language":"en-GB","out":"d.bin","format":"wav","sample-rate":16000}
END
run batch in/jobs.jsonl -o out; exits "a list of jobs" 0 "4 of 4 jobs done"
"$syrinx" speak "Hello, ä 😀 world." -r 1.5 -p -2 --volume -3.5 --seed 18446744073709551615 -o a.wav
"$syrinx" speak -f in/t.txt -s linda --pause 0 -o b.$flac --events b.jsonl
"$syrinx" speak --ssml "<speak>Hi <break time='200ms'/> you.</speak>" -o c.wav
"$syrinx" speak "Xanthorpe, 3/4." --lexicon in/lexicon -l en-GB --format wav --sample-rate 16000 -o d.bin
holds "with all of speak's options, as speak" cmp a.wav out/a.wav
holds "from a file" cmp b.$flac out/sub/deep/b.$flac
holds "with events" cmp b.jsonl out/sub/b.jsonl
holds "SSML" cmp c.wav out/c.wav
holds "lexicon, language and rate of the file" cmp d.bin out/d.bin
holds "a line each in the results" sh -c "test \$(wc -l <in/jobs.results.jsonl) -eq 4 && grep -q '^{\"id\":\"a\",\"line\":1,\"status\":\"done\",\"exit\":0,\"out\":\"a.wav\",\"samples\":$(samples a.wav),\"duration\":' in/jobs.results.jsonl"
holds "without an id the output is it" grep -q '^{"id":"c.wav","line":4,' in/jobs.results.jsonl
holds "nothing else is left" test "$(find out | wc -l)" -eq 8
before=$(ls -i out/a.wav)
run batch in/jobs.jsonl -o out; exits "again: nothing to do" 0 "4 of 4 jobs done (4 of them before)"
holds "and nothing done" test "$(ls -i out/a.wav)" = "$before"
rm out/c.wav; sed -i 's/"pitch":-2/"pitch":2/' in/jobs.jsonl
run batch in/jobs.jsonl -o out; exits "a job that was changed and a file that is gone" 0 "(2 of them before)"
holds "are made again" test -s out/c.wav -a "$(ls -i out/a.wav)" != "$before"
run batch in/jobs.jsonl -o out --rate 2; exits "other defaults are other jobs" 0 "(1 of them before)"
printf '{"text":"One.","out":"1.wav"}\n' | "$syrinx" batch - --results r.jsonl 2>"$work/stderr"; status=$?; exits "from standard input" 0
run batch - ; exits "which needs --results" 2 "need --results"
run batch; exits "a list is needed" 2
run batch in/none.jsonl; exits "that is there" 1 "none.jsonl"
printf '' >empty.jsonl; run batch empty.jsonl; exits "no jobs" 0 "0 of 0"

# failures: told, noted, the others go on
cat >f.jsonl <<'END'
{"id":"good","text":"One.","out":"f/good.wav"}
{"id":"who","text":"One.","speaker":"nobody","out":"f/who.wav"}
{"id":"markup","ssml":true,"text":"<speak>","out":"f/markup.wav"}
{"id":"file","file":"f/in.txt","out":"f/file.wav"}
{"id":"folder","text":"One.","out":"in","format":"wav"}
{"id":"format","text":"One.","out":"f/x.xyz"}
END
run batch f.jsonl; exits "some jobs fail" 1 "1 of 6 jobs done"
holds "each with line and reason" grep -q 'f.jsonl:2: .*no speaker "nobody"' "$work/stderr"
holds "and its status" sh -c 'grep "\"id\":\"markup\"" f.results.jsonl | grep "\"status\":\"failed\",\"exit\":3" | grep -q "\"message\":\"line 1"'
holds "no partial file" test -z "$(left_over f good.wav)"
echo "Now." >f/in.txt
run batch f.jsonl; exits "what failed is left alone" 1 "5 failed (--retry-failed"
run batch f.jsonl --retry-failed; exits "unless it is asked for" 1 "2 of 6 jobs done (1 of them before), 4 failed"
printf '{"text":"One.","out":"l.jsonl","format":"wav"}\n' >l.jsonl
run batch l.jsonl; exits "the list is not written over" 1 "list of jobs"

# refused before anything is made, with line and column
refused() { # NAME PATTERN LINE
    printf '{"text":"good","out":"no.wav"}\n%b\n' "$3" >bad.jsonl
    run batch bad.jsonl
    exits "$1" 3 "bad.jsonl:2:$2"
}
refused "an unknown key" '27: unknown key "rat"' '{"text":"x","out":"x.wav","rat":1}'
refused "a value out of range" '34: "rate": 7 is out of range' '{"text":"é","out":"x.wav","rate":7}'
refused "a value of another kind" '34: "rate" needs a number' '{"text":"x","out":"x.wav","rate":"1"}'
refused "a key twice" '27: "out" is there twice' '{"text":"x","out":"x.wav","out":"y"}'
refused "an array" '1: ' '["x"]'
refused "a value that is an object" '9: ' '{"text":{},"out":"x"}'
refused "two objects" '28: something' '{"text":"x","out":"x.wav"} {}'
refused "an end that is missing" '26: the line ends' '{"text":"x","out":"x.wav"'
refused "a string without end" '9: this string' '{"text":"x,'
refused "a NUL byte" '11: a NUL' '{"text":"x\0","out":"x.wav"}'
refused "a NUL written out" '10: a NUL' '{"text":"\\u0000","out":"x.wav"}'
refused "bytes that are not UTF-8" '11: byte 0xFF' '{"text":"x\0377","out":"x.wav"}'
refused "half a character" '10: .uD800' '{"text":"\\ud800","out":"x.wav"}'
refused "neither text nor file" '1: neither' '{"out":"x.wav"}'
refused "both" '1: "text" and "file"' '{"text":"x","file":"x","out":"x.wav"}'
refused "no output" '1: no "out"' '{"text":"x"}'
refused "a path that leads out" '19: a path with "\.\."' '{"text":"x","out":"a/../../x.wav"}'
refused "an absolute path" '19: an absolute path' '{"text":"x","out":"/x.wav"}'
refused "of the text, too" '9: an absolute path' '{"file":"/etc/passwd","out":"x.wav"}'
refused "and the lexicon" '37: a path with' '{"text":"x","out":"x.wav","lexicon":"../x"}'
refused "control characters in a path" '19: a path with control' '{"text":"x","out":"a\\nb.wav"}'
refused "a folder as output" '19: a path that names a folder' '{"text":"x","out":"a/"}'
refused "one output twice" '1: the same output as in line 1' '{"id":"x","text":"x","out":"./no.wav"}'
refused "one id twice" '1: the same id as in line 1' '{"id":"no.wav","text":"x","out":"x.wav"}'
{ printf '{"text":"'; head -c 17000000 /dev/zero | tr '\0' x; printf '","out":"x.wav"}\n'; } >huge.jsonl
run batch huge.jsonl; exits "a line of 17 MB" 3 "huge.jsonl:1:1: the line is longer"
holds "nothing was made" test ! -e no.wav -a ! -e bad.results.jsonl
mkdir sub; printf '{"text":"x","out":"../out/any.wav"}\n' >sub/any.jsonl
(cd sub && "$syrinx" batch any.jsonl --any-path) 2>"$work/stderr"; status=$?; exits "--any-path takes paths that lead out" 0
holds "to where they lead" test -s out/any.wav
printf '{"text":"x","out":".//slashes.wav"}\n' >slashes.jsonl
run batch slashes.jsonl -o out; exits "a path with slashes to spare" 0
holds "stays below" test -s out/slashes.wav
run batch in/jobs.jsonl --check; exits "--check makes nothing" 0 "4 jobs, nothing wrong"

# shards
i=0; while [ $i -lt 12 ]; do i=$((i + 1)); echo "{\"id\":\"job $i\",\"text\":\"Number $i is a short sentence.\",\"out\":\"$i.wav\"}"; done >n.jsonl
run batch n.jsonl -o ref --results ref.jsonl -j 2; exits "many jobs" 0 "12 of 12"
for k in 1 2 3; do run batch n.jsonl -o parts --shard $k/3; exits "shard $k of 3" 0 "4 of 4 jobs done (0"; done
holds "all files are there" diff -r ref parts
holds "each done once" test "$(cat n.results-*of3.jsonl | wc -l)" -eq 12
run batch n.jsonl -o parts; exits "whoever comes later sees what the shards did" 0 "12 of 12 jobs done (12"
run batch n.jsonl -o parts --shard 2/5; exits "in other shards, too" 0 "3 of 3 jobs done (3"
for bad in 0/3 4/3 2 x/3 1/0 1/3x; do run batch n.jsonl --shard $bad; exits "--shard $bad" 2 "K/N"; done

# killed at any moment: the same files in the end, each job noted once
rounds=0; kills=0
while [ $rounds -lt 10 ]; do
    rounds=$((rounds + 1))
    "$syrinx" batch -q n.jsonl -o killed --results killed.jsonl -j 2 2>"$work/stderr" &
    child=$!
    # the first time soon, for a fast machine is done with all in a few tenths
    if [ $rounds -eq 1 ]; then sleep 0.03; else sleep 0.$(($(od -An -N1 -tu1 /dev/urandom) % 3))$(($(od -An -N1 -tu1 /dev/urandom) % 10)); fi
    kill -KILL $child 2>/dev/null && kills=$((kills + 1))
    wait $child 2>/dev/null
done
printf '{"id":"job 1","line":1,"status":"do' >>killed.jsonl
run batch n.jsonl -o killed --results killed.jsonl; exits "killed ten times and finished" 0 "12 of 12"
holds "a torn line was dropped" grep -q "not written to its end" "$work/stderr"
holds "the same files and no others" diff -r ref killed
holds "each job noted once" sh -c 'test $(wc -l <killed.jsonl) -eq 12 && test $(sed "s/,.*//" killed.jsonl | sort -u | wc -l) -eq 12'
holds "at least one kill met a run" test $kills -gt 0

# interruption
sh -c 'trap - INT; exec timeout -s INT 1 "$0" batch long.jsonl' "$syrinx" 2>/dev/null
i=0; while [ $i -lt 3000 ]; do echo "This sentence is long enough to keep it busy for a while."; i=$((i + 1)); done >long.txt
printf '{"file":"long.txt","out":"long/a.wav"}\n{"file":"long.txt","out":"long/b.wav"}\n' >long.jsonl
sh -c 'trap - INT; exec timeout -s INT 1 "$0" batch long.jsonl -j 2' "$syrinx" 2>"$work/stderr"
status=$?; [ $status -eq 124 ] && status=130
exits "interrupted" 130 "0 of 2 jobs done"
holds "no file" test -z "$(left_over long)"
holds "no result" test ! -s long.results.jsonl
(ulimit -f 40; exec "$syrinx" batch long.jsonl -j 1) 2>"$work/stderr" >/dev/null; status=$?
exits "a full disk" 1 "long/a.wav: File too large"
holds "no partial file" test -z "$(left_over long)"
if command -v flock >/dev/null; then
    flock n.results.jsonl "$syrinx" batch n.jsonl -o parts 2>"$work/stderr"; status=$?; exits "two runs on one results file" 1 "another run"
fi
