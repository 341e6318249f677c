// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {Tested} from "../Cheats.sol";
import {OpenedEscrow} from "./OpenedEscrow.sol";

/// @notice What the escrow keeps of a request and of a claim is the hash of all of it. Proved by halmos, see `make
/// audit-contracts`; forge does not run what begins with `check_`.
contract HashProofs is Tested {
    uint256 private constant LEFT = type(uint32).max;
    uint256 private constant NOW = 1_760_000_000;

    OpenedEscrow private escrow;

    function setUp() public {
        vm.warp(NOW);
        escrow = new OpenedEscrow(new address[](0));
    }

    /// @notice For every set-aside, the hash in its slot is keccak256(abi.encode(aside)): no field is left out.
    function check_slotHoldsTheWholeSetAside(IDataEscrow.SetAside calldata aside) public view {
        assert(escrow.hashOf(aside) == keccak256(abi.encode(aside)));
    }

    /// @notice For every request with up to two verifiers and up to four bounds, the hash is that of abi.encode's words from the
    /// first of the request on; its last 32 bits are free.
    /// @custom:halmos --array-lengths request.verifiers={0,1,2},request.bounds={0,2,4}
    function check_postedHoldsTheWholeRequest(IDataEscrow.Request calldata request) public view {
        assert(escrow.hashOf(request) == uint256(keccak256(this.wordsIn(abi.encode(request)))) & ~LEFT);
    }

    /// @notice Of such a request, with any units left, notice changes the deadline in the hash, and no other bit of the word.
    /// Nobody but the buyer gives it, and never for a later end.
    /// @custom:halmos --array-lengths request.verifiers={0,1,2},request.bounds={0,2,4}
    function check_noticeChangesTheDeadlineAlone(IDataEscrow.Request calldata request, uint32 left) public {
        uint256 hash = escrow.hashOf(request);
        vm.assume(hash != 0);
        escrow.putPosted(7, hash | left);
        IDataEscrow.Request memory noticed = request;
        noticed.deadline = NOW + escrow.NOTICE();

        (bool taken, ) = address(escrow).call(abi.encodeCall(IDataEscrow.cancel, (7, request)));
        assert(taken == (request.buyer == address(this) && request.deadline > noticed.deadline));
        assert(escrow.posted(7) == (taken ? escrow.hashOf(noticed) : hash) | left);
    }

    /// @notice What abi.encode puts behind the place of a request.
    function wordsIn(bytes calldata encoded) external pure returns (bytes memory) {
        return encoded[0x20:];
    }
}
