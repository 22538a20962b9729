"""A voice package (ONNX, float16) or a folder of checkpoints -> PyTorch modules that can be trained further.

The graphs are read with the very functions that write them (export.py): a Reader walks the modules as Graph does, but takes each
weight from the file instead of giving it. So there is no second list of names to go stale, and a package whose graph is not the one
that these scripts write is refused. unfold() undoes what export.fold() merged into the weights: networks train well only if their
inputs are normalised and blocks start with a small gain.
"""
import hashlib
import json
import os
import re

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper

import phones as P
from acoustic import CALIBRATED, Content, Decoder, Ensemble
from export import Models, decoder_graph, text_graph, vocoder_graph
from graph import Graph
from vocoder import Block, Vocoder

GAIN = 0.2                                # of a block's residual, as acoustic.py starts


class Refused(Exception):
    """A package that cannot be trained further, with the reason in words."""


class Reader(Graph):
    """Passes for a Graph; the modules that it is shown get the file's weights."""

    def __init__(self, path):
        model = onnx.load(path)
        super().__init__(model.graph.name, any(w.data_type == TensorProto.FLOAT16 for w in model.graph.initializer))
        self.path, self.file = path, model
        self.given = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}

    def weight(self, name, w):
        if name not in self.given:
            raise Refused("%s has no weight \"%s\": another or an older kind of network" % (self.path, name))
        a = self.given[name].astype(np.float32)
        if tuple(w.shape) != a.shape:
            raise Refused("%s: weight \"%s\" is %s, not %s" % (self.path, name, list(a.shape), list(w.shape)))
        if hasattr(w, "detach"):
            with torch.no_grad():
                w.copy_(torch.from_numpy(a))
        elif not np.allclose(w, a):
            raise Refused("%s: constant \"%s\" is not the one of these scripts" % (self.path, name))
        return super().weight(name, w)

    def finish(self):
        """Compare the graph that the modules would give with the file's."""
        def plain(nodes):
            return [(n.op_type, list(n.input), list(n.output), sorted(str(x) for x in n.attribute)) for n in nodes]

        left = set(self.given) - {w.name for w in self.weights}
        if left or plain(self.nodes) != plain(self.file.graph.node):
            raise Refused("%s is not the graph that these scripts write%s: train a base voice anew" % (
                self.path, " (unknown: %s)" % ", ".join(sorted(left)[:3]) if left else ""))

    def model(self):                       # what text_graph() and its like return
        self.finish()
        return self


def unfold(module):
    """In place: gains, input and output scales out of the weights again. Computes the same but for rounding."""
    with torch.no_grad():
        for b in module.modules():
            if isinstance(b, Block):
                size = b.down.weight.pow(2).mean(1).sqrt()
                gain = (GAIN * size / size.median().clamp_min(1e-8)).clamp(GAIN / 10, GAIN * 10)
                b.gain.copy_(2 ** gain.log2().round())     # a power of two: nothing is rounded, there and back
                b.down.weight.div_(b.gain[:, None])
                b.down.bias.div_(b.gain)
        if isinstance(module, Decoder):
            fresh = Decoder()
            for name in ("shift", "scale", "out_shift", "out_scale"):
                getattr(module, name).copy_(getattr(fresh, name))
            module.entry.bias.add_(module.entry.weight @ module.shift)
            module.entry.weight.mul_(module.scale)
            module.exit.bias.sub_(module.out_shift).div_(module.out_scale)
            module.exit.weight.div_(module.out_scale[:, None])
    return module


def folded(module):
    """A fresh module in the state that export.fold() leaves: what the weights of a graph fit into."""
    with torch.no_grad():
        for b in module.modules():
            if isinstance(b, Block):
                b.gain.fill_(1)
        if isinstance(module, Decoder):
            for v, x in ((module.shift, 0), (module.scale, 1), (module.out_shift, 0), (module.out_scale, 1)):
                v.fill_(x)
    return module


def grow_phones(module, count):
    """The phone table has grown since the package was made (it only ever grows): new phones start as the mean of the others."""
    for m in module.modules():
        if hasattr(m, "phone") and isinstance(m.phone, torch.nn.Embedding) and m.phone.num_embeddings < count:
            w = m.phone.weight.detach()
            more = w[P.FIRST:].mean(0, keepdim=True).expand(count - len(w), -1)
            m.phone = torch.nn.Embedding.from_pretrained(torch.cat([w, more]), freeze=False)


