"""The reference of version 1: frozen vectors, the layout of words, and what each hash binds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.vectors import FOLDER, rendered
from tests.reference.capsule import TEMPERATURE, Claim, compress, example_claim, example_records, terms_digest
from tests.reference.eddsa import verifies
from tests.reference.field import R
from tests.reference.keccak import keccak256
from tests.reference.sealing import (
    Layout,
    encode,
    encrypt,
    hashed,
    keystream,
    place_times,
    registry_path,
    schema_id,
    tag,
    tree_root,
)

SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 4))


@pytest.fixture(scope="module")
def claim() -> Claim:
    """A true claim of the smallest shape."""
    return example_claim(seed=5)


def test_vectors_are_frozen() -> None:
    """What version 1 says about the committed claims never changes: a change is a new version with new vectors."""
    assert (FOLDER / "capsule.json").read_text() == rendered("capsule.json")


def test_layout_of_the_smallest_shape() -> None:
    """16 x 1 takes three places a word and six words, as the specification says."""
    layout = Layout(16, 1)
    assert (layout.places_per_word, layout.word_count, layout.code) == (3, 6, 16 * 65536 + 1)


@given(shape=SHAPES, data=st.data())
@settings(max_examples=50)
def test_packing_is_undone(shape: tuple[int, int], data: st.DataObject) -> None:
    """Unpacking gives back base, deltas and values, every word is below 2^253, and places beyond N are 0."""
    layout = Layout(*shape)
    base = data.draw(st.integers(0, 2**48 - 1))
    deltas = [data.draw(st.integers(0, 2**30 - 1)) for _ in range(layout.records - 1)]
    values = [[data.draw(st.integers(0, 2**48 - 1)) for _ in range(layout.fields)] for _ in range(layout.records)]
    words = layout.pack(base, deltas, values)
    assert len(words) == layout.word_count and all(word < 2**253 for word in words)
    assert layout.unpack(words) == (base, deltas, values)


def test_a_word_beyond_its_places_is_refused() -> None:
    """Anything above the last place of a word does not unpack."""
    layout = Layout(16, 1)
    words = layout.pack(0, [0] * 15, [[0]] * 16)
    with pytest.raises(ValueError):
        layout.unpack([*words[:-1], words[-1] + (1 << layout.place_bits)])


@pytest.mark.parametrize("records", [1, 15, 16])
def test_the_example_is_true(records: int) -> None:
    """Times increase inside slot, window and enrolment, values lie in bounds, and the device's signature holds."""
    claim = example_claim(example_records(records, 1, 9), seed=9)
    times = place_times(claim.base, claim.deltas)
    assert claim.count == records and claim.last == times[records - 1]
    assert claim.slot * claim.slot_length <= claim.time_min <= times[0]
    assert claim.last <= claim.time_max < (claim.slot + 1) * claim.slot_length <= claim.as_of
    assert claim.enrolled_from <= times[0] and claim.last < claim.enrolled_until
    assert all(claim.minimum[0] <= row[0] <= claim.maximum[0] for row in claim.values)
    assert verifies(claim.public, claim.message, claim.signature)
    assert len(set(claim.values[records - 1 :])) == 1 and not any(claim.deltas[records - 1 :])


@pytest.mark.parametrize(
    "change",
    [
        {"count": 15},
        {"key": 1},
        {"base": 1_738_800_000_001},
        {"schema": 1},
        {"slot_length": 1000},
        {"values": ((1,),) * 16},
    ],
)
def test_content_binds_what_is_sealed(claim: Claim, change: dict[str, Any]) -> None:
    """Another count, key, time, schema, slot length or value is another content, which the signature does not cover."""
    other = replace(claim, **change)
    assert other.content != claim.content
    assert not verifies(claim.public, other.message, claim.signature)


def test_content_binds_the_order_of_words(claim: Claim) -> None:
    """Exchanging two ciphertext words, or leaving out the last one, gives another root."""
    words = claim.words
    assert len({tree_root(words), tree_root([words[1], words[0], *words[2:]]), tree_root(words[:-1])}) == 3
    assert tree_root(words) != tree_root([*words, 0])


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 32, 257])
def test_tree_has_one_level_more_at_each_power_of_sixteen(count: int) -> None:
    """One level for up to 16 words, two up to 256: the root is the hash of the nodes below, zero-filled."""
    words = list(range(1, count + 1))

    def level(nodes: list[int], number: int) -> list[int]:
        groups = [nodes[i : i + 16] for i in range(0, len(nodes), 16)]
        return [hashed("tree", group + [0] * (16 - len(group)), number, count) for group in groups]

    nodes = level(words, 1)
    if count > 16:
        nodes = level(nodes, 2)
    if count > 256:
        nodes = level(nodes, 3)
    assert nodes == [tree_root(words)]


