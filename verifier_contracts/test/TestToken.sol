// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestToken
/// @notice Play money for tests and the demo: anyone can mint any amount.
contract TestToken is ERC20 {
    constructor() ERC20("zkdata test token", "TEST") {}

    /// @notice Makes `amount` out of nothing.
    /// @param to Who gets it
    /// @param amount How much
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
