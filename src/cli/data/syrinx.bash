# bash completion for syrinx

# Names of voices: all, or with an empty argument those in the user's own folder.
_syrinx_voices()
{
    local folder own=${XDG_DATA_HOME:-$HOME/.local/share}/syrinx/voices others="${SYRINX_VOICES//:/ } /usr/local/share/syrinx/voices /usr/share/syrinx/voices"
    for folder in "$own" ${1-$others}; do
        [ -d "$folder" ] && (cd "$folder" && for card in */voice.json; do [ -f "$card" ] && echo "${card%/voice.json}"; done)
    done
}

# What follows an action of `syrinx voices`.
_syrinx_voices_operand()
{
    case $1 in
        info) COMPREPLY=($(compgen -W "$(_syrinx_voices)" -- "$2") $(compgen -d -- "$2")) ;;
        remove) COMPREPLY=($(compgen -W "$(_syrinx_voices "")" -- "$2")) ;;
        *) COMPREPLY=($(compgen -f -X '!*.@(zip|ZIP)' -- "$2") $(compgen -d -- "$2")) ;;
    esac
}

_syrinx()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} options common="--quiet --color --help"
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "speak batch copy normalize phonemize play inspect voices bench --help --version" -- "$word"))
        return
    fi
    case $before in
        info|remove|add|check)
            if [ "$command" = voices ] && [[ $word != -* ]]; then
                _syrinx_voices_operand "$before" "$word"
                return
            fi ;;
        -v|--voice) COMPREPLY=($(compgen -W "$(_syrinx_voices)" -- "$word") $(compgen -d -- "$word")); return ;;
        --format) if [ "$command" = play ]; then COMPREPLY=($(compgen -W "wav flac ogg opus mp3 raw csv json" -- "$word")); return; fi
            COMPREPLY=($(compgen -W "wav flac ogg opus mp3 raw" -- "$word")); return ;;
        --punctuation) COMPREPLY=($(compgen -W "none some most all" -- "$word")); return ;;
        --precision) COMPREPLY=($(compgen -W "float32 bfloat16 float16 int8" -- "$word")); return ;;
        --alphabet) COMPREPLY=($(compgen -W "ipa arpabet tokens" -- "$word")); return ;;
        --input) COMPREPLY=($(compgen -W "auto text markdown html epub srt vtt" -- "$word")); return ;;
        --room) COMPREPLY=($(compgen -W "none studio hall church" -- "$word")); return ;;
        --stems) COMPREPLY=($(compgen -d -- "$word")); return ;;
        --color) COMPREPLY=($(compgen -W "auto always never" -- "$word")); return ;;
        --sample-rate) COMPREPLY=($(compgen -W "8000 16000 22050 24000 44100 48000" -- "$word")); return ;;
        --shard) return ;;
        -o|--output) if [ "$command" = batch ]; then COMPREPLY=($(compgen -d -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi; return ;;
        -j) return ;;
        --results|-f|--file|--lexicon|--events|--unknown) COMPREPLY=($(compgen -f -- "$word")); return ;;
        -s|--speaker|-l|--language|-r|--rate|-p|--pitch|--volume|--pause|--sentence-silence|--seed|--threads|--loudness|--peak|--noise-scale|--noise-w|-n|--calls|--bars|--tempo|--transpose|--solo|--mute|--others|--balance|--fermata|--tune|--wet|--gain|--limit) return ;;
    esac
    case $command in
        speak) options="--file --voice --speaker --language --rate --pitch --volume --pause --sentence-silence --output --format --sample-rate --lexicon --events --seed --threads --precision --show --input --chapters --loudness --peak --punctuation --ssml --noise-scale --noise-w --normalize" ;;
        batch) options="--output --results --threads --precision --shard --retry-failed --any-path --check --input --voice --speaker --language --rate --pitch --volume --pause --sentence-silence --loudness --peak --format --sample-rate --lexicon --punctuation --ssml --seed --noise-scale --noise-w --normalize" ;;
        copy) options="--output --format --sample-rate --voice --seed" ;;
        normalize) options="--file --language --lexicon --punctuation --ssml" ;;
        phonemize) options="--file --language --punctuation --ssml --alphabet --lexicon --no-lexicon --jsonl --unknown" ;;
        play) options="--output --stems --events --format --bars --tempo --transpose --solo --mute --others --balance --loop --click --count-in --fermata --room --wet --gain --loudness --peak --sample-rate --seed --tune --limit" ;;
        inspect) options="--output --file --voice --speaker --language --rate --pitch --volume --lexicon --punctuation --ssml --seed" ;;
        voices) options="--json --force" ;;
        bench) options="--voice --precision --calls --json" ;;
    esac
    case $command:$word in
        *:-*) COMPREPLY=($(compgen -W "$options $common" -- "$word")) ;;
        batch:*) COMPREPLY=($(compgen -f -X '!*.jsonl' -- "$word") $(compgen -d -- "$word")) ;;
        play:*) COMPREPLY=($(compgen -f -X '!*.@(mid|midi|kar|rmi|abc|musicxml|xml|mxl)' -- "$word") $(compgen -d -- "$word")) ;;
        copy:*) COMPREPLY=($(compgen -f -X '!*.@(wav|WAV)' -- "$word") $(compgen -d -- "$word")) ;;
        voices:*) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W "list info add remove check" -- "$word")) ;;
    esac
}

complete -o filenames -F _syrinx syrinx
