"""Laws of EdDSA-Poseidon, for every implementation in the table."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.implementations import IMPLEMENTATIONS, Implementation, Native
from tests.laws import forgeries
from tests.laws.vectors import vectors
from tests.reference import eddsa
from tests.reference.babyjubjub import IDENTITY, SUBGROUP_ORDER, Point, negate
from tests.reference.field import R
from tests.strategies import elements, scalars, seeds, subgroup_points, torsion
from zkdata.errors import ZkDataError

CHUNKS = 4
Case = tuple[bytes, int, Point, tuple[int, int, int]]


def cases() -> list[Case]:
    """(seed, message, A, signature) as circomlibjs made them."""
    return [(bytes.fromhex(s), m, tuple(a), (*r8, response)) for s, m, a, r8, response in vectors("eddsa")["cases"]]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_agrees_with_circomlibjs(implementation: Implementation, chunk: int) -> None:
    """Key and deterministic signature equal circomlibjs' on all of at least 1,000 cases."""
    assert len(cases()) >= 1000
    for seed, message, public, signature in cases()[chunk::CHUNKS]:
        assert tuple(implementation.public_key(seed)) == public
        assert tuple(implementation.sign(seed, message)) == signature


def test_accepts_what_circomlibjs_signed(implementation: Implementation) -> None:
    """Every tenth of the signatures is accepted, and refused when S is one more."""
    for _, message, public, (x, y, response) in cases()[::10]:
        assert implementation.accepts(public, message, (x, y, response))
        assert not implementation.accepts(public, message, (x, y, (response + 1) % SUBGROUP_ORDER))


def test_native_accepts_all_that_circomlibjs_signed() -> None:
    """The verifier of the product accepts every one of the signatures."""
    native = Native()
    assert all(native.accepts(public, message, signature) for _, message, public, signature in cases())


@given(seed=seeds, message=elements)
def test_implementations_agree(seed: bytes, message: int) -> None:
    """All rows of the table give one key, one deterministic signature and one device secret."""
    answers = {
        (*made.public_key(seed), *made.sign(seed, message), made.device_secret(seed))
        for made in (make() for make in IMPLEMENTATIONS)
    }
    assert len(answers) == 1


@given(seed=seeds, message=elements, other=elements)
def test_another_message_is_refused(implementation: Implementation, seed: bytes, message: int, other: int) -> None:
    """A signature holds for its message and for no other."""
    assume(message != other)
    public, signature = eddsa.public_key(seed), eddsa.sign(seed, message)
    assert implementation.accepts(public, message, signature)
    assert not implementation.accepts(public, other, signature)


@given(seed=seeds, message=elements, other=subgroup_points())
def test_another_key_is_refused(implementation: Implementation, seed: bytes, message: int, other: Point) -> None:
    """A signature holds for its key, not for its negative or another one."""
    public, signature = eddsa.public_key(seed), eddsa.sign(seed, message)
    assume(public != other)
    assert not implementation.accepts(other, message, signature)
    assert not implementation.accepts(negate(public), message, signature)


@given(seed=seeds, message=elements, point=subgroup_points(), scalar=scalars)
def test_another_signature_is_refused(
    implementation: Implementation, seed: bytes, message: int, point: Point, scalar: int
) -> None:
    """Changing R8 or S breaks a signature, also by negation, which keeps every point in the subgroup."""
    public, (x, y, response) = eddsa.public_key(seed), eddsa.sign(seed, message)
    assume((x, y) != point and response != scalar)
    for wrong in ((*point, response), (*negate((x, y)), response), (x, y, scalar), (x, y, SUBGROUP_ORDER - response)):
        assert not implementation.accepts(public, message, wrong)


@given(seed=seeds, message=elements)
def test_aliases_are_refused(implementation: Implementation, seed: bytes, message: int) -> None:
    """S + l, and any coordinate or message plus r, is refused: one signature has one form."""
    assert implementation.accepts(eddsa.public_key(seed), message, eddsa.sign(seed, message))
    for alias in forgeries.aliases(seed, message):
        assert not implementation.accepts(*alias)


