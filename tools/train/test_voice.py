#!/usr/bin/env python3
"""A voice from a folder of recordings, and training from a pack, on seconds of synthetic speech: make test-train.

The base voice is untrained, so only the machinery is looked at: what is read back, refused, resumed, exported and packed.
"""
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import onnx
import soundfile
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import acoustic
import export
import format as fmt
import graph
import opus
import package
import phones as P
import recordings
from test_train import TEXTS, tool, voice

CONSENT = "I, Mama Example, agree that a test voice is made from this noise."


def quiet(function, *args):
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*args)


def refuse(name, *args):
    """Run a tool that must say no -> what it said."""
    r = subprocess.run([sys.executable, os.path.join(HERE, name), *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       universal_newlines=True)
    if not r.returncode or "Traceback" in r.stdout:
        raise AssertionError("%s should have said no:\n%s" % (name, r.stdout))
    return r.stdout


def write_base(folder):
    """An untrained voice of two speakers and two prosody members, nothing in it at its starting value."""
    torch.manual_seed(3)
    m = export.Models(names=("anna", "bert"))
    m.prosody = acoustic.Ensemble(P.PHONES, 2, 2).eval().requires_grad_(False)
    for part in m.parts().values():
        for x in part.modules():
            if isinstance(x, export.Block):
                x.gain.uniform_(0.05, 0.5)
                x.down.bias.uniform_(-0.1, 0.1)
    for x in [m.prosody, *m.prosody.members]:
        x.pitch_mean.copy_(torch.tensor([[5.3], [4.7]]))
    for x in m.prosody.members:
        x.pitch_std.copy_(torch.tensor([[0.2], [0.1]]))
        x.duration_mean.fill_(1.9)
    m.prosody.pitch_scale.copy_(torch.tensor([[1.2], [1.4]]))
    m.prosody.duration_scale.fill_(1.1)
    m.prosody.energy_scale.fill_(1.2)
    files, _, _ = quiet(export.write_graphs, m, folder, True)
    export.write_card(folder, {**export.card_head(m, "base", "0.1", "for tests"), "default_speaker": "anna", "languages": ["en-US"],
                               "speakers": [{"name": n, "language": "en-US", "licence": "CC0-1.0"} for n in m.names],
                               "phones_known": [20], "files": files, "training": {"data": "noise"}, "licence": "CC0-1.0"})
    return m


def write_folder(folder):
    """LJSpeech layout with 12 good recordings of several kinds, and bad ones."""
    os.makedirs(os.path.join(folder, "wavs"))
    lines = []

    def add(name, x, text, rate=fmt.RATE, ending="wav", **kind):
        x = np.asarray(x)
        if rate != fmt.RATE:
            x = np.interp(np.arange(int(len(x) * rate / fmt.RATE)) * fmt.RATE / rate, np.arange(len(x)), x)
        soundfile.write(os.path.join(folder, "wavs", "%s.%s" % (name, ending)), x, rate, **kind)
        lines.append("%s|%s" % (name, text))
    for k, t in enumerate(TEXTS):
        x = voice(1.6 + 0.1 * k, 180.0, k)
        kind = {1: dict(rate=44100), 2: dict(ending="flac"), 3: dict(subtype="PCM_24"), 4: dict(subtype="FLOAT"), 5: dict(ending="opus", format="OGG",
                subtype="OPUS"), 6: dict(rate=22050)}.get(k, {})
        add("good%02d" % k, np.stack([0.1 * x, x], 1) if k == 7 else x, "X 1|" + t if k == 8 else t, **kind)
    x = voice(2, 180.0, 20)
    add("loud", np.clip(20 * x, -1, 1), "Mama sees the loo.")
    add("silent", np.zeros(48000), "Mama sees the loo.")
    add("faint", x * 4e-3, "Mama sees the loo.", subtype="FLOAT")
    add("hiss", 0.05 * np.random.RandomState(0).randn(48000), "Mama sees the loo.")
    add("blink", x[:4000], "Mama.")
    add("cut", x, " ".join(TEXTS))
    add("more", np.concatenate([voice(6, 180.0, 21)]), "Loo.")
    with open(os.path.join(folder, "wavs", "torn.wav"), "wb") as f:
        f.write(b"RIFF\0\0")
    lines += ["torn|Mama sees.", "gone|Mama sees.", "empty|", "nonsense", "good00|twice", "../up|Mama."]
    with open(os.path.join(folder, "metadata.csv"), "w", encoding="utf-8-sig", newline="\r\n") as f:
        f.write("\n".join(lines) + "\n")


class Loader(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.original = write_base(os.path.join(cls.folder, "base"))
        cls.base = os.path.join(cls.folder, "base")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def outputs(self, m, inputs):
        t = [torch.from_numpy(v) for v in inputs.values()]
        with torch.no_grad():
            return [v.numpy() for v in (m.content(*t), *m.prosody(*t))]

    def test_same(self):
        m, card = package.read_voice(self.base)
        self.assertEqual((m.names, card["name"]), (["anna", "bert"], "base"))
        text, decoder, vocoder = export.random_inputs(2)
        want = graph.evaluate(onnx.load(os.path.join(self.base, "text.onnx")), text)
        for a, b, c in zip(want.values(), self.outputs(m, text), self.outputs(self.original, text)):
            self.assertLess(np.abs(a - b).max(), 1e-4)          # the file's weights, exactly
            self.assertLess(np.abs(a - c).max(), 0.02)          # before float16
        for name, x in (("decoder", decoder), ("vocoder", vocoder)):
            want = list(graph.evaluate(onnx.load(os.path.join(self.base, name + ".onnx")), x).values())[0]
            with torch.no_grad():
                got = getattr(m, name)(torch.from_numpy(x["frames"])).numpy()
            self.assertLess(np.abs(want - got).max(), 1e-4 * (1 + np.abs(want).max()))
        fresh = acoustic.Decoder()
        self.assertEqual(float(m.decoder.scale[-2]), float(fresh.scale[-2]))
        self.assertAlmostEqual(float(m.decoder.exit.weight.std() / self.original.decoder.exit.weight.std()), 1, delta=0.01)
        self.assertTrue(0.1 < float(m.content.blocks[0].gain.median()) < 0.4)

    def test_again(self):
        """Read, written and read once more: nothing creeps."""
        m, _ = package.read_voice(self.base)
        out = os.path.join(self.folder, "again")
        files, _, _ = quiet(export.write_graphs, m, out, True)
        with open(os.path.join(self.base, "voice.json")) as f:
            card = json.load(f)
        export.write_card(out, {**card, "files": files})
        text = export.random_inputs(2)[0]
        for a, b in zip(self.outputs(m, text), self.outputs(package.read_voice(out)[0], text)):
            self.assertLess(np.abs(a - b).max(), 0.01)

    def test_speakers(self):
        m, _ = package.read_voice(self.base)
        text = export.random_inputs(2)[0]
        weights, pad = text["speaker"], np.zeros((1, 1), np.float32)
        half = self.outputs(m, {**text, "speaker": np.array([[0.5, 0.5]], np.float32)})
        before = self.outputs(m, text)
        package.add_speaker(m, "mama", np.array([0.5, 0.5], np.float32), np.array([0.5, 0.5], np.float32))
        for a, b in zip(before, self.outputs(m, {**text, "speaker": np.concatenate([weights, pad], 1)})):
            self.assertLess(np.abs(a - b).max(), 1e-5)
        own = {**text, "speaker": np.array([[0, 0, 1]], np.float32)}
        for a, b in zip(half, self.outputs(m, own)):
            self.assertLess(np.abs(a - b).max(), 1e-4)
        want = self.outputs(m, own)
        package.keep_speakers(m, ["mama"])
        for a, b in zip(want, self.outputs(m, {**text, "speaker": np.ones((1, 1), np.float32)})):
            self.assertLess(np.abs(a - b).max(), 1e-5)

    def spoilt(self, name, change):
        """A copy of the base whose graph `name` was changed, its card put right -> what the loader says."""
        import hashlib
        out = os.path.join(self.folder, "spoilt")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.base, out)
        path = os.path.join(out, name + ".onnx")
        model = onnx.load(path)
        change(model.graph)
        onnx.save(model, path)
        with open(os.path.join(out, "voice.json")) as f:
            card = json.load(f)
        with open(path, "rb") as f:
            card["files"][name]["sha256"] = hashlib.sha256(f.read()).hexdigest()
        export.write_card(out, card)
        with self.assertRaises(package.Refused) as e:
            package.read_voice(out)
        return str(e.exception)

    def test_refused(self):
        def rename(g):
            for w in g.initializer:
                w.name = w.name.replace("prosody0.", "prosody.").replace("prosody1.", "prosody.x.")

        def other_operator(g):
            next(n for n in g.node if n.op_type == "Sigmoid").op_type = "Tanh"

        def extra(g):
            g.initializer.append(onnx.numpy_helper.from_array(np.zeros(3, np.float32), "surprise"))

        def narrow(g):
            w = next(w for w in g.initializer if w.name == "exit.bias")
            w.CopyFrom(onnx.numpy_helper.from_array(np.zeros(128, np.float32), "exit.bias"))
        self.assertIn("older training scripts", self.spoilt("text", rename))
        self.assertIn("not the graph", self.spoilt("decoder", other_operator))
        self.assertIn("surprise", self.spoilt("decoder", extra))
        self.assertIn("[128], not [140]", self.spoilt("vocoder", narrow))
        out = os.path.join(self.folder, "damaged")
        shutil.copytree(self.base, out)
        with open(os.path.join(out, "decoder.onnx"), "r+b") as f:
            f.seek(1000)
            f.write(b"x")
        with self.assertRaises(package.Refused) as e:
            package.read_voice(out)
        self.assertIn("damaged", str(e.exception))
        with self.assertRaises(package.Refused):
            package.read_voice(self.folder)


class Checks(unittest.TestCase):
    def test_folder(self):
        with tempfile.TemporaryDirectory() as d:
            write_folder(os.path.join(d, "in"))
            rows, found = recordings.metadata(os.path.join(d, "in"))
            self.assertEqual(next(r.text for r in rows if r.id == "good08"), TEXTS[8])     # the text with words for numbers
            good, facts = [], []
            for r in rows:
                f, more = recordings.examine(r)
                found += more
                if f:
                    good.append(r)
                    facts.append(f)
            said = P.say([r.text for r in good], "en-US")
            found += recordings.length_findings(good, facts, said) + recordings.folder_findings(facts)
            bad = {f.id: f.text for f in found if f.bad and f.id}
            for k, words in dict(loud="too loud", silent="silent", faint="too quiet", hiss="speech", blink="seconds long", cut="too long", more="too short",
                                 torn="cannot be read", gone="no sound file", empty="no text").items():
                self.assertIn(words, bad.get(k, "nothing found"), k)
            self.assertEqual([k for k in bad if k.startswith("good")], [])
            general = " ".join(f.text for f in found if not f.id)
            for words in ("line 23", "twice", "\"../up\" cannot be", "sampling rates"):
                self.assertIn(words, general)
            x, rate = recordings.load(os.path.join(d, "in", "wavs", "good07.wav"))
            self.assertGreater(np.abs(x).max(), 0.1)                                       # the louder channel
            y = recordings.at_rate(np.sin(2 * np.pi * 440 * np.arange(44100) / 44100), 44100)
            self.assertLess(np.abs(y - np.sin(2 * np.pi * 440 * np.arange(24000) / 24000))[500:-500].max(), 1e-3)
            with self.assertRaisesRegex(ValueError, "metadata.csv is missing"):
                recordings.metadata(d)
            with open(os.path.join(d, "metadata.csv"), "wb") as f:
                f.write("a|good\nb|gr\u00fcn\n".encode("latin-1"))
            with self.assertRaisesRegex(ValueError, "line 2.*UTF-8"):
                recordings.metadata(d)

    def test_language(self):
        german = ["Das ist der Tag, an dem wir mit dem Boot auf den See fahren.", "Ich bin nicht sicher, ob es ein guter Plan ist, und sie auch nicht."]
        english = ["This is the day that we are to row on the lake with you.", "He was not sure that it was a good plan for the two of them."]
        self.assertIn("German", recordings.language_finding(german, "en-US").text)
        self.assertIn("English", recordings.language_finding(english, "nl-BE").text)
        self.assertIsNone(recordings.language_finding(german, "de"))
        self.assertIsNone(recordings.language_finding(english, "en-GB"))
        self.assertIsNone(recordings.language_finding(["Otto."], "en-US"))                 # too little to tell

    def test_trim(self):
        x = np.concatenate([np.zeros(48000), voice(1, 150.0, 1), np.zeros(24000)]) + 1e-5
        self.assertLess(abs(len(recordings.trim(x)) / fmt.RATE - 1.4), 0.25)

    def test_outliers(self):
        self.assertEqual([f.id for f in recordings.pitch_findings({"a": 100.0, "b": 104.0, "c": 210.0, "d": 98.0})], ["c"])


class Opus(unittest.TestCase):
    def test_round_trip(self):
        lib = opus.library()
        for count in (1, 479, 480, 12345, 48000):
            x = (voice(3, 150.0, 2)[2400:2400 + count] * 32767).astype(np.int16)
            y = opus.decode(lib, opus.encode(lib, x, 48000), count)
            self.assertEqual(len(y), count)
        x, y = (v[:48000].astype(float) for v in (x, y))
        lag = np.argmax(np.correlate(y[20000:30000], x[20000:30000], "full")) - 9999
        self.assertEqual(lag, 0)
        self.assertGreater(np.corrcoef(x, y)[0, 1], 0.95)
        size = {b: len(opus.encode(lib, x.astype(np.int16), b)) for b in (24000, 64000)}
        self.assertGreater(size[64000], 1.7 * size[24000])
        with self.assertRaises(ValueError):
            opus.decode(lib, opus.encode(lib, x.astype(np.int16), 24000), 10 ** 6)


class ThreeCommands(unittest.TestCase):
    def test_all(self):
        with tempfile.TemporaryDirectory() as d:
            folder, work, base, out = (os.path.join(d, k) for k in ("in", "work", "base", "mama"))
            write_folder(folder)
            write_base(base)
            ask = ("prepare", folder, "--name", "mama", "--out", work, "--jobs", "1", "--rounds", "2")
            self.assertIn("consent", refuse("voice", *ask, "--language", "en-US"))
            self.assertIn("who has not agreed", refuse("voice", *ask, "--language", "en-US", "--consent", "yes"))
            said = refuse("voice", *ask, "--language", "en-US", "--consent", CONSENT, "--anyway")
            self.assertIn("too little", said)
            self.assertIn("gone: there is no sound file", said)
            tool("voice", *ask, "--language", "en-US", "--consent", CONSENT, "--anyway", "--least", "0.2")
            with open(os.path.join(work, "features", "mama", "align.tsv")) as f:
                self.assertEqual(len(f.readlines()), 13)
            with open(os.path.join(work, "report.txt")) as f:
                self.assertIn("left out\tsilent\tis silent", f.read())

            go = ("train", work, "--threads", "1", "--device", "cpu", "--batch", "4")
            said = tool("voice", *go, "--from", base, "--stop-after", "0.0001")
            self.assertIn("the sound starts as", said)
            said = tool("voice", *go, "--max-steps", "1")
            self.assertIn("resumed", said)
            self.assertIn("mama pitch r", said)
            self.assertIn("prosody-2: done before", tool("voice", *go, "--max-steps", "1"))
            self.assertIn("begun from", refuse("voice", *go, "--from", os.path.join(HERE, "..", "..", "voices", "base")))
            tool("voice", "export", work, "--out", out)
            with open(os.path.join(out, "voice.json"), encoding="utf-8") as f:
                card = json.load(f)
            self.assertEqual([s["name"] for s in card["speakers"]], ["mama"])
            self.assertEqual((card["consent"], card["speakers"][0]["consent"]), (CONSENT, CONSENT))
            self.assertIn(20, card["phones_known"])
            self.assertIn(P.IDS["m"], card["phones_known"])
            self.assertEqual(card["training"]["base"]["name"], "base")
            m, _ = package.read_voice(out)
            self.assertEqual(m.names, ["mama"])
            # the vocoder is the base's, to the bit
            with open(os.path.join(out, "vocoder.onnx"), "rb") as f, open(os.path.join(base, "vocoder.onnx"), "rb") as g:
                self.assertEqual(f.read(), g.read())
            subprocess.check_call([P.SYRINX, "speak", "--voice", out, "Mama sees the loo.", "-o", os.path.join(d, "a.wav")])
            self.assertGreater(soundfile.info(os.path.join(d, "a.wav")).frames, 6000)
            self.tight(d, work)
            self.packed(d, work, base)

    def tight(self, d, work):
        """A pack that cannot hold all takes leaves some out and keeps to its size; dev stays whole."""
        def size(out, *args):
            tool("pack", "--features", os.path.join(work, "features"), "--out", out, *args)
            with open(os.path.join(out, "data", "pack.json")) as f:
                takes = json.load(f)["takes"]
            return sum(os.path.getsize(os.path.join(r, f)) for r, _, fs in os.walk(out) for f in fs), takes
        big, takes = size(os.path.join(d, "big"))
        limit = big - sum(t[5] for t in takes) * 0.6
        small, some = size(os.path.join(d, "small"), "--size", str(limit / 2 ** 20), "--kbits", "64")
        self.assertLessEqual(small, limit)
        self.assertTrue(0 < len(some) < len(takes), len(some))
        with open(os.path.join(work, "features", "mama", "list.tsv")) as f:
            dev = {line.split("\t")[0] for line in f if line.split("\t")[1] == "dev"}
        self.assertTrue(dev and dev <= {t[2] for t in some})

    def packed(self, d, work, base):
        """The same training packed, in a folder of its own and without any sound tool."""
        pack, first, second, bare = (os.path.join(d, k) for k in ("pack", "first", "second", "bare"))
        shutil.rmtree(os.path.join(work, "acoustic"))
        others = os.path.join(d, "others")
        shutil.copytree(os.path.join(work, "features", "mama"), os.path.join(others, "anna"))
        said = tool("pack", "--work", work, "--with", others, "--limit", "anna=0.2", "--out", pack, "--size", "10")
        self.assertIn("mama: 0.5 of 0.5 minutes", said)
        self.assertRegex(said, "anna: 0.[12] of 0.5 minutes")
        self.assertLess(sum(os.path.getsize(os.path.join(r, f)) for r, _, fs in os.walk(pack) for f in fs), 10 * 2 ** 20)
        os.rename(work, work + ".away")
        os.makedirs(bare)
        os.symlink(sys.executable, os.path.join(bare, "python3"))
        environment = {"PATH": bare, **{k: os.environ[k] for k in ("LD_LIBRARY_PATH",) if k in os.environ}}

        def run(*args):
            r = subprocess.run([os.path.join(pack, "tools", "train", "unpack_and_train"), "--jobs", "1", "--device", "cpu", "--batch", "4", *args],
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
            self.assertEqual(r.returncode, 0, r.stdout)
            return r.stdout
        self.assertIn("to be continued", run("--out", first, "--minutes", "0.8"))          # time for the features only
        self.assertIn("all done", run("--out", second, "--resume", first, "--minutes", "5", "--max-steps", "1", "--piece", "4"))
        pieces = sorted(os.listdir(second))
        self.assertEqual(pieces[:2], ["checkpoint.tar.00", "checkpoint.tar.01"])
        self.assertTrue(all(os.path.getsize(os.path.join(second, p)) <= 4 * 2 ** 20 for p in pieces))
        os.rename(work + ".away", work)
        subprocess.check_call("cat %s/checkpoint.tar.* | tar x -C %s" % (second, work), shell=True)
        tool("voice", "export", work, "--out", os.path.join(d, "from-gpu"))
        self.assertEqual(package.read_voice(os.path.join(d, "from-gpu"))[0].names, ["anna", "bert", "mama"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
