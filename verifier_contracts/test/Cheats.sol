// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice The cheat codes of forge that these tests use.
interface Cheats {
    function addr(uint256 key) external pure returns (address);
    function assertEq(uint256 got, uint256 expected, string calldata what) external pure;
    function assertEq(bytes32 got, bytes32 expected, string calldata what) external pure;
    function assertEq(address got, address expected, string calldata what) external pure;
    function assertTrue(bool holds, string calldata what) external pure;
    function assume(bool holds) external pure;
    function chainId(uint256 id) external;
    function cool(address account) external;
    function deal(address account, uint256 amount) external;
    function envOr(string calldata name, bytes32 otherwise) external view returns (bytes32);
    function envOr(string calldata name, string calldata otherwise) external view returns (string memory);
    function etch(address account, bytes calldata code) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectEmit() external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonBytesArray(string calldata json, string calldata key) external pure returns (bytes[] memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonStringArray(string calldata json, string calldata key) external pure returns (string[] memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function prank(address sender) external;
    function publicKeyP256(uint256 secret) external pure returns (uint256 x, uint256 y);
    function readFile(string calldata path) external view returns (string memory);
    function revertToState(uint256 snapshot) external returns (bool);
    function revertToStateAndDelete(uint256 snapshot) external returns (bool);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function snapshotState() external returns (uint256 snapshot);
    function signP256(uint256 secret, bytes32 digest) external pure returns (bytes32 r, bytes32 s);
    function store(address account, bytes32 slot, bytes32 value) external;
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
