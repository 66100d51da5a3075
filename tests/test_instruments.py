"""The shelf of scales: what is on it, which rules lead, and what each may show."""

from __future__ import annotations

import dataclasses
import re

import pytest

from clinic.instruments import catalogue, instrument, score, score_total
from clinic.refused import NotFound

EVERY = [pytest.param(scale, id=id) for id, scale in catalogue().items()]

# By hand from the reference (Part 1 and the field cross-check 1.32) and from clinical decision A; never from the
# definitions. id, items, lowest, highest, recall in days (0: at the moment), rater, text.
# OASIS, PDSS-SR, SPIN and OCI-R are not in the reference: Campbell-Sills 2009, Houck 2002, Connor 2000, Foa 2002.
# Where a form names no period the days are our decision: 7 for WSAS, CGI, PGI and side effects, 1 for the FQ.
SHELF = """
phq9                  9   0  27  14 self      items
gad7                  7   0  21  14 self      items
phq2                  2   0   6  14 self      items
gad2                  2   0   6  14 self      items
oasis                 5   0  20   7 self      labels
madrs                10   0  60   7 clinician labels
madrs_24h            10   0  60   1 clinician labels
hamd17               17   0  52   7 clinician labels
hama                 14   0  56   7 clinician labels
lsas_sr              48   0 144   7 self      labels
lsas_ca              48   0 144   7 clinician labels
qids_sr16            16   0  27   7 self      labels
cssrs                 8   -   -  30 clinician labels
cssrs_since           7   -   -   7 clinician labels
pcl5                 20   0  80  30 self      items
pcl5_week            20   0  80   7 self      items
wsas                  5   0  40   7 self      labels
cadss                23   0  92   0 clinician labels
cadss6                6   0  24   0 clinician labels
kset                 26   -   -   7 clinician labels
moaas                 1   0   5   0 clinician labels
rass                  1  -5   4   0 clinician labels
aldrete               5   0  10   0 clinician labels
shaps                14   0  14   3 self      labels
isi                   7   0  28  14 self      labels
auditc                3   0  12 365 self      items
ymrs                 11   0  60   2 clinician labels
bprs4                 4   4  28   0 clinician labels
bprs4_trial           4   0  24   0 clinician labels
ybocs                10   0  40   7 clinician labels
bdi2                  0   0  63  14 self      total
bai                   0   0  63   7 self      total
eq5d5l                6   -   -   1 self      labels
fq                   16   0 120   1 self      labels
promis_anxiety_4a     4   4  20   7 self      labels
promis_depression_4a  4   4  20   7 self      labels
promis_depression_8a  8   8  40   7 self      labels
icsi                  4   0  20  30 self      labels
icpi                  4   0  16  30 self      labels
bpicss                0   0  38   7 self      total
cgi_s                 1   1   7   7 clinician labels
cgi_i                 1   1   7   7 clinician labels
pgi_s                 1   1   7   7 self      items
pgi_c                 1   1   7   7 self      items
kss                   1   1   9   0 self      labels
vas_anxiety           1   0 100   0 self      items
vas_mood              1   0 100   0 self      items
vas_pain              1   0 100   0 self      items
pdss_sr               7   0  28   7 self      labels
spin                 17   0  68   7 self      labels
oci_r                18   0  72  30 self      labels
"""


def on_the_shelf(scale) -> tuple[str, ...]:
    ends = (scale.minimum, scale.maximum) if scale.has_total else ("-", "-")
    said = (scale.id, len(scale.items), *ends, scale.recall_days, scale.rater, scale.text)
    return tuple(map(str, said))


def test_the_shelf():
    found = {on_the_shelf(scale) for scale in catalogue().values()}
    assert found == {tuple(line.split()) for line in SHELF.strip().splitlines()}


def test_lower_is_worse_only_for_sedation_and_recovery():
    """And an expected effect of the drug is neither better nor worse, nor is a profile."""
    found = {(scale.id, scale.higher_is) for scale in catalogue().values() if scale.higher_is != "worse"}
    neither = {(id, "neither") for id in ("cadss", "cadss6", "kss", "rass", "eq5d5l")}
    assert found == {("moaas", "better"), ("aldrete", "better"), *neither}


