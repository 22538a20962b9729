#!/usr/bin/env python3
"""Train the vocoder on recordings' own mels.

    train_vocoder.py --features F --out W/vocoder --stage spectral    --minutes 25
    train_vocoder.py --features F --out W/vocoder --stage adversarial --minutes 40

Stage spectral starts from nothing; stage adversarial starts from W/vocoder/spectral.pt. Each writes STAGE.pt (averaged
weights) every two minutes and goes on from STAGE.state when started again. Only true mels: mels that the acoustic model
predicts are plausible but not aligned with the recording, and teach the vocoder to blur.
"""
import argparse
import os
import sys

import numpy as np
import torch
import torch.nn as nn

import loop
from corpus import load
from format import HOP, MELS, RATE, sample_f0
from vocoder import Discriminator, Renderer, SpectralDistance, Vocoder, judged, persuaded

MARGIN = 4                                # frames at each side of a crop that the losses do not see


def pulse_phase(take, start, length):
    """Frames [start, start + length) of a take -> phase of its pulses in radians, f0 in Hz [length * HOP]."""
    t, part = np.arange(length * HOP) / HOP, slice(start, start + length)
    f0 = sample_f0(take.frames[part, MELS])
    turn = np.cumsum(f0.astype(np.float64)) - f0[0]
    offset = np.interp(t, np.arange(length), take.offset[part]) - take.offset[start]
    return np.mod(take.phase[start] + 2 * np.pi * turn / RATE + offset, 2 * np.pi).astype(np.float32), f0


def crops(takes, count, length, random, device):
    """count random crops of length frames -> frames [B, T, 82]; phase, f0, wave [B, T * HOP] tensors."""
    frames, phases, f0s, waves = [], [], [], []
    while len(frames) < count:
        k = takes[random.randint(len(takes))]
        if len(k) <= length:
            continue
        s = random.randint(len(k) - length)
        phase, f0 = pulse_phase(k, s, length)
        frames.append(k.frames[s:s + length])
        f0s.append(f0)
        phases.append(phase)
        waves.append(k.wave[s * HOP:(s + length) * HOP].astype(np.float32) / 32767)
    return [torch.from_numpy(np.stack(a)).to(device) for a in (frames, phases, f0s, waves)]


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    loop.add_arguments(p, 25)
    p.add_argument("--stage", choices=("spectral", "adversarial"), required=True)
    p.add_argument("--batch", type=int, default=0, help="crops a step (16 spectral, 8 adversarial)")
    p.add_argument("--frames", type=int, default=0, help="frames a crop (72 spectral, 52 adversarial)")
    p.add_argument("--rate", type=float, default=0, help="learning rate (1.5e-3 spectral, 5e-4 adversarial)")
    p.add_argument("--start", help="weights to start from (adversarial: OUT/spectral.pt)")
    a = p.parse_args()
    adversarial = a.stage == "adversarial"
    batch, length = a.batch or (8 if adversarial else 16), a.frames or (52 if adversarial else 72)
    rate = a.rate or (5e-4 if adversarial else 1.5e-3)
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    takes = load(a.features, ("train",), sound=True)
    print("%d takes, %.1f min" % (len(takes), sum(map(len, takes)) / 6000), flush=True)

    net, render, distance = Vocoder().to(a.device), Renderer().to(a.device), SpectralDistance().to(a.device)
    start = a.start or (os.path.join(a.out, "spectral.pt") if adversarial else None)
    before = {}
    if start:
        f = torch.load(start, map_location=a.device)
        net.load_state_dict(f["weights"])
        before = {"step": f["step"], "seconds": f["seconds"]}
    opt = torch.optim.AdamW(net.parameters(), lr=rate, betas=(0.8, 0.99), weight_decay=0.0 if adversarial else 0.01)
    parts = {"net": net, "average": loop.Average(net), "opt": opt}
    if adversarial:
        judge = Discriminator().to(a.device)
        judge_opt = torch.optim.AdamW(judge.parameters(), lr=4e-4, betas=(0.8, 0.99))
        parts.update(judge=judge, judge_opt=judge_opt)
    run = loop.Run(a, parts, a.stage)
    inner = slice(MARGIN * HOP, -MARGIN * HOP)

    def save():
        run.save()
        loop.save_model(os.path.join(a.out, a.stage + ".pt"), "vocoder", parts["average"].module, step=run.step,
                        seconds=run.seconds, before=before)

    while run.going():
        if adversarial:
            lr = rate * min(1, (run.step + 1) / 50) * (1 - 0.9 * min(1, run.progress))
        else:
            lr = rate * loop.cosine(run.progress, run.step, 100, 0.05)
        for g in opt.param_groups:
            g["lr"] = lr
        frames, phase, f0, wave = crops(takes, batch, length, run.random, a.device)
        y = render(frames, net(frames), phase, f0, [torch.randn_like(wave) for _ in range(2)])
        wave, y = wave[:, inner], [v[:, inner] for v in y]
        loss = distance(wave, *y)
        values = {"distance": loss.item()}
        if adversarial:
            real, fake = judge(wave), judge(y[0].detach())
            wrong = judged(real, fake)
            judge_opt.zero_grad()
            wrong.backward()
            judge_opt.step()
            values["judge"] = wrong.item()
            if run.step >= 60:            # let the judge learn to see first
                judge.requires_grad_(False)
                adv, match = persuaded(real, judge(y[0]))
                judge.requires_grad_(True)
                loss = loss + adv + match
                values.update(adversarial=adv.item(), match=match.item())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 3.0 if adversarial else 5.0)
        opt.step()
        parts["average"].update(net)
        if run.tick(values):
            save()
    save()
    print("done: %d steps, %.1f min" % (run.step, run.seconds / 60))
    return 0


if __name__ == "__main__":
    sys.exit(main())
