"""The networks of an instrument: Frame (partials, noise and pitch over time) and Onset (tuning of the partials, transient), their training,
their ONNX graphs. Both see a note as pitch, velocity and two numbers of variation, that each training note finds for itself.

Time comes in as decaying exponentials, so that late frames settle; struck notes fall by a slope of their own beside that, so that they go on
falling wherever they are asked. Velocity acts through the rule of notes.py, inside and outside of the recorded range; the networks learn what
differs from the rule inside it.
"""
import numpy as np
import torch
from torch import nn

from graph import Graph
from note_analysis import BANDS, STEPS, TRANSIENT, band_index
from notes import rule

TIMES = (0.003, 0.01, 0.03, 0.08, 0.2, 0.5, 1.2)
CLASS_WIDTH = 0.35              # keys of a drum kit: how narrow a class is


class Look(nn.Module):
    """Note -> features: silu of (pitch, velocity, variation), or one a key for a drum kit."""

    def __init__(self, low, high, v_low, v_high, hidden, keys=()):
        super().__init__()
        self.low, self.high, self.v_low, self.v_high, self.keys = low, high, v_low, v_high, list(keys)
        self.inner = nn.Linear(5, hidden)
        with torch.no_grad():
            self.inner.weight[:, :3] *= 2
        self.width = hidden + 4 + 2 * len(self.keys)

    def forward(self, note):
        """note [..., 4]: pitch, velocity, two of variation."""
        p, v, z = note[..., :1], note[..., 1:2].clamp(self.v_low, self.v_high), note[..., 2:]
        p = (p - (self.low + self.high) / 2) / max(1.0, (self.high - self.low) / 2)
        v = (v - (self.v_low + self.v_high) / 2) * 3
        u = torch.cat([p, v, z], -1)
        if self.keys:
            k = torch.exp(-((note[..., :1] - torch.tensor(self.keys, dtype=torch.float32)) / CLASS_WIDTH) ** 2)
            u = torch.cat([u * torch.tensor([0.0, 1, 1, 1]), k, k * v], -1)
        h = torch.cat([u[..., :4], u[..., :1] ** 2], -1)
        y = self.inner(h)
        return torch.cat([y * torch.sigmoid(y), u], -1)


class Frame(nn.Module):
    def __init__(self, look, partials, hidden, struck, scale):
        super().__init__()
        self.look, self.partials, self.struck = look, partials, struck
        n = partials + BANDS + 1
        self.enter = nn.Linear(look.width, hidden)
        self.time = nn.Linear(len(TIMES), hidden, bias=False)
        self.middle = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, n)
        self.direct = nn.Linear(look.width, n, bias=False)
        self.slope = nn.Linear(look.width, n) if struck else None
        self.course = nn.Linear(len(look.keys) * len(TIMES), n, bias=False) if look.keys else None       # of each drum by itself
        self.register_buffer("loud", scale)                             # [n]: what a unit of the rule adds
        nn.init.zeros_(self.direct.weight)
        with torch.no_grad():
            self.out.weight *= 2
            if struck:
                self.slope.weight *= 0.3
                self.slope.bias.fill_(0.5)

    def forward(self, note, t):
        """note [..., 4], t [..., 1] seconds -> [..., K + 32 + 1]."""
        u = self.look(note)
        e = torch.exp(-t / torch.tensor(TIMES))
        y = self.enter(u) + self.time(e)
        y = y * torch.sigmoid(y)
        y = self.middle(y)
        y = y * torch.sigmoid(y)
        y = self.out(y) + self.direct(u)
        if self.course:
            k = u[..., -2 * len(self.look.keys):][..., :len(self.look.keys)]
            y = y + self.course((k[..., None] * e[..., None, :]).flatten(-2))
        if self.struck:
            y = y - t * nn.functional.softplus(self.slope(u)) * self.falling()
        return y + self.force(note) * self.loud

    def falling(self):
        f = torch.ones(self.partials + BANDS + 1)
        f[-1] = 0                                                       # pitch does not run away
        return f

    @staticmethod
    def force(note):
        return 2 * torch.log((note[..., 1:2].clamp(min=0) + 0.03) / (80 / 127 + 0.03))


class Onset(nn.Module):
    def __init__(self, look, partials, hidden, scale):
        super().__init__()
        self.look, self.partials = look, partials
        self.inner = nn.Linear(look.width, hidden)
        self.cents = nn.Linear(hidden, partials)
        self.grid = nn.Linear(hidden, STEPS * TRANSIENT)
        self.direct = nn.Linear(look.width, partials, bias=False)
        self.register_buffer("loud", scale)
        nn.init.zeros_(self.direct.weight)
        nn.init.zeros_(self.cents.weight)
        nn.init.zeros_(self.cents.bias)

    def forward(self, note):
        u = self.look(note)
        y = self.inner(u)
        y = y * torch.sigmoid(y)
        return torch.cat([20 * (self.cents(y) + self.direct(u)), self.grid(y)], -1) + Frame.force(note) * self.loud


def louder(ratios, hertz, dynamics, tilt):
    """What a unit of the velocity rule adds to partials and bands (dynamics, and tilt more for each octave up), and to the transient."""
    k = dynamics + tilt * np.log2(np.maximum(ratios, 1))
    band = 600 * (41 ** (np.arange(BANDS) / (BANDS - 1)) - 1)
    n = dynamics + tilt * np.log2(np.maximum(band / hertz, 1))
    band = 600 * (41 ** (np.arange(TRANSIENT) / (TRANSIENT - 1)) - 1)
    g = dynamics + tilt * np.log2(np.maximum(band / hertz, 1))
    frame = torch.tensor(np.concatenate([k, n, [0]]), dtype=torch.float32)
    onset = torch.tensor(np.concatenate([0 * k, np.tile(g, STEPS)]), dtype=torch.float32)
    return frame, onset


