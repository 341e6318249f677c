"""python solve.py QUERY     answers a query of halmos, where two of bitwuzla, z3 and cvc5 give the same answer.

One solver is not enough: yices 2.6.4, which halmos brings, calls queries about storage unsatisfiable that are
satisfiable, and a fault in `RootWindows` passed for it. Runs in the environment of halmos, which has all three, and
imports nothing of this house.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Mapping

ROUNDS = (4, 40)
"""Seconds of a core that each solver is given, first for all and then for those that had no answer."""
ANSWERS = ("sat", "unsat")
UNDECIDED = "unknown"


def bitwuzla(query: str) -> None:
    """In bits."""
    from bitwuzla import Option, Options, Parser, TermManager

    options = Options()
    options.set(Option.PRODUCE_MODELS, True)
    Parser(TermManager(), options).parse(query)


def z3(query: str) -> None:
    """In bits, too."""
    from z3 import SolverFor, sat

    solver = SolverFor("QF_AUFBV")
    solver.from_file(query)
    answer = solver.check()
    print(answer)
    if answer == sat:
        print(f"(\n{solver.model().sexpr()}\n)")


def cvc5(query: str) -> None:
    """In numbers in place of bits: it knows that a product divided by a factor is the other."""
    from cvc5 import InputLanguage, InputParser, Solver, TermManager

    solver = Solver(TermManager())
    solver.setOption("produce-models", "true")
    solver.setOption("solve-bv-as-int", "sum")
    parser = InputParser(solver)
    parser.setFileInput(InputLanguage.SMT_LIB_2_6, query)
    while not (command := parser.nextCommand()).isNull():
        told = command.invoke(solver, parser.getSymbolManager())
        print(told, end="")
        if told.startswith(("unsat", UNDECIDED)):
            return


SOLVERS: Mapping[str, Callable[[str], None]] = {solver.__name__: solver for solver in (bitwuzla, z3, cvc5)}


def told_by(solver: str, query: str, seconds: int) -> str:
    """What one solver says, with its model, in a process of its own; nothing where it does not know in time."""
    command = [sys.executable, __file__, query, solver, str(seconds)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout if ran.returncode == 0 else ""


def agreed(query: str, told: Callable[[str, str, int], str] = told_by) -> str:
    """What two solvers say and none denies, in the words of the first; unknown otherwise."""
    said: dict[str, str] = {}
    for seconds in ROUNDS:
        for solver in SOLVERS:
            if solver in said:
                continue
            words = told(solver, query, seconds)
            if words.split("\n", 1)[0] not in ANSWERS:
                continue
            for other in said.values():
                return other if other.split("\n", 1)[0] == words.split("\n", 1)[0] else UNDECIDED
            said[solver] = words
    return UNDECIDED


if __name__ == "__main__":
    match sys.argv[1:]:
        case [query, solver, seconds]:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
            SOLVERS[solver](query)
        case [query]:
            print(agreed(query))
