"""From our query to Whoosh's: objects are built directly, no parser ever sees what was typed."""

from __future__ import annotations

from whoosh import query as wq

from smartwiki.search.queries import AllOf, AnyOf, Node, Phrase, Query, Term

EXACT_SCORE = 1000.0  # more than any text can get


class _InARow(wq.SpanNear2):  # type: ignore[misc]
    """Whoosh's own, which fails with a NameError when it is one of several alternatives."""

    def _and_query(self) -> wq.Query:
        return wq.And([place.q for place in self.qs])


def to_whoosh(query: Query, *, any_word: bool, exact_exists: bool) -> wq.Query:
    """Return the Whoosh query of a query."""
    nodes = [_node(clause.node) for clause in query.wanted]
    whole = _join(wq.Or if any_word else wq.And, nodes) if nodes else wq.NullQuery
    if exact_exists:
        exact = wq.ConstantScoreQuery(wq.Term("exact", query.exact), EXACT_SCORE)
        whole = wq.Or([whole, exact]) if nodes else exact
    if query.excluded:
        whole = wq.AndNot(whole, _join(wq.Or, [_node(node) for node in query.excluded]))
    return whole


def _node(node: Node) -> wq.Query:
    match node:
        case Term(forms):
            return _join(wq.Or, [wq.Term("terms", form) for form in forms])
        case AllOf(nodes):
            return _join(wq.And, [_node(each) for each in nodes])
        case AnyOf(nodes):
            return _join(wq.Or, [_node(each) for each in nodes])
        case Phrase(terms):
            places = [wq.SpanOr([wq.Term("terms", form) for form in t.forms]) for t in terms]
            return _InARow(places, slop=1, ordered=True)


def _join(kind: type[wq.CompoundQuery], nodes: list[wq.Query]) -> wq.Query:
    return nodes[0] if len(nodes) == 1 else kind(nodes)
