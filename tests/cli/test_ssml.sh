#!/bin/sh
# SSML from end to end: marks, breaks and volumes in the sound, mistakes with line and column, warnings, recordings, lexica and voices.
. tests/cli/lib.sh
cd "$work" || exit 1

# field NAME: of the events on standard input, a line each
field() { sed "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/"; }
mark() { grep '"type":"mark"' events | grep "\"name\":\"$1\"" | head -1 | field sample; }
word() { grep '"type":"word"' events | sed -n "$1p" | field sample; }
word_end() { echo $(($(word "$1") + $(grep '"type":"word"' events | sed -n "$1p" | field duration))); }
near() { [ "$1" -ge $(($2 - ${3:-480})) ] && [ "$1" -le $(($2 + ${3:-480})) ]; }

# breaks and marks
printf '<speak>\n<mark name="a"/><break time="1500ms"/><mark name="b"/>Hello <mark name="c"/><break time="3s"/><mark name="d&quot;&lt;"/>world.\n</speak>\n' >a.ssml
run speak --ssml -f a.ssml -o a.wav --events events; exits "a document" 0
holds "no warnings" test ! -s stderr
holds "four marks" test "$(grep -c '"type":"mark"' events)" -eq 4
holds "a mark before the first silence" test "$(mark a)" -eq 0
holds "the silence is as long as it says" test "$(mark b)" -eq 36000 -a "$(word 1)" -eq 36000
holds "a mark before a silence inside a sentence" near "$(mark c)" "$(word_end 1)" 6000
holds "which is as long as it says, too" near "$(word 2)" $(($(word_end 1) + 72000))
holds "names are JSON strings" grep -q '"name":"d\\"\\u003c"' events
holds "marks tell their place" grep -q '"type":"mark".*"begin":8,"end":24,"name":"a"' events
holds "words tell their place" test "$(dd if=a.ssml bs=1 skip="$(grep '"type":"word"' events | sed -n 2p | field begin)" count=5 2>/dev/null)" = world
holds "events are in order" sh -c "sed 's/.*\"sample\":\([0-9]*\).*/\1/' events | sort -n -c"
run speak --ssml -o b.wav <a.ssml; holds "standard input gives the same" cmp a.wav b.wav
run speak --ssml -o b.wav "$(cat a.ssml)"; holds "and so does an operand" cmp a.wav b.wav
run speak --ssml -o - -f a.ssml; holds "and a pipe" test "$(wc -c <stdout)" -ge 200000
run speak --ssml -o b.wav '<speak>One.<break time="2s"/></speak>'; run speak --ssml -o c.wav '<speak>One.</speak>'
holds "a break at the end is heard" near $(($(samples b.wav) - $(samples c.wav))) 46000 2000
run speak --ssml -o b.wav '<speak><break time="0s"/></speak>'; exits "nothing but a break of no length" 0
holds "holds no samples" test "$(samples b.wav)" -eq 0

# volume, rate, duration
run speak --ssml -o loud.wav --format raw '<speak>Nobody hears this.</speak>'
run speak --ssml -o quiet.wav --format raw '<speak><prosody volume="silent">Nobody hears this.</prosody></speak>'
holds "a silent volume is as long" test "$(wc -c <loud.wav)" -eq "$(wc -c <quiet.wav)"
holds "and nothing but zeros" test "$(tr -d "\000\200" <quiet.wav | wc -c)" -eq 0
run speak --ssml -o slow.wav --format raw '<speak><prosody rate="50%">Nobody hears this.</prosody></speak>'
holds "half the rate is about twice as long" near $(($(wc -c <slow.wav) / 4)) $(($(wc -c <loud.wav) / 2)) 6000
run speak --ssml -o time.wav --events events '<speak><prosody duration="2s">Nobody hears this.</prosody></speak>'
holds "a duration is kept" near "$(samples time.wav)" 48000 3600
run speak --ssml -o odd.wav -r 6 '<speak><prosody rate="1e9%"><prosody rate="600%" pitch="-1000Hz" volume="+300dB" contour="(0%,+999st)" duration="0.001s">Very fast.</prosody></prosody></speak>'
exits "more than can be done" 0 'line 1, column 8: .*nearest that can'
holds "is still sound" test "$(samples odd.wav)" -gt 100

