"""The statement `device`: a capsule was signed by some device of a registry, enrolled through a whole window."""

from dataclasses import dataclass, field
from typing import ClassVar

from ..capsule.owner import OwnerKey
from ..capsule.seal import Capsule
from ..capsule.tree import Enrolment, Registry
from ..errors import StatementFalse
from .circuit import Circuit
from .inputs import Input
from .statement import Direct, check_enrolment, check_window, device_inputs


@dataclass(frozen=True, slots=True)
class Device(Direct):
    """A device of `registry` signed `capsule`, and was enrolled from before `time_min` until after `time_max`.

    With a `Timestamp` of the same content and window: it was enrolled when each record was taken.
    """

    template: ClassVar[str] = "Device"

    capsule: Capsule
    time_min: int
    """Milliseconds since 1970."""
    time_max: int
    context: int = field(kw_only=True)
    """The verifier's words for whom and what for, as a field element; a proof for one context is none for another."""
    owner: OwnerKey = field(kw_only=True)
    registry: Registry = field(kw_only=True, repr=False)
    enrolment: Enrolment = field(kw_only=True, repr=False)

    def __post_init__(self) -> None:
        self.check_context()
        check_window(self.time_min, self.time_max)

    @property
    def circuit(self) -> str:
        """Name of the one circuit: it knows no shape."""
        return Circuit.shapeless(self.template).name

    @property
    def named(self) -> dict[str, int]:
        """The public values by their names in the catalogue."""
        device = {"root": self.registry.root, "deviceClass": self.enrolment.device_class}
        window = {"timeMin": self.time_min, "timeMax": self.time_max}
        return {"context": self.context, "content": self.capsule.content} | device | window

    @property
    def inputs(self) -> dict[str, Input]:
        """Every input of the circuit, by its name there."""
        return device_inputs(self.capsule, self.owner, self.registry, self.enrolment) | self.named

    def check(self) -> None:
        """StatementFalse unless device, owner and registry belong together and the enrolment covers the window."""
        check_enrolment(self.capsule, self.owner, self.registry, self.enrolment)
        enrolment = self.enrolment
        if not enrolment.valid_from <= self.time_min:
            text = f"the device's enrolment begins at {enrolment.valid_from}, after the window: state a later one"
            raise StatementFalse(text, field="time", value=self.time_min, bound=enrolment.valid_from)
        if not self.time_max < enrolment.valid_until:
            text = f"the device's enrolment ends at {enrolment.valid_until}, within the window: state an earlier one"
            raise StatementFalse(text, field="time", value=self.time_max, bound=enrolment.valid_until)
