"""A ceremony in one program: three contributors and a coordinator, each with a folder and processes of his own.

    .venv/bin/python docs/how-to/run_a_ceremony.py [--circuit NAME] [--ptau FILE] [--cheat HOW] [FOLDER]

`run-a-ceremony.md` explains it. Files alone go from one to the next. What each party has is left in FOLDER, a new one;
without it, nothing is. With --cheat bob does not do what he should, and the program fails unless he is named.
"""

import argparse
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

CONTRIBUTORS = ("alice", "bob", "carol")
BEACON = "8f3a1c5e7b9d20446688aacceef1032547698badcfe0123456789abcdef01122"
"""Stands for the hash of a block that nobody knew when carol contributed."""


class Caught(Exception):
    """Somebody's command refused what another one handed on."""


class Party:
    """Somebody with a folder, who sees what was handed to him and nothing else."""

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self.folder = home / name
        self.folder.mkdir(mode=0o700, parents=True)

    def zkdata(self, *words: str | Path) -> str:
        """One command of his, in his folder; a refusal is told by who refused."""
        print(f"{self.name:<12}$ zkdata {' '.join(map(str, words))}")
        command = [sys.executable, "-m", "zkdata.cli", *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Caught(f"{self.name} refuses: {done.stderr.strip()}")
        return done.stdout

    def hand(self, name: str, to: "Party") -> None:
        """Hand a file on, by copying it."""
        shutil.copy(self.folder / name, to.folder / name)


# What bob may do in place of contributing. Each gets his party, the key he was given, and the one he hands on.


def idle(bob: Party, old: str, new: str) -> None:
    """hand on what he was given as his own"""
    shutil.copy(bob.folder / old, bob.folder / new)
    bob.zkdata("setup", "sign", new, "--key", "bob.key", "--signed", "bob.signed.json")


def drop(bob: Party, old: str, new: str) -> None:
    """begin anew from the first key, so that what alice mixed in is gone"""
    contribute(bob, "0.zkey", new)


def tamper(bob: Party, old: str, new: str) -> None:
    """contribute, and exchange two points of the key"""
    contribute(bob, old, new)
    _change(bob.folder / new, 8, lambda section: section[64:128] + section[:64] + section[128:])


def forge(bob: Party, old: str, new: str) -> None:
    """take out alice's record, as if the key were his alone"""
    contribute(bob, old, new)
    _change(bob.folder / new, 10, _without_the_first)


def bind(bob: Party, old: str, new: str) -> None:
    """contribute, and exchange two points of IC, so that two public values can be exchanged"""
    contribute(bob, old, new)
    _change(bob.folder / new, 3, lambda section: section[:64] + section[128:192] + section[64:128] + section[192:])


CHEATS: dict[str, Callable[[Party, str, str], None]] = {
    "idle": idle,
    "drop": drop,
    "tamper": tamper,
    "forge": forge,
    "bind": bind,
}


def contribute(party: Party, old: str, new: str) -> None:
    """What everybody else does."""
    mine = ("--name", party.name, "--key", f"{party.name}.key", "--signed", f"{party.name}.signed.json")
    party.zkdata("setup", "contribute", old, new, *mine)


def check(party: Party, before: Party, circuit: str, key: str) -> None:
    """What everybody does with the key that he is handed; the first one anybody can make again, byte for byte."""
    if key != "0.zkey":
        try:
            party.zkdata("setup", "verify", circuit, "powers.ptau", key)
        except Caught as refusal:
            raise Caught(f"{refusal}\n{party.name} had {key} from {before.name}") from None
        return
    party.zkdata("setup", "new", circuit, "powers.ptau", "again.zkey")
    if (party.folder / key).read_bytes() != (party.folder / "again.zkey").read_bytes():
        raise Caught(f"{party.name} had another first key from {before.name} than circuit and powers make")


def ceremony(home: Path, circuit: str, powers: Path | None, cheat: str | None) -> None:
    """All of it; `Caught` where somebody refuses what he is handed."""
    coordinator = Party(home, "coordinator")
    parties = [Party(home, name) for name in CONTRIBUTORS]
    for party in (coordinator, *parties):
        party.zkdata("keys", "new", "contributor", f"{party.name}.key")
    if powers is None:
        phase_one(coordinator, parties[0])
    else:
        shutil.copy(powers, coordinator.folder / "powers.ptau")
    coordinator.zkdata("setup", "new", circuit, "powers.ptau", "0.zkey")
    before, key = coordinator, "0.zkey"
    for number, party in enumerate(parties, 1):
        for name in {key, "0.zkey"}:
            shutil.copy((before if name == key else coordinator).folder / name, party.folder / name)
        coordinator.hand("powers.ptau", party)
        check(party, before, circuit, key)
        made = f"{number}.zkey"
        act = CHEATS[cheat] if cheat and party.name == "bob" else contribute
        act(party, key, made)
        party.hand(f"{party.name}.signed.json", coordinator)
        before, key = party, made
    before.hand(key, coordinator)
    coordinator.zkdata("setup", "beacon", key, "last.zkey", "--value", BEACON, "--iterations", "10")
    signed = [f"{party.name}.signed.json" for party in parties]
    about = (circuit, "powers.ptau", "last.zkey", "--signed", *signed, "--key", "coordinator.key", "--out", "setup")
    print(coordinator.zkdata("setup", "finalize", *about))


def phase_one(coordinator: Party, alice: Party) -> None:
    """Powers of tau for a rehearsal. A real ceremony takes those of one that everybody knows."""
    coordinator.zkdata("setup", "ptau", "new", "13", "0.ptau")
    coordinator.hand("0.ptau", alice)
    alice.zkdata("setup", "ptau", "contribute", "0.ptau", "1.ptau", "--name", "alice")
    alice.hand("1.ptau", coordinator)
    coordinator.zkdata("setup", "ptau", "beacon", "1.ptau", "2.ptau", "--value", BEACON, "--iterations", "10")
    coordinator.zkdata("setup", "ptau", "prepare", "2.ptau", "powers.ptau")
    coordinator.zkdata("setup", "ptau", "verify", "powers.ptau")


def _change(zkey: Path, wanted: int, change: Callable[[bytes], bytes]) -> None:
    """Another content for one section of a key."""
    data = zkey.read_bytes()
    out, at = data[:12], 12
    while at < len(data):
        kind, size = struct.unpack_from("<IQ", data, at)
        section = data[at + 12 : at + 12 + size]
        section = change(section) if kind == wanted else section
        out += struct.pack("<IQ", kind, len(section)) + section
        at += 12 + size
    zkey.write_bytes(out)


def _without_the_first(section: bytes) -> bytes:
    """Section 10 without its first contribution: circuit hash, how many, and each with name and length at its end."""
    circuit, count = section[:64], struct.unpack_from("<I", section, 64)[0]
    fixed = 3 * 64 + 128 + 64 + 4  # delta, two points in G1 and one in G2 of the proof, transcript, kind
    length = struct.unpack_from("<I", section, 68 + fixed)[0]
    return circuit + struct.pack("<I", count - 1) + section[68 + fixed + 4 + length :]


def main() -> int:
    """The command line above."""
    ways = "; ".join(f"{name}: {act.__doc__}" for name, act in CHEATS.items())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--circuit", default="timestamp_8x2w128", help="of the catalogue (default: %(default)s)")
    parser.add_argument("--ptau", type=Path, metavar="FILE", help="prepared powers; without it, 2^13 are made")
    parser.add_argument("--cheat", choices=CHEATS, metavar="HOW", help=f"what bob does: {ways}")
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = (chosen.folder or Path(scratch) / "ceremony").absolute()
        try:
            ceremony(home, chosen.circuit, chosen.ptau and chosen.ptau.absolute(), chosen.cheat)
        except Caught as caught:
            print(caught)
            return 0 if chosen.cheat and "bob" in str(caught) else 1
    return 1 if chosen.cheat else 0


if __name__ == "__main__":
    sys.exit(main())
