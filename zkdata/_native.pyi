"""The native core, as Python sees it. Field elements are `int`; out of range raises the error each function names.

A file that cannot be read raises OSError. An integer that is negative or too large counts as out of range.
"""

import pathlib
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TypeAlias, TypedDict

Path: TypeAlias = str | PathLike[str]
Source: TypeAlias = Path | bytes
"""A file's name, or its contents."""
G1: TypeAlias = tuple[int, int]
G2: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
KeyPoints: TypeAlias = tuple[G1, G2, G2, G2, list[G1]]
Progress: TypeAlias = Callable[[float], object]
"""Called in the thread that waits, about twenty times a second, with the part that is done, from 0 to 1. What it
raises stops the work and is raised to the caller; so does Ctrl-C."""

def poseidon(inputs: Sequence[int], tag: int) -> int:
    """Lane 0 of the permutation of (tag; inputs), for 1 to 16 inputs of the widths in use. ValueError outside."""

def poseidon_permute(state: Sequence[int]) -> list[int]:
    """The whole state after one permutation; `len(state)` is one of the widths in use."""

def keccak256(data: bytes) -> bytes: ...
def public_key(seed: bytes) -> tuple[int, int]:
    """A of the 32-byte device seed, derived as circomlib derives it (BLAKE-512, pruned)."""

def sign(seed: bytes, message: int) -> tuple[int, int, int]:
    """EdDSA-Poseidon (R8.x, R8.y, S); the nonce mixes seed, message and fresh OS randomness. Verified before return."""

def sign_deterministic(seed: bytes, message: int) -> tuple[int, int, int]:
    """circomlib's deterministic nonce. For vectors only."""

def verify_signature(public: tuple[int, int], message: int, signature: tuple[int, int, int]) -> None:
    """Strict: A and R8 on the curve and in the prime subgroup, S below its order. SignatureRejected otherwise."""

def divide_by_cofactor(public: tuple[int, int]) -> tuple[int, int]:
    """T with 8 T = A, for A in the prime subgroup; SignatureRejected otherwise."""

def device_secret(seed: bytes) -> int:
    """The secret that keys are derived from: independent of the signing scalar."""

def montgomery_v(u: int) -> int:
    """The smaller v of the two points over u, v^2 = u^3 + 168698 u^2 + u. BuyerKeyInvalid where there is none."""

def montgomery_times(u: int, scalar: int) -> int:
    """u of the scalar, in [0, 2^256), times either point over u. BuyerKeyInvalid where there is no point over u, or the
    product is the neutral point; ValueError for another scalar. Takes as long for any scalar."""

def seal_words(words: Sequence[int], key: int, schema: int, slot_length: int, form: int) -> list[int]:
    """Each word plus its word of the keystream. ValueError names what is no field element."""

def open_words(words: Sequence[int], key: int, schema: int, slot_length: int, form: int) -> list[int]:
    """Each word less its word of the keystream. ValueError names what is no field element."""

def content_root(words: Sequence[int]) -> int:
    """Root of the 16-ary tree over all words. ValueError for none, and names what is no field element."""

class ProvingKey:
    """A .zkey (Groth16, BN254), memory-mapped, checked and not degenerate."""

    @staticmethod
    def open(source: Source, progress: Progress | None = None) -> ProvingKey:
        """ArtifactMalformed, SetupInsecure."""

    @staticmethod
    def open_prepared(source: Source, folder: Path, progress: Progress | None = None) -> ProvingKey:
        """With multiples of its points, which are kept in `folder`: made, or read and checked against the key."""

    prepared: tuple[pathlib.Path, int, float | None] | None
    """Of such a key the file of its multiples, the bytes in it, and the seconds that making it took, if it was made."""
    domain_size: int
    constraint_count: int
    public_count: int
    wire_count: int

    def verification_key(self) -> VerificationKey: ...
    def prove(
        self, witness: bytes, progress: Progress | None = None, profile: dict[str, float] | None = None
    ) -> tuple[tuple[G1, G2, G1], list[int]]:
        """Prove a .wtns (its bytes); blinded by the OS, self-verified. Proof as affine ints ((x,y), ((x0,x1),(y0,y1)),
        (x,y)) with G2 components in the order of snarkjs' JSON (real part first), and the public signals.
        ArtifactMalformed, ArtifactMismatch; StatementFalse when the witness does not satisfy the constraints: a key
        does not hold them all, so `r1cs_unsatisfied` has to say which row. `profile` is filled with the seconds that
        threads together were at each phase."""

