#!/usr/bin/env python3
"""Trained models -> a voice package (docs/VOICE_FORMAT.md).

    export.py --acoustic W/acoustic --vocoder W/vocoder/adversarial.pt --out voices/base [--cases DIR] [--figures F.json]

Without --acoustic or --vocoder those models are untrained (for building against). --float32 writes float32 weights. --cases writes an
ONNX test case for each graph (model.onnx, test_data_set_0: random inputs, test_data_set_1: a real sentence), with
outputs computed by PyTorch from the very same rounded weights.
"""
import argparse
import copy
import datetime
import hashlib
import json
import os
import sys

import numpy as np
import torch
from onnx import numpy_helper, save

import phones as P
from acoustic import ENERGY_MEAN, ENERGY_STD, HIDDEN, Content, Decoder, Ensemble, round_durations
from corpus import listing, speakers
from format import FFT, HOP, MELS, RATE, contour, expand
from graph import SMALL, Graph, evaluate
from vocoder import FILTERS, INPUT, Block, Vocoder

HERE = os.path.dirname(os.path.abspath(__file__))
SENTENCE = ("^ ð ə _ k w ɪ1 k _ b ɹ aʊ1 n _ f ɑ1 k s , h u1 _ w ə z _ n ɛ1 v ɚ _ t aɪ1 ɚ d ; "
            "dʒ ʌ1 m p s _ oʊ1 v ɚ _ ð ə _ l eɪ1 z i _ d ɔ1 ɡ . $")


class Models:
    """The four networks of a voice, in evaluation mode, and what their files say about the training."""

    def __init__(self, acoustic=None, vocoder=None, names=("kathleen", "linda")):
        self.steps, self.minutes = {}, {}
        files = {}
        if acoustic:
            files = {k: os.path.join(acoustic, k + ".pt") for k in ("prosody", "decoder")}
        if vocoder:
            files["vocoder"] = vocoder
        files = {k: torch.load(f, map_location="cpu") for k, f in files.items()}
        self.names = list(files["decoder"]["speakers"]) if acoustic else list(names)
        self.content, self.decoder = Content(P.PHONES, len(self.names)), Decoder()
        members = files["prosody"]["members"] if acoustic else 1
        self.prosody, self.vocoder = Ensemble(P.PHONES, len(self.names), members), Vocoder()
        if acoustic:
            torch.nn.ModuleDict({"content": self.content, "decoder": self.decoder}).load_state_dict(files["decoder"]["weights"])
            self.prosody.load_state_dict(files["prosody"]["weights"])
        if vocoder:
            self.vocoder.load_state_dict(files["vocoder"]["weights"])
        for k, f in files.items():
            self.steps[k], self.minutes[k] = int(f["step"]), round(f["seconds"] / 60, 1)
            if f.get("before"):
                self.steps[k + "_spectral"] = int(f["before"]["step"])
                self.minutes[k + "_spectral"] = round(f["before"]["seconds"] / 60, 1)
        for m in self.parts().values():
            m.eval().requires_grad_(False)

    def parts(self):
        return {"content": self.content, "prosody": self.prosody, "decoder": self.decoder, "vocoder": self.vocoder}


def fold(module, half):
    """A copy for the graph: block gains and input and output scales go into the weights, which are then rounded to
    float16 if `half`. It computes the same as the original but for rounding."""
    m = copy.deepcopy(module)
    for b in m.modules():
        if isinstance(b, Block):
            b.down.weight.mul_(b.gain[:, None])
            b.down.bias.mul_(b.gain)
            b.gain.fill_(1)
    if isinstance(m, Decoder):
        m.entry.weight.div_(m.scale)
        m.entry.bias.sub_(m.entry.weight @ m.shift)
        m.exit.weight.mul_(m.out_scale[:, None])
        m.exit.bias.mul_(m.out_scale).add_(m.out_shift)
        for v, x in ((m.shift, 0), (m.scale, 1), (m.out_shift, 0), (m.out_scale, 1)):
            v.fill_(x)
    if half:
        for p in m.parameters():
            if p.numel() > SMALL:
                p.copy_(p.half().float())
    return m


def tokens_nodes(g, name, t):
    x = g.op("Add", g.op("Gather", g.weight(name + ".phone", t.phone.weight), "phone"),
             g.op("Gather", g.weight(name + ".stress", t.stress.weight), "stress"))
    x = g.op("Add", x, g.linear(name + ".position", "position", t.position))
    return g.op("Add", x, g.linear(name + ".speaker", "speaker", t.speaker))      # [1, C] is the same for all tokens


