"""`zkdata keys`: make and show one's own secret keys, and publish and fetch the keys of a circuit."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .terminal import Terminal
from .usage import UsageWrong, add_json, plain

if TYPE_CHECKING:
    from ..capsule.delivery import BuyerKey
    from ..capsule.device import DeviceKey
    from ..capsule.owner import OwnerKey
    from ..proof.contributor import ContributorKey
    from ..proof.key_manifest import KeyManifest
    from ..settlement.signatures import Signer

EPILOG = """\
examples:
  zkdata keys new buyer buyer.key
  zkdata keys show device device.key --json
  zkdata keys show owner owner.key --device X Y
  zkdata keys manifest capsule_16x4 --out capsule_16x4.keys.json
  zkdata keys fetch capsule_16x4 --manifest capsule_16x4.keys.json --from https://keys.example.org/v1
"""
KINDS = ("account", "buyer", "contributor", "device", "owner")


def add_to(nouns: Any) -> None:
    """Add the noun and its verbs."""
    noun = nouns.add_parser(
        "keys",
        help="make secret keys; publish and fetch the keys of a circuit",
        description="Secret keys stay where they were made. The keys of a circuit are public, known by their digests.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = noun.add_subparsers(title="commands", metavar="COMMAND", required=True)

    new = verbs.add_parser("new", help="make a secret key in a new file", description=_new.__doc__)
    _add_secret(new)
    new.set_defaults(run=_new)

    show = verbs.add_parser("show", help="what is public of a secret key", description=_show.__doc__)
    _add_secret(show)
    show.add_argument(
        "--device",
        nargs=2,
        metavar=("X", "Y"),
        help="of an owner: the commitment for the device with this public key, which its enrolment takes",
    )
    show.set_defaults(run=_show)

    manifest = verbs.add_parser("manifest", help="say which keys a circuit has here", description=_manifest.__doc__)
    manifest.add_argument("circuit", metavar="CIRCUIT")
    manifest.add_argument("--out", type=Path, metavar="FILE", help="write the manifest here, not to stdout")
    manifest.add_argument(
        "--keep", metavar="STORE", help="put the keys into a content store too, in pieces: a folder, or the URL of an "
        "IPFS node's API"
    )  # fmt: skip
    add_json(manifest)
    manifest.set_defaults(run=_manifest)

    fetch = verbs.add_parser("fetch", help="get the keys of a circuit by digest", description=_fetch.__doc__)
    fetch.add_argument("circuit", metavar="CIRCUIT")
    fetch.add_argument("--manifest", type=Path, metavar="FILE", required=True, help="from somebody you trust")
    fetch.add_argument(
        "--from",
        dest="sources",
        metavar="SOURCE",
        action="append",
        required=True,
        help="where they are: an http or https URL or a path, of a folder or a file; @FILE for a file of mode 0600 "
        "with such a URL; store: and a content store, as `zkdata open` takes it; may be given again, for more in this "
        "order",
    )
    add_json(fetch)
    fetch.set_defaults(run=_fetch)


def _add_secret(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("kind", metavar="KIND", choices=KINDS, help=f"one of {', '.join(KINDS)}")
    verb.add_argument("file", type=Path, metavar="FILE", help="of mode 0600")
    add_json(verb)


def _new(chosen: argparse.Namespace) -> int:
    """Make a secret key from the operating system's randomness, in a new file that you alone can read."""
    key = _class_of(chosen.kind).generate()
    key.save(chosen.file)
    _tell(chosen, {"kind": chosen.kind, "file": chosen.file} | _public(key))
    return 0


def _show(chosen: argparse.Namespace) -> int:
    """Tell what is public of a secret key: an account's address, or what a request or an enrolment names."""
    from ..capsule.device import DevicePublic
    from ..capsule.owner import OwnerKey

    device = None
    if chosen.device is not None:
        if chosen.kind != "owner":
            raise UsageWrong("--device is for an owner's key: the commitment is his")
        if not all(each.isascii() and each.isdigit() and len(each) <= 78 for each in chosen.device):
            raise UsageWrong(
                "--device takes the two numbers of a device's public key, as `zkdata keys show device` tells"
            )
        device = DevicePublic(*map(int, chosen.device))
    key = _class_of(chosen.kind).load(chosen.file)
    facts = _public(key)
    if device is not None and isinstance(key, OwnerKey):
        facts |= {"device x": device.x, "device y": device.y, "commitment": key.commitment(device)}
    _tell(chosen, {"kind": chosen.kind, "file": chosen.file} | facts)
    return 0


