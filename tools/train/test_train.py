#!/usr/bin/env python3
"""Every step of the training on seconds of synthetic speech, about half a minute: make test-train.

Needs torch, onnx, scipy, soundfile; no data from elsewhere.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import onnx
import soundfile
import torch
from onnx import numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import acoustic
import f0
import format as fmt
import graph
import phones as P
import train_acoustic
import vocoder

TEXTS = ["Mama sees the apple.", "The loo sees mama!", "Apple, loo, the mama?", "Loo sees apple; mama sees loo.",
         "The apple sees the loo.", "Mama, mama sees loo.", "Sees mama the apple?", "Loo loo loo mama.",
         "Apple sees mama.", "The mama sees apple, loo.", "Mama loo apple.", "The apple; the loo."]


def voice(seconds, pitch, seed):
    """A buzz with gliding pitch and slow formants, hiss and pauses between."""
    r, n = np.random.RandomState(seed), int(seconds * fmt.RATE)
    t = np.arange(n) / fmt.RATE
    f = pitch * np.exp(0.15 * np.sin(2 * np.pi * 1.3 * t + seed))
    phase = 2 * np.pi * np.cumsum(f) / fmt.RATE
    x = sum(np.cos(k * phase) / (1 + (k - 4 - 3 * np.sin(5 * t)) ** 2) for k in range(1, 20))
    gate = np.sin(2 * np.pi * 2 * t) > -0.7
    x = 0.1 * x * gate + 0.03 * r.randn(n) * ~gate + 2e-4 * r.randn(n)
    x[:2400] = x[-2400:] = 2e-4 * r.randn(2400)
    return x.astype(np.float32)


def tool(name, *args):
    r = subprocess.run([sys.executable, os.path.join(HERE, name), *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       universal_newlines=True)
    if r.returncode:
        raise AssertionError("%s failed:\n%s" % (name, r.stdout))
    return r.stdout


class Formulas(unittest.TestCase):
    def test_tokens(self):
        ids, stress = P.parse("^ ð i _ æ1 p ə l , t ə _ m ɑ1 m ə z . $ ^ l u1 ? $")
        self.assertEqual(" ".join(P.NAMES[i] + (str(s) if s else "") for i, s in zip(ids, stress)),
                         "^ ð i _ æ1 p ə l , t ə _ m ɑ1 m ə z ; l u1 ? $")
        self.assertEqual(P.tokens("The apple; see you?", "en-US")[0].tolist(), P.parse("^ ð i _ æ1 p ə l ; s i1 _ j u ? $")[0].tolist())
        self.assertEqual(P.say(["Ja.", ""], "de")[0], "^ j aː1 . $")
        p = P.positions(P.parse("^ l u1 , l u1 . $")[0])                 # ^ L UW , L UW . $
        self.assertEqual(list(p[:, 1] * 20), [0, 2, 1, 0, 2, 1, 0, 0])
        self.assertEqual(list(p[:, 2] * 20), [0, 1, 2, 0, 1, 2, 0, 0])

    def test_durations(self):
        ids = np.array([1, 16, 3, 17, 3, 17, 6, 2])
        d = acoustic.round_durations(np.log1p([5, 4.4, 2.4, 1.4, 3.2, 6.6, 5, 10]), ids)
        # carry: 5-8 -> -2 (limit); 2.4 -> 2, 0.4; _ 2.4 -> 0; 1.8 -> 2, -0.2; _ 3.2 -> 3; 6.4 -> 6, 0.4; 10.4 -> 10
        self.assertEqual(list(d), [8, 2, 0, 2, 3, 6, 0, 10])

    def test_pitch(self):
        t = np.arange(24000) / fmt.RATE
        for hz in (100.0, 210.0, 330.0):
            x = sum(np.cos(2 * np.pi * hz * k * t) / k for k in range(1, 8)) * 0.05
            g = f0.refine(x, f0.track(x))[5:-5]
            self.assertLess(np.abs(g / hz - 1).max(), 0.01)

    def test_calibration(self):
        """What averaging takes from energy and durations comes back, but within limits."""
        r = np.random.RandomState(3)
        true = -3 + 0.8 * r.randn(500)
        guess = -2.5 + (true + 3) * 0.7
        scale, shift = train_acoustic.calibrate_energy(true, guess)
        np.testing.assert_allclose(guess * scale + shift, true, atol=1e-3)
        scale, shift = train_acoustic.calibrate_energy(true, guess * 0.1)
        self.assertEqual(scale, 1.5)
        self.assertAlmostEqual(float((guess * 0.1 * scale + shift).mean()), float(true.mean()), 5)

    def test_pulses(self):
        for hz in (90.0, 200.0, 333.3):
            f = torch.full((1, 24000), hz)
            phase = (torch.arange(1, 24001, dtype=torch.float64) * 2 * np.pi * hz / fmt.RATE).remainder(2 * np.pi).float()
            e = vocoder.Renderer.pulses(phase[None], f)
            self.assertAlmostEqual(float((e ** 2).mean()), 1.0, delta=0.05)

    def test_look_ahead(self):
        torch.manual_seed(0)
        for net, size, ahead in ((vocoder.Vocoder(), 82, 3), (acoustic.Decoder(), acoustic.HIDDEN + 6, 10)):
            net.eval()
            x = torch.randn(1, 80, size)
            y = x.clone()
            y[:, 50] += 1
            with torch.no_grad():
                d = (net(x) - net(y)).abs().amax((0, 2))
            self.assertEqual(int((d > 0).nonzero()[0]), 50 - ahead)


class Pipeline(unittest.TestCase):
    def test_all(self):
        with tempfile.TemporaryDirectory() as w:
            for s, pitch in (("kathleen", 160.0), ("linda", 220.0)):
                os.makedirs(os.path.join(w, "data", s, "audio"))
                for k, t in enumerate(TEXTS):
                    soundfile.write(os.path.join(w, "data", s, "audio", "%s%d.wav" % (s, k)),
                                    voice(1.6 + 0.1 * k, pitch, k), fmt.RATE)
                with open(os.path.join(w, "data", s, "train.tsv"), "w") as f:
                    f.write("id\ttext\tseconds\n" + "".join("%s%d\t%s\t2.0\n" % (s, k, t) for k, t in enumerate(TEXTS)))
            features = os.path.join(w, "features")
            tool("prepare.py", os.path.join(w, "data", "kathleen"), os.path.join(w, "data", "linda"), "--out", features, "--jobs", "1")
            self.assertIn("0.0 min new", tool("prepare.py", os.path.join(w, "data", "linda"), "--out", features, "--jobs", "1"))
            tool("align.py", "--features", features, "--rounds", "2")
            few = ("--features", features, "--device", "cpu", "--max-steps")
            for stage in ("spectral", "adversarial"):
                tool("train_vocoder.py", "--out", w, "--stage", stage, "--batch", "2", *few, "1")
            for seed in "12":
                tool("train_acoustic.py", "--out", w, "--stage", "prosody", "--batch", "4", "--seed", seed, *few, "2")
            tool("train_acoustic.py", "--out", w, "--stage", "join", *few, "1")
            tool("train_acoustic.py", "--out", w, "--stage", "decoder", "--batch", "4", *few, "1")
            self.assertIn("resumed", tool("train_acoustic.py", "--out", w, "--stage", "decoder", "--batch", "4",
                                          "--judge-from", "0", *few, "2"))
            out, cases = os.path.join(w, "voice"), os.path.join(w, "cases")
            tool("export.py", "--acoustic", w, "--vocoder", os.path.join(w, "adversarial.pt"), "--features", features,
                 "--out", out, "--cases", cases)
            with open(os.path.join(out, "voice.json")) as f:
                card = json.load(f)
            self.assertEqual(card["look_ahead"], {"decoder": 10, "vocoder": 3})
            self.assertEqual([s["name"] for s in card["speakers"]], ["kathleen", "linda"])
            for k, v in card["files"].items():
                with open(os.path.join(out, v["name"]), "rb") as f:
                    self.assertEqual(hashlib.sha256(f.read()).hexdigest(), v["sha256"])
            model = onnx.load(os.path.join(cases, "vocoder", "model.onnx"))
            x, y = onnx.TensorProto(), onnx.TensorProto()
            for name, t in (("input", x), ("output", y)):
                with open(os.path.join(cases, "vocoder", "test_data_set_1", name + "_0.pb"), "rb") as f:
                    t.ParseFromString(f.read())
            z = graph.evaluate(model, {"frames": numpy_helper.to_array(x)})["filters"]
            self.assertLess(np.abs(z - numpy_helper.to_array(y)).max(), 1e-3)
            with open(os.path.join(w, "t.tsv"), "w") as f:
                f.write("a\tMama sees the loo, apple.\n")
            tool("synthesize.py", "--acoustic", w, "--vocoder", os.path.join(w, "spectral.pt"),
                 "--texts", os.path.join(w, "t.tsv"), "--speaker", "kathleen=0.5,linda=0.5", "--out", w)
            x, rate = soundfile.read(os.path.join(w, "a.wav"))
            self.assertEqual(rate, fmt.RATE)
            self.assertGreater(len(x), 6000)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
