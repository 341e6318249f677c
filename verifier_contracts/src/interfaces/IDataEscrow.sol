// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title IDataEscrow
/// @notice Holds a buyer's money and pays it, record by record, to whoever proves that sealed records are what the
/// buyer asked for and then shows the release secret.
/// @dev Assumptions about the outside world:
/// - A token's balances change only by transfer: no fee on transfer (refused when posting, by balance difference), no
///   rebasing (a token that shrinks balances leaves this pooled escrow short in that token, and only in that one).
/// - A token does not report a transfer that did not happen. The buyer chooses the token, the contributor accepts it by
///   claiming: look at it first.
/// - A verifier is the honest export of a verification key whose setup was not known to anyone as a whole.
/// - Block time is at most seconds ahead of real time.
/// - For at least half of a release window, nobody keeps every `release` out of the chain.
///
/// Units: `deadline`, `releaseWindow` and `expiry` in seconds; `slotLength`, `timeMin` and `timeMax` in milliseconds;
/// money in the token's smallest unit. Field means BN254's scalar field.
interface IDataEscrow {
    /* NOUNS */

    /// @notice What a buyer asks for. The escrow keeps only its hash; every call brings the request along.
    /// @param buyer Who gets back what is not spent
    /// @param token The ERC-20 token of budget and payments
    /// @param pricePerRecord What one record earns
    /// @param deadline Last second in which a claim is taken
    /// @param releaseWindow How long after its claim a release is paid; 1 day to 365 days
    /// @param verifier The verifier of the circuit that claims must use; one that this escrow was deployed with
    /// @param schema Id of the schema, a field element
    /// @param deviceClass Class of devices asked for, as enrolled, a field element
    /// @param root Root of the device registry, a field element
    /// @param buyerKey Whom claims wrap the capsule key for: the u of the buyer's point, see BuyerKey
    /// @param slotLength Length of a slot; a device is paid once per slot
    /// @param timeMin First millisecond of the window, the start of a slot
    /// @param timeMax Last millisecond of the window, the end of a slot
    /// @param mode 0: words stay off chain; 1: claims carry the ciphertext words
    /// @param bounds Minimum of each limb, then maximum of each limb, as encoded, both inclusive
    struct Request {
        address buyer;
        address token;
        uint96 pricePerRecord;
        uint64 deadline;
        uint64 releaseWindow;
        address verifier;
        uint256 schema;
        uint256 deviceClass;
        uint256 root;
        uint256 buyerKey;
        uint64 slotLength;
        uint64 timeMin;
        uint64 timeMax;
        uint8 mode;
        uint256[] bounds;
    }

    /// @notice A claim as it is submitted.
    /// @param proof The Groth16 proof, see IClaimVerifier
    /// @param m M, the compression of the values inside the circuit
    /// @param values v_0 .. v_{V-1} in the order of the catalogue
    /// @param words The ciphertext words in mode 1, nothing in mode 0
    /// @param recipient Who is paid
    /// @param relayer Who earns the fee; zero for whoever sends the claim
    /// @param fee Part of the payment that the relayer gets
    struct ClaimInput {
        uint256[8] proof;
        uint256 m;
        uint256[] values;
        uint256[] words;
        address recipient;
        address relayer;
        uint256 fee;
    }

    /// @notice Money set aside for one claim. The escrow keeps only its hash; `Claimed` prints it for the later calls.
    /// @param id The request
    /// @param buyer Who gets the money back if the claim expires after the request was closed
    /// @param token What is paid
    /// @param content The capsule that was proven
    /// @param recipient Who is paid amount - fee
    /// @param relayer Who is paid the fee: the relayer named in the terms, else the sender of the claim
    /// @param fee The relayer's part
    /// @param amount count * pricePerRecord
    /// @param releaseHash Hash of the release secret
    /// @param expiry Last second in which a release is paid
    struct SetAside {
        uint256 id;
        address buyer;
        address token;
        uint256 content;
        address recipient;
        address relayer;
        uint256 fee;
        uint256 amount;
        uint256 releaseHash;
        uint64 expiry;
    }

    /* EVENTS */

    /// @notice Money is locked for a request.
    event Posted(uint256 indexed id, address indexed buyer, uint256 scope, uint256 budget, Request request);

    /// @notice A proof held; its money is set aside until the release or the expiry. The buyer has the capsule key from
    /// `ephemeral`, `wrap` and the content set aside, once `Released` shows the secret.
    event Claimed(
        uint256 indexed id,
        bytes32 indexed claimId,
        uint256 indexed nullifier,
        uint256 count,
        uint256 ephemeral,
        uint256 wrap,
        SetAside aside
    );

    /// @notice The secret was shown and the money went out.
    event Released(uint256 indexed id, bytes32 indexed claimId, uint256 indexed nullifier, uint256 secret);

    /// @notice The secret was not shown in time; the money went back, and the slot stays spent.
    event Expired(uint256 indexed id, bytes32 indexed claimId, uint256 indexed nullifier, uint256 amount);

    /// @notice The request takes no more claims; what was not set aside went back to the buyer.
    event Closed(uint256 indexed id, uint256 returned);

    /// @notice A payment that the token refused waits here for `withdraw`.
    event Credited(address indexed token, address indexed account, uint256 amount);

    /// @notice A credit was paid out.
    event Withdrawn(address indexed token, address indexed account, address to, uint256 amount);

    /* ERRORS */

