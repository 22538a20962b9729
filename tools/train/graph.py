"""Writes ONNX graphs node by node (opset 17), out of few and plain operators, and evaluates them in numpy.

Written by hand and not traced: the nodes are then the same whatever torch is installed, paddings stand in Conv itself,
and no shape arithmetic gets in. Data are time-major [1, T, C].
"""
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

SMALL = 256                               # tensors of up to so many numbers stay float32: they cost nothing


class Graph:
    """half: large weights are FLOAT16 initializers, each followed by a Cast to FLOAT."""

    def __init__(self, name, half):
        self.name, self.half, self.nodes, self.weights, self.count = name, half, [], [], 0
        self.inputs, self.outputs = [], []

    def input(self, name, shape, integer=False):
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64 if integer else TensorProto.FLOAT, shape))
        return name

    def output(self, name, value, shape):
        """Call a value by the name of the output."""
        for n in self.nodes:
            n.output[:] = [name if o == value else o for o in n.output]
            n.input[:] = [name if i == value else i for i in n.input]
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def op(self, kind, *inputs, **attributes):
        self.count += 1
        out = "%s_%d" % (kind.lower(), self.count)
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def weight(self, name, w):
        """A constant of the graph; w: tensor or array."""
        a = np.ascontiguousarray(w.detach().cpu().numpy() if hasattr(w, "detach") else w)
        if a.dtype == np.int64 or not self.half or a.size <= SMALL:
            self.weights.append(numpy_helper.from_array(a, name))
            return name
        self.weights.append(numpy_helper.from_array(a.astype(np.float16), name))
        return self.op("Cast", name, to=TensorProto.FLOAT)

    def linear(self, name, x, layer):
        y = self.op("MatMul", x, self.weight(name + ".weight", layer.weight.t()))
        return y if layer.bias is None else self.op("Add", y, self.weight(name + ".bias", layer.bias))

    def conv(self, name, x, layer, before, after):
        y = self.op("Transpose", x, perm=[0, 2, 1])
        y = self.op("Conv", y, self.weight(name + ".weight", layer.weight), self.weight(name + ".bias", layer.bias),
                    group=layer.groups, kernel_shape=list(layer.kernel_size), pads=[before, after])
        return self.op("Transpose", y, perm=[0, 2, 1])

    def norm(self, name, x, layer):
        return self.op("LayerNormalization", x, self.weight(name + ".weight", layer.weight),
                       self.weight(name + ".bias", layer.bias), axis=-1, epsilon=layer.eps)

    def block(self, name, x, block):
        """vocoder.Block with gain folded (see export.fold)."""
        y = self.norm(name + ".norm", self.conv(name + ".depth", x, block.depth, *block.pad), block.norm)
        y = self.linear(name + ".up", y, block.up)
        y = self.op("Mul", y, self.op("Sigmoid", y))
        return self.op("Add", x, self.linear(name + ".down", y, block.down))

    def squeeze(self, x, axis):
        axes = "axes_%d" % axis
        if axes not in [w.name for w in self.weights]:
            self.weights.append(numpy_helper.from_array(np.array([axis], np.int64), axes))
        return self.op("Squeeze", x, axes)

    def model(self):
        g = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)
        m = helper.make_model(g, producer_name="syrinx", ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
        checker.check_model(m, full_check=True)
        return m


def evaluate(model, inputs):
    """Run a model of the operators above in numpy: {input name: array} -> {output name: array}. Slow; for checks."""
    v = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
    v.update(inputs)
    for n in model.graph.node:
        x = [v[i] for i in n.input]
        a = {k.name: helper.get_attribute_value(k) for k in n.attribute}
        if n.op_type == "MatMul":
            y = x[0] @ x[1]
        elif n.op_type in ("Add", "Sub", "Mul", "Div"):
            y = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}[n.op_type](x[0], x[1])
        elif n.op_type == "Sigmoid":
            y = 1 / (1 + np.exp(-x[0]))
        elif n.op_type in ("Exp", "Log", "Max", "Min"):
            y = {"Exp": np.exp, "Log": np.log, "Max": np.maximum, "Min": np.minimum}[n.op_type](*x)
        elif n.op_type == "Softplus":
            y = np.logaddexp(0, x[0])
        elif n.op_type == "Concat":
            y = np.concatenate(x, a["axis"])
        elif n.op_type == "Transpose":
            y = x[0].transpose(a["perm"])
        elif n.op_type == "Cast":
            y = x[0].astype(np.float32)
        elif n.op_type == "Gather":
            y = x[0][x[1]]
        elif n.op_type == "Squeeze":
            y = np.squeeze(x[0], tuple(x[1]))
        elif n.op_type == "LayerNormalization":
            d = x[0] - x[0].mean(-1, keepdims=True)
            y = d / np.sqrt((d ** 2).mean(-1, keepdims=True) + a["epsilon"]) * x[1] + x[2]
        elif n.op_type == "Conv":
            p = np.pad(x[0], ((0, 0), (0, 0), tuple(a["pads"])))
            k = x[1].shape[2]
            f = np.lib.stride_tricks.sliding_window_view(p, k, axis=2)             # [1, C, T, k]
            y = (np.einsum("bctk,ck->bct", f, x[1][:, 0]) if a["group"] > 1 else np.einsum("bctk,ock->bot", f, x[1]))
            y = y + x[2][:, None]
        else:
            raise ValueError(n.op_type)
        v[n.output[0]] = y
    return {o.name: v[o.name] for o in model.graph.output}