# Items of a size of their own (reference 1.5, 1.21, 1.27, 1.29): id, highest answer, the numbers of those items.
SIZES = """
hamd17 4 1 2 3 7 8 9 10 11 15
hamd17 2 4 5 6 12 13 14 16 17
ymrs   8 5 6 8 9
ymrs   4 1 2 3 4 7 10 11
fq     8 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
icsi   5 1 2 3 4
icpi   4 1 2 3 4
"""


@pytest.mark.parametrize("line", SIZES.strip().splitlines())
def test_items_of_different_size(line: str):
    id, highest, *numbers = line.split()
    found = [item.number for item in instrument(id).items if item.maximum == int(highest)]
    assert found == [int(number) for number in numbers]


def test_the_first_item_of_the_fear_questionnaire_is_not_in_its_total():
    assert [item.id for item in instrument("fq").items if not item.scored] == ["q1"]
    assert [item.id for item in instrument("eq5d5l").items if not item.scored] == ["v6"]


def test_a_scale_is_read_once():
    assert instrument("phq9") is catalogue()["phq9"]
    assert instrument("phq9", instrument("phq9").version) is instrument("phq9")


def test_the_catalogue_cannot_be_spoilt_by_its_reader():
    catalogue().clear()
    assert "phq9" in catalogue()
    with pytest.raises(dataclasses.FrozenInstanceError):
        instrument("phq9").maximum = 30


def test_an_unknown_scale_or_version_gets_a_sentence():
    with pytest.raises(NotFound, match="no rating scale “phq10”; there are aldrete, auditc, bai"):
        instrument("phq10")
    with pytest.raises(NotFound, match=r"no version 9\.9 of PHQ-9"):
        instrument("phq9", "9.9")


def test_the_24_hour_madrs_differs_in_recall_alone():
    """Two series that are never joined, with the same numbers under their own rule ids."""
    week, day = instrument("madrs"), instrument("madrs_24h")
    assert [item.options for item in week.items] == [item.options for item in day.items]
    assert [(rule.id.split(".", 1)[1], rule.conditions, rule.default) for rule in week.rules] == [
        (rule.id.split(".", 1)[1], rule.conditions, rule.default) for rule in day.rules
    ]
    assert (week.recall, day.recall) == ("past week", "past 24 hours")


# What leads: clinical decision A for the scales it names, Part 1 of the reference for the others, ours for what is
# too mild. A screen, a session scale and a profile have no verdicts.
LEADS = """
phq9        response.fall50            fall_percent>=50  remission.lt5     total<5   caseness  10
gad7        response.fall50            fall_percent>=50  remission.lt5     total<5   screen_10 10
phq2        -                          -                 -                 -         -         -
gad2        -                          -                 -                 -         -         -
oasis       response.reliable5         fall>=5           -                 -         caseness  8
madrs       response.fall50            fall_percent>=50  remission.le10    total<=10 caseness  20
madrs_24h   response.fall50            fall_percent>=50  remission.le10    total<=10 caseness  20
hamd17      response.fall50            fall_percent>=50  remission.le7     total<=7  caseness  17
hama        response.fall50            fall_percent>=50  remission.le7     total<=7  caseness  15
lsas_sr     response.glischinski2018   fall_percent>=28  remission.le35    total<=35 ge30      30
lsas_ca     response.glischinski2018   fall_percent>=29  remission.le30    total<=30 ge30      30
qids_sr16   response.fall50            fall_percent>=50  remission.le5     total<=5  caseness  11
cssrs       -                          -                 -                 -         -         -
cssrs_since -                          -                 -                 -         -         -
pcl5        response.reliable15        fall>=15          remission.le28    total<=28 ge33      33
pcl5_week   response.reliable15        fall>=15          remission.le28    total<=28 ge33      33
wsas        response.fall8             fall>=8           remission.lt10    total<10  caseness  10
cadss       -                          -                 -                 -         -         -
cadss6      -                          -                 -                 -         -         -
kset        -                          -                 -                 -         -         -
moaas       -                          -                 -                 -         -         -
rass        -                          -                 -                 -         -         -
aldrete     -                          -                 -                 -         -         -
shaps       -                          -                 -                 -         -         -
isi         response.morin2011         fall>=8.4         remission.lt8     total<8   caseness  15
auditc      -                          -                 -                 -         -         -
ymrs        response.fall50            fall_percent>=50  remission.le12    total<=12 ge20      20
bprs4       -                          -                 -                 -         -         -
bprs4_trial -                          -                 -                 -         -         -
ybocs       response.fall35            fall_percent>=35  remission.le12    total<=12 caseness  16
bdi2        response.fall50            fall_percent>=50  remission.le12    total<=12 caseness  20
bai         response.fall50            fall_percent>=50  remission.le7     total<=7  caseness  16
eq5d5l      -                          -                 -                 -         -         -
fq          response.fall50            fall_percent>=50  -                 -         caseness  30
promis_anxiety_4a    -                 -                 -                 -         -         -
promis_depression_4a -                 -                 -                 -         -         -
promis_depression_8a -                 -                 -                 -         -         -
icsi        -                          -                 -                 -         -         -
icpi        -                          -                 -                 -         -         -
bpicss      -                          -                 -                 -         -         -
cgi_s       -                          -                 remission.le2     total<=2  -         -
cgi_i       response.le2               total<=2          -                 -         -         -
pgi_s       -                          -                 -                 -         -         -
pgi_c       response.le2               total<=2          -                 -         -         -
kss         -                          -                 -                 -         -         -
vas_anxiety -                          -                 -                 -         -         -
vas_mood    -                          -                 -                 -         -         -
vas_pain    -                          -                 -                 -         -         -
pdss_sr     response.fall40            fall_percent>=40  remission.le5     total<=5  caseness  8
spin        response.reliable10        fall>=10          -                 -         caseness  19
oci_r       -                          -                 -                 -         -         -
"""


