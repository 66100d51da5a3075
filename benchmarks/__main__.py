"""`python -m benchmarks [--quick | --large]`: every ratio with its aim."""

from __future__ import annotations

import asyncio
import tempfile
import time
from itertools import cycle, repeat
from pathlib import Path
from statistics import median

import click

from benchmarks import (
    captured,
    crowd,
    figures,
    machine,
    outcomes,
    ratio,
    reruns,
    scoring,
    serving,
    starts,
    stores,
    today,
)
from benchmarks.crowd import Crowd
from benchmarks.ratio import Ratio
from benchmarks.reruns import Side
from benchmarks.screen import Place, tab
from benchmarks.sizes import FULL, QUICK, Large, Sizes
from benchmarks.stores import Store

ACCESS_SESSIONS = 200  # of a crowd; after so many, people open a second tab


@click.command()
@click.option(
    "--quick", is_flag=True, help="Tiny sizes, to see that everything runs; the ratios mean nothing."
)
@click.option(
    "--large", is_flag=True, help="A store of 100,000 patients and 10 million scores beside one of 500."
)
def main(quick: bool, large: bool) -> None:
    """Compare the application with bare Streamlit on this machine."""
    began = time.monotonic()
    _now(f"at the start: {machine.described()}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, machine.core(machine.ASKING):
        found = asyncio.run(
            measure_large(Large()) if large else measure(Path(folder), QUICK if quick else FULL)
        )
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

    _now("scoring")
    scored = scoring.in_turn("phq9", sizes.forms, sizes.rounds)
    _now("drawing")
    drawn = figures.in_turn(sizes.figures)
    _now("rerunning")
    runs = await reruns.in_turn({"ours": ours, "bare": bare, "larger": larger, "stock": stock}, sizes.reruns)
    _now("listing")
    derived = today.derived(many, sizes.lists)
    page = Side(serving.ours(many.url), Place(today.TITLE), *many.sign_in(1))
    listed = await today.capture(page, folder / "today.json")
    empty = Side(serving.bare(listed, stock=False, page="today.py"), Place(today.TITLE))
    lists = await today.rerun(page, empty, sizes.reruns)
    _now("starting")
    hello = Side(serving.hello, Place("Hello", tables=0))
    begun = await starts.in_turn({"ours": ours, "hello": hello}, sizes.starts)
    _now("crowding")
    first, second = (crowd.search(median(runs[name]), sizes.people) for name in ("ours", "bare"))
    crowds = Crowd(ours, cycle(few.sign_in(ACCESS_SESSIONS)), first), Crowd(bare, repeat(""), second)
    await crowd.in_turn(crowds, sizes.steps, sizes.step_seconds)
    for name, each in zip(("Patient page", "bare page"), crowds, strict=True):
        _now(f"  {name}, people: 95th percentile: {'; '.join(each.steps)}")

    return [
        ratio.of_series("rerun: Patient page / bare page, same settings", runs["ours"], runs["bare"], 3),
        ratio.of_series("rerun: Patient page / bare page, stock settings", runs["ours"], runs["stock"], 0.3),
        ratio.of_series(f"rerun: {sizes.many:,} patients / {sizes.few:,}", runs["larger"], runs["ours"], 1.2),
        ratio.of_series("start to first page / bare app", begun["ours"], begun["hello"], 2.5),
        ratio.of_series(f"scoring: {sizes.forms:,} PHQ-9 forms / sum of the array", *scored, 20),
        ratio.of_series("core figure / json.dumps", *drawn, 3),
        ratio.of_series(f"Today, {sizes.many:,} patients: derive / chunked fetch", *derived, 3),
        ratio.of_series(f"rerun: Today, {sizes.many:,} patients / bare page", *lists, 3),
        ratio.of_searches("people served in time / bare page", first, second, 0.4),
    ]


async def measure_large(sizes: Large) -> list[Ratio]:
    """What must not grow with the store."""
    _now(
        f"stores of {sizes.few:,} and {sizes.patients:,} patients, the latter with {sizes.all_scores:,} scores"
    )
    few, large = stores.kept_large(sizes)
    sides = {"few": _patient_page(few), "large": _patient_page(large)}
    _now("rerunning")
    runs = await reruns.in_turn(sides, sizes.reruns)
    name = f"rerun: Patient page, {sizes.patients:,} patients / {sizes.few:,}"
    _now("outcomes")
    costs = await outcomes.grown(sizes)
    for line in (outcomes.HEAD, *(each.line for each in costs)):
        _now(line)
    return [ratio.of_series(name, runs["large"], runs["few"], 1.2), *outcomes.ratios(costs[-1])]


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
