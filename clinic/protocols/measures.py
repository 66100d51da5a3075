"""What a limit may be about, and the other closed lists of words in a protocol."""

from __future__ import annotations

# How far a statement can be trusted; shown wherever the statement is.
EVIDENCE = ("published", "unverified", "ours")
PHASES = ("pre", "during", "leaving", "order")
ROUTES = ("IV", "IM", "SC", "IN", "SL", "oral")
SUBSTANCES = ("racemic ketamine", "esketamine")
# Each from mildest to worst. What is "info" is said and counted, and asks for nothing.
VITAL_TIERS = ("info", "amber", "hold", "no_start", "red", "critical")
DOSE_TIERS = ("info", "warn", "strong", "block")
DRUG_TIERS = ("none", "note", "amber", "red")
# What a limit may be about, in words; the unit stands after the comma where there is one.
MEASURES = {
    "systolic_mmhg": "systolic blood pressure, mmHg",
    "diastolic_mmhg": "diastolic blood pressure, mmHg",
    "heart_rate_bpm": "heart rate, per minute",
    "spo2_percent": "oxygen saturation, %",
    "respiratory_rate": "respiratory rate, per minute",
    "moaas": "MOAA/S",
    "systolic_rise_mmhg": "systolic rise above the pre-dose value, mmHg",
    "diastolic_rise_mmhg": "diastolic rise above the pre-dose value, mmHg",
    "systolic_fall_percent": "systolic fall below the pre-dose value, %",
    "systolic_change_percent": "systolic difference from the pre-dose value (either way), %",
    "diastolic_change_percent": "diastolic difference from the pre-dose value (either way), %",
    "spo2_fall_percent": "fall of oxygen saturation below the pre-dose value, percentage points",
    "moaas_fall": "MOAA/S below the pre-dose value, points",
    "dissociation_rise": "dissociation rating above the pre-dose value, points",
    "dissociation": "dissociation rating",
    "cadss": "CADSS (23 items)",
    "aldrete": "modified Aldrete score",
    "suicide_answer": "answer to the suicide item of a rating scale",
    "suicide_rise": "suicide item above the last answer, points",
    "columbia_level": "level of ideation on the C-SSRS",
    "minutes_since_start": "time since the start or the first device, minutes",
    "minutes_since_stop": "time since the end of the dose, minutes",
    "minutes_from_due": "time between an observation and when it was due, minutes",
    "answer_age_minutes": "age of the answer or the measurement, minutes",
    "food_minutes": "time since the last food, minutes",
    "fluid_minutes": "time since the last drink, minutes",
    "nasal_spray_minutes": "time since a nasal steroid or decongestant, minutes",
    "alt_times_uln": "ALT, times the upper limit of normal",
    "ast_times_uln": "AST, times the upper limit of normal",
    "liver_tests_age_days": "age of the last liver tests, days",
    "urinary_symptoms_age_days": "time since urinary symptoms were asked about, days",
    "cognition_age_days": "time since cognition was tested, days",
    "drug_screen_age_days": "time since the last urine drug screen, days",
    "pdmp_age_days": "time since the last PDMP query, days",
    "mg": "dose, mg",
    "mg_per_kg": "dose, mg/kg",
    "mg_per_kg_per_min": "rate, mg/kg per minute",
    "minutes": "duration of the dose, minutes",
    "devices": "devices",
    "minutes_between_devices": "time between two devices, minutes",
    "mg_difference_percent": "difference between mg and mg/kg × weight, % of mg",
    "volume_difference_percent": "difference between mg and mL × concentration, % of mg",
    "weight_kg": "dosing weight, kg",
    "weight_age_days": "age of the weight, days",
    "weight_change_percent": "change of weight since the last one, (either way), %",
    "bmi": "body mass index, kg/m²",
    "age_years": "age, years",
    "calendar_days_since_last": "calendar days since the last dose (the same day is 0)",
    "hours_since_last": "time since the last dose, hours",
    "sessions_in_7_days": "sessions in 7 days (this one counted)",
    "sessions_in_30_days": "sessions in 30 days (this one counted)",
    "step_mg_per_kg": "rise above the last dose, mg/kg",
    "step_percent": "rise above the last dose, %",
    "step_mg": "rise above the last dose, mg",
    "ladder_steps": "steps up the ladder at once",
    "tolerated_sessions": "tolerated sessions at the current dose",
    "hours_since_event": "time since an adverse event of at least moderate grade, hours",
}


def worse(tiers: tuple[str, ...], tier: str, steps: int) -> str:
    """The tier so many steps worse, at most the worst."""
    return tiers[min(tiers.index(tier) + steps, len(tiers) - 1)]
