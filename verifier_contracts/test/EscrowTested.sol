// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../generated/PoseidonT2.sol";
import {BuyerKey} from "../src/BuyerKey.sol";
import {ClaimSignals} from "../src/ClaimSignals.sol";
import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {Tested} from "./Cheats.sol";
import {SwitchRegistry} from "./SwitchRegistry.sol";
import {SwitchVerifier} from "./SwitchVerifier.sol";
import {TestToken} from "./TestToken.sol";

/// @notice An escrow with one request posted, and a claim on it that holds.
abstract contract EscrowFixture is Tested {
    address internal constant BUYER = address(uint160(uint256(keccak256("buyer"))));
    address internal constant RECIPIENT = address(uint160(uint256(keccak256("recipient"))));
    address internal constant RELAYER = address(uint160(uint256(keccak256("relayer"))));
    address internal constant STRANGER = address(uint160(uint256(keccak256("stranger"))));
    uint256 internal constant R = ClaimSignals.R;
    uint256 internal constant NOW = 1_760_000_000;
    uint256 internal constant PRICE = 5;
    uint256 internal constant BUDGET = 500;
    uint256 internal constant COUNT = 10;
    uint256 internal constant FEE = 3;
    uint256 internal constant SECRET = 0xa11ce;
    /// @dev The u of BabyJubJub's generator B8.
    uint256 internal constant BUYER_KEY = 7117928050407583618111176421555214756675765419608405867398403713213306743542;
    /// @dev The u of 2 B8.
    uint256 internal constant ANOTHER_BUYER_KEY =
        13229275355733428112095997489641024783055769870913646006080868652901570030764;
    /// @dev Bought by nobody, see BuyerKey.
    uint256 internal constant NOBODY = BuyerKey.NOBODY;
    uint256 internal constant ROOT = uint256(keccak256("root")) >> 3;
    address internal constant REGISTRAR = address(uint160(uint256(keccak256("registrar"))));
    uint256 internal constant NULLIFIER = uint256(keccak256("nullifier")) >> 3;

    TestToken internal token;
    SwitchVerifier internal verifier;
    SwitchRegistry internal registry;
    /// @dev Of the request that is posted next.
    IDataEscrow.Panel internal panel;
    DataEscrow internal escrow;
    uint256 internal id;

    function open() internal {
        deploy();
        id = postAs(BUYER, request(), BUDGET);
    }

    /// @dev All but the request.
    function deploy() internal {
        vm.warp(NOW);
        token = newToken();
        verifier = new SwitchVerifier();
        registry = new SwitchRegistry();
        registry.set(REGISTRAR, ROOT, true);
        escrow = new DataEscrow(only(address(verifier)));
    }

    function newToken() internal virtual returns (TestToken) {
        return new TestToken();
    }

    function only(address one) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function postAs(address sender, IDataEscrow.Request memory asked, uint256 budget) internal returns (uint256) {
        TestToken(asked.token).mint(sender, budget * asked.unit);
        vm.prank(sender);
        TestToken(asked.token).approve(address(escrow), budget * asked.unit);
        vm.prank(sender);
        return escrow.post(asked, panel, 0, uint32(budget));
    }

    /// @dev One limb; hourly slots; a window of one day that ended yesterday.
    function request() internal view returns (IDataEscrow.Request memory asked) {
        asked.buyer = BUYER;
        asked.token = address(token);
        asked.unit = 1;
        asked.pricePerRecord = PRICE;
        asked.recordCap = type(uint32).max;
        asked.deadline = NOW + 7 days;
        asked.releaseWindow = 1 days;
        asked.verifiers = only(address(verifier));
        asked.registry = address(registry);
        asked.registrar = REGISTRAR;
        asked.schema = uint256(keccak256("schema")) >> 8;
        asked.deviceClass = 1;
        asked.buyerKey = BUYER_KEY;
        asked.slotLength = 3_600_000;
        asked.timeMax = ((NOW - 1 days) / 1 days) * 86_400_000 - 1;
        asked.timeMin = asked.timeMax - 86_400_000 + 1;
        asked.mode = 1;
        asked.bounds = new uint256[](2);
        asked.bounds[0] = (1 << 47) + 200;
        asked.bounds[1] = (1 << 47) + 800;
    }

    function claimOn(IDataEscrow.Request memory asked) internal pure returns (IDataEscrow.ClaimInput memory input) {
        input.m = uint256(keccak256("M")) >> 3;
        input.recipient = RECIPIENT;
        input.relayer = RELAYER;
        input.fee = FEE;
        input.asOf = NOW * 1000;
        input.root = ROOT;
        input.count = COUNT;
        input.content = uint256(keccak256("content")) >> 3;
        input.nullifier = NULLIFIER;
        input.releaseHash = PoseidonT2.releaseHash(SECRET);
        input.ephemeral = uint256(keccak256("ephemeral")) >> 3;
        input.wrap = uint256(keccak256("wrap")) >> 3;
        input.words = new uint256[](asked.mode == 1 ? 6 : 0);
        for (uint256 i = 0; i < input.words.length; ++i) input.words[i] = R - 1 - i;
    }

    function termsOf(IDataEscrow.ClaimInput memory input) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(input.recipient, input.relayer, input.fee))) >> 8;
    }

    function goodClaim() internal view returns (IDataEscrow.ClaimInput memory) {
        return claimOn(request());
    }

    /// @dev What `Claimed` prints for a claim on `asked` submitted now.
    function asideOf(
        IDataEscrow.Request memory asked,
        IDataEscrow.ClaimInput memory input
    ) internal view returns (IDataEscrow.SetAside memory aside) {
        uint256 paid = input.count < asked.recordCap ? input.count : asked.recordCap;
        aside.admitted = asked.panel == 0;
        aside.id = id;
        aside.buyer = asked.buyer;
        aside.token = asked.token;
        aside.unit = asked.unit;
        aside.scope = escrow.scopeOf(id, asked);
        aside.nullifier = input.nullifier;
        aside.content = input.content;
        aside.recipient = input.recipient;
        aside.relayer = input.relayer == address(0) ? address(this) : input.relayer;
        aside.fee = input.fee;
        aside.amount = paid * asked.pricePerRecord * asked.unit;
        aside.share = uint256(asked.share) * asked.unit;
        aside.panel = asked.panel;
        aside.releaseHash = asked.buyerKey == NOBODY ? 0 : input.releaseHash;
        aside.window = asked.releaseWindow;
        aside.expiry = block.timestamp + asked.releaseWindow;
        // A fact that nobody is asked about is paid at once, and its claim has no name.
        if (aside.releaseHash == 0 && asked.panel == 0) return aside;
        aside.claimId = keccak256(
            abi.encode(aside.scope, aside.id, aside.content, aside.nullifier, aside.releaseHash, aside.expiry)
        );
    }

    function nobody() internal pure returns (address[] memory) {
        return new address[](0);
    }

    /// @dev The event `Claimed` for a claim on the fixture's request.
    function expectClaimed(IDataEscrow.ClaimInput memory input, IDataEscrow.SetAside memory aside) internal {
        vm.expectEmit();
        emit IDataEscrow.Claimed(
            id,
            aside.claimId,
            input.nullifier,
            input.count,
            input.content,
            aside.releaseHash,
            input.ephemeral,
            input.wrap,
            aside.recipient,
            aside.relayer,
            aside.fee,
            aside.expiry
        );
    }

    function claimed() internal returns (IDataEscrow.SetAside memory aside) {
        aside = asideOf(request(), goodClaim());
        escrow.claim(id, request(), 0, goodClaim());
    }
}

/// @notice A test that opens the fixture anew for each of its cases.
abstract contract EscrowTested is EscrowFixture {
    function setUp() public virtual {
        open();
    }
}
