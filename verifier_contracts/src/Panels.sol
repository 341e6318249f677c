// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "./interfaces/IEscrowErrors.sol";
import {IGate} from "./interfaces/IGate.sol";

/// @title Panels
/// @notice Whether those whom a request names agree to a claim: keepers by signature, a gate by a static call.
library Panels {
    /// @notice Most keepers, and most approvers that a gate may answer with.
    uint256 internal constant MOST = 16;

    /// @notice What a gate gets. 16 signatures take about 80,000.
    uint256 internal constant GATE_GAS = 500_000;

    /// @dev GATE_GAS * 64 / 63, because a call keeps back a 64th, and what is done after the answer.
    uint256 private constant NEEDED_GAS = 560_000;

    /// @notice Refuses a panel that nobody or anybody could satisfy, and one that is not the request's.
    /// @param panel To be posted
    /// @param hash What the request says of it
    function check(IDataEscrow.Panel calldata panel, bytes32 hash) internal pure {
        if (panel.keepers.length > MOST || panel.needed > panel.keepers.length) {
            revert IEscrowErrors.ParametersInvalid("keepers");
        }
        if ((panel.needed == 0) != (panel.keepers.length == 0)) revert IEscrowErrors.ParametersInvalid("needed");
        address last;
        for (uint256 i = 0; i < panel.keepers.length; ++i) {
            if (panel.keepers[i] <= last) revert IEscrowErrors.ParametersInvalid("keepers");
            last = panel.keepers[i];
        }
        bool empty = panel.keepers.length == 0 && panel.gate == address(0);
        if (hash != (empty ? bytes32(0) : keccak256(abi.encode(panel))))
            revert IEscrowErrors.ParametersInvalid("panel");
    }

    /// @notice The keepers who signed `digest`: at least as many as needed, each once.
    /// @param panel As posted
    /// @param kept Signatures, by ascending place
    /// @param digest What they sign
    function keepersOf(
        IDataEscrow.Panel calldata panel,
        IDataEscrow.KeptBy[] calldata kept,
        bytes32 digest
    ) internal pure returns (address[] memory approvers) {
        if (kept.length < panel.needed) revert IEscrowErrors.NotAdmitted("keepers");
        approvers = new address[](kept.length);
        uint256 least;
        for (uint256 i = 0; i < kept.length; ++i) {
            uint256 place = kept[i].keeper;
            if (place < least || place >= panel.keepers.length) revert IEscrowErrors.NotAdmitted("keepers");
            (address signer, , ) = ECDSA.tryRecover(digest, kept[i].r, kept[i].vs);
            if (signer != panel.keepers[place]) revert IEscrowErrors.NotAdmitted("keepers");
            approvers[i] = signer;
            least = place + 1;
        }
    }

    /// @notice Those whom a gate names: at least one, ascending. Whatever else it does is a refusal.
    /// @param gate Listed
    /// @param claimId The claim
    /// @param content The capsule
    /// @param answer What the gate takes
    function gateOf(
        address gate,
        bytes32 claimId,
        uint256 content,
        bytes calldata answer
    ) internal view returns (address[] memory approvers) {
        bytes memory question = abi.encodeCall(IGate.approversOf, (claimId, content, answer));
        if (gasleft() < NEEDED_GAS) revert IEscrowErrors.GasTooLow();
        bool sound;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // The answer is (0x20, length, elements); what is longer is cut, so it cannot cost more memory.
            let start := mload(0x40)
            let done := staticcall(GATE_GAS, gate, add(question, 0x20), mload(question), start, 0x240)
            approvers := add(start, 0x20)
            let length := mload(approvers)
            let elements := add(start, 0x40)
            sound := and(done, gt(returndatasize(), 0x5f))
            sound := and(sound, eq(mload(start), 0x20))
            sound := and(sound, and(gt(length, 0), lt(length, add(MOST, 1))))
            sound := and(sound, iszero(lt(returndatasize(), add(0x40, mul(0x20, and(length, 0xff))))))
            let last := 0
            for {
                let i := 0
            } and(sound, lt(i, length)) {
                i := add(i, 1)
            } {
                let account := mload(add(elements, shl(5, i)))
                sound := and(gt(account, last), iszero(shr(160, account)))
                last := account
            }
            mstore(0x40, add(start, 0x240))
        }
        if (!sound) revert IEscrowErrors.NotAdmitted("gate");
    }
}
