// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IClaimVerifier} from "../src/interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {IGate} from "../src/interfaces/IGate.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TestToken} from "./TestToken.sol";
import {HookToken, Intruder, Told} from "./tokens/Intruder.sol";
import {Payee} from "./tokens/OddRefusals.sol";

/// @notice Every call that the escrow makes to an outsider, and every verb that the outsider could call from within it, each
/// ready to succeed: the outer ones in a token with hooks, the inner ones on requests of their own in a plain token.
abstract contract ReentryFixture is PanelFixture {
    /// @dev A call on the escrow, and the name by which an outsider is called within it. Where the outsider is called statically,
    /// it can change nothing anywhere.
    struct Outer {
        string name;
        address sender;
        bytes call;
        bytes4 trigger;
        bool fixed_;
    }

    /// @dev Of the requests of some outer calls.
    struct Numbers {
        uint256 closing;
        uint256 topped;
        uint256 paying;
        uint256 released;
    }

    Intruder internal intruder;
    HookToken internal hooks;
    TestToken internal plain;
    Outer[] internal outers;
    bytes[] internal inners;
    uint256 private nullifiers;

    /// @dev And the slots that they use.
    Numbers internal posted;
    bytes32[2] internal claimSlot;
    bytes32[2] internal batchSlot;
    bytes32[2] internal factSlot;
    bytes32[2] internal releasedSlot;

    /// @dev Where the outer calls leave their money, and the scopes that they use.
    address[] internal watched;
    bytes32[2][] internal slots;

    function open_() internal {
        open();
        (hooks, plain) = (new HookToken(), token);
        intruder = new Intruder();
        _teach();
        escrow.list(address(intruder));
        watched = [RECIPIENT, RELAYER, BUYER, STRANGER, address(intruder), address(escrow)];
        _fillInners();
        _fillOuters();
        hooks.setTold(address(intruder));
    }

    function _teach() private {
        intruder.setAnswer(IClaimVerifier.valueCount.selector, abi.encode(19));
        intruder.setAnswer(IClaimVerifier.wordCount.selector, abi.encode(6));
        intruder.setAnswer(IClaimVerifier.valueBits.selector, abi.encode(48));
        intruder.setAnswer(IDeviceRegistry.accepts.selector, abi.encode(true));
        intruder.setAnswer(IGate.approversOf.selector, abi.encode(only(address(intruder))));
    }

    /* REQUESTS AND CLAIMS */

    /// @dev A request of the intruder's friends; the panel is none, or the intruder as a gate.
    function _asked(address token_, bool gated, bool fact) private returns (IDataEscrow.Request memory asked) {
        panel.gate = gated ? address(intruder) : address(0);
        asked = request();
        (asked.token, asked.verifiers, asked.registry) = (token_, only(address(intruder)), address(intruder));
        asked.deadline = block.timestamp + 7 days;
        if (fact) (asked.mode, asked.buyerKey) = (0, NOBODY);
        if (gated) (asked.panel, asked.share) = (keccak256(abi.encode(panel)), 2);
    }

    function _open(IDataEscrow.Request memory asked) private {
        id = postAs(asked.buyer, asked, BUDGET);
    }

    function _input(IDataEscrow.Request memory asked) private returns (IDataEscrow.ClaimInput memory input) {
        input = claimOn(asked);
        input.nullifier += ++nullifiers;
        // To the intruder as recipient and as relayer; the fee shows which of the two was paid.
        (input.recipient, input.relayer) = (address(intruder), address(intruder));
        slots.push([bytes32(escrow.scopeOf(id, asked)), bytes32(input.nullifier)]);
    }

    function _taken(IDataEscrow.Request memory asked) private returns (IDataEscrow.SetAside memory aside) {
        _open(asked);
        IDataEscrow.ClaimInput memory input = _input(asked);
        aside = asideOf(asked, input);
        escrow.claim(id, asked, 0, input);
    }

    function _admitting(IDataEscrow.SetAside memory aside) private view returns (bytes memory) {
        return abi.encodeCall(IDataEscrow.admit, (aside, panel, 0, noSignatures(), ""));
    }

    function _batch(IDataEscrow.Request memory asked) private returns (bytes memory) {
        IDataEscrow.ClaimInput[] memory inputs = new IDataEscrow.ClaimInput[](2);
        (inputs[0], inputs[1]) = (_input(asked), _input(asked));
        // Two roots, so that the registry is asked twice.
        inputs[1].root += 1;
        return abi.encodeCall(IDataEscrow.claimMany, (id, asked, 0, inputs));
    }

    /* VERBS */

    /// @dev What is to expire and to be closed is prepared in time, and then a day and a second pass.
    function _fillInners() private {
        IDataEscrow.Request memory asked = _asked(address(plain), false, false);
        inners.push(abi.encodeCall(IDataEscrow.expire, (_taken(asked))));
        asked.deadline = block.timestamp + 1 days;
        _open(asked);
        inners.push(abi.encodeCall(IDataEscrow.close, (id, asked)));
        IDataEscrow.Request memory late = _asked(address(hooks), false, false);
        late.deadline = asked.deadline;
        late.buyer = address(intruder);
        _open(late);
        posted.closing = id;
        bytes memory call = abi.encodeCall(IDataEscrow.close, (id, late));
        _outer("close, token", call, Told.moved.selector, false);
        _outer("close, buyer", call, Payee.tokensReceived.selector, false);
        vm.warp(block.timestamp + 1 days + 1);

        asked = _asked(address(plain), false, false);
        asked.buyer = address(intruder);
        _open(asked);
        inners.push(abi.encodeCall(IDataEscrow.cancel, (id, asked)));
        inners.push(abi.encodeCall(IDataEscrow.topUp, (id, asked, 10)));
        inners.push(abi.encodeCall(IDataEscrow.post, (asked, panel, 0, uint32(BUDGET))));
        inners.push(abi.encodeCall(IDataEscrow.claim, (id, asked, 0, _input(asked))));
        inners.push(_batch(asked));
        inners.push(abi.encodeCall(IDataEscrow.release, (_taken(asked), nobody(), SECRET)));
        inners.push(_admitting(_taken(_asked(address(plain), true, false))));
        _credit(address(plain));
        inners.push(abi.encodeCall(IDataEscrow.withdraw, (address(plain), STRANGER)));
        plain.mint(address(intruder), 2 * BUDGET);
        intruder.make(address(plain), abi.encodeCall(plain.approve, (address(escrow), 2 * BUDGET)));
        // Not behind the guard, and touches no money.
        inners.push(abi.encodeCall(IDataEscrow.list, (address(verifier))));
        inners.push(abi.encodeCall(IDataEscrow.list, (address(plain))));
    }

    /// @dev A credit of the intruder's, as an approver.
    function _credit(address token_) private {
        IDataEscrow.SetAside memory aside = _taken(_asked(token_, true, false));
        intruder.make(address(escrow), _admitting(aside));
        address[] memory approvers = only(address(intruder));
        escrow.release(admittedOf(aside, approvers), approvers, SECRET);
    }

    function _outer(string memory name_, bytes memory call, bytes4 trigger, bool fixed_) private {
        outers.push(Outer(name_, address(intruder), call, trigger, fixed_));
    }

    function _fillOuters() private {
        IDataEscrow.Request memory asked = _asked(address(hooks), false, false);
        hooks.mint(address(intruder), 2 * BUDGET);
        intruder.make(address(hooks), abi.encodeCall(hooks.approve, (address(escrow), 2 * BUDGET)));
        bytes memory call = abi.encodeCall(IDataEscrow.post, (asked, panel, 0, uint32(BUDGET)));
        _outer("post, verifier", call, IClaimVerifier.valueBits.selector, true);
        _outer("post, verifier's values", call, IClaimVerifier.valueCount.selector, true);
        _outer("post, balance", call, Told.looked.selector, true);
        _outer("post, before moving", call, Told.moves.selector, false);
        _outer("post, token", call, Told.moved.selector, false);
        _open(asked);
        posted.topped = id;
        call = abi.encodeCall(IDataEscrow.topUp, (id, asked, 10));
        _outer("topUp, balance", call, Told.looked.selector, true);
        _outer("topUp, token", call, Told.moved.selector, false);
        call = abi.encodeCall(IDataEscrow.claim, (id, asked, 0, _input(asked)));
        claimSlot = slots[slots.length - 1];
        _outer("claim, verifier's words", call, IClaimVerifier.wordCount.selector, true);
        _outer("claim, registry", call, IDeviceRegistry.accepts.selector, true);
        _outer("claim, verifier", call, IClaimVerifier.verify.selector, true);
        call = _batch(asked);
        batchSlot = slots[slots.length - 2];
        _outer("claimMany, verifier's words", call, IClaimVerifier.wordCount.selector, true);
        _outer("claimMany, registry", call, IDeviceRegistry.accepts.selector, true);
        _outer("claimMany, verifier", call, IClaimVerifier.verifyBatch.selector, true);
        _fillPaying();
    }

    function _fillPaying() private {
        IDataEscrow.Request memory asked = _asked(address(hooks), false, true);
        _open(asked);
        bytes memory call = abi.encodeCall(IDataEscrow.claim, (id, asked, 0, _input(asked)));
        (posted.paying, factSlot) = (id, slots[slots.length - 1]);
        _outer("claim of a fact, token", call, Told.moved.selector, false);
        _outer("claim of a fact, payee", call, Payee.tokensReceived.selector, false);
        call = _batch(asked);
        _outer("claimMany of facts, token", call, Told.moved.selector, false);
        _outer("claimMany of facts, payee", call, Payee.tokensReceived.selector, false);
        call = _admitting(_taken(_asked(address(hooks), true, true)));
        _outer("admit, gate", call, IGate.approversOf.selector, true);
        _outer("admit of a fact, token", call, Told.moved.selector, false);
        _outer("admit of a fact, payee", call, Payee.tokensReceived.selector, false);
        call = abi.encodeCall(IDataEscrow.release, (_taken(_asked(address(hooks), false, false)), nobody(), SECRET));
        (posted.released, releasedSlot) = (id, slots[slots.length - 1]);
        _outer("release, token", call, Told.moved.selector, false);
        _outer("release, payee", call, Payee.tokensReceived.selector, false);
        _credit(address(hooks));
        call = abi.encodeCall(IDataEscrow.withdraw, (address(hooks), address(intruder)));
        _outer("withdraw, token", call, Told.moved.selector, false);
        _outer("withdraw, payee", call, Payee.tokensReceived.selector, false);
    }
}
