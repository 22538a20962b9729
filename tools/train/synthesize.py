#!/usr/bin/env python3
"""Text -> sound in plain PyTorch: the reference that the C engine is compared with, and the renders for scoring.

    synthesize.py --acoustic W/acoustic --vocoder W/vocoder/adversarial.pt --texts val.tsv --out DIR [--language de]
    synthesize.py --vocoder W/vocoder/adversarial.pt --copy FEATURES/kathleen --texts val.tsv --out DIR

Texts are lines id, text (header line if a third column); writes DIR/ID.wav. --copy: from the recordings' own features.
"""
import argparse
import os
import sys
import time

import numpy as np
import soundfile
import torch

import phones as P
from acoustic import round_durations
from export import Models
from format import LEVEL, LOG_FLOOR, MELS, RATE, active_rms, contour, expand
from corpus import Take
from vocoder import Renderer, synthesize


@torch.no_grad()
def predict(m, ids, stress, weights, stretch=1.0, pitch_range=1.0, durations=None, log_f0=None):
    """Tokens and speaker weights -> frames [T, 82] for the vocoder, durations [N]."""
    t = [torch.from_numpy(v)[None] for v in (ids, stress, P.positions(ids))] + [torch.tensor([weights])]
    hidden, (log_d, pitch, energy) = m.content(*t)[0].numpy(), (v[0].numpy() for v in m.prosody(*t))
    d = round_durations(log_d, ids, stretch) if durations is None else durations
    middle = pitch.mean()
    index, place = expand(d)
    f0 = contour((pitch - middle) * pitch_range + middle, d) if log_f0 is None else log_f0
    x = np.concatenate([hidden[index], place, f0[:, None], energy[index][:, None]], 1).astype(np.float32)
    y = m.decoder(torch.from_numpy(x)[None])[0].numpy()
    return np.concatenate([np.maximum(y[:, :MELS], LOG_FLOOR), f0[:, None], y[:, MELS:] > 0], 1).astype(np.float32), d


def alignment(folder):
    """{id: ids, stress, frames of each token} of align.tsv."""
    with open(os.path.join(folder, "align.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in list(f)[1:]]
    return {r[0]: tuple(np.array(v.split(), np.int64) for v in r[1:]) for r in rows}


def texts(path):
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip()]
    return [r[:2] for r in (rows[1:] if len(rows[0]) > 2 else rows)]


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--acoustic")
    p.add_argument("--vocoder", required=True)
    p.add_argument("--language", default="en-US")
    p.add_argument("--aligned", help="features folder of the speaker: tokens and durations of its recordings, the rest by the models")
    p.add_argument("--texts", required=True)
    p.add_argument("--copy", help="features folder of the speaker: no acoustic model")
    p.add_argument("--out", required=True)
    p.add_argument("--speaker", default="kathleen", help="a name, or name=weight,name=weight")
    p.add_argument("--limit", type=int, default=0)
    p.add_argument("--stretch", type=float, default=1.0)
    p.add_argument("--pitch-range", type=float, default=1.0)
    a = p.parse_args()
    torch.set_num_threads(1)
    m, render = Models(a.acoustic, a.vocoder), Renderer()
    blend = dict((n, float(w or 1)) for n, _, w in (s.partition("=") for s in a.speaker.split(",")))
    weights = [blend.get(n, 0.0) / sum(blend.values()) for n in m.names]
    aligned = alignment(a.aligned) if a.aligned else {}
    os.makedirs(a.out, exist_ok=True)
    rows, start, seconds = texts(a.texts)[:a.limit or None], time.time(), 0.0
    for i, text in rows:
        if a.copy:
            frames = Take(os.path.dirname(os.path.normpath(a.copy)), os.path.basename(os.path.normpath(a.copy)), i, "", text, "").frames
        elif a.aligned:
            if i not in aligned:
                continue
            ids, stress, durations = aligned[i]
            frames, _ = predict(m, ids, stress, weights, durations=durations)
        else:
            frames, _ = predict(m, *P.tokens(text, a.language), weights, a.stretch, a.pitch_range)
        y = synthesize(m.vocoder, render, frames)
        y = y * (LEVEL / active_rms(y))
        soundfile.write(os.path.join(a.out, i + ".wav"), np.clip(y, -1, 1), RATE, subtype="PCM_16")
        seconds += len(y) / RATE
    print("%d files, %.1f s of sound in %.1f s" % (len(rows), seconds, time.time() - start))
    return 0


if __name__ == "__main__":
    sys.exit(main())
