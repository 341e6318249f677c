// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Cheats} from "../Cheats.sol";
import {TestToken} from "../TestToken.sol";
import {TurningToken} from "./OddAnswers.sol";
import {BlockingToken} from "./OddTokens.sol";

/// @notice Moves nothing while it is turned.
contract PausedToken is TurningToken {
    constructor(bool paused) {
        odd = paused;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (odd && from != address(0)) revert("paused");
        super._update(from, to, value);
    }
}

/// @notice Burns all the gas of every transfer while it is turned, as a failed check did in the first compilers.
contract BurningToken is TurningToken {
    constructor(bool burns) {
        odd = burns;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (odd && from != address(0)) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        super._update(from, to, value);
    }
}

/// @notice While it is turned, pays one account no longer, in its way.
contract BlockListToken is BlockingToken {
    address private immutable LISTED;

    constructor(Way way_, address listed) {
        LISTED = listed;
        way = way_;
    }

    function turn(bool value) external {
        blocked[LISTED] = value;
    }
}

/// @notice Takes money in, and never lets it out.
contract TrapToken is TestToken {
    function transfer(address, uint256) public pure override returns (bool) {
        revert("never");
    }
}

/// @notice While it is turned there is no code at its address.
contract GoneToken is TurningToken {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    function turn(bool) public override {
        vm.etch(address(this), "");
    }
}

/// @notice Refuses to move nothing.
contract NoZeroTransferToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        if (value == 0) revert("zero");
        super._update(from, to, value);
    }
}

/// @notice Refuses an approval of nothing, and one in place of another that is not used up.
contract PickyApprovalToken is TestToken {
    function approve(address spender, uint256 amount) public override returns (bool) {
        if (amount == 0 || allowance(msg.sender, spender) != 0) revert("approval");
        return super.approve(spender, amount);
    }
}

/// @notice Counts in 96 bits, and refuses what is more.
contract NarrowToken is TestToken {
    function _update(address from, address to, uint256 value) internal override {
        if (value >= 1 << 96) revert("96 bits");
        super._update(from, to, value);
    }

    function approve(address spender, uint256 amount) public override returns (bool) {
        if (amount >= 1 << 96) revert("96 bits");
        return super.approve(spender, amount);
    }
}

/// @notice Burns so much gas in a transfer; with less, it burns what there is and moves nothing.
contract HungryToken is TestToken {
    /// @dev What a transfer takes without it.
    uint256 private constant PLAIN = 60_000;

    uint256 private hunger;

    constructor(uint256 hunger_) {
        hunger = hunger_;
    }

    function setHunger(uint256 value) external {
        hunger = value;
    }

    function burn() public pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        uint256 needed = hunger;
        if (needed != 0) {
            if (gasleft() < needed + needed / 63 + PLAIN) burn();
            try this.burn{gas: needed}() {} catch {}
        }
        return super.transfer(to, amount);
    }
}

/// @notice Tells sender and recipient of every transfer, if they have code, and passes on what they refuse.
contract TellingToken is TurningToken {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private immutable PAYEE;

    constructor(address payee) {
        PAYEE = payee;
    }

    /// @dev While it is turned, the payee is a contract that refuses.
    function turn(bool value) public override {
        super.turn(value);
        vm.etch(PAYEE, value ? type(RefusingPayee).runtimeCode : bytes(""));
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        if (to.code.length != 0) Payee(to).tokensReceived(msg.sender, amount);
        return true;
    }
}

/// @notice What a telling token calls.
interface Payee {
    function tokensReceived(address from, uint256 amount) external;
}

/// @notice Refuses every payment.
contract RefusingPayee is Payee {
    function tokensReceived(address, uint256) external pure {
        revert("no, thank you");
    }
}
