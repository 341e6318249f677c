// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../generated/PoseidonT2.sol";

/// @title ReleaseHash
/// @notice H_release as a contract: its constants take a fifth of the code that one contract may have.
contract ReleaseHash {
    /// @notice See PoseidonT2.
    /// @param secret Below the field's order
    function hashOf(uint256 secret) external pure returns (uint256) {
        return PoseidonT2.releaseHash(secret);
    }
}
