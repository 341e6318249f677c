// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../generated/PoseidonT2.sol";
import {Tested} from "./Cheats.sol";

contract PoseidonTest is Tested {
    /// @notice The unrolled permutation equals the plain one, at the edges and on a hundred others.
    function test_vectors() public view {
        string memory json = vm.readFile(VECTORS);
        uint256[] memory secrets = vm.parseJsonUintArray(json, ".release.secrets");
        uint256[] memory hashes = vm.parseJsonUintArray(json, ".release.hashes");
        vm.assertEq(secrets.length, 107, "vectors");
        for (uint256 i = 0; i < secrets.length; ++i) {
            vm.assertEq(PoseidonT2.releaseHash(secrets[i]), hashes[i], "hash");
        }
    }

    /// @notice A hash costs less than 10,000 gas.
    function test_gas() public view {
        uint256 before = gasleft();
        PoseidonT2.releaseHash(1);
        vm.assertTrue(before - gasleft() < 10_000, "gas of one hash");
    }
}
