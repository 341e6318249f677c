// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PoseidonT2} from "../../generated/PoseidonT2.sol";
import {IDataEscrow} from "../../src/interfaces/IDataEscrow.sol";
import {EscrowFixture} from "../EscrowTested.sol";
import {OpenedEscrow} from "./OpenedEscrow.sol";

/// @notice What a nullifier's slot says, and who may change it when. Proved by halmos.
contract SlotProofs is EscrowFixture {
    uint256 private constant REFUSED = 1 << 128;

    OpenedEscrow private one;
    OpenedEscrow private other;

    function setUp() public {
        vm.warp(NOW);
        token = newToken();
        (one, other) = (new OpenedEscrow(nobody()), new OpenedEscrow(nobody()));
    }

    /// @notice For every word of a slot and every request: the slot is spent but where it is empty, or where another request
    /// refused it.
    function check_spentIsWhatTheSlotSays(bytes32 word, uint128 asking, uint128 refused) public {
        one.putSlot(1, NULLIFIER, word);
        bool spent = one.spent(1, NULLIFIER, asking);
        if (word == 0) assert(!spent);
        else if (word == bytes32(REFUSED | refused)) assert(spent == (asking == refused));
        else if (uint256(word) >> 128 != 1) assert(spent);
    }

    /// @notice For every second, every expiry and every amount: of a claim that waits for its release, exactly one of
    /// release and expiry is possible, and neither of them twice.
    function check_releaseAndExpiryExclude(uint64 time, uint64 expiry, uint64 amount, uint96 unit) public {
        vm.assume(unit != 0);
        IDataEscrow.SetAside memory aside = _aside(expiry, amount, unit);
        aside.admitted = true;
        bytes32 word = one.hashOf(aside);
        one.putSlot(aside.scope, NULLIFIER, word);
        other.putSlot(aside.scope, NULLIFIER, word);
        token.mint(address(one), amount);
        vm.warp(time);

        bool released = _released(one, aside, SECRET);
        bool expired = _expired(other, aside);
        assert(released == (time <= expiry));
        assert(expired == (time > expiry));
        assert(!released || uint256(one.slotOf(aside.scope, NULLIFIER)) == 1);
        assert(!expired || uint256(other.slotOf(aside.scope, NULLIFIER)) == 2);
    }

    /// @notice For every set-aside and every word: nothing is released or expires but what its slot is the hash of, and
    /// nothing is released that was not admitted.
    function check_nothingElseMoves(bytes32 word, uint64 time, uint64 expiry, bool admitted) public {
        IDataEscrow.SetAside memory aside = _aside(expiry, 5, 1);
        aside.admitted = admitted;
        one.putSlot(aside.scope, NULLIFIER, word);
        other.putSlot(aside.scope, NULLIFIER, word);
        token.mint(address(one), 5);
        vm.warp(time);

        bool same = word == one.hashOf(aside);
        assert(!_released(one, aside, SECRET) || (same && admitted));
        assert(!_expired(other, aside) || same);
    }

    /// @notice No number of the field's order or more releases, whatever it is congruent to. The first one that is congruent
    /// to the secret has a path of its own: there a solver need not find what hashes alike.
    function check_noAliasOfTheSecret(uint256 any, bool other) public {
        vm.assume(any >= R);
        uint256 secret = other ? any : SECRET + R;
        IDataEscrow.SetAside memory aside = _aside(uint64(NOW), 5, 1);
        aside.admitted = true;
        one.putSlot(aside.scope, NULLIFIER, one.hashOf(aside));
        token.mint(address(one), 5);
        assert(!_released(one, aside, secret));
    }

    /// @notice For every second and expiry: a claim expires that was not admitted after its expiry and never before, and
    /// its slot is then refused by its request, or spent if another request refused it before.
    function check_refusalNamesTheRequest(uint64 time, uint64 expiry, uint128 refusedBy, uint128 by) public {
        IDataEscrow.SetAside memory aside = _aside(expiry, 5, 1);
        (aside.id, aside.refusedBy) = (by, refusedBy);
        one.putSlot(aside.scope, NULLIFIER, one.hashOf(aside));
        vm.warp(time);
        bool expired = _expired(one, aside);
        assert(expired == (time > expiry));
        if (!expired) return;
        uint256 word = uint256(one.slotOf(aside.scope, NULLIFIER));
        assert(word == (refusedBy == 0 ? REFUSED | by : 2));
    }

    function _aside(
        uint64 expiry,
        uint256 amount,
        uint256 unit
    ) private view returns (IDataEscrow.SetAside memory aside) {
        (aside.id, aside.scope, aside.nullifier, aside.token) = (7, 1, NULLIFIER, address(token));
        (aside.buyer, aside.recipient, aside.relayer) = (BUYER, RECIPIENT, RELAYER);
        (aside.amount, aside.unit, aside.expiry) = (amount, unit, expiry);
        aside.releaseHash = PoseidonT2.releaseHash(SECRET);
    }

    function _released(
        OpenedEscrow which,
        IDataEscrow.SetAside memory aside,
        uint256 secret
    ) private returns (bool done) {
        (done, ) = address(which).call(abi.encodeCall(IDataEscrow.release, (aside, nobody(), secret)));
    }

    function _expired(OpenedEscrow which, IDataEscrow.SetAside memory aside) private returns (bool done) {
        (done, ) = address(which).call(abi.encodeCall(IDataEscrow.expire, (aside)));
    }
}