class Nodes:
    """The graphs, node by node, of the same formulas."""

    def __init__(self, name):
        self.g = Graph(name, True)
        self.count = 0

    def const(self, a):
        self.count += 1
        return self.g.weight("c%d" % self.count, np.asarray(a, np.float32))

    def pick(self, x, matrix):
        return self.g.op("MatMul", x, self.const(matrix))

    def silu(self, x):
        return self.g.op("Mul", x, self.g.op("Sigmoid", x))

    def look(self, x, width, look, name):
        """x: input with pitch, velocity in the first two of `width` columns, variation in the last two."""
        g, a = self.g, np.zeros((width, 4), np.float32)
        a[0, 0] = a[1, 1] = a[width - 2, 2] = a[width - 1, 3] = 1
        raw = self.pick(x, a)
        low = np.array([-1e4, look.v_low, -1e4, -1e4], np.float32)
        raw = g.op("Min", g.op("Max", raw, self.const(low)), self.const(np.array([1e4, look.v_high, 1e4, 1e4], np.float32)))
        mid = np.array([(look.low + look.high) / 2, (look.v_low + look.v_high) / 2, 0, 0], np.float32)
        s = np.array([1 / max(1.0, (look.high - look.low) / 2), 3, 1, 1], np.float32)
        if look.keys:
            s[0] = 0
        u = g.op("Mul", g.op("Sub", raw, self.const(mid)), self.const(s))
        w = look.inner.weight.detach().numpy()
        y = self.pick(u, w[:, :4].T)
        p2 = self.pick(g.op("Mul", u, u), np.concatenate([w[:, 4:5].T, np.zeros((3, w.shape[0]))]))
        y = g.op("Add", g.op("Add", y, p2), self.const(look.inner.bias.detach().numpy()))
        parts = [self.silu(y), u]
        if look.keys:
            a = np.zeros((width, len(look.keys)), np.float32)
            a[0] = 1
            d = g.op("Sub", self.pick(x, a), self.const(np.array(look.keys, np.float32)))
            k = g.op("Exp", g.op("Mul", g.op("Mul", d, d), self.const([-1 / CLASS_WIDTH ** 2])))
            parts += [k, g.op("Mul", k, self.pick(u, np.array([[0], [1], [0], [0]])))]
        return g.op("Concat", *parts, axis=-1)

    def force(self, x, width, loud):
        g, a = self.g, np.zeros((width, 1), np.float32)
        a[1] = 1
        v = g.op("Max", self.pick(x, a), self.const([0.0]))
        y = g.op("Log", g.op("Mul", g.op("Add", v, self.const([0.03])), self.const([1 / (80 / 127 + 0.03)])))
        return g.op("MatMul", y, self.const(2 * loud.numpy()[None]))


def frame_graph(m):
    n = Nodes("frame")
    g = n.g
    x = g.input("control", [1, "T", 5])
    u = n.look(x, 5, m.look, "look")
    a = np.zeros((5, len(TIMES)), np.float32)
    a[2] = [-1 / k for k in TIMES]
    e = g.op("Exp", n.pick(x, a))
    y = n.silu(g.op("Add", g.linear("enter", u, m.enter), g.linear("time", e, m.time)))
    y = n.silu(g.linear("middle", y, m.middle))
    y = g.op("Add", g.linear("out", y, m.out), g.linear("direct", u, m.direct))
    if m.course:
        k, times = len(m.look.keys), len(TIMES)
        a = np.zeros((m.look.width, k * times), np.float32)
        for i in range(k):
            a[m.look.width - 2 * k + i, i * times:(i + 1) * times] = 1
        each = g.op("Mul", n.pick(u, a), n.pick(e, np.tile(np.eye(times), (1, k))))
        y = g.op("Add", y, g.linear("course", each, m.course))
    if m.struck:
        a = np.zeros((5, 1), np.float32)
        a[2] = 1
        t = g.op("MatMul", n.pick(x, a), n.const(m.falling().numpy()[None]))
        y = g.op("Sub", y, g.op("Mul", t, g.op("Softplus", g.linear("slope", u, m.slope))))
    y = g.op("Add", y, n.force(x, 5, m.loud))
    g.output("frame", y, [1, "T", m.partials + BANDS + 1])
    return g.model()


def onset_graph(m):
    n = Nodes("onset")
    g = n.g
    x = g.input("note", [1, 1, 4])
    u = n.look(x, 4, m.look, "look")
    y = n.silu(g.linear("inner", u, m.inner))
    c = g.op("Mul", g.op("Add", g.linear("cents", y, m.cents), g.linear("direct", u, m.direct)), n.const([20.0]))
    y = g.op("Concat", c, g.linear("grid", y, m.grid), axis=-1)
    y = g.op("Add", y, n.force(x, 4, m.loud))
    g.output("onset", y, [1, 1, m.partials + STEPS * TRANSIENT])
    return g.model()


def weights(model):
    from onnx import numpy_helper
    return sum(numpy_helper.to_array(w).size for w in model.graph.initializer)
