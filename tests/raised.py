"""The texts of the errors that the core raises and of what trainings warn of, read from its source."""

import ast
import itertools
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOLE = "\0"  # where a value stands
KINDS = {
    "StudioError", "PaintingError", "FilmError", "PictureError", "Refused", "WeightsError", "RecipeError", "PresetError",
    "TrainError", "DataError", "ArchiveError", "TrainingError", "DiskError", "Busy", "Stopped",
}  # fmt: skip
BARE_VALUE_ERRORS = ("latents.py", "models/")  # whose ValueErrors become a known error of the same words
MOST = 64  # readings of one text


def core() -> list[Path]:
    return [p for p in sorted((ROOT / "deepart").rglob("*.py")) if "ui" not in p.relative_to(ROOT).parts]


def texts() -> dict[str, str]:
    """Every reading of every such text, values as HOLE -> where it stands."""
    found = {}
    for path in core():
        module = module_of(path)
        place = path.relative_to(ROOT / "deepart").as_posix()
        kinds = KINDS | ({"ValueError"} if place.startswith(BARE_VALUE_ERRORS) else set())
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and node.args and (name := _name(node.func)):
                is_advice = name == "append" and module.scope.get(node) == "advice"
                if name in kinds or is_advice or (name == "warn" and "training" in place):
                    for text in module.read(node.args[0], node):
                        text = f"{HOLE} {text}" if name == "Refused" else text
                        found.setdefault(re.sub(f"{HOLE}+", HOLE, text), f"{place}:{node.lineno}")
    return {text: at for text, at in found.items() if re.search("[a-z]{2}", text)}


def constants() -> str:
    """All texts in the core's source, one below the other."""
    nodes = (node for path in core() for node in ast.walk(module_of(path).tree))
    return "\n".join(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))


@cache
def module_of(path: Path) -> "Module":
    return Module(ast.parse(path.read_text("utf-8")))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


class Module:
    """scope: the function that a call stands in, by name."""

    def __init__(self, tree: ast.Module):
        self.tree = tree
        self.functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        self.scope = {call: name for name, f in self.functions.items() for call in ast.walk(f)}

    def read(self, node: ast.expr, at: ast.AST, depth: int = 6) -> list[str]:
        """What an expression in the function around `at` may be; HOLE for what only a run can tell."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else [HOLE]
        if depth and isinstance(node, ast.JoinedStr | ast.BinOp):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node.left, node.right]
            every = itertools.product(*(self.read(part, at, depth - 1) for part in parts))
            return ["".join(one) for one in itertools.islice(every, MOST)]
        if depth and isinstance(node, ast.FormattedValue) and node.conversion == -1 and not node.format_spec:
            return self.read(node.value, at, depth - 1)
        if depth and isinstance(node, ast.IfExp):
            return self._all([node.body, node.orelse], at, depth)
        if depth and isinstance(node, ast.Call):
            return self._call(node, at, depth)
        return self._names(node.id, at, depth) if depth and isinstance(node, ast.Name) else [HOLE]

    def _all(self, nodes: list[ast.expr], at: ast.AST, depth: int) -> list[str]:
        return [text for node in nodes for text in self.read(node, at, depth - 1)][:MOST] or [HOLE]

    def _call(self, node: ast.Call, at: ast.AST, depth: int) -> list[str]:
        """TABLE.get(key, default), TEXT.format(...), and functions of this module that return a text."""
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "get" and isinstance(node.func.value, ast.Dict):
                return self._all([*node.func.value.values, *node.args[1:]], at, depth)
            if node.func.attr == "format":
                return [re.sub(r"\{.*?\}", HOLE, t) for t in self.read(node.func.value, at, depth - 1)]
        function = self.functions.get(getattr(node.func, "id", ""))
        if function is None:
            return [HOLE]
        values = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
        return self._all(values, function, depth)

    def _names(self, name: str, at: ast.AST, depth: int) -> list[str]:
        """What a name was given: in this function, as its argument, in this module, or where it is imported from."""
        function = self.functions.get(name if isinstance(at, ast.Module) else self.scope.get(at, ""))
        if function is not None:
            if given := _given(name, function):
                return self._all(given, at, depth)
            if looped := self._looped(name, function):
                return self._all(looped, at, depth)
            places = [a.arg for a in function.args.args]
            if name in places:
                return self._arguments(function.name, places.index(name), at, depth)
        if given := [v for n in self.tree.body for v in _given(name, n, deep=False)]:
            return self._all(given, at, depth)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and name in {a.name for a in node.names}:
                path = ROOT / f"{node.module.replace('.', '/')}.py"
                if path.is_file() and node.module.startswith("deepart"):
                    return module_of(path)._names(name, module_of(path).tree, depth - 1)
        return [HOLE]

    def _arguments(self, function: str, place: int, at: ast.AST, depth: int) -> list[str]:
        calls = [n for n in ast.walk(self.tree) if isinstance(n, ast.Call) and _name(n.func) == function]
        given = [(call.args[place], call) for call in calls if len(call.args) > place]
        if not calls or len(given) < len(calls) or any(isinstance(a, ast.Name) for a, _ in given):
            return [HOLE]  # some of them only a run can tell
        return [t for argument, call in given for t in self.read(argument, call, depth - 1)][:MOST]

    def _looped(self, name: str, function: ast.FunctionDef) -> list[ast.expr]:
        """Of `for some, name in TABLE`: what stands in the table."""
        for loop in ast.walk(function):
            targets = getattr(getattr(loop, "target", None), "elts", ()) if isinstance(loop, ast.For) else ()
            if name in [getattr(t, "id", "") for t in targets] and isinstance(loop.iter, ast.Name):
                place = [t.id for t in targets].index(name)
                tables = [v for n in self.tree.body for v in _given(loop.iter.id, n, deep=False)]
                return [row.elts[place] for table in tables for row in getattr(table, "elts", ())]
        return []


def _given(name: str, around: ast.AST, deep: bool = True) -> list[ast.expr]:
    nodes = ast.walk(around) if deep else [around]
    return [n.value for n in nodes if isinstance(n, ast.Assign) and [getattr(t, "id", "") for t in n.targets] == [name]]  # fmt: skip
