"""The whole journey by the command line alone: from an empty folder and a fresh anvil to the buyer's records."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journey_fixtures import CIRCUIT, READINGS
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.device import DeviceKey
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.seal import HOUR
from zkdata.cli import main
from zkdata.settlement.chain import Chain
from zkdata.settlement.signatures import Signer
from zkdata.settlement.stores import FolderStore

pytestmark = pytest.mark.xdist_group("settlement")
TOKEN = 10**18
DAY = 86_400
PEOPLE = ("deployer", "registrar", "buyer", "contributor", "keeper")


class Desk:
    """One folder, one anvil, a key file for everybody, and the command line."""

    def __init__(self, chain: Chain, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.chain, self.folder, self.capsys = chain, folder, capsys
        provider: Any = chain.web3.provider
        self.url = str(provider.endpoint_uri)
        self.accounts: dict[str, str] = {}
        for name in PEOPLE:
            signer = Signer.generate()
            signer.save(self.path(f"{name}.account"))
            self.accounts[name] = signer.address
            provider.make_request("anvil_setBalance", [signer.address, hex(10**20)])
        BuyerKey.generate().save(self.path("buyer.key"))
        OwnerKey.generate().save(self.path("owner.key"))
        DeviceKey.generate().save(self.path("device.key"))
        self.start = (chain.now() * 1000 // HOUR - 1) * HOUR

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, *arguments: str, by: str = "", code: int = 0) -> Any:
        """What a command answers as JSON."""
        account = ["--key", self.path(f"{by}.account")] if by else []
        got = main([*arguments, *account, "--json"])
        said = self.capsys.readouterr()
        assert got == code, said.err
        return json.loads(said.out)

    def on(self, *arguments: str, by: str = "", code: int = 0) -> Any:
        """The same, of a command that takes the deployment."""
        where = ["--deployment", self.path("deployment.json"), "--rpc", self.url]
        return self.run(*arguments, *where, by=by, code=code)

    def draft(self, **changes: Any) -> str:
        """A draft on the disk."""
        document = {
            "schema": "temperature",
            "bounds": {"temperature": ["-3.30", "8.00"]},
            "device_class": 7,
            "slot_length": HOUR,
            "from": self.start,
            "until": self.start + HOUR,
            "mode": "calldata",
            "registrar": self.accounts["registrar"],
            "price_per_record": str(TOKEN),
            "budget": str(100 * TOKEN),
            "deadline": (self.chain.now() + 7 * DAY) * 1000,
            **changes,
        }
        path = self.path("draft.json")
        Path(path).write_text(json.dumps(document))
        return path

    def balance(self, name: str) -> int:
        """Whole tokens."""
        from zkdata.settlement.token import Token

        return Token.at(self.chain, self.deployed["token"]).balance(self.accounts[name]) // TOKEN

    def prepare(self) -> None:
        """Deploy, open a registry, enrol the device, seal an hour."""
        buyer = f"{self.accounts['buyer']}:500"
        deploy = ("deploy", "--rpc", self.url, "--circuit", CIRCUIT, "--trial-token", buyer)
        self.deployed = self.run(*deploy, self.path("deployment.json"), by="deployer")
        self.on("registry", "open", by="registrar")
        self.on(
            *("registry", "agree", "--registrar", self.accounts["registrar"], "--class", "7"),
            *("--device", self.path("device.key"), "--owner", self.path("owner.key")),
            *("--from", str(self.start), "--until", str(self.start + 24 * HOUR), self.path("agreed.json")),
        )
        assert self.on("registry", "enrol", self.path("agreed.json"), by="registrar")["places"] == 1
        rows = [["time", "temperature"], *([self.start + at * 60_000, each] for at, each in enumerate(READINGS))]
        with (self.folder / "readings.csv").open("w") as table:
            csv.writer(table).writerows(rows)
        (self.folder / "capsules").mkdir()
        seal = ("seal", "--schema", "temperature", self.path("readings.csv"), self.path("capsules"))
        assert self.run(*seal, "--key", self.path("device.key"))["capsules"] == 1

    def prove(self, request: int, name: str) -> Any:
        """A kept claim on a request."""
        stem = self.folder / "capsules" / str(self.start // HOUR)
        return self.on(
            *("claim", "prove", "--request", str(request), "--owner", self.path("owner.key")),
            *("--capsule", f"{stem}.capsule.json", "--opening", f"{stem}.opening.json"),
            *("--recipient", self.accounts["contributor"], self.path(name)),
        )

    def opened(self, claim: str, *sources: str) -> list[str]:
        """The readings, as the buyer's table has them."""
        self.run(
            *("open", "--rpc", self.url, "--escrow", self.deployed["escrow"], "--claim", claim, *sources),
            *("--key", self.path("buyer.key"), "--schema", "temperature", self.path("bought.csv")),
        )
        return [row["temperature"] for row in csv.DictReader((self.folder / "bought.csv").read_text().splitlines())]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with Chain.anvil() as chain:
        yield Desk(chain, tmp_path, capsys)


