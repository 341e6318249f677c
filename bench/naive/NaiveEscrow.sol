// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

interface IDirectVerifier {
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[19] calldata signals
    ) external view returns (bool);
}

interface IRoots {
    function accepts(address registrar, uint256 root) external view returns (bool);
}

/// @title NaiveEscrow
/// @notice What one writes first: the request lies in storage, all 19 values are public inputs, and a proof that holds is
/// paid at once. It sells the fact alone; bench/gas.py measures it beside DataEscrow.
contract NaiveEscrow is ReentrancyGuard {
    using SafeERC20 for IERC20;

    struct Request {
        address buyer;
        address token;
        address verifier;
        address registry;
        address registrar;
        uint256 price;
        uint256 left;
        uint256 deadline;
        uint256 schema;
        uint256 deviceClass;
        uint256 buyerKey;
        uint256 slotLength;
        uint256 timeMin;
        uint256 timeMax;
        uint256 minimum;
        uint256 maximum;
    }

    struct Proof {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
    }

    struct Claimed {
        uint256 asOf;
        uint256 root;
        uint256 count;
        uint256 content;
        uint256 nullifier;
        uint256 releaseHash;
        uint256 ephemeral;
        uint256 wrap;
        address recipient;
    }

    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    Request[] private requests;
    mapping(uint256 id => mapping(uint256 nullifier => bool)) public spent;

    event Posted(uint256 indexed id, address indexed buyer);
    event Paid(uint256 indexed id, uint256 indexed nullifier, address recipient, uint256 count, uint256 content);

    /// @notice Locks `request.left` of the sender's tokens.
    function post(Request calldata request) external nonReentrant returns (uint256 id) {
        id = requests.length;
        requests.push(request);
        IERC20(request.token).safeTransferFrom(msg.sender, address(this), request.left);
        emit Posted(id, request.buyer);
    }

    /// @notice The scope of request `id`, which its claims are proven for.
    function scopeOf(uint256 id) public view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), id))) % R;
    }

    /// @notice Checks the proof and pays.
    function claim(uint256 id, Proof calldata proof, Claimed calldata given) external nonReentrant {
        Request storage asked = requests[id];
        uint256 amount = given.count * asked.price;
        require(block.timestamp <= asked.deadline, "late");
        require(given.asOf <= block.timestamp * 1000, "future");
        require(given.count != 0 && amount <= asked.left, "budget");
        require(given.nullifier < R && !spent[id][given.nullifier], "spent");
        require(IRoots(asked.registry).accepts(asked.registrar, given.root), "root");
        require(_holds(asked, id, proof, given), "proof");
        spent[id][given.nullifier] = true;
        asked.left -= amount;
        IERC20(asked.token).safeTransfer(given.recipient, amount);
        emit Paid(id, given.nullifier, given.recipient, given.count, given.content);
    }

    function _holds(
        Request storage asked,
        uint256 id,
        Proof calldata proof,
        Claimed calldata given
    ) private view returns (bool) {
        uint256[19] memory signals;
        signals[1] = scopeOf(id);
        signals[2] = asked.slotLength;
        signals[3] = asked.timeMin;
        signals[4] = asked.timeMax;
        signals[5] = given.asOf;
        signals[6] = asked.schema;
        signals[7] = asked.deviceClass;
        signals[8] = given.root;
        signals[9] = given.count;
        signals[10] = given.content;
        signals[11] = given.nullifier;
        signals[12] = uint256(keccak256(abi.encode(given.recipient, address(0), 0))) >> 8;
        signals[13] = given.releaseHash;
        signals[14] = asked.buyerKey;
        signals[15] = given.ephemeral;
        signals[16] = given.wrap;
        signals[17] = asked.minimum;
        signals[18] = asked.maximum;
        return IDirectVerifier(asked.verifier).verifyProof(proof.a, proof.b, proof.c, signals);
    }
}
