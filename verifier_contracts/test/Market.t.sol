// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {SwitchRegistry} from "./SwitchRegistry.sol";
import {SwitchVerifier} from "./SwitchVerifier.sol";

/// @notice Requests among which a slot of data is sold once.
contract MarketTest is PanelFixture {
    bytes32 private constant MARKET = "market";

    function setUp() public {
        open();
    }

    function _inMarket() private view returns (IDataEscrow.Request memory asked) {
        asked = request();
        asked.market = MARKET;
    }

    /// @dev A second request of the same market, of another buyer and otherwise as different as it may be.
    function _another() private returns (IDataEscrow.Request memory asked) {
        asked = _inMarket();
        (asked.buyer, asked.token, asked.unit) = (STRANGER, address(newToken()), 10);
        (asked.pricePerRecord, asked.recordCap) = (9, 7);
        (asked.deadline, asked.releaseWindow) = (NOW + 9 days, 2 days);
        (asked.registrar, asked.deviceClass, asked.buyerKey) = (STRANGER, 2, ANOTHER_BUYER_KEY);
        SwitchRegistry other = new SwitchRegistry();
        other.set(STRANGER, ROOT, true);
        asked.registry = address(other);
        (asked.timeMin, asked.timeMax) = (asked.timeMin - 3_600_000, asked.timeMax - 3_600_000);
        (asked.bounds[0], asked.bounds[1]) = (1, 2);
    }

    function _refusesSpent(uint256 id_, IDataEscrow.Request memory asked) private {
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, NULLIFIER));
        escrow.claim(id_, asked, 0, input);
    }

    /* SCOPES */

    /// @notice A market's scope is a hash over chain, escrow, market, schema, slot length and verifiers, in the field.
    function test_market_scope() public {
        IDataEscrow.Request memory asked = _inMarket();
        asked.verifiers = new address[](2);
        (asked.verifiers[0], asked.verifiers[1]) = (address(1), address(2));
        bytes32 verifiers = keccak256(abi.encode(uint256(1), uint256(2)));
        bytes32 hash = keccak256(
            abi.encode(block.chainid, address(escrow), MARKET, asked.schema, uint256(asked.slotLength), verifiers)
        );
        vm.assertEq(escrow.scopeOf(1, asked), uint256(hash) % R, "scope");
        vm.assertEq(escrow.scopeOf(2, asked), uint256(hash) % R, "of every request");
        uint256 scope = escrow.scopeOf(1, asked);
        vm.chainId(block.chainid + 1);
        vm.assertTrue(escrow.scopeOf(1, asked) != scope, "another chain");
    }

    /// @notice Whatever else two requests ask for, in one market they have one scope.
    function test_market_oneScope() public {
        vm.assertEq(escrow.scopeOf(7, _another()), escrow.scopeOf(8, _inMarket()), "one scope");
    }

    /// @notice Another market, none, another schema, slot length or list of verifiers is another scope.
    function test_market_otherScopes() public {
        SwitchVerifier second = new SwitchVerifier();
        escrow.list(address(second));
        IDataEscrow.Request[7] memory others;
        for (uint256 i = 0; i < 7; ++i) others[i] = _inMarket();
        others[1].market = "another";
        others[2].market = 0;
        others[3].schema += 1;
        others[4].slotLength *= 2;
        others[5].verifiers = only(address(second));
        others[6].verifiers = new address[](2);
        (others[6].verifiers[0], others[6].verifiers[1]) = (address(verifier), address(second));
        for (uint256 i = 0; i < 7; ++i) {
            id = postAs(BUYER, others[i], BUDGET);
            for (uint256 j = 0; j < i; ++j) {
                vm.assertTrue(escrow.scopeOf(id, others[i]) != escrow.scopeOf(id, others[j]), "another scope");
            }
            escrow.claim(id, others[i], 0, claimOn(others[i]));
        }
        // The same verifiers in another order are another list.
        (others[6].verifiers[0], others[6].verifiers[1]) = (address(second), address(verifier));
        id = postAs(BUYER, others[6], BUDGET);
        escrow.claim(id, others[6], 0, claimOn(others[6]));
        uint256 again = postAs(BUYER, others[0], BUDGET);
        _refusesSpent(again, others[0]);
    }

    /* ONE SLOT */

    /// @notice What was claimed on one request is spent on every other of its market, and so when it is paid or lost.
    function test_market_soldOnce() public {
        IDataEscrow.Request memory mine = _inMarket();
        IDataEscrow.Request memory others = _another();
        id = postAs(BUYER, mine, BUDGET);
        uint256 other = postAs(STRANGER, others, BUDGET);
        IDataEscrow.SetAside memory aside = asideOf(mine, claimOn(mine));
        escrow.claim(id, mine, 0, claimOn(mine));
        _refusesSpent(other, others);
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER, other), "spent for the other");
        uint256 before = vm.snapshotState();
        escrow.release(aside, nobody(), SECRET);
        _refusesSpent(other, others);
        _refusesSpent(id, mine);
        vm.revertToState(before);
        vm.warp(aside.expiry + 1);
        escrow.expire(aside);
        _refusesSpent(other, others);
        _refusesSpent(id, mine);
        vm.assertEq(escrow.left(other), BUDGET, "no budget but its own");
    }

    /// @notice Another slot of the same market is claimed on either.
    function test_market_otherSlots() public {
        IDataEscrow.Request memory mine = _inMarket();
        IDataEscrow.Request memory others = _another();
        id = postAs(BUYER, mine, BUDGET);
        uint256 other = postAs(STRANGER, others, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(mine);
        escrow.claim(id, mine, 0, input);
        input.nullifier += 1;
        escrow.claim(other, others, 0, input);
        vm.assertEq(escrow.left(other), BUDGET - 7 * 9, "its price, its cap");
    }

    /// @dev Two requests of one market with keepers; a claim on the first is not admitted, and expires.
    function _expired() private returns (IDataEscrow.Request memory asked, uint256 other) {
        name(1, 1, false);
        asked = attested(0);
        asked.market = MARKET;
        id = postAs(BUYER, asked, BUDGET);
        other = postAs(STRANGER, asked, BUDGET);
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        _refusesSpent(other, asked);
        vm.warp(aside.expiry + 1);
        escrow.expire(aside);
    }

    /// @notice What nobody agreed to is refused by its request, and free for the other, once.
    function test_market_expiredWithoutAdmission() public {
        (IDataEscrow.Request memory asked, uint256 other) = _expired();
        uint256 scope = escrow.scopeOf(id, asked);
        _refusesSpent(id, asked);
        vm.assertTrue(escrow.spent(scope, NULLIFIER, id), "spent here");
        vm.assertTrue(!escrow.spent(scope, NULLIFIER, other), "free there");
        uint256 first = id;
        id = other;
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        aside.refusedBy = first;
        expectClaimed(claimOn(asked), aside);
        vm.expectEmit();
        emit IDataEscrow.ClaimedAgain(aside.claimId, first);
        escrow.claim(id, asked, 0, claimOn(asked));
        _refusesSpent(first, asked);
        _refusesSpent(other, asked);
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, 1);
        escrow.release(admitted, approvers, SECRET);
        _refusesSpent(first, asked);
        vm.assertEq(escrow.left(first), BUDGET, "the first paid nothing");
    }

    /// @notice A slot that two requests of a market refused is spent for all: none of them has its money held again.
    function test_market_refusedByBothInTurn() public {
        (IDataEscrow.Request memory asked, uint256 other) = _expired();
        uint256 third = postAs(STRANGER, asked, BUDGET);
        uint256 first = id;
        id = other;
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        aside.refusedBy = first;
        escrow.claim(id, asked, 0, claimOn(asked));
        vm.warp(aside.expiry + 1);
        escrow.expire(aside);
        _refusesSpent(other, asked);
        _refusesSpent(first, asked);
        _refusesSpent(third, asked);
        vm.assertTrue(escrow.spent(aside.scope, NULLIFIER, third), "spent for all");
    }

    /// @notice Which request refused the slot before is part of what is set aside: nobody leaves it out.
    function test_market_refusedByIsKept() public {
        (IDataEscrow.Request memory asked, uint256 other) = _expired();
        id = other;
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        vm.warp(aside.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotReleased.selector, NULLIFIER));
        escrow.expire(aside);
    }

    /// @notice What was admitted and not released is spent for all.
    function test_market_expiredAfterAdmission() public {
        name(1, 1, false);
        IDataEscrow.Request memory asked = attested(0);
        asked.market = MARKET;
        id = postAs(BUYER, asked, BUDGET);
        uint256 other = postAs(STRANGER, asked, BUDGET);
        IDataEscrow.SetAside memory aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
        (IDataEscrow.SetAside memory admitted, ) = admit(aside, 1);
        vm.warp(admitted.expiry + 1);
        escrow.expire(admitted);
        _refusesSpent(id, asked);
        _refusesSpent(other, asked);
    }

    /* A FALSE VERIFIER */

    /// @notice One who lists a verifier that takes everything spends slots of his own list's scope, and of no other.
    function test_market_fakeVerifier() public {
        address real = listedTrapdoor();
        IDataEscrow.Request memory honest = _inMarket();
        honest.verifiers = only(real);
        id = postAs(BUYER, honest, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(honest);
        vm.expectRevert();
        escrow.claim(id, honest, 0, input);

        // The model verifier takes everything: alone, or beside the real one, in front of it or behind.
        IDataEscrow.Request memory fake = _inMarket();
        for (uint256 i = 0; i < 3; ++i) {
            fake.verifiers = new address[](i == 0 ? 1 : 2);
            if (i > 0) fake.verifiers[i - 1] = real;
            fake.verifiers[i == 1 ? 1 : 0] = address(verifier);
            uint256 other = postAs(STRANGER, fake, BUDGET);
            escrow.claim(other, fake, i == 1 ? 1 : 0, input);
            vm.assertTrue(!escrow.spent(escrow.scopeOf(id, honest), NULLIFIER, id), "free for the honest");
        }
        prove(id, honest, input);
        escrow.claim(id, honest, 0, input);
    }

    /// @notice A real proof for one market, or for one request, claims on no other.
    function test_market_proofsAreOfOneScope() public {
        IDataEscrow.Request memory mine = _inMarket();
        mine.verifiers = only(listedTrapdoor());
        id = postAs(BUYER, mine, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(mine);
        prove(id, mine, input);
        IDataEscrow.Request memory other = _inMarket();
        other.verifiers = mine.verifiers;
        for (uint256 i = 0; i < 2; ++i) {
            other.market = i == 0 ? bytes32("another") : bytes32(0);
            uint256 otherId = postAs(BUYER, other, BUDGET);
            vm.expectRevert(IClaimVerifier.ProofRejected.selector);
            escrow.claim(otherId, other, 0, input);
        }
        escrow.claim(id, mine, 0, input);
    }

    /// @notice A proof for one request of a market claims on no other that asks for the same data, where whoever saw it
    /// would have it paid at a price, in a token, that its maker never accepted.
    function test_market_proofOfAnotherRequest() public {
        IDataEscrow.Request memory mine = _inMarket();
        mine.verifiers = only(listedTrapdoor());
        id = postAs(BUYER, mine, BUDGET);
        IDataEscrow.ClaimInput memory input = claimOn(mine);
        prove(id, mine, input);
        IDataEscrow.Request memory cheap = _inMarket();
        cheap.verifiers = mine.verifiers;
        (cheap.token, cheap.pricePerRecord, cheap.buyer) = (address(newToken()), 1, STRANGER);
        uint256 other = postAs(STRANGER, cheap, BUDGET);
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        vm.prank(STRANGER);
        escrow.claim(other, cheap, 0, input);
        escrow.claim(id, mine, 0, input);
    }
}
