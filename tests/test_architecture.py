"""Imports run downwards only, and what is heavy is imported where it is needed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "index": {"index"},
    "rag": {"index", "rag"},
    "ui": {"eval", "rag", "ui"},
    "eval": {"rag", "eval"},
}
# `ui` and `eval` get the records and errors of `index` through `rag.records`.
HEAVY = ("torch", "transformers", "gradio", "faiss", "langchain", "sentence_transformers", "trafilatura", "safetensors")
# Modules that are themselves the adapter to a heavy library, imported only where that library is wanted.
ADAPTERS = {"rag/chains.py"}


def modules() -> list[Path]:
    return sorted(p for package in ALLOWED for p in (ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a module comes from"
            yield node.module or ""


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    own = {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))} & set(ALLOWED)
    assert own <= ALLOWED[package], f"{path.name} of {package} imports {own - ALLOWED[package]}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_heavy_at_the_top(path: Path) -> None:
    if str(path.relative_to(ROOT)) in ADAPTERS or "training" in path.parts:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {name.split(".")[0] for name in imported(ast.Module(top, []))}
    assert not {n for n in names if n.startswith(HEAVY)}, f"{path} imports {names} at its top"