def in_words(scale, rule) -> list[str]:
    if rule is None:
        return ["-", "-"]
    criterion = "&".join(f"{each.measure}{each.comparison}{each.value:g}" for each in rule.conditions)
    return [rule.id.removeprefix(f"{scale.id}."), criterion]


@pytest.mark.parametrize("line", LEADS.strip().splitlines())
def test_the_rules_that_lead(line: str):
    id, *wanted = line.split()
    scale = instrument(id)
    mild = scale.too_mild_below
    floor = ["-", "-"] if mild is None else [mild.id.removeprefix(f"{id}."), f"{scale.caseness:g}"]
    found = [*in_words(scale, scale.default_response), *in_words(scale, scale.default_remission), *floor]
    assert found == wanted


def test_every_scale_says_what_leads():
    assert {line.split()[0] for line in LEADS.strip().splitlines()} == set(catalogue())


@pytest.mark.parametrize("id, lead", [("ybocs", 25), ("phq9", 25), ("madrs", 25)])
def test_partly_is_a_quarter(id: str, lead: float):
    """Reference 2.1; of the Y-BOCS by clinical decision A, 25 to below 35 %."""
    (condition,) = instrument(id).default_partial.conditions
    assert (condition.measure, condition.comparison, condition.value) == ("fall_percent", ">=", lead)


def test_rules_with_a_name_beside_the_one_that_leads():
    """Clinical decision A: MADRS ≤ 12 as "esketamine-trial", LSAS above 35 % (Taylor 2018)."""
    assert instrument("madrs").rule("madrs.remission.le12").line() == 12
    for id in ("lsas_sr", "lsas_ca"):
        (condition,) = instrument(id).rule(f"{id}.response.taylor2018").conditions
        assert (condition.measure, condition.comparison, condition.value) == ("fall_percent", ">", 35)


# Reliable change that leads, then its named alternatives (reference, Part 1 and 2.3). For the other scales none is
# agreed, none invented. Not in the
# reference: PDSS-SR 6 (Houck 2002), OCI-R (Veale 2016, Foa 2002) and VAS pain (Bijur 2001).
CHANGE = {
    "phq9": {"nhs6": 6},
    "gad7": {"bischoff6": 6, "nhs4": 4},
    "oasis": {"oasis_d5": 5, "moore2015": 4, "czech5_32": 5.32},
    "pcl5": {"marx2022": 15, "marx2022_second": 18, "nhs10": 10},
    "pcl5_week": {"marx2022": 15, "marx2022_second": 18, "nhs10": 10},
    "pdss_sr": {"houck6": 6, "nhs5": 5},
    "spin": {"nhs10": 10},
    "ybocs": {"fisher2005": 10},
    "oci_r": {"veale2016_severe15": 15, "veale2016_mild13": 13, "foa16": 16},
    "vas_pain": {"bijur17": 17},
}
NOT_AGREED = """
phq2 gad2 madrs madrs_24h hamd17 hama lsas_sr lsas_ca qids_sr16 cssrs cssrs_since wsas cadss cadss6 kset moaas rass
aldrete shaps isi auditc ymrs bprs4 bprs4_trial bdi2 bai eq5d5l fq promis_anxiety_4a promis_depression_4a
promis_depression_8a icsi icpi bpicss cgi_s cgi_i pgi_s pgi_c kss vas_anxiety vas_mood
"""


