// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {ModelGate} from "../ModelGate.sol";
import {ClaimMoves} from "./ClaimMoves.sol";
import {Property} from "./Property.sol";

/// @notice Admits, releases, expires and withdraws, rightly and wrongly.
abstract contract SaleMoves is ClaimMoves {
    /// @dev A claim as it stands; one in eight times as it was first, and one in eight with a part changed.
    function _asideOf(
        Sale storage sale,
        uint256 seed
    ) private view returns (IDataEscrow.SetAside memory aside, bytes32 forbidden) {
        aside = sale.aside;
        if (sale.phase > Phase.Admitted) return (aside, Property.NOTHING_HAPPENS_TWICE);
        if (seed % 8 == 0 && sale.phase == Phase.Admitted && !sale.first.admitted) {
            return (sale.first, Property.NOTHING_HAPPENS_TWICE);
        }
        if (seed % 8 != 1) return (aside, 0);
        if ((seed >> 3) % 4 == 0) aside.recipient = accounts[3];
        if ((seed >> 3) % 4 == 1) aside.amount += aside.unit;
        if ((seed >> 3) % 4 == 2) aside.expiry += 1 days;
        if ((seed >> 3) % 4 == 3) aside.buyer = accounts[4];
        bool same = keccak256(abi.encode(aside)) == keccak256(abi.encode(sale.aside));
        return (aside, same ? bytes32(0) : Property.ONLY_WHAT_WAS_SET_ASIDE);
    }

    /// @dev Mostly one in one of these phases; one draw in eight takes any.
    function someSale(uint256 seed, Phase first, Phase last) internal view returns (Sale storage) {
        uint256 place;
        for (uint256 i = 0; i < DRAWS; ++i) {
            seed = spread(seed);
            place = seed % sales.length;
            Phase phase = sales[place].phase;
            if (seed >> 253 == 0 || (first <= phase && phase <= last)) break;
        }
        return sales[place];
    }

    struct Admission {
        IDataEscrow.Panel panel;
        address[] approvers;
        IDataEscrow.KeptBy[] kept;
        bytes32 forbidden;
    }

    function admit(uint256 seed) external move(spread(seed), Touch.SetAside) {
        seed = spread(seed);
        if (sales.length == 0) return;
        Sale storage sale = someSale(seed, Phase.Claimed, Phase.Claimed);
        (IDataEscrow.SetAside memory aside, bytes32 forbidden) = _asideOf(sale, seed >> 32);
        Admission memory by = _panelAgrees(sale.aside, seed >> 64);
        if (forbidden == 0 && sale.phase == Phase.Admitted) forbidden = Property.NOTHING_HAPPENS_TWICE;
        if (forbidden == 0 && clock > aside.expiry) forbidden = Property.NO_ADMISSION_TOO_LATE;
        if (forbidden == 0) forbidden = by.forbidden;
        uint256[2] memory had = _haves(sale.aside);
        bytes32 digest = by.panel.keepers.length == 0 ? bytes32(0) : DIGEST;
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.admit, (aside, by.panel, digest, by.kept, "")));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_AN_ADMISSION)) return;
        sale.phase = Phase.Admitted;
        sale.approvers = by.approvers;
        sale.aside = admittedOf(aside, by.approvers);
        uint256 before = credited[aside.token][aside.relayer];
        returns_(aside, aside.share - sale.aside.share);
        if (aside.releaseHash != 0) return;
        // The relayer may be the buyer too, of a request that has no room for what is not shared.
        had[1] += credited[aside.token][aside.relayer] - before;
        paid(sale);
        seesThePayment(sale.aside, by.approvers, had);
    }

    /// @dev Two keepers of three, or all, and one to four whom the gate names; half of the time fewer, or falsely.
    function _panelAgrees(IDataEscrow.SetAside memory aside, uint256 seed) private returns (Admission memory by) {
        by.panel = panels[aside.id - 1];
        uint256 lie = (seed >> 8) % 8;
        uint256 some = by.panel.needed == 0 ? 0 : between(seed, by.panel.needed, 3);
        if (lie == 0 && some != 0) (some, by.forbidden) = (1, Property.KEEPERS_ARE_NEEDED);
        by.kept = keptBy(aside, places(some));
        if (lie == 1 && some != 0) {
            by.kept = keptBy(sales[seed % sales.length].aside, places(some));
            if (sales[seed % sales.length].aside.claimId != aside.claimId) by.forbidden = Property.ONLY_KEEPERS_COUNT;
        }
        address[] memory more = _gateNames(by, seed >> 16, lie);
        by.approvers = new address[](some + more.length);
        for (uint256 i = 0; i < by.approvers.length; ++i) {
            by.approvers[i] = i < some ? by.panel.keepers[i] : more[i - some];
        }
        if (lie == 3) {
            (by.panel.keepers, by.panel.needed, by.panel.gate) = (only(team[0]), 1, address(0));
            by.kept = keptBy(aside, places(1));
            by.forbidden = Property.ONLY_THE_NAMED_PANEL;
        }
    }

    function _gateNames(Admission memory by, uint256 seed, uint256 lie) private returns (address[] memory more) {
        if (by.panel.gate == address(0)) return nobody();
        more = new address[](between(seed, 1, 4));
        for (uint256 i = 0; i < more.length; ++i) more[i] = team[i % 3];
        if (more.length == 4) more[3] = address(type(uint160).max);
        gate.approve(more);
        if (lie != 2) return more;
        gate.set(ModelGate.Way.Revert, "");
        by.forbidden = Property.THE_GATE_IS_NEEDED;
    }

    function release(uint256 seed) external move(spread(seed), Touch.SetAside) {
        seed = spread(seed);
        if (sales.length == 0) return;
        Sale storage sale = someSale(seed, Phase.Admitted, Phase.Admitted);
        (IDataEscrow.SetAside memory aside, bytes32 forbidden) = _asideOf(sale, seed >> 32);
        (uint256 secret, address[] memory approvers) = (sale.secret, sale.approvers);
        uint256 lie = (seed >> 64) % 16;
        if (forbidden == 0 && sale.phase == Phase.Claimed) forbidden = Property.RELEASE_NEEDS_ADMISSION;
        if (forbidden == 0 && clock > aside.expiry) forbidden = Property.NO_RELEASE_TOO_LATE;
        if (lie == 0) secret = secret == SECRET ? SECRET + 1 : SECRET;
        if (lie == 1) secret += R;
        if (lie == 2) approvers = _others(approvers);
        if (forbidden == 0 && lie == 0) forbidden = Property.ONLY_THE_SECRET_RELEASES;
        if (forbidden == 0 && lie == 1) forbidden = Property.SECRETS_ARE_CANONICAL;
        if (forbidden == 0 && lie == 2) forbidden = Property.ONLY_APPROVERS_SHARE;
        uint256[2] memory had = _haves(aside);
        uint256[] memory shares = _creditsOf(sale);
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.release, (aside, approvers, secret)));
        if (done) seesThePayment(aside, sale.approvers, had);
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_RELEASE)) return;
        _seesTheShares(sale, shares);
        paid(sale);
    }

    /// @dev A stranger in the place of the first approver, or the only one.
    function _others(address[] memory approvers) private view returns (address[] memory others) {
        others = new address[](approvers.length == 0 ? 1 : approvers.length);
        for (uint256 i = 1; i < others.length; ++i) others[i] = approvers[i];
        others[0] = accounts[3];
    }

    function _creditsOf(Sale storage sale) private view returns (uint256[] memory credits) {
        credits = new uint256[](sale.approvers.length);
        for (uint256 i = 0; i < credits.length; ++i) credits[i] = escrow.credits(sale.aside.token, sale.approvers[i]);
    }

    /// @dev An approver who both keeps and was named by the gate is there twice, and has two shares.
    function _seesTheShares(Sale storage sale, uint256[] memory had) private {
        uint256 count = sale.approvers.length;
        uint256[] memory has = _creditsOf(sale);
        uint256 units = sale.first.share / sale.first.unit;
        for (uint256 i = 0; i < count; ++i) {
            uint256 times;
            for (uint256 j = 0; j < count; ++j) if (sale.approvers[j] == sale.approvers[i]) ++times;
            owes(has[i] - had[i] == (units / count) * sale.first.unit * times, Property.SHARES_ARE_EVEN);
        }
    }

    function expire(uint256 seed) external {
        if (sales.length == 0) return claim(seed);
        seed = spread(seed);
        _expire(seed, someSale(seed, Phase.Claimed, Phase.Admitted));
    }

    /// @notice A claim that nobody admits waits until it expires, and does.
    function lapse(uint256 seed) external {
        if (sales.length == 0) return claim(seed);
        seed = spread(seed);
        Sale storage sale = someSale(seed, Phase.Claimed, Phase.Claimed);
        if (sale.phase == Phase.Claimed && clock <= sale.aside.expiry) clock = sale.aside.expiry + 1;
        _expire(seed, sale);
    }

    function _expire(uint256 seed, Sale storage sale) private move(seed, Touch.SetAside) {
        (IDataEscrow.SetAside memory aside, bytes32 forbidden) = _asideOf(sale, seed >> 32);
        if (forbidden == 0 && clock <= aside.expiry) forbidden = Property.NO_EXPIRY_TOO_EARLY;
        uint256 had = escrow.left(aside.id) * aside.unit + escrow.credits(aside.token, aside.buyer);
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.expire, (aside)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_AN_EXPIRY)) return;
        uint256 has = escrow.left(aside.id) * aside.unit + escrow.credits(aside.token, aside.buyer);
        owes(has == had + aside.amount + aside.share, Property.EXPIRY_RETURNS_ALL);
        expired(sale);
    }

    /// @dev To the sender himself, to another, or to the escrow.
    function withdraw(uint256 seed) external move(spread(seed), Touch.Credits) {
        seed = spread(seed);
        address token_ = (seed >> 8) % 2 == 0 ? address(odd) : address(plain);
        uint256 first = seed % accounts.length;
        // The first account from there on that has a credit, mostly.
        for (uint256 i = 0; i < accounts.length && (seed >> 9) % 4 != 0; ++i) {
            if (credited[token_][accounts[first]] != 0) break;
            first = (first + 1) % accounts.length;
        }
        withdrawer = accounts[first];
        address to = (seed >> 16) % 2 == 0 ? accounts[(seed >> 24) % accounts.length] : withdrawer;
        if ((seed >> 16) % 16 == 1) to = address(escrow);
        uint256 amount = credited[token_][withdrawer];
        bytes32 forbidden;
        if (amount == 0) forbidden = Property.NOTHING_FOR_NOTHING;
        if (token_ == address(odd) && odd.blocked(to)) forbidden = Property.REFUSED_CREDIT_STAYS;
        if (to == address(escrow)) forbidden = Property.THE_ESCROW_IS_NO_PAYEE;
        vm.prank(withdrawer);
        (bool done, ) = address(escrow).call(abi.encodeCall(IDataEscrow.withdraw, (token_, to)));
        if (!judge(done, forbidden, Property.NOTHING_STOPS_A_WITHDRAWAL)) return;
        balances[token_][to] += amount;
        credited[token_][withdrawer] = 0;
    }
}
