// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IGate} from "./interfaces/IGate.sol";

/// @title SignatureGate
/// @notice A claim passes when at least `threshold` of the signers, fixed for ever, have signed it.
/// @dev What a signer signs, by EIP-712: Approval(address escrow,bytes32 claimId,uint256 content) in the domain
/// (name "zkdata gate", version "1", chain, this gate). The claim id is a hash over chain, escrow, request, nullifier,
/// content, release hash and expiry, so an approval serves one claim. No owner, no state.
contract SignatureGate is IGate, EIP712 {
    /// @notice Thrown when deploying a gate that nobody or anybody could pass.
    error SignersInvalid();

    /// @notice Thrown for signatures that are not of distinct signers in ascending order, or too few.
    error SignaturesInvalid();

    // solhint-disable-next-line gas-small-strings
    bytes32 private constant APPROVAL = keccak256("Approval(address escrow,bytes32 claimId,uint256 content)");

    /// @notice Most signers that a gate may have: what an escrow reads of an answer.
    uint256 public constant MAX_SIGNERS = 16;

    /// @notice Signatures that a claim needs.
    uint256 public immutable threshold; // solhint-disable-line immutable-vars-naming

    address[] private _signers;

    /// @notice Fixes the signers.
    /// @param signers At most MAX_SIGNERS, strictly ascending
    /// @param needed From 1 to all of them
    constructor(address[] memory signers, uint256 needed) EIP712("zkdata gate", "1") {
        if (needed == 0 || needed > signers.length || signers.length > MAX_SIGNERS) revert SignersInvalid();
        address last;
        for (uint256 i = 0; i < signers.length; ++i) {
            if (signers[i] <= last) revert SignersInvalid();
            last = signers[i];
        }
        threshold = needed;
        _signers = signers;
    }

    /// @notice The signers, ascending.
    function signersOf() external view returns (address[] memory) {
        return _signers;
    }

    /// @inheritdoc IGate
    /// @param answer abi.encode(bytes[]): signatures of 65 bytes, by signer in ascending order
    function approversOf(
        bytes32 claimId,
        uint256 content,
        bytes calldata answer
    ) external view returns (address[] memory approvers) {
        bytes[] memory signatures = abi.decode(answer, (bytes[]));
        if (signatures.length < threshold || signatures.length > _signers.length) revert SignaturesInvalid();
        bytes32 digest = digestOf(msg.sender, claimId, content);
        approvers = new address[](signatures.length);
        uint256 place;
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, , ) = ECDSA.tryRecover(digest, signatures[i]);
            while (place < _signers.length && _signers[place] != signer) ++place;
            if (place == _signers.length) revert SignaturesInvalid();
            approvers[i] = signer;
            ++place;
        }
    }

    /// @notice What a signer signs for a claim on an escrow.
    /// @param escrow The escrow that asks
    /// @param claimId The claim
    /// @param content The capsule that was proven
    function digestOf(address escrow, bytes32 claimId, uint256 content) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(APPROVAL, escrow, claimId, content)));
    }
}
