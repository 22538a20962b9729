#!/usr/bin/env python3
"""Training and judging of instruments on notes made here, some seconds: make test-train."""
import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import soundfile
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "eval")]
import note_analysis as A
import note_figures as F
import note_model as M
import note_render
import note_train as T
import notes as N

SILENCE = 0.05


def hertz(pitch):
    return 440 * 2 ** ((pitch - 69) / 12)


def plucked(pitch, velocity, seconds, stiffness=0.0):
    """Partials of 1/k, of which each falls by 3 + k nepers a second; velocity by the rule."""
    t = np.arange(int(seconds * N.RATE)) / N.RATE
    x = np.zeros(len(t))
    for k in range(1, 25):
        f = hertz(pitch) * k * np.sqrt((1 + stiffness * k * k) / (1 + stiffness))
        if f < 20000:
            x += 0.1 / k * np.exp(-(3 + k) * t) * np.cos(2 * np.pi * f * t + k)
    return x * np.exp(N.rule(velocity / 127))


def blown(pitch, velocity, seconds):
    """Partials of 1/k with an attack of 40 ms, vibrato and breath."""
    r = np.random.RandomState(int(pitch))
    t = np.arange(int(seconds * N.RATE)) / N.RATE
    phase = 2 * np.pi * np.cumsum(hertz(pitch) * 2 ** (20 * np.sin(2 * np.pi * 5.5 * t + pitch) / 1200)) / N.RATE
    x = sum(0.1 / k * np.cos(k * phase + k) for k in range(1, 16))
    return (x + 0.003 * r.randn(len(t))) * np.minimum(1, t / 0.04) * np.exp(N.rule(velocity / 127))


def folder(path, sound, pitches, velocities, held, seconds):
    os.makedirs(path)
    r = np.random.RandomState(1)
    rows = [["file", "midi_pitch", "velocity", "split", "licence"]]
    for p in pitches:
        for v in velocities:
            name = "%d_%d.wav" % (p, v)
            x = np.concatenate([np.zeros(int(SILENCE * N.RATE)), sound(p, v, seconds)])
            soundfile.write(os.path.join(path, name), x + 1e-5 * r.randn(len(x)), N.RATE, subtype="FLOAT")
            rows.append([name, p, v, "val" if p in held else "train", "CC0-1.0"])
    with open(os.path.join(path, "notes.csv"), "w", newline="") as f:
        csv.writer(f).writerows(rows)


