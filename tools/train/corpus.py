"""Reading what prepare.py and align.py wrote."""
import os

import numpy as np

import phones
from format import HOP, LOG_FLOOR, MELS, fill_log_f0


def speakers(features):
    """Speaker folders of a features folder: kathleen, the main voice, first, then by name. The order is the speaker id."""
    names = [n for n in sorted(os.listdir(features)) if os.path.exists(os.path.join(features, n, "list.tsv"))]
    return sorted(names, key=lambda n: (n != "kathleen", n))


def listing(features, speaker):
    """[(id, split, text, tokens)]"""
    with open(os.path.join(features, speaker, "list.tsv"), encoding="utf-8") as f:
        return [tuple(line.rstrip("\n").split("\t")) for line in list(f)[1:]]


class Take:
    """One recording: ids, stress [N] of its tokens; frames [T, 82] float32 (log-mel, ln f0, voicing); with sound also wave int16 [T * HOP] and
    offset, phase [T] (see prepare.py)."""

    def __init__(self, features, speaker, name, split, text, tokens, sound=False):
        z = np.load(os.path.join(features, speaker, name + ".npz"))
        f0 = z["f0"]
        self.ids, self.stress = phones.parse(tokens)
        self.speaker, self.name, self.split, self.text = speaker, name, split, text
        self.frames = np.concatenate([np.maximum(z["mel"].astype(np.float32), LOG_FLOOR), fill_log_f0(f0)[:, None],
                                      (f0 > 0).astype(np.float32)[:, None]], 1)
        assert self.frames.shape[1] == MELS + 2
        if sound:
            n, w = len(f0) * HOP, z["wave"]
            self.wave = np.pad(w, (0, max(0, n - len(w))))[:n]
            self.offset, self.phase = z["offset"], z["phase"]

    def __len__(self):
        return len(self.frames)


def load(features, splits, sound=False):
    """All takes of the given splits, speakers in the order of speakers()."""
    return [Take(features, s, i, k, t, p, sound) for s in speakers(features) for i, k, t, p in listing(features, s)
            if k in splits]
