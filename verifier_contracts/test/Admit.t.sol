// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice Keepers who sign that they keep the ciphertext.
contract AdmitTest is PanelFixture {
    IDataEscrow.SetAside private aside;

    /// @dev Five keepers, of whom three are needed.
    function setUp() public {
        open();
        name(5, 3, false);
        aside = claimedAttested(0);
    }

    /* WHO SIGNS */

    /// @notice Any k of n keepers admit, whoever brings their signatures, and `Admitted` prints who it was.
    function test_fuzz_admit_anyThree(uint256 seed) public {
        uint256 out = seed % 5;
        uint256 also = (out + 1 + ((seed >> 8) % 4)) % 5;
        uint256[] memory some = new uint256[](3);
        address[] memory approvers = new address[](3);
        uint256 n;
        for (uint256 i = 0; i < 5; ++i) {
            if (i == out || i == also) continue;
            (some[n], approvers[n]) = (i, panel.keepers[i]);
            ++n;
        }
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, some);
        IDataEscrow.SetAside memory admitted = admittedOf(aside, approvers);
        vm.expectEmit();
        emit IDataEscrow.Admitted(id, aside.claimId, NULLIFIER, DIGEST, approvers, admitted);
        vm.prank(STRANGER);
        escrow.admit(aside, panel, DIGEST, kept, "");
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }

    /// @notice More than needed may sign, up to all; fewer may not.
    function test_admit_count() public {
        for (uint256 count = 0; count < 3; ++count) refusesToAdmit(aside, keptBy(aside, places(count)), "keepers");
        uint256 before = vm.snapshotState();
        for (uint256 count = 3; count <= 5; ++count) {
            admit(aside, count);
            vm.revertToState(before);
        }
    }

    /// @notice One keeper does not count twice, and places ascend.
    function test_admit_twiceOrUnordered() public {
        uint256[] memory some = places(3);
        some[2] = 1;
        refusesToAdmit(aside, keptBy(aside, some), "keepers");
        (some[0], some[1], some[2]) = (0, 2, 1);
        refusesToAdmit(aside, keptBy(aside, some), "keepers");
        (some[0], some[1], some[2]) = (1, 0, 2);
        refusesToAdmit(aside, keptBy(aside, some), "keepers");
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        kept[2].keeper = 5;
        refusesToAdmit(aside, kept, "keepers");
        kept[2].keeper = type(uint256).max;
        refusesToAdmit(aside, kept, "keepers");
        // The signature of another keeper at this place.
        kept[2].keeper = 3;
        refusesToAdmit(aside, kept, "keepers");
    }

    /// @notice Somebody else's signature is none, at each place and beyond those that are needed.
    function test_admit_wrongSigner() public {
        bytes32 word = wordOf(address(escrow), block.chainid, aside.claimId, aside.content, DIGEST);
        for (uint256 count = 3; count <= 5; ++count) {
            for (uint256 place = 0; place < count; ++place) {
                IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(count));
                kept[place] = signed(place, 0xbad, word);
                refusesToAdmit(aside, kept, "keepers");
            }
        }
    }

    /* WHAT IS SIGNED */

    /// @notice A word about another claim, chain, escrow, content or capsule file is none about this one.
    function test_admit_otherWord() public {
        _refusesWord(wordOf(address(escrow), block.chainid, bytes32(uint256(1)), aside.content, DIGEST));
        _refusesWord(wordOf(address(escrow), block.chainid + 1, aside.claimId, aside.content, DIGEST));
        _refusesWord(wordOf(address(token), block.chainid, aside.claimId, aside.content, DIGEST));
        _refusesWord(wordOf(address(escrow), block.chainid, aside.claimId, aside.content + 1, DIGEST));
        _refusesWord(wordOf(address(escrow), block.chainid, aside.claimId, aside.content, ~DIGEST));
    }

    function _refusesWord(bytes32 word) private {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        kept[1] = signed(1, keys[1], word);
        refusesToAdmit(aside, kept, "keepers");
    }

    /// @notice The digest that is handed over is the one that was signed.
    function test_admit_otherDigest() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotAdmitted.selector, "keepers"));
        escrow.admit(aside, panel, ~DIGEST, kept, "");
    }

    /// @notice The same signatures admit nothing on another escrow, nor another claim on this one.
    function test_admit_replay() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        IDataEscrow.Request memory asked = attested(0);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.nullifier += 1;
        IDataEscrow.SetAside memory other = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        refusesToAdmit(other, kept, "keepers");
        DataEscrow first = escrow;
        escrow = new DataEscrow(only(address(verifier)));
        other = claimedAttested(0);
        refusesToAdmit(other, kept, "keepers");
        escrow = first;
        escrow.admit(aside, panel, DIGEST, kept, "");
    }

    /// @notice High s, a flipped parity, zeros and garbage recover nobody whom the request names.
    function test_admit_malformedSignature() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        bytes32 good = kept[1].vs;
        kept[1].vs = good ^ bytes32(uint256(1) << 255);
        refusesToAdmit(aside, kept, "keepers");
        // n - s, with the parity exchanged, is the same signature in its other form.
        uint256 s = uint256(good) & (type(uint256).max >> 1);
        uint256 high = 2 * HALF_N + 1 - s;
        kept[1].vs = bytes32((high & (type(uint256).max >> 1)) | ((uint256(good) ^ (1 << 255)) & (1 << 255)));
        refusesToAdmit(aside, kept, "keepers");
        kept[1].vs = bytes32(HALF_N + 1);
        refusesToAdmit(aside, kept, "keepers");
        (kept[1].r, kept[1].vs) = (0, 0);
        refusesToAdmit(aside, kept, "keepers");
        (kept[1].r, kept[1].vs) = (bytes32(type(uint256).max), bytes32(type(uint256).max));
        refusesToAdmit(aside, kept, "keepers");
    }

    /* THE PANEL */

    /// @notice The panel is the one that was posted: no keeper more, none needed less, no other gate.
    function test_admit_otherPanel() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        panel.needed = 1;
        refusesToAdmit(aside, kept, "panel");
        panel.needed = 3;
        panel.gate = address(1);
        refusesToAdmit(aside, kept, "panel");
        panel.gate = address(0);
        panel.keepers[4] = vm.addr(0xbad);
        refusesToAdmit(aside, kept, "panel");
    }

    /* WHEN */

    /// @notice The last second of the wait admits, the next does not; admitting starts a whole window for the release.
    function test_admit_clock() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(aside.expiry - 1 + i);
            (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 3);
            vm.assertEq(admitted.expiry, block.timestamp + 1 days, "a whole window");
            vm.warp(admitted.expiry);
            escrow.release(admitted, approvers, SECRET);
            vm.revertToState(before);
        }
        vm.warp(aside.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ReleaseExpired.selector, aside.expiry));
        escrow.admit(aside, panel, DIGEST, kept, "");
    }

    /// @notice A claim is admitted once, whichever of its two forms is shown; the clock does not start again.
    function test_admit_twice() public {
        IDataEscrow.KeptBy[] memory kept = keptBy(aside, places(3));
        (IDataEscrow.SetAside memory admitted, ) = admit(aside, 3);
        bytes memory again = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER);
        vm.expectRevert(again);
        escrow.admit(aside, panel, DIGEST, kept, "");
        vm.expectRevert(again);
        escrow.admit(admitted, panel, DIGEST, kept, "");
        admitted.admitted = false;
        vm.expectRevert(again);
        escrow.admit(admitted, panel, DIGEST, kept, "");
    }

    /// @notice Before it is admitted a claim is not released, not even by whoever marks it as admitted.
    function test_admit_releaseBefore() public {
        bytes memory not = abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER);
        vm.expectRevert(not);
        escrow.release(aside, nobody(), SECRET);
        IDataEscrow.SetAside memory forged = aside;
        forged.admitted = true;
        vm.expectRevert(not);
        escrow.release(forged, nobody(), SECRET);
        forged = admittedOf(aside, only(STRANGER));
        vm.expectRevert(not);
        escrow.release(forged, only(STRANGER), SECRET);
    }

    /// @notice After it, the approvers are those who were printed: none left out, none added, in their order.
    function test_admit_approversWrong() public {
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 3);
        _refusesApprovers(admitted, nobody());
        _refusesApprovers(admitted, only(approvers[0]));
        address[] memory other = accountsOf(keys);
        _refusesApprovers(admitted, other);
        other = abi.decode(abi.encode(approvers), (address[]));
        (other[0], other[1]) = (other[1], other[0]);
        _refusesApprovers(admitted, other);
        other = abi.decode(abi.encode(approvers), (address[]));
        other[2] = STRANGER;
        _refusesApprovers(admitted, other);
        escrow.release(admitted, approvers, SECRET);
    }

    function _refusesApprovers(IDataEscrow.SetAside memory admitted, address[] memory approvers) private {
        vm.expectRevert(IEscrowErrors.ApproversWrong.selector);
        escrow.release(admitted, approvers, SECRET);
    }

    /// @notice Keepers are asked at home and on a fork alike, where the words differ; the release asks nobody.
    function test_admit_thenEverythingChanges() public {
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 3);
        vm.etch(address(verifier), hex"");
        vm.etch(address(registry), hex"");
        vm.chainId(block.chainid + 1);
        vm.warp(admitted.expiry);
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), COUNT * PRICE - FEE, "recipient");
    }
}
