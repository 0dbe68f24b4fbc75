"""The design's guards: words outside Python, sizes, names, platforms kept in their folder (design, section 9)."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import bot
import flows
import handlers
import storage
from flows.flow import Context

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "flows", "storage")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
HAN = re.compile(r"[\u4e00-\u9fff]")
PLATFORMS = re.compile(r"wecom|dingtalk", re.IGNORECASE)
VAGUE = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager", "service"}


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def literals(path: Path) -> list[tuple[int, str]]:
    """String literals that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | alone
    ]


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_words_are_not_in_python(path: Path) -> None:
    assert [(line, text) for line, text in literals(path) if HAN.search(text)] == []


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_module_is_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350 or "versions" in path.parts
    assert path.stem not in VAGUE
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "a module says what it answers for"


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_a_function_does_one_thing(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "migrations" not in path.parts:
            assert (node.end_lineno or 0) - node.lineno < 46, node.name


def test_a_platform_is_a_folder() -> None:
    """Its name is compared with nothing outside it; configuration names its section."""
    allowed = {"bot/config.py", "bot/app.py", "bot/demo.py", "bot/cli.py"}
    for path in MODULES:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("bot/channels/", "bot/sandbox/")) or name in allowed:
            continue
        assert [text for _, text in literals(path) if PLATFORMS.search(text)] == [], name


def compared(path: Path) -> list[str]:
    """Every word that something is compared with, or taken apart by."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        sides += [node.value] if isinstance(node, ast.MatchValue) else []
        listed = [one for side in sides if isinstance(side, (ast.Tuple, ast.Set, ast.List)) for one in side.elts]
        for part in (*sides, *listed):
            found += [part.value] if isinstance(part, ast.Constant) and isinstance(part.value, str) else []
            found += [part.id] if isinstance(part, ast.Name) else []
            found += [part.attr] if isinstance(part, ast.Attribute) else []
    return found


def test_no_platform_is_asked_for_by_name() -> None:
    """Issue 5: not even where its name may stand, as in the configuration; and what it can do is asked in no flow."""
    for path in MODULES:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("bot/channels/", "bot/sandbox/")):
            continue
        assert [word for word in compared(path) if PLATFORMS.search(word)] == [], name
        if name.startswith(("flows/", "handlers/")):
            assert not re.search(r"\btraits\b|\bTraits\b", path.read_text("utf-8")), name


def test_a_flow_sees_six_things() -> None:
    """Context is no god object: new needs become a Who, a field kind or a repository."""
    assert [field.name for field in fields(Context)] == ["now", "person", "matter", "rules", "work", "flow"]


def test_the_packages_are_ours() -> None:
    """Their names are common words: no other package may stand in their place."""
    for package in (bot, handlers, flows, storage):
        assert Path(str(package.__file__)).parent.parent == ROOT


def test_flows_keep_no_state_of_their_own() -> None:
    """Drafts are the only dialogue state, and only `flow.py` reaches the queues, by `closing.py` what was shown."""
    for path in (ROOT / "flows").rglob("*.py"):
        if path.stem not in {"flow", "closing"}:
            assert not re.search(r"work\.(drafts|inbox|outbox)", path.read_text("utf-8")), path.name
