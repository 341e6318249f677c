// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {Attempts} from "./Attempts.sol";
import {Property} from "./Property.sol";

/// @notice Claims, alone, again where they were refused, and in fours.
abstract contract ClaimMoves is Attempts {
    /// @notice Every third is on the slot of an earlier one of the same scope.
    function claim(uint256 seed) public {
        seed = spread(seed);
        uint256 which = someRequest(seed >> 160);
        _claim(seed, which, seed % 3 == 0 ? _soldBefore(which, seed >> 224) : 0);
    }

    /// @notice On a slot that was refused, in the request that refused it or in another of its market; any, if there is none.
    function claimAgain(uint256 any) external {
        uint256 seed = spread(any);
        for (uint256 i = 0; i < sales.length; ++i) {
            uint256 place = ((seed >> 224) + i) % sales.length;
            if (!_wasRefused(place)) continue;
            uint256 which = _asksFor(place, seed >> 160);
            if (which != asked.length) return _claim(seed, which, place + 1);
        }
        claim(any);
    }

    function _wasRefused(uint256 place) private view returns (bool) {
        Slot storage slot = slots[slotOf(sales[place].aside)];
        return slot.use == Use.Refused || slot.twice;
    }

    /// @dev A request that takes claims, and has this sale's slot in its scope; none beyond the last is there.
    function _asksFor(uint256 place, uint256 first) private view returns (uint256) {
        IDataEscrow.SetAside storage aside = sales[place].aside;
        for (uint256 i = 0; i < asked.length; ++i) {
            uint256 which = (first + i) % asked.length;
            if (takesClaims(which) && slotOf(which, aside.nullifier) == slotOf(aside)) return which;
        }
        return asked.length;
    }

    /// @dev Counted from 1; zero where nothing was sold in the request's scope.
    function _soldBefore(uint256 which, uint256 first) private view returns (uint256) {
        for (uint256 i = 0; i < sales.length; ++i) {
            uint256 place = (first + i) % sales.length;
            IDataEscrow.SetAside storage aside = sales[place].aside;
            if (slotOf(which, aside.nullifier) == slotOf(aside)) return place + 1;
        }
        return 0;
    }

    function _claim(uint256 seed, uint256 which, uint256 earlier) private move(seed, Touch.SetAside) {
        Attempt memory made = attempt(which, seed, earlier);
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 144);
        bytes32 forbidden = shut(which, false_);
        if (forbidden == 0) forbidden = unproven(made);
        if (forbidden == 0) forbidden = unfit(made, books[which].left);
        uint256 before = escrow.left(which + 1);
        uint256[2] memory had = _haves(made.aside);
        (bool done, bytes memory answer) = address(escrow).call(
            abi.encodeCall(IDataEscrow.claim, (which + 1, mine, 0, made.input))
        );
        if (done) _seesTheClaim(made.aside, answer, before, had);
        if (judge(done, forbidden, Property.NOTHING_STOPS_A_CLAIM)) sold(which, made.aside, made.secret);
    }

    function _haves(IDataEscrow.SetAside memory aside) internal view returns (uint256[2] memory) {
        return [worth(aside.token, aside.recipient), worth(aside.token, aside.relayer)];
    }

    function _seesTheClaim(
        IDataEscrow.SetAside memory aside,
        bytes memory answer,
        uint256 before,
        uint256[2] memory had
    ) private {
        IDataEscrow.Request storage mine = asked[aside.id - 1];
        uint256 most = uint256(mine.recordCap) * mine.pricePerRecord + mine.share;
        owes(escrow.left(aside.id) + most >= before, Property.NO_SLOT_EARNS_BEYOND_THE_CAP);
        owes(abi.decode(answer, (bytes32)) == aside.claimId, Property.CLAIM_IDS_NAME_THE_CLAIM);
        if (!aside.admitted || aside.releaseHash != 0) return;
        owes(worth(aside.token, aside.recipient) > had[0] || aside.amount == aside.fee, Property.FACTS_PAY_AT_ONCE);
        seesThePayment(aside, nobody(), had);
    }

    /// @dev The fee is with the relayer named, or else the sender, beside what he gets as a recipient or approver; once.
    function seesThePayment(
        IDataEscrow.SetAside memory aside,
        address[] memory approvers,
        uint256[2] memory had
    ) internal {
        uint256 due = aside.relayer == aside.recipient ? aside.amount : aside.fee;
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (approvers[i] == aside.relayer) due += aside.share / approvers.length;
        }
        owes(_haves(aside)[1] == had[1] + due, Property.FEE_GOES_TO_THE_NAMED);
        owes(++payments[slotOf(aside)] < 2, Property.NO_SLOT_IS_PAID_TWICE);
    }

    function claimMany(uint256 seed, uint256[4] calldata seeds) external move(spread(seed), Touch.SetAside) {
        seed = spread(seed);
        uint256 which = someRequest(seed >> 160);
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 144);
        Attempt[] memory all = new Attempt[](4);
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](4);
        bytes32 forbidden = shut(which, false_);
        for (uint256 i = 0; i < 4; ++i) {
            // Of those behind the first every fourth is about another root.
            uint256 its = spread(seeds[i]);
            if (i != 0 && its >> 254 == 0) its = withLie(its, Lie.OnAnotherRoot);
            all[i] = attempt(which, its, 0);
            inputs[i] = all[i].input;
            bytes32 why = unproven(all[i]);
            if (why == Property.EVERY_PROOF_IS_CHECKED) why = Property.BATCH_IS_WHOLLY_PROVEN;
            if (forbidden == 0) forbidden = why;
        }
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.claimMany, (which + 1, mine, 0, inputs)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_BATCH)) return;
        // Each in its turn, after those before it.
        for (uint256 i = 0; i < 4; ++i) {
            if (unfit(all[i], books[which].left) == 0) sold(which, all[i].aside, all[i].secret);
        }
        owes(escrow.left(which + 1) == books[which].left, Property.BATCH_IS_ITS_CLAIMS);
    }
}
