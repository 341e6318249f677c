// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {EscrowTested} from "./EscrowTested.sol";

/// @notice Which requests can be served, and by the name of which parameter the others are refused.
contract ParametersTest is EscrowTested {
    /* PARAMETERS */

    /// @notice Requests that could never be served are refused by the name of the parameter.
    function test_post_parametersInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.buyer = address(0);
        _refuses(asked, "buyer");
        asked.buyer = address(escrow);
        _refuses(asked, "buyer");
        asked = request();
        asked.pricePerRecord = 0;
        _refuses(asked, "pricePerRecord");
        asked.pricePerRecord = BUDGET + 1;
        _refuses(asked, "budget");
        asked = request();
        asked.deadline = block.timestamp + 1 hours - 1;
        _refuses(asked, "deadline");
        asked = request();
        asked.unit = 0;
        _refuses(asked, "unit");
        asked = request();
        asked.recordCap = 0;
        _refuses(asked, "recordCap");
        asked = request();
        asked.registry = STRANGER;
        _refuses(asked, "registry");
        asked = request();
        asked.registrar = address(0);
        _refuses(asked, "registrar");
        asked = request();
        asked.releaseWindow = 1 days - 1;
        _refuses(asked, "releaseWindow");
        asked.releaseWindow = 365 days + 1;
        _refuses(asked, "releaseWindow");
        asked = request();
        asked.schema = R;
        _refuses(asked, "schema");
        asked = request();
        asked.deviceClass = R;
        _refuses(asked, "deviceClass");
    }

    /// @notice Data is in calldata or with keepers, exactly unless nobody could read it: 0 and 1 are all the modes.
    function test_post_mode() public {
        for (uint256 i = 0; i < 12; ++i) {
            IDataEscrow.Request memory asked = request();
            asked.mode = i % 3;
            bool none = (i / 3) % 2 == 1;
            bool kept = i / 6 == 1;
            if (none) asked.buyerKey = NOBODY;
            (panel.keepers, panel.needed) = kept ? (only(STRANGER), 1) : (nobody(), 0);
            if (kept) asked.panel = keccak256(abi.encode(panel));
            if (asked.mode == 1 ? !none && !kept : asked.mode == 0 && none != kept) postAs(BUYER, asked, BUDGET);
            else _refuses(asked, "mode");
        }
    }

    /// @notice A panel is one that somebody, and not anybody, satisfies, and is the one that the request hashes.
    function test_post_panel() public {
        IDataEscrow.Request memory asked = request();
        asked.share = 1;
        _refuses(asked, "share");
        asked.mode = 0;
        panel.keepers = new address[](2);
        (panel.keepers[0], panel.keepers[1]) = (address(1), address(2));
        _refusesPanel(asked, 0, "needed");
        _refusesPanel(asked, 3, "keepers");
        (panel.keepers[0], panel.keepers[1]) = (address(2), address(2));
        _refusesPanel(asked, 1, "keepers");
        (panel.keepers[0], panel.keepers[1]) = (address(0), address(2));
        _refusesPanel(asked, 1, "keepers");
        panel.keepers = new address[](17);
        for (uint256 i = 0; i < 17; ++i) panel.keepers[i] = address(uint160(i + 1));
        _refusesPanel(asked, 1, "keepers");
        panel.keepers = only(address(1));
        panel.needed = 1;
        asked.panel = keccak256(abi.encode(panel)) ^ bytes32(uint256(1));
        _refuses(asked, "panel");
        asked.panel = 0;
        asked.share = 0;
        _refuses(asked, "panel");
        _refusesPanel(asked, 2, "keepers");
        panel.keepers = nobody();
        _refusesPanel(asked, 1, "keepers");
        panel.needed = 0;
        // The hash of nobody is zero, not that of an empty panel.
        _refusesPanel(request(), 0, "panel");
    }

    function _refusesPanel(IDataEscrow.Request memory asked, uint8 needed, string memory parameter) private {
        panel.needed = needed;
        asked.panel = keccak256(abi.encode(panel));
        _refuses(asked, parameter);
    }

    /// @notice The budget pays for one record and the share at least.
    function test_post_budget() public {
        IDataEscrow.Request memory asked = request();
        asked.mode = 0;
        (panel.keepers, panel.needed) = (only(STRANGER), 1);
        asked.panel = keccak256(abi.encode(panel));
        asked.share = BUDGET - PRICE + 1;
        _refuses(asked, "budget");
        asked.share = BUDGET - PRICE;
        postAs(BUYER, asked, BUDGET);
        (asked.share, asked.pricePerRecord) = (type(uint32).max, type(uint32).max);
        _refuses(asked, "budget");
    }

    /// @notice The window's numbers fit what the circuit counts in, and the window is not empty.
    function test_post_windowInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.slotLength = 999;
        _refuses(asked, "slotLength");
        asked.slotLength = 1 << 48;
        _refuses(asked, "slotLength");
        asked = request();
        asked.timeMin = asked.timeMax + 1;
        _refuses(asked, "timeMin");
        asked = request();
        asked.timeMax = 1 << 48;
        _refuses(asked, "timeMax");
        asked = request();
        asked.slotLength = 1000;
        asked.timeMax = 1000 * (2 ** 32 + 1) - 1;
        _refuses(asked, "timeMax");
    }

    /// @notice A minimum and a maximum for each limb of the circuit, in order and below 2^48.
    function test_post_boundsInvalid() public {
        IDataEscrow.Request memory asked = request();
        asked.bounds[0] = asked.bounds[1] + 1;
        _refuses(asked, "bounds");
        asked = request();
        asked.bounds[1] = 1 << 48;
        _refuses(asked, "bounds");
        asked = request();
        asked.bounds = new uint256[](4);
        _refuses(asked, "bounds");
        asked.bounds = new uint256[](0);
        _refuses(asked, "bounds");
    }

    /// @notice Where the circuit's limbs have 128 bits, so have the bounds.
    function test_post_boundsOf128Bits() public {
        verifier.setValueBits(128);
        IDataEscrow.Request memory asked = request();
        asked.bounds[1] = (1 << 128) - 1;
        postAs(BUYER, asked, BUDGET);
        asked.bounds[1] = 1 << 128;
        _refuses(asked, "bounds");
    }

    /// @notice A buyer key is a point of the curve that no cofactor kills: with another one nobody could claim.
    function test_post_buyerKeyInvalid() public {
        _refusesKey(0);
        _refusesKey(1);
        uint256[2] memory eighth = [
            uint256(9548596286964632035108538481129647073527022943495698293421437455091140321088),
            19799329160503878365519859265345525785148473002902384773314932802961476726446
        ];
        for (uint256 i = 0; i < 2; ++i) {
            // Its double, (u^2 - 1)^2 / (4 u (u^2 + A u + 1)), is 1, the u of order 4.
            uint256 u = eighth[i];
            uint256 root = addmod(mulmod(u, u, R), R - 1, R);
            uint256 below = mulmod(4 * u, addmod(mulmod(u, u + 168698, R), 1, R), R);
            vm.assertEq(mulmod(root, root, R), below, "of order 8");
            _refusesKey(u);
        }
        // Of order 4 on the twist, and the smallest u that only the twist has.
        _refusesKey(R - 1);
        _refusesKey(2);
        // Aliases.
        _refusesKey(BUYER_KEY + R);
        _refusesKey(R);
        _refusesKey(type(uint256).max);
    }

    function _refusesKey(uint256 key) private {
        IDataEscrow.Request memory asked = request();
        asked.buyerKey = key;
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.BuyerKeyInvalid.selector, key));
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }

    function _refuses(IDataEscrow.Request memory asked, string memory parameter) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.ParametersInvalid.selector, parameter));
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }

    /// @notice Numbers that a claim is reckoned with, one beyond what cannot wrap.
    function test_post_numbersTooLarge() public {
        IDataEscrow.Request memory asked = request();
        asked.unit = 1 << 96;
        _refuses(asked, "unit");
        asked = request();
        asked.pricePerRecord = 1 << 32;
        _refuses(asked, "pricePerRecord");
        asked = request();
        asked.recordCap = 1 << 32;
        _refuses(asked, "recordCap");
        asked = request();
        (asked.share, asked.panel) = (1 << 32, bytes32(uint256(1)));
        _refuses(asked, "budget");
        asked = request();
        asked.deadline = 1 << 64;
        _refuses(asked, "deadline");
    }

    /// @notice The extremes that are still allowed are taken.
    function test_post_extremes() public {
        IDataEscrow.Request memory asked = request();
        asked.pricePerRecord = BUDGET;
        asked.deadline = block.timestamp + 1 hours;
        asked.releaseWindow = 365 days;
        (asked.schema, asked.deviceClass) = (R - 1, R - 1);
        asked.buyerKey = R - 2;
        (asked.slotLength, asked.timeMin, asked.timeMax) = (1000, 0, 1000 * 2 ** 32 - 1);
        (asked.bounds[0], asked.bounds[1]) = ((1 << 48) - 1, (1 << 48) - 1);
        postAs(BUYER, asked, BUDGET);
    }

    /// @notice A window is taken exactly if both its ends lie on the grid.
    function test_fuzz_post_windowOnGrid(uint64 length, uint64 from, uint64 slots, uint64 off) public {
        IDataEscrow.Request memory asked = request();
        asked.slotLength = between(length, 1000, 1 << 32);
        asked.timeMin = uint64(between(from, 0, 4000)) * asked.slotLength;
        asked.timeMax = asked.timeMin + uint64(between(slots, 1, 4000)) * asked.slotLength - 1;
        postAs(BUYER, asked, BUDGET);

        uint256 shift = between(off, 1, asked.slotLength - 1);
        (uint256 first, uint256 last, uint256 step) = (asked.timeMin, asked.timeMax, asked.slotLength);
        if (off % 2 == 0) (asked.timeMin, asked.timeMax) = (first + shift, last + step);
        else asked.timeMax = last + shift;
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowErrors.WindowNotOnGrid.selector, asked.timeMin, asked.timeMax, step)
        );
        escrow.post(asked, panel, 0, uint32(BUDGET));
    }
}
