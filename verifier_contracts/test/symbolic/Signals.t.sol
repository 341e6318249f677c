// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../../src/ClaimSignals.sol";
import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {SignalsFixture} from "../SignalsFixture.sol";

/// @notice The compression in assembly against the same in Solidity, for all numbers. Proved by halmos. One limb, two words.
contract SignalProofs is SignalsFixture {
    uint256 private constant ROW = 22;

    /// @dev Places of the row whose numbers the claim brings: M, asOf, root to nullifier, releaseHash, ephemeral, wrap, words.
    uint256 private constant OWN = (1 << 0) | (1 << 6) | (15 << 9) | (1 << 14) | (3 << 16) | (3 << 20);

    /// @notice Calldata is what the library reads.
    function compress(
        IDataEscrow.Request calldata asked,
        uint256 scope,
        IDataEscrow.ClaimInput calldata input,
        uint256 market
    ) external pure returns (uint256 x, uint256 y) {
        return ClaimSignals.compress(ClaimSignals.rowOf(asked, scope, input.words.length), input, input.words, market);
    }

    /// @notice For all numbers below the field's order, and all terms: x hashes M, every value and every word at its place,
    /// and y is the polynomial of all but M at x, by Horner; in no market, and in one as request 7. That Horner's sum is the sum of powers, `ClaimSignalsTest` samples.
    /// @custom:halmos --array-lengths asked.verifiers=0,asked.bounds=2,input.words=2
    function check_compressionIsThePlainOne(
        IDataEscrow.Request memory asked,
        uint256 scope,
        IDataEscrow.ClaimInput memory input,
        bool inMarket
    ) public view {
        uint256 market = inMarket ? 7 : 0;
        uint256[] memory row = rowOf(asked, scope, input, market);
        for (uint256 i = 0; i < ROW; ++i) vm.assume(row[i] < R);
        (uint256 x, uint256 y) = this.compress(asked, scope, input, market);
        uint256 plain;
        uint256 point = uint256(keccak256(abi.encodePacked(row))) % R;
        for (uint256 i = ROW - 1; i > 0; --i) plain = addmod(mulmod(plain, point, R), row[i], R);
        assert(x == point);
        assert(y == plain);
    }

    /// @notice At every place that the claim fills: a number of the field's order or more is refused, whatever the others below
    /// it are. Those of the request `post` refuses.
    /// @custom:halmos --array-lengths asked.verifiers=0,asked.bounds=2,input.words=2
    function check_noAliasIsCompressed(
        IDataEscrow.Request memory asked,
        uint256 scope,
        IDataEscrow.ClaimInput memory input,
        uint256 place
    ) public view {
        uint256[] memory row = rowOf(asked, scope, input, 0);
        for (uint256 i = 0; i < ROW; ++i) vm.assume(i == place ? row[i] >= R : row[i] < R);
        vm.assume(place < ROW && (OWN >> place) & 1 == 1);
        try this.compress(asked, scope, input, 0) {
            assert(false);
        } catch {}
    }
}
