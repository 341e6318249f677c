// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";

/// @notice A model verifier for the escrow's own logic: it says what the test tells it to say.
contract SwitchVerifier is IClaimVerifier {
    bool public rejecting;
    uint256 public valueCount = 19;
    uint256 public wordCount = 6;
    uint256 public valueBits = 48;

    function setRejecting(bool value) external {
        rejecting = value;
    }

    function setValueCount(uint256 value) external {
        valueCount = value;
    }

    function setWordCount(uint256 value) external {
        wordCount = value;
    }

    function setValueBits(uint256 value) external {
        valueBits = value;
    }

    function verify(uint256[8] calldata, uint256[3] calldata) external view {
        if (rejecting) revert ProofRejected();
    }

    function verifyBatch(uint256[8][] calldata proofs, uint256[3][] calldata inputs) external view {
        if (rejecting) revert ProofRejected();
        if (proofs.length == 0 || proofs.length != inputs.length) revert ProofMalformed();
    }
}
