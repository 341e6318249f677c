// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "./ClaimSignals.sol";
import {IEscrowErrors} from "./interfaces/IEscrowErrors.sol";

/// @title BuyerKey
/// @notice Which numbers are buyer keys: the u of a point of BabyJubJub in Montgomery form, v^2 = u^3 + A u^2 + u, whose
/// order is not 1, 2, 4 or 8. With another number the circuit takes no claim, and the budget waits for its deadline.
/// @dev Assumes the precompile 5 of EIP-198.
library BuyerKey {
    uint256 private constant R = ClaimSignals.R;
    uint256 private constant A = 168698;

    /// @dev The u of order 4; that of order 2 is 0, where v^2 is 0.
    uint256 private constant OF_ORDER_4 = 1;

    /// @dev The two u of order 8, (1 + y) / (1 - y) for the y of the four Edwards points of order 8; their product is 1.
    uint256 private constant OF_ORDER_8 = 9548596286964632035108538481129647073527022943495698293421437455091140321088;
    uint256 private constant ALSO_OF_ORDER_8 =
        19799329160503878365519859265345525785148473002902384773314932802961476726446;

    /// @notice The buyer key of nobody, by the statements' page: a point whose logarithm nobody knows.
    uint256 internal constant NOBODY = 7250100486914632720959105439547818857996250680049149873297384275187492483989;

    /// @notice Returns if `u` is a buyer key, and reverts with BuyerKeyInvalid otherwise.
    /// @param u The u of the buyer's point
    function check(uint256 u) internal view {
        if (u >= R || u == OF_ORDER_4 || u == OF_ORDER_8 || u == ALSO_OF_ORDER_8 || !_onCurve(u)) {
            revert IEscrowErrors.BuyerKeyInvalid(u);
        }
    }

    /// @dev Euler's criterion: v^2 = u (u (u + A) + 1) is a square and not 0.
    function _onCurve(uint256 u) private view returns (bool) {
        uint256 square = mulmod(u, addmod(mulmod(u, u + A, R), 1, R), R);
        // Where no precompile answers there is nothing to decode, which reverts.
        (, bytes memory power) = address(5).staticcall(abi.encode(32, 32, 32, square, (R - 1) / 2, R));
        return abi.decode(power, (uint256)) == 1;
    }
}
