"""What keeps a hostile text from taking minutes: some rules of Markdown look ahead to its end."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it.rules_inline import StateInline

Rule = Callable[[StateInline, bool], bool]

LOOKAHEAD = (
    300_000  # characters in one text, half a second; brackets in a guide need a few thousand
)
MAX_TASKS = 1_000  # the rule for task lists looks back to the list's beginning at each


def with_limited_lookahead(rule: Rule) -> Rule:
    """Stop trying `rule` (a link or picture at "[") once brackets that begin none cost too much."""

    def limited(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in "[!":
            return False
        spent = state.env.get("lookahead", 0)
        if spent > LOOKAHEAD:
            return False
        if rule(state, silent):
            return True
        state.env["lookahead"] = spent + state.posMax - state.pos
        return False

    return limited


def has_too_many_tasks(text: str) -> bool:
    """Say whether a text has more task boxes than any list that somebody ticks off."""
    return text.count("[ ]") + text.count("[x]") + text.count("[X]") > MAX_TASKS
