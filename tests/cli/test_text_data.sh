#!/bin/sh
# text.dat: the library is small without it, finds it where it is installed, and tells what is wrong with another one; with TEXT_DATA=inside it needs no file.
. tests/cli/lib.sh
make_here() { ${MAKE:-make} -s --no-print-directory "$@" PREFIX="$(cat "$BUILD/gen/prefix")"; }
speak() { env -u SYRINX_TEXT_DATA "$work/$1/syrinx" speak -q hello -o "$work/out.wav" >"$work/stdout" 2>"$work/stderr"; status=$?; }

data=$root/$BUILD/text.dat
if [ ! -e "$data" ]; then       # a build that has it inside
    mkdir "$work/alone"
    cp "$BUILD/syrinx" "$BUILD/libsyrinx.so.0" "$work/alone"
    speak alone; exits "the library alone speaks" 0
    exit
fi

# the same again
mkdir "$work/again"
cp -a "$BUILD/gen" "$work/again"
holds "the file is made again" make_here "$work/again/text.dat" BUILD="$work/again"
holds "byte for byte" cmp "$work/again/text.dat" "$data"

# a copy of command and library that is nowhere near the file
mkdir -p "$work/bin" "$work/share/syrinx"
cp "$BUILD/syrinx" "$BUILD/libsyrinx.so.0" "$work/bin"
SYRINX_TEXT_DATA=$work/none.dat "$work/bin/syrinx" speak hello -o "$work/out.wav" 2>"$work/stderr"; status=$?; exits "none where the variable says" 1 "SYRINX_TEXT_DATA: $work/none.dat"
SYRINX_TEXT_DATA=$data "$work/bin/syrinx" speak hello -q -o "$work/out.wav" 2>"$work/stderr"; status=$?; exits "one where the variable says" 0
cp "$data" "$work/share/syrinx/text.dat"
speak bin; exits "in share/syrinx of an installation that was moved" 0
head -c 100000 "$data" >"$work/bin/text.dat"
speak bin; exits "a wrong one does not hide a right one" 0
rm "$work/share/syrinx/text.dat"
if [ ! -e "$(cat "$BUILD/gen/prefix")/share/syrinx/text.dat" ]; then        # nor does an installed one come to help
    speak bin; exits "one that is cut off" 3 "$work/bin/text.dat: 100000 bytes"
    cp "$data" "$work/bin/text.dat"
    printf 'XXXX' | dd of="$work/bin/text.dat" bs=1 seek=200000 conv=notrunc 2>/dev/null
    speak bin; exits "one that is changed" 3 "section .* is damaged"
    LC_ALL=C sed '1s/^SXT1/SXT9/' "$data" >"$work/bin/text.dat"
    speak bin; exits "what is no such file" 3 "no text data of Syrinx"
    rm "$work/bin/text.dat"
    speak bin; exits "none at all" 1 "no text data: $work/bin/text.dat, .*share/syrinx/text.dat"
fi
printf 'X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\n' >"$work/tune.abc"
SYRINX_TEXT_DATA=/nowhere "$work/bin/syrinx" play -q "$work/tune.abc" -o "$work/out.wav" 2>"$work/stderr"; status=$?; exits "music does without" 0

# A sanitized library is larger.
holds "the library is stripped" strip -o "$work/stripped.so" "$BUILD/libsyrinx.so"
nm "$BUILD/libsyrinx.so" | grep -q -e __asan_init -e __tsan_init -e __ubsan_handle || holds "to less than 1.5 MB" test "$(wc -c <"$work/stripped.so")" -lt 1500000

# With the file inside: the objects that are there, but for those that say where the data is.
mkdir "$work/inside" "$work/alone"
cp -a "$BUILD/src" "$BUILD/gen" "$work/inside"
rm "$work/inside/src/text/data_find.o"
holds "TEXT_DATA=inside builds" make_here "$work/inside/libsyrinx.so" BUILD="$work/inside" TEXT_DATA=inside
cp "$BUILD/syrinx" "$work/alone"
cp "$work/inside/libsyrinx.so.0" "$work/alone"
env SYRINX_TEXT_DATA=/nowhere "$work/alone/syrinx" speak -q "Hello blorptastic world." -o "$work/alone.wav" 2>"$work/stderr"; status=$?; exits "and needs no file" 0
"$syrinx" speak -q "Hello blorptastic world." -o "$work/said.wav"
holds "to say the same" cmp "$work/alone.wav" "$work/said.wav"