    /// @notice Thrown when this device's slot was already claimed in this scope.
    error AlreadyClaimed(uint256 nullifier);

    /// @notice Thrown when there is no such request, it is closed, or its parameters are not the ones posted.
    error RequestUnknown(uint256 id);

    /// @notice Thrown when the deadline has passed.
    error RequestExpired(uint64 deadline);

    /// @notice Thrown when the deadline has not passed yet.
    error RequestOpen(uint64 deadline);

    /// @notice Thrown when what is left of the budget does not pay for this many records.
    error RequestExhausted(uint256 left, uint256 count);

    /// @notice Thrown when posting a request that could never be served; names the parameter.
    error ParametersInvalid(string parameter);

    /// @notice Thrown when posting for a buyer key that is the u of no point of the curve, or of one of small order.
    error BuyerKeyInvalid(uint256 buyerKey);

    /// @notice Thrown when the window does not start and end on the slot grid.
    error WindowNotOnGrid(uint64 timeMin, uint64 timeMax, uint64 slotLength);

    /// @notice Thrown when recipient, relayer and fee are not those bound in the proof; carries both digests.
    error TermsMismatch(uint256 expected, uint256 got);

    /// @notice Thrown when the terms cannot be paid as they are; names the part.
    error TermsInvalid(string part);

    /// @notice Thrown when a public value is not the one the request asks for; the index is the value's.
    error SignalMismatch(uint256 index, uint256 expected, uint256 got);

    /// @notice Thrown when a number is not below the field's order: an alias of another one. Values count from 0, words
    /// follow the values, and M has the index 2^256 - 1.
    error SignalNotCanonical(uint256 index, uint256 value);

    /// @notice Thrown when the as-of time, in milliseconds, is later than the block.
    error AsOfInFuture(uint256 asOf, uint256 blockTime);

    /// @notice Thrown when the registry root is not the one the request names.
    error RootNotAccepted(uint256 root);

    /// @notice Thrown when no money is set aside under this claim: never claimed, already paid, or already expired.
    error NotReleased(uint256 nullifier);

    /// @notice Thrown when the release window has passed.
    error ReleaseExpired(uint64 expiry);

    /// @notice Thrown when the release window has not passed yet.
    error ReleaseOpen(uint64 expiry);

    /// @notice Thrown when the secret is not canonical or does not hash to the release hash of the claim.
    error ReleaseSecretWrong();

    /// @notice Thrown when a verifier has no code of its own, or is not, code included, one of this escrow's deployment.
    error VerifierUnknown(address verifier);

    /// @notice Thrown when a token moved another amount than asked, or none: approved too little, for example.
    error TokenRefused(address token, uint256 asked, uint256 moved);

    /// @notice Thrown when there is nothing to withdraw.
    error NothingCredited(address token, address account);

    /// @notice Thrown by post and claim on a fork, under another id, of the chain that this escrow was deployed on.
    error ChainMismatch(uint256 expected, uint256 got);

    /* VERBS */

    /// @notice Locks `budget` of the sender's tokens for a request. Approve it first.
    /// @param request What is asked for
    /// @param budget At least the price of one record
    /// @return id Number of the request, from 1
    function post(Request calldata request, uint256 budget) external returns (uint256 id);

    /// @notice Checks a claim, spends its nullifier and sets count * price aside. Anyone may submit, nobody can redirect.
    /// @param id Number of the request
    /// @param request The request as posted
    /// @param input The claim
    /// @return claimId keccak256 over chain, escrow, request, nullifier, content, release hash and expiry
    function claim(uint256 id, Request calldata request, ClaimInput calldata input) external returns (bytes32 claimId);

    /// @notice Pays what was set aside. Depends on nothing but the claim, the secret and the clock: no verifier, request
    /// or registry is asked, and a transfer that fails becomes a credit. Anyone may submit.
    /// @param nullifier Of the claim
    /// @param aside As printed by `Claimed`
    /// @param secret The release secret, a field element
    function release(uint256 nullifier, SetAside calldata aside, uint256 secret) external;

    /// @notice Returns what was set aside and not released in time to the request, or to the buyer's credit once the
    /// request is closed. The nullifier stays spent.
    /// @param nullifier Of the claim
    /// @param aside As printed by `Claimed`
    function expire(uint256 nullifier, SetAside calldata aside) external;

    /// @notice After the deadline, ends a request and returns to the buyer what is not set aside.
    /// @param id Number of the request
    /// @param request The request as posted
    function close(uint256 id, Request calldata request) external;

    /// @notice Pays out the sender's whole credit.
    /// @param token Of the credit
    /// @param to Where to; another account of the sender's, if the token refuses the first one
    function withdraw(address token, address to) external;

    /* ANSWERS */

    /// @notice What is left of a request's budget: neither set aside nor paid nor returned.
    function left(uint256 id) external view returns (uint256);

    /// @notice What a token refused to pay to an account, and waits for `withdraw`.
    function credits(address token, address account) external view returns (uint256);

    /// @notice Code hash of a verifier this escrow was deployed with; zero for any other address.
    function verifiers(address verifier) external view returns (bytes32);

    /// @notice Whether the slot behind a nullifier was ever claimed.
    function spent(uint256 nullifier) external view returns (bool);

    /// @notice The scope that claims on a request must carry: keccak256(abi.encode(chain, escrow, id)) mod field order.
    function scopeOf(uint256 id) external view returns (uint256);
}
