"""The letter-to-sound network: an encoder over the letters and a step that writes one graphone a letter.

The encoder (ConvNeXt blocks: depthwise convolution, then two linear layers within a letter) sees the whole word. The step goes from left to right: it sees
the encoder's column of its letter, the last four graphones written and how much stress was given, so what it writes can agree with
what was written. One graphone a letter keeps the two in line without attention.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

LETTERS = ["<pad>", "^", "$"] + list("abcdefghijklmnopqrstuvwxyz") + ["'"]
LETTER_ID = {c: i for i, c in enumerate(LETTERS)}
HISTORY = 4         # graphones that a step sees
STATE = 3           # primary stress given, secondary stress given, min(vowels, 4) / 4
BLANK, START = 0, 1     # graphone ids: unknown history, before the word; the outputs follow from 2


class Block(nn.Module):
    def __init__(self, width, kernel, dropout, same=False):
        super().__init__()
        self.same = same        # dropout: the same channels in all letters of a word (cheaper, too)
        self.taps = nn.Parameter(torch.randn(kernel, width) * 0.2)
        self.tap_bias = nn.Parameter(torch.zeros(width))
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x):
        # A depthwise convolution written as shifted products: faster than PyTorch's own for ten letters on a CPU. export.py writes a Conv.
        k, n = self.taps.shape[0], x.shape[1]
        p = F.pad(x, (0, 0, k // 2, k // 2))
        y = self.tap_bias + sum(p[:, i:i + n] * self.taps[i] for i in range(k))
        y = self.down(F.silu(self.up(self.norm(y))))
        return x + (y * self.drop(torch.ones_like(y[:, :1])) if self.same else self.drop(y))


class Letters(nn.Module):
    def __init__(self, outputs, width=128, blocks=5, kernel=7, embed=48, hidden=192, dropout=0.1, same=False):
        super().__init__()
        self.letters = nn.Embedding(len(LETTERS), width)
        self.blocks = nn.ModuleList([Block(width, kernel, dropout, same) for _ in range(blocks)])
        self.norm = nn.LayerNorm(width)
        self.graphones = nn.Embedding(outputs + 2, embed)
        self.mix = nn.Linear(width + HISTORY * embed + STATE, hidden)
        self.mix_norm = nn.LayerNorm(hidden)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, outputs)

    def encode(self, letters, mask):
        """letters [B,T], mask [B,T,1] -> [B,T,width]"""
        x = self.letters(letters) * mask
        for block in self.blocks:
            x = block(x) * mask
        return self.norm(x)

    def step(self, hidden, history, state):
        """hidden [..,width], history [..,HISTORY] newest first, state [..,STATE] -> logits [..,outputs]"""
        h = self.graphones(history).flatten(-2)
        y = self.mix_norm(F.silu(self.mix(torch.cat([hidden, h, state], -1))))
        return self.out(self.drop(y))


def graphone_state(name):
    """(vowels, primary, secondary) that a graphone adds."""
    phones = [] if name == "-" else name.split("+")
    return (sum(p[-1].isdigit() for p in phones), any(p.endswith("1") for p in phones), any(p.endswith("2") for p in phones))
