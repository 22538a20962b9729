#!/usr/bin/env python3
"""Says words with a trained letter-to-sound network, by the same beam search as src/text/letters.c.

usage: decode.py CHECKPOINT WORDS.tsv > HYP.tsv        WORDS: the word is what stands before the first tab
"""
import sys

import torch

from model import HISTORY, LETTER_ID, START, Letters, graphone_state

BEAM = 8


def load(path):
    saved = torch.load(path, map_location="cpu")
    model = Letters(len(saved["outputs"]), **saved["config"])
    model.load_state_dict(saved["average"])
    model.eval()
    return model, saved


class Speaker:
    def __init__(self, model, outputs):
        self.model, self.outputs = model, outputs
        info = [graphone_state(g) for g in outputs]
        self.vowels = torch.tensor([i[0] for i in info])
        self.primary = torch.tensor([bool(i[1]) for i in info])
        self.secondary = torch.tensor([bool(i[2]) for i in info])

    def say(self, words):
        """Words of one length -> phones of each."""
        n, t, g = len(words), len(words[0]), len(self.outputs)
        letters = torch.tensor([[LETTER_ID["^"]] + [LETTER_ID[c] for c in w] + [LETTER_ID["$"]] for w in words])
        hidden = self.model.encode(letters, torch.ones(n, t + 2, 1))[:, 1:-1]
        history = torch.full((n, BEAM, HISTORY), START)
        score = torch.full((n, BEAM), -1e9)
        score[:, 0] = 0
        vowels = torch.zeros(n, BEAM, dtype=torch.long)
        primary = torch.zeros(n, BEAM, dtype=torch.bool)
        secondary = torch.zeros(n, BEAM, dtype=torch.bool)
        written = torch.zeros(n, BEAM, t, dtype=torch.long)
        for i in range(t):
            state = torch.stack([primary.float(), secondary.float(), vowels.clamp(max=4) / 4], -1)
            logits = self.model.step(hidden[:, i:i + 1].expand(n, BEAM, -1), history, state)
            p = logits.log_softmax(-1).masked_fill(primary.unsqueeze(-1) & self.primary, -1e9)      # one primary stress a word
            total = (score.unsqueeze(-1) + p).flatten(1)
            score, pick = total.topk(BEAM, -1)
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
        result = []
        for b in range(n):
            sums = {}       # several ways to write the same phones add up
            for k in range(BEAM):
                names = [self.outputs[x] for x in written[b, k].tolist()]
                phones = " ".join(" ".join(x.split("+")) for x in names if x != "-")
                s = score[b, k]
                sums[phones] = torch.logaddexp(sums[phones], s) if phones in sums else s
            result.append(max(sums, key=lambda x: sums[x]))
        return result


def main():
    torch.set_num_threads(1)
    model, saved = load(sys.argv[1])
    words = list(dict.fromkeys(line.rstrip("\n").split("\t")[0] for line in open(sys.argv[2], encoding="utf-8")))
    speaker = Speaker(model, saved["outputs"])
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
