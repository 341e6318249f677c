// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";

/// @title Purse
/// @notice Money in, money out, and credits for what could not go out.
/// @dev storage: credits, 1 slot per token and account: an amount.
abstract contract Purse is IDataEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IDataEscrow
    mapping(address token => mapping(address account => uint256)) public credits;

    /// @inheritdoc IDataEscrow
    function withdraw(address token, address to) external nonReentrant {
        uint256 amount = credits[token][msg.sender];
        if (amount == 0) revert NothingCredited(token, msg.sender);

        delete credits[token][msg.sender];
        emit Withdrawn(token, msg.sender, to, amount);

        if (to == address(this) || !IERC20(token).trySafeTransfer(to, amount)) revert TokenRefused(token, amount, 0);
    }

    /// @dev Takes exactly `amount` from the sender, seen from both the answer and the balance.
    function _pull(address token, uint256 amount) internal {
        if (token.code.length == 0) revert TokenRefused(token, amount, 0);
        uint256 before = IERC20(token).balanceOf(address(this));
        bool taken = IERC20(token).trySafeTransferFrom(msg.sender, address(this), amount);
        uint256 balance = IERC20(token).balanceOf(address(this));
        uint256 moved = balance > before ? balance - before : 0;
        if (!taken || moved != amount) revert TokenRefused(token, amount, moved);
    }

    /// @dev Never reverts for the token's reasons. A caller cannot starve the transfer to force a credit: a call gets
    /// all but a 64th of the gas, and that 64th must pay for the credit, so the transfer had hundreds of thousands.
    function _pay(address token, address to, uint256 amount) internal {
        if (amount == 0) return;
        if (!IERC20(token).trySafeTransfer(to, amount)) _credit(token, to, amount);
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        credits[token][account] += amount;
        emit Credited(token, account, amount);
    }
}
