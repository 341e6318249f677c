// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title IDataEscrow
/// @notice Holds a buyer's money and pays it, record by record, to whoever proves that sealed records are what the
/// buyer asked for and then shows the release secret.
/// @dev Assumptions about the outside world:
/// - A token's balances change only by transfer: no fee on transfer (refused when posting, by balance difference), no
///   rebasing (a token that shrinks balances leaves this pooled escrow short in that token, and only in that one).
/// - A token does not report a transfer that did not happen. The buyer chooses the token, the contributor accepts it by
///   claiming: look at it first.
/// - A verifier is the honest export of a verification key whose setup was not known to anyone as a whole. Anyone may
///   list one: whoever posts, and whoever claims, looks at the one that the request names.
/// - The registry and its registrar, the keepers and the gate are those that the request names. They are asked before
///   money is set aside or when a claim is admitted, never when it is released.
/// - Block time is at most seconds ahead of real time.
/// - For at least half of a release window, nobody keeps every `release` out of the chain.
///
/// Units: `deadline`, `releaseWindow` and `expiry` in seconds; `slotLength`, `timeMin` and `timeMax` in milliseconds;
/// prices, shares, budgets and what is left in units of the request, each `unit` of the token's smallest part; money set
/// aside, paid or credited in the token's smallest part. Field means BN254's scalar field.
interface IDataEscrow is IEscrowErrors {
    /* NOUNS */

    /// @notice Who has to agree before a claim is released: keepers of the ciphertext, a gate, or both.
    /// @param keepers Accounts that fetch and keep the ciphertext, at most 16, strictly ascending
    /// @param needed How many of them have to sign, from 1; 0 without keepers
    /// @param gate A listed gate, see IGate; zero for none
    struct Panel {
        address[] keepers;
        uint8 needed;
        address gate;
    }

    /// @notice What a buyer asks for. The escrow keeps only a hash over all its words, in the layout of abi.encode, and every
    /// call brings the request along.
    /// @param buyer Who gets back what is not spent
    /// @param token The ERC-20 token of budget and payments
    /// @param unit Of the token's smallest part, below 2^96: what prices and budget are counted in
    /// @param pricePerRecord What one record earns, in units; this and the next two are below 2^32
    /// @param share What those who agreed to a claim get together, in units; 0 without a panel
    /// @param recordCap Records that are paid of one slot at most; whoever proves more is paid for so many
    /// @param deadline Last second in which a claim is taken
    /// @param releaseWindow How long a claim may wait to be admitted, and then for its release; 1 day to 365 days
    /// @param registry The device registry, see IDeviceRegistry
    /// @param registrar Whose devices count there
    /// @param market Zero, or the market within which a slot of data is sold once, see `scopeOf`
    /// @param schema Id of the schema, a field element
    /// @param deviceClass Class of devices asked for, as enrolled, a field element
    /// @param buyerKey Whom claims wrap the capsule key for: the u of the buyer's point, see BuyerKey. The nobody key
    /// buys the fact and not the data
    /// @param slotLength Length of a slot; a device is paid once per slot
    /// @param timeMin First millisecond of the window, the start of a slot
    /// @param timeMax Last millisecond of the window, the end of a slot
    /// @param mode 1: claims carry the ciphertext words; 0: the words stay off chain, with keepers or for nobody
    /// @param panel keccak256(abi.encode(Panel)); zero where nobody has to agree
    /// @param verifiers Listed verifiers of the circuits that claims may use: shapes of one width and number of limbs
    /// @param bounds Minimum of each limb, then maximum of each limb, as encoded, both inclusive
    struct Request {
        address buyer;
        address token;
        uint256 unit;
        uint256 pricePerRecord;
        uint256 share;
        uint256 recordCap;
        uint256 deadline;
        uint256 releaseWindow;
        address registry;
        address registrar;
        bytes32 market;
        uint256 schema;
        uint256 deviceClass;
        uint256 buyerKey;
        uint256 slotLength;
        uint256 timeMin;
        uint256 timeMax;
        uint256 mode;
        bytes32 panel;
        address[] verifiers;
        uint256[] bounds;
    }

