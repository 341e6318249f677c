// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {Tested} from "./Cheats.sol";

contract ClaimSignalsTest is Tested {
    uint256 private constant R = ClaimSignals.R;

    /// @notice Calldata is what the library reads.
    function compress(
        uint256 m,
        uint256[] calldata values,
        uint256[] calldata words
    ) external pure returns (uint256 x, uint256 y) {
        return ClaimSignals.compress(m, values, words);
    }

    /// @notice x and y agree with the Python reference in both modes.
    function test_vectors() public view {
        string memory json = vm.readFile(VECTORS);
        for (uint256 i = 0; i < 2; ++i) {
            string memory path = string.concat(".signals[", vm.toString(i), "]");
            (uint256 x, uint256 y) = this.compress(
                vm.parseJsonUint(json, string.concat(path, ".m")),
                vm.parseJsonUintArray(json, string.concat(path, ".values")),
                vm.parseJsonUintArray(json, string.concat(path, ".words"))
            );
            vm.assertEq(x, vm.parseJsonUint(json, string.concat(path, ".x")), "x");
            vm.assertEq(y, vm.parseJsonUint(json, string.concat(path, ".y")), "y");
        }
    }

    /// @notice x is the hash and y the polynomial, written out with powers.
    function test_fuzz_definition(uint256 m, uint256[19] memory v, uint256[6] memory w) public view {
        (uint256[] memory values, uint256[] memory words) = _lists(v, w);
        (uint256 x, uint256 y) = this.compress(m % R, values, words);

        vm.assertEq(x, uint256(keccak256(abi.encodePacked(m % R, values, words))) % R, "x");
        uint256 power = 1;
        uint256 sum;
        for (uint256 i = 0; i < 25; ++i) {
            sum = addmod(sum, mulmod(i < 19 ? values[i] : words[i - 19], power, R), R);
            power = mulmod(power, x, R);
        }
        vm.assertEq(y, sum, "y");
    }

    /// @notice Every number at or above the field's order is refused, with its index and value.
    function test_fuzz_aliasesAreRefused(
        uint256[19] memory v,
        uint256[6] memory w,
        uint256 which,
        uint256 size
    ) public {
        (uint256[] memory values, uint256[] memory words) = _lists(v, w);
        which %= 25;
        uint256 wrong = between(size, R, type(uint256).max);
        if (which < 19) values[which] = wrong;
        else words[which - 19] = wrong;
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, which, wrong));
        this.compress(0, values, words);
    }

    /// @notice M at or above the field's order is refused, and r - 1 is not.
    function test_orderIsTheBoundary() public {
        uint256[] memory values = new uint256[](1);
        values[0] = R - 1;
        this.compress(R - 1, values, values);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, type(uint256).max, R));
        this.compress(R, values, values);
        uint256[] memory wrong = new uint256[](1);
        wrong[0] = R;
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, 0, R));
        this.compress(0, wrong, values);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.SignalNotCanonical.selector, 1, R));
        this.compress(0, values, wrong);
    }

    function _lists(
        uint256[19] memory v,
        uint256[6] memory w
    ) private pure returns (uint256[] memory values, uint256[] memory words) {
        (values, words) = (new uint256[](19), new uint256[](6));
        for (uint256 i = 0; i < 19; ++i) values[i] = v[i] % R;
        for (uint256 i = 0; i < 6; ++i) words[i] = w[i] % R;
    }
}
