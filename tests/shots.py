"""`python -m tests.shots` (make shots): the pictures in docs/screens, taken from the running sample clinic.

Seed, date and clock are fixed, so a picture changes only when a page does.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect
from sqlmodel import select

from clinic import treatments
from clinic.patients import plain
from data_model import Patient, Treatment, connection, database
from sample_data.cast import CAST
from sample_data.generate import build, configured
from tests import scene
from tests.browser import DESK, OPERATOR, PHONE, Clinic, Window, chromium, eventually
from tests.server import ROOT, running_server
from tests.simulated import seen_as

FOLDER = ROOT / "docs" / "screens"
TODAY = date(2026, 11, 23)
CLOCK = "2026-11-23T09:50:00+00:00"
STOPPED_CLOCK = ROOT / "tests" / "at_a_fixed_time.py"
LOOKS = {
    "light": DESK | {"color_scheme": "light"},
    "dark": DESK | {"color_scheme": "dark"},
    "phone": PHONE | {"color_scheme": "light"},
}
TABLET = {"viewport": {"width": 1024, "height": 768}}
AT_THE_CHAIR = {
    "tablet": TABLET | {"color_scheme": "light"},
    "tablet-dim": TABLET | {"color_scheme": "dark"},
    "phone": PHONE | {"color_scheme": "light"},
    "phone-dim": PHONE | {"color_scheme": "dark"},
}
SEEN_AS = {
    "grey": "the figure in greyscale",
    "deutan": "the figure without green cones",
    "protan": "the figure without red cones",
}
TALLEST = {"tablet": 768, "tablet-dim": 768, "phone-dim": 2600} | {
    "light": 1800,
    "dark": 1800,
    "phone": 2600,
}  # pixels; the lists go on below
TALLEST_FIGURE = 2400
COLOURS = 200


@dataclass(frozen=True)
class Screen:
    """A page as a person of the sample clinic has it in front of them; `show` leads there."""

    name: str
    username: str
    says: str
    show: Callable[[Window, dict[str, str]], None]
    looks: tuple[str, ...] = tuple(LOOKS)
    seen_as: tuple[str, ...] = ()  # of tests/simulated.py: its first figure, light, once more for other eyes

    @property
    def files(self) -> dict[str, str]:
        """Name of each picture with what it is."""
        looks = {f"{self.name}_{look}.png": look for look in self.looks}
        return looks | {f"{self.name}-{how}.png": SEEN_AS[how] for how in self.seen_as}


def at(path: str) -> Callable[[Window, dict[str, str]], None]:
    """Opens an address; {Ada} in it is the key of the patient with that given name."""
    return lambda window, keys: window.open(path.format_map(keys))


def chair(path: str) -> Callable[[Window, dict[str, str]], None]:
    """A page that asks the server by itself: what it was told is there."""

    def show(window: Window, keys: dict[str, str]) -> None:
        window.page.goto(path.format_map(keys))
        window.page.locator(".contact").filter(has_text="Live").first.wait_for()
        window.settled()

    return show


def sign_in(window: Window, keys: dict[str, str]) -> None:
    window.page.goto("/signout")
    window.page.goto("/signin")


def half_an_assessment(window: Window, keys: dict[str, str]) -> None:
    half_filled(window, keys, "phq9", "212011")
    window.sees("PHQ-9, 6 of 9 answered")


def half_a_screener(window: Window, keys: dict[str, str]) -> None:
    half_filled(window, keys, "cssrs", "11100")
    window.sees("item 3 endorsed")


def half_the_situations(window: Window, keys: dict[str, str]) -> None:
    half_filled(window, keys, "lsas_sr", "2312231201")
    window.sees("LSAS-SR, 10 of 48 answered")


def half_filled(window: Window, keys: dict[str, str], scale: str, answers: str) -> None:
    """Ela's form of this scale with its first answers, typed anew."""
    form = "/assessment?patient={Ela}&instrument=".format_map(keys) + scale
    window.open(form)
    first = window.page.locator("fieldset input").first
    first.wait_for(state="attached")
    if window.page.locator("fieldset input:checked").count():
        window.button("Discard").click()
        window.title("Elmsted, Ela")
        window.open(form)
    expect(first).to_be_focused()
    window.type(answers, delay=30)


def half_a_treatment(window: Window, keys: dict[str, str]) -> None:
    window.open("/treatment?patient={Marita}".format_map(keys))
    for label, value in HALF.items():
        window.field(label).fill(value)
    window.page.get_by_role("spinbutton", name="hour, Start").click()
    window.type("0905", delay=30)
    window.button("Dissociation").click()
    window.sees("Dissociation")
    window.field("Note").fill("Calm; listened to music.")
    window.press("Tab")
    window.sees("3 observations")