def read_package(folder):
    """-> Models (content, prosody, decoder, vocoder, names) and the card."""
    try:
        with open(os.path.join(folder, "voice.json"), encoding="utf-8") as f:
            card = json.load(f)
        if card["format"] != 1:
            raise Refused("%s is a voice of format %s; these scripts know format 1" % (folder, card["format"]))
        path = {}
        for k in ("text", "decoder", "vocoder"):
            path[k] = os.path.join(folder, card["files"][k]["name"])
            with open(path[k], "rb") as f:
                if hashlib.sha256(f.read()).hexdigest() != card["files"][k]["sha256"]:
                    raise Refused("%s is damaged: its SHA-256 is not the card's" % path[k])
        names = [s["name"] for s in card["speakers"]]
    except (OSError, KeyError, ValueError, TypeError) as e:
        raise Refused("%s is no voice package: %s" % (folder, e))
    text = Reader(path["text"])
    members = {int(m.group(1)) for m in (re.match(r"prosody(\d+)\.phone$", n) for n in text.given) if m}
    if not members or "content.phone" not in text.given:
        raise Refused("%s: the prosody is not an ensemble (prosody0, prosody1, …); this voice was made by older training scripts and "
                      "cannot be fine-tuned by these: train a base voice anew" % path["text"])
    phones = len(text.given["content.phone"])
    if phones > P.PHONES:
        raise Refused("%s knows %d phones, this phone table only %d: it was made by newer scripts" % (folder, phones, P.PHONES))
    m = Models(names=names)
    m.content, m.decoder = folded(Content(phones, len(names))), folded(Decoder())
    m.prosody, m.vocoder = folded(Ensemble(phones, len(names), len(members))), folded(Vocoder())
    for part, read in (("text", lambda: text_graph(m.content, m.prosody, False, text)),
                       ("decoder", lambda: decoder_graph(m.decoder, False, Reader(path["decoder"]))),
                       ("vocoder", lambda: vocoder_graph(m.vocoder, False, Reader(path["vocoder"])))):
        try:
            read()
        except (RuntimeError, IndexError, AttributeError) as e:
            raise Refused("%s: %s" % (path[part], e))
    for x in m.parts().values():
        unfold(x).eval().requires_grad_(False)
    grow_phones(m.content, P.PHONES)
    grow_phones(m.prosody, P.PHONES)
    return m, card


def find_vocoder(folder):
    for p in ("vocoder.pt", "adversarial.pt", os.path.join("..", "vocoder", "adversarial.pt"), os.path.join("..", "vocoder.pt")):
        if os.path.exists(os.path.join(folder, p)):
            return os.path.join(folder, p)
    raise Refused("%s has no vocoder.pt (nor ../vocoder/adversarial.pt)" % folder)


def read_voice(folder):
    """A package or a folder with decoder.pt and prosody.pt -> Models, card (of checkpoints: what is known)."""
    if os.path.exists(os.path.join(folder, "voice.json")):
        return read_package(folder)
    if not all(os.path.exists(os.path.join(folder, f)) for f in ("decoder.pt", "prosody.pt")):
        raise Refused("%s is neither a voice package (voice.json) nor a folder of checkpoints (decoder.pt, prosody.pt)" % folder)
    try:
        m = Models(folder, find_vocoder(folder))
    except (RuntimeError, KeyError) as e:
        raise Refused("%s: checkpoints of another kind of network: %s" % (folder, str(e)[:300]))
    path = os.path.join(folder, "card.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            return m, json.load(f)
    return m, {"name": os.path.basename(os.path.normpath(folder)), "speakers": [{"name": n} for n in m.names]}


PER_SPEAKER = ("pitch_mean", "pitch_std", *CALIBRATED)      # buffers [speakers, 1]


def add_speaker(m, name, sound, prosody):
    """Append a speaker to every layer that knows speakers. sound, prosody: weights [speakers] of those whose mean it starts as."""
    with torch.no_grad():
        for part, row in ((m.content, torch.as_tensor(sound)), (m.prosody, torch.as_tensor(prosody))):
            for x in part.modules():
                if isinstance(getattr(x, "speaker", None), torch.nn.Linear):
                    w = x.speaker.weight.detach()
                    x.speaker = torch.nn.Linear(w.shape[1] + 1, w.shape[0], bias=False)
                    x.speaker.weight.copy_(torch.cat([w, (w @ row)[:, None]], 1))
                for b in PER_SPEAKER:
                    v = x._buffers.get(b)
                    if v is not None:
                        x._buffers[b] = torch.cat([v, (row @ v)[None]])
    m.names = m.names + [name]


def keep_speakers(m, names):
    """Drop all other speakers."""
    keep = [m.names.index(n) for n in names]
    with torch.no_grad():
        for part in (m.content, m.prosody):
            for x in part.modules():
                if isinstance(getattr(x, "speaker", None), torch.nn.Linear):
                    w = x.speaker.weight.detach()[:, keep]
                    x.speaker = torch.nn.Linear(len(keep), w.shape[0], bias=False)
                    x.speaker.weight.copy_(w)
                    x.speaker.weight.requires_grad_(False)
                for b in PER_SPEAKER:
                    v = x._buffers.get(b)
                    if v is not None:
                        x._buffers[b] = v[keep].clone()
    m.names = list(names)
