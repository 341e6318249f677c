"""Keepers with accounts of their own, for the journeys in which somebody has to agree."""

from pathlib import Path

from zkdata.settlement.chain import EMBEDDED_CHAIN, Chain
from zkdata.settlement.keeper import Keeper
from zkdata.settlement.signatures import Signer
from zkdata.settlement.stores import FolderStore

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
    places = range(9, 9 - count, -1)
    return [Keeper(account(chain, place), FolderStore(folder / f"keeper {place}")) for place in places]
