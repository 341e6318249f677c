// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice Every move in every state that moves lead to, at the last second of its time and at the first after it,
/// against the drawing in DataEscrow written down as a table.
contract StatesTest is PanelFixture {
    enum State {
        Free,
        Claimed,
        Admitted,
        Paid,
        Unpaid,
        Refused
    }

    enum Move {
        Claim,
        Admit,
        Release,
        Expire
    }

    /// @dev Where a walk is: the state, and what was told of the claim first and last; and which cells of the table all
    /// walks have tried, in memory, because a return to a snapshot forgets what is stored.
    struct Place {
        State state;
        uint256[48] tried;
        IDataEscrow.SetAside first;
        IDataEscrow.SetAside last;
        address[] approvers;
    }

    IDataEscrow.Request private asked;
    bool private named;

    function setUp() public {
        open();
    }

    /* THE TABLE */

    /// @dev What a move does: zero and the next state, or the error it is refused with.
    function _drawing(State state, Move move, bool late) private view returns (bytes4 refusal, State next) {
        if (move == Move.Claim) {
            if (state == State.Free) return (0, named ? State.Claimed : State.Admitted);
            return (IEscrowErrors.AlreadyClaimed.selector, state);
        }
        bool waits = state == State.Claimed || state == State.Admitted;
        if (move == Move.Expire && waits) {
            if (!late) return (IEscrowErrors.ReleaseOpen.selector, state);
            return (0, state == State.Admitted ? State.Unpaid : State.Refused);
        }
        if (move == Move.Admit && state == State.Claimed) {
            if (late) return (IEscrowErrors.ReleaseExpired.selector, state);
            return (0, State.Admitted);
        }
        if (move == Move.Release && state == State.Admitted) {
            if (late) return (IEscrowErrors.ReleaseExpired.selector, state);
            return (0, State.Paid);
        }
        return (IEscrowErrors.NotReleased.selector, state);
    }

    /* THE WALK */

    function _calldata(Place memory place, Move move) private view returns (bytes memory) {
        if (move == Move.Claim) return abi.encodeCall(IDataEscrow.claim, (id, asked, 0, claimOn(asked)));
        if (move == Move.Release) return abi.encodeCall(IDataEscrow.release, (place.last, place.approvers, SECRET));
        if (move == Move.Expire) return abi.encodeCall(IDataEscrow.expire, (place.last));
        IDataEscrow.KeptBy[] memory kept = named ? keptBy(place.last, places(2)) : noSignatures();
        return abi.encodeCall(IDataEscrow.admit, (place.last, panel, DIGEST, kept, ""));
    }

    /// @dev Makes the move and, as far as the drawing goes on from there, all others after it.
    function _walk(Place memory place, Move move, bool late) private {
        vm.warp(place.last.expiry == 0 ? block.timestamp : place.last.expiry + (late ? 1 : 0));
        (bytes4 refusal, State next) = _drawing(place.state, move, late);
        (bool done, bytes memory answer) = address(escrow).call(_calldata(place, move));
        place.tried[uint256(place.state) * 8 + uint256(move) * 2 + (late ? 1 : 0)] = 1;
        vm.assertTrue(done == (refusal == 0), "allowed or refused as drawn");
        vm.assertTrue(done || bytes4(answer) == refusal, "refused for the reason drawn");
        if (!done) return;

        Place memory then_ = Place(next, place.tried, place.first, place.last, place.approvers);
        if (move == Move.Claim) {
            then_.first = then_.last = asideOf(asked, claimOn(asked));
        } else if (move == Move.Admit) {
            then_.approvers = panel.keepers;
            then_.last = admittedOf(place.last, panel.keepers);
        }
        _accounts(then_);
        _everyMove(then_);
    }

    function _everyMove(Place memory place) private {
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 8; ++i) {
            _walk(place, Move(i / 2), i % 2 == 1);
            vm.revertToState(before);
        }
        if (place.state == State.Admitted && named) _stale(place);
    }

    /// @dev What was told before the claim was admitted opens nothing after it.
    function _stale(Place memory place) private {
        Place memory old = Place(place.state, place.tried, place.first, place.first, nobody());
        for (uint256 i = 1; i < 4; ++i) {
            (bool done, bytes memory answer) = address(escrow).call(_calldata(old, Move(i)));
            vm.assertTrue(!done && bytes4(answer) == IEscrowErrors.NotReleased.selector, "what was told first");
        }
    }

    /// @dev Money is where the state says, and the slot is spent unless it is free.
    function _accounts(Place memory place) private view {
        bool waits = place.state == State.Claimed || place.state == State.Admitted;
        uint256 aside = waits ? place.last.amount + place.last.share : 0;
        uint256 paid = place.state == State.Paid ? place.last.amount + place.last.share : 0;
        vm.assertEq(escrow.left(id), BUDGET - aside - paid, "left");
        uint256 credited;
        for (uint256 i = 0; i < place.approvers.length; ++i) {
            credited += escrow.credits(address(token), place.approvers[i]);
        }
        vm.assertEq(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER) + credited, paid, "paid");
        vm.assertTrue(
            escrow.spent(place.first.scope, NULLIFIER, id) == (place.state != State.Free),
            "spent for this request"
        );
        vm.assertTrue(
            escrow.spent(place.first.scope, NULLIFIER, id + 1) ==
                (place.state != State.Free && place.state != State.Refused),
            "spent for others"
        );
    }

    function _different(Place memory start) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < 48; ++i) sum += start.tried[i];
    }

    /// @notice Where nobody is named: free, admitted at once, then paid or spent.
    function test_states_plain() public {
        asked = request();
        Place memory start;
        _everyMove(start);
        vm.assertEq(_different(start), 4 * 4 * 2, "four moves in four states, in time and late");
    }

    /// @notice Where keepers are named: free, claimed, admitted, then paid, spent or refused.
    function test_states_named() public {
        name(2, 2, false);
        named = true;
        asked = attested(SHARE);
        id = postAs(BUYER, asked, BUDGET);
        Place memory start;
        _everyMove(start);
        vm.assertEq(_different(start), 6 * 4 * 2, "four moves in six states, in time and late");
    }

    /// @notice In a market as well, where the slot is shared.
    function test_states_namedInAMarket() public {
        name(2, 2, false);
        named = true;
        asked = attested(SHARE);
        asked.market = "market";
        id = postAs(BUYER, asked, BUDGET);
        Place memory start;
        _everyMove(start);
        vm.assertEq(_different(start), 6 * 4 * 2, "four moves in six states, in time and late");
    }
}
