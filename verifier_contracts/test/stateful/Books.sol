// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {PanelFixture} from "../PanelFixture.sol";
import {TestToken} from "../TestToken.sol";
import {MeddlingToken} from "./MeddlingToken.sol";

/// @notice The trader's own books: whose every unit is, and what became of every slot, by the words of the interface
/// and not by the escrow's answers. They change only by moves that those words allow.
abstract contract Books is PanelFixture {
    enum Phase {
        Claimed,
        Admitted,
        Paid,
        Lost,
        Refused
    }

    /// @dev A claim: as it stands, as it was first, and what releases it.
    struct Sale {
        Phase phase;
        IDataEscrow.SetAside aside;
        IDataEscrow.SetAside first;
        address[] approvers;
        uint256 secret;
    }

    /// @dev What was asked for, and how many of its units are left, and were ever put in.
    struct Book {
        bool closed;
        uint256 left;
        uint256 funded;
    }

    enum Use {
        Free,
        Held,
        Paid,
        Lost,
        Refused
    }

    /// @dev Of a device's slot in its scope: what became of it, and which requests refused it last and before.
    struct Slot {
        Use use;
        uint256 refusedBy;
        bool twice;
    }

    MeddlingToken internal odd;
    TestToken internal plain;
    address[] internal accounts;
    IDataEscrow.Request[] internal asked;
    IDataEscrow.Panel[] internal panels;
    Book[] internal books;
    Sale[] internal sales;
    uint256 internal clock = NOW;
    mapping(address token => uint256) internal minted;
    mapping(address token => mapping(address account => uint256)) internal balances;
    mapping(address token => mapping(address account => uint256)) internal credited;
    /// @dev What claims that are neither paid nor expired hold.
    mapping(address token => uint256) internal waiting;
    mapping(bytes32 slot => Slot) internal slots;
    mapping(bytes32 slot => uint256) internal payments;

    /// @notice The first property that was seen broken; zero while all hold.
    bytes32 public fault;

    /// @dev Where a planted bug is to break one property, nothing else is looked at.
    bytes32 private immutable ONLY = vm.envOr("ZKDATA_PROPERTY", bytes32(0));

    function newToken() internal override returns (TestToken) {
        return odd = new MeddlingToken();
    }

    function owes(bool holds, bytes32 property) internal {
        if (holds || fault != 0) return;
        if (ONLY == 0 || ONLY == property) fault = property;
    }

    /// @dev Of a move: `forbidden` is why it must fail, zero if it must not; `live` says that nothing else stops it.
    /// Returns whether the books follow.
    function judge(bool done, bytes32 forbidden, bytes32 live) internal returns (bool) {
        owes(!done || forbidden == 0, forbidden);
        owes(done || forbidden != 0, live);
        return done && forbidden == 0;
    }

    function record(IDataEscrow.Request memory next, uint256 budget) internal {
        asked.push(next);
        IDataEscrow.Panel storage kept = panels.push();
        if (next.panel != 0) (kept.keepers, kept.needed, kept.gate) = (panel.keepers, panel.needed, panel.gate);
        books.push(Book(false, budget, budget));
        minted[next.token] += budget * next.unit;
    }

    function paysOut(address token_, address to, uint256 amount) internal {
        if (token_ == address(odd) && odd.blocked(to)) credited[token_][to] += amount;
        else balances[token_][to] += amount;
    }

    /// @dev To the request; to the buyer where it is closed, or so full that it has no room.
    function returns_(IDataEscrow.SetAside memory aside, uint256 amount) internal {
        Book storage book = books[aside.id - 1];
        uint256 units = amount / aside.unit;
        waiting[aside.token] -= amount;
        if (book.closed || book.left + units > type(uint32).max) credited[aside.token][aside.buyer] += amount;
        else book.left += units;
    }

    /// @dev A slot is one thing within a market, and for a request outside of one.
    function slotOf(uint256 which, uint256 nullifier) internal view returns (bytes32) {
        bytes32 market = asked[which].market;
        return keccak256(abi.encode(market, market == 0 ? which : 0, nullifier));
    }

    function slotOf(IDataEscrow.SetAside memory aside) internal view returns (bytes32) {
        return slotOf(aside.id - 1, aside.nullifier);
    }

    function sold(uint256 which, IDataEscrow.SetAside memory aside, uint256 secret) internal {
        Slot storage slot = slots[slotOf(aside)];
        books[which].left -= (aside.amount + aside.share) / aside.unit;
        waiting[aside.token] += aside.amount + aside.share;
        Sale storage sale = sales.push();
        aside.refusedBy = slot.refusedBy;
        (sale.aside, sale.first, sale.secret) = (aside, aside, secret);
        sale.phase = aside.admitted ? Phase.Admitted : Phase.Claimed;
        slot.use = Use.Held;
        if (aside.admitted && aside.releaseHash == 0) paid(sale);
    }

    function paid(Sale storage sale) internal {
        IDataEscrow.SetAside memory aside = sale.aside;
        sale.phase = Phase.Paid;
        slots[slotOf(aside)].use = Use.Paid;
        waiting[aside.token] -= aside.amount + aside.share;
        paysOut(aside.token, aside.recipient, aside.amount - aside.fee);
        paysOut(aside.token, aside.relayer, aside.fee);
        for (uint256 i = 0; i < sale.approvers.length; ++i) {
            credited[aside.token][sale.approvers[i]] += aside.share / sale.approvers.length;
        }
    }

    function expired(Sale storage sale) internal {
        IDataEscrow.SetAside memory aside = sale.aside;
        returns_(aside, aside.amount + aside.share);
        Slot storage slot = slots[slotOf(aside)];
        bool again = slot.refusedBy != 0;
        bool refuses = sale.phase == Phase.Claimed;
        sale.phase = refuses && !again ? Phase.Refused : Phase.Lost;
        slot.use = refuses && !again ? Use.Refused : Use.Lost;
        slot.twice = refuses && again;
        if (refuses && !again) slot.refusedBy = aside.id;
    }

    /// @dev What an account has of a token, in hand and waiting.
    function worth(address token_, address account) internal view returns (uint256) {
        return TestToken(token_).balanceOf(account) + escrow.credits(token_, account);
    }
}
