// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {BuyerKey} from "./BuyerKey.sol";
import {ClaimSignals} from "./ClaimSignals.sol";
import {CodeTable} from "./CodeTable.sol";
import {IClaimVerifier} from "./interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {Panels} from "./Panels.sol";
import {ReleaseHash} from "./ReleaseHash.sol";
import {RequestRules} from "./RequestRules.sol";
import {SetAsides} from "./SetAsides.sol";

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
contract DataEscrow is CodeTable, SetAsides, EIP712 {
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

    /// @notice How long a request stays open after its buyer gave notice.
    uint256 public constant NOTICE = 1 days;

    // solhint-disable-next-line gas-small-strings
    bytes32 private constant KEPT = keccak256("Kept(bytes32 claimId,uint256 content,bytes32 digest)");

    uint256 private immutable CHAIN = block.chainid;

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
        uint32 budget
    ) external nonReentrant returns (uint256 id) {
        _checkChain();
        for (uint256 i = 0; i < request.verifiers.length; ++i) {
            if (!_isListed(request.verifiers[i])) revert VerifierUnknown(request.verifiers[i]);
        }
        if (panel.gate != address(0) && !_isListed(panel.gate)) revert GateUnknown(panel.gate);
        RULES.check(request, panel, budget);

        id = ++_lastId;
        _posted[id] = _hash(request, request.deadline) | budget;
        emit Posted(id, request.buyer, scopeOf(id, request), budget, request, panel);

        _pull(request.token, uint256(budget) * request.unit);
    }

    /// @inheritdoc IDataEscrow
    function topUp(uint256 id, Request calldata request, uint32 units) external nonReentrant {
        _checkChain();
        uint256 rest = _leftOf(id, request);
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        if (units == 0 || rest + units > LEFT) revert ParametersInvalid("units");

        _posted[id] += units;
        emit ToppedUp(id, units);

        _pull(request.token, uint256(units) * request.unit);
    }

    /// @inheritdoc IDataEscrow
    function cancel(uint256 id, Request calldata request) external nonReentrant {
        uint256 rest = _leftOf(id, request);
        uint64 deadline = uint64(block.timestamp + NOTICE);
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
        uint256[3] memory signals = _signals(claiming, input);
        (SetAside memory aside, bytes memory fault) = _setAside(claiming, request, input);
        if (fault.length != 0) _revertWith(fault);
        _posted[id] = (_posted[id] & ~LEFT) | claiming.left;

        IClaimVerifier(claiming.verifier).verify(input.proof, signals);
        if (claiming.pays) _payOut(aside, new address[](0), 0);
        return aside.claimId;
    }

    /// @inheritdoc IDataEscrow
    function claimMany(
        uint256 id,
        Request calldata request,
        uint256 verifier,
        ClaimInput[] calldata inputs
    ) external nonReentrant {
        Claiming memory claiming = _claiming(id, request, verifier);
        uint256[8][] memory proofs = new uint256[8][](inputs.length);
        uint256[3][] memory signals = new uint256[3][](inputs.length);
        SetAside[] memory asides = new SetAside[](inputs.length);
        for (uint256 i = 0; i < inputs.length; ++i) {
            (proofs[i], signals[i]) = (inputs[i].proof, _signals(claiming, inputs[i]));
            bytes memory fault;
            (asides[i], fault) = _setAside(claiming, request, inputs[i]);
            if (fault.length != 0) emit Skipped(id, inputs[i].nullifier, fault);
        }
        _posted[id] = (_posted[id] & ~LEFT) | claiming.left;

        IClaimVerifier(claiming.verifier).verifyBatch(proofs, signals);
        if (!claiming.pays) return;
        for (uint256 i = 0; i < inputs.length; ++i) {
            if (asides[i].id != 0) _payOut(asides[i], new address[](0), 0);
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
        admitted.expiry = uint64(block.timestamp) + aside.window;
        _slots[aside.scope][aside.nullifier] = _hash(admitted);
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
        _slots[aside.scope][aside.nullifier] = spends ? UNPAID : bytes32(REFUSED | aside.id);
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

    /* ANSWERS */

    /// @inheritdoc IDataEscrow
    function scopeOf(uint256 id, Request calldata request) public view returns (uint256) {
        bytes memory named =
            request.market == 0
                ? abi.encode(block.chainid, address(this), id)
                : abi.encode(
                    block.chainid,
                    address(this),
                    request.market,
                    request.schema,
                    request.slotLength,
                    keccak256(abi.encodePacked(request.verifiers))
                );
        return uint256(keccak256(named)) % ClaimSignals.R;
    }

    /* GUARDS */

    /// @dev On a fork the scope would change with the chain's id, and a spent slot could be claimed again.
    function _checkChain() private view {
        if (block.chainid != CHAIN) revert ChainMismatch(CHAIN, block.chainid);
    }

    /// @dev V and T are the verifier's. Its code is the one that `post` saw: since Cancun a contract that outlives its
    /// transaction keeps its code.
    function _claiming(
        uint256 id,
        Request calldata request,
        uint256 place
    ) private view returns (Claiming memory claiming) {
        _checkChain();
        claiming.left = _leftOf(id, request);
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        if (place >= request.verifiers.length) revert VerifierUnknown(address(0));
        claiming.id = id;
        claiming.scope = scopeOf(id, request);
        if (request.market != 0) claiming.market = id;
        claiming.pays = request.panel == 0 && request.buyerKey == BuyerKey.NOBODY;
        claiming.verifier = request.verifiers[place];
        if (request.mode == 1) claiming.words = IClaimVerifier(claiming.verifier).wordCount();
        claiming.row = ClaimSignals.rowOf(request, claiming.scope, claiming.words);
    }

    /// @dev M, x and y. A number of words from calldata would let a claim move numbers between values and words.
    function _signals(Claiming memory claiming, ClaimInput calldata input) private pure returns (uint256[3] memory) {
        if (input.words.length != claiming.words) revert IClaimVerifier.ProofMalformed();
        (uint256 x, uint256 y) = ClaimSignals.compress(claiming.row, input, claiming.market);
        return [input.m, x, y];
    }

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

    /* MONEY */

    /// @dev Checks what the proof does not, spends the nullifier and sets the money aside; or changes nothing, and says
    /// with which error `claim` has to revert.
    function _setAside(
        Claiming memory claiming,
        Request calldata request,
        ClaimInput calldata input
    ) private returns (SetAside memory aside, bytes memory fault) {
        uint256 paid = input.count < request.recordCap ? input.count : request.recordCap;
        uint256 needed = paid * request.pricePerRecord + request.share;
        aside.amount = paid * request.pricePerRecord * request.unit;
        fault = _faultOf(claiming, request, input, needed, aside.amount);
        if (fault.length != 0) return (aside, fault);
        claiming.left -= needed;

        aside.id = claiming.id;
        aside.buyer = request.buyer;
        aside.token = request.token;
        aside.unit = request.unit;
        aside.scope = claiming.scope;
        aside.nullifier = input.nullifier;
        // What is there is zero or the refusal of another request.
        aside.refusedBy = uint256(_slots[claiming.scope][input.nullifier]) & type(uint128).max;
        aside.content = input.content;
        aside.recipient = input.recipient;
        aside.relayer = input.relayer == address(0) ? msg.sender : input.relayer;
        aside.fee = input.fee;
        aside.share = uint256(request.share) * request.unit;
        aside.panel = request.panel;
        // The fact is sold with the proof: there is no secret to wait for.
        if (request.buyerKey != BuyerKey.NOBODY) aside.releaseHash = input.releaseHash;
        aside.window = request.releaseWindow;
        aside.expiry = uint64(block.timestamp) + request.releaseWindow;
        aside.claimId = keccak256(
            abi.encode(CHAIN, address(this), aside.id, input.nullifier, aside.content, aside.releaseHash, aside.expiry)
        );
        aside.admitted = request.panel == 0;
        _slots[claiming.scope][input.nullifier] = _hash(aside);
        if (aside.refusedBy != 0) emit ClaimedAgain(aside.claimId, aside.refusedBy);
        emit Claimed(
            aside.id,
            aside.claimId,
            input.nullifier,
            input.count,
            input.content,
            aside.releaseHash,
            input.ephemeral,
            input.wrap,
            aside.recipient,
            aside.relayer,
            aside.fee,
            aside.expiry
        );
    }

    function _faultOf(
        Claiming memory claiming,
        Request calldata request,
        ClaimInput calldata input,
        uint256 needed,
        uint256 amount
    ) private view returns (bytes memory) {
        if (spent(claiming.scope, input.nullifier, claiming.id))
            return abi.encodeWithSelector(AlreadyClaimed.selector, input.nullifier);
        if (input.count == 0) return abi.encodeWithSelector(NothingProven.selector);
        if (needed > claiming.left) {
            return abi.encodeWithSelector(RequestExhausted.selector, claiming.left, needed);
        }
        if (input.asOf > block.timestamp * 1000) {
            return abi.encodeWithSelector(AsOfInFuture.selector, input.asOf, block.timestamp * 1000);
        }
        if (input.recipient == address(0) || input.recipient == address(this)) {
            return abi.encodeWithSelector(TermsInvalid.selector, "recipient");
        }
        if (input.relayer == address(this)) return abi.encodeWithSelector(TermsInvalid.selector, "relayer");
        if (input.fee > amount) return abi.encodeWithSelector(TermsInvalid.selector, "fee");
        // Claims of a batch have one root, mostly.
        if (input.root != claiming.root || input.root == 0) {
            if (!IDeviceRegistry(request.registry).accepts(request.registrar, input.root)) {
                return abi.encodeWithSelector(RootNotAccepted.selector, input.root);
            }
            claiming.root = input.root;
        }
        return "";
    }

    function _revertWith(bytes memory fault) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            revert(add(fault, 0x20), mload(fault))
        }
    }
}
