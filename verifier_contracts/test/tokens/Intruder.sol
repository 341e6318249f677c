// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Cheats} from "../Cheats.sol";
import {TestToken} from "../TestToken.sol";
import {Payee} from "./OddRefusals.sol";

/// @notice Whatever the escrow calls, as it should answer; and when it is called by a name that it was told, it calls first.
/// It plays verifier, registry, gate, payee and what is behind a token.
contract Intruder {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Enough for every verb; what a static call forbids burns all that it is given.
    uint256 private constant INNER_GAS = 2_000_000;

    mapping(bytes4 selector => bytes) private answers;
    bytes4 private trigger;
    address private target;
    bytes private entry;

    /// @notice How often it was called by that name, and what came of the call that it made the first time, or the one told:
    /// 1 or an error, and the first word.
    uint256 public met;
    bytes32 public outcome;
    bytes32 public word;
    uint256 private turn;

    function setAnswer(bytes4 selector, bytes calldata answer) external {
        answers[selector] = answer;
    }

    function setEntry(bytes4 trigger_, address target_, bytes calldata entry_) external {
        (trigger, target, entry) = (trigger_, target_, entry_);
    }

    function setTurn(uint256 value) external {
        turn = value;
    }

    function make(address target_, bytes calldata call) external returns (bytes memory answer) {
        bool done;
        (done, answer) = target_.call(call);
        if (!done) revert("made in vain");
    }

    /// @dev Notes what happened by a cheat code, which a static call does not forbid.
    fallback(bytes calldata) external returns (bytes memory) {
        if (msg.sig == trigger) _meet();
        return answers[msg.sig];
    }

    function _meet() private {
        uint256 slot;
        assembly ("memory-safe") {
            slot := met.slot
        }
        vm.store(address(this), bytes32(slot), bytes32(met + 1));
        if (met != turn + 1) return;
        // A gate and a paying token have less, and need some of it to answer.
        uint256 most = gasleft() - 100_000;
        (bool done, bytes memory answer) = target.call{gas: most < INNER_GAS ? most : INNER_GAS}(entry);
        bytes32 first = answer.length == 0 ? bytes32(0) : bytes32(answer);
        vm.store(address(this), bytes32(slot + 1), done ? bytes32(uint256(1)) : bytes32(bytes4(first)));
        vm.store(address(this), bytes32(slot + 2), first);
    }
}

/// @notice Tells somebody whenever it is looked at or moves, and payees who have code when they are paid.
contract HookToken is TestToken {
    address private told;

    function setTold(address told_) external {
        told = told_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (told != address(0)) {
            (bool done, ) = told.staticcall(abi.encodeCall(Told.looked, ()));
            done;
        }
        return super.balanceOf(account);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        if (told != address(0)) Told(told).moved();
        if (to.code.length != 0) Payee(to).tokensReceived(msg.sender, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (told != address(0)) Told(told).moves();
        super.transferFrom(from, to, amount);
        if (told != address(0)) Told(told).moved();
        return true;
    }
}

/// @notice What a hook token tells.
interface Told {
    function looked() external view;
    function moves() external;
    function moved() external;
}
