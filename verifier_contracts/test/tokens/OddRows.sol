// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TestToken} from "../TestToken.sol";
import {
    AnsweringToken,
    Bytes32Token,
    DecimalsToken,
    FictionToken,
    LongAnswerToken,
    LyingBalanceToken,
    PhantomToken,
    ScriptToken
} from "./OddAnswers.sol";
import {
    AllOfItToken,
    BonusToken,
    DoubleEntryToken,
    FlashToken,
    LateFeeToken,
    NativeToken,
    OwnerToken,
    RebasingToken,
    RoundingToken,
    SeizingToken
} from "./OddLedgers.sol";
import {
    BlockListToken,
    BurningToken,
    GoneToken,
    HungryToken,
    NarrowToken,
    NoZeroTransferToken,
    PausedToken,
    PickyApprovalToken,
    TellingToken,
    TrapToken
} from "./OddRefusals.sol";
import {BlockingToken, CallingToken, FeeToken} from "./OddTokens.sol";

/// @notice Odd tokens, one a row: what each does, since when, and what becomes of a request in it. The page
/// docs/reference/tokens.md has the same rows.
abstract contract OddRows {
    enum Since {
        Ever,
        Later,
        LaterForGood
    }

    enum Outcome {
        Refused,
        Paid,
        Credited,
        Short
    }

    struct Row {
        string name;
        string behaviour;
        Since since;
        Outcome outcome;
        address token;
    }

    Row[] internal rows;

    function _ever(Outcome outcome, string memory name, string memory does, address token) private {
        rows.push(Row(name, does, Since.Ever, outcome, token));
    }

    function _later(Outcome outcome, string memory name, string memory does, address token) private {
        rows.push(Row(name, does, Since.Later, outcome, token));
    }

    function _forGood(Outcome outcome, string memory name, string memory does, address token) private {
        rows.push(Row(name, does, Since.LaterForGood, outcome, token));
    }

    /// @dev Of an escrow, and one who is paid by it.
    function _fill(address escrow, address payee) internal {
        _fillAnswers();
        _fillLedgers(escrow);
        _fillRefusals(payee);
        _fillManners(payee);
    }

    function _fillAnswers() private {
        _ever(
            Outcome.Paid,
            "no answer",
            "moves the money and answers nothing",
            address(new AnsweringToken(true, true, ""))
        );
        _ever(
            Outcome.Refused,
            "false, unmoved",
            "moves nothing and answers false",
            address(new AnsweringToken(false, true, abi.encode(false)))
        );
        _ever(
            Outcome.Refused,
            "false, though moved",
            "moves the money and answers false",
            address(new AnsweringToken(true, true, abi.encode(false)))
        );
        _ever(
            Outcome.Refused,
            "true, unmoved",
            "moves nothing and answers true",
            address(new AnsweringToken(false, true, abi.encode(true)))
        );
        _ever(
            Outcome.Refused,
            "2",
            "moves the money and answers 2",
            address(new AnsweringToken(true, true, abi.encode(2)))
        );
        _ever(
            Outcome.Refused,
            "2^256 - 1",
            "moves the money and answers 2^256 - 1",
            address(new AnsweringToken(true, true, abi.encode(type(uint256).max)))
        );
        _ever(
            Outcome.Refused,
            "31 bytes",
            "moves the money and answers 31 bytes",
            address(new AnsweringToken(true, true, new bytes(31)))
        );
        _ever(
            Outcome.Paid,
            "33 bytes",
            "moves the money and answers true and a byte more",
            address(new AnsweringToken(true, true, bytes.concat(abi.encode(true), hex"01")))
        );
        _ever(
            Outcome.Paid,
            "100,000 bytes",
            "moves the money and answers true and 99,968 bytes more",
            address(new LongAnswerToken())
        );
        _later(
            Outcome.Paid,
            "answers less",
            "answers true, and one day nothing any more",
            address(new AnsweringToken(true, false, ""))
        );
        _later(
            Outcome.Credited,
            "denies",
            "one day moves nothing and answers false",
            address(new AnsweringToken(false, false, abi.encode(false)))
        );
        _later(
            Outcome.Short,
            "boasts",
            "one day moves nothing and answers true",
            address(new AnsweringToken(false, false, abi.encode(true)))
        );
        _later(
            Outcome.Short,
            "pays twice",
            "one day moves the money and answers false",
            address(new AnsweringToken(true, false, abi.encode(false)))
        );
        _ever(
            Outcome.Refused,
            "no balance",
            "tells no balance: balanceOf reverts",
            address(new LyingBalanceToken(true, false, 0))
        );
        _ever(
            Outcome.Refused,
            "same balance",
            "tells everybody the same balance",
            address(new LyingBalanceToken(true, true, 1 << 100))
        );
        _later(
            Outcome.Paid,
            "no balance any more",
            "balanceOf reverts one day",
            address(new LyingBalanceToken(false, false, 0))
        );
        _later(
            Outcome.Paid,
            "zero balance",
            "one day balanceOf is 0 for everybody",
            address(new LyingBalanceToken(false, true, 0))
        );
        _ever(
            Outcome.Short,
            "fiction",
            "moves nothing, answers true, and tells balances as if it had",
            address(new FictionToken())
        );
    }

    function _fillLedgers(address escrow) private {
        _ever(Outcome.Refused, "fee", "keeps a hundredth of every transfer", address(new FeeToken()));
        _later(
            Outcome.Short,
            "late fee",
            "a fee is switched on after the deposit, at the cost of who receives",
            address(new LateFeeToken(false))
        );
        _later(
            Outcome.Short,
            "late fee on top",
            "a fee is switched on after the deposit, at the cost of who sends",
            address(new LateFeeToken(true))
        );
        _ever(Outcome.Refused, "bonus", "whoever receives gets more than was sent", address(new BonusToken()));
        _ever(Outcome.Refused, "rounds", "a transfer moves a unit less than asked", address(new RoundingToken()));
        _forGood(Outcome.Short, "rebases down", "balances halve one day", address(new RebasingToken(false)));
        _forGood(Outcome.Paid, "rebases up", "balances double one day", address(new RebasingToken(true)));
        _forGood(Outcome.Short, "seized", "its issuer takes what the escrow holds", address(new SeizingToken(escrow)));
        _later(Outcome.Paid, "flash mint", "supply and balances explode for a while", address(new FlashToken()));
        _ever(Outcome.Paid, "native money", "balances are the chain's own money", address(new NativeToken()));
        _ever(
            Outcome.Paid,
            "double entry",
            "two addresses lead to one ledger; this is the second",
            address(new DoubleEntryToken().ENTRY())
        );
        _ever(Outcome.Paid, "all of it", "2^256 - 1 means all that the sender holds", address(new AllOfItToken()));
        _ever(Outcome.Paid, "own money", "whoever moves his own money needs no allowance", address(new OwnerToken()));
    }

    function _fillRefusals(address payee) private {
        _ever(Outcome.Refused, "no code", "an account without code", address(0xdead));
        _ever(Outcome.Refused, "paused", "moves nothing, from the beginning", address(new PausedToken(true)));
        _ever(
            Outcome.Refused,
            "burns all gas",
            "burns all the gas of a transfer, from the beginning",
            address(new BurningToken(true))
        );
        _later(
            Outcome.Credited,
            "paused at the deadline",
            "moves nothing for a while, deadline and close among it",
            address(new PausedToken(false))
        );
        _later(
            Outcome.Credited,
            "burns all gas one day",
            "burns all the gas of every transfer for a while",
            address(new BurningToken(false))
        );
        _later(
            Outcome.Credited,
            "block list",
            "pays the recipient no longer: reverts",
            address(new BlockListToken(BlockingToken.Way.Revert, payee))
        );
        _later(
            Outcome.Credited,
            "block list, false",
            "pays the recipient no longer: answers false",
            address(new BlockListToken(BlockingToken.Way.False, payee))
        );
        _later(
            Outcome.Credited,
            "block list, gas",
            "pays the recipient no longer: loops until no gas is left",
            address(new BlockListToken(BlockingToken.Way.BurnGas, payee))
        );
        _later(
            Outcome.Credited,
            "block list, a megabyte",
            "pays the recipient no longer: reverts with a megabyte",
            address(new BlockListToken(BlockingToken.Way.ReturnMuch, payee))
        );
        _ever(Outcome.Credited, "trap", "lets money in and never out", address(new TrapToken()));
        _forGood(Outcome.Credited, "gone", "there is no code at its address any more", address(new GoneToken()));
        _later(
            Outcome.Credited,
            "payee refuses",
            "tells the recipient of a transfer, who is a contract that reverts",
            address(new TellingToken(payee))
        );
    }

    function _fillManners(address payee) private {
        _ever(Outcome.Paid, "zero transfer", "refuses to move 0", address(new NoZeroTransferToken()));
        _ever(
            Outcome.Paid,
            "picky approval",
            "refuses an approval of 0, and one on top of another",
            address(new PickyApprovalToken())
        );
        _ever(Outcome.Paid, "96 bits", "refuses amounts of 2^96 and more", address(new NarrowToken()));
        _ever(Outcome.Paid, "zero address", "refuses to pay or approve the zero address", address(new TestToken()));
        _ever(Outcome.Paid, "hungry", "a transfer takes 400,000 gas", address(new HungryToken(400_000)));
        _ever(Outcome.Paid, "tells", "tells sender and recipient of a transfer", address(new TellingToken(payee)));
        _ever(Outcome.Paid, "calls", "calls another contract in the middle of a transfer", address(new CallingToken()));
        _ever(
            Outcome.Paid,
            "bytes32 name",
            "name and symbol are bytes32, and no call answers",
            address(new Bytes32Token())
        );
        _ever(Outcome.Paid, "script", "its name is a program", address(new ScriptToken()));
        _ever(Outcome.Paid, "0 decimals", "has no decimals", address(new DecimalsToken(0)));
        _ever(Outcome.Paid, "2 decimals", "has 2 decimals", address(new DecimalsToken(2)));
        _ever(Outcome.Paid, "24 decimals", "has 24 decimals", address(new DecimalsToken(24)));
        _ever(
            Outcome.Paid,
            "phantom",
            "has a permit of its own form, and whatever else is called succeeds",
            address(new PhantomToken())
        );
    }
}
