// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TestToken} from "../TestToken.sol";

/// @notice A good token until it is turned, and again when it is turned back.
abstract contract TurningToken is TestToken {
    bool public odd;

    function turn(bool value) public virtual {
        odd = value;
    }
}

/// @notice Moves the money, or does not, and answers with the bytes that it was made with.
contract AnsweringToken is TurningToken {
    bool private immutable MOVES;
    bytes private raw;

    constructor(bool moves, bool odd_, bytes memory raw_) {
        (MOVES, odd, raw) = (moves, odd_, raw_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!odd || MOVES) super.transfer(to, amount);
        return _answer();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (!odd || MOVES) super.transferFrom(from, to, amount);
        return _answer();
    }

    function _answer() private view returns (bool) {
        if (!odd) return true;
        bytes memory answer = raw;
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice Moves the money, and answers `true` and as many bytes more as fill 100,000.
contract LongAnswerToken is TestToken {
    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        _answer();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        super.transferFrom(from, to, amount);
        _answer();
    }

    function _answer() private pure {
        assembly ("memory-safe") {
            let answer := mload(0x40)
            mstore(answer, 1)
            return(answer, 100000)
        }
    }
}

/// @notice Its name and symbol are bytes32, as some old tokens have them, and its calls answer nothing.
contract Bytes32Token {
    bytes32 public constant name = "ODD";
    bytes32 public constant symbol = "ODD";
    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice A name that is a program to whoever prints it unescaped.
contract ScriptToken is TestToken {
    function name() public pure override returns (string memory) {
        return "<script>alert(1)</script>';--";
    }
}

/// @notice So many decimals.
contract DecimalsToken is TestToken {
    uint8 private immutable DECIMALS;

    constructor(uint8 decimals_) {
        DECIMALS = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}

/// @notice A permit of another form than ERC-2612's, and whatever else it is called with succeeds.
contract PhantomToken is TestToken {
    fallback() external {}

    function permit(address holder, address spender, uint256, uint256, bool allowed, uint8, bytes32, bytes32) external {
        _approve(holder, spender, allowed ? type(uint256).max : 0);
    }
}

/// @notice Tells no balance, or, where it is told what to tell, always the same.
contract LyingBalanceToken is TurningToken {
    bool private immutable TELLS;
    uint256 private immutable LIE;

    constructor(bool odd_, bool tells, uint256 lie) {
        (odd, TELLS, LIE) = (odd_, tells, lie);
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (!odd) return super.balanceOf(account);
        if (!TELLS) revert("no balance");
        return LIE;
    }
}

/// @notice Moves nothing, answers `true`, and tells every balance as if it had.
contract FictionToken is TestToken {
    mapping(address account => uint256) private told;

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) + told[account];
    }

    function transferFrom(address, address to, uint256 amount) public override returns (bool) {
        told[to] += amount;
        return true;
    }
}
