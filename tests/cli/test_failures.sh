#!/bin/sh
# What can go wrong with outputs, and with voices: a message, the documented status, and no partial file.
. tests/cli/lib.sh
cd "$work" || exit 1
mkdir out
text="This sentence is long enough to fill more than a few kilobytes. And so is this one, which follows the first."
formats="wav raw"
"$syrinx" speak "Hi." -o out/a.flac 2>/dev/null && formats="wav raw flac ogg opus mp3"
rm -f out/*

nothing_left() {
    if [ -z "$(left_over out)" ]; then passed "$1"; else failed "$1" "$(left_over out)"; rm -f out/*; fi
}

for format in $formats; do
    # the limit on a file's size fails write() as a full disk does; blocks of 512 bytes
    (ulimit -f 4; exec "$syrinx" speak "$text" -o out/a.$format) >/dev/null 2>stderr
    status=$?
    exits "$format: a full disk" 1 "File too large"
    nothing_left "$format: and no file"
    if [ -w /dev/full ]; then
        run speak "$text" --format $format -o /dev/full
        exits "$format: a full device" 1 "No space left"
    fi
    { "$syrinx" speak "$text $text $text" -o - --format $format 2>stderr; echo $? >code; } | head -c 100 >/dev/null
    status=$(cat code)
    exits "$format: a closed pipe" 1 "Broken pipe"
done
(ulimit -f 1; exec "$syrinx" speak "$text" -o out/a.wav --events out/events) >/dev/null 2>stderr
status=$?
exits "events on a full disk" 1
nothing_left "and neither file"
run speak "$text" -o /nonexistent/a.wav; exits "a folder that is not there" 1 "/nonexistent/a.wav"
run speak "$text" -o out --format wav; exits "a folder as file" 1 "folder"
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked; chmod 500 locked
    run speak "$text" -o locked/a.wav; exits "a folder without permission" 1 "denied"
fi
echo before >out/kept.wav
(ulimit -f 4; exec "$syrinx" speak "$text" -o out/kept.wav) >/dev/null 2>stderr
holds "what had the name before survives" grep -qx before out/kept.wav
rm -f out/*

# interruption: stop at once, no file
i=0; while [ $i -lt 3000 ]; do echo "$text"; i=$((i + 1)); done >long.txt
for signal in INT TERM; do
    "$syrinx" speak -f long.txt -o out/a.wav 2>stderr &
    child=$!
    n=0; while [ -z "$(left_over out)" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    # a shell's background jobs ignore SIGINT and the command respects that, so it is asked through a shell of its own below
    if [ $signal = INT ]; then
        kill -TERM $child; wait $child; rm -f out/*
        sh -c 'trap - INT; exec timeout -s INT 1 "$0" speak -f long.txt -o out/a.wav' "$syrinx" 2>stderr
        status=$?
        [ $status -eq 124 ] && status=130
        exits "interrupted" 130
    else
        kill -TERM $child; wait $child; status=$?
        exits "terminated" 143
    fi
    nothing_left "and no file"
done
(sleep 5) | timeout -s TERM 1 "$syrinx" speak -o out/a.wav 2>stderr
nothing_left "interrupted while it waits for text"
: >stderr

# without a device
: >empty.conf
ALSA_CONFIG_PATH=$work/empty.conf "$syrinx" speak hello >/dev/null 2>stderr
status=$?
exits "no device" 1
holds "and what to do" grep -q -e '-o FILE' stderr
ALSA_CONFIG_PATH=$work/empty.conf "$syrinx" speak "" >/dev/null 2>stderr
status=$?
exits "nothing to say needs none" 0

# damaged voices
damaged() { # NAME STATUS-PATTERN
    run speak hello -v ./damaged/base -o out/a.wav
    case $status in $2) exits "$1" $status "." ;; *) failed "$1" "status $status" ;; esac
    nothing_left "$1: no file"
    rm -rf damaged
}
copy() { mkdir -p damaged; cp -r "$SYRINX_VOICES/base" damaged/; chmod -R u+w damaged; }
for file in text.onnx decoder.onnx vocoder.onnx voice.json; do
    copy; truncate -s 1000 damaged/base/$file; damaged "$file cut short" 3
    copy; : >damaged/base/$file; damaged "$file empty" 3
    copy; rm damaged/base/$file; damaged "$file missing" "[13]"
    copy; head -c 5000 /dev/urandom >damaged/base/$file; damaged "$file random" 3
    if [ $file != voice.json ]; then
        copy; printf 'X' | dd of=damaged/base/$file bs=1 seek=20000 conv=notrunc 2>/dev/null; damaged "$file with one byte changed" 3
    fi
done
copy; sed 's/"format": *1/"format": 99/' "$SYRINX_VOICES/base/voice.json" >damaged/base/voice.json; damaged "a newer format" 1

# standard streams that are closed: nothing waits for ever, nothing is written into another file
closed() { # NAME STATUS COMMAND...
    closed_name=$1 closed_status=$2
    shift 2
    timeout -k 5 20 "$@" 2>"$work/stderr"
    status=$?
    exits "$closed_name" "$closed_status"
}
closed "standard input is closed" 1 "$syrinx" speak -o "$work/closed.wav" <&-
closed "as markup" 1 "$syrinx" phonemize --ssml <&-
closed "standard output is closed" 1 sh -c '"$0" phonemize hello >&-' "$syrinx"
"$syrinx" speak -o "$work/open.wav" hello
timeout -k 5 20 "$syrinx" speak --show -o "$work/closed.wav" hello >&- 2>/dev/null
holds "what is shown does not get into the sound" sh -c "! test -e '$work/closed.wav' || cmp '$work/open.wav' '$work/closed.wav'"
timeout -k 5 20 "$syrinx" speak --ssml -o "$work/closed.wav" '<speak>hello<blink/></speak>' 2>&-
holds "nor what is warned of" cmp "$work/open.wav" "$work/closed.wav"
