"""rapidsnark's library inside a process of its own, for each order once; what it works on is loaded before.

python -m bench.peers.rapidsnark librapidsnark.so prove CIRCUIT.zkey WITNESS.wtns
python -m bench.peers.rapidsnark librapidsnark.so verify VKEY.json PUBLIC.json PROOF.json
"""

import ctypes
import mmap
import sys
from ctypes import byref, c_ulonglong, c_void_p, create_string_buffer
from pathlib import Path
from typing import Any

from .resident import serve

MESSAGE_BYTES = 1024


class Library:
    """Its functions; what they complain of ends the process."""

    def __init__(self, path: str) -> None:
        self._functions = ctypes.CDLL(path)
        self._message = create_string_buffer(MESSAGE_BYTES)

    def call(self, name: str, *arguments: Any) -> None:
        """One that takes room for a message last."""
        if getattr(self._functions, name)(*arguments, self._message, c_ulonglong(MESSAGE_BYTES)):
            raise SystemExit(f"{name}: {self._message.value.decode()}")

    def proof_bytes(self) -> int:
        """Room that a proof takes."""
        size = c_ulonglong()
        self._functions.groth16_proof_size(byref(size))
        return size.value


class Prove:
    """A proof; the prover object holds the mapped key, and the witness is in memory."""

    def __init__(self, library: Library, zkey: str, witness: str) -> None:
        self._library = library
        with Path(zkey).open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        key = (ctypes.c_char * len(self._map)).from_buffer(self._map)
        self._witness = Path(witness).read_bytes()
        self._prover, room = c_void_p(), c_ulonglong()
        library.call("groth16_prover_create", byref(self._prover), key, c_ulonglong(len(key)))
        library.call("groth16_public_size_for_zkey_buf", key, c_ulonglong(len(key)), byref(room))
        self._proof, self._public = create_string_buffer(library.proof_bytes()), create_string_buffer(room.value)

    def run(self) -> None:
        """Once."""
        proof_size, public_size = c_ulonglong(len(self._proof)), c_ulonglong(len(self._public))
        given = self._prover, self._witness, c_ulonglong(len(self._witness))
        written = self._proof, byref(proof_size), self._public, byref(public_size)
        self._library.call("groth16_prover_prove", *given, *written)

    def save(self, proof: str, public: str) -> None:
        """As it wrote them."""
        Path(proof).write_bytes(self._proof.value)
        Path(public).write_bytes(self._public.value)


class Verify:
    """Key, proof and signals from text, as its library takes them."""

    def __init__(self, library: Library, vkey: str, public: str, proof: str) -> None:
        self._library = library
        self._texts = [Path(file).read_bytes() for file in (proof, public, vkey)]

    def run(self) -> None:
        """Once."""
        self._library.call("groth16_verify", *self._texts)

    def save(self, *files: str) -> None:
        """A verdict is no file."""


WORK: dict[str, Any] = {"prove": Prove, "verify": Verify}

if __name__ == "__main__":
    serve(lambda: WORK[sys.argv[2]](Library(sys.argv[1]), *sys.argv[3:]))