class VerificationKey:
    """A verification key, checked: every point on its curve and subgroup, and not degenerate."""

    @staticmethod
    def from_json(text: str) -> VerificationKey:
        """ArtifactMalformed, SetupInsecure."""

    public_count: int

    def to_json(self) -> str:
        """As snarkjs writes it."""

    def points(self) -> KeyPoints:
        """alpha, beta, gamma, delta, IC; G2 components real part first."""

    def verify(self, proof: tuple[G1, G2, G1], public: Sequence[int]) -> None:
        """ProofMalformed, ProofRejected."""

    def verify_many(self, items: Sequence[tuple[tuple[G1, G2, G1], Sequence[int]]]) -> None:
        """All at once, by a random linear combination. ProofMalformed names the first proof that is malformed,
        ProofRejected all that are false, in `which`."""

class InsecureKey:
    """A key to look at, sound or not. It proves nothing, exports nothing and deploys nothing."""

    @staticmethod
    def from_json(text: str) -> InsecureKey:
        """ArtifactMalformed."""

    @staticmethod
    def open(source: Source) -> InsecureKey:
        """Of a .zkey. ArtifactMalformed."""

    faults: list[tuple[str, str]]
    """Each element that lets anyone forge, with the reason; empty for a sound key."""

    sizes: dict[str, int]
    """constraints, wires, domain of a .zkey; nothing for a verification key."""

    def points(self) -> KeyPoints: ...
    def equation_holds(self, proof: tuple[G1, G2, G1], public: Sequence[int]) -> bool:
        """Whether the pairing equation holds, which under a faulty key says nothing. ProofMalformed."""

def proof_to_json(proof: tuple[G1, G2, G1]) -> str: ...
def proof_from_json(text: str) -> tuple[G1, G2, G1]:
    """Strict: canonical decimals, z = 1, on curve, in subgroup; no duplicate keys or other protocol. ProofMalformed."""

def public_from_json(text: str) -> list[int]:
    """Strict list of canonical decimal strings. ProofMalformed."""

def public_to_json(public: Sequence[int]) -> str: ...
def setup_development(r1cs: Source, zkey: Path, progress: Progress | None = None) -> VerificationKey:
    """Single-party development key from an .r1cs, for local chains only: OS randomness, toxic waste wiped, written
    atomically (0644). ArtifactMalformed, ResourceLimit."""

class Contribution(TypedDict):
    """Who took part in a phase. `kind` is "participant" or "beacon", which has the last two. No hash takes in the name:
    anyone can change it."""

    name: str
    kind: str
    hash: bytes
    beacon: bytes | None
    iterations: int | None
    """As a logarithm."""

class Contributions(TypedDict):
    """Who took part in phase 2."""

    circuit_hash: bytes
    contributions: list[Contribution]

def setup_new(r1cs: Source, ptau: Source, zkey: Path, progress: Progress | None = None) -> bytes:
    """The .zkey that phase 2 begins with, from a prepared .ptau: byte for byte that of `snarkjs zkey new`, with which
    nothing is proven yet. Its circuit hash, 64 bytes. ArtifactMalformed, SetupInsecure, ResourceLimit; ArtifactMismatch
    where the powers are too few, or not prepared."""

