// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {BuyerKey} from "./BuyerKey.sol";
import {ClaimSignals} from "./ClaimSignals.sol";
import {IClaimVerifier} from "./interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {RequestWords} from "./RequestWords.sol";
import {SetAsides} from "./SetAsides.sol";

/// @title Claims
/// @notice What becomes of one claim: its signals, what the proof does not show, and its slot.
/// @dev A claim is what people pay gas for most often. So this file reads a request that is as posted word by word, see
/// RequestWords, and a claim by its places in ClaimInput:
///     0x000 proof  0x100 m  0x120 asOf  0x140 root  0x160 count  0x180 content  0x1a0 nullifier  0x1c0 releaseHash
///     0x1e0 ephemeral  0x200 wrap  0x220 where the words are  0x240 recipient  0x260 relayer  0x280 fee
abstract contract Claims is SetAsides {
    /// @dev What a claim needs to know of its request, and what a batch carries from one claim to the next.
    struct Claiming {
        uint256 id;
        uint256 left;
        uint256 scope;
        bool pays;
        uint256 market;
        uint256 root;
        address verifier;
        uint256 words;
        uint256[] row;
    }

    uint256 private immutable CHAIN = block.chainid;

    /* ANSWERS */

    /// @inheritdoc IDataEscrow
    function scopeOf(uint256 id, Request calldata request) public view returns (uint256 scope) {
        if (request.market != 0) {
            bytes32 verifiers = keccak256(abi.encodePacked(request.verifiers));
            bytes memory named = abi.encode(
                block.chainid,
                address(this),
                request.market,
                request.schema,
                request.slotLength,
                verifiers
            );
            return uint256(keccak256(named)) % ClaimSignals.R;
        }
        uint256 order = ClaimSignals.R;
        // keccak256(abi.encode(chain, escrow, id)) % R
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let named := mload(0x40)
            mstore(named, chainid())
            mstore(add(named, 0x20), address())
            mstore(add(named, 0x40), id)
            scope := mod(keccak256(named, 0x60), order)
        }
    }

    /* BEFORE */

    /// @dev On a fork the scope would change with the chain's id, and a spent slot could be claimed again.
    function _checkChain() internal view {
        if (block.chainid != CHAIN) revert ChainMismatch(CHAIN, block.chainid);
    }

    /// @dev V and T are the verifier's. Its code is the one that `post` saw: since Cancun a contract that outlives its
    /// transaction keeps its code.
    function _claiming(
        uint256 id,
        Request calldata request,
        uint256 place
    ) internal view returns (Claiming memory claiming) {
        _checkChain();
        claiming.left = _leftOf(id, request);
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        claiming.verifier = RequestWords.verifierAt(request, place);
        if (claiming.verifier == address(0)) revert VerifierUnknown(address(0));
        claiming.id = id;
        claiming.scope = scopeOf(id, request);
        if (request.market != 0) claiming.market = id;
        claiming.pays = request.panel == 0 && request.buyerKey == BuyerKey.NOBODY;
        if (request.mode == 1) claiming.words = IClaimVerifier(claiming.verifier).wordCount();
        claiming.row = ClaimSignals.rowOf(request, claiming.scope, claiming.words);
    }

    /// @dev x and y. A number of words from calldata would let a claim move numbers between values and words.
    function _signals(
        Claiming memory claiming,
        ClaimInput calldata input
    ) internal pure returns (uint256 x, uint256 y) {
        uint256[] calldata words = input.words;
        if (words.length != claiming.words) revert IClaimVerifier.ProofMalformed();
        return ClaimSignals.compress(claiming.row, input, words, claiming.market);
    }

    /* TAKEN */

    /// @dev Checks what the proof does not, and spends the nullifier: sets the money aside or, where the fact is bought and
    /// nobody is asked, writes that it is paid. Or changes nothing, and says with which error `claim` has to revert.
    function _take(
        Claiming memory claiming,
        Request calldata request,
        ClaimInput calldata input
    ) internal returns (bytes32 claimId, bytes memory fault) {
        Slot storage slot = _slots[claiming.scope][input.nullifier];
        uint256 state = uint256(slot.state);
        (uint256 needed, uint256 amount) = _priced(request, input.count);
        fault = _faultOf(claiming, request, input, state, needed, amount);
        if (fault.length != 0) return (0, fault);
        unchecked {
            claiming.left -= needed;
        }
        if (claiming.pays) {
            slot.state = PAID;
            return (0, fault);
        }
        // What was there is zero or the refusal of another request.
        state &= type(uint128).max;
        (claimId, slot.state) = _setAside(claiming, request, input, amount, state);
        if (state != 0) emit ClaimedAgain(claimId, state);
    }

    /// @dev In units, with the share; and in the token's smallest part, without. Cap, price and share are below 2^32, the unit
    /// is below 2^96.
    function _priced(Request calldata request, uint256 count) internal pure returns (uint256 needed, uint256 amount) {
        unchecked {
            amount = (count < request.recordCap ? count : request.recordCap) * request.pricePerRecord;
            needed = amount + request.share;
            amount *= request.unit;
        }
    }

    function _faultOf(
        Claiming memory claiming,
        Request calldata request,
        ClaimInput calldata input,
        uint256 state,
        uint256 needed,
        uint256 amount
    ) private view returns (bytes memory) {
        if (_spends(state, claiming.id)) return abi.encodeWithSelector(AlreadyClaimed.selector, input.nullifier);
        if (input.count == 0) return abi.encodeWithSelector(NothingProven.selector);
        if (needed > claiming.left) {
            return abi.encodeWithSelector(RequestExhausted.selector, claiming.left, needed);
        }
        uint256 time;
        unchecked {
            time = block.timestamp * 1000;
        }
        if (input.asOf > time) return abi.encodeWithSelector(AsOfInFuture.selector, input.asOf, time);
        (uint256 recipient, uint256 relayer) = _payees(input);
        if (recipient == 0 || recipient == uint160(address(this))) {
            return abi.encodeWithSelector(TermsInvalid.selector, "recipient");
        }
        if (relayer == uint160(address(this))) return abi.encodeWithSelector(TermsInvalid.selector, "relayer");
        if (input.fee > amount) return abi.encodeWithSelector(TermsInvalid.selector, "fee");
        // Claims of a batch have one root, mostly.
        if (input.root != claiming.root || input.root == 0) {
            if (!_accepts(request, input.root)) return abi.encodeWithSelector(RootNotAccepted.selector, input.root);
            claiming.root = input.root;
        }
        return "";
    }

    /// @dev As addresses are decoded: bits above 160 are refused without a word.
    function _payees(ClaimInput calldata input) private pure returns (uint256 recipient, uint256 relayer) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            recipient := calldataload(add(input, 0x240))
            relayer := calldataload(add(input, 0x260))
            if shr(160, or(recipient, relayer)) {
                revert(0, 0)
            }
        }
    }

    /// @dev SetAside word by word in free memory, and its hash; the event that tells it is made behind it.
    function _setAside(
        Claiming memory claiming,
        Request calldata request,
        ClaimInput calldata input,
        uint256 amount,
        uint256 refusedBy
    ) private returns (bytes32 claimId, bytes32 hash) {
        // The fact is sold by those who agree to it: there is no secret to wait for.
        uint256 releaseHash = request.buyerKey == BuyerKey.NOBODY ? 0 : input.releaseHash;
        uint256 share;
        unchecked {
            share = request.share * request.unit;
        }
        uint256 window = request.releaseWindow;
        bytes32 panel = request.panel;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let aside := mload(0x40)
            mstore(aside, mload(add(claiming, 0x40)))
            mstore(add(aside, 0x20), mload(claiming))
            calldatacopy(add(aside, 0x40), add(input, 0x180), 0x40)
            mstore(add(aside, 0x80), releaseHash)
            mstore(add(aside, 0xa0), add(timestamp(), window))
            claimId := keccak256(aside, 0xc0)
            mstore(add(aside, 0xc0), claimId)
            mstore(add(aside, 0xe0), window)
            mstore(add(aside, 0x100), panel)
            // Buyer, token and unit; recipient, relayer and fee.
            calldatacopy(add(aside, 0x120), request, 0x60)
            calldatacopy(add(aside, 0x180), add(input, 0x240), 0x60)
            if iszero(mload(add(aside, 0x1a0))) {
                mstore(add(aside, 0x1a0), caller())
            }
            mstore(add(aside, 0x1e0), amount)
            mstore(add(aside, 0x200), share)
            mstore(add(aside, 0x220), refusedBy)
            mstore(add(aside, 0x240), 0)
            mstore(add(aside, 0x260), iszero(panel))
            hash := keccak256(aside, 0x280)
        }
        _tell(input);
    }

    /// @dev `Claimed`, of the SetAside that lies in free memory.
    function _tell(ClaimInput calldata input) private {
        bytes32 topic = Claimed.selector;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let aside := mload(0x40)
            let told := add(aside, 0x280)
            // Count and content; releaseHash, ephemeral and wrap; recipient, relayer and fee; expiry.
            calldatacopy(told, add(input, 0x160), 0x40)
            mstore(add(told, 0x40), mload(add(aside, 0x80)))
            calldatacopy(add(told, 0x60), add(input, 0x1e0), 0x40)
            mcopy(add(told, 0xa0), add(aside, 0x180), 0x60)
            mstore(add(told, 0x100), mload(add(aside, 0xa0)))
            let id := mload(add(aside, 0x20))
            log4(told, 0x120, topic, id, mload(add(aside, 0xc0)), mload(add(aside, 0x60)))
        }
    }

    /* ASKED */

    /// @dev IClaimVerifier.verify(proof, [M, x, y]), whose first nine words a claim begins with.
    function _verify(address verifier, ClaimInput calldata input, uint256 x, uint256 y) internal view {
        uint256 selector = uint32(IClaimVerifier.verify.selector);
        uint256 asked;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            asked := mload(0x40)
            mstore(asked, selector)
            calldatacopy(add(asked, 0x20), input, 0x120)
            mstore(add(asked, 0x140), x)
            mstore(add(asked, 0x160), y)
        }
        _ask(verifier, asked, 0x164);
    }

    /// @dev Memory for a call of IClaimVerifier.verifyBatch(proofs, inputs) about so many claims, as abi.encode lays it out:
    /// selector in the first word; where the lists are; proofs, 8 words each, behind their number; inputs, 3 words each.
    function _roomFor(uint256 count) internal pure returns (uint256 asked) {
        uint256 selector = uint32(IClaimVerifier.verifyBatch.selector);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            asked := mload(0x40)
            mstore(0x40, add(asked, add(0xa0, mul(count, 0x160))))
            mstore(asked, selector)
            mstore(add(asked, 0x20), 0x40)
            mstore(add(asked, 0x40), add(0x60, shl(8, count)))
            mstore(add(asked, 0x60), count)
            mstore(add(asked, add(0x80, shl(8, count))), count)
        }
    }

    /// @dev The claim at this place, below `count`.
    function _put(
        uint256 asked,
        uint256 count,
        uint256 place,
        ClaimInput calldata input,
        uint256 x,
        uint256 y
    ) internal pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            calldatacopy(add(asked, add(0x80, shl(8, place))), input, 0x100)
            let inputs := add(asked, add(add(0xa0, shl(8, count)), mul(0x60, place)))
            mstore(inputs, calldataload(add(input, 0x100)))
            mstore(add(inputs, 0x20), x)
            mstore(add(inputs, 0x40), y)
        }
    }

    function _verifyMany(address verifier, uint256 asked, uint256 count) internal view {
        _ask(verifier, asked, 0x84 + count * 0x160);
    }

    /// @dev The call whose selector is in the first word. A verifier answers by returning, so there has to be code to answer.
    function _ask(address verifier, uint256 asked, uint256 size) private view {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            if iszero(extcodesize(verifier)) {
                revert(0, 0)
            }
            if iszero(staticcall(gas(), verifier, add(asked, 0x1c), size, 0, 0)) {
                let answer := mload(0x40)
                returndatacopy(answer, 0, returndatasize())
                revert(answer, returndatasize())
            }
        }
    }

    /// @dev IDeviceRegistry.accepts(registrar, root). What it refuses by reverting, reverts.
    function _accepts(Request calldata request, uint256 root) private view returns (bool accepted) {
        bytes4 selector = IDeviceRegistry.accepts.selector;
        uint256 place = RequestWords.REGISTRY;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // The registrar stands behind the registry.
            let asked := mload(0x40)
            place := add(request, place)
            mstore(asked, selector)
            mstore(add(asked, 0x04), calldataload(add(place, 0x20)))
            mstore(add(asked, 0x24), root)
            if iszero(staticcall(gas(), calldataload(place), asked, 0x44, 0, 0x20)) {
                returndatacopy(asked, 0, returndatasize())
                revert(asked, returndatasize())
            }
            accepted := and(gt(returndatasize(), 0x1f), eq(mload(0), 1))
        }
    }

    /* MONEY */

    /// @dev A claim on the fact alone, whose slot is paid already.
    function _payFact(uint256 id, Request calldata request, ClaimInput calldata input) internal {
        (, uint256 amount) = _priced(request, input.count);
        address relayer = input.relayer == address(0) ? msg.sender : input.relayer;
        emit Sold(id, input.nullifier, input.count, input.content, input.recipient, relayer, input.fee);
        _pay(request.token, input.recipient, amount - input.fee);
        _pay(request.token, relayer, input.fee);
    }
}