def _manifest(chosen: argparse.Namespace) -> int:
    """Check the keys of a circuit that are here, and write what others need to fetch them: sizes and digests."""
    from ..capsule.output import check_outputs
    from ..proof.circuit import Circuit
    from ..proof.key_manifest import KeyManifest
    from ..settlement.key_sources import keep_pieces
    from ..settlement.stores import store_at

    circuit = Circuit.named(chosen.circuit)
    keys = [circuit.artifact(kind) for kind in ("zkey", "vkey.json")]
    if chosen.out is not None:
        check_outputs([chosen.out], keys)
    store = None if chosen.keep is None else store_at(chosen.keep)
    manifest = KeyManifest.of(circuit)
    told = _facts(manifest)
    if store is not None:
        for path, pieces in zip(keys, (manifest.zkey, manifest.vkey), strict=True):
            keep_pieces(store, path, pieces)
        told["kept in"] = store.name
    if chosen.out is not None:
        manifest.save(chosen.out)
    if chosen.json:
        print(json.dumps(plain(told) | {"manifest": json.loads(manifest.to_json())}, indent=2))
    elif chosen.out is None:
        print(manifest.to_json())
    else:
        _tell(chosen, told | {"manifest": chosen.out})
    return 0


def _fetch(chosen: argparse.Namespace) -> int:
    """Get proving and verification key of a circuit from the first source that has them, and check all of it against
    the manifest before anything is put in place. What came before a stop is gone on with."""
    from ..proof.circuit import Circuit
    from ..proof.key_manifest import KeyManifest
    from ..settlement.fetched_keys import fetch_keys
    from ..settlement.key_sources import source_at

    circuit = Circuit.named(chosen.circuit)
    manifest = KeyManifest.load(chosen.manifest)
    sources = [source_at(each) for each in chosen.sources]
    terminal = Terminal(sys.stderr)
    try:
        came = fetch_keys(circuit, manifest, sources, lambda doing, part: terminal.progress(doing)(part))
    except KeyboardInterrupt:
        terminal.line(f"what came of the keys of {circuit.name} is kept; the next fetch goes on from there")
        raise
    finally:
        terminal.clear()
    _tell(chosen, _facts(manifest) | {"bytes fetched": came, "directory": circuit.directory})
    return 0


def _class_of(kind: str) -> "type[BuyerKey | ContributorKey | DeviceKey | OwnerKey | Signer]":
    from ..capsule.delivery import BuyerKey
    from ..capsule.device import DeviceKey
    from ..capsule.owner import OwnerKey
    from ..proof.contributor import ContributorKey

    if kind == "account":
        from ..settlement.signatures import Signer

        return Signer
    return {"buyer": BuyerKey, "contributor": ContributorKey, "device": DeviceKey, "owner": OwnerKey}[kind]


def _public(key: "BuyerKey | ContributorKey | DeviceKey | OwnerKey | Signer") -> dict[str, Any]:
    """What others may and have to know; of an owner's key nothing by itself."""
    from ..capsule.delivery import BuyerKey
    from ..capsule.device import DeviceKey
    from ..capsule.owner import OwnerKey
    from ..proof.contributor import ContributorKey

    if isinstance(key, OwnerKey):
        return {}
    if isinstance(key, BuyerKey):
        return {"buyer key": key.public}
    if isinstance(key, ContributorKey):
        return {"contributor key": key.public}
    if isinstance(key, DeviceKey):
        return {"x": key.public.x, "y": key.public.y}
    return {"address": key.address}


def _facts(manifest: "KeyManifest") -> dict[str, Any]:
    about = {"circuit": manifest.circuit, "kind": manifest.kind, "chains": "local only"}
    return {**about, "zkey": manifest.zkey.sha256, "vkey": manifest.vkey.sha256}


def _tell(chosen: argparse.Namespace, facts: dict[str, Any]) -> None:
    if chosen.json:
        print(json.dumps(plain(facts), indent=2))
        return
    for name, value in facts.items():
        print(f"{name:<15}{value}")
