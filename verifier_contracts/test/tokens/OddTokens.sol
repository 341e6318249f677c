// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TestToken} from "../TestToken.sol";

/// @notice Keeps a hundredth of every transfer.
contract FeeToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0xfee), value / 100);
    }
}

/// @notice Moves nothing and answers `false`.
contract FalseToken is TestToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Moves the money and answers `false`.
contract DenyingToken is TestToken {
    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !super.transferFrom(from, to, value);
    }
}

/// @notice Moves nothing and answers `true`.
contract LyingToken is TestToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice Refuses to pay accounts on its list, in one of the ways that tokens have.
contract BlockingToken is TestToken {
    enum Way {
        Revert,
        False,
        BurnGas,
        ReturnMuch
    }

    mapping(address account => bool) public blocked;
    Way public way;

    function setBlocked(address account, bool value) external {
        blocked[account] = value;
    }

    function setWay(Way value) external {
        way = value;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!blocked[to]) return super.transfer(to, amount);
        if (way == Way.False) return false;
        if (way == Way.BurnGas) {
            while (true) {}
        }
        if (way == Way.ReturnMuch) {
            assembly ("memory-safe") {
                revert(0, 1000000)
            }
        }
        revert("blocked");
    }
}

/// @notice Calls back what it was told to, in the middle of every movement, and passes on the outcome.
contract CallingToken is TestToken {
    address public target;
    bytes public data;
    bool public succeeded;
    bytes public answer;

    function setCall(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target != address(0)) (succeeded, answer) = target.call(data);
    }
}
