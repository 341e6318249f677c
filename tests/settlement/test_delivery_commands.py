"""`zkdata keeper attest` and `zkdata open`: from a claim on anvil to the buyer's records, and all that is refused."""

import csv
import hashlib
import json
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.keeping import account
from tests.journeys.stage import Stage
from tests.settlement.hostile_server import Node, lies, serving
from tests.settlement.sale import Sale, sold
from zkdata.capsule.cid import cid_for
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.record import Record
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import seal
from zkdata.capsule.tables import as_csv
from zkdata.cli import main
from zkdata.errors import ArtifactMismatch, NotAvailable
from zkdata.settlement.attestation import Kept
from zkdata.settlement.carried import carried_file
from zkdata.settlement.delivered import fetch_delivered, open_delivered
from zkdata.settlement.signatures import Signer
from zkdata.settlement.stores import FolderStore

pytestmark = pytest.mark.xdist_group("settlement")


@pytest.fixture
def sale(stage: Stage, tmp_path: Path) -> Sale:
    return sold(stage, tmp_path)


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command line says, as data, when it refuses with exit code 2."""
    assert main([*arguments, "--json"]) == 2
    told = capsys.readouterr()
    for file in Path(arguments[arguments.index("--key") + 1]).parent.glob("*.key"):
        assert json.loads(file.read_text())["secret"] not in told.out + told.err
    error: dict[str, Any] = json.loads(told.out)["error"]
    return error


def test_from_a_claim_to_the_records(sale: Sale, capsys: pytest.CaptureFixture[str]) -> None:
    """Two keepers attest, one from a node and one from a folder; admitted, released, opened by another process."""
    folder, node = sale.folder, Node()
    shared = FolderStore(folder / "shared")
    cid = shared.put(sale.data)
    node.files[cid] = sale.data
    with serving(node) as server:
        assert main(sale.attest(0, server.url)) == 0
    assert cid in capsys.readouterr().out
    assert main([*sale.attest(1, shared.name)[:-2], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["claim"], told["cid"], told["kept_in"]) == (sale.pending.id, cid, str(folder / "kept 1"))
    (folder / "kept 1.json").write_text(json.dumps(told["attestation"], sort_keys=True, separators=(",", ":")))

    kept = [Kept.load(folder / f"kept {number}.json") for number in (0, 1)]
    assert refusal(sale.open(shared.name), capsys)["code"] == "NotReleased"
    admitted = sale.pending.admit(kept, sender=sale.stage.thief)
    assert refusal(sale.open(shared.name), capsys)["code"] == "NotReleased"
    admitted.release(sale.claim.release_secret, sender=sale.stage.relayer)

    # the owner's own copy is gone, and the first keeper's is another file
    (Path(shared.name) / cid).unlink()
    (folder / "kept 0" / cid).write_bytes(b"{}")
    stores = (shared.name, str(folder / "kept 0"), str(folder / "kept 1"))
    ran = subprocess.run(
        [sys.executable, "-m", "zkdata.cli", *sale.open(*stores)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    records = sale.claim.capsule.records
    rows = list(csv.DictReader((folder / "records.csv").read_text().splitlines()))
    assert tuple(Record(int(row["time"]), [row["temperature"]]) for row in rows) == records
    assert stat.S_IMODE((folder / "records.csv").stat().st_mode) == 0o600

    numbered = sale.open(*stores, output="records.json")
    numbered[numbered.index("--claim") : numbered.index("--claim") + 2] = ["--nullifier", str(sale.pending.nullifier)]
    (folder / "schema.json").write_text(TEMPERATURE.canonical)
    numbered[numbered.index("temperature")] = str(folder / "schema.json")
    assert main(numbered) == 0
    document = json.loads((folder / "records.json").read_text())
    assert document["schema"] == TEMPERATURE.document
    opened = tuple(Record(row["time"], [row["values"]["temperature"]]) for row in document["records"])
    assert opened == records


@pytest.mark.seen("file", "it opens the key's file to others, to have it refused")
def test_what_a_keeper_is_refused(sale: Sale, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is signed or kept with a key that others can read, for another file or claim, or by one not asked."""
    folder, shared = sale.folder, FolderStore(sale.folder / "shared")
    shared.put(sale.data)
    other = seal(TEMPERATURE, sale.claim.capsule.records, sale.stage.journey.device).file.to_json().encode()
    wrong = shared.put(other)
    Signer.generate().save(folder / "stranger.key")
    (folder / "open.key").write_bytes((folder / "keeper 0.key").read_bytes())
    (folder / "open.key").chmod(0o640)
    with serving(lies(sale.data, "")["a page"]) as server:
        cases: list[tuple[str, str, dict[str, str]]] = [
            ("KeyUnsafe", shared.name, {"key": str(folder / "open.key")}),
            ("KeyUnsafe", shared.name, {"key": str(folder / "buyer.key")}),
            ("UsageWrong", shared.name, {"key": str(folder / "none.key")}),
            ("NotAdmitted", shared.name, {"key": str(folder / "stranger.key")}),
            ("ArtifactMismatch", shared.name, {"cid": wrong}),
            ("NotAvailable", shared.name, {"cid": cid_for(b"another")}),
            ("NotAvailable", server.url, {}),
            ("ArtifactMalformed", shared.name, {"cid": "Qm" + "a" * 44}),
            ("ArtifactMalformed", "http://canary-name:canary-word@127.0.0.1:1", {}),
            ("NotReleased", shared.name, {"claim": "0x" + "ab" * 32}),
            ("UsageWrong", shared.name, {"claim": "0xab"}),
            ("UsageWrong", shared.name, {"out": str(folder / "none" / "kept.json")}),
        ]
        for code, source, changed in cases:
            error = refusal(sale.attest(0, source, **changed), capsys)
            assert error["code"] == code, error
            assert "canary-word" not in str(error)
    assert not (folder / "kept 0").exists() and not (folder / "kept 0.json").exists()


