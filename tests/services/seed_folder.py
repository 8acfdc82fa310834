"""A small seed folder that is right in every part, to be changed in one."""

from __future__ import annotations

from pathlib import Path

VOCABULARIES = """\
- code: domain
  label: Verksamhetsområde
  description: Vad verksamheten gäller.
  official: false
  terms:
    - {code: environment, label: Miljöskydd}
- code: investment_type
  label: Typ av investering
  description: Vad som byggdes.
  official: false
  terms:
    - {code: case_system, label: Ärendesystem}
- code: phase
  label: Fas
  description: När det hände.
  official: false
  terms:
    - {code: development, label: Utveckling}
    - {code: pilot, label: Pilot, parent: development}
- code: benefit_type
  label: Typ av nytta
  description: Vad det gav.
  official: false
  terms:
    - {code: time, label: Tid}
"""

ORGANISATIONS = """\
slug,name,short_name,aliases,type,size,successor
skogsvardsstyrelsen,Skogsvårdsstyrelsen,,Skogsvården,state_authority,,skogsstyrelsen
skogsstyrelsen,Skogsstyrelsen,SKS,SKS|Skogsverket,state_authority,250_999,
boverket,Boverket,,,state_authority,,
"""

STORY = """\
---
title: "Nytt ärendesystem för avverkningar"
summary: "Systemet blev klart i tid eftersom handläggarna testade det varje vecka."
kind: good_example
outcomes: [succeeded]
organisation: skogsstyrelsen
partners: [boverket]
language: sv
terms:
  domain: [environment]
  investment_type: [case_system]
  phase: [pilot]
facts:
  outcome_cost: {state: known, low: 9000, high: 9000}
  start: {state: known, low: 2019, high: 2019}
  actual_end: {state: known, low: "2021-04", high: "2021-04"}
  team_size: {state: unknown}
lessons:
  - key: testa-varje-vecka
    advice: "Låt handläggarna testa varje vecka."
    phase: [pilot]
    basis: source
  - key: borja-smatt
    what_happened: "De började med ett distrikt."
    basis: inferred
benefits:
  - {stage: realised, type: time, description: "Handläggningen tog halva tiden."}
sources:
  - {title: "Slutrapport", publisher: "SKS", url: "https://exempel.se/slutrapport", accessed: 2026-01-05}
editorial: true
---

## Läget

Handläggarna skrev på papper.

## Vad som gjordes

Ett distrikt i taget fick systemet.

## Effekter

Handläggningen tog halva tiden.
"""


class SeedFolder:
    """The files of a folder; ``replace`` changes a text that must be there, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "entries").mkdir(parents=True)
        self.vocabularies = folder / "vocabularies.yaml"
        self.organisations = folder / "organisations.csv"
        self.story = folder / "entries" / "arendesystem.md"
        self.vocabularies.write_text(VOCABULARIES, encoding="utf-8")
        self.organisations.write_text(ORGANISATIONS, encoding="utf-8")
        self.story.write_text(STORY, encoding="utf-8")

    def replace(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add_story(self, key: str, title: str) -> Path:
        path = self.folder / "entries" / f"{key}.md"
        path.write_text(STORY.replace("Nytt ärendesystem för avverkningar", title), encoding="utf-8")
        return path
