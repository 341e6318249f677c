"""Files by digest: from any source that has them, gone on with, and of what a source does otherwise nothing comes."""

import hashlib
import random
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from tests.capsule.test_secret_files import all_that_an_error_holds
from tests.settlement.hostile_server import Behaviour, Files, Node, Visit, lies, serving
from zkdata.capsule.cid import cid_for
from zkdata.capsule.partial_file import PIECE_BYTES, Pieces
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    NotAvailable,
    ZkDataError,
)
from zkdata.settlement.bounded_http import Patience, Server
from zkdata.settlement.fetched_keys import arrived
from zkdata.settlement.key_sources import (
    HttpSource,
    KeySource,
    keep_pieces,
    source_at,
)
from zkdata.settlement.stores import FolderStore

DATA = random.Random(7).randbytes(2 * PIECE_BYTES + 4321)
WANTED = Pieces(
    len(DATA),
    hashlib.sha256(DATA).hexdigest(),
    tuple(hashlib.sha256(DATA[at : at + PIECE_BYTES]).hexdigest() for at in range(0, len(DATA), PIECE_BYTES)),
)
NAME = "it.zkey"
HONEST = Files({NAME: DATA})
SHORT = Patience(attempts=2, each=0.3, total=4, pause=0.01)
PATIENT = Patience(attempts=2, each=20, total=40, pause=0.01)
SPENT = 6
"""Seconds in which SHORT has to be over, on a busy machine."""


def part_of(visit: Visit, start: int, end: int, **told: str) -> None:
    """An answer to a range, whatever it says."""
    about = {"Content_Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"} | told
    visit.answer(DATA[start:end], 206, **about)


def asked_from(visit: Visit) -> int:
    """Where the client wants to go on."""
    return int(visit.headers.get("Range", "bytes=0-")[6:-1])


def broken_off(after: int) -> Behaviour:
    """Gives what it is asked for, but no more than so many bytes at a time."""

    def behave(visit: Visit) -> None:
        start = asked_from(visit)
        length = {"Content_Length": str(len(DATA) - start)}
        if start:
            part_of(visit, start, start + after, **length)
        else:
            visit.answer(DATA[:after], **length)

    return behave


def then(first: Behaviour, afterwards: Behaviour) -> Behaviour:
    """Another behaviour from the second request on."""
    return lambda visit: (first if len(visit.server.seen) == 1 else afterwards)(visit)


def fetch(folder: Path, *sources: KeySource) -> int:
    """How many bytes came; the file is in its place then."""
    with arrived(folder / NAME, WANTED, sources, lambda doing, part: None) as arrival:
        arrival.put()
    assert (folder / NAME).read_bytes() == DATA
    assert [each.name for each in folder.iterdir()] == [NAME]
    return arrival.came


def at(url: str, patience: Patience = PATIENT) -> HttpSource:
    return HttpSource(Server.at(url), patience)


def kept(folder: Path) -> int:
    """Bytes that wait for the rest."""
    return sum(each.stat().st_size for each in folder.glob(f".{NAME}.*/*"))


LIES = lies(DATA, "")
SLOW = {"slow body", "slow head", "silence", "continue, for ever"}


@pytest.mark.parametrize("lie", [each for each in LIES if each not in ("no end", "half of it", "half of it in chunks")])
def test_lies_are_refused(lie: str, tmp_path: Path) -> None:
    """In bounded time and memory, with nothing in place and nothing kept, and without going elsewhere."""
    patience = SHORT if lie in SLOW else PATIENT
    with serving(HONEST) as elsewhere, serving(lies(DATA, elsewhere.url)[lie]) as server:
        tracemalloc.start()
        started = time.monotonic()
        with pytest.raises(NotAvailable) as refused:
            fetch(tmp_path, at(server.url, patience))
        spent, peak = time.monotonic() - started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert spent < (SPENT if lie in SLOW else PATIENT.each) and peak < 8 * PIECE_BYTES
        definite = {"another file", "nothing", "a page", "a terabyte, it says"}
        assert ("ArtifactMismatch" in refused.value.tried[0]) == (lie in definite)
        assert not (tmp_path / NAME).exists() and kept(tmp_path) == 0 and elsewhere.seen == []
        sure = {*definite, "a bomb", "packed", "elsewhere", "elsewhere, with the file", "round and round"}
        assert len(server.seen) == (1 if lie in {*sure, "forbidden", "gone"} else 2)
        # the same server, once it is honest
        server.behaviour = HONEST
        assert fetch(tmp_path, at(server.url)) == len(DATA)


