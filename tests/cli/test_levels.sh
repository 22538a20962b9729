#!/bin/sh
# The processor levels against each other: all the way from text to samples they agree to 90 dB.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
text="The quick brown fox jumps over the lazy dog, and nobody knows why."
for level in c avx2 avx512; do
    SYRINX_CPU=$level SYRINX_VOICES=voices "$BUILD/syrinx" speak -q --format raw -o "$work/$level" "$text" </dev/null
    od -An -v -t f4 -w4 "$work/$level" >"$work/$level.txt"
done
for level in avx2 avx512; do
    db=$(paste "$work/c.txt" "$work/$level.txt" | LC_ALL=C awk 'NF == 2 { s += $1 * $1; d += ($1 - $2) ^ 2; n++ } NF != 2 { bad = 1 }
        END { if (bad || n < 24000) print 0; else if (d == 0) print 999; else printf "%.0f", 10 * log(s / d) / log(10) }')
    if [ "$db" -ge 90 ]; then echo "ok - c and $level agree to $db dB"; else echo "not ok - c and $level agree to $db dB only"; fi
done
