// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DeviceRegistry} from "../../src/DeviceRegistry.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {RegistryFixture} from "../RegistryTested.sol";

/// @notice The registry with its ring of roots open.
contract OpenedRegistry is DeviceRegistry {
    function putRing(address registrar, uint256 first, uint256[] calldata roots, uint64[] calldata ends) external {
        Ring storage ring = _rings[registrar];
        (ring.first, ring.count) = (uint128(first), uint128(roots.length));
        for (uint256 i = 0; i < roots.length; ++i) {
            ring.roots[(first + i) % RING] = roots[i];
            _ends[registrar][roots[i]] = ends[i];
        }
    }

    function putCurrent(uint256 root) external {
        _ends[msg.sender][root] = CURRENT;
    }

    function replace(uint256 replaced, uint256 root, uint64 window, bool revokes) external returns (uint64) {
        return _replace(replaced, root, window, revokes);
    }

    function ringOf(address registrar) external view returns (uint256[] memory roots) {
        Ring storage ring = _rings[registrar];
        roots = new uint256[](ring.count);
        for (uint256 i = 0; i < roots.length; ++i) roots[i] = ring.roots[(ring.first + i) % RING];
    }
}

/// @notice How long roots live, and that no device serves two owners at one time. Proved by halmos.
contract WindowProofs is RegistryFixture {
    uint256 private constant LONGEST = 30 days;
    uint256 private constant REPLACED = 103;
    uint256 private constant NEXT = 104;

    OpenedRegistry private opened;

    function setUp() public {
        vm.warp(NOW);
        opened = new OpenedRegistry();
        opened.putCurrent(REPLACED);
    }

    /// @notice For a ring of three replaced roots, at its start or over its edge, with any ends in order: a revocation lengthens
    /// no end, and all that are left, the replaced root's among them, are at most a window from now; the ring is in order
    /// again, and holds every root that is still valid. As an addition keeps the order too, rings are never otherwise.
    function check_revocationShortensAll(uint64[3] calldata ends, uint64 window, bool edge) public {
        vm.assume(window <= LONGEST);
        uint256[] memory roots = _ring(ends, edge);
        uint64 end = opened.replace(REPLACED, NEXT, window, true);
        assert(end == NOW + window && opened.endOf(address(this), REPLACED) == end);
        assert(opened.endOf(address(this), NEXT) == CURRENT);
        for (uint256 i = 0; i < 3; ++i) {
            uint64 now_ = opened.endOf(address(this), roots[i]);
            assert(now_ == (ends[i] < end ? ends[i] : end));
        }
        _checkRing(roots);
    }

    /// @notice Likewise, an addition changes no end of a root that was replaced before.
    function check_additionChangesNoEnd(uint64[3] calldata ends, uint64 window, bool edge) public {
        vm.assume(window <= LONGEST && ends[2] <= NOW + window);
        uint256[] memory roots = _ring(ends, edge);
        uint64 end = opened.replace(REPLACED, NEXT, window, false);
        assert(end == NOW + window && opened.endOf(address(this), REPLACED) == end);
        for (uint256 i = 0; i < 3; ++i) assert(opened.endOf(address(this), roots[i]) == ends[i]);
        _checkRing(roots);
    }

    function _ring(uint64[3] calldata ends, bool edge) private returns (uint256[] memory roots) {
        vm.assume(ends[0] <= ends[1] && ends[1] <= ends[2] && ends[2] < CURRENT);
        roots = new uint256[](3);
        uint64[] memory list = new uint64[](3);
        for (uint256 i = 0; i < 3; ++i) (roots[i], list[i]) = (100 + i, ends[i]);
        opened.putRing(address(this), edge ? 30 : 0, roots, list);
    }

    /// @dev In order of their ends, and every root that is valid is in it.
    function _checkRing(uint256[] memory before) private view {
        uint256[] memory ring = opened.ringOf(address(this));
        uint256 place;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 root = i < 3 ? before[i] : REPLACED;
            if (place < ring.length && ring[place] == root) ++place;
            else assert(opened.endOf(address(this), root) <= NOW);
        }
        assert(place == ring.length);
        for (uint256 i = 1; i < ring.length; ++i) {
            assert(opened.endOf(address(this), ring[i - 1]) <= opened.endOf(address(this), ring[i]));
        }
    }

    /// @notice For any two enrolments of one device that a registrar publishes one after the other, at any two times: the second
    /// begins when the first has ended or later, and its signature expires later.
    function check_enrolmentsOfADeviceAreApart(Times calldata one_, Times calldata other, uint64 later) public {
        vm.assume(later < 1 << 40);
        opened.open(ADDITION, REVOCATION, false);
        opened.publish(0, 1, none(), one(_enrolment(one_)));
        vm.warp(NOW + later);
        opened.publish(1, 2, none(), one(_enrolment(other)));
        assert(other.from >= one_.until);
        assert(other.expiry > one_.expiry);
    }

    struct Times {
        uint64 from;
        uint64 until;
        uint64 expiry;
    }

    function _enrolment(Times calldata times) private view returns (IDeviceRegistry.Enrolment memory given) {
        given = enrolmentOf(DEVICE);
        (given.from, given.until, given.expiry) = (times.from, times.until, times.expiry);
    }
}