@pytest.mark.parametrize("lie", ["no end", "half of it", "half of it in chunks"])
def test_right_pieces_are_taken_from_anybody(lie: str, tmp_path: Path) -> None:
    """A server that does not end is left where the file ends; of one that breaks off, what was right is kept."""
    with serving(LIES[lie]) as server:
        if lie == "no end":
            assert fetch(tmp_path, at(server.url)) == len(DATA)
            return
        with pytest.raises(NotAvailable):
            fetch(tmp_path, at(server.url))
        assert kept(tmp_path) in (PIECE_BYTES, 2 * PIECE_BYTES)
        before = kept(tmp_path)
        server.behaviour = HONEST
        assert fetch(tmp_path, at(server.url)) == len(DATA) - before
        assert server.seen[-1][1]["Range"] == f"bytes={before}-"


def test_it_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    """However often, as long as pieces come; with less than one at a time it is given up."""
    with serving(broken_off(PIECE_BYTES + 99)) as server:
        assert fetch(tmp_path, at(server.url)) == len(DATA)
        asked = [headers.get("Range") for _, headers in server.seen]
        assert asked == [None, f"bytes={PIECE_BYTES}-", f"bytes={2 * PIECE_BYTES}-"]
        (tmp_path / NAME).unlink()
        server.behaviour = broken_off(PIECE_BYTES - 1)
        with pytest.raises(NotAvailable, match="in the middle"):
            fetch(tmp_path, at(server.url))
        assert len(server.seen) == 3 + PATIENT.attempts and kept(tmp_path) == 0


def test_a_server_that_knows_no_ranges(tmp_path: Path) -> None:
    """What is here already comes again, is not written again, and the rest is taken."""
    with serving(then(broken_off(PIECE_BYTES + 99), lambda visit: visit.answer(DATA))) as server:
        assert fetch(tmp_path, at(server.url)) == len(DATA)
        assert len(server.seen) == 2


ABOUT_RANGES: dict[str, Behaviour] = {
    "another start": lambda visit: part_of(visit, asked_from(visit) - 1, len(DATA)),
    "from the beginning": lambda visit: part_of(visit, 0, len(DATA)),
    "no range": lambda visit: visit.answer(DATA[asked_from(visit) :], 206),
    "a range that is none": lambda visit: part_of(visit, asked_from(visit), len(DATA), Content_Range="bytes -"),
    "in other units": lambda visit: part_of(visit, asked_from(visit), len(DATA), Content_Range="pages 1-2/3"),
    "of a larger file": lambda visit: part_of(
        visit, asked_from(visit), len(DATA), Content_Range=f"bytes {asked_from(visit)}-{len(DATA)}/{len(DATA) + 1}"
    ),
    "past the end": lambda visit: part_of(
        visit, asked_from(visit), len(DATA), Content_Range=f"bytes {asked_from(visit)}-{len(DATA)}/*"
    ),
    "numbers without end": lambda visit: part_of(
        visit, asked_from(visit), len(DATA), Content_Range=f"bytes {'9' * 5000}-{'9' * 5000}/*"
    ),
    "nothing there": lambda visit: visit.answer(b"", 416, Content_Range="bytes */5"),
    "a shorter file now": lambda visit: visit.answer(DATA[:-1]),
    "another file of this size": lambda visit: part_of(visit, 0, len(DATA) - asked_from(visit), Content_Range=(
        f"bytes {asked_from(visit)}-{len(DATA) - 1}/{len(DATA)}")),
    "elsewhere": lambda visit: visit.answer(b"", 302, Location="http://127.0.0.1:1/"),
    "gone": lambda visit: visit.answer(b"", 404),
}  # fmt: skip


ANOTHER_FILE = ("of a larger file", "past the end", "nothing there", "a shorter file now", "another file of this size")


