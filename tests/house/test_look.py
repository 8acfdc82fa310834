"""The look holds its promises: contrast, weight, own host only, vendored fonts, one macro per component."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())
FONTS = [path for path in VENDORED if any(path.glob("*.woff2"))]

CSS_LIMIT, JS_LIMIT = 40_000, 15_000
"""Of what a reader loads."""
WRITERS_CSS_LIMIT, WRITERS_JS_LIMIT = 20_000, 60_000
"""Of what only those who are signed in load besides; the toolbar that is not ours stands apart."""
WRITERS_SHEETS = {"account.css", "contribute.css"}

TEXT_PAIRS = [
    (ink, ground)
    for ink in ("ink", "ink-soft", "action", "action-strong", "attention")
    for ground in ("paper", "surface", "field", "action-soft", "attention-soft")
] + [("ink", "mark"), ("action", "mark"), ("on-action", "action"), ("on-action", "action-strong")]
"""Every pair that text is set in somewhere: at least 4.5:1."""

UI_PAIRS = [
    ("edge", "paper"),
    ("edge", "surface"),
    ("edge", "field"),
    ("attention-mark", "paper"),
    ("attention-mark", "attention-soft"),
    ("focus", "paper"),
    ("focus", "surface"),
    ("focus", "focus-halo"),
]
"""Edges of fields, the bar of a notice, the ring of focus: at least 3:1."""


def _themes() -> dict[str, dict[str, str]]:
    source = (STATIC / "css" / "tokens.css").read_text("utf-8")
    light, dark = source.split("@media screen and (prefers-color-scheme: dark)")
    colours = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    bright = dict(colours.findall(light))
    return {"light": bright, "dark": bright | dict(colours.findall(dark))}


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG 2.2: from 1 to 21."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [(*pair, 4.5) for pair in TEXT_PAIRS] + [(*pair, 3.0) for pair in UI_PAIRS],
)
def test_each_pair_of_colours_can_be_told_apart(theme: str, ink: str, ground: str, least: float) -> None:
    """A-17: text 4.5:1, edges and marks 3:1, in both themes."""
    tokens = _themes()[theme]
    assert contrast(tokens[ink], tokens[ground]) >= least


def test_both_themes_declare_the_same_colours() -> None:
    source = (STATIC / "css" / "tokens.css").read_text("utf-8")
    light, dark = source.split("@media screen and (prefers-color-scheme: dark)")
    names = re.compile(r"--([a-z-]+): #")
    assert sorted(names.findall(light)) == sorted(names.findall(dark))


def test_the_dark_theme_changes_colours_and_nothing_else() -> None:
    """A-10: so what axe finds in one theme and not in the other is contrast (tests/journeys/test_axe.py)."""
    mentions = {sheet.name: sheet.read_text("utf-8").count("prefers-color-scheme") for sheet in SHEETS}
    assert {name for name, count in mentions.items() if count} == {"tokens.css"}
    dark = (STATIC / "css" / "tokens.css").read_text("utf-8").split("(prefers-color-scheme: dark)")[1]
    declared = re.findall(r"([a-z-]+): ([^;]+);", dark)
    assert declared
    assert all(name.startswith("--") and re.fullmatch(r"#[0-9a-f]{6}", value) for name, value in declared)


def test_colours_are_written_in_the_tokens_only() -> None:
    """Paper is white and ink black in print; everything else is a token."""
    for sheet in SHEETS:
        if sheet.name in {"tokens.css", "print.css"}:
            continue
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text("utf-8")) == [], sheet.name


def test_every_token_used_is_declared_and_every_declared_token_is_used() -> None:
    whole = "\n".join(sheet.read_text("utf-8") for sheet in SHEETS)
    declared = set(re.findall(r"(--[a-z0-9-]+):", whole))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", whole))
    assert used - declared == set()
    assert declared - used == set()


def test_each_sheet_is_one_cascade_layer_in_the_stated_order() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text("utf-8")
    stated = re.search(r"@layer ([a-z, ]+);", tokens)
    assert stated
    assert sorted(stated[1].split(", ")) == [sheet.stem for sheet in SHEETS]
    for sheet in SHEETS:
        assert re.findall(r"@layer (\w+) \{", sheet.read_text("utf-8")) == [sheet.stem]


def test_style_sheets_and_scripts_stay_light() -> None:
    readers = [sheet for sheet in SHEETS if sheet.name not in WRITERS_SHEETS]
    writers = [sheet for sheet in SHEETS if sheet.name in WRITERS_SHEETS]
    assert weight(readers) < CSS_LIMIT
    assert weight(writers) < WRITERS_CSS_LIMIT
    assert weight((STATIC / "js").glob("*.js")) < JS_LIMIT
    assert weight((STATIC / "js" / "writing").glob("*.js")) < WRITERS_JS_LIMIT


def weight(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def test_motion_is_only_for_those_who_have_not_asked_for_less() -> None:
    for sheet in SHEETS:
        source = sheet.read_text("utf-8")
        moving = source.count("transition:") + source.count("animation:") + source.count("scroll-behavior:")
        assert moving == 0 or "prefers-reduced-motion: no-preference" in source, sheet.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_templates_hold_no_inline_style_script_or_raw_text(page: Path) -> None:
    source = page.read_text("utf-8")
    assert not re.search(r"\sstyle=", source), "style attributes are refused by the content security policy"
    assert not re.search(r"\son[a-z]+=", source), (
        "event attributes are refused by the content security policy"
    )
    assert not re.search(r"\|\s*safe\b|Markup|autoescape", source), "text reaches a page by escaping only"
    assert "<style" not in source
    for tag in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in tag or 'type="application/ld+json"' in tag, "scripts are files of their own"


@pytest.mark.parametrize("file", PAGES + SHEETS, ids=lambda file: file.name)
def test_nothing_is_loaded_from_another_host(file: Path) -> None:
    source = file.read_text("utf-8")
    loaded = re.findall(r"<(?:link|script|img|source|iframe|use)\b[^>]*?(?:href|src)=\"([^\"]*)\"", source)
    loaded += re.findall(r"url\(\s*[\"']?([^\"')]+)", source) + re.findall(r"@import\s+(\S+)", source)
    assert [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)] == []


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_what_is_vendored_is_what_was_fetched_and_says_where_from(folder: Path) -> None:
    listed = dict(
        reversed(line.split("  ")) for line in (folder / "CHECKSUMS").read_text("utf-8").splitlines()
    )
    files = {path.name for path in folder.iterdir()} - {"CHECKSUMS", "VERSION"}
    assert files == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    licence = "SIL OPEN FONT LICENSE" if folder in FONTS else "PERMISSION IS HEREBY GRANTED, FREE OF CHARGE"
    assert licence in (folder / "LICENSE").read_text("utf-8").upper()
    assert re.search(r"\d+\.\d+\.\d+", (folder / "VERSION").read_text("utf-8"))


def test_every_font_file_is_used_and_every_font_used_is_there() -> None:
    base = STATIC / "css" / "base.css"
    named = {
        (base.parent / address).resolve()
        for address in re.findall(r"url\(\"([^\"]+)\"\)", base.read_text("utf-8"))
    }
    assert named == {path.resolve() for font in FONTS for path in font.glob("*.woff2")}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.stem)
def test_a_component_is_one_macro_named_as_its_file_and_shown(component: Path) -> None:
    name = component.stem.replace("-", "_")
    assert re.findall(r"\{%-? macro (\w+)\(", component.read_text("utf-8")) == [name]
    line = f'{{%- from "components/{component.name}" import {name}'
    showcase = (TEMPLATES / "komponenter.html").read_text("utf-8")
    assert line in showcase
    assert re.search(rf"(?<!macro )\b{name}\(", showcase)
    users = [page for page in PAGES if page.name != "komponenter.html" and line in page.read_text("utf-8")]
    assert users, "no page uses this component"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_what_a_template_imports_it_uses(page: Path) -> None:
    source = page.read_text("utf-8")
    for name, alias in re.findall(r"import (\w+)(?: as (\w+))? -?%\}", source):
        assert re.search(rf"\b{alias or name}\(", source), f"{alias or name} is imported and never called"


def test_the_shape_of_a_status_is_there_for_every_word() -> None:
    from kb.domain.vocabulary import EntryKind, EntrySize, Outcome

    source = (TEMPLATES / "components" / "status-tag.html").read_text("utf-8")
    shapes = set(re.findall(r'"(\w+)": \[', source))
    sizes = {EntrySize.TIP.value, EntrySize.IN_DEPTH.value}  # the one between is what a reader expects
    assert shapes == sizes | {word.value for enum in (EntryKind, Outcome) for word in enum}


def test_the_words_of_the_pages_speak_to_the_reader() -> None:
    for page in PAGES:
        said = " ".join(re.findall(r"_\(\"([^\"]*)\"", page.read_text("utf-8"))).lower()
        assert not re.search(r"klicka här|\bläs mer\b|\bvänligen\b|\bni\b|\banvändaren\b", said), page.name
