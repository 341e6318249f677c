// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {PoseidonT2} from "../generated/PoseidonT2.sol";
import {BuyerKey} from "./BuyerKey.sol";
import {ClaimSignals} from "./ClaimSignals.sol";
import {IClaimVerifier} from "./interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "./interfaces/IDataEscrow.sol";

/// @title DataEscrow
/// @notice See IDataEscrow for every word used here. No owner, no proxy, no parameter that anyone can change.
/// @dev
///     request:    post -> open -> close (after the deadline) -> gone
///     nullifier:  free -> claim -> set aside -> release -> paid
///                                            -> expire  -> spent, unpaid
///
///     storage     slots per entry
///     _posted     2   hash of the request; what is left of its budget. Both zero before post and after close.
///     _slots      1   0 free | 1 paid | 2 spent, unpaid | else keccak256(SetAside): set aside
///     credits     1   amount, by token and account
///     verifiers   1   code hash, written by the constructor only
///     _lastId     one slot in all
///
/// For every token: sum of left + sum of set aside + sum of credits = what was posted and has not gone out.
contract DataEscrow is IDataEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Posting {
        bytes32 request;
        uint256 left;
    }

    bytes32 private constant PAID = bytes32(uint256(1));
    bytes32 private constant UNPAID = bytes32(uint256(2));

    /// @notice Times are 48-bit numbers.
    uint256 private constant TIME_LIMIT = 1 << 48;

    /// @notice The circuit counts slots in 32 bits.
    uint256 private constant SLOT_LIMIT = 1 << 32;

    uint256 private immutable CHAIN = block.chainid;

    mapping(uint256 id => Posting) private _posted;
    mapping(uint256 nullifier => bytes32) private _slots;
    uint256 private _lastId;

    /// @inheritdoc IDataEscrow
    mapping(address token => mapping(address account => uint256)) public credits;

    /// @inheritdoc IDataEscrow
    mapping(address verifier => bytes32) public verifiers;

    /// @notice Fixes the table of verifiers.
    /// @param known The verifiers that requests may name, for ever
    constructor(address[] memory known) {
        for (uint256 i = 0; i < known.length; ++i) {
            // 0xef begins a delegated account (EIP-7702), whose holder can exchange the code.
            if (known[i].code.length == 0 || known[i].code[0] == 0xef) revert VerifierUnknown(known[i]);
            uint256 count = IClaimVerifier(known[i]).valueCount();
            if (count <= ClaimSignals.BOUNDS || (count - ClaimSignals.BOUNDS) % 2 != 0)
                revert VerifierUnknown(known[i]);
            uint256 bits = IClaimVerifier(known[i]).valueBits();
            if (bits != 48 && bits != 128) revert VerifierUnknown(known[i]);
            verifiers[known[i]] = known[i].codehash;
        }
    }

    /* POST */

    /// @inheritdoc IDataEscrow
    function post(Request calldata request, uint256 budget) external nonReentrant returns (uint256 id) {
        _checkChain();
        _checkVerifier(request.verifier);
        _checkParameters(request, budget);

        id = ++_lastId;
        _posted[id] = Posting(keccak256(abi.encode(request)), budget);
        emit Posted(id, request.buyer, scopeOf(id), budget, request);

        _pull(request.token, budget);
    }

    /* CLAIM */

    /// @inheritdoc IDataEscrow
    function claim(
        uint256 id,
        Request calldata request,
        ClaimInput calldata input
    ) external nonReentrant returns (bytes32 claimId) {
        _checkChain();
        _checkRequest(id, request);
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        _checkVerifier(request.verifier);
        _checkCounts(request, input);
        (uint256 x, uint256 y) = ClaimSignals.compress(input.m, input.values, input.words);
        _checkValues(id, request, input.values);
        SetAside memory aside = _setAside(id, request, input);

        uint256 nullifier = input.values[ClaimSignals.NULLIFIER];
        if (_slots[nullifier] != 0) revert AlreadyClaimed(nullifier);
        _slots[nullifier] = _hash(aside);
        _posted[id].left -= aside.amount;

        claimId = _claimId(nullifier, aside);
        emit Claimed(
            id,
            claimId,
            nullifier,
            input.values[ClaimSignals.COUNT],
            input.values[ClaimSignals.EPHEMERAL],
            input.values[ClaimSignals.WRAP],
            aside
        );

        IClaimVerifier(request.verifier).verify(input.proof, [input.m, x, y]);
    }

    /* RELEASE */

    /// @inheritdoc IDataEscrow
    function release(uint256 nullifier, SetAside calldata aside, uint256 secret) external nonReentrant {
        if (_slots[nullifier] != _hash(aside)) revert NotReleased(nullifier);
        if (block.timestamp > aside.expiry) revert ReleaseExpired(aside.expiry);
        if (secret >= ClaimSignals.R) revert ReleaseSecretWrong();
        if (PoseidonT2.releaseHash(secret) != aside.releaseHash) revert ReleaseSecretWrong();

        _slots[nullifier] = PAID;
        emit Released(aside.id, _claimId(nullifier, aside), nullifier, secret);

        _pay(aside.token, aside.recipient, aside.amount - aside.fee);
        _pay(aside.token, aside.relayer, aside.fee);
    }

    /* EXPIRE */

    /// @inheritdoc IDataEscrow
    function expire(uint256 nullifier, SetAside calldata aside) external nonReentrant {
        if (_slots[nullifier] != _hash(aside)) revert NotReleased(nullifier);
        if (block.timestamp <= aside.expiry) revert ReleaseOpen(aside.expiry);

        _slots[nullifier] = UNPAID;
        emit Expired(aside.id, _claimId(nullifier, aside), nullifier, aside.amount);

        Posting storage posted = _posted[aside.id];
        if (posted.request == 0) _credit(aside.token, aside.buyer, aside.amount);
        else posted.left += aside.amount;
    }

    /* CLOSE AND WITHDRAW */

    /// @inheritdoc IDataEscrow
    function close(uint256 id, Request calldata request) external nonReentrant {
        _checkRequest(id, request);
        if (block.timestamp <= request.deadline) revert RequestOpen(request.deadline);

        uint256 amount = _posted[id].left;
        delete _posted[id];
        emit Closed(id, amount);

        _pay(request.token, request.buyer, amount);
    }

    /// @inheritdoc IDataEscrow
    function withdraw(address token, address to) external nonReentrant {
        uint256 amount = credits[token][msg.sender];
        if (amount == 0) revert NothingCredited(token, msg.sender);

        delete credits[token][msg.sender];
        emit Withdrawn(token, msg.sender, to, amount);

        if (to == address(this) || !IERC20(token).trySafeTransfer(to, amount)) revert TokenRefused(token, amount, 0);
    }

    /* ANSWERS */

    /// @inheritdoc IDataEscrow
    function left(uint256 id) external view returns (uint256) {
        return _posted[id].left;
    }

    /// @inheritdoc IDataEscrow
    function spent(uint256 nullifier) external view returns (bool) {
        return _slots[nullifier] != 0;
    }

    /// @inheritdoc IDataEscrow
    function scopeOf(uint256 id) public view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), id))) % ClaimSignals.R;
    }

    /* GUARDS */

    /// @dev On a fork the scope would change with the chain's id, and a spent slot could be claimed again.
    function _checkChain() private view {
        if (block.chainid != CHAIN) revert ChainMismatch(CHAIN, block.chainid);
    }

    function _checkVerifier(address verifier) private view {
        bytes32 known = verifiers[verifier];
        if (known == 0 || verifier.codehash != known) revert VerifierUnknown(verifier);
    }

    function _checkRequest(uint256 id, Request calldata request) private view {
        if (keccak256(abi.encode(request)) != _posted[id].request) revert RequestUnknown(id);
    }

    function _checkParameters(Request calldata request, uint256 budget) private view {
        if (request.buyer == address(0) || request.buyer == address(this)) revert ParametersInvalid("buyer");
        if (request.pricePerRecord == 0) revert ParametersInvalid("pricePerRecord");
        if (budget < request.pricePerRecord) revert ParametersInvalid("budget");
        if (request.deadline <= block.timestamp) revert ParametersInvalid("deadline");
        if (request.releaseWindow < 1 days || request.releaseWindow > 365 days) {
            revert ParametersInvalid("releaseWindow");
        }
        if (request.schema >= ClaimSignals.R) revert ParametersInvalid("schema");
        if (request.deviceClass >= ClaimSignals.R) revert ParametersInvalid("deviceClass");
        if (request.root >= ClaimSignals.R) revert ParametersInvalid("root");
        BuyerKey.check(request.buyerKey);
        if (request.mode > 1) revert ParametersInvalid("mode");
        _checkWindow(request.timeMin, request.timeMax, request.slotLength);
        _checkBounds(request.bounds, IClaimVerifier(request.verifier));
    }

    function _checkWindow(uint64 timeMin, uint64 timeMax, uint64 length) private pure {
        if (length < 1000 || length >= TIME_LIMIT) revert ParametersInvalid("slotLength");
        if (timeMax >= TIME_LIMIT || timeMax / length >= SLOT_LIMIT) revert ParametersInvalid("timeMax");
        if (timeMin > timeMax) revert ParametersInvalid("timeMin");
        if (timeMin % length != 0 || (timeMax + 1) % length != 0) revert WindowNotOnGrid(timeMin, timeMax, length);
    }

    /// @dev K and W are the verifier's: a bound is as wide as the circuit's limbs.
    function _checkBounds(uint256[] calldata bounds, IClaimVerifier verifier) private view {
        uint256 limbs = (verifier.valueCount() - ClaimSignals.BOUNDS) / 2;
        uint256 limit = 1 << verifier.valueBits();
        if (bounds.length != 2 * limbs) revert ParametersInvalid("bounds");
        for (uint256 i = 0; i < limbs; ++i) {
            if (bounds[i] > bounds[limbs + i] || bounds[limbs + i] >= limit) revert ParametersInvalid("bounds");
        }
    }

    /// @dev V and T are the verifier's. Lengths from calldata would let a claim move numbers between values and words.
    function _checkCounts(Request calldata request, ClaimInput calldata input) private view {
        IClaimVerifier verifier = IClaimVerifier(request.verifier);
        uint256 words = request.mode == 1 ? verifier.wordCount() : 0;
        if (input.values.length != verifier.valueCount() || input.words.length != words) {
            revert IClaimVerifier.ProofMalformed();
        }
    }

    /// @dev What the request fixes. Times are below 2^48, bounds below 2^W and in order because the request's are.
    function _checkValues(uint256 id, Request calldata request, uint256[] calldata values) private view {
        _same(values, ClaimSignals.MODE, request.mode);
        _same(values, ClaimSignals.SCOPE, scopeOf(id));
        _same(values, ClaimSignals.SLOT_LENGTH, request.slotLength);
        _same(values, ClaimSignals.TIME_MIN, request.timeMin);
        _same(values, ClaimSignals.TIME_MAX, request.timeMax);
        _same(values, ClaimSignals.SCHEMA, request.schema);
        _same(values, ClaimSignals.DEVICE_CLASS, request.deviceClass);
        _same(values, ClaimSignals.BUYER_KEY, request.buyerKey);
        for (uint256 i = 0; i < request.bounds.length; ++i) {
            _same(values, ClaimSignals.BOUNDS + i, request.bounds[i]);
        }
        uint256 root = values[ClaimSignals.ROOT];
        if (root != request.root) revert RootNotAccepted(root);
        uint256 asOf = values[ClaimSignals.AS_OF];
        if (asOf > block.timestamp * 1000) revert AsOfInFuture(asOf, block.timestamp * 1000);
    }

    function _same(uint256[] calldata values, uint256 index, uint256 expected) private pure {
        if (values[index] != expected) revert SignalMismatch(index, expected, values[index]);
    }

    /* MONEY */

    /// @dev Checks the terms and the budget, and writes down what is set aside.
    function _setAside(
        uint256 id,
        Request calldata request,
        ClaimInput calldata input
    ) private view returns (SetAside memory aside) {
        uint256 digest = uint256(keccak256(abi.encode(input.recipient, input.relayer, input.fee))) >> 8;
        uint256 terms = input.values[ClaimSignals.TERMS];
        if (digest != terms) revert TermsMismatch(terms, digest);

        uint256 count = input.values[ClaimSignals.COUNT];
        uint256 rest = _posted[id].left;
        if (count == 0) revert SignalMismatch(ClaimSignals.COUNT, 1, 0);
        if (count > rest / request.pricePerRecord) revert RequestExhausted(rest, count);

        aside.id = id;
        aside.buyer = request.buyer;
        aside.token = request.token;
        aside.content = input.values[ClaimSignals.CONTENT];
        aside.recipient = input.recipient;
        aside.relayer = input.relayer == address(0) ? msg.sender : input.relayer;
        aside.fee = input.fee;
        aside.amount = count * request.pricePerRecord;
        aside.releaseHash = input.values[ClaimSignals.RELEASE_HASH];
        aside.expiry = uint64(block.timestamp) + request.releaseWindow;

        if (aside.recipient == address(0) || aside.recipient == address(this)) revert TermsInvalid("recipient");
        if (aside.relayer == address(this)) revert TermsInvalid("relayer");
        if (aside.fee > aside.amount) revert TermsInvalid("fee");
    }

    function _hash(SetAside memory aside) private pure returns (bytes32) {
        return keccak256(abi.encode(aside));
    }

    function _claimId(uint256 nullifier, SetAside memory aside) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(CHAIN, address(this), aside.id, nullifier, aside.content, aside.releaseHash, aside.expiry)
            );
    }

    /// @dev Takes exactly `amount` from the sender, seen from both the answer and the balance.
    function _pull(address token, uint256 amount) private {
        if (token.code.length == 0) revert TokenRefused(token, amount, 0);
        uint256 before = IERC20(token).balanceOf(address(this));
        bool taken = IERC20(token).trySafeTransferFrom(msg.sender, address(this), amount);
        uint256 balance = IERC20(token).balanceOf(address(this));
        uint256 moved = balance > before ? balance - before : 0;
        if (!taken || moved != amount) revert TokenRefused(token, amount, moved);
    }

    /// @dev Never reverts for the token's reasons. A caller cannot starve the transfer to force a credit: a call gets
    /// all but a 64th of the gas, and that 64th must pay for the credit, so the transfer had hundreds of thousands.
    function _pay(address token, address to, uint256 amount) private {
        if (amount == 0) return;
        if (!IERC20(token).trySafeTransfer(to, amount)) _credit(token, to, amount);
    }

    function _credit(address token, address account, uint256 amount) private {
        credits[token][account] += amount;
        emit Credited(token, account, amount);
    }
}