@pytest.mark.parametrize("lie", ABOUT_RANGES)
def test_lies_about_the_rest(lie: str, tmp_path: Path) -> None:
    """Nothing of them is kept, what came before is, and another source gives the rest."""
    with serving(then(broken_off(PIECE_BYTES + 99), ABOUT_RANGES[lie])) as server, serving(HONEST) as other:
        with pytest.raises(NotAvailable) as refused:
            fetch(tmp_path, at(server.url))
        another = lie in ANOTHER_FILE
        assert f": {'ArtifactMismatch' if another else 'NotAvailable'}: " in refused.value.tried[0]
        assert kept(tmp_path) == PIECE_BYTES and len(server.seen) == 2
        assert fetch(tmp_path, at(server.url), at(other.url)) == len(DATA) - PIECE_BYTES
        assert [headers.get("Range") for _, headers in other.seen] == [f"bytes={PIECE_BYTES}-"]


def test_a_part_that_nobody_asked_for(tmp_path: Path) -> None:
    """The first answer is the whole file."""
    with serving(lambda visit: part_of(visit, 0, len(DATA))) as server:
        with pytest.raises(NotAvailable, match="status 206"):
            fetch(tmp_path, at(server.url))
        assert len(server.seen) == 1


@pytest.mark.parametrize("place", [0, PIECE_BYTES - 1, PIECE_BYTES, len(DATA) - 1])
def test_a_wrong_byte(tmp_path: Path, place: int) -> None:
    """Wherever it is, it is seen with its piece; the next source goes on from there."""
    wrong = bytearray(DATA)
    wrong[place] ^= 1
    with serving(Files({NAME: bytes(wrong)})) as server, serving(HONEST) as other:
        with pytest.raises(NotAvailable) as refused:
            fetch(tmp_path, at(server.url))
        assert "ArtifactMismatch" in refused.value.tried[0] and len(server.seen) == 1
        assert kept(tmp_path) == place // PIECE_BYTES * PIECE_BYTES and not (tmp_path / NAME).exists()
        assert fetch(tmp_path, at(server.url), at(other.url)) == len(DATA) - place // PIECE_BYTES * PIECE_BYTES


