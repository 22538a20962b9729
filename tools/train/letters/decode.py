#!/usr/bin/env python3
"""Says words with trained letter-to-sound networks, by the same search as src/text/letters.c.

usage: decode.py CHECKPOINT[,CHECKPOINT...] WORDS.tsv [--ngrams FOLDER] > HYP.tsv        WORDS: the word stands before the first tab

Each network searches in its own direction, then each judges what the others found, and the mean of their log-probabilities decides, with those
of the two n-grams (letters_en_ngram.bin and letters_en_stress.bin of the folder).
"""
import argparse
import os

import torch

from ngram import Ngram, joint_codes, stress_codes
from model import HISTORY, LETTER_ID, START, Letters, graphone_state

BEAM, NGRAM, STRESS = 8, 0.4, 0.2


def load(path):
    saved = torch.load(path, map_location="cpu")
    model = Letters(len(saved["outputs"]), **saved["config"])
    model.load_state_dict(saved["average"])
    model.eval()
    return model, saved


class Network:
    def __init__(self, model, saved):
        self.model, self.outputs, self.backward = model, saved["outputs"], saved.get("backward", False)
        info = [graphone_state(g) for g in self.outputs]
        self.vowels = torch.tensor([i[0] for i in info])
        self.primary = torch.tensor([bool(i[1]) for i in info])
        self.secondary = torch.tensor([bool(i[2]) for i in info])

    def encode(self, words):
        """Columns in the order of writing [N,T,width]."""
        letters = torch.tensor([[LETTER_ID["^"]] + [LETTER_ID[c] for c in w] + [LETTER_ID["$"]] for w in words])
        hidden = self.model.encode(letters, torch.ones(letters.shape[0], letters.shape[1], 1))[:, 1:-1]
        return hidden.flip(1) if self.backward else hidden

    def state(self, primary, secondary, vowels):
        return torch.stack([primary.float(), secondary.float(), vowels.clamp(max=4) / 4], -1)

    def search(self, hidden, beam=BEAM):
        """-> graphones [N,beam,T] in the order of the letters, scores [N,beam]."""
        n, t, _ = hidden.shape
        g = len(self.outputs)
        history = torch.full((n, beam, HISTORY), START)
        score = torch.full((n, beam), -1e9)
        score[:, 0] = 0
        vowels = torch.zeros(n, beam, dtype=torch.long)
        primary = torch.zeros(n, beam, dtype=torch.bool)
        secondary = torch.zeros(n, beam, dtype=torch.bool)
        written = torch.zeros(n, beam, t, dtype=torch.long)
        for i in range(t):
            logits = self.model.step(hidden[:, i:i + 1].expand(n, beam, -1), history, self.state(primary, secondary, vowels))
            p = logits.log_softmax(-1).masked_fill(primary.unsqueeze(-1) & self.primary, -1e9)      # one primary stress a word
            score, pick = (score.unsqueeze(-1) + p).flatten(1).topk(beam, -1)
            parent, out = pick // g, pick % g

            def take(x):
                return x.gather(1, parent if x.dim() == 2 else parent.unsqueeze(-1).expand(-1, -1, x.shape[-1]))

            history = torch.cat([(out + 2).unsqueeze(-1), take(history)[..., :-1]], -1)
            written = take(written)
            written[:, :, i] = out
            vowels = take(vowels) + self.vowels[out]
            primary = take(primary) | self.primary[out]
            secondary = take(secondary) | self.secondary[out]
        score = torch.where(primary | (vowels == 0), score, score - 1e6)
        return (written.flip(-1) if self.backward else written), score

    def judge(self, hidden, written):
        """Log-probability [N,K] of graphones [N,K,T]."""
        w = written.flip(-1) if self.backward else written
        n, k, t = w.shape
        past = torch.cat([torch.full((n, k, HISTORY), START), w + 2], -1)
        history = torch.stack([past[..., HISTORY - 1 - j:HISTORY - 1 - j + t] for j in range(HISTORY)], -1)

        def before(x):
            return torch.cat([torch.zeros_like(x[..., :1]), x[..., :-1]], -1)

        state = self.state(before(self.primary[w].long().cumsum(-1)) > 0, before(self.secondary[w].long().cumsum(-1)) > 0, before(self.vowels[w].cumsum(-1)))
        logits = self.model.step(hidden.unsqueeze(1).expand(n, k, t, -1), history, state)
        return logits.log_softmax(-1).gather(-1, w.unsqueeze(-1)).squeeze(-1).sum(-1)


class Speaker:
    def __init__(self, networks, ngrams=None):
        self.ngrams = ngrams
        self.networks = [Network(*n) for n in networks]
        self.outputs = self.networks[0].outputs
        assert all(n.outputs == self.outputs for n in self.networks)

    def say(self, words):
        """Words of one length -> phones of each."""
        hidden = [n.encode(words) for n in self.networks]
        found = [n.search(h) for n, h in zip(self.networks, hidden)]
        written = torch.cat([f[0] for f in found], 1)
        judged = sum(n.judge(h, written) for n, h in zip(self.networks, hidden)) / len(hidden)
        judged += (torch.cat([f[1] for f in found], 1) < -1e5) * -1e6
        result = []
        for b in range(len(words)):
            sums, seen = {}, set()      # several ways to write the same phones add up
            for k in range(written.shape[1]):
                way = tuple(written[b, k].tolist())
                if way in seen:
                    continue
                seen.add(way)
                names = [self.outputs[x] for x in way]
                phones = " ".join(" ".join(x.split("+")) for x in names if x != "-")
                s = judged[b, k]
                if self.ngrams:
                    s = s + NGRAM * self.ngrams[0].score(joint_codes(words[b], way)) + STRESS * self.ngrams[1].score(stress_codes(words[b], names))
                sums[phones] = torch.logaddexp(sums[phones], s) if phones in sums else s
            result.append(max(sums, key=lambda x: sums[x]))
        return result


def main():
    torch.set_num_threads(1)
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoints")
    ap.add_argument("words")
    ap.add_argument("--ngrams")
    args = ap.parse_args()
    speaker = Speaker([load(p) for p in args.checkpoints.split(",")], args.ngrams and [Ngram(os.path.join(args.ngrams, "letters_en_%s.bin" % n)) for n in ("ngram", "stress")])
    words = list(dict.fromkeys(line.rstrip("\n").split("\t")[0] for line in open(args.words, encoding="utf-8")))
    by_length = {}
    for w in words:
        by_length.setdefault(len(w), []).append(w)
    with torch.no_grad():
        for length in sorted(by_length):
            group = by_length[length]
            for i in range(0, len(group), 200):
                for w, p in zip(group[i:i + 200], speaker.say(group[i:i + 200])):
                    print("%s\t%s" % (w, p))


if __name__ == "__main__":
    main()
