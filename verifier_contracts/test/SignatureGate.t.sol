// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {SignatureGate} from "../src/SignatureGate.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice The gate that comes with the escrow, behind an escrow.
contract SignatureGateTest is PanelFixture {
    SignatureGate private signatures;
    uint256[] private signers;
    IDataEscrow.SetAside private aside;

    function setUp() public {
        open();
        signers = keysOf("signer", 3);
        signatures = new SignatureGate(accountsOf(signers), 2);
        escrow.list(address(signatures));
        panel.gate = address(signatures);
        aside = claimedAttested(SHARE);
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Signatures of two signers about a claim that an escrow asks about.
    function _answer(
        uint256 first,
        uint256 second,
        address escrow_,
        bytes32 claimId
    ) private view returns (bytes memory) {
        bytes[] memory both = new bytes[](2);
        bytes32 digest = signatures.digestOf(escrow_, claimId, aside.content);
        (both[0], both[1]) = (_sign(signers[first], digest), _sign(signers[second], digest));
        return abi.encode(both);
    }

    function _refuses(bytes memory answer) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotAdmitted.selector, "gate"));
        escrow.admit(aside, panel, 0, noSignatures(), answer);
    }

    /// @notice Proof and two signatures of three: the claim is admitted, and each signer earns a half.
    function test_signatures() public {
        address[] memory approvers = new address[](2);
        (approvers[0], approvers[1]) = (vm.addr(signers[0]), vm.addr(signers[2]));
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        escrow.admit(aside, panel, 0, noSignatures(), _answer(0, 2, address(escrow), aside.claimId));
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(escrow.credits(address(token), approvers[0]), 1, "a half");
        vm.assertEq(escrow.credits(address(token), approvers[1]), 1, "a half");
    }

    /// @notice One signature, one twice, two out of order, or about another claim or escrow, are refused.
    function test_signatures_refused() public {
        _refuses(_answer(0, 0, address(escrow), aside.claimId));
        _refuses(_answer(2, 0, address(escrow), aside.claimId));
        _refuses(_answer(0, 2, address(this), aside.claimId));
        _refuses(_answer(0, 2, address(escrow), bytes32(uint256(1))));
        bytes[] memory one = new bytes[](1);
        one[0] = _sign(signers[0], signatures.digestOf(address(escrow), aside.claimId, aside.content));
        _refuses(abi.encode(one));
        _refuses("");
        _refuses(hex"deadbeef");
        signers[1] = 0xbad;
        _refuses(_answer(0, 1, address(escrow), aside.claimId));
        bytes[] memory many = new bytes[](4);
        for (uint256 i = 0; i < 4; ++i) many[i] = one[0];
        _refuses(abi.encode(many));
    }

    /// @notice A gate has from 1 to 16 signers, ascending, of whom some and not more than all are needed.
    function test_signatures_deploy() public {
        address[] memory accounts = accountsOf(signers);
        _refusesToDeploy(accounts, 0);
        _refusesToDeploy(accounts, 4);
        _refusesToDeploy(nobody(), 0);
        (accounts[0], accounts[1]) = (accounts[1], accounts[0]);
        _refusesToDeploy(accounts, 2);
        accounts[0] = accounts[1];
        _refusesToDeploy(accounts, 2);
        _refusesToDeploy(new address[](1), 1);
        accounts = new address[](17);
        for (uint256 i = 0; i < 17; ++i) accounts[i] = address(uint160(i + 1));
        _refusesToDeploy(accounts, 2);
        accounts = accountsOf(signers);
        vm.assertEq(signatures.threshold(), 2, "threshold");
        vm.assertEq(keccak256(abi.encode(signatures.signersOf())), keccak256(abi.encode(accounts)), "signers");
    }

    function _refusesToDeploy(address[] memory accounts, uint256 needed) private {
        vm.expectRevert(SignatureGate.SignersInvalid.selector);
        new SignatureGate(accounts, needed);
    }

    /// @notice Of 16 signers all may sign within the gas that a gate gets.
    function test_signatures_sixteen() public {
        signers = keysOf("many", 16);
        signatures = new SignatureGate(accountsOf(signers), 16);
        escrow.list(address(signatures));
        panel.gate = address(signatures);
        aside = claimedAttested(16);
        bytes32 digest = signatures.digestOf(address(escrow), aside.claimId, aside.content);
        bytes[] memory all = new bytes[](16);
        for (uint256 i = 0; i < 16; ++i) all[i] = _sign(signers[i], digest);
        address[] memory approvers = accountsOf(signers);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        escrow.admit(aside, panel, 0, noSignatures(), abi.encode(all));
        escrow.release(admitted, approvers, SECRET);
        for (uint256 i = 0; i < 16; ++i) vm.assertEq(escrow.credits(address(token), approvers[i]), 1, "a sixteenth");
    }
}