    /// @notice A claim as it is submitted: what the request does not fix.
    /// @param proof The Groth16 proof, see IClaimVerifier
    /// @param m M, the compression of the values inside the circuit
    /// @param asOf A time, in milliseconds, by which all records were taken
    /// @param root Root of the registry
    /// @param count Records proven
    /// @param content The capsule
    /// @param nullifier One per owner key, device, scope and slot
    /// @param releaseHash Hash of the release secret
    /// @param ephemeral With `wrap`, the capsule key for the buyer
    /// @param wrap See above
    /// @param words The ciphertext words in mode 1, nothing in mode 0
    /// @param recipient Who is paid
    /// @param relayer Who earns the fee; zero for whoever sends the claim
    /// @param fee Part of the payment that the relayer gets, in the token's smallest part. The three are in the proof, as
    /// terms: keccak256(abi.encode(recipient, relayer, fee)) >> 8; in a market, whose scope names no request,
    /// keccak256(abi.encode(recipient, relayer, fee, id)) >> 8
    struct ClaimInput {
        uint256[8] proof;
        uint256 m;
        uint256 asOf;
        uint256 root;
        uint256 count;
        uint256 content;
        uint256 nullifier;
        uint256 releaseHash;
        uint256 ephemeral;
        uint256 wrap;
        uint256[] words;
        address recipient;
        address relayer;
        uint256 fee;
    }

    /// @notice Money set aside for one claim. The escrow keeps only its hash; `Claimed` and `Admitted` tell it.
    /// @param scope Of the request
    /// @param id The request
    /// @param content The capsule that was proven
    /// @param nullifier Of the claim
    /// @param releaseHash Hash of the release secret
    /// @param expiry Last second of the wait that is on
    /// @param claimId keccak256 over the words before it, which name the claim
    /// @param window How long it may wait to be admitted, and after that for its release
    /// @param panel Hash of the request's panel; zero where nobody is named
    /// @param buyer Who gets the money back if the claim expires after the request was closed
    /// @param token What is paid
    /// @param unit Of the token
    /// @param recipient Who is paid amount - fee
    /// @param relayer Who is paid the fee: the relayer named in the terms, else the sender of the claim
    /// @param fee The relayer's part
    /// @param amount What the records earn
    /// @param share What the approvers get together, evenly
    /// @param refusedBy Another request of the market in which a claim on this slot expired before it was admitted
    /// @param approvers keccak256(abi.encode(address[])) of those who agreed; zero before `admit`
    /// @param admitted Whether only the secret counts: from `admit` on, or from `claim` where nobody is named
    struct SetAside {
        uint256 scope;
        uint256 id;
        uint256 content;
        uint256 nullifier;
        uint256 releaseHash;
        uint256 expiry;
        bytes32 claimId;
        uint256 window;
        bytes32 panel;
        address buyer;
        address token;
        uint256 unit;
        address recipient;
        address relayer;
        uint256 fee;
        uint256 amount;
        uint256 share;
        uint256 refusedBy;
        bytes32 approvers;
        bool admitted;
    }

    /// @notice A keeper's word that he keeps the ciphertext: Kept(bytes32 claimId,uint256 content,bytes32 digest) by
    /// EIP-712 in the domain ("zkdata escrow", "1", chain, escrow).
    /// @param keeper His place among the request's keepers
    /// @param r Of the signature, in the short form of EIP-2098
    /// @param vs See above
    struct KeptBy {
        uint256 keeper;
        bytes32 r;
        bytes32 vs;
    }

    /* EVENTS */

    /// @notice Money is locked for a request; its panel names nobody where it has none.
    event Posted(
        uint256 indexed id,
        address indexed buyer,
        uint256 scope,
        bytes32 about,
        uint256 budget,
        Request request,
        Panel panel
    );

