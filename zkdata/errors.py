"""Every way zkdata refuses, as one tree.

    ZkDataError
      RecordInvalid        a record or schema that cannot be sealed
      SignatureRejected    a device signature that does not verify
      StatementFalse       the sealed records are not what the statement says; found before any proving
      KeyUnsafe            a secret key that is malformed, weak, or readable by others
      ArtifactMalformed    a file that is not what its format says
      ArtifactMismatch     well-formed files that do not belong together
      CircuitUnsupported   a circuit that does what a witness graph cannot say; its .wasm can
      SetupInsecure        a key that anyone could forge with, or a development key off a local chain
      ProofMalformed       a proof or signal that is not canonical; says nothing about truth
      ProofRejected        a well-formed proof that does not verify
      VerifiersDisagree    independent verifiers, or provers, that contradict each other about the same files
      ToolMissing          a compiler, package or extra that is not installed
      NotAvailable         a file that no store gives, or a store that gives no answer
      ResourceLimit        more work, memory or time than is allowed
      Cancelled            stopped by the caller
      SettlementError      refused by, or about, the escrow; subclasses carry the contracts' own names
        AlreadyClaimed RequestUnknown RequestExpired RequestOpen RequestExhausted ParametersInvalid WindowNotOnGrid
        BuyerKeyInvalid TermsInvalid SignalNotCanonical NothingProven AsOfInFuture RootNotAccepted NotReleased
        NotAdmitted ApproversWrong ReleaseExpired ReleaseOpen ReleaseSecretWrong VerifierUnknown GateUnknown
        TokenRefused NothingCredited GasTooLow ChainMismatch
        RegistrarKnown RegistrarUnknown WindowsInvalid RootInvalid RootMoved RootUsed RootsFull RegistryFull
        EnrolmentInvalid EnrolmentExpired EnrolmentReplayed DeviceHeld PlaceEmpty RevocationInvalid
        HardwareKeyInvalid HardwareKeyUnknown HardwareKeyKnown AttestationMissing AttestationRejected
        and, raised by no contract, TermsMismatch SignalMismatch RegistryWrong TransactionFailed
    DisclosureWarning      a statement so narrow that its proof tells what was sealed; a warning, no refusal

Evidence travels as keyword arguments, readable as attributes and, for machines, in `evidence`; never a secret.
"""

from typing import Any, ClassVar


class ZkDataError(Exception):
    """Root of the tree. `exit_code` is what the command line returns; `code` is stable for `--json`."""

    exit_code: ClassVar[int] = 2
    code: ClassVar[str] = "ZkDataError"

    def __init_subclass__(cls) -> None:
        cls.code = cls.__name__

    def __init__(self, message: str, **evidence: Any) -> None:
        super().__init__(message)
        self.message = message
        self.evidence = evidence

    def __getattr__(self, name: str) -> Any:
        evidence = self.__dict__.get("evidence", {})
        if name in evidence:
            return evidence[name]
        raise AttributeError(f"{type(self).__name__} carries no {name!r}")


class RecordInvalid(ZkDataError):
    """A record or schema that cannot be sealed."""


class SignatureRejected(ZkDataError):
    """A device signature that does not verify."""


class StatementFalse(ZkDataError):
    """The sealed records are not what the statement says. Raised before any proving."""

    exit_code = 1


class KeyUnsafe(ZkDataError):
    """A secret key that is malformed, weak, or readable by others."""


class ArtifactMalformed(ZkDataError):
    """A file that is not what its format says."""


class ArtifactMismatch(ZkDataError):
    """Well-formed files that do not belong together."""


class CircuitUnsupported(ZkDataError):
    """A circuit that does what a witness graph cannot say; its `.wasm` can. The evidence names construct and place."""


class SetupInsecure(ZkDataError):
    """A key that anyone could forge with, or a development key off a local chain."""


class ProofMalformed(ZkDataError):
    """A proof or signal that is not canonical. Says nothing about truth."""


class ProofRejected(ZkDataError):
    """A well-formed proof that does not verify."""

    exit_code = 1


class VerifiersDisagree(ZkDataError):
    """Independent verifiers, or provers, that contradict each other about the same files: a bug in one of them."""


class ToolMissing(ZkDataError):
    """A compiler, package or extra that is not installed; the message says how to get it."""


class NotAvailable(ZkDataError):
    """A file that no store gives, or a store that gives no usable answer. Says nothing about the file."""


class ResourceLimit(ZkDataError):
    """More work, memory or time than is allowed."""


class Cancelled(ZkDataError):
    """Stopped by the caller."""


class SettlementError(ZkDataError):
    """Refused by the escrow, or about it. Subclasses carry the contracts' own names."""


class AlreadyClaimed(SettlementError):
    """This device's slot was already claimed in this scope."""


