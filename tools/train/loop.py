"""What every training loop needs: progress by the clock, learning rate, averaged weights, checkpoints, log."""
import copy
import json
import math
import os
import time

import numpy as np
import torch


STARTED = time.time()                     # of the program: loading the data counts when its time is short


def add_arguments(p, minutes, folders=True):
    if folders:
        p.add_argument("--features", required=True, help="folder that prepare.py wrote")
        p.add_argument("--out", required=True, help="folder for checkpoints; an existing one is resumed")
    p.add_argument("--minutes", type=float, default=minutes, help="length of the training; the schedules follow it")
    p.add_argument("--max-steps", type=int, default=0, help="stop after so many steps (tests)")
    p.add_argument("--stop-after", type=float, default=0, help="leave so many minutes after the program's start, to be resumed later; 0: never")
    p.add_argument("--check", type=int, default=0, help="look at the dev split every so many steps")
    p.add_argument("--patience", type=int, default=0, help="stop early after so many looks without a gain; 0: never")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")


def cosine(progress, step, warm, floor):
    """Learning rate factor: warm-up by steps, then a cosine over progress 0..1 down to floor."""
    return min(1, (step + 1) / warm) * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


class Average:
    """Exponential moving average of a module's weights; short at first, so that it never drags the start along."""

    def __init__(self, module, decay=0.999):
        self.module, self.decay, self.steps = copy.deepcopy(module).eval(), decay, 0
        for p in self.module.parameters():
            p.requires_grad_(False)

    @torch.no_grad()
    def update(self, module):
        self.steps += 1
        d = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for a, b in zip(self.module.parameters(), module.parameters()):
            a.lerp_(b, 1 - d)


class Run:
    """State of one training: modules and optimisers by name, step and seconds spent, saved every two minutes.

    run.going() is the loop's condition; run.progress is seconds spent / seconds planned over all restarts.
    """

    def __init__(self, args, parts, stage, every=120):
        self.args, self.parts, self.every = args, parts, every
        os.makedirs(args.out, exist_ok=True)
        self.path = os.path.join(args.out, stage + ".state")
        self.step, self.before, self.extra = 0, 0.0, {}
        if os.path.exists(self.path):
            s = torch.load(self.path, map_location=args.device)
            for k, v in parts.items():
                if isinstance(v, Average):
                    v.module.load_state_dict(s[k])
                    v.steps = s[k + ".steps"]
                else:
                    v.load_state_dict(s[k])
            self.step, self.before, self.extra = s["step"], s["seconds"], s["extra"]
            print("resumed %s at step %d, %.1f min" % (self.path, self.step, self.before / 60), flush=True)
        # another stretch of the same training must not see the same crops again
        seed = args.seed + 7919 * self.step
        torch.manual_seed(seed)
        self.random = np.random.RandomState(seed % 2 ** 32)
        self.start = self.saved = time.time()
        self.sums, self.count = {}, 0

    @property
    def seconds(self):
        return self.before + time.time() - self.start

    @property
    def progress(self):
        return self.seconds / (60 * self.args.minutes)

    @property
    def finished(self):
        """The training is over, not only this stretch of it."""
        return self.progress >= 1 or bool(self.args.max_steps and self.step >= self.args.max_steps) or bool(self.extra.get("enough"))

    def going(self):
        return not self.finished and not (self.args.stop_after and time.time() - STARTED > 60 * self.args.stop_after)

    def gained(self, key, value):
        """Note a figure of the dev split (less is better) under its name; True if it is the best so far. After --patience looks
        without a gain, self.extra["stale"] is set."""
        e = self.extra
        better = value < e.get("best " + key, 1e9)
        e["best " + key] = min(value, e.get("best " + key, 1e9))
        e["idle"] = 0 if better else e.get("idle", 0) + 1
        if self.args.patience and e["idle"] >= self.args.patience:
            e["stale"] = True
        return better

    def tick(self, values, line=100):
        """Count a step; print the means of the loss values every `line` steps. True when a checkpoint is due."""
        self.step += 1
        self.count += 1
        for k, v in values.items():
            self.sums[k] = self.sums.get(k, 0.0) + float(v)
        if self.step % line == 0:
            print("%7d %6.1f min  %s" % (self.step, self.seconds / 60, "  ".join(
                "%s %.4f" % (k, v / self.count) for k, v in self.sums.items())), flush=True)
            self.sums, self.count = {}, 0
        return time.time() - self.saved > self.every

    def save(self):
        s = {"step": self.step, "seconds": self.seconds, "extra": self.extra, "finished": self.finished}
        for k, v in self.parts.items():
            s[k] = v.module.state_dict() if isinstance(v, Average) else v.state_dict()
            if isinstance(v, Average):
                s[k + ".steps"] = v.steps
        torch.save(s, self.path + ".part")
        os.replace(self.path + ".part", self.path)
        with open(self.path[:-len(".state")] + ".json", "w") as f:     # for programs that only want to know how far it is
            json.dump({"step": self.step, "seconds": round(self.seconds, 1), "finished": self.finished,
                       "enough": bool(self.extra.get("enough")), "minutes": self.args.minutes}, f)
        self.saved = time.time()


def is_done(out, stage, minutes):
    """Has this stage been trained for so long, or as long as was good for it?"""
    try:
        with open(os.path.join(out, stage + ".json")) as f:
            s = json.load(f)
    except (OSError, ValueError):
        return False
    return s["finished"] and (s["enough"] or s["minutes"] >= minutes)


def save_model(path, kind, module, **facts):
    """A model file: what export.py and synthesize.py read."""
    torch.save({"kind": kind, "weights": {k: v.cpu() for k, v in module.state_dict().items()}, **facts}, path + ".part")
    os.replace(path + ".part", path)
