// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {Claims} from "./Claims.sol";
import {ClaimSignals} from "./ClaimSignals.sol";
import {CodeTable} from "./CodeTable.sol";
import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {Panels} from "./Panels.sol";
import {ReleaseHash} from "./ReleaseHash.sol";
import {RequestRules} from "./RequestRules.sol";
import {RequestWords} from "./RequestWords.sol";

/// @title DataEscrow
/// @notice See IDataEscrow for every word used here. No owner, no proxy, no parameter that anyone can change.
/// @dev
///     request:    post -> open -> close (after the deadline, which cancel brings nearer) -> gone
///     nullifier:  free -> claim -> claimed -> admit -> admitted -> release -> paid
///                                    |                    |-> expire -> spent, unpaid
///                                    '-> expire -> refused by this request, free for one other of its market
///     Where nobody is named a claim is admitted at once; where the fact is bought, admitting pays.
///
///     storage     slots per entry
///     _posted     1   224 bits: hash of the request, which nobody finds another one for | 32 bits: units left
///     _slots      1   by scope and nullifier: 0 free | 1 paid | 2 spent, unpaid | 2^128 + id: refused by that request
///                     else keccak256(SetAside): set aside
///     credits     1   amount, by token and account
///     listed      1   code hash, by account
///     _lastId     one slot in all
///
/// For every token: sum of left * unit + sum of set aside + sum of credits = what was posted and has not gone out.
contract DataEscrow is CodeTable, Claims, EIP712 {
    /// @notice How long a request stays open after its buyer gave notice.
    uint256 public constant NOTICE = 1 days;

    // solhint-disable-next-line gas-small-strings
    bytes32 private constant KEPT = keccak256("Kept(bytes32 claimId,uint256 content,bytes32 digest)");

    /// @dev Two contracts without state, of this one's making: the code of one is not enough for all three.
    RequestRules private immutable RULES = new RequestRules();
    ReleaseHash private immutable HASH = new ReleaseHash();

    uint256 private _lastId;

    /// @notice Lists the first verifiers and gates.
    /// @param known Some
    constructor(address[] memory known) EIP712("zkdata escrow", "1") {
        for (uint256 i = 0; i < known.length; ++i) _list(known[i]);
    }

    /* POST */

    /// @inheritdoc IDataEscrow
    function post(
        Request calldata request,
        Panel calldata panel,
        bytes32 about,
        uint32 budget
    ) external nonReentrant returns (uint256 id) {
        _checkChain();
        if (!RequestWords.arePlain(request)) revert ParametersInvalid("request");
        for (uint256 i = 0; i < request.verifiers.length; ++i) {
            if (!_isListed(request.verifiers[i])) revert VerifierUnknown(request.verifiers[i]);
        }
        if (panel.gate != address(0) && !_isListed(panel.gate)) revert GateUnknown(panel.gate);
        RULES.check(request, panel, budget);

        id = ++_lastId;
        _posted[id] = _hash(request, request.deadline) | budget;
        emit Posted(id, request.buyer, scopeOf(id, request), about, budget, request, panel);

        _pull(request.token, budget * request.unit);
    }

    /// @inheritdoc IDataEscrow
    function topUp(uint256 id, Request calldata request, uint32 units) external nonReentrant {
        _checkChain();
        uint256 rest = _leftOf(id, request);
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        if (units == 0 || rest + units > LEFT) revert ParametersInvalid("units");

        _posted[id] += units;
        emit ToppedUp(id, units);

        _pull(request.token, units * request.unit);
    }

    /// @inheritdoc IDataEscrow
    function cancel(uint256 id, Request calldata request) external nonReentrant {
        uint256 rest = _leftOf(id, request);
        uint256 deadline = block.timestamp + NOTICE;
        if (msg.sender != request.buyer) revert ParametersInvalid("buyer");
        if (deadline >= request.deadline) revert ParametersInvalid("deadline");

        _posted[id] = _hash(request, deadline) | rest;
        emit Cancelled(id, deadline);
    }

    /* CLAIM */

    /// @inheritdoc IDataEscrow
    function claim(
        uint256 id,
        Request calldata request,
        uint256 verifier,
        ClaimInput calldata input
    ) external nonReentrant returns (bytes32 claimId) {
        Claiming memory claiming = _claiming(id, request, verifier);
        (uint256 x, uint256 y) = _signals(claiming, input);
        bytes memory fault;
        (claimId, fault) = _take(claiming, request, input);
        if (fault.length != 0) _revertWith(fault);
        _posted[id] = (_posted[id] & ~LEFT) | claiming.left;

        _verify(claiming.verifier, input, x, y);
        if (claiming.pays) _payFact(id, request, input);
    }

    /// @inheritdoc IDataEscrow
    function claimMany(
        uint256 id,
        Request calldata request,
        uint256 verifier,
        ClaimInput[] calldata inputs
    ) external nonReentrant {
        Claiming memory claiming = _claiming(id, request, verifier);
        bool[] memory taken = new bool[](claiming.pays ? inputs.length : 0);
        uint256 asked = _roomFor(inputs.length);
        for (uint256 i = 0; i < inputs.length; ++i) {
            ClaimInput calldata input = inputs[i];
            (uint256 x, uint256 y) = _signals(claiming, input);
            _put(asked, inputs.length, i, input, x, y);
            (, bytes memory fault) = _take(claiming, request, input);
            if (fault.length != 0) emit Skipped(id, input.nullifier, fault);
            else if (claiming.pays) taken[i] = true;
        }
        _posted[id] = (_posted[id] & ~LEFT) | claiming.left;

        _verifyMany(claiming.verifier, asked, inputs.length);
        for (uint256 i = 0; i < taken.length; ++i) {
            if (taken[i]) _payFact(id, request, inputs[i]);
        }
    }

    /* ADMIT */

    /// @inheritdoc IDataEscrow
    function admit(
        SetAside calldata aside,
        Panel calldata panel,
        bytes32 digest,
        KeptBy[] calldata kept,
        bytes calldata answer
    ) external nonReentrant {
        if (aside.admitted || !_isSetAside(aside)) revert NotReleased(aside.nullifier);
        if (block.timestamp > aside.expiry) revert ReleaseExpired(aside.expiry);
        if (keccak256(abi.encode(panel)) != aside.panel) revert NotAdmitted("panel");

        address[] memory approvers = _approversOf(aside, panel, digest, kept, answer);
        SetAside memory admitted = aside;
        admitted.admitted = true;
        admitted.approvers = keccak256(abi.encode(approvers));
        // What cannot be shared evenly, in units, stays with the request.
        uint256 units = aside.share / aside.unit;
        admitted.share = (units - (units % approvers.length)) * aside.unit;
        admitted.expiry = block.timestamp + aside.window;
        _slots[aside.scope][aside.nullifier].state = _hash(admitted);
        emit Admitted(aside.id, aside.claimId, aside.nullifier, digest, approvers, admitted);

        _return(aside, aside.share - admitted.share);
        if (aside.releaseHash == 0) _payOut(admitted, approvers, 0);
    }

    /* RELEASE */

    /// @inheritdoc IDataEscrow
    function release(SetAside calldata aside, address[] calldata approvers, uint256 secret) external nonReentrant {
        if (!aside.admitted || !_isSetAside(aside)) revert NotReleased(aside.nullifier);
        if (block.timestamp > aside.expiry) revert ReleaseExpired(aside.expiry);
        bytes32 agreed = approvers.length == 0 ? bytes32(0) : keccak256(abi.encode(approvers));
        if (agreed != aside.approvers) revert ApproversWrong();
        if (secret >= ClaimSignals.R) revert ReleaseSecretWrong();
        if (HASH.hashOf(secret) != aside.releaseHash) revert ReleaseSecretWrong();

        _payOut(aside, approvers, secret);
    }

    /* EXPIRE */

    /// @inheritdoc IDataEscrow
    function expire(SetAside calldata aside) external nonReentrant {
        if (!_isSetAside(aside)) revert NotReleased(aside.nullifier);
        if (block.timestamp <= aside.expiry) revert ReleaseOpen(aside.expiry);

        // Free once more only: two requests that refuse in turn would hold a third one's money for ever.
        bool spends = aside.admitted || aside.refusedBy != 0;
        _slots[aside.scope][aside.nullifier].state = spends ? UNPAID : bytes32(REFUSED | aside.id);
        emit Expired(aside.id, aside.claimId, aside.nullifier, aside.amount + aside.share);

        _return(aside, aside.amount + aside.share);
    }

    /* CLOSE */

    /// @inheritdoc IDataEscrow
    function close(uint256 id, Request calldata request) external nonReentrant {
        uint256 amount = _leftOf(id, request) * request.unit;
        if (block.timestamp <= request.deadline) revert RequestOpen(request.deadline);

        delete _posted[id];
        emit Closed(id, amount);

        _pay(request.token, request.buyer, amount);
    }

    /* PANEL */

    function _approversOf(
        SetAside calldata aside,
        Panel calldata panel,
        bytes32 digest,
        KeptBy[] calldata kept,
        bytes calldata answer
    ) private view returns (address[] memory approvers) {
        if (digest != 0 && panel.keepers.length == 0) revert NotAdmitted("keepers");
        bytes32 word = _hashTypedDataV4(keccak256(abi.encode(KEPT, aside.claimId, aside.content, digest)));
        approvers = Panels.keepersOf(panel, kept, word);
        if (panel.gate == address(0)) return approvers;
        if (!_isListed(panel.gate)) revert GateUnknown(panel.gate);
        address[] memory more = Panels.gateOf(panel.gate, aside.claimId, aside.content, answer);
        address[] memory keepers = approvers;
        approvers = new address[](keepers.length + more.length);
        for (uint256 i = 0; i < keepers.length; ++i) approvers[i] = keepers[i];
        for (uint256 i = 0; i < more.length; ++i) approvers[keepers.length + i] = more[i];
    }

    function _revertWith(bytes memory fault) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(fault, 0x20), mload(fault))
        }
    }
}