class RequestUnknown(SettlementError):
    """No such request, it is closed, or its parameters are not the ones posted."""


class RequestExpired(SettlementError):
    """The deadline has passed."""


class RequestOpen(SettlementError):
    """Not before the deadline."""


class RequestExhausted(SettlementError):
    """What is left of the budget does not pay for this claim."""


class ParametersInvalid(SettlementError):
    """A request that could never be served, refused when posted."""


class WindowNotOnGrid(SettlementError):
    """The window does not start and end on the slot grid."""


class BuyerKeyInvalid(SettlementError):
    """A buyer key that is the u of no point, or of one whose small order would show the key to everybody."""


class TermsMismatch(SettlementError):
    """Recipient, relayer and fee are not those bound in the proof. A contract finds the proof false."""


class TermsInvalid(SettlementError):
    """Terms that cannot be paid as they are."""


class SignalMismatch(SettlementError):
    """A public value is not the one the request asks for. A contract finds the proof false."""


class SignalNotCanonical(SettlementError):
    """A public value, word or M at or above the field's order: an alias."""


class NothingProven(SettlementError):
    """The claim is about no record."""


class AsOfInFuture(SettlementError):
    """The as-of time is later than the block."""


class RootNotAccepted(SettlementError):
    """The registry that the request names does not accept the root."""


class NotReleased(SettlementError):
    """No money waits for this: never claimed, not yet or already admitted, already paid, or expired."""


class NotAdmitted(SettlementError):
    """Those whom the request names did not agree: its keepers, its gate, or it names others."""


class ApproversWrong(SettlementError):
    """The approvers are not those who agreed to the claim."""


class ReleaseExpired(SettlementError):
    """The time to admit or release has passed."""


class ReleaseOpen(SettlementError):
    """The time to admit or release has not passed yet."""


class ReleaseSecretWrong(SettlementError):
    """The secret shown does not hash to the release hash of the claim."""


class VerifierUnknown(SettlementError):
    """Not a verifier that this escrow lists, or one whose code is another or empty."""


class GateUnknown(SettlementError):
    """Not a gate that this escrow lists, or one whose code is another or empty."""


class TokenRefused(SettlementError):
    """A token that moved another amount than asked, or none."""


class NothingCredited(SettlementError):
    """There is nothing to withdraw."""


class GasTooLow(SettlementError):
    """Too little gas to decide; nothing is said about the proof, the gate or the token."""


class RegistrarKnown(SettlementError):
    """This registrar has a registry already: windows are chosen once."""


class RegistrarUnknown(SettlementError):
    """This registrar has not opened a registry."""


class WindowsInvalid(SettlementError):
    """Windows out of bounds: 1 hour <= addition <= 30 days, revocation <= addition."""


class RootInvalid(SettlementError):
    """A root that is 0 or no field element."""


class RootMoved(SettlementError):
    """The root to be replaced is not the current one: another publication came in between."""


class RootUsed(SettlementError):
    """A root that was published before: no state of the tree comes back."""


class RootsFull(SettlementError):
    """An addition while 32 replaced roots are still valid."""


class RegistryFull(SettlementError):
    """All places of the registry are taken."""


class EnrolmentInvalid(SettlementError):
    """A part of an enrolment is out of range."""


class EnrolmentExpired(SettlementError):
    """The device's signature has expired."""


class EnrolmentReplayed(SettlementError):
    """The device's signature expires no later than the last one that was used for its key."""


class DeviceHeld(SettlementError):
    """The device's key is enrolled, or carried by a root that is still valid, when this enrolment begins."""


class PlaceEmpty(SettlementError):
    """There is nothing to revoke at this place: not enrolled yet, or removed."""


class RevocationInvalid(SettlementError):
    """A new end outside the enrolment's period, or a leaf that is none for it."""


class HardwareKeyInvalid(SettlementError):
    """A hardware key that is no point of P-256."""


class HardwareKeyUnknown(SettlementError):
    """A hardware key that is not on the registrar's list."""


class HardwareKeyKnown(SettlementError):
    """A hardware key that is on the registrar's list already."""


class AttestationMissing(SettlementError):
    """An enrolment without attestation, where the registrar asks every device for one."""


class AttestationRejected(SettlementError):
    """An attestation that is not by its key over this enrolment."""


class RegistryWrong(SettlementError):
    """A registrar's own log says that he did his part wrong; `rule` names what he broke."""

    exit_code = 1


class ChainMismatch(SettlementError):
    """Another chain than the one named, or not a local chain where only local chains are allowed."""


class TransactionFailed(SettlementError):
    """The chain did not take the transaction, for a reason that has no name here."""


class DisclosureWarning(UserWarning):
    """A statement so narrow that its proof all but tells what was sealed."""