def test_a_slow_server_is_waited_for(tmp_path: Path) -> None:
    """Longer than a piece may take, while pieces come; one that all but stalls in between is given up in time."""

    def slowly(visit: Visit) -> None:
        visit.send_response(200)
        visit.send_header("Content-Length", str(len(DATA)))
        visit.end_headers()
        for start in range(0, len(DATA), PIECE_BYTES // 2):
            visit.wfile.write(DATA[start : start + PIECE_BYTES // 2])
            visit.server.stopped.wait(0.2)

    def stalling(visit: Visit) -> None:
        visit.send_response(200)
        visit.send_header("Content-Length", str(len(DATA)))
        visit.end_headers()
        visit.wfile.write(DATA[: PIECE_BYTES + 1])
        visit.drip(DATA[PIECE_BYTES + 1 :])

    with serving(slowly) as server:
        assert fetch(tmp_path, at(server.url, Patience(attempts=1, each=0.8, total=0.8))) == len(DATA)
        assert len(server.seen) == 1
        (tmp_path / NAME).unlink()
        server.behaviour = stalling
        started = time.monotonic()
        with pytest.raises(NotAvailable, match="too long"):
            fetch(tmp_path, at(server.url, SHORT))
        assert time.monotonic() - started < SPENT and kept(tmp_path) == PIECE_BYTES


def test_a_piece_takes_so_long_and_no_longer(tmp_path: Path) -> None:
    """All attempts at one piece together end with the total, whatever the number of attempts."""
    with serving(LIES["silence"]) as server:
        started = time.monotonic()
        with pytest.raises(NotAvailable):
            fetch(tmp_path, at(server.url, Patience(10_000, 0.2, 0.5, 0.001)))
        assert time.monotonic() - started < SPENT and len(server.seen) <= 4


def test_every_kind_of_source(tmp_path: Path) -> None:
    """A folder and a file, here and at a URL, and stores with pieces in a folder and at a node."""
    (tmp_path / "published").mkdir()
    path = tmp_path / "published" / NAME
    path.write_bytes(DATA)
    node, store = Node(), FolderStore(tmp_path / "store")
    keep_pieces(store, path, WANTED)
    assert {each.name for each in store.folder.iterdir()} == {
        cid_for(DATA[at : at + PIECE_BYTES]) for at in range(0, len(DATA), PIECE_BYTES)
    }
    node.files |= {each.name: each.read_bytes() for each in store.folder.iterdir()}
    (tmp_path / "url").touch(mode=0o600)
    with serving(HONEST) as server, serving(node) as ipfs:
        (tmp_path / "url").write_text(server.url.replace("//", "//canary-name:canary-word@") + "/keys\n")
        places = [f"{tmp_path / 'published'}", f"{path}", server.url, f"{server.url}/keys/", f"{server.url}/a/{NAME}",
                  f"@{tmp_path / 'url'}", f"store:{store.folder}", f"store:{ipfs.url}"]  # fmt: skip
        for number, place in enumerate(places):
            (tmp_path / str(number)).mkdir()
            assert fetch(tmp_path / str(number), source_at(place)) == len(DATA)
        assert [target for target, _ in server.seen] == [f"/{NAME}", f"/keys/{NAME}", f"/a/{NAME}", f"/keys/{NAME}"]
        assert server.seen[-1][1]["Authorization"].startswith("Basic ")


def test_sources_that_have_nothing(tmp_path: Path) -> None:
    """Each is named with what it said: empty, of another size, no file, another kind of file, and nobody there."""
    for name in ("empty", "short", "pipe", "to"):
        (tmp_path / name).mkdir()
    (tmp_path / "short" / NAME).write_bytes(DATA[:-1])
    (tmp_path / "pipe" / NAME).mkdir()
    (tmp_path / "no.json").write_bytes(DATA)
    places = [tmp_path / "empty", tmp_path / "short", tmp_path / "pipe", tmp_path / "no.json", tmp_path / "nowhere",
              f"store:{tmp_path / 'empty'}", f"store:{tmp_path / 'no.json'}",
              "http://127.0.0.1:1/it.vkey.json"]  # fmt: skip
    sources = [source_at(str(each)) for each in places]
    with pytest.raises(NotAvailable) as refused:
        fetch(tmp_path / "to", *sources)
    assert [line.rpartition(f"{each.name}: ")[1] for line, each in zip(refused.value.tried, sources, strict=True)]
    with pytest.raises(NotAvailable, match="no source was named"):
        fetch(tmp_path / "to")
    assert kept(tmp_path / "to") == 0
    with pytest.raises(ArtifactMalformed, match="command line"):
        source_at("http://canary-name:canary-word@127.0.0.1:1/")
    with pytest.raises(ArtifactMalformed, match="command line"):
        source_at("store:http://canary-name:canary-word@127.0.0.1:1/")


@pytest.mark.parametrize("lie", ["forbidden", "hanging up", "elsewhere", "another file", "fallen over"])
def test_what_is_secret_in_a_url(lie: str, tmp_path: Path) -> None:
    """Name, password and path of a URL are in no error, name or repr, though the server sends them back."""
    canary = "canary-name:canary-word@127.0.0.1:1/canary-path"
    with serving(lies(DATA, f"http://{canary}")[lie]) as server:
        source = at(server.url.replace("//", "//canary-name:canary-word@") + "/canary-path")
        with pytest.raises(ZkDataError) as refused:
            fetch(tmp_path, source)
        told = all_that_an_error_holds(refused.value) + str(refused.value.evidence) + repr(source) + source.name
        assert "canary" not in told and "Y2FuYXJ5" not in told
        assert server.seen[0][0] == f"/canary-path/{NAME}"


def test_right_pieces_of_another_file(tmp_path: Path) -> None:
    """A list of pieces that do not make the file of the digest: nothing of them is put, or kept."""
    wanted = replace(WANTED, sha256="ab" * 32)
    with (
        serving(HONEST) as server,
        pytest.raises(ArtifactMismatch),
        arrived(tmp_path / NAME, wanted, [at(server.url)], lambda doing, part: None) as arrival,
    ):
        arrival.put()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_no_fault_of_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the work as what it is, and no further source is asked."""

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with serving(HONEST) as server:
        monkeypatch.setattr("zkdata.capsule.partial_file.os.write", full)
        with pytest.raises(OSError, match=rf"No space left on device: '{tmp_path}"):
            fetch(tmp_path, at(server.url), at(server.url))
        assert len(server.seen) == 1
