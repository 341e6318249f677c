// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {DataEscrow} from "../src/DataEscrow.sol";
import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {ModelGate} from "./ModelGate.sol";
import {PanelFixture} from "./PanelFixture.sol";
import {TestToken} from "./TestToken.sol";
import {BlockingToken} from "./tokens/OddTokens.sol";

/// @notice A planted fault: an escrow in which something makes void what was set aside.
contract VoidingEscrow is DataEscrow {
    constructor(address[] memory known) DataEscrow(known) {}

    function makeVoid(uint256 scope, uint256 nullifier) external {
        _slots[scope][nullifier].state = UNPAID;
    }
}

/// @notice One contributor, who keeps to a policy, and against him a buyer who chooses token, gate and registrar, the
/// order of everything, the clock, and which blocks are undone. What each move does to the chain is foretold, and the
/// contract has to agree.
///
/// The buyer opens when he has seen the wrapped key and the release secret. The law: then the contributor is paid, or
/// will be whatever happens, as long as nobody keeps his release out for more than half of a window.
abstract contract Schedules is PanelFixture {
    enum Policy {
        /// As the client: the secret is shown when the admission is final and more than half of the window is left.
        Honest,
        /// The planted faults of a contributor: shows the secret with the claim,
        WithClaim,
        /// before the claim is admitted,
        Unadmitted,
        /// while the blocks with the claim may still be undone,
        Unconfirmed,
        /// in any second in which a release would be taken.
        LastSecond
    }

    enum Move {
        /// The contributor's, or anybody's in his place. `Release` sends, `Land` is when it gets into a block.
        Claim,
        Admit,
        Release,
        Land,
        /// The buyer's: a chain on which the contributor goes on, and which is undone.
        Fork,
        /// All that is left goes to a claim of his own device.
        Spend,
        Cancel,
        Close,
        TopUp,
        /// These three turn something off, and on again.
        Block,
        Flip,
        Revoke,
        Expire,
        /// The clock: to the last second in which something may be done, and to the first in which it may not.
        ToDeadline,
        PastDeadline,
        ToHalf,
        PastHalf,
        ToExpiry,
        PastExpiry,
        /// As long as a release can be kept out.
        Hold
    }

    enum Phase {
        None,
        Claimed,
        Admitted,
        Paid,
        Gone
    }

    /// @dev The chain as it is foretold, and what the buyer has seen.
    struct Scene {
        Phase phase;
        uint256 left;
        uint256 spends;
        uint256 tops;
        uint256 deadline;
        bool closed;
        bool blocked;
        bool refusing;
        bool revoked;
        bool wrapShown;
        bool secretShown;
        uint256 heldUntil;
        IDataEscrow.SetAside aside;
    }

    uint256 internal constant MOVES = 20;
    uint256 internal constant OWN_ROOT = ROOT + 1;
    uint256 internal constant MOST_TOPS = 2;

    BlockingToken private odd;
    IDataEscrow.Request private asked;
    IDataEscrow.ClaimInput private ready;
    address[] private approvers;
    uint256 private needed;
    /// @dev Whether what is foretold to be refused need not be tried.
    bool internal sure;
    Policy internal policy;
    /// @dev With a VoidingEscrow, the move after which what is set aside is void.
    Move internal voidsBy;
    bool internal voids;

    function newToken() internal override returns (TestToken) {
        return odd = new BlockingToken();
    }

    /// @dev Posts a request with enough for two claims, behind a gate or not.
    function stage(bool gated) internal returns (Scene memory scene) {
        delete panel;
        open();
        if (voids) escrow = new VoidingEscrow(only(address(verifier)));
        if (gated) name(0, 0, true);
        IDataEscrow.Request memory posted = gated ? attested(SHARE) : request();
        // A request ends within a window, so that everything may happen while a release is kept out.
        (posted.releaseWindow, posted.deadline) = (2 days, NOW + 36 hours);
        registry.set(REGISTRAR, OWN_ROOT, true);
        needed = COUNT * PRICE + posted.share;
        scene.left = 2 * needed;
        id = postAs(BUYER, posted, scene.left);
        (asked, ready) = (posted, claimOn(posted));
        approvers = gated ? only(STRANGER) : nobody();
        if (gated) gate.approve(approvers);
        token.mint(BUYER, MOST_TOPS * BUDGET);
        vm.prank(BUYER);
        token.approve(address(escrow), MOST_TOPS * BUDGET);
        scene.deadline = posted.deadline;
    }

    function _requestIn(Scene memory scene) private view returns (IDataEscrow.Request memory current) {
        current = asked;
        current.deadline = scene.deadline;
    }

    /* THE MOVES: whether the move changed the chain, or what the buyer has seen */

    function play(Scene memory scene, Move move) internal returns (bool changed) {
        if (move == Move.Claim) changed = _claim(scene);
        else if (move == Move.Admit) changed = _admit(scene);
        else if (move == Move.Release) changed = _send(scene);
        else if (move == Move.Land) changed = _land(scene);
        else if (move == Move.Fork) changed = _fork(scene);
        else if (move == Move.Spend) changed = _spend(scene);
        else if (move == Move.Expire) changed = _expire(scene);
        else if (move < Move.Block) changed = _manage(scene, move);
        else if (move < Move.Expire) changed = _turn(scene, move);
        else changed = _wait(scene, move);
        if (changed && voids && move == voidsBy && _isAside(scene)) {
            VoidingEscrow(address(escrow)).makeVoid(scene.aside.scope, NULLIFIER);
            scene.phase = Phase.Gone;
        }
    }

    function _isAside(Scene memory scene) private pure returns (bool) {
        return scene.phase == Phase.Claimed || scene.phase == Phase.Admitted;
    }

    function _isOpen(Scene memory scene) private view returns (bool) {
        return !scene.closed && block.timestamp <= scene.deadline;
    }

    function _called(bytes memory data, bool foretold) private returns (bool done) {
        (done, ) = address(escrow).call(data);
        vm.assertTrue(done == foretold, "the contract does what was foretold");
    }

    /// @dev Whether it is taken or not, everybody sees the wrapped key.
    function _claim(Scene memory scene) private returns (bool) {
        bool news = !scene.wrapShown;
        scene.wrapShown = true;
        if (policy == Policy.WithClaim) _show(scene);
        bool fits = _isOpen(scene) && scene.phase == Phase.None && !scene.revoked && scene.left >= needed;
        if (!fits && sure) return news;
        IDataEscrow.Request memory current = _requestIn(scene);
        IDataEscrow.ClaimInput memory input = ready;
        IDataEscrow.SetAside memory aside = asideOf(current, input);
        if (!_called(abi.encodeCall(IDataEscrow.claim, (id, current, 0, input)), fits)) return news;
        (scene.aside, scene.left) = (aside, scene.left - needed);
        scene.phase = aside.admitted ? Phase.Admitted : Phase.Claimed;
        return true;
    }

    function _admit(Scene memory scene) private returns (bool) {
        if (approvers.length == 0 || scene.phase == Phase.None) return false;
        bool fits = scene.phase == Phase.Claimed && !scene.refusing && block.timestamp <= scene.aside.expiry;
        if (!fits && sure) return false;
        IDataEscrow.SetAside memory admitted = admittedOf(scene.aside, approvers);
        if (!_called(abi.encodeCall(IDataEscrow.admit, (scene.aside, panel, 0, noSignatures(), "")), fits))
            return false;
        (scene.phase, scene.aside) = (Phase.Admitted, admitted);
        return true;
    }

    function _show(Scene memory scene) private view {
        scene.secretShown = true;
        scene.heldUntil = block.timestamp + asked.releaseWindow / 2;
    }

    /// @dev Whoever sees it in the open has the secret, whether a block takes it or not.
    function _send(Scene memory scene) private view returns (bool) {
        uint256 until = scene.aside.expiry;
        bool due = scene.phase == Phase.Admitted && block.timestamp + asked.releaseWindow / 2 < until;
        if (policy == Policy.Unadmitted) due = _isAside(scene);
        if (policy == Policy.LastSecond) due = scene.phase == Phase.Admitted && block.timestamp <= until;
        if (!due || scene.secretShown) return false;
        _show(scene);
        return true;
    }

    function _land(Scene memory scene) private returns (bool) {
        if (!scene.secretShown) return false;
        bool fits = scene.phase == Phase.Admitted && block.timestamp <= scene.aside.expiry;
        if (!fits && sure) return false;
        uint256 before = _owned(RECIPIENT) + _owned(RELAYER);
        if (!_called(abi.encodeCall(IDataEscrow.release, (scene.aside, approvers, SECRET)), fits)) return false;
        vm.assertEq(_owned(RECIPIENT) + _owned(RELAYER), before + COUNT * PRICE, "paid or credited, all of it");
        scene.phase = Phase.Paid;
        return true;
    }

    function _owned(address account) private view returns (uint256) {
        return token.balanceOf(account) + escrow.credits(address(token), account);
    }

    /// @dev Who waits until the blocks with his admission are final shows nothing on one that is undone but the claim.
    function _fork(Scene memory scene) private returns (bool) {
        if (scene.secretShown || scene.phase > Phase.Claimed) return false;
        bool news = !scene.wrapShown;
        uint256 before = vm.snapshotState();
        Scene memory undone = abi.decode(abi.encode(scene), (Scene));
        if (undone.phase == Phase.None) _claim(undone);
        if (undone.phase == Phase.Claimed) _admit(undone);
        bool shows = policy == Policy.Unconfirmed && _send(undone);
        vm.revertToStateAndDelete(before);
        scene.wrapShown = true;
        if (shows) _show(scene);
        return news || shows;
    }

    function _spend(Scene memory scene) private returns (bool) {
        if (scene.left < needed || (sure && !_isOpen(scene))) return false;
        IDataEscrow.Request memory current = _requestIn(scene);
        IDataEscrow.ClaimInput memory input = ready;
        input.count = (scene.left - current.share) / PRICE;
        (input.root, input.recipient, input.nullifier) = (OWN_ROOT, BUYER, NULLIFIER + 1 + scene.spends);
        if (!_called(abi.encodeCall(IDataEscrow.claim, (id, current, 0, input)), _isOpen(scene))) return false;
        scene.left -= input.count * PRICE + current.share;
        ++scene.spends;
        return true;
    }

    function _manage(Scene memory scene, Move move) private returns (bool) {
        if (move == Move.TopUp && scene.tops == MOST_TOPS) return false;
        uint256 noticed = block.timestamp + 1 days;
        bool fits = !scene.closed && block.timestamp > scene.deadline;
        if (move == Move.Cancel) fits = !scene.closed && noticed < scene.deadline;
        else if (move == Move.TopUp) fits = _isOpen(scene);
        if (!fits && sure) return false;
        IDataEscrow.Request memory current = _requestIn(scene);
        bytes memory data = abi.encodeCall(IDataEscrow.close, (id, current));
        if (move == Move.Cancel) data = abi.encodeCall(IDataEscrow.cancel, (id, current));
        else if (move == Move.TopUp) data = abi.encodeCall(IDataEscrow.topUp, (id, current, uint32(needed)));
        vm.prank(BUYER);
        if (!_called(data, fits)) return false;
        if (move == Move.Close) (scene.closed, scene.left) = (true, 0);
        else if (move == Move.Cancel) scene.deadline = noticed;
        else (scene.tops, scene.left) = (scene.tops + 1, scene.left + needed);
        return true;
    }

    function _turn(Scene memory scene, Move move) private returns (bool) {
        if (move == Move.Block) odd.setBlocked(RECIPIENT, scene.blocked = !scene.blocked);
        else if (move == Move.Revoke) registry.set(REGISTRAR, ROOT, !(scene.revoked = !scene.revoked));
        else if (approvers.length == 0) return false;
        else if (scene.refusing = !scene.refusing) gate.set(ModelGate.Way.Revert, "");
        else gate.approve(approvers);
        return true;
    }

    function _expire(Scene memory scene) private returns (bool) {
        bool fits = _isAside(scene) && block.timestamp > scene.aside.expiry;
        if (!fits && sure) return false;
        if (!_called(abi.encodeCall(IDataEscrow.expire, (scene.aside)), fits)) return false;
        scene.phase = Phase.Gone;
        if (!scene.closed) scene.left += scene.aside.amount + scene.aside.share;
        return true;
    }

    function _wait(Scene memory scene, Move move) private returns (bool) {
        bool inFlight = scene.secretShown && scene.phase == Phase.Admitted;
        uint256 half = scene.aside.expiry - scene.aside.window / 2;
        uint256 to = scene.deadline;
        if (move == Move.PastDeadline) ++to;
        else if (move == Move.Hold) to = inFlight ? scene.heldUntil : 0;
        else if (move != Move.ToDeadline) {
            if (!_isAside(scene)) return false;
            // In the last second before the half more than half of the window is left.
            if (move == Move.ToHalf) to = half - 1;
            else if (move == Move.PastHalf) to = half;
            else to = scene.aside.expiry + (move == Move.PastExpiry ? 1 : 0);
        }
        if (to <= block.timestamp || (inFlight && to > scene.heldUntil)) return false;
        vm.warp(to);
        return true;
    }

    /* THE LAW */

    /// @dev Leaves the chain as it was, or with the contributor paid.
    function holds(Scene memory scene) internal returns (bool) {
        if (scene.phase != Phase.Gone) vm.assertEq(escrow.left(id), scene.left, "left");
        if (!scene.wrapShown || !scene.secretShown || scene.phase == Phase.Paid) return true;
        uint256 before = vm.snapshotState();
        Scene memory last = abi.decode(abi.encode(scene), (Scene));
        if (last.heldUntil > block.timestamp) vm.warp(last.heldUntil);
        if (last.phase == Phase.None) _claim(last);
        if (last.phase == Phase.Claimed) _admit(last);
        bool paid = _land(last);
        vm.revertToStateAndDelete(before);
        return paid;
    }
}
