#!/usr/bin/env python3
"""Fine-tune a voice for one new speaker; `voice train` calls it, and unpack_and_train on a GPU machine.

    finetune.py --work WORK --stage start --from voices/base      the voice with a row for the new speaker -> WORK/start
    finetune.py --work WORK --stage prosody --seed 1              one member of the ensemble (1, 2, …)
    finetune.py --work WORK --stage decoder                       what is said and how it sounds: L1, then the critic
    finetune.py --work WORK --stage join                          the members as one, calibrated
    finetune.py --work WORK --stage all                           all that is not done yet

WORK is what `voice prepare` wrote: speaker.json, features/NAME. --with FEATURES mixes in the base speakers' takes, so that they stay
as they were; without it only the new speaker is trained, and only the new one is exported.
"""
import argparse
import json
import os
import sys

import numpy as np
import torch
import torch.nn as nn

import loop
import package
import phones as P
import train_acoustic as T
from acoustic import CALIBRATED, MEL_STD
from corpus import speakers
from format import MELS

OWN = 0.65                                # of a batch from the new speaker when others are mixed in
RATES = {"prosody": 4e-4, "decoder": 8e-4}     # learning rates: under half of those that start from nothing
SURE = 8
PROSODY = 0.22                            # part of the time for all members of the prosody


def speaker_card(work):
    with open(os.path.join(work, "speaker.json"), encoding="utf-8") as f:
        return json.load(f)


def write_json(path, value):
    with open(path + ".part", "w", encoding="utf-8") as f:
        json.dump(value, f, indent=2, ensure_ascii=False)
        f.write("\n")
    os.replace(path + ".part", path)


class Start:
    """WORK/start: the voice to go on from. Its last speaker is the new one."""

    def __init__(self, work):
        folder = os.path.join(work, "start")
        self.m, self.card = package.read_voice(folder)
        for x in self.m.parts().values():
            x.requires_grad_(True)
        self.names, self.main = self.m.names, len(self.m.names) - 1


def data(work, names, others=None):
    """-> train and dev items with the numbers of `names`. dev is the new speaker's alone."""
    own, train = names[-1], T.items(os.path.join(work, "features"), ("train",), cut=True)
    dev = T.items(os.path.join(work, "features"), ("dev",))
    if not train or not dev:
        raise SystemExit("%s/features has no aligned takes: run `voice prepare` first" % work)
    for i in train + dev:
        i.speaker = len(names) - 1
    if others:
        known = speakers(others)
        more = [i for i in T.items(others, ("train",), cut=True) if known[i.speaker] in names and known[i.speaker] != own]
        for i in more:
            i.speaker = names.index(known[i.speaker])
        train += more
    return train, dev


def candidates(count):
    """Rows of weights that the new speaker may start as: each speaker, and the mean of all."""
    return list(np.eye(count, dtype=np.float32)) + ([np.full(count, 1 / count, np.float32)] if count > 1 else [])


@torch.no_grad()
def nearest(m, dev):
    """Which candidate fits the new speaker's dev takes best -> weights for the sound and for the prosody."""
    sound, prosody = [], []
    for row in candidates(len(m.names)):
        weights, l1, error = torch.from_numpy(row)[None], [], []
        for i in dev[:8]:
            t = [torch.from_numpy(v)[None] for v in (i.ids, i.stress, i.position)] + [weights]
            frames = T.decoder_inputs(m.content(*t), *(torch.from_numpy(v)[None] for v in (
                i.index, i.in_token, i.contour, i.energy[i.index])))
            l1.append(float((m.decoder(frames)[0, :, :MELS] - torch.from_numpy(i.mel)).abs().mean()) / MEL_STD)
            log_d, _, energy = m.prosody(*t)
            keep = torch.from_numpy((i.ids >= P.FIRST) & (i.durations > 0))
            error.append(float(((log_d[0] - torch.log1p(torch.from_numpy(i.durations).float())) ** 2)[keep].mean()
                               + 0.2 * ((energy[0] - torch.from_numpy(i.energy)) ** 2)[keep].mean()))
        sound.append((np.mean(l1), row))
        prosody.append((np.mean(error), row))

    def least(scores, what):
        value, row = min(scores, key=lambda s: s[0])
        print("%s starts as %s (%.3f; the others: %s)" % (what, " + ".join(n for n, w in zip(m.names, row) if w), value, " ".join(
            "%.3f" % v for v, _ in scores)), flush=True)
        return row
    return least(sound, "the sound"), least(prosody, "the prosody")


def make_start(work, source):
    """The voice `source` with a row for the new speaker -> WORK/start (the checkpoints of a voice, and its card)."""
    card, out = speaker_card(work), os.path.join(work, "start")
    m, base = package.read_voice(source)
    if card["name"] in m.names:
        raise package.Refused("%s already has a speaker called %s: prepare with another --name" % (source, card["name"]))
    train, dev = data(work, m.names + [card["name"]])
    package.add_speaker(m, card["name"], *nearest(m, dev))
    voiced = np.concatenate([i.log_f0[i.voiced > 0] for i in train])
    for x in [m.prosody, *m.prosody.members]:
        x.pitch_mean[-1] = float(voiced.mean())
    for x in m.prosody.members:
        x.pitch_std[-1] = float(voiced.std())
    os.makedirs(out, exist_ok=True)
    facts = {"step": 0, "seconds": 0.0, "speakers": m.names}
    loop.save_model(os.path.join(out, "vocoder.pt"), "vocoder", m.vocoder, **facts)
    loop.save_model(os.path.join(out, "prosody.pt"), "prosody", m.prosody, members=len(m.prosody.members), **facts)
    loop.save_model(os.path.join(out, "decoder.pt"), "decoder", nn.ModuleDict({"content": m.content, "decoder": m.decoder}), **facts)
    write_json(os.path.join(out, "card.json"), base)


