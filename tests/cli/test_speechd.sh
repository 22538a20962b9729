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
# LeakSanitizer cannot stop the threads of a process that the daemon kills
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

say() { timeout 20 spd-say -o syrinx "$@"; }
# Samples that are not silent in a recording of 16 bit.
loud() { od -An -v -w2 -td2 "$1" | awk '{ x = $1 < 0 ? -$1 : $1; n += x > 300 } END { print n + 0 }'; }
listen() { timeout 20 parec -d ear.monitor --format=s16le --rate=24000 --channels=1 --latency-msec=20 >"$work/$1" 2>/dev/null & ear=$!; sleep 0.3; }
deaf() { kill $ear 2>/dev/null; wait $ear 2>/dev/null; }
running() { kill -0 "$speechd_process" && timeout 5 spd-say -L -o syrinx | grep -q kathleen; }

holds "voices are listed" sh -c 'timeout 10 spd-say -o syrinx -L | grep -q "base/kathleen *en-US"'
listen said.raw
holds "spd-say waits until it is said" say -w -r 20 "Hello world."
deaf
holds "and it is heard" test "$(loud "$work/said.raw")" -gt 6000
listen key.raw
holds "a letter" say -w -r 50 -m all "?"
deaf
holds "is heard" test "$(loud "$work/key.raw")" -gt 2000
holds "SSML" say -w -r 80 -x '<speak>It is <emphasis>late</emphasis>.</speak>'
holds "broken SSML" say -w -r 80 -x '<speak>It is <b late</speak>'
holds "a voice" say -w -r 80 -y base/kathleen "Yes."
holds "a voice type and a language" say -w -r 80 -t female2 -l en-GB "Yes."
holds "spelling" say -w -r 80 -s "Ab"

# a long text is stopped: little is heard after it
long="One two three four five six seven eight nine ten, and so on, and so on, and so on, for a long time, until nobody listens."
listen stop.raw
say "$long"
sleep 0.6
holds "stop" timeout 5 spd-say -o syrinx -S
sleep 0.5
: >"$work/after"
before=$(wc -c <"$work/stop.raw")
sleep 0.5
deaf
tail -c +"$before" "$work/stop.raw" >"$work/after"
holds "is silence" test "$(loud "$work/after")" -eq 0
holds "after something" test "$(loud "$work/stop.raw")" -gt 1000

holds "the client builds" make -s --no-print-directory "$BUILD/speechd_session" BUILD="$BUILD"
holds "pause and resume" timeout 60 "$BUILD/speechd_session" "$work/speechd/run/speechd" syrinx pause 1

# a screen reader: a hundred utterances, most of them cut off after a moment
holds "a session of 100 utterances" timeout 60 "$BUILD/speechd_session" "$work/speechd/run/speechd" syrinx session 100
holds "the daemon and the module live on" running
listen last.raw
holds "and speak" say -w -r 50 "Good night."
deaf
holds "audibly" test "$(loud "$work/last.raw")" -gt 2000
holds "the module never failed" sh -c "! grep -i 'crashed\|broken pipe\|bogus\|terminated abnormally' '$work/speechd/log/speech-dispatcher.log'"
speechd_stop
holds "the module ends with the daemon" sh -c "! ps -e -o args | grep -v grep | grep -q '$work/speechd/conf/modules/syrinx.conf'"
