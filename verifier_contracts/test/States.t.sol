// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice The states of a slot as a table, which docs/reference/escrow.md draws: every move in every state that moves
/// lead to, and after it every other, at the last second of the wait that is on and at the first after it.
contract StatesTest is PanelFixture {
    enum State {
        Free,
        Claimed,
        Refused,
        ClaimedAgain,
        Admitted,
        Paid,
        Unpaid
    }

    /// @dev Elsewhere is a claim on the other request of the market. Admit, release and expire are of the last claim.
    enum Move {
        Claim,
        ClaimElsewhere,
        Admit,
        Release,
        Expire
    }

    /// @dev For which requests a row is: whether there is another in its market, somebody has to agree, the fact is bought.
    enum When {
        Always,
        Market,
        Panel,
        NoPanel,
        NoPanelFact,
        Fact
    }

    /// @dev Where a walk is: the state, which of the two requests took the slot last, and what was told of that claim.
    struct Place {
        State state;
        uint256 holder;
        IDataEscrow.SetAside first;
        IDataEscrow.SetAside last;
        bool agreed;
    }

    uint256 private constant STATES = 7;
    uint256 private constant MOVES = 5;
    /// @dev Each move in time and late.
    uint256 private constant STEPS = MOVES * 2;

    IDataEscrow.Request private asked;
    uint256[2] private ids;
    address[] private approvers;
    bool private named;
    bool private fact;
    bool private alone;
    /// @dev The state that a move leads to, plus one; zero where it is refused.
    mapping(State => mapping(Move => uint256)) private leadsTo;

    function setUp() public {
        open();
        approvers = new address[](2);
        (approvers[0], approvers[1]) = (address(0x11), address(0x22));
    }

    /* THE TABLE */

    function _drawing() private {
        _row(State.Free, Move.Claim, State.Claimed, When.Panel);
        _row(State.Free, Move.Claim, State.Admitted, When.NoPanel);
        _row(State.Free, Move.Claim, State.Paid, When.NoPanelFact);
        _row(State.Claimed, Move.Admit, State.Admitted, When.Always);
        _row(State.Claimed, Move.Admit, State.Paid, When.Fact);
        _row(State.Claimed, Move.Expire, State.Refused, When.Always);
        _row(State.Refused, Move.ClaimElsewhere, State.ClaimedAgain, When.Market);
        _row(State.ClaimedAgain, Move.Admit, State.Admitted, When.Always);
        _row(State.ClaimedAgain, Move.Admit, State.Paid, When.Fact);
        _row(State.ClaimedAgain, Move.Expire, State.Unpaid, When.Always);
        _row(State.Admitted, Move.Release, State.Paid, When.Always);
        _row(State.Admitted, Move.Expire, State.Unpaid, When.Always);
        // A free slot has no request yet: whichever comes first is not elsewhere.
        leadsTo[State.Free][Move.ClaimElsewhere] = leadsTo[State.Free][Move.Claim];
    }

    /// @dev A later row overrules an earlier one.
    function _row(State from, Move move, State to, When when) private {
        if (when == When.Market && alone) return;
        if (when == When.Panel && !named) return;
        if ((when == When.NoPanel || when == When.NoPanelFact) && named) return;
        if ((when == When.Fact || when == When.NoPanelFact) && !fact) return;
        leadsTo[from][move] = uint256(to) + 1;
    }

    /// @dev What a move does: zero and the next state, or the error that it is refused with.
    function _foretold(Place memory place, Move move, bool late) private view returns (bytes4 refusal, State next) {
        uint256 to = leadsTo[place.state][move];
        bool waits = move > Move.ClaimElsewhere;
        if (to == 0 && !waits) return (IEscrowErrors.AlreadyClaimed.selector, place.state);
        if (move == Move.Expire && to != 0 && !late) return (IEscrowErrors.ReleaseOpen.selector, place.state);
        if (move != Move.Expire && to != 0 && waits && late)
            return (IEscrowErrors.ReleaseExpired.selector, place.state);
        if (to == 0) return (IEscrowErrors.NotReleased.selector, place.state);
        return (0, State(to - 1));
    }

    /* THE WALK */

    function _calldata(Place memory place, Move move) private view returns (bytes memory) {
        if (move <= Move.ClaimElsewhere) {
            uint256 on = ids[place.holder ^ uint256(move)];
            return abi.encodeCall(IDataEscrow.claim, (on, asked, 0, claimOn(asked)));
        }
        if (move == Move.Expire) return abi.encodeCall(IDataEscrow.expire, (place.last));
        if (move == Move.Release) {
            return abi.encodeCall(IDataEscrow.release, (place.last, place.agreed ? approvers : nobody(), SECRET));
        }
        return abi.encodeCall(IDataEscrow.admit, (place.last, panel, 0, noSignatures(), ""));
    }

    /// @dev Makes a move at an edge, or later where the clock is past it, and compares it with the table.
    function _step(Place memory place, uint256 step) private returns (Place memory next, bool done) {
        Move move = Move(step / 2);
        uint256 edge = place.last.expiry + (step % 2);
        if (edge > block.timestamp) vm.warp(edge);
        (bytes4 refusal, State to) = _foretold(place, move, block.timestamp > place.last.expiry);
        bytes memory answer;
        (done, answer) = address(escrow).call(_calldata(place, move));
        vm.assertTrue(done == (refusal == 0), "allowed or refused as drawn");
        vm.assertTrue(done || bytes4(answer) == refusal, "refused for the reason drawn");
        next = abi.decode(abi.encode(place), (Place));
        if (!done) return (next, false);

        next.state = to;
        if (move <= Move.ClaimElsewhere) {
            next.holder = place.holder ^ uint256(move);
            id = ids[next.holder];
            next.last = asideOf(asked, claimOn(asked));
            if (place.state == State.Refused) next.last.refusedBy = ids[place.holder];
            next.first = next.last;
        } else if (move == Move.Admit) {
            (next.last, next.agreed) = (admittedOf(place.last, approvers), true);
        }
    }

    /// @dev Every move here and every move after each; then the same from each place that one of them leads to. Which
    /// pairs were tried in which state, in memory, because a return to a snapshot forgets what is stored.
    function _everyPair(Place memory place, uint256[STATES] memory tried) private {
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < STEPS; ++i) {
            (Place memory next, bool done) = _step(place, i);
            _accounts(next);
            uint256 between_ = vm.snapshotState();
            for (uint256 j = 0; j < STEPS; ++j) {
                (Place memory last, ) = _step(next, j);
                _accounts(last);
                tried[uint256(place.state)] |= 1 << (i * STEPS + j);
                vm.revertToState(between_);
            }
            // Late or not is the same to a claim, so a place is gone on from once.
            if (done && (i > 3 || i % 2 == 0)) _everyPair(next, tried);
            vm.revertToState(before);
        }
        if (place.agreed && place.state == State.Admitted) _stale(place);
    }

    /// @dev What was told before the claim was admitted opens nothing after it.
    function _stale(Place memory place) private {
        Place memory old = abi.decode(abi.encode(place), (Place));
        (old.last, old.agreed) = (place.first, false);
        for (uint256 i = 2; i < MOVES; ++i) {
            (bool done, bytes memory answer) = address(escrow).call(_calldata(old, Move(i)));
            vm.assertTrue(!done && bytes4(answer) == IEscrowErrors.NotReleased.selector, "what was told first");
        }
    }

    /// @dev Money is where the state says, and the slot is spent unless it is free.
    function _accounts(Place memory place) private view {
        State state = place.state;
        bool waits = state == State.Claimed || state == State.ClaimedAgain || state == State.Admitted;
        uint256 aside = waits ? place.last.amount + place.last.share : 0;
        uint256 paid = state == State.Paid ? place.last.amount + place.last.share : 0;
        vm.assertEq(escrow.left(ids[place.holder]), BUDGET - aside - paid, "left");
        if (!alone) vm.assertEq(escrow.left(ids[place.holder ^ 1]), BUDGET, "left elsewhere");
        uint256 credited = escrow.credits(address(token), approvers[0]) + escrow.credits(address(token), approvers[1]);
        vm.assertEq(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER) + credited, paid, "paid");
        uint256 scope = escrow.scopeOf(ids[place.holder], asked);
        bool spent = state != State.Free;
        vm.assertTrue(escrow.spent(scope, NULLIFIER, ids[place.holder]) == spent, "spent for this request");
        spent = spent && state != State.Refused;
        if (!alone)
            vm.assertTrue(escrow.spent(scope, NULLIFIER, ids[place.holder ^ 1]) == spent, "spent for the other");
        vm.assertTrue(escrow.spent(scope, NULLIFIER, ids[1] + 1) == spent, "spent for others");
    }

    /// @dev All pairs of moves in so many states.
    function _walks(uint256 states) private {
        asked = request();
        if (named) {
            name(0, 0, true);
            gate.approve(approvers);
            asked = attested(SHARE);
        }
        if (fact) (asked.mode, asked.buyerKey) = (0, NOBODY);
        if (!alone) asked.market = "market";
        // Nothing here is about the end of requests.
        asked.deadline = NOW + 365 days;
        ids[0] = postAs(BUYER, asked, BUDGET);
        ids[1] = alone ? ids[0] : postAs(BUYER, asked, BUDGET);
        _drawing();
        Place memory start;
        uint256[STATES] memory tried;
        _everyPair(start, tried);
        uint256 met;
        for (uint256 i = 0; i < STATES; ++i) {
            if (tried[i] == 0) continue;
            ++met;
            vm.assertEq(tried[i], (1 << (STEPS * STEPS)) - 1, "every pair in every order");
        }
        vm.assertEq(met, states, "every state");
    }

    /// @notice Where nobody is named: free, admitted at once, then paid or unpaid.
    function test_states_plain() public {
        _walks(4);
    }

    /// @notice Where a panel is named: all seven.
    function test_states_named() public {
        named = true;
        _walks(7);
    }

    /// @notice Outside of markets there is no elsewhere: what its request has refused is not claimed again.
    function test_states_alone() public {
        (named, alone) = (true, true);
        _walks(6);
    }

    /// @notice Where the fact is bought and nobody is named: free, then paid.
    function test_states_fact() public {
        fact = true;
        _walks(2);
    }

    /// @notice Where the fact is bought and a panel is named: nothing waits for a release.
    function test_states_namedFact() public {
        (named, fact) = (true, true);
        _walks(6);
    }
}
