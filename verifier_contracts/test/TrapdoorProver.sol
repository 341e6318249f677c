// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "../src/ClaimSignals.sol";
import {TrapdoorKey} from "./generated/TrapdoorKey.sol";

/// @notice Proves anything under TrapdoorVerifier's key, whose toxic waste is known: solves the equation for C.
library TrapdoorProver {
    uint256 private constant R = ClaimSignals.R;
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    function prove(uint256 m, uint256 x, uint256 y) internal view returns (uint256[8] memory) {
        return proveWith(TrapdoorKey.A, false, [m, x, y]);
    }

    /// @dev Another proof of the same: for any A, and for B or -B.
    function proveWith(
        uint256 a,
        bool negative,
        uint256[3] memory inputs
    ) internal view returns (uint256[8] memory proof) {
        (proof[0], proof[1]) = multiple(a);
        (proof[2], proof[3], proof[4], proof[5]) = (TrapdoorKey.B_0, TrapdoorKey.B_1, TrapdoorKey.B_2, TrapdoorKey.B_3);
        if (negative) (proof[4], proof[5]) = (Q - proof[4], Q - proof[5]);
        (proof[6], proof[7]) = multiple(closing(a, negative, inputs));
    }

    /// @dev The exponent of C in `proveWith`.
    function closing(uint256 a, bool negative, uint256[3] memory inputs) internal pure returns (uint256) {
        uint256 product = mulmod(a, TrapdoorKey.B, R);
        if (negative) product = R - product;
        return mulmod(addmod(product, R - target(inputs), R), TrapdoorKey.INVERSE_OF_DELTA, R);
    }

    /// @dev The exponent of e(alpha, beta) e(combination of IC, gamma).
    function target(uint256[3] memory inputs) internal pure returns (uint256) {
        uint256 sum = addmod(TrapdoorKey.IC0, mulmod(TrapdoorKey.IC1, inputs[0], R), R);
        sum = addmod(sum, mulmod(TrapdoorKey.IC2, inputs[1], R), R);
        sum = addmod(sum, mulmod(TrapdoorKey.IC3, inputs[2], R), R);
        return addmod(mulmod(TrapdoorKey.ALPHA, TrapdoorKey.BETA, R), mulmod(sum, TrapdoorKey.GAMMA, R), R);
    }

    function inverse(uint256 value) internal pure returns (uint256) {
        return _power(value, R - 2);
    }

    function multiple(uint256 scalar) internal view returns (uint256, uint256) {
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
