"""The acoustic models: tokens -> prosody and hidden vectors -> frames of log-mel and voicing.

Content and Prosody read the same token inputs and share nothing: prosody over-fits an hour of speech long before the
sound is learnt, so it is trained by itself and stopped at its best. export.py puts both into text.onnx.
Shapes are [B, N, C] for tokens, [B, T, C] for frames; `mask` [B, N, 1] or None marks what exists in a padded batch.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from format import MELS
from vocoder import Block

HIDDEN = 160
PITCH_MEAN, PITCH_STD = 5.05, 0.18        # ln Hz, of the decoder's input; roughly the main speaker's
ENERGY_MEAN, ENERGY_STD = -5.0, 1.5       # mean log-mel
MEL_MEAN, MEL_STD = -5.0, 2.5


class MaskedBlock(Block):
    """A Block that sees zeros where the mask is 0, as a single utterance does beyond its ends."""

    def forward(self, x, mask=None):
        y = x if mask is None else x * mask
        y = self.depth(F.pad(y.transpose(1, 2), self.pad)).transpose(1, 2)
        return x + self.drop(self.down(F.silu(self.up(self.norm(y))))) * self.gain


class Tokens(nn.Module):
    """Sum of embeddings of phone, stress, position and speaker: [B, N, channels]."""

    def __init__(self, phones, speakers, channels):
        super().__init__()
        self.phone, self.stress = nn.Embedding(phones, channels), nn.Embedding(3, channels)
        self.position = nn.Linear(4, channels)
        self.speaker = nn.Linear(speakers, channels, bias=False)
        nn.init.normal_(self.speaker.weight, 0, 0.1)

    def forward(self, phone, stress, position, speaker):
        return self.phone(phone) + self.stress(stress) + self.position(position) + self.speaker(speaker)[:, None]


class Content(nn.Module):
    """What is said, as seen by the decoder: hidden [B, N, 160]."""

    def __init__(self, phones, speakers, channels=HIDDEN, dropout=0.1):
        super().__init__()
        self.tokens = Tokens(phones, speakers, channels)
        self.blocks = nn.ModuleList([MaskedBlock(channels, 5, 2, 0.2, dropout) for _ in range(4)])
        self.norm = nn.LayerNorm(channels)
        self.speaker = nn.Linear(speakers, channels, bias=False)
        nn.init.normal_(self.speaker.weight, 0, 0.1)

    def forward(self, phone, stress, position, speaker, mask=None):
        x = self.tokens(phone, stress, position, speaker)
        for b in self.blocks:
            x = b(x, mask)
        return self.norm(x) + self.speaker(speaker)[:, None]


class Head(nn.Module):
    def __init__(self, channels, inner, kernel, count, outputs, dropout):
        super().__init__()
        self.entry = nn.Linear(channels, inner)
        self.blocks = nn.ModuleList([MaskedBlock(inner, kernel, kernel // 2, 0.2, dropout) for _ in range(count)])
        self.norm = nn.LayerNorm(inner)
        self.exit = nn.Linear(inner, outputs)

    def forward(self, x, mask=None):
        x = self.entry(x)
        for b in self.blocks:
            x = b(x, mask)
        return self.exit(self.norm(x))


class Prosody(nn.Module):
    """log_duration [B, N] = ln(1 + frames), pitch [B, N, 3] ln Hz, energy [B, N] mean log-mel."""

    def __init__(self, phones, speakers, channels=128, dropout=0.3):
        super().__init__()
        self.tokens = Tokens(phones, speakers, channels)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList([MaskedBlock(channels, 5, 2, 0.2, dropout) for _ in range(3)])
        self.norm = nn.LayerNorm(channels)
        self.duration = Head(channels, 96, 5, 1, 1, dropout)
        self.pitch = Head(channels, 96, 7, 2, 3, dropout)
        self.energy = Head(channels, 96, 5, 1, 1, dropout)
        self.register_buffer("duration_mean", torch.tensor([2.0]))     # ln(1 + frames)
        # mean and spread of ln f0 of each speaker, blended by the same weights as the timbre
        self.register_buffer("pitch_mean", torch.full((speakers, 1), PITCH_MEAN))
        self.register_buffer("pitch_std", torch.full((speakers, 1), PITCH_STD))

    def forward(self, phone, stress, position, speaker, mask=None):
        x = self.drop(self.tokens(phone, stress, position, speaker))
        for b in self.blocks:
            x = b(x, mask)
        x = self.norm(x)
        pitch = self.pitch(x, mask) * (speaker @ self.pitch_std)[:, None] + (speaker @ self.pitch_mean)[:, None]
        return (self.duration(x, mask)[..., 0] + self.duration_mean, pitch,
                self.energy(x, mask)[..., 0] * ENERGY_STD + ENERGY_MEAN)


CALIBRATED = ("pitch_scale", "duration_scale", "duration_shift", "energy_scale", "energy_shift")       # buffers [speakers, 1]


class Ensemble(nn.Module):
    """Prosody models that were trained from different seeds, averaged: what chance put into each goes. What averaging takes from
    the spread of pitch, durations and energy, calibration gives back (train_acoustic.py --stage join)."""

    def __init__(self, phones, speakers, count):
        super().__init__()
        self.members = nn.ModuleList([Prosody(phones, speakers) for _ in range(count)])
        self.register_buffer("duration_scale", torch.ones(speakers, 1))    # of ln(1 + frames)
        self.register_buffer("duration_shift", torch.zeros(speakers, 1))
        self.register_buffer("energy_scale", torch.ones(speakers, 1))
        self.register_buffer("energy_shift", torch.zeros(speakers, 1))
        self.register_buffer("pitch_scale", torch.ones(speakers, 1))   # of the deviation from the speaker's mean
        self.register_buffer("pitch_mean", torch.full((speakers, 1), PITCH_MEAN))

    @property
    def pitch_std(self):                   # the unit of pitch errors, the same in all
        return self.members[0].pitch_std

    def forward(self, phone, stress, position, speaker, mask=None):
        outs = [m(phone, stress, position, speaker, mask) for m in self.members]
        duration, pitch, energy = (sum(v) / len(outs) for v in zip(*outs))
        mean = (speaker @ self.pitch_mean)[:, None]
        return (duration * (speaker @ self.duration_scale) + speaker @ self.duration_shift,
                (pitch - mean) * (speaker @ self.pitch_scale)[:, None] + mean,
                energy * (speaker @ self.energy_scale) + speaker @ self.energy_shift)


class Decoder(nn.Module):
    """frames [B, T, 166] (hidden, 4 positions in the token, ln f0, energy) -> [B, T, 81]. Looks 10 frames ahead."""
    AHEAD = (4, 3, 2, 1, 0)

    def __init__(self, hidden=HIDDEN, channels=176, kernel=9, dropout=0.05):
        super().__init__()
        self.entry = nn.Linear(hidden + 6, channels)
        self.blocks = nn.ModuleList([MaskedBlock(channels, kernel, a, 0.2, dropout) for a in self.AHEAD])
        self.norm = nn.LayerNorm(channels)
        self.exit = nn.Linear(channels, MELS + 1)
        shift, scale = torch.zeros(hidden + 6), torch.ones(hidden + 6)
        shift[-2:] = torch.tensor([PITCH_MEAN, ENERGY_MEAN])
        scale[-2:] = torch.tensor([PITCH_STD, ENERGY_STD])
        out_shift, out_scale = torch.full((MELS + 1,), MEL_MEAN), torch.full((MELS + 1,), MEL_STD)
        out_shift[-1], out_scale[-1] = 0, 1
        for name, v in dict(shift=shift, scale=scale, out_shift=out_shift, out_scale=out_scale).items():
            self.register_buffer(name, v, persistent=False)

    def forward(self, frames, mask=None):
        x = self.entry((frames - self.shift) / self.scale)
        for b in self.blocks:
            x = b(x, mask)
        return self.exit(self.norm(x)) * self.out_scale + self.out_shift


class MelJudge(nn.Module):
    """Critic of normalised mels [B, T, 80] given normalised ln f0 and voicing [B, T], as planes of a picture. One that was also told what is
    said did no better (docs/VOICES.md)."""

    def __init__(self, channels=24):
        super().__init__()
        w, c = nn.utils.weight_norm, channels
        self.layers = nn.ModuleList([
            w(nn.Conv2d(3, c, 5, (1, 2), 2)), w(nn.Conv2d(c, 2 * c, 5, 2, 2)), w(nn.Conv2d(2 * c, 2 * c, (5, 3), 2, (2, 1))),
            w(nn.Conv2d(2 * c, 3 * c, 3, (1, 2), 1)), w(nn.Conv2d(3 * c, 1, 3, 1, 1))])

    def forward(self, mel, pitch, voicing):
        x = torch.stack([mel, pitch[..., None].expand_as(mel), voicing[..., None].expand_as(mel)], 1)
        maps = []
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), 0.2)
            maps.append(x)
        return self.layers[-1](x), maps


def round_durations(log_duration, phones, stretch=1.0):
    """The rule of docs/VOICE_FORMAT.md: ln(1 + frames) [N] -> whole frames [N]; what rounding takes is carried on."""
    from phones import BEGIN, BOUNDARY, END, END_MARKS, MARKS
    out, carry = np.zeros(len(phones), int), 0.0
    for i, p in enumerate(phones):
        d = (np.exp(float(log_duration[i])) - 1) * stretch
        if p in END_MARKS:
            continue
        if p == BOUNDARY:
            k = int(np.floor(d + 0.5))
            out[i] = k if k >= 3 else 0
            continue
        carry += d
        least = 8 if p in (BEGIN, END) else 3 if p in MARKS else 2
        out[i] = max(least, int(np.floor(carry + 0.5)))
        carry = min(2.0, max(-2.0, carry - out[i]))
    return out
