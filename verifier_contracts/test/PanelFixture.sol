// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IDataEscrow} from "../src/interfaces/IDataEscrow.sol";
import {IEscrowErrors} from "../src/interfaces/IEscrowErrors.sol";
import {SignalsFixture} from "./SignalsFixture.sol";
import {ModelGate} from "./ModelGate.sol";

/// @notice A request whose claims need keepers, a gate or both, and what keepers and gates say.
abstract contract PanelFixture is SignalsFixture {
    bytes32 internal constant DIGEST = keccak256("capsule file");
    uint256 internal constant HALF_N = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 internal constant SHARE = 2;

    /// @dev The keys behind `panel.keepers`, in their order.
    uint256[] internal keys;
    ModelGate internal gate;

    /// @dev `count` keys, ascending by account.
    function keysOf(string memory who, uint256 count) internal pure returns (uint256[] memory sorted) {
        sorted = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode(who, i))) >> 1;
            uint256 j = i;
            for (; j > 0 && vm.addr(sorted[j - 1]) > vm.addr(key); --j) sorted[j] = sorted[j - 1];
            sorted[j] = key;
        }
    }

    function accountsOf(uint256[] memory keys_) internal pure returns (address[] memory accounts) {
        accounts = new address[](keys_.length);
        for (uint256 i = 0; i < keys_.length; ++i) accounts[i] = vm.addr(keys_[i]);
    }

    /// @dev Of the next request: so many keepers of whom some are needed, and the model gate if asked.
    function name(uint256 keepers, uint256 needed, bool gated) internal {
        keys = keysOf("keeper", keepers);
        panel.keepers = accountsOf(keys);
        panel.needed = uint8(needed);
        panel.gate = address(0);
        if (!gated) return;
        gate = new ModelGate();
        escrow.list(address(gate));
        panel.gate = address(gate);
    }

    /// @dev The fixture's request, with the panel that was named last.
    function attested(uint256 share) internal view returns (IDataEscrow.Request memory asked) {
        asked = request();
        asked.share = share;
        asked.mode = panel.keepers.length == 0 ? 1 : 0;
        asked.panel = keccak256(abi.encode(panel));
    }

    /// @dev Posts `attested(share)` and claims on it.
    function claimedAttested(uint256 share) internal returns (IDataEscrow.SetAside memory aside) {
        IDataEscrow.Request memory asked = attested(share);
        id = postAs(BUYER, asked, BUDGET);
        aside = asideOf(asked, claimOn(asked));
        escrow.claim(id, asked, 0, claimOn(asked));
    }

    /// @dev EIP-712 by hand, for any escrow and chain.
    function wordOf(
        address escrow_,
        uint256 chain,
        bytes32 claimId,
        uint256 content,
        bytes32 digest
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("zkdata escrow"),
                keccak256("1"),
                chain,
                escrow_
            )
        );
        bytes32 kept = keccak256("Kept(bytes32 claimId,uint256 content,bytes32 digest)");
        bytes32 word = keccak256(abi.encode(kept, claimId, content, digest));
        return keccak256(abi.encodePacked(hex"1901", domain, word));
    }

    function signed(uint256 place, uint256 key, bytes32 word) internal pure returns (IDataEscrow.KeptBy memory kept) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, word);
        kept.keeper = place;
        kept.r = r;
        kept.vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
    }

    /// @dev The signatures of the keepers at `places` about a claim.
    function keptBy(
        IDataEscrow.SetAside memory aside,
        uint256[] memory some
    ) internal view returns (IDataEscrow.KeptBy[] memory kept) {
        bytes32 word = wordOf(address(escrow), block.chainid, aside.claimId, aside.content, DIGEST);
        kept = new IDataEscrow.KeptBy[](some.length);
        for (uint256 i = 0; i < some.length; ++i) kept[i] = signed(some[i], keys[some[i]], word);
    }

    function places(uint256 count) internal pure returns (uint256[] memory some) {
        some = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) some[i] = i;
    }

    /// @dev What `Admitted` prints when `approvers` agree now.
    function admittedOf(
        IDataEscrow.SetAside memory aside,
        address[] memory approvers
    ) internal view returns (IDataEscrow.SetAside memory admitted) {
        admitted = abi.decode(abi.encode(aside), (IDataEscrow.SetAside));
        admitted.admitted = true;
        admitted.approvers = keccak256(abi.encode(approvers));
        admitted.share = ((aside.share / aside.unit) / approvers.length) * approvers.length * aside.unit;
        admitted.expiry = block.timestamp + aside.window;
    }

    /// @dev The first `count` keepers admit.
    function admit(
        IDataEscrow.SetAside memory aside,
        uint256 count
    ) internal returns (IDataEscrow.SetAside memory admitted, address[] memory approvers) {
        approvers = new address[](count);
        for (uint256 i = 0; i < count; ++i) approvers[i] = panel.keepers[i];
        admitted = admittedOf(aside, approvers);
        escrow.admit(aside, panel, DIGEST, keptBy(aside, places(count)), "");
    }

    function noSignatures() internal pure returns (IDataEscrow.KeptBy[] memory) {
        return new IDataEscrow.KeptBy[](0);
    }

    function refusesToAdmit(
        IDataEscrow.SetAside memory aside,
        IDataEscrow.KeptBy[] memory kept,
        string memory by
    ) internal {
        vm.expectRevert(abi.encodeWithSelector(IEscrowErrors.NotAdmitted.selector, by));
        escrow.admit(aside, panel, DIGEST, kept, "");
    }
}
