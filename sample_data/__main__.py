"""`python -m sample_data [--if-missing] URL`: the sample clinic, made anew or only if there is none."""

from __future__ import annotations

import sys
import time

import click
from sqlalchemy.engine import make_url

from clinic.refused import Refused
from sample_data import place


@click.command()
@click.argument("url")
@click.option("--if-missing", is_flag=True, help="Leave a sample clinic that is there already as it is.")
@click.option("--seed", default=7, show_default=True, help="Another number, another year.")
def main(url: str, if_missing: bool, seed: int) -> None:
    """Make the sample clinic, whose patients are all invented, at URL; its year ends yesterday."""
    try:
        place.refuse_real(make_url(url))
        if if_missing and place.is_there(make_url(url)):
            return
        _make(url, seed)
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


def _make(url: str, seed: int) -> None:
    from sample_data.generate import build  # half a second that `make run` need not wait for

    started = time.perf_counter()
    build(url, seed)
    where = make_url(url).render_as_string(hide_password=True)
    click.echo(f"Made the sample clinic in {time.perf_counter() - started:.0f} s: {where}.")


if __name__ == "__main__":
    main(prog_name="python -m sample_data")