# mistakes: exit 3, line and column, no file
refused() { # NAME MARKUP PATTERN
    printf "$2" >bad.ssml
    rm -rf out; mkdir out
    run speak --ssml -f bad.ssml -o out/x.wav --events out/events; exits "$1" 3 "$3"
    holds "$1: nothing is written" test -z "$(ls -A out)"
    run speak --ssml -f bad.ssml -o -; exits "$1, to a pipe" 3 "$3"
    holds "$1: not a byte" test ! -s stdout
    run phonemize --ssml -f bad.ssml; exits "$1, as phones" 3 "$3"
    holds "$1: no phones" test ! -s stdout
}
refused "a wrong end" '<speak>\n <p>One.</p>\n <p>Two</s>\n</speak>\n' 'line 3, column [0-9]*: </s> closes while <p> (line 3, column 2) is open'
refused "no end" '<speak>One.\n<p>Two' 'line 2, column [0-9]*: the document ends while <p> (line 2, column 1) is open'
refused "no markup" 'One.' 'line 1, column 1: '
refused "a bare ampersand" '<speak>caf\303\251 & tea</speak>' 'line 1, column 1[34]: '
refused "a NUL" '<speak>a\000b</speak>' 'line 1, column 9: .*U+0000'
refused "more behind the end" '<speak>a</speak><speak>b</speak>' 'line 1, column 17: '
refused "an entity of entities" '<!DOCTYPE speak [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><speak>&b;</speak>' 'the entity b'
refused "an entity from elsewhere" '<!DOCTYPE speak [<!ENTITY a SYSTEM "/etc/passwd">]><speak>&a;</speak>' 'the entity a is read from elsewhere'
refused "too deep" "<speak>$(printf '<s>%.0s' $(seq 300))" 'more than 256 elements'

# warnings: exit 0, on standard error, what stands inside is read
warned() { # NAME MARKUP PATTERN PHONES
    run phonemize --ssml "<speak>$2</speak>"; exits "$1" 0 "line 1, column [0-9]*: .*$3"
    holds "$1: it is read" grep -qx "$4" stdout
}
warned "an unknown element" '<blink>cat</blink>' '<blink> is not known' 'ˈkæt'
warned "a value that is none" '<break strength="huge"/>cat' '<break strength="huge">: the value' 'ˈkæt'
warned "a missing attribute" '<say-as>cat</say-as>' '<say-as> lacks interpret-as' 'ˈkæt'
warned "phones that are none" '<phoneme ph="qqq!">cat</phoneme>' 'phones that are not known' 'ˈkæt'
warned "a lexicon that is not there" '<lexicon uri="nowhere.txt"/>cat' 'nowhere.txt' 'ˈkæt'
warned "a recording that is not there" '<audio src="nowhere.wav">cat</audio>' 'cannot be played' 'ˈkæt'
warned "a recording of another machine" '<audio src="http://example.org/a.wav">cat</audio>' 'not a file on this machine' 'ˈkæt'
mkfifo pipe
warned "a recording that would hold up" '<audio src="pipe">cat</audio>' 'cannot be played' 'ˈkæt'
warned "a lexicon that would hold up" '<lexicon uri="pipe"/>cat' 'not a regular file' 'ˈkæt'
run speak --ssml -q -o b.wav '<speak><blink>cat</blink></speak>'; exits "--quiet" 0
holds "tells no warnings" test ! -s stderr
i=0; while [ $i -lt 300 ]; do printf '<break time="x"/>'; i=$((i + 1)); done >many
run phonemize --ssml "<speak>$(cat many)cat</speak>"; exits "many mistakes" 0 'more warnings, which are not shown'
holds "do not flood" test "$(wc -l <stderr)" -le 101

