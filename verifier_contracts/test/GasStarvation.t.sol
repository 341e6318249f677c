// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {GasScan} from "./GasScan.sol";
import {TestToken} from "./TestToken.sol";
import {PlantedCode} from "./PlantedCode.sol";
import {HungryToken} from "./tokens/OddRefusals.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice A payment that the token makes with gas enough never ends as a credit because whoever calls gave less: not of a
/// token whose transfers take much, and not where a credit is cheapest, because the payee was credited in the same call.
contract GasStarvationTest is GasScan {
    IDataEscrow.SetAside private aside;
    address[] private approvers;

    function newToken() internal override returns (TestToken) {
        return new HungryToken(0);
    }

    /// @dev The recipient is one of the keepers, and has a credit already.
    function setUp() public {
        open();
        name(2, 2, false);
        IDataEscrow.Request memory asked = attested(6);
        id = postAs(BUYER, asked, BUDGET);
        for (uint256 i = 0; i < 2; ++i) {
            IDataEscrow.ClaimInput memory input = claimOn(asked);
            (input.recipient, input.fee) = (panel.keepers[1], 0);
            input.nullifier += i;
            IDataEscrow.SetAside memory next = asideOf(asked, input);
            escrow.claim(id, asked, 0, input);
            (aside, approvers) = admit(next, 2);
            if (i == 0) escrow.release(aside, approvers, SECRET);
        }
        watched = [panel.keepers[0], panel.keepers[1], address(escrow)];
    }

    function _starves(uint256 hunger) private returns (bool) {
        HungryToken(address(token)).setHunger(hunger);
        return _starves();
    }

    function _starves() private returns (bool) {
        return !scan(STRANGER, abi.encodeCall(IDataEscrow.release, (aside, approvers, SECRET)));
    }

    /// @notice A transfer that takes as much as 140,000.
    function test_gasStarvation_some() public {
        vm.assertTrue(!_starves(140_000), "starved");
    }

    /// @notice A transfer that takes as much as 400,000.
    function test_gasStarvation_much() public {
        vm.assertTrue(!_starves(400_000), "starved");
    }

    /// @notice A transfer that takes most of what the escrow gives.
    function test_gasStarvation_most() public {
        vm.assertTrue(!_starves(700_000), "starved");
    }

    /// @notice A payee whom the token refuses: at every limit that suffices the payment is a credit, and at no other.
    function test_gasStarvation_refused() public {
        vm.etch(address(token), address(new BlockingToken()).code);
        BlockingToken(address(token)).setBlocked(panel.keepers[1], true);
        vm.assertTrue(!_starves(), "a credit is a credit under every limit");
    }

    /// @notice Where the escrow does not ask whether the token had its gas, the scan finds the limits that starve it.
    function test_gasStarvation_planted() public {
        bytes memory code = address(escrow).code;
        vm.assertEq(PlantedCode.withoutConstant(code, 1_020_000), 1, "one check");
        vm.etch(address(escrow), code);
        vm.assertTrue(_starves(300_000), "seen");
    }
}