def test_keystream_blocks_differ() -> None:
    """Words of the second block are not masked by the first, and another header masks otherwise."""
    stream = keystream(7, 8, 20)
    assert len(set(stream)) == 20
    assert stream[16:] == keystream(7, 8, 32)[16:20] and stream != keystream(7, 9, 20)
    assert encrypt([0] * 20, 7, 8) == stream


def test_nullifier_binds_owner_device_scope_and_slot(claim: Claim) -> None:
    """Each of the four changes it; sealing the slot again, with another key or sequence, does not."""
    x, y = claim.public
    changes: list[dict[str, Any]] = [{"owner_key": 1}, {"public": (x + 1, y)}, {"scope": 1}, {"slot": claim.slot + 1}]
    assert len({replace(claim, **change).nullifier for change in changes} | {claim.nullifier}) == 5
    assert replace(claim, key=1, sequence=2).nullifier == claim.nullifier


@pytest.mark.parametrize("index", [0, 7, 8, 63, 64])
def test_registry_path_leads_to_the_root(index: int) -> None:
    """Each level holds the node below, its hash is in the level above, and the last hash is the root."""
    leaves = [1000 + i for i in range(65)]
    root, path = registry_path(leaves, index)
    node = leaves[index]
    assert len(path) == 7
    for level, children in enumerate(path, start=1):
        assert len(children) == 8 and children[(index // 8 ** (level - 1)) % 8] == node
        node = hashed("registry", children, a=level)
    assert node == root != registry_path(leaves[:-1], 0)[0]


def test_compression_covers_every_value_and_word(claim: Claim) -> None:
    """Changing any value changes M, x and y; changing any word changes x and y in mode 1 and nothing in mode 0."""
    values, words = claim.signals, claim.words
    m, x, y = compress(values, words, 1)
    for index in range(len(values)):
        changed = [*values[:index], values[index] + 1, *values[index + 1 :]]
        assert all(a != b for a, b in zip(compress(changed, words, 1), (m, x, y), strict=True))
    for index in range(len(words)):
        changed = [*words[:index], words[index] + 1, *words[index + 1 :]]
        other = compress(values, changed, 1)
        assert other[0] == m and other[1] != x and other[2] != y
        assert compress(values, changed, 0) == compress(values, [], 0)


def test_compression_by_its_definition(claim: Claim) -> None:
    """M, x, y written out for V = 16: two blocks under the tag of statement 1, and powers of x from 0."""
    v, words = claim.signals, claim.words
    block_tag = tag("signals", 1, 16)
    assert block_tag == tag("signals") + 2**32 + 16
    m = hashed("signals", [hashed("signals", [0, *v[:15]], 1, 16), v[15], *[0] * 14], 1, 16)
    x = int.from_bytes(keccak256(b"".join(n.to_bytes(32, "big") for n in [m, *v, *words])), "big") % R
    y = sum(value * x**i for i, value in enumerate(v + words)) % R
    assert claim.public_inputs == (m, x, y)


def test_terms_bind_each_part() -> None:
    """Recipient, relayer and fee each change the digest, which has 248 bits, and exchanging the two addresses does."""
    one, two = b"\1" * 20, b"\2" * 20
    digests = {
        terms_digest(one, two, 0),
        terms_digest(two, one, 0),
        terms_digest(one, two, 1),
        terms_digest(one, one, 0),
    }
    assert len(digests) == 4 and all(digest < 2**248 for digest in digests)


def test_schema_id_covers_every_word() -> None:
    """Name, field name, unit, decimals and order of fields each give another id, below 2^248."""
    fields = (("temperature", "celsius", 2), ("humidity", "percent", 1))
    ids = {
        TEMPERATURE,
        schema_id("other", fields),
        schema_id("weather", fields),
        schema_id("weather", fields[::-1]),
        schema_id("weather", (("temperature", "kelvin", 2), fields[1])),
        schema_id("weather", (("temperature", "celsius", 3), fields[1])),
    }
    assert len(ids) == 6 and all(number < 2**248 for number in ids)


@pytest.mark.parametrize("scaled", [2**47, -(2**47), 2**60])
def test_values_out_of_range_do_not_encode(scaled: int) -> None:
    """A scaled value of 2^47 or more in size is refused; the largest below is not."""
    assert encode(2**47 - 1) == 2**48 - 1 and encode(1 - 2**47) == 1
    with pytest.raises(ValueError):
        encode(scaled)


@pytest.mark.parametrize("use", ["header", "content", "leaf", "signals"])
def test_hashes_take_their_own_number_of_inputs(use: str) -> None:
    """A hash with one input too few or too many is refused."""
    for count in (1, 17):
        with pytest.raises(ValueError):
            hashed(use, [1] * count)
