// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../../generated/PoseidonT2.sol";
import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {TrapdoorKey} from "../generated/TrapdoorKey.sol";
import {TrapdoorProver} from "../TrapdoorProver.sol";
import {Property} from "./Property.sol";
import {RequestMoves} from "./RequestMoves.sol";

/// @notice What a claim says, with a proof of it and with every lie that a claim can tell, and why it is not taken.
abstract contract Attempts is RequestMoves {
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
    function attempt(uint256 which, uint256 seed, uint256 earlier) internal returns (Attempt memory made) {
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

    function withLie(uint256 seed, Lie lie) internal pure returns (uint256) {
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
    function unproven(Attempt memory made) internal pure returns (bytes32) {
        if (made.lie == Lie.Aliased) return Property.NUMBERS_ARE_CANONICAL;
        return made.lie <= Lie.OfAnotherRequest ? Property.EVERY_PROOF_IS_CHECKED : bytes32(0);
    }

    /// @dev Why no such claim is taken while so many units are left: what a batch skips.
    function unfit(Attempt memory made, uint256 left) internal view returns (bytes32) {
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
    function shut(uint256 which, bool false_) internal view returns (bytes32) {
        if (isForked()) return Property.FORK_TAKES_NOTHING;
        if (false_ || books[which].closed) return Property.ONLY_WHAT_WAS_POSTED;
        return clock > asked[which].deadline ? Property.NO_CLAIM_AFTER_THE_DEADLINE : bytes32(0);
    }
}
