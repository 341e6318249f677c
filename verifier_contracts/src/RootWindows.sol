// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ClaimSignals} from "./ClaimSignals.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";

/// @title RootWindows
/// @notice How long a registrar's roots are accepted.
/// @dev
///     root:       unknown -> current -> replaced -> ended
///
///     storage     slots
///     _ends       1 per root published: 0 unknown | 2^64 - 1 current | else the first second in which it is refused
///     _rings      per registrar 1, and 1 for each of up to 32 replaced roots that may still be valid
///
/// A ring holds replaced roots in the order they were replaced, and so in the order of their ends: each gets an end that
/// is no earlier than those before it, and a revocation brings all of them down to one bound. A revocation finds every
/// root that is still valid in it: one leaves only when it has ended.
abstract contract RootWindows is IDeviceRegistry {
    uint256 internal constant RING = 32;

    struct Ring {
        uint128 first;
        uint128 count;
        uint256[RING] roots;
    }

    uint64 internal constant CURRENT = type(uint64).max;

    mapping(address registrar => mapping(uint256 root => uint64)) internal _ends;
    mapping(address registrar => Ring) internal _rings;

    /// @inheritdoc IDeviceRegistry
    function accepts(address registrar, uint256 root) external view returns (bool) {
        return block.timestamp < _ends[registrar][root];
    }

    /// @inheritdoc IDeviceRegistry
    function endOf(address registrar, uint256 root) external view returns (uint64) {
        return _ends[registrar][root];
    }

    /// @dev Makes `root` the sender's current one, and returns the end of the one it replaces.
    function _replace(uint256 replaced, uint256 root, uint64 window, bool revokes) internal returns (uint64 end) {
        if (root == 0 || root >= ClaimSignals.R) revert RootInvalid(root);
        if (_ends[msg.sender][root] != 0) revert RootUsed(root);
        _ends[msg.sender][root] = CURRENT;
        if (replaced == 0) return 0;

        end = uint64(block.timestamp) + window;
        _ends[msg.sender][replaced] = end;
        Ring storage ring = _rings[msg.sender];
        _makeRoom(ring, revokes);
        ring.roots[(ring.first + ring.count) % RING] = replaced;
        ++ring.count;
        if (revokes) _shorten(ring, end);
    }

    /// @dev Never later than before: repeated revocations must not keep alive what the first one ended.
    function _shorten(Ring storage ring, uint64 end) internal virtual {
        for (uint256 i = 0; i < ring.count; ++i) {
            uint256 root = ring.roots[(ring.first + i) % RING];
            if (_ends[msg.sender][root] > end) _ends[msg.sender][root] = end;
        }
    }

    /// @dev Lets go of ended roots. A revocation is never refused: where 32 are valid, the oldest ends at once, whose
    /// claims have to be proven anew against a later root. An addition can wait.
    function _makeRoom(Ring storage ring, bool revokes) private {
        uint256 first = ring.first;
        uint256 count = ring.count;
        while (count != 0 && _ends[msg.sender][ring.roots[first]] <= block.timestamp) {
            first = (first + 1) % RING;
            --count;
        }
        if (count == RING) {
            uint64 end = _ends[msg.sender][ring.roots[first]];
            if (!revokes) revert RootsFull(end);
            _ends[msg.sender][ring.roots[first]] = uint64(block.timestamp);
            first = (first + 1) % RING;
            --count;
        }
        (ring.first, ring.count) = (uint128(first), uint128(count));
    }
}