HALF = {"Weight today (kg)": "71.5", "Ordered (mg)": "36", "Given (mg)": "36", "Lot": "K4471"}
for _row, _values in (
    ("", (118, 74, 66, 99)),
    (", row 2", (131, 83, 72, 98)),
    (", row 3", (137, 86, 75, 97)),
):
    HALF |= {
        f"{n}{_row}": str(v)
        for n, v in zip(("Systolic", "Diastolic", "Pulse", "SpO₂ %"), _values, strict=True)
    }


def similar_name(window: Window, keys: dict[str, str]) -> None:
    window.open("/register")
    window.field("Family name").fill("Olsson")
    window.field("Given name").fill("Marit")
    window.field("Record number").click()
    window.sees("similar names")


SCREENS = [
    Screen("sign-in", "", "The door: sign in, or try a demonstration account.", sign_in),
    Screen(
        "today",
        "petra",
        "Who needs me: suicide concerns, alerts, who was not asked, overdue scores.",
        at("/"),
    ),
    Screen(
        "patients",
        "petra",
        "Where is this person? Stage, last score on their own scale, course so far.",
        at("/patients"),
    ),
    Screen(
        "patient-responded",
        "petra",
        "Ada responded within two weeks and stayed well on widening maintenance.",
        at("/patient?patient={Ada}"),
    ),
    Screen(
        "patient",
        "petra",
        "Ben responded by day 14 and relapsed in week 9.",
        at("/patient?patient={Ben}"),
        seen_as=tuple(SEEN_AS),
    ),
    Screen(
        "outcomes",
        "leo",
        "Of everyone who started: who responded, who did not, who is unknown?",
        at("/outcomes"),
    ),
    Screen(
        "treatment-finished",
        "petra",
        "Nia's second treatment: the vital signs of a hypertensive crisis.",
        at("/treatment?patient={Nia}&treatment={Nia's crisis}"),
    ),
    Screen(
        "register",
        "nora",
        "A name like others is pointed out before somebody is registered twice.",
        similar_name,
    ),
    Screen(
        "assessment",
        "nora",
        "A PHQ-9, six of nine answered: one key an item, each answer stored.",
        half_an_assessment,
    ),
    Screen(
        "screener",
        "petra",
        "A C-SSRS: questions 3 to 5 came with the yes to 2; level and behaviour apart, never a sum.",
        half_a_screener,
    ),
    Screen(
        "situations",
        "nora",
        "A LSAS: two ratings side by side, from one to the other by digits.",
        half_the_situations,
    ),
    Screen("scales", "petra", "What each scale measures, by whom it is rated, its bands.", at("/scales")),
    Screen(
        "scale",
        "petra",
        "The PHQ-9 in the catalogue: bands and cuts on a ruler, how it is scored, rules with sources.",
        at("/scales?scale=phq9"),
    ),
    Screen(
        "treatment",
        "nora",
        "A treatment in progress: dose, vital signs, events; a draft from the first entry.",
        half_a_treatment,
    ),
    Screen(
        "rooms",
        "nora",
        "Three treatments at once: which room is next, who is out of limits, who may leave?",
        chair("/rooms"),
        tuple(AT_THE_CHAIR),
    ),
    Screen(
        "before",
        "nora",
        "Before the dose: what is missing, in words; questions, what the store knows beside each, vital signs.",
        at("/treatment?patient={Ada}&treatment={planned}"),
    ),
    Screen(
        "live",
        "nora",
        "184/108 in Room 2: seen, acted upon and rechecked before it is closed.",
        chair("/treatment?patient={Mats}&treatment={high}"),
        tuple(AT_THE_CHAIR),
    ),
    Screen(
        "live-late",
        "nora",
        "Room 1 a few minutes after a check was due.",
        chair("/treatment?patient={Gus}&treatment={late}"),
        tuple(AT_THE_CHAIR),
    ),
    Screen(
        "live-ready",
        "nora",
        "Room 3 with every criterion of leaving met.",
        chair("/treatment?patient={Marita}&treatment={ready}"),
        tuple(AT_THE_CHAIR),
    ),
    Screen(
        "protocols", "petra", "By which limits the clinic treats, and who approved them.", at("/protocols")
    ),
    Screen(
        "safety", "petra", "What happened per 100 treatments, and how fast somebody acted.", at("/safety")
    ),
    Screen(
        "drug-log",
        "nora",
        "The register: what came in, what was given, what does not add up.",
        at("/drug_log"),
    ),
    Screen("accounts", "arne", "Who may do what.", at("/")),
    Screen("settings", "arne", "The clinic's name, logo, time zone and limits.", at("/settings")),
    Screen("audit", "una", "Who did what, when and why.", at("/audit")),
]


