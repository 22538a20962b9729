#!/bin/sh
# `syrinx voices`: lists, cards as people read them, packages that come and go, and what the search path picks.
. tests/cli/lib.sh
own=$XDG_DATA_HOME/syrinx/voices
shipped=$SYRINX_VOICES

says() { # NAME PATTERN [FILE]: what was printed holds the pattern
    if grep -q -e "$2" "$work/${3:-stdout}"; then passed "$1"; else failed "$1" "no '$2' in $(head -c 300 "$work/${3:-stdout}")"; fi
}
package() { rm -rf "$work/pack"; cp -r "$shipped/base" "$work/pack"; chmod -R u+w "$work/pack"; }
card() { sed "$1" "$shipped/base/voice.json" >"$work/pack/voice.json"; }    # the package's card, edited

# lists
run voices; exits "the list" 0
says "has the default voice first, with its version" "^base [0-9].* (default)"
says "its speakers" "speakers.* kathleen"
says "its languages" "en-US"
says "and its place" "^    $shipped/base\$"
run voices list; exits "the list by name" 0 && says "is the same" "^base"
run voices --json; exits "the list as JSON" 0
holds "is JSON" sh -c "command -v python3 >/dev/null || exit 0; python3 -c 'import json,sys; v=json.load(sys.stdin); assert v[0][\"name\"]==\"base\" and v[0][\"default\"] and v[0][\"speakers\"]' <'$work/stdout'"
SYRINX_VOICES= HOME= run voices; [ "$status" -le 1 ] && passed "without \$SYRINX_VOICES" || failed "without \$SYRINX_VOICES" "$status"
mkdir -p "$work/config/syrinx"
mkdir -p "$work/more/other" "$work/more/broken"
cp "$shipped"/base/*.onnx "$work/more/other/"
sed 's/"name": "base"/"name": "other"/; s/"description": "[^"]*"/"description": "an \\u001b[31mother"/' "$shipped/base/voice.json" >"$work/more/other/voice.json"
echo '{}' >"$work/more/broken/voice.json"
SYRINX_VOICES=$work/more:$shipped
echo "voice = other" >"$work/config/syrinx/config"
run voices; exits "a list with a broken voice" 3
says "marks the configured voice" "^other .*(default)"
says "tells what is broken" "cannot be opened: .*not a voice card"
says "still has the others" "^base "
holds "and no control characters of a card" sh -c "! grep -q '$(printf '\033')' '$work/stdout'"
run voices --json; exits "as JSON" 3; says "with the error" '"error": ".*not a voice card'
run voices info; exits "info tells about the configured voice" 0; says "which is" "^other "
rm "$work/config/syrinx/config"
SYRINX_VOICES=$shipped

# instruments
SYRINX_VOICES=$root/tests/data/instrument:$shipped
run voices; exits "a list with an instrument" 0; says "names it" "^    .*pling"
run voices info pling; exits "the card of an instrument" 0
says "has its title, family and kind" "is *Pling, struck, dying away"
says "its range" "range *C3 to C7"
says "its program" "program *11 of General MIDI"
says "its articulations" "articulations *struck"
says "its data" "data *none: made by"
says "its licence" "licence *Apache-2.0"
run voices info "$root/tests/data/instrument/instruments/pling" --json; exits "the same by its path, as it is" 0; says "is its file" '"name": "pling"'
cp -r "$root/tests/data/instrument/instruments" "$work/"; chmod -R u+w "$work/instruments"
echo x >>"$work/instruments/pling/frame.onnx"
run voices info "$work/instruments/pling"; exits "a damaged instrument" 3 "frame.onnx: damaged"
run voices info plong; exits "no such voice or instrument" 1 'no voice "plong"'
rm -r "$work/instruments"
SYRINX_VOICES=$shipped

# cards
run voices info base; exits "a card" 0
says "tells the licence" "^  licence  "
says "the consent" "^  consent  "
says "the files" "^  files  .*complete by their SHA-256"
says "the speakers with language, sex, minutes, licence" "kathleen .*en-US, female, [0-9.]* minutes of recordings, [A-Z]"
says "the training" "^Training"
says "its commands" "^  command"
says "its steps" "^  steps"
says "and figures" "^Figures"
run voices info base --json; exits "a card as it is" 0; holds "is the file" cmp "$work/stdout" "$shipped/base/voice.json"
run voices info nobody; exits "the card of no voice" 1 'no voice "nobody"'
package; card 's/"consent": ".*"/"consent": "\\u001b]0;evil\\u0007 \\u009b \\ud83d\\ude00"/; s/"steps": {/"list": [1, [2, {"a": [3]}]], "steps": {/'
run voices info "$work/pack"; exits "an odd card" 0
says "cannot move the cursor" "consent .*evil .*😀"
holds "nor can any of it" sh -c "! grep -q '$(printf '\033')' '$work/stdout'"
cut() { sed '/"figures": {/,$d' "$shipped/base/voice.json" >"$work/pack/voice.json"; }    # the card's end is to be written
cut; echo '"figures": {"recording": {"mos": 4.5}, "synthesis": {"mos": 4.4, "mcd": 5.5}, "note": "good"}, "losses": ["one 1", "two 2"]}}' >>"$work/pack/voice.json"
run voices info "$work/pack"; exits "a card with figures" 0
says "is a table" "^ *recording *synthesis\$" && says "a row a measure" "^  mos *4.5 *4.4\$" && says "with gaps" "^  mcd         *5.5\$"
says "notes stand below" "^  note *good" && says "sentences on lines of their own" "^ *- two 2\$"
cut
{ printf '"figures": {"a": ['; i=0; while [ $i -lt 20000 ]; do printf '%s,' "$i"; i=$((i + 1)); done; printf '0]}}, "licence": "x"}\n'; } >>"$work/pack/voice.json"
run voices info "$work/pack"; exits "a card with a long list" 0
holds "shows its beginning" test "$(wc -c <"$work/stdout")" -lt 8000

# add and remove
run voices add "$shipped/base"; exits "a voice is added" 0 "added to $own/base"
says "and told to be hidden by another" "in $shipped/base comes first" stderr
holds "all of it" cmp "$shipped/base/vocoder.onnx" "$own/base/vocoder.onnx"
run voices; says "the list tells what is hidden" "^    hides $own/base\$"
SYRINX_VOICES=$work/nothing
run speak hello -o "$work/a.wav"; exits "it speaks" 0
run voices; says "it is listed" "^    $own/base\$"
run voices add "$shipped/base"; exits "a second time it is there already" 1 "a voice of that name already"
says "with what to do" "force" stderr
run voices add --force "$shipped/base"; exits "with --force it is replaced" 0 "added"
holds "nothing else is left there" test -z "$(left_over "$own" base)"
run voices add -q --force "$shipped/base"; exits "quietly, too" 0; holds "without a word" test ! -s "$work/stderr"
run voices remove base; exits "it is removed" 0 "removed $own/base"
holds "wholly" test -z "$(left_over "$own")"
run voices remove base; exits "and again" 1 'no voice "base"'
SYRINX_VOICES=$shipped
run voices remove base; exits "where else it is" 1 "one is in $shipped/base"
run voices remove ../base; exits "a path is no name" 2 "no voice's name"
holds "the shipped voice is still there" test -s "$shipped/base/voice.json"

package; printf 'X' | dd of="$work/pack/text.onnx" bs=1 seek=20000 conv=notrunc 2>/dev/null
run voices add "$work/pack"; exits "a damaged voice is refused" 3 "text.onnx is damaged"
holds "and leaves nothing" test -z "$(left_over "$own")"
run voices check "$work/pack"; exits "check refuses it, too" 3; says "with the reason" "^wrong: .*text.onnx is damaged"
says "and the sum" "refused for [0-9]* faults*$"
rm "$work/pack/decoder.onnx"; card 's/"hop": *240/"hop": 256/; s/"default_speaker": "[^"]*"/"default_speaker": "nobody"/; /"licence": "CC0-1.0",$/d'
run voices check "$work/pack"; exits "several faults" 3
for fault in "another sample rate, hop" "default_speaker" "text.onnx is damaged" "decoder.onnx.*is missing" "^hint: .*licence"; do says "are all told: $fault" "$fault"; done
says "and counted" "refused for [4-9] faults"
run voices check -q "$work/pack"; holds "without hints with -q" sh -c "! grep -q ^hint '$work/stdout'"
run voices add "$work/pack"; exits "add tells the first" 1 "another sample rate.*and [3-9] more"
package; card 's/"format": *1/"format": 2/'
run voices add "$work/pack"; exits "a newer format" 1 "voice format 2"
run voices check "$work/pack"; exits "checked" 3
run voices check base; exits "a voice by name" 0; says "is whole" "$shipped/base: a whole voice package"
run voices check "$shipped/base/text.onnx"; exits "a bare model" 1 "which would make it a Piper voice"
run voices add "$shipped/base/text.onnx"; exits "cannot be added" 1 "which would make it a Piper voice"
run voices check README.md; exits "something else" 3; says "is no package" "neither a folder nor a ZIP"
run voices add "$work/nothing"; exits "a package that is not there" 1 "No such file"
package; rm "$work/pack/text.onnx"; ln -s "$shipped/base/text.onnx" "$work/pack/text.onnx"
run voices add "$work/pack"; exits "a package with a link" 3 "symbolic link"
package; card 's/"name": "base"/"name": "..\/..\/evil"/'
run voices add "$work/pack"; exits "a name that leads out" 3 "name of a folder"
holds "and nothing was made" test ! -e "$XDG_DATA_HOME/evil"

if command -v python3 >/dev/null; then
    package; card 's/"name": "base"/"name": "packed"/'
    python3 -c "import shutil; shutil.make_archive('$work/packed', 'zip', '$work', 'pack')"
    run voices add "$work/packed.zip"
    if grep -q "reads no ZIP" "$work/stderr"; then
        exits "a build without ZIP says so" 1
    else
        exits "a ZIP is added" 0 "added to $own/packed"
        run speak hello -v packed -o "$work/a.wav"; exits "it speaks" 0
        run voices remove packed; exits "and goes" 0
        head -c 100000 "$work/packed.zip" >"$work/cut.zip"
        run voices add "$work/cut.zip"; exits "a cut ZIP is refused" 3 "ZIP"
        python3 -c "import zipfile; z = zipfile.ZipFile('$work/packed.zip', 'a'); z.writestr('../../evil', 'x')"
        run voices add "$work/packed.zip"; exits "a ZIP with a way out is refused" 3 "leads out"
        holds "and leaves nothing" test -z "$(left_over "$own")"
    fi
fi

# usage
run voices add; exits "add what?" 2 "Give the path"
run voices remove; exits "remove what?" 2 "Give a name"
run voices add a b; exits "two at once" 2 "one voice at a time"
run voices list a; exits "list and more" 2 "not needed"
run voices remove base --force; exits "force without add" 2 "without add"
run voices check base --json; exits "JSON of a check" 2 "for list and info"

# speakers and blends
run speak hello -s nobody -o "$work/a.wav"; exits "an unknown speaker" 1 'no speaker "nobody"; it has .*kathleen'
for blend in "kathleen:-1" "kathleen:nan" "kathleen:0" "kathleen:" "" "kathleen,,linda" "kathleen:1;linda:1" "kathleen:1e9" "kathleen:inf"; do
    run speak hello -s "$blend" -o "$work/a.wav"; exits "no blend: '$blend'" 2 "speaker"
done
for blend in kathleen linda kathleen:0.5,linda:0.5 " kathleen : 5 , linda : 5 "; do
    run speak hello -s "$blend" --seed 1 -o "$work/$(echo "$blend" | tr -dc a-z0-9).raw"; exits "blend '$blend'" 0
done
holds "weights count by their ratio" cmp "$work/kathleen05linda05.raw" "$work/kathleen5linda5.raw"
holds "a blend is neither" sh -c "! cmp -s '$work/kathleen05linda05.raw' '$work/kathleen.raw' && ! cmp -s '$work/kathleen05linda05.raw' '$work/linda.raw'"

# the language of a speaker is that of a text which has none of its own
mkdir "$work/german" && cp voices/base/*.onnx "$work/german" && sed '/"name": "linda"/,/"language"/s/"en-US"/"de"/' voices/base/voice.json >"$work/german/voice.json"
run speak "Guten Tag." -v "$work/german" -s linda --events "$work/own" -o "$work/a.wav"; exits "a German speaker" 0
run speak "Guten Tag." -v "$work/german" -s linda -l de --events "$work/told" -o "$work/a.wav"; exits "and in German" 0
run speak "Guten Tag." -v "$work/german" -s linda -l en --events "$work/english" -o "$work/a.wav"; exits "and in English" 0
holds "speaks German" cmp "$work/own" "$work/told"
holds "unless told to speak English" sh -c "! cmp -s '$work/own' '$work/english'"
SYRINX_ESPEAK= run speak "Guten Tag." -v "$work/german" -s linda -o "$work/a.wav"; exits "and says so without libespeak-ng" 1 "libespeak-ng"

# completion
if command -v bash >/dev/null; then
    mkdir -p "$own/mine" && echo '{}' >"$own/mine/voice.json"
    complete() { bash -c 'shopt -s extglob; . src/cli/data/syrinx.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _syrinx; printf "%s\n" "${COMPREPLY[@]}"' - syrinx "$@" >"$work/stdout" 2>&1; }
    complete voices ""; says "completion has the actions" "^check\$"
    complete voices info b; says "and voices to tell about" "^base\$"
    complete voices remove ""; says "and to remove" "^mine\$"; holds "your own only" sh -c "! grep -qx base '$work/stdout'"
    complete voices add --f; says "and options" "^--force\$"
    complete speak -v m; says "voices of your own for others" "^mine\$"
fi
