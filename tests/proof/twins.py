"""The reference's account of a statement, from the same secrets: what follows from them it computes by itself."""

from typing import Any

from tests.reference import capsule, device, montgomery, timestamp
from tests.reference import range as ranges
from tests.reference.babyjubjub import divide_by_cofactor
from tests.reference.delivery import mask, shared_u, times_base8
from tests.reference.field import R
from tests.reference.sealing import registry_leaf, registry_path
from tests.reference.words import Layout
from zkdata.proof.claim import Claim
from zkdata.proof.device import Device
from zkdata.proof.range import Range
from zkdata.proof.statement import Statement
from zkdata.proof.timestamp import Timestamp


def twin(statement: Statement) -> Any:
    """The same statement in the reference."""
    match statement:
        case Timestamp():
            window = {"time_min": statement.time_min, "time_max": statement.time_max}
            return timestamp.Timestamp(**_sealed(statement), context=statement.context, **window)
        case Range():
            minimum, maximum = zip(*statement.limb_bounds, strict=True)
            return ranges.Range(**_sealed(statement), context=statement.context, minimum=minimum, maximum=maximum)
        case Device():
            window = {"time_min": statement.time_min, "time_max": statement.time_max}
            content = timestamp.Timestamp(**_sealed(statement), context=0, **window).content
            return device.Device(**_device(statement), content=content, context=statement.context, **window)
        case Claim():
            return _claim(statement)
    raise TypeError(statement)


def _sealed(statement: Statement) -> dict[str, Any]:
    header, opening = statement.capsule.file.header, statement.capsule.opening
    return {
        "layout": Layout(header.records, header.fields, header.bits),
        "schema": header.schema,
        "slot_length": header.slot_length,
        "base": opening.base,
        "deltas": tuple(opening.deltas),
        "values": tuple(tuple(row) for row in opening.values),
        "count": header.count,
        "key": opening.key,
    }


def _device(statement: Device | Claim) -> dict[str, Any]:
    opening, enrolment = statement.capsule.opening, statement.enrolment
    public = (opening.device.x, opening.device.y)
    leaves = [
        registry_leaf(each.device.x, each.owner_commitment, each.device_class, each.valid_from, each.valid_until)
        for each in statement.registry.enrolments
    ]
    root, path = registry_path(leaves, statement.registry.enrolments.index(enrolment))
    signature = opening.signature
    return {
        "sequence": opening.sequence,
        "owner_key": statement.owner.secret,
        "public_key": public,
        "cofactor_share": montgomery.affine(montgomery.from_edwards(divide_by_cofactor(public))),
        "signature": (signature.r8x, signature.r8y, signature.s),
        "device_class": enrolment.device_class,
        "enrolled_from": enrolment.valid_from,
        "enrolled_until": enrolment.valid_until,
        "root": root,
        "path": tuple(tuple(children) for children in path),
    }


def _claim(statement: Claim) -> capsule.Claim:
    request, terms, k = statement.request, statement.terms, statement.ephemeral_secret
    minimum, maximum = zip(*request.bounds, strict=True)
    sealed = _sealed(statement)
    content = timestamp.Timestamp(**sealed, context=0, time_min=0, time_max=0).content
    shared = shared_u(k, request.buyer_key)
    hidden = mask(shared, times_base8(k), content, statement.release_secret)
    return capsule.Claim(
        **sealed,
        **_device(statement),
        slot=sealed["base"] // sealed["slot_length"],
        mode=int(request.mode),
        scope=request.scope,
        time_min=request.time_min,
        time_max=request.time_max,
        as_of=statement.as_of,
        minimum=minimum,
        maximum=maximum,
        terms=capsule.terms_digest(terms.recipient, terms.relayer, terms.fee),
        release_secret=statement.release_secret,
        buyer_key=request.buyer_key,
        buyer_key_v=montgomery.lift(request.buyer_key)[1],
        ephemeral_secret=k,
        wrap=(sealed["key"] + hidden) % R,
    )