def text_graph(content, prosody, half, g=None):
    g = g or Graph("text", half)
    g.input("phone", [1, "tokens"], True)
    g.input("stress", [1, "tokens"], True)
    g.input("position", [1, "tokens", 4])
    g.input("speaker", [1, content.speaker.in_features])
    x = tokens_nodes(g, "content", content.tokens)
    for k, b in enumerate(content.blocks):
        x = g.block("content.%d" % k, x, b)
    x = g.op("Add", g.norm("content.norm", x, content.norm), g.linear("content.voice", "speaker", content.speaker))
    g.output("hidden", x, [1, "tokens", HIDDEN])

    outs = [prosody_nodes(g, "prosody%d" % k, m) for k, m in enumerate(prosody.members)]
    part = g.weight("part", np.array([1 / len(outs)], np.float32))

    def mean(values):
        y = values[0]
        for v in values[1:]:
            y = g.op("Add", y, v)
        return g.op("Mul", y, part) if len(values) > 1 else y

    duration, pitch, energy = (mean(v) for v in zip(*outs))
    y = g.op("Mul", duration, g.op("MatMul", "speaker", g.weight("duration.scale", prosody.duration_scale)))
    y = g.op("Add", y, g.op("MatMul", "speaker", g.weight("duration.shift", prosody.duration_shift)))
    g.output("log_duration", y, [1, "tokens"])
    middle = g.op("MatMul", "speaker", g.weight("pitch.mean", prosody.pitch_mean))
    y = g.op("Mul", g.op("Sub", pitch, middle), g.op("MatMul", "speaker", g.weight("pitch.scale", prosody.pitch_scale)))
    g.output("pitch", g.op("Add", y, middle), [1, "tokens", 3])
    y = g.op("Mul", energy, g.op("MatMul", "speaker", g.weight("energy.scale", prosody.energy_scale)))
    g.output("energy", g.op("Add", y, g.op("MatMul", "speaker", g.weight("energy.shift", prosody.energy_shift))), [1, "tokens"])
    return g.model()


def prosody_nodes(g, name, prosody):
    """One member -> (log_duration, pitch, energy)."""
    x = tokens_nodes(g, name, prosody.tokens)
    for k, b in enumerate(prosody.blocks):
        x = g.block("%s.%d" % (name, k), x, b)
    x = g.norm(name + ".norm", x, prosody.norm)

    def head(part, h):
        y = g.linear("%s.%s.entry" % (name, part), x, h.entry)
        for k, b in enumerate(h.blocks):
            y = g.block("%s.%s.%d" % (name, part, k), y, b)
        return g.linear("%s.%s.exit" % (name, part), g.norm("%s.%s.norm" % (name, part), y, h.norm), h.exit)

    def weight(part, value):
        return g.weight("%s.%s" % (name, part), value)

    duration = g.op("Add", g.squeeze(head("duration", prosody.duration), 2), weight("duration.mean", prosody.duration_mean))
    y = g.op("Mul", head("pitch", prosody.pitch), g.op("MatMul", "speaker", weight("pitch.std", prosody.pitch_std)))
    pitch = g.op("Add", y, g.op("MatMul", "speaker", weight("pitch.mean", prosody.pitch_mean)))
    y = g.op("Mul", g.squeeze(head("energy", prosody.energy), 2), weight("energy.std", np.array([ENERGY_STD], np.float32)))
    return duration, pitch, g.op("Add", y, weight("energy.mean", np.array([ENERGY_MEAN], np.float32)))


def decoder_graph(decoder, half, g=None):
    g = g or Graph("decoder", half)
    x = g.linear("entry", g.input("frames", [1, "frames", HIDDEN + 6]), decoder.entry)
    for k, b in enumerate(decoder.blocks):
        x = g.block("block.%d" % k, x, b)
    g.output("frames_out", g.linear("exit", g.norm("norm", x, decoder.norm), decoder.exit), [1, "frames", MELS + 1])
    return g.model()


def vocoder_graph(vocoder, half, g=None):
    g = g or Graph("vocoder", half)
    x = g.op("Sub", g.input("frames", [1, "frames", INPUT]), g.weight("shift", vocoder.shift))
    x = g.op("Div", x, g.weight("scale", vocoder.scale))
    x = g.conv("entry", x, vocoder.entry, 1, 1)
    for k, b in enumerate(vocoder.blocks):
        x = g.block("block.%d" % k, x, b)
    x = g.linear("exit", g.norm("norm", x, vocoder.norm), vocoder.exit)
    g.output("filters", x, [1, "frames", FILTERS])
    return g.model()