@pytest.mark.parametrize("id", [*CHANGE, *NOT_AGREED.split()])
def test_reliable_change(id: str):
    scale = instrument(id)
    expected = {f"{id}.change.{name}": points for name, points in CHANGE.get(id, {}).items()}
    assert {change.id: change.points for change in scale.change} == expected
    assert (scale.default_change.id if scale.change else None) == next(iter(expected), None)


def test_every_scale_says_what_a_reliable_change_is():
    assert {*CHANGE, *NOT_AGREED.split()} == set(catalogue())


# Reliable changes that the reference reckons out: scale, SD, reliability, RC95 to two decimals.
RC95 = [("phq9", 5.66, 0.89, 5.20), ("gad7", 4.50, 0.92, 3.53)]


@pytest.mark.parametrize("id, sd, value, points", RC95)
def test_the_reliable_change_follows_from_spread_and_reliability(
    id: str, sd: float, value: float, points: float
):
    figures = [each for each in instrument(id).reliability if (each.sd, each.value) == (sd, value)]
    assert [round(each.rc95, 2) for each in figures] == [points]


# Smallest difference that matters, in points or per cent of the baseline (reference, Part 1).
MEANINGFUL = [
    ("phq9", "lowe2004", 5, None),
    ("phq9", "transform6", 6, None),
    ("phq9", "kounali2022", None, 21),
    ("gad7", "toussaint2020", 4, None),
    ("gad7", "kounali2022", None, 26.8),
    ("madrs", "transform10", 10, None),
    ("hamd17", "upper5", 5, None),
    ("wsas", "zahra2014", 8, None),
    ("isi", "yang2009", 6, None),
    ("isi", "morin2011", 8.4, None),
    ("pcl5", "blanchard2023_low", 9, None),
    ("pcl5", "ours10", 10, None),
    ("pcl5", "blanchard2023_high", 12, None),
    ("bdi2", "button2015", None, 17.5),
    ("bdi2", "button2015_resistant", None, 32),
    ("bdi2", "kounali2022", None, 23),
]


@pytest.mark.parametrize("id, name, points, percent", MEANINGFUL)
def test_the_smallest_difference_that_matters(id: str, name: str, points: float, percent: float):
    (found,) = [each for each in instrument(id).meaningful if each.id == f"{id}.meaningful.{name}"]
    assert (found.points, found.percent) == (points, percent)


# Verified codes (reference, Part 1): panel, total. For every other scale none is shipped.
LOINC = """
phq9    44249-1  44261-6
gad7    69737-5  70274-6
phq2    55757-9  55758-7
auditc  72109-2  75626-2
pcl5    101697-1 101698-9
cssrs   93373-9  -
promis_anxiety_4a 76344-1 -
"""


def test_only_verified_codes_are_shipped():
    found = {
        (scale.id, scale.loinc.panel or "-", scale.loinc.total or "-")
        for scale in catalogue().values()
        if scale.loinc
    }
    assert found == {tuple(line.split()) for line in LOINC.strip().splitlines()}


def test_a_rule_without_its_numbers_is_unknown():
    response, remission = instrument("phq9").default_response, instrument("phq9").default_remission
    nan = float("nan")
    assert [response.met(10, None), response.met(None, 20), response.met(nan, 20), response.met(10, nan)] == [
        None
    ] * 4
    assert remission.met(None) is None
    assert response.met(0, 0) is None, "a percentage of nothing"
    assert response.met(12, 10) is False, "worse is no response"


