#!/bin/sh
# The shipped voice's networks against what PyTorch computed from the same float16 weights on seeded inputs (tests/data/pytorch, written by
# `tools/train/export.py --cases`): relative error under 1e-3 at every processor level, and the same bits along time as whole.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for graph in text decoder vocoder; do
    mkdir -p "$work/$graph"
    ln -s "$PWD/voices/base/$graph.onnx" "$work/$graph/model.onnx"
    ln -s "$PWD/tests/data/pytorch/$graph/test_data_set_0" "$work/$graph/test_data_set_0"
    flow=--flow
    [ $graph = text ] && flow=
    for level in c avx2 avx512; do
        if SYRINX_CPU=$level "$BUILD/nnrun" --rtol 1e-3 --atol 1e-3 $flow "$work/$graph" >"$work/log" 2>&1 && grep -q '^PASS' "$work/log"; then
            echo "ok - $graph at level $level: $(sed -n 's/^PASS[^:]*: //p' "$work/log")"
        else
            echo "not ok - $graph at level $level"
            sed 's/^/# /' "$work/log"
        fi
    done
done
