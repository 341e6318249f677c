// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title IEscrowErrors
/// @notice What IDataEscrow refuses, and the evidence.
interface IEscrowErrors {
    /// @notice Thrown when this device's slot was already claimed in this scope.
    error AlreadyClaimed(uint256 nullifier);

    /// @notice Thrown when there is no such request, it is closed, or its parameters are not the ones posted.
    error RequestUnknown(uint256 id);

    /// @notice Thrown when the deadline has passed.
    error RequestExpired(uint256 deadline);

    /// @notice Thrown when the deadline has not passed yet.
    error RequestOpen(uint256 deadline);

    /// @notice Thrown when what is left of the budget, in units, does not pay for this claim.
    error RequestExhausted(uint256 left, uint256 needed);

    /// @notice Thrown when posting a request that could never be served; names the parameter.
    error ParametersInvalid(string parameter);

    /// @notice Thrown when posting for a buyer key that is the u of no point of the curve, or of one of small order.
    error BuyerKeyInvalid(uint256 buyerKey);

    /// @notice Thrown when the window does not start and end on the slot grid.
    error WindowNotOnGrid(uint256 timeMin, uint256 timeMax, uint256 slotLength);

    /// @notice Thrown when the terms cannot be paid as they are; names the part.
    error TermsInvalid(string part);

    /// @notice Thrown when a number is not below the field's order: an alias of another one. Values count from 0, words
    /// follow the values, and M has the index 2^256 - 1.
    error SignalNotCanonical(uint256 index, uint256 value);

    /// @notice Thrown when a claim is about no record.
    error NothingProven();

    /// @notice Thrown when the as-of time, in milliseconds, is later than the block.
    error AsOfInFuture(uint256 asOf, uint256 blockTime);

    /// @notice Thrown when the registry does not accept the root.
    error RootNotAccepted(uint256 root);

    /// @notice Thrown when no money waits for this: never claimed, not yet admitted or admitted already, paid, expired.
    error NotReleased(uint256 nullifier);

    /// @notice Thrown when the approvers are not those who were printed.
    error ApproversWrong();

    /// @notice Thrown when keepers or gate did not agree; names which.
    error NotAdmitted(string by);

    /// @notice Thrown when the gas left could not pay for the gate, or for all that a refusing token may take: says nothing
    /// about their answers.
    error GasTooLow();

    /// @notice Thrown when the time to admit or release has passed.
    error ReleaseExpired(uint256 expiry);

    /// @notice Thrown when the time to admit or release has not passed yet.
    error ReleaseOpen(uint256 expiry);

    /// @notice Thrown when the secret is not canonical or does not hash to the release hash of the claim.
    error ReleaseSecretWrong();

    /// @notice Thrown when a verifier has no code of its own, or is not, code included, a listed one that fits.
    error VerifierUnknown(address verifier);

    /// @notice Thrown when a gate has no code of its own, or is not, code included, a listed one.
    error GateUnknown(address gate);

    /// @notice Thrown when a token moved another amount than asked, or none: approved too little, for example.
    error TokenRefused(address token, uint256 asked, uint256 moved);

    /// @notice Thrown when there is nothing to withdraw.
    error NothingCredited(address token, address account);

    /// @notice Thrown by post and claim on a fork, under another id, of the chain that this escrow was deployed on.
    error ChainMismatch(uint256 expected, uint256 got);
}
