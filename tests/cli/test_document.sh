#!/bin/sh
# Documents on the command line: which input is one, chapters into files, tags and the cue sheet, loudness, unknown words.
. tests/cli/lib.sh
data=$root/tests/data/document
cd "$work" || exit 1
mkdir out

printf '# Head\n\nSome *words*.\n' >a.md
run speak -f a.md -o out/a.wav
if grep -q 'FILES=0' "$work/stderr"; then
    exits "a build without file formats reads no Markdown" 1 "reads no documents"
    run phonemize --unknown a.md; exits "nor looks for unknown words" 1 "reads no documents"
    run speak "x" -o out/a.wav --loudness -19; exits "nor measures loudness" 1 "loudness"
    holds "and leaves nothing behind" test -z "$(left_over out)"
    exit 0
fi
exits "Markdown by its name" 0
run speak -o out/b.wav "Head. Some words."
holds "it is not much longer than the words" test "$(samples out/a.wav)" -lt $(($(samples out/b.wav) * 2))
run speak -f a.md --input text -o out/c.wav; exits "the same as plain text" 0
holds "which says the signs, too" sh -c "! cmp -s out/a.wav out/c.wav"
"$syrinx" speak --input markdown -o out/d.wav <a.md; holds "Markdown from standard input" cmp out/a.wav out/d.wav
cp a.md b.txt; run speak -f b.txt --input md -o out/e.wav; holds "--input wins over the name" cmp out/a.wav out/e.wav
run speak --input markdown "# Head" "" "Some *words*." -o out/f.wav; exits "operands" 0
printf '<!DOCTYPE html><title>T</title><p>Some <script>x</script>words.' >page
run speak -f page --show -o out/g.wav; exits "HTML by its content" 0
holds "of which only the text is shown" grep -qx 'Some words.' "$work/stdout"
run speak -f a.md --events out/events -o out/h.wav; exits "events" 0
holds "count in the file's bytes" grep -q '"type":"word".*"begin":14,"end":19' out/events
run speak -f a.md --input rtf -o out/i.wav; exits "an unknown kind" 2 "none of auto, text, markdown"
run speak -f nothing.md -o out/i.wav; exits "a document that is not there" 1 "nothing.md"
printf 'PK\003\004broken' >x.epub
run speak -f x.epub -o out/i.wav; exits "a broken EPUB is refused" 3 "x.epub"
run speak -f x.epub --input text -o out/j.wav; exits "and read as text if somebody insists" 0
run speak --ssml --input html "x" -o out/i.wav; exits "SSML is no document" 2 "ssml"
holds "no file where nothing was made" test ! -e out/i.wav
rm -rf out; mkdir out

printf '1\n00:00:03,000 --> 00:00:04,000\nOne.\n' >s.srt
run speak -f s.srt -o out/a.wav; exits "subtitles" 0
holds "which wait for their time" test "$(samples out/a.wav)" -gt 72000
rm -rf out; mkdir out