def real_inputs(content, prosody, decoder):
    """A sentence in the first voice through the graphs: inputs of text, decoder and vocoder."""
    ids, stress = P.parse(SENTENCE)
    one = np.zeros((1, content.speaker.in_features), np.float32)
    one[0, 0] = 1
    text = {"phone": ids[None].copy(), "stress": stress[None].copy(), "position": P.positions(ids)[None], "speaker": one}
    t = [torch.from_numpy(v) for v in text.values()]
    hidden, (log_d, pitch, energy) = content(*t)[0].numpy(), (v[0].numpy() for v in prosody(*t))
    # an untrained model's durations may be anything
    d = np.minimum(round_durations(np.minimum(log_d, 4), ids), 40)
    index, place = expand(d)
    f0 = contour(pitch, d)
    frames = np.concatenate([hidden[index], place, f0[:, None], energy[index][:, None]], 1)[None].astype(np.float32)
    y = decoder(torch.from_numpy(frames))[0].numpy()
    return text, {"frames": frames}, {"frames": np.concatenate([
        y[:, :MELS], f0[:, None], (y[:, MELS:] > 0).astype(np.float32)], 1)[None].astype(np.float32)}


def random_inputs(speakers_count, n=60, t=150, seed=1):
    r = np.random.RandomState(seed)
    ids = np.concatenate([[P.BEGIN], r.randint(16, 57, n - 3), [P.IDS["."], P.END]]).astype(np.int64)
    ids[7:-3:7] = r.choice([P.BOUNDARY, P.IDS[","], P.IDS[";"]], len(ids[7:-3:7]))
    w = r.rand(1, speakers_count).astype(np.float32)
    text = {"phone": ids[None], "stress": r.randint(0, 3, (1, n)).astype(np.int64), "position": P.positions(ids)[None],
            "speaker": w / w.sum()}
    f = r.randn(1, t, HIDDEN + 6).astype(np.float32)
    f[..., HIDDEN:HIDDEN + 4] = r.rand(1, t, 4)
    f[..., -2:] = f[..., -2:] * 0.2 + [5.05, -5]
    v = np.concatenate([r.uniform(-9.2, -1, (1, t, MELS)), r.uniform(4.6, 5.6, (1, t, 1)), r.randint(0, 2, (1, t, 1))], 2)
    return text, {"frames": f}, {"frames": v.astype(np.float32)}


def write_cases(folder, models, folded):
    """models: {name: ONNX}; folded: torch modules with the same weights. Checks the graphs in numpy besides."""
    def run(name, inputs):
        x = [torch.from_numpy(v) for v in inputs.values()]
        with torch.no_grad():
            if name == "text":
                return dict(zip(("hidden", "log_duration", "pitch", "energy"),
                                (v.numpy() for v in (folded["content"](*x), *folded["prosody"](*x)))))
            return {"frames_out" if name == "decoder" else "filters": folded[name](*x).numpy()}

    sets = [random_inputs(folded["content"].speaker.in_features),
            real_inputs(folded["content"], folded["prosody"], folded["decoder"])]
    for k, (name, model) in enumerate(models.items()):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        save(model, os.path.join(folder, name, "model.onnx"))
        for j, inputs in enumerate(s[k] for s in sets):
            d = os.path.join(folder, name, "test_data_set_%d" % j)
            os.makedirs(d, exist_ok=True)
            outputs = run(name, inputs)
            mine = evaluate(model, inputs)
            worst = max(np.abs(mine[o] - outputs[o]).max() / (1 + np.abs(outputs[o]).max()) for o in outputs)
            if not worst < 1e-4:
                raise ValueError("graph %s differs from PyTorch by %g" % (name, worst))
            for kind, values in (("input", inputs), ("output", outputs)):
                for i, (n, v) in enumerate(values.items()):
                    with open(os.path.join(d, "%s_%d.pb" % (kind, i)), "wb") as f:
                        f.write(numpy_helper.from_array(np.ascontiguousarray(v), n).SerializeToString())
    print("cases in %s; the graphs agree with PyTorch" % folder)


