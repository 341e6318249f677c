"""Our store before a real kubo: the same CIDs, the same bytes, and what it says when a file is gone."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.capsule.strategies import DEVICE, HOUR, START
from tests.journeys.keeping import account
from tests.journeys.stage import Stage
from tests.settlement.kubo import Kubo, running
from tests.settlement.sale import sold
from zkdata.capsule.cid import cid_for
from zkdata.capsule.partial_file import PIECE_BYTES, Pieces
from zkdata.capsule.record import Record, Schema
from zkdata.capsule.schemas import SENSOR_READING, TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.errors import NotAvailable, ResourceLimit
from zkdata.settlement.delivered import open_delivered
from zkdata.settlement.fetched_keys import arrived
from zkdata.settlement.ipfs import MAX_BLOCK, IpfsStore
from zkdata.settlement.keeper import Keeper
from zkdata.settlement.key_sources import StoreSource, keep_pieces
from zkdata.settlement.stores import FolderStore, fetch_first

pytestmark = [pytest.mark.deep, pytest.mark.xdist_group("settlement")]
LENGTHS = (0, 1, 2**18 - 1, 2**18, 2**18 + 1, MAX_BLOCK - 1, MAX_BLOCK)
"""Kubo cuts at 2^18 or 2^20, unless it is told."""


@pytest.fixture(scope="module")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubo]:
    with running(tmp_path_factory.mktemp("kubo")) as node:
        yield node


@pytest.fixture
def store(kubo: Kubo) -> IpfsStore:
    return IpfsStore.at(kubo.url)


@pytest.mark.parametrize(("schema", "count"), [(TEMPERATURE, 1), (TEMPERATURE, 1144), (SENSOR_READING, 832)])
def test_capsules(schema: Schema, count: int, kubo: Kubo, store: IpfsStore) -> None:
    """From the smallest capsule file to the largest: our CID is kubo's, and its own command line gives the file."""
    row = ["21.5", "40.0", "1013.2", "3.7"][: schema.limbs]
    file = seal(schema, [Record(START + index * (HOUR // 1200), row) for index in range(count)], DEVICE).file
    data = file.to_json().encode()
    assert store.put(data) == file.cid
    assert store.fetch(file.cid) == data == kubo.run("cat", file.cid)
    assert len(data) < 2**18


@pytest.mark.parametrize("length", LENGTHS)
def test_any_bytes(length: int, kubo: Kubo, store: IpfsStore, tmp_path: Path) -> None:
    """Up to a megabyte in one piece, pinned; left to itself, kubo gives larger ones another CID than their bytes'."""
    data = bytes(each % 251 for each in range(length))
    cid = store.put(data)
    assert cid == cid_for(data) and store.fetch(cid) == data == kubo.run("cat", cid)
    assert cid in kubo.run("pin", "ls", "--type=recursive", "-q").decode().split()
    (tmp_path / "file").write_bytes(data)
    alone = kubo.run("add", "-Q", "--cid-version=1", "--raw-leaves", "--chunker=size-262144", str(tmp_path / "file"))
    assert (alone.decode().strip() == cid) is (length <= 2**18)


@pytest.mark.parametrize("by", ["ipfs add", "zkdata"])
def test_a_key_in_pieces(by: str, kubo: Kubo, store: IpfsStore, tmp_path: Path) -> None:
    """A file that is larger than a block, cut by kubo's own command line or by us, comes piece by piece by its CIDs."""
    path = tmp_path / "published.zkey"
    path.write_bytes(random.Random(by).randbytes(2 * PIECE_BYTES + 321))
    wanted = Pieces.of(path)
    with pytest.raises(NotAvailable), arrived(tmp_path / "it", wanted, [StoreSource(store)], lambda doing, part: None):
        pass
    if by == "zkdata":
        keep_pieces(store, path, wanted)
    else:
        kubo.run("add", "--cid-version=1", "--raw-leaves", f"--chunker=size-{PIECE_BYTES}", str(path))
    with arrived(tmp_path / "it", wanted, [StoreSource(store)], lambda doing, part: None) as arrival:
        arrival.put()
    assert (tmp_path / "it").read_bytes() == path.read_bytes()


def test_what_is_too_large(store: IpfsStore) -> None:
    """It would be cut, and lie under another CID."""
    with pytest.raises(ResourceLimit):
        store.put(bytes(MAX_BLOCK + 1))


def test_unpinned_and_missing(kubo: Kubo, store: IpfsStore, tmp_path: Path) -> None:
    """Garbage collection spares what is pinned; what is not is missing at once, and another store has it."""
    data = b"kept, then let go"
    cid = store.put(data)
    kubo.run("repo", "gc", "-q")
    assert store.fetch(cid) == data
    kubo.run("pin", "rm", cid)
    kubo.run("repo", "gc", "-q")
    with pytest.raises(NotAvailable, match="does not have the file") as refused:
        store.fetch(cid)
    assert refused.value.attempts == 1
    folder = FolderStore(tmp_path / "folder")
    folder.put(data)
    assert fetch_first([store, folder], cid) == data


def test_many_at_once(store: IpfsStore) -> None:
    """Sixteen threads put and fetch the same files and others."""
    files = [bytes([each % 5]) * 10_000 for each in range(48)]

    def there_and_back(data: bytes) -> bool:
        return store.fetch(store.put(data)) == data

    with ThreadPoolExecutor(16) as workers:
        assert all(workers.map(there_and_back, files))


def test_a_node_with_a_password(tmp_path: Path) -> None:
    """The password of a URL opens a node that wants one; without it, or once the node has ended, nothing comes."""
    allowed = {"AuthSecret": "basic:keeper:pass word", "AllowedPaths": ["/api/v0/add", "/api/v0/block/get"]}
    with running(tmp_path / "kubo", **{"API.Authorizations": {"Keeper": allowed}}) as node:
        open_store = IpfsStore.at(node.url.replace("//", "//keeper:pass%20word@"))
        cid = open_store.put(b"mine")
        assert open_store.fetch(cid) == b"mine"
        for url in (node.url, node.url.replace("//", "//keeper:other@")):
            with pytest.raises(NotAvailable, match="403"):
                IpfsStore.at(url).fetch(cid)
    with pytest.raises(NotAvailable):
        open_store.fetch(cid)


def test_a_keeper_with_a_node(stage: Stage, store: IpfsStore, kubo: Kubo, tmp_path: Path) -> None:
    """He fetches from one node, pins in it, and signs; the buyer opens from there, until it is unpinned."""
    sale = sold(stage, tmp_path)
    cid = store.put(sale.data)
    keepers = [Keeper(account(stage.chain, place), store) for place in (8, 9)]
    admitted = sale.pending.admit([each.attest(sale.pending, cid, store.fetch) for each in keepers], sender=stage.thief)
    admitted.release(sale.claim.release_secret, sender=stage.relayer)
    assert tuple(open_delivered(admitted, [store], stage.journey.buyer, TEMPERATURE)) == sale.claim.capsule.records
    kubo.run("pin", "rm", cid)
    kubo.run("repo", "gc", "-q")
    with pytest.raises(NotAvailable) as refused:
        open_delivered(admitted, [store], stage.journey.buyer, TEMPERATURE)
    assert refused.value.keepers == [*admitted.panel.keepers] and refused.value.cid == cid
