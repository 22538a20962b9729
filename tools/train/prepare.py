#!/usr/bin/env python3
"""Recordings -> features, one .npz a take. Done takes are skipped, so it can be stopped and run again.

    prepare.py DATA_DIR... --out FEATURES [--jobs 2] [--language TAG] [--syrinx build/syrinx]

DATA_DIR holds audio/ID.opus (or .wav), train.tsv and val.tsv (id, text, seconds; header line). FEATURES/SPEAKER gets ID.npz and
list.tsv (id, split, text, tokens) with split train, dev (30 texts drawn from train.tsv, all takes of a text together) or val.
Tokens come from the command; the language is the speaker's in speakers.tsv unless --language says it.

ID.npz: wave int16 [samples], levelled and denoised; mel float16 [T, 80]; f0 float32 [T] Hz, 0 unvoiced;
        offset float32 [T] radians: pulse phase minus the plain integral of f0 (smooth);
        phase float32 [T] radians: pulse phase at the frame's centre.
"""
import argparse
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, hilbert, sosfilt, sosfiltfilt

import f0 as pitch
import phones
from format import FFT, HOP, LEVEL, RATE, WINDOW, active_rms, fill_log_f0, frames, log_mel, sample_f0

HIGH_PASS = butter(2, 60, "highpass", fs=RATE, output="sos")
PULSE_BAND = butter(2, [1000, 6000], "bandpass", fs=RATE, output="sos")
EDGE = int(0.12 * RATE)                   # noise floor put on at both ends, samples


def read(path):
    """24 kHz float32 samples. opusdec gives the exact length (decoding at 48 kHz would not)."""
    import soundfile                       # not at the top: a GPU machine without it has its samples from unpack_and_train
    if path.endswith(".opus"):
        with tempfile.TemporaryDirectory() as d:
            wav = os.path.join(d, "x.wav")
            subprocess.run(["opusdec", "--quiet", "--rate", str(RATE), path, wav], check=True)
            x, rate = soundfile.read(wav, dtype="float32")
    else:
        x, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        raise ValueError("%s: %d Hz, not %d" % (path, rate, RATE))
    return x if x.ndim == 1 else x[:, 0]