def setup_contribute(old: Source, new: Path, name: str, entropy: bytes, progress: Progress | None = None) -> bytes:
    """Put a secret of the OS's randomness, into which `entropy` is mixed, into a .zkey, and wipe it; the contribution's
    hash, 64 bytes. `name` has at most 64 UTF-16 units. ArtifactMalformed; SetupInsecure names the earlier contribution
    that is not right; ValueError for a name that is none."""

def setup_beacon(
    old: Source, new: Path, name: str, beacon: bytes, iterations: int, progress: Progress | None = None
) -> bytes:
    """The same with a public value, which nobody could foresee, hashed 2^iterations times. ValueError below 2^10 or for
    a beacon of no byte, or more than 255; ResourceLimit above 2^32."""

def setup_verify(r1cs: Source, ptau: Source, zkey: Source, progress: Progress | None = None) -> Contributions:
    """All of phase 2, from circuit and powers to the last byte of the key; the powers are for `ptau` to verify.
    ArtifactMalformed for sections too many; ArtifactMismatch names the section that is of another circuit or other
    powers; SetupInsecure names the contribution."""

def setup_contributions(zkey: Source) -> Contributions:
    """What a .zkey says of its ceremony, nothing of it checked. ArtifactMalformed."""

def setup_transcript(zkey: Source) -> bytes:
    """The same as it lies in the file: its section 10."""

def setup_chain(transcript: bytes, vkey: str) -> Contributions:
    """The contributions of a transcript, each checked upon those before it, up to delta of this verification key.
    Beacons are not computed again. ArtifactMalformed, SetupInsecure."""

def r1cs_info(source: Source) -> dict[str, int]:
    """constraints, wires, public_outputs, public_inputs, private_inputs. ArtifactMalformed."""

def ptau_info(source: Source, rows: int | None = None) -> dict[str, int]:
    """power, ceremony_power, contributions, prepared. ArtifactMalformed, SetupInsecure; ArtifactMismatch where a setup
    of `rows` rows, one for each public signal and the constant included, cannot start from these powers."""

def ptau_new(path: Path, power: int, progress: Progress | None = None) -> bytes:
    """Begin powers of tau for 2^power rows, 1 to 28, in the files of snarkjs, as all that follow: written atomically
    (0644). All secrets are 1. The challenge (64 bytes) that the first contribution answers. ValueError."""

def ptau_contribute(
    old: Path, new: Path, name: str, entropy: bytes | None = None, progress: Progress | None = None
) -> bytes:
    """Multiply the powers by fresh secrets of the OS, with `entropy` mixed in; they are wiped. The contribution's hash
    (64 bytes), by which its maker knows it again. The file is not verified before; `ptau_verify` does that.
    ArtifactMalformed; ArtifactMismatch for powers cut from a larger ceremony, SetupInsecure for those that the last
    contribution did not leave, ValueError for a name of more than 64 characters."""

def ptau_beacon(
    old: Path, new: Path, name: str, beacon: bytes, iterations_log2: int, progress: Progress | None = None
) -> bytes:
    """The same by secrets that a public value makes, hashed 2^iterations_log2 times, 10 to 32. ResourceLimit above."""

def ptau_prepare(old: Path, new: Path, progress: Progress | None = None) -> None:
    """The powers with the Lagrange polynomials at tau, which phase 2 starts from. ArtifactMalformed, SetupInsecure."""

class PtauReport(TypedDict):
    """What a verified file holds."""

    power: int
    ceremony_power: int
    prepared: bool
    contributions: list[Contribution]
    alpha_1: G1
    beta_1: G1
    beta_2: G2

def ptau_verify(source: Source, progress: Progress | None = None) -> PtauReport:
    """Refuse powers of tau of which anything is not what its contributions left: the proofs of knowledge, the chain
    of challenges, every power, and every Lagrange polynomial. ArtifactMalformed; SetupInsecure, which names the section
    or the contribution; ResourceLimit."""

