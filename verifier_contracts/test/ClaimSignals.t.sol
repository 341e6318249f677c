// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {SignalsFixture} from "./SignalsFixture.sol";

contract ClaimSignalsTest is SignalsFixture {
    uint256 private constant INDEX_OF_M = type(uint256).max;

    /// @dev Index, as the statement counts values, of what a claim gives itself; words begin at 19.
    uint8[8] private given = [5, 8, 9, 10, 11, 13, 15, 16];

    /// @notice Calldata is what the library reads.
    function compress(
        IDataEscrow.Request calldata asked,
        uint256 scope,
        IDataEscrow.ClaimInput calldata input,
        uint256 market
    ) external pure returns (uint256 x, uint256 y) {
        return ClaimSignals.compress(ClaimSignals.rowOf(asked, scope, input.words.length), input, input.words, market);
    }

    /// @dev The second of two claims that share the row of their request.
    function compressSecond(
        IDataEscrow.Request calldata asked,
        uint256 scope,
        IDataEscrow.ClaimInput calldata input,
        IDataEscrow.ClaimInput calldata second
    ) external pure returns (uint256 x, uint256 y) {
        uint256[] memory row = ClaimSignals.rowOf(asked, scope, input.words.length);
        ClaimSignals.compress(row, input, input.words, 0);
        return ClaimSignals.compress(row, second, second.words, 9);
    }

    /// @notice The plain compression, which the library is measured against, agrees with the Python reference.
    function test_vectors() public view {
        string memory json = vm.readFile(VECTORS);
        for (uint256 i = 0; i < 2; ++i) {
            string memory path = string.concat(".signals[", vm.toString(i), "]");
            uint256[] memory values = vm.parseJsonUintArray(json, string.concat(path, ".values"));
            uint256[] memory words = vm.parseJsonUintArray(json, string.concat(path, ".words"));
            uint256[] memory row = new uint256[](1 + values.length + words.length);
            row[0] = vm.parseJsonUint(json, string.concat(path, ".m"));
            for (uint256 j = 0; j < values.length; ++j) row[1 + j] = values[j];
            for (uint256 j = 0; j < words.length; ++j) row[1 + values.length + j] = words[j];
            (uint256 x, uint256 y) = compressed(row);
            vm.assertEq(x, vm.parseJsonUint(json, string.concat(path, ".x")), "x");
            vm.assertEq(y, vm.parseJsonUint(json, string.concat(path, ".y")), "y");
        }
    }

    /// @notice The claim of a real capsule compresses to what its prover proved, but for the terms' own preimage.
    function test_realClaim() public view {
        string memory json = vm.readFile("../tests/vectors/claim.json");
        uint256[] memory values = vm.parseJsonUintArray(json, ".values");
        uint256[] memory words = vm.parseJsonUintArray(json, ".words");
        uint256[] memory signals = vm.parseJsonUintArray(json, ".signals");
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _arranged(values, words);
        input.m = signals[0];
        uint256[] memory row = rowOf(asked, values[1], input, 0);
        for (uint256 i = 0; i < values.length; ++i) {
            if (i != 12) vm.assertEq(row[1 + i], values[i], "every value at its place");
        }
        (uint256 x, uint256 y) = this.compress(asked, values[1], input, 0);
        (uint256 plainX, uint256 plainY) = compressed(row);
        vm.assertEq(x, plainX, "x");
        vm.assertEq(y, plainY, "y");
        row[13] = values[12];
        (plainX, plainY) = compressed(row);
        vm.assertEq(plainX, signals[1], "the prover's x");
        vm.assertEq(plainY, signals[2], "the prover's y");
    }

    function _arranged(
        uint256[] memory v,
        uint256[] memory words
    ) private pure returns (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) {
        (asked.mode, asked.slotLength, asked.timeMin) = (v[0], v[2], v[3]);
        (asked.timeMax, asked.schema, asked.deviceClass, asked.buyerKey) = (v[4], v[6], v[7], v[14]);
        (input.asOf, input.root, input.count, input.content) = (v[5], v[8], v[9], v[10]);
        (input.nullifier, input.releaseHash, input.ephemeral, input.wrap) = (v[11], v[13], v[15], v[16]);
        asked.bounds = new uint256[](v.length - 17);
        for (uint256 i = 17; i < v.length; ++i) asked.bounds[i - 17] = v[i];
        input.words = words;
    }

    /// @notice x is the hash and y the polynomial, written out with powers, for any numbers and any counts.
    function test_fuzz_definition(uint256 seed, uint256 limbs, uint256 count, uint256 market) public view {
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(
            seed,
            between(limbs, 1, 16),
            between(count, 0, 32)
        );
        uint256 scope = _next(seed, 99) % R;
        if (seed % 3 == 0) market = 0;
        (uint256 x, uint256 y) = this.compress(asked, scope, input, market);
        (uint256 plainX, uint256 plainY) = compressed(rowOf(asked, scope, input, market));
        vm.assertEq(x, plainX, "x");
        vm.assertEq(y, plainY, "y");
    }

    /// @notice Of the claim before it in a batch nothing is left in the row.
    function test_fuzz_rowIsWrittenAnew(uint256 seed, uint256 other, uint256 limbs, uint256 count) public view {
        (limbs, count) = (between(limbs, 1, 16), between(count, 0, 32));
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(seed, limbs, count);
        (, IDataEscrow.ClaimInput memory second) = _any(other, limbs, count);
        (uint256 x, uint256 y) = this.compressSecond(asked, 7, input, second);
        (uint256 plainX, uint256 plainY) = compressed(rowOf(asked, 7, second, 9));
        vm.assertEq(x, plainX, "x");
        vm.assertEq(y, plainY, "y");
    }

    /// @notice Every number at or above the field's order is refused, with its index and value.
    function test_fuzz_aliasesAreRefused(uint256 seed, uint256 which, uint256 size) public {
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(seed, 1, 6);
        which %= 14;
        uint256 wrong = between(size, R, type(uint256).max);
        uint256 index = _put(input, which, wrong);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.SignalNotCanonical.selector, index, wrong));
        this.compress(asked, 7, input, 0);
    }

    /// @notice Of several the first is named.
    function test_fuzz_firstAliasIsNamed(uint256 first, uint256 second) public {
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(1, 1, 6);
        first %= 14;
        second = between(second, first, 13);
        _put(input, second, R + 1);
        uint256 index = _put(input, first, R);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.SignalNotCanonical.selector, index, R));
        this.compress(asked, 7, input, 0);
    }

    /// @notice M at or above the field's order is refused, and so is any other number, and r - 1 is not.
    function test_orderIsTheBoundary() public {
        for (uint256 which = 0; which < 15; ++which) {
            (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(which, 1, 6);
            uint256 index = which < 14 ? _put(input, which, R - 1) : INDEX_OF_M;
            if (which == 14) input.m = R - 1;
            this.compress(asked, 7, input, 0);
            if (which < 14) _put(input, which, R);
            else input.m = R;
            vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.SignalNotCanonical.selector, index, R));
            this.compress(asked, 7, input, 0);
        }
    }

    /// @notice The terms are recipient, relayer and fee, and the request in a market; each of them moves x.
    function test_fuzz_terms(address recipient, address relayer, uint256 fee) public view {
        (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) = _any(3, 1, 6);
        (uint256 x, ) = this.compress(asked, 7, input, 0);
        (input.recipient, input.relayer, input.fee) = (recipient, relayer, fee);
        (uint256 other, ) = this.compress(asked, 7, input, 0);
        vm.assertTrue(x != other, "other terms, another x");
        (x, ) = this.compress(asked, 7, input, 1);
        vm.assertTrue(x != other, "in a market, another x");
        (other, ) = this.compress(asked, 7, input, 2);
        vm.assertTrue(x != other, "of each request of it");
    }

    function _put(IDataEscrow.ClaimInput memory input, uint256 which, uint256 value) private view returns (uint256) {
        if (which == 0) input.asOf = value;
        else if (which == 1) input.root = value;
        else if (which == 2) input.count = value;
        else if (which == 3) input.content = value;
        else if (which == 4) input.nullifier = value;
        else if (which == 5) input.releaseHash = value;
        else if (which == 6) input.ephemeral = value;
        else if (which == 7) input.wrap = value;
        else input.words[which - 8] = value;
        return which < 8 ? given[which] : 11 + which;
    }

    function _next(uint256 seed, uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }

    function _any(
        uint256 seed,
        uint256 limbs,
        uint256 count
    ) private pure returns (IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) {
        uint256[] memory v = new uint256[](17 + 2 * limbs);
        for (uint256 i = 0; i < v.length; ++i) v[i] = _next(seed, i) % R;
        uint256[] memory words = new uint256[](count);
        for (uint256 i = 0; i < words.length; ++i) words[i] = _next(seed, 100 + i) % R;
        (asked, input) = _arranged(v, words);
        input.m = _next(seed, 98) % R;
        (input.recipient, input.relayer) = (address(uint160(seed)), address(uint160(seed >> 96)));
        input.fee = _next(seed, 97);
    }
}
