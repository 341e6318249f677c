"""The content tree and the registry against the reference, and what neither takes."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capsule.strategies import DEVICE
from tests.reference import sealing
from tests.reference.field import R
from zkdata.capsule import tree as tree_module
from zkdata.capsule.device import DeviceKey, DevicePublic
from zkdata.capsule.hashing import hashed
from zkdata.capsule.owner import OwnerKey
from zkdata.capsule.tree import REMOVED_LEAF, Enrolment, Registry, RegistryTree, content_root
from zkdata.errors import ArtifactMismatch, RecordInvalid, ResourceLimit, SignatureRejected

OWNER = OwnerKey(2**200 + 7)
elements = st.integers(0, R - 1)


def enrolments(count: int) -> list[Enrolment]:
    """One device after another on successive days, for want of many devices."""
    commitment = OWNER.commitment(DEVICE.public)
    return [Enrolment(DEVICE.public, commitment, 7, 1000 * day, 1000 * (day + 1)) for day in range(count)]


@settings(max_examples=10, deadline=None)
@given(words=st.lists(elements, min_size=1, max_size=40))
def test_the_content_root_is_the_references(words: list[int]) -> None:
    """Over one level and two, filled and not, the root agrees with the reference."""
    assert content_root(words) == sealing.tree_root(words)


def test_the_root_knows_the_number_of_words() -> None:
    """A zero word at the end is not the same as none, and an inner node is not a word."""
    words = [5, 6, 0]
    assert content_root(words) != content_root(words[:2])
    assert content_root([content_root(words)]) != content_root(words)
    with pytest.raises(ValueError, match="at least one word"):
        content_root([])


@pytest.mark.parametrize("count", [1, 8, 9, 65])
def test_a_registry_and_its_paths_are_the_references(count: int) -> None:
    """Root and path of the last leaf agree with the reference."""
    registry = Registry(enrolments(count))
    leaves = [enrolment.leaf for enrolment in registry.enrolments]
    root, path = sealing.registry_path(leaves, count - 1)
    assert (registry.root, registry.path(leaves[-1])) == (root, path)


def test_every_leaf_has_a_path_to_the_root() -> None:
    """Each level's node is among the children of the next, and the last hashes to the root."""
    registry = Registry(enrolments(20))
    for enrolment in registry.enrolments:
        path = registry.path(enrolment.leaf)
        nodes = [enrolment.leaf] + [hashed("registry", children, level) for level, children in enumerate(path, start=1)]
        assert all(node in children for node, children in zip(nodes, path, strict=False))
        assert nodes[-1] == registry.root


def test_a_leaf_that_is_not_enrolled_has_no_path() -> None:
    """A stranger's leaf, an inner node and the zero of an empty place are refused."""
    registry = Registry(enrolments(9))
    inner = registry.path(registry.enrolments[0].leaf)[1][0]
    for leaf in (1, inner, 0):
        with pytest.raises(ArtifactMismatch):
            registry.path(leaf)


def test_an_empty_registry_has_no_member() -> None:
    """Before the first enrolment the root is 0 and nothing has a path."""
    assert Registry([]).root == 0
    with pytest.raises(ArtifactMismatch):
        Registry([]).path(0)