# chapters
run speak -f "$data/book.epub" --chapters -o out/book; exits "an EPUB into a folder" 0
holds "a file for each chapter, with a clean name" sh -c 'ls out/book | tr "\n" "|" | grep -qx "01 One Two.flac|02 The end.flac|Two a Tale.cue|"'
holds "with title, author, book and voice in it" sh -c 'for t in "TITLE=One/Two" "ARTIST=Ann Author" "ALBUM=Two: a Tale" "TRACKNUMBER=1" "synthetic speech" "voice: base"; do grep -aqi "$t" "out/book/01 One Two.flac" || exit 1; done'
holds "the cue sheet names them in order" sh -c 'grep -c "^  TRACK" "out/book/Two a Tale.cue" | grep -qx 2 && grep -q "^FILE \"02 The end.flac\" WAVE" "out/book/Two a Tale.cue" && grep -q "TITLE \"The end?\"" "out/book/Two a Tale.cue"'
run speak -f "$data/book.epub" --chapters -o "out/tale-%03d.mp3"; exits "a name with a number" 0
holds "for each chapter" test -s out/tale-001.mp3 -a -s out/tale-002.mp3 -a -s out/tale.cue
run speak -f "$data/book.epub" --chapters --format wav -o out/again; run speak -f "$data/book.epub" --chapters --format wav -o out/again --threads 2
holds "again into the same folder" test "$(ls out/again | wc -l)" -eq 3
printf '# A\n\nx\n\n# B\n\ny\n' >b.md
run speak -f b.md --chapters --format wav -o out/md --events out/events --show; exits "Markdown" 0
holds "events tell the chapter" sh -c 'grep -q "\"type\":\"end\".*\"chapter\":2" out/events && grep "\"chapter\":2" out/events | head -1 | grep -q "\"sample\":0,"'
printf 'CHAPTER I\n\nIt was.\n\nCHAPTER II\n\nIt is.\n' | "$syrinx" speak --chapters --format wav -o out/txt
holds "plain text from standard input" test -s "out/txt/01 CHAPTER I.wav" -a -s "out/txt/02 CHAPTER II.wav" -a -s out/txt/chapters.cue
printf '' | "$syrinx" speak --chapters -o out/none 2>"$work/stderr"; status=$?; exits "nothing to read" 0 "nothing to read"
holds "makes nothing" test -z "$(ls out/none)"
run speak -f b.md --chapters; exits "--chapters needs -o" 2 "needs -o"
run speak -f b.md --chapters -o -; exits "and not standard output" 2 "needs -o"
run speak -f b.md --chapters -o "out/%s.wav"; exits "one number, not something else" 2 "%d"
run speak -f b.md --chapters -o out/events; exits "a file is no folder" 2 "must be a folder"
run speak -f b.md --chapters -o out/q --format xyz; exits "an unknown format" 1 "xyz"
rm -rf out; mkdir out

# loudness
text="This sentence is spoken to be measured, and it goes on for a while, since loudness needs more than a moment."
run speak "$text" -o out/a.wav --loudness -30; exits "loudness" 0
run speak "$text" -o out/b.wav
holds "the same length" test "$(samples out/a.wav)" -eq "$(samples out/b.wav)"
holds "other samples" sh -c "! cmp -s out/a.wav out/b.wav"
"$syrinx" speak "$text" -o - --loudness -30 >out/c.wav; holds "to standard output" cmp out/a.wav out/c.wav
"$syrinx" speak "$text" -o - --format raw --loudness -30 | cat >out/d.raw
holds "through a pipe" test "$(wc -c <out/d.raw)" -eq $((4 * $(samples out/a.wav)))
run speak "$text" --loudness -30; exits "not to the speakers" 2 "needs -o"
run speak "$text" --peak -3 -o out/e.wav; exits "a peak alone" 2 "without --loudness"
run speak "$text" --loudness -80 -o out/e.wav; exits "out of range" 2 "out of range"
if [ -w /dev/full ]; then
    run speak "$text" --loudness -30 -o /dev/full; exits "a full disk" 1
fi
(ulimit -f 20; "$syrinx" speak "$text" --loudness -30 -o out/e.wav 2>"$work/stderr"); status=$?; exits "no room for the temporary file" 1 "temporary file"
holds "nothing is left behind" test -z "$(left_over out a.wav b.wav c.wav d.raw)"
rm -rf out

# unknown words
printf '# The *Xanthorpe* affair\n\nAnneliese met Xanthorpe, not walking.\n' >u.md
run phonemize --unknown u.md; exits "unknown words" 0
holds "sorted, counted, with phones and place" sh -c "awk -F'\t' 'NR==1 && \$1==\"xanthorpe\" && \$2==2 && \$3!=\"\" && \$4==\"1:8\" {a=1} \$1==\"walking\" {b=1} END {exit !(a && !b && NR==2)}' '$work/stdout'"
printf 'Xanthorpe\tZ AE1 N TH AO2 R P\n' >lexicon
run phonemize --unknown u.md --lexicon lexicon --alphabet arpabet
holds "without those of the user's lexicon" sh -c "grep -q '^anneliese	1	[A-Z0-9 ]*	3:1$' '$work/stdout' && ! grep -q xanthorpe '$work/stdout'"
run phonemize --unknown "$data/book.epub"; holds "of a book" grep -q 'chapter 2: The end?$' "$work/stdout"
run phonemize --unknown u.md extra; exits "and nothing else" 2 "document of its own"
run phonemize --unknown nothing.md; exits "a document that is not there" 1 "nothing.md"
