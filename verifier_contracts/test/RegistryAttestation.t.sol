// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {HardwareKey} from "../src/HardwareKey.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {RegistryTested} from "./RegistryTested.sol";

/// @notice Answers at 0x100 as EIP-7951 says: 1 in 32 bytes for a signature, and nothing for anything else.
contract PrecompileStandIn {
    fallback(bytes calldata input) external returns (bytes memory) {
        (bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) = abi.decode(
            input,
            (bytes32, bytes32, bytes32, bytes32, bytes32)
        );
        return P256.verifySolidity(digest, r, s, x, y) ? abi.encode(1) : bytes("");
    }
}

/// @notice Takes everything: shows that an answer of 0x100 is used where there is one.
contract YesPrecompile {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(1);
    }
}

contract RegistryAttestationTest is RegistryTested {
    address private constant PRECOMPILE = address(0x100);
    uint256 private constant SECRET = uint256(keccak256("hardware"));

    /// @dev A point of the curve whose x is small enough to have an alias, x + p, in 256 bits.
    uint256 private constant SMALL_X = 5;
    uint256 private constant SMALL_Y = 31468013646237722594854082025316614106172411895747863909393730389177298123724;

    uint256 private x;
    uint256 private y;

    function setUp() public override {
        super.setUp();
        (x, y) = vm.publicKeyP256(SECRET);
        vm.prank(REGISTRAR);
        registry.list(x, y);
    }

    function _attested(uint256 deviceX) private view returns (IDeviceRegistry.Enrolment memory given) {
        given = enrolmentOf(deviceX);
        given.attestation = _word(given, block.chainid, address(registry), REGISTRAR);
    }

    function _word(
        IDeviceRegistry.Enrolment memory given,
        uint256 chain,
        address where,
        address registrar
    ) private view returns (IDeviceRegistry.Attestation memory) {
        bytes32 digest = sha256(
            abi.encodePacked(
                "zkdata enrolment, version 2",
                chain,
                uint256(uint160(where)),
                uint256(uint160(registrar)),
                given.leaf,
                uint256(given.expiry)
            )
        );
        (bytes32 r, bytes32 s) = vm.signP256(SECRET, digest);
        return IDeviceRegistry.Attestation(uint256(r), uint256(s), x, y);
    }

    function _rejected(uint256 deviceX) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDeviceRegistry.AttestationRejected.selector, deviceX);
    }

    /* THE LIST */

    /// @notice A key is listed and unlisted once each, by one registrar for himself.
    function test_list() public {
        vm.assertTrue(registry.listed(REGISTRAR, x, y) && !registry.listed(STRANGER, x, y), "his list");
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.HardwareKeyKnown.selector, x, y));
        vm.prank(REGISTRAR);
        registry.list(x, y);
        vm.expectEmit();
        emit IDeviceRegistry.HardwareKeyUnlisted(REGISTRAR, x, y);
        vm.prank(REGISTRAR);
        registry.unlist(x, y);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.HardwareKeyUnknown.selector, x, y));
        vm.prank(REGISTRAR);
        registry.unlist(x, y);
        vm.expectEmit();
        emit IDeviceRegistry.HardwareKeyListed(REGISTRAR, x, y);
        vm.prank(REGISTRAR);
        registry.list(x, y);
    }

    /// @notice What is no point of the curve is not listed, aliases of one included.
    function test_listNoPoint() public {
        uint256[2][8] memory odd = [
            [x, y ^ 1],
            [y, x],
            [uint256(0), 0],
            [P256.P, 0],
            [SMALL_X + P256.P, SMALL_Y],
            [x, type(uint256).max],
            [P256.P, P256.P],
            [type(uint256).max, y]
        ];
        for (uint256 i = 0; i < odd.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.HardwareKeyInvalid.selector, odd[i][0], odd[i][1]));
            vm.prank(REGISTRAR);
            registry.list(odd[i][0], odd[i][1]);
        }
        vm.prank(REGISTRAR);
        registry.list(SMALL_X, SMALL_Y);
    }

    /* ATTESTATIONS */

    /// @notice A listed key's word is taken, with s in either half.
    function test_attested() public {
        IDeviceRegistry.Enrolment memory given = _attested(DEVICE);
        enrol(given);
        given = _attested(DEVICE + 1);
        given.attestation.s = P256.N - given.attestation.s;
        enrol(given);
    }

    /// @notice A word of a key that is not listed, or no longer, is refused, and so is one listed by another registrar.
    function test_unlisted() public {
        IDeviceRegistry.Enrolment memory given = _attested(DEVICE);
        vm.prank(REGISTRAR);
        registry.unlist(x, y);
        vm.prank(STRANGER);
        registry.open(ADDITION, 0, false);
        vm.prank(STRANGER);
        registry.list(x, y);
        bytes memory refusal = abi.encodeWithSelector(IDeviceRegistry.HardwareKeyUnknown.selector, x, y);
        refusesEnrolment(given, refusal);
        // x + p fits where x is small, and is another name of a listed key.
        vm.prank(REGISTRAR);
        registry.list(SMALL_X, SMALL_Y);
        given.attestation = IDeviceRegistry.Attestation(1, 1, SMALL_X + P256.P, SMALL_Y);
        refusesEnrolment(
            given,
            abi.encodeWithSelector(IDeviceRegistry.HardwareKeyUnknown.selector, SMALL_X + P256.P, SMALL_Y)
        );
    }

    /// @notice A word for another leaf, expiry, chain, registry or registrar is none for this enrolment.
    function test_anotherPlace() public {
        IDeviceRegistry.Enrolment memory given = _attested(DEVICE);
        given.leaf += 1;
        refusesEnrolment(given, _rejected(DEVICE));
        given = _attested(DEVICE);
        given.expiry += 1;
        refusesEnrolment(given, _rejected(DEVICE));
        given.attestation = _word(given, block.chainid + 1, address(registry), REGISTRAR);
        refusesEnrolment(given, _rejected(DEVICE));
        given.attestation = _word(given, block.chainid, address(this), REGISTRAR);
        refusesEnrolment(given, _rejected(DEVICE));
        given.attestation = _word(given, block.chainid, address(registry), STRANGER);
        refusesEnrolment(given, _rejected(DEVICE));
        given.attestation = _word(given, block.chainid, address(registry), REGISTRAR);
        enrol(given);
    }

    /// @notice r and s out of range are refused, also where the curve would take them modulo n, and so is a half word.
    function test_scalarsOutOfRange() public {
        IDeviceRegistry.Enrolment memory given = _attested(DEVICE);
        IDeviceRegistry.Attestation memory good = given.attestation;
        uint256[4] memory odd = [0, P256.N, P256.N + 1, type(uint256).max];
        for (uint256 i = 0; i < odd.length; ++i) {
            given.attestation = IDeviceRegistry.Attestation(odd[i], good.s, x, y);
            refusesEnrolment(given, _rejected(DEVICE));
            given.attestation = IDeviceRegistry.Attestation(good.r, odd[i], x, y);
            refusesEnrolment(given, _rejected(DEVICE));
        }
        given.attestation = IDeviceRegistry.Attestation(good.r, good.s, 0, 0);
        refusesEnrolment(given, abi.encodeWithSelector(IDeviceRegistry.HardwareKeyUnknown.selector, 0, 0));
    }

    /// @notice A registrar who asked for attestations when he opened enrols no device without one.
    function test_required() public {
        vm.prank(STRANGER);
        registry.open(ADDITION, 0, true);
        vm.prank(STRANGER);
        registry.list(x, y);
        IDeviceRegistry.Enrolment memory given = enrolmentOf(DEVICE);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.AttestationMissing.selector, DEVICE));
        vm.prank(STRANGER);
        registry.publish(0, 5, none(), one(given));
        given.attestation = _word(given, block.chainid, address(registry), STRANGER);
        vm.prank(STRANGER);
        registry.publish(0, 5, none(), one(given));
    }

    /* THE SIGNATURE ITSELF */

    /// @notice The message is the one of the statements page, byte for byte.
    function test_digestVectors() public view {
        string memory json = vm.readFile("../tests/vectors/enrolment.json");
        uint256 count = 0;
        for (string memory key; ; ++count) {
            key = string.concat(".cases[", vm.toString(count), "]");
            if (!vm.keyExistsJson(json, key)) break;
            bytes32 digest = HardwareKey.digest(
                vm.parseJsonUint(json, string.concat(key, ".chain")),
                address(uint160(vm.parseJsonUint(json, string.concat(key, ".registry")))),
                address(uint160(vm.parseJsonUint(json, string.concat(key, ".registrar")))),
                vm.parseJsonUint(json, string.concat(key, ".leaf")),
                vm.parseJsonUint(json, string.concat(key, ".expiry"))
            );
            bytes memory message = vm.parseJsonBytes(json, string.concat(key, ".hardware_message"));
            vm.assertEq(digest, sha256(message), "digest");
        }
        vm.assertEq(count, 2, "vectors");
    }

    /// @notice Here nothing answers at 0x100, and Solidity says what Wycheproof says.
    function test_vectors_withoutPrecompile() public view {
        (, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(1, 2, 3, 4, 5));
        vm.assertEq(answer.length + PRECOMPILE.code.length, 0, "nobody there");
        _vectors();
    }

    /// @notice With a precompile the answers are the same, and they are the precompile's.
    function test_vectors_withPrecompile() public {
        vm.etch(PRECOMPILE, address(new PrecompileStandIn()).code);
        _vectors();
        IDeviceRegistry.Enrolment memory given = _attested(DEVICE);
        given.attestation.r ^= 1;
        refusesEnrolment(given, _rejected(DEVICE));
        vm.etch(PRECOMPILE, address(new YesPrecompile()).code);
        enrol(given);
    }

    function _vectors() private view {
        string memory json = vm.readFile("../tests/vectors/p256.json");
        uint256 valid = 0;
        uint256 count = 0;
        for (; ; ++count) {
            string memory key = string.concat(".cases[", vm.toString(count), "]");
            if (!vm.keyExistsJson(json, key)) break;
            bool due = vm.parseJsonBool(json, string.concat(key, "[2]"));
            bytes memory message = vm.parseBytes(
                string.concat("0x", vm.parseJsonString(json, string.concat(key, "[5]")))
            );
            bool holds = HardwareKey.signed(
                sha256(message),
                vm.parseJsonUint(json, string.concat(key, "[6]")),
                vm.parseJsonUint(json, string.concat(key, "[7]")),
                vm.parseJsonUint(json, string.concat(key, "[3]")),
                vm.parseJsonUint(json, string.concat(key, "[4]"))
            );
            vm.assertTrue(holds == due, string.concat("case ", vm.toString(count)));
            if (holds) ++valid;
        }
        vm.assertTrue(count == 30 && valid > 15, "vectors");
    }
}
