"""Stores: what is put is what is fetched, and of what a store or server does otherwise nothing comes but an error."""

import os
import ssl
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capsule.strategies import DEVICE, readings
from tests.capsule.test_secret_files import all_that_an_error_holds
from tests.settlement.hostile_server import HostileServer, Node, Visit, lies, serving
from zkdata.capsule.capsule_file import MAX_BYTES
from zkdata.capsule.cid import cid_for, cid_of, digest_in
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.errors import (
    ArtifactMalformed,
    ArtifactMismatch,
    KeyUnsafe,
    NotAvailable,
    ResourceLimit,
    SetupInsecure,
    ZkDataError,
)
from zkdata.settlement.bounded_http import Patience, Server
from zkdata.settlement.ipfs import MAX_BLOCK, IpfsStore
from zkdata.settlement.stores import FolderStore, Store, fetch_first, store_at

DATA = seal(TEMPERATURE, readings("21.5", "-3"), DEVICE).file.to_json().encode()
CID = cid_for(DATA)
SHORT = Patience(attempts=2, each=0.3, total=4, pause=0.01)
PATIENT = Patience(attempts=2, each=20, total=40, pause=0.01)
LIES = lies(DATA, "")
SPENT = 6
"""Seconds in which SHORT has to be over, on a busy machine."""

SLOW = {"slow body", "slow head", "silence", "continue, for ever"}


@pytest.fixture
def node() -> Node:
    return Node()


@given(st.binary(min_size=32, max_size=32))
def test_a_cid_has_one_spelling(digest: bytes) -> None:
    """What a CID holds is what it was made of, and no other text is read as one."""
    cid = cid_of(digest)
    assert digest_in(cid) == digest and cid.startswith("bafkrei") and len(cid) == 59
    others = [cid.upper(), cid[:-1], cid + "a", cid + "\n", " " + cid, "../" + cid, cid[:-1] + "7", "bafybei" + cid[7:]]
    for other in others:
        if other != cid:
            with pytest.raises(ArtifactMalformed):
                digest_in(other)


@given(st.text(max_size=70))
def test_other_texts_are_no_cids(text: str) -> None:
    """Nor do they reach a file or a server."""
    with pytest.raises(ArtifactMalformed):
        FolderStore(Path("/nowhere")).fetch(text)


