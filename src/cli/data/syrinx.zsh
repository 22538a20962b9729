#compdef syrinx

_syrinx_voices() {
    local -a names
    local folder
    for folder in ${(s.:.)SYRINX_VOICES} ${XDG_DATA_HOME:-$HOME/.local/share}/syrinx/voices /usr/local/share/syrinx/voices /usr/share/syrinx/voices; do
        names+=($folder/*/voice.json(N:h:t))
    done
    _alternative "voices:voice:(($names))" 'folders:folder:_files -/'
}

_syrinx_own_voices() {
    local -a names
    names=(${XDG_DATA_HOME:-$HOME/.local/share}/syrinx/voices/*/voice.json(N:h:t))
    compadd -a names
}

_syrinx_voices_operand() {
    case ${words[(r)(info|add|remove|check)]} in
        info) _syrinx_voices ;;
        remove) _syrinx_own_voices ;;
        add|check) _alternative 'packages:package:_files -g "*.(zip|ZIP)"' 'folders:folder:_files -/' ;;
    esac
}

_syrinx() {
    local -a common text sound
    common=('(-q --quiet)'{-q,--quiet}'[print errors only]' '--color[colours]:when:(auto always never)' '(-h --help)'{-h,--help}'[print help]')
    text=('(-f --file)'{-f+,--file=}'[read the text from a file]:file:_files' '--lexicon=[your own words]:file:_files'
        '(-l --language)'{-l+,--language=}'[of the text]:language:(en-US en-GB auto)' '--punctuation=[marks to be named]:level:(none some most all)' '--ssml[the text is SSML]')
    sound=('(-v --voice)'{-v+,--voice=}'[the voice]:voice:_syrinx_voices' '--seed=[of the noise in the voice]:number:')
    if (( CURRENT == 2 )); then
        local -a commands
        commands=(
            'speak:say text to the speakers, a file or a pipe'
            'batch:make many files from a list of jobs'
            'copy:put a recording through the analysis and the vocoder'
            'normalize:print text as the words that will be spoken'
            'phonemize:print text as phones'
            'play:play a score'
            'inspect:make a page that shows how a text is spoken'
            'voices:list, add, remove and check voices, or tell about one'
            'bench:measure speed, latency and memory'
        )
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
        speak) _arguments -s $common $text $sound \
            '(-s --speaker)'{-s+,--speaker=}'[a name or a blend]:speaker:' \
            '(-r --rate)'{-r+,--rate=}'[speaking rate]:rate (0.25 to 6):' '(-p --pitch)'{-p+,--pitch=}'[semitones]:semitones:' \
            '--volume=[decibels]:decibels:' '--pause=[between sentences]:seconds:' '--sentence-silence=[between sentences]:seconds:' '--noise-scale=[of the sound of Piper voices]:number:' '--noise-w=[of their durations]:number:' '--normalize[Piper voices at full scale]' '(-o --output)'{-o+,--output=}'[the file]:file:_files' \
            '--format=[of the file]:format:(wav flac ogg opus mp3 raw)' '--sample-rate=[of the file]:rate:(8000 16000 24000 44100 48000)' \
            '--input=[what it is]:kind:(auto text markdown html epub srt vtt)' '--chapters[a file for each chapter]' \
            '--loudness=[of each file]:LUFS:' '--peak=[true peaks stay under]:dBTP:' '--events=[write events as JSON lines]:file:_files' '--threads=[to use]:number:' '--precision=[of what comes behind the durations]:precision:(float32 bfloat16 float16 int8)' '--show[print the words as they are spoken]' '*:text:' ;;
        batch) _arguments -s $common $sound '(-o --output)'{-o+,--output=}'[folder of the outputs]:folder:_files -/' '--results=[what became of each job]:file:_files' \
            '(-j --threads)'{-j+,--threads=}'[jobs at a time]:number:' '--precision=[of all voices]:precision:(float32 bfloat16 float16 int8)' '--shard=[of many machines]:K/N:' '--retry-failed[do what failed again]' \
            '--any-path[take paths that lead out]' '--check[look for mistakes only]' '(-s --speaker)'{-s+,--speaker=}'[a name or a blend]:speaker:' \
            '(-r --rate)'{-r+,--rate=}'[speaking rate]:rate:' '(-p --pitch)'{-p+,--pitch=}'[semitones]:semitones:' '--volume=[decibels]:decibels:' \
            '--pause=[between sentences]:seconds:' '--sentence-silence=[between sentences]:seconds:' '--format=[of the files]:format:(wav flac ogg opus mp3 raw)' '--sample-rate=[of the files]:rate:(8000 16000 24000 44100 48000)' \
            '--input=[what it is]:kind:(auto text markdown html epub srt vtt)' '--loudness=[of each file]:LUFS:' '--peak=[true peaks stay under]:dBTP:' \
            '(-l --language)'{-l+,--language=}'[of the text]:language:(en-US en-GB auto)' '--lexicon=[your own words]:file:_files' \
            '--punctuation=[marks to be named]:level:(none some most all)' '--ssml[the text is SSML]' '--noise-scale=[of the sound of Piper voices]:number:' \
            '--noise-w=[of their durations]:number:' '--normalize[Piper voices at full scale]' '1:jobs:_files -g "*.jsonl"' ;;
        copy) _arguments -s $common $sound '(-o --output)'{-o+,--output=}'[the file]:file:_files' \
            '--format=[of the file]:format:(wav flac ogg opus mp3 raw)' '--sample-rate=[of the file]:rate:(8000 16000 24000 44100 48000)' \
            '1:recording:_files -g "*.(wav|WAV)"' ;;
        normalize) _arguments -s $common $text '*:text:' ;;
        phonemize) _arguments -s $common $text '--alphabet=[of the phones]:alphabet:(ipa arpabet tokens)' \
            '--no-lexicon[every word by its letters alone]' '--jsonl[one JSON array a line]' '--unknown=[list the words that are in no lexicon]:document:_files' '*:text:' ;;
        play) _arguments -s $common '(-o --output)'{-o+,--output=}'[write sound]:file:_files' '--stems=[a file for each part]:folder:_files -/' \
            '--events=[write the notes]:file:_files' '--format=[of the sound, or of the list]:format:(wav flac ogg opus mp3 raw csv json)' '--bars=[printed numbers A-B]:bars:' \
            '--tempo=[of the written one]:percent:' '--transpose=[up or down]:semitones:' '--solo=[play these alone]:parts:' '--mute=[leave these out]:parts:' '--others=[with --solo, the others softer]:decibels:' '--balance=[louder or softer]:part\:decibels:' \
            '--loop=-[again and again]::times:' '--click[a metronome]' '--count-in=-[bars of clicks]::bars:' '--fermata=[longer]:percent:' \
            '--room=[to play in]:room:(none studio hall church)' '--wet=[of the room]:decibels:' '--gain=[louder or softer]:decibels:' '--loudness=[of the file]:LUFS:' '--peak=[with --loudness]:dBTP:' \
            '--sample-rate=[of the file]:hertz:(44100 48000)' '--seed=[of the differences]:number:' '--tune=[of several]:number:' '--limit=[of the score]:minutes:' \
            '1:score:_files -g "*.(mid|midi|kar|rmi|musicxml|xml|mxl|abc)"' ;;
        inspect) _arguments -s $common $text $sound '(-o --output)'{-o+,--output=}'[the page]:file:_files -g "*.html"' \
            '(-s --speaker)'{-s+,--speaker=}'[a name or a blend]:speaker:' \
            '(-r --rate)'{-r+,--rate=}'[speaking rate]:rate:' '(-p --pitch)'{-p+,--pitch=}'[semitones]:semitones:' '--volume=[decibels]:decibels:' '*:text:' ;;
        voices) _arguments -s $common '--json[a list as JSON, a card as it is]' '--force[add: in the place of a voice of that name]' \
            '1:action:((list\:"the voices" info\:"a card" add\:"a package" remove\:"a voice of your own" check\:"what is wrong with a package"))' \
            '2:voice or package:_syrinx_voices_operand' ;;
        bench) _arguments -s $common '(-v --voice)'{-v+,--voice=}'[the voice]:voice:_syrinx_voices' '--precision=[of what comes behind the durations]:precision:(float32 bfloat16 float16 int8)' '(-n --calls)'{-n+,--calls=}'[for the latency]:number:' '--json[print JSON]' ;;
    esac
}

_syrinx "$@"