@given(seed=seeds, message=elements, small=torsion)
def test_torsion_in_the_key_is_refused(implementation: Implementation, seed: bytes, message: int, small: Point) -> None:
    """A + T meets the equation with the honest secret, and is refused as outside the subgroup."""
    forgery = forgeries.torsion_added_to_key(seed, message, small)
    assert eddsa.equation_holds(*forgery)
    assert not implementation.accepts(*forgery)


@given(seed=seeds, message=elements, small=torsion)
def test_torsion_in_the_nonce_is_refused(
    implementation: Implementation, seed: bytes, message: int, small: Point
) -> None:
    """R8 + T meets the equation times the cofactor, and is refused: no second R8 for one signature."""
    forgery = forgeries.torsion_added_to_nonce(seed, message, small)
    assert forgeries.cofactored_equation_holds(*forgery)
    assert not implementation.accepts(*forgery)


@given(message=elements)
def test_keys_of_low_order_are_refused(implementation: Implementation, message: int) -> None:
    """A of order 1, 2, 4 or 8, for which anyone meets the equation, is refused."""
    for forgery in forgeries.by_low_order_key(message):
        assert eddsa.equation_holds(*forgery)
        assert not implementation.accepts(*forgery)


def test_keys_off_the_curve_are_refused(implementation: Implementation) -> None:
    """A key off the curve on which the addition law degenerates meets the equation without a secret, and is refused."""
    forgery = forgeries.by_off_curve_key()
    assert forgeries.equation_holds_by_addition(*forgery)
    assert not implementation.accepts(*forgery)


@given(seed=seeds, message=elements, which=st.sampled_from(("A", "R8")), x=elements, y=elements)
def test_points_off_the_curve_are_refused(
    implementation: Implementation, seed: bytes, message: int, which: str, x: int, y: int
) -> None:
    """Any pair of numbers in place of A or R8 is refused, never an arithmetic fault."""
    public, (rx, ry, response) = eddsa.public_key(seed), eddsa.sign(seed, message)
    assume((x, y) not in (public, (rx, ry)))
    forged = ((x, y), message, (rx, ry, response)) if which == "A" else (public, message, (x, y, response))
    assert not implementation.accepts(*forged)


@given(seed=seeds, message=elements)
def test_hedged_signatures_differ_and_hold(seed: bytes, message: int) -> None:
    """Two hedged signatures of one message differ, differ from the deterministic one, and hold everywhere."""
    from zkdata import _native

    public = eddsa.public_key(seed)
    signatures = [_native.sign(seed, message) for _ in range(2)]
    assert len({*signatures, eddsa.sign(seed, message)}) == 3
    assert all(make().accepts(public, message, signature) for make in IMPLEMENTATIONS for signature in signatures)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33), bytes(64)])
def test_seeds_of_another_length_are_refused(implementation: Implementation, seed: bytes) -> None:
    """A seed has exactly 32 bytes."""
    for use in (implementation.public_key, implementation.device_secret, lambda s: implementation.sign(s, 1)):
        with pytest.raises((ValueError, ZkDataError)):
            use(seed)


@pytest.mark.parametrize("message", [R, R + 1, 2**256, -1])
def test_messages_outside_the_field_are_not_signed(implementation: Implementation, message: int) -> None:
    """A message that is not a canonical field element is refused, never reduced."""
    with pytest.raises((ValueError, OverflowError, ZkDataError)):
        implementation.sign(bytes(32), message)


def test_the_secret_scalar_is_not_the_device_secret() -> None:
    """The secret that capsule keys come from is not the signing scalar, whole or by its eighth, nor the nonce key."""
    seed = bytes(range(32))
    scalar, prefix = eddsa.expand(seed)
    taken = {scalar % R, scalar >> 3, int.from_bytes(prefix, "little") % R}
    assert eddsa.device_secret(seed) not in taken
    assert Native().device_secret(seed) not in taken


def test_no_key_is_the_identity() -> None:
    """No honest seed gives the identity: the pruned scalar is a multiple of 8 with bit 254 set."""
    scalar, _ = eddsa.expand(bytes(32))
    assert scalar % 8 == 0 and scalar >> 254 == 1
    assert eddsa.public_key(bytes(32)) != IDENTITY