    /// @notice A request got more money.
    event ToppedUp(uint256 indexed id, uint256 units);

    /// @notice The buyer gave notice: the request is now the same with this deadline.
    event Cancelled(uint256 indexed id, uint256 deadline);

    /// @notice A proof held; its money is set aside until it is released or expires. With the request, and `ClaimedAgain`
    /// where there is one, this is all of SetAside. The buyer has the capsule key from `ephemeral`, `wrap` and `content`,
    /// once `Released` shows the secret.
    event Claimed(
        uint256 indexed id,
        bytes32 indexed claimId,
        uint256 indexed nullifier,
        uint256 count,
        uint256 content,
        uint256 releaseHash,
        uint256 ephemeral,
        uint256 wrap,
        address recipient,
        address relayer,
        uint256 fee,
        uint256 expiry
    );

    /// @notice A fact that nobody is asked about was proven, and paid at once: there is nothing to admit or release.
    event Sold(
        uint256 indexed id,
        uint256 indexed nullifier,
        uint256 count,
        uint256 content,
        address recipient,
        address relayer,
        uint256 fee
    );

    /// @notice After `Claimed`, where another request of the market refused the slot: what SetAside has as `refusedBy`.
    event ClaimedAgain(bytes32 indexed claimId, uint256 refusedBy);

    /// @notice A claim of a batch was not taken, for the reason that `claim` would have reverted with.
    event Skipped(uint256 indexed id, uint256 indexed nullifier, bytes reason);

    /// @notice Those whom the request names agreed; from now on only the release secret counts.
    /// @param digest SHA-256 of the capsule file, which its CID holds; zero where no keepers are named
    event Admitted(
        uint256 indexed id,
        bytes32 indexed claimId,
        uint256 indexed nullifier,
        bytes32 digest,
        address[] approvers,
        SetAside aside
    );

    /// @notice What was set aside went out. Where the data was bought, this is the secret; where the fact was, it is 0.
    event Released(uint256 indexed id, bytes32 indexed claimId, uint256 indexed nullifier, uint256 secret);

    /// @notice The claim was not admitted or not released in time, and the money went back.
    event Expired(uint256 indexed id, bytes32 indexed claimId, uint256 indexed nullifier, uint256 amount);

    /// @notice The request takes no more claims; what was not set aside went back to the buyer.
    event Closed(uint256 indexed id, uint256 returned);

    /// @notice Money waits here for `withdraw`: a payment that the token refused, or an approver's share.
    event Credited(address indexed token, address indexed account, uint256 amount);

    /// @notice A credit was paid out.
    event Withdrawn(address indexed token, address indexed account, address to, uint256 amount);

    /// @notice A verifier or a gate may be named from now on, as long as its code stays the same.
    event Listed(address indexed account, bytes32 codeHash);

    /* VERBS */

    /// @notice Lets requests name a verifier or a gate. Anyone may, for ever; that it is listed says nothing of what it
    /// does, and a request that is posted has looked at its code.
    /// @param account With code of its own
    function list(address account) external;

    /// @notice Locks `budget` units of the sender's tokens for a request. Approve them first.
    /// @param request What is asked for
    /// @param panel What `request.panel` is the hash of; nobody where it is zero
    /// @param about Hash or content address of the offer in words, for people; `Posted` prints it, and nothing here reads it
    /// @param budget In units, at least the price of one record and the share
    /// @return id Number of the request, from 1
    function post(
        Request calldata request,
        Panel calldata panel,
        bytes32 about,
        uint32 budget
    ) external returns (uint256 id);

    /// @notice Adds to what is left of an open request. Anyone may; the money is the buyer's then.
    /// @param id Number of the request
    /// @param request The request as posted
    /// @param units How many
    function topUp(uint256 id, Request calldata request, uint32 units) external;

