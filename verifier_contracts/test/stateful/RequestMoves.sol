// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {TestToken} from "../TestToken.sol";
import {Property} from "./Property.sol";
import {Watch} from "./Watch.sol";

/// @notice Posts, tops up, cancels and closes, rightly and wrongly.
abstract contract RequestMoves is Watch {
    address[] internal team;
    address private modelGate;

    function nameTeam() internal {
        name(3, 2, true);
        (team, modelGate) = (panel.keepers, panel.gate);
    }

    /// @dev Which verifiers requests name.
    function accepted() internal view virtual returns (address[] memory);

    /// @dev By bits of `kind`: 1 a panel, 2 the fact, 4 a market. A panel for data has keepers and a gate; without the
    /// gate (8), or the gate alone (16). For a fact it is a gate.
    function _panelOf(uint256 kind) private view returns (IDataEscrow.Panel memory made) {
        made.keepers = nobody();
        if (kind & 1 == 0) return made;
        if (kind & 18 == 0) (made.keepers, made.needed) = (team, 2);
        if (kind & 26 != 8) made.gate = modelGate;
    }

    function post(
        uint256 seed,
        uint256 budget,
        uint256 price,
        uint256 kind
    ) external move(spread(seed), Touch.Nothing) {
        _post(spread(seed), between(budget, 24, 900), between(price, 1, 9), kind);
    }

    function _post(uint256 seed, uint256 budget, uint256 price, uint256 kind) internal {
        IDataEscrow.Request memory next = request();
        panel = _panelOf(kind);
        next.verifiers = accepted();
        next.buyer = accounts[seed % 4];
        (next.pricePerRecord, next.recordCap) = (price, 20);
        next.deadline = clock + between(seed >> 4, 1, 10) * 1 days;
        next.releaseWindow = between(seed >> 8, 1, 3) * 1 days;
        if (kind & 4 != 0) next.market = (seed >> 12) % 4 == 0 ? bytes32("another market") : bytes32("market");
        if ((seed >> 16) % 2 == 1) (next.token, next.unit) = (address(plain), 1_000);
        if (kind & 2 != 0) next.buyerKey = NOBODY;
        if (kind & 2 != 0 || panel.keepers.length != 0) next.mode = 0;
        if (kind & 1 == 1) (next.panel, next.share) = (keccak256(abi.encode(panel)), 5 + ((seed >> 20) % 8));
        // One in eight has approved a little less than it would lock.
        _send(next, budget, (seed >> 24) % 8 == 0);
    }

    function _send(IDataEscrow.Request memory next, uint256 budget, bool short) private {
        uint256 amount = budget * next.unit;
        TestToken(next.token).mint(next.buyer, amount);
        minted[next.token] += amount;
        vm.prank(next.buyer);
        TestToken(next.token).approve(address(escrow), short ? amount - 1 : amount);
        vm.prank(next.buyer);
        (bool done, bytes memory answer) = address(escrow).call(
            abi.encodeCall(IDataEscrow.post, (next, panel, 0, uint32(budget)))
        );
        bytes32 forbidden = short ? Property.NO_POST_WITHOUT_MONEY : bytes32(0);
        if (isForked()) forbidden = Property.FORK_TAKES_NOTHING;
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_POST)) {
            balances[next.token][next.buyer] += amount;
            return;
        }
        minted[next.token] -= amount;
        record(next, budget);
        owes(abi.decode(answer, (uint256)) == asked.length, Property.REQUESTS_COUNT_UP);
    }

    /// @dev The request as posted; one in sixteen times with another deadline, price or verifier than it has.
    function told(uint256 which, uint256 seed) internal view returns (IDataEscrow.Request memory mine, bool false_) {
        mine = asked[which];
        false_ = seed % 16 < 3;
        if (seed % 16 == 0) mine.deadline += 1 days;
        if (seed % 16 == 1) mine.pricePerRecord += 1;
        if (seed % 16 == 2) mine.bounds[1] += 1;
    }

    /// @dev One in eight fills the request to the last unit, or goes one beyond.
    function topUp(uint256 seed, uint256 units) external move(spread(seed), Touch.Nothing) {
        seed = spread(seed);
        uint256 which = (seed >> 32) % asked.length;
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 64);
        Book storage book = books[which];
        uint256 room = type(uint32).max - book.left;
        units = seed % 8 == 0 ? room + ((seed >> 3) % 2) : between(units, 0, 300);
        if (units > type(uint32).max) return;
        bytes32 forbidden = units == 0 || units > room ? Property.UNITS_FIT : bytes32(0);
        if (clock > mine.deadline) forbidden = Property.NO_TOP_UP_AFTER_THE_DEADLINE;
        if (false_ || book.closed) forbidden = Property.ONLY_WHAT_WAS_POSTED;
        if (isForked()) forbidden = Property.FORK_TAKES_NOTHING;
        TestToken(mine.token).approve(address(escrow), type(uint256).max);
        TestToken(mine.token).mint(address(this), units * mine.unit);
        minted[mine.token] += units * mine.unit;
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.topUp, (which + 1, mine, uint32(units))));
        if (judge(done, forbidden, Property.NOTHING_STOPS_A_TOP_UP)) {
            (book.left, book.funded) = (book.left + units, book.funded + units);
        } else {
            balances[mine.token][address(this)] += units * mine.unit;
        }
    }

    function cancel(uint256 seed) external move(spread(seed), Touch.Nothing) {
        seed = spread(seed);
        uint256 which = (seed >> 32) % asked.length;
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 64);
        address sender = seed % 4 == 0 ? accounts[(seed >> 2) % 7] : mine.buyer;
        bytes32 forbidden;
        if (clock + 1 days >= mine.deadline) forbidden = Property.NOTICE_ONLY_SHORTENS;
        if (sender != mine.buyer) forbidden = Property.ONLY_THE_BUYER_CANCELS;
        if (false_ || books[which].closed) forbidden = Property.ONLY_WHAT_WAS_POSTED;
        vm.prank(sender);
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.cancel, (which + 1, mine)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_NOTICE)) return;
        asked[which].deadline = clock + 1 days;
        owes(isKnown(which), Property.NOTICE_IS_A_DAY);
    }

    function close(uint256 seed) external move(spread(seed), Touch.Nothing) {
        seed = spread(seed);
        uint256 which = (seed >> 32) % asked.length;
        (IDataEscrow.Request memory mine, bool false_) = told(which, seed >> 64);
        Book storage book = books[which];
        bytes32 forbidden;
        if (clock <= mine.deadline) forbidden = Property.NO_CLOSE_BEFORE_THE_DEADLINE;
        if (false_) forbidden = Property.ONLY_WHAT_WAS_POSTED;
        if (book.closed) forbidden = Property.CLOSES_ONCE;
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.close, (which + 1, mine)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_CLOSE)) return;
        paysOut(mine.token, mine.buyer, book.left * mine.unit);
        (book.closed, book.left) = (true, 0);
    }
}
