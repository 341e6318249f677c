"""snarkjs as a backend: the verbs of our core over the same files, by a separate program.

Nothing that it writes is put in place unread: proofs and keys are checked by our own strict readers first.
"""

import secrets
import tempfile
from pathlib import Path

from ..capsule.atomic_file import read_bounded, utf8, write_public, write_together
from ..capsule.outside_file import folder_beside
from ..errors import ArtifactMalformed, ArtifactMismatch, ProofMalformed, ProofRejected, SetupInsecure, StatementFalse
from .groth16 import export_verification_key, key_points, verify_files
from .inspection import check_powers
from .snarkjs_process import MAX_JSON_BYTES, TIMEOUT_SECONDS, Ending, File, SnarkjsProcess, check_files, refuse

MAX_NAME = 64
ENTROPY_BYTES = 32
NOT_CANONICAL = ("Public inputs are not valid.", "Proof commitments are not valid.")


class Snarkjs:
    """Groth16 on BN254 by snarkjs 0.7.x: `executable`, else that of this checkout, else the first on PATH.

    A call that takes longer than `timeout` seconds is stopped with ResourceLimit. Outputs appear whole or not at all.
    """

    def __init__(self, executable: Path | None = None, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._process = SnarkjsProcess(executable, timeout=timeout)

    @property
    def version(self) -> str:
        """As its package says."""
        return self._process.version

    def prove(self, zkey: Path, witness: Path, proof: Path, public: Path) -> None:
        """Prove a .wtns under a .zkey; written only if our own verifier accepts what snarkjs made.

        ProofRejected where it does not: snarkjs proves false witnesses and damaged files without complaint.
        """
        files = [File(zkey, "zkey"), File(witness, "wtns")]
        sources = check_files(files, [proof, public])
        with folder_beside(proof) as scratch:
            key, made, signals = (scratch / name for name in ("key.json", "proof.json", "public.json"))
            export_verification_key(zkey, key)
            ending = self._process.run(["groth16", "prove", *sources, str(made), str(signals)], scratch)
            if not (ending.clean and made.is_file() and signals.is_file()):
                refuse(ending, "groth16 prove", files)
            try:
                verify_files(key, signals, made)
            except (ProofMalformed, ProofRejected) as fault:
                message = "snarkjs proved without complaint, but the proof does not verify: the witness breaks a row "
                raise type(fault)(f"{message}(see check_witness), or a file is damaged", tool="snarkjs") from fault
            texts = {public: read_bounded(signals, MAX_JSON_BYTES, "the public signals")}
            write_together({**texts, proof: read_bounded(made, MAX_JSON_BYTES, "the proof")})

    def verify(self, vkey: Path, public: Path, proof: Path) -> None:
        """Return if snarkjs accepts the proof; its bar is lower than `verify_files`. ProofMalformed, ProofRejected."""
        files = [File(vkey, "json"), File(public, "json"), File(proof, "json")]
        ending = self._ask("groth16 verify", files)
        if ending.clean and ending.says("OK!"):
            return
        if ending.code == 1 and not ending.threw and not ending.says("OK!"):
            if ending.says("Invalid proof"):
                raise ProofRejected("snarkjs: the pairing equation does not hold", tool="snarkjs")
            if any(ending.says(text) for text in NOT_CANONICAL):
                raise ProofMalformed(f"snarkjs: {ending.complaint}", tool="snarkjs")
        refuse(ending, "groth16 verify", files)

    def check_witness(self, r1cs: Path, witness: Path) -> None:
        """Return if the witness satisfies every row; StatementFalse otherwise."""
        files = [File(r1cs, "r1cs"), File(witness, "wtns")]
        ending = self._ask("wtns check", files)
        if ending.clean and ending.says("WITNESS IS CORRECT"):
            return
        if ending.code == 1 and not ending.threw and ending.says("WITNESS IS NOT CORRECT"):
            raise StatementFalse(f"snarkjs: {witness.name} breaks a row of {r1cs.name}", tool="snarkjs")
        refuse(ending, "wtns check", files)

    def setup(self, r1cs: Path, ptau: Path, zkey: Path) -> None:
        """The first key of a circuit, from prepared powers of tau. Nobody may use it before a contribution.

        The powers are checked by our own reader: from unprepared ones snarkjs makes an empty key without complaint.
        """
        check_powers(ptau, r1cs)
        self._process.make("groth16 setup", [File(r1cs, "r1cs"), File(ptau, "ptau")], File(zkey, "zkey"))

    def contribute(self, zkey_in: Path, zkey_out: Path, name: str) -> None:
        """Add a contribution with fresh entropy, which goes through a pipe and is kept nowhere; the name is public."""
        option, entropy = _contribution(name)
        files = [File(zkey_in, "zkey")]
        self._process.make("zkey contribute", files, File(zkey_out, "zkey"), option, entropy=entropy)

    def verify_key(self, r1cs: Path, ptau: Path, zkey: Path) -> None:
        """Return if the key was made for this circuit from these powers. ArtifactMismatch; SetupInsecure."""
        files = [File(r1cs, "r1cs"), File(ptau, "ptau"), File(zkey, "zkey")]
        ending = self._ask("zkey verify", files)
        if ending.code == 1 and not ending.threw and ending.complaint.startswith("INVALID"):
            raise ArtifactMismatch(
                f"{zkey.name} was not made for {r1cs.name} from {ptau.name}: {ending.complaint}",
                tool="snarkjs",
                output=ending.complaint,
            )
        if not (ending.clean and ending.says("ZKey Ok!")):
            refuse(ending, "zkey verify", files)
        with tempfile.TemporaryDirectory() as scratch:  # snarkjs finds no fault in a key without contributions
            self.export_verification_key(zkey, Path(scratch) / "key.json")

    def export_verification_key(self, zkey: Path, vkey: Path) -> None:
        """Write verification_key.json, if it is one that nobody can forge with. SetupInsecure."""
        files = [File(zkey, "zkey")]
        sources = check_files(files, [vkey])
        command = "zkey export verificationkey"
        with folder_beside(vkey) as scratch:
            made = scratch / "key.json"
            ending = self._process.run([*command.split(), *sources, str(made)], scratch)
            if not (ending.clean and made.is_file()):
                refuse(ending, command, files)
            text = read_bounded(made, MAX_JSON_BYTES, "the verification key")
            key_points(utf8(text, "the verification key"))
            write_public(vkey, text)

    def _ask(self, command: str, files: list[File]) -> Ending:
        """Run a command that only answers."""
        sources = check_files(files, [])
        with tempfile.TemporaryDirectory() as scratch:
            return self._process.run([*command.split(), *sources], Path(scratch))


class SnarkjsPowersOfTau:
    """Phase 1 by snarkjs, which every circuit of up to 2^power rows can share; arguments as for `Snarkjs`."""

    def __init__(self, executable: Path | None = None, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._process = SnarkjsProcess(executable, timeout=timeout)

    def new(self, power: int, ptau: Path) -> None:
        """Begin. Nobody may use the file before a contribution."""
        self._process.make(f"powersoftau new bn128 {int(power)}", [], File(ptau, "ptau"))

    def contribute(self, ptau_in: Path, ptau_out: Path, name: str) -> None:
        """Add a contribution with fresh entropy, as `Snarkjs.contribute` does."""
        option, entropy = _contribution(name)
        files = [File(ptau_in, "ptau")]
        self._process.make("powersoftau contribute", files, File(ptau_out, "ptau"), option, entropy=entropy)

    def prepare(self, ptau_in: Path, ptau_out: Path) -> None:
        """Work out what setups need; minutes for 2^14 rows."""
        self._process.make("powersoftau prepare phase2", [File(ptau_in, "ptau")], File(ptau_out, "ptau"))

    def verify(self, ptau: Path) -> None:
        """Return if the file is a chain of contributions, at least one. SetupInsecure where there is none."""
        files = [File(ptau, "ptau")]
        sources = check_files(files, [])
        with tempfile.TemporaryDirectory() as scratch:
            ending = self._process.run(["powersoftau", "verify", *sources], Path(scratch))
        if ending.clean and ending.says("Powers of Tau Ok!"):
            return
        if ending.code == 1 and not ending.threw and ending.complaint.startswith("This file has no contribution"):
            raise SetupInsecure(
                f"{ptau.name} has no contribution: its tau is known, so contribute first", element="tau"
            )
        refuse(ending, "powersoftau verify", files)


def _contribution(name: str) -> tuple[str, str]:
    """The option that names a contributor, and fresh entropy from the system."""
    if not (0 < len(name.encode()) <= MAX_NAME and name.isprintable()):
        raise ArtifactMalformed(f"a contributor's name is 1 to {MAX_NAME} bytes of printable text", name=name)
    return f"--name={name}", secrets.token_hex(ENTROPY_BYTES)
