// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {Purse} from "./Purse.sol";
import {RequestWords} from "./RequestWords.sol";

/// @title SetAsides
/// @notice The money of requests and claims: what is left, what is set aside, and how it gets out. See DataEscrow for
/// the states.
abstract contract SetAsides is Purse {
    /// @dev See DataEscrow.
    struct Slot {
        bytes32 state;
    }

    bytes32 internal constant PAID = bytes32(uint256(1));
    bytes32 internal constant UNPAID = bytes32(uint256(2));
    uint256 internal constant REFUSED = 1 << 128;
    uint256 internal constant LEFT = type(uint32).max;

    mapping(uint256 id => uint256) internal _posted;
    mapping(uint256 scope => mapping(uint256 nullifier => Slot)) internal _slots;

    /* ANSWERS */

    /// @inheritdoc IDataEscrow
    function left(uint256 id) external view returns (uint256) {
        return _posted[id] & LEFT;
    }

    /// @inheritdoc IDataEscrow
    function spent(uint256 scope, uint256 nullifier, uint256 id) public view returns (bool) {
        return _spends(uint256(_slots[scope][nullifier].state), id);
    }

    /* MONEY */

    /// @dev All but a free slot, and one that another request refused.
    function _spends(uint256 state, uint256 id) internal pure returns (bool) {
        return state != 0 && (state >> 128 != 1 || state == REFUSED | id);
    }

    /// @dev Pays a claim whose money is set aside. The state is written first.
    function _payOut(SetAside memory aside, address[] memory approvers, uint256 secret) internal {
        _slots[aside.scope][aside.nullifier].state = PAID;
        emit Released(aside.id, aside.claimId, aside.nullifier, secret);

        for (uint256 i = 0; i < approvers.length; ++i) {
            _credit(aside.token, approvers[i], aside.share / approvers.length);
        }
        _pay(aside.token, aside.recipient, aside.amount - aside.fee);
        _pay(aside.token, aside.relayer, aside.fee);
    }

    /// @dev To the request, or to the buyer once it is closed or has no room.
    function _return(SetAside calldata aside, uint256 amount) internal {
        uint256 posted = _posted[aside.id];
        uint256 units = amount / aside.unit;
        if (posted == 0 || (posted & LEFT) + units > LEFT) _credit(aside.token, aside.buyer, amount);
        else _posted[aside.id] = posted + units;
    }

    function _isSetAside(SetAside calldata aside) internal view returns (bool) {
        return _slots[aside.scope][aside.nullifier].state == _hash(aside);
    }

    /// @dev keccak256(abi.encode(aside)): its 20 words, which memory holds in a row.
    function _hash(SetAside memory aside) internal pure returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            hash := keccak256(aside, 0x280)
        }
    }

    /// @dev Units left of a request that is as posted. A closed one has no hash, which tells it from one with nothing left.
    function _leftOf(uint256 id, Request calldata request) internal view returns (uint256) {
        uint256 posted = _posted[id];
        if (posted == 0 || posted & ~LEFT != _hash(request, request.deadline)) revert RequestUnknown(id);
        return posted & LEFT;
    }

    /// @dev 224 bits of it, with room for what is left.
    function _hash(Request calldata request, uint256 deadline) internal pure returns (uint256) {
        return uint256(RequestWords.hashOf(request, deadline)) & ~LEFT;
    }
}
