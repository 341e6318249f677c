// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Property
/// @notice The names of all that is watched. tests/contracts/planted.json has a bug for each, which breaks it.
library Property {
    /* MONEY, after every move */

    bytes32 internal constant MONEY_IS_CONSERVED = "moneyIsConserved";
    bytes32 internal constant NOTHING_VANISHES = "nothingAppearsOrVanishes";
    bytes32 internal constant EVERYONE_HAS_HIS = "everyoneHasWhatIsHis";
    bytes32 internal constant CREDITS_ARE_THE_BOOKS = "creditsAreTheBooks";
    bytes32 internal constant CREDITS_SHRINK_BY_WITHDRAWAL = "creditsShrinkByWithdrawalOnly";
    bytes32 internal constant ASIDE_IS_UNTOUCHED = "setAsideMoneyIsUntouched";
    bytes32 internal constant NOTHING_REENTERS = "nothingReenters";

    /* REQUESTS AND SLOTS, after every move */

    bytes32 internal constant LEFT_IS_THE_BOOKS = "leftIsTheBooks";
    bytes32 internal constant LEFT_NEVER_WRAPS = "leftNeverWraps";
    bytes32 internal constant CLOSED_STAYS_EMPTY = "closedStaysEmpty";
    bytes32 internal constant NOTHING_BEYOND_THE_POSTED = "nothingBeyondThePosted";
    bytes32 internal constant ONLY_NOTICE_CHANGES_A_REQUEST = "onlyNoticeChangesARequest";
    bytes32 internal constant SCOPES_ARE_APART = "scopesAreApart";
    bytes32 internal constant MARKETS_SHARE_A_SCOPE = "aMarketSharesOneScope";
    bytes32 internal constant SPENT_IS_THE_BOOKS = "spentIsTheBooks";

    /* WHAT A MOVE DOES */

    bytes32 internal constant REQUESTS_COUNT_UP = "requestsCountUp";
    bytes32 internal constant CLAIM_IDS_NAME_THE_CLAIM = "claimIdsNameTheClaim";
    bytes32 internal constant NOTICE_IS_A_DAY = "noticeIsADay";
    bytes32 internal constant NO_SLOT_EARNS_BEYOND_THE_CAP = "noSlotEarnsBeyondTheCap";
    bytes32 internal constant FACTS_PAY_AT_ONCE = "factsPayAtOnce";
    bytes32 internal constant FEE_GOES_TO_THE_NAMED = "feeGoesToTheNamedRelayer";
    bytes32 internal constant SHARES_ARE_EVEN = "sharesAreEven";
    bytes32 internal constant EXPIRY_RETURNS_ALL = "expiryReturnsAll";
    bytes32 internal constant BATCH_IS_ITS_CLAIMS = "aBatchTakesWhatClaimsWould";
    bytes32 internal constant NO_SLOT_IS_PAID_TWICE = "noSlotIsPaidTwice";

    /* WHAT NO MOVE MAY DO */

    bytes32 internal constant FORK_TAKES_NOTHING = "aForkTakesNothing";
    bytes32 internal constant NO_POST_WITHOUT_MONEY = "noPostWithoutMoney";
    bytes32 internal constant ONLY_WHAT_WAS_POSTED = "onlyWhatWasPosted";
    bytes32 internal constant UNITS_FIT = "unitsFitIn32Bits";
    bytes32 internal constant NO_TOP_UP_AFTER_THE_DEADLINE = "noTopUpAfterTheDeadline";
    bytes32 internal constant ONLY_THE_BUYER_CANCELS = "onlyTheBuyerCancels";
    bytes32 internal constant NOTICE_ONLY_SHORTENS = "noticeOnlyShortens";
    bytes32 internal constant NO_CLOSE_BEFORE_THE_DEADLINE = "noCloseBeforeTheDeadline";
    bytes32 internal constant CLOSES_ONCE = "closesOnce";
    bytes32 internal constant NO_CLAIM_AFTER_THE_DEADLINE = "noClaimAfterTheDeadline";
    bytes32 internal constant NUMBERS_ARE_CANONICAL = "numbersAreCanonical";
    bytes32 internal constant EVERY_PROOF_IS_CHECKED = "everyProofIsChecked";
    bytes32 internal constant BATCH_IS_WHOLLY_PROVEN = "aBatchIsWhollyProven";
    bytes32 internal constant NO_SLOT_IS_CLAIMED_TWICE = "noSlotIsClaimedTwice";
    bytes32 internal constant REFUSED_IS_NOT_TAKEN_AGAIN = "whatWasRefusedIsNotTakenAgain";
    bytes32 internal constant REFUSED_TWICE_IS_SPENT = "aSlotRefusedTwiceIsSpent";
    bytes32 internal constant NOTHING_FOR_NOTHING = "nothingForNothing";
    bytes32 internal constant NO_MORE_THAN_IS_LEFT = "noMoreThanIsLeft";
    bytes32 internal constant NO_FUTURE_CLAIMS = "noClaimOfTheFuture";
    bytes32 internal constant THE_ESCROW_IS_NO_PAYEE = "theEscrowIsNoPayee";
    bytes32 internal constant FEE_IS_WITHIN_THE_PAYMENT = "feeIsWithinThePayment";
    bytes32 internal constant EVERY_ROOT_IS_ASKED = "everyRootIsAsked";
    bytes32 internal constant ONLY_WHAT_WAS_SET_ASIDE = "onlyWhatWasSetAside";
    bytes32 internal constant NOTHING_HAPPENS_TWICE = "nothingHappensTwice";
    bytes32 internal constant NO_ADMISSION_TOO_LATE = "noAdmissionTooLate";
    bytes32 internal constant KEEPERS_ARE_NEEDED = "keepersAreNeeded";
    bytes32 internal constant ONLY_KEEPERS_COUNT = "onlyKeepersOwnWordsCount";
    bytes32 internal constant THE_GATE_IS_NEEDED = "theGateIsNeeded";
    bytes32 internal constant ONLY_THE_NAMED_PANEL = "onlyTheNamedPanelAdmits";
    bytes32 internal constant RELEASE_NEEDS_ADMISSION = "releaseNeedsAdmission";
    bytes32 internal constant NO_RELEASE_TOO_LATE = "noReleaseTooLate";
    bytes32 internal constant ONLY_THE_SECRET_RELEASES = "onlyTheSecretReleases";
    bytes32 internal constant SECRETS_ARE_CANONICAL = "secretsAreCanonical";
    bytes32 internal constant ONLY_APPROVERS_SHARE = "onlyApproversShare";
    bytes32 internal constant NO_EXPIRY_TOO_EARLY = "noExpiryTooEarly";
    bytes32 internal constant REFUSED_CREDIT_STAYS = "aRefusedWithdrawalKeepsCredit";

    /* WHAT NOBODY STOPS */

    bytes32 internal constant NOTHING_STOPS_A_POST = "nothingStopsAPost";
    bytes32 internal constant NOTHING_STOPS_A_TOP_UP = "nothingStopsATopUp";
    bytes32 internal constant NOTHING_STOPS_A_NOTICE = "nothingStopsANotice";
    bytes32 internal constant NOTHING_STOPS_A_CLAIM = "nothingStopsAClaim";
    bytes32 internal constant NOTHING_STOPS_A_BATCH = "nothingStopsABatch";
    bytes32 internal constant NOTHING_STOPS_AN_ADMISSION = "nothingStopsAnAdmission";
    bytes32 internal constant NOTHING_STOPS_A_RELEASE = "nothingStopsARelease";
    bytes32 internal constant NOTHING_STOPS_AN_EXPIRY = "nothingStopsAnExpiry";
    bytes32 internal constant NOTHING_STOPS_A_CLOSE = "nothingStopsAClose";
    bytes32 internal constant NOTHING_STOPS_A_WITHDRAWAL = "nothingStopsAWithdrawal";
}
