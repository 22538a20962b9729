"""The vocoder: a small convolutional network drives two time-varying filters, one on a pulse train, one on noise.

The network sees 80 log-mel, ln f0 and voicing a frame and gives 140 filter numbers; render() is the signal path that
src/vocoder/renderer.c states for C. Shapes are [B, T, C] unless said.
"""
import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from format import (FFT, HARMONIC, HOP, LOG_FLOOR, MELS, NOISE, ODD, PULSED, RATE, SHAPE, band_centres, band_matrix,
                    minimum_phase_matrix, odd_matrix, sample_f0, shape_matrix, skip_matrix)

INPUT = MELS + 2
SHIFT = np.concatenate([np.full(MELS, LOG_FLOOR), [5.1, 0.0]]).astype(np.float32)     # what counts as zero: silence
SCALE = np.concatenate([np.full(MELS, 2.5), [0.3, 1.0]]).astype(np.float32)
LOUD = 8.0                                 # brings samples of active RMS 0.05 to the size that the critics of samples expect
FILTERS = HARMONIC + NOISE + ODD + SHAPE + 2 * PULSED
PULSE = 2 * HOP                            # samples of an excitation frame, Hann, overlapping by half


class Block(nn.Module):
    """x + gain * (C -> 2C -> C)(norm(depthwise conv along time)); `ahead` frames of the kernel lie in the future."""

    def __init__(self, channels, kernel, ahead, gain=0.1, dropout=0.0):
        super().__init__()
        self.pad = (kernel - 1 - ahead, ahead)
        self.depth = nn.Conv1d(channels, channels, kernel, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.up = nn.Linear(channels, 2 * channels)
        self.down = nn.Linear(2 * channels, channels)
        self.gain = nn.Parameter(torch.full((channels,), gain))
        self.drop = nn.Dropout(dropout)

    def forward(self, x):                  # [B, T, C]
        y = self.depth(F.pad(x.transpose(1, 2), self.pad)).transpose(1, 2)
        return x + self.drop(self.down(F.silu(self.up(self.norm(y))))) * self.gain


class Vocoder(nn.Module):
    """frames [B, T, 82] in physical units -> filters [B, T, 140]. Looks 3 frames ahead."""

    def __init__(self, channels=160, ahead=(1, 1, 0), kernel=7):
        super().__init__()
        self.register_buffer("shift", torch.from_numpy(SHIFT), persistent=False)
        self.register_buffer("scale", torch.from_numpy(SCALE), persistent=False)
        self.entry = nn.Conv1d(INPUT, channels, 3)
        self.blocks = nn.ModuleList([Block(channels, kernel, a) for a in ahead])
        self.norm = nn.LayerNorm(channels)
        self.exit = nn.Linear(channels, FILTERS)
        nn.init.normal_(self.exit.weight, 0, 0.01)
        nn.init.zeros_(self.exit.bias)

    def forward(self, frames):
        x = ((frames - self.shift) / self.scale).transpose(1, 2)
        x = self.entry(F.pad(x, (1, 1))).transpose(1, 2)
        for b in self.blocks:
            x = b(x)
        return self.exit(self.norm(x))


class Renderer(nn.Module):
    """Filters to sound. No weights of its own, only constant matrices."""

    def __init__(self):
        super().__init__()
        harmonic, c = band_matrix(HARMONIC), band_centres(NOISE)
        for name, m in dict(skip_h=skip_matrix(HARMONIC), skip_n=skip_matrix(NOISE), band_h=harmonic,
                            band_n=band_matrix(NOISE), phase_h=minimum_phase_matrix() @ harmonic, phase_o=odd_matrix(), shape=shape_matrix(),
                            voiced=1 + 3 * np.maximum(0, 1 - c / 4000)).items():
            self.register_buffer(name, torch.tensor(np.ascontiguousarray(m.T), dtype=torch.float32), persistent=False)
        self.register_buffer("hann", torch.hann_window(PULSE), persistent=False)

    def log_gains(self, frames, filters):
        """Raw log-mel and voicing in `frames`, network output -> ln gain of the harmonic and of the noise bands."""
        mel, voicing = frames[..., :MELS], frames[..., MELS + 1:]
        h = mel @ self.skip_h - 2.3 + 3 * filters[..., :HARMONIC]
        n = mel @ self.skip_n - 3.1 - voicing * self.voiced + 3 * filters[..., HARMONIC:HARMONIC + NOISE]
        return h, n

    @staticmethod
    def pulses(phase, f0):
        """[B, n] phase in radians, Hz -> band-limited pulse train of unit power (Dirichlet kernel, fractional top)."""
        q = 0.5 * RATE / f0 - 0.5
        k = torch.floor(q)
        s = torch.sin(0.5 * phase)
        near = s.abs() <= 1e-4
        d = torch.where(near, k, torch.sin((k + 0.5) * phase) / (2 * torch.where(near, torch.ones_like(s), s)) - 0.5)
        return 2 * torch.sqrt(f0 / RATE) * (d + (q - k) * torch.cos((k + 1) * phase))

    def frame(self, x, count, gain=1.0):
        """[B, count * HOP] -> [B, count, FFT]: Hann frames of 480 samples centred on 240 t, times gain, zero-padded."""
        side = (FFT - PULSE) // 2
        return F.pad(F.pad(x, (HOP, HOP)).unfold(1, PULSE, HOP)[:, :count] * self.hann * gain, (side, side))

    def forward(self, frames, filters, phase, f0, noises):
        """frames [B, T, 82], filters [B, T, 140], phase and f0 [B, T * HOP], noises: list of the same -> list of sounds."""
        count = frames.shape[1]
        h, n = self.log_gains(frames, filters)
        odd, shape, pulsed = torch.split(filters[..., HARMONIC + NOISE:], (ODD, SHAPE, 2 * PULSED), 2)
        theta = h @ self.phase_h + odd @ self.phase_o
        gain = torch.exp(h @ self.band_h)
        harmonic = torch.fft.rfft(self.frame(self.pulses(phase, f0), count)) * torch.complex(
            gain * torch.cos(theta), gain * torch.sin(theta))
        noise = torch.exp(n @ self.band_n)
        # the noise of breath comes in puffs: its level moves with the glottis
        turn = torch.cat([f(k * phase)[..., None] for k in range(1, PULSED + 1) for f in (torch.cos, torch.sin)], 2)
        turn = F.pad(turn.transpose(1, 2), (HOP, HOP)).unfold(2, PULSE, HOP)[:, :, :count]          # [B, 2 PULSED, T, 480]
        shape = torch.exp(shape) @ self.shape * torch.exp((turn * pulsed.transpose(1, 2)[..., None]).sum(1))
        return [self.overlap(torch.fft.irfft(harmonic + torch.fft.rfft(self.frame(z, count, shape)) * noise)) for z in noises]

    @staticmethod
    def overlap(y):
        """[B, T, FFT] -> [B, T * HOP]; sample 0 is the centre of frame 0."""
        b, t, _ = y.shape
        z = F.fold(y.transpose(1, 2), (1, (t - 1) * HOP + FFT), (1, FFT), stride=(1, HOP))[:, 0, 0, FFT // 2:]
        return z[:, :t * HOP] if z.shape[1] >= t * HOP else F.pad(z, (0, t * HOP - z.shape[1]))


def magnitude(x, size, window):
    """[B, n] -> [B, frames, size/2+1], hop size/2, normalised so that white noise of power 1 has mean square 1."""
    s = torch.fft.rfft(x.unfold(1, size, size // 2) * window)
    return torch.sqrt(s.real ** 2 + s.imag ** 2 + 1e-10 * size) / math.sqrt(0.375 * size)


class SpectralDistance(nn.Module):
    """Spectral energy distance (Gritsenko 2020): two renders with different noise are also pushed apart (by rho).

    rho = 0 would be the usual STFT loss, which prefers a deterministic buzz to noise; rho = 1 is the proper score but
    turns every error of f0 and phase into noise; 0.5 is between.
    """
    SIZES = (2048, 1024, 512, 256, 128, 64)

    def __init__(self, rho=0.5):
        super().__init__()
        self.rho = rho
        for n in self.SIZES:
            self.register_buffer("w%d" % n, torch.hann_window(n), persistent=False)

    def forward(self, x, a, b):
        """x: recording, a, b: two renders, all [B, n] -> scalar."""
        def distance(p, q):
            return 8 * (p - q).abs().mean() + (torch.log(p) - torch.log(q)).abs().mean()

        total = 0.0
        for n in self.SIZES:
            w = getattr(self, "w%d" % n)
            s, p, q = magnitude(x, n, w), magnitude(a, n, w), magnitude(b, n, w)
            total = total + distance(s, p) + distance(s, q) - self.rho * distance(p, q)
        return total / len(self.SIZES)


class Discriminator(nn.Module):
    """Convolutional critics: three on compressed STFT magnitudes at three resolutions, and small ones that see the samples
    folded by a period (Kong 2020)."""
    SIZES = ((1024, 256), (512, 128), (256, 64))
    PERIODS = (2, 3, 5, 7, 11)

    def __init__(self, channels=16):
        super().__init__()
        w, c = nn.utils.weight_norm, channels
        self.folded = nn.ModuleList([nn.ModuleList([
            w(nn.Conv2d(1, c // 2, (5, 1), (3, 1), (2, 0))), w(nn.Conv2d(c // 2, c, (5, 1), (3, 1), (2, 0))),
            w(nn.Conv2d(c, 2 * c, (5, 1), (3, 1), (2, 0))), w(nn.Conv2d(2 * c, 2 * c, (3, 1), 1, (1, 0))),
            w(nn.Conv2d(2 * c, 1, (3, 1), 1, (1, 0)))]) for _ in self.PERIODS])
        self.critics = nn.ModuleList()
        for n, _ in self.SIZES:
            self.register_buffer("w%d" % n, torch.hann_window(n), persistent=False)
            self.critics.append(nn.ModuleList([
                w(nn.Conv2d(1, c, (3, 9), (1, 2), (1, 4))), w(nn.Conv2d(c, c * 3 // 2, (3, 7), (1, 2), (1, 3))),
                w(nn.Conv2d(c * 3 // 2, c * 2, (3, 5), (2, 2), (1, 2))), w(nn.Conv2d(c * 2, c * 2, (3, 3), (1, 2), 1)),
                w(nn.Conv2d(c * 2, 1, (3, 3), 1, 1))]))

    def forward(self, x):
        """[B, n] -> list of (judgement, feature maps)."""
        out = []
        for (n, hop), critic in zip(self.SIZES, self.critics):
            s = torch.fft.rfft(x.unfold(1, n, hop) * getattr(self, "w%d" % n))
            y, maps = ((s.real ** 2 + s.imag ** 2 + 1e-8) ** 0.15 - 0.5)[:, None], []
            for c in critic[:-1]:
                y = F.leaky_relu(c(y), 0.15)
                maps.append(y)
            out.append((critic[-1](y), maps))
        for p, critic in zip(self.PERIODS, self.folded):
            y, maps = (x[:, :x.shape[1] // p * p] * LOUD).view(len(x), 1, -1, p), []
            for c in critic[:-1]:
                y = F.leaky_relu(c(y), 0.15)
                maps.append(y)
            out.append((critic[-1](y), maps))
        return out


def judged(real, fake):
    """What the critics have to learn: LSGAN (Mao 2017), the mean over critics."""
    return sum(((r - 1) ** 2).mean() + (f ** 2).mean() for (r, _), (f, _) in zip(real, fake)) / len(real)


def persuaded(real, fake):
    """-> adversarial and feature-matching loss of a render: of each family of critics the mean, then their sum, so that five small
    critics do not take the weight from three large ones."""
    adv = match = 0.0
    for part in (slice(len(Discriminator.SIZES)), slice(len(Discriminator.SIZES), None)):
        adv = adv + sum(((f - 1) ** 2).mean() for f, _ in fake[part]) / len(fake[part])
        pairs = [(u, v.detach()) for (_, fu), (_, fv) in zip(fake[part], real[part]) for u, v in zip(fu, fv)]
        match = match + sum((u - v).abs().mean() / (v.abs().mean() + 1e-3) for u, v in pairs) / len(pairs)
    return adv, match


@torch.no_grad()
def synthesize(vocoder, renderer, frames, seed=0):
    """frames [T, 82] numpy -> samples [T * HOP] numpy; the phase starts at 0."""
    f0 = sample_f0(frames[:, MELS])
    phase = np.mod(2 * np.pi * np.cumsum(f0.astype(np.float64)) / RATE, 2 * np.pi).astype(np.float32)
    x = torch.from_numpy(np.ascontiguousarray(frames, dtype=np.float32))[None]
    z = torch.randn(1, len(f0), generator=torch.Generator().manual_seed(seed))
    return renderer(x, vocoder(x), torch.from_numpy(phase)[None], torch.from_numpy(f0)[None], [z])[0][0].numpy()
