"""Keepers with accounts of their own, for the journeys in which somebody has to agree."""

from pathlib import Path

from zkdata.capsule.capsule_file import CapsuleFile
from zkdata.settlement.chain import EMBEDDED_CHAIN, Chain
from zkdata.settlement.keeper import Keeper
from zkdata.settlement.signatures import Signer

MNEMONIC = "test test test test test test test test test test test junk"
"""Of the accounts that every anvil unlocks."""


def account(chain: Chain, place: int) -> Signer:
    """The unlocked account at this place of the chain, with its key: so it signs, and it sends."""
    if chain.chain_id == EMBEDDED_CHAIN:
        keys = chain.web3.provider.ethereum_tester.backend.account_keys  # type: ignore[attr-defined]
        signer = Signer(keys[place].to_bytes())
    else:
        from eth_account import Account

        Account.enable_unaudited_hdwallet_features()
        signer = Signer(bytes(Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{place}").key))
    assert signer.address == chain.accounts[place]
    return signer


def keepers(chain: Chain, folder: Path, count: int) -> list[Keeper]:
    """So many keepers, the last accounts of the chain, each with a folder."""
    made = []
    for place in range(9, 9 - count, -1):
        room = folder / f"keeper {place}"
        room.mkdir()
        made.append(Keeper(account(chain, place), room))
    return made


class Store:
    """A content-addressed store, which may answer with other bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked = 0

    def put(self, file: CapsuleFile) -> str:
        """Store the file under its CID."""
        self.files[file.cid] = file.to_json().encode()
        return file.cid

    def fetch(self, cid: str) -> bytes:
        """What lies under this CID."""
        self.asked += 1
        return self.files[cid]
