"""Keccak-256 as Ethereum uses it: rate 1088 bits, padding 0x01, before SHA-3 changed the padding."""

RATE = 136
MASK = 2**64 - 1


def _rotate(lane: int, by: int) -> int:
    by %= 64
    return (lane << by | lane >> (64 - by)) & MASK


def _permute(lanes: list[list[int]]) -> list[list[int]]:
    """Keccak-f[1600] on lanes[x][y]; round constants and rotations come from their recurrences."""
    register = 1
    for _ in range(24):
        columns = [a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] for a in lanes]
        parity = [columns[x - 1] ^ _rotate(columns[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lane ^ parity[x] for lane in lanes[x]] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], _rotate(current, (t + 1) * (t + 2) // 2)
        lanes = [[lanes[x][y] ^ (~lanes[(x + 1) % 5][y] & lanes[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        for j in range(7):
            lanes[0][0] ^= (register & 1) << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
    return lanes


def keccak256(data: bytes) -> bytes:
    """The 32-byte digest."""
    padded = bytearray(data) + bytearray(RATE - len(data) % RATE)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), RATE):
        for i in range(RATE // 8):
            lanes[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lanes[i][0].to_bytes(8, "little") for i in range(4))