# phones and words
says() { # NAME MARKUP WORDS
    run normalize --ssml "<speak>$2</speak>"; exits "$1" 0
    holds "$1: $3" test "$(cat stdout)" = "$3"
}
says "an alias" '<sub alias="doctor">Dr</sub> <sub alias="nothing"/>' "doctor nothing"
says "characters" '<say-as interpret-as="characters">ab1</say-as>' "a b one"
says "a date" '<say-as interpret-as="date" format="dmy">3/4/2020</say-as>' "the third of april twenty twenty"
says "a break parts a word" 'cup<break/>board' "cup board"
says "another voice does" '<voice name="a">ice</voice><voice name="b">cream</voice>' "ice cream"
says "a mark does not" 'cup<mark name="x"/>board' "cupboard"
says "comments and CDATA" 'a<!-- no --> <![CDATA[b]]><?x no?><meta name="x">no</meta>' "a b"
run phonemize --ssml --alphabet arpabet '<speak><phoneme alphabet="x-arpabet" ph="Z AO1 R K">x</phoneme> <phoneme ph="ˈkæt">x</phoneme></speak>'
holds "phonemes" test "$(cat stdout)" = "Z AO1 R K | K AE1 T"
printf 'zork\tK AE1 T\n' >one.txt
printf '<?xml version="1.0"?><lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en"><lexeme><grapheme>zork</grapheme><phoneme>ˈbɛt</phoneme></lexeme></lexicon>' >two.pls
printf '<speak><lexicon uri="two.pls" xml:id="two"/><lexicon uri="one.txt"/>zork <lookup ref="two">zork</lookup> zork</speak>' >lexica.ssml
run phonemize --ssml -f lexica.ssml; exits "lexica beside the document" 0
holds "one for all, one for lookup" grep -qx "ˈkæt ˈbɛt ˈkæt" stdout
mkdir sub; cp lexica.ssml one.txt two.pls sub; rm one.txt two.pls
run phonemize --ssml -f sub/lexica.ssml; holds "in the document's folder, not ours" grep -qx "ˈkæt ˈbɛt ˈkæt" stdout

# voices
run speak --ssml -o a.wav --seed 3 '<speak>Hello.</speak>'
other=$("$syrinx" voices base 2>/dev/null | grep -o -w -e linda -e kathleen | head -1)
run speak --ssml -o b.wav --seed 3 "<speak><voice name=\"nobody ${other:-linda}\">Hello.</voice></speak>"; exits "a voice" 0
run speak -s "${other:-linda}" -o c.wav --seed 3 "Hello."
holds "is the speaker of that name" cmp b.wav c.wav
run speak --ssml -o d.wav --seed 3 '<speak><voice name="nobody">Hello.</voice></speak>'; exits "a voice that is not there" 0 'no such <voice>'
holds "is the one that speaks" cmp a.wav d.wav
run speak --ssml -o d.wav '<speak><voice name="nobody" onvoicefailure="ignoretext">Hello.</voice></speak>'
holds "or silence" test "$(samples d.wav)" -eq 0

# recordings
if "$syrinx" speak hi -o x.flac 2>/dev/null; then
    run speak -o sub/hello.wav "Hello, everybody."
    printf '<speak><mark name="a"/><audio src="hello.wav">No, no, no.</audio><mark name="b"/>Yes.</speak>' >sub/audio.ssml
    run speak --ssml -f sub/audio.ssml -o a.wav --events events; exits "a recording of our own" 0
    holds "is heard between the marks" test "$(mark a)" -eq 0 -a "$(mark b)" -eq $(($(samples sub/hello.wav) + 720))
    holds "its content is not" test "$(grep -c '"type":"word"' events)" -eq 1
    run speak --ssml -f sub/audio.ssml -o b.wav; holds "and is the same again" cmp a.wav b.wav
    run speak -o sub/hello.wav --format mp3 "Hello, everybody."
    run speak --ssml -f sub/audio.ssml -o b.wav --events events; exits "one in MP3" 0
    holds "is heard, too" test ! -s stderr -a "$(mark b)" -gt 20000
    : >sub/hello.wav
    run speak --ssml -f sub/audio.ssml -o b.wav --events events; exits "an empty file" 0 'cannot be played'
    holds "the content is read" test "$(grep -c '"type":"word"' events)" -eq 4
    { printf '\377\362\330\341'; head -c 100000 /dev/zero | tr '\000' 'x'; } >sub/hello.wav
    run speak --ssml -f sub/audio.ssml -o b.wav; exits "rubbish that begins like MP3" 0 'cannot be played'
    holds "is told in our words alone" test "$(grep -vc '^syrinx' stderr)" -eq 0
fi
