"""What a device seals: how limbs fill words, and what keystream, tree, content, key and file bind."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.capsule_file import cid, file_bytes
from tests.reference.sealed import HOUR, Sealed
from tests.reference.sealing import (
    Header,
    capsule_key,
    decrypt,
    device_message,
    encrypt,
    enrolment_message,
    hardware_message,
    hashed,
    keystream,
    opened,
    records_digest,
    registry_path,
    tree_root,
)
from tests.reference.timestamp import Timestamp, example_timestamp
from tests.reference.words import Layout, place_times

SHAPES = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 9), st.just(48)),
    st.tuples(st.integers(1, 12), st.integers(1, 5), st.just(128)),
)
HEADER = Header(8, HOUR, 9)


@pytest.fixture(scope="module")
def told() -> Timestamp:
    """A capsule of the smallest shape, with what is said of it."""
    return example_timestamp(seed=5)


@pytest.mark.parametrize(
    ("shape", "in_a_word", "of_a_place", "words"),
    [
        ((45, 1), 3, 1, 15),
        ((16, 1), 3, 1, 6),
        ((16, 2), 1, 1, 16),
        ((16, 4), 1, 1, 16),
        ((3, 5), 0, 2, 6),
        ((3, 9), 0, 2, 6),
        ((3, 10), 0, 3, 9),
        ((16, 1, 128), 1, 1, 16),
        ((12, 2, 128), 0, 2, 24),
        ((2, 3, 128), 0, 3, 6),
    ],
)
def test_layouts_are_those_of_the_page(shape: tuple[int, ...], in_a_word: int, of_a_place: int, words: int) -> None:
    """Places in a word where they fit, words of a place where they do not, and T."""
    layout = Layout(*shape)
    assert (layout.places_per_word, layout.words_per_place, layout.word_count) == (in_a_word, of_a_place, words)
    assert len(layout.slots()) == words


@given(shape=SHAPES, data=st.data())
@settings(max_examples=60)
def test_packing_is_undone(shape: tuple[int, int, int], data: st.DataObject) -> None:
    """Unpacking gives back base, deltas and limbs, every word is below 2^253, and there are T of them."""
    layout = Layout(*shape)
    base = data.draw(st.integers(0, 2**48 - 1))
    deltas = [data.draw(st.integers(0, 2**30 - 1)) for _ in range(layout.records - 1)]
    limbs = st.integers(0, (1 << layout.bits) - 1)
    values = [[data.draw(limbs) for _ in range(layout.fields)] for _ in range(layout.records)]
    words = layout.pack(base, deltas, values)
    assert len(words) == layout.word_count and all(word < 2**253 for word in words)
    assert layout.unpack(words) == (base, deltas, values)


def test_a_place_of_two_words() -> None:
    """Time and high half, 48 or 30 bits and 128, then the low half alone, by hand."""
    words = Layout(2, 2, 128).pack(5, [6], [[7, 8], [9, 10]])
    assert words == [5 + 7 * 2**48, 8, 6 + 9 * 2**30, 10]


def test_a_word_beyond_its_limbs_is_refused() -> None:
    """Any bit above the last limb of a word does not unpack, in either kind of layout; a word too few does not."""
    for layout in (Layout(16, 1), Layout(3, 4), Layout(3, 2, 128)):
        words = layout.pack(0, [0] * (layout.records - 1), [[0] * layout.fields] * layout.records)
        for number, slots in enumerate(layout.slots()):
            used = sum(width for *_, width in slots)
            for bit in {used, 253}:
                changed = [*words[:number], words[number] | 1 << bit, *words[number + 1 :]]
                with pytest.raises(ValueError, match="more than its limbs"):
                    layout.unpack(changed)
        with pytest.raises(ValueError):
            layout.unpack(words[:-1])


def test_form_is_records_limbs_bits_and_count() -> None:
    """Each has 16 bits of its own, records above all."""
    assert Layout(45, 1).form(7) == (45 << 48) + (1 << 32) + (48 << 16) + 7
    forms = {Layout(*shape).form(n) for shape in ((16, 1), (1, 16), (16, 1, 128), (17, 1)) for n in (1, 2)}
    assert len(forms) == 8


CHANGES: list[dict[str, Any]] = [
    {"count": 15},
    {"key": 1},
    {"base": 1_738_800_000_001},
    {"schema": 1},
    {"slot_length": 1000},
    {"values": ((1,),) * 16},
    {"layout": Layout(17, 1), "deltas": (0,) * 16, "values": ((1,),) * 17},
]


@pytest.mark.parametrize("change", CHANGES)
def test_content_and_file_bind_what_is_sealed(told: Timestamp, change: dict[str, Any]) -> None:
    """Another count, key, time, schema, slot length, value or shape is another content, message, file and CID."""
    other = replace(told, **change)
    assert other.content != told.content
    assert device_message(other.content, 1) != device_message(told.content, 1)
    assert cid(file_bytes(other)) != cid(file_bytes(told))


def test_content_binds_the_header_apart_from_the_words(told: Timestamp) -> None:
    """Words that decrypt under one header are another content under another: each of its three numbers counts."""
    root, commitment = tree_root(told.words), hashed("key", (told.key,))
    schema, length, form = told.header.numbers
    headers = [
        (schema, length, form),
        (schema + 1, length, form),
        (schema, length + 1, form),
        (schema, length, form + 1),
    ]
    contents = [hashed("content", (root, commitment, *numbers)) for numbers in headers]
    assert len(set(contents)) == 4 and contents[0] == told.content


def test_content_binds_the_order_of_words(told: Timestamp) -> None:
    """Exchanging two ciphertext words, or leaving out the last one, gives another root."""
    words = told.words
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
    """Words of the second block are not masked by the first, and nothing of one key is in another's."""
    stream = keystream(7, HEADER, 20)
    assert len(set(stream)) == 20
    assert stream[16:] == keystream(7, HEADER, 32)[16:20]
    assert not set(stream) & set(keystream(8, HEADER, 20))
    assert encrypt([0] * 20, 7, HEADER) == stream and decrypt(stream, 7, HEADER) == [0] * 20


