// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title IGate
/// @notice A second opinion beside the proof: signers, a crowd, an oracle. A request names one, and the escrow asks it
/// once for each claim, in `admit`, and keeps the answer.
/// @dev Assumptions: the escrow calls statically, with GATE_GAS gas, and reads at most MAX_APPROVERS accounts. Whatever
/// else the gate does (revert, run out of gas, answer nonsense) is a refusal of that `admit`, which may be tried again.
interface IGate {
    /// @notice Who approved this claim: at least one account, in strictly ascending order, or nobody for a refusal.
    /// @param claimId The claim, as `Claimed` printed it; names chain, escrow and request
    /// @param content The capsule that was proven
    /// @param answer What whoever calls `admit` hands over: signatures, for instance
    function approversOf(
        bytes32 claimId,
        uint256 content,
        bytes calldata answer
    ) external view returns (address[] memory approvers);
}
