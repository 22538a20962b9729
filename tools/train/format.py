"""The numbers and formulas that training and synthesis share (docs/VOICE_FORMAT.md): frames, mel, pulse train, bands.

Times are in frames of 10 ms unless "samples" is said; spectra are magnitudes of a Hann window of FFT samples.
"""
import numpy as np

RATE = 24000
HOP = 240
FFT = 1024
BINS = FFT // 2 + 1
MELS = 80
MEL_FLOOR = 1e-4
LOG_FLOOR = float(np.log(MEL_FLOOR))      # -9.2103: log-mel of digital silence
LEVEL = 0.05                              # active RMS of the training audio

HARMONIC, NOISE, ODD = 56, 40, 32         # the vocoder's harmonic bands, noise bands, odd-cepstrum terms
SHAPE = 8                                 # points of the noise's envelope inside a frame, 60 samples apart
PULSED = 2                                # harmonics of the pitch that the noise's level follows, a cosine and a sine each

WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)).astype(np.float32)


def mel_matrix():
    """[80, 513]: triangles on the HTK mel scale from 0 to 12 kHz, each normalised to sum 1."""
    def to_mel(f):
        return 2595 * np.log10(1 + f / 700)

    edge = 700 * (10 ** (np.linspace(to_mel(0.0), to_mel(12000.0), MELS + 2) / 2595) - 1)
    f = np.arange(BINS) * RATE / FFT
    up = (f - edge[:-2, None]) / (edge[1:-1] - edge[:-2])[:, None]
    down = (edge[2:, None] - f) / (edge[2:] - edge[1:-1])[:, None]
    w = np.maximum(0, np.minimum(up, down))
    return (w / w.sum(1, keepdims=True)).astype(np.float32)


MEL = mel_matrix()
MEL_CENTRE = MEL @ (np.arange(BINS) * RATE / FFT)     # [80] centroids of the bands, Hz


def frames(x, size, hop=HOP):
    """[len(x)//hop + 1, size]: frame t is centred on sample hop*t, zeros outside the signal."""
    count = len(x) // hop + 1
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, (size // 2, size // 2 + hop)), size)[::hop][:count]


def log_mel(x):
    """Samples -> [T, 80] natural log of the mean magnitude in each band, floored."""
    s = np.abs(np.fft.rfft(frames(x, FFT) * WINDOW, axis=1)).astype(np.float32)
    return np.log(np.maximum(s @ MEL.T, MEL_FLOOR)).astype(np.float32)


def active_rms(x):
    """RMS over the 20 ms frames that lie within 30 dB of the loudest."""
    e = (frames(x, 480).astype(np.float64) ** 2).mean(1)
    return float(np.sqrt(e[e > e.max() * 1e-3].mean()))


def band_centres(n):
    """[n] Hz: dense at the bottom (72 Hz apart for n = 56), never finer than the harmonics."""
    return 2000 * (np.exp(np.arange(n) * np.log(7.0) / (n - 1)) - 1)


def band_matrix(n):
    """[513, n]: linear interpolation in frequency between the band centres."""
    c, f = band_centres(n), np.arange(BINS) * RATE / FFT
    j = np.clip(np.searchsorted(c, f, side="right") - 1, 0, n - 2)
    w = np.clip((f - c[j]) / (c[j + 1] - c[j]), 0, 1)
    m = np.zeros((BINS, n))
    m[np.arange(BINS), j] = 1 - w
    m[np.arange(BINS), j + 1] += w
    return m


def skip_matrix(n):
    """[n, 80]: the smoothed mel envelope at each band, from which the network predicts a difference."""
    m = np.stack([np.maximum(0, 1 - np.abs(MEL_CENTRE - f) / max(180.0, 0.06 * f)) for f in band_centres(n)])
    return m / m.sum(1, keepdims=True)


def minimum_phase_matrix():
    """[513, 513]: log magnitude -> minimum phase in radians (linear: cepstrum, fold, transform back)."""
    eye = np.eye(BINS)
    c = np.fft.ifft(np.concatenate([eye, eye[-2:0:-1]]), axis=0).real
    fold = np.zeros((FFT, 1))
    fold[0], fold[1:FFT // 2], fold[FFT // 2] = 1, 2, 1
    return np.fft.fft(c * fold, axis=0).imag[:BINS]


def shape_matrix():
    """[480, 8]: gains at 60 k - 210 samples around a frame's centre -> every sample of its excitation, linearly, held outside."""
    n = np.arange(2 * HOP) - HOP + 0.0
    x = np.clip((n + 210) / 60, 0, SHAPE - 1)
    return np.maximum(0, 1 - np.abs(x[:, None] - np.arange(SHAPE)))


def odd_matrix():
    """[513, 32]: odd cepstrum terms -> phase in radians (an all-pass, so that the pulse can take shape)."""
    return -np.sin(2 * np.pi * np.arange(BINS)[:, None] * np.arange(1, ODD + 1)[None] / FFT)


def fill_log_f0(f0, default=190.0):
    """[T] Hz, 0 where unvoiced -> ln f0 interpolated through unvoiced stretches and held at the ends."""
    i = np.flatnonzero(f0 > 0)
    if not len(i):
        return np.full(len(f0), np.log(default), np.float32)
    return np.interp(np.arange(len(f0)), i, np.log(f0[i])).astype(np.float32)


def sample_f0(log_f0):
    """[T] -> [T * HOP] Hz: ln f0 interpolated linearly between frame centres, held after the last."""
    t = np.arange(len(log_f0) * HOP) / HOP
    return np.exp(np.interp(t, np.arange(len(log_f0)), log_f0)).astype(np.float32)


def token_starts(durations):
    d = np.asarray(durations)
    return np.concatenate([[0], np.cumsum(d)[:-1]])


def pitch_times(durations):
    """[N, 3] frame positions of the pitch points of each token."""
    d = np.asarray(durations, float)
    return token_starts(d)[:, None] + d[:, None] * np.array([[1 / 6, 1 / 2, 5 / 6]]) - 0.5


def contour(points, durations):
    """Pitch points [N, 3] of tokens -> [T] frame contour, linear between the points of tokens that last."""
    keep = np.asarray(durations) > 0
    x, y = pitch_times(durations)[keep].ravel(), np.asarray(points)[keep].ravel()
    return np.interp(np.arange(int(np.sum(durations))), x, y).astype(np.float32)


def expand(durations):
    """Durations [N] -> token index [T] and the four position features [T, 4] of each frame in its token."""
    d = np.asarray(durations)
    index = np.repeat(np.arange(len(d)), d)
    f, d = np.arange(len(index)) - token_starts(d)[index], d[index]
    return index, np.stack([(f + 0.5) / d, np.minimum(f, 20) / 10, np.minimum(d - 1 - f, 20) / 10, np.log(d) / 3],
                           1).astype(np.float32)
