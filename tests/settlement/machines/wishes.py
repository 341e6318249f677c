"""Requests as hypothesis draws them: three kinds, with or without those who have to agree, and one flaw at most."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.settlement.machines.escrow_books import DAY, NO_CAP, SHORTEST, Wish
from tests.settlement.machines.world import BUYER_KEY, DEVICE_CLASS, EPOCH, HOURS, SCALES, WEALTH, World
from zkdata.capsule.delivery import NOBODY
from zkdata.capsule.schemas import TEMPERATURE
from zkdata.capsule.seal import HOUR
from zkdata.proof.request import Mode, Request
from zkdata.settlement.panel import ZERO_WORD
from zkdata.settlement.posting import Posting, named

KINDS = ("words", "kept", "fact")
FLAWS = ("budget", "money", "deadline")


@st.composite
def wishes(draw: Any, world: World, kind: str, *, flawed: bool) -> Wish:
    """One wish; its deadline counts from 0."""
    place = draw(st.integers(0, len(SCALES) - 1))
    scale = SCALES[place]
    keepers = tuple(each.address for each in world.keepers[: draw(st.integers(1, 3))]) if kind == "kept" else ()
    needed = draw(st.integers(1, len(keepers))) if keepers else 0
    gate = world.gate.address if draw(st.booleans()) else None
    least = needed + (gate is not None)
    each = draw(st.sampled_from((2, 2, 1, 0))) if least else 0
    share = each * least + (draw(st.integers(0, 1)) if each else 0)
    wish = Wish(
        buyer=world.buyers[draw(st.integers(0, 1))],
        token=world.tokens[place].address,
        per_record=draw(st.integers(2, 9)) * scale,
        budget=draw(st.integers(20, 200)) * scale,
        share=share * scale,
        unit=draw(st.sampled_from((scale, None))),
        cap=draw(st.sampled_from((NO_CAP, NO_CAP, 1, 4))),
        deadline=draw(st.sampled_from((SHORTEST + 10, DAY + 10, 4 * DAY, 9 * DAY, 20 * DAY))),
        window=draw(st.sampled_from((DAY, DAY + 1, 3 * DAY))),
        words=kind == "words",
        fact=kind == "fact",
        keepers=tuple(sorted(keepers, key=lambda each: int(each, 16))),
        needed=needed,
        gate=gate,
        market=draw(st.sampled_from((None, "Oslo", "Oslo", "Oslo"))),
    )
    flaws: dict[str, dict[str, Any]] = {
        "budget": {"budget": wish.per_record + wish.share - scale, "unit": scale},
        "money": {"budget": (WEALTH + 1) * scale},
        "deadline": {"deadline": SHORTEST - 1 + draw(st.integers(0, 3))},
    }
    return replace(wish, **flaws[draw(st.sampled_from(FLAWS))]) if flawed else wish


def asked(wish: Wish) -> Request:
    """The part of it that a proof is about."""
    return replace(
        Request.about(
            TEMPERATURE,
            {"temperature": ("-20.00", "80.00")},
            device_class=DEVICE_CLASS,
            slot_length=HOUR,
            time_min=EPOCH,
            time_max=EPOCH + HOURS * HOUR - 1,
            buyer_key=NOBODY if wish.fact else BUYER_KEY.public,
            mode=Mode.CALLDATA if wish.words else Mode.NONE,
        )
    )


def post(world: World, wish: Wish) -> Posting:
    """Through the client."""
    return world.escrow.post(
        asked(wish),
        token=next(each for each in world.tokens if each.address == wish.token),
        budget=wish.budget,
        price_per_record=wish.per_record,
        buyer=wish.buyer,
        registry=world.registry,  # type: ignore[arg-type]
        registrar=world.registrar,
        share=wish.share,
        record_cap=wish.cap,
        unit=wish.unit,
        panel=world.panel(wish.keepers, wish.needed, wish.gate),
        market=named(wish.market) if wish.market else ZERO_WORD,
        deadline=wish.deadline,
        release_window=wish.window,
    )
