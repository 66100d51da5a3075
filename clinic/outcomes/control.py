"""Has the process changed? p-charts of shares and XmR charts of rates by month, with four rules and no more.

Limits come from the first months (at most 20) and are carried on unchanged: limits that follow the data hide the
change that they should show. Below 12 months there are none, and the run chart is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinic.outcomes import run_chart

LEAST = 12  # months for limits
FIRM = 20  # months from which the limits are firm, and kept
D2 = 2 / np.sqrt(np.pi)  # a moving range of two normal values, in their standard deviations
RANGE_LIMIT = 1 + 3 * np.sqrt(2 - D2**2) / D2  # 3.267, of the mean moving range
ROUGH_BELOW = 5  # expected, or expected not, in a month

ONE_SIDE, TREND = 8, 6
# In the order of the numbers that the figure prints.
RULES = {
    "control.beyond_3_sigma": "beyond the limits (3 sigma)",
    "control.8_one_side": "8 in a row on one side of the centre",
    "control.2_of_3_beyond_2_sigma": "2 of 3 in a row beyond 2 sigma, on one side",
    "control.trend_of_6": "6 in a row each higher, or each lower",
}
RUN, SHARES, XMR = "run", "p", "xmr"


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """`rows` are the months given, plus value (share, or rate per 100), used, low, high, sigma, signals (numbers of
    the rules, "" = none), range and range_signal (XmR). Months not whole, or without anybody, are not `used`.

    `per` is 1 for shares. `centre` is a mean, or the median of a run chart; `based_on` months made it. `spread` is how
    much more than chance the months vary (p-chart: standard deviation of z by moving ranges; 1 = chance); `widened`
    says that the limits allow for it. `range_limit` is of the moving ranges. `rough`: see ROUGH_BELOW.
    """

    kind: str
    rows: pd.DataFrame
    centre: float
    based_on: int
    per: int = 1
    runs: run_chart.Runs | None = None
    spread: float | None = None
    widened: bool = False
    range_limit: float | None = None
    rough: bool = False

    @property
    def firm(self) -> bool:
        return self.kind != RUN and self.based_on >= FIRM

    @property
    def found(self) -> dict[str, list]:
        """Rule id -> the months in which it speaks."""
        if self.kind == RUN:
            places = self.rows.index[self.rows["used"]]
            longest = [self.rows.at[places[at], "month"] for at in self.runs.in_longest]
            return {rule: longest if rule == run_chart.RULE_LONG else [] for rule in self.runs.signals}
        found = {}
        for number, rule in enumerate(RULES, start=1):
            months = self.rows.loc[self.rows["signals"].str.contains(str(number)), "month"].tolist()
            if months:
                found[rule] = months
        return found

    @property
    def jumps(self) -> list:
        """The months whose change from the one before is beyond the limit of the ranges."""
        return self.rows.loc[self.rows["range_signal"], "month"].tolist()

    @property
    def rules(self) -> list[str]:
        """All rules that were looked for."""
        return [run_chart.RULE_LONG, run_chart.RULE_FEW] if self.kind == RUN else list(RULES)


def shares(months: pd.DataFrame, *, widened: bool = False, firm: int = FIRM) -> Chart:
    """A p-chart of count / of (`by_month`), p̄ ± 3·√(p̄(1 − p̄)/n); a run chart below 12 months. `widened` draws
    Laney's limits where the months vary more than chance."""
    rows = _with_values(months, 1)
    used = rows["used"].to_numpy()
    if used.sum() < LEAST:
        return _run(rows, 1)
    value, of = rows["value"].to_numpy(), rows["of"].to_numpy(float)
    count = rows["count"].to_numpy(float)
    base = np.flatnonzero(used)[:firm]
    centre = count[base].sum() / of[base].sum()
    sigma = np.sqrt(centre * (1 - centre) / np.where(of > 0, of, np.nan))
    spread = None
    if 0 < centre < 1:
        spread = float(np.abs(np.diff((value[base] - centre) / sigma[base])).mean() / D2)
    widened = widened and spread is not None and spread > 1
    sigma = sigma * spread if widened else sigma
    rough = bool(min(centre, 1 - centre) * of[used].min() < ROUGH_BELOW)
    rows = _judged(rows, used, centre, sigma, upper=1.0)
    return Chart(SHARES, rows, float(centre), len(base), spread=spread, widened=widened, rough=rough)


