// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../../generated/PoseidonT2.sol";
import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {TrapdoorKey} from "../generated/TrapdoorKey.sol";
import {TrapdoorProver} from "../TrapdoorProver.sol";
import {Property} from "./Property.sol";
import {RequestMoves} from "./RequestMoves.sol";

/// @notice Claims, alone and in fours, with proofs of what they say, and with every lie that a claim can tell.
abstract contract ClaimMoves is RequestMoves {
    uint256 private constant ANOTHER_ROOT = uint256(keccak256("another root")) >> 3;
    uint256 private constant SECRETS = 4;

    enum Lie {
        Redirected,
        Changed,
        OfAnotherRequest,
        OnAnotherRoot,
        OfTheFuture,
        PaysTheEscrow,
        Aliased,
        OverPriced,
        None
    }

    struct Attempt {
        IDataEscrow.ClaimInput input;
        IDataEscrow.SetAside aside;
        Lie lie;
        uint256 secret;
    }

    uint256[SECRETS] private hashes;

    function hashSecrets() internal {
        for (uint256 i = 0; i < SECRETS; ++i) hashes[i] = PoseidonT2.releaseHash(SECRET + i);
    }

    /// @dev A verifier without pairings is told every C that a proof is made of.
    function learn(uint256 log) internal virtual;

    /// @dev On a slot of its own, or on that of this sale, counted from 1. Half of the claims lie: what is said before the
    /// proof is made is proven, what after it is not.
    function _attempt(uint256 which, uint256 seed, uint256 earlier) private returns (Attempt memory made) {
        IDataEscrow.ClaimInput memory input = claimOn(asked[which]);
        made.lie = Lie((seed >> 96) % 16 < 8 ? (seed >> 96) % 16 : 8);
        made.secret = SECRET + ((seed >> 88) % SECRETS);
        made.input = input;
        input.releaseHash = hashes[made.secret - SECRET];
        input.recipient = accounts[(seed >> 8) % 4];
        input.relayer = (seed >> 16) % 5 == 4 ? address(0) : accounts[(seed >> 16) % 5];
        input.fee = (seed >> 24) % 6;
        input.count = (seed >> 32) % 30;
        input.nullifier = earlier == 0 ? (seed >> 64) % 12 : sales[earlier - 1].aside.nullifier;
        if (made.lie == Lie.OnAnotherRoot) input.root = ANOTHER_ROOT;
        if (made.lie == Lie.OfTheFuture) input.asOf = clock * 1000 + 1 + ((seed >> 128) % 1000);
        if (made.lie == Lie.Aliased) input.nullifier += R;
        if (made.lie == Lie.OverPriced) input.fee = input.count * asked[which].pricePerRecord * asked[which].unit + 1;
        if (made.lie == Lie.PaysTheEscrow) _misdirect(input, (seed >> 128) % 3);
        _prove(which + (made.lie == Lie.OfAnotherRequest ? 1 : 0), asked[which], input, (seed >> 136) % 4);
        if (made.lie == Lie.Redirected) input.recipient = accounts[((seed >> 8) + 1) % 4];
        if (made.lie == Lie.Changed) _change(input, (seed >> 128) % 5);
        id = which + 1;
        made.aside = asideOf(asked[which], input);
    }

    function _withLie(uint256 seed, Lie lie) private pure returns (uint256) {
        return (seed & ~(uint256(15) << 96)) | (uint256(lie) << 96);
    }

    function _misdirect(IDataEscrow.ClaimInput memory input, uint256 way) private view {
        if (way == 0) input.recipient = address(escrow);
        if (way == 1) input.recipient = address(0);
        if (way == 2) input.relayer = address(escrow);
    }

    function _change(IDataEscrow.ClaimInput memory input, uint256 way) private pure {
        if (way == 0) input.wrap += 1;
        if (way == 1) input.nullifier += 1;
        if (way == 2) input.count += 1;
        if (way == 3) input.content += 1;
        if (way == 4) input.proof[7] = TrapdoorProver.Q - input.proof[7];
    }

    /// @dev One of four proofs of the same.
    function _prove(
        uint256 which,
        IDataEscrow.Request memory mine,
        IDataEscrow.ClaimInput memory input,
        uint256 way
    ) private {
        uint256[3] memory signals = signalsOf(which + 1, mine, input);
        bool negative = way % 2 == 1;
        uint256 a = TrapdoorKey.A + way / 2;
        learn(TrapdoorProver.closing(a, negative, signals));
        input.proof = TrapdoorProver.proveWith(a, negative, signals);
    }

    /// @dev Why a claim is not proven, or not of numbers: one that is in a batch stops all of it.
    function _unproven(Attempt memory made) private pure returns (bytes32) {
        if (made.lie == Lie.Aliased) return Property.NUMBERS_ARE_CANONICAL;
        return made.lie <= Lie.OfAnotherRequest ? Property.EVERY_PROOF_IS_CHECKED : bytes32(0);
    }

    /// @dev Why no such claim is taken while so many units are left: what a batch skips.
    function _unfit(Attempt memory made, uint256 left) private view returns (bytes32) {
        IDataEscrow.SetAside memory aside = made.aside;
        Slot storage slot = slots[slotOf(aside)];
        if (slot.use == Use.Held || slot.use == Use.Paid) return Property.NO_SLOT_IS_CLAIMED_TWICE;
        if (slot.use == Use.Lost)
            return slot.twice ? Property.REFUSED_TWICE_IS_SPENT : Property.NO_SLOT_IS_CLAIMED_TWICE;
        if (slot.use == Use.Refused && slot.refusedBy == aside.id) return Property.REFUSED_IS_NOT_TAKEN_AGAIN;
        if (made.input.count == 0) return Property.NOTHING_FOR_NOTHING;
        if ((aside.amount + aside.share) / aside.unit > left) return Property.NO_MORE_THAN_IS_LEFT;
        if (made.lie == Lie.OfTheFuture) return Property.NO_FUTURE_CLAIMS;
        if (made.lie == Lie.PaysTheEscrow) return Property.THE_ESCROW_IS_NO_PAYEE;
        if (aside.fee > aside.amount) return Property.FEE_IS_WITHIN_THE_PAYMENT;
        return made.lie == Lie.OnAnotherRoot ? Property.EVERY_ROOT_IS_ASKED : bytes32(0);
    }

    /// @dev Why the request takes nothing at all.
    function _shut(uint256 which, bool false_) private view returns (bytes32) {
        if (isForked()) return Property.FORK_TAKES_NOTHING;
        if (false_ || books[which].closed) return Property.ONLY_WHAT_WAS_POSTED;
        return clock > asked[which].deadline ? Property.NO_CLAIM_AFTER_THE_DEADLINE : bytes32(0);
    }

    function claim(uint256 seed) external move(seed, Touch.SetAside) {
        // Every fourth is on the slot of an earlier one, mostly in the same request.
        uint256 earlier = sales.length != 0 && (seed >> 200) % 4 == 0 ? 1 + ((seed >> 204) % sales.length) : 0;
        uint256 which = earlier == 0 || seed >> 254 == 0 ? seed % asked.length : sales[earlier - 1].aside.id - 1;
        Attempt memory made = _attempt(which, seed, earlier);
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 144);
        bytes32 forbidden = _shut(which, false_);
        if (forbidden == 0) forbidden = _unproven(made);
        if (forbidden == 0) forbidden = _unfit(made, books[which].left);
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
        seesThePayment(aside, had);
    }

    /// @dev The fee is with the relayer named, or else the sender, and the rest with the recipient; once.
    function seesThePayment(IDataEscrow.SetAside memory aside, uint256[2] memory had) internal {
        uint256[2] memory has = _haves(aside);
        uint256 fee = aside.fee;
        if (aside.relayer == aside.recipient) fee = aside.amount;
        owes(has[1] == had[1] + fee, Property.FEE_GOES_TO_THE_NAMED);
        owes(++payments[slotOf(aside)] < 2, Property.NO_SLOT_IS_PAID_TWICE);
    }

    function claimMany(uint256 seed, uint256[4] calldata seeds) external move(seed, Touch.SetAside) {
        uint256 which = seed % asked.length;
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 144);
        Attempt[] memory all = new Attempt[](4);
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](4);
        bytes32 forbidden = _shut(which, false_);
        for (uint256 i = 0; i < 4; ++i) {
            // Of those behind the first every fourth is about another root.
            bool rooted = i != 0 && seeds[i] >> 254 == 0;
            all[i] = _attempt(which, rooted ? _withLie(seeds[i], Lie.OnAnotherRoot) : seeds[i], 0);
            inputs[i] = all[i].input;
            bytes32 unproven = _unproven(all[i]);
            if (unproven == Property.EVERY_PROOF_IS_CHECKED) unproven = Property.BATCH_IS_WHOLLY_PROVEN;
            if (forbidden == 0) forbidden = unproven;
        }
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.claimMany, (which + 1, mine, 0, inputs)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_BATCH)) return;
        // Each in its turn, after those before it.
        for (uint256 i = 0; i < 4; ++i) {
            if (_unfit(all[i], books[which].left) == 0) sold(which, all[i].aside, all[i].secret);
        }
        owes(escrow.left(which + 1) == books[which].left, Property.BATCH_IS_ITS_CLAIMS);
    }
}
