"""What the cast took and lived through besides its treatments, told by the day of the last course, as in cast.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Took:
    drug: str
    dose: str
    mg: float | None
    started: int
    stopped: int | None = None


@dataclass(frozen=True)
class Lived:
    kind: str
    day: int
    text: str
    until: int | None = None
    decides: str | None = None


@dataclass(frozen=True)
class Told:
    took: tuple[Took, ...] = ()
    lived: tuple[Lived, ...] = ()
    weighed: tuple[tuple[int, float], ...] = ()  # day, kg away from the usual weight


TOLD = {
    "Ada": Told(
        took=(Took("Escitalopram", "10 mg daily", 10, -420),),
        lived=(Lived("therapy", -60, "Cognitive behavioural therapy, weekly", until=80),),
        weighed=((-6, 0.0), (90, -0.9), (180, -1.6)),
    ),
    "Ben": Told(
        took=(
            Took("Venlafaxine", "150 mg daily", 150, -600, 20),
            Took("Lorazepam", "1 mg twice daily", 2, -90, 6),
            Took("Lorazepam", "0.5 mg twice daily", 1, 7, 30),
            Took("Lorazepam", "0.5 mg at night", 0.5, 31, 52),
            Took("Lorazepam", "1 mg at night", 1, 60),
            Took("Mirtazapine", "15 mg at night", 15, 72),
        ),
        lived=(
            Lived("therapy", -30, "Behavioural activation, every other week", until=40),
            Lived("therapy", 75, "Cognitive behavioural therapy, weekly"),
        ),
        weighed=((-4, 0.0), (80, 2.3)),
    ),
    "Ivo": Told(
        took=(
            Took("Duloxetine", "120 mg daily", 120, -300),
            Took("Pregabalin", "150 mg twice daily", 300, -200, 9),
            Took("Pregabalin", "75 mg twice daily", 150, 10),
        ),
        lived=(
            Lived(
                "clinical event",
                63,
                "First of twelve treatments with ECT, at the university hospital.",
                decides="electroconvulsive therapy",
            ),
        ),
        weighed=((-5, 0.0), (28, 0.6)),
    ),
    "Juno": Told(
        took=(Took("Sertraline", "100 mg daily", 100, -250),),
        lived=(
            Lived(
                "clinical event",
                37,
                "Admitted to the psychiatric ward for anxiety, four nights.",
                until=41,
                decides="admission for the condition",
            ),
        ),
    ),
}
