#!/bin/sh
# The engine on 64-bit ARM, emulated: the kernels' own test, and models against what PyTorch computed, on NEON and in plain C, whole and along time.
# Run by `make check-aarch64`, not with the other tests: an emulated processor takes minutes. Exit status 1 when something fails.
# Arguments: folders in ONNX's test layout, of voices for instance, judged by 90 dB, on one thread and on two. Such models take long: a second of sound of a
# medium Piper voice some minutes.
cross=build-aarch64
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
qemu-aarch64 "$cross/tests/kernels" >"$work/log" || failed=1
grep -v '^# .*GFLOP' "$work/log"
for cpu in max cortex-a72; do           # with bfloat16 and without
    qemu-aarch64 -cpu $cpu "$cross/tests/short" || failed=1
done
for graph in text decoder vocoder; do
    mkdir -p "$work/$graph"
    ln -s "$PWD/voices/base/$graph.onnx" "$work/$graph/model.onnx"
    ln -s "$PWD/tests/data/pytorch/$graph/test_data_set_0" "$work/$graph/test_data_set_0"
done
check() { # LEVEL NAME FOLDER OPTION...
    level=$1 name=$2 folder=$3
    shift 3
    if SYRINX_CPU=$level qemu-aarch64 "$cross/nnrun" "$@" "$folder" >"$work/log" 2>&1 && grep -q '^PASS' "$work/log"; then
        echo "ok - $name at level $level"
    else
        echo "not ok - $name at level $level"
        sed 's/^/# /' "$work/log"
        failed=1
    fi
}
for level in c neon; do
    check $level text "$work/text" --rtol 1e-3 --atol 1e-3
    check $level decoder "$work/decoder" --rtol 1e-3 --atol 1e-3 --flow
    check $level vocoder "$work/vocoder" --rtol 1e-3 --atol 1e-3 --flow
    for fixture in norm picture stack text; do
        check $level "fixture $fixture" tests/data/nn/$fixture
    done
done
check neon "decoder in float16" "$work/decoder" --precision float16 --snr 60 --flow
check neon "decoder in bfloat16" "$work/decoder" --precision bfloat16 --snr 20 --flow
check neon "decoder in int8" "$work/decoder" --precision int8 --snr 20 --flow
for folder; do
    for threads in 1 2; do
        check neon "$folder, $threads threads" "$folder" --snr 90 --threads $threads
        grep 'SNR\|whole numbers' "$work/log" | sed 's/^/#/'
    done
done
exit $failed
