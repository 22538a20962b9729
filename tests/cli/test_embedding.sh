#!/bin/sh
# The programs of docs/EMBEDDING.md: they are the files of docs/examples, compile without a warning, and do what the page says.
. tests/cli/lib.sh
flags="-Iinclude -Wall -Wextra -Werror -pedantic -pthread"
libs="-L$BUILD -lsyrinx -Wl,-rpath,$root/$BUILD"
export ASAN_OPTIONS=detect_leaks=0

for program in hello.c highlight.c server.c keys.c speak.cpp tune.c; do
    built=${program%.*}
    # the block of code that begins with the file's first line
    awk -v first="$(head -1 docs/examples/$program)" '/^```$/ { on = 0 } $0 == first { on = 1 } on' docs/EMBEDDING.md >"$work/quoted"
    holds "$program is what the page shows" cmp docs/examples/$program "$work/quoted"
    case $program in
        *.cpp) holds "and compiles as C++11" g++ -std=c++11 $flags -o "$work/$built" docs/examples/$program $libs $LDFLAGS ;;
        *) holds "and compiles" ${CC:-gcc} -std=c99 -D_POSIX_C_SOURCE=200809L $flags -o "$work/$built" docs/examples/$program $libs $LDFLAGS ;;
    esac
done
holds "no other programs" test "$(ls docs/examples | wc -l)" -eq 6
cd "$work" || exit 1

holds "ten lines that speak" ./hello
"$syrinx" speak "Hello, world." -o said.wav
holds "say it" test "$(samples hello.wav)" -eq "$(samples said.wav)"

./highlight "One short sentence." words.wav >words 2>stderr; status=$?; exits "words as they are heard" 0
holds "each of them" sh -c "sed 's/.* s  //' words | tr '\n' '|' | grep -qxF '[One] short sentence.|One [short] sentence.|One short [sentence].|'"
"$syrinx" speak "One short sentence." -o said.wav --events events
holds "at its time" test "$(awk '{ print $1 }' words | tr '\n' ' ')" = "$(sed -n 's/.*"word".*"seconds":\([0-9.]*\).*/\1/p' events | while read -r s; do printf '%.2f ' "$s"; done)"
holds "and the sound" test "$(samples words.wav)" -eq "$(samples said.wav)"
: >empty.conf
ALSA_CONFIG_PATH=$work/empty.conf ./highlight "One." >/dev/null 2>stderr; status=$?; exits "no speakers" 1 "."

i=0; while [ $i -lt 20 ]; do i=$((i + 1)); echo "$i.wav Request number $i."; done | ./server >answers 2>stderr; status=$?; exits "a server" 0
holds "answers all requests" test "$(grep -c '^[0-9]*\.wav: done$' answers)" -eq 20
"$syrinx" speak "Request number 7." -o said.wav
holds "with the right sound" test "$(samples 7.wav)" -eq "$(samples said.wav)"
long=$(i=0; while [ $i -lt 60 ]; do i=$((i + 1)); printf 'This goes on and on for a while. '; done)
{ for i in a b c d e f g h; do echo "long-$i.wav $long"; done; until ls .syrinx-* >/dev/null 2>&1; do sleep 0.1; done; echo stop; echo "after.wav After."; } | ./server >answers 2>stderr; status=$?; exits "and stops when it is told to" 0
holds "what was under way" grep -q "long-a.wav: cancelled" answers
holds "no file of it is left" test -z "$(ls | grep long)"
holds "and goes on afterwards" grep -qx "after.wav: done" answers
holds "requests that fail are told" sh -c 'echo "none/a.wav x" | ./server | grep -q "none/a.wav"'

printf '0.1 60 100\n0.2 64.5 80\n0.5 60 0\n0.5 64.5 0\n' | SYRINX_VOICES=$root/tests/data/instrument ./keys pling keys.wav 2>stderr; status=$?; exits "an instrument under hands" 0
begin=$(($(grep -abo data keys.wav | head -n 1 | cut -d: -f1) + 8))
holds "sounds until it has died away" sh -c 'n=$(od -An -v -td2 -j'"$begin"' keys.wav | tr -s " " "\n" | awk "NF && \$1 > 100 { last = NR } END { print int(last / 2) }"); test "$n" -gt 24000 -a "$n" -lt 48000'
holds "and is silent before its first key" sh -c 'test -z "$(od -An -v -td2 -j'"$begin"' -N19200 keys.wav | tr -d " 0\n")"'
echo | ./keys plong none.wav 2>stderr; status=$?; exits "no such instrument" 1 'no instrument "plong"'

holds "C++" sh -c './speak "Hello there." | grep -q "^[0-9.]* seconds$"'
holds "which goes faster" sh -c 'a=$(./speak "Hello there, my friend." | tr -dc 0-9.) b=$(./speak "Hello there, my friend." 3 | tr -dc 0-9.); awk "BEGIN { exit !($b < 0.6 * $a && $b > 0.1) }"'
holds "and tells mistakes" sh -c '! ./speak x 99 2>error && grep -q "rate is 0.25 to 6" error'

printf 'X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n' >tune.abc
holds "a score" ./tune tune.abc
"$syrinx" play tune.abc -o said.wav --fermata 0
holds "is what play makes" test "$(samples tune.wav)" -eq "$(samples said.wav)"
