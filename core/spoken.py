"""Jinja2 templates that are compiled once for each language, with the language's words written into them.

A page of cards asks for the same hundred words and icons twenty times. Here ``_("Like")`` and ``icon("heart")`` are
answered while the template is compiled, and become one piece with the markup around them. Words with something in them,
``_("Post by %(name)s")|format(name=name)``, are taken apart then, so that only the name is left to put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # what escape() itself calls

Settled = Mapping[str, Callable[..., str]]

_PLACE = re.compile(r"%\((\w+)\)s")


def shown(value: Any) -> str:
    """Return a value as HTML, as ``escape`` does, but as a plain text: a page of comments shows two thousand."""
    kind = type(value)
    if kind is str:
        return escape_text(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class _Generator(CodeGenerator):
    """Writes Python that shows values by ``shown``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class SpokenEnvironment(Environment):
    """An environment in which some functions, called with constants, are called when a template is compiled."""

    code_generator_class = _Generator
    shown = staticmethod(shown)
    settled: Settled = {}

    def speaking(self, settled: Settled) -> SpokenEnvironment:
        """Return an environment like this one, with compiled templates of its own."""
        spoken: SpokenEnvironment = self.overlay()
        spoken.settled = settled
        return spoken

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        return super()._generate(_Settler(self.settled).visit(source), *args, **options)


class _Settler(NodeTransformer):
    """Puts the answer in the place of each call that is settled."""

    def __init__(self, settled: Settled) -> None:
        self.settled = settled

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        function = self.settled.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if function is None or node.kwargs or len(given) < len(node.args):
            return node
        return _safe(str(escape(function(*given))), node)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        self.generic_visit(node)
        node.nodes = [piece for child in node.nodes for piece in _pieces(child)]
        return node


def _pieces(node: nodes.Expr) -> Iterator[nodes.Expr]:
    """Take apart what is put together only to be written: ``a ~ b``, and settled words with places in them."""
    if isinstance(node, nodes.Concat):
        for part in node.nodes:
            yield from _pieces(part)
        return
    words = _words_with_places(node)
    if words is None:
        yield node
        return
    given = {argument.key: argument.value for argument in node.kwargs}  # type: ignore[attr-defined]
    for n, piece in enumerate(_PLACE.split(words)):
        if n % 2:
            yield from _pieces(given[piece])
        elif piece:
            yield _safe(piece, node)


def _words_with_places(node: nodes.Expr) -> str | None:
    """Return the settled words of ``words|format(name=…)``, if all that is in them are such places."""
    if (
        not isinstance(node, nodes.Filter)
        or node.name != "format"
        or node.args
        or not isinstance(node.node, nodes.MarkSafe)
    ):
        return None
    words = str(node.node.expr.value)  # type: ignore[attr-defined]
    places, given = set(_PLACE.findall(words)), {argument.key for argument in node.kwargs}
    return words if places <= given and "%" not in _PLACE.sub("", words) else None


def _safe(text: str, source: nodes.Node) -> nodes.MarkSafe:
    """Return a node for HTML that is ready."""
    at = {"lineno": source.lineno, "environment": source.environment}
    return nodes.MarkSafe(nodes.Const(text, **at), **at)
