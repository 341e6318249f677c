"""WebAssembly under limits: one engine configuration, metered by fuel, and a private cache of compiled modules.

A cached module is native code, so it is only ever loaded from a directory that belongs to this user and that nobody
else can enter.
"""

import atexit
import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..capsule.atomic_file import SECRET_MODE, written_beside
from ..catalogue import CIRCUITS
from ..errors import ArtifactMalformed, ResourceLimit, ToolMissing

if TYPE_CHECKING:
    import wasmtime

CACHE = CIRCUITS.parent / "build" / "cache"
MODULE_LIMIT = 256 * 2**20  # bytes of .wasm; the largest circuit in sight is a tenth of it
CONFIGURATION = b"metered, multi-memory"  # part of a cached module's name: code made for other settings does not load


@cache
def engine() -> "wasmtime.Engine":
    """The engine of this process: fuel is counted, and a module may use several memories."""
    try:
        import wasmtime
    except ImportError as error:
        raise ToolMissing("wasmtime is not installed: pip install 'wasmtime>=50,<51'", tool="wasmtime") from error
    config = wasmtime.Config()
    config.consume_fuel = True
    config.wasm_multi_memory = True
    return wasmtime.Engine(config)


atexit.register(engine.cache_clear)  # while wasmtime can still free it


def load_module(wasm: bytes) -> "wasmtime.Module":
    """Compile a module, or take it from the cache."""
    import wasmtime

    if len(wasm) > MODULE_LIMIT:
        raise ResourceLimit(
            f"a WebAssembly module of {len(wasm)} bytes is above the limit of {MODULE_LIMIT}", limit=MODULE_LIMIT
        )
    directory = _private_directory()
    stored = directory / f"{_cache_key(wasm)}.cwasm" if directory else None
    if stored and stored.is_file():
        try:
            return wasmtime.Module.deserialize_file(engine(), str(stored))
        except wasmtime.WasmtimeError:
            stored.unlink(missing_ok=True)  # cut short by a full disk, or by a kill
    try:
        module = wasmtime.Module(engine(), wasm)
    except wasmtime.WasmtimeError as error:
        raise ArtifactMalformed(f"not a WebAssembly module: {_first_line(error)}; build the circuit again") from error
    if stored:
        _store(stored, bytes(module.serialize()))
    return module


def new_store(fuel: int, memory: int) -> "wasmtime.Store":
    """A store that stops after `fuel` instructions and whose memories stay below `memory` bytes each."""
    import wasmtime

    store = wasmtime.Store(engine())
    store.set_fuel(fuel)
    store.set_limits(memory_size=memory, table_elements=100_000, instances=4, tables=4, memories=4)
    return store


def _cache_key(wasm: bytes) -> str:
    from importlib import metadata  # slow, and only a first compilation asks for it

    parts = (hashlib.sha256(wasm).digest(), metadata.version("wasmtime").encode(), CONFIGURATION)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _private_directory() -> Path | None:
    """The cache of this user, or None where it cannot be kept from others."""
    path = CACHE / f"modules-{os.geteuid()}"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.lstat()
    except OSError:
        return None
    private = status.st_uid == os.geteuid() and status.st_mode & 0o077 == 0 and path.is_dir() and not path.is_symlink()
    return path if private else None


def _store(path: Path, code: bytes) -> None:
    """Keep compiled code; without a cache the next start is slower, nothing else."""
    with contextlib.suppress(OSError), written_beside(path, code, SECRET_MODE) as part:
        part.replace()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
