// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {Cheats} from "./Cheats.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TestToken} from "./TestToken.sol";
import {TurningToken} from "./tokens/OddAnswers.sol";
import {DoubleEntryToken} from "./tokens/OddLedgers.sol";
import {OddRows} from "./tokens/OddRows.sol";

/// @notice A request in each odd token through its whole life, and beside it, move by move, one in a good token for the same
/// people. What is expected of the odd one is its row's; the good one is exact to the unit, whatever the odd one does.
contract TokenLivesTest is PanelFixture, OddRows {
    /// @dev The most gas that a transaction may have (EIP-7825): nothing here needs more.
    uint256 private constant MOST_GAS = 1 << 24;
    uint96 private constant UNIT = 1_000;
    uint32 private constant SHARED = 6;
    uint32 private constant MORE = 100;

    /// @dev A request, its claims, and what its people have been told that they hold or are owed.
    struct Life {
        string name;
        uint256 id;
        uint256 units;
        IDataEscrow.Request asked;
        IDataEscrow.SetAside[3] asides;
        address[] approvers;
    }

    address[5] private people;
    Row private row;

    function setUp() public {
        open();
        name(3, 2, false);
        people = [RECIPIENT, RELAYER, BUYER, panel.keepers[0], panel.keepers[1]];
        _fill(address(escrow), RECIPIENT);
    }

    /* MOVES */

    /// @dev Money for the sender, without a word on what mint and approve answer.
    function _fund(address token_, address sender, uint256 amount) private {
        _silently(token_, abi.encodeCall(TestToken.mint, (sender, amount)));
        vm.prank(sender);
        _silently(token_, abi.encodeCall(IERC20.approve, (address(escrow), amount)));
    }

    function _silently(address token_, bytes memory call) private returns (bool done) {
        (done, ) = token_.call(call);
    }

    function _try(address sender, bytes memory call) private returns (bool done) {
        vm.prank(sender);
        (done, ) = address(escrow).call{gas: MOST_GAS}(call);
    }

    function _do(Life memory life, bytes memory call) private {
        vm.assertTrue(_try(STRANGER, call), string.concat(life.name, ": the token cannot stop it"));
    }

    function _post(Life memory life, address token_) private returns (bool done) {
        IDataEscrow.Request memory asked = attested(SHARED);
        (asked.token, asked.unit) = (token_, UNIT);
        _fund(token_, BUYER, BUDGET * UNIT);
        vm.prank(BUYER);
        bytes memory answer;
        (done, answer) = address(escrow).call{gas: MOST_GAS}(
            abi.encodeCall(IDataEscrow.post, (asked, panel, 0, uint32(BUDGET)))
        );
        if (done) (life.asked, life.units, life.id) = (asked, BUDGET, abi.decode(answer, (uint256)));
    }

    /// @dev All of it arrives, or nothing is counted.
    function _topUp(Life memory life) private returns (bool done) {
        _fund(life.asked.token, STRANGER, uint256(MORE) * UNIT);
        done = _try(STRANGER, abi.encodeCall(IDataEscrow.topUp, (life.id, life.asked, MORE)));
        if (done) life.units += MORE;
        vm.assertEq(escrow.left(life.id), life.units, life.name);
    }

    function _claim(Life memory life, uint256 which) private {
        id = life.id;
        IDataEscrow.ClaimInput memory input = claimOn(life.asked);
        input.nullifier += which;
        life.asides[which] = asideOf(life.asked, input);
        _do(life, abi.encodeCall(IDataEscrow.claim, (id, life.asked, 0, input)));
    }

    function _admit(Life memory life, uint256 which) private {
        IDataEscrow.SetAside memory aside = life.asides[which];
        life.approvers = new address[](2);
        (life.approvers[0], life.approvers[1]) = (panel.keepers[0], panel.keepers[1]);
        _do(life, abi.encodeCall(IDataEscrow.admit, (aside, panel, DIGEST, keptBy(aside, places(2)), "")));
        life.asides[which] = admittedOf(aside, life.approvers);
    }

    function _release(Life memory life) private {
        _do(life, abi.encodeCall(IDataEscrow.release, (life.asides[0], life.approvers, SECRET)));
    }

    function _expire(Life memory life, uint256 which) private {
        _do(life, abi.encodeCall(IDataEscrow.expire, (life.asides[which])));
    }

    function _close(Life memory life) private {
        _do(life, abi.encodeCall(IDataEscrow.close, (life.id, life.asked)));
    }

    /// @dev Each takes what is credited to him, if the token lets him; nobody's credit changes but by being paid out.
    function _withdraw(Life memory life) private returns (bool all) {
        all = true;
        for (uint256 i = 0; i < people.length; ++i) {
            uint256 credit = _credit(life, people[i]);
            if (credit == 0) continue;
            bool done = _try(people[i], abi.encodeCall(IDataEscrow.withdraw, (life.asked.token, people[i])));
            vm.assertEq(_credit(life, people[i]), done ? 0 : credit, life.name);
            all = all && done;
        }
    }

    /* BOOKS */

    function _credit(Life memory life, address account) private view returns (uint256) {
        return escrow.credits(life.asked.token, account);
    }

    /// @dev What the people of a whole life get, in the token's smallest part: claim 0 is released, the others expire.
    function _told(Life memory life, uint256 who) private pure returns (uint256) {
        if (who == 0) return COUNT * PRICE * UNIT - FEE;
        if (who == 1) return FEE;
        if (who == 2) return (life.units - COUNT * PRICE - SHARED) * UNIT;
        return (SHARED / 2) * UNIT;
    }

    /// @dev Whether everybody holds exactly that.
    function _allHold(Life memory life) private view returns (bool all) {
        all = true;
        for (uint256 i = 0; i < people.length; ++i) {
            all = all && IERC20(life.asked.token).balanceOf(people[i]) == _told(life, i);
        }
    }

    /// @dev What is left, what so many claims have set aside, and all credits.
    function _owes(Life memory life, uint256 claims) private view returns (uint256 owed) {
        owed = (escrow.left(life.id) + claims * (COUNT * PRICE + SHARED)) * UNIT;
        for (uint256 i = 0; i < people.length; ++i) owed += _credit(life, people[i]);
    }

    /// @dev The good token's money in the escrow is, at every step, what the escrow owes in it; the fixture's own request,
    /// in the same token, is part of that.
    function _exact(Life memory good, uint256 claims) private view {
        vm.assertEq(token.balanceOf(address(escrow)), _owes(good, claims) + BUDGET, row.name);
        vm.assertEq(escrow.left(1), BUDGET, row.name);
    }

    /* THE LIFE */

    function _turn(bool value) private {
        if (row.since == Since.Ever || (!value && row.since == Since.LaterForGood)) return;
        TurningToken(row.token).turn(value);
    }

    /// @dev Both lives until a claim is released, one has expired, one waits, and the requests are closed.
    function _live(Life memory good, Life memory odd) private {
        _turn(true);
        bool more = _topUp(odd);
        vm.assertTrue(more || row.since != Since.Ever || row.outcome == Outcome.Refused, row.name);
        _topUp(good);
        _exact(good, 0);
        for (uint256 i = 0; i < 2; ++i) {
            _claim(odd, i);
            _admit(odd, i);
            _claim(good, i);
            _admit(good, i);
        }
        _exact(good, 2);
        _release(odd);
        _release(good);
        _exact(good, 1);
        vm.warp(good.asides[1].expiry + 1);
        _expire(odd, 1);
        _expire(good, 1);
        _exact(good, 0);
        vm.warp(good.asked.deadline);
        _claim(odd, 2);
        _claim(good, 2);
        vm.warp(good.asked.deadline + 1);
        _close(odd);
        _close(good);
        _exact(good, 1);
    }

    /// @dev What went out at once, and what waits: by the row, to the unit.
    function _settled(Life memory odd) private view {
        uint256 credit = _credit(odd, RECIPIENT);
        vm.assertTrue(credit == 0 || credit == _told(odd, 0), "all of a payment waits, or nothing");
        if (row.outcome == Outcome.Paid) vm.assertEq(credit + _credit(odd, RELAYER) + _credit(odd, BUYER), 0, row.name);
        if (row.outcome == Outcome.Credited) vm.assertEq(credit, _told(odd, 0), row.name);
    }

    /// @dev After the last claim has expired: everybody withdraws, again once the token is good again, and then holds what
    /// he was told; or cannot, where the token is at fault, and only there.
    function _end(Life memory odd) private {
        vm.warp(odd.asides[2].expiry + 1);
        _expire(odd, 2);
        bool all = _withdraw(odd);
        vm.assertTrue(all || row.outcome == Outcome.Credited || row.outcome == Outcome.Short, row.name);
        _turn(false);
        all = _withdraw(odd);
        vm.assertEq(escrow.left(odd.id), 0, row.name);
        if (row.outcome == Outcome.Short) {
            vm.assertTrue(!all || !_allHold(odd), row.name);
        } else if (row.outcome == Outcome.Credited && row.since != Since.Later) {
            vm.assertEq(_owes(odd, 0), odd.units * UNIT, "all of it is owed for ever");
        } else {
            vm.assertTrue(all && _allHold(odd), row.name);
            vm.assertEq(_owes(odd, 0), 0, row.name);
        }
    }

    function _play() private {
        Life memory good;
        Life memory odd;
        (good.name, odd.name) = ("the good token", row.name);
        vm.assertTrue(_post(odd, row.token) == (row.outcome != Outcome.Refused), row.name);
        vm.assertTrue(_post(good, address(token)), row.name);
        if (row.outcome == Outcome.Refused) {
            vm.assertEq(good.id, 2, "a refused posting leaves no trace");
            return;
        }
        _live(good, odd);
        _settled(odd);
        _end(odd);
        _expire(good, 2);
        vm.assertTrue(_withdraw(good) && _allHold(good), row.name);
        _exact(good, 0);
    }

    function _playAll(Outcome outcome) private returns (uint256 count) {
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < rows.length; ++i) {
            if (rows[i].outcome != outcome) continue;
            row = rows[i];
            _play();
            vm.revertToState(before);
            ++count;
        }
    }

    /// @notice Tokens that are refused when a request is posted.
    function test_tokenLives_refused() public {
        vm.assertEq(_playAll(Outcome.Refused), 14, "rows");
    }

    /// @notice Odd tokens in which everybody is paid, exactly.
    function test_tokenLives_paid() public {
        vm.assertEq(_playAll(Outcome.Paid), 25, "rows");
    }

    /// @notice Tokens that stop paying: what they refuse waits as a credit, and is paid once they do again.
    function test_tokenLives_credited() public {
        vm.assertEq(_playAll(Outcome.Credited), 10, "rows");
    }

    /// @notice Tokens that do not hold what they say: people are short in that token, and in no other.
    function test_tokenLives_short() public {
        vm.assertEq(_playAll(Outcome.Short), 7, "rows");
    }

    /// @notice The harness sees a row that is told wrongly: every row, under each of the other three outcomes.
    function test_tokenLives_seesAWrongRow() public {
        for (uint256 i = 0; i < rows.length; ++i) {
            for (uint256 wrong = 0; wrong < 4; ++wrong) {
                if (wrong == uint256(rows[i].outcome)) continue;
                try this.playAs(i, Outcome(wrong)) {
                    vm.assertTrue(false, string.concat("not seen: ", rows[i].name));
                } catch {}
            }
        }
    }

    function playAs(uint256 which, Outcome outcome) external {
        row = rows[which];
        row.outcome = outcome;
        _play();
    }

    /// @notice The harness sees one unit of the good token that goes where an odd one sends it.
    function test_tokenLives_seesADrain() public {
        uint256 before = vm.snapshotState();
        for (uint256 units = 0; units < 2; ++units) {
            address drain = address(new DrainToken(token, address(escrow), units));
            rows.push(Row("drain", "", Since.Later, Outcome.Paid, drain));
            bool seen;
            try this.playAs(rows.length - 1, Outcome.Paid) {} catch {
                seen = true;
            }
            vm.assertTrue(seen == (units != 0), "seen, and nothing else");
            vm.revertToState(before);
        }
    }

    /// @notice Two addresses of one ledger are two tokens to the escrow: both requests are paid, out of what both locked.
    function test_tokenLives_bothEntries() public {
        DoubleEntryToken ledger = new DoubleEntryToken();
        Life memory first;
        Life memory second;
        vm.assertTrue(_post(first, address(ledger)) && _post(second, address(ledger.ENTRY())), "posted");
        vm.assertEq(ledger.balanceOf(address(escrow)), 2 * BUDGET * UNIT, "both are locked");
        _claim(first, 0);
        _admit(first, 0);
        _release(first);
        vm.warp(first.asked.deadline + 1);
        _close(first);
        _withdraw(first);
        vm.assertTrue(_allHold(first), "the first");
        vm.assertEq(ledger.balanceOf(address(escrow)), BUDGET * UNIT, "the second's, whole");
        _close(second);
        vm.assertEq(ledger.balanceOf(BUYER), _told(first, 2) + BUDGET * UNIT, "all of it is back");
    }
}

/// @notice When it is turned, so many units of another token leave an escrow.
contract DrainToken is TurningToken {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    TestToken private immutable OTHER;
    address private immutable ESCROW;
    uint256 private immutable UNITS;

    constructor(TestToken other, address escrow, uint256 units) {
        (OTHER, ESCROW, UNITS) = (other, escrow, units);
    }

    function turn(bool value) public override {
        super.turn(value);
        if (!value) return;
        vm.prank(ESCROW);
        OTHER.transfer(address(0xbad), UNITS);
    }
}
