"""For each check of `verifier_contracts/test/symbolic/` a fault that it finds."""

from collections.abc import Mapping

from tests.contracts.audit.workplace import Fault

ESCROW, ASIDES, SIGNALS = "src/DataEscrow.sol", "src/SetAsides.sol", "src/ClaimSignals.sol"
CLAIMS, WORDS = "src/Claims.sol", "src/RequestWords.sol"
WINDOWS, REGISTRY, PANELS, GATE = (
    f"src/{name}.sol" for name in ("RootWindows", "DeviceRegistry", "Panels", "SignatureGate")
)

FAULTS: Mapping[str, Fault] = {
    "check_slotHoldsTheWholeSetAside": Fault(ASIDES, (("keccak256(aside, 0x280)", "keccak256(aside, 0x260)"),)),
    "check_postedHoldsTheWholeRequest": Fault(
        WORDS, (("hash := keccak256(start, end)", "hash := keccak256(start, sub(end, 0x20))"),)
    ),
    "check_noticeChangesTheDeadlineAlone": Fault(WORDS, (("mstore(add(start, DEADLINE), deadline)", ""),)),
    "check_claimTakesWhatItCosts": Fault(CLAIMS, (("needed = amount + request.share;", "needed = amount;"),)),
    "check_topUpKeepsTheHash": Fault(ESCROW, (("units == 0 || rest + units > LEFT", "units == 0"),)),
    "check_whatComesBackKeepsTheHash": Fault(
        ASIDES, (("posted == 0 || (posted & LEFT) + units > LEFT", "posted == 0"),)
    ),
    "check_payOutIsWhole": Fault(
        ASIDES, (("aside.recipient, aside.amount - aside.fee", "aside.recipient, aside.amount"),)
    ),
    "check_spentIsWhatTheSlotSays": Fault(ASIDES, (("state == REFUSED | id", "state != REFUSED | id"),)),
    "check_releaseAndExpiryExclude": Fault(
        ESCROW, (("block.timestamp <= aside.expiry", "block.timestamp < aside.expiry"),)
    ),
    "check_nothingElseMoves": Fault(ESCROW, (("!aside.admitted || !_isSetAside(aside)", "!_isSetAside(aside)"),)),
    "check_noAliasOfTheSecret": Fault(
        ESCROW, (("        if (secret >= ClaimSignals.R) revert ReleaseSecretWrong();\n", ""),)
    ),
    "check_refusalNamesTheRequest": Fault(ESCROW, (("aside.admitted || aside.refusedBy != 0;", "aside.admitted;"),)),
    "check_compressionIsThePlainOne": Fault(
        SIGNALS, (("add(input, EPHEMERAL_AT), 0x40)", "add(input, EPHEMERAL_AT), 0x20)"),)
    ),
    "check_noAliasIsCompressed": Fault(SIGNALS, (("below := lt(mload(sub(values, 0x20)), R)", "below := 1"),)),
    "check_revocationShortensAll": Fault(WINDOWS, (("if (_ends[msg.sender][root] > end) _ends", "_ends"),)),
    "check_additionChangesNoEnd": Fault(
        WINDOWS, (("[ring.roots[first]] <= block.timestamp", "[ring.roots[first]] > block.timestamp"),)
    ),
    "check_enrolmentsOfADeviceAreApart": Fault(
        REGISTRY,
        (("        if (enrolled.from < device.free) revert DeviceHeld(deviceX, device.free, enrolled.from);\n", ""),),
    ),
    "check_gateNeedsDistinctSigners": Fault(GATE, (("            ++place;\n", ""),)),
    "check_panelNeedsDistinctKeepers": Fault(PANELS, (("least = place + 1;", "least = place;"),)),
    "check_gateAnswersAreAccounts": Fault(
        PANELS, (("and(gt(account, last), iszero(shr(160, account)))", "gt(account, last)"),)
    ),
}