def test_the_line_of_a_rule_is_where_it_begins_to_hold():
    phq9, lsas = instrument("phq9"), instrument("lsas_sr")
    assert phq9.default_response.line(21) == 10.5
    assert phq9.default_remission.line() == 5
    assert phq9.default_response.line() is None
    assert phq9.rule("phq9.response.mcmillan2010").line(24) == 9
    assert lsas.default_response.line(100) == 72
    assert instrument("oasis").default_response.line(14) == 9


@pytest.mark.parametrize("scale", EVERY)
def test_no_total_has_no_band(scale):
    """A column of totals holds NaN where a form has None."""
    assert scale.band(None) is None
    assert scale.band(float("nan")) is None


@pytest.mark.parametrize("scale", EVERY)
def test_options_draw_a_row_for_every_item(scale):
    """Every answer from the lowest to the highest, each with its words, and a code such as "not assessed" last.
    A slider and a date have none."""
    for item in scale.items:
        values = [value for value, _ in item.options]
        codes = [code for code in (item.not_assessed, item.as_blank) if code is not None]
        sliding = item.kind in ("analogue", "date")
        assert values == ([] if sliding else [*range(item.minimum, item.maximum + 1), *codes])
        assert all(item.accepts(value) and label for value, label in item.options)


# Where an answer is more than its place in a row: id, item, its options.
OPTIONS = [
    ("hamd17", "q16", [0, 1, 2, 3]),
    ("wsas", "q1", [*range(9), 9]),
    ("cgi_s", "q1", [*range(1, 8), 0]),
    ("cgi_i", "q1", [*range(1, 8), 0]),
    ("rass", "q1", [*range(-5, 5)]),
    ("bprs4", "q1", [*range(1, 8)]),
    ("promis_anxiety_4a", "q1", [*range(1, 6)]),
    ("kss", "q1", [*range(1, 10)]),
    ("cssrs", "q1", [0, 1]),
    ("cssrs", "d6", []),
    ("eq5d5l", "v6", []),
]


@pytest.mark.parametrize("id, name, values", OPTIONS)
def test_a_row_need_not_begin_at_nought(id: str, name: str, values: list[int]):
    (item,) = [each for each in instrument(id).items if each.id == name]
    assert [value for value, _ in item.options] == values


def test_a_slider_says_what_its_ends_mean():
    sliders = {
        (scale.id, item.id, item.minimum, item.maximum)
        for scale in catalogue().values()
        for item in scale.items
        if item.kind == "analogue" and len(set(item.anchors)) == 2
    }
    assert sliders == {
        ("vas_anxiety", "q1", 0, 100),
        ("vas_mood", "q1", 0, 100),
        ("vas_pain", "q1", 0, 100),
        ("eq5d5l", "v6", 0, 100),
    }


def test_answers_of_the_phq_family():
    words = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
    for scale in map(instrument, ("phq9", "gad7", "phq2", "gad2")):
        assert all([label for _, label in item.options] == words for item in scale.items)
        assert "No permission required" in scale.notice


def test_the_two_screens_are_the_first_items_of_the_whole():
    for short, whole in (("phq2", "phq9"), ("gad2", "gad7")):
        texts = [item.text for item in instrument(short).items]
        assert texts == [item.text for item in instrument(whole).items[:2]]
        assert instrument(short).stem == instrument(whole).stem


# Ship matrix 0.2 of the reference, by hand. Whole wording: the PHQ family, PCL-5 and AUDIT-C, and what is our own.
ITEM_TEXT = "phq9 gad7 phq2 gad2 pcl5 pcl5_week auditc pgi_s pgi_c vas_anxiety vas_mood vas_pain"
# Anchors or generic names of levels, and short labels (HAM, BPRS): words, but not those of the form.
LABELS = "cgi_s cgi_i cssrs cssrs_since hama hamd17 bprs4 bprs4_trial moaas rass aldrete"
# "Scores only", "profile only", "scores and table": numbers of items and numbers of answers. OASIS, PDSS-SR, SPIN
# and OCI-R are so by clinical decision A. KSET allows the clinic's own list, which is a list of our own.
SCORES_ONLY = """
madrs madrs_24h qids_sr16 lsas_sr lsas_ca wsas cadss cadss6 isi ymrs ybocs eq5d5l fq icsi icpi
promis_anxiety_4a promis_depression_4a promis_depression_8a kss oasis pdss_sr spin oci_r
"""
# Entered by meaning: words of our own for the four steps of agreement.
AGREEMENT = "shaps"
OWN_LIST = "kset"
TOTALS_ONLY = "bdi2 bai bpicss"


