"""The device registry: registrars enrol and revoke in it, and anyone makes their registries again from the log."""

from collections.abc import Sequence

from zkdata.capsule.hardware_key import HardwarePublic
from zkdata.errors import ArtifactMismatch, PlaceEmpty, RegistrarUnknown, TransactionFailed
from zkdata.settlement.chain import Chain
from zkdata.settlement.contract import DEPLOY_GAS, Contract
from zkdata.settlement.contracts import committed
from zkdata.settlement.receipt import Receipt
from zkdata.settlement.registry_ledger import EVENTS, Ledger, RegistryState
from zkdata.settlement.signed_enrolment import Place, Revocation, SignedEnrolment, leaf_of

REGISTRY = "DeviceRegistry"
ADDITION_WINDOW = 7 * 86_400
"""Seconds that a root stays valid after an addition, unless another window is given."""

REVOCATION_WINDOW = 3_600
"""Seconds that older roots stay valid after a revocation, unless another window is given."""


class DeviceRegistry:
    """A registry on one chain. Every signature is verified here before it is sent."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @classmethod
    def deploy(cls, chain: Chain, *, sender: str | None = None) -> "DeviceRegistry":
        """Deploy a registry: it belongs to nobody, and serves every registrar."""
        return cls(chain.deploy(committed(REGISTRY), sender=sender))

    @classmethod
    def attach(cls, chain: Chain, address: str) -> "DeviceRegistry":
        """A registry that is there already; refused unless it is, to the byte, what we would deploy."""
        contract = chain.at(committed(REGISTRY), address)
        if chain.code(address) != chain.runtime_code(committed(REGISTRY)):
            raise ArtifactMismatch(
                "the contract at this address is not the device registry of this zkdata; trust none of its roots",
                registry=contract.address,
            )
        return cls(contract)

    @property
    def address(self) -> str:
        """Where it lives."""
        return self._contract.address

    def place(self, registrar: str) -> Place:
        """What devices and hardware keys sign for."""
        chain = self._contract.chain
        return Place(chain.chain_id, self.address, chain.address(registrar))

    def open(
        self,
        *,
        sender: str,
        addition_window: int = ADDITION_WINDOW,
        revocation_window: int = REVOCATION_WINDOW,
        attested: bool = False,
    ) -> Receipt:
        """Open the sender's own registry, once. The windows, in seconds, stay as they are for ever."""
        return self._contract.send("open", addition_window, revocation_window, attested, sender=sender)

    def list_key(self, key: HardwarePublic, *, sender: str) -> Receipt:
        """Take attestations of a hardware key from now on."""
        return self._contract.send("list", key.x, key.y, sender=sender)

    def unlist_key(self, key: HardwarePublic, *, sender: str) -> Receipt:
        """Take no more attestations of a hardware key; what it vouched for stays."""
        return self._contract.send("unlist", key.x, key.y, sender=sender)

    def publish(
        self,
        ledger: Ledger,
        *,
        enrol: Sequence[SignedEnrolment] = (),
        revoke: Sequence[Revocation] = (),
        sender: str,
    ) -> Receipt:
        """Revoke, then enrol, and publish the root, computed from the sender's own registry as `rebuild` gave it.

        Rebuild again afterwards: `ledger` stays as it was. Where somebody published in between, it is RootMoved.
        """
        for signed in enrol:
            signed.verify(self.place(sender))
        tree, places = ledger.tree.copy(), list(ledger.places)
        revocations = []
        for revocation in revoke:
            found = places[revocation.place] if 0 <= revocation.place < len(places) else None
            if found is None:
                raise PlaceEmpty("nobody is enrolled there; look the place up in the log", place=revocation.place)
            revocations.append(revocation.parameters(found))
            places[revocation.place] = revocation.ended(found)
            tree.put(revocation.place, leaf_of(places[revocation.place]))
        for signed in enrol:
            tree.put(len(tree), signed.enrolment.leaf)
        enrolments = [signed.parameters for signed in enrol]
        return self._contract.send(
            "publish", ledger.root, tree.root, revocations, enrolments, sender=sender, gas=DEPLOY_GAS
        )

    def accepts(self, registrar: str, root: int) -> bool:
        """What an escrow asks at a claim."""
        return bool(self._contract.call("accepts", self.place(registrar).registrar, root))

    def state(self, registrar: str) -> RegistryState:
        """What the contract says of a registrar, the log unread. RegistrarUnknown if he has not opened."""
        registrar = self.place(registrar).registrar
        root, addition_window, revocation_window, attested = self._contract.call("registryOf", registrar)
        if not addition_window:
            raise RegistrarUnknown("this account opened no registry here; look at both addresses", registrar=registrar)
        places = self._contract.call("placesOf", registrar)
        return RegistryState(root, addition_window, revocation_window, attested, places)

    def rebuild(self, registrar: str) -> Ledger:
        """Make the registrar's registry again from his log, and compare every root; RegistryWrong with evidence.

        The log is the node's word: who does not run the node asks a second one.
        """
        where = self.place(registrar)
        state = self.state(registrar)
        ledger = Ledger.replay(where, self._contract.history(*EVENTS, registrar=where.registrar))
        if state != ledger.state:
            raise TransactionFailed(
                "the log ends elsewhere than the contract: the node left entries out, or more were logged meanwhile; "
                "rebuild again, and ask another node",
                registrar=where.registrar,
                expected=state.root,
                got=ledger.root,
            )
        return ledger
