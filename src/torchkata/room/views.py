"""What stage and desk show of a session, as HTML that replaces the middle of a page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from torchkata import markup
from torchkata.collection.catalogue import Entry
from torchkata.collection.starting import explanation, see_it, starting_text
from torchkata.room import board, pages
from torchkata.room.session import Session
from torchkata.room.stage import Stage
from torchkata.system import paths

AROUND = 1  # lines around a change: with more, the longest difference doesn't fit on a projector


def stage(session: Session, stage: Stage, room: str = "") -> str:
    """The stage: sums of the room, and never a name."""
    entry, step = session.entry, session.step
    values: dict[str, Any] = {
        "part": session.part,
        "place": f"{session.controls.step + 1} of {len(session.steps)}",
        "step": step,
        "controls": session.controls,
        "ran": None,
        "room": room,
        "first": session.controls.part == 0,  # a talk at the end is no time to join
        "last": session.is_last_step,
        "following": session.following,
        "code": session.code,
        "qr": pages.qr(f"http://{room}/?code={session.code}") if room else None,
        "running": False,
    }
    if entry is not None:
        values |= _kata(session, entry)
        values["ran"] = stage.ran.get((entry.id, step.name))
        values["running"] = (entry.id, step.name) in stage.running
        if step.name == "edit":
            values["copy"] = stage.copy(entry)
        values |= pictures(session, stage, entry)
    if session.state.learners and entry is not None:
        values["sums"] = board.sums(session.state, entry.id)
    else:
        values["sums"] = None
    return pages.page(f"stage/{step.name}.html", **values)


def _kata(session: Session, entry: Entry) -> dict[str, Any]:
    """What the present step needs of a card, and nothing of a later one."""
    card, name = entry.card, session.step.name
    values: dict[str, Any] = {"id": entry.id, "title": card.title}
    sections: dict[str, tuple[str, ...]] = {
        "symptom": ("Symptom",),
        "predict": ("Predict",),
        "edit": ("Task",),
        "why": ("Why", "Rule", "What if"),
    }
    values["sections"] = {
        heading: markup.markdown(card.sections[heading]) for heading in sections.get(name, ())
    }
    if name == "code":
        values["program"] = pages.program(starting_text(entry).decode())
    if name == "red":
        values["see"] = pages.program(see_it(entry))
    if name == "predict":
        values["sections"]["Predict"] = markup.question(card.sections["Predict"])
        values["options"] = options(entry)
        values["votes"] = votes(session, entry)
    if name == "hints":
        values["hints"] = [markup.markdown(text) for text in card.hints[: session.controls.hints]]
        values["more"] = session.controls.hints < len(card.hints)
    if name == "difference":
        broken, fixed = (file.read_text(encoding="utf-8") for file in (entry.kata.broken, entry.kata.fixed))
        values["difference"] = markup.difference(broken, fixed, AROUND)
    if name == "why":
        values["answer"] = card.answer
        values["votes"] = votes(session, entry, shown=True)
    return values


def options(entry: Entry) -> list[tuple[str, Markup]]:
    """Letter and text of each option."""
    return markup.options(entry.card.sections["Predict"])


def pictures(session: Session, stage: Stage, entry: Entry) -> dict[str, Any]:
    """The picture that is on stage, and how many this step has: without the fix until it has been seen."""
    step = session.step.name
    drawn = stage.drawn.get(entry.id, []) if step in ("red", "green") else []
    picture = drawn[session.controls.picture - 1] if 0 < session.controls.picture <= len(drawn) else None
    if picture is None:
        return {"picture": None, "pictures": [one.title for one in drawn]}
    svgs = picture.svgs if step == "green" else (picture.broken,)
    names = ("broken", "fixed") if len(svgs) == 2 else ("",)
    shown = {
        "title": picture.title,
        "number": session.controls.picture,
        "svgs": [(name, Markup(svg)) for name, svg in zip(names, svgs)],  # drawn and escaped by us
    }
    return {"picture": shown, "pictures": [one.title for one in drawn]}


def votes(session: Session, entry: Entry, *, shown: bool = False) -> dict[str, Any] | None:
    """How many have voted; by letter only once they are shown: a vote that is seen is no vote."""
    counts = [session.state.tally(entry.id, number) for number in range(1, session.controls.round + 1)]
    if not any(counts):
        return None
    visible = shown or session.controls.votes_shown
    first = counts[0] if len(counts) > 1 else None
    return {
        "round": session.controls.round,
        "total": counts[-1].total(),
        "counts": dict(counts[-1]) if visible else None,
        "before": dict(first) if visible and first is not None else None,
        "most": max([*counts[-1].values(), *(first or {}).values(), 1]),
    }


def desk(session: Session, stage: Stage, room: str = "") -> str:
    """All that the facilitator needs, and nobody else should see. room: where learners join, if they can."""
    now = session.journal.clock()
    controls, plan, part = session.controls, session.plan, session.part
    at, state = session.at, session.state
    begun = controls.clock or state.began[0]

    def minute(moment: float) -> int:
        return int((moment - begun) // 60)

    rows = [
        {
            "number": number,
            "part": one,
            "planned": plan.starts[number],
            # What was before a clock that was started later has no minute.
            "took": minute(state.began[number]) if state.began.get(number, 0.0) >= begun else None,
        }
        for number, one in enumerate(plan.parts)
    ]
    in_part = int((now - controls.since) // 60)
    if session.is_last_step:
        then = session.following.name if session.following else "the end"
    else:
        then = session.steps[controls.step + 1].title
    entry = session.entry
    values: dict[str, Any] = {
        "title": plan.title,
        "controls": controls,
        "part": part,
        "step": session.step,
        "then": then,
        "over": session.is_last_step and session.following is None,
        "rows": rows,
        "minutes": plan.minutes,
        "minute": minute(now),
        "in_part": in_part,
        "late": minute(now) - plan.starts[at] - min(part.minutes, in_part),
        "first": at == 0,
        "can_undo": state.undoes is not None,
        "needs": board.needs(state, now, working=entry is not None, kata=entry.id if entry else ""),
        "seats": state.learners,
        "phones": len(state.phones),
        "room": room,
        "code": session.code,
        "id": entry.id if entry else "",
    }
    if entry is not None:
        card = entry.card
        values |= {
            "in_a_room": markup.markdown(card.sections["In a room"]),
            "why": markup.markdown(card.sections["Why"]),
            "hints": [markup.markdown(text) for text in card.hints],
            "copy": paths.shown(stage.copy(entry)),
            "answer": card.answer,
            "options": [letter for letter, _ in options(entry)],
            "votes": votes(session, entry, shown=True),
            "hands": state.hands.get((entry.id, controls.round), {}),
            "by_loop": state.votes_of(state.learners, entry.id, controls.round),
            "by_phone": state.votes_of(state.phones, entry.id, controls.round),
            "common": [(in_words(entry, how), n) for how, n in board.common(session.state, entry.id)],
            "sums": board.sums(session.state, entry.id),
            "pictures": pictures(session, stage, entry)["pictures"],
        }
    return pages.page("desk/view.html", **values)


def in_words(entry: Entry, failure: str) -> str:
    """Why a known wrong fix is wrong; of any other failure, which promise wasn't kept."""
    known = {wrong.stem: wrong for wrong in entry.kata.wrongs}
    return explanation(known[failure]) if failure in known else f"not yet: {failure}"
