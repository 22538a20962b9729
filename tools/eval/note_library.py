"""Single notes through the renderer of libsyrinx (live instruments of syrinx.h), for tools/eval/instruments --library."""
import ctypes
import os

import numpy as np

RATE = 48000


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("sample_rate", ctypes.c_int), ("seed", ctypes.c_uint64), ("notes", ctypes.c_int), ("gain", ctypes.c_float)]


class Library:
    def __init__(self, path):
        self.lib = ctypes.CDLL(os.path.abspath(path))
        for k in ("syrinx_live_free", "syrinx_instrument_close"):
            getattr(self.lib, k).argtypes = [ctypes.c_void_p]
        self.lib.syrinx_live_note_on.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_float]

    def render(self, folder, gain, pitch, velocity, seconds, seed):
        """Mono, at the level of the recordings: gain, that of the card, is taken off. velocity 0 to 1."""
        instrument, live, options = ctypes.c_void_p(), ctypes.c_void_p(), Options()
        if self.lib.syrinx_instrument_open(os.path.join(os.path.abspath(folder), "").encode(), ctypes.byref(instrument)) < 0:
            raise ValueError("libsyrinx cannot open %s" % folder)
        try:
            self.lib.syrinx_live_options_init(ctypes.byref(options))
            options.sample_rate, options.seed, options.gain = RATE, seed, max(-60.0, min(24.0, -gain))
            if self.lib.syrinx_live_new(instrument, ctypes.byref(options), ctypes.byref(live)) < 0:
                raise ValueError("libsyrinx cannot play %s" % folder)
            count = int(seconds * RATE)
            x = np.zeros((count, 2), np.float32)
            self.lib.syrinx_live_note_on(live, 0, pitch, 127 * velocity)
            for at in range(0, count, 256):
                n = min(256, count - at)
                if self.lib.syrinx_live_read(live, ctypes.c_void_p(x.ctypes.data + at * 8), n) != n:
                    raise ValueError("libsyrinx: reading failed")
            return (x.astype(float).sum(1) / np.sqrt(2))
        finally:
            self.lib.syrinx_live_free(live)
            self.lib.syrinx_instrument_close(instrument)
