# lib.sh - what the command's tests share: a work folder, the command with a clean configuration, and checks that print TAP lines.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$PWD
syrinx=$root/$BUILD/syrinx
SYRINX_VOICES=$root/voices
XDG_CONFIG_HOME=$work/config
XDG_DATA_HOME=$work/data
JACK_NO_START_SERVER=1
unset NO_COLOR
export SYRINX_VOICES XDG_CONFIG_HOME XDG_DATA_HOME JACK_NO_START_SERVER

passed() { echo "ok - $1"; }
failed() { # NAME [WHY]
    echo "not ok - $1${2:+: $2}"
    for log in stderr log; do
        if [ -s "$work/$log" ]; then sed "s/^/#   $log: /" "$work/$log" | head -20; fi
    done
}

# Runs the command with a limit on its time; standard output and error go to $work/stdout and $work/stderr, the status to $status.
run() {
    : >"$work/log"
    timeout -k 5 120 "$syrinx" "$@" >"$work/stdout" 2>"$work/stderr"
    status=$?
}

# exits NAME STATUS [PATTERN]: the last run ended so, and its messages match the pattern.
exits() {
    if [ "$status" -ne "$2" ]; then
        failed "$1" "status $status, not $2"
    elif [ -n "${3:-}" ] && ! grep -q -e "$3" "$work/stderr"; then
        failed "$1" "no '$3' in the message"
    elif grep -q -e 'runtime error' -e AddressSanitizer -e LeakSanitizer "$work/stderr"; then
        failed "$1" "sanitizer"
    else
        passed "$1"
    fi
}

# holds NAME COMMAND...: the command succeeds.
holds() {
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then passed "$name"; else failed "$name"; fi
}

# Files in the folder $1 other than those named: partial ones and temporaries.
left_over() {
    folder=$1
    shift
    for file in "$folder"/* "$folder"/.[!.]*; do
        [ -e "$file" ] || continue
        case " $* " in *" $(basename "$file") "*) continue ;; esac
        echo "$file"
    done
}

# Samples of a 16-bit mono WAV file, from its data chunk.
samples() {
    head -c 1000 "$1" | od -An -v -tu1 -w1 | awk '
        { b[NR - 1] = $1 }
        END {
            at = 12
            while (at + 8 <= NR && !(b[at] == 100 && b[at+1] == 97 && b[at+2] == 116 && b[at+3] == 97))
                at += 8 + b[at+4] + 256 * b[at+5] + 65536 * b[at+6]
            print (b[at+4] + 256 * b[at+5] + 65536 * b[at+6] + 16777216 * b[at+7]) / 2
        }'
}
