// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {BuyerKey} from "./BuyerKey.sol";
import {ClaimSignals} from "./ClaimSignals.sol";
import {IClaimVerifier} from "./interfaces/IClaimVerifier.sol";
import {IDataEscrow} from "./interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "./interfaces/IEscrowErrors.sol";
import {Panels} from "./Panels.sol";

/// @title RequestRules
/// @notice What a request has to be so that it can be served, and so that claims on it need not be checked for it again.
contract RequestRules {
    /// @notice A unit of a token is a 96-bit number.
    uint256 private constant UNIT_LIMIT = 1 << 96;

    /// @notice Numbers of units and of records have 32 bits.
    uint256 private constant UNITS_LIMIT = 1 << 32;

    /// @notice A deadline is a 64-bit number.
    uint256 private constant SECONDS_LIMIT = 1 << 64;

    /// @notice Times are 48-bit numbers.
    uint256 private constant TIME_LIMIT = 1 << 48;

    /// @notice The circuit counts slots in 32 bits.
    uint256 private constant SLOT_LIMIT = 1 << 32;

    /// @notice A request is open at least so long, or nobody could have claimed.
    uint256 private constant SHORTEST = 1 hours;

    /// @notice Most verifiers that a request may name.
    uint256 private constant MOST_VERIFIERS = 16;

    /// @notice Reverts with the first rule that the request breaks. Whether verifiers and gate are listed, the escrow sees,
    /// who asks.
    /// @param request To be posted
    /// @param panel Of the request
    /// @param budget In units
    function check(
        IDataEscrow.Request calldata request,
        IDataEscrow.Panel calldata panel,
        uint256 budget
    ) external view {
        if (request.buyer == address(0) || request.buyer == msg.sender) _refuse("buyer");
        if (request.unit == 0 || request.unit >= UNIT_LIMIT) _refuse("unit");
        if (request.pricePerRecord == 0 || request.pricePerRecord >= UNITS_LIMIT) _refuse("pricePerRecord");
        if (request.recordCap == 0 || request.recordCap >= UNITS_LIMIT) _refuse("recordCap");
        // Which is below 2^32, and so is a share then.
        if (budget < request.pricePerRecord || budget - request.pricePerRecord < request.share) _refuse("budget");
        if (request.share != 0 && request.panel == 0) _refuse("share");
        if (request.deadline < block.timestamp + SHORTEST || request.deadline >= SECONDS_LIMIT) _refuse("deadline");
        if (request.releaseWindow < 1 days || request.releaseWindow > 365 days) _refuse("releaseWindow");
        if (request.registry.code.length == 0) _refuse("registry");
        if (request.registrar == address(0)) _refuse("registrar");
        if (request.schema >= ClaimSignals.R) _refuse("schema");
        if (request.deviceClass >= ClaimSignals.R) _refuse("deviceClass");
        BuyerKey.check(request.buyerKey);
        Panels.check(panel, request.panel);
        _checkAvailability(request, panel.keepers.length != 0);
        _checkWindow(request.timeMin, request.timeMax, request.slotLength);
        _checkBounds(request.bounds, _checkShapes(request.verifiers, request.bounds.length));
    }

    /// @dev In calldata, with keepers, or not at all: exactly when nobody could read it.
    function _checkAvailability(IDataEscrow.Request calldata request, bool kept) private pure {
        bool nobody = request.buyerKey == BuyerKey.NOBODY;
        if (request.mode > 1) _refuse("mode");
        if (request.mode == 1 ? nobody || kept : nobody == kept) _refuse("mode");
    }

    function _checkWindow(uint256 timeMin, uint256 timeMax, uint256 length) private pure {
        if (length < 1000 || length >= TIME_LIMIT) _refuse("slotLength");
        if (timeMax >= TIME_LIMIT || timeMax / length >= SLOT_LIMIT) _refuse("timeMax");
        if (timeMin > timeMax) _refuse("timeMin");
        if (timeMin % length != 0 || (timeMax + 1) % length != 0) {
            revert IEscrowErrors.WindowNotOnGrid(timeMin, timeMax, length);
        }
    }

    /// @dev Circuits of several sizes, but of one number of limbs and one width of a limb, which is returned.
    function _checkShapes(address[] calldata verifiers, uint256 bounds) private view returns (uint256 bits) {
        if (verifiers.length == 0 || verifiers.length > MOST_VERIFIERS) _refuse("verifiers");
        bits = IClaimVerifier(verifiers[0]).valueBits();
        for (uint256 i = 0; i < verifiers.length; ++i) {
            if (IClaimVerifier(verifiers[i]).valueCount() != ClaimSignals.OTHERS + bounds) _refuse("bounds");
            if (IClaimVerifier(verifiers[i]).valueBits() != bits) _refuse("verifiers");
        }
        if (bits != 48 && bits != 128) _refuse("verifiers");
    }

    function _checkBounds(uint256[] calldata bounds, uint256 bits) private pure {
        uint256 limbs = bounds.length / 2;
        if (limbs == 0 || bounds.length != 2 * limbs) _refuse("bounds");
        for (uint256 i = 0; i < limbs; ++i) {
            if (bounds[i] > bounds[limbs + i] || bounds[limbs + i] >= 1 << bits) _refuse("bounds");
        }
    }

    function _refuse(string memory parameter) private pure {
        revert IEscrowErrors.ParametersInvalid(parameter);
    }
}
