#!/bin/sh
# The command to the speakers: PortAudio onto ALSA's file plugin gets the samples that a file would get.
. tests/cli/lib.sh
cd "$work" || exit 1

cat >asound.conf <<END
pcm.!default { type plug slave { pcm { type file file "$work/device.raw" format raw slave.pcm { type null } } format FLOAT_LE rate 24000 channels 1 } }
END
ALSA_CONFIG_PATH=$work/asound.conf
export ALSA_CONFIG_PATH
# the device has no clock and may put silence anywhere between the samples, so zeros do not count
sounding() { od -An -v -w4 -tx4 "$1" | grep -v 00000000; }

run speak hello
if [ "$status" -eq 1 ] && grep -q 'DEVICE=0' "$work/stderr"; then
    echo "ok - without speakers in this build # SKIP"
    exit 0
fi
exits "speak to the device" 0
holds "without a word on stderr" test ! -s "$work/stderr"
text="Hello, world. It is late. Good night."
run speak "$text" -o file.raw
rm -f device.raw
run speak "$text" --show; exits "speak and show" 0
holds "shows the words" grep -qx "$text" stdout
sounding file.raw >expected
sounding device.raw >got
holds "the device gets what the file gets" cmp expected got
rm -f device.raw
run copy "$root/tests/data/none.wav"; exits "a copy of nothing" 1
run speak "A recording." -o in.wav
run copy in.wav; exits "a copy to the device" 0
holds "is heard" test "$(sounding device.raw | wc -l)" -gt 1000
yes "$text" | head -500 >long.txt
timeout -s INT 2 "$syrinx" speak -f long.txt >/dev/null 2>stderr
status=$?
[ $status -eq 124 ] && status=130
case $status in 0|130) passed "interrupted, or through with it on a device without a clock" ;; *) exits "interrupted" 130 ;; esac
sed 's/channels 1/channels 2/; s/rate 24000/rate 48000/' asound.conf >stereo.conf
ALSA_CONFIG_PATH=$work/stereo.conf
printf 'X:1\nM:4/4\nL:1/4\nQ:1/4=240\nK:C\nCDEF|\n' >tune.abc
rm -f device.raw
run play tune.abc; exits "a score to the device" 0
run play tune.abc -o file.raw
sounding file.raw >expected
sounding device.raw >got
holds "gets what the file gets" cmp expected got
timeout -s INT 2 "$syrinx" play tune.abc --loop --click >/dev/null 2>stderr
status=$?
[ $status -eq 124 ] && status=130
exits "a loop ends when it is interrupted" 130
