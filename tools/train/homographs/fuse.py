"""Static maps without keys: a three-wise binary fuse filter (Graf and Lemire 2022) whose slots hold a fingerprint and a value.

A key is a 64-bit hash. slots[a] ^ slots[b] ^ slots[c] = fingerprint << bits | value for every key that is in the map; for others the fingerprint agrees
once in 2^(16 - bits). src/text/homograph.c reads it.
"""
import numpy as np

MASK = (1 << 64) - 1


def fnv(data, h=0xCBF29CE484222325):
    for c in data:
        h = (h ^ c) * 0x100000001B3 & MASK
    return h


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def mix_array(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


class Map:
    """size: slots of a segment, a power of two; segments: how many a key may begin in (there are two more)."""

    def __init__(self, bits, seed, size, segments, slots):
        self.bits, self.seed, self.size, self.segments, self.slots = bits, seed, size, segments, slots

    @staticmethod
    def places(h, size, segments):
        """h: mixed keys, uint64 array. Three arrays of slots."""
        first = ((h >> np.uint64(32)) * np.uint64(segments) >> np.uint64(32)).astype(np.int64)
        m = np.uint64(size - 1)
        a = first * size + (h & m).astype(np.int64)
        b = (first + 1) * size + (h >> np.uint64(10) & m).astype(np.int64)
        c = (first + 2) * size + (h >> np.uint64(20) & m).astype(np.int64)
        return a, b, c

    @staticmethod
    def fingerprint(h, bits):
        return (h * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(48 + bits)).astype(np.int64)

    @classmethod
    def build(cls, keys, values, bits):
        """keys: distinct ints; values < 2^bits."""
        n = len(keys)
        k = np.array(keys, np.uint64)
        size = 64 if n < 2000 else 256 if n < 20000 else 512
        segments = max(1, int(np.ceil(n * 1.15 / size)) - 2)
        for attempt in range(1000):
            seed = mix(attempt + 1)
            h = mix_array(k ^ np.uint64(seed))
            places = np.stack(cls.places(h, size, segments), 1)
            total = (segments + 2) * size
            count = np.bincount(places.ravel(), minlength=total)
            xor = np.zeros(total, np.int64)
            np.bitwise_xor.at(xor, places.ravel(), np.repeat(np.arange(n), 3))
            order, stack = [], list(np.nonzero(count == 1)[0])
            count, xor, rows = count.tolist(), xor.tolist(), places.tolist()
            while stack:
                slot = stack.pop()
                if count[slot] != 1:
                    continue
                key = xor[slot]
                order.append((key, slot))
                for p in rows[key]:
                    count[p] -= 1
                    xor[p] ^= key
                    if count[p] == 1:
                        stack.append(p)
            if len(order) == n:
                break
            if attempt % 4 == 3:
                segments += max(1, segments // 50)
        else:
            raise RuntimeError("no fuse filter found")
        want = (cls.fingerprint(h, bits) << bits | np.array(values, np.int64)).tolist()
        slots = [0] * total
        for key, slot in reversed(order):
            a, b, c = rows[key]
            slots[slot] = want[key] ^ slots[a] ^ slots[b] ^ slots[c]
        return cls(bits, seed, size, segments, np.array(slots, np.uint16))

    def find(self, keys):
        """Values of an array of keys, -1 where there is none."""
        h = mix_array(np.asarray(keys, np.uint64) ^ np.uint64(self.seed))
        a, b, c = self.places(h, self.size, self.segments)
        got = (self.slots[a] ^ self.slots[b] ^ self.slots[c]).astype(np.int64)
        ok = got >> self.bits == self.fingerprint(h, self.bits)
        return np.where(ok, got & (1 << self.bits) - 1, -1)
