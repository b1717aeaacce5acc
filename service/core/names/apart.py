"""How many slips of the finger lie between two words."""


def apart(one: str, other: str, most: int | None = None) -> int:
    """Letters swapped, missing, doubled or wrong (optimal string alignment); more than `most` is said as one more."""
    from rapidfuzz.distance import OSA  # here: 3 MB that a worker who compares no names need not hold

    return OSA.distance(one, other, score_cutoff=most)
