// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../generated/PoseidonT2.sol";
import {ClaimSignals} from "../src/ClaimSignals.sol";
import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {Tested} from "./Cheats.sol";
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
    uint256 internal constant NULLIFIER = uint256(keccak256("nullifier")) >> 3;

    TestToken internal token;
    SwitchVerifier internal verifier;
    DataEscrow internal escrow;
    uint256 internal id;

    function open() internal {
        vm.warp(NOW);
        token = newToken();
        verifier = new SwitchVerifier();
        escrow = new DataEscrow(only(address(verifier)));
        id = postAs(BUYER, request(), BUDGET);
    }

    function newToken() internal virtual returns (TestToken) {
        return new TestToken();
    }

    function only(address one) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    function postAs(address sender, IDataEscrow.Request memory asked, uint256 budget) internal returns (uint256) {
        TestToken(asked.token).mint(sender, budget);
        vm.prank(sender);
        TestToken(asked.token).approve(address(escrow), budget);
        vm.prank(sender);
        return escrow.post(asked, budget);
    }

    /// @dev One limb; hourly slots; a window of one day that ended yesterday.
    function request() internal view returns (IDataEscrow.Request memory asked) {
        asked.buyer = BUYER;
        asked.token = address(token);
        asked.pricePerRecord = uint96(PRICE);
        asked.deadline = uint64(NOW + 7 days);
        asked.releaseWindow = 1 days;
        asked.verifier = address(verifier);
        asked.schema = uint256(keccak256("schema")) >> 8;
        asked.deviceClass = 1;
        asked.root = uint256(keccak256("root")) >> 3;
        asked.buyerKey = BUYER_KEY;
        asked.slotLength = 3_600_000;
        asked.timeMax = uint64(((NOW - 1 days) / 1 days) * 86_400_000 - 1);
        asked.timeMin = asked.timeMax - 86_400_000 + 1;
        asked.mode = 1;
        asked.bounds = new uint256[](2);
        asked.bounds[0] = (1 << 47) + 200;
        asked.bounds[1] = (1 << 47) + 800;
    }

    function claimOn(
        uint256 id_,
        IDataEscrow.Request memory asked
    ) internal view returns (IDataEscrow.ClaimInput memory input) {
        input.m = uint256(keccak256("M")) >> 3;
        input.recipient = RECIPIENT;
        input.relayer = RELAYER;
        input.fee = FEE;
        uint256[] memory v = new uint256[](19);
        v[ClaimSignals.MODE] = asked.mode;
        v[ClaimSignals.SCOPE] = escrow.scopeOf(id_);
        v[ClaimSignals.SLOT_LENGTH] = asked.slotLength;
        v[ClaimSignals.TIME_MIN] = asked.timeMin;
        v[ClaimSignals.TIME_MAX] = asked.timeMax;
        v[ClaimSignals.AS_OF] = NOW * 1000;
        v[ClaimSignals.SCHEMA] = asked.schema;
        v[ClaimSignals.DEVICE_CLASS] = asked.deviceClass;
        v[ClaimSignals.ROOT] = asked.root;
        v[ClaimSignals.COUNT] = COUNT;
        v[ClaimSignals.CONTENT] = uint256(keccak256("content")) >> 3;
        v[ClaimSignals.NULLIFIER] = NULLIFIER;
        v[ClaimSignals.TERMS] = termsOf(input);
        v[ClaimSignals.RELEASE_HASH] = PoseidonT2.releaseHash(SECRET);
        v[ClaimSignals.BUYER_KEY] = asked.buyerKey;
        v[ClaimSignals.EPHEMERAL] = uint256(keccak256("ephemeral")) >> 3;
        v[ClaimSignals.WRAP] = uint256(keccak256("wrap")) >> 3;
        v[ClaimSignals.BOUNDS] = asked.bounds[0];
        v[ClaimSignals.BOUNDS + 1] = asked.bounds[1];
        input.values = v;
        input.words = new uint256[](asked.mode == 1 ? 6 : 0);
        for (uint256 i = 0; i < input.words.length; ++i) input.words[i] = R - 1 - i;
    }

    function termsOf(IDataEscrow.ClaimInput memory input) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(input.recipient, input.relayer, input.fee))) >> 8;
    }

    function goodClaim() internal view returns (IDataEscrow.ClaimInput memory) {
        return claimOn(id, request());
    }

    /// @dev What `Claimed` prints for `goodClaim` submitted now.
    function asideOf(IDataEscrow.ClaimInput memory input) internal view returns (IDataEscrow.SetAside memory aside) {
        aside.id = id;
        aside.buyer = BUYER;
        aside.token = address(token);
        aside.content = input.values[ClaimSignals.CONTENT];
        aside.recipient = input.recipient;
        aside.relayer = input.relayer == address(0) ? address(this) : input.relayer;
        aside.fee = input.fee;
        aside.amount = input.values[ClaimSignals.COUNT] * PRICE;
        aside.releaseHash = input.values[ClaimSignals.RELEASE_HASH];
        aside.expiry = uint64(block.timestamp + 1 days);
    }

    /// @dev The event `Claimed` for a claim on the fixture's request.
    function expectClaimed(IDataEscrow.ClaimInput memory input, IDataEscrow.SetAside memory aside) internal {
        vm.expectEmit();
        emit IDataEscrow.Claimed(
            id,
            claimIdOf(NULLIFIER, aside),
            NULLIFIER,
            COUNT,
            input.values[ClaimSignals.EPHEMERAL],
            input.values[ClaimSignals.WRAP],
            aside
        );
    }

    function claimed() internal returns (IDataEscrow.SetAside memory aside) {
        aside = asideOf(goodClaim());
        escrow.claim(id, request(), goodClaim());
    }

    function claimIdOf(uint256 nullifier, IDataEscrow.SetAside memory aside) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    block.chainid,
                    address(escrow),
                    aside.id,
                    nullifier,
                    aside.content,
                    aside.releaseHash,
                    aside.expiry
                )
            );
    }
}

/// @notice A test that opens the fixture anew for each of its cases.
abstract contract EscrowTested is EscrowFixture {
    function setUp() public virtual {
        open();
    }
}
