"""Writes the ONNX test cases of this folder: small networks exported by PyTorch with random weights, inputs, and PyTorch's outputs.

usage: python3 make.py    (PyTorch 1.13 or newer and onnx; the cases are kept in the repository, tests need neither)
Each case is a folder for build/nnrun: model.onnx, test_data_set_N/input_M.pb, output_M.pb.
"""
import os

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))


class Block(nn.Module):
    """A voice's building block: depthwise convolution, LayerNorm, two linear layers, gain, residual."""

    def __init__(self, channels, kernel, ahead):
        super().__init__()
        self.pad = (kernel - 1 - ahead, ahead)
        self.depth = nn.Conv1d(channels, channels, kernel, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.up = nn.Linear(channels, 2 * channels)
        self.down = nn.Linear(2 * channels, channels)
        self.gain = nn.Parameter(torch.rand(channels) + 0.5)

    def forward(self, x):
        y = self.depth(F.pad(x.transpose(1, 2), self.pad)).transpose(1, 2)
        return x + self.down(F.silu(self.up(self.norm(y)))) * self.gain


class Voice(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Conv1d(6, 20, 3)
        self.blocks = nn.ModuleList([Block(20, 7, 2), Block(20, 5, 1), Block(20, 5, 0)])
        self.norm = nn.LayerNorm(20)
        self.exit = nn.Linear(20, 19)
        self.register_buffer("shift", torch.randn(6))
        self.register_buffer("scale", torch.rand(6) + 0.5)

    def forward(self, x):
        x = self.entry(F.pad(((x - self.shift) / self.scale).transpose(1, 2), (1, 1))).transpose(1, 2)
        for b in self.blocks:
            x = b(x)
        return self.exit(self.norm(x))


class Stack(nn.Module):
    """Channel-major convolutions of all kinds: dilated, grouped, valid, skips with different delays, split and put together."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(5, 12, 5, padding=2)
        self.dilated = nn.Conv1d(12, 12, 3, dilation=3, padding=3)
        self.grouped = nn.Conv1d(12, 12, 3, padding=1, groups=3)
        self.shrink = nn.Conv1d(24, 18, 4, dilation=2)
        self.last = nn.Conv1d(18 + 9, 7, 1, bias=False)

    def forward(self, x):
        x = self.first(x.transpose(1, 2))
        y = x + self.dilated(F.leaky_relu(x, 0.1))
        z = torch.cat([torch.relu(self.grouped(y)), x], 1)
        z = torch.tanh(self.shrink(z))
        a, b = z.chunk(2, 1)
        z = torch.cat([z, a * torch.sigmoid(b)], 1)
        return self.last(z).transpose(1, 2) * 0.5


class Text(nn.Module):
    """Two inputs, three outputs, an embedding, values that broadcast over tokens."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(11, 16)
        self.speaker = nn.Linear(2, 16, bias=False)
        self.block = Block(16, 3, 1)
        self.out = nn.Linear(16, 3)

    def forward(self, phone, speaker):
        x = self.block(self.table(phone) + self.speaker(speaker))
        y = self.out(x)
        return x, y[..., 0], y.mean(1)


class Picture(nn.Module):
    """What only a whole run can do: two-dimensional and transposed convolution, attention, reductions."""

    def __init__(self):
        super().__init__()
        self.plane = nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0))
        self.up = nn.ConvTranspose1d(4, 6, 4, stride=2, padding=1)
        self.q = nn.Linear(6, 6)

    def forward(self, x):
        y = self.up(F.relu(self.plane(x)).mean(2)).transpose(1, 2)
        a = torch.softmax(self.q(y) @ y.transpose(1, 2), -1) @ y
        return a, a.amax(1), a.argmax(2)


class Norm(nn.Module):
    """LayerNorm with and without weights; exported before opset 17, so written out in small steps."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.mix = nn.LayerNorm(8), nn.LayerNorm(8, elementwise_affine=False), nn.Linear(8, 8)

    def forward(self, x):
        return self.b(self.mix(self.a(x))) + x


def half(model):
    """Weights of two and more dimensions as FLOAT16 initializers with a Cast behind."""
    casts, kept = [], []
    for t in model.graph.initializer:
        a = numpy_helper.to_array(t)
        if a.dtype == np.float32 and a.ndim > 1:
            kept.append(numpy_helper.from_array(a.astype(np.float16), t.name + ".half"))
            casts.append(helper.make_node("Cast", [t.name + ".half"], [t.name], t.name + ".cast", to=TensorProto.FLOAT))
        else:
            kept.append(t)
    nodes = casts + list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)


def save(name, net, inputs, outputs, dynamic, sets, halve=False, opset=17):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "model.onnx")
    net.eval()
    if halve:
        for p in net.parameters():
            if p.dim() > 1:
                p.data = p.data.half().float()
    torch.onnx.export(net, sets[0], path, opset_version=opset, input_names=inputs, output_names=outputs, dynamic_axes=dynamic)
    model = onnx.load(path)
    if halve:
        half(model)
    model.producer_version = ""
    onnx.save(model, path)
    for i, values in enumerate(sets):
        where = os.path.join(folder, "test_data_set_%d" % i)
        os.makedirs(where, exist_ok=True)
        with torch.no_grad():
            result = net(*values)
        result = result if isinstance(result, tuple) else (result,)
        for kind, names, list_ in (("input", inputs, values), ("output", outputs, result)):
            for j, (n, v) in enumerate(zip(names, list_)):
                with open(os.path.join(where, "%s_%d.pb" % (kind, j)), "wb") as f:
                    f.write(numpy_helper.from_array(v.numpy(), n).SerializeToString())


def main():
    torch.manual_seed(1)
    along = {"frames": {1: "time"}, "out": {1: "time"}}
    frames = [(torch.randn(1, n, 6),) for n in (37, 1, 5)]
    save("voice", Voice(), ["frames"], ["out"], along, frames)
    save("voice_f16", Voice(), ["frames"], ["out"], along, frames, halve=True)
    save("stack", Stack(), ["frames"], ["out"], along, [(torch.randn(1, n, 5),) for n in (41, 7)])
    save("text", Text(), ["phone", "speaker"], ["hidden", "length", "mean"],
         {"phone": {1: "n"}, "hidden": {1: "n"}, "length": {1: "n"}},
         [(torch.randint(0, 11, (1, n)), torch.tensor([[0.25, 0.75]])) for n in (13, 1)])
    save("picture", Picture(), ["x"], ["a", "most", "which"], {"x": {3: "w"}, "a": {1: "t"}, "which": {1: "t"}},
         [(torch.randn(1, 2, 5, n),) for n in (9, 2)])
    save("norm", Norm(), ["frames"], ["out"], along, [(torch.randn(1, n, 8),) for n in (12, 1)], opset=13)


if __name__ == "__main__":
    main()
