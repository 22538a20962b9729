"""Spectrograms as PNG, by numpy alone: 20 ms windows every 5 ms, high frequencies raised, 75 dB deep, with the pitch as a line."""
import struct
import zlib

import numpy as np

SHADES = 60
TOP = 11000             # Hz at the upper edge
LOW, HIGH = 60, 500     # Hz of the pitch line at the lower and upper edge, logarithmic between
STOPS = [(0, 10, 10, 26), (0.3, 52, 30, 110), (0.55, 150, 50, 110), (0.8, 235, 130, 60), (1, 252, 250, 200)]     # dark to light: place, red, green, blue
LINE = (90, 240, 255)


def spectrogram(x, rate):
    """Levels 0 to SHADES - 1: [bins up to TOP, columns], highest first. The loudest 5 ms are the brightest, whatever the level."""
    window, hop = int(0.02 * rate), int(0.005 * rate)
    x = np.asarray(x, float)
    x = np.pad(x - 0.95 * np.concatenate([[0], x[:-1]]), window // 2)
    if len(x) < window:
        x = np.pad(x, (0, window - len(x)))
    frames = np.lib.stride_tricks.sliding_window_view(x, window)[::hop]
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    bins = int(TOP * window / rate) + 1
    db = 20 * np.log10(np.abs(np.fft.rfft(frames * shape, axis=1))[:, :bins] + 1e-9)
    db = np.clip((db - db.max() + 75) / 75, 0, 1)
    return np.round(db.T[::-1] * (SHADES - 1)).astype(np.uint8)


def draw_pitch(picture, f0, hop_seconds):
    """Puts f0 (Hz, 0 where unvoiced) into a picture of spectrogram(), two points high."""
    height, columns = picture.shape
    for c in range(columns):
        i = int(round(c * 0.005 / hop_seconds))
        f = f0[i] if i < len(f0) else 0
        if f > 0:
            y = int((1 - np.log(np.clip(f, LOW, HIGH) / LOW) / np.log(HIGH / LOW)) * (height - 2))
            picture[y:y + 2, c] = SHADES
    return picture


def png(picture):
    """Bytes of a PNG file with a palette; values 0 to SHADES (the line)."""
    height, width = picture.shape
    ramp, stops = np.linspace(0, 1, SHADES), np.array(STOPS, float)
    palette = np.stack([np.interp(ramp, stops[:, 0], stops[:, c]) for c in (1, 2, 3)], axis=1).astype(np.uint8).tobytes() + bytes(LINE)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), picture.astype(np.uint8)], axis=1).tobytes()     # each begins with its filter: none

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)) + chunk(b"PLTE", palette)
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