@contextmanager
def sample_clinic(store: Path, browser, **env: str) -> Iterator[tuple[Clinic, dict[str, str]]]:
    """The running clinic over a store made by `made`, with the clock stopped, and the keys of its people."""
    url = f"sqlite:///{store}"
    with configured(url):
        connection.forget_engines()
        keys = keys_of_people()
        with running_server(url, script=STOPPED_CLOCK, CLINIC_STOPPED_AT=CLOCK, **env) as server:
            yield Clinic(browser, server, url), keys
        connection.forget_engines()


def made(store: Path, people: int = 120) -> None:
    build(f"sqlite:///{store}", seed=7, today=TODAY, people=people)
    with configured(f"sqlite:///{store}"):
        connection.forget_engines()
        scene.set_up(datetime.fromisoformat(CLOCK))
        connection.forget_engines()


def keys_of_people() -> dict[str, str]:
    """Key by given name (the cast's are registered first), and that of the treatment Nia's story tells of."""
    with database(OPERATOR) as db:
        people = db.exec(select(Patient.given_name, Patient.key).order_by(Patient.id.desc())).all()
        keys = dict(people)
        nia = db.exec(select(Patient).where(Patient.key == keys["Nia"])).one()
        given = treatments.given(db, nia)
        running = db.exec(
            select(Patient.given_name, Treatment.key)
            .join(Treatment, Treatment.patient_id == Patient.id)
            .where(Treatment.status == "draft", Treatment.room.is_not(None))
        )
        names = {scene.LATE: "late", scene.HIGH: "high", scene.READY: "ready", scene.NEXT: "planned"}
        keys |= {names[who]: key for who, key in running if who in names}
        return keys | {"Nia's crisis": given.loc[given["number"] == 2, "treatment"].iloc[0]}


# Everybody of the cast, because each has something that a figure could get wrong. Pictures only: the pages are SCREENS.
OF_THE_CAST = [
    Screen(
        f"cast-{plain(one.given)}",
        "petra",
        one.story,
        at(f"/patient?patient={{{one.given}}}"),
        looks=("light", "dark"),
        seen_as=("grey", "deutan"),
    )
    for one in CAST
]


def picture(window: Window, tallest: int) -> bytes:
    """The whole page as far as it is allowed to go, once two looks at it are the same."""
    size = window.page.viewport_size
    window.page.evaluate("() => document.activeElement?.matches('button') && document.activeElement.blur()")
    height = window.page.evaluate(
        "() => (document.querySelector('[data-testid=stMain]') ?? document.documentElement).scrollHeight"
    )
    window.page.set_viewport_size(
        {"width": size["width"], "height": max(size["height"], min(height, tallest))}
    )
    seen: list[bytes] = []

    def still() -> bool:
        seen.append(window.page.screenshot(animations="disabled"))
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    eventually(still, True)
    window.page.set_viewport_size(size)
    return seen[-1]


def first_figure(window: Window) -> bytes:
    """Whole, which wants a window as tall as it is."""
    size = window.page.viewport_size
    window.page.set_viewport_size({"width": size["width"], "height": TALLEST_FIGURE})
    plot = window.page.locator(".js-plotly-plot").first
    plot.scroll_into_view_if_needed()
    png = plot.screenshot(animations="disabled")
    window.page.set_viewport_size(size)
    return png


def compact(png: bytes) -> bytes:
    """A palette instead of all colours: a quarter of the bytes. Maximum coverage keeps rare colours, such as
    that of one small bar, where median cut would mix them with others."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    whole.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def shoot(*only: str) -> None:
    """All screens, or those whose names hold one of these words."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        fresh = Path(folder) / "fresh.sqlite"
        made(fresh)
        for look, how in (LOOKS | AT_THE_CHAIR).items():
            store = Path(folder) / f"{look}.sqlite"
            shutil.copy(fresh, store)
            with sample_clinic(store, browser) as (clinic, keys):
                for screen in (*SCREENS, *OF_THE_CAST):
                    if look in screen.looks and any(word in screen.name for word in only or [""]):
                        print(f"{screen.name}_{look}", flush=True)
                        with clinic.window(screen.username or None, **how) as window:
                            screen.show(window, keys)
                            png = picture(window, TALLEST[look])
                            (FOLDER / f"{screen.name}_{look}.png").write_bytes(compact(png))
                            plot = first_figure(window) if look == "light" and screen.seen_as else b""
                        for eyes in screen.seen_as if plot else ():
                            (FOLDER / f"{screen.name}-{eyes}.png").write_bytes(compact(seen_as(plot, eyes)))


def index() -> str:
    """docs/screens/README.md."""
    lines = [
        "# Screens",
        "",
        "Taken from the running sample clinic by `make shots`. Nobody in them exists.",
        "",
    ]
    for screen in (*SCREENS, *OF_THE_CAST):
        lines += [f"## {screen.name}", "", screen.says, ""]
        lines += [
            " ".join(f"![{screen.name}, {what}]({file})" for file, what in screen.files.items()),
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    os.chdir(ROOT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    shoot(*sys.argv[1:])
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")
