"""The frame that .r1cs, .wtns, .zkey and .ptau share: four letters, a version, numbered sections with sizes."""

import os
import stat
import struct
from pathlib import Path

from ..errors import ArtifactMalformed

MAX_SECTIONS = 64


def check_container(path: Path, kind: str) -> None:
    """ArtifactMalformed unless the file is a `kind` whose sections fill it to the last byte. Reads the frame only."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        head = file.read(12) if stat.S_ISREG(found.st_mode) else b""
        if len(head) < 12 or head[:4] != kind.encode():
            raise ArtifactMalformed(f"{path.name} is not a .{kind} file", format=kind, path=str(path))
        end, count = 12, struct.unpack_from("<I", head, 8)[0]
        for _ in range(min(count, MAX_SECTIONS + 1)):
            file.seek(end)
            frame = file.read(12)
            end += 12 + struct.unpack_from("<Q", frame, 4)[0] if len(frame) == 12 else found.st_size + 1
            if end > found.st_size:
                break
    if count > MAX_SECTIONS or end != found.st_size:
        message = f"{path.name} is cut short, or was never finished: get an undamaged copy"
        raise ArtifactMalformed(message, format=kind, path=str(path))
