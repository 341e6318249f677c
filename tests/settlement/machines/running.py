"""How machines are run: in full; and in search of a fault that was planted."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.settlement.machines.attempts import Disagreement


def run(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """So many examples. They are told as they failed: to shrink one takes minutes of a node's time."""
    limits = settings(max_examples=examples, stateful_step_count=steps, phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=limits)


def finds(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """The machine contradicts its model before the examples are over."""
    with pytest.raises(Disagreement):
        run(machine, examples, steps)
