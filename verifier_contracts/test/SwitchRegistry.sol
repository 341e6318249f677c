// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice A model registry for the escrow's own logic: it accepts the roots that the test tells it to.
contract SwitchRegistry {
    mapping(address registrar => mapping(uint256 root => bool)) public accepts;

    function set(address registrar, uint256 root, bool accepted) external {
        accepts[registrar][root] = accepted;
    }
}
