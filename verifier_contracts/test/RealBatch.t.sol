// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {SignalsFixture} from "./SignalsFixture.sol";

/// @notice Many claims at once, over real pairings.
contract RealBatchTest is SignalsFixture {
    IDataEscrow.Request private asked;

    function setUp() public {
        open();
        asked = request();
        asked.verifiers = only(listedTrapdoor());
        id = postAs(BUYER, asked, 5000);
    }

    function _proven(uint256 count) private view returns (IDataEscrow.ClaimInput[] memory inputs) {
        inputs = new IDataEscrow.ClaimInput[](count);
        for (uint256 i = 0; i < count; ++i) {
            inputs[i] = claimOn(asked);
            inputs[i].nullifier += i;
            prove(id, asked, inputs[i]);
        }
    }

    function _rejects(IDataEscrow.ClaimInput[] memory inputs) private {
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000, "no trace");
        vm.assertTrue(!escrow.spent(escrow.scopeOf(id, asked), NULLIFIER, id), "free");
    }

    /// @notice One, and sixteen, proven claims are taken and released.
    function test_realBatch() public {
        IDataEscrow.ClaimInput[] memory inputs = _proven(17);
        IDataEscrow.ClaimInput[] memory one = new IDataEscrow.ClaimInput[](1);
        one[0] = inputs[16];
        escrow.claimMany(id, asked, 0, one);
        assembly ("memory-safe") {
            mstore(inputs, 16)
        }
        IDataEscrow.SetAside memory aside = asideOf(asked, inputs[15]);
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - 17 * COUNT * PRICE, "seventeen");
        escrow.release(aside, nobody(), SECRET);
    }

    /// @notice Front-run in one of them, the rest of a proven batch is taken; its proof still has to hold.
    function test_realBatch_frontRun() public {
        IDataEscrow.ClaimInput[] memory inputs = _proven(4);
        escrow.claim(id, asked, 0, inputs[2]);
        inputs[2].wrap += 1;
        vm.expectRevert(IClaimVerifier.ProofRejected.selector);
        escrow.claimMany(id, asked, 0, inputs);
        inputs[2].wrap -= 1;
        vm.expectEmit();
        emit IDataEscrow.Skipped(
            id,
            inputs[2].nullifier,
            abi.encodeWithSelector(IEscrowErrors.AlreadyClaimed.selector, inputs[2].nullifier)
        );
        escrow.claimMany(id, asked, 0, inputs);
        vm.assertEq(escrow.left(id), 5000 - 4 * COUNT * PRICE, "four");
    }

    /// @notice One false proof, at whatever place, reverts all of them.
    function test_realBatch_oneFalse() public {
        for (uint256 i = 0; i < 4; ++i) {
            IDataEscrow.ClaimInput[] memory inputs = _proven(4);
            inputs[i].count += 1;
            _rejects(inputs);
        }
    }

    /// @notice Proofs of each other's claims, whole or in one point, revert all.
    function test_realBatch_swapped() public {
        IDataEscrow.ClaimInput[] memory inputs = _proven(3);
        (inputs[0].proof, inputs[2].proof) = (inputs[2].proof, inputs[0].proof);
        _rejects(inputs);
        inputs = _proven(3);
        for (uint256 i = 6; i < 8; ++i) {
            (inputs[0].proof[i], inputs[1].proof[i]) = (inputs[1].proof[i], inputs[0].proof[i]);
        }
        _rejects(inputs);
        inputs = _proven(3);
        (inputs[0].recipient, inputs[1].recipient) = (STRANGER, STRANGER);
        _rejects(inputs);
    }

    /// @notice A malformed proof, and an empty batch, are told apart from false ones.
    function test_realBatch_malformed() public {
        IDataEscrow.ClaimInput[] memory inputs = _proven(3);
        inputs[1].proof[7] += 1;
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claimMany(id, asked, 0, inputs);
        vm.expectRevert(IClaimVerifier.ProofMalformed.selector);
        escrow.claimMany(id, asked, 0, new IDataEscrow.ClaimInput[](0));
    }

    /// @notice With too little gas a batch says GasTooLow or runs out; it says nothing of the proofs, and takes nothing.
    function test_realBatch_lowGas() public {
        bytes memory call = abi.encodeCall(IDataEscrow.claimMany, (id, asked, 0, _proven(3)));
        bool told;
        bool done;
        for (uint256 limit = 50_000; !done && limit < 1_200_000; limit += 7_000) {
            bytes memory answer;
            (done, answer) = address(escrow).call{gas: limit}(call);
            if (!done && answer.length > 0) {
                vm.assertTrue(bytes4(answer) == IClaimVerifier.GasTooLow.selector, "no error but GasTooLow");
                told = true;
            }
            vm.assertEq(escrow.left(id), done ? 5000 - 3 * COUNT * PRICE : 5000, "all or nothing");
        }
        vm.assertTrue(told && done, "told, then done");
    }
}
