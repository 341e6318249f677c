// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice The cheat codes of forge that these tests use.
interface Cheats {
    function assertEq(uint256 got, uint256 expected, string calldata what) external pure;
    function assertEq(bytes32 got, bytes32 expected, string calldata what) external pure;
    function assertEq(address got, address expected, string calldata what) external pure;
    function assertTrue(bool holds, string calldata what) external pure;
    function assume(bool holds) external pure;
    function chainId(uint256 id) external;
    function etch(address account, bytes calldata code) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectEmit() external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function prank(address sender) external;
    function readFile(string calldata path) external view returns (string memory);
    function toString(uint256 value) external pure returns (string memory);
    function warp(uint256 timestamp) external;
}

/// @notice What every test stands on.
abstract contract Tested {
    Cheats internal constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    string internal constant VECTORS = "../tests/vectors/verifier.json";

    /// @dev A number in [low, high], from any number.
    function between(uint256 any, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + (any % (high - low + 1));
    }
}