@given(data=st.binary(max_size=5000))
def test_what_is_put_is_fetched(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """From a folder and from a node, under the same CID."""
    with serving(Node()) as server:
        stores: list[Store] = [FolderStore(tmp_path_factory.mktemp("folder")), IpfsStore.at(server.url)]
        for store in stores:
            assert store.put(data) == cid_for(data)
            assert store.fetch(cid_for(data)) == data
            with pytest.raises(NotAvailable):
                store.fetch(cid_for(data + b"."))


def test_a_folder_is_named_by_a_path_or_by_text(tmp_path: Path) -> None:
    """As `deliver-and-keep-capsules.md` writes it; the two are one store."""
    store = FolderStore(str(tmp_path / "folder"))
    assert store == FolderStore(tmp_path / "folder")
    assert store.fetch(store.put(DATA)) == DATA
    with pytest.raises(NotAvailable):
        FolderStore(str(tmp_path / "another")).fetch(CID)


def test_a_folder_is_no_way_out(tmp_path: Path) -> None:
    """It is made for its owner alone, even where no mask helps; damage, links and other things are refused."""
    before = os.umask(0)
    try:
        store = FolderStore(tmp_path / "folder")
        store.put(DATA)
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    kept = store.folder / CID
    kept.write_bytes(DATA[:-2] + b" }")
    with pytest.raises(ArtifactMismatch):
        store.fetch(CID)
    assert store.put(DATA) == CID and store.fetch(CID) == DATA
    with kept.open("ab") as file:
        file.truncate(2**40)
    with pytest.raises(ArtifactMalformed):
        store.fetch(CID)
    kept.unlink()
    os.mkfifo(kept)
    with pytest.raises(ArtifactMalformed):
        store.fetch(CID)
    with pytest.raises(ArtifactMalformed):
        store.put(DATA)
    with pytest.raises(ArtifactMalformed):
        store.put(bytes(MAX_BYTES + 1))
    with pytest.raises(FileNotFoundError):
        FolderStore(tmp_path / "no" / "folder").put(DATA)
    assert [each.name for each in store.folder.iterdir()] == [CID]


PUT_AND_FETCH = """
import sys
from pathlib import Path
from zkdata.settlement.stores import FolderStore
store = FolderStore(Path(sys.argv[1]))
for turn in range(20):
    data = bytes([(turn + int(sys.argv[2])) % 4]) * 100_000
    assert store.fetch(store.put(data)) == data
"""


def test_many_processes_at_once(tmp_path: Path) -> None:
    """Each finds the whole of every file from the moment on at which it was put, and no part is left over."""
    folder = tmp_path / "folder"
    workers = [subprocess.Popen([sys.executable, "-c", PUT_AND_FETCH, folder, str(each)]) for each in range(6)]
    assert [each.wait(60) for each in workers] == [0] * 6
    assert {each.name for each in folder.iterdir()} == {cid_for(bytes([each]) * 100_000) for each in range(4)}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_refused(lie: str, tmp_path: Path) -> None:
    """In bounded time and memory, with nothing written, by one of three errors, and without going elsewhere."""
    honest = Node()
    honest.files[CID] = DATA
    patience = SHORT if lie in SLOW else PATIENT
    with serving(honest) as elsewhere, serving(lies(DATA, elsewhere.url)[lie]) as server:
        store, keeping = IpfsStore.at(server.url, patience), FolderStore(tmp_path / "kept")
        tracemalloc.start()
        started = time.monotonic()
        with pytest.raises((NotAvailable, ArtifactMismatch, ArtifactMalformed)) as refused:
            keeping.put(store.fetch(CID))
        spent, peak = time.monotonic() - started, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert spent < (SPENT if lie in SLOW else PATIENT.each)
        assert peak < 4 * MAX_BYTES and not keeping.folder.exists()
        definite = {
            "another file": ArtifactMismatch,
            "nothing": ArtifactMismatch,
            "a page": ArtifactMismatch,
            "no end": ArtifactMalformed,
            "a terabyte, it says": ArtifactMalformed,
        }
        assert type(refused.value) is definite.get(lie, NotAvailable)
        sure = {*definite, "a bomb", "packed", "elsewhere", "elsewhere, with the file", "round and round"}
        assert len(server.seen) == (1 if lie in {*sure, "not found", "forbidden", "gone"} else patience.attempts)
        assert elsewhere.seen == []
        # the same server, once it is honest
        server.behaviour = honest
        assert IpfsStore.at(server.url).fetch(CID) == DATA


def test_a_server_that_recovers_is_asked_again(node: Node) -> None:
    """Faults that pass are waited for, so many times; the file is there in the end."""
    node.files[CID] = DATA
    faults = iter(["hanging up", "overloaded", "half of it", "fallen over", "too many requests"])

    def unsteady(visit: Visit) -> None:
        lie = next(faults, None)
        (LIES[lie] if lie else node)(visit)

    with serving(unsteady) as server:
        with pytest.raises(NotAvailable) as refused:
            IpfsStore.at(server.url, Patience(attempts=2, pause=0.001)).fetch(CID)
        assert refused.value.attempts == 2
        assert IpfsStore.at(server.url, Patience(attempts=4, pause=0.001)).fetch(CID) == DATA


def test_nobody_is_there() -> None:
    """A port where nobody listens, a name that is none, and no time."""
    with serving(Node()) as server:
        url = server.url
    for place, patience in ((url, SHORT), ("http://none.invalid:5001", SHORT), (url, Patience(total=0))):
        with pytest.raises(NotAvailable):
            IpfsStore.at(place, patience).fetch(CID)


def test_all_attempts_together_take_so_long() -> None:
    """However many attempts and however long a pause are allowed, the total ends them."""
    with serving(LIES["silence"]) as server:
        for patience in (Patience(10_000, 0.2, 0.5, 0.001), Patience(10_000, 0.2, 0.5, 60)):
            started = time.monotonic()
            with pytest.raises(NotAvailable) as refused:
                IpfsStore.at(server.url, patience).fetch(CID)
            assert time.monotonic() - started < SPENT and refused.value.attempts <= 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b'{"Hash":"%s"}' % cid_of(bytes(32)).encode(), ArtifactMismatch),
        (b"[" * 9000, ArtifactMismatch),
        (b"<html>added</html>", ArtifactMismatch),
        (b'{"Hash":5}', ArtifactMismatch),
        (b" " * 2**15, ArtifactMalformed),
        (b'{"Hash":"%s"}' % CID.encode(), NotAvailable),
    ],
    ids=["another CID", "deep", "a page", "a number", "too long", "only said"],
)
def test_put_believes_nothing(answer: bytes, error: type[ZkDataError], node: Node) -> None:
    """A node that says another CID, nothing that can be read, or that it has a file which it has not."""

    def lying(visit: Visit) -> None:
        if visit.path.startswith("/api/v0/add"):
            visit.body()
            visit.answer(answer)
        else:
            node(visit)

    with serving(lying) as server, pytest.raises(error):
        IpfsStore.at(server.url, PATIENT).put(DATA)


def test_a_node_that_does_not_listen() -> None:
    """A megabyte that nobody reads is given up in time; what no node could exchange is not sent at all."""
    with serving(LIES["silence"]) as server:
        store = IpfsStore.at(server.url, SHORT)
        started = time.monotonic()
        with pytest.raises(NotAvailable):
            store.put(bytes(MAX_BLOCK))
        assert time.monotonic() - started < SPENT
        before = len(server.seen)
        with pytest.raises(ResourceLimit):
            store.put(bytes(MAX_BLOCK + 1))
        assert len(server.seen) == before


