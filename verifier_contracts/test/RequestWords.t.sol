// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";

/// @notice A request is read where abi.encode puts its words: no other layout is posted, and none is taken for a posted one.
contract RequestWordsTest is EscrowTested {
    uint256 private constant SELECTOR = 4;
    uint256 private constant VERIFIERS_POINTER = 0x260;
    uint256 private constant BOUNDS_POINTER = 0x280;

    function _word(bytes memory given, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(given, 0x20), place))
        }
    }

    function _write(bytes memory given, uint256 place, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(given, 0x20), place), word)
        }
    }

    /// @dev The call with one of the request's lists once more behind all else, and the pointer to it there.
    function _moved(
        bytes memory given,
        uint256 head,
        uint256 pointer,
        uint256[] memory list
    ) private pure returns (bytes memory moved) {
        uint256 start = SELECTOR + _word(given, SELECTOR + head);
        moved = abi.encodePacked(given, list.length, list);
        _write(moved, start + pointer, given.length - start);
    }

    function _lists() private view returns (uint256[] memory verifiers, uint256[] memory bounds) {
        verifiers = new uint256[](1);
        verifiers[0] = uint160(address(verifier));
        bounds = request().bounds;
    }

    function _fails(bytes memory given, bytes memory expected) private {
        (bool done, bytes memory answer) = address(escrow).call(given);
        vm.assertTrue(!done, "refused");
        vm.assertEq(keccak256(answer), keccak256(expected), "with this error");
    }

    function _funded() private {
        token.mint(address(this), BUDGET);
        token.approve(address(escrow), BUDGET);
    }

    /// @notice A list that lies elsewhere is the same to a decoder, and refused; where it belongs it is taken.
    function test_words_postedLayout() public {
        (uint256[] memory verifiers, uint256[] memory bounds) = _lists();
        bytes memory given = abi.encodeCall(IDataEscrow.post, (request(), panel, 0, uint32(BUDGET)));
        bytes memory expected = abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, "request");
        _funded();
        _fails(_moved(given, 0, VERIFIERS_POINTER, verifiers), expected);
        _fails(_moved(given, 0, BOUNDS_POINTER, bounds), expected);
        (bool done, ) = address(escrow).call(given);
        vm.assertTrue(done, "plain");
    }

    /// @notice The same of a request that was posted.
    function test_words_claimedLayout() public {
        (uint256[] memory verifiers, uint256[] memory bounds) = _lists();
        bytes memory given = abi.encodeCall(IDataEscrow.claim, (id, request(), 0, goodClaim()));
        bytes memory expected = abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id);
        _fails(_moved(given, 0x20, VERIFIERS_POINTER, verifiers), expected);
        _fails(_moved(given, 0x20, BOUNDS_POINTER, bounds), expected);
        (bool done, ) = address(escrow).call(given);
        vm.assertTrue(done, "plain");
    }

    /// @notice A length that wraps around, or reaches far, finds no request.
    function test_words_lengths() public {
        bytes memory given = abi.encodeCall(IDataEscrow.claim, (id, request(), 0, goodClaim()));
        uint256 start = SELECTOR + _word(given, SELECTOR + 0x20);
        bytes memory expected = abi.encodeWithSelector(IEscrowErrors.RequestUnknown.selector, id);
        uint256[6] memory lengths = [uint256(0), 2, 17, 1 << 251, (1 << 251) - 21, type(uint256).max];
        for (uint256 i = 0; i < lengths.length; ++i) {
            for (uint256 list = 0; list < 2; ++list) {
                bytes memory changed = abi.encodePacked(given);
                if (list == 1 && lengths[i] == 2) continue;
                _write(changed, start + 0x2a0 + 0x40 * list, lengths[i]);
                _fails(changed, expected);
            }
        }
    }

    /// @notice With any bit of the posted request changed there is no such request: 25 words, pointers and lengths too.
    function test_fuzz_words_eachCounts(uint256 which, uint256 bit) public {
        bytes memory given = abi.encodeCall(IDataEscrow.close, (id, request()));
        uint256 start = SELECTOR + _word(given, SELECTOR + 0x20);
        uint256 place = start + 0x20 * (which % 26);
        vm.warp(request().deadline + 1);
        bytes memory changed = abi.encodePacked(given);
        _write(changed, place, _word(given, place) ^ (1 << (bit % 256)));
        (bool done, ) = address(escrow).call{gas: 1_000_000}(changed);
        vm.assertTrue(!done, "another request");
        (done, ) = address(escrow).call(given);
        vm.assertTrue(done, "this one");
    }

    /// @notice Bits above an account's own are refused when posted, and in the terms of a claim.
    function test_words_highBits() public {
        _funded();
        bytes memory given = abi.encodeCall(IDataEscrow.post, (request(), panel, 0, uint32(BUDGET)));
        uint256[5] memory accounts = [uint256(0), 0x20, 0x100, 0x120, 0x2c0];
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 place = SELECTOR + _word(given, SELECTOR) + accounts[i];
            bytes memory changed = abi.encodePacked(given);
            _write(changed, place, _word(given, place) | (1 << 160));
            _fails(changed, "");
        }
        given = abi.encodeCall(IDataEscrow.claim, (id, request(), 0, goodClaim()));
        uint256 input = SELECTOR + _word(given, SELECTOR + 0x60);
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory changed = abi.encodePacked(given);
            uint256 place = input + 0x240 + 0x20 * i;
            _write(changed, place, _word(given, place) | (1 << 160));
            _fails(changed, "");
        }
    }
}
