"""Fundamental frequency: normalised cross-correlation and Viterbi (pass 1), then a short window on the path (pass 2).

Pass 2 matters for the vocoder: a window of 14 ms centred on the frame keeps harmonics of gliding speech in line.
"""
import numpy as np
from scipy.signal import fftconvolve, firwin

from format import HOP, RATE

LOW, HIGH = 80.0, 420.0                    # Hz
STATES = 110
GRID = LOW * (HIGH / LOW) ** (np.arange(STATES) / (STATES - 1))
STEP = np.log(HIGH / LOW) / (STATES - 1)
# costs, in units of correlation: moving in pitch (per ln-unit, capped), switching voicing, staying unvoiced
MOVE = np.minimum(np.abs(np.arange(STATES)[:, None] - np.arange(STATES)) * STEP * 4.0, 1.2)
SWITCH, UNVOICED, SILENT = 0.35, 0.62, 0.2
COARSE = firwin(161, 1100, fs=RATE)
FINE = firwin(161, 1500, fs=RATE)


def correlation(x, window=720):
    """Samples -> r [T, lags] (normalised cross-correlation around each frame centre) and RMS [T]."""
    lags, n, count = int(RATE / LOW) + 4, 2048, len(x) // HOP + 1
    x = fftconvolve(x, COARSE, "same")
    xp = np.pad(x, (window // 2 + lags // 2, n + HOP))
    f = np.lib.stride_tricks.sliding_window_view(xp, window + lags)[::HOP][:count].astype(np.float64)
    c = np.fft.irfft(np.conj(np.fft.rfft(f[:, :window], n)) * np.fft.rfft(f, n), n)[:, :lags]
    e = np.concatenate([np.zeros((count, 1)), np.cumsum(f ** 2, 1)], 1)
    first, moved = e[:, window][:, None], e[:, window:window + lags] - e[:, :lags]
    bias = window * 3e-4 ** 2              # so that quiet frames do not look periodic
    return c / np.sqrt((first + bias) * (moved + bias)), np.sqrt(first[:, 0] / window)


def peak(r, k):
    """Position of the parabola's top through r[k-1..k+1]."""
    a, b, c = r[k - 1], r[k], r[k + 1]
    d = a - 2 * b + c
    return k + (0.5 * (a - c) / d if abs(d) > 1e-12 else 0.0)


def track(x):
    """Samples (active RMS about 0.05) -> [T] Hz, 0 where unvoiced."""
    r, rms = correlation(x)
    count, lag = len(r), RATE / GRID
    i = lag.astype(int)
    v = r[:, i] * (1 - (lag - i)) + r[:, i + 1] * (lag - i)
    cost = 1 - v + 0.05 * np.log(lag / lag.min())       # short lags a little cheaper: against octave-down errors
    quiet = np.where(rms < 1.5e-3, SILENT, UNVOICED)
    d, u = cost[0].copy(), quiet[0]
    back, back_u, rows = np.zeros((count, STATES), np.int16), np.zeros(count, np.int16), np.arange(STATES)
    for t in range(1, count):
        m = d[None] + MOVE
        a = m.argmin(1)
        b = m[rows, a]
        s = u + SWITCH < b
        back[t] = np.where(s, -1, a)
        k = d.argmin()
        back_u[t] = k if d[k] + SWITCH < u else -1
        d, u = np.where(s, u + SWITCH, b) + cost[t], min(u, d[k] + SWITCH) + quiet[t]
    state, s = np.full(count, -1), int(d.argmin()) if d.min() < u else -1
    for t in range(count - 1, -1, -1):
        state[t] = s
        s = int(back[t, s]) if s >= 0 else int(back_u[t])
    voiced, f0 = state >= 0, np.zeros(count)
    for t in np.flatnonzero(voiced):
        lag_t = lag[state[t]]
        lo, hi = max(int(lag_t * 0.97), 2), min(int(lag_t * 1.03) + 2, r.shape[1] - 2)
        f0[t] = RATE / peak(r[t], lo + int(r[t, lo:hi].argmax()))
    edge = np.diff(np.concatenate([[0], voiced.astype(int), [0]]))
    for a, b in zip(np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)):
        if b - a < 3:                      # shorter than 30 ms is chance
            f0[a:b] = 0
    out = f0.copy()
    for t in range(1, count - 1):
        three = f0[t - 1:t + 2]
        if three.min() > 0 and abs(np.log(f0[t] / np.median(three))) > 0.03:
            out[t] = np.median(three)
    return out.astype(np.float32)


def refine(x, f0, window=340, reach=0.025):
    """Second pass: the correlation peak within +-2.5 % of pass 1 with a short window centred on the frame."""
    f0 = np.where(f0 > 0, np.clip(f0, LOW * 0.97, HIGH * 1.03), 0).astype(np.float32)
    v = np.flatnonzero(f0 > 0)
    if not len(v):
        return f0
    x, lags, n, lag = fftconvolve(x, FINE, "same"), int(RATE / LOW * 1.05) + 4, 1024, RATE / f0[v]
    start = np.round(v * HOP - (window + lag) / 2).astype(int) + 2048
    f = np.pad(x, (2048, 4096))[start[:, None] + np.arange(window + lags)].astype(np.float64)
    c = np.fft.irfft(np.conj(np.fft.rfft(f[:, :window], n)) * np.fft.rfft(f, n), n)[:, :lags]
    e = np.concatenate([np.zeros((len(v), 1)), np.cumsum(f ** 2, 1)], 1)
    r = c / np.sqrt(e[:, window:window + 1] * (e[:, window:window + lags] - e[:, :lags]) + 1e-9)
    for i, t in enumerate(v):
        lo, hi = max(int(lag[i] * (1 - reach)), 2), min(int(lag[i] * (1 + reach)) + 2, lags - 2)
        k = lo + int(r[i, lo:max(hi, lo + 1)].argmax())
        if lo < k < hi - 1:
            f0[t] = RATE / peak(r[i], k)
    return f0
