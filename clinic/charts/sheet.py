"""A figure of strips under each other on one time axis: score panels, suicide strip, treatment lanes."""

from __future__ import annotations

from dataclasses import dataclass, field

from clinic.charts.palette import FONT, Palette

# Handed to the page with the figure: hover adds, the figure carries, so it needs no tool bar.
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True}

HEADER_PX = 24
SECOND_LINE_PX = 16  # more, where a strip's title takes two
GAP_PX = 12
BAND_TEXT_PX = 11
LINE_TEXT_PX = 11.5


@dataclass
class Sheet:
    """Collects what the strips add; `spec()` turns pixel heights into plotly's shares of the height.

    `left`, `right` and `foot` are margins in pixels; `plot_width` is what they leave of the usual page width and
    serves only to size bars and to tell which labels would touch.
    """

    palette: Palette
    narrow: bool
    left: int
    right: int
    foot: int
    width: int
    data: list[dict] = field(default_factory=list)
    shapes: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    axes: dict[str, dict] = field(default_factory=dict)
    strips: list[tuple[str, int, int]] = field(default_factory=list)
    time_axis: dict = field(default_factory=dict)

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def height(self) -> int:
        gaps = GAP_PX * max(len(self.strips) - 1, 0)
        return sum(header + plot for _, header, plot in self.strips) + gaps + self.foot

    def strip(self, plot_px: int, axis: dict, header_px: int = HEADER_PX) -> str:
        """Open the next strip downwards; returns its y reference ("y", "y2", ...)."""
        number = len(self.strips) + 1
        ref = "y" if number == 1 else f"y{number}"
        self.strips.append((ref, header_px, plot_px))
        self.axes["yaxis" + ref[1:]] = {
            "anchor": "x",
            "fixedrange": True,
            "zeroline": False,
            "showgrid": False,
            "ticklabelstandoff": 4,
            "tickfont": {"size": BAND_TEXT_PX, "color": self.palette.muted},
            **axis,
        }
        return ref

    def title(self, ref: str, text: str) -> None:
        """The strip's name over its left edge."""
        self.note(
            text, x=0, xref="paper", y=1, yref=f"{ref} domain", xanchor="left", yanchor="bottom", yshift=4
        )

    def note(self, text: str, *, size: float = 13, colour: str | None = None, **place) -> None:
        font = {"size": size, "color": colour or self.palette.text}
        self.notes.append({"text": text, "showarrow": False, "font": font, "align": "left", **place})

    def named(self, name: str, words: str) -> str:
        """A strip's title: its name, then what it is, quieter."""
        return f"<b>{name}</b>  {self.small(words)}"

    def small(self, words: str) -> str:
        return f"<span style='font-size:{11 if self.narrow else 11.5}px;color:{self.palette.muted}'>{words}</span>"

    def spec(self) -> dict:
        """The whole figure; every strip gets its share of the height from the top down."""
        above, inner = 0, self.height - self.foot
        for ref, header, plot in self.strips:
            top = inner - above - header
            self.axes["yaxis" + ref[1:]]["domain"] = [max(top - plot, 0) / inner, top / inner]
            above += header + plot + GAP_PX
        layout = plain_layout(self.palette, self.height, self.left, self.right, self.foot, top=0)
        layout |= {
            "dragmode": False if self.narrow else "zoom",
            "xaxis": self.time_axis,
            "shapes": self.shapes,
            "annotations": self.notes,
            **self.axes,
        }
        return {"data": self.data, "layout": layout}


def plain_layout(palette: Palette, height: int, left: int, right: int, foot: int, top: int = 4) -> dict:
    """What all figures share: no ground of their own, no legend, no tool bar, one font."""
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": foot, "pad": 0},
        "font": {"family": FONT, "size": 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": palette.surface,
            "bordercolor": palette.rule,
            "align": "left",
            "font": {"family": FONT, "size": 12.5, "color": palette.text},
        },
    }


def named_rows(names: list[str], narrow: bool) -> dict:
    """The y axis of bars that lie under each other, the first on top, each with its name."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickfont": {"size": 12 if narrow else 13},
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def text_width(text: str, size: float) -> float:
    """About how many pixels a text takes in Inter; a little generous."""
    return 0.52 * size * len(text)


def apart(places: list[float], least: float) -> list[float]:
    """Shift labels (pixels, any order) so that neighbours are `least` apart, moving each as little as it can."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = [places[at] for at in order]
    for _ in range(8 * len(moved)):
        clashes = [at for at in range(1, len(moved)) if moved[at] - moved[at - 1] < least - 0.01]
        if not clashes:
            break
        for at in clashes:
            push = (least - (moved[at] - moved[at - 1])) / 2
            moved[at - 1] -= push
            moved[at] += push
    found = [0.0] * len(places)
    for at, place in zip(order, moved, strict=True):
        found[at] = place
    return found
