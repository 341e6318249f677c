// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {GasScan} from "./GasScan.sol";

/// @notice Every verb of the escrow under every gas limit: all of it, or nothing.
contract GasLimitsTest is GasScan {
    IDataEscrow.Request private plain;
    IDataEscrow.Request private kept;
    IDataEscrow.Request private fact;
    IDataEscrow.Request private real;
    /// @dev Two of the fact behind a gate, and of the others one each.
    uint256[5] private ids;
    IDataEscrow.SetAside private waiting;
    IDataEscrow.SetAside private admitted;
    IDataEscrow.SetAside private gated;
    IDataEscrow.Panel private keepers;
    address[] private approvers;

    function setUp() public {
        open();
        plain = request();
        fact = request();
        (fact.mode, fact.buyerKey) = (0, NOBODY);
        real = request();
        real.verifiers = only(listedTrapdoor());
        ids[0] = id;
        ids[1] = id = postAs(BUYER, fact, BUDGET);
        ids[2] = id = postAs(BUYER, real, BUDGET);
        name(3, 2, false);
        kept = attested(6);
        keepers = panel;
        ids[3] = id = postAs(BUYER, kept, BUDGET);
        waiting = _claimed(0);
        IDataEscrow.SetAside memory first = _claimed(1);
        (admitted, approvers) = admit(first, 2);
        watched = [RECIPIENT, RELAYER, BUYER, panel.keepers[0], panel.keepers[1], address(escrow), STRANGER];
        _credited();
        _gated();
        token.mint(BUYER, BUDGET);
        vm.prank(BUYER);
        token.approve(address(escrow), BUDGET);
    }

    function _claimed(uint256 which) private returns (IDataEscrow.SetAside memory aside) {
        IDataEscrow.ClaimInput memory input = claimOn(kept);
        input.nullifier += which;
        aside = asideOf(kept, input);
        escrow.claim(id, kept, 0, input);
    }

    /// @dev A credit of the first keeper's.
    function _credited() private {
        IDataEscrow.SetAside memory aside = _claimed(2);
        (IDataEscrow.SetAside memory last, address[] memory some) = admit(aside, 2);
        escrow.release(last, some, SECRET);
    }

    /// @dev A claim on a fact behind a gate, which pays when it is admitted.
    function _gated() private {
        name(0, 0, true);
        gate.approve(only(STRANGER));
        IDataEscrow.Request memory asked = attested(6);
        (asked.mode, asked.buyerKey) = (0, NOBODY);
        ids[4] = id = postAs(BUYER, asked, BUDGET);
        gated = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
    }

    /// @notice Posting and topping up: the budget is taken whole or not at all.
    function test_gasLimits_post() public {
        panel = keepers;
        bytes memory call = abi.encodeCall(IDataEscrow.post, (kept, panel, 0, uint32(BUDGET)));
        scans(BUYER, call, "post");
        scans(BUYER, abi.encodeCall(IDataEscrow.topUp, (ids[0], plain, 100)), "topUp");
    }

    /// @notice Giving notice.
    function test_gasLimits_cancel() public {
        scans(BUYER, abi.encodeCall(IDataEscrow.cancel, (ids[0], plain)), "cancel");
    }

    /// @notice A claim on a model verifier; of data, and of the fact, which pays at once.
    function test_gasLimits_claim() public {
        bytes memory call = abi.encodeCall(IDataEscrow.claim, (ids[0], plain, 0, claimOn(plain)));
        scans(STRANGER, call, "claim");
        call = abi.encodeCall(IDataEscrow.claim, (ids[1], fact, 0, claimOn(fact)));
        scans(STRANGER, call, "claim of a fact");
    }

    /// @notice A claim with a real pairing.
    function test_gasLimits_claimReal() public {
        IDataEscrow.ClaimInput memory input = claimOn(real);
        prove(ids[2], real, input);
        scans(STRANGER, abi.encodeCall(IDataEscrow.claim, (ids[2], real, 0, input)), "claim");
    }

    /// @notice A batch of two claims and one that is skipped; of data, and of the fact.
    function test_gasLimits_claimMany() public {
        scans(STRANGER, _batch(ids[0], plain), "claimMany");
        scans(STRANGER, _batch(ids[1], fact), "claimMany of facts");
    }

    function _batch(uint256 which, IDataEscrow.Request memory asked) private pure returns (bytes memory) {
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](3);
        for (uint256 i = 0; i < 3; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i / 2;
        }
        return abi.encodeCall(IDataEscrow.claimMany, (which, asked, 0, inputs));
    }

    /// @notice An admission by keepers; and by a gate, which pays.
    function test_gasLimits_admit() public {
        keys = keysOf("keeper", 3);
        bytes memory call = abi.encodeCall(
            IDataEscrow.admit,
            (waiting, keepers, DIGEST, keptBy(waiting, places(2)), "")
        );
        scans(STRANGER, call, "admit");
        call = abi.encodeCall(IDataEscrow.admit, (gated, panel, 0, noSignatures(), ""));
        scans(STRANGER, call, "admit of a fact, by a gate");
    }

    /// @notice A release to recipient, relayer and two approvers.
    function test_gasLimits_release() public {
        scans(STRANGER, abi.encodeCall(IDataEscrow.release, (admitted, approvers, SECRET)), "release");
    }

    /// @notice What runs out.
    function test_gasLimits_expireAndClose() public {
        vm.warp(plain.deadline + 1);
        scans(STRANGER, abi.encodeCall(IDataEscrow.expire, (admitted)), "expire");
        scans(STRANGER, abi.encodeCall(IDataEscrow.close, (ids[0], plain)), "close");
    }

    /// @notice A credit.
    function test_gasLimits_withdraw() public {
        bytes memory call = abi.encodeCall(IDataEscrow.withdraw, (address(token), STRANGER));
        scans(approvers[0], call, "withdraw");
    }
}
