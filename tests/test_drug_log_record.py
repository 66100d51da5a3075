"""What is drawn for a treatment stands in its record as product, lot and expiry, until the record has them."""

from __future__ import annotations

from datetime import date

from clinic import drug_log
from data_model import database
from tests.chair_room import running, stored
from tests.people import staff

VIAL = {"product": "Ketamine 10 mg/mL", "substance": "racemic ketamine"}
EXPIRES = date(2031, 5, 1)


def test_the_first_lot_drawn_is_the_lot_of_an_unfinished_record(both_stores):
    nurse = staff("nurse")
    treatment = running(nurse)
    with database(nurse) as db:
        drug_log.receive(db, lot="K1", amount_mg=200, expiry=EXPIRES, **VIAL)
        drug_log.receive(db, lot="K2", amount_mg=200, expiry=EXPIRES, **VIAL)
        drug_log.draw(db, lot="K1", amount_mg=50, treatment=treatment, **VIAL)
        drug_log.draw(db, lot="K2", amount_mg=50, treatment=treatment, **VIAL)
    found = stored(nurse, treatment)
    assert (found.product, found.lot, found.expiry) == (VIAL["product"], "K1", EXPIRES)


def test_a_lot_that_stands_there_stays(both_stores):
    nurse = staff("nurse")
    treatment = running(nurse, lot="typed")
    with database(nurse) as db:
        drug_log.receive(db, lot="K1", amount_mg=200, expiry=EXPIRES, **VIAL)
        drug_log.draw(db, lot="K1", amount_mg=50, treatment=treatment, **VIAL)
    assert stored(nurse, treatment).lot == "typed"
