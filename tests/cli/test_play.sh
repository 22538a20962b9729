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
run play "$data/duet.mid"; exits "without a list nothing is promised" 2 "no instruments yet"
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
