#!/bin/sh
# Piper voices from the command line: checked, added, listed, refused what they cannot do, removed.
. tests/cli/lib.sh
small=$root/tests/data/piper/small.onnx two=$root/tests/data/piper/two.onnx

says() { # NAME PATTERN: what was printed holds the pattern
    if grep -q -e "$2" "$work/stdout"; then passed "$1"; else failed "$1" "no '$2' in $(head -c 300 "$work/stdout")"; fi
}

cd "$work" || exit 1
run voices check "$two"; exits "a Piper voice is whole" 0
run voices add "$two"; exits "it is added" 0
run voices add "$two"; exits "but not twice" 1 "already"
run voices list; exits "the list" 0 && says "has it" "^two 1.0.0"
says "with its speakers" "anna, bert"
run voices info two; exits "its information" 0 && says "tells the rate" "16000 Hz"
says "and what it is" "Piper voice"
run speak -v two -s nobody -o x.wav hi; exits "an unknown speaker" 1 "anna, bert"
run speak -v two -p 3 -o x.wav hi; exits "another pitch is refused" 1
run voices remove two; exits "it is removed" 0
cp "$small" alone.onnx
run speak -v alone.onnx -o x.wav hi; exits "a file without its JSON" 1 "two files"
sed 's/"espeak"/"text"/2' "$small.json" >alone.onnx.json
run speak -v alone.onnx -o x.wav "one two"; exits "a voice that reads letters, by a file in this folder" 0
[ -s x.wav ] && passed "makes sound" || failed "makes sound"
run speak -v alone.onnx --noise-w 0 -o a.wav "One. Two."; exits "two sentences" 0
run speak -v alone.onnx --noise-w 0 --sentence-silence 0.7 -o b.wav "One. Two."; exits "with the silence that Piper's users ask for" 0
grown=$(($(wc -c <b.wav) - $(wc -c <a.wav)))
[ "$grown" = 16000 ] && passed "which is half a second more" || failed "which is half a second more" "$grown bytes"
run speak -v alone.onnx --events a.jsonl -o a.wav "one. two."; exits "float32" 0
for precision in bfloat16 float16 int8; do
    run speak -v alone.onnx --precision $precision --events b.jsonl -o b.wav "one. two."; exits "$precision" 0
    cmp -s a.jsonl b.jsonl && passed "has the same times" || failed "has the same times"
    run speak -v alone.onnx --precision $precision --threads 2 -o c.wav "one. two."; exits "$precision with two threads" 0
    cmp -s b.wav c.wav && passed "is the same sound" || failed "is the same sound"
done
printf '{"audio":' >alone.onnx.json
run voices check alone.onnx; exits "a broken JSON" 3 && says "is told with its line" "alone.onnx.json:1:"
