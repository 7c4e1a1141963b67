"""What the tables of WIT's functions are written with: the rows of one interface."""

from __future__ import annotations

from dataclasses import replace

from wasi.rows import Handle, Interface, List, Record, RowError, Type, Variant, called_from
from wasi.wit import WitRow, borrow, own, wit_row


class Functions:
    """The rows of one interface."""

    def __init__(self, interface: Interface) -> None:
        self.interface = interface
        self.rows: list[WitRow] = []

    def __getitem__(self, name: str) -> WitRow:
        """The row of that name. RowError if there is none."""
        for row in self.rows:
            if row.name == name:
                return row
        raise RowError(f"{called_from()}: {self.interface.key} has no function {name}")

    def function(
        self, name: str, to: Type | None = None, /, limits: str = "", returns: bool = True, **types: Type
    ) -> None:
        """A function that belongs to no resource."""
        made = wit_row(self.interface, name, types, to, called_from(), returns=returns, limits=limits)
        self.rows.append(made)

    def method(self, resource: str, name: str, to: Type | None = None, /, limits: str = "", **types: Type) -> None:
        """A function of a resource, which is the first argument."""
        given = {"self": borrow(resource), **types}
        made = wit_row(self.interface, f"[method]{resource}.{name}", given, to, called_from(), limits=limits)
        self.rows.append(made)

    def drop(self, resource: str) -> None:
        """What every resource has."""
        name = f"[resource-drop]{resource}"
        self.rows.append(wit_row(self.interface, name, {"self": own(resource)}, None, called_from(), drops=resource))


class FlatFunctions(Functions):
    """The rows of an interface of the time before resources: their handles are numbers, and no name has brackets."""

    def drop(self, resource: str) -> None:
        """What ends the use of a handle that other interfaces do not have."""
        made = wit_row(
            self.interface, f"drop-{resource}", {"this": Handle(resource)}, None, called_from(), drops=resource
        )
        self.rows.append(made)

    def served_by(self, row: WitRow, name: str) -> None:
        """A function that is another's: the same entry answers."""
        self.rows.append(replace(self._like(row, name, row.result), drops=row.drops, served_by=row))

    def handled_by(self, row: WitRow, name: str, error: Type) -> None:
        """A function that is another's but for the error of its result: the same handler answers."""
        to = row.result
        if row.fails and isinstance(to, Variant):
            ok = to.cases[0]
            to = replace(to, cases=(ok, error), name=f"result<{ok.name if ok else '_'}, {error.name}>")
        self.rows.append(replace(self._like(row, name, to), handled_by=row))

    def _like(self, row: WitRow, name: str, to: Type | None) -> WitRow:
        types = {
            "this" if param.name == "self" else param.name: _flat(param.meaning)
            for param in row.params
            if isinstance(param.meaning, Type)
        }
        where = called_from(3)
        returns, limits = row.returns, row.limits
        return wit_row(self.interface, name, types, _flat(to) if to else None, where, returns=returns, limits=limits)


def _flat(kind: Type) -> Type:
    """The type with numbers for its handles. Records keep theirs: they are structures of C, by their names."""
    if isinstance(kind, Handle):
        return Handle(kind.name.partition("<")[2].rstrip(">") or kind.name)
    if isinstance(kind, List) and not isinstance(kind.element, Record):
        return List(_flat(kind.element))
    if isinstance(kind, Variant) and any(isinstance(case, Handle) for case in kind.cases):
        cases = tuple(_flat(case) if case is not None else None for case in kind.cases)
        name = kind.name
        for case, flattened in zip(kind.cases, cases, strict=True):
            if case is not None and flattened is not None:
                name = name.replace(case.name, flattened.name)
        return Variant(name, kind.tag, cases)
    return kind