def test_every_scale_has_a_line_in_the_ship_matrix():
    lists = (ITEM_TEXT, LABELS, SCORES_ONLY, AGREEMENT, OWN_LIST, TOTALS_ONLY)
    listed = [id for ids in lists for id in ids.split()]
    assert sorted(listed) == sorted(catalogue())


def test_only_what_may_be_reproduced_is_called_item_text():
    by_text = {text: set() for text in ("items", "labels", "total")}
    for scale in catalogue().values():
        by_text[scale.text].add(scale.id)
    assert by_text["items"] == set(ITEM_TEXT.split())
    assert by_text["total"] == set(TOTALS_ONLY.split())


@pytest.mark.parametrize("id", SCORES_ONLY.split())
def test_scores_only_means_no_wording_of_an_answer(id: str):
    for item in instrument(id).items:
        codes = (item.not_assessed, item.as_blank)
        assert all(label == str(value) for value, label in item.options if value not in codes)


def test_the_shaps_is_entered_by_meaning_and_in_words_of_our_own():
    """Its form has no numbers and turns its options round (trap 19), so a number alone would be entered wrongly.
    The words are not those of the form: strongly disagree, disagree, agree, strongly or definitely agree."""
    ours = ["Full disagreement", "Disagreement", "Agreement", "Full agreement"]
    assert all([label for _, label in item.options] == ours for item in instrument("shaps").items)
    turned = [item.number for item in instrument("shaps").items if "other way round" in item.text]
    assert turned == [2, 4, 5, 7, 9, 12, 14]


# A number, and at most a word of our own for what it is about.
NUMBERED = re.compile(
    r"(Item|Situation|Dimension|Obsessions, item|Compulsions, item) [1-9][0-9]?( of the CADSS)?"
    r"( \([a-z :]{3,45}\))?(, fear|, avoidance)?"
)
# Generic names of the MADRS items (reference 1.3), and our own words where a number alone would mislead.
NAMED = {
    "Apparent sadness, Reported sadness, Inner tension, Reduced sleep, Reduced appetite, Concentration difficulties, "
    "Lassitude, Inability to feel, Pessimistic thoughts, Suicidal thoughts": "madrs madrs_24h",
    "How often anxious, How strong the anxiety, Avoidance, Hindrance in work, study or home, "
    "Hindrance with other people": "oasis",
    "How many attacks, How hard the attacks were, Worry about the next one, Places and situations, "
    "Bodily sensations, Hindrance in work or home, Hindrance with other people": "pdss_sr",
    "Sleepiness": "kss",
}


@pytest.mark.parametrize("id", [*SCORES_ONLY.split(), AGREEMENT])
def test_scores_only_means_no_wording_of_an_item(id: str):
    texts = [item.text for item in instrument(id).items if item.kind != "analogue"]
    for words, ids in NAMED.items():
        if id in ids.split():
            assert ", ".join(texts) == words
            return
    assert [text for text in texts if not NUMBERED.fullmatch(text)] == []


def test_the_lsas_names_no_situation():
    for item in instrument("lsas_sr").items:
        kind = {"f": "fear", "a": "avoidance"}[item.id[0]]
        assert re.fullmatch(rf"Situation {item.number} \((social|performance)\), {kind}", item.text)


# What asks about suicide, and where (reference, Part 1). No other scale ever makes anybody look safe.
ASKS = {
    "phq9": "q9",
    "qids_sr16": "q12",
    "madrs": "q10",
    "madrs_24h": "q10",
    "hamd17": "q3",
    "cssrs": "level",
    "cssrs_since": "level",
}


def test_which_scales_ask_about_suicide():
    found = {scale.id: scale.suicide_item for scale in catalogue().values() if scale.suicide_item}
    assert found == ASKS


