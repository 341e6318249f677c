// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TestToken} from "./TestToken.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice Plays any sequence of moves by any of seven accounts, some blocked by a token, on requests of four kinds in
/// two tokens, and keeps its own books. It knows of every move whether it has to succeed.
contract Trader is PanelFixture {
    enum Phase {
        Claimed,
        Admitted,
        Paid,
        Lost,
        Refused
    }

    struct Sale {
        Phase phase;
        IDataEscrow.SetAside aside;
        address[] approvers;
    }

    /// @dev What was asked for, and where its units are by the books.
    struct Book {
        bool closed;
        uint256 left;
        uint256 funded;
        uint256 aside;
        uint256 paid;
        uint256 returned;
    }

    BlockingToken private odd;
    TestToken private plain;
    address[] private accounts;
    IDataEscrow.Request[] private asked;
    IDataEscrow.Panel[] private panels;
    Book[] private books;
    Sale[] private sales;
    uint256 private clock = NOW;
    mapping(address token => uint256) public minted;
    mapping(address token => mapping(address account => uint256)) public balances;
    mapping(address token => mapping(address account => uint256)) public credited;
    mapping(bytes32 slot => uint256) private payments;
    mapping(bytes32 slot => uint256) private refusals;

    constructor() {
        open();
        plain = new TestToken();
        name(3, 1, true);
        accounts = [BUYER, RECIPIENT, RELAYER, STRANGER, panel.keepers[0], panel.keepers[1], panel.keepers[2]];
        _record(request(), BUDGET);
        for (uint256 kind = 0; kind < 8; ++kind) _post(kind << 7, 700, 3, kind, kind);
    }

    function newToken() internal override returns (TestToken) {
        return odd = new BlockingToken();
    }

    /* BOOKS */

    function _record(IDataEscrow.Request memory next, uint256 budget) private {
        asked.push(next);
        IDataEscrow.Panel storage kept = panels.push();
        if (next.panel != 0) (kept.keepers, kept.needed, kept.gate) = (panel.keepers, panel.needed, panel.gate);
        Book storage book = books.push();
        (book.left, book.funded) = (budget, budget);
        minted[next.token] += budget * next.unit;
    }

    function _pays(address token_, address to, uint256 amount) private {
        if (token_ == address(odd) && odd.blocked(to)) credited[token_][to] += amount;
        else balances[token_][to] += amount;
    }

    function _returns(IDataEscrow.SetAside memory aside, uint256 amount) private {
        Book storage book = books[aside.id - 1];
        uint256 units = amount / aside.unit;
        book.aside -= units;
        if (book.closed) {
            book.returned += units;
            credited[aside.token][aside.buyer] += amount;
        } else {
            book.left += units;
        }
    }

    function _slotOf(IDataEscrow.SetAside memory aside) private pure returns (bytes32) {
        return keccak256(abi.encode(aside.scope, aside.nullifier));
    }

    function _paid(Sale storage sale) private {
        IDataEscrow.SetAside memory aside = sale.aside;
        sale.phase = Phase.Paid;
        ++payments[_slotOf(aside)];
        Book storage book = books[aside.id - 1];
        uint256 units = (aside.amount + aside.share) / aside.unit;
        (book.aside, book.paid) = (book.aside - units, book.paid + units);
        _pays(aside.token, aside.recipient, aside.amount - aside.fee);
        _pays(aside.token, aside.relayer, aside.fee);
        for (uint256 i = 0; i < sale.approvers.length; ++i) {
            credited[aside.token][sale.approvers[i]] += aside.share / sale.approvers.length;
        }
    }

    function _sold(uint256 which, IDataEscrow.SetAside memory aside) private {
        uint256 units = (aside.amount + aside.share) / aside.unit;
        books[which].left -= units;
        books[which].aside += units;
        Sale storage sale = sales.push();
        aside.refusedBy = refusals[_slotOf(aside)];
        sale.aside = aside;
        sale.phase = aside.admitted ? Phase.Admitted : Phase.Claimed;
        if (aside.admitted && aside.releaseHash == 0) _paid(sale);
    }

    /* MOVES: whatever the books say has to succeed does, and nothing else */

    function wait(uint256 by) external {
        clock += between(by, 1, 1 days);
        vm.warp(clock);
    }

    function block_(uint256 seed, bool value) external {
        odd.setBlocked(accounts[seed % 7], value);
    }

    /// @dev Kinds: data, data with keepers and gate, the fact, the fact behind a gate; each in a market or not.
    function post(uint256 seed, uint256 budget, uint256 price, uint256 days_, uint256 kind) external {
        _post(seed, budget, price, days_, kind);
    }

    function _post(uint256 seed, uint256 budget, uint256 price, uint256 days_, uint256 kind) private {
        IDataEscrow.Request memory next = request();
        next.buyer = accounts[seed % 4];
        next.pricePerRecord = uint32(between(price, 1, 9));
        next.recordCap = 20;
        next.deadline = uint64(clock + between(days_, 1, 6) * 1 days);
        if (kind & 4 != 0) next.market = "market";
        if ((seed >> 8) % 2 == 1) (next.token, next.unit) = (address(plain), 1_000);
        if (kind & 2 != 0) (next.buyerKey, next.mode) = (NOBODY, 0);
        address[] memory keepers = panel.keepers;
        if (kind & 3 == 1) next.mode = 0;
        if (kind & 3 == 3) (panel.keepers, panel.needed) = (nobody(), 0);
        if (kind & 1 == 1) (next.panel, next.share) = (keccak256(abi.encode(panel)), 7);
        budget = between(budget, 16, 900);
        IDataEscrow.Panel memory mine = panel;
        if (kind & 1 == 0) (panel.keepers, panel.needed, panel.gate) = (nobody(), 0, address(0));
        postAs(next.buyer, next, budget);
        _record(next, budget);
        (panel.keepers, panel.needed, panel.gate) = (keepers, 1, mine.gate);
    }

    function topUp(uint256 seed, uint256 units) external {
        uint256 which = seed % asked.length;
        IDataEscrow.Request memory mine = asked[which];
        units = between(units, 0, 300);
        bool fits = !books[which].closed && clock <= mine.deadline && units != 0;
        TestToken(mine.token).approve(address(escrow), type(uint256).max);
        TestToken(mine.token).mint(address(this), units * mine.unit);
        try escrow.topUp(which + 1, mine, uint32(units)) {
            vm.assertTrue(fits, "only an open request");
            books[which].left += units;
            books[which].funded += units;
        } catch {
            vm.assertTrue(!fits, "nothing but time stops a top-up");
            balances[mine.token][address(this)] += units * mine.unit;
        }
        minted[mine.token] += units * mine.unit;
    }

    function cancel(uint256 seed) external {
        uint256 which = seed % asked.length;
        bool fits = !books[which].closed && clock + 1 days < asked[which].deadline;
        vm.prank(asked[which].buyer);
        try escrow.cancel(which + 1, asked[which]) {
            vm.assertTrue(fits, "only nearer");
            asked[which].deadline = uint64(clock + 1 days);
        } catch {
            vm.assertTrue(!fits, "nothing but time stops a notice");
        }
    }

    function _claimOf(uint256 which, uint256 seed) private view returns (IDataEscrow.ClaimInput memory input) {
        input = claimOn(asked[which]);
        input.recipient = accounts[(seed >> 8) % 4];
        input.relayer = accounts[(seed >> 16) % 4];
        input.fee = (seed >> 24) % 6;
        input.count = (seed >> 32) % 30;
        input.nullifier = (seed >> 64) % 40;
    }

    /// @dev Whether such a claim is taken while so much is left.
    function _fits(
        IDataEscrow.ClaimInput memory input,
        IDataEscrow.SetAside memory aside,
        uint256 left
    ) private view returns (bool) {
        if (escrow.spent(aside.scope, aside.nullifier, aside.id) || input.count == 0) return false;
        return aside.fee <= aside.amount && (aside.amount + aside.share) / aside.unit <= left;
    }

    function claim(uint256 seed) external {
        uint256 which = seed % asked.length;
        id = which + 1;
        IDataEscrow.ClaimInput memory input = _claimOf(which, seed);
        IDataEscrow.SetAside memory aside = asideOf(asked[which], input);
        bool fits = !books[which].closed && clock <= asked[which].deadline && _fits(input, aside, books[which].left);
        try escrow.claim(id, asked[which], 0, input) {
            vm.assertTrue(fits, "only what may be claimed");
            _sold(which, aside);
        } catch {
            vm.assertTrue(!fits, "all that may be claimed");
        }
    }

    function claimMany(uint256 seed, uint256[4] calldata seeds) external {
        uint256 which = seed % asked.length;
        id = which + 1;
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](4);
        IDataEscrow.SetAside[] memory asides = new IDataEscrow.SetAside[](4);
        bool[4] memory fits;
        uint256 left = books[which].left;
        for (uint256 i = 0; i < 4; ++i) {
            inputs[i] = _claimOf(which, seeds[i]);
            asides[i] = asideOf(asked[which], inputs[i]);
            fits[i] = _fits(inputs[i], asides[i], left);
            for (uint256 j = 0; j < i; ++j) {
                if (fits[j] && inputs[j].nullifier == inputs[i].nullifier) fits[i] = false;
            }
            if (fits[i]) left -= (asides[i].amount + asides[i].share) / asides[i].unit;
        }
        try escrow.claimMany(id, asked[which], 0, inputs) {
            for (uint256 i = 0; i < 4; ++i) if (fits[i]) _sold(which, asides[i]);
        } catch {
            vm.assertTrue(books[which].closed || clock > asked[which].deadline, "nothing but time stops a batch");
        }
    }

    function admit(uint256 seed, uint256 count) external {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        IDataEscrow.Panel memory mine = panels[sale.aside.id - 1];
        address[] memory more = new address[](between(count, 1, 4));
        for (uint256 i = 0; i < more.length; ++i) more[i] = panel.keepers[i % 3];
        if (more.length == 4) more[3] = address(type(uint160).max);
        gate.approve(more);
        uint256[] memory some = places(mine.needed);
        address[] memory all = new address[](some.length + more.length);
        for (uint256 i = 0; i < all.length; ++i) all[i] = i < some.length ? mine.keepers[i] : more[i - some.length];

        IDataEscrow.SetAside memory aside = sale.aside;
        bool fits = sale.phase == Phase.Claimed && clock <= aside.expiry;
        try escrow.admit(aside, mine, mine.needed == 0 ? bytes32(0) : DIGEST, keptBy(aside, some), "") {
            vm.assertTrue(fits, "once, in time");
            sale.phase = Phase.Admitted;
            sale.approvers = all;
            sale.aside = admittedOf(aside, all);
            _returns(aside, aside.share - sale.aside.share);
            if (aside.releaseHash == 0) _paid(sale);
        } catch {
            vm.assertTrue(!fits, "nothing but time stops an admission");
        }
    }

    function release(uint256 seed) external {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        bool fits = sale.phase == Phase.Admitted && clock <= sale.aside.expiry;
        try escrow.release(sale.aside, sale.approvers, SECRET) {
            vm.assertTrue(fits, "once, in time");
            _paid(sale);
        } catch {
            vm.assertTrue(!fits, "nothing but time stops a release");
        }
    }

    function expire(uint256 seed) external {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        bool fits = sale.phase <= Phase.Admitted && clock > sale.aside.expiry;
        try escrow.expire(sale.aside) {
            vm.assertTrue(fits, "once, after its time");
            _returns(sale.aside, sale.aside.amount + sale.aside.share);
            bool spends = sale.phase == Phase.Admitted || sale.aside.refusedBy != 0;
            sale.phase = spends ? Phase.Lost : Phase.Refused;
            if (!spends) refusals[_slotOf(sale.aside)] = sale.aside.id;
        } catch {
            vm.assertTrue(!fits, "nothing but time stops an expiry");
        }
    }

    function close(uint256 seed) external {
        uint256 which = seed % asked.length;
        Book storage book = books[which];
        bool fits = !book.closed && clock > asked[which].deadline;
        try escrow.close(which + 1, asked[which]) {
            vm.assertTrue(fits, "once, after the deadline");
            _pays(asked[which].token, asked[which].buyer, book.left * asked[which].unit);
            (book.closed, book.returned, book.left) = (true, book.returned + book.left, 0);
        } catch {
            vm.assertTrue(!fits, "nothing but time stops a close");
        }
    }

    function withdraw(uint256 seed) external {
        address account = accounts[seed % 7];
        address token_ = (seed >> 8) % 2 == 0 ? address(odd) : address(plain);
        uint256 amount = credited[token_][account];
        bool fits = amount != 0 && (token_ != address(odd) || !odd.blocked(account));
        vm.prank(account);
        try escrow.withdraw(token_, account) {
            vm.assertTrue(fits, "a credit that the token pays");
            balances[token_][account] += amount;
            credited[token_][account] = 0;
        } catch {
            vm.assertTrue(!fits, "nothing but the token stops a withdrawal");
        }
    }

    /* FOR THE INVARIANTS */

    function requestCount() external view returns (uint256) {
        return asked.length;
    }

    function bookOf(uint256 which) external view returns (Book memory) {
        return books[which];
    }

    function requestOf(uint256 which) external view returns (IDataEscrow.Request memory) {
        return asked[which];
    }

    function saleCount() external view returns (uint256) {
        return sales.length;
    }

    function saleOf(uint256 which) external view returns (Sale memory) {
        return sales[which];
    }

    function paymentsOf(uint256 scope, uint256 nullifier) external view returns (uint256) {
        return payments[keccak256(abi.encode(scope, nullifier))];
    }

    /// @dev Of all sales, what tells them apart.
    function keysOfSales()
        external
        view
        returns (Phase[] memory phases, uint256[] memory scopes, uint256[] memory nullifiers, uint256[] memory ids)
    {
        uint256 count = sales.length;
        (phases, scopes) = (new Phase[](count), new uint256[](count));
        (nullifiers, ids) = (new uint256[](count), new uint256[](count));
        for (uint256 i = 0; i < count; ++i) {
            IDataEscrow.SetAside storage aside = sales[i].aside;
            (phases[i], scopes[i]) = (sales[i].phase, aside.scope);
            (nullifiers[i], ids[i]) = (aside.nullifier, aside.id);
        }
    }

    /// @dev What waits in a token, by the sales that are open, and what is left, by the escrow's own answers.
    function waitingIn(address token_) external view returns (uint256 aside, uint256 left) {
        for (uint256 i = 0; i < sales.length; ++i) {
            Sale storage sale = sales[i];
            if (sale.phase > Phase.Admitted || sale.aside.token != token_) continue;
            aside += sale.aside.amount + sale.aside.share;
        }
        for (uint256 i = 0; i < asked.length; ++i) {
            if (asked[i].token == token_) left += escrow.left(i + 1) * asked[i].unit;
        }
    }

    function tokens() external view returns (TestToken[2] memory) {
        return [TestToken(odd), plain];
    }

    function accountsOfAll() external view returns (address[] memory all) {
        all = new address[](accounts.length + 2);
        for (uint256 i = 0; i < accounts.length; ++i) all[i] = accounts[i];
        all[accounts.length] = address(type(uint160).max);
        all[accounts.length + 1] = address(this);
    }

    function escrowOf() external view returns (IDataEscrow) {
        return escrow;
    }
}
