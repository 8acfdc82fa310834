"""``python -m tests.bench``: how quick the search is beside others in one run, and what memory it takes."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import web
from tests.bench.stories import Generator
from tests.bench.systems import Fts5, Product, System, Tantivy, WhooshPlain
from tests.bench.timing import Row, interleaved, table

_ANALYSED_WORDS = 600
_SYSTEMS: tuple[Callable[[Path], System], ...] = (Product, WhooshPlain, Fts5, Tantivy)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="numbers of stories")
    parser.add_argument("--queries", type=int, default=40, help="queries per system and bench")
    parser.add_argument(
        "--instance", type=Path, default=web.default_instance(), help="where bench/ is written"
    )
    parser.add_argument("--no-web", action="store_true", help="leave out http-page and memory")
    asked = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        for size in asked.sizes:
            rows += _measure(Path(folder) / str(size), size, asked.queries)
            if not asked.no_web:
                rows += web.http_page(Path(folder) / f"web-{size}", size, asked.queries)
        if not asked.no_web:
            rows += web.memory(Path(folder) / "seed")
    target = asked.instance / "bench" / "latest.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(rows))
    print(f"\nwritten to {target}")


def _measure(folder: Path, size: int, number: int) -> list[Row]:
    generator = Generator()
    documents = list(generator.stories(size))
    queries = generator.queries(number)
    systems = []
    for make in _SYSTEMS:
        system = make(folder)
        started = time.process_time()
        system.fill(documents)
        print(
            f"{size} stories indexed by {system.name}: {time.process_time() - started:.1f} s", file=sys.stderr
        )
        systems.append(system)
    product = Product(folder)
    typed, ids = generator.typed(number), [document.entry_id for document in documents[:number]]
    text = generator.text(_ANALYSED_WORDS)
    rows = interleaved("analyse", _ANALYSED_WORDS, {product.name: product.analyse}, [text] * number)
    rows += interleaved("suggest", size, {product.name: product.suggest}, typed)
    rows += interleaved("similar", size, {product.name: product.similar}, ids)
    rows += interleaved("query", size, {system.name: system.query for system in systems}, queries)
    return rows + interleaved(
        "full-page", size, {system.name: system.full_page for system in systems}, queries
    )


if __name__ == "__main__":
    main()
