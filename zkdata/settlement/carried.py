"""The file of a claim that carries its ciphertext: made again from the transaction in which it was claimed."""

from collections.abc import Mapping
from typing import Any

from zkdata.capsule.capsule_file import CapsuleFile, Header
from zkdata.capsule.delivery import BuyerKey
from zkdata.capsule.hashing import hashed
from zkdata.capsule.record import Schema
from zkdata.capsule.seal import TEMPLATE
from zkdata.capsule.words import Layout
from zkdata.catalogue import catalogue
from zkdata.errors import ArtifactMalformed, ArtifactMismatch
from zkdata.settlement.pending import PendingClaim


def carried_file(claim: PendingClaim, buyer: BuyerKey, schema: Schema) -> CapsuleFile | None:
    """The file, if the words are in the claim; None if they are not, or another contract sent it for somebody.

    The transaction leaves out the key commitment and the shape. The one follows from the key that was delivered, the
    other from the number of words; content says whether it is the file. ArtifactMismatch where it is not.
    """
    asked = claim.escrow.asked(claim.escrow.logged("Claimed", claimId=claim.aside.claim_id)[0])
    words = _words(claim, asked)
    if not words:
        return None
    commitment = hashed("key", [claim.delivery().key_for(buyer)])
    for records in catalogue().shapes(TEMPLATE, schema.limbs, schema.bits):
        if Layout(records, schema.limbs, schema.bits).word_count != len(words):
            continue
        try:
            slot_length = asked["request"]["slotLength"]
            header = Header(schema.id, slot_length, records, schema.limbs, schema.bits, claim.count)
            file = CapsuleFile(header, commitment, words)
        except ArtifactMalformed:
            continue
        if file.content == claim.aside.content:
            return file
    text = "the words of this claim are not those of its content under this key and schema; name the right ones"
    raise ArtifactMismatch(text, claim=claim.id)


def _words(claim: PendingClaim, asked: Mapping[str, Any]) -> tuple[int, ...]:
    """Those of the claim itself, of all that one transaction may have brought."""
    inputs = [*asked.get("inputs", ()), *([asked["input"]] if "input" in asked else ())]
    for each in inputs:
        if (each["nullifier"], each["content"]) == (claim.nullifier, claim.aside.content):
            return tuple(each["words"])
    return ()
