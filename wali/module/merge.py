"""Puts the core modules of a component together into one, where several work on one memory.

So are components made whose program is linked of shared libraries (``wasm-tools component link``, componentize-py), and
those with an adapter that serves more than preview1. All their modules have one memory, and who imports what from whom is
known before anything runs (merge_links.py). So one module can have all their functions, tables, globals, segments and tags,
and what was an import is a number: cache, launcher, traps and traces need not know of several.

Instances are made one after the other, and each fills its segments and calls its start in its turn. Segments of one that
comes after a start are filled by the program's entry, which also calls the starts, in that order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from . import binary, interfaces, name_section, unwrap
from .component_values import CoreInstance
from .instructions import CALL, END
from .merge_code import Renumbering, integer, reference
from .merge_links import REALLOC, Host, Links, Own, Target
from .merge_reader import ACTIVE, DECLARED, PASSIVE, GlobalKind, Kind, WholeModule
from .merge_writer import FUNCREF, Segment, Synthetic, Writer

LETTERS = {binary.K_FUNCTION: "f", binary.K_TABLE: "x", binary.K_GLOBAL: "g", binary.K_TAG: "k"}
RUN_TYPE = Kind(b"", b"\x7f")
START, RUN, REALLOC_NAME = "_start", "wasi:cli/run@0.2.0#run", "cabi_realloc"  # as the loader knows them
STACK_POINTER = "__stack_pointer"
MOST_OF_A_FILE = 4  # times its size is what the modules of all instances may have together
SPARE = 1 << 20  # bytes that are added to that
COPIED = ("producers", "target_features")  # custom sections of the program's module, for people


def merged(unwrapping: unwrap.Unwrapping, data: bytes, with_adapter: bool = False) -> bytes:
    """The core module that a component comes to; its program is run as that module's is. WaliFormatError.

    data: the file. with_adapter: an adapter serves preview1 by newer interfaces, as in other engines, and not the host.
    """
    links = Links(unwrapping, with_adapter)
    size = sum(instance.parts.place.end - instance.parts.place.at for instance in links.instances)
    if size > MOST_OF_A_FILE * len(data) + SPARE:
        raise unwrap.refused(f"its modules are instantiated so often that they have {size} bytes; {unwrap.ADVICE}")
    imports = tuple(dict.fromkeys((host.module, host.name) for host in _hosts(links)))
    unwrap.ProgramModule(0, 0, imports, START, "", "", unwrapping.later(imports)).check()
    return _Merge(links).module()


def read(data: bytes, with_adapter: bool = False) -> bytes:
    """The core module of the component that a file is, also where its program would run alone. WaliFormatError.

    For tests and people: an adapter that is left out at a start can be looked at (`with_adapter`), and what was made of
    a component read by other tools.
    """
    return merged(unwrap.read(data, 0), data, with_adapter)


def _hosts(links: Links) -> Iterator[Host]:
    targets = chain.from_iterable(links.imports[i][binary.K_FUNCTION] for i in links.instances)
    yield from (target for target in chain(targets, links.starts.values()) if isinstance(target, Host))


class _Merge:
    """One module in the making."""

    def __init__(self, links: Links) -> None:
        self.links, self.writer = links, Writer()
        self.instances = links.instances
        self.hosts = {host: number for number, host in enumerate(dict.fromkeys(_hosts(links)))}
        reallocs = dict.fromkeys(host.realloc for host in self.hosts if host.realloc is not None)
        self.reallocs = {realloc: choice for choice, realloc in enumerate(reallocs)}
        self.first: dict[int, dict[CoreInstance, int]] = {kind: self._first(kind) for kind in LETTERS}
        self.segments = {"e": 0, "d": 0}  # how many there are up to an instance
        self.synthetic: list[Synthetic] = []
        self.own_functions = sum(len(self._module(i).functions) for i in self.instances)
        self.wrapped = self._wrapped()

    def _module(self, instance: CoreInstance) -> WholeModule:
        return self.links.module(instance)

    def _first(self, kind: int) -> dict[CoreInstance, int]:
        """The number of each instance's first function, table, ... of its own."""
        found, number = {}, len(self.hosts) if kind == binary.K_FUNCTION else 0
        for instance in self.instances:
            found[instance] = number
            number += len(self._module(instance).own(kind))
        return found

    def _number(self, target: Target, kind: int) -> int:
        if isinstance(target, Own):
            return self.first[kind][target.instance] + target.number
        return self.wrapped.get(target, self.hosts[target])

    # --- functions that no module has ---

    def _add(self, function: Synthetic) -> int:
        """Adds a function; its number."""
        self.synthetic.append(function)
        return len(self.hosts) + self.own_functions + len(self.synthetic) - 1

    def _wrapped(self) -> dict[Host, int]:
        """Functions around those of the host that get memory, if modules have several ways to it: they say first which.

        An import with more parameters than any function has is refused later, as it is.
        """
        if len(self.reallocs) < 2:
            return {}
        which = sum(len(self._module(i).globals) for i in self.instances)
        found = {}
        for host, number in self.hosts.items():
            if host.realloc is not None and len(host.type.params) <= interfaces.MOST_PARAMETERS:
                body = integer(32, self.reallocs[host.realloc]).code + b"\x24" + binary.leb(which)
                body += _arguments(host.type) + bytes([CALL]) + binary.leb(number)
                found[host] = self._add(Synthetic(f"{host.name} [memory]", host.type, body))
        return found

    def _realloc(self) -> int | None:
        """The number of the function by which the host gets memory."""
        numbers = [self._number(realloc, binary.K_FUNCTION) for realloc in self.reallocs]
        if len(numbers) < 2:
            return numbers[0] if numbers else None
        which = len(self.writer.globals)
        self.writer.globals.append((GlobalKind(0x7F, True), integer(32, 0)))
        body = bytearray()
        for choice, number in enumerate(numbers):
            call = _arguments(REALLOC) + b"\x12" + binary.leb(number)  # a tail call
            if choice < len(numbers) - 1:
                call = b"\x23" + binary.leb(which) + integer(32, choice).code + b"\x46\x04\x40" + call + bytes([END])
            body += call
        return self._add(Synthetic(REALLOC_NAME, REALLOC, bytes(body)))

    # --- the whole ---

    def module(self) -> bytes:
        """The binary."""
        writer = self.writer
        for host in self.hosts:
            writer.imports.append((host.module, host.name, writer.type(host.type)))
        if self.links.memory is not None:
            writer.memory = self._module(self.links.memory.instance).memories[0]
        first_code = bytearray()
        started = False
        referenced: set[int] = set()
        fixups = self.links.shims.fixups
        for instance in self.links.unwrapping.component.instances:
            if instance in self.first[binary.K_FUNCTION]:
                self._instance(instance, first_code if started else None, referenced)
            if instance in self.links.starts and (instance in fixups or instance in self.first[binary.K_FUNCTION]):
                started = True
                number = self._number(self.links.starts[instance], binary.K_FUNCTION)
                first_code += bytes([CALL]) + binary.leb(number)
        if referenced:
            writer.elements.append(Segment(DECLARED, 0, None, FUNCREF, [reference(n) for n in sorted(referenced)]))
        realloc = self._realloc()
        self._export(first_code, realloc)
        for function in self.synthetic:
            writer.add_function(function)
        self._name()
        return writer.module()

    def _export(self, first_code: bytearray, realloc: int | None) -> None:
        writer = self.writer
        entry = self._number(self.links.entry, binary.K_FUNCTION)
        kind = self.links.type_of(self.links.entry, binary.K_FUNCTION)
        name = RUN if kind == RUN_TYPE else START
        if kind not in (RUN_TYPE, Kind(b"", b"")) or (name == START) != (self.links.start.name == START):
            raise unwrap.refused(f"its {binary.short(self.links.start.name)} has another type than programs have")
        if first_code and isinstance(kind, Kind):
            entry = self._add(Synthetic(f"{name} [begin]", kind, bytes(first_code) + bytes([CALL]) + binary.leb(entry)))
        writer.exports.append((name, binary.K_FUNCTION, entry))
        if self.links.memory is not None:
            writer.exports.append(("memory", binary.K_MEMORY, 0))
        if realloc is not None:
            writer.exports.append((REALLOC_NAME, binary.K_FUNCTION, realloc))

    # --- one instance ---

    def _renumbering(self, instance: CoreInstance) -> Renumbering:
        module = self._module(instance)
        numbers: dict[str, list[int]] = {"y": [self.writer.type(kind) for kind in module.types]}
        for kind, letter in LETTERS.items():
            first = self.first[kind][instance]
            imported = [self._number(target, kind) for target in self.links.imports[instance][kind]]
            numbers[letter] = imported + list(range(first, first + len(module.own(kind))))
        for letter, items in (("e", module.elements), ("d", module.segments)):
            first = self.segments[letter]
            numbers[letter] = list(range(first, first + len(items)))
            self.segments[letter] = first + len(items)
        constants = {
            number: self.writer.globals[new][1]
            for number, new in enumerate(numbers["g"][: len(module.imports[binary.K_GLOBAL])])
            if not self.writer.globals[new][0].is_mutable
        }
        return Renumbering(numbers, constants)

    def _instance(self, instance: CoreInstance, late: bytearray | None, referenced: set[int]) -> None:
        """Adds all that an instance has.

        late: None while nothing was started; then what fills the instance's segments is added to it.
        """
        module, writer = self._module(instance), self.writer
        numbers = self._renumbering(instance)
        for number, one in enumerate(module.globals, len(module.imports[binary.K_GLOBAL])):
            value = numbers.constant(module.at(one.initial, binary.GLOBAL))
            writer.globals.append((one.type, value))
            if not one.type.is_mutable:
                numbers.constants[number] = value
        for table in module.tables:
            at = None if table.initial is None else numbers.constant(module.at(table.initial, binary.TABLE))
            writer.tables.append((table.type, at))
        writer.tags += [writer.type(kind) for kind in module.tags]
        self._elements(module, numbers, late)
        self._data(module, numbers, late)
        for kind, body in zip(module.functions, module.bodies(), strict=True):
            writer.functions.append(writer.type(kind))
            writer.bodies.append(numbers.body(body))
        referenced |= numbers.referenced

    def _elements(self, module: WholeModule, numbers: Renumbering, late: bytearray | None) -> None:
        for old, one in enumerate(module.elements):
            reader = module.at(one.items, binary.ELEMENT)
            items = [
                numbers.constant(reader) if one.are_expressions else reference(numbers.index(reader, "f"))
                for _ in range(reader.count())
            ]
            offset, table, mode = None, 0, one.mode
            if mode == ACTIVE:
                offset = numbers.constant(module.at(one.offset, binary.ELEMENT))
                table = numbers.at("x", one.table, one.offset)
            if late is not None and offset is not None:
                number, mode = binary.leb(numbers.numbers["e"][old]), PASSIVE
                late += offset.code + integer(32, 0).code + integer(32, len(items)).code
                late += b"\xfc\x0c" + number + binary.leb(table) + b"\xfc\x0d" + number  # table.init, elem.drop
            self.writer.elements.append(Segment(mode, table, offset, one.element, items))

    def _data(self, module: WholeModule, numbers: Renumbering, late: bytearray | None) -> None:
        for old, one in enumerate(module.segments):
            offset = numbers.constant(module.at(one.offset, binary.DATA)) if one.mode == ACTIVE else None
            if late is not None and offset is not None:
                number = binary.leb(numbers.numbers["d"][old])
                late += offset.code + integer(32, 0).code + integer(32, one.end - one.start).code
                late += b"\xfc\x08" + number + b"\x00\xfc\x09" + number  # memory.init, data.drop
                offset = None
            self.writer.data.append((offset, module.data[one.start : one.end]))

    # --- names, for people ---

    def _name(self) -> None:
        """Functions keep their names; one that several modules have is told with its module's."""
        modules = [(i, self._module(i)) for i in self.instances]
        own = [(i, m, m.names(name_section.OF_FUNCTIONS)) for i, m in modules]
        seen = Counter(
            name for _, m, names in own for old, name in names.items() if old >= len(m.imports[binary.K_FUNCTION])
        )
        found = {number: f"{host.module}.{host.name}" for host, number in self.hosts.items()}
        for instance, module, names in own:
            imported, first = len(module.imports[binary.K_FUNCTION]), self.first[binary.K_FUNCTION][instance]
            for number in range(len(module.functions)):
                name = names.get(number + imported, "")
                if module.parts.name and (not name or seen[name] > 1):
                    name = f"{binary.short(module.parts.name)}:{name or number}"
                if name:
                    found[first + number] = name
        start = len(self.hosts) + self.own_functions
        found |= {number: function.name for number, function in enumerate(self.synthetic, start)}
        program = self._module(self.links.entry.instance)
        stack = self._stack_pointer()
        globals_ = {} if stack is None else {stack: STACK_POINTER}
        custom = [name_section.custom_sections(program.data, program.parts.all_sections, name) for name in COPIED]
        self.writer.custom = [
            (name, reader.data[reader.pos : reader.end])
            for name, readers in zip(COPIED, custom, strict=True)
            for reader in readers
        ]
        self.writer.names = name_section.written(
            program.parts.name, {name_section.OF_FUNCTIONS: found, name_section.OF_GLOBALS: globals_}
        )

    def _stack_pointer(self) -> int | None:
        """The global of that name, imported by the program or its own."""
        instance = self.links.entry.instance
        module = self._module(instance)
        targets = self.links.imports[instance][binary.K_GLOBAL]
        for one, target in zip(module.imports[binary.K_GLOBAL], targets, strict=True):
            if one.entry.name == STACK_POINTER:
                return self._number(target, binary.K_GLOBAL)
        old = {name: number for number, name in module.names(name_section.OF_GLOBALS).items()}.get(STACK_POINTER, -1)
        imported = len(targets)
        if imported <= old < module.count(binary.K_GLOBAL):
            return self.first[binary.K_GLOBAL][instance] + old - imported
        return None


def _arguments(kind: Kind) -> bytes:
    """Instructions that push all parameters."""
    return b"".join(b"\x20" + binary.leb(number) for number in range(len(kind.params)))
