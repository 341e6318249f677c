// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PanelFixture} from "./PanelFixture.sol";

/// @notice Tries a call under every gas limit that matters, and holds each outcome against the one with gas enough: the
/// same, or a revert. What is prepared in `setUp` is another transaction, as it is on a chain: its slots cost what they cost
/// there.
abstract contract GasScan is PanelFixture {
    uint256 private constant LEAST = 21_000;
    uint256 private constant STEP = 1_000;
    uint256 private constant NEAR = 200;
    /// @dev Gas enough for everything.
    uint256 private constant MOST_GAS = 1 << 24;

    /// @dev What happened under a limit: the error where it reverted, the books where it did not.
    error Happened(bool done, bytes4 refusal, bytes32 books, uint256 used);

    /// @dev Whose balances and credits are in the books.
    address[] internal watched;

    /// @dev Makes the call and takes it back: the outcome is the reason. Accounts and slots are cold again after it.
    function trial(address sender, bytes calldata call, uint256 limit) external {
        vm.prank(sender);
        uint256 before = gasleft();
        (bool done, bytes memory answer) = address(escrow).call{gas: limit}(call);
        revert Happened(done, done || answer.length == 0 ? bytes4(0) : bytes4(answer), books(), before - gasleft());
    }

    function books() public view virtual returns (bytes32 all) {
        for (uint256 i = 1; i <= id + 1; ++i) all = keccak256(abi.encode(all, escrow.left(i)));
        for (uint256 i = 0; i < watched.length; ++i) {
            uint256 credit = escrow.credits(address(token), watched[i]);
            all = keccak256(abi.encode(all, credit, token.balanceOf(watched[i])));
        }
    }

    function _under(
        address sender,
        bytes memory call,
        uint256 limit
    ) private returns (bool done, bytes4 refusal, bytes32 after_, uint256 used) {
        try this.trial(sender, call, limit) {} catch (bytes memory reason) {
            vm.assertTrue(bytes4(reason) == Happened.selector, "the trial itself had gas enough");
            assembly ("memory-safe") {
                done := mload(add(reason, 0x24))
                refusal := mload(add(reason, 0x44))
                after_ := mload(add(reason, 0x64))
                used := mload(add(reason, 0x84))
            }
        }
    }

    /// @dev The outcome under a limit, as one word. A success leaves the books that it leaves with gas enough; where it does
    /// not, the answer is `false`.
    function _fair(
        address sender,
        bytes memory call,
        uint256 limit,
        bytes32 wanted
    ) private returns (bool fair, bytes32 outcome) {
        (bool done, bytes4 refusal, bytes32 after_, ) = _under(sender, call, limit);
        fair = !done || after_ == wanted;
        outcome = done ? after_ : bytes32(refusal);
    }

    /// @notice Every limit from 21,000 to what is needed and 10,000 more in steps of 1,000, then every one within 200 of
    /// each change of outcome.
    /// @return fair Whether each was a full success or a revert
    function scan(address sender, bytes memory call) internal returns (bool fair) {
        (bool done, , bytes32 wanted, uint256 used) = _under(sender, call, MOST_GAS);
        vm.assertTrue(done, "with gas enough it succeeds");
        bytes32 last;
        bool sound;
        fair = true;
        uint256 steady;
        for (uint256 limit = LEAST; limit < used + used / 50 || steady <= 10; limit += STEP) {
            bytes32 outcome;
            (sound, outcome) = _fair(sender, call, limit, wanted);
            fair = fair && sound;
            if (limit != LEAST && outcome != last) fair = _near(sender, call, limit, wanted) && fair;
            last = outcome;
            steady = outcome == wanted ? steady + 1 : 0;
        }
    }

    /// @dev Every limit within 200 of where the outcome changes, which lies in the step before `high`.
    function _near(address sender, bytes memory call, uint256 high, bytes32 wanted) private returns (bool fair) {
        uint256 low = high - STEP;
        (, bytes32 above) = _fair(sender, call, high, wanted);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            (, bytes32 outcome) = _fair(sender, call, middle, wanted);
            if (outcome == above) high = middle;
            else low = middle;
        }
        fair = true;
        for (uint256 limit = high - NEAR; limit <= high + NEAR; ++limit) {
            (bool sound, ) = _fair(sender, call, limit, wanted);
            fair = fair && sound;
        }
    }

    function scans(address sender, bytes memory call, string memory what) internal {
        vm.assertTrue(scan(sender, call), string.concat(what, ": under every limit all of it, or nothing"));
    }
}
