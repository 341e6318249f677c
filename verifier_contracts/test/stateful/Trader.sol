// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TrapdoorKey} from "../generated/TrapdoorKey.sol";
import {ModelVerifier} from "../ModelVerifier.sol";
import {TestToken} from "../TestToken.sol";
import {SaleMoves} from "./SaleMoves.sol";

/// @notice Plays any sequence of moves by any of nine accounts, some blocked by a token that also calls back, on requests
/// of all kinds in two tokens, on the chain and on a fork of it, honestly and not. It keeps its own books, knows of
/// every move whether it has to succeed, and looks at everything after each.
abstract contract Trader is SaleMoves {
    constructor() {
        deploy();
        plain = new TestToken();
        setVerifier();
        nameTeam();
        hashSecrets();
        accounts = [BUYER, RECIPIENT, RELAYER, STRANGER, team[0], team[1], team[2]];
        accounts.push(address(type(uint160).max));
        accounts.push(address(this));
        // Bit 24 makes it approve enough.
        for (uint256 kind = 0; kind < 12; ++kind) _post((1 << 24) | (kind << 16) | (2 << 4), 700, 3, kind);
    }

    function setVerifier() internal virtual;

    function wait(uint256 by) external move((1 << 200) | (1 << 208), Touch.Nothing) {
        clock += between(by, 1, 1 days);
    }

    /// @notice To the second before a deadline or the end of a wait, to that second, or to the one after.
    function waitForAnEdge(uint256 seed) external move((1 << 200) | (1 << 208), Touch.Nothing) {
        seed = spread(seed);
        uint256 edge = asked[someRequest(seed >> 16)].deadline;
        if (seed % 4 != 0 && sales.length != 0) edge = someSale(seed >> 16, Phase.Claimed, Phase.Admitted).aside.expiry;
        uint256 to = edge - 1 + ((seed >> 8) % 3);
        if (to > clock && to < clock + 2 days) clock = to;
    }

    function refusePayee(uint256 seed, bool value) external move((1 << 200) | (1 << 208), Touch.Nothing) {
        odd.setBlocked(accounts[seed % accounts.length], value);
    }
}

/// @notice With the verifier that knows the logarithms of all proofs.
contract ModelTrader is Trader {
    ModelVerifier private model;

    function setVerifier() internal override {
        model = new ModelVerifier();
        escrow.list(address(model));
        model.learn(TrapdoorKey.A);
        model.learn(TrapdoorKey.A + 1);
        model.learn(TrapdoorKey.B, [TrapdoorKey.B_0, TrapdoorKey.B_1, TrapdoorKey.B_2, TrapdoorKey.B_3]);
    }

    function accepted() internal view override returns (address[] memory) {
        return only(address(model));
    }

    function learn(uint256 log) internal override {
        model.learn(log);
    }
}

/// @notice With the real verifier: every claim is a pairing.
contract PairingTrader is Trader {
    address private real;

    function setVerifier() internal override {
        real = listedTrapdoor();
    }

    function accepted() internal view override returns (address[] memory) {
        return only(real);
    }

    function learn(uint256) internal override {}
}
