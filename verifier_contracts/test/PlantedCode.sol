// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice Faults planted into deployed code, to see that a test catches them.
library PlantedCode {
    bytes1 private constant TLOAD = 0x5c;
    bytes1 private constant ISZERO = 0x15;

    /// @notice The same code with a guard that is never closed: whatever it reads from transient storage is 0, because a slot's
    /// name is not.
    /// @param code With a guard
    /// @return planted How many reads were replaced
    function withoutGuard(bytes memory code) internal pure returns (uint256 planted) {
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 op = uint8(code[i]);
            if (op >= 0x60 && op <= 0x7f) {
                // Data of a PUSH is no code.
                i += op - 0x5f;
            } else if (code[i] == TLOAD) {
                code[i] = ISZERO;
                ++planted;
            }
        }
    }

    /// @notice The same code with a constant of three bytes made 0 wherever it is pushed.
    /// @param code With the constant
    /// @param constant_ Which
    /// @return planted How many were replaced
    function withoutConstant(bytes memory code, uint24 constant_) internal pure returns (uint256 planted) {
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 op = uint8(code[i]);
            if (op < 0x60 || op > 0x7f) continue;
            if (op == 0x62 && i + 3 < code.length) {
                uint24 pushed =
                    (uint24(uint8(code[i + 1])) << 16) | (uint24(uint8(code[i + 2])) << 8) | uint8(code[i + 3]);
                if (pushed == constant_) {
                    (code[i + 1], code[i + 2], code[i + 3]) = (0, 0, 0);
                    ++planted;
                }
            }
            i += op - 0x5f;
        }
    }
}
