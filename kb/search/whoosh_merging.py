"""Which segments a commit joins. Whoosh's own policy waits for five and can let them grow in number."""

from __future__ import annotations

from typing import Any

from whoosh.reading import SegmentReader

_TIMES_LARGER = 3


def merge_policy(writer: Any, segments: list[Any]) -> list[Any]:
    """Join small segments with the new one while the next is less than three times what is joined so far.

    So their number grows with the logarithm of the documents. A segment without live documents is dropped,
    one with more deleted than live is joined whatever its size.
    """
    living = [segment for segment in segments if segment.doc_count() > 0]
    living.sort(key=lambda segment: segment.doc_count())
    joined = writer.doc_count()
    kept = []
    for segment in living:
        mostly_deleted = segment.deleted_count() > segment.doc_count()
        if mostly_deleted or (joined and segment.doc_count() < _TIMES_LARGER * joined):
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
            joined += segment.doc_count()
        else:
            kept.append(segment)
    return kept
