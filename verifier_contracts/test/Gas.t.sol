// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {PanelFixture} from "./PanelFixture.sol";

/// @notice The calls whose gas is told, each under a real verifier and in a transaction of its own, to payees who hold the
/// token. `forge test --match-contract GasTest --match-test NAME --gas-report --isolate` prints it.
contract GasTest is PanelFixture {
    address private real;

    function setUp() public {
        open();
        real = listedTrapdoor();
        token.mint(RECIPIENT, 1);
        token.mint(RELAYER, 1);
    }

    /// @notice Six ciphertext words in calldata.
    function test_gasCalldata() public {
        IDataEscrow.Request memory asked = _asked();
        _claim(asked, postAs(BUYER, asked, BUDGET));
    }

    /// @notice Two of three keepers named.
    function test_gasAttested() public {
        IDataEscrow.Request memory asked = _attested();
        _claim(asked, postAs(BUYER, asked, BUDGET));
    }

    /// @notice The fact alone, paid with the claim.
    function test_gasNone() public {
        IDataEscrow.Request memory asked = _asked();
        (asked.mode, asked.buyerKey) = (0, NOBODY);
        _claim(asked, postAs(BUYER, asked, BUDGET));
    }

    /// @notice Sixteen claims on one request.
    function test_gasBatch() public {
        IDataEscrow.Request memory asked = _attested();
        uint256 id_ = postAs(BUYER, asked, 100 * BUDGET);
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](16);
        for (uint256 i = 0; i < 16; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i;
            prove(id_, asked, inputs[i]);
        }
        escrow.claimMany(id_, asked, 0, inputs);
    }

    /// @notice To one payee.
    function test_gasRelease() public {
        IDataEscrow.ClaimInput memory input = claimOn(request());
        input.fee = 0;
        IDataEscrow.SetAside memory aside = asideOf(request(), input);
        escrow.claim(id, request(), 0, input);
        escrow.release(aside, nobody(), SECRET);
    }

    function _asked() private view returns (IDataEscrow.Request memory asked) {
        asked = request();
        asked.verifiers = only(real);
    }

    function _attested() private returns (IDataEscrow.Request memory asked) {
        name(3, 2, false);
        asked = attested(0);
        asked.verifiers = only(real);
    }

    function _claim(IDataEscrow.Request memory asked, uint256 id_) private {
        IDataEscrow.ClaimInput memory input = claimOn(asked);
        input.fee = 0;
        prove(id_, asked, input);
        escrow.claim(id_, asked, 0, input);
    }
}