def test_from_an_empty_folder_to_the_records(desk: Desk) -> None:
    """Deployed, enrolled, sealed, posted, proven, paid and opened; what is run again changes nothing; what is left is
    taken back."""
    desk.prepare()
    post = ("request", "post", "--buyer-key", desk.path("buyer.key"), desk.draft())
    posted = desk.on(*post, by="buyer")
    assert desk.on(*post, by="buyer") == posted and desk.balance("buyer") == 400
    assert posted["left"] == str(100 * TOKEN)
    assert desk.prove(posted["request"], "hour.claim")["earns"] == str(12 * TOKEN)

    sent = desk.on("claim", "send", desk.path("hour.claim"), by="contributor")
    assert (sent["stage"], sent["payment"]) == ("admitted", "")
    paid = desk.on("claim", "release", desk.path("hour.claim"), by="contributor")
    assert paid["stage"] == "paid" and desk.balance("contributor") == 12
    assert desk.on("claim", "release", desk.path("hour.claim"), by="contributor") == paid
    assert desk.balance("contributor") == 12
    where = ("--rpc", desk.url, "--escrow", desk.deployed["escrow"], "--claim", paid["claim"])
    assert desk.run("claim", "show", *where) == paid
    assert desk.run("claim", "watch", *where)["stage"] == "paid"
    assert desk.opened(paid["claim"]) == [f"{float(each):.2f}" for each in READINGS]

    assert desk.on("request", "top-up", str(posted["request"]), str(5 * TOKEN), by="buyer")["left"] == str(93 * TOKEN)
    notice = desk.on("request", "cancel", str(posted["request"]), by="buyer")
    assert notice["deadline"] < posted["deadline"]
    early = desk.on("request", "close", str(posted["request"]), by="deployer", code=2)
    assert early["error"]["code"] == "RequestOpen"
    desk.chain.advance(2 * DAY)
    closed = desk.on("request", "close", str(posted["request"]), by="deployer")
    assert closed["returned"] == str(93 * TOKEN) and desk.balance("buyer") == 500 - 12


def test_a_panel_and_an_expiry(desk: Desk) -> None:
    """With a keeper the claim waits for his word, is told so, and then goes on; one that nobody admits expires."""
    desk.prepare()
    keepers = {"keepers": [desk.accounts["keeper"]], "keepers_needed": 1, "share": str(TOKEN), "mode": "none"}
    post = ("request", "post", "--buyer-key", desk.path("buyer.key"))
    first = desk.on(*post, desk.draft(**keepers), by="buyer")["request"]
    second = desk.on(*post, desk.draft(**keepers, about="another"), by="buyer")["request"]
    assert second == first + 1
    desk.prove(first, "hour.claim")
    waits = desk.on("claim", "release", desk.path("hour.claim"), by="contributor", code=2)["error"]
    assert waits["code"] == "NotAdmitted" and waits["evidence"]["keepers"] == [desk.accounts["keeper"]]
    store = FolderStore(desk.folder / "shared")
    cid = store.put(next((desk.folder / "capsules").glob("*.capsule.json")).read_bytes())
    claim = ("--rpc", desk.url, "--escrow", desk.deployed["escrow"], "--claim", waits["evidence"]["claim"])
    keep = ("--cid", cid, "--from", store.name, "--keep", desk.path("kept"), "--out", desk.path("kept.json"))
    desk.run("keeper", "attest", *claim, *keep, by="keeper")
    kept = ("--kept", desk.path("kept.json"), desk.path("hour.claim"))
    assert desk.on("claim", "admit", *kept, by="contributor")["approvers"] == [desk.accounts["keeper"]]
    paid = desk.on("claim", "release", desk.path("hour.claim"), by="contributor")
    assert paid["stage"] == "paid" and desk.balance("contributor") == 12
    assert len(desk.opened(paid["claim"], "--from", store.name)) == len(READINGS)
    assert desk.on("credit", "show", desk.accounts["keeper"])["credit"] == str(TOKEN)
    assert desk.on("credit", "withdraw", by="keeper")["amount"] == str(TOKEN) and desk.balance("keeper") == 1
    assert desk.on("credit", "withdraw", by="keeper", code=2)["error"]["code"] == "NothingCredited"

    desk.prove(second, "late.claim")
    sent = desk.on("claim", "send", desk.path("late.claim"), by="contributor")
    assert sent["stage"] == "claimed"
    late = (*claim[:-1], sent["claim"])
    assert desk.run("claim", "expire", *late, by="buyer", code=2)["error"]["code"] == "ReleaseOpen"
    desk.chain.advance(3 * DAY)
    assert desk.run("claim", "expire", *late, by="buyer")["returned"] == str(13 * TOKEN)
    assert desk.run("claim", "show", *late)["stage"] == "expired"
    over = desk.on("claim", "release", desk.path("late.claim"), by="contributor", code=2)["error"]
    assert over["code"] == "ReleaseExpired"
    told = main(
        ["request", "watch", "--deployment", desk.path("deployment.json"), "--rpc", desk.url, "--for", "0", "2"]
    )
    events = [line.split()[0] for line in desk.capsys.readouterr().out.splitlines()]
    assert told == 0 and events == ["Claimed", "Expired"]
