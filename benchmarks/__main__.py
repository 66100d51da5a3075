"""`python -m benchmarks [--quick]`: every ratio with its aim."""

from __future__ import annotations

import asyncio
import tempfile
import time
from itertools import cycle, repeat
from pathlib import Path
from statistics import median

import click

from benchmarks import captured, crowd, machine, ratio, reruns, serving, starts, stores
from benchmarks.crowd import Crowd
from benchmarks.ratio import Ratio
from benchmarks.reruns import Side
from benchmarks.screen import Place, tab
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.stores import Store

ACCESS_SESSIONS = 200  # of a crowd; after so many, people open a second tab


@click.command()
@click.option(
    "--quick", is_flag=True, help="Tiny sizes, to see that everything runs; the ratios mean nothing."
)
def main(quick: bool) -> None:
    """Compare the application with bare Streamlit on this machine."""
    began = time.monotonic()
    _now(f"at the start: {machine.described()}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, machine.core(machine.ASKING):
        found = asyncio.run(measure(Path(folder), QUICK if quick else FULL))
    _now(f"at the end: {machine.described()}; {time.monotonic() - began:.0f} s in all")
    for one in found:
        click.echo(one.line)


async def measure(folder: Path, sizes: Sizes) -> list[Ratio]:
    """All ratios, in the order of docs/benchmarks.md."""
    _now(f"making stores of {sizes.few:,} and {sizes.many:,} patients")
    few, many = stores.two_sizes(folder, sizes.base, sizes.few, sizes.many)
    ours, larger = _patient_page(few), _patient_page(many)
    constants = await _captured(ours, folder / "constants.json")
    bare = Side(serving.bare(constants, stock=False), Place(few.name))
    stock = Side(serving.bare(constants, stock=True), Place(few.name))

    _now("rerunning")
    runs = await reruns.in_turn({"ours": ours, "bare": bare, "larger": larger, "stock": stock}, sizes.reruns)
    _now("starting")
    begun = await starts.in_turn({"ours": ours, "bare": bare}, sizes.starts)
    _now("crowding")
    many_people = Crowd(ours, cycle(few.sign_in(ACCESS_SESSIONS)), crowd.search(median(runs["ours"])))
    at_the_bare = Crowd(bare, repeat(""), crowd.search(median(runs["bare"])))
    await crowd.in_turn(many_people, at_the_bare, sizes.steps, sizes.step_seconds)
    for steps in (many_people.steps, at_the_bare.steps):
        _now("  people: 95th percentile: " + "; ".join(steps))

    return [
        ratio.of_series("rerun: Patient page / bare page, same settings", runs["ours"], runs["bare"], 3),
        ratio.of_series("rerun: Patient page / bare page, stock settings", runs["ours"], runs["stock"], 0.3),
        ratio.of_series(f"rerun: {sizes.many:,} patients / {sizes.few:,}", runs["larger"], runs["ours"], 1.2),
        ratio.of_series("start to first page / bare page", begun["ours"], begun["bare"], 2.5),
        ratio.of_searches("people served in time / bare page", many_people.search, at_the_bare.search, 0.4),
    ]


def _patient_page(store: Store) -> Side:
    return Side(serving.ours(store.url), Place(store.name, "patient", store.query), *store.sign_in(1))


async def _captured(side: Side, to: Path) -> Path:
    with side.serve() as server:
        async with tab(server, side.place, side.cookie) as opened:
            await captured.capture(opened, to)
    return to


def _now(what: str) -> None:
    click.echo(what)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
