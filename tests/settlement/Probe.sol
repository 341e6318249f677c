// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title Probe
/// @notice Reverts in every way that a contract can, for the tests of the chain.
contract Probe {
    error AlreadyClaimed(uint256 nullifier);
    error OfNoClass(uint256 message, bytes32 which);
    error SelfInvented();

    event Kept(uint256 indexed id, address who);

    uint256 public value;
    Probe public next;

    constructor(uint256 first) {
        if (first == 13) revert AlreadyClaimed(first);
        value = first;
    }

    function link(Probe to) external {
        next = to;
    }

    function keep(uint256 given) external returns (uint256) {
        if (given == 1) revert AlreadyClaimed(7);
        if (given == 2) revert OfNoClass(5, bytes32(uint256(6)));
        require(given != 3, "three");
        assert(given != 4);
        if (given == 5) while (true) value += 1;
        if (given == 6) assembly { revert(0, 0) }
        if (given == 7) assembly { mstore(0, 0xdeadbeef) revert(28, 4) }
        value = given;
        emit Kept(given, msg.sender);
        return given + 1;
    }

    function keepThere(uint256 given) external returns (uint256) {
        return next.keep(given);
    }

    function onlyAt(uint256 number) external {
        if (block.number != number) revert SelfInvented();
        value = number;
    }
}
