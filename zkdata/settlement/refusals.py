"""A revert of a contract, as the error of the same name: the one place where the two lists of names meet."""

from collections.abc import Mapping
from typing import Any

from zkdata import errors

LONG = 42  # characters of an address; what is longer is a hash or a field element

# What to do about it. What is wrong is the first line of the class itself.
ADVICE: Mapping[str, str] = {
    "AlreadyClaimed": "claim another slot, or watch the payment of the claim that was there first",
    "RequestUnknown": "pass the request exactly as it was posted, to the escrow that holds it",
    "RequestExpired": "look for a request whose deadline is ahead",
    "RequestOpen": "wait for the deadline, then close",
    "RequestExhausted": "seal fewer records, or look for a request with more budget left",
    "ParametersInvalid": "correct the named parameter and post again",
    "BuyerKeyInvalid": "post with the public key of a buyer key that was generated or loaded here",
    "WindowNotOnGrid": "start and end the window on a multiple of the slot length",
    "TermsInvalid": "name a recipient, and a fee that is at most the payment",
    "SignalNotCanonical": "use the value as it was proven, below the field's order",
    "NothingProven": "claim a capsule that has records",
    "AsOfInFuture": "take the as-of time from the latest block",
    "RootNotAccepted": "prove against a root that the request's registry accepts from its registrar",
    "NotReleased": "look at where the claim is: claimed, admitted where somebody is named, then released or expired",
    "NotAdmitted": "bring what the panel asks for: as many keepers' signatures as needed, and the gate's answer",
    "ApproversWrong": "name the approvers as `Admitted` printed them, in that order",
    "ReleaseExpired": "claim another slot: the time of this claim is over",
    "ReleaseOpen": "wait until the time to admit or release is over",
    "ReleaseSecretWrong": "show the release secret that this claim was proven with",
    "VerifierUnknown": "list the verifier, and name it in the request",
    "GateUnknown": "list the gate before a request names it",
    "TokenRefused": "approve the amount first, and use a token that moves exactly what it is asked to move",
    "NothingCredited": "there is nothing to do; payments that the token took are in the account already",
    "ChainMismatch": "this contract was deployed on another chain; go there",
    "RegistrarKnown": "publish in the registry that is open, or open one with another account",
    "RegistrarUnknown": "open a registry first, or look at the registrar's address",
    "WindowsInvalid": "choose windows in these bounds, in seconds",
    "RootInvalid": "publish the root of the tree that the log gives",
    "RootMoved": "rebuild the tree from the log, and publish from its current root",
    "RootUsed": "publish the root of the tree that the log gives, with this call's changes in it",
    "RootsFull": "wait until the oldest replaced root ends, and enrol several devices in one call",
    "RegistryFull": "open another registry with another account",
    "EnrolmentInvalid": "correct the named part",
    "EnrolmentExpired": "have the device sign again, with a later expiry",
    "EnrolmentReplayed": "have the device sign again, with a later expiry than last time",
    "DeviceHeld": "begin the enrolment where the device is free, or revoke the one that holds it",
    "PlaceEmpty": "look the place up in the log",
    "RevocationInvalid": "end the enrolment inside its period, with the leaf of the new end, or remove it",
    "HardwareKeyInvalid": "take x and y from the key's certificate",
    "HardwareKeyUnknown": "list the key first, or enrol with one that is listed",
    "HardwareKeyKnown": "there is nothing to do",
    "AttestationMissing": "have the device's hardware key attest the enrolment",
    "AttestationRejected": "have the hardware key attest this very enrolment: chain, registry, registrar, leaf, expiry",
    "GasTooLow": "send it with more gas",
    "ProofRejected": "make the proof again with the key of this verifier, and send it unchanged",
    "ProofMalformed": "send the points of the proof as the prover wrote them",
}


def refusal(name: str, arguments: Mapping[str, Any], function: str) -> errors.ZkDataError:
    """The error of this name, with the revert's arguments as evidence; TransactionFailed if there is none."""
    evidence = {("message_" if key == "message" else key): _plain(value) for key, value in arguments.items()}
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, errors.ZkDataError) and name in ADVICE):
        shown = ", ".join(f"{key} = {value}" for key, value in evidence.items())
        return errors.TransactionFailed(
            f"{function} was refused with {name}({shown}), a name of another contract; look it up there",
            error=name,
            **evidence,
        )
    what = (kind.__doc__ or name).splitlines()[0].rstrip(".")
    shown = f" ({', '.join(f'{key} = {_short(value)}' for key, value in evidence.items())})" if evidence else ""
    error: errors.ZkDataError = kind(f"{function} was refused. {what}{shown}: {ADVICE[name]}", **evidence)
    return error


def unnamed(function: str, reason: str) -> errors.TransactionFailed:
    """A revert that carries no custom error."""
    return errors.TransactionFailed(
        f"{function} was refused by the chain: {reason}; check the arguments, the balance and the gas", reason=reason
    )


def _short(value: object) -> str:
    """For a sentence; the evidence holds all of it."""
    text = f"{value:#x}" if isinstance(value, int) and value >= 2**64 else str(value)
    return text if len(text) <= LONG else f"{text[:10]}...{text[-6:]}"


def _plain(value: object) -> object:
    return "0x" + value.hex() if isinstance(value, bytes) else value
