"""Speech to Opus packets and back with libopus itself (ctypes): for machines that have neither opusdec nor soundfile.

A take is a row of packets of 20 ms at 24 kHz, mono, each behind its length (2 bytes, big endian). No container: pack keeps the number
of samples, and what the codec looks ahead is cut off, so that a take comes back with exactly as many samples as it had.
"""
import ctypes
import ctypes.util
import os
import struct

import numpy as np

RATE = 24000
FRAME = 480
AUDIO, SET_BITRATE, SET_COMPLEXITY, SET_CONSTRAINT, GET_LOOKAHEAD = 2049, 4002, 4010, 4020, 4027     # opus_defines.h


def library(path=None):
    """libopus: the file given, or the system's."""
    lib = ctypes.CDLL(path or ctypes.util.find_library("opus") or "libopus.so.0")
    for name in ("opus_encoder_create", "opus_decoder_create"):
        getattr(lib, name).restype = ctypes.c_void_p
    for name in ("opus_encoder_destroy", "opus_decoder_destroy"):
        getattr(lib, name).argtypes = [ctypes.c_void_p]
        getattr(lib, name).restype = None
    lib.opus_encode_float.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int32]
    lib.opus_decode_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    lib.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int]           # the rest is variadic
    return lib


def path_of(lib):
    """The file that a loaded library came from (Linux)."""
    with open("/proc/self/maps") as f:
        for line in f:
            path = line.split(None, 5)[-1].strip()
            if os.path.basename(path).startswith(os.path.basename(lib._name).split(".so")[0] + ".so"):
                return path
    raise OSError("no file known for %s" % lib._name)


def encode(lib, samples, bits):
    """Mono int16 -> bytes. bits: a second, on average."""
    error, ahead = ctypes.c_int(), ctypes.c_int32()
    coder = lib.opus_encoder_create(RATE, 1, AUDIO, ctypes.byref(error))
    if error.value:
        raise ValueError("libopus: error %d" % error.value)
    try:
        lib.opus_encoder_ctl(coder, SET_BITRATE, ctypes.c_int(bits))
        lib.opus_encoder_ctl(coder, SET_COMPLEXITY, ctypes.c_int(10))
        lib.opus_encoder_ctl(coder, SET_CONSTRAINT, ctypes.c_int(0))      # bits where they are needed; nobody is waiting
        lib.opus_encoder_ctl(coder, GET_LOOKAHEAD, ctypes.byref(ahead))
        x = np.pad(samples.astype(np.float32) / 32768, (0, ahead.value + FRAME))
        out, buffer = [struct.pack(">H", ahead.value)], ctypes.create_string_buffer(4000)
        for k in range(0, len(x) - FRAME + 1, FRAME):
            frame = np.ascontiguousarray(x[k:k + FRAME])
            n = lib.opus_encode_float(coder, frame.ctypes.data, FRAME, buffer, len(buffer))
            if n < 0:
                raise ValueError("libopus: error %d" % n)
            out.append(struct.pack(">H", n) + buffer.raw[:n])
        return b"".join(out)
    finally:
        lib.opus_encoder_destroy(coder)


def decode(lib, data, count):
    """What encode() gave -> int16 [count]."""
    error = ctypes.c_int()
    coder = lib.opus_decoder_create(RATE, 1, ctypes.byref(error))
    if error.value:
        raise ValueError("libopus: error %d" % error.value)
    try:
        (ahead,), at, out = struct.unpack_from(">H", data), 2, []
        while at < len(data):
            (n,) = struct.unpack_from(">H", data, at)
            x = np.zeros(FRAME, np.float32)
            got = lib.opus_decode_float(coder, data[at + 2:at + 2 + n], n, x.ctypes.data, FRAME, 0)
            if got != FRAME:
                raise ValueError("libopus: error %d" % got)
            out.append(x)
            at += 2 + n
        x = np.concatenate(out)[ahead:ahead + count]
        if len(x) != count:
            raise ValueError("%d samples, not %d" % (len(x), count))
        return np.clip(np.round(x * 32768), -32768, 32767).astype(np.int16)
    finally:
        lib.opus_decoder_destroy(coder)
