// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowFixture} from "./EscrowTested.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice The public values of a claim and their compression, written a second time and plainly, and real proofs.
abstract contract SignalsFixture is EscrowFixture {
    /// @dev In a market the terms name the request, which the scope does not.
    function termsIn(uint256 market, IDataEscrow.ClaimInput memory input) internal pure returns (uint256) {
        if (market == 0) return termsOf(input);
        return uint256(keccak256(abi.encode(input.recipient, input.relayer, input.fee, market))) >> 8;
    }

    /// @dev M, the values, then the words, as the statement orders them; `market` is the request's id in a market.
    function rowOf(
        IDataEscrow.Request memory asked,
        uint256 scope,
        IDataEscrow.ClaimInput memory input,
        uint256 market
    ) internal pure returns (uint256[] memory row) {
        row = new uint256[](18 + asked.bounds.length + input.words.length);
        uint256[18] memory known = [
            input.m,
            asked.mode,
            scope,
            asked.slotLength,
            asked.timeMin,
            asked.timeMax,
            input.asOf,
            asked.schema,
            asked.deviceClass,
            input.root,
            input.count,
            input.content,
            input.nullifier,
            termsIn(market, input),
            input.releaseHash,
            asked.buyerKey,
            input.ephemeral,
            input.wrap
        ];
        for (uint256 i = 0; i < 18; ++i) row[i] = known[i];
        for (uint256 i = 0; i < asked.bounds.length; ++i) row[18 + i] = asked.bounds[i];
        for (uint256 i = 0; i < input.words.length; ++i) row[18 + asked.bounds.length + i] = input.words[i];
    }

    /// @dev x is the hash of all, and y the polynomial of all but M, with powers.
    function compressed(uint256[] memory row) internal pure returns (uint256 x, uint256 y) {
        x = uint256(keccak256(abi.encodePacked(row))) % R;
        y = polynomial(row, x);
    }

    function polynomial(uint256[] memory row, uint256 x) internal pure returns (uint256 y) {
        uint256 power = 1;
        for (uint256 i = 1; i < row.length; ++i) {
            y = addmod(y, mulmod(row[i], power, R), R);
            power = mulmod(power, x, R);
        }
    }

    /// @dev What the verifier is asked about a claim on a request of this escrow.
    function signalsOf(
        uint256 id_,
        IDataEscrow.Request memory asked,
        IDataEscrow.ClaimInput memory input
    ) internal view returns (uint256[3] memory) {
        (uint256 x, uint256 y) = compressed(
            rowOf(asked, escrow.scopeOf(id_, asked), input, asked.market == 0 ? 0 : id_)
        );
        return [input.m, x, y];
    }

    /// @dev Puts a real proof of its own M, x and y into the claim.
    function prove(uint256 id_, IDataEscrow.Request memory asked, IDataEscrow.ClaimInput memory input) internal view {
        uint256[3] memory signals = signalsOf(id_, asked, input);
        input.proof = TrapdoorProver.prove(signals[0], signals[1], signals[2]);
    }

    function listedTrapdoor() internal returns (address real) {
        real = address(new TrapdoorVerifier());
        escrow.list(real);
    }
}
