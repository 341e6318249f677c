// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {EscrowTested} from "./EscrowTested.sol";
import {SwitchVerifier} from "./SwitchVerifier.sol";
import {TrapdoorVerifier} from "./generated/TrapdoorVerifier.sol";
import {TestToken} from "./TestToken.sol";
import {CallingToken, DenyingToken, FalseToken, FeeToken, LyingToken} from "./tokens/OddTokens.sol";

contract PostTest is EscrowTested {
    /* DEPLOYMENT */

    /// @notice A verifier is known by its code, which only a contract with a claim's counts has.
    function test_deployWithOddVerifiers() public {
        address plain = address(0x77);
        _refusesToDeployWith(plain);
        // A delegated account answers as its delegate does, today.
        vm.etch(plain, abi.encodePacked(hex"ef0100", address(new TrapdoorVerifier())));
        _refusesToDeployWith(plain);
        SwitchVerifier odd = new SwitchVerifier();
        uint8[5] memory counts = [18, 17, 16, 15, 20];
        for (uint256 i = 0; i < counts.length; ++i) {
            odd.setValueCount(counts[i]);
            _refusesToDeployWith(address(odd));
        }
        odd.setValueCount(19);
        uint16[5] memory widths = [0, 47, 64, 129, 256];
        for (uint256 i = 0; i < widths.length; ++i) {
            odd.setValueBits(widths[i]);
            _refusesToDeployWith(address(odd));
        }
        odd.setValueBits(128);
        new DataEscrow(only(address(odd)));
    }

    function _refusesToDeployWith(address odd) private {
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.VerifierUnknown.selector, odd));
        new DataEscrow(only(odd));
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
        emit IDataEscrow.Posted(2, BUYER, escrow.scopeOf(2), 70, request());
        vm.prank(BUYER);
        vm.assertEq(escrow.post(request(), 70), 2, "second id");
        vm.assertEq(escrow.left(2), 70, "left of the second");
        vm.assertEq(escrow.left(id), BUDGET, "left of the first");
    }

    /// @notice A scope belongs to one chain, escrow and request, and is a field element.
    function test_scope() public {
        uint256 scope = uint256(keccak256(abi.encode(block.chainid, address(escrow), uint256(7)))) % R;
        vm.assertEq(escrow.scopeOf(7), scope, "scope");
        DataEscrow other = new DataEscrow(only(address(verifier)));
        vm.assertTrue(other.scopeOf(7) != scope, "another escrow");
        vm.assertTrue(escrow.scopeOf(8) != scope, "another request");
        vm.chainId(block.chainid + 1);
        vm.assertTrue(escrow.scopeOf(7) != scope, "another chain");
    }

    /// @notice The sender pays, never the buyer that a request names.
    function test_post_takesFromTheSender() public {
        token.mint(BUYER, 100);
        vm.prank(BUYER);
        token.approve(address(escrow), 100);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.TokenRefused.selector, address(token), 100, 0));
        vm.prank(STRANGER);
        escrow.post(request(), 100);
    }

    /* PARAMETERS */

    /// @notice Requests that could never be served are refused by the name of the parameter.
    function test_post_parametersInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.buyer = address(0);
        _refuses(asked, "buyer");
        asked.buyer = address(escrow);
        _refuses(asked, "buyer");
        asked = request();
        asked.pricePerRecord = 0;
        _refuses(asked, "pricePerRecord");
        asked.pricePerRecord = uint96(BUDGET + 1);
        _refuses(asked, "budget");
        asked = request();
        asked.deadline = uint64(block.timestamp);
        _refuses(asked, "deadline");
        asked = request();
        asked.releaseWindow = 1 days - 1;
        _refuses(asked, "releaseWindow");
        asked.releaseWindow = 365 days + 1;
        _refuses(asked, "releaseWindow");
        asked = request();
        asked.schema = R;
        _refuses(asked, "schema");
        asked = request();
        asked.deviceClass = R;
        _refuses(asked, "deviceClass");
        asked = request();
        asked.root = R;
        _refuses(asked, "root");
        asked = request();
        asked.mode = 2;
        _refuses(asked, "mode");
    }

    /// @notice The window's numbers fit what the circuit counts in, and the window is not empty.
    function test_post_windowInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.slotLength = 999;
        _refuses(asked, "slotLength");
        asked.slotLength = 1 << 48;
        _refuses(asked, "slotLength");
        asked = request();
        asked.timeMin = asked.timeMax + 1;
        _refuses(asked, "timeMin");
        asked = request();
        asked.timeMax = 1 << 48;
        _refuses(asked, "timeMax");
        asked = request();
        asked.slotLength = 1000;
        asked.timeMax = 1000 * (2 ** 32 + 1) - 1;
        _refuses(asked, "timeMax");
    }

    /// @notice A minimum and a maximum for each limb of the circuit, in order and below 2^48.
    function test_post_boundsInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.bounds[0] = asked.bounds[1] + 1;
        _refuses(asked, "bounds");
        asked = request();
        asked.bounds[1] = 1 << 48;
        _refuses(asked, "bounds");
        asked = request();
        asked.bounds = new uint256[](4);
        _refuses(asked, "bounds");
        asked.bounds = new uint256[](0);
        _refuses(asked, "bounds");
    }

    /// @notice Where the circuit's limbs have 128 bits, so have the bounds.
    function test_post_boundsOf128Bits() public {
        verifier.setValueBits(128);
        IDataEscrow.Request memory asked = request();
        asked.bounds[1] = (1 << 128) - 1;
        postAs(BUYER, asked, BUDGET);
        asked.bounds[1] = 1 << 128;
        _refuses(asked, "bounds");
    }

    /// @notice A buyer key is a point of the curve that no cofactor kills: with another one nobody could claim.
    function test_post_buyerKeyInvalid() public {
        _refusesKey(0);
        _refusesKey(1);
        uint256[2] memory eighth = [
            uint256(9548596286964632035108538481129647073527022943495698293421437455091140321088),
            19799329160503878365519859265345525785148473002902384773314932802961476726446
        ];
        for (uint256 i = 0; i < 2; ++i) {
            // Its double, (u^2 - 1)^2 / (4 u (u^2 + A u + 1)), is 1, the u of order 4.
            uint256 u = eighth[i];
            uint256 root = addmod(mulmod(u, u, R), R - 1, R);
            uint256 below = mulmod(4 * u, addmod(mulmod(u, u + 168698, R), 1, R), R);
            vm.assertEq(mulmod(root, root, R), below, "of order 8");
            _refusesKey(u);
        }
        // Of order 4 on the twist, and the smallest u that only the twist has.
        _refusesKey(R - 1);
        _refusesKey(2);
        // Aliases.
        _refusesKey(BUYER_KEY + R);
        _refusesKey(R);
        _refusesKey(type(uint256).max);
    }

    function _refusesKey(uint256 key) private {
        IDataEscrow.Request memory asked = request();
        asked.buyerKey = key;
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.BuyerKeyInvalid.selector, key));
        escrow.post(asked, BUDGET);
    }

    function _refuses(IDataEscrow.Request memory asked, string memory parameter) private {
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.ParametersInvalid.selector, parameter));
        escrow.post(asked, BUDGET);
    }

    /// @notice The extremes that are still allowed are taken.
    function test_post_extremes() public {
        IDataEscrow.Request memory asked = request();
        asked.pricePerRecord = uint96(BUDGET);
        asked.deadline = uint64(block.timestamp + 1);
        asked.releaseWindow = 365 days;
        (asked.schema, asked.deviceClass, asked.root) = (R - 1, R - 1, R - 1);
        asked.buyerKey = R - 2;
        (asked.slotLength, asked.timeMin, asked.timeMax, asked.mode) = (1000, 0, 1000 * 2 ** 32 - 1, 0);
        (asked.bounds[0], asked.bounds[1]) = ((1 << 48) - 1, (1 << 48) - 1);
        postAs(BUYER, asked, BUDGET);
    }

    /// @notice A window is taken exactly if both its ends lie on the grid.
    function test_fuzz_post_windowOnGrid(uint64 length, uint64 from, uint64 slots, uint64 off) public {
        IDataEscrow.Request memory asked = request();
        asked.slotLength = uint64(between(length, 1000, 1 << 32));
        asked.timeMin = uint64(between(from, 0, 4000)) * asked.slotLength;
        asked.timeMax = asked.timeMin + uint64(between(slots, 1, 4000)) * asked.slotLength - 1;
        postAs(BUYER, asked, BUDGET);

        uint64 shift = uint64(between(off, 1, asked.slotLength - 1));
        (uint64 first, uint64 last, uint64 step) = (asked.timeMin, asked.timeMax, asked.slotLength);
        if (off % 2 == 0) (asked.timeMin, asked.timeMax) = (first + shift, last + step);
        else asked.timeMax = last + shift;
        vm.expectRevert(
            abi.encodeWithSelector(IDataEscrow.WindowNotOnGrid.selector, asked.timeMin, asked.timeMax, step)
        );
        escrow.post(asked, BUDGET);
    }

    /* VERIFIER, CHAIN, TOKEN */

    /// @notice Only verifiers of the deployment are taken, and only with the code they had then.
    function test_post_verifierUnknown() public {
        IDataEscrow.Request memory asked = request();
        asked.verifier = address(0x77);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.VerifierUnknown.selector, asked.verifier));
        escrow.post(asked, BUDGET);
        asked.verifier = address(new SwitchVerifier());
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.VerifierUnknown.selector, asked.verifier));
        escrow.post(asked, BUDGET);
        vm.etch(address(verifier), bytes.concat(address(verifier).code, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.VerifierUnknown.selector, address(verifier)));
        escrow.post(request(), BUDGET);
    }

    /// @notice On a fork under another chain id nothing new is posted.
    function test_post_chainMismatch() public {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.ChainMismatch.selector, home, home + 1));
        escrow.post(request(), BUDGET);
    }

    /// @notice A token that does not move exactly the budget is refused, whatever it answers.
    function test_post_tokenRefused() public {
        _refusesToken(address(new FeeToken()), BUDGET - BUDGET / 100);
        _refusesToken(address(new FalseToken()), 0);
        _refusesToken(address(new LyingToken()), 0);
        _refusesToken(address(new DenyingToken()), BUDGET);
        IDataEscrow.Request memory asked = request();
        asked.token = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.TokenRefused.selector, STRANGER, BUDGET, 0));
        escrow.post(asked, BUDGET);
    }

    /// @notice A token cannot count one movement for two postings by posting again from within it.
    function test_post_reentrantToken() public {
        CallingToken calling = new CallingToken();
        IDataEscrow.Request memory asked = request();
        asked.token = address(calling);
        calling.setCall(address(escrow), abi.encodeCall(IDataEscrow.post, (asked, BUDGET)));
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
        vm.expectRevert(abi.encodeWithSelector(IDataEscrow.TokenRefused.selector, odd, BUDGET, moved));
        escrow.post(asked, BUDGET);
    }
}