def overlap_add(f, length):
    """Windowed frames [T, FFT] -> samples: the inverse of frames() with the same window twice."""
    out = np.zeros(len(f) * HOP + FFT)
    norm = np.zeros_like(out)
    for t, y in enumerate(f * WINDOW):
        out[t * HOP:t * HOP + FFT] += y
        norm[t * HOP:t * HOP + FFT] += WINDOW ** 2
    return (out / np.maximum(norm, 1e-3))[FFT // 2:FFT // 2 + length]


def denoise(x, floor_db=-16.0, over=1.5):
    """Spectral gain sqrt(1 - over N/P), not below floor_db; N is the mean of the quietest twelfth of the frames."""
    s = np.fft.rfft(frames(x, FFT) * WINDOW, axis=1)
    p = np.abs(s) ** 2
    quiet = np.argsort(p.sum(1))[:max(8, len(p) // 12)]
    n = np.exp(np.convolve(np.log(p[quiet].mean(0) + 1e-12), np.ones(5) / 5, "same"))
    q = p.copy()
    q[1:-1] = 0.25 * p[:-2] + 0.5 * p[1:-1] + 0.25 * p[2:]
    q[:, 1:-1] = (q[:, :-2] + q[:, 1:-1] + q[:, 2:]) / 3
    gain = np.sqrt(np.maximum(1 - over * n / np.maximum(q, 1e-14), 10 ** (floor_db / 10)))
    return overlap_add(np.fft.irfft(s * gain, axis=1), len(x))


def pad_edges(x, seed):
    """Put EDGE samples of the take's own noise floor at both ends: the makers cut so close that pauses at the ends could
    not be learnt. Noise with the spectrum of the quietest frames (geometric mean: no tail of a sound may get in; times
    exp(0.577), which makes it the mean power of noise), cross-faded over 10 ms."""
    p = np.abs(np.fft.rfft(frames(x, FFT)[3:-3] * WINDOW, axis=1)) ** 2
    quiet = np.argsort(p.sum(1))[:max(6, len(p) // 30)]
    shape = np.sqrt(np.exp(np.log(p[quiet] + 1e-12).mean(0) + 0.577) / (WINDOW.astype(np.float64) ** 2).sum())
    rng, fade = np.random.RandomState(seed), 240
    def noise():
        z = rng.randn(EDGE + fade)
        return overlap_add(np.fft.irfft(np.fft.rfft(frames(z, FFT) * WINDOW, axis=1) * shape, axis=1), len(z))
    w = np.sin(0.5 * np.pi * (np.arange(fade) + 0.5) / fade)
    a, b, out = noise(), noise(), np.zeros(len(x) + 2 * EDGE)
    out[EDGE:EDGE + len(x)] = x
    out[EDGE:EDGE + fade] *= w
    out[-EDGE - fade:-EDGE] *= w[::-1]
    out[:EDGE] += a[:EDGE]
    out[EDGE:EDGE + fade] += a[EDGE:] * w[::-1]
    out[-EDGE:] += b[fade:]
    out[-EDGE - fade:-EDGE] += b[:fade] * w
    return out


def pulse_phase(x, f0):
    """Phase of the glottal pulses: so that losses with short windows see the pulses where the recording has them.

    Returns offset, phase [T]. The 1-6 kHz envelope is compared with exp(j phase); the difference is smoothed
    (sigma 100 ms), for a jittering offset would teach the network noise.
    """
    log_f0, count = fill_log_f0(f0), len(f0)
    plain = 2 * np.pi * np.cumsum(sample_f0(log_f0).astype(np.float64)) / RATE
    x = np.pad(x, (0, max(0, len(plain) - len(x))))[:len(plain)]
    e = np.sqrt(np.abs(hilbert(sosfiltfilt(PULSE_BAND, x))))
    z = (e - np.convolve(e, np.ones(480) / 480, "same")) * np.exp(-1j * plain)
    c = np.lib.stride_tricks.sliding_window_view(np.pad(z, (480, 480 + HOP)), 961)[::HOP][:count] @ np.hanning(961)
    c = np.convolve(c * (f0 > 0), [0.1, 0.25, 0.3, 0.25, 0.1], "same")
    v = np.flatnonzero(np.abs(c) > 1e-9)
    offset = np.interp(np.arange(count), v, np.unwrap(np.angle(c[v]))) if len(v) else np.zeros(count)
    offset = gaussian_filter1d(offset, 10)
    return offset.astype(np.float32), np.mod(plain[::HOP] + offset, 2 * np.pi).astype(np.float32)


def clean(x, seed):
    """Samples of a recording -> int16: high-pass, level, denoising, noise floor at the ends."""
    x = sosfilt(HIGH_PASS, x)
    x = denoise(x * (LEVEL / active_rms(x)))
    x = np.clip(pad_edges(x, seed), -1, 1)
    return np.round(x * 32767).astype(np.int16)


def write_features(wave, out):
    """Clean int16 samples -> ID.npz; gives the number of frames."""
    x = wave / 32767.0
    f0 = pitch.refine(x, pitch.track(x))
    mel = log_mel(x)
    offset, phase = pulse_phase(x, f0)
    np.savez(out + ".part.npz", wave=wave, mel=mel.astype(np.float16), f0=f0, offset=offset, phase=phase)
    os.replace(out + ".part.npz", out)
    return len(f0)


def process(job):
    """(path, output, seed) -> frames, 0 if it was done before. Writes the output."""
    path, out, seed = job
    return 0 if os.path.exists(out) else write_features(clean(read(path), seed), out)


def language_of(speaker):
    for row in phones.read_table(os.path.join(phones.HERE, "speakers.tsv")):
        if row[0] == speaker:
            return row[1]
    return "en-US"


def table(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t")[:2] for line in list(f)[1:] if line.strip()]


def split(train, val, dev_texts, seed=1):
    """[(id, split, text)]: dev takes whole texts, so that a second take never tells."""
    def key(t):
        return re.sub("[^a-z]", "", t.lower())

    texts = sorted({key(t) for _, t in train})
    n = min(dev_texts, len(texts) // 10)
    dev = set(np.random.RandomState(seed).choice(texts, n, replace=False)) if n else set()
    return ([(i, "dev" if key(t) in dev else "train", t) for i, t in train] + [(i, "val", t) for i, t in val])


def write_list(folder, rows, said):
    with open(os.path.join(folder, "list.tsv"), "w", encoding="utf-8") as f:
        f.write("id\tsplit\ttext\ttokens\n" + "".join("%s\t%s\t%s\t%s\n" % (*r, s) for r, s in zip(rows, said)))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("data", nargs="+", help="speaker folders")
    p.add_argument("--out", required=True)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--dev-texts", type=int, default=30)
    p.add_argument("--language", help="BCP 47 tag of the texts")
    p.add_argument("--syrinx", default=phones.SYRINX, help="the command, for the tokens")
    a = p.parse_args()
    for folder in a.data:
        name = os.path.basename(os.path.normpath(folder))
        out = os.path.join(a.out, name)
        os.makedirs(out, exist_ok=True)
        val = os.path.join(folder, "val.tsv")
        rows = split(table(os.path.join(folder, "train.tsv")), table(val) if os.path.exists(val) else [], a.dev_texts)
        said = phones.say([t for _, _, t in rows], a.language or language_of(name), a.syrinx)
        write_list(out, rows, said)
        jobs = []
        for k, (i, _, _) in enumerate(rows):
            path = os.path.join(folder, "audio", i)
            jobs.append((path + (".opus" if os.path.exists(path + ".opus") else ".wav"), os.path.join(out, i + ".npz"), k))
        total = 0
        with multiprocessing.Pool(a.jobs) as pool:
            for k, n in enumerate(pool.imap_unordered(process, jobs, 8)):
                total += n
                if k % 50 == 49 or k == len(jobs) - 1:
                    print("\r%s: %d of %d takes, %.1f min new" % (name, k + 1, len(jobs), total / 6000), end="", flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
