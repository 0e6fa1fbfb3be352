"""Classes of words that are used alike: ``python -m corpus.entities.classes --texts FILE … --output FILE``.

Words are placed by what stands beside them (positive pointwise mutual information, reduced by a singular value
decomposition, as in Levy and Goldberg, "Neural word embedding as implicit matrix factorization", NIPS 2014), and
grouped by k-means, coarsely and finely. What is written holds keys of words and numbers of classes. Needs scipy and
scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.entities.features import Classes, hashed
from corpus.entities.tokens import tokens
from corpus.entities.weights import write_classes
from corpus.words import form

_SIZES: Final = (64, 256, 1000)
_NEIGHBOURS: Final = {-2: 0.5, -1: 1.0, 1: 1.0, 2: 0.5}
"""How far a neighbour is, and what it counts."""
_SEEN_AT_LEAST, _COMMON, _DIMENSIONS = 5, 4000, 100
_SHORTEST, _SHORTEST_LINE = 200, 40


def classes(texts: Iterable[str]) -> Classes:
    """The classes of the words of ``texts``, by hashed form."""
    from sklearn.cluster import MiniBatchKMeans  # of the extra `training`: nothing else needs it

    row = [each for text in texts for each in [*_forms(text), "\n"]]
    counts = Counter(row)
    words = [word for word, count in counts.most_common() if count >= _SEEN_AT_LEAST]
    placed = _placed(row, words)
    settings = {"random_state": 0, "batch_size": 4096, "n_init": 2, "max_iter": 30}
    groups = [MiniBatchKMeans(min(size, len(words)), **settings).fit(placed).labels_ for size in _SIZES]
    found: dict[int, tuple[int, ...]] = {}
    for word, *known in zip(words, *(each.tolist() for each in groups), strict=True):
        found.setdefault(hashed(word), tuple(known))
    return found


def _placed(row: Sequence[str], words: Sequence[str]) -> npt.NDArray[np.float64]:
    """A point of unit length for each word."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.utils.extmath import randomized_svd

    numbers = {word: number for number, word in enumerate(words)}
    met = np.array([numbers.get(each, -1) for each in row], np.intp)
    common = min(_COMMON, len(words))
    blocks = []
    for far, worth in _NEIGHBOURS.items():
        here, there = (met[: len(met) - far], met[far:]) if far > 0 else (met[-far:], met[:far])
        kept = (here >= 0) & (there >= 0) & (there < common)
        cells = (here[kept], there[kept])
        blocks.append(csr_matrix((np.full(len(cells[0]), worth), cells), shape=(len(words), common)))
    together = hstack(blocks).tocsr()
    together.sum_duplicates()
    total = together.sum()
    mine = np.asarray(together.sum(axis=1)).ravel()
    theirs = np.asarray(together.sum(axis=0)).ravel() ** 0.75
    theirs *= total / theirs.sum()
    cells = together.tocoo()
    told = np.log(cells.data * total / (mine[cells.row] * theirs[cells.col]))
    kept = told > 0
    surprising = csr_matrix((told[kept], (cells.row[kept], cells.col[kept])), shape=together.shape)
    left, size, _ = randomized_svd(surprising, min(_DIMENSIONS, len(words) - 1), n_iter=3, random_state=0)
    points = left * np.sqrt(size)
    return np.asarray(points / (np.linalg.norm(points, axis=1, keepdims=True) + 1e-9))


def _forms(text: str) -> list[str]:
    return [form(token.text) if token.text[0].isalnum() else token.text for token in tokens(text)[0]]


def lines(paths: Iterable[Path]) -> Iterator[str]:
    """The longer lines of all longer texts in JSONL files, each once."""
    met: set[str] = set()
    for path in paths:
        for record in path.read_text("utf-8").rstrip("\n").split("\n"):
            for text in _texts(json.loads(record)):
                for line in text.split("\n"):
                    if len(line) >= _SHORTEST_LINE and line not in met:
                        met.add(line)
                        yield line


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and len(value) > _SHORTEST:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the classes and says how many words have one."""
    parser = argparse.ArgumentParser(prog="python -m corpus.entities.classes", description=__doc__)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="JSONL files with texts")
    parser.add_argument("--output", type=Path, required=True, help="the file to write")
    chosen = parser.parse_args(arguments)
    found = classes(lines(chosen.texts))
    write_classes(chosen.output, found)
    print(f"{chosen.output}: {len(found):,} words, {chosen.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
