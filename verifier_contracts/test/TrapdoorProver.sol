// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {TrapdoorKey} from "./generated/TrapdoorKey.sol";

/// @notice Proves anything under TrapdoorVerifier's key, whose toxic waste is known: solves the equation for C.
library TrapdoorProver {
    uint256 private constant R = ClaimSignals.R;

    function prove(uint256 m, uint256 x, uint256 y) internal view returns (uint256[8] memory proof) {
        uint256 sum = addmod(TrapdoorKey.IC0, mulmod(TrapdoorKey.IC1, m, R), R);
        sum = addmod(sum, addmod(mulmod(TrapdoorKey.IC2, x, R), mulmod(TrapdoorKey.IC3, y, R), R), R);
        uint256 rest = mulmod(TrapdoorKey.A, TrapdoorKey.B, R);
        rest = addmod(rest, R - mulmod(TrapdoorKey.ALPHA, TrapdoorKey.BETA, R), R);
        rest = addmod(rest, R - mulmod(sum, TrapdoorKey.GAMMA, R), R);

        (proof[0], proof[1]) = _multiple(TrapdoorKey.A);
        (proof[2], proof[3], proof[4], proof[5]) = (TrapdoorKey.B_0, TrapdoorKey.B_1, TrapdoorKey.B_2, TrapdoorKey.B_3);
        (proof[6], proof[7]) = _multiple(mulmod(rest, inverse(TrapdoorKey.DELTA), R));
    }

    function inverse(uint256 value) internal pure returns (uint256) {
        return _power(value, R - 2);
    }

    function _multiple(uint256 scalar) private view returns (uint256, uint256) {
        (bool done, bytes memory point) = address(7).staticcall(abi.encode(1, 2, scalar));
        assert(done);
        return abi.decode(point, (uint256, uint256));
    }

    function _power(uint256 base, uint256 exponent) private pure returns (uint256 result) {
        result = 1;
        for (; exponent > 0; exponent >>= 1) {
            if (exponent & 1 == 1) result = mulmod(result, base, R);
            base = mulmod(base, base, R);
        }
    }
}