def rates(months: pd.DataFrame, *, per: int = 100, firm: int = FIRM) -> Chart:
    """An XmR chart of `per` · count / of: mean ± 3 · mean moving range / 1.128; a run chart below 12 months. The ranges
    themselves are judged by 3.267 times their mean."""
    rows = _with_values(months, per)
    used = rows["used"].to_numpy()
    if used.sum() < LEAST:
        return _run(rows, per)
    value = rows.loc[used, "value"].to_numpy()
    ranges = np.append(np.nan, np.abs(np.diff(value)))
    centre, mean_range = float(value[:firm].mean()), float(np.nanmean(ranges[:firm]))
    rows = _judged(rows, used, centre, np.full(len(rows), mean_range / D2), upper=np.inf)
    limit = RANGE_LIMIT * mean_range
    rows.loc[used, "range"] = ranges
    rows["range_signal"] = rows["range"] > limit
    return Chart(XMR, rows, centre, min(firm, int(used.sum())), per, range_limit=limit)


def signals(value, centre: float, sigma) -> np.ndarray:
    """One row per point in its order, one column per rule of `RULES`; every point that belongs to a signal is marked.
    A point on the centre belongs to neither side and ends a run."""
    value, sigma = np.asarray(value, float), np.asarray(sigma, float)
    away = np.divide(value - centre, sigma, out=np.zeros(len(value)), where=sigma > 0)
    found = np.zeros((len(value), len(RULES)), bool)
    found[:, 0] = np.abs(away) > 3 + 1e-9
    for side in (1, -1):
        found[:, 1] |= _in_row((value - centre) * side > 0, ONE_SIDE)
        found[:, 2] |= _two_of_three(away * side > 2 + 1e-9)
        steps = _in_row(np.diff(value) * side > 0, TREND - 1)  # six points are five steps
        found[:, 3] |= np.append(steps, False) | np.append(False, steps)
    return found


def _in_row(holds: np.ndarray, least: int) -> np.ndarray:
    """Where `holds` for `least` or more in a row."""
    marked = np.zeros(len(holds), bool)
    for start in range(len(holds) - least + 1):
        if holds[start : start + least].all():
            marked[start : start + least] = True
    return marked


def _two_of_three(holds: np.ndarray) -> np.ndarray:
    """The points beyond, of any three neighbours of which two are."""
    marked = np.zeros(len(holds), bool)
    for start in range(len(holds) - 2):
        if holds[start : start + 3].sum() >= 2:
            marked[start : start + 3] |= holds[start : start + 3]
    return marked


def _with_values(months: pd.DataFrame, per: int) -> pd.DataFrame:
    of = months["of"].to_numpy(float)
    value = per * np.divide(months["count"], of, out=np.full(len(of), np.nan), where=of > 0)
    return months.assign(
        value=value,
        used=months["whole"].to_numpy(bool) & (of > 0),
        low=np.nan,
        high=np.nan,
        sigma=np.nan,
        signals="",
        range=np.nan,
        range_signal=False,
    )


def _run(rows: pd.DataFrame, per: int) -> Chart:
    found = run_chart.runs(rows.loc[rows["used"], "value"])
    return Chart(RUN, rows, found.median, int(rows["used"].sum()), per, runs=found)


def _judged(rows, used, centre: float, sigma: np.ndarray, *, upper: float) -> pd.DataFrame:
    found = signals(rows.loc[used, "value"], centre, sigma[used])
    numbers = ["".join(str(at + 1) for at in np.flatnonzero(row)) for row in found]
    rows.loc[used, "signals"] = numbers
    rows["sigma"] = sigma
    rows["low"] = (centre - 3 * rows["sigma"]).clip(0, upper)
    rows["high"] = (centre + 3 * rows["sigma"]).clip(0, upper)
    return rows