def test_a_certificate_of_nobody(tmp_path: Path) -> None:
    """https to a server whose certificate nobody vouches for: nothing is asked of it."""
    certificate = _self_signed(tmp_path)
    with HostileServer(LIES["another file"]) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        with pytest.raises(NotAvailable, match="certificate"):
            IpfsStore.at(server.url.replace("http:", "https:"), PATIENT).fetch(CID)
        server.shutdown()
        thread.join()
        assert server.seen == []


@pytest.mark.parametrize("lie", ["fallen over", "forbidden", "hanging up", "elsewhere", "another file", "no end"])
def test_a_secret_url_is_shown_to_nobody_else(lie: str) -> None:
    """Name, password and path go to the server, and into no error, name or repr, though the server sends them back."""
    canaries = ("canary-name", "canary-word", "canary-path")

    def echoing(visit: Visit) -> None:
        if lie in ("fallen over", "forbidden"):
            said = f"{visit.path} {visit.headers['Authorization']} {' '.join(canaries)}"
            visit.answer(said.encode(), 500 if lie == "fallen over" else 403, X_Told=said)
        else:
            lies(DATA, "http://canary-name:canary-word@127.0.0.1:1/canary-path")[lie](visit)

    with serving(echoing) as server:
        url = server.url.replace("//", "//canary-name:canary-word@") + "/canary-path/"
        store = IpfsStore.at(url, PATIENT)
        for ask in (lambda: store.fetch(CID), lambda: store.put(DATA), lambda: fetch_first([store], CID)):
            with pytest.raises(ZkDataError) as refused:
                ask()
            told = all_that_an_error_holds(refused.value) + repr(refused.value) + str(refused.value.evidence)
            told += repr(store) + store.name
            assert not [each for each in (*canaries, "Basic", "Y2FuYXJ5") if each in told]
        path, headers = server.seen[0]
        assert path.startswith("/canary-path/api/v0/block/get?")
        assert headers["Authorization"] == "Basic Y2FuYXJ5LW5hbWU6Y2FuYXJ5LXdvcmQ="
        assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a", "http://", "//a", "http://a:b", "http://a:99999", "http://a?x=1", "http://a#x", "http://a/ b",
     "http://a/\r\nX: y", "file:///etc/passwd", "http://a/ä", "http://["],
)  # fmt: skip
def test_what_is_no_url(url: str) -> None:
    """It is refused, and not quoted."""
    with pytest.raises(ArtifactMalformed) as refused:
        IpfsStore.at(url)
    assert len(url) < 9 or url not in refused.value.message


def test_stores_by_their_names(tmp_path: Path, node: Node) -> None:
    """A folder, a URL, a URL in a file that is its owner's alone; no password on a command line."""
    assert store_at(str(tmp_path)) == FolderStore(tmp_path)
    assert store_at("https://[::1]:5001").name == "https://[::1]:5001"
    assert (Server.at("http://a").port, Server.at("https://a").port) == (80, 443)
    with pytest.raises(ArtifactMalformed, match="command line"):
        store_at("http://canary-name:canary-word@127.0.0.1:5001")
    with pytest.raises(SetupInsecure) as refused:
        Server.at("http://canary-name:canary-word@203.0.113.5:5001/canary-path")
    assert "canary" not in all_that_an_error_holds(refused.value)
    assert Server.at("https://canary-name:canary-word@203.0.113.5:5001").authorization
    file = tmp_path / "url"
    file.write_text("http://canary-name:canary-word@127.0.0.1:5001\n")
    file.chmod(0o644)
    with pytest.raises(KeyUnsafe):
        store_at(f"@{file}")
    file.chmod(0o600)
    assert store_at(f"@{file}").name == "http://127.0.0.1:5001"


def test_the_first_store_that_has_it(tmp_path: Path, node: Node) -> None:
    """Stores that are empty, damaged, forbidden, lying or away are passed over, and named where all of them are."""
    empty, damaged, good = (FolderStore(tmp_path / name) for name in ("empty", "damaged", "good"))
    damaged.put(DATA)
    (damaged.folder / CID).write_bytes(b"{}")
    good.put(DATA)
    broken = FolderStore(tmp_path / "file")
    broken.folder.write_text("no folder")
    with serving(LIES["another file"]) as server:
        bad: list[Store] = [
            empty,
            damaged,
            broken,
            IpfsStore.at(server.url, PATIENT),
            IpfsStore.at("http://127.0.0.1:1", PATIENT),
        ]
        assert fetch_first([*bad, good], CID) == DATA
        with pytest.raises(NotAvailable) as refused:
            fetch_first(bad, CID)
    assert [line.split(": ")[0] for line in refused.value.tried] == [each.name for each in bad]
    with pytest.raises(NotAvailable, match="no store was named"):
        fetch_first([], CID)


def _self_signed(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "certificate.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path
