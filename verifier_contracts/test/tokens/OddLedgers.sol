// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Cheats} from "../Cheats.sol";
import {TestToken} from "../TestToken.sol";
import {TurningToken} from "./OddAnswers.sol";

/// @notice Once turned, keeps a hundredth of every transfer, from what arrives or on top of what is sent.
contract LateFeeToken is TurningToken {
    bool private immutable ON_TOP;

    constructor(bool onTop) {
        ON_TOP = onTop;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (odd && from != address(0) && to != address(0)) {
            super._update(ON_TOP ? from : to, address(0xfee), value / 100);
        }
    }
}

/// @notice Whoever receives gets a hundredth more than was sent.
contract BonusToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(address(0), to, value / 100);
    }
}

/// @notice The last unit stays behind, as where balances are parts of a pool and are rounded down.
contract RoundingToken is TestToken {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return super.transferFrom(from, to, amount - 1);
    }
}

/// @notice Holds parts; once turned, a part is worth twice or half of what it was.
contract RebasingToken is TurningToken {
    bool private immutable UP;

    constructor(bool up) {
        UP = up;
    }

    function balanceOf(address account) public view override returns (uint256) {
        uint256 parts = super.balanceOf(account);
        if (!odd) return parts / 2;
        return UP ? parts : parts / 4;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, odd ? (UP ? value : value * 4) : value * 2);
    }
}

/// @notice Once turned, its issuer has taken what one account held.
contract SeizingToken is TurningToken {
    address private immutable VICTIM;

    constructor(address victim) {
        VICTIM = victim;
    }

    function turn(bool value) public override {
        super.turn(value);
        if (value) _transfer(VICTIM, address(0xbad), balanceOf(VICTIM));
    }
}

/// @notice Anyone is lent any amount; the supply is enormous while it is turned.
contract FlashToken is TurningToken {
    uint256 private constant LOAN = 1 << 200;

    function turn(bool value) public override {
        super.turn(value);
        if (value) _mint(address(0xf1a54), LOAN);
        else _burn(address(0xf1a54), LOAN);
    }
}

/// @notice The chain's own money in the form of a token: its balances are the accounts' ether.
contract NativeToken {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    mapping(address account => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        vm.deal(to, to.balance + amount);
    }

    function balanceOf(address account) external view returns (uint256) {
        return account.balance;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        vm.deal(from, from.balance - amount);
        vm.deal(to, to.balance + amount);
        return true;
    }
}

/// @notice A ledger that two addresses lead to: its own, and that of its `ENTRY`.
contract DoubleEntryToken is TestToken {
    SecondEntry public immutable ENTRY = new SecondEntry(this);

    function transferAs(address sender, address to, uint256 amount) external returns (bool) {
        if (msg.sender != address(ENTRY)) revert("only the entry");
        _transfer(sender, to, amount);
        return true;
    }

    function transferFromAs(address sender, address from, address to, uint256 amount) external returns (bool) {
        if (msg.sender != address(ENTRY)) revert("only the entry");
        _spendAllowance(from, sender, amount);
        _transfer(from, to, amount);
        return true;
    }

    function approveAs(address sender, address spender, uint256 amount) external returns (bool) {
        if (msg.sender != address(ENTRY)) revert("only the entry");
        _approve(sender, spender, amount);
        return true;
    }
}

/// @notice The other address of a DoubleEntryToken.
contract SecondEntry {
    DoubleEntryToken private immutable LEDGER;

    constructor(DoubleEntryToken ledger_) {
        LEDGER = ledger_;
    }

    function mint(address to, uint256 amount) external {
        LEDGER.mint(to, amount);
    }

    function balanceOf(address account) external view returns (uint256) {
        return LEDGER.balanceOf(account);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        return LEDGER.approveAs(msg.sender, spender, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return LEDGER.transferAs(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return LEDGER.transferFromAs(msg.sender, from, to, amount);
    }
}

/// @notice An amount of 2^256 - 1 means all that the sender holds.
contract AllOfItToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value == type(uint256).max ? balanceOf(from) : value);
    }
}

/// @notice Whoever moves his own money needs no allowance.
contract OwnerToken is TestToken {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (from != msg.sender) return super.transferFrom(from, to, amount);
        return transfer(to, amount);
    }
}
