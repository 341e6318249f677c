// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {IGate} from "../src/interfaces/IGate.sol";
import {ModelGate} from "./ModelGate.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice A gate that answers in all the ways in which a contract can.
contract GateTest is PanelFixture {
    IDataEscrow.SetAside private aside;

    function setUp() public {
        open();
        name(0, 0, true);
        aside = claimedAttested(SHARE);
        gate.approve(only(STRANGER));
    }

    function _admits() private {
        escrow.admit(aside, panel, 0, noSignatures(), "answer");
    }

    function _refuses(ModelGate.Way way, bytes memory raw) private {
        gate.set(way, raw);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotAdmitted.selector, "gate"));
        _admits();
    }

    /// @notice The gate is asked, statically, about this claim and its capsule, with the answer that was handed over.
    function test_gate_isAsked() public {
        vm.expectCall(
            address(gate),
            abi.encodeCall(IGate.approversOf, (aside.claimId, aside.content, bytes("answer")))
        );
        address[] memory approvers = only(STRANGER);
        vm.expectEmit();
        emit IDataEscrow.Admitted(id, aside.claimId, NULLIFIER, 0, approvers, admittedOf(aside, approvers));
        _admits();
        escrow.release(admittedOf(aside, approvers), approvers, SECRET);
        vm.assertEq(escrow.credits(address(token), STRANGER), SHARE, "the approver's share");
    }

    /// @notice A gate that reverts, with or without words, that writes, or that burns all it gets, refuses.
    function test_gate_fails() public {
        _refuses(ModelGate.Way.Revert, "");
        _refuses(ModelGate.Way.Revert, abi.encode(only(STRANGER)));
        _refuses(ModelGate.Way.BurnGas, "");
        _refuses(ModelGate.Way.Write, abi.encode(only(STRANGER)));
    }

    /// @notice What is no list of accounts is a refusal: nothing, too short, another layout, dirty accounts.
    function test_gate_garbage() public {
        ModelGate.Way way = ModelGate.Way.Answer;
        _refuses(way, "");
        _refuses(way, abi.encode(uint256(1)));
        _refuses(way, abi.encode(uint256(0x20), uint256(1)));
        _refuses(way, abi.encode(uint256(0x40), uint256(1), uint256(1), uint256(1)));
        _refuses(way, abi.encode(uint256(0x20), uint256(2), uint256(1)));
        _refuses(way, abi.encode(uint256(0x20), uint256(1), (uint256(1) << 160) | 1));
        _refuses(way, abi.encode(uint256(0x20), type(uint256).max, uint256(1)));
        // 257 has the low byte of 1, and 2^255 that of 0.
        _refuses(way, abi.encode(uint256(0x20), uint256(257), uint256(1)));
        _refuses(way, abi.encode(uint256(0x20), uint256(1) << 255, uint256(1)));
        bytes memory cut = abi.encode(uint256(0x20), uint256(1), uint256(uint160(STRANGER)));
        assembly ("memory-safe") {
            mstore(cut, 0x5f)
        }
        _refuses(way, cut);
    }

    /// @notice Nobody, somebody twice, zero, or accounts out of order are a refusal.
    function test_gate_unsorted() public {
        _refusesList(new address[](0));
        _refusesList(new address[](1));
        address[] memory two = new address[](2);
        (two[0], two[1]) = (address(2), address(2));
        _refusesList(two);
        (two[0], two[1]) = (address(2), address(1));
        _refusesList(two);
        (two[0], two[1]) = (address(0), address(1));
        _refusesList(two);
        address[] memory three = new address[](3);
        (three[0], three[1], three[2]) = (address(1), address(3), address(2));
        _refusesList(three);
    }

    function _refusesList(address[] memory approvers) private {
        _refuses(ModelGate.Way.Answer, abi.encode(approvers));
    }

    /// @notice 16 approvers are taken, 17 are not.
    function test_gate_most() public {
        address[] memory many = new address[](17);
        for (uint256 i = 0; i < 17; ++i) many[i] = address(uint160(0x100 + i));
        _refusesList(many);
        assembly ("memory-safe") {
            mstore(many, 16)
        }
        gate.approve(many);
        _admits();
        escrow.release(admittedOf(aside, many), many, SECRET);
    }

    /// @notice A very long answer costs the escrow no memory, and is read as what it begins with.
    function test_gate_longAnswer() public {
        _refuses(ModelGate.Way.ReturnMuch, "");
        gate.set(ModelGate.Way.ReturnMuch, abi.encode(only(STRANGER)));
        uint256 before = gasleft();
        _admits();
        vm.assertTrue(before - gasleft() < 700_000, "what the gate may spend, and little more");
    }

    /// @notice The answer is kept: what the gate says, or is, after the admission changes nothing.
    function test_gate_isLatched() public {
        address[] memory approvers = only(STRANGER);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        _admits();
        gate.approve(only(address(0x77)));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER));
        _admits();
        vm.expectRevert(IEscrowErrors.ApproversWrong.selector);
        escrow.release(admitted, only(address(0x77)), SECRET);
        gate.set(ModelGate.Way.BurnGas, "");
        vm.etch(address(gate), hex"fe");
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice A refusal is not kept: the same claim may be tried again until its time has passed.
    function test_gate_triedAgain() public {
        _refuses(ModelGate.Way.Revert, "");
        gate.approve(only(STRANGER));
        vm.warp(aside.expiry);
        _admits();
    }

    /// @notice A gate whose code is not the listed one any more is not asked.
    function test_gate_codeChanged() public {
        vm.etch(address(gate), bytes.concat(address(gate).code, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.GateUnknown.selector, address(gate)));
        _admits();
        vm.etch(address(gate), hex"");
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.GateUnknown.selector, address(gate)));
        _admits();
    }

    /// @notice At no gas limit does a gate that agrees look like one that refuses: it is GasTooLow, or out of gas.
    function test_gate_lowGas() public {
        gate.set(ModelGate.Way.Spend, abi.encode(only(STRANGER)));
        bytes memory call = abi.encodeCall(IDataEscrow.admit, (aside, panel, 0, noSignatures(), "answer"));
        uint256 before = vm.snapshotState();
        bool told;
        bool done;
        for (uint256 limit = 50_000; !done && limit < 800_000; limit += 1_000) {
            bytes memory answer;
            (done, answer) = address(escrow).call{gas: limit}(call);
            if (!done && answer.length > 0) {
                vm.assertTrue(bytes4(answer) == IEscrowErrors.GasTooLow.selector, "no error but GasTooLow");
                told = true;
            }
        }
        vm.assertTrue(told && done, "told, then done");
        vm.revertToState(before);
        _admits();
    }

    /// @notice Keepers and gate both have to agree; approvers are the keepers, and after them those of the gate.
    function test_gate_withKeepers() public {
        name(2, 2, true);
        aside = claimedAttested(6);
        gate.approve(only(STRANGER));
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(2));
        refusesToAdmit(aside, keptBy(aside, places(1)), "keepers");
        gate.set(ModelGate.Way.Revert, "");
        refusesToAdmit(aside, kept, "gate");
        gate.approve(only(STRANGER));
        address[] memory approvers = new address[](3);
        (approvers[0], approvers[1], approvers[2]) = (panel.keepers[0], panel.keepers[1], STRANGER);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        vm.expectEmit();
        emit IDataEscrow.Admitted(id, aside.claimId, NULLIFIER, DIGEST, approvers, admitted);
        escrow.admit(aside, panel, DIGEST, kept, "");
        escrow.release(admitted, approvers, SECRET);
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(escrow.credits(address(token), approvers[i]), 2, "a third");
    }

    /// @notice The proof is needed as well: what the verifier refuses never comes before the gate.
    function test_gate_proofToo() public {
        verifier.setRejecting(true);
        IDataEscrow.Request memory asked = attested(SHARE);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.nullifier += 1;
        IDataEscrow.SetAside memory unproven = asideOf(asked, input);
        vm.expectRevert();
        escrow.claim(id, asked, 0, input);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, input.nullifier));
        escrow.admit(unproven, panel, 0, noSignatures(), "answer");
    }

    /// @notice Where no keepers are named nobody has signed a digest, so none is printed: whoever brings one is refused.
    function test_gate_digestThatNobodySigned() public {
        refusesToAdmit(aside, noSignatures(), "keepers");
        _admits();
    }

    /// @notice Signatures of keepers whom the request does not name are refused, not overlooked.
    function test_gate_noKeepersNamed() public {
        IDataEscrow.KeptBy[] memory kept = new IDataEscrow.KeptBy[](1);
        refusesToAdmit(aside, kept, "keepers");
    }
}
