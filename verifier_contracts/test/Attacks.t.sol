// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../src/DataEscrow.sol";
import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {SignalsFixture} from "./SignalsFixture.sol";
import {TrapdoorKey} from "./generated/TrapdoorKey.sol";
import {TrapdoorProver} from "./TrapdoorProver.sol";

/// @notice What a stranger may try with a real proof that he has seen on its way. See docs/explanation/attacks.md.
contract AttacksTest is SignalsFixture {
    uint256 private constant MANY = 16;
    IDataEscrow.Request private asked;
    address private real;

    function setUp() public {
        open();
        real = listedTrapdoor();
        asked = request();
        asked.verifiers = only(real);
        id = postAs(BUYER, asked, 5000);
    }

    function _provenClaim() private view returns (IDataEscrow.ClaimInput memory input) {
        input = claimOn(asked);
        prove(id, asked, input);
    }

    function _refuses(IDataEscrow.ClaimInput memory input, bytes memory reason) private {
        vm.expectRevert(reason);
        escrow.claim(id, asked, 0, input);
    }

    /* REPLAY */

    /// @notice A proof for one escrow is false for another on the same chain, with the same request under the same number.
    function test_attack_replayOnAnotherEscrow() public {
        IDataEscrow.ClaimInput memory input = _provenClaim();
        DataEscrow home = escrow;
        escrow = new DataEscrow(only(real));
        for (uint256 i = 0; i < 2; ++i) vm.assertEq(postAs(BUYER, asked, BUDGET), i + 1, "the same numbers");
        _refuses(input, abi.encodeWithSelector(IClaimVerifier.ProofRejected.selector));
        home.claim(id, asked, 0, input);
        prove(id, asked, input);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice A proof for one chain is false for another, on which escrow, verifier and request have the same addresses
    /// and numbers; and no chain takes a claim under an id that is not the one it was deployed under.
    function test_attack_replayOnAnotherChain() public {
        uint256 before = vm.snapshotState();
        address[2] memory same;
        IDataEscrow.ClaimInput memory input;
        uint256 home = block.chainid;
        for (uint256 i = 0; i < 2; ++i) {
            vm.chainId(home + i);
            escrow = new DataEscrow(only(real));
            same[i] = address(escrow);
            id = postAs(BUYER, asked, BUDGET);
            if (i == 0) {
                input = _provenClaim();
                escrow.claim(id, asked, 0, input);
                vm.assertTrue(vm.revertToState(before), "as if it had never been");
            }
        }
        vm.assertEq(same[0], same[1], "one address");
        _refuses(input, abi.encodeWithSelector(IClaimVerifier.ProofRejected.selector));
        prove(id, asked, input);
        escrow.claim(id, asked, 0, input);
    }

    /// @notice On a fork under another id nothing is claimed, but the buyer gets everything back that is his (M16).
    function test_attack_refundOnAFork() public {
        IDataEscrow.ClaimInput memory input = _provenClaim();
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        input.nullifier += 1;
        _refuses(input, abi.encodeWithSelector(IEscrowErrors.ChainMismatch.selector, home, home + 1));
        vm.prank(BUYER);
        escrow.cancel(id, asked);
        asked.deadline = NOW + 1 days;
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        escrow.expire(aside);
        vm.prank(BUYER);
        escrow.withdraw(address(token), BUYER);
        vm.assertEq(token.balanceOf(BUYER), 5000, "all of it");
    }

    /* REWRITTEN PROOFS */

    /// @dev The same statement under other points, of which anyone can make as many as he likes from one.
    function _twin(IDataEscrow.ClaimInput memory input, uint256 scale, bool negative) private view {
        uint256 a = mulmod(TrapdoorKey.A, scale, R);
        input.proof = TrapdoorProver.proveWith(a, negative, signalsOf(id, asked, input));
    }

    /// @notice A malleated or re-randomised proof is a proof: whichever comes first pays whom the terms name, whoever
    /// sends it, and all the others are replays of it.
    function test_fuzz_attack_rewrittenProofs(uint256 scale, bool negative, uint256 other) public {
        (scale, other) = (between(scale, 2, R - 1), between(other, 2, R - 1));
        IDataEscrow.ClaimInput memory honest = _provenClaim();
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        _twin(input, scale, negative);
        vm.assertTrue(keccak256(abi.encode(input.proof)) != keccak256(abi.encode(honest.proof)), "other bytes");
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        vm.prank(STRANGER);
        escrow.claim(id, asked, 0, input);
        bytes memory replayed = abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER);
        _refuses(honest, replayed);
        _twin(input, other, !negative);
        _refuses(input, replayed);
        escrow.release(aside, nobody(), SECRET);
        _refuses(input, replayed);
        vm.assertEq(token.balanceOf(RECIPIENT) + token.balanceOf(RELAYER), COUNT * PRICE, "as the terms say");
        vm.assertEq(token.balanceOf(STRANGER), 0, "and not whoever rewrote it");
    }

    /// @notice In one batch the twins of a proof are one claim; the points of two twins mixed are none.
    function test_attack_twinsInABatch() public {
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](3);
        for (uint256 i = 0; i < 3; ++i) {
            inputs[i] = claimOn(asked);
            _twin(inputs[i], 2 + i, i == 1);
        }
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - COUNT * PRICE, "one of three");
        (inputs[0].proof[6], inputs[0].proof[7]) = (inputs[2].proof[6], inputs[2].proof[7]);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claimMany(id, asked, 0, inputs);
    }

    /* ALIASES */

    /// @notice A slot is not claimed again under nf + r or nf + 2r, with a proof of its own for that very number, before
    /// the slot was spent or after.
    function test_attack_aliasedNullifier() public {
        for (uint256 spent = 0; spent < 2; ++spent) {
            for (uint256 i = 1; i < 3; ++i) {
                IDataEscrow.ClaimInput memory input = claimOn(asked);
                input.nullifier = NULLIFIER + i * R;
                prove(id, asked, input);
                _refuses(input, abi.encodeWithSelector(IEscrowErrors.SignalNotCanonical.selector, 11, input.nullifier));
                // The verifier alone would take it.
                uint256[3] memory signals = signalsOf(id, asked, input);
                IClaimVerifier(real).verify(input.proof, signals);
            }
            if (spent == 0) escrow.claim(id, asked, 0, _provenClaim());
        }
    }

    /* DONATIONS */

    /// @notice Tokens that somebody sends to the escrow are nobody's: no request has more left, and nothing more goes out.
    function test_attack_donation() public {
        token.mint(address(escrow), 77);
        vm.assertEq(escrow.left(id), 5000, "left");
        escrow.claim(id, asked, 0, _provenClaim());
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), 5000 - COUNT * PRICE, "the buyer's own");
        vm.assertEq(postAs(STRANGER, _later(), BUDGET), id + 1, "and posting counts what came in with it");
    }

    function _later() private view returns (IDataEscrow.Request memory later) {
        later = asked;
        later.deadline += 7 days;
    }

    /* BATCHES */

    function _batch() private view returns (IDataEscrow.ClaimInput[] memory inputs) {
        inputs = new IDataEscrow.ClaimInput[](MANY);
        for (uint256 i = 0; i < MANY; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i;
            prove(id, asked, inputs[i]);
        }
    }

    /// @notice Whichever of sixteen proven claims a stranger copies and sends first, the fifteen others are taken, he earns
    /// nothing, and all sixteen are released (H10).
    function test_attack_frontRunEachOfSixteen() public {
        IDataEscrow.ClaimInput[] memory inputs = _batch();
        IDataEscrow.SetAside[] memory asides = new IDataEscrow.SetAside[](MANY);
        for (uint256 i = 0; i < MANY; ++i) asides[i] = asideOf(asked, inputs[i]);
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < MANY; ++i) {
            vm.prank(STRANGER);
            escrow.claim(id, asked, 0, inputs[i]);
            escrow.claimMany(id, asked, 0, inputs);
            for (uint256 j = 0; j < MANY; ++j) escrow.release(asides[j], nobody(), SECRET);
            vm.assertEq(token.balanceOf(RECIPIENT), MANY * (COUNT * PRICE - FEE), "each is paid once");
            vm.assertEq(token.balanceOf(STRANGER), 0, "nothing for the copy");
            vm.revertToState(before);
        }
    }

    /// @notice With one claim twice in a batch, at any two places, that slot is claimed once and all the others are taken.
    function test_attack_duplicateAtEachPlace() public {
        IDataEscrow.ClaimInput[] memory inputs = _batch();
        uint256 before = vm.snapshotState();
        for (uint256 i = 1; i < MANY; ++i) {
            IDataEscrow.ClaimInput memory own = inputs[i];
            inputs[i] = inputs[i - 1];
            escrow.claimMany(id, asked, 0, inputs);
            vm.assertEq(escrow.left(id), 5000 - (MANY - 1) * COUNT * PRICE, "fifteen");
            vm.assertTrue(!escrow.spent(escrow.scopeOf(id, asked), own.nullifier, id), "the one that was left out");
            inputs[i] = own;
            vm.revertToState(before);
        }
    }
}