def tool(path, *args, ok=True):
    r = subprocess.run([sys.executable, path, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if (r.returncode == 0) != ok:
        raise AssertionError("%s %s:\n%s" % (path, " ".join(args), r.stdout))
    return r.stdout


class Analysis(unittest.TestCase):
    def note(self, x, pitch, sustained):
        n = N.Note({"file": "x.wav", "midi_pitch": str(pitch)}, "", 0)
        n.x = np.concatenate([np.zeros(N.LEAD), x]).astype(np.float32)
        n.seconds = len(x) / N.RATE - 0.05
        return n

    def test_partials_of_a_decay(self):
        n = self.note(plucked(57, 80, 1.0), 57, False)
        p = A.analyse(n, False, np.arange(1.0, 25), np.zeros(24))
        for k in (1, 2, 5, 12):
            for i in (0, 2, 10, 40):
                want = np.log(0.1 / k) - (3 + k) * i * N.HOP / N.RATE
                self.assertLess(abs(p["amplitude"][i, k - 1] - want), 0.15, "partial %d, frame %d" % (k, i))

    def test_noise_between_partials(self):
        r = np.random.RandomState(3)
        n = self.note(blown(60, 80, 1.5) * 0 + 0.01 * r.randn(int(1.5 * N.RATE)), 60, False)
        p = A.analyse(n, False, np.arange(1.0, 30), np.zeros(29))
        self.assertLess(np.abs(p["noise"][20:, 2:31].mean(0) - np.log(0.01)).max(), 0.25)

    def test_stiffness(self):
        b = 3e-4
        n = self.note(plucked(45, 80, 1.5, b), 45, False)
        cents, found = A.string_cents(n.x, n.hertz, 16, n.seconds)
        self.assertLess(abs(found - b), 3e-5)
        k = np.arange(1, 17)
        self.assertLess(np.abs(cents - 600 * np.log2((1 + b * k * k) / (1 + b))).max(), 1.0)

    def test_vibrato_is_followed(self):
        n = self.note(blown(69, 80, 1.5), 69, True)
        p = A.analyse(n, True, np.arange(1.0, 16), np.zeros(15))
        self.assertGreater(p["cents"][30:-10].max(), 15)
        self.assertLess(np.abs(p["amplitude"][30:-10, 9] - np.log(0.01)).max(), 0.3)    # the tenth partial moves by 200 cents, and stays whole

    def test_onset(self):
        x = np.concatenate([np.zeros(4800), plucked(60, 80, 0.5)])
        self.assertLess(abs(N.onset(x, False) - 4800), 100)


class Networks(unittest.TestCase):
    def test_graphs_say_what_the_networks_say(self):
        torch.manual_seed(2)
        for keys in ((), (36.0, 38.0, 42.0)):
            loud = M.louder(np.arange(1.0, 11), 200.0, 1.0, 0.1)
            f = M.Frame(M.Look(36, 80, 0.3, 0.9, 6, keys), 10, 12, True, loud[0]).eval()
            o = M.Onset(M.Look(36, 80, 0.3, 0.9, 6, keys), 10, 8, loud[1]).eval()
            for m in (f, o):
                for w in m.parameters():
                    w.data.normal_(0, 0.3)
            p = note_render.Package({"frame": M.frame_graph(f), "onset": M.onset_graph(o)}, {"partials": 10, "range": [36, 80], "sustained": False})
            t = np.array([0.0, 0.1, 1.0])
            for pitch, v in ((36, 0.1), (38, 0.5), (80, 1.0)):
                note = torch.tensor([[pitch, v, 0.3, -0.6]])
                with torch.no_grad():
                    a = f(note.expand(3, 4), torch.tensor(t, dtype=torch.float32)[:, None]).numpy()
                    b = o(note)[0].numpy()
                self.assertLess(np.abs(a - p.frames(pitch, v, t, (0.3, -0.6))).max(), 0.02)
                cents, grid = p.onset(pitch, v, (0.3, -0.6))
                self.assertLess(np.abs(b - np.concatenate([cents, grid.reshape(-1)])).max(), 0.1)

    def test_velocity_goes_everywhere(self):
        f = M.Frame(M.Look(36, 80, 0.6, 0.6, 6), 4, 8, False, M.louder(np.arange(1.0, 5), 200.0, 1.0, 0.0)[0])
        note = torch.tensor([[60, v, 0, 0] for v in (0.0, 0.25, 0.63, 0.9)])
        with torch.no_grad():
            y = f(note, torch.full((4, 1), 0.2))[:, 0].numpy() * 20 / np.log(10)
        self.assertTrue(-60 < y[0] - y[2] < -45 and -17 < y[1] - y[2] < -13 and 5 < y[3] - y[2] < 8, y)


class Command(unittest.TestCase):
    def test_one_command_for_all(self):
        with tempfile.TemporaryDirectory() as d:
            data, voices = os.path.join(d, "data"), os.path.join(d, "voices")
            folder(os.path.join(data, "harp"), lambda p, v, s: plucked(p, v, s, 1e-4), (48, 52, 55, 60, 64, 67, 72), (48, 100), (60,), 1.2)
            folder(os.path.join(data, "flute"), blown, (60, 64, 67, 72, 76), (80,), (67,), 1.6)
            train = os.path.join(HERE, "instruments")
            print(tool(train, "--all", data, voices, "--steps", "350", "--work", os.path.join(d, "work")))
            self.assertEqual(tool(train, "--all", data, voices), "")                     # finished: nothing is done again
            rows = os.path.join(d, "rows.json")
            print(tool(os.path.join(os.path.dirname(HERE), "eval", "instruments"), data, voices, "--json", rows, "--pictures", os.path.join(d, "pictures")))
            with open(rows) as f:
                rows = json.load(f)
            for r in rows:
                with self.subTest(r["name"]):
                    self.assertLess(r["cents"], 3)
                    self.assertLess(r["attack"], 10)
                    self.assertLess(r["distance"], min(7, r["neighbour"]))
                    with open(os.path.join(voices, "instruments", r["name"], "instrument.json")) as f:
                        card = json.load(f)
                    self.assertEqual(card["format"], "syrinx-instrument-1")
                    self.assertEqual(card["sustained"], r["name"] == "flute")
                    self.assertEqual(card["licence"], "CC0-1.0")
                    for k in ("title", "partials", "range", "gain", "data", "steps", "figures", "command", "release", "dynamics", "attack_skip"):
                        self.assertIn(k, card)
                    self.assertLess(r["weights"], 40000)
                    with open(os.path.join(d, "pictures", r["name"] + ".png"), "rb") as f:
                        self.assertEqual(f.read(4), b"\x89PNG")
            harp = note_render.Package.open(os.path.join(voices, "instruments", "harp"))
            self.assertEqual(harp.card["range"], [48, 72])
            late, off = note_render.clock(harp.card, np.array([5.0]))                    # behind what was learnt it falls by the card's tail
            self.assertGreater(harp.card["tail"], 20)
            y = harp.frames(60, 80 / 127, np.array([0.05, 0.3, 0.5, late[0]]))
            for k in (1, 2, 4):                                                         # levels and decays of a pitch that was not trained
                self.assertLess(abs(y[0, k - 1] - np.log(0.1 / k) + (3 + k) * 0.05), 0.4)
                self.assertLess(abs(y[0, k - 1] - y[1, k - 1] - (3 + k) * 0.25), 0.5)
            self.assertLess(y[3, :24].max() - off[0] / 8.686, np.log(1e-4))
            cents, _ = harp.onset(60, 80 / 127)
            self.assertLess(abs(cents[9] - cents[0] - 600 * np.log2(1 + 1e-4 * 100)), 4)
            again = os.path.join(d, "again")
            tool(train, os.path.join(data, "flute"), again, "--steps", "350", "--work", os.path.join(d, "work"))
            for k in ("frame.onnx", "onset.onnx"):                                      # the same seed, the same weights
                with open(os.path.join(again, k), "rb") as a, open(os.path.join(voices, "instruments", "flute", k), "rb") as b:
                    self.assertEqual(a.read(), b.read())

    def test_says_what_is_wrong(self):
        with tempfile.TemporaryDirectory() as d:
            train = os.path.join(HERE, "instruments")
            self.assertIn("notes.csv is missing", tool(train, d, os.path.join(d, "o"), ok=False))
            with open(os.path.join(d, "notes.csv"), "w") as f:
                f.write("file,midi_pitch\nnone.wav,60\n")
            self.assertIn("no file", tool(train, d, os.path.join(d, "o"), ok=False))
            with open(os.path.join(d, "notes.csv"), "w") as f:
                f.write("file,midi_pitch\nnone.wav,many\n")
            self.assertIn("line 2", tool(train, d, os.path.join(d, "o"), ok=False))


class Figures(unittest.TestCase):
    def test_distance_and_pitch(self):
        a, b = plucked(60, 80, 1.0), plucked(60.2, 80, 1.0)
        self.assertEqual(F.distance(a, a), 0)
        self.assertGreater(F.distance(a, 0.1 * a), 10)
        self.assertLess(abs(F.pitch_of(b, hertz(60)) - 20), 1)
        self.assertLess(abs(F.attack(blown(60, 80, 1.0)) - 20), 5)

    def test_when_a_note_is_heard(self):
        slow, fast = blown(60, 80, 1.0), plucked(60, 80, 1.0)
        want = np.mean([40 * 10 ** (-d / 20) for d in range(6, 16)])                    # of a level that rises evenly for 40 ms
        self.assertLess(abs(F.perceived(slow, hertz(60)) - want), 5)
        self.assertLess(F.perceived(fast, hertz(60)), 6)
        late = np.concatenate([np.zeros(960), slow])
        self.assertLess(abs(F.perceived(late, hertz(60)) - F.perceived(slow, hertz(60)) - 20), 1)

    def test_spread_of_recordings(self):
        notes = [N.Note({"file": "x.wav", "midi_pitch": str(k)}, "", k) for k in range(60, 70)]
        self.assertEqual(F.spread(notes, [30.0] * 10), 0)
        self.assertEqual(F.spread(notes, [20.0, 60.0] * 5), 40)

    def test_loudness_is_what_is_measured(self):
        torch.manual_seed(4)
        f = M.Frame(M.Look(48, 72, 0.3, 0.9, 6), 12, 12, False, M.louder(np.arange(1.0, 13), 200.0, 1.0, 0.1)[0]).eval()
        o = M.Onset(M.Look(48, 72, 0.3, 0.9, 6), 12, 8, M.louder(np.arange(1.0, 13), 200.0, 1.0, 0.1)[1]).eval()
        for level in (-3.0, -9.0):                                                       # partials alone are heard, then the noise alone
            with torch.no_grad():
                f.out.weight.mul_(0.1)
                f.out.bias[:12] = level
                f.out.bias[12:] = -15.0 - level
                f.out.bias[-1] = 0
            p = note_render.Package({"frame": M.frame_graph(f), "onset": M.onset_graph(o)},
                                    {"partials": 12, "range": [48, 72], "sustained": True, "hold": [0.3, 1.0]})
            x = note_render.render(p, 60, 80 / 127, 0.5, seed=1)
            self.assertLess(abs(F.loudness(p, 60, 80 / 127) - note_render.lufs(x[4800:]) - 0.691), 0.7)
        self.assertEqual(F.evenness(p).shape, (25, 3))


class Training(unittest.TestCase):
    def test_uneven_keys_cost(self):
        f = M.Frame(M.Look(36, 84, 0.3, 0.9, 6), 8, 12, False, M.louder(np.arange(1.0, 9), 200.0, 1.0, 0.1)[0])
        with torch.no_grad():
            for w in f.parameters():
                w.zero_()
            cost = [T.uneven(f, 36, 84, 0.3, 0.9, np.arange(1.0, 9), np.random.RandomState(1)).item()]
            f.direct.weight[:8, 6] = 24 * 0.1                                            # 0.87 dB from key to key: still even
            cost.append(T.uneven(f, 36, 84, 0.3, 0.9, np.arange(1.0, 9), np.random.RandomState(1)).item())
            f.direct.weight[:8, 6] = 24 * 0.4
            cost.append(T.uneven(f, 36, 84, 0.3, 0.9, np.arange(1.0, 9), np.random.RandomState(1)).item())
        self.assertLess(max(cost[:2]), 0.02)
        self.assertGreater(cost[2], 0.15)


if __name__ == "__main__":
    unittest.main()
