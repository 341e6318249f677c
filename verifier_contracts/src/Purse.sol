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

    /// @notice What a token gets for a payment. Plain ones take 30,000, those with hooks and books behind them some hundred
    /// thousand.
    uint256 private constant TRANSFER_GAS = 1_000_000;

    /// @dev TRANSFER_GAS * 64 / 63, because a call keeps back a 64th, and what the call itself takes.
    uint256 private constant NEEDED_GAS = 1_020_000;

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

    /// @dev Never reverts for the token's reasons. A refusal counts only where the token had all of TRANSFER_GAS, so no
    /// caller starves a transfer to force a credit; and a token that burns what it gets burns no more than that.
    function _pay(address token, address to, uint256 amount) internal {
        if (amount == 0) return;
        bytes4 selector = IERC20.transfer.selector;
        bool enough = gasleft() >= NEEDED_GAS;
        bool paid;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let asked := mload(0x40)
            mstore(asked, selector)
            mstore(add(asked, 0x04), and(to, shr(96, not(0))))
            mstore(add(asked, 0x24), amount)
            paid := call(TRANSFER_GAS, token, 0, asked, 0x44, 0, 0x20)
            // As SafeERC20 takes an answer: true, or nothing from an account with code.
            let told := and(gt(returndatasize(), 0x1f), eq(mload(0), 1))
            paid := and(paid, or(told, and(iszero(returndatasize()), iszero(iszero(extcodesize(token))))))
        }
        if (paid) return;
        if (!enough) revert GasTooLow();
        _credit(token, to, amount);
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        credits[token][account] += amount;
        emit Credited(token, account, amount);
    }
}
