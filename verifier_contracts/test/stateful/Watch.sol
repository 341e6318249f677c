// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../../src/interfaces/IEscrowErrors.sol";
import {TestToken} from "../TestToken.sol";
import {Books} from "./Books.sol";
import {Property} from "./Property.sol";

/// @notice Looks at the escrow after every move: at all money, and in turn at requests and slots.
abstract contract Watch is Books {
    uint256 internal constant ANOTHER_CHAIN = 31_338;
    /// @dev How many requests and slots are looked at closely after one move, in turn.
    uint256 private constant LOOKS = 2;
    /// @dev How often a move draws for a request or a claim that it can go on with.
    uint256 internal constant DRAWS = 8;

    enum Touch {
        Nothing,
        SetAside,
        Credits
    }

    /// @dev What the move that is on may change beside balances, and whose credit it may take.
    Touch internal touch;
    address internal withdrawer;
    /// @dev Moves so far.
    uint256 private turn;
    uint256 private immutable HOME = block.chainid;
    mapping(address token => uint256) private seenAside;
    mapping(address token => mapping(address account => uint256)) private seenCredit;

    /// @dev One move in eight happens on a fork, and one in eight is met by a token that calls back.
    modifier move(uint256 seed, Touch touches) {
        vm.warp(clock);
        (touch, withdrawer) = (touches, address(0));
        bool forked = (seed >> 200) % 8 == 0;
        if (forked) vm.chainId(ANOTHER_CHAIN);
        if ((seed >> 208) % 8 == 0) odd.meddle(address(escrow), _meddling(seed >> 216));
        _;
        if ((seed >> 208) % 8 == 0) odd.meddle(address(0), "");
        if (forked) vm.chainId(HOME);
        owes(!odd.cameThrough(), Property.NOTHING_REENTERS);
        ++turn;
        (uint256 inOdd, uint256 inPlain) = _lookAtRequests();
        _lookAtMoney(address(odd), inOdd);
        _lookAtMoney(address(plain), inPlain);
        _lookAtSlots();
    }

    /// @dev Bits that are all alike. Most of forge's numbers are short: by their own bits most moves were on the fork, where
    /// nothing is taken.
    function spread(uint256 any) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(any)));
    }

    /// @dev Mostly one that takes claims; one draw in eight takes any.
    function someRequest(uint256 seed) internal view returns (uint256 which) {
        for (uint256 i = 0; i < DRAWS; ++i) {
            seed = spread(seed);
            which = seed % asked.length;
            if (seed >> 253 == 0 || takesClaims(which)) return which;
        }
    }

    function takesClaims(uint256 which) internal view returns (bool) {
        return !books[which].closed && clock <= asked[which].deadline;
    }

    function isForked() internal view returns (bool) {
        return block.chainid != HOME;
    }

    /// @dev A call that would succeed on its own, of one of the verbs that anybody may call, where there is one.
    function _meddling(uint256 seed) private view returns (bytes memory) {
        for (uint256 i = 0; i < 4 && sales.length != 0; ++i) {
            Sale storage sale = sales[(seed + i) % sales.length];
            if (sale.phase > Phase.Admitted) continue;
            if (clock > sale.aside.expiry) return abi.encodeCall(IDataEscrow.expire, (sale.aside));
            if (sale.phase == Phase.Claimed) continue;
            return abi.encodeCall(IDataEscrow.release, (sale.aside, sale.approvers, sale.secret));
        }
        uint256 which = seed % asked.length;
        return abi.encodeCall(IDataEscrow.close, (which + 1, asked[which]));
    }

    function _lookAtMoney(address token_, uint256 left) private {
        uint256 credits;
        uint256 held = TestToken(token_).balanceOf(address(escrow));
        uint256 sum = held;
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            uint256 balance = TestToken(token_).balanceOf(account);
            uint256 credit = escrow.credits(token_, account);
            owes(balance == balances[token_][account], Property.EVERYONE_HAS_HIS);
            owes(credit == credited[token_][account], Property.CREDITS_ARE_THE_BOOKS);
            bool may = touch == Touch.Credits && account == withdrawer;
            owes(may || credit >= seenCredit[token_][account], Property.CREDITS_SHRINK_BY_WITHDRAWAL);
            seenCredit[token_][account] = credit;
            (sum, credits) = (sum + balance, credits + credit);
        }
        owes(sum == minted[token_], Property.NOTHING_VANISHES);
        credits += escrow.credits(token_, address(escrow));
        owes(held == left + credits + waiting[token_], Property.MONEY_IS_CONSERVED);
        // With too little held this is far above anything: never equal to what was seen.
        uint256 aside;
        unchecked {
            aside = held - left - credits;
        }
        owes(touch == Touch.SetAside || aside == seenAside[token_], Property.ASIDE_IS_UNTOUCHED);
        seenAside[token_] = aside;
    }

    /// @dev Returns what is left of all in the one and the other token.
    function _lookAtRequests() private returns (uint256 inOdd, uint256 inPlain) {
        uint256 count = asked.length;
        owes(escrow.left(0) == 0 && escrow.left(count + 1) == 0, Property.NOTHING_BEYOND_THE_POSTED);
        for (uint256 i = 0; i < count; ++i) {
            uint256 left = escrow.left(i + 1);
            owes(left == books[i].left, Property.LEFT_IS_THE_BOOKS);
            owes(left <= books[i].funded, Property.LEFT_NEVER_WRAPS);
            owes(left == 0 || !books[i].closed, Property.CLOSED_STAYS_EMPTY);
            if (asked[i].token == address(odd)) inOdd += left * asked[i].unit;
            else inPlain += left * asked[i].unit;
        }
        for (uint256 i = 0; i < LOOKS; ++i) _lookAtRequest((turn * LOOKS + i) % count, turn % count);
    }

    function _lookAtRequest(uint256 which, uint256 other) private {
        if (takesClaims(which)) owes(isKnown(which), Property.ONLY_NOTICE_CHANGES_A_REQUEST);
        if (which == other) return;
        uint256 mine = escrow.scopeOf(which + 1, asked[which]);
        uint256 its = escrow.scopeOf(other + 1, asked[other]);
        bool shares = asked[which].market != 0 && asked[which].market == asked[other].market;
        owes(shares || mine != its, Property.SCOPES_ARE_APART);
        owes(!shares || mine == its, Property.MARKETS_SHARE_A_SCOPE);
    }

    /// @dev Whether the escrow knows an open request as the books have it: then it is too early to close it.
    function isKnown(uint256 which) internal returns (bool) {
        (bool done, bytes memory reason) = address(escrow).call(
            abi.encodeCall(IDataEscrow.close, (which + 1, asked[which]))
        );
        return !done && bytes4(reason) == IEscrowErrors.RequestOpen.selector;
    }

    function _lookAtSlots() private {
        for (uint256 i = 0; i < LOOKS && i < sales.length; ++i) {
            IDataEscrow.SetAside storage aside = sales[(turn * LOOKS + i) % sales.length].aside;
            Slot storage slot = slots[slotOf(aside.id - 1, aside.nullifier)];
            for (uint256 id_ = aside.id; id_ < aside.id + 2; ++id_) {
                bool spent = slot.use != Use.Refused || slot.refusedBy == id_;
                owes(escrow.spent(aside.scope, aside.nullifier, id_) == spent, Property.SPENT_IS_THE_BOOKS);
            }
        }
    }
}
