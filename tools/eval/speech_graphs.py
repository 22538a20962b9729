#!/usr/bin/python3
"""Graphs in the style of other speech models, with random weights, and what PyTorch computes with
them in double precision: does the engine run such models?

    speech_graphs.py FOLDER     writes FOLDER/{kokoro,kokoro_f16,kokoro_jumps,matcha,vocos}/model.onnx and test_data_set_0 and 1, and says
                                how far PyTorch's own single precision is from them
    build/nnrun --snr 90 FOLDER/kokoro FOLDER/matcha FOLDER/vocos
    build/nnrun --snr 40 FOLDER/kokoro_f16      # weights rounded to float16
    build/nnrun --snr 20 FOLDER/kokoro_jumps    # phases as they are: where one lies at pi, its sign is a matter of rounding, in PyTorch too

The modules follow the papers and the operators that those models are known to need, at a fraction of their size; nothing of their code or
weights is in here. Debian's python3-torch 1.13 and python3-onnx.
"""
import copy
import os
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import nn


# ---- Kokoro (StyleTTS 2 with an iSTFT decoder): ALBERT, bidirectional LSTMs, adaptive instance norm, harmonic source ----

class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.heads = heads

    def forward(self, x, mask):
        b, t, c = x.shape
        q, k, v = (f(x).view(b, t, self.heads, c // self.heads).permute(0, 2, 1, 3) for f in (self.q, self.k, self.v))
        scores = q @ k.transpose(-1, -2) / (c // self.heads) ** 0.5 + (1.0 - mask[:, None, None, :].float()) * -10000.0
        return self.o((scores.softmax(-1) @ v).permute(0, 2, 1, 3).reshape(b, t, c))


class Albert(nn.Module):
    """One layer's weights, used several times."""
    def __init__(self, symbols, width, inner, layers):
        super().__init__()
        self.words, self.places = nn.Embedding(symbols, width // 2), nn.Embedding(512, width // 2)
        self.norm, self.up = nn.LayerNorm(width // 2), nn.Linear(width // 2, width)
        self.attention, self.norm1, self.norm2 = Attention(width, 4), nn.LayerNorm(width), nn.LayerNorm(width)
        self.a, self.b, self.layers = nn.Linear(width, inner), nn.Linear(inner, width), layers

    def forward(self, ids, mask):
        x = self.up(self.norm(self.words(ids) + self.places(torch.arange(ids.shape[1]))[None]))
        for _ in range(self.layers):
            x = self.norm1(x + self.attention(x, mask))
            h = self.a(x)
            h = 0.5 * h * (1.0 + torch.tanh(0.7978845608028654 * (h + 0.044715 * torch.pow(h, 3.0))))
            x = self.norm2(x + self.b(h))
        return x


class AdaIN(nn.Module):
    def __init__(self, style, channels):
        super().__init__()
        self.norm, self.fc = nn.InstanceNorm1d(channels, affine=True), nn.Linear(style, 2 * channels)

    def forward(self, x, s):
        gamma, beta = torch.chunk(self.fc(s).unsqueeze(2), 2, dim=1)
        return (1 + gamma) * self.norm(x) + beta


class AdaLayerNorm(nn.Module):
    def __init__(self, style, channels):
        super().__init__()
        self.fc = nn.Linear(style, 2 * channels)
        self.norm = nn.LayerNorm(channels)          # torch 1.13 cannot export one without weights

    def forward(self, x, s):
        gamma, beta = torch.chunk(self.fc(s)[:, None], 2, dim=-1)
        return (1 + gamma) * self.norm(x) + beta


class StyleBlock(nn.Module):
    """Residual block; the upsampling one has a depthwise transposed convolution beside a nearest-neighbour resize."""
    def __init__(self, i, o, style, up=False):
        super().__init__()
        self.c1, self.c2, self.short = nn.Conv1d(i, o, 3, padding=1), nn.Conv1d(o, o, 3, padding=1), nn.Conv1d(i, o, 1, bias=False)
        self.n1, self.n2 = AdaIN(style, i), AdaIN(style, o)
        self.up = nn.ConvTranspose1d(i, i, 3, stride=2, groups=i, padding=1, output_padding=1) if up else None

    def forward(self, x, s):
        h = F.leaky_relu(self.n1(x, s), 0.2)
        if self.up is not None:
            h, x = self.up(h), F.interpolate(x, scale_factor=2.0, mode="nearest")
        h = self.c2(F.leaky_relu(self.n2(self.c1(h), s), 0.2))
        return (h + self.short(x)) * 0.7071067811865475


class Snake(nn.Module):
    def __init__(self, channels, style, kernel, dilation):
        super().__init__()
        self.n1, self.n2 = AdaIN(style, channels), AdaIN(style, channels)
        self.c1 = nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)
        self.c2 = nn.Conv1d(channels, channels, kernel, padding=kernel // 2)
        self.a1, self.a2 = (nn.Parameter(torch.rand(1, channels, 1) + 0.5) for _ in range(2))

    def forward(self, x, s):
        h = self.n1(x, s)
        h = self.c1(h + (1 / self.a1) * torch.sin(self.a1 * h) ** 2)
        h = self.n2(h, s)
        return x + self.c2(h + (1 / self.a2) * torch.sin(self.a2 * h) ** 2)


def atan2(y, x):
    """Spelled out, as exporters do."""
    base = torch.atan(y / torch.where(x.abs() < 1e-9, torch.full_like(x, 1e-9), x))
    return torch.where(x > 0, base, torch.where(y >= 0, base + np.pi, base - np.pi))


class Kokoro(nn.Module):
    SCALE, N, HOP = 30, 20, 5           # samples a frame; of the small transform

    def __init__(self, width=64, style=32, smooth=True):
        """smooth: nothing jumps where a phase goes from pi to -pi, so that errors of rounding stay what they are."""
        super().__init__()
        self.style, self.smooth = style, smooth
        self.bert, self.down = Albert(178, 48, 96, 3), nn.Linear(48, width)
        self.lstm1 = nn.LSTM(width + style, width // 2, batch_first=True, bidirectional=True)
        self.ada, self.lstm2 = AdaLayerNorm(style, width), nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.duration = nn.Linear(width, 10)
        self.shared = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.f0, self.f0_out = StyleBlock(width, width, style, up=True), nn.Conv1d(width, 1, 1)
        self.encoder = nn.Conv1d(width, width, 5, padding=2)
        self.strided, self.decode = nn.Conv1d(1, 8, 3, stride=2, padding=1), StyleBlock(width + 8, width, style, up=True)
        self.merge = nn.Linear(9, 1)
        self.up1, self.up2 = nn.ConvTranspose1d(width, 32, 5, stride=3, padding=1), nn.ConvTranspose1d(32, 16, 4, stride=2, padding=1)
        self.noise = nn.Conv1d(self.N + 2, 16, 1)
        self.blocks = nn.ModuleList(Snake(16, style, k, d) for k, d in ((3, 1), (7, 3), (11, 5)))
        self.post = nn.Conv1d(16, self.N + 2, 7, padding=3)
        n, k = np.arange(self.N), np.arange(self.N // 2 + 1)
        window, angle = np.hanning(self.N + 1)[:-1], 2 * np.pi * np.outer(k, n) / self.N
        sine = np.sin(angle)
        sine[[0, -1]] = 0                   # exactly: else the sign of 1e-17 decides between the phases pi and -pi
        weight = np.where((k == 0) | (k == self.N // 2), 1, 2)[:, None] / self.N
        for name, w in (("re", np.cos(angle) * window), ("im", -sine * window), ("inv_re", weight * np.cos(angle) * window),
                        ("inv_im", -weight * sine * window)):
            self.register_buffer(name, torch.tensor(w[:, None], dtype=torch.float32))

    def source(self, f0, noise):
        up = F.interpolate(f0, scale_factor=float(self.SCALE), mode="nearest").transpose(1, 2)
        rad = (up * torch.arange(1.0, 10.0)[None, None]) / 24000.0 % 1
        slow = F.interpolate(rad.transpose(1, 2), scale_factor=1.0 / self.SCALE, mode="linear")
        phase = torch.cumsum(slow.double(), 2).float() * 2 * np.pi
        phase = F.interpolate(phase * self.SCALE, scale_factor=float(self.SCALE), mode="linear").transpose(1, 2)
        voiced = (up > 10.0).float()
        waves = torch.sin(phase) * 0.1 * voiced + (voiced * 0.003 + (1 - voiced) * 0.1 / 3) * noise
        return torch.tanh(self.merge(waves)).transpose(1, 2)

    def forward(self, input_ids, style, speed, noise):
        mask = torch.ones_like(input_ids)
        texture, prosody = style[:, :self.style], style[:, self.style:]
        d = self.down(self.bert(input_ids, mask))
        s = prosody[:, None].expand(-1, d.shape[1], -1)
        h, _ = self.lstm1(torch.cat([d, s], -1))
        h, _ = self.lstm2(self.ada(h, prosody))
        duration = torch.round(torch.sigmoid(self.duration(h)).sum(-1) / speed).clamp(min=1).long()[0]
        ends = torch.cumsum(duration, 0)
        frames = torch.arange(ends[-1])
        path = ((frames[None] < ends[:, None]) & (frames[None] >= (ends - duration)[:, None])).float()
        en = h.transpose(1, 2) @ path[None]
        shared, _ = self.shared(en.transpose(1, 2))
        f0 = F.softplus(self.f0_out(self.f0(shared.transpose(1, 2), prosody))) * 150
        x = torch.cat([F.leaky_relu(self.encoder(en), 0.1), self.strided(f0)], 1)
        x = self.decode(x, texture)
        wave = self.source(f0, noise[:, :f0.shape[2] * self.SCALE])
        padded = F.pad(wave, (self.N // 2, self.N // 2), mode="replicate")
        re, im = F.conv1d(padded, self.re, stride=self.HOP), F.conv1d(padded, self.im, stride=self.HOP)
        mag, angle = torch.sqrt(re * re + im * im + 1e-14), atan2(im, re)
        har = torch.cat([mag, mag * torch.sin(angle) if self.smooth else angle], 1)
        x = self.up2(F.leaky_relu(self.up1(F.leaky_relu(x, 0.1)), 0.1))
        x = F.pad(x, (1, 0), mode="reflect") + self.noise(har)
        x = sum(block(x, texture) for block in self.blocks) / 3
        x = self.post(F.leaky_relu(x))
        bins = self.N // 2 + 1
        mag, angle = torch.exp(x[:, :bins]), torch.sin(x[:, bins:])
        out = F.conv_transpose1d(mag * torch.cos(angle), self.inv_re, stride=self.HOP) + F.conv_transpose1d(mag * torch.sin(angle), self.inv_im, stride=self.HOP)
        return out[0, 0, self.N // 2:-(self.N // 2)], duration


# ---- Matcha: rotary encoder, U-Net of flow matching unrolled over Euler steps ----

class Rotary(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.register_buffer("theta", 1.0 / 10000 ** (torch.arange(0, width, 2).float() / width))

    def forward(self, x):                       # [batch, heads, time, channels]
        angle = torch.einsum("n,d->nd", torch.arange(x.shape[2]).float(), self.theta)
        angle = torch.cat([angle, angle], 1)[None, None]
        turn, rest = x[..., :self.width], x[..., self.width:]
        half = self.width // 2
        turned = torch.cat([-turn[..., half:], turn[..., :half]], -1)
        return torch.cat([turn * torch.cos(angle) + turned * torch.sin(angle), rest], -1)


class Encoder(nn.Module):
    def __init__(self, symbols, width, heads):
        super().__init__()
        self.words = nn.Embedding(symbols, width)
        self.q, self.k, self.v, self.o = (nn.Conv1d(width, width, 1) for _ in range(4))
        self.heads, self.rotary = heads, Rotary(width // heads // 2)
        self.a, self.b, self.mean = nn.Conv1d(width, 2 * width, 3, padding=1), nn.Conv1d(2 * width, width, 3, padding=1), nn.Conv1d(width, 80, 1)
        self.gamma, self.beta, self.dur = nn.Parameter(torch.rand(width)), nn.Parameter(torch.randn(width)), nn.Conv1d(width, 1, 1)

    def norm(self, x):
        m = torch.mean(x, 1, keepdim=True)
        v = torch.mean((x - m) ** 2, 1, keepdim=True)
        return (x - m) * torch.rsqrt(v + 1e-4) * self.gamma.view(1, -1, 1) + self.beta.view(1, -1, 1)

    def forward(self, ids, mask):
        x = self.words(ids).transpose(1, 2) * 8
        b, c, t = x.shape
        q, k, v = (f(x * mask).view(b, self.heads, c // self.heads, t).transpose(2, 3) for f in (self.q, self.k, self.v))
        scores = self.rotary(q) @ self.rotary(k).transpose(-1, -2) / (c // self.heads) ** 0.5
        scores = scores.masked_fill((mask.unsqueeze(2) * mask.unsqueeze(-1)) == 0, -1e4)
        y = (scores.softmax(-1) @ v).transpose(2, 3).reshape(b, c, t)
        x = self.norm(x + self.o(y))
        x = self.norm(x + self.b(torch.relu(self.a(x * mask)) * mask))
        return self.mean(x) * mask, self.dur(x) * mask


class UBlock(nn.Module):
    def __init__(self, i, o, time):
        super().__init__()
        self.c1, self.c2, self.skip = nn.Conv1d(i, o, 3, padding=1), nn.Conv1d(o, o, 3, padding=1), nn.Conv1d(i, o, 1)
        self.n1, self.n2, self.time = nn.GroupNorm(8, o), nn.GroupNorm(8, o), nn.Linear(time, o)

    def forward(self, x, mask, t):
        h = F.mish(self.n1(self.c1(x * mask))) * mask
        h = F.mish(self.n2(self.c2((h + self.time(F.mish(t)).unsqueeze(-1)) * mask))) * mask
        return h + self.skip(x * mask)


class SnakeAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm1, self.norm2, self.attention = nn.LayerNorm(width), nn.LayerNorm(width), Attention(width, 2)
        self.a, self.b = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.alpha, self.beta = nn.Parameter(torch.randn(2 * width) * 0.1), nn.Parameter(torch.randn(2 * width) * 0.1)

    def forward(self, x, mask):
        y = x.transpose(1, 2)
        y = y + self.attention(self.norm1(y), mask[:, 0])
        h = self.a(self.norm2(y))
        h = h + (1.0 / (torch.exp(self.beta) + 1e-9)) * torch.pow(torch.sin(h * torch.exp(self.alpha)), 2)
        return (y + self.b(h)).transpose(1, 2)


class Matcha(nn.Module):
    def __init__(self, width=48, steps=2):
        super().__init__()
        self.encoder, self.steps = Encoder(100, width, 2), steps
        self.t1, self.t2 = nn.Linear(64, 128), nn.Linear(128, 128)
        self.r1, self.s1, self.down = UBlock(160, 64, 128), SnakeAttention(64), nn.Conv1d(64, 64, 3, stride=2, padding=1)
        self.r2, self.s2 = UBlock(64, 64, 128), SnakeAttention(64)
        self.r3, self.up, self.out = UBlock(128, 64, 128), nn.ConvTranspose1d(64, 64, 4, stride=2, padding=1), nn.Conv1d(64, 80, 1)
        self.register_buffer("freq", torch.exp(torch.arange(32).float() * -(np.log(10000) / 31)))

    def estimate(self, x, mask, mu, t):
        angle = 1000.0 * t.view(1, 1) * self.freq[None]
        t = self.t2(F.silu(self.t1(torch.cat([angle.sin(), angle.cos()], -1))))
        x = torch.cat([x, mu], 1)
        a = self.s1(self.r1(x, mask, t), mask)
        half = mask[:, :, ::2]
        y = self.s2(self.r2(self.down(a * mask), half, t), half)
        y = self.up(torch.cat([y], 1) * half)
        return self.out(self.r3(torch.cat([y, a], 1), mask, t) * mask) * mask

    def forward(self, x, x_lengths, scales, noise):
        mask = (torch.arange(x.shape[1])[None] < x_lengths[:, None]).float().unsqueeze(1)
        mu, logw = self.encoder(x, mask)
        w = torch.ceil(torch.exp(logw * 0.3 + 1) * mask) * scales[1]
        lengths = torch.clamp_min(torch.sum(w, [1, 2]), 1).long()
        most = (torch.ceil(lengths.max() / 4.0) * 4).long()
        frames = (torch.arange(most)[None] < lengths[:, None]).float().unsqueeze(1)
        ends = torch.cumsum(w[:, 0], 1)
        path = (torch.arange(most)[None, None] < ends[:, :, None]).float()
        path = (path - F.pad(path, (0, 0, 1, 0))[:, :-1]) * frames
        mu = mu @ path
        z = noise[:, :, :most] * scales[0]
        for i in range(self.steps):
            z = z + self.estimate(z, frames, mu, torch.tensor([i / self.steps])) / self.steps
        return z, lengths


# ---- Vocos: ConvNeXt, then magnitude and phase; the inverse transform is the host's ----

class Vocos(nn.Module):
    def __init__(self, mels=80, width=96, inner=288, layers=4, bins=129):
        super().__init__()
        self.embed, self.norm, self.final = nn.Conv1d(mels, width, 7, padding=3), nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.dw = nn.ModuleList(nn.Conv1d(width, width, 7, padding=3, groups=width) for _ in range(layers))
        self.norms = nn.ModuleList(nn.LayerNorm(width, eps=1e-6) for _ in range(layers))
        self.a, self.b = (nn.ModuleList(nn.Linear(*s) for _ in range(layers)) for s in ((width, inner), (inner, width)))
        self.gamma, self.head = nn.ParameterList(nn.Parameter(torch.rand(width) / 4) for _ in range(layers)), nn.Linear(width, 2 * bins)

    def forward(self, mels):
        x = self.norm(self.embed(mels).transpose(1, 2)).transpose(1, 2)
        for i in range(len(self.dw)):
            h = self.norms[i](self.dw[i](x).transpose(1, 2))
            x = x + (self.gamma[i] * self.b[i](F.gelu(self.a[i](h)))).transpose(1, 2)
        mag, phase = self.head(self.final(x.transpose(1, 2))).transpose(1, 2).chunk(2, dim=1)
        return torch.clip(torch.exp(mag), max=1e2), torch.cos(phase), torch.sin(phase)


def exactly(model, case):
    """The model in double precision."""
    model, single = copy.deepcopy(model).double(), torch.Tensor.float
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double
    try:
        with torch.no_grad():
            result = model(*(v.double() if v.is_floating_point() else v for v in case))
    finally:
        torch.set_default_dtype(torch.float32)
        torch.Tensor.float = single
    return tuple(v.float() if v.is_floating_point() else v for v in (result if isinstance(result, tuple) else (result,)))


def ratio(got, wanted):
    """SNR in dB."""
    return 10 * np.log10(float((wanted.double() ** 2).sum()) / max(float(((got.double() - wanted.double()) ** 2).sum()), 1e-30))


def write(folder, name, model, cases, inputs, outputs, axes, opset, half=False):
    model.eval()
    place = os.path.join(folder, name)
    os.makedirs(place, exist_ok=True)
    path = os.path.join(place, "model.onnx")
    torch.onnx.export(model, cases[0], path, input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=opset)
    graph = onnx.load(path)
    if half:
        to_half(graph)
        onnx.save(graph, path)
    kept = [i.name for i in graph.graph.input]
    for n, case in enumerate(cases):
        with torch.no_grad():
            single = model(*case)
        result = exactly(model, case)
        print(f"{name} {n}: PyTorch in single precision against double: "
              + ", ".join(f"{ratio(a, b):.1f} dB" for a, b in zip(single if isinstance(single, tuple) else (single,), result) if b.is_floating_point()))
        data = os.path.join(place, f"test_data_set_{n}")
        os.makedirs(data, exist_ok=True)
        fed = dict(zip(inputs, case))
        for kind, names, values in (("input", kept, [fed[k] for k in kept]), ("output", outputs, result)):
            for i, (key, value) in enumerate(zip(names, values)):
                with open(os.path.join(data, f"{kind}_{i}.pb"), "wb") as f:
                    f.write(numpy_helper.from_array(value.numpy(), key).SerializeToString())
    kinds = sorted({node.op_type for node in graph.graph.node})
    print(f"{name}: {len(graph.graph.node)} nodes, opset {opset}: {' '.join(kinds)}")


def to_half(model):
    """Weights in float16, each cast back in front of its readers: the form in which small files are given away."""
    for w in model.graph.initializer:
        if w.data_type != onnx.TensorProto.FLOAT or np.prod(w.dims) < 64:
            continue
        name, values = w.name, numpy_helper.to_array(w)
        w.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        model.graph.node.insert(0, onnx.helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.manual_seed(5)
    torch.set_num_threads(1)
    folder = sys.argv[1]

    def spoken(n, seed):
        g = torch.Generator().manual_seed(seed)
        return (torch.randint(0, 178, (1, n), generator=g), torch.randn(1, 64, generator=g), torch.ones(1), torch.randn(1, 40000, 9, generator=g))
    smooth, kokoro, axes = Kokoro(), Kokoro(smooth=False), {"input_ids": {1: "n"}, "noise": {1: "samples"}, "waveform": {0: "samples"}, "duration": {0: "n"}}
    for name, model, half in (("kokoro", smooth, False), ("kokoro_f16", smooth, True), ("kokoro_jumps", kokoro, False)):
        write(folder, name, model, [spoken(24, 1), spoken(9, 2)], ["input_ids", "style", "speed", "noise"], ["waveform", "duration"], axes, 17, half)
    matcha = [(torch.randint(0, 100, (1, n)), torch.tensor([n]), torch.tensor([0.6, 1.0]), torch.randn(1, 80, 2000)) for n in (21, 8)]
    write(folder, "matcha", Matcha(), matcha, ["x", "x_lengths", "scales", "noise"], ["mel", "mel_lengths"],
          {"x": {1: "n"}, "noise": {2: "frames"}, "mel": {2: "frames"}}, 15)
    write(folder, "vocos", Vocos(), [(torch.randn(1, 80, n),) for n in (50, 13)], ["mels"], ["mag", "x", "y"],
          {"mels": {2: "frames"}, "mag": {2: "frames"}, "x": {2: "frames"}, "y": {2: "frames"}}, 17)


if __name__ == "__main__":
    main()
