// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {Panels} from "../../src/Panels.sol";
import {SignatureGate} from "../../src/SignatureGate.sol";
import {Tested} from "../Cheats.sol";

/// @notice Who agrees: nobody twice, nobody who was not named, and never too few. Proved by halmos, whatever accounts the
/// signatures are of; three signers or keepers, of whom two are needed.
contract SignerProofs is Tested {
    struct Signature {
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    bytes private answer;

    /// @notice For all signers and signatures, none to three: a gate of two of three answers only with two or three accounts,
    /// ascending, each of them a signer.
    function check_gateNeedsDistinctSigners(
        address[3] calldata signers,
        Signature[3] calldata given,
        uint256 count,
        bytes32 claimId
    ) public {
        address[] memory three = _three(signers);
        SignatureGate gate = new SignatureGate(three, 2);
        bytes[] memory signatures = new bytes[](
            count == 3
                ? 3
                : count == 2
                    ? 2
                    : count == 1
                        ? 1
                        : 0
        );
        for (uint256 i = 0; i < signatures.length; ++i) {
            signatures[i] = abi.encodePacked(given[i].r, given[i].s, given[i].v);
        }
        _checkApprovers(gate.approversOf(claimId, 1, abi.encode(signatures)), three);
    }

    /// @notice Likewise for the keepers of a panel, at any places from 0 to 3, of which the last is nobody's.
    function check_panelNeedsDistinctKeepers(
        address[3] calldata keepers,
        IDataEscrow.KeptBy[3] calldata given,
        uint256 count,
        bytes32 digest
    ) public view {
        IDataEscrow.Panel memory panel = IDataEscrow.Panel(_three(keepers), 2, address(0));
        IDataEscrow.KeptBy[] memory kept = new IDataEscrow.KeptBy[](
            count == 3
                ? 3
                : count == 2
                    ? 2
                    : count == 1
                        ? 1
                        : 0
        );
        for (uint256 i = 0; i < kept.length; ++i) {
            uint256 place = given[i].keeper;
            kept[i] = IDataEscrow.KeptBy(
                place == 0
                    ? 0
                    : place == 1
                        ? 1
                        : place == 2
                            ? 2
                            : 3,
                given[i].r,
                given[i].vs
            );
        }
        _checkApprovers(this.keepersOf(panel, kept, digest), panel.keepers);
    }

    /// @notice For all answers of a gate of up to seven words, cut anywhere: what is taken from it is at least one account and
    /// at most as many as it sent, each not zero, ascending, without a bit above the 160th.
    function check_gateAnswersAreAccounts(bytes32[7] calldata words, uint8 cut) public {
        uint256 count =
            cut == 0
                ? 2
                : cut == 1
                    ? 3
                    : cut == 2
                        ? 4
                        : 5;
        bytes memory sent;
        for (uint256 i = 0; i < count; ++i) sent = abi.encodePacked(sent, words[i]);
        answer = sent;
        uint256[] memory approvers = this.gateOf("");
        assert(approvers.length > 0 && approvers.length + 2 <= count);
        uint256 last;
        for (uint256 i = 0; i < count - 2; ++i) {
            if (i >= approvers.length) return;
            assert(approvers[i] > last && approvers[i] <= type(uint160).max);
            last = approvers[i];
        }
    }

    /// @notice Calldata is what the library reads.
    function keepersOf(
        IDataEscrow.Panel calldata panel,
        IDataEscrow.KeptBy[] calldata kept,
        bytes32 digest
    ) external pure returns (address[] memory) {
        return Panels.keepersOf(panel, kept, digest);
    }

    /// @notice What the library makes of `answer`, as words.
    function gateOf(bytes calldata asked) external view returns (uint256[] memory words) {
        address[] memory approvers = Panels.gateOf(address(this), 0, 0, asked);
        assembly ("memory-safe") {
            words := approvers
        }
    }

    /// @notice This contract is the gate, too.
    function approversOf(bytes32, uint256, bytes calldata) external view {
        bytes memory sent = answer;
        assembly ("memory-safe") {
            return(add(sent, 0x20), mload(sent))
        }
    }

    function _three(address[3] calldata accounts) private pure returns (address[] memory list) {
        vm.assume(accounts[0] > address(0) && accounts[0] < accounts[1] && accounts[1] < accounts[2]);
        list = new address[](3);
        for (uint256 i = 0; i < 3; ++i) list[i] = accounts[i];
    }

    function _checkApprovers(address[] memory approvers, address[] memory named) private pure {
        assert(approvers.length == 2 || approvers.length == 3);
        for (uint256 i = 0; i < approvers.length; ++i) {
            assert(i == 0 || approvers[i - 1] < approvers[i]);
            assert(approvers[i] == named[0] || approvers[i] == named[1] || approvers[i] == named[2]);
        }
    }
}