@pytest.mark.parametrize("other", [Header(9, HOUR, 9), Header(8, HOUR + 1, 9), Header(8, HOUR, 10)])
def test_one_key_under_another_header_is_another_keystream(other: Header) -> None:
    """Schema, slot length and form each change every word: no difference of two capsules shows."""
    assert not set(keystream(7, HEADER, 20)) & set(keystream(7, other, 20))
    words = list(range(20))
    assert decrypt(encrypt(words, 7, HEADER), 7, HEADER) == words != decrypt(encrypt(words, 7, HEADER), 7, other)


def test_the_digest_binds_header_times_and_limbs() -> None:
    """Each number that a capsule's key is derived from changes the digest, of 248 bits, and so the key."""
    digests = [
        records_digest(HEADER, 5, [6], [[7], [8]]),
        records_digest(HEADER, 5, [6], [[7], [8 + 2**64]]),
        records_digest(HEADER, 6, [6], [[7], [8]]),
        records_digest(HEADER, 5, [7], [[7], [8]]),
        records_digest(HEADER, 5, [6], [[8], [7]]),
        records_digest(HEADER, 5, [6], [[7, 8], [8, 7]]),
        *(
            records_digest(header, 5, [6], [[7], [8]])
            for header in (Header(9, HOUR, 9), Header(8, 1, 9), Header(8, HOUR, 8))
        ),
    ]
    assert len(set(digests)) == len(digests) and all(digest < 2**248 for digest in digests)
    keys = {capsule_key(1, 2, digest, 3) for digest in digests} | {capsule_key(2, 2, digests[0], 3)}
    assert len(keys | {capsule_key(1, 3, digests[0], 3), capsule_key(1, 2, digests[0], 4)}) == len(digests) + 3


@pytest.mark.parametrize(("shape", "count"), [((16, 1), 16), ((16, 4), 5), ((12, 2, 128), 1)])
def test_what_was_sealed_opens(shape: tuple[int, ...], count: int) -> None:
    """File and key give back the first n places; another key, count or word does not open or opens to others."""
    told = example_timestamp(None, seed=count, shape=shape, changes={"count": count})
    commitment = hashed("key", (told.key,))
    given = list(zip(place_times(told.base, told.deltas), map(list, told.values), strict=True))[:count]
    assert opened(told.words, commitment, told.key, told.header, told.layout) == given
    with pytest.raises(ValueError, match="not the capsule's"):
        opened(told.words, commitment, told.key + 1, told.header, told.layout)
    with pytest.raises(ValueError, match="more than its limbs"):
        opened(told.words, commitment, told.key, replace(told.header, form=told.header.form ^ 1), told.layout)
    with pytest.raises(ValueError, match="more than its limbs"):
        opened([told.words[0] - 2**253, *told.words[1:]], commitment, told.key, told.header, told.layout)


def test_the_file_is_what_the_page_prints(told: Timestamp) -> None:
    """One line of canonical JSON without key, sequence or device, and a CID of the raw bytes."""
    schema, words = told.schema, ",".join(f'"{word}"' for word in told.words)
    assert file_bytes(told).decode() == (
        '{"format":"zkdata.capsule","header":{"bits":"48","count":"16","fields":"1","records":"16",'
        f'"schema":"{schema}","slotLength":"3600000"}},"keyCommitment":"{hashed("key", (told.key,))}",'
        f'"version":"2","words":[{words}]}}'
    )
    assert cid(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


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


def test_an_enrolment_is_for_one_registry_owner_and_time() -> None:
    """Chain, registry, registrar, commitment or leaf, and expiry are each bound, by the device and by its hardware."""
    one, two = b"\1" * 20, b"\2" * 20
    variants: list[tuple[int, bytes, bytes, int, int]] = [
        (1, one, two, 3, 4),
        (2, one, two, 3, 4),
        (1, two, one, 3, 4),
        (1, one, one, 3, 4),
        (1, one, two, 4, 4),
        (1, one, two, 3, 5),
    ]
    assert len({enrolment_message(*variant) for variant in variants}) == len(variants)
    assert len({hardware_message(*variant) for variant in variants}) == len(variants)
    assert len(hardware_message(*variants[0])) == 27 + 5 * 32


@pytest.mark.parametrize("use", ["keystream", "content", "leaf", "mask", "signals"])
def test_hashes_take_their_own_number_of_inputs(use: str) -> None:
    """A hash with one input too few or too many is refused."""
    for count in (1, 17):
        with pytest.raises(ValueError):
            hashed(use, [1] * count)


def test_sealed_is_what_every_statement_is_about(told: Timestamp) -> None:
    """The last record's time is base, deltas and one millisecond for each step."""
    assert isinstance(told, Sealed)
    assert told.last == place_times(told.base, told.deltas)[told.count - 1]
