#!/bin/sh
# make install puts a working command and library below DESTDIR and PREFIX; make uninstall leaves nothing.
. tests/cli/lib.sh

prefix=$(cat "$BUILD/gen/prefix")
place=$work/root$prefix
make_it() { make -s --no-print-directory "$1" BUILD="$BUILD" PREFIX="$prefix" DESTDIR="$work/root"; }
holds "make install" make_it install
for file in bin/syrinx lib/libsyrinx.so lib/libsyrinx.so.0 lib/libsyrinx.a lib/pkgconfig/syrinx.pc include/syrinx.h share/man/man1/syrinx.1 \
    share/bash-completion/completions/syrinx share/zsh/site-functions/_syrinx share/syrinx/voices/base/voice.json; do
    holds "has $file" test -s "$place/$file"
done
module=$(find "$work/root" -name sd_syrinx)
holds "has the module for Speech Dispatcher" test -x "$module"
holds "which finds the library where it will be" sh -c "readelf -d '$module' | grep -q 'R.*PATH.*$prefix/lib'"
holds "and runs" env ASAN_OPTIONS=detect_leaks=0 LD_LIBRARY_PATH="$place/lib" "$module" --version
holds "and its configuration" test -s "$(find "$work/root" -path '*speech-dispatcher/modules/syrinx.conf')"
holds "the command speaks from there" env -u SYRINX_VOICES -u LD_LIBRARY_PATH "$place/bin/syrinx" speak hello -o "$work/a.wav"
cat >"$work/hello.c" <<'END'
#include <stdio.h>
#include <syrinx.h>
int main(void) { return puts(syrinx_version()) < 0; }
END
flags() { PKG_CONFIG_SYSROOT_DIR=$work/root PKG_CONFIG_PATH=$place/lib/pkgconfig pkg-config --cflags --libs syrinx; }
if [ -e "$BUILD/text.dat" ]; then holds "with the text data" cmp "$BUILD/text.dat" "$place/share/syrinx/text.dat"; fi
holds "a program finds it by pkg-config" ${CC:-gcc} "$work/hello.c" -o "$work/hello" $(flags) $LDFLAGS
holds "and runs" env ASAN_OPTIONS=detect_leaks=0 LD_LIBRARY_PATH="$place/lib" "$work/hello"
: >"$place/share/syrinx/voices/mine"
holds "pkg-config knows where the data is" test "$(PKG_CONFIG_PATH=$place/lib/pkgconfig pkg-config --variable=datadir syrinx)" = "$prefix/share/syrinx"
holds "make uninstall" make_it uninstall
holds "what others put there stays" test -e "$place/share/syrinx/voices/mine"
rm -f "$place/share/syrinx/voices/mine"
holds "make uninstall again" make_it uninstall
holds "nothing else is left" test -z "$(find "$work/root" ! -type d)"
holds "no folder of our own either" test ! -e "$place/share/syrinx"
holds "completions are valid bash" bash -n src/cli/data/syrinx.bash
