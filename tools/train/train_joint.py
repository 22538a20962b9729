#!/usr/bin/env python3
"""Train the decoder of the sound through the vocoder: what counts is what is heard, not the mel between them.

    train_joint.py --features F --out W/acoustic --vocoder W/vocoder --minutes 20

Starts from W/acoustic/decoder.pt and W/vocoder/adversarial.pt with its critics (adversarial.state), and writes W/acoustic/joint.pt, a decoder like
decoder.pt. The vocoder stays as it is, so that it remains one for all and true to true mels; its critics go on learning. The mel's own
L1 holds the decoder where the text wants it.
"""
import argparse
import os
import sys

import numpy as np
import torch
import torch.nn as nn

import loop
import phones as P
from acoustic import MEL_STD, Content, Decoder
from corpus import speakers
from format import HOP, MELS
from train_acoustic import Sampler, SHARE, decoder_inputs, items, token_batch
from train_vocoder import MARGIN, pulse_phase
from vocoder import Discriminator, Renderer, Vocoder, judged, persuaded

LENGTH = 84                               # frames that the decoder sees
EDGE = 14                                 # of them on either side that only serve it as context, and MARGIN more that lack their neighbours' sound


def crops(batch, random, device):
    """Items with sound -> index [B, LENGTH], in-token features, ln f0, energy, mel, voicing; phase, f0, wave [B, n] of the middle."""
    cols, inner = [[] for _ in range(9)], slice(EDGE, LENGTH - EDGE)
    for i in batch:
        s = random.randint(i.length - LENGTH + 1)
        e = s + LENGTH
        phase, f0 = pulse_phase(i.take, i.first + s + EDGE, LENGTH - 2 * EDGE)
        wave = i.take.wave[(i.first + s + EDGE) * HOP:(i.first + e - EDGE) * HOP].astype(np.float32) / 32767
        for c, v in zip(cols, (i.index[s:e], i.in_token[s:e], i.log_f0[s:e], i.energy[i.index[s:e]], i.mel[s:e], i.voiced[s:e],
                               phase, f0, wave)):
            c.append(v)
    return [torch.from_numpy(np.stack(c)).to(device) for c in cols], inner


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    loop.add_arguments(p, 20)
    p.add_argument("--vocoder", required=True, help="folder of train_vocoder.py")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--rate", type=float, default=2e-4)
    p.add_argument("--share", type=float, default=SHARE, help="share of the first speaker")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    names = speakers(a.features)
    train = [i for i in items(a.features, ("train",), cut=True, sound=True) if i.length >= LENGTH]
    print("%d takes" % len(train), flush=True)
    net = nn.ModuleDict({"content": Content(P.PHONES, len(names)), "decoder": Decoder()}).to(a.device)
    before = torch.load(os.path.join(a.out, "decoder.pt"), map_location=a.device)
    net.load_state_dict(before["weights"])
    vocoder, render, judge = Vocoder().to(a.device), Renderer().to(a.device), Discriminator().to(a.device)
    vocoder.load_state_dict(torch.load(os.path.join(a.vocoder, "adversarial.pt"), map_location=a.device)["weights"])
    vocoder.requires_grad_(False)
    judge.load_state_dict(torch.load(os.path.join(a.vocoder, "adversarial.state"), map_location=a.device)["judge"])
    opt = torch.optim.AdamW(net.parameters(), lr=a.rate, betas=(0.8, 0.99), weight_decay=0.01)
    judge_opt = torch.optim.AdamW(judge.parameters(), lr=2e-4, betas=(0.8, 0.99))
    average = loop.Average(net)
    run = loop.Run(a, {"net": net, "average": average, "opt": opt, "judge": judge, "judge_opt": judge_opt}, "joint")
    sampler = Sampler(train, a.share, run.random)

    def save():
        run.save()
        loop.save_model(os.path.join(a.out, "joint.pt"), "decoder", average.module, step=run.step, seconds=run.seconds,
                        speakers=names, before={"step": before["step"], "seconds": before["seconds"]})

    while run.going():
        for g in opt.param_groups:
            g["lr"] = a.rate * min(1, (run.step + 1) / 50) * (1 - 0.9 * min(1, run.progress))
        batch = sampler.draw(a.batch)
        (index, in_token, log_f0, energy, mel, voiced, phase, f0, wave), inner = crops(batch, run.random, a.device)
        phone, stress, position, speaker, mask = token_batch(batch, len(names), a.device)
        x = decoder_inputs(net["content"](phone, stress, position, speaker, mask), index, in_token, log_f0, energy)
        y = net["decoder"](x)
        l1 = (y[..., :MELS] - mel)[:, inner].abs().mean() / MEL_STD
        voicing = nn.functional.binary_cross_entropy_with_logits(y[..., MELS], voiced)
        frames = torch.cat([y[..., :MELS], log_f0[..., None], voiced[..., None]], 2)
        sound = render(frames[:, inner], vocoder(frames)[:, inner], phase, f0, [torch.randn_like(wave)])[0]
        wave, sound = wave[:, MARGIN * HOP:-MARGIN * HOP], sound[:, MARGIN * HOP:-MARGIN * HOP]
        real, fake = judge(wave), judge(sound.detach())
        wrong = judged(real, fake)
        judge_opt.zero_grad()
        wrong.backward()
        judge_opt.step()
        judge.requires_grad_(False)
        adv, match = persuaded(real, judge(sound))
        judge.requires_grad_(True)
        loss = 3 * l1 + 0.5 * voicing + adv + match
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        opt.step()
        average.update(net)
        if run.tick({"l1": l1.item(), "judge": wrong.item(), "adversarial": adv.item(), "match": match.item()}, 50):
            save()
    save()
    print("done: %d steps, %.1f min" % (run.step, run.seconds / 60))
    return 0


if __name__ == "__main__":
    sys.exit(main())
