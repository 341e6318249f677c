// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title HardwareKey
/// @notice What a hardware key signs to vouch for an enrolment, and whether it did: ECDSA on P-256 with SHA-256, by the
/// precompile at 0x100 where there is one, in Solidity elsewhere (about 0.2 million gas).
library HardwareKey {
    /// @notice SHA-256 of the message; the label keeps it apart from everything else that the key signs.
    function digest(
        uint256 chain,
        address registry,
        address registrar,
        uint256 leaf,
        uint256 expiry
    ) internal pure returns (bytes32) {
        bytes memory place = abi.encode(chain, registry, registrar, leaf, expiry);
        return sha256(bytes.concat("zkdata enrolment, version 2", place));
    }

    /// @notice Whether (r, s) is a signature by the key, with s in either half; coordinates of p or more are no key.
    function signed(bytes32 hash, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        // OpenZeppelin takes the lower half only. An s of the order or more stays as it is, and is refused.
        if (s > P256.N / 2 && s < P256.N) s = P256.N - s;
        return P256.verify(hash, bytes32(r), bytes32(s), bytes32(x), bytes32(y));
    }

    /// @notice Whether (x, y) is a point of the curve by its canonical coordinates.
    function isPoint(uint256 x, uint256 y) internal pure returns (bool) {
        return P256.isValidPublicKey(bytes32(x), bytes32(y));
    }
}