def default_minutes(train, device):
    """For the whole training: the training stops early when it learns nothing more."""
    speech = sum(i.length for i in train) / 6000
    minutes = min(180.0, 20 + 3 * speech)
    return minutes / 4 if device.startswith("cuda") else minutes


def settings(a):
    """What an earlier call was told, updated by this one: so that to resume needs no arguments."""
    path = os.path.join(a.work, "training.json")
    s = {"from": None, "with": None, "minutes": 0}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            s.update(json.load(f))
    given = {"from": a.source, "with": a.others and os.path.abspath(a.others), "minutes": a.total}
    if a.source and s["from"] and os.path.exists(os.path.join(a.work, "start", "decoder.pt")) and a.source != s["from"]:
        raise package.Refused("this training was begun from %s; delete %s to begin anew from %s" % (
            s["from"], os.path.join(a.work, "start"), a.source))
    s.update({k: v for k, v in given.items() if v})
    write_json(path, s)
    return s


def train_stage(a, start, stage, train, dev):
    """stage: decoder or prosody-SEED. a.minutes, a.seed and so on are set here for train_acoustic."""
    kind = stage.split("-")[0]
    members = len(start.m.prosody.members)
    a.minutes = a.total * (1 - PROSODY if kind == "decoder" else PROSODY / members)
    a.rate, a.share = RATES[kind], OWN
    if loop.is_done(a.out, stage, a.minutes):
        print("%s: done before" % stage, flush=True)
        return
    print("%s: %.0f minutes at most" % (stage, a.minutes), flush=True)
    if kind == "decoder":
        a.check, a.patience = 250, 6
        T.train_decoder(a, train, dev, start.names, start.main, (start.m.content, start.m.decoder))
    else:
        a.check, a.patience, a.seed = 50, 12, int(stage.split("-")[1])
        member = start.m.prosody.members[a.seed - 1]
        for d in member.modules():
            if isinstance(d, nn.Dropout):
                d.p = a.dropout
        T.train_prosody(a, train, dev, start.names, start.main, member)


def join(a, start, dev):
    """The members as one. What is measured on a handful of dev takes is believed only so far: half of the way from the base voice's
    calibration if there are SURE of them."""
    members = len(start.m.prosody.members)
    missing = [k for k in range(1, members + 1) if not os.path.exists(os.path.join(a.out, "prosody-%d.pt" % k))]
    if missing:
        raise package.Refused("prosody members %s are not trained yet" % missing)
    T.join(a, dev, start.names, start.main, start.m.prosody)
    path = os.path.join(a.out, "prosody.pt")
    f = torch.load(path, map_location="cpu")
    for k in CALIBRATED:
        base = start.m.prosody.state_dict()[k].cpu()
        f["weights"][k] = base + (f["weights"][k] - base) * len(dev) / (len(dev) + SURE)
    torch.save(f, path + ".part")
    os.replace(path + ".part", path)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    loop.add_arguments(p, 0, folders=False)
    p.add_argument("--work", required=True)
    p.add_argument("--stage", choices=("start", "prosody", "decoder", "join", "all"), required=True)
    p.add_argument("--from", dest="source", help="voice package or folder of checkpoints to start from")
    p.add_argument("--with", dest="others", help="features folder of the base speakers")
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--dropout", type=float, default=0.3)
    p.add_argument("--judge", type=int, default=24)
    p.add_argument("--judge-from", type=float, default=0.35)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    a.out, a.total = os.path.join(a.work, "acoustic"), a.minutes
    s = settings(a)
    if not os.path.exists(os.path.join(a.work, "start", "decoder.pt")):
        if not s["from"]:
            raise package.Refused("say which voice to start from: --from")
        make_start(a.work, s["from"])
    if a.stage == "start":
        return 0
    start, card = Start(a.work), speaker_card(a.work)
    if card.get("band_limit"):
        T.BAND_LIMIT[card["name"]] = card["band_limit"]
    train, dev = data(a.work, start.names, s["with"])
    a.total = s["minutes"] or default_minutes([i for i in train if i.speaker == start.main], a.device)
    members = ["prosody-%d" % k for k in range(1, len(start.m.prosody.members) + 1)]
    stages = {"prosody": ["prosody-%d" % a.seed], "decoder": ["decoder"], "join": [], "all": members + ["decoder"]}[a.stage]
    print("%d takes and phrases, dev %d; %.0f minutes in all on %s" % (len(train), len(dev), a.total, a.device), flush=True)
    for k in stages:
        train_stage(a, start, k, train, dev)
    if a.stage == "join" or (a.stage == "all" and all(os.path.exists(os.path.join(a.out, k + ".pt")) for k in stages)):
        join(a, start, dev)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except package.Refused as e:
        sys.exit("finetune: %s" % e)
    except KeyboardInterrupt:
        sys.exit("finetune: stopped; the same command goes on from the last checkpoint")