def known_phones(features):
    """Numbers of the phones in the training texts: the front end says others by the nearest of them."""
    known = {int(i) for s in speakers(features) for _, split, _, tokens in listing(features, s) if split == "train"
             for i in P.parse(tokens)[0]}
    return sorted(i for i in known if i >= P.FIRST)


def write_graphs(m, out, half):
    """The graphs of Models into a folder -> the card's "files", {name: ONNX}, the folded modules."""
    folded = {k: fold(v, half) for k, v in m.parts().items()}
    models = {"text": text_graph(folded["content"], folded["prosody"], half),
              "decoder": decoder_graph(folded["decoder"], half), "vocoder": vocoder_graph(folded["vocoder"], half)}
    os.makedirs(out, exist_ok=True)
    files = {}
    for k, v in models.items():
        path = os.path.join(out, k + ".onnx")
        save(v, path)
        with open(path, "rb") as f:
            files[k] = {"name": k + ".onnx", "sha256": hashlib.sha256(f.read()).hexdigest()}
        print("%s %.2f MB" % (path, os.path.getsize(path) / 1e6))
    return files, models, folded


def write_card(out, content):
    with open(os.path.join(out, "voice.json"), "w", encoding="utf-8") as f:
        json.dump(content, f, indent=2, ensure_ascii=False)
        f.write("\n")


def card_head(m, name, version, description):
    """What every card of these scripts begins with: the formats."""
    return {"format": 1, "name": name, "version": version, "description": description, "phones": 1,
            "sample_rate": RATE, "hop": HOP, "fft": FFT,
            "mel": {"bands": MELS, "low": 0, "high": 12000, "scale": "htk", "floor": 1e-4},
            "look_ahead": {"decoder": sum(b.pad[1] for b in m.decoder.blocks),
                           "vocoder": 1 + sum(b.pad[1] for b in m.vocoder.blocks)},
            "hidden": HIDDEN}


def card(a, m, files, minutes):
    known = {r[0]: r for r in P.read_table(os.path.join(HERE, "speakers.tsv"))}
    people = []
    for k, s in enumerate(m.names):
        r = known.get(s, (s, "en-US", "unknown", "unknown", "unknown"))
        people.append({"name": s, "language": r[1], "sex": r[2], "licence": r[3], "source": r[4],
                       "minutes": minutes.get(s, 0), "pitch": round(float(m.prosody.pitch_mean[k]), 4)})
    return {
        **card_head(m, a.name, a.version, a.description), "default_speaker": m.names[0], "languages": sorted({p["language"] for p in people}),
        "speakers": people, **({"phones_known": known_phones(a.features)} if a.features else {}), "files": files,
        "training": {"command": a.command, "data": "; ".join("%s: %s" % (p["name"], p["source"]) for p in people),
                     "steps": m.steps, "minutes": m.minutes, "date": datetime.date.today().isoformat(),
                     "figures": json.load(open(a.figures)) if a.figures else {}},
        "licence": a.licence, "consent": a.consent}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--acoustic", help="folder with prosody.pt and decoder.pt")
    p.add_argument("--vocoder", help="vocoder model file")
    p.add_argument("--features", help="features folder, for the minutes of each speaker")
    p.add_argument("--out", required=True)
    p.add_argument("--float32", action="store_true")
    p.add_argument("--cases")
    p.add_argument("--name", default="base")
    p.add_argument("--version", default="1.0")
    p.add_argument("--description", default="five speakers for English, German and Dutch")
    p.add_argument("--command", default="tools/train/README.md")
    p.add_argument("--figures", help="JSON file with figures for the card")
    p.add_argument("--licence", default="CC0-1.0")
    p.add_argument("--consent", default="The recordings were published by their speakers or makers under the licences named, "
                   "which allow any use. The voices are not to be passed off as these persons.")
    a = p.parse_args()
    torch.manual_seed(0)
    m = Models(a.acoustic, a.vocoder)
    files, models, folded = write_graphs(m, a.out, not a.float32)
    minutes = {}
    if a.features:
        for s in speakers(a.features):
            n = sum(len(np.load(os.path.join(a.features, s, i + ".npz"))["f0"]) for i, k, *_ in listing(a.features, s)
                    if k == "train")
            minutes[s] = round(n / 6000, 1)
    write_card(a.out, card(a, m, files, minutes))
    if a.cases:
        write_cases(a.cases, models, folded)
    return 0


if __name__ == "__main__":
    sys.exit(main())
