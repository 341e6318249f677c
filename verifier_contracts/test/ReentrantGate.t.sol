// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice A gate that calls back what it was told to while it is asked, and answers whether that was done.
contract CallingGate {
    address private _target;
    bytes private _data;

    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function approversOf(bytes32, uint256, bytes calldata) external returns (address[] memory approvers) {
        (bool done, ) = _target.call(_data);
        approvers = new address[](1);
        approvers[0] = address(uint160(done ? 1 : 2));
    }
}

/// @notice The buyer's gate finds every door of the escrow shut while it is asked (H12).
contract ReentrantGateTest is PanelFixture {
    CallingGate private calling;
    IDataEscrow.SetAside private aside;

    function setUp() public {
        open();
        calling = new CallingGate();
        escrow.list(address(calling));
        panel.gate = address(calling);
        aside = claimedAttested(SHARE);
    }

    function _admitted(address by) private {
        IDataEscrow.SetAside memory admitted = admittedOf(aside, only(by));
        escrow.admit(aside, panel, 0, noSignatures(), "");
        escrow.release(admitted, only(by), SECRET);
    }

    /// @notice Whatever it calls fails, it can answer all the same, and the claim is paid.
    function test_gate_reenters() public {
        IDataEscrow.Request memory asked = attested(SHARE);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.nullifier += 1;
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](1);
        inputs[0] = input;
        bytes[11] memory doors = [
            abi.encodeCall(IDataEscrow.admit, (aside, panel, 0, noSignatures(), "")),
            abi.encodeCall(IDataEscrow.release, (aside, nobody(), SECRET)),
            abi.encodeCall(IDataEscrow.expire, (aside)),
            abi.encodeCall(IDataEscrow.claim, (id, asked, 0, input)),
            abi.encodeCall(IDataEscrow.claimMany, (id, asked, 0, inputs)),
            abi.encodeCall(IDataEscrow.post, (asked, panel, 0, uint32(BUDGET))),
            abi.encodeCall(IDataEscrow.topUp, (id, asked, 1)),
            abi.encodeCall(IDataEscrow.cancel, (id, asked)),
            abi.encodeCall(IDataEscrow.close, (id, asked)),
            abi.encodeCall(IDataEscrow.withdraw, (address(token), STRANGER)),
            abi.encodeCall(IDataEscrow.list, (address(registry)))
        ];
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < doors.length; ++i) {
            calling.setCall(address(escrow), doors[i]);
            _admitted(address(2));
            vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "paid");
            vm.revertToState(before);
        }
    }

    /// @notice What it may do is look: the claim waits, its slot is spent, and nothing tells it otherwise.
    function test_gate_looks() public {
        calling.setCall(address(escrow), abi.encodeCall(IDataEscrow.spent, (aside.scope, NULLIFIER, id)));
        _admitted(address(1));
    }
}
