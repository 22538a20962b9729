#!/bin/sh
# The real Speech Dispatcher with sd_syrinx, to a PulseAudio null sink: what is said is heard, is stopped, and a screen reader's session survives.
. tests/cli/lib.sh
. tests/speechd.sh

module=$root/$BUILD/sd_syrinx
reason=$(speechd_missing)
if [ -n "$reason" ]; then
    echo "ok - the real Speech Dispatcher # SKIP $reason"
    exit 0
fi
trap 'speechd_stop; rm -rf "$work"' EXIT
if ! speechd_start 4 >"$work/why"; then
    # a daemon that cannot run says so itself; ours not starting is a failure
    if grep -q 'syrinx.*failed to initialize\|Initializing output module syrinx' "$work"/speechd/log/speech-dispatcher.log 2>/dev/null; then
        sed 's/^/#   /' "$work"/speechd/log/speech-dispatcher.log "$work"/speechd/log/syrinx.log | tail -40
        failed "the daemon starts the module" "$(cat "$work/why")"
    else
        sed 's/^/#   /' "$work"/speechd/log/*.out | tail -20
        echo "ok - the real Speech Dispatcher # SKIP $(cat "$work/why")"
    fi
    exit 0
fi
passed "the daemon starts the module"

say() { timeout 120 spd-say -o syrinx "$@"; }
# Samples that are not silent in a recording of 16 bit.
loud() { od -An -v -w2 -td2 "$1" | awk '{ x = $1 < 0 ? -$1 : $1; n += x > 300 } END { print n + 0 }'; }
# Records into a file, from when it returns.
listen() {
    recording=$work/$1
    : >"$recording"
    timeout 300 parec -d ear.monitor --format=s16le --rate=24000 --channels=1 --latency-msec=20 >"$recording" 2>/dev/null & ear=$!
    speechd_wait test -s "$recording"
}
deaf() { kill $ear 2>/dev/null; wait $ear 2>/dev/null; }
# So many samples of the newest minute of the recording are not silent, sooner or later.
louder() { tail -c 2880000 "$recording" >"$work/newest"; test "$(loud "$work/newest")" -gt "$1"; }
heard() { speechd_wait louder "$1"; }
# The last half second that was recorded is silent.
silent() { tail -c 24000 "$recording" >"$work/tail"; test "$(loud "$work/tail")" -eq 0; }
running() { kill -0 "$speechd_process" && timeout 30 spd-say -L -o syrinx | grep -q kathleen; }

holds "voices are listed" sh -c 'timeout 60 spd-say -o syrinx -L | grep -q "base/kathleen *en-US"'
listen said.raw
holds "spd-say waits until it is said" say -w -r 20 "Hello world."
holds "and it is heard" heard 6000
deaf
listen key.raw
holds "a letter" say -w -r 50 -m all "?"
holds "is heard" heard 2000
deaf
holds "SSML" say -w -r 80 -x '<speak>It is <emphasis>late</emphasis>.</speak>'
holds "broken SSML" say -w -r 80 -x '<speak>It is <b late</speak>'
holds "a voice" say -w -r 80 -y base/kathleen "Yes."
holds "a voice type and a language" say -w -r 80 -t female2 -l en-GB "Yes."
holds "spelling" say -w -r 80 -s "Ab"

# a text of a minute is stopped when something of it was heard: then there is silence, long before its end (of 24,000 samples a second more than half are not silent)
long="One two three four five six seven eight nine ten, and so on, and so on, and so on, for a long time, until nobody listens."
listen stop.raw
say "$long $long $long $long $long $long $long $long"
holds "something is heard" heard 1000
holds "stop" timeout 60 spd-say -o syrinx -S
holds "is silence" speechd_wait silent
deaf
holds "long before the end" test "$(loud "$work/stop.raw")" -lt 360000

holds "the client builds" make -s --no-print-directory "$BUILD/speechd_session" BUILD="$BUILD"
holds "pause and resume" timeout 300 "$BUILD/speechd_session" "$work/speechd/run/speechd" syrinx pause 1

# a screen reader: a hundred utterances, most of them cut off after a moment
holds "a session of 100 utterances" timeout 600 "$BUILD/speechd_session" "$work/speechd/run/speechd" syrinx session 100
holds "the daemon and the module live on" running
listen last.raw
holds "and speak" say -w -r 50 "Good night."
holds "audibly" heard 2000
deaf
holds "the module never failed" sh -c "! grep -i 'crashed\|broken pipe\|bogus\|terminated abnormally' '$work/speechd/log/speech-dispatcher.log'"
speechd_stop
gone() { ! ps -e -o args | grep -v grep | grep -q "$work/speechd/conf/modules/syrinx.conf"; }
holds "the module ends with the daemon" speechd_wait gone