@pytest.mark.parametrize("many", [False, True], ids=["alone", "in a batch"])
def test_words_that_the_claim_carries(
    stage: Stage, tmp_path: Path, many: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """No store is needed: the file is made again from the claim's transaction, and is the one that was proven."""
    stage.journey.buyer.save(tmp_path / "buyer.key")
    if many:
        taken = stage.escrow.claim_many(stage.posting, [(stage.proof, stage.terms)], sender=stage.relayer).taken
        sale = Sale(stage, stage.claim, taken[0], tmp_path)
    else:
        pending = stage.escrow.claim(stage.posting, stage.proof, stage.terms, sender=stage.relayer)
        sale = Sale(stage, stage.claim, pending, tmp_path)
    assert refusal(sale.open(), capsys)["code"] == "NotReleased"
    sale.pending.release(stage.claim.release_secret, sender=stage.relayer)
    BuyerKey.generate().save(tmp_path / "other.key")
    for changed in ({"key": str(tmp_path / "other.key")}, {"schema": "sensor_reading"}, {"schema": "photo"}):
        assert refusal(sale.open(**changed), capsys)["code"] == "ArtifactMismatch"
    assert not (tmp_path / "records.csv").exists()
    assert carried_file(sale.pending, stage.journey.buyer, TEMPERATURE) == stage.claim.capsule.file
    assert main(sale.open()) == 0
    assert (tmp_path / "records.csv").read_text() == as_csv(TEMPERATURE, stage.claim.capsule.records)


def test_a_stop_while_a_store_is_silent(sale: Sale) -> None:
    """SIGTERM ends the command within a second, and nothing is kept or signed."""
    with serving(lies(sale.data, "")["silence"]) as server:
        arguments = [sys.executable, "-m", "zkdata.cli", *sale.attest(0, server.url)]
        with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            while not server.seen and process.poll() is None:
                time.sleep(0.02)
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 143 and time.monotonic() - started < 1
            assert process.stderr is not None and b"Cancelled" in process.stderr.read()
    assert not (sale.folder / "kept 0").exists() and not (sale.folder / "kept 0.json").exists()


def test_a_file_that_nobody_gives(sale: Sale, capsys: pytest.CaptureFixture[str]) -> None:
    """The error names those who signed to keep it, what they signed, and the transaction with their signatures."""
    store = FolderStore(sale.folder / "shared")
    cid = store.put(sale.data)
    assert [main(sale.attest(number, store.name)) for number in (0, 1)] == [0, 0]
    kept = [Kept.load(sale.folder / f"kept {number}.json") for number in (0, 1)]
    admitted = sale.pending.admit(kept, sender=sale.stage.thief)
    admitted.release(sale.claim.release_secret, sender=sale.stage.relayer)
    capsys.readouterr()
    (Path(store.name) / cid).unlink()
    error = refusal(sale.open(store.name, "http://127.0.0.1:1"), capsys)
    assert error["code"] == "NotAvailable"
    evidence = error["evidence"]
    assert evidence["keepers"] == list(admitted.panel.keepers) and len(evidence["tried"]) == 2
    assert evidence["digest"] == "0x" + hashlib.sha256(sale.data).hexdigest() and evidence["claim"] == sale.pending.id
    logged = sale.pending.escrow.logged("Admitted", claimId=sale.pending.aside.claim_id)[0]
    assert evidence["admission"] == logged.transaction and all(each in error["message"] for each in evidence["keepers"])
    assert not (sale.folder / "records.csv").exists()

    store.put(sale.data)
    BuyerKey.generate().save(sale.folder / "other.key")
    cases: list[tuple[str, dict[str, str]]] = [
        ("ArtifactMismatch", {"key": str(sale.folder / "other.key")}),
        ("KeyUnsafe", {"key": str(sale.folder / "keeper 0.key")}),
        ("ArtifactMismatch", {"schema": "sensor_reading"}),
        ("UsageWrong", {"schema": "no_such"}),
        ("UsageWrong", {"output": "records.txt"}),
        ("UsageWrong", {"claim": "12"}),
    ]
    for code, changed in cases:
        assert refusal(sale.open(store.name, **changed), capsys)["code"] == code
    link = sale.folder / "records.csv"
    link.symlink_to(sale.folder / "elsewhere")
    assert refusal(sale.open(store.name), capsys)["code"] == "ArtifactMalformed"
    assert not (sale.folder / "elsewhere").exists()


def test_keepers_who_signed_for_another_file(sale: Sale, tmp_path: Path) -> None:
    """Their signatures and what lies under their CID contradict each other: the buyer can show both."""
    store = FolderStore(tmp_path / "theirs")
    junk = store.put(b"not a capsule")
    digest = hashlib.sha256(b"not a capsule").digest()
    signers = [account(sale.stage.chain, place) for place in (8, 9)]
    message = sale.pending.kept_message(digest)
    kept = [Kept(each.address, digest, each.sign(message)) for each in signers]
    admitted = sale.pending.admit(kept, sender=sale.stage.thief)
    receipt = admitted.release(sale.claim.release_secret, sender=sale.stage.relayer)
    assert receipt.gas_used > 0
    good = FolderStore(tmp_path / "good")
    cid = good.put(sale.data)
    with pytest.raises(ArtifactMismatch) as refused:
        open_delivered(admitted, [good, store], sale.stage.journey.buyer, TEMPERATURE, cid)
    assert refused.value.cid == junk and refused.value.keepers == [*admitted.panel.keepers]
    assert refused.value.digest == "0x" + digest.hex()
    # where nobody signed, the owner's word says where to look, and the content says whether it is the file
    unsigned = replace(admitted, digest=bytes(32), approvers=())
    assert fetch_delivered(unsigned, [good], cid).to_json().encode() == sale.data
    for asked in (None, cid_for(b"none")):
        with pytest.raises(NotAvailable) as missing:
            fetch_delivered(unsigned, [good], asked)
        assert missing.value.keepers == []