class WitnessGraph:
    """A circuit's witness graph: immutable, safe to share between threads."""

    @staticmethod
    def open(source: Source) -> WitnessGraph:
        """Of a .wgr. ArtifactMalformed, ResourceLimit."""

    input_count: int
    wire_count: int
    instruction_count: int

    def input_size(self, name: str) -> int | None:
        """Values of the input of this name, None where there is no such input."""

    def calculate(self, inputs: Sequence[tuple[str, bytes]]) -> bytes | tuple[str, int]:
        """A .wtns, or template and line of the first assertion that does not hold. Each input's values have 32 bytes,
        little-endian, below r. ArtifactMismatch where the circuit has other inputs."""

def build_witness_graph(text: str) -> bytes:
    """The .wgr of a circuit, from its module's text (.wat). ArtifactMalformed, CircuitUnsupported, ResourceLimit."""

def wtns_count(source: Source) -> int:
    """How many values a .wtns holds; they themselves stay where they are. ArtifactMalformed."""

def r1cs_unsatisfied(source: Source, witness: bytes) -> int | None:
    """First row that a .wtns does not satisfy, None if all hold. ArtifactMalformed, ArtifactMismatch."""

class Rows:
    """The rows of a circuit, as the soundness tests attack them; proving does not come here."""

    @staticmethod
    def open(source: Source) -> Rows:
        """ArtifactMalformed."""

    count: int
    wire_count: int

    def wires_of(self, row: int) -> list[int]:
        """Wires in a row, the constant left out. ValueError where there is no such row."""

    def without(self, rows: Sequence[int]) -> Rows:
        """The same circuit with some rows taken out. ValueError where one is not there."""

    def violated(self, witness: bytes, most: int = ...) -> list[int]:
        """The first rows that a .wtns does not satisfy. ArtifactMalformed, ArtifactMismatch."""

    def order(self, given: Sequence[int], hints: Sequence[int] = ...) -> dict[str, list[int]]:
        """How the given wires determine the others: `linear` by a row with a constant slope, `quotient` where no slope
        is 0, `bits` and `signs` of a sum, `parts` where the sum may have other ones, `free` where nothing was found, of
        `hints` the first that is left; `sequence` is all of them in the order found."""

    def forger(self, witness: bytes, given: Sequence[int], hints: Sequence[int] = ...) -> Forger:
        """An evil prover who starts from a satisfying .wtns. StatementFalse where it does not satisfy the rows."""

class Forger:
    """Changes a witness and repairs what it can. Wires that are not there raise ValueError."""

    def accepts(self, changes: Sequence[Mapping[int, int]]) -> list[bool]:
        """For each set of values, by wire, whether all rows hold, nothing repaired."""

    def accepted_deltas(self, deltas: Sequence[int]) -> list[tuple[int, int]]:
        """Every (wire, place in deltas) where adding that much to one wire leaves all rows satisfied."""

    def repair(
        self, pins: Mapping[int, int], frozen: Sequence[int] = ..., *, seed: int = 0, rounds: int = 32
    ) -> tuple[bool, dict[int, int], list[int]]:
        """Give wires values, keep these and the frozen ones, repair the rest: whether all rows hold, every wire that
        changed, and else a row that nothing repaired. At most `rounds` wires are changed against their own row."""

    def fuzz(
        self,
        targets: Sequence[Sequence[int]],
        tries: int,
        *,
        inputs: Sequence[int] = ...,
        donors: Sequence[bytes] = ...,
        harmless: Sequence[int] = ...,
        seed: int = 0,
        rounds: int = 8,
        most: int = 16,
    ) -> tuple[int, int, list[dict[int, int]]]:
        """Repairs after changes at random, of a group of `targets` or one wire of it, to values that break circuits or
        those of another satisfying .wtns. In half of the tries `inputs` are frozen. Tries, how many changed more than
        `harmless` wires and were accepted, and the first of these."""
