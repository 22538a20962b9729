#!/bin/sh
# Scores on the command line: lists of notes, a choice of bars and parts, and what is refused.
. tests/cli/lib.sh
data=$root/tests/data/scores
cd "$work" || exit 1
mkdir out

run play --events out/duet.csv "$data/duet.mid"; exits "a MIDI file" 0
cat >duet.want <<'END'
part,onset_seconds,duration_seconds,midi_pitch,velocity,lyric
Violin,0.0000,0.5000,60,80,Hel
track2:drums,0.0000,0.1250,36,100,
Violin,0.5000,0.5000,62,96,lö
Violin,1.5000,1.0000,64,64,
END
holds "makes these notes" cmp duet.want out/duet.csv
run play --events - --bars 2-2 --solo voice "$data/song.musicxml"; exits "bar 2 of one part of a MusicXML file" 0
printf 'part,onset_seconds,duration_seconds,midi_pitch,velocity,lyric\nVoice,0.5000,1.5000,64,49,\n' >bar.want
holds "is this note" cmp bar.want stdout
run play --events - --bars 1 --mute 1 --tempo 50 --transpose -12 "$data/song.musicxml"; exits "half the tempo, an octave lower" 0
holds "moves all" grep -qx 'Clarinet in A,1.3333,1.3333,57,80,' stdout
run play --events - --fermata 100 "$data/song.musicxml"; exits "fermatas are held" 0
holds "and the repeat comes later" grep -qx 'Voice,6.0000,0.5000,67,49,day' stdout
run play --events out/song.json "$data/song.musicxml"; exits "JSON by its name" 0
holds "is well-formed and has all notes" sh -c "python3 -c 'import json; s = json.load(open(\"out/song.json\")); assert len(s[\"notes\"]) == 17 and s[\"title\"] == \"A Small Song\" and s[\"notes\"][1][\"syllable\"] == \"begin\"'"
run play --events -; exits "no score" 2 "no score"
run play --events - --bars 5-2 "$data/duet.mid"; exits "bars the wrong way round" 2 "12-20"
run play --events - --bars 50-60 "$data/duet.mid"; exits "bars that are not there" 3 "no bars 50 to 60"
run play --events - --solo Oboe "$data/duet.mid"; exits "a part that is not there" 3 "no part \"Oboe\""
run play --events out/none.csv nothing.mid; exits "a file that is not there" 1 "nothing.mid"
printf 'no score' >text.mid
run play --events out/none.csv text.mid; exits "no score" 3 "neither MIDI nor MusicXML"
printf '<score-partwise><part id="P"><measure number="4"><note><duration>1</duration></note></measure></part></score-partwise>' >bad.xml
run play --events out/bad.csv bad.xml; exits "a note without pitch" 0 "bar 4, P: a note without pitch"
holds "only complete lists are there" test -z "$(left_over out duet.csv song.json bad.csv)"

