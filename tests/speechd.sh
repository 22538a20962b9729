# speechd.sh - a Speech Dispatcher and a PulseAudio of our own, each with its own folder and socket, for tests/cli/test_speechd.sh and tools/bench/speechd.
# The sound goes to a null sink, which keeps time; its monitor can be recorded. Uses $work (a folder) and $module (sd_syrinx).

# Prints why the daemon cannot be tested here; nothing if it can.
speechd_missing() {
    for program in speech-dispatcher spd-say pulseaudio pactl parec; do
        command -v $program >/dev/null 2>&1 || { echo "$program is not installed"; return; }
    done
}

# Waits until the command succeeds, a minute at most (a busy machine takes its time), however long the command itself takes.
speechd_wait() {
    deadline=$(($(date +%s) + 60))
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt $deadline ] || return 1
        sleep 0.1
    done
}

# Starts both; $1 is the log level. Prints what does not start.
speechd_start() {
    mkdir -p "$work/speechd/conf/modules" "$work/speechd/log" "$work/speechd/run" "$work/speechd/home"
    chmod 700 "$work/speechd/run"
    XDG_RUNTIME_DIR=$work/speechd/run HOME=$work/speechd/home
    PULSE_SERVER=unix:$work/speechd/run/pulse.sock
    SPEECHD_ADDRESS=unix_socket:$work/speechd/run/speechd
    export XDG_RUNTIME_DIR HOME PULSE_SERVER SPEECHD_ADDRESS
    unset DISPLAY DBUS_SESSION_BUS_ADDRESS PULSE_SINK
    espeak=$(ls /usr/lib/speech-dispatcher-modules/sd_espeak-ng /usr/libexec/speech-dispatcher-modules/sd_espeak-ng 2>/dev/null | head -1)
    cat >"$work/speechd/conf/speechd.conf" <<END
LogLevel ${1:-3}
LogDir "$work/speechd/log"
DefaultVolume 100
AudioOutputMethod "pulse"
DefaultModule syrinx
AddModule "syrinx" "$module" "$work/speechd/conf/modules/syrinx.conf" "$work/speechd/log/syrinx.log"
${espeak:+AddModule "espeak-ng" "$espeak" "espeak-ng.conf" "$work/speechd/log/espeak-ng.log"}
END
    : >>"$work/speechd/conf/modules/syrinx.conf"
    : >>"$work/speechd/conf/modules/espeak-ng.conf"
    pulseaudio -n --daemonize=no --use-pid-file=no --system=false --exit-idle-time=-1 --disallow-exit=yes \
        -L "module-native-protocol-unix socket=$work/speechd/run/pulse.sock auth-anonymous=1" -L "module-null-sink sink_name=ear rate=24000 channels=1" \
        >"$work/speechd/log/pulse.out" 2>&1 &
    pulse_process=$!
    speechd_wait pactl info || { echo "pulseaudio does not run here"; return 1; }
    speech-dispatcher -s -c unix_socket -S "$work/speechd/run/speechd" -C "$work/speechd/conf" -L "$work/speechd/log" -P "$work/speechd/run/pid" -t 0 \
        >"$work/speechd/log/speechd.out" 2>&1 &
    speechd_process=$!
    speechd_wait timeout 30 spd-say -L -o syrinx || { echo "speech-dispatcher does not run here"; return 1; }
}

# Asks a process of ours to end; one that does not within 10 seconds is killed, so that a fault fails a test and holds nobody up.
speechd_end() {
    [ -n "$1" ] || return 0
    kill "$1" 2>/dev/null
    tries=0
    while kill -0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do
        case $(ps -o stat= -p "$1") in Z*) break ;; esac
        tries=$((tries + 1))
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

# Only what was started here.
speechd_stop() {
    speechd_end "${speechd_process:-}"
    speechd_end "${pulse_process:-}"
    speechd_process= pulse_process=
}