    /// @notice The buyer ends a request early, a day from now: claims that are being made still find it. The request is
    /// then the one posted with the deadline that `Cancelled` prints.
    /// @param id Number of the request
    /// @param request The request as posted
    function cancel(uint256 id, Request calldata request) external;

    /// @notice Checks a claim, spends its nullifier and sets its money aside; pays it at once where the fact is bought
    /// and nobody is asked. Anyone may submit, nobody can redirect.
    /// @param id Number of the request
    /// @param request The request as posted
    /// @param verifier Which of the request's verifiers
    /// @param input The claim
    /// @return claimId keccak256 over the first six words of SetAside; zero where the fact is paid at once
    function claim(
        uint256 id,
        Request calldata request,
        uint256 verifier,
        ClaimInput calldata input
    ) external returns (bytes32 claimId);

    /// @notice Many claims on one request under one verifier, with one pairing check for all. All have to prove; one that
    /// `claim` would refuse for another reason, spent or exhausted for example, is skipped.
    /// @param id Number of the request
    /// @param request The request as posted
    /// @param verifier Which of the request's verifiers
    /// @param inputs The claims
    function claimMany(uint256 id, Request calldata request, uint256 verifier, ClaimInput[] calldata inputs) external;

    /// @notice Asks those whom the request names about a claim, and keeps their answer: after this only the secret
    /// counts. Pays at once where the fact is bought. Anyone may submit.
    /// @param aside As told by `Claimed`
    /// @param panel As posted
    /// @param digest SHA-256 of the capsule file that the keepers keep; zero without keepers
    /// @param kept Their signatures, by ascending place
    /// @param answer What the gate takes
    function admit(
        SetAside calldata aside,
        Panel calldata panel,
        bytes32 digest,
        KeptBy[] calldata kept,
        bytes calldata answer
    ) external;

    /// @notice Pays what was set aside. Depends on nothing but the claim, the secret and the clock: no verifier, request,
    /// registry, keeper or gate is asked, and a transfer that fails becomes a credit. Anyone may submit.
    /// @param aside As told last, by `Claimed` or `Admitted`
    /// @param approvers As printed by `Admitted`, who get their shares; nobody without
    /// @param secret The release secret, a field element
    function release(SetAside calldata aside, address[] calldata approvers, uint256 secret) external;

    /// @notice Returns what was not admitted or not released in time to the request, or to the buyer's credit once the
    /// request is closed. An admitted claim's nullifier stays spent; another's is free for one other request of its market.
    /// @param aside As told last
    function expire(SetAside calldata aside) external;

    /// @notice After the deadline, ends a request and returns to the buyer what is not set aside.
    /// @param id Number of the request
    /// @param request The request as posted, or as cancelled
    function close(uint256 id, Request calldata request) external;

    /// @notice Pays out the sender's whole credit.
    /// @param token Of the credit
    /// @param to Where to; another account of the sender's, if the token refuses the first one
    function withdraw(address token, address to) external;

    /* ANSWERS */

    /// @notice What is left of a request's budget, in units: neither set aside nor paid nor returned.
    function left(uint256 id) external view returns (uint256);

    /// @notice What waits for an account's `withdraw`.
    function credits(address token, address account) external view returns (uint256);

    /// @notice Code hash of a verifier or gate when it was listed; zero for any other address.
    function listed(address account) external view returns (bytes32);

    /// @notice Whether the slot behind a nullifier takes no claim on this request.
    /// @param scope Of the request
    /// @param nullifier Of the slot
    /// @param id Of the request
    function spent(uint256 scope, uint256 nullifier, uint256 id) external view returns (bool);

    /// @notice The scope that claims on a request carry, mod field order: of the request alone, keccak256(abi.encode(chain,
    /// escrow, id)), or of its market, keccak256(abi.encode(chain, escrow, market, schema, slotLength, keccak256(verifiers
    /// in 32 bytes each))). Requests of one market name the same verifiers: one that takes everything cannot spend the
    /// slots of another's.
    function scopeOf(uint256 id, Request calldata request) external view returns (uint256);
}