@pytest.mark.parametrize("id", sorted(set(catalogue()) - set(ASKS)))
def test_a_scale_that_does_not_ask_is_never_reassuring(id: str):
    """The whole anxiety family is among them: whatever is answered, suicide was "not asked"."""
    scale = instrument(id)
    forms = [{}, lowest(scale), highest(scale)]
    scored = [score(scale, form) for form in forms]
    if scale.has_total:
        scored += [score_total(scale, total) for total in (scale.minimum, scale.maximum)]
    assert {(one.suicide, one.suicide_state) for one in scored} == {(None, "not asked")}
    assert all("suicide" not in {**one.flags, **one.levels} for one in scored)


def lowest(scale) -> dict[str, int]:
    return {item.id: item.minimum for item in scale.items if not item.is_date and not item.ask_if}


def highest(scale) -> dict[str, int]:
    return {item.id: item.maximum for item in scale.items if not item.is_date}


def test_no_scale_of_the_anxiety_family_asks_about_suicide():
    """They are the scales that lead in an anxiety clinic: somebody else has to ask."""
    family = {scale.id for scale in catalogue().values() if scale.family == "anxiety"}
    assert {"gad7", "hama", "oasis", "lsas_sr", "pdss_sr", "spin", "bai", "vas_anxiety"} <= family
    assert not family & set(ASKS)


def test_the_one_form_whose_suicide_question_cannot_be_seen():
    """BDI-II item 9 stays on the holder's form; the record must say so (reference 0.2)."""
    assert [scale.id for scale in catalogue().values() if scale.hides_suicide_item] == ["bdi2"]


# What the reference marks [M], or no publication was seen for.
UNVERIFIED = """
gad7.remission.lt5 fq.response.fall50 bai.bands.manual bai.remission.le7 ymrs.response.fall50 ymrs.remission.le8
cgi_s.remission.le2 cgi_s.remission.le1 ybocs.change.fisher2005 wsas.meaningful.zahra2014 spin.change.nhs10
pdss_sr.change.nhs5 pcl5.caseness_nhs pcl5.change.nhs10 bpicss.ge19 bdi2.remission.le12 bdi2.remission.le9
auditc.uk_ge5 madrs.remission.le10 phq9.partial.fall25
"""
OURS = """
madrs.caseness hamd17.caseness hama.caseness qids_sr16.caseness ybocs.caseness bdi2.caseness bai.caseness fq.caseness
oasis.response.reliable5 pcl5.response.reliable15 wsas.response.fall8 spin.response.reliable10
"""


def evidence_of(scale) -> dict[str, str]:
    cited = (*scale.rules, *scale.band_sets, *scale.change, *scale.meaningful)
    return {each.id: each.evidence for each in cited}


@pytest.mark.parametrize("word, ids", [("unverified", UNVERIFIED), ("ours", OURS)])
def test_what_is_unverified_or_ours_says_so(word: str, ids: str):
    said = {id: evidence for scale in catalogue().values() for id, evidence in evidence_of(scale).items()}
    assert {id: said[id] for id in ids.split()} == dict.fromkeys(ids.split(), word)


def test_what_triage_of_suicide_answers_rests_on_is_our_decision():
    found = {scale.id: scale.suicide_flag.evidence for scale in map(instrument, ASKS)}
    assert found == dict.fromkeys(ASKS, "ours")


@pytest.mark.parametrize("scale", EVERY)
def test_what_is_unverified_is_said_in_a_sentence(scale):
    """PHQ-9 was published before the sentence was asked for; its one unverified rule carries the mark."""
    if "unverified" in evidence_of(scale).values() and scale.id != "phq9":
        assert scale.unverified
    assert all(sentence.endswith(".") for sentence in scale.unverified)


def test_nobody_is_said_to_have_checked_a_scale():
    assert {scale.checked_by for scale in catalogue().values()} == {""}


@pytest.mark.parametrize("scale", EVERY)
def test_nothing_stands_without_a_source(scale):
    cited = (
        *(*scale.rules, *scale.band_sets, *scale.change, *scale.meaningful, *scale.flags, *scale.subscales),
        *(*scale.algorithms, *scale.reliability),
        *(each for each in (scale.level, scale.conversion, scale.loinc) if each),
    )
    assert all((scale.source, scale.licence, scale.holder, scale.notice, scale.measures, scale.timing))
    assert all(each.source for each in cited)
