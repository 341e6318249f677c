// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";
import {SwitchVerifier} from "./SwitchVerifier.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TestToken} from "./TestToken.sol";
import {CallingToken, DenyingToken, FalseToken, FeeToken, LyingToken} from "./tokens/OddTokens.sol";

contract PostTest is EscrowTested {
    /* LISTING */

    /// @notice Anyone lists what has code of its own, once, and it is known by that code.
    function test_list() public {
        address plain = address(0x77);
        _refusesToList(plain);
        // A delegated account answers as its delegate does, today.
        vm.etch(plain, abi.encodePacked(hex"ef0100", address(new TrapdoorVerifier())));
        _refusesToList(plain);
        address fresh = address(new SwitchVerifier());
        vm.assertEq(escrow.listed(fresh), 0, "not yet");
        vm.expectEmit();
        emit IDataEscrow.Listed(fresh, fresh.codehash);
        vm.prank(STRANGER);
        escrow.list(fresh);
        vm.assertEq(escrow.listed(fresh), fresh.codehash, "listed");
    }

    /// @notice Listed again after its code changed, an account keeps the code hash that it was listed with.
    function test_list_keepsTheFirstCode() public {
        bytes32 first = address(verifier).codehash;
        vm.etch(address(verifier), bytes.concat(address(verifier).code, hex"00"));
        escrow.list(address(verifier));
        vm.assertEq(escrow.listed(address(verifier)), first, "the first");
    }

    function _refusesToList(address odd) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, odd));
        escrow.list(odd);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, odd));
        new DataEscrow(only(odd));
    }

    /// @notice A request names verifiers of its own number of limbs, and of one width that circuits have.
    function test_post_oddVerifiers() public {
        uint8[5] memory counts = [18, 17, 16, 0, 20];
        for (uint256 i = 0; i < counts.length; ++i) {
            verifier.setValueCount(counts[i]);
            _refuses(request(), "bounds");
        }
        verifier.setValueCount(19);
        uint16[5] memory widths = [0, 47, 64, 129, 256];
        for (uint256 i = 0; i < widths.length; ++i) {
            verifier.setValueBits(widths[i]);
            _refuses(request(), "verifiers");
        }
        verifier.setValueBits(128);
        postAs(BUYER, request(), BUDGET);
    }

    /// @notice From 1 to 16 verifiers, all listed, of one shape.
    function test_post_severalVerifiers() public {
        IDataEscrow.Request memory asked = request();
        asked.verifiers = new address[](0);
        _refuses(asked, "verifiers");
        asked.verifiers = new address[](17);
        for (uint256 i = 0; i < 17; ++i) asked.verifiers[i] = address(verifier);
        _refuses(asked, "verifiers");
        asked.verifiers = new address[](16);
        for (uint256 i = 0; i < 16; ++i) asked.verifiers[i] = address(verifier);
        postAs(BUYER, asked, BUDGET);
        SwitchVerifier last = new SwitchVerifier();
        asked.verifiers[15] = address(last);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, address(last)));
        escrow.post(asked, panel, 0, uint32(BUDGET));
        escrow.list(address(last));
        last.setValueBits(128);
        _refuses(asked, "verifiers");
        last.setValueBits(48);
        last.setValueCount(21);
        _refuses(asked, "bounds");
        last.setValueCount(19);
        postAs(BUYER, asked, BUDGET);
    }

    /* POSTING */

    /// @notice Posting moves the budget, counts ids from 1, and prints what was posted.
    function test_post() public {
        vm.assertEq(id, 1, "first id");
        vm.assertEq(escrow.left(id), BUDGET, "left");
        vm.assertEq(token.balanceOf(address(escrow)), BUDGET, "balance");
        token.mint(BUYER, 70);
        vm.prank(BUYER);
        token.approve(address(escrow), 70);
        vm.expectEmit();
        emit IDataEscrow.Posted(2, BUYER, escrow.scopeOf(2, request()), 0, 70, request(), panel);
        vm.prank(BUYER);
        vm.assertEq(escrow.post(request(), panel, 0, 70), 2, "second id");
        vm.assertEq(escrow.left(2), 70, "left of the second");
        vm.assertEq(escrow.left(id), BUDGET, "left of the first");
    }

    /// @notice A scope belongs to one chain, escrow and request, and is a field element.
    function test_scope() public {
        uint256 scope = uint256(keccak256(abi.encode(block.chainid, address(escrow), uint256(7)))) % R;
        vm.assertEq(escrow.scopeOf(7, request()), scope, "scope");
        DataEscrow other = new DataEscrow(only(address(verifier)));
        vm.assertTrue(other.scopeOf(7, request()) != scope, "another escrow");
        vm.assertTrue(escrow.scopeOf(8, request()) != scope, "another request");
        vm.chainId(block.chainid + 1);
        vm.assertTrue(escrow.scopeOf(7, request()) != scope, "another chain");
    }

    /// @notice The sender pays, never the buyer that a request names.
    function test_post_takesFromTheSender() public {
        token.mint(BUYER, 100);
        vm.prank(BUYER);
        token.approve(address(escrow), 100);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, address(token), 100, 0));
        vm.prank(STRANGER);
        escrow.post(request(), panel, 0, 100);
    }

    /* VERIFIER, CHAIN, TOKEN */

    /// @notice Only listed verifiers are taken, and only with the code they had then.
    function test_post_verifierUnknown() public {
        IDataEscrow.Request memory asked = request();
        asked.verifiers = only(address(0x77));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, asked.verifiers[0]));
        escrow.post(asked, panel, 0, uint32(BUDGET));
        asked.verifiers = only(address(new SwitchVerifier()));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, asked.verifiers[0]));
        escrow.post(asked, panel, 0, uint32(BUDGET));
        vm.etch(address(verifier), bytes.concat(address(verifier).code, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.VerifierUnknown.selector, address(verifier)));
        escrow.post(request(), panel, 0, uint32(BUDGET));
    }

    /// @notice On a fork under another chain id nothing new is posted.
    function test_post_chainMismatch() public {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ChainMismatch.selector, home, home + 1));
        escrow.post(request(), panel, 0, uint32(BUDGET));
    }

    /// @notice A token that does not move exactly the budget is refused, whatever it answers.
    function test_post_tokenRefused() public {
        _refusesToken(address(new FeeToken()), BUDGET - BUDGET / 100);
        _refusesToken(address(new FalseToken()), 0);
        _refusesToken(address(new LyingToken()), 0);
        _refusesToken(address(new DenyingToken()), BUDGET);
        IDataEscrow.Request memory asked = request();
        asked.token = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, STRANGER, BUDGET, 0));
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }

    /// @notice A token cannot count one movement for two postings by posting again from within it.
    function test_post_reentrantToken() public {
        CallingToken calling = new CallingToken();
        IDataEscrow.Request memory asked = request();
        asked.token = address(calling);
        calling.setCall(address(escrow), abi.encodeCall(IDataEscrow.post, (asked, panel, 0, uint32(BUDGET))));
        postAs(BUYER, asked, BUDGET);
        vm.assertTrue(!calling.succeeded(), "the inner call failed");
        vm.assertEq(
            bytes4(calling.answer()),
            bytes4(keccak256("ReentrancyGuardReentrantCall()")),
            "because of the guard"
        );
        vm.assertEq(escrow.left(3), 0, "no second request");
    }

    function _refusesToken(address odd, uint256 moved) private {
        IDataEscrow.Request memory asked = request();
        asked.token = odd;
        TestToken(odd).mint(address(this), BUDGET);
        TestToken(odd).approve(address(escrow), BUDGET);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.TokenRefused.selector, odd, BUDGET, moved));
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }

    /// @notice A gate is listed, and has the code that it was listed with.
    function test_post_gateUnknown() public {
        IDataEscrow.Request memory asked = request();
        address gate = address(new SwitchVerifier());
        panel.gate = gate;
        asked.panel = keccak256(abi.encode(panel));
        bytes memory unknown = abi.encodeWithSelector(IEscrowErrors.GateUnknown.selector, gate);
        vm.expectRevert(unknown);
        escrow.post(asked, panel, 0, uint32(BUDGET));
        escrow.list(gate);
        postAs(BUYER, asked, BUDGET);
        vm.etch(gate, bytes.concat(gate.code, hex"00"));
        vm.expectRevert(unknown);
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }

    function _refuses(IDataEscrow.Request memory asked, string memory parameter) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, parameter));
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }
}