@settings(max_examples=10, deadline=None)
@given(leaves=st.lists(elements, min_size=1, max_size=70), changes=st.lists(st.tuples(st.integers(0, 69), elements)))
def test_a_tree_that_grew_is_the_tree_of_its_leaves(leaves: list[int], changes: list[tuple[int, int]]) -> None:
    """Put one by one and changed in any order, root and paths are those of the reference over what stands there."""
    tree = RegistryTree()
    for place, leaf in enumerate(leaves):
        tree.put(place, leaf)
    whole = tree.copy()
    for place, leaf in changes:
        tree.put(place % len(leaves), leaf)
    now = [tree.leaf(place) for place in range(len(tree))]
    for place in {0, len(leaves) // 2, len(leaves) - 1}:
        assert (tree.root, tree.path(place)) == sealing.registry_path(now, place)
    assert whole.root == RegistryTree(leaves).root == sealing.registry_path(leaves, 0)[0], "the copy stays as it was"


def test_a_removed_place_is_not_an_empty_one() -> None:
    """Where an enrolment was removed stands 1: another root than before it came, nobody's path, the others' places."""
    first, second, third = enrolments(3)
    registry = Registry([first, None, third])
    assert registry.enrolments == (first, third) and registry != Registry([first, third])
    assert registry.root == sealing.registry_path([first.leaf, 1, third.leaf], 0)[0]
    assert registry.path(third.leaf)[0][:3] == [first.leaf, REMOVED_LEAF, third.leaf]
    assert Registry([first, None]).root != Registry([first]).root
    for leaf in (REMOVED_LEAF, second.leaf):
        with pytest.raises(ArtifactMismatch):
            registry.path(leaf)


def test_places_are_taken_in_order_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No place is left out, none is negative, and after the last there is no next."""
    monkeypatch.setattr(tree_module, "MAX_ENROLMENTS", 2)
    tree = RegistryTree([5])
    for place in (-1, 2):
        with pytest.raises(ArtifactMismatch):
            tree.put(place, 6)
    tree.put(1, 6)
    with pytest.raises(ResourceLimit):
        tree.put(2, 7)
    tree.put(1, 8)
    assert tree.root == RegistryTree([5, 8]).root
    with pytest.raises(ResourceLimit):
        RegistryTree([5, 6, 7])


def test_every_part_of_an_enrolment_is_in_its_leaf() -> None:
    """The leaf agrees with the reference, and changes with the device and with every number."""
    public, commitment = DEVICE.public, OWNER.commitment(DEVICE.public)
    other = DeviceKey(bytes(range(1, 33))).public
    variants = [
        Enrolment(*parts)
        for parts in (
            (public, commitment, 7, 1, 9),
            (other, commitment, 7, 1, 9),
            (public, commitment + 1, 7, 1, 9),
            (public, commitment, 8, 1, 9),
            (public, commitment, 7, 0, 9),
            (public, commitment, 7, 1, 10),
        )
    ]
    assert len({variant.leaf for variant in variants}) == len(variants)
    assert variants[0].leaf == sealing.registry_leaf(public.x, commitment, 7, 1, 9)


@pytest.mark.parametrize(
    ("commitment", "device_class", "start", "until"),
    [
        (R, 0, 0, 1),
        (-1, 0, 0, 1),
        (0, R, 0, 1),
        (0, -1, 0, 1),
        (0, 0, 5, 5),
        (0, 0, 6, 5),
        (0, 0, -1, 5),
        (0, 0, 0, 2**48),
    ],
)
def test_an_enrolment_out_of_range_is_refused(commitment: int, device_class: int, start: int, until: int) -> None:
    """Numbers that are no field elements, and periods that are empty or past 2^48, are refused."""
    with pytest.raises(RecordInvalid):
        Enrolment(DEVICE.public, commitment, device_class, start, until)


def test_a_device_is_enrolled_once_at_a_time() -> None:
    """Two enrolments of one device that overlap by a millisecond are refused, in any order and with others between."""
    commitment = OWNER.commitment(DEVICE.public)
    other = DeviceKey(bytes(range(1, 33))).public
    first = Enrolment(DEVICE.public, commitment, 7, 0, 1001)
    second = Enrolment(DEVICE.public, commitment + 1, 7, 1000, 2000)
    between = Enrolment(other, commitment, 7, 0, 2000)
    for order in itertools.permutations((first, second, between)):
        with pytest.raises(ArtifactMismatch):
            Registry(order)
    Registry([second, between, Enrolment(DEVICE.public, commitment, 7, 0, 1000)])


@pytest.mark.parametrize("point", [(0, 1), (1, 1), (0, R - 1), (R, 1), (DEVICE.public.y, DEVICE.public.x)])
def test_a_public_key_is_a_point_of_the_prime_subgroup(point: tuple[int, int]) -> None:
    """The identity, the point of order two, aliases and points off the curve are no devices."""
    with pytest.raises(SignatureRejected):
        DevicePublic(*point)


@settings(max_examples=10, deadline=None)
@given(scope=elements, slot=st.integers(0, 2**32 - 1))
def test_commitment_and_nullifier_are_the_references(scope: int, slot: int) -> None:
    """Both are H over the owner key and A.x; another scope, slot, owner or device gives another nullifier."""
    public = DEVICE.public
    assert OWNER.commitment(public) == sealing.hashed("owner", (OWNER.secret, public.x))
    nullifier = OWNER.nullifier(public, scope, slot)
    assert nullifier == sealing.hashed("nullifier", (OWNER.secret, public.x, scope, slot))
    stranger = OwnerKey(OWNER.secret + 1)
    others = {
        OWNER.nullifier(public, (scope + 1) % R, slot),
        OWNER.nullifier(public, scope, slot + 1),
        stranger.nullifier(public, scope, slot),
        OWNER.nullifier(DeviceKey(bytes(range(1, 33))).public, scope, slot),
    }
    assert len(others - {nullifier}) == 4
