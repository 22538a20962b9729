#!/bin/sh
# The public header alone: strict C99 and C++, the loops shown in the header and in the README compile and speak, and the library
# exports nothing else.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-Iinclude -Wall -Wextra -Werror -pedantic"

check() { # NAME COMMAND...
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then echo "ok - $name"; else echo "not ok - $name"; sed 's/^/# /' "$work/log"; fi
}

echo '#include "syrinx.h"' >"$work/alone.c"
check "the header is strict C99" gcc -std=c99 $flags -fsyntax-only "$work/alone.c"
check "the header is C++" g++ -std=c++11 $flags -fsyntax-only -x c++ "$work/alone.c"

# A program around the indented code of a text that lies between the lines matching $2 and $3.
program() { # FILE FROM TO
    echo '#include <syrinx.h>'
    echo 'static long total;'
    echo 'static void play(const float *samples, int count) { total += samples[0] < 2 ? count : 0; }'
    echo 'int main(void) {'
    sed -n "/$2/,/$3/p" "$1" | sed 's/^ \* *//; s/^#include.*//'
    echo 'return total > 4800 ? 0 : 2; }'
}
program include/syrinx.h 'syrinx_voice \*voice;' 'syrinx_voice_close(voice);' >"$work/header.c"
program README.md 'syrinx_voice \*voice;' 'play(block, n);' >"$work/readme.c"
for example in header readme; do
    check "the loop of the $example compiles" gcc -std=c99 -Iinclude -Wall -Wextra -Werror -o "$work/$example" "$work/$example.c" \
        -L"$BUILD" -lsyrinx -Wl,-rpath,"$PWD/$BUILD" $LDFLAGS
    check "and speaks" env ASAN_OPTIONS=detect_leaks=0 SYRINX_VOICES="$PWD/voices" "$work/$example"
done

check "every exported symbol is public" sh -c "! nm -D --defined-only '$BUILD/libsyrinx.so' | grep ' [A-TV-Z] ' | grep -v ' syrinx_' | grep -v ' A SYRINX_' | grep ."
declared=$(grep -o 'syrinx_[a-z_]*(' include/syrinx.h | sort -u | tr -d '(')
missing=
for name in $declared; do
    case $name in syrinx_*) nm -D --defined-only "$BUILD/libsyrinx.so" | grep -qE " $name(@|\$)" || missing="$missing $name" ;; esac
done
if [ -z "$missing" ]; then echo "ok - every declared function is there"; else echo "not ok - declared but missing:$missing"; fi
