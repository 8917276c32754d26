"""Finds an evaluation set by name or path and reads it in whichever form it has."""

import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random

from eval.examples import Dataset
from eval.read_lines import opened
from eval.read_published import read_qed, read_realtimeqa, read_squad
from eval.read_sets import read_json_lines
from rag.opening import shipped_articles
from rag.records import DataError

SETS = Path(__file__).parent / "sets"
# All others need articles to be named for them.
OVER_BRIEFS = ("briefs", "time-dev", "time-held")
OVER_SERIES = ("series-dev", "series-held")
OVER_MIXED = ("mixed-dev", "mixed-held")  # each over a collection of its own
_FORMS = (
    "expected the name of a set that ships, a JSON Lines file of questions, SQuAD 2.0 JSON, QED JSON Lines, or a "
    "folder with questions.jsonl and articles.jsonl"
)


def shipped_sets() -> list[str]:
    """Names of the question sets that come with the project."""
    return sorted(p.stem for p in SETS.glob("*.jsonl"))


def load_dataset(name: str, articles: Path | None = None, limit: int = 0, seed: int = 0) -> Dataset:
    """The set called ``name`` or read from that file or folder; of ``limit`` questions, drawn by ``seed``, 0 for all.

    ``articles`` are files for the questions to be asked over, where the set brings none. Raises DataError, naming the
    line where one is wrong; the whole set is read before anything else is done.
    """
    dataset = replace(_read(name), source=name if name in shipped_sets() else str(Path(name).resolve()))
    if articles is not None:
        dataset = _with_articles(dataset, articles)
    if limit and limit < len(dataset.examples):
        # The first of one shuffle: a larger draw by the same seed holds every smaller one, so a run can be enlarged.
        order = list(range(len(dataset.examples)))
        Random(seed).shuffle(order)
        chosen = sorted(order[:limit])
        dataset = replace(dataset, examples=tuple(dataset.examples[i] for i in chosen))
    return dataset


def _own_articles(name: str) -> tuple[Path, ...]:
    """The articles that a set which ships brings along; none for most."""
    if name in OVER_BRIEFS:
        return (shipped_articles(),)
    folder = "series" if name in OVER_SERIES else name
    return (SETS / folder,) if name in (*OVER_SERIES, *OVER_MIXED) else ()


def _read(name: str) -> Dataset:
    if name in shipped_sets():
        path = SETS / f"{name}.jsonl"
        files = _own_articles(name)
        return Dataset(name, "JSON Lines", digest_of([path, *files]), read_json_lines(path), files)
    path = Path(name)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise DataError(f"no set and no file {name!r}; sets that ship: {', '.join(shipped_sets())}; {_FORMS}")
    with opened(path) as handle:
        head = handle.read(4096).lstrip()
    if head.startswith('{"version"') or '"paragraphs"' in head or (path.suffix == ".json" and '"data"' in head):
        examples, passages = read_squad(path)
        return Dataset(path.name, "SQuAD 2.0", digest_of([path]), examples, passages=passages)
    if '"question_text"' in head and '"paragraph_text"' in head:
        examples, passages = read_qed(path)
        return Dataset(path.name, "QED", digest_of([path]), examples, passages=passages)
    return Dataset(path.stem, "JSON Lines", digest_of([path]), read_json_lines(path))


def _folder(path: Path) -> Dataset:
    """A folder in the form of RealTime QA, or one that holds a single file in a known form."""
    questions = path / "questions.jsonl"
    articles = [f for f in (path / "articles.jsonl", path / "articles.jsonl.xz") if f.is_file()]
    if questions.is_file() and articles:
        examples = read_realtimeqa(questions)
        return Dataset(path.name, "RealTime QA", digest_of([questions, articles[0]]), examples, (articles[0],))
    held = [f for f in sorted(path.iterdir()) if "dev" in f.name]
    if len(held) != 1:
        raise DataError(f"the folder {path} holds no one set of questions; {_FORMS}")
    return replace(_read(str(held[0])), name=path.name)


def _with_articles(dataset: Dataset, articles: Path) -> Dataset:
    if dataset.passages:
        raise DataError(f"{dataset.name} brings its own passages; leave --articles out")
    if not articles.exists():
        raise DataError(f"--articles {articles} is not there; expected a file or folder of articles")
    digest = hashlib.sha256(f"{dataset.digest} {digest_of([articles])}".encode()).hexdigest()
    return replace(dataset, digest=digest, files=(articles,), asked_over=str(articles.resolve()))


def digest_of(paths: list[Path]) -> str:
    """SHA-256 over the bytes of files, and of all files in folders, in order of name."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]:
            total.update(f"{file.name}\0".encode())
            with file.open("rb") as handle:
                total.update(hashlib.file_digest(handle, "sha256").digest())
    return total.hexdigest()
