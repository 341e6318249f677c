// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {DecimalsToken} from "./tokens/OddAnswers.sol";

/// @notice However a budget is split, and whatever a token's decimals are, the parts are exact to the token's smallest part.
contract SplitsTest is PanelFixture {
    uint256 private constant MOST_KEEPERS = 16;
    uint256 private constant OWNERS = 8;

    function setUp() public {
        open();
        name(MOST_KEEPERS, 1, false);
    }

    /* 500 TOKENS: 50 RECORDS AT ONE TOKEN, 2 FOR THE APPROVERS, 448 LEFT */

    /// @dev Counted in 10^-places tokens.
    function _flow(uint256 decimals, uint256 places_, uint256 fee, uint256 approving) private {
        token = new DecimalsToken(uint8(decimals));
        uint256 whole = 10 ** decimals;
        uint256 fine = 10 ** places_;
        IDataEscrow.Request memory asked = attested(2 * fine);
        asked.unit = whole / fine;
        asked.pricePerRecord = fine;
        id = postAs(BUYER, asked, 500 * fine);
        vm.assertEq(token.balanceOf(address(escrow)), 500 * whole, "locked");
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.count, input.fee) = (50, fee);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        vm.assertEq(escrow.left(id) * asked.unit, 448 * whole, "left when it is set aside");
        (IDataEscrow.SetAside memory admitted, address[] memory approvers) = admit(aside, approving);
        escrow.release(admitted, approvers, SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), 50 * whole - fee, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), fee, "relayer");
        uint256 part = ((2 * fine) / approving) * asked.unit;
        for (uint256 i = 0; i < approving; ++i) {
            vm.assertEq(escrow.credits(address(token), approvers[i]), part, "an approver's part");
            if (part == 0) continue;
            vm.prank(approvers[i]);
            escrow.withdraw(address(token), STRANGER);
        }
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(STRANGER), approving * part, "the approvers' all");
        vm.assertEq(
            token.balanceOf(BUYER),
            450 * whole - approving * part,
            "the buyer's rest, and what does not divide"
        );
        vm.assertEq(token.balanceOf(address(escrow)), 0, "to the last unit");
        vm.warp(NOW);
    }

    /// @notice For any decimals, any unit, any fee and any number of approvers.
    function test_fuzz_splits_flow(uint256 decimals, uint256 places_, uint256 fee, uint256 approving) public {
        decimals = between(decimals, 6, 18);
        _flow(decimals, between(places_, 0, 6), between(fee, 0, 50 * 10 ** decimals), between(approving, 1, 16));
    }

    /// @notice For all decimals from 6 to 18, counted in tokens and in millionths, with two approvers and a fee of one part.
    function test_splits_flow() public {
        for (uint256 decimals = 6; decimals <= 18; ++decimals) {
            _flow(decimals, 0, 1, 2);
            _flow(decimals, 6, 50 * 10 ** decimals, 2);
        }
    }

    /* A MILLION RECORDS AT A MILLIONTH OF A TOKEN */

    /// @dev Of two tokens one is paid and one comes back.
    function _million(uint256 decimals, uint256 fee) private {
        token = new DecimalsToken(uint8(decimals));
        uint256 whole = 10 ** decimals;
        IDataEscrow.Request memory asked = request();
        (asked.unit, asked.pricePerRecord) = (10 ** (decimals - 6), 1);
        delete panel;
        id = postAs(BUYER, asked, 2_000_000);
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        (input.count, input.fee) = (1_000_000, fee);
        IDataEscrow.SetAside memory aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
        escrow.release(aside, nobody(), SECRET);
        vm.assertEq(token.balanceOf(RECIPIENT), whole - fee, "recipient");
        vm.assertEq(token.balanceOf(RELAYER), fee, "relayer");
        vm.warp(asked.deadline + 1);
        escrow.close(id, asked);
        vm.assertEq(token.balanceOf(BUYER), whole, "buyer");
        vm.assertEq(token.balanceOf(address(escrow)), 0, "to the last unit");
        vm.warp(NOW);
    }

    /// @notice For all decimals from 6 to 18.
    function test_splits_million() public {
        for (uint256 decimals = 6; decimals <= 18; ++decimals) _million(decimals, 10 ** decimals / 3);
    }

    /// @notice For any fee.
    /// forge-config: default.fuzz.runs = 64
    function test_fuzz_splits_million(uint256 decimals, uint256 fee) public {
        decimals = between(decimals, 6, 18);
        _million(decimals, between(fee, 0, 10 ** decimals));
    }

    /* MANY OWNERS, SETTLED BY ONE */

    /// @notice Each of eight owners in a batch gets what his records earn less his fee, and the aggregator all fees.
    /// forge-config: default.fuzz.runs = 64
    function test_fuzz_splits_aggregator(uint256 seed, uint96 unit) public {
        delete panel;
        IDataEscrow.Request memory asked = request();
        (asked.mode, asked.buyerKey, asked.unit) = (0, NOBODY, between(unit, 1, type(uint96).max));
        id = postAs(BUYER, asked, OWNERS * 1000 * PRICE);
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](OWNERS);
        uint256[OWNERS] memory earned;
        uint256 fees;
        uint256 sum;
        for (uint256 i = 0; i < OWNERS; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i;
            inputs[i].count = between(random, 1, 1000);
            earned[i] = inputs[i].count * PRICE * asked.unit;
            inputs[i].fee = between(random >> 32, 0, earned[i]);
            (inputs[i].recipient, inputs[i].relayer) = (address(uint160(0x1000 + i)), address(0));
            (fees, sum) = (fees + inputs[i].fee, sum + earned[i]);
        }
        vm.prank(STRANGER);
        escrow.claimMany(id, asked, 0, inputs);
        for (uint256 i = 0; i < OWNERS; ++i) {
            vm.assertEq(token.balanceOf(inputs[i].recipient), earned[i] - inputs[i].fee, "an owner's");
        }
        vm.assertEq(token.balanceOf(STRANGER), fees, "the aggregator's");
        vm.assertEq(escrow.left(id) * asked.unit, OWNERS * 1000 * PRICE * asked.unit - sum, "left");
    }
}
