// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Tested} from "./Cheats.sol";
import {ModelTrader, PairingTrader, Trader} from "./stateful/Trader.sol";

/// @notice All properties of stateful/Property.sol at once, each looked at after every move, so that a campaign's calls
/// are the moves that were made: runs x depth. The first broken one is named.
abstract contract Properties is Tested {
    Trader internal trader;

    /// @notice forge plays the trader and nothing else.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    function hold() internal view {
        bytes32 fault = trader.fault();
        uint256 length;
        while (length < 32 && fault[length] != 0) ++length;
        bytes memory name = new bytes(length);
        for (uint256 i = 0; i < length; ++i) name[i] = fault[i];
        vm.assertTrue(fault == 0, string(name));
    }
}

/// @notice On a model verifier, which says of 1,000 proofs what the real one says: see VerifierModel.t.sol.
/// forge-config: default.invariant.runs = 100
/// forge-config: default.invariant.depth = 200
/// forge-config: deep.invariant.runs = 4000
/// forge-config: deep.invariant.depth = 250
contract ModelPropertiesTest is Properties {
    function setUp() public {
        trader = new ModelTrader();
    }

    function invariant_everyPropertyHolds() external view {
        hold();
    }
}

/// @notice On the real verifier, with real proofs.
/// forge-config: default.invariant.runs = 4
/// forge-config: default.invariant.depth = 50
/// forge-config: deep.invariant.runs = 100
/// forge-config: deep.invariant.depth = 200
contract PairingPropertiesTest is Properties {
    function setUp() public {
        trader = new PairingTrader();
    }

    function invariant_everyPropertyHolds() external view {
        hold();
    }
}
