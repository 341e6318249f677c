// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "../IERC20.sol";

/// @notice Stands in OpenZeppelin's place when slither reads the contracts: OpenZeppelin calls the token in assembly, which
/// slither does not take for a call. So it would see no call of a token at all, and nothing that is written after one.
library SafeERC20 {
    function trySafeTransfer(IERC20 token, address to, uint256 value) internal returns (bool) {
        return token.transfer(to, value);
    }

    function trySafeTransferFrom(IERC20 token, address from, address to, uint256 value) internal returns (bool) {
        return token.transferFrom(from, to, value);
    }
}
