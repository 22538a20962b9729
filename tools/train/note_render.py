"""A plain renderer of instrument packages in numpy, by docs/INSTRUMENT_FORMAT.md, to judge training by. `syrinx play` has its own, in C."""
import json
import os

import numpy as np
import onnx

from graph import evaluate
from note_analysis import BANDS, STEP, STEPS, TOP, TRANSIENT, band_index, hann
from notes import HOP, RATE


class Package:
    def __init__(self, models, card):
        self.models, self.card = models, card
        self.partials = int(card["partials"])
        self.ratios = np.array(card.get("ratios") or np.arange(1, self.partials + 1), float)
        self.card_range = card["range"]

    @classmethod
    def open(cls, folder):
        with open(os.path.join(folder, "instrument.json"), encoding="utf-8") as f:
            card = json.load(f)
        return cls({k: onnx.load(os.path.join(folder, k + ".onnx")) for k in ("frame", "onset")}, card)

    def timbre(self, pitch):
        return float(np.clip(pitch, *self.card_range))

    def frames(self, pitch, velocity, t, z=(0, 0)):
        """[T, K + 32 + 1] at times t."""
        x = np.zeros((1, len(t), 5), np.float32)
        x[0, :, 0], x[0, :, 1], x[0, :, 2], x[0, :, 3:] = self.timbre(pitch), velocity, t, z
        return evaluate(self.models["frame"], {"control": x})["frame"][0]

    def onset(self, pitch, velocity, z=(0, 0)):
        """cents [K], ln gains [24, 16]."""
        x = np.array([[[self.timbre(pitch), velocity, *z]]], np.float32)
        y = evaluate(self.models["onset"], {"note": x})["onset"][0, 0]
        return y[:self.partials], y[self.partials:].reshape(STEPS, TRANSIENT)


def clock(card, t):
    """Where in the learnt time a moment lies, and decibels to take off."""
    if card["sustained"]:
        a, b = card["hold"]
        fold = (t - b) % (2 * max(b - a, 1e-3))
        u = np.where(t > b, np.where(fold < b - a, b - fold, a + fold - (b - a)), t)
        return u, np.zeros(len(t))
    return np.minimum(t, card["seconds"]), np.maximum(0, t - card["seconds"]) * card["tail"]


def filtered(rng, count, hop, size, gains, bands):
    """White noise through gains [steps, bands] (ln) at centres hop k: overlapped Hann windows (root) of `size`."""
    w = np.sqrt(hann(size) * 2 * hop / size)
    f = np.arange(size // 2 + 1) * RATE / size
    place = np.minimum(band_index(f, bands), bands - 1)
    i = np.minimum(place.astype(int), bands - 2)
    d = (place - i)[None]
    h = np.exp(gains[:, i] * (1 - d) + gains[:, i + 1] * d)
    h[:, f > TOP] = 0
    white = rng.randn(len(gains) * hop + size)
    s = np.lib.stride_tricks.sliding_window_view(white, size)[::hop][:len(gains)]
    y = np.fft.irfft(np.fft.rfft(s * w, axis=1) * h, size, axis=1) * w
    out = np.zeros(len(gains) * hop + size)
    for k in range(len(y)):
        out[k * hop:k * hop + size] += y[k]
    return out[size // 2:size // 2 + count]                             # a centre at sample 0


def render(package, pitch, velocity, seconds, seed=0, z=(0, 0), vibrato=None):
    """-> samples float64 from the onset on, without release. vibrato: {hertz, cents, decibels, delay}, phase from the seed."""
    rng = np.random.RandomState(seed)
    n = int(seconds * RATE)
    frames = n // HOP + 2
    t = np.arange(frames) * HOP / RATE
    u, off = clock(package.card, t)
    y = package.frames(pitch, velocity, u, z)
    k = package.partials
    cents, grid = package.onset(pitch, velocity, z)
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    bend, am = y[:, -1].astype(float), np.zeros(frames)
    if vibrato:
        s = np.sin(2 * np.pi * (vibrato["hertz"] * t + rng.rand())) * np.clip((t - vibrato["delay"]) / 0.3, 0, 1)
        bend, am = bend + vibrato["cents"] * s, vibrato["decibels"] * s / 8.686
    hertz = f0 * package.ratios * 2 ** (cents / 1200)
    here = np.arange(n) / HOP
    i = here.astype(int)
    d = here - i
    turn = np.cumsum(2 ** ((bend[i] * (1 - d) + bend[i + 1] * d) / 1200)) * 2 * np.pi / RATE
    a = np.exp(y[:, :k] - (off / 8.686)[:, None] + am[:, None])
    out = np.zeros(n)
    for p in range(k):
        if hertz[p] * 2 ** (bend.max() / 1200) < TOP and a[:, p].max() > 1e-7:
            out += (a[i, p] * (1 - d) + a[i + 1, p] * d) * np.cos(hertz[p] * turn + 2 * np.pi * rng.rand())
    noise = filtered(rng, n, HOP, 1024, y[:, k:k + BANDS] - (off / 8.686)[:, None], BANDS)
    fade = np.clip((np.arange(n) - (STEPS * STEP - 512)) / 512, 0, 1)
    out += noise * fade
    m = STEPS * STEP
    steps = np.concatenate([grid[:1], grid, grid[-1:]])                 # centres at 32 + 64 k: one before, one behind
    burst = filtered(rng, m + 96, STEP, 128, steps, TRANSIENT)[32:32 + m]
    burst *= np.clip((m - np.arange(m)) / 16, 0, 1)
    out[:min(n, m)] += burst[:min(n, m)]
    return out


def lufs(x):
    """K-weighted level (ITU-R BS.1770 filters at 48 kHz), not gated."""
    from scipy.signal import lfilter
    x = lfilter([1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585], x)
    x = lfilter([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], x)
    return -0.691 + 10 * np.log10((x ** 2).mean() + 1e-12)


def weighting(hertz):
    """Power that the filters of lufs() let through."""
    from scipy.signal import freqz
    w = 2 * np.pi * np.asarray(hertz, float) / RATE
    a = freqz([1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585], w)[1]
    b = freqz([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], w)[1]
    return np.abs(a * b) ** 2