# --- sound
frames() { expr "$(samples "$1")" / 2; }         # of a 16-bit stereo WAV file
tone='X:1\nM:4/4\nL:1/4\nQ:1/4=240\nV:1 name="High"\nV:2 name="../Low"\nK:C\n[V:1]cdef|g4|\n[V:2]C2E2|G,4|\n'
printf "$tone" >tune.abc
rm -f out/*
run play tune.abc -o out/tune.wav; exits "a tune into a file" 0
holds "without a word" test ! -s stderr
holds "is two seconds and what rings on" sh -c "test $(frames out/tune.wav) -ge 96000 -a $(frames out/tune.wav) -le 400000"
holds "says that it is synthetic" grep -aq "synthetic music" out/tune.wav
run play tune.abc -o out/again.wav
holds "the same again is the same file" cmp out/tune.wav out/again.wav
run play tune.abc -o out/other.wav --seed 5
holds "another seed is another playing" sh -c "! cmp -s out/tune.wav out/other.wav"
run play tune.abc -o out/slow.wav --tempo 50 --room none; exits "half the tempo" 0
holds "is four seconds" sh -c "test $(frames out/slow.wav) -ge 192000"
run play tune.abc -o out/loop.wav --loop=3 --click --count-in --room studio; exits "three times with a click" 0
holds "is seven seconds" sh -c "test $(frames out/loop.wav) -ge 336000"
run play tune.abc -o out/bar.flac --bars 2 --format flac --sample-rate 44100; exits "a bar as FLAC at another rate" 0
holds "is FLAC" sh -c "head -c 4 out/bar.flac | grep -q fLaC"
run play tune.abc -o - ; exits "to a pipe" 0
holds "is WAV" sh -c "head -c 4 stdout | grep -q RIFF"
run play tune.abc -o out/both.wav --events out/both.csv; exits "sound and a list" 0
holds "makes both" test -s out/both.csv
run play tune.abc --stems out/stems --click; exits "stems" 0
holds "are named, and stay in their folder" test -f "out/stems/01 High.wav" -a -f "out/stems/02 .. Low.wav" -a -f "out/stems/03 room.wav" -a -f "out/stems/04 click.wav"
holds "and nothing else" test "$(ls out/stems | wc -l)" -eq 4
holds "of one length" test "$(frames "out/stems/01 High.wav")" = "$(frames "out/stems/03 room.wav")"
run play tune.abc -o out/solo.wav --solo High --mute 2; exits "one part" 0
run play tune.abc -o out/x.wav --loop; exits "a file has an end" 2 "--loop=N"
run play tune.abc --loudness -16; exits "loudness without a file" 2 "needs -o"
run play tune.abc -o out/x.wav --room cellar; exits "no such room" 2 "cellar"
run play tune.abc -o out/x.wav --format json; exits "a list's format for sound" 2 "for --events"
run play tune.abc -o - --events -; exits "both to standard output" 2 "cannot both"
run play tune.abc -o out/x.tiff; exits "a format that is none" 1 "no sound format"
run play tune.abc -o /nonexistent/x.wav; exits "a place that is not there" 1 "/nonexistent"
run play tune.abc --stems tune.abc; exits "stems into a file" 2 "no folder"
(ulimit -f 8; exec "$syrinx" play tune.abc -o out/big.wav) 2>stderr >/dev/null; status=$?
exits "a full disk" 1 "big.wav"
yes 'cdef gabc|' | head -2000 >long.body
{ printf 'X:1\nM:4/4\nL:1/4\nK:C\n'; cat long.body; } >long.abc
timeout -s INT 3 "$syrinx" play long.abc -o out/long.wav --stems out/long >/dev/null 2>stderr; status=$?
[ $status -eq 124 ] && status=130
exits "interrupted" 130
holds "nothing half-written is left" test ! -e out/long.wav -a ! -e out/long -a -z "$(ls out/.syrinx* 2>/dev/null)"
run play --limit 0.1 long.abc -o out/short.wav; exits "a limit" 0 "rest is left out"
holds "is kept" sh -c "test $(frames out/short.wav) -le 800000"

# --- practice: parts louder and softer, names that are odd, scores that come through a pipe
run play - -o out/pipe.wav <tune.abc; exits "a score from standard input" 0
holds "sounds the same" cmp out/tune.wav out/pipe.wav
mkfifo fifo
cat tune.abc >fifo &
run play --events out/fifo.csv fifo; exits "a score from a named pipe" 0
holds "has its notes" test "$(wc -l <out/fifo.csv)" -eq 9
run play --events - /dev/null; exits "an empty stream" 3 "empty"
run play --events out/x.csv /dev/zero; exits "an endless stream" 3 "larger than"
run play tune.abc -o out/same --events out/same --format wav; exits "sound and list into one file" 2 "cannot both"
printf 'X:1\nM:4/4\nL:1/4\nV:1 name="Vl. I, div."\nV:2 name="a:3"\nV:3 name="2"\nK:C\n[V:1]c4|\n[V:2]E4|\n[V:3]G4|\n' >odd.abc
only() { cut -d, -f1 stdout | sed 1d | tr '\n' ' '; }
run play --events - --solo 'Vl. I, div.' odd.abc; holds "a name with a comma" test "$(sed 1d stdout | cut -c1-13)" = '"Vl. I, div."'
run play --events - --solo 2 odd.abc; holds "a name that is a number goes before the number" test "$(only)" = "2 "
run play --events - --solo 3,a:3 odd.abc; holds "a number where no name is, and a name" test "$(only)" = "a:3 2 "
run play --events - --mute , odd.abc; exits "a name of nothing" 3 'no part ""'
run play --events - --others -12 tune.abc; exits "others without a solo" 2 "for --solo"
run play --events - --solo High --others -12 tune.abc; holds "others are in the list" test "$(wc -l <stdout)" -eq 9
run play --events - --transpose 60 tune.abc; holds "what leaves the keys stays in its pitch class" grep -q '^High,1.0000,1.0000,127,' stdout
run play -o out/balance.wav --balance 'a:3:-6,Vl. I, div.:2.5' odd.abc; exits "a balance of odd names" 0
run play -o out/x.wav --balance High tune.abc; exits "a balance without decibels" 3 "such as"
run play -o out/x.wav --balance High:99 tune.abc; exits "far too loud" 3 "24"
run play -o out/x.wav --balance Oboe:3 tune.abc; exits "a balance of a part that is not there" 3 'no part "Oboe"'
run play -o out/practice.wav --solo High --others -12 --tempo 80 --bars 1 --click --count-in tune.abc; exits "a practice track" 0

# --- a page
run inspect tune.abc -o out/page.html; exits "a score as a page" 0
holds "has its notes and bars" sh -c "grep -q '\"notes\":\[{\"part\":0' out/page.html && grep -q '\"number\":2' out/page.html && grep -q 'synthetic music\|Synthetic music' out/page.html"
holds "and its data is JSON" python3 -c '
import json, re
page = open("out/page.html").read()
data = json.loads(re.search(r"application/json\">(.*?)</script>", page, re.S).group(1))
assert data["spectrum"]["columns"] > 100 and len(data["notes"]) == 8 and len(data["bars"]) == 2
assert not re.search(r"[@%][A-Z]{4,}[@%]", page)
'
printf 'X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\n%%%%MIDI program 43\n[C,,E,,]4|\n' >low.abc
run inspect low.abc -o out/low.html; exits "low notes as a page" 0
holds "a third at 65 hertz is two lines" python3 -c '
import base64, json, re
page = open("out/low.html").read()
shown = json.loads(re.search(r"application/json\">(.*?)</script>", page, re.S).group(1))["spectrum"]
values = base64.b64decode(shown["values"])
mean = lambda key: sum(max(values[c * shown["bins"] + int(2 * (key - shown["low"])) + k] for k in (-1, 0)) for c in range(100, 300)) / 200
assert mean(36) > mean(38) + 30 and mean(40) > mean(38) + 30, [mean(k) for k in range(35, 42)]
'

# --- what is hostile ends soon, with little memory
python3 -c '
notes = b"".join(b"\0\x90" + bytes([i % 128, 60]) for i in range(300)) + b"\0\xff\x2f\0"
open("crowd.mid", "wb").write(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + len(notes).to_bytes(4, "big") + notes)'
run play crowd.mid -o out/crowd.wav; exits "three hundred notes at once" 0 "bar 1, track0: more than 192 notes"
{ printf 'X:1\nM:4/4\nL:1/4\nQ:1/4=400\nK:C\nC1000000000|\n'; } >billion.abc
{ printf 'X:1\nM:none\nL:1/64\nQ:1/4=400\nK:C\n'; yes 'cdefgab' | tr -d '\n' | head -c 10000000; printf '|\n'; } >bar.abc
nm "$root/$BUILD/libsyrinx.so" | grep -q -e __asan_init -e __tsan_init || least=1500000        # kB; a sanitized program reserves more than there is
for file in billion bar; do
    (ulimit -v ${least:-unlimited}; exec timeout 100 "$syrinx" play -q $file.abc --limit 0.2 -o out/$file.wav) >/dev/null 2>stderr; status=$?
    exits "$file.abc" 0
done
